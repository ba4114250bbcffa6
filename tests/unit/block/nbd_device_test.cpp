// What an NBD device makes of what a server says, of its silence and of its going. The server is the test's.
#include "agent/block/nbd_device.h"

#include <deque>

#include "agent/block/nbd_opening.h"
#include "tests/support/block_request.h"
#include "tests/unit/block/nbd_server.h"

namespace block {
namespace {

using scsi::IoKind;
using scsi::IoResult;
using support::Request;

class NbdDeviceTest : public testing::Test, private OpeningOwner {
 protected:
  NbdDeviceTest() {
    options_.times.firstPause = options_.times.hold = std::chrono::milliseconds(1);
    options_.times.longestPause = std::chrono::milliseconds(4);
  }
  void beginOpening() {
    NbdTarget target;
    target.host = server_.host();
    if (target.host.empty()) target.socketPath = server_.path();
    target.exportName = "disk";
    opening_ = openNbd(loop_, target, options_, *this);
  }
  void open() {
    beginOpening();
    ASSERT_TRUE(server_.acceptAndShakeHands());
    ASSERT_TRUE(driveUntil(loop_, [&] {
      auto device = opening_->take();
      if (device) device_ = std::move(device).value();
      return device_ != nullptr;
    })) << opening_->take().error().text;
    opening_.reset();
  }
  std::string whyNotOpened(const char* words) {
    (void)driveUntil(loop_, [&] { return opening_->take().error().text.find(words) != std::string::npos; });
    return opening_->take().error().text;
  }
  Request& submit(IoKind kind, std::uint64_t lba = 0, std::uint64_t count = 0, bool force = false) {
    const bool moves = kind == IoKind::Read || kind == IoKind::Write;
    Request& request = requests_.emplace_back(kind, lba, count, moves ? count * 512 : 0);
    if (kind == IoKind::Write) support::fillPattern(request.bytes(), lba, 512, 1);
    request.forceUnitAccess = force;
    device_->submit(request);
    return request;
  }
  std::optional<IoResult> endOf(const Request& request) {
    (void)driveUntil(loop_, [&] { return request.result.has_value(); });
    return request.result;
  }
  bool describes(const char* words) {
    return driveUntil(loop_, [&] { return device_->description().find(words) != std::string::npos; });
  }
  static base::Bytes bytes(std::size_t size, std::uint8_t value) { return base::Bytes(size, value); }

  net::Loop loop_;
  NbdServer server_{loop_};
  NbdOptions options_;
  std::unique_ptr<Opening> opening_;
  std::deque<Request> requests_;
  std::unique_ptr<Device> device_;

