// A remote logical unit over several paths: spreading, failover, what is in doubt, proof, refusal, change at run time.
#include "agent/block/remote_lun_paths.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "agent/block/remote_lun_device.h"
#include "tests/support/loop_relay.h"
#include "tests/support/loop_server.h"
#include "tests/unit/block/remote_lun_fixture.h"
#include "tests/unit/initiator/loop_target.h"

namespace block {
namespace {

using scsi::IoKind;
using scsi::IoResult;
using support::LoopRelay;
using support::LoopServer;
using support::Request;
using testing::HasSubstr;

struct PathsTest : RemoteLunTest, RemoteLunPathsOwner {
  PathsTest() { times.ping = {std::chrono::milliseconds(500), std::chrono::milliseconds(500)}; }
  void onPathUp(RemoteLunPath&) override {}
  bool onPathDown(RemoteLunPath&) override { return false; }
  void onPathCleared(RemoteLunPath&) override {}
  void onFenceFailed(RemoteLunPath&) override {}
  void onPathsChanged() override {}

  RemoteLunParameters parameters(const std::string& target, std::uint32_t lun) const {
    RemoteLunParameters made;
    made.initiatorName = "iqn.2026-01.org.example:host";
    made.url.target = target;
    made.url.lun = lun;
    made.times = times;
    made.designator = designator;
    return made;
  }
  // With as many paths up as are wanted.
  std::unique_ptr<RemoteLunDevice> openOver(const std::vector<std::string>& portals, std::size_t up,
                                            const std::string& target = LoopServer::kTarget, std::uint32_t lun = 0) {
    RemoteLunPathsOwner& self = *this;
    auto made = std::make_unique<RemoteLunPaths>(loop, parameters(target, lun), portals, self);
    RemoteLunPaths& all = *made;
    EXPECT_TRUE(driveUntil([&] { return countUp(all) >= up; })) << all.state();
    return std::make_unique<RemoteLunDevice>(std::move(made));
  }
  static std::size_t countUp(const RemoteLunPaths& paths) {
    const auto facts = paths.pathFacts();
    return static_cast<std::size_t>(
        std::count_if(facts.begin(), facts.end(), [](const auto& path) { return path.state == LinkState::Up; }));
  }
  bool driveTo(RemoteLunDevice& device, std::size_t path, LinkState state) {
    return driveUntil([&] { return device.paths().pathFacts().at(path).state == state; });
  }
  void submitWrites(Device& device, std::uint32_t version) {
    for (std::uint64_t i = 0; i < 200; ++i) {
      requests.push_back(std::make_unique<Request>(IoKind::Write, i * 8, 8, 8 * kBlock));
      support::fillPattern(requests.back()->bytes(), i * 8, kBlock, version);
      device.submit(*requests.back());
    }
  }
  void submitReads(Device& device) {
    for (std::uint64_t i = 0; i < 200; ++i) {
      requests.push_back(std::make_unique<Request>(IoKind::Read, i * 8, 8, 8 * kBlock));
      device.submit(*requests.back());
    }
  }
  bool allEndedWell() {
    if (!driveUntil([&] {
          return std::all_of(requests.begin(), requests.end(), [](const auto& r) { return r->result.has_value(); });
        })) {
      return false;
    }
    const bool well =
        std::all_of(requests.begin(), requests.end(), [](const auto& r) { return r->result == IoResult::Ok; });
    requests.clear();
    return well;
  }

  support::ScratchFolder folder;
  std::string designator;
  std::vector<std::unique_ptr<Request>> requests;
};

struct PathsOfServer : PathsTest {
  LoopServer server{loop, {LoopServer::unit("a", storeFile(folder, "a"), 1)}, {1, 2}};
  LoopRelay a{loop, server.portal()};
  LoopRelay b{loop, server.portal()};

