// Logical units of another target as stores: what they say of themselves, splitting, loss, return, and identity.
#include "agent/block/remote_lun_device.h"

#include <gmock/gmock.h>

#include "tests/support/loop_server.h"
#include "tests/unit/block/remote_lun_fixture.h"
#include "tests/unit/initiator/loop_target.h"

namespace block {
namespace {

using scsi::IoKind;
using scsi::IoResult;
using support::LoopServer;
using support::Request;
using testing::HasSubstr;

// ---- against our own target

struct RemoteLunOfServer : RemoteLunTest {
  support::ScratchFolder folder;
  std::string file(const std::string& name) { return storeFile(folder, name); }
};

TEST_F(RemoteLunOfServer, TakesTheGeometryOfTheUnit) {
  LoopServer server(loop, {LoopServer::unit("a", file("a"), 1), LoopServer::unit("b", file("b") + ",readonly", 2)});
  const auto device = open(server.url(0));
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(device->geometry().blocks, 2048U);
  EXPECT_EQ(device->geometry().blockSize, 512U);
  EXPECT_TRUE(device->geometry().thin);
  EXPECT_TRUE(device->geometry().volatileCache);
  EXPECT_FALSE(device->geometry().readOnly);
  EXPECT_THAT(device->description(), HasSubstr("NAA 3000000000000001"));
  EXPECT_THAT(device->description(), HasSubstr(", connected"));
  const auto readOnly = open(server.url(1));
  ASSERT_NE(readOnly, nullptr);
  EXPECT_TRUE(readOnly->geometry().readOnly);
  EXPECT_EQ(write(*readOnly, 0, 1, 1), IoResult::WriteProtected);
}

TEST_F(RemoteLunOfServer, OpeningSaysWhatIsWrong) {
  LoopServer server(loop, {LoopServer::unit("a", "memory:1M", 1)});
  EXPECT_THAT(failureOf(server.url(7)), HasSubstr("LOGICAL UNIT NOT SUPPORTED"));
  changes = 0;
  EXPECT_THAT(failureOf(server.url(0) + ",block=4096"), HasSubstr("blocks of 512 bytes and not of 4096"));
  changes = 0;
  EXPECT_THAT(failureOf(server.url(0) + ",user=u,secret=/nowhere/secret"), HasSubstr("/nowhere/secret"));
  changes = 0;
  server.stop();
  EXPECT_THAT(failureOf(server.url(0)), HasSubstr("refused"));
}

TEST_F(RemoteLunOfServer, RequestsWaitForATargetThatIsStartedAgain) {
  LoopServer server(loop, {LoopServer::unit("a", file("a"), 1)});
  const auto device = open(server.url(0));
  ASSERT_NE(device, nullptr);
  ASSERT_EQ(write(*device, 0, 100, 1), IoResult::Ok);
  std::vector<std::unique_ptr<Request>> requests;
  for (std::uint64_t i = 0; i < 200; ++i) {
    requests.push_back(std::make_unique<Request>(IoKind::Write, i * 8, 8, 8 * kBlock));
    support::fillPattern(requests.back()->bytes(), i * 8, kBlock, 2);
    device->submit(*requests.back());
  }
  const auto ended = [&] {
    return std::count_if(requests.begin(), requests.end(), [](const auto& r) { return r->result.has_value(); });
  };
  ASSERT_TRUE(driveUntil([&] { return ended() > 0; }));
  server.stop();
  ASSERT_TRUE(driveUntil([&] { return device->description().find("not connected") != std::string::npos; }));
  EXPECT_LT(ended(), 200);
  server.start();
  ASSERT_TRUE(driveUntil([&] { return ended() == 200; }));
  for (const auto& request : requests) EXPECT_EQ(request->result, IoResult::Ok);
  EXPECT_TRUE(holds(*device, 0, 1600, 2));
}

TEST_F(RemoteLunOfServer, RequestsEndWhenThePatienceDoesAndWorkAgainLater) {
  LoopServer server(loop, {LoopServer::unit("a", file("a"), 1)});
  times.patience = std::chrono::milliseconds(500);  // longer than a busy machine lets a login wait
  const auto device = open(server.url(0));
  ASSERT_NE(device, nullptr);
  server.stop();
  Request waits(IoKind::Read, 0, 1, kBlock);
  EXPECT_EQ(run(*device, waits), IoResult::Gone);
  Request late(IoKind::Read, 0, 1, kBlock);
  device->submit(late);
  EXPECT_EQ(late.result, IoResult::Gone);  // at once
  server.start();
  ASSERT_TRUE(driveUntil([&] { return device->description().find(", connected") != std::string::npos; }));
  EXPECT_EQ(write(*device, 0, 1, 3), IoResult::Ok);
  EXPECT_TRUE(holds(*device, 0, 1, 3));
}

// It finds that a turn of the loop before the paths tell of it, and that turn may be a long one.
TEST_F(RemoteLunOfServer, ThePatienceBeginsWithTheFirstRequestThatFindsNoPath) {
  LoopServer server(loop, {LoopServer::unit("a", file("a"), 1)});
  times.patience = std::chrono::milliseconds(100);
  const auto device = open(server.url(0));
  ASSERT_NE(device, nullptr);
  server.stop();
  ASSERT_TRUE(driveUntil([&] { return device->description().find("not connected") != std::string::npos; }));
  Request waits(IoKind::Read, 0, 1, kBlock);
  device->submit(waits);
  ASSERT_FALSE(waits.result);
  const base::TimePoint end = loop.now() + times.patience;
  ASSERT_TRUE(support::driveUntil([] {}, [&] { return base::MonotonicClock::now() > end; }));
  ASSERT_TRUE(driveUntil([&] { return waits.result.has_value(); }));
  EXPECT_EQ(waits.result, IoResult::Gone);
  Request late(IoKind::Read, 0, 1, kBlock);
  device->submit(late);
  EXPECT_EQ(late.result, IoResult::Gone) << "at once: the unit is away for as long as the request was";
}

TEST_F(RemoteLunOfServer, AnotherUnitBehindTheLunIsNeverTouched) {
  const std::string first = file("a");
  const std::string second = file("b");
  LoopServer server(loop, {LoopServer::unit("a", first, 1)});
  const auto device = open(server.url(0));
  ASSERT_NE(device, nullptr);
  ASSERT_EQ(write(*device, 0, 4, 1), IoResult::Ok);
  server.apply({LoopServer::unit("b", second, 2)});  // in the middle of a session
  Request request(IoKind::Write, 0, 4, 4 * kBlock);
  support::fillPattern(request.bytes(), 0, kBlock, 9);
  EXPECT_EQ(run(*device, request), IoResult::Gone);
  EXPECT_THAT(device->description(), HasSubstr("lost for good: behind its LUN is another unit now"));
  EXPECT_THAT(device->description(), HasSubstr("NAA 3000000000000002"));
  const auto other = open(server.url(0));
  ASSERT_NE(other, nullptr);
  Request read(IoKind::Read, 0, 4, 4 * kBlock);
  ASSERT_EQ(run(*other, read), IoResult::Ok);
  EXPECT_TRUE(std::all_of(read.bytes().begin(), read.bytes().end(), [](auto b) { return b == 0; }));
}

TEST_F(RemoteLunOfServer, AnotherUnitAfterARestartIsNeverTouched) {
  LoopServer server(loop, {LoopServer::unit("a", file("a"), 1)});
  const auto device = open(server.url(0));
  ASSERT_NE(device, nullptr);
  server.stop();
  Request request(IoKind::Write, 0, 4, 4 * kBlock);
  device->submit(request);
  server.start();
  server.apply({LoopServer::unit("b", file("b"), 2)});
  ASSERT_TRUE(driveUntil([&] { return request.result.has_value(); }));
  EXPECT_EQ(request.result, IoResult::Gone);
  EXPECT_THAT(device->description(), HasSubstr("lost for good"));
}

TEST_F(RemoteLunOfServer, ALossAndAReturnAreToldOnceEach) {
  LoopServer server(loop, {LoopServer::unit("a", file("a"), 1)});
  const auto device = open(server.url(0));
  ASSERT_NE(device, nullptr);
  std::vector<std::string> told;
  device->setReachAttention([&](const std::string& lostBecause) { told.push_back(lostBecause); });
  EXPECT_EQ(write(*device, 0, 1, 1), IoResult::Ok);
  EXPECT_TRUE(told.empty());
  server.stop();
  ASSERT_TRUE(driveUntil([&] { return !told.empty(); }));
  for (int i = 0; i < 30; ++i) loop.runTurn(std::chrono::milliseconds(1));
  EXPECT_EQ(told.size(), 1U) << "attempts that fail are no losses";
  EXPECT_NE(told[0], "");
  server.start();
  ASSERT_TRUE(driveUntil([&] { return told.size() > 1; }));
  EXPECT_EQ(told[1], "");
  server.stop();
  ASSERT_TRUE(driveUntil([&] { return told.size() > 2; }));
  server.start();
  server.apply({LoopServer::unit("b", file("b"), 2)});
  ASSERT_TRUE(driveUntil([&] { return told.size() > 3; }));
  EXPECT_THAT(told[3], HasSubstr("lost for good"));
  device->setReachAttention({});
}

TEST_F(RemoteLunOfServer, AnotherSizeIsNoticed) {
  LoopServer server(loop, {LoopServer::unit("a", file("a"), 1)});
  const auto device = open(server.url(0));
  ASSERT_NE(device, nullptr);
  int told = 0;
  device->setSizeAttention([&] { ++told; });
  EXPECT_FALSE(device->refresh().value());
  ASSERT_TRUE(server.server().resize("a", 4096, Shrink::Refuse));
  EXPECT_EQ(write(*device, 0, 1, 1), IoResult::Ok);  // the UNIT ATTENTION comes with the next command
  EXPECT_EQ(told, 1);
  EXPECT_EQ(device->geometry().blocks, 2048U);
  EXPECT_TRUE(device->refresh().value());
  EXPECT_EQ(device->geometry().blocks, 4096U);
  EXPECT_EQ(write(*device, 4000, 96, 2), IoResult::Ok);
}

// The store of a unit is a LUN of its own target: that works, and when the LUN becomes the unit itself it ends.
TEST_F(RemoteLunOfServer, AUnitThatBecomesItsOwnStoreEndsInsteadOfAskingItself) {
  LoopServer server(loop, {LoopServer::unit("a", file("a"), 1)});
  const std::string store = server.url(0);
  ASSERT_TRUE(driveUntil([&] { return server.stores().check(store).ok(); }));
  const auto a = LoopServer::unit("a", file("a"), 1);
  const auto loops = LoopServer::unit("loops", store, 2);
  server.apply({a, loops});
  {
    const auto device = open(server.url(1));
    ASSERT_NE(device, nullptr);
    EXPECT_EQ(write(*device, 0, 8, 1), IoResult::Ok);
    EXPECT_TRUE(holds(*device, 0, 8, 1));
  }
  server.apply({loops, a});
  const auto device = open(server.url(0));
  ASSERT_NE(device, nullptr);
  EXPECT_NE(write(*device, 0, 8, 2), IoResult::Ok);
  const auto below = open(server.url(1));
  ASSERT_NE(below, nullptr);
  EXPECT_TRUE(holds(*below, 0, 8, 1));
}

TEST_F(RemoteLunOfServer, AServerMayEndWhileItsRemoteStoreIsAway) {
  LoopServer behind(loop, {LoopServer::unit("a", file("a"), 1)});
  LoopServer front(loop, {LoopServer::unit("own", "memory:1M", 2)});
  loop.setTurnEnd([&] { front.server().onTurnEnd(); });
  const std::string store = behind.url(0);
  ASSERT_TRUE(driveUntil([&] { return front.stores().check(store).ok(); }));
  front.apply({LoopServer::unit("gateway", store, 3)});
  std::vector<std::unique_ptr<Request>> requests;
  const auto device = open(front.url(0));
  ASSERT_NE(device, nullptr);
  ASSERT_EQ(write(*device, 0, 8, 1), IoResult::Ok);
  behind.stop();
  for (std::uint64_t i = 0; i < 100; ++i) {
    requests.push_back(std::make_unique<Request>(IoKind::Write, i * 8, 8, 8 * kBlock));
    device->submit(*requests.back());
  }
  ASSERT_TRUE(driveUntil(
      [&] { return front.server().sessions().size() == 1 && front.server().sessions()[0].commandsNow > 0; }));
  for (int i = 0; i < 20; ++i) loop.runTurn(std::chrono::milliseconds(1));
  front.stop();
  loop.setTurnEnd({});
}

TEST_F(RemoteLunOfServer, OpeningsOfStoresThatNobodyWantsAreDropped) {
  LoopServer server(loop, {LoopServer::unit("a", "memory:1M", 1)});
  const std::string store = server.url(0);
  DeviceOpener& stores = server.stores();
  EXPECT_THAT(stores.check(store).error().text, HasSubstr("not connected yet"));
  int told = 0;
  stores.setChanged([&] {
    ++told;
    stores.keep({store});
    stores.keep({});  // also from here
  });
  EXPECT_EQ(stores.pending(), 1U);
  ASSERT_TRUE(driveUntil([&] { return told == 1; }));
  EXPECT_EQ(stores.pending(), 0U);
}

// ---- against a target that answers what the test wants

struct RemoteLunOfScript : RemoteLunTest {
  using Answer = initiator_test::Answer;