 private:
  void onOpeningChanged() override {}
};

// ---- opening

TEST_F(NbdDeviceTest, geometryIsWhatTheServerOffers) {
  server_.flags |= nbd::kRotational;
  open();
  const scsi::Geometry geometry = device_->geometry();
  EXPECT_EQ(geometry.blocks, 2048U);
  EXPECT_EQ(geometry.blockSize, 512U);
  EXPECT_EQ(geometry.physicalExponent, 3);
  EXPECT_TRUE(geometry.thin && geometry.rotating && geometry.volatileCache);
  EXPECT_FALSE(geometry.readOnly);
}

TEST(NbdLayout, followsFlagsAndSizes) {
  NbdExport exported;
  exported.size = 8192;
  exported.flags = nbd::kHasFlags | nbd::kSendTrim;
  EXPECT_FALSE(nbdGeometry(exported, false, false)->thin) << "what is trimmed may read as anything";
  EXPECT_FALSE(nbdGeometry(exported, false, false)->volatileCache);
  exported.flags |= nbd::kReadOnly | nbd::kSendFlush;
  EXPECT_TRUE(nbdGeometry(exported, false, false)->readOnly);
  exported.minimum = 1024;
  EXPECT_EQ(nbdGeometry(exported, false, false)->blockSize, 4096U);
  exported.size = 8192 + 512;
  EXPECT_FALSE(nbdGeometry(exported, false, false));
  exported.size = 1 << 20;
  exported.minimum = 8192;
  EXPECT_THAT(nbdGeometry(exported, false, false).error().text, testing::HasSubstr("let it take 4096"));
}

TEST_F(NbdDeviceTest, openingTellsWhyThereIsNoDevice) {
  server_.stopListening();
  ::unlink(server_.path().c_str());
  beginOpening();
  EXPECT_THAT(whyNotOpened("No such"), testing::HasSubstr("cannot connect: No such file"));
  server_.listen();
  server_.minimum = server_.preferred = 8192;
  ASSERT_TRUE(server_.acceptAndShakeHands());
  EXPECT_THAT(whyNotOpened("let it"), testing::HasSubstr("let it take 4096"));
  ASSERT_TRUE(server_.accept());
  server_.greet();
  server_.skipOption(4);
  server_.optionReply(8, nbd::kReplyErrorBit + 5, base::asBytes("secret\x01"));
  EXPECT_THAT(whyNotOpened("TLS"), testing::HasSubstr("wants TLS, which is not supported here: secret."));
  ASSERT_TRUE(server_.accept());
  server_.greet();
  server_.skipOption(4);
  server_.optionReply(8, nbd::kReplyAck, {});
  server_.skipOption(0);
  server_.optionReply(7, nbd::kReplyErrorBit + 6, {});
  EXPECT_THAT(whyNotOpened("no export"), testing::HasSubstr("the server has no export \"disk\""));
  server_.minimum = 1;
  ASSERT_TRUE(server_.acceptAndShakeHands());
  EXPECT_TRUE(driveUntil(loop_, [&] { return static_cast<bool>(opening_->take()); }));
}

TEST_F(NbdDeviceTest, handshakeThatBreaksTheRulesIsRefused) {
  beginOpening();
  const auto attempt = [&](const std::function<void()>& say, const char* words) {
    ASSERT_TRUE(server_.accept());
    say();
    EXPECT_THAT(whyNotOpened(words), testing::HasSubstr(words));
  };
  const auto haggle = [&] {
    server_.greet();
    server_.skipOption(4);
    server_.optionReply(8, nbd::kReplyAck, {});
    server_.skipOption(0);
  };
  attempt([&] { server_.send(base::asBytes("SSH-2.0-OpenSSH_9.2p1 Debian-2")); }, "no NBD server");
  attempt([&] { haggle(), server_.optionReply(8, nbd::kReplyAck, {}); }, "another option");
  attempt([&] { haggle(), server_.optionReply(7, nbd::kReplyAck, {}); }, "without telling its size");
  attempt([&] { haggle(), server_.optionReply(7, nbd::kReplyServer, {}); }, "NBD_REP_SERVER");
  attempt([&] { haggle(), server_.optionReply(7, 9, {}); }, "reply 9");
  attempt([&] { haggle(), server_.optionReply(7, nbd::kReplyInfo, bytes(11, 0)); }, "NBD_INFO_EXPORT");
  attempt([&] { haggle(), server_.optionReply(7, nbd::kReplyInfo, bytes(12, 0)); }, "NBD_FLAG_HAS_FLAGS");
  attempt([&] { haggle(), server_.optionReply(7, nbd::kReplyInfo, bytes(9000, 0)); }, "too long");
  attempt([&] { haggle(), server_.send(bytes(20, 7)); }, "no magic");
  const base::Bytes sizes = {0, 3, 0, 0, 2, 1, 0, 0, 16, 0, 2, 0, 0, 0};
  attempt([&] { haggle(), server_.optionReply(7, nbd::kReplyInfo, sizes); }, "minimum 513");
  attempt(
      [&] {
        haggle();
        for (int i = 0; i < 65; ++i) server_.optionReply(7, nbd::kReplyInfo, base::Bytes{0, 9});
      },
      "too many replies");
}

// ---- replies

TEST_F(NbdDeviceTest, simpleRepliesComeInAnyOrder) {
  server_.structured = false;
  open();
  Request& first = submit(IoKind::Read, 0, 2);
  Request& second = submit(IoKind::Read, 8, 1);
  const NbdRequest a = server_.next(), b = server_.next();
  EXPECT_EQ(b.offset, 4096U);
  server_.simple(b, 0, bytes(512, 2));
  EXPECT_EQ(endOf(second), IoResult::Ok);
  EXPECT_FALSE(first.result.has_value());
  server_.simple(a, 0, bytes(1024, 1));
  EXPECT_EQ(endOf(first), IoResult::Ok);
  EXPECT_EQ(first.bytes()[1023], 1);
  EXPECT_EQ(second.bytes()[0], 2);
}

TEST_F(NbdDeviceTest, structuredRepliesComeInPiecesHolesAndAnyOrder) {
  open();
  Request& first = submit(IoKind::Read, 0, 4);
  first.cut({});
  Request& second = submit(IoKind::Read, 8, 2);
  const NbdRequest a = server_.next(), b = server_.next();
  std::fill(first.bytes().begin(), first.bytes().end(), std::uint8_t{9});
  server_.data(a, 1024, bytes(1024, 3), false);
  server_.data(b, 4096, bytes(1024, 4), true);
  server_.hole(a, 0, 700, false);
  server_.data(a, 700, bytes(324, 5), false);
  EXPECT_EQ(endOf(second), IoResult::Ok);
  server_.chunk(a, 0, true, {});
  EXPECT_EQ(endOf(first), IoResult::Ok);
  EXPECT_EQ(first.bytes()[699], 0);
  EXPECT_EQ(first.bytes()[700], 5);
  EXPECT_EQ(first.bytes()[2047], 3);
}

TEST_F(NbdDeviceTest, errorsMeanWhatTheTableSays) {
  open();
  const std::pair<std::uint32_t, IoResult> rows[] = {{1, IoResult::WriteProtected}, {5, IoResult::MediumError},
                                                     {12, IoResult::MediumError},   {22, IoResult::MediumError},
                                                     {28, IoResult::NoSpace},       {75, IoResult::MediumError},
                                                     {95, IoResult::MediumError},   {4711, IoResult::MediumError}};
  for (const auto& [number, result] : rows) {
    Request& simple = submit(IoKind::Write, 0, 1);
    server_.simple(server_.next(), number);
    EXPECT_EQ(endOf(simple), result) << number;
    Request& structured = submit(IoKind::Read, 0, 1);
    server_.error(server_.next(), number);
    EXPECT_EQ(endOf(structured), result) << number;
  }
}

TEST_F(NbdDeviceTest, requestsBecomeTheCommandsThatTheServerOffers) {
  server_.maximum = 4096;
  open();
  submit(IoKind::Write, 0, 10, true);
  for (const std::uint32_t length : {4096U, 1024U}) {
    const NbdRequest write = server_.next();
    EXPECT_EQ(write.length, length);
    EXPECT_EQ(write.flags, nbd::kFua);
    server_.ok(write);
  }
  submit(IoKind::WriteZeroes, 0, 1);
  submit(IoKind::Discard, 0, 1);
  const NbdRequest zeroes = server_.next(), discard = server_.next();
  EXPECT_EQ(zeroes.command, nbd::Command::WriteZeroes);
  EXPECT_EQ(zeroes.flags, nbd::kNoHole);
  EXPECT_EQ(discard.command, nbd::Command::WriteZeroes);
  EXPECT_EQ(discard.flags, 0);
  device_.reset();
  const NbdRequest farewell = server_.next();
  EXPECT_EQ(farewell.command, nbd::Command::Disconnect);
  EXPECT_EQ(requests_[1].result, IoResult::Gone);
}

TEST_F(NbdDeviceTest, zeroesAndForcedWritesWithoutTheServersHelp) {
  server_.flags = nbd::kHasFlags | nbd::kSendFlush;
  open();
  EXPECT_FALSE(device_->geometry().thin);
  Request& zeroes = submit(IoKind::WriteZeroes, 0, 300, true);
  const NbdRequest write = server_.next();
  EXPECT_EQ(write.flags, 0);
  EXPECT_EQ(write.payload, bytes(300 * 512, 0));
  server_.ok(write);
  const NbdRequest flush = server_.next();
  EXPECT_EQ(flush.command, nbd::Command::Flush);
  EXPECT_FALSE(zeroes.result.has_value());
  server_.ok(flush);
  EXPECT_EQ(endOf(zeroes), IoResult::Ok);
}

TEST_F(NbdDeviceTest, flushesThatComeMeanwhileShareTheNext) {
  open();
  Request& first = submit(IoKind::Flush);
  const NbdRequest one = server_.next();
  Request& second = submit(IoKind::Flush);
  Request& third = submit(IoKind::Flush);
  EXPECT_TRUE(server_.silent());
  server_.ok(one);
  EXPECT_EQ(endOf(first), IoResult::Ok);
  EXPECT_FALSE(second.result.has_value());
  server_.ok(server_.next());
  EXPECT_EQ(endOf(second), IoResult::Ok);
  EXPECT_EQ(endOf(third), IoResult::Ok);
}

TEST_F(NbdDeviceTest, writeThroughForcesEveryWrite) {
  options_.writeThrough = true;
  open();
  EXPECT_FALSE(device_->geometry().volatileCache);
  for (const IoKind kind : {IoKind::Write, IoKind::Discard}) {
    submit(kind, 0, 1);
    EXPECT_EQ(server_.next().flags, nbd::kFua);
  }
}

TEST_F(NbdDeviceTest, noMoreThanTheDepthIsWithTheServer) {
  options_.depth = 2;
  open();
  for (int i = 0; i < 4; ++i) submit(IoKind::Read, 0, 1);
  const NbdRequest a = server_.next();
  (void)server_.next();
  EXPECT_TRUE(server_.silent());
  server_.data(a, 0, bytes(512, 1), true);
  (void)server_.next();
  EXPECT_TRUE(server_.silent());
}

// ---- replies against the rules: the connection ends with the reason, and the request goes again

TEST_F(NbdDeviceTest, repliesAgainstTheRulesEndTheConnection) {
  open();
  const auto attempt = [&](const std::function<void(const NbdRequest&)>& say, const char* words) {
    Request& read = submit(IoKind::Read, 2, 4);
    const NbdRequest request = server_.next();
    say(request);
    EXPECT_TRUE(describes(words)) << device_->description() << " has not " << words;
    EXPECT_FALSE(read.result.has_value());
    ASSERT_TRUE(server_.acceptAndShakeHands());
    server_.hole(server_.next(), 1024, 2048, true);
    EXPECT_EQ(endOf(read), IoResult::Ok);
  };
  attempt([&](const NbdRequest&) { server_.send(bytes(16, 1)); }, "no magic number");
  attempt([&](NbdRequest r) { ++r.cookie, server_.error(r, 5); }, "has not got");
  attempt([&](const NbdRequest& r) { server_.simple(r, 0, bytes(2048, 1)); }, "a simple reply to NBD_CMD_READ");
  attempt([&](const NbdRequest& r) { server_.data(r, 0, bytes(1024, 1), false); }, "beyond its request");
  attempt([&](const NbdRequest& r) { server_.data(r, 2048, bytes(2048, 1), false); }, "beyond its request");
  attempt([&](const NbdRequest& r) { server_.data(r, 1024, bytes(2049, 1), false); }, "wrong length");
  attempt([&](const NbdRequest& r) { server_.hole(r, UINT64_MAX, 1, false); }, "beyond its request");
  attempt([&](const NbdRequest& r) { server_.hole(r, 1024, 0, false); }, "beyond its request");
  attempt([&](const NbdRequest& r) { server_.data(r, 1024, bytes(1024, 1), true); }, "without all of its data");
  attempt(
      [&](const NbdRequest& r) {
        server_.hole(r, 1024, 1024, false);
        server_.hole(r, 2047, 10, false);
      },
      "twice");
  attempt([&](const NbdRequest& r) { server_.chunk(r, 0, false, {}); }, "NBD_REPLY_TYPE_NONE");
  attempt([&](const NbdRequest& r) { server_.chunk(r, 7, true, {}); }, "unknown type");
  attempt([&](const NbdRequest& r) { server_.chunk(r, 0x8001, true, bytes(6, 0)); }, "against the rules");
  attempt([&](const NbdRequest& r) { server_.chunk(r, 0x8001, true, bytes(5000, 1)); }, "wrong length");
}

TEST_F(NbdDeviceTest, requestThatBreaksTheServerEachTimeEnds) {
  open();
  Request& read = submit(IoKind::Read, 0, 1);
  for (unsigned i = 0; i < NbdDevice::kMaxRewinds; ++i) {
    (void)server_.next();
    server_.drop();
    ASSERT_TRUE(server_.acceptAndShakeHands());
  }
  (void)server_.next();
  EXPECT_FALSE(read.result.has_value());
  server_.drop();
  EXPECT_EQ(endOf(read), IoResult::MediumError);
}

// ---- losses

// qemu-nbd hangs up where a read of several pieces fails in the middle, and tells the error of one in a piece.
TEST_F(NbdDeviceTest, readThatCostAConnectionIsAskedForInOnePieceSoThatItsErrorCanBeTold) {
  server_.flags |= nbd::kSendDf;
  open();
  Request& bad = submit(IoKind::Read, 0, 256);
  Request& good = submit(IoKind::Read, 512, 8);
  EXPECT_EQ(server_.next().flags & nbd::kDontFragment, 0);
  server_.drop();
  ASSERT_TRUE(server_.acceptAndShakeHands());
  for (int i = 0; i < 2; ++i) {
    const NbdRequest again = server_.next();
    EXPECT_EQ(again.flags & nbd::kDontFragment, nbd::kDontFragment);
    EXPECT_LE(again.length, 65'536U) << "as much as a server must give in one piece";
    if (again.offset == 0) {
      server_.error(again, 5);
    } else {
      server_.data(again, again.offset, bytes(again.length, 1), true);
    }
  }
  EXPECT_EQ(endOf(bad), IoResult::MediumError);
  EXPECT_EQ(endOf(good), IoResult::Ok);
}

TEST_F(NbdDeviceTest, whatWasOpenGoesAgainAfterALoss) {
  server_.maximum = 4096;
  open();
  Request& write = submit(IoKind::Write, 0, 16);
  Request& read = submit(IoKind::Read, 32, 1);
  const NbdRequest part = server_.next();
  (void)server_.next();
  server_.ok(part);
  (void)server_.next();  // the write's second half
  server_.drop();
  ASSERT_TRUE(server_.acceptAndShakeHands());
  const NbdRequest a = server_.next(), b = server_.next();
  // From its first byte: nobody knows whether the first half outlived the server.
  const NbdRequest& again = a.command == nbd::Command::Write ? a : b;
  const NbdRequest& readAgain = a.command == nbd::Command::Write ? b : a;
  EXPECT_EQ(again.offset, 0U);
  EXPECT_EQ(again.payload, base::Bytes(write.bytes().begin(), write.bytes().begin() + 4096));
  server_.data(readAgain, 32 * 512, bytes(512, 8), true);
  EXPECT_EQ(endOf(read), IoResult::Ok);
  server_.ok(again);
  const NbdRequest rest = server_.next();
  EXPECT_EQ(rest.offset, 4096U);
  server_.ok(rest);
  EXPECT_EQ(endOf(write), IoResult::Ok);
}

TEST_F(NbdDeviceTest, firstFlushAfterALossOfAnsweredWritesFails) {
  open();
  Request& write = submit(IoKind::Write, 0, 1);
  server_.ok(server_.next());
  ASSERT_EQ(endOf(write), IoResult::Ok);
  Request& flush = submit(IoKind::Flush);
  (void)server_.next();
  server_.drop();  // in the middle of the flush
  ASSERT_TRUE(server_.acceptAndShakeHands());
  const NbdRequest again = server_.next();
  Request& forced = submit(IoKind::Write, 4, 1, true);
  server_.ok(server_.next());
  EXPECT_EQ(endOf(forced), IoResult::Ok);
  server_.ok(again);
  EXPECT_EQ(endOf(flush), IoResult::MediumError);
  Request& next = submit(IoKind::Flush);
  server_.ok(server_.next());
  EXPECT_EQ(endOf(next), IoResult::Ok);
}

TEST_F(NbdDeviceTest, flushAfterALossIsGoodWhereAllWasDurable) {
  open();
  Request& write = submit(IoKind::Write, 0, 1);
  server_.ok(server_.next());
  ASSERT_EQ(endOf(write), IoResult::Ok);
  Request& flush = submit(IoKind::Flush);
  server_.ok(server_.next());
  ASSERT_EQ(endOf(flush), IoResult::Ok);
  Request& forced = submit(IoKind::Write, 0, 1, true);
  server_.ok(server_.next());
  ASSERT_EQ(endOf(forced), IoResult::Ok);
  Request& open = submit(IoKind::Write, 4, 1);  // not answered: it goes again
  (void)server_.next();
  server_.drop();
  ASSERT_TRUE(server_.acceptAndShakeHands());
  server_.ok(server_.next());
  ASSERT_EQ(endOf(open), IoResult::Ok);
  Request& last = submit(IoKind::Flush);
  server_.ok(server_.next());
  EXPECT_EQ(endOf(last), IoResult::Ok);
}

// Answered while the flush runs: that one says nothing about it, and a loss then counts.
TEST_F(NbdDeviceTest, writeAnsweredDuringAFlushIsNotCoveredByIt) {
  open();
  Request& flush = submit(IoKind::Flush);
  const NbdRequest running = server_.next();
  Request& write = submit(IoKind::Write, 0, 1);
  server_.ok(server_.next());
  ASSERT_EQ(endOf(write), IoResult::Ok);
  server_.ok(running);
  ASSERT_EQ(endOf(flush), IoResult::Ok);
  server_.drop();
  ASSERT_TRUE(server_.acceptAndShakeHands());
  Request& next = submit(IoKind::Flush);
  server_.ok(server_.next());
  EXPECT_EQ(endOf(next), IoResult::MediumError);
}

// The server may still be at it.
TEST_F(NbdDeviceTest, aChangeThatWasOpenIsHeldBeforeItIsRepeated) {
  options_.times.hold = std::chrono::milliseconds(200);
  open();
  for (const IoKind kind : {IoKind::Read, IoKind::Write}) {
    Request& request = submit(kind, 0, 1);
    (void)server_.next();
    const base::TimePoint dropped = base::MonotonicClock::now();
    server_.drop();
    ASSERT_TRUE(server_.acceptAndShakeHands());
    const base::Duration pause = base::MonotonicClock::now() - dropped;
    EXPECT_TRUE(kind == IoKind::Read || pause >= options_.times.hold);
    const NbdRequest again = server_.next();
    kind == IoKind::Read ? server_.hole(again, 0, 512, true) : server_.ok(again);
    EXPECT_EQ(endOf(request), IoResult::Ok);
  }
}

TEST_F(NbdDeviceTest, whatTheKernelHasNotSentGoesWithTheConnection) {
  server_.listenTcp();
  open();
  constexpr std::uint64_t kBlocks = 2048;  // more than the server's queue takes
  Request& write = submit(IoKind::Write, 0, kBlocks);
  for (int i = 0; i < 5; ++i) loop_.runTurn(std::chrono::milliseconds(1));
  device_.reset();
  EXPECT_EQ(write.result, IoResult::Gone);
  EXPECT_EQ(server_.readToItsEnd(), ECONNRESET);
}

TEST_F(NbdDeviceTest, requestsWaitForTheServerOnlySoLong) {
  options_.times.patience = std::chrono::milliseconds(500);
  open();
  server_.stopListening();
  Request& sent = submit(IoKind::Read, 0, 1);
  (void)server_.next();
  server_.drop();
  ASSERT_TRUE(describes("not connected"));
  Request& waits = submit(IoKind::Write, 0, 1);
  Request& flush = submit(IoKind::Flush);
  EXPECT_EQ(endOf(sent), IoResult::Gone);
  EXPECT_EQ(endOf(waits), IoResult::Gone);
  EXPECT_EQ(endOf(flush), IoResult::Gone);
  EXPECT_EQ(submit(IoKind::Read, 0, 1).result, IoResult::Gone) << "at once";
  server_.listen();
  ASSERT_TRUE(server_.acceptAndShakeHands());
  ASSERT_TRUE(driveUntil(loop_, [&] { return device_->description().find("not connected") == std::string::npos; }));
  Request& back = submit(IoKind::Read, 0, 1);
  server_.hole(server_.next(), 0, 512, true);
  EXPECT_EQ(endOf(back), IoResult::Ok);
}

TEST_F(NbdDeviceTest, serverThatStopsIsLeftWhenNothingIsOpen) {
  server_.maximum = 4096;
  open();
  Request& refused = submit(IoKind::Read, 0, 1);
  Request& other = submit(IoKind::Read, 8, 1);
  Request& longer = submit(IoKind::Read, 32, 9);
  const NbdRequest a = server_.next(), b = server_.next(), half = server_.next();
  server_.error(a, 108);
  ASSERT_TRUE(describes("the server is being shut down"));
  Request& later = submit(IoKind::Read, 16, 1);
  EXPECT_TRUE(server_.silent()) << "nothing is begun any more";
  server_.hole(b, 4096, 512, true);
  EXPECT_EQ(endOf(other), IoResult::Ok);
  server_.hole(half, 32 * 512, 4096, true);
  EXPECT_EQ(server_.next().command, nbd::Command::Disconnect);
  EXPECT_TRUE(server_.clientLeft());
  ASSERT_TRUE(server_.acceptAndShakeHands());
  server_.hole(server_.next(), 0, 512, true);
  server_.hole(server_.next(), 32 * 512, 4096, true);
  server_.hole(server_.next(), 16 * 512, 512, true);
  server_.hole(server_.next(), 40 * 512, 512, true);
  EXPECT_EQ(endOf(longer), IoResult::Ok);
  EXPECT_EQ(endOf(refused), IoResult::Ok);
  EXPECT_EQ(endOf(later), IoResult::Ok);
}

TEST_F(NbdDeviceTest, exportThatComesBackSmallerIsGoneForGood) {
  open();
  Request& read = submit(IoKind::Read, 0, 1);
  (void)server_.next();
  server_.drop();
  server_.size /= 2;
  ASSERT_TRUE(server_.acceptAndShakeHands());
  EXPECT_EQ(endOf(read), IoResult::Gone);
  EXPECT_THAT(device_->description(), testing::HasSubstr("lost for good: the export has only 524288 bytes now"));
  EXPECT_FALSE(device_->refresh());
  EXPECT_EQ(submit(IoKind::Read, 0, 1).result, IoResult::Gone);
}

TEST_F(NbdDeviceTest, exportThatComesBackWithOtherBlocksOrACacheIsGoneForGood) {
  server_.flags = nbd::kHasFlags;
  open();
  server_.drop();
  server_.flags |= nbd::kSendFlush;
  ASSERT_TRUE(server_.acceptAndShakeHands());
  EXPECT_TRUE(describes("lost for good: the export has a volatile cache now"));
  server_.flags = nbd::kHasFlags;
  device_.reset();
  open();
  server_.drop();
  server_.minimum = 4096;
  ASSERT_TRUE(server_.acceptAndShakeHands());
  EXPECT_TRUE(describes("lost for good: the export has blocks of 4096 bytes now"));
}

TEST_F(NbdDeviceTest, aLossAndAReturnAreToldOnceEach) {
  open();
  std::vector<std::string> told;
  device_->setReachAttention([&](const std::string& lostBecause) { told.push_back(lostBecause); });
  server_.drop();
  ASSERT_TRUE(server_.acceptAndShakeHands());
  ASSERT_TRUE(driveUntil(loop_, [&] { return told.size() == 2; }));
  EXPECT_NE(told[0], "");
  EXPECT_EQ(told[1], "");
}

TEST_F(NbdDeviceTest, exportThatComesBackLargerIsTakenOverByRefresh) {
  open();
  server_.drop();
  server_.size *= 2;
  ASSERT_TRUE(server_.acceptAndShakeHands());
  Request& read = submit(IoKind::Read, 0, 1);
  server_.hole(server_.next(), 0, 512, true);
  ASSERT_EQ(endOf(read), IoResult::Ok);
  EXPECT_EQ(device_->geometry().blocks, 2048U);
  EXPECT_TRUE(*device_->refresh());
  EXPECT_EQ(device_->geometry().blocks, 4096U);
  EXPECT_FALSE(*device_->refresh());
}

// ---- the parts

TEST(NbdCoverage, joinsPiecesAndRefusesOverlaps) {
  NbdCoverage coverage;
  EXPECT_TRUE(coverage.add(10, 10));
  EXPECT_FALSE(coverage.add(19, 1));
  EXPECT_FALSE(coverage.add(5, 6));
  EXPECT_FALSE(coverage.add(0, 100));
  EXPECT_TRUE(coverage.add(30, 10));
  EXPECT_FALSE(coverage.add(15, 20));
  EXPECT_TRUE(coverage.add(20, 10));
  EXPECT_FALSE(coverage.isWhole(40));
  EXPECT_TRUE(coverage.add(0, 10));
  EXPECT_TRUE(coverage.isWhole(40));
  EXPECT_FALSE(coverage.isWhole(41));
  coverage.clear();
  for (std::uint32_t i = 0; i < NbdCoverage::kMax; ++i) EXPECT_TRUE(coverage.add(1000 - i * 2, 1));
  EXPECT_FALSE(coverage.add(2000, 1)) << "too many";
}

}  // namespace
}  // namespace block