  std::size_t sessions() { return server.server().sessions().size(); }
};

TEST_F(PathsOfServer, RequestsAreSpreadOverAllPaths) {
  const auto device = openOver({a.portal(), b.portal()}, 2);
  EXPECT_EQ(sessions(), 2U);
  submitWrites(*device, 1);
  ASSERT_TRUE(allEndedWell());
  EXPECT_TRUE(holds(*device, 0, 1600, 1));
  for (const PathFacts& path : device->paths().pathFacts()) {
    EXPECT_GE(path.requests, 50U);
    EXPECT_GE(path.bytes, path.requests * kBlock);
    EXPECT_GT(path.latency, base::Duration{});
    EXPECT_GE(path.largest, path.latency);
    EXPECT_EQ(path.errors, 0U);
  }
  EXPECT_EQ(device->counters().bytesWritten, 1600 * kBlock);
  EXPECT_THAT(device->description(), HasSubstr(", 2 paths, connected"));
}

TEST_F(PathsOfServer, APathThatIsCutIsNotNoticed) {
  const auto device = openOver({a.portal(), b.portal()}, 2);
  std::vector<std::string> told;
  device->setReachAttention([&](const std::string& lostBecause) { told.push_back(lostBecause); });
  submitWrites(*device, 1);
  a.cut();
  ASSERT_TRUE(allEndedWell());
  EXPECT_TRUE(holds(*device, 0, 1600, 1));
  ASSERT_TRUE(driveTo(*device, 0, LinkState::Lost));
  EXPECT_EQ(device->paths().pathFacts()[0].losses, 1U);
  EXPECT_NE(device->paths().pathFacts()[0].why, "");
  EXPECT_TRUE(told.empty()) << told[0];
  a.mend();
  ASSERT_TRUE(driveTo(*device, 0, LinkState::Up));
  b.cut();
  submitWrites(*device, 2);
  ASSERT_TRUE(allEndedWell());
  EXPECT_TRUE(holds(*device, 0, 1600, 2));
  device->setReachAttention({});
}

TEST_F(PathsOfServer, AWriteInDoubtWaitsUntilItsOldSessionIsEndedAtTheTarget) {
  const auto device = openOver({a.portal(), b.portal()}, 2);
  std::vector<std::uint64_t> old;
  for (const auto& session : server.server().sessions()) old.push_back(session.id);
  a.silence();
  submitWrites(*device, 3);
  ASSERT_TRUE(allEndedWell());
  // The target never heard of the loss from the silent portal.
  std::size_t left = 0;
  for (const auto& session : server.server().sessions()) left += std::ranges::count(old, session.id) > 0 ? 1U : 0U;
  EXPECT_EQ(left, 1U);
  EXPECT_TRUE(holds(*device, 0, 1600, 3));
}

// As a process that was killed: what it left may write still, and nothing else ends that.
TEST_F(PathsOfServer, ADeviceThatIsOpenedAgainEndsTheSessionsThatItLeftAtTheTarget) {
  auto device = openOver({a.portal(), b.portal()}, 2);
  std::map<std::uint64_t, iscsi::Isid> left;
  for (const auto& session : server.server().sessions()) left.emplace(session.id, session.isid);
  ASSERT_EQ(left.size(), 2U);
  EXPECT_NE(left.begin()->second, left.rbegin()->second) << "its links are two";
  a.strand();
  b.strand();
  submitWrites(*device, 1);
  device.reset();
  requests.clear();
  EXPECT_EQ(sessions(), 2U) << "the target has not heard of it";
  device = openOver({a.portal(), b.portal()}, 2);
  for (const auto& session : server.server().sessions()) EXPECT_EQ(left.count(session.id), 0U);
  EXPECT_EQ(sessions(), 2U);
}

TEST_F(PathsOfServer, TwoDevicesOfOneUnitLeaveEachOtherTheirSessions) {
  const auto one = openOver({a.portal()}, 1);
  const auto other = openOver({a.portal()}, 1);
  EXPECT_EQ(sessions(), 2U);
  for (std::uint32_t version = 1; version < 4; ++version) {
    submitWrites(*one, version);
    submitReads(*other);
    ASSERT_TRUE(allEndedWell());
  }
  EXPECT_EQ(one->paths().pathFacts()[0].losses + other->paths().pathFacts()[0].losses, 0U);
}

TEST_F(PathsOfServer, OverAnotherPortalGroupAWriteInDoubtIsHeldForAWhile) {
  LoopRelay other(loop, server.portal(1));
  const auto device = openOver({a.portal(), other.portal()}, 2);
  a.silence();
  const auto before = base::MonotonicClock::now();
  submitWrites(*device, 4);
  ASSERT_TRUE(allEndedWell());
  const auto took = base::MonotonicClock::now() - before;
  EXPECT_GE(took, RemoteLunFence::kHold);
  EXPECT_TRUE(holds(*device, 0, 1600, 4));
}

TEST_F(PathsOfServer, ALoginInAnotherPortalGroupDoesNotEndWhatIsInDoubt) {
  const auto device = openOver({a.portal()}, 1);
  a.silence();
  const auto before = base::MonotonicClock::now();
  submitWrites(*device, 5);
  ASSERT_TRUE(driveTo(*device, 0, LinkState::Lost));
  a.leadTo(server.portal(1));  // as a target that redirects to another of its controllers
  a.mend();
  ASSERT_TRUE(allEndedWell());
  EXPECT_GE(base::MonotonicClock::now() - before, RemoteLunFence::kHold);
  EXPECT_TRUE(holds(*device, 0, 1600, 5));
}

// The portal for the fence is led elsewhere while the fence logs in: what it reaches then ends nothing.
TEST_F(PathsOfServer, AFenceThatIsLedToAnotherPortalGroupEndsNothing) {
  const auto device = openOver({a.portal(), b.portal()}, 2);
  a.silence();
  b.leadTo(server.portal(1));  // for connections to come
  const auto before = base::MonotonicClock::now();
  submitWrites(*device, 6);
  ASSERT_TRUE(allEndedWell());
  EXPECT_GE(base::MonotonicClock::now() - before, RemoteLunFence::kHold);
  EXPECT_TRUE(holds(*device, 0, 1600, 6));
}

// The session of the path that was cut is over at the target too, and it begins no new one.
TEST_F(PathsOfServer, AFenceThatIsRefusedServiceIsHeldForAWhile) {
  const auto device = openOver({a.portal(), b.portal()}, 2);
  server.closed = true;
  server.apply({LoopServer::unit("a", storeFile(folder, "a"), 1)});
  const auto before = base::MonotonicClock::now();
  submitWrites(*device, 7);
  a.cut();
  ASSERT_TRUE(allEndedWell());
  const auto took = base::MonotonicClock::now() - before;
  EXPECT_GE(took, RemoteLunFence::kHold);
  EXPECT_TRUE(holds(*device, 0, 1600, 7));
  ASSERT_TRUE(driveTo(*device, 0, LinkState::Lost));
}

// Where nobody answers the fence, or refuses it for another reason, nothing tells that the old session is over.
struct PathsWithoutFence : PathsOfServer {
  PathsWithoutFence() { times.patience = RemoteLunFence::kHold + std::chrono::milliseconds(500); }
  // Some end well and some do not, and what comes later does.
  void expectThatWritesInDoubtFail(RemoteLunDevice& device) {
    a.silence();
    submitWrites(device, 8);
    ASSERT_TRUE(driveUntil([&] {
      return std::ranges::all_of(requests, [](const auto& request) { return request->result.has_value(); });
    }));
    const auto count = [&](IoResult result) {
      return std::ranges::count(requests, std::optional(result), [](const auto& request) { return request->result; });
    };
    EXPECT_GT(count(IoResult::Ok), 0);
    EXPECT_GT(count(IoResult::MediumError), 0);
    EXPECT_EQ(count(IoResult::Ok) + count(IoResult::MediumError), 200);
    requests.clear();
    EXPECT_EQ(write(device, 0, 8, 9), IoResult::Ok);
    EXPECT_TRUE(holds(device, 0, 8, 9));
  }
};

TEST_F(PathsWithoutFence, WritesInDoubtFailWhereNobodyAnswersIt) {
  const auto device = openOver({a.portal(), b.portal()}, 2);
  b.leadTo(net::Address::v4(127, 0, 0, 1, 1));  // connections to come
  expectThatWritesInDoubtFail(*device);
}

TEST_F(PathsWithoutFence, WritesInDoubtFailWhereItIsNotLetIn) {
  LoopServer stranger(loop, {}, {1});
  stranger.admits = false;
  stranger.apply({});
  loop.setTurnEnd([&] {
    server.server().onTurnEnd();
    stranger.server().onTurnEnd();
  });
  const auto device = openOver({a.portal(), b.portal()}, 2);
  b.leadTo(stranger.portal());
  expectThatWritesInDoubtFail(*device);
  loop.setTurnEnd([&] { server.server().onTurnEnd(); });
}

TEST_F(PathsOfServer, ReadsGoOnAtOnce) {
  LoopRelay other(loop, server.portal(1));
  const auto device = openOver({a.portal(), other.portal()}, 2);
  ASSERT_EQ(write(*device, 0, 8, 1), IoResult::Ok);
  // A busy machine may stand still for as long as writes are held: of several the shortest counts.
  base::Duration shortest = base::Duration::max();
  for (int attempt = 0; attempt < 5 && shortest >= RemoteLunFence::kHold; ++attempt) {
    if (attempt != 0) {
      ASSERT_TRUE(driveTo(*device, 0, LinkState::Lost));
      a.mend();
      ASSERT_TRUE(driveTo(*device, 0, LinkState::Up));
    }
    submitReads(*device);  // over both paths
    a.cut();
    const auto before = base::MonotonicClock::now();
    ASSERT_TRUE(allEndedWell());
    shortest = std::min(shortest, base::MonotonicClock::now() - before);
  }
  EXPECT_LT(shortest, RemoteLunFence::kHold);
  EXPECT_TRUE(holds(*device, 0, 8, 1));
}

TEST_F(PathsOfServer, WithoutAnyPathRequestsWaitForOne) {
  const auto device = openOver({a.portal(), b.portal()}, 2);
  std::vector<std::string> told;
  device->setReachAttention([&](const std::string& lostBecause) { told.push_back(lostBecause); });
  a.cut();
  b.cut();
  submitWrites(*device, 5);
  ASSERT_TRUE(driveUntil([&] { return !told.empty(); }));
  EXPECT_THAT(told[0], HasSubstr(a.portal()));
  b.mend();
  ASSERT_TRUE(allEndedWell());
  EXPECT_TRUE(holds(*device, 0, 1600, 5));
  EXPECT_EQ(told.size(), 2U);
  device->setReachAttention({});
}

// A path that was silent has not heard of it, and asks when it is back.
TEST_F(PathsOfServer, AnotherSizeIsNoticedByWhicheverPathComesBack) {
  const auto device = openOver({a.portal(), b.portal()}, 2);
  int told = 0;
  device->setSizeAttention([&] { ++told; });
  a.silence();
  b.silence();
  ASSERT_TRUE(server.server().resize("a", 4096, Shrink::Refuse));
  ASSERT_TRUE(driveTo(*device, 0, LinkState::Lost));
  ASSERT_TRUE(driveTo(*device, 1, LinkState::Lost));
  EXPECT_EQ(told, 0);
  b.mend();
  ASSERT_TRUE(driveTo(*device, 1, LinkState::Up));
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(device->refresh().value());
  EXPECT_EQ(device->geometry().blocks, 4096U);
  a.mend();
  ASSERT_TRUE(driveTo(*device, 0, LinkState::Up));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(write(*device, 4000, 96, 2), IoResult::Ok);
  EXPECT_FALSE(device->refresh().value());
}

TEST_F(PathsOfServer, RefusedOverEachPathRequestsFailSoonAndTheDiskComesBackWithTheAccess) {
  times.refusedPatience = std::chrono::milliseconds(100);
  const auto device = openOver({a.portal(), b.portal()}, 2);
  std::vector<std::string> told;
  device->setReachAttention([&](const std::string& lostBecause) { told.push_back(lostBecause); });
  server.stop();
  server.admits = false;
  server.start();
  Request waits(IoKind::Read, 0, 1, kBlock);
  EXPECT_EQ(run(*device, waits), IoResult::Gone);
  EXPECT_TRUE(device->paths().refused());
  ASSERT_FALSE(told.empty());
  EXPECT_THAT(told.back(), testing::StartsWith("refused: "));
  server.stop();
  server.admits = true;
  server.start();
  ASSERT_TRUE(driveUntil([&] { return device->paths().usable(); }));
  EXPECT_EQ(write(*device, 0, 8, 6), IoResult::Ok);
  EXPECT_EQ(told.back(), "");
  device->setReachAttention({});
}

TEST_F(PathsOfServer, AUnitThatIsMappedNoMoreIsRefusedTooAndComesBackWithItsMap) {
  times.refusedPatience = std::chrono::milliseconds(100);
  const auto device = openOver({a.portal(), b.portal()}, 2);
  std::vector<std::string> told;
  device->setReachAttention([&](const std::string& lostBecause) { told.push_back(lostBecause); });
  server.apply({});
  // Each path finds out by a request of its own.
  for (int i = 0; i < 4; ++i) {
    Request waits(IoKind::Read, 0, 1, kBlock);
    EXPECT_EQ(run(*device, waits), IoResult::Gone);
  }
  EXPECT_TRUE(driveUntil([&] { return device->paths().refused(); }));
  EXPECT_TRUE(driveUntil([&] { return !told.empty() && told.back().starts_with("refused: "); }));
  server.apply({LoopServer::unit("a", storeFile(folder, "a"), 1)});
  ASSERT_TRUE(driveUntil([&] { return device->paths().usable(); }));
  EXPECT_EQ(write(*device, 0, 8, 6), IoResult::Ok);
  EXPECT_EQ(told.back(), "");
  device->setReachAttention({});
}

TEST_F(PathsOfServer, APortalThatIsAwayWhileTheOtherRefusesIsNoRefusal) {
  times.refusedPatience = std::chrono::milliseconds(1);
  Request waits(IoKind::Read, 0, 1, kBlock);  // outlives the device, which ends it
  const auto device = openOver({a.portal(), b.portal()}, 2);
  b.cut();
  server.stop();
  server.admits = false;
  server.start();
  device->submit(waits);
  ASSERT_TRUE(driveTo(*device, 0, LinkState::Refused));
  for (int i = 0; i < 50; ++i) loop.runTurn(std::chrono::milliseconds(1));
  EXPECT_FALSE(waits.result.has_value());
  EXPECT_FALSE(device->paths().refused());
}

TEST_F(PathsOfServer, APathToAnotherUnitIsNeverUsed) {
  LoopServer second(loop, {LoopServer::unit("b", storeFile(folder, "b"), 2)});
  loop.setTurnEnd([&] {
    server.server().onTurnEnd();
    second.server().onTurnEnd();
  });
  b.leadTo(second.portal());
  const auto device = openOver({a.portal(), b.portal()}, 1);
  ASSERT_TRUE(driveUntil([&] {
    const auto facts = device->paths().pathFacts();
    return std::ranges::count(facts, LinkState::AnotherUnit, &PathFacts::state) == 1;
  }));
  submitWrites(*device, 7);
  ASSERT_TRUE(allEndedWell());
  EXPECT_TRUE(holds(*device, 0, 1600, 7));
  for (const PathFacts& path : device->paths().pathFacts()) {
    EXPECT_EQ(path.requests > 0, path.state == LinkState::Up);
    if (path.state != LinkState::AnotherUnit) continue;
    EXPECT_THAT(path.why, HasSubstr("another unit: NAA 300000000000000"));
  }
  loop.setTurnEnd([&] { server.server().onTurnEnd(); });
}

TEST_F(PathsOfServer, APathThatLedToAnotherUnitIsBegunAnewWhenThePathsAreSetAgain) {
  LoopServer second(loop, {LoopServer::unit("b", storeFile(folder, "b"), 2)});
  loop.setTurnEnd([&] {
    server.server().onTurnEnd();
    second.server().onTurnEnd();
  });
  const auto device = openOver({a.portal(), b.portal()}, 2);
  b.leadTo(second.portal());
  b.cut();
  b.mend();
  ASSERT_TRUE(driveTo(*device, 1, LinkState::AnotherUnit));
  b.leadTo(server.portal());
  device->paths().setPaths({a.portal(), b.portal()});
  ASSERT_TRUE(driveTo(*device, 1, LinkState::Up));
  b.leadTo(second.portal());
  a.leadTo(second.portal());
  for (LoopRelay* one : {&a, &b}) {
    one->cut();
    one->mend();
  }
  ASSERT_TRUE(driveUntil([&] { return device->paths().dead(); }));
  device->paths().setPaths({a.portal(), b.portal()});
  EXPECT_TRUE(device->paths().dead()) << "the disk itself never comes back";
  loop.setTurnEnd([&] { server.server().onTurnEnd(); });
}

TEST_F(PathsOfServer, AUnitWithoutTheWantedDesignatorIsNotTaken) {
  designator = "naa.3000000000000002";
  RemoteLunPathsOwner& self = *this;
  RemoteLunPaths paths(loop, parameters(LoopServer::kTarget, 0), {a.portal()}, self);
  ASSERT_TRUE(driveUntil([&] { return paths.another(); }));
  EXPECT_FALSE(paths.usable());
  EXPECT_FALSE(paths.dead()) << "it may still become what it should be";
  EXPECT_THAT(paths.state(), HasSubstr("wanted is naa.3000000000000002"));
  server.apply({LoopServer::unit("c", storeFile(folder, "c"), 2)});
  EXPECT_TRUE(driveUntil([&] { return paths.usable(); }));
}

TEST_F(PathsOfServer, PathsComeAndGoUnderRequests) {
  const auto device = openOver({a.portal()}, 1);
  submitWrites(*device, 8);
  device->paths().setPaths({a.portal(), b.portal()});
  ASSERT_TRUE(driveTo(*device, 1, LinkState::Up));
  submitWrites(*device, 8);
  device->paths().setPaths({b.portal()});
  EXPECT_EQ(device->paths().pathFacts().size(), 1U);
  submitWrites(*device, 8);
  ASSERT_TRUE(allEndedWell());
  EXPECT_TRUE(holds(*device, 0, 1600, 8));
  EXPECT_TRUE(driveUntil([&] { return sessions() == 1; })) << "the path that was taken away logs out";
  EXPECT_GE(device->paths().pathFacts()[0].requests, 100U);
}

TEST_F(PathsOfServer, APathThatIsTakenAwayWhileItIsSilentLosesNothing) {
  const auto device = openOver({a.portal(), b.portal()}, 2);
  a.silence();
  submitWrites(*device, 9);
  device->paths().setPaths({b.portal()});
  ASSERT_TRUE(allEndedWell());
  EXPECT_TRUE(holds(*device, 0, 1600, 9));
}

TEST_F(PathsOfServer, ADeviceMayEndWithWritesInDoubt) {
  auto device = openOver({a.portal()}, 1);
  a.silence();
  submitWrites(*device, 10);
  ASSERT_TRUE(driveTo(*device, 0, LinkState::Lost));
  device.reset();
  for (const auto& request : requests) EXPECT_EQ(request->result, IoResult::Gone);
}

// ---- against targets that answer what the test wants

// Two ports of one unit, each in a target port group of its own.
struct PathsOfScript : PathsTest {
  using Answer = initiator_test::Answer;
  struct Port {
    initiator_test::LoopTarget target;
    std::uint8_t state = 0;  // of its group
    int reads = 0;
    int probes = 0;
    bool hangs = false;      // no read is answered
    bool busy = false;       // each read is answered by BUSY
    bool attention = false;  // the next read is answered by a UNIT ATTENTION
  };

