// An initiator session against the target core over a link that delays, cuts bytes anywhere and loses connections.
//
// Everything is chosen by a seed, time is simulated. Blocks hold a pattern of their place and version: what is read is
// what was written last. Above the replay of the initiator nobody sees an error but unit attentions.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "agent/iscsi/initiator_session.h"
#include "tests/support/disk_units.h"
#include "tests/support/target_world.h"

namespace {

using namespace iscsi;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint32_t kBlock = 512;
constexpr std::uint32_t kPlaces = 12;
constexpr std::uint32_t kPlaceBlocks = 64;

class Chance {
 public:
  explicit Chance(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(engine_() % n); }
  bool oneIn(std::uint32_t n) { return below(n) == 0; }

 private:
  std::mt19937 engine_;
};

void fill(std::span<std::uint8_t> bytes, std::uint32_t place, std::uint32_t version) {
  std::uint32_t state = place * 2654435761U ^ version * 40503U ^ 0x9e3779b9U;
  for (std::uint8_t& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<std::uint8_t>(state >> 24);
  }
}

struct NoSecrets final : CredentialsSource {
  void ask(const CredentialsQuestion&, CredentialsReceiver& to, base::TimePoint now) override {
    to.onCredentials(std::nullopt, now);
  }
};

class Simulation;

// A place of the disk, with at most one command on its way.
class Place final : public InitiatorCommand {
 public:
  void onDone() override;

  Simulation* simulation = nullptr;
  std::uint32_t number = 0;
  std::uint32_t version = 0;  // of what was written last; 0: nothing yet
  std::uint32_t blocks = 0;   // of the command, or of what is there
  bool writes = false;
  bool busy = false;
  bool unsure = false;  // nobody knows what is there: it is written next
  std::array<std::uint8_t, 10> bytes{};
  base::Bytes data;
};

class Simulation final : private InitiatorSessionOwner {
 public:
  explicit Simulation(std::uint32_t seed)
      : chance(seed),
        world([this](TargetSession& session) { return std::make_unique<iscsi_test::DiskUnits>(session, shared); },
              limits(chance)) {
    device.later = chance.below(3) != 0;
    device.views = chance.oneIn(2);
    setWishes();
    InitiatorSetting setting;
    setting.initiatorName = "iqn.2001-04.com.example:host";
    setting.targetName = "iqn.2001-04.com.example:disk";
    setting.isid = {0x80, 0, 0, 0, 0, 1};
    setting.policy.noneAllowed = true;
    setting.policy.chapAllowed = false;
    setting.connections = static_cast<std::uint16_t>(1 + chance.below(3));
    setting.queueDepth = 1 + chance.below(16);
    setting.firstLoginRetried = true;
    setting.times.ping = {seconds(5), seconds(5)};
    setting.times.command = std::chrono::minutes(10);  // the link may be slow; what is lost does not come by then
    EXPECT_TRUE(setting.wishes.set(Key::HeaderDigest, {"CRC32C", "None"}));
    if (chance.oneIn(2)) {
      EXPECT_TRUE(setting.wishes.set(Key::DataDigest, {"CRC32C", "None"}));
    }
    EXPECT_TRUE(setting.wishes.set(Key::MaxRecvDataSegmentLength, 512U << chance.below(7)));
    losses_ = chance.below(8);
    for (std::uint32_t i = 0; i < kPlaces; ++i) {
      places_[i].simulation = this;
      places_[i].number = i;
    }
    InitiatorSessionOwner& self = *this;
    initiator.emplace(setting, self, secrets_, challenges_, world.random);
  }
  ~Simulation() {
    initiator.reset();
    wires_.clear();
    device.later = false;
    while (!device.waiting.empty()) device.answer(0);
    world.advance(std::chrono::hours(1));
    world.directory.sweep();
    EXPECT_TRUE(world.directory.empty()) << "a session is left";
    EXPECT_EQ(shared.commands, 0U) << "commands are left";
    EXPECT_EQ(shared.memoryInUse, 0U);
    EXPECT_EQ(shared.pool.chunksInUse(), 0U);
  }

