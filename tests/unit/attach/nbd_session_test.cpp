// The server's end of the NBD protocol against a device that ends requests when the test says so.
#include "agent/attach/nbd_session.h"

#include <gmock/gmock.h>

#include <deque>

#include "agent/block/memory_device.h"
#include "tests/unit/attach/nbd_client_words.h"

namespace attach {
namespace {

using namespace attach::testing;
using nbd::Command;
using nbd::Error;
using nbd::Option;
using nbd::OptionError;
using scsi::IoKind;
using scsi::IoResult;
using ::testing::HasSubstr;

constexpr std::uint64_t kSize = 1 << 20;

class HeldDevice final : public scsi::BlockDevice {
 public:
  scsi::Geometry shape{kSize / 512, 512, 3, false, true, false, true};
  std::deque<scsi::BlockRequest*> open;

  [[nodiscard]] scsi::Geometry geometry() const override { return shape; }
  void submit(scsi::BlockRequest& request) override { open.push_back(&request); }
  void end(IoResult result = IoResult::Ok) {
    scsi::BlockRequest* const request = open.front();
    open.pop_front();
    request->done(result);
  }
};

class NbdSessionTest : public ::testing::Test, protected NbdSessionOwner {
 protected:
  void onSessionNews() override { ++told; }
  void onMemoryBack() override { ++memoryBack; }

  NbdSessionOwner& owner() { return *this; }
  void begin() {
    session = std::make_unique<NbdSession>(nbdOfferOf(device.shape, "a disk"), device, memory, news, "client", owner());
    take();
    EXPECT_EQ(output.size(), 18U);
    output.clear();
  }
  // A session in its transmission.
  void go(bool structured = true) {
    begin();
    base::Bytes words = clientFlags();
    if (structured) base::append(words, option(Option::StructuredReply));
    base::append(words, option(Option::Go, wish("")));
    send(words);
    output.clear();
    ASSERT_FALSE(session->negotiating());
  }
  std::size_t send(base::ByteView bytes) {
    const std::size_t used = session->onBytes(bytes);
    take();
    return used;
  }
  void take(std::size_t atOnce = SIZE_MAX) {
    std::array<iovec, 4> parts;
    for (;;) {
      const auto offered = session->gather(parts);
      if (offered.count == 0) return;
      std::size_t left = std::min(offered.bytes, atOnce);
      session->sent([&] {
        const std::size_t all = left;
        for (unsigned i = 0; i < offered.count && left > 0; ++i) {
          const std::size_t size = std::min(left, parts[i].iov_len);
          base::append(output, base::ByteView(static_cast<const std::uint8_t*>(parts[i].iov_base), size));
          left -= size;
        }
        return all;
      }());
    }
  }
  Reply reply(std::size_t length = 0) {
    take();
    return takeReply(output, length);
  }
  Error refused(Command command, std::uint64_t offset, std::uint32_t length, std::uint16_t flags = 0) {
    send(request(command, 7, offset, length, flags));
    EXPECT_TRUE(device.open.empty());
    const Reply got = reply();
    EXPECT_EQ(got.cookie, 7U);
    return static_cast<Error>(got.error);
  }