  PathsOfScript() {
    times.ping = {};  // which this target does not answer
    for (std::size_t i = 0; i < 2; ++i) {
      ports[i].target.onCommand = [this, i](const iscsi::ScsiCommand& command) { return answer(i, command); };
    }
  }
  Answer answer(std::size_t port, const iscsi::ScsiCommand& command) {
    const auto& cdb = command.cdb;
    const bool asleep = ports[port].state == 2;
    const Answer standby{2, {0x72, 2, 0x04, 0x0b}, {}};
    switch (cdb[0]) {
      case 0x00:
        ++ports[port].probes;
        return asleep ? standby : Answer{};
      case 0x12:
        return inquiry(port, cdb[1] == 1, cdb[2]);
      case 0xa3:
        return {0, {}, {0, 0, 0, 16, ports[0].state, 0x8f, 0, 1, 0, 0, 0, 0, ports[1].state, 0x8f, 0, 2, 0, 0, 0, 0}};
      case 0x9e:
        return asleep ? standby : Answer{2, {0x72, 5, 0x20, 0}, {}};
      case 0x25:
        return asleep ? standby : Answer{0, {}, {0, 0, 0xff, 0xff, 0, 0, blockSize, 0}};
      case 0x1a:
        return {0, {}, {3, 0, 0, 0}};
      default:
        break;
    }
    if (asleep) return standby;
    if (ports[port].hangs) return {.status = 0, .sense = {}, .data = {}, .drops = false, .none = true};
    if (ports[port].busy) return Answer{0x08, {}, {}};
    if (std::exchange(ports[port].attention, false)) return Answer{2, {0x72, 6, 0x2a, 0x01}, {}};
    if (onWrite && !command.read) {
      written.push_back(base::loadU32(&cdb[2]));
      return onWrite(port);
    }
    ++ports[port].reads;
    return command.read ? Answer{0, {}, base::Bytes(command.expectedDataTransferLength, 7)} : Answer{};
  }
  Answer inquiry(std::size_t port, bool vpd, std::uint8_t page) const {
    base::Bytes standard(36);
    standard[5] = 0x10;  // TPGS: implicit
    if (!vpd) return {0, {}, standard};
    const auto group = static_cast<std::uint8_t>(port + 1);
    if (page == 0x00) return {0, {}, {0, 0, 0, 2, 0x83, 0xb0}};
    if (page == 0xb0) return {0, {}, {0, 0xb0, 0, 8, 0, 0, 0, 0, 0, 0, 0, maxTransfer}};
    if (!identity) return {0, {}, {0, 0x83, 0, 8, 0x51, 0x15, 0, 4, 0, 0, 0, group}};
    return {0, {}, {0, 0x83, 0, 20, 1, 3, 0, 8, 0x60, 1, 2, 3, 4, 5, 6, 7, 0x51, 0x15, 0, 4, 0, 0, 0, group}};
  }
  std::unique_ptr<RemoteLunDevice> openBoth(std::size_t up) {
    return openOver({ports[0].target.portal(), ports[1].target.portal()}, up, std::string(iscsi_test::kTargetName), 3);
  }
  void read(Device& device) {
    for (int i = 0; i < 10; ++i) {
      Request request(IoKind::Read, 0, 1, kBlock);
      EXPECT_EQ(run(device, request), IoResult::Ok);
    }
  }

