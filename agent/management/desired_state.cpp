#include "agent/management/desired_state.h"

#include <algorithm>
#include <set>

#include "shared/base/json_reader.h"
#include "shared/base/secret_json.h"
#include "shared/mgmt/member_reader.h"

namespace management {
namespace {

using base::Json;
using Reader = mgmt::MemberReader;

constexpr std::uint64_t kMost = 0xffffffff;

struct Left {
  std::size_t targets = DesiredBounds::kTargets;
  std::size_t initiators = DesiredBounds::kInitiators;
  std::size_t maps = DesiredBounds::kMaps;
  std::size_t credentials = DesiredBounds::kCredentials;
};

class DesiredReader {
 public:
  explicit DesiredReader(std::pmr::memory_resource* memory) : memory_(memory) {}

  DesiredAnswer read(const Json& json) {
    const Reader in(json, "", fault,
                    {"revision", "changed", "authority", "name_servers", "discover", "probes", "targets", "leaving",
                     "credentials"});
    DesiredAnswer answer;
    answer.revision = in.number("revision", ~std::uint64_t{0} >> 1);
    answer.authority = in.text("authority");
    std::size_t servers = DesiredBounds::kNameServers;
    in.each("name_servers", servers,
            [&](const Json& one, const std::string& at) { answer.nameServers.push_back(serverAt(in, one, at)); });
    once(in, "name_servers", answer.nameServers, [](const net::Address& one) { return one.text(); });
    std::size_t asked = DesiredBounds::kDiscover;
    in.each("discover", asked, [&](const Json& one, const std::string& at) {
      answer.wanted.discover.push_back(serverAt(in, one, at).text());
    });
    once(in, "discover", answer.wanted.discover, [](const std::string& one) { return one; });
    std::size_t probes = DesiredBounds::kProbes;
    in.each("probes", probes,
            [&](const Json& one, const std::string& at) { answer.wanted.probes.push_back(probe(one, at)); });
    once(in, "probes", answer.wanted.probes,
         [](const WantedProbe& one) { return std::pair(one.initiator, one.target); });
    if (!in.truth("changed", true)) return answer;
    in.needs("targets");
    in.needs("credentials");
    DesiredState state;
    state.revision = answer.revision;
    state.nameServers = answer.nameServers;
    in.each("targets", left_.targets,
            [&](const Json& one, const std::string& at) { state.targets.push_back(target(one, at)); });
    in.each("credentials", left_.credentials,
            [&](const Json& one, const std::string& at) { state.credentials.push_back(handOver(one, at, true)); });
    once(in, "targets", state.targets, [](const DesiredTarget& one) { return one.target; });
    std::size_t left = DesiredBounds::kLeaving;  // a state that was sealed before there were drains has none
    in.each("leaving", left,
            [&](const Json& one, const std::string& at) { state.leaving.push_back(leaving(one, at)); });
    answer.state = std::move(state);
    answer.leftOut = whatIsLeftOut();
    return answer;
  }

  mgmt::MemberFault fault;

 private:
  [[nodiscard]] std::string whatIsLeftOut() const {
    if (leftOut_ < 2) return firstLeftOut_;
    return firstLeftOut_ + ", and " + std::to_string(leftOut_ - 1) + " more like it";
  }

  // No two elements of one key.
  template <class List, class Key>
  static void once(const Reader& in, std::string_view name, const List& list, Key key) {
    std::set<decltype(key(list[0]))> seen;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (!seen.insert(key(list[i])).second) in.wrong(in.at(name) + "/" + std::to_string(i), "is there twice");
    }
  }

  // Of a name server, or of a portal.
  static net::Address serverAt(const Reader& in, const Json& json, const std::string& where) {
    const auto address = json.text() == nullptr ? std::nullopt : parsed(*json.text());
    if (!address) in.wrong(where, "must be an address with its port, at which a server can be");
    return address.value_or(net::Address{});
  }

  static std::optional<net::Address> parsed(const std::string& text) {
    auto address = net::Address::parse(text);
    if (!address || address->port() == 0 || address->isAny() || address->isMulticast()) return std::nullopt;
    return std::move(*address);
  }

  WantedProbe probe(const Json& json, const std::string& where) {
    const Reader in(json, where, fault, {"initiator", "target", "portals", "expected"});
    WantedProbe probe;
    probe.initiator = in.text("initiator");
    probe.target = in.text("target");
    probe.expected = in.truth("expected", true);
    std::size_t portals = DesiredBounds::kProbePortals;
    in.each("portals", portals,
            [&](const Json& one, const std::string& at) { probe.portals.push_back(serverAt(in, one, at).text()); });
    return probe;
  }

  // Of two at one LUN the first is kept: the server means both, so nobody gets more than it says. Refusing all would
  // stop what it takes away from others, too.
  void leaveOutSecondMaps(DesiredInitiator& initiator) {
    std::set<std::uint32_t> seen;
    std::erase_if(initiator.maps, [&](const DesiredMap& one) {
      if (seen.insert(one.lun).second) return false;
      if (leftOut_++ == 0) {
        firstLeftOut_ = initiator.name + " is to have two units at LUN " + std::to_string(one.lun) + ": " + one.unit +
                        ", which came second, is left out";
      }
      return true;
    });
  }