  RemoteLunOfScript() {
    target.onCommand = [this](const iscsi::ScsiCommand& command) { return answer(command); };
  }

  static base::Bytes sense(std::uint8_t key, std::uint8_t asc, std::uint8_t ascq) { return {0x72, key, asc, ascq}; }
  static Answer refused(std::uint8_t key, std::uint8_t asc, std::uint8_t ascq) {
    return {2, sense(key, asc, ascq), {}};
  }

  Answer answer(const iscsi::ScsiCommand& command) {
    const auto& cdb = command.cdb;
    switch (cdb[0]) {
      case 0x00:
        return {};
      case 0x12:
        return inquiry(cdb[1] == 1, cdb[2]);
      case 0x9e:
        return refused(5, 0x20, 0);  // no READ CAPACITY(16)
      case 0x25:
        return {0, {}, {0, 0, 0xff, 0xff, 0, 0, 2, 0}};
      case 0x1a:
        return {0, {}, base::Bytes(modes)};
      default:
        break;
    }
    commands.push_back(base::Bytes(cdb.begin(), cdb.end()));
    if (onData) return onData(command);
    return command.read ? Answer{0, {}, base::Bytes(command.expectedDataTransferLength, 7)} : Answer{};
  }
  Answer inquiry(bool vpd, std::uint8_t page) const {
    if (!vpd) return {0, {}, base::Bytes(36)};
    switch (page) {
      case 0x00:
        return {0, {}, {0, 0, 0, 3, 0x00, 0x80, 0xb0}};
      case 0x80:
        return {0, {}, {0, 0x80, 0, 4, 'S', 'N', '0', serial}};
      default:
        break;
    }
    base::Bytes limits(64);
    limits[1] = 0xb0;
    limits[3] = 60;
    base::storeU32(limits.data() + 8, maxTransfer);
    return {0, {}, limits};
  }
  std::string url() { return "iscsi://" + target.portal() + "/" + std::string(iscsi_test::kTargetName) + "/3"; }
  IoResult resultWith(Device& device, const Answer& answer, IoKind kind = IoKind::Write) {
    onData = [&](const iscsi::ScsiCommand&) { return answer; };
    Request request(kind, 8, 1, kBlock);
    const IoResult result = run(device, request);
    onData = nullptr;
    return result;
  }