  void run(std::uint32_t commands) {
    left_ = commands;
    initiator->start(world.now);
    for (std::uint32_t step = 0; step < 400'000; ++step) {
      if (left_ == 0 && outstanding_ == 0 && !closing_) {
        closing_ = true;
        initiator->close(world.now);
      }
      if (initiator->state() == InitiatorSession::State::Ended || testing::Test::HasFailure()) break;
      turn();
    }
    EXPECT_EQ(initiator->state(), InitiatorSession::State::Ended) << "it comes to an end";
    EXPECT_EQ(initiator->end().kind, InitiatorEnd::Kind::LoggedOut) << initiator->end().what;
    EXPECT_EQ(left_ + outstanding_, 0U);
  }
  void ended(Place& place);

  Chance chance;
  iscsi_test::DiskUnits::Shared shared{std::uint64_t{kPlaces} * kPlaceBlocks, kBlock, 8U << 20};
  iscsi_test::LaterDevice& device = shared.device;
  iscsi_test::TargetWorld world;
  std::optional<InitiatorSession> initiator;
  std::uint32_t attentions = 0;
  std::uint32_t cuts = 0;

 private:
  // The transport of a connection: what is on its way in both directions, and the target's end.
  struct Wire final : ConnectionDriver {
    void attend() override {}
    void onLoggedIn(TargetSession&) override {}
    void onLoginRefused(const LoginFailure&, const AgreedLogin&) override {}
    void onFault(std::string_view why) override {
      ADD_FAILURE() << "the target finds fault with the initiator: " << why;
    }
    bool connected = false;
    base::Bytes toTarget, toInitiator;
    std::unique_ptr<TargetConnection> target;
  };

  static SessionLimits limits(Chance& chance) {
    SessionLimits limits;
    limits.commandWindow = 1 + chance.below(20);
    limits.outputHighWater = std::size_t{4096} << chance.below(7);
    return limits;
  }
  void setWishes() {
    Wishes& wishes = world.access.wishes;
    EXPECT_TRUE(wishes.set(Key::MaxConnections, 1 + chance.below(3)));
    EXPECT_TRUE(wishes.set(Key::InitialR2T, chance.below(2)));
    EXPECT_TRUE(wishes.set(Key::ImmediateData, chance.below(2)));
    EXPECT_TRUE(wishes.set(Key::MaxRecvDataSegmentLength, 512U << chance.below(7)));
    EXPECT_TRUE(wishes.set(Key::FirstBurstLength, 512U << chance.below(5)));
    EXPECT_TRUE(wishes.set(Key::MaxBurstLength, 8192U << chance.below(3)));
    EXPECT_TRUE(wishes.set(Key::MaxOutstandingR2T, 1 + chance.below(4)));
    EXPECT_TRUE(wishes.set(Key::DefaultTime2Retain, chance.oneIn(2) ? 20 : 0));
    EXPECT_TRUE(wishes.set(Key::HeaderDigest, {"CRC32C", "None"}));
    EXPECT_TRUE(wishes.set(Key::DataDigest, {"CRC32C", "None"}));
  }

  void connect(std::uint16_t cid, std::string_view) override { wires_[cid] = std::make_unique<Wire>(); }
  void disconnect(std::uint16_t cid) override { cut_.push_back(cid); }
  void outputReady(std::uint16_t) override {}
  void onNotice(const InitiatorNotice& notice) override {
    EXPECT_NE(notice.kind, InitiatorNotice::Kind::Rejected) << nameOf(notice.reason);
  }
  void onDiscovered(std::vector<DiscoveredTarget>) override {}

  void submit();
  void turn();
  void move(std::uint16_t cid, Wire& wire);
  void lose(std::uint16_t cid);
  void time();