  DesiredTarget target(const Json& json, const std::string& where) {
    const Reader in(json, where, fault, {"target", "revision", "enforcement", "chap", "initiators"});
    DesiredTarget target;
    target.target = in.text("target");
    target.revision = in.number("revision", ~std::uint64_t{0} >> 1);
    target.enforcement = in.word<san::Enforcement>("enforcement");
    target.chap = in.word<san::ChapDemand>("chap");
    in.needs("initiators");
    in.each("initiators", left_.initiators,
            [&](const Json& one, const std::string& at) { target.initiators.push_back(initiator(one, at)); });
    once(in, "initiators", target.initiators, [](const DesiredInitiator& one) { return one.name; });
    return target;
  }

  DesiredInitiator initiator(const Json& json, const std::string& where) {
    const Reader in(json, where, fault, {"name", "chap", "md5_refused", "maps", "credentials"});
    DesiredInitiator initiator;
    initiator.name = in.text("name");
    initiator.chap = in.word<san::ChapDemand>("chap");
    initiator.md5Refused = in.truth("md5_refused", true);
    in.needs("maps");
    in.needs("credentials");
    in.each("maps", left_.maps, [&](const Json& one, const std::string& at) {
      const Reader map(one, at, fault, {"unit", "lun", "right", "leaves_at"});
      initiator.maps.push_back({map.text("unit"), static_cast<std::uint32_t>(map.number("lun", DesiredBounds::kLun)),
                                map.word<san::Right>("right"), map.has("leaves_at") ? map.time("leaves_at") : 0});
    });
    leaveOutSecondMaps(initiator);
    in.each("credentials", left_.credentials,
            [&](const Json& one, const std::string& at) { initiator.credentials.push_back(handOver(one, at, false)); });
    return initiator;
  }

  DesiredLeaving leaving(const Json& json, const std::string& where) {
    const Reader in(json, where, fault, {"initiator", "target", "unit", "lun", "leaves_at"});
    DesiredLeaving one;
    one.initiator = in.text("initiator");
    one.target = in.text("target");
    one.unit = in.text("unit");
    one.lun = static_cast<std::uint32_t>(in.number("lun", DesiredBounds::kLun));
    one.leavesAt = in.time("leaves_at");
    return one;
  }

  HandOver handOver(const Json& json, const std::string& where, bool ofInitiator) {
    const Reader in = ofInitiator ? Reader(json, where, fault,
                                           {"credential", "step", "initiator", "target", "prove", "user_name", "mutual",
                                            "mutual_user_name", "accept", "answer", "answer_as_peer"})
                                  : Reader(json, where, fault,
                                           {"credential", "step", "user_name", "mutual", "mutual_user_name", "accept",
                                            "answer", "answer_as_peer"});
    HandOver over(memory_);
    over.credential = static_cast<std::uint32_t>(in.number("credential", kMost));
    over.step = static_cast<std::uint32_t>(in.number("step", kMost));
    over.userName = in.text("user_name");
    over.mutual = in.truth("mutual", true);
    over.mutualUserName = in.text("mutual_user_name", true);
    secrets(in, "accept", over.accept);
    secrets(in, "answer", over.answer);
    over.answerAsPeer = in.truth("answer_as_peer", true);
    if (!ofInitiator) return over;
    over.initiator = in.text("initiator");
    over.target = in.text("target", true);
    over.prove = in.truth("prove", true);
    return over;
  }

  void secrets(const Reader& in, std::string_view name, Secrets& into) {
    in.needs(name);
    std::size_t left = DesiredBounds::kSecrets;
    in.each(name, left, [&](const Json& one, const std::string& at) {
      const Reader entry(one, at, fault, {"version", "secret"});
      const auto version = static_cast<std::uint32_t>(entry.number("version", kMost));
      const std::string* text = entry.textInPlace("secret");
      if (text == nullptr) return;
      into.push_back({version, std::move(*base::Secret::from(*text))});  // it has at most 255 bytes
    });
  }

  std::pmr::memory_resource* memory_;
  Left left_;
  std::size_t leftOut_ = 0;  // maps
  std::string firstLeftOut_;
};

}  // namespace

const DesiredInitiator* DesiredTarget::find(std::string_view initiator) const {
  const auto at = std::ranges::find(initiators, initiator, &DesiredInitiator::name);
  return at == initiators.end() ? nullptr : &*at;
}

const DesiredTarget* DesiredState::find(std::string_view target) const {
  const auto at = std::ranges::find(targets, target, &DesiredTarget::target);
  return at == targets.end() ? nullptr : &*at;
}

base::Result<DesiredAnswer> readDesired(base::Json json, std::pmr::memory_resource* memory) {
  DesiredReader reader(memory);
  DesiredAnswer answer = reader.read(json);
  base::wipeTexts(json);
  if (!reader.fault) return answer;
  const std::string what = reader.fault->pointer.empty() ? "the answer" : reader.fault->pointer;
  return base::fail(what + " " + reader.fault->text);
}

base::Result<DesiredAnswer> readDesiredText(std::string_view text, std::pmr::memory_resource* memory) {
  if (text.size() > DesiredBounds::kText) return base::fail("the answer is longer than 256 MiB");
  auto json = base::parseJson(text);
  if (!json) return base::fail(json.error());
  return readDesired(std::move(*json), memory);
}

}  // namespace management