  initiator_test::LoopTarget target{loop};
  base::Bytes modes{3, 0, 0, 0};  // without the caching page
  std::uint8_t serial = 'a';
  std::uint32_t maxTransfer = 0;
  std::vector<base::Bytes> commands;
  std::function<Answer(const iscsi::ScsiCommand&)> onData;
};

TEST_F(RemoteLunOfScript, UnitWithoutTheCommandsOf16BytesIsReadAndWrittenByThoseOf10) {
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(device->geometry().blocks, 65536U);
  EXPECT_TRUE(device->geometry().volatileCache);  // it does not say
  EXPECT_FALSE(device->geometry().thin);
  EXPECT_THAT(device->description(), HasSubstr("serial number SN0a"));
  Request read(IoKind::Read, 65535, 1, kBlock);
  EXPECT_EQ(run(*device, read), IoResult::Ok);
  EXPECT_EQ(commands.back()[0], 0x28);
}

TEST_F(RemoteLunOfScript, RequestsAreSplitAtTheLongestTransfer) {
  maxTransfer = 16;
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  Request read(IoKind::Read, 100, 40, 40 * kBlock);
  ASSERT_EQ(run(*device, read), IoResult::Ok);
  ASSERT_EQ(commands.size(), 3U);
  const std::pair<std::uint32_t, std::uint16_t> wanted[] = {{100, 16}, {116, 16}, {132, 8}};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(base::loadU32(commands[i].data() + 2), wanted[i].first);
    EXPECT_EQ(base::loadU16(commands[i].data() + 7), wanted[i].second);
  }
  EXPECT_TRUE(std::all_of(read.bytes().begin(), read.bytes().end(), [](auto b) { return b == 7; }));
}

TEST_F(RemoteLunOfScript, ForcedWriteIsFollowedByAFlushWhereTheUnitHasNoFua) {
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  Request write(IoKind::Write, 0, 1, kBlock);
  write.forceUnitAccess = true;
  ASSERT_EQ(run(*device, write), IoResult::Ok);
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[0][0], 0x2a);
  EXPECT_EQ(commands[0][1] & 8, 0);
  EXPECT_EQ(commands[1][0], 0x35);
}