  HeldDevice device;
  block::DataMemory memory{std::size_t{128} << 20};
  scsi::FlushNews news{0};
  std::unique_ptr<NbdSession> session;
  base::Bytes output;
  unsigned told = 0;
  unsigned memoryBack = 0;
};

std::uint32_t code(OptionError error) { return static_cast<std::uint32_t>(error); }

// ---- negotiation

TEST_F(NbdSessionTest, GoTellsSizeFlagsAndBlockSizes) {
  begin();
  send(clientFlags());
  send(option(Option::StructuredReply));
  send(option(Option::Go, wish("", {3, 2})));
  auto replies = takeOptionReplies(output);
  ASSERT_EQ(replies.size(), 5U);
  EXPECT_EQ(replies[0].type, nbd::kReplyAck);
  base::ByteReader exported(replies[1].data);
  EXPECT_EQ(exported.u16(), 0);
  EXPECT_EQ(exported.u64(), kSize);
  EXPECT_EQ(exported.u16(), nbd::kHasFlags | nbd::kSendFlush | nbd::kSendFua | nbd::kSendTrim | nbd::kSendWriteZeroes |
                                nbd::kCanMultiConn | nbd::kSendCache | nbd::kSendDf);
  base::ByteReader sizes(replies[2].data);
  EXPECT_EQ(sizes.u16(), 3);
  EXPECT_EQ(sizes.u32(), 512U);
  EXPECT_EQ(sizes.u32(), 4096U);
  EXPECT_EQ(sizes.u32(), 32U << 20);
  EXPECT_EQ(base::asText(base::ByteView(replies[3].data).subspan(2)), "a disk");
  EXPECT_EQ(replies[4].type, nbd::kReplyAck);
  EXPECT_FALSE(session->negotiating());
}

TEST_F(NbdSessionTest, ADeviceThatCannotUnmapOffersNoTrim) {
  device.shape.thin = false;
  const NbdOffer offer = nbdOfferOf(device.shape, "");
  EXPECT_FALSE(offer.has(nbd::kSendTrim));
  EXPECT_TRUE(offer.has(nbd::kSendWriteZeroes));
}

TEST_F(NbdSessionTest, AReadOnlyDeviceOffersNoWrites) {
  device.shape.readOnly = true;
  const NbdOffer offer = nbdOfferOf(device.shape, "");
  EXPECT_TRUE(offer.has(nbd::kReadOnly));
  EXPECT_FALSE(offer.has(nbd::kSendTrim) || offer.has(nbd::kSendWriteZeroes));
}

TEST_F(NbdSessionTest, WithoutStructuredRepliesThereIsNoDontFragment) {
  begin();
  send(clientFlags());
  send(option(Option::Info, wish("")));
  const auto replies = takeOptionReplies(output);
  ASSERT_EQ(replies.size(), 3U);
  EXPECT_EQ(base::loadU16(replies[0].data.data() + 10) & nbd::kSendDf, 0);
  EXPECT_TRUE(session->negotiating()) << "NBD_OPT_INFO is not NBD_OPT_GO";
}

TEST_F(NbdSessionTest, ExportNameEntersTheTransmissionAtOnce) {
  begin();
  send(clientFlags(nbd::kFixedNewstyle));
  send(option(Option::ExportName));
  ASSERT_EQ(output.size(), 10U + 124U);
  EXPECT_EQ(base::loadU64(output.data()), kSize);
  EXPECT_FALSE(session->negotiating());
}

TEST_F(NbdSessionTest, ExportNameOfAnotherExportEndsTheConnection) {
  begin();
  send(clientFlags());
  send(option(Option::ExportName, base::asBytes("other")));
  EXPECT_TRUE(session->over());
  EXPECT_THAT(session->fault(), HasSubstr("export that is not here"));
}

TEST_F(NbdSessionTest, ListHasTheOneExport) {
  begin();
  send(clientFlags());
  send(option(Option::List));
  const auto replies = takeOptionReplies(output);
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_EQ(replies[0].type, nbd::kReplyServer);
  EXPECT_EQ(base::loadU32(replies[0].data.data()), 0U);
  EXPECT_EQ(base::asText(base::ByteView(replies[0].data).subspan(4)), "a disk");
  EXPECT_EQ(replies[1].type, nbd::kReplyAck);
}

TEST_F(NbdSessionTest, MistakesInOptionsGetErrorsAndTheHandshakeGoesOn) {
  begin();
  send(clientFlags());
  const base::Bytes junk = {1, 2, 3};
  struct Case {
    base::Bytes bytes;
    OptionError error;
  } cases[] = {
      {option(Option::StartTls), OptionError::Unsupported},
      {option(10, junk), OptionError::Unsupported},
      {option(Option::List, junk), OptionError::Invalid},
      {option(Option::StructuredReply, junk), OptionError::Invalid},
      {option(Option::Go, junk), OptionError::Invalid},
      {option(Option::Info, wish("other")), OptionError::Unknown},
      {option(Option::Go, base::Bytes(NbdNegotiation::kMaxOption + 1)), OptionError::TooBig},
  };
  for (const Case& each : cases) {
    send(each.bytes);
    const auto replies = takeOptionReplies(output);
    ASSERT_EQ(replies.size(), 1U);
    EXPECT_EQ(replies[0].type, code(each.error));
    EXPECT_FALSE(replies[0].data.empty()) << "an error has a sentence";
  }
  send(option(Option::Go, wish("")));
  EXPECT_FALSE(session->negotiating());
}

TEST_F(NbdSessionTest, BlocksOf4096BytesAreForWhoAsksForBlockSizes) {
  device.shape.blockSize = 4096;
  device.shape.blocks = kSize / 4096;
  begin();
  send(clientFlags());
  send(option(Option::Go, wish("", {})));
  EXPECT_EQ(takeOptionReplies(output).back().type, code(OptionError::BlockSizeRequired));
  EXPECT_TRUE(session->negotiating());
  send(option(Option::Go, wish("")));
  EXPECT_EQ(takeOptionReplies(output).back().type, nbd::kReplyAck);
  EXPECT_EQ(refused(Command::Read, 512, 4096), Error::Invalid);
}

TEST_F(NbdSessionTest, AbortIsAcknowledgedAndTheEnd) {
  begin();
  send(clientFlags());
  send(option(Option::Abort));
  EXPECT_EQ(takeOptionReplies(output).at(0).type, nbd::kReplyAck);
  EXPECT_TRUE(session->over());
  EXPECT_TRUE(session->disconnected());
  EXPECT_EQ(session->fault(), "");
}

TEST_F(NbdSessionTest, WhatCannotBeReadEndsTheHandshake) {
  const base::Bytes cases[] = {clientFlags(0x80), base::Bytes(20, 'G')};
  for (const base::Bytes& words : cases) {
    begin();
    send(words);
    EXPECT_TRUE(session->over());
    EXPECT_NE(session->fault(), "");
    EXPECT_FALSE(session->disconnected());
  }
  begin();
  send(clientFlags());
  send(base::Bytes(16, 'x'));
  EXPECT_THAT(session->fault(), HasSubstr("magic"));
}

TEST_F(NbdSessionTest, OptionsHaveABound) {
  begin();
  send(clientFlags());
  for (unsigned i = 0; i < NbdNegotiation::kMaxOptions; ++i) send(option(Option::List));
  EXPECT_TRUE(session->negotiating());
  send(option(Option::List));
  EXPECT_TRUE(session->over());
}

TEST_F(NbdSessionTest, WithoutFixedNewstyleOnlyExportNameIsKnown) {
  begin();
  send(clientFlags(0));
  send(option(Option::Go, wish("")));
  EXPECT_TRUE(session->over());
}

// ---- transmission

TEST_F(NbdSessionTest, AReadIsAnsweredWithItsDataInOnePiece) {
  for (const bool structured : {true, false}) {
    go(structured);
    send(request(Command::Read, 42, 4096, 1024));
    ASSERT_EQ(device.open.size(), 1U);
    EXPECT_EQ(device.open[0]->kind, IoKind::Read);
    EXPECT_EQ(device.open[0]->lba, 8U);
    EXPECT_EQ(device.open[0]->blocks, 2U);
    std::fill_n(device.open[0]->memory[0].data(), 1024, std::uint8_t{0x5A});
    device.end();
    const Reply got = reply(1024);
    EXPECT_EQ(got.cookie, 42U);
    EXPECT_EQ(got.error, 0U);
    EXPECT_EQ(got.data, base::Bytes(1024, 0x5A));
    EXPECT_EQ(memory.bytesInUse(), 0U);
    EXPECT_TRUE(output.empty());
  }
}

TEST_F(NbdSessionTest, AWriteTakesItsPayloadInAnyPieces) {
  go();
  base::Bytes bytes = request(Command::Write, 9, 512, 1024, nbd::kFua);
  base::append(bytes, base::Bytes(1024, 0x11));
  base::append(bytes, request(Command::Flush, 10, 0, 0));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto place = session->wanted();
    if (i % 2 == 0 && !place.empty()) {
      place[0] = bytes[i];
      session->placed(1);
    } else {
      EXPECT_EQ(send(base::ByteView(bytes).subspan(i, 1)), 1U);
    }
  }
  ASSERT_EQ(device.open.size(), 2U);
  EXPECT_EQ(device.open[0]->kind, IoKind::Write);
  EXPECT_TRUE(device.open[0]->forceUnitAccess);
  EXPECT_EQ(device.open[0]->lba, 1U);
  EXPECT_TRUE(std::all_of(device.open[0]->memory[0].begin(), device.open[0]->memory[0].end(),
                          [](std::uint8_t c) { return c == 0x11; }));
  EXPECT_EQ(device.open[1]->kind, IoKind::Flush);
  device.end();
  device.end();
  EXPECT_EQ(reply().cookie, 9U);
  EXPECT_EQ(reply().cookie, 10U);
  EXPECT_EQ(memory.bytesInUse(), 0U);
}

TEST_F(NbdSessionTest, RepliesComeInTheOrderInWhichRequestsEnd) {
  go();
  send(request(Command::Flush, 1, 0, 0));
  send(request(Command::Flush, 2, 0, 0));
  std::swap(device.open[0], device.open[1]);
  device.end();
  device.end();
  EXPECT_EQ(reply().cookie, 2U);
  EXPECT_EQ(reply().cookie, 1U);
}

TEST_F(NbdSessionTest, ATrimThatIsForcedIsFlushed) {
  go();
  send(request(Command::Trim, 3, 0, 4096, nbd::kFua));
  ASSERT_EQ(device.open.size(), 1U);
  EXPECT_EQ(device.open[0]->kind, IoKind::Discard);
  device.end();
  ASSERT_EQ(device.open.size(), 1U);
  EXPECT_EQ(device.open[0]->kind, IoKind::Flush);
  take();
  EXPECT_TRUE(output.empty());
  device.end();
  EXPECT_EQ(reply().error, 0U);
}

// Whoever sends it does not ask with it whether what was written before is there.
TEST_F(NbdSessionTest, TheFlushBehindATrimTakesNoWordOfAFlushThatFailed) {
  go();
  const auto ends = [&](Command command, std::uint16_t flags, IoResult flushed) {
    send(request(command, 3, 0, command == Command::Trim ? 4096 : 0, flags));
    if (command == Command::Trim) device.end();
    device.end(flushed);
    return static_cast<Error>(reply().error);
  };
  news.ended(IoResult::MediumError);
  EXPECT_EQ(ends(Command::Trim, nbd::kFua, IoResult::Ok), Error::Ok);
  EXPECT_EQ(ends(Command::Flush, 0, IoResult::Ok), Error::Io);
  EXPECT_EQ(ends(Command::Trim, nbd::kFua, IoResult::MediumError), Error::Io);
  EXPECT_EQ(ends(Command::Flush, 0, IoResult::Ok), Error::Io) << "it told of the loss, and not the flush";
  EXPECT_EQ(ends(Command::Flush, 0, IoResult::Ok), Error::Ok);
}

TEST_F(NbdSessionTest, AFlushWhoseConnectionHasGoneTakesNoWordOfAnotherThatFailed) {
  scsi::FlushNews::Way second(news, "client");
  go();
  send(request(Command::Flush, 1, 0, 0));
  news.ended(IoResult::MediumError);
  session->lost();
  device.end();
  EXPECT_EQ(second.asked(IoResult::Ok), IoResult::MediumError);
}

TEST_F(NbdSessionTest, WriteZeroesPassesFuaAndTakesNoHole) {
  go();
  send(request(Command::WriteZeroes, 3, 0, 1 << 19, nbd::kFua | nbd::kNoHole));
  ASSERT_EQ(device.open.size(), 1U);
  EXPECT_EQ(device.open[0]->kind, IoKind::WriteZeroes);
  EXPECT_TRUE(device.open[0]->forceUnitAccess);
  EXPECT_EQ(device.open[0]->blocks, 1024U);
  EXPECT_FALSE(device.open[0]->mayUnmap);
  device.end();
  EXPECT_EQ(reply().error, 0U);
  send(request(Command::WriteZeroes, 4, 0, 1 << 19));
  ASSERT_EQ(device.open.size(), 1U);
  EXPECT_TRUE(device.open[0]->mayUnmap);
  device.end();
  EXPECT_EQ(reply().error, 0U);
}

TEST_F(NbdSessionTest, CacheIsAHintThatIsTaken) {
  go();
  EXPECT_EQ(refused(Command::Cache, 0, 1 << 20), Error::Ok);
}

TEST_F(NbdSessionTest, WhatIsAgainstTheRulesGetsAnErrorAndTheNextRequestWorks) {
  go();
  EXPECT_EQ(refused(Command::WriteZeroes, 0, 512, nbd::kFastZero), Error::Invalid);
  EXPECT_EQ(refused(Command::Read, 0, 512, nbd::kNoHole), Error::Invalid);
  EXPECT_EQ(refused(Command::Read, 0, 0), Error::Invalid);
  EXPECT_EQ(refused(Command::Read, 1, 512), Error::Invalid);
  EXPECT_EQ(refused(Command::Read, 0, 511), Error::Invalid);
  EXPECT_EQ(refused(Command::Read, kSize, 512), Error::Invalid);
  EXPECT_EQ(refused(Command::Read, UINT64_MAX - 511, 512), Error::Invalid);
  EXPECT_EQ(refused(Command::Trim, kSize - 512, 1024), Error::Invalid);
  EXPECT_EQ(refused(Command::WriteZeroes, kSize - 512, 1024), Error::NoSpace);
  EXPECT_EQ(refused(static_cast<Command>(7), 0, 512), Error::Invalid);
  send(request(Command::Flush, 1, 0, 0));
  EXPECT_EQ(device.open.size(), 1U);
  device.end();
}

TEST_F(NbdSessionTest, ErrorsAreSentencesWithStructuredReplies) {
  go();
  send(request(Command::WriteZeroes, 1, 0, 512, nbd::kFastZero));
  EXPECT_THAT(reply().text, HasSubstr("FAST_ZERO"));
  go(false);
  EXPECT_EQ(refused(Command::WriteZeroes, 0, 512, nbd::kFastZero), Error::Invalid);
}

TEST_F(NbdSessionTest, ThePayloadOfARefusedWriteIsSkipped) {
  go();
  struct Case {
    std::uint64_t offset;
    std::uint32_t length;
    std::uint16_t flags;
    Error error;
  } cases[] = {{kSize, 512, 0, Error::NoSpace}, {1, 512, 0, Error::Invalid}, {0, 512, 0x80, Error::Invalid},
               {0, (32U << 20) + 512, 0, Error::Invalid}};
  for (const Case& each : cases) {
    send(request(Command::Write, 1, each.offset, each.length, each.flags));
    EXPECT_TRUE(session->wanted().empty());
    take();
    EXPECT_TRUE(output.empty()) << "the reply comes behind the payload";
    send(base::Bytes(each.length, 0x25));
    EXPECT_EQ(static_cast<Error>(reply().error), each.error);
    EXPECT_TRUE(device.open.empty());
  }
  EXPECT_EQ(refused(Command::Cache, 0, 512), Error::Ok);
}

TEST_F(NbdSessionTest, WritesToAReadOnlyExportAreNotPermitted) {
  device.shape.readOnly = true;
  go();
  EXPECT_EQ(refused(Command::Trim, 0, 512), Error::NotPermitted);
  EXPECT_EQ(refused(Command::WriteZeroes, 0, 512), Error::NotPermitted);
  base::Bytes write = request(Command::Write, 7, 0, 512);
  base::append(write, base::Bytes(512));
  send(write);
  EXPECT_EQ(static_cast<Error>(reply().error), Error::NotPermitted);
}

TEST_F(NbdSessionTest, ResultsOfTheDeviceAreErrorsOfTheProtocol) {
  go();
  const std::pair<IoResult, Error> cases[] = {
      {IoResult::MediumError, Error::Io},      {IoResult::Gone, Error::Io},
      {IoResult::NoSpace, Error::NoSpace},     {IoResult::WriteProtected, Error::NotPermitted},
      {IoResult::OutOfRange, Error::NoSpace},
  };
  for (const auto& [result, error] : cases) {
    send(request(Command::WriteZeroes, 1, 0, 512));
    device.end(result);
    const Reply got = reply();
    EXPECT_EQ(static_cast<Error>(got.error), error);
    EXPECT_NE(got.text, "");
  }
}

TEST_F(NbdSessionTest, ADeviceThatShrankDoesNotSeeWhatIsBeyondItsEnd) {
  go();
  send(request(Command::Write, 1, kSize - 512, 512));
  device.shape.blocks /= 2;
  send(base::Bytes(512));
  EXPECT_EQ(static_cast<Error>(reply().error), Error::NoSpace);
  EXPECT_EQ(refused(Command::Read, kSize / 2, 512), Error::Invalid);
}

TEST_F(NbdSessionTest, ADeviceThatGrewIsServedAsItWasOffered) {
  go();
  device.shape.blocks *= 2;
  EXPECT_EQ(refused(Command::Read, kSize, 512), Error::Invalid);
}

TEST_F(NbdSessionTest, RequestsHaveABoundAndTheRestWaits) {
  go();
  base::Bytes bytes;
  for (unsigned i = 0; i <= NbdSession::kMaxRequests; ++i) base::append(bytes, request(Command::Flush, i, 0, 0));
  const std::size_t used = send(bytes);
  EXPECT_EQ(used, NbdSession::kMaxRequests * nbd::kRequestSize);
  EXPECT_FALSE(session->takes());
  device.end();
  EXPECT_FALSE(session->takes()) << "a reply that was not sent counts";
  take();
  EXPECT_TRUE(session->takes());
  send(base::ByteView(bytes).subspan(used));
  EXPECT_EQ(session->open(), NbdSession::kMaxRequests);
  while (!device.open.empty()) device.end();
}

TEST_F(NbdSessionTest, PayloadsHaveABoundAndTheRestWaitsUntilMemoryComesBack) {
  block::DataMemory small(1 << 20);
  session = std::make_unique<NbdSession>(nbdOfferOf(device.shape, ""), device, small, news, "client", owner());
  base::Bytes words = clientFlags();
  base::append(words, option(Option::Go, wish("")));
  send(words);
  output.clear();
  const base::Bytes reads[] = {request(Command::Read, 1, 0, 1 << 20), request(Command::Read, 2, 0, 4096),
                               request(Command::Flush, 3, 0, 0)};
  for (const base::Bytes& bytes : {reads[0], reads[1]}) EXPECT_EQ(send(bytes), bytes.size());
  EXPECT_EQ(send(reads[2]), 0U) << "what comes behind waits too";
  EXPECT_EQ(device.open.size(), 1U);
  device.end();
  EXPECT_FALSE(session->takes());
  take();
  EXPECT_GT(memoryBack, 0U);
  EXPECT_TRUE(session->takes());
  EXPECT_EQ(device.open.size(), 1U);
  device.end();
  session.reset();  // before its memory
}

TEST_F(NbdSessionTest, RepliesAreSentInAnyPieces) {
  go();
  send(request(Command::Read, 5, 0, 1024));
  send(request(Command::WriteZeroes, 6, 0, 512, nbd::kFastZero));
  output.clear();
  send(request(Command::Read, 5, 0, 1024));
  std::fill_n(device.open[1]->memory[0].data(), 1024, std::uint8_t{0x77});
  device.end();
  device.end();
  take(3);
  EXPECT_EQ(takeReply(output).data.size(), 1024U);
  EXPECT_EQ(takeReply(output).data, base::Bytes(1024, 0x77));
  EXPECT_TRUE(output.empty());
}

// ---- ends

TEST_F(NbdSessionTest, DisconnectLetsRequestsEndAndIsNotAnswered) {
  go();
  send(request(Command::Flush, 1, 0, 0));
  base::Bytes bytes = request(Command::Disconnect, 2, 0, 0);
  base::append(bytes, request(Command::Flush, 3, 0, 0));
  EXPECT_EQ(send(bytes), nbd::kRequestSize);
  EXPECT_TRUE(session->inputEnded());
  EXPECT_TRUE(session->disconnected());
  EXPECT_FALSE(session->over());
  device.end();
  EXPECT_FALSE(session->over());
  EXPECT_EQ(reply().cookie, 1U);
  EXPECT_TRUE(session->over());
  EXPECT_TRUE(output.empty());
}

TEST_F(NbdSessionTest, ARequestWithoutMagicNumberEndsTheInputAndWhatWasBeforeIsAnswered) {
  go();
  send(request(Command::Flush, 1, 0, 0));
  send(base::Bytes(nbd::kRequestSize, 'x'));
  EXPECT_THAT(session->fault(), HasSubstr("magic"));
  EXPECT_FALSE(session->takes());
  device.end();
  EXPECT_EQ(reply().cookie, 1U);
  EXPECT_TRUE(session->over());
}

TEST_F(NbdSessionTest, ALostConnectionKeepsNoMemoryOnceItsRequestsHaveEnded) {
  go();
  send(request(Command::Read, 1, 0, 4096));
  send(request(Command::Read, 2, 0, 4096));
  device.end();
  base::Bytes half = request(Command::Write, 3, 0, 4096);
  base::append(half, base::Bytes(100));
  EXPECT_EQ(session->onBytes(half), half.size());
  session->lost();
  EXPECT_FALSE(session->over());
  const unsigned before = told;
  device.end();
  EXPECT_GT(told, before) << "the driver hears that it is over";
  EXPECT_TRUE(session->over());
  EXPECT_EQ(memory.bytesInUse(), 0U);
}

TEST_F(NbdSessionTest, AHalfWrittenRequestIsDroppedWhenTheInputEnds) {
  go();
  base::Bytes half = request(Command::Write, 3, 0, 4096);
  base::append(half, base::Bytes(100));
  send(half);
  session->endInput();
  EXPECT_TRUE(session->over());
  EXPECT_TRUE(device.open.empty());
  EXPECT_EQ(memory.bytesInUse(), 0U);
}

TEST_F(NbdSessionTest, RequestsMayEndInsideOfTheirSubmission) {
  const auto blocks = block::MemoryDevice::make(kSize, 512, false);
  ASSERT_TRUE(blocks);
  session =
      std::make_unique<NbdSession>(nbdOfferOf((*blocks)->geometry(), ""), **blocks, memory, news, "client", owner());
  base::Bytes words = clientFlags();
  base::append(words, option(Option::Go, wish("")));
  base::append(words, request(Command::Write, 1, 0, 512, nbd::kFua));
  base::append(words, base::Bytes(512, 0x33));
  base::append(words, request(Command::Trim, 2, 512, 512, nbd::kFua));
  base::append(words, request(Command::Read, 3, 0, 1024));
  send(words);
  output.erase(output.begin(), output.begin() + 18);
  EXPECT_EQ(takeOptionReplies(output).size(), 3U);
  EXPECT_EQ(takeReply(output).cookie, 1U);
  EXPECT_EQ(takeReply(output).cookie, 2U);
  base::Bytes expected(512, 0x33);
  expected.resize(1024);
  EXPECT_EQ(takeReply(output, 1024).data, expected);
}

}  // namespace
}  // namespace attach