  bool identity = true;
  std::uint8_t blockSize = 2;    // in 256 bytes
  std::uint8_t maxTransfer = 0;  // blocks
  std::function<Answer(std::size_t port)> onWrite;
  std::vector<std::uint32_t> written;  // blocks, as the writes came
  Port ports[2] = {{initiator_test::LoopTarget(loop)}, {initiator_test::LoopTarget(loop)}};
};

TEST_F(PathsOfScript, OnlyOptimizedPathsAreUsedWhileThereIsOne) {
  ports[0].state = 1;
  const auto device = openBoth(2);
  read(*device);
  EXPECT_EQ(ports[0].reads, 0);
  EXPECT_EQ(ports[1].reads, 10);
  EXPECT_EQ(device->paths().pathFacts()[0].access, scsi::AluaState::ActiveNonOptimized);
  EXPECT_EQ(device->paths().pathFacts()[1].access, scsi::AluaState::ActiveOptimized);
}

TEST_F(PathsOfScript, APathThatFallsAsleepIsLeftAndUsedAgainWhenItWakes) {
  const auto device = openBoth(2);
  ports[1].state = 2;
  read(*device);
  EXPECT_EQ(ports[1].reads, 0);
  ASSERT_TRUE(driveUntil([&] { return device->paths().pathFacts()[1].access == scsi::AluaState::Standby; }));
  EXPECT_THAT(device->paths().pathFacts()[1].why, HasSubstr("standby"));
  ports[1].state = 0;
  ASSERT_TRUE(driveUntil([&] { return device->paths().pathFacts()[1].access == scsi::AluaState::ActiveOptimized; }));
  read(*device);
  EXPECT_GT(ports[1].reads, 0);
}

// A port that sleeps is not asked for the size of its blocks: what is on its way there goes on with the one it had.
TEST_F(PathsOfScript, AStepThatEndsAfterItsPathFellAsleepIsFollowedByTheNextPiece) {
  constexpr std::uint32_t kLarge = 4096;
  blockSize = kLarge / 256;
  maxTransfer = 8;
  const auto device = openBoth(2);
  ASSERT_EQ(device->geometry().blockSize, kLarge);
  std::vector<std::size_t> steps;  // which port
  onWrite = [&](std::size_t port) {
    steps.push_back(port);
    return Answer{.status = 0, .sense = {}, .data = {}, .later = true};
  };
  Request write(IoKind::Write, 0, 16, 16 * kLarge);
  support::fillPattern(write.bytes(), 0, kLarge, 1);
  device->submit(write);
  ASSERT_TRUE(driveUntil([&] { return steps.size() == 1; }));
  const std::size_t first = steps[0];
  ports[first].state = 2;
  Request other(IoKind::Read, 0, 1, kLarge), another(IoKind::Read, 0, 1, kLarge);  // one of them finds out
  ASSERT_EQ(run(*device, other), IoResult::Ok);
  ASSERT_EQ(run(*device, another), IoResult::Ok);
  ASSERT_TRUE(driveUntil([&] { return device->paths().pathFacts()[first].access == scsi::AluaState::Standby; }));
  onWrite = nullptr;
  ports[first].target.answerHeld({});
  ASSERT_TRUE(driveUntil([&] { return write.result.has_value(); }));
  EXPECT_EQ(write.result, IoResult::Ok);
  ASSERT_EQ(ports[1 - first].target.written.size(), 1U);
  EXPECT_EQ(ports[1 - first].target.written[0], support::pattern(8, 8, kLarge, 1));
}

TEST_F(PathsOfScript, APathThatIsAskedWhatItIsGoesOnSinceItWasSo) {
  const auto device = openBoth(2);
  const auto pathOf = [&](std::size_t port) { return device->paths().pathFacts()[port]; };
  const base::WallTime up = pathOf(0).since;
  ASSERT_TRUE(driveUntil([&] { return base::wallNow() > up; }));  // which counts seconds
  const int before = ports[0].probes;
  ports[0].attention = true;
  read(*device);
  ASSERT_TRUE(driveUntil([&] { return ports[0].probes > before && pathOf(0).state == LinkState::Up; }));
  EXPECT_EQ(pathOf(0).since, up);
  ports[0].state = 2;
  read(*device);
  ASSERT_TRUE(driveUntil([&] { return pathOf(0).access == scsi::AluaState::Standby; }));
  const base::WallTime asleep = pathOf(0).since;
  EXPECT_GT(asleep, up) << "another state of access is another state of the path";
  const int asked = ports[0].probes;
  bool steady = true;
  ASSERT_TRUE(driveUntil([&] {
    steady = steady && pathOf(0).state == LinkState::Up && pathOf(0).why == "its port is standby";
    return ports[0].probes > asked;
  }));
  for (int i = 0; i < 50; ++i) {
    loop.runTurn(std::chrono::milliseconds(1));
    steady = steady && pathOf(0).state == LinkState::Up;
  }
  EXPECT_TRUE(steady) << "nobody is told each time that it sleeps still";
  EXPECT_EQ(pathOf(0).since, asleep);
}

TEST_F(PathsOfScript, WhatAPathDoesNotAnswerInTimeGoesOverTheOther) {
  times.command = std::chrono::seconds(1);
  const auto device = openBoth(2);
  ports[0].hangs = true;
  read(*device);
  EXPECT_EQ(ports[1].reads, 10);
}

// Whichever path the policy likes.
TEST_F(PathsOfScript, WhatAPathIsBusyForGoesOverTheOther) {
  for (const PathPolicy policy : {PathPolicy::RoundRobin, PathPolicy::LowestLatency}) {
    const auto device = openBoth(2);
    device->paths().setPolicy(policy);
    ports[0].busy = false;
    for (int i = 0; i < 4; ++i) {
      Request request(IoKind::Read, 0, 1, kBlock);
      EXPECT_EQ(run(*device, request), IoResult::Ok);
    }
    ports[0].busy = true;
    ports[1].reads = 0;
    Request reads[] = {{IoKind::Read, 0, 1, kBlock}, {IoKind::Read, 0, 1, kBlock}};
    for (Request& request : reads) device->submit(request);
    ASSERT_TRUE(driveUntil([&] { return reads[0].result && reads[1].result; }));
    EXPECT_EQ(reads[0].result, IoResult::Ok);
    EXPECT_EQ(reads[1].result, IoResult::Ok);
    EXPECT_EQ(ports[1].reads, 2);
  }
}

// An abort that nobody has confirmed ends nothing: the target may still execute the write, after newer ones.
TEST_F(PathsOfScript, AWriteThatIsLostWhileItIsBeingAbortedGoesOverTheOtherPathBehindAFence) {
  times.command = std::chrono::seconds(1);
  LoopRelay relay(loop, *net::Address::parse(ports[0].target.portal()));
  ports[0].target.ignoresFunctions = true;
  const auto device = openOver({relay.portal(), ports[1].target.portal()}, 2, std::string(iscsi_test::kTargetName), 3);
  int writes[2] = {0, 0};
  int loginsAtWrite = 0;  // at the other port
  onWrite = [&](std::size_t port) {
    ++writes[port];
    loginsAtWrite = ports[1].target.logins;
    return Answer{.status = 0, .sense = {}, .data = {}, .drops = false, .none = port == 0};
  };
  while (writes[0] == 0) {  // until one takes the path that does not answer
    requests.push_back(std::make_unique<Request>(IoKind::Write, 16, 1, kBlock));
    device->submit(*requests.back());
    ASSERT_TRUE(driveUntil([&] { return writes[0] == 1 || requests.back()->result.has_value(); }));
  }
  const int before = writes[1];
  ASSERT_EQ(ports[1].target.logins, 1);
  ASSERT_TRUE(driveUntil([&] { return ports[0].target.functions > 0; }));
  relay.cut();
  ASSERT_TRUE(driveUntil([&] { return requests.back()->result.has_value(); }));
  EXPECT_EQ(requests.back()->result, IoResult::Ok);
  EXPECT_EQ(writes[1], before + 1);
  EXPECT_EQ(loginsAtWrite, 2) << "the fence has logged in before the write went over the other path";
}

TEST_F(PathsOfScript, AWriteInDoubtIsRepeatedBeforeOneThatCameLater) {
  LoopRelay relay(loop, *net::Address::parse(ports[0].target.portal()));
  const auto device = openOver({relay.portal()}, 1, std::string(iscsi_test::kTargetName), 3);
  const auto submit = [&](std::uint64_t lba) {
    requests.push_back(std::make_unique<Request>(IoKind::Write, lba, 1, kBlock));
    device->submit(*requests.back());
  };
  onWrite = [](std::size_t) { return Answer{.status = 0, .sense = {}, .data = {}, .drops = false, .none = true}; };
  submit(16);
  ASSERT_TRUE(driveUntil([&] { return written.size() == 1; }));
  relay.cut();
  ASSERT_TRUE(driveTo(*device, 0, LinkState::Lost));
  submit(32);
  onWrite = [](std::size_t) { return Answer{}; };
  relay.mend();
  ASSERT_TRUE(allEndedWell());
  EXPECT_EQ(written, (std::vector<std::uint32_t>{16, 16, 32}));
}

TEST_F(PathsOfScript, AUnitThatSaysNotWhatItIsGetsOnePath) {
  identity = false;
  const auto device = openBoth(1);
  ASSERT_TRUE(driveUntil([&] {
    return device->paths().pathFacts()[0].state != LinkState::Connecting &&
           device->paths().pathFacts()[1].state != LinkState::Connecting;
  }));
  read(*device);
  const auto facts = device->paths().pathFacts();
  EXPECT_EQ(std::ranges::count(facts, LinkState::Up, &PathFacts::state), 1);
  EXPECT_EQ(ports[0].reads * ports[1].reads, 0);
  for (const PathFacts& path : facts) {
    if (path.state == LinkState::Up) continue;
    EXPECT_THAT(path.why, HasSubstr("neither designator nor serial number"));
  }
}

}  // namespace
}  // namespace block