TEST(RemoteLunTransfer, ADiscardThatIsForcedIsFollowedByAFlush) {
  struct Owner final : RemoteLunTransferOwner {
    void stepEnded(RemoteLunTransfer&) override {}
  } owner;
  RemoteLunFacts facts;
  facts.geometry.blocks = 1024;
  facts.geometry.thin = facts.geometry.volatileCache = facts.unmap = true;
  BouncePool bounces;
  for (const bool forced : {false, true}) {
    RemoteLunTransfer transfer(owner);
    Request discard(IoKind::Discard, 8, 16, 0);
    discard.forceUnitAccess = forced;
    transfer.begin(discard);
    ASSERT_TRUE(transfer.prepare(facts, {}, bounces));
    EXPECT_EQ(transfer.cdb[0], 0x42);
    EXPECT_EQ(transfer.advance(), !forced);
    if (!forced) continue;
    ASSERT_TRUE(transfer.prepare(facts, {}, bounces));
    EXPECT_EQ(transfer.cdb[0], 0x35);
    EXPECT_TRUE(transfer.advance());
  }
}

TEST_F(RemoteLunOfScript, ForcedWriteHasFuaWhereTheUnitTakesIt) {
  modes[2] = 0x10;
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  Request write(IoKind::Write, 0, 1, kBlock);
  write.forceUnitAccess = true;
  ASSERT_EQ(run(*device, write), IoResult::Ok);
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(commands[0][1] & 8, 8);
}

