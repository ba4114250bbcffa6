// SCNs that are handed to their delivery in portions while further changes are made, against those handed over at once:
// each listener is told the same, in the same order.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/property/random_requests.h"
#include "tests/property/registry_world.h"

namespace {

using isns::Function;
namespace tag = isns::tag;
using Made = property::RandomRequests::Made;

// Eight nodes that listen and share domains, and what may happen to them: much is told.
class Neighbours {
 public:
  explicit Neighbours(unsigned seed) : random_(seed) {}

  static constexpr unsigned kNodes = 8;
  static constexpr unsigned kFirstId = isns::kDefaultDdId + 1;  // of domains and of sets
  static constexpr unsigned kDomains = 2;
  static constexpr unsigned kNew = 0;  // an id that the server gives

  static std::vector<Made> beginning() {
    std::vector<Made> all;
    for (unsigned n = 0; n < kNodes; ++n) {
      all.push_back(registration(n, 0));
      all.push_back(listening(n));
    }
    for (unsigned d = kFirstId; d < kFirstId + kDomains; ++d) {
      for (unsigned n = 0; n < kNodes; ++n) all.push_back(membership(n == 0 ? kNew : d, n, true));
    }
    all.push_back(set(kNew, 1));
    return all;
  }

  // Those who have gone for a while: what was on its way to them may be left out.
  std::set<std::string> gone;

  Made make() {
    const unsigned n = below(kNodes);
    const unsigned d = kFirstId + below(kDomains);
    switch (below(10)) {
      case 0:
        gone.insert(name(n));
        return deregistration(n);
      case 1:
        return listening(n);
      case 2:
        return set(kFirstId, below(3) != 0 ? 1 : 0);
      case 3:
      case 4:
        return membership(d, n, below(2) == 0);
      case 5:
        return event(n);
      default:
        return registration(n, below(3));
    }
  }

 private:
  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  static std::string name(unsigned n) { return "iqn.2001-01.com.example:" + std::to_string(n); }

  static Made begin(Function function, const std::string& source) {
    Made made{isns::idOf(function), isns::flag::kClient, {}, source == "isns.control"};
    isns::AttributeWriter(made.payload).text(tag::kIscsiName, source);
    return made;
  }
  static Made registration(unsigned n, unsigned version) {
    Made made = begin(Function::DevAttrReg, name(n));
    isns::AttributeWriter out(made.payload);
    const std::string eid = "host-" + std::to_string(n);
    out.text(tag::kEntityId, eid);
    out.delimiter();
    out.text(tag::kEntityId, eid);
    isns::IpAddress address{};
    address[10] = address[11] = 0xff;
    address[15] = static_cast<std::uint8_t>(1 + n);
    out.ip(tag::kPortalIp, address);
    out.u32(tag::kPortalPort, 3260);
    out.u32(tag::kScnPort, 5000);
    out.text(tag::kIscsiName, name(n));
    out.u32(tag::kNodeType, 1 + n % 2);
    out.text(tag::kAlias, "alias " + std::to_string(version));
    return made;
  }
  static Made listening(unsigned n) {
    Made made = begin(Function::SCNReg, name(n));
    isns::AttributeWriter out(made.payload);
    out.text(tag::kIscsiName, name(n));
    out.delimiter();
    out.u32(tag::kScnBitmap, 0x1c);
    return made;
  }
  static Made deregistration(unsigned n) {
    Made made = begin(Function::DevDereg, name(n));
    isns::AttributeWriter out(made.payload);
    out.delimiter();
    out.text(tag::kIscsiName, name(n));
    return made;
  }
  static Made membership(unsigned domain, unsigned n, bool add) {
    Made made = begin(add ? Function::DDReg : Function::DDDereg, "isns.control");
    isns::AttributeWriter out(made.payload);
    if (domain != kNew) out.u32(tag::kDdId, domain);
    out.delimiter();
    out.text(tag::kDdMemberIscsiName, name(n));
    return made;
  }
  static Made set(unsigned id, std::uint32_t status) {
    Made made = begin(Function::DDSReg, "isns.control");
    isns::AttributeWriter out(made.payload);
    if (id != kNew) out.u32(tag::kDdsId, id);
    out.delimiter();
    out.u32(tag::kDdsStatus, status);
    for (unsigned d = kFirstId; d < kFirstId + kDomains; ++d) out.u32(tag::kDdId, d);
    return made;
  }
  static Made event(unsigned n) {
    Made made = begin(Function::SCNEvent, name(n));
    isns::AttributeWriter out(made.payload);
    out.text(tag::kIscsiName, name(n));
    out.delimiter();
    out.u32(tag::kScnBitmap, isns::scn::kObjectUpdated);
    return made;
  }