  NoSecrets secrets_;
  SentChallenges challenges_;
  std::map<std::uint16_t, std::unique_ptr<Wire>> wires_;
  std::vector<std::uint16_t> cut_;  // by the initiator
  std::array<Place, kPlaces> places_;
  std::uint32_t left_ = 0;
  std::uint32_t outstanding_ = 0;
  std::uint32_t losses_ = 0;
  bool closing_ = false;
};

void Place::onDone() { simulation->ended(*this); }

void Simulation::ended(Place& place) {
  --outstanding_;
  place.busy = false;
  EXPECT_EQ(place.result.outcome, CommandOutcome::Completed) << "no error above the replay";
  if (place.result.status == 2 && place.result.sense().size() > 2 && (place.result.sense()[2] & 0x0f) == 6) {
    ++attentions;
    ++left_;
    place.unsure = place.writes;  // what was sent before the link was lost may have been written, or not
    return;
  }
  EXPECT_EQ(place.result.status, 0);
  if (place.writes) {
    place.unsure = false;
    return;
  }
  base::Bytes wanted(place.data.size());
  if (place.version != 0) fill(wanted, place.number, place.version);
  EXPECT_TRUE(place.data == wanted) << "place " << place.number << " version " << place.version;
}

void Simulation::submit() {
  Place& place = places_[chance.below(kPlaces)];
  if (place.busy || left_ == 0) return;
  place.writes = place.unsure || place.version == 0 || chance.oneIn(2);
  if (place.writes) {
    // A whole place, so that nothing older is left in it.
    ++place.version;
    place.blocks = kPlaceBlocks;
  } else {
    place.blocks = 1 + chance.below(kPlaceBlocks);
  }
  place.data.assign(std::size_t{place.blocks} * kBlock, 0);
  if (place.writes) fill(place.data, place.number, place.version);
  place.bytes = {static_cast<std::uint8_t>(place.writes ? 0x2a : 0x28)};
  base::storeU32(place.bytes.data() + 2, place.number * kPlaceBlocks);
  base::storeU16(place.bytes.data() + 7, static_cast<std::uint16_t>(place.blocks));
  place.cdb = place.bytes;
  place.dataIn = place.writes ? std::span<std::uint8_t>{} : std::span<std::uint8_t>(place.data);
  place.dataOut = place.writes ? base::ByteView(place.data) : base::ByteView{};
  place.attribute = chance.oneIn(6) ? TaskAttribute::Ordered : TaskAttribute::Simple;
  place.busy = true;
  if (!initiator->submit(place, world.now)) {
    place.busy = false;
    if (place.writes) --place.version;
    return;
  }
  --left_;
  ++outstanding_;
}

void Simulation::lose(std::uint16_t cid) {
  const auto at = wires_.find(cid);
  if (at == wires_.end()) return;
  const std::unique_ptr<Wire> wire = std::move(at->second);
  wires_.erase(at);
  if (wire->target != nullptr) wire->target->onGone(world.now);
}

void Simulation::move(std::uint16_t cid, Wire& wire) {
  if (!wire.connected) {
    wire.connected = true;
    wire.target = world.connect(wire);
    return initiator->onConnected(cid, world.now);
  }
  const std::size_t size = 1 + chance.below(chance.oneIn(4) ? 8 : 20000);
  std::array<base::ByteView, 8> views;
  switch (chance.below(4)) {
    case 0: {
      const std::size_t count = initiator->gather(cid, views);
      std::size_t taken = 0;
      for (std::size_t i = 0; i < count && taken < size; ++i) {
        const base::ByteView piece = views[i].first(std::min(views[i].size(), size - taken));
        base::append(wire.toTarget, piece);
        taken += piece.size();
      }
      if (taken != 0) initiator->sent(cid, taken, world.now);
      return;
    }
    case 1: {
      const std::size_t given = std::min(size, wire.toTarget.size());
      if (given == 0 || !wire.target->wantsInput()) return;
      const std::span<std::uint8_t> place = wire.target->wanted();
      std::size_t used = 0;
      if (!place.empty() && chance.oneIn(2)) {
        used = std::min(place.size(), given);
        std::copy_n(wire.toTarget.begin(), used, place.begin());
        wire.target->onPlaced(used, world.now);
      } else {
        used = wire.target->onBytes(base::ByteView(wire.toTarget).first(given), world.now);
      }
      wire.toTarget.erase(wire.toTarget.begin(), wire.toTarget.begin() + static_cast<std::ptrdiff_t>(used));
      return;
    }
    case 2: {
      PduWriter& output = wire.target->output();
      const std::size_t count = output.gather(views);
      std::size_t taken = 0;
      for (std::size_t i = 0; i < count && taken < size; ++i) {
        const base::ByteView piece = views[i].first(std::min(views[i].size(), size - taken));
        base::append(wire.toInitiator, piece);
        taken += piece.size();
      }
      if (taken == 0) return;
      output.sent(taken);
      return wire.target->onSent();
    }
    default: {
      const std::size_t given = std::min(size, wire.toInitiator.size());
      if (given != 0) {
        const base::Bytes bytes(wire.toInitiator.begin(),
                                wire.toInitiator.begin() + static_cast<std::ptrdiff_t>(given));
        wire.toInitiator.erase(wire.toInitiator.begin(), wire.toInitiator.begin() + static_cast<std::ptrdiff_t>(given));
        return initiator->onBytes(cid, bytes, world.now);
      }
      if (wire.target->closing() && wire.target->output().empty()) {
        lose(cid);
        initiator->onDisconnected(cid, "end of stream", world.now);
      }
    }
  }
}

void Simulation::time() {
  world.advance(milliseconds(chance.below(20)));
  if (chance.oneIn(50)) world.advance(milliseconds(chance.below(3000)));
  if (scsi::Disk& disk = shared.unit.disk(); disk.nextDeadline() <= world.now) disk.onTimer({world.now, {}});
  if (initiator->nextDeadline() <= world.now) initiator->onTimer(world.now);
  for (auto& [cid, wire] : wires_) {
    if (wire->target != nullptr && wire->target->nextDeadline() <= world.now) wire->target->onTimer(world.now);
  }
}

void Simulation::turn() {
  const std::uint32_t what = chance.below(100);
  if (what < 70) {
    if (!wires_.empty()) {
      auto at = wires_.begin();
      std::advance(at, chance.below(static_cast<std::uint32_t>(wires_.size())));
      move(at->first, *at->second);
    }
  } else if (what < 80) {
    if (outstanding_ < 10) submit();
  } else if (what < 92) {
    if (!device.waiting.empty()) device.answer(chance.below(1000));
  } else {
    time();
  }
  if (losses_ != 0 && chance.oneIn(300) && !wires_.empty()) {
    --losses_;
    ++cuts;
    auto at = wires_.begin();
    std::advance(at, chance.below(static_cast<std::uint32_t>(wires_.size())));
    const std::uint16_t cid = at->first;
    lose(cid);
    initiator->onDisconnected(cid, "lost", world.now);
  }
  // A connection that the initiator closed is lost to the target, with all that was on its way.
  for (const std::uint16_t cid : std::exchange(cut_, {})) lose(cid);
  world.directory.sweep();
}

TEST(IscsiSession, NoErrorIsSeenAndAllDataIsRightOverALossyLink) {
  const char* const from = std::getenv("SANCTUM_SEED");
  const char* const count = std::getenv("SANCTUM_RUNS");
  const std::uint32_t first = from == nullptr ? 1 : static_cast<std::uint32_t>(std::atoi(from));
  const std::uint32_t runs =
      count == nullptr ? (from == nullptr ? 300 : 1) : static_cast<std::uint32_t>(std::atoi(count));
  std::uint32_t cuts = 0, attentions = 0, sessions = 0;
  for (std::uint32_t seed = first; seed < first + runs; ++seed) {
    SCOPED_TRACE("SANCTUM_SEED=" + std::to_string(seed));
    Simulation simulation(seed);
    simulation.run(40);
    cuts += simulation.cuts;
    attentions += simulation.attentions;
    sessions += simulation.initiator->sessionsMade();
    if (HasFailure()) break;
  }
  RecordProperty("cuts", static_cast<int>(cuts));
  if (runs >= 100) {
    EXPECT_GT(cuts, runs);
    EXPECT_GT(sessions, runs);
    EXPECT_GT(attentions, 0U);
  }
}

}  // namespace