// What the unit says of itself while the write is on its way does not count for it.
TEST_F(RemoteLunOfScript, ForcedWriteIsFlushedAlsoWhereTheUnitBecomesReadOnlyMeanwhile) {
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  onData = [&](const iscsi::ScsiCommand&) { return Answer{.status = 0, .sense = {}, .data = {}, .later = true}; };
  Request write(IoKind::Write, 0, 1, kBlock);
  write.forceUnitAccess = true;
  device->submit(write);
  ASSERT_TRUE(driveUntil([&] { return commands.size() == 1; }));
  modes[2] = 0x80;  // WP
  bool told = false;
  onData = [&](const iscsi::ScsiCommand& command) {
    if (!std::exchange(told, true)) return refused(6, 0x2a, 0x01);
    return Answer{0, {}, base::Bytes(command.read ? command.expectedDataTransferLength : 0)};
  };
  Request read(IoKind::Read, 0, 1, kBlock);
  ASSERT_EQ(run(*device, read), IoResult::Ok);
  ASSERT_TRUE(device->geometry().readOnly);
  commands.clear();
  target.answerHeld({});
  ASSERT_TRUE(driveUntil([&] { return write.result.has_value(); }));
  EXPECT_EQ(write.result, IoResult::Ok);
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(commands.back()[0], 0x35);
}

TEST_F(RemoteLunOfScript, AUnitThatTellsOfNoCacheAndKnowsNoFlushHasNone) {
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(resultWith(*device, refused(5, 0x24, 0), IoKind::Flush), IoResult::MediumError) << "a field, not a command";
  commands.clear();
  const Answer unknown = refused(5, 0x20, 0);
  EXPECT_EQ(resultWith(*device, unknown, IoKind::Flush), IoResult::Ok);
  EXPECT_EQ(resultWith(*device, unknown, IoKind::Flush), IoResult::Ok);
  EXPECT_EQ(commands.size(), 1U) << "it is not asked again";
  Request write(IoKind::Write, 0, 1, kBlock);
  write.forceUnitAccess = true;
  EXPECT_EQ(run(*device, write), IoResult::Ok);
  EXPECT_EQ(commands.size(), 2U);
}