  std::mt19937 random_;
};

class ScnPortions : public testing::TestWithParam<unsigned> {
 protected:
  ScnPortions() : requests_(GetParam()), random_(GetParam()) {}

  static std::unique_ptr<property::RegistryWorld> world(std::size_t portion) {
    return std::make_unique<property::RegistryWorld>(
        false, std::make_shared<memory::MemoryDatabase>(core::schema()), portion);
  }
  // What each listener was told, one after the other; of equal events the last: whether they share a message is a matter
  // of time.
  [[nodiscard]] std::map<std::string, std::vector<std::string>> perListener(const property::RegistryWorld& world) const {
    std::map<std::string, std::vector<std::string>> all;
    for (const property::Told& told : world.told()) {
      if (requests_.gone.contains(told.listener)) continue;
      std::vector<std::string>& heard = all[told.listener];
      std::string event = told.subject + " " + std::to_string(told.bits);
      std::erase(heard, event);
      heard.push_back(std::move(event));
    }
    return all;
  }

  Neighbours requests_;
  std::mt19937 random_;
};

TEST_P(ScnPortions, TellTheSameInTheSameOrderAsAllAtOnce) {
  const auto whole = world(1'000'000);
  const auto portions = world(1 + GetParam() % 3);
  for (property::RegistryWorld* each : {whole.get(), portions.get()}) each->setScnQueueEvents(2 * Neighbours::kNodes);
  for (const Made& made : Neighbours::beginning()) {
    for (property::RegistryWorld* each : {whole.get(), portions.get()}) {
      EXPECT_EQ(each->sendOnly(made.function, made.flags, made.payload, made.control), 0U) << made.function;
    }
  }
  for (property::RegistryWorld* each : {whole.get(), portions.get()}) each->deliver();
  std::size_t told = 0;
  std::size_t interrupted = 0;  // changes that came while others were still to be handed over
  for (int round = 0; round < 1000 && !HasFailure(); ++round) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()) + ", round " + std::to_string(round));
    bool waiting = false;
    requests_.gone.clear();
    for (auto left = 1 + random_() % 6; left > 0; --left) {
      const auto made = requests_.make();
      if (waiting) ++interrupted;
      const auto status = whole->sendOnly(made.function, made.flags, made.payload, made.control);
      EXPECT_EQ(status, portions->sendOnly(made.function, made.flags, made.payload, made.control));
      for (auto some = random_() % 3; some > 0; --some) waiting = portions->queueScns();
    }
    // Every other time messages leave between the portions.
    while (round % 2 == 0 && portions->queueScns()) continue;
    for (property::RegistryWorld* each : {whole.get(), portions.get()}) {
      each->forgetTold();
      each->deliver();
    }
    EXPECT_EQ(perListener(*whole), perListener(*portions));
    if (round % 2 == 0 && requests_.gone.empty()) {
      EXPECT_EQ(whole->told().size(), portions->told().size());
    }
    told += portions->told().size();
  }
  EXPECT_GT(told, 1000U);
  EXPECT_GT(interrupted, 20U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ScnPortions, testing::Range(1U, 17U));

}  // namespace