TEST_F(RemoteLunOfScript, AForcedWriteIsDoneWhereTheUnitKnowsNoFlush) {
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  onData = [&](const iscsi::ScsiCommand& command) { return command.cdb[0] == 0x35 ? refused(5, 0x20, 0) : Answer{}; };
  Request write(IoKind::Write, 0, 1, kBlock);
  write.forceUnitAccess = true;
  EXPECT_EQ(run(*device, write), IoResult::Ok);
  EXPECT_EQ(commands.size(), 2U);
}

TEST_F(RemoteLunOfScript, AUnitThatTellsOfACacheAndCannotFlushItFails) {
  modes = base::Bytes(24);
  modes[0] = 23;
  modes[4] = 0x08;
  modes[5] = 18;
  modes[6] = 0x04;  // WCE
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(resultWith(*device, refused(5, 0x20, 0), IoKind::Flush), IoResult::MediumError);
}

TEST_F(RemoteLunOfScript, SenseBecomesAResult) {
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(resultWith(*device, refused(7, 0x27, 0x07)), IoResult::NoSpace);
  EXPECT_EQ(resultWith(*device, refused(7, 0x27, 0x00)), IoResult::WriteProtected);
  EXPECT_EQ(resultWith(*device, refused(3, 0x11, 0x00), IoKind::Read), IoResult::MediumError);
  EXPECT_EQ(resultWith(*device, refused(4, 0x44, 0x00)), IoResult::MediumError);
  EXPECT_EQ(resultWith(*device, refused(5, 0x21, 0x00)), IoResult::OutOfRange);
  EXPECT_EQ(resultWith(*device, Answer{0x18, {}, {}}), IoResult::Gone);  // RESERVATION CONFLICT
  EXPECT_EQ(resultWith(*device, Answer{0x30, {}, {}}), IoResult::MediumError);  // ACA ACTIVE, of which it has none
  EXPECT_EQ(resultWith(*device, Answer{0, {}, base::Bytes(100)}, IoKind::Read), IoResult::MediumError);  // too little
  Request good(IoKind::Read, 0, 1, kBlock);
  EXPECT_EQ(run(*device, good), IoResult::Ok);
}

// A unit may be busy for as long as it may be away.
TEST_F(RemoteLunOfScript, AUnitThatIsBusyForAWhileIsWaitedFor) {
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  const Answer answers[] = {Answer{0x08, {}, {}}, Answer{0x28, {}, {}}, refused(2, 0x04, 0x01)};
  std::vector<std::unique_ptr<Request>> requests;
  const base::TimePoint until = base::MonotonicClock::now() + std::chrono::milliseconds(3600);
  onData = [&](const iscsi::ScsiCommand& command) {
    if (base::MonotonicClock::now() < until) return answers[base::loadU32(&command.cdb[2])];
    return Answer{};
  };
  for (std::uint64_t i = 0; i < std::size(answers); ++i) {
    requests.push_back(std::make_unique<Request>(IoKind::Write, i, 1, kBlock));
    device->submit(*requests.back());
  }
  ASSERT_TRUE(
      driveUntil([&] { return std::ranges::all_of(requests, [](const auto& r) { return r->result.has_value(); }); }));
  for (const auto& request : requests) EXPECT_EQ(request->result, IoResult::Ok);
}

TEST_F(RemoteLunOfScript, AUnitThatIsBusyForEverEndsThePatience) {
  times.patience = std::chrono::milliseconds(400);
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  const base::TimePoint began = base::MonotonicClock::now();
  EXPECT_EQ(resultWith(*device, Answer{0x28, {}, {}}), IoResult::Gone);
  const base::Duration took = base::MonotonicClock::now() - began;
  EXPECT_GE(took, times.patience);
  EXPECT_LT(took, std::chrono::seconds(2));
  Request good(IoKind::Read, 0, 1, kBlock);
  EXPECT_EQ(run(*device, good), IoResult::Ok);
}

// Of what follows the times are long, so that what is left of a patience is told from a whole one on a busy machine.
struct RemoteLunOfPatience : RemoteLunOfScript {
  RemoteLunOfPatience() { times.patience = std::chrono::milliseconds(1500); }
  void submitReads(Device& device, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      requests.push_back(std::make_unique<Request>(IoKind::Read, i, 1, kBlock));
      device.submit(*requests.back());
    }
  }
  // Until so many of them have ended; when that was.
  base::TimePoint endOf(std::size_t count) {
    const auto ended = [](const auto& request) { return request->result.has_value(); };
    EXPECT_TRUE(driveUntil([&] { return static_cast<std::size_t>(std::ranges::count_if(requests, ended)) >= count; }));
    return base::MonotonicClock::now();
  }

  static constexpr std::chrono::milliseconds kFirstWait{1000};
  const Answer busy{0x08, {}, {}};
  const Answer drop{.status = 0, .sense = {}, .data = {}, .drops = true};
  std::vector<std::unique_ptr<Request>> requests;
};

TEST_F(RemoteLunOfPatience, WhoHasWaitedForAPathWaitsForABusyUnitForTheRestOfIt) {
  times.firstPause = times.longestPause = kFirstWait;
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  std::optional<base::TimePoint> asked;
  bool dropped = false;
  onData = [&](const iscsi::ScsiCommand&) {
    if (!std::exchange(dropped, true)) return drop;
    if (!asked) asked = base::MonotonicClock::now();
    return busy;
  };
  submitReads(*device, 1);
  const base::TimePoint end = endOf(1);
  ASSERT_TRUE(asked) << "it came back while it was waited for";
  EXPECT_LT(end - *asked, times.patience - kFirstWait / 2);
  EXPECT_EQ(requests[0]->result, IoResult::Gone);
}

// Also those for which there was no room while it was busy.
TEST_F(RemoteLunOfPatience, WhoHasWaitedForABusyUnitWaitsForAPathForTheRestOfIt) {
  times.firstPause = times.longestPause = std::chrono::seconds(20);
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  std::optional<base::TimePoint> asked, lost;
  onData = [&](const iscsi::ScsiCommand&) {
    const base::TimePoint now = base::MonotonicClock::now();
    if (!asked) asked = now;
    if (now - *asked < kFirstWait) return busy;
    if (!lost) lost = now;
    return drop;
  };
  submitReads(*device, RemoteLunDevice::kDepth + 8);
  const base::TimePoint end = endOf(requests.size());
  ASSERT_TRUE(lost);
  EXPECT_LT(end - *lost, times.patience - kFirstWait / 2);
  for (const auto& request : requests) EXPECT_EQ(request->result, IoResult::Gone);
  const base::TimePoint began = base::MonotonicClock::now();
  submitReads(*device, 1);
  EXPECT_FALSE(requests.back()->result) << "one that comes now waits, as long as the unit is waited for";
  EXPECT_GE(endOf(requests.size()) - began, times.patience / 4);
}

TEST_F(RemoteLunOfPatience, WhoStandsBehindThoseThatWaitForABusyUnitWaitsWithThem) {
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  onData = [&](const iscsi::ScsiCommand&) { return busy; };
  submitReads(*device, RemoteLunDevice::kDepth + 8);
  const base::TimePoint first = endOf(RemoteLunDevice::kDepth);
  EXPECT_LT(endOf(requests.size()) - first, times.patience / 2);
  for (const auto& request : requests) EXPECT_EQ(request->result, IoResult::Gone);
}

// A unit that does something for others is slow, not busy.
TEST_F(RemoteLunOfPatience, WhoStandsBehindOthersThatAreDoneHasItsPatienceStill) {
  times.patience = std::chrono::seconds(2);
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  onData = [&](const iscsi::ScsiCommand&) { return Answer{.status = 0, .sense = {}, .data = {}, .later = true}; };
  submitReads(*device, RemoteLunDevice::kDepth + 1);
  const base::TimePoint began = base::MonotonicClock::now();
  ASSERT_TRUE(driveUntil([&] { return base::MonotonicClock::now() - began > times.patience; }));
  const Answer good{0, {}, base::Bytes(kBlock)};
  std::optional<base::TimePoint> asked;
  onData = [&](const iscsi::ScsiCommand&) {
    const base::TimePoint now = base::MonotonicClock::now();
    if (!asked) asked = now;
    return now - *asked < RemoteLunDevice::kBusyOfAPath + std::chrono::milliseconds(100) ? busy : good;
  };
  target.answerHeld(good);
  (void)endOf(requests.size());
  for (const auto& request : requests) EXPECT_EQ(request->result, IoResult::Ok);
}

TEST_F(RemoteLunOfScript, ARecoveredErrorIsNone) {
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  const Answer recovered = refused(1, 0x5d, 0x00);  // failure prediction
  EXPECT_EQ(resultWith(*device, recovered), IoResult::Ok);
  EXPECT_EQ(resultWith(*device, recovered, IoKind::Flush), IoResult::Ok);
  EXPECT_EQ(resultWith(*device, recovered, IoKind::Read), IoResult::MediumError) << "its data did not come";
}

// A drain makes what was written a moment ago read-only: it may be in the unit's cache.
TEST_F(RemoteLunOfScript, AUnitThatIsReadOnlyNowIsFlushedStill) {
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  ASSERT_FALSE(device->geometry().readOnly);
  modes[2] = 0x80;  // WP
  for (int i = 0; i < 2; ++i) {
    bool told = false;
    onData = [&](const iscsi::ScsiCommand& command) {
      if (!std::exchange(told, true)) return refused(6, 0x2a, 0x01);
      return Answer{0, {}, base::Bytes(command.read ? command.expectedDataTransferLength : 0)};
    };
    Request read(IoKind::Read, 0, 1, kBlock);
    ASSERT_EQ(run(*device, read), IoResult::Ok);
    ASSERT_TRUE(device->geometry().readOnly);
    onData = nullptr;
    commands.clear();
    Request flush(IoKind::Flush, 0, 0, 0);
    EXPECT_EQ(run(*device, flush), IoResult::Ok);
    ASSERT_EQ(commands.size(), 1U);
    EXPECT_EQ(commands.back()[0], 0x35);
  }
}

TEST_F(RemoteLunOfScript, AUnitThatWasAlwaysReadOnlyHasNothingToFlush) {
  modes[2] = 0x80;
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  Request flush(IoKind::Flush, 0, 0, 0);
  EXPECT_EQ(run(*device, flush), IoResult::Ok);
  EXPECT_TRUE(commands.empty());
}

TEST_F(RemoteLunOfScript, RequestThatEndsEverySessionIsGivenUp) {
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(resultWith(*device, Answer{.status = 0, .sense = {}, .data = {}, .drops = true}), IoResult::MediumError);
  EXPECT_GE(target.logins, 9);
}

// What the target's window did not let out by then: half of what the device may have with the unit.
TEST_F(RemoteLunOfScript, WhatWasNotSentDoesNotReachAnotherUnit) {
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  onData = [this](const iscsi::ScsiCommand&) {
    return std::exchange(serial, 'b') == 'a' ? refused(6, 0x3f, 0x0e) : Answer{};
  };
  std::vector<std::unique_ptr<Request>> requests;
  for (std::uint64_t i = 0; i < RemoteLunDevice::kDepth; ++i) {
    requests.push_back(std::make_unique<Request>(IoKind::Write, i, 1, kBlock));
    device->submit(*requests.back());
  }
  ASSERT_TRUE(
      driveUntil([&] { return std::ranges::all_of(requests, [](const auto& r) { return r->result.has_value(); }); }));
  EXPECT_LE(commands.size(), initiator_test::LoopTarget::kWindow);
  EXPECT_EQ(requests.back()->result, IoResult::Gone);
}

TEST_F(RemoteLunOfScript, WhatWasTakenBackIsSentWhenTheUnitIsTheSame) {
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  int attentions = 0;
  onData = [&](const iscsi::ScsiCommand&) { return attentions++ % 40 == 0 ? refused(6, 0x3f, 0x0e) : Answer{}; };
  std::vector<std::unique_ptr<Request>> requests;
  for (std::uint64_t i = 0; i < 400; ++i) {
    requests.push_back(std::make_unique<Request>(IoKind::Write, i, 1, kBlock));
    device->submit(*requests.back());
  }
  ASSERT_TRUE(
      driveUntil([&] { return std::ranges::all_of(requests, [](const auto& r) { return r->result.has_value(); }); }));
  for (const auto& request : requests) EXPECT_EQ(request->result, IoResult::Ok);
  EXPECT_GT(attentions, 400);
}

TEST_F(RemoteLunOfScript, AUnitThatHasAnotherSerialNumberAfterALossIsAnother) {
  const auto device = open(url());
  ASSERT_NE(device, nullptr);
  onData = [this](const iscsi::ScsiCommand&) {
    serial = 'b';
    return Answer{.status = 0, .sense = {}, .data = {}, .drops = true};
  };
  Request write(IoKind::Write, 0, 1, kBlock);
  EXPECT_EQ(run(*device, write), IoResult::Gone);
  EXPECT_EQ(commands.size(), 1U);
  EXPECT_THAT(device->description(), HasSubstr("serial number SN0b, and it was serial number SN0a"));
}

}  // namespace
}  // namespace block
