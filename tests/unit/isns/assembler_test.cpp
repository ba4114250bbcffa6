#include "shared/isns/assembler.h"

#include <gtest/gtest.h>

#include "tests/unit/isns/pdus.h"

namespace {

using namespace isns_test;
using isns::FaultKind;
using isns::MessageAssembler;
using isns::Status;
namespace flag = isns::flag;

constexpr std::uint16_t kFirst = flag::kClient | flag::kFirst;
constexpr std::uint16_t kMiddle = flag::kClient;
constexpr std::uint16_t kLast = flag::kClient | flag::kLast;

base::Bytes block(std::uint32_t length) {
  base::Bytes bytes;
  base::ByteWriter writer(bytes);
  writer.u32(isns::kDsaSha1);
  writer.u32(length);
  writer.zeros(length > 8 ? length - 8 : 0);
  return bytes;
}

base::Bytes joined(std::initializer_list<base::Bytes> parts) {
  base::Bytes all;
  for (const base::Bytes& part : parts) append(all, part);
  return all;
}

KeepingSink feed(base::ByteView bytes, MessageAssembler::Limits limits = {}) {
  MessageAssembler assembler(limits);
  KeepingSink sink;
  EXPECT_EQ(assembler.feed(bytes, sink), bytes.size());
  return sink;
}

TEST(MessageAssembler, HandsOnAWholeMessageAsAViewIntoTheBytes) {
  const base::Bytes bytes = joined({pdu(kWhole, 1, 0, payload(100)), pdu(kWhole, 2, 0, payload(0))});
  const KeepingSink sink = feed(bytes);
  ASSERT_EQ(sink.messages.size(), 2U);
  EXPECT_EQ(sink.payloadsAt[0], bytes.data() + isns::kPduHeaderSize);
  EXPECT_EQ(sink.messages[0].payload, payload(100));
  EXPECT_EQ(sink.messages[0].transactionId, 1);
  EXPECT_EQ(sink.messages[1].transactionId, 2);
  EXPECT_TRUE(sink.messages[1].payload.empty());
  EXPECT_TRUE(sink.faults.empty());
}

TEST(MessageAssembler, JoinsThePdusOfAMessage) {
  const base::Bytes bytes = joined({pdu(kFirst, 7, 0, payload(4, 1)), pdu(kMiddle, 7, 1, payload(0)),
                                    pdu(kMiddle, 7, 2, payload(8, 2)), pdu(kLast, 7, 3, payload(4, 3))});
  const KeepingSink sink = feed(bytes);
  ASSERT_EQ(sink.messages.size(), 1U);
  EXPECT_EQ(sink.messages[0].payload, joined({payload(4, 1), payload(8, 2), payload(4, 3)}));
  EXPECT_EQ(sink.messages[0].flags, kFirst);
}

TEST(MessageAssembler, StopsWhereTheSinkSaysSoAndGoesOnLater) {
  const base::Bytes one = pdu(kWhole, 1, 0, payload(8));
  const base::Bytes bytes = joined({one, one, one});
  MessageAssembler assembler({});
  KeepingSink sink;
  sink.stopAfter = 2;
  const std::size_t consumed = assembler.feed(bytes, sink);
  EXPECT_EQ(consumed, 2 * one.size());
  EXPECT_FALSE(assembler.midMessage());
  sink.stopAfter = 9;
  EXPECT_EQ(assembler.feed(base::ByteView(bytes).subspan(consumed), sink), one.size());
  EXPECT_EQ(sink.messages.size(), 3U);
}

TEST(MessageAssembler, StopsBehindSignedMessagesToo) {
  const base::Bytes one = joined({pdu(kWhole | flag::kAuthentication, 1, 0, payload(8)), block(20)});
  const base::Bytes bytes = joined({one, one});
  MessageAssembler assembler({});
  KeepingSink sink;
  sink.stopAfter = 1;
  EXPECT_EQ(assembler.feed(bytes, sink), one.size());
  EXPECT_FALSE(assembler.midMessage());
}

// Every kind of PDU once, good and bad.
base::Bytes variedStream() {
  base::Bytes shortBlock = block(20);
  return joined({pdu(kWhole, 1, 0, payload(12)), pdu(kFirst, 2, 0, payload(8, 1)), pdu(kMiddle, 2, 1, payload(4, 2)),
                 pdu(kLast, 2, 2, payload(8, 3)), pdu(kWhole | flag::kAuthentication, 3, 0, payload(4)), shortBlock,
                 pdu(kFirst | flag::kAuthentication, 4, 0, payload(4, 4)), block(23),
                 pdu(kLast | flag::kAuthentication, 4, 1, payload(4, 5)), block(21), pdu(kMiddle, 5, 1, payload(4)),
                 pdu(kLast, 5, 2, payload(4)), pdu(kFirst, 6, 0, payload(4)), pdu(kWhole, 7, 0, payload(4)),
                 pdu(kWhole | 1, 8, 0, payload(4)), pdu(kWhole, 9, 0, payload(3)),
                 pdu(isns::PduHeader{2, 2, 0, kWhole, 10, 0}, payload(8)), pdu(kWhole, 11, 0, payload(16))});
}

TEST(MessageAssembler, GivesTheSameForEverySplitOfAStream) {
  const base::Bytes bytes = variedStream();
  const KeepingSink whole = feed(bytes);
  ASSERT_EQ(whole.messages.size(), 6U);
  ASSERT_EQ(whole.faults.size(), 5U);
  const auto expectSame = [&](const std::vector<std::size_t>& cuts) {
    MessageAssembler assembler({});
    KeepingSink sink;
    feedInChunks(assembler, bytes, cuts, sink);
    EXPECT_EQ(sink.messages, whole.messages);
    ASSERT_EQ(sink.faults.size(), whole.faults.size());
    for (std::size_t i = 0; i < sink.faults.size(); ++i) {
      EXPECT_EQ(sink.faults[i].kind, whole.faults[i].kind);
      EXPECT_EQ(sink.faults[i].header.transactionId, whole.faults[i].header.transactionId);
    }
    EXPECT_FALSE(assembler.midMessage());
  };
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    expectSame({first});
    for (std::size_t second = first; second <= bytes.size(); second += 5) expectSame({first, second});
    if (HasFailure()) break;
  }
  std::vector<std::size_t> everyByte;
  for (std::size_t i = 1; i < bytes.size(); ++i) everyByte.push_back(i);
  expectSame(everyByte);
}

TEST(MessageAssembler, KnowsWhenASenderOwesBytes) {
  const base::Bytes first = pdu(kFirst, 1, 0, payload(4));
  const base::Bytes last = pdu(kLast, 1, 1, payload(4));
  MessageAssembler assembler({});
  KeepingSink sink;
  EXPECT_FALSE(assembler.midMessage());
  EXPECT_EQ(assembler.feed(base::ByteView(first).first(3), sink), 0U);
  EXPECT_TRUE(assembler.midMessage()) << "inside a header";
  EXPECT_EQ(assembler.feed(first, sink), first.size());
  EXPECT_TRUE(assembler.midMessage()) << "the last PDU is missing";
  EXPECT_EQ(assembler.feed(last, sink), last.size());
  EXPECT_FALSE(assembler.midMessage());
  assembler.feed(pdu(kMiddle, 2, 5, payload(4)), sink);
  EXPECT_TRUE(assembler.midMessage()) << "the rest of a broken message";
  assembler.feed(pdu(kLast, 2, 6, payload(4)), sink);
  EXPECT_FALSE(assembler.midMessage());
}

struct Broken {
  const char* name;
  base::Bytes bytes;
  FaultKind kind;
  Status status;
  std::uint16_t transaction;
};

class BrokenMessage : public testing::TestWithParam<Broken> {};

TEST_P(BrokenMessage, IsAnsweredOnceAndFramingGoesOn) {
  const base::Bytes after = pdu(kWhole, 99, 0, payload(4, 9));
  const KeepingSink sink = feed(joined({GetParam().bytes, after}), {64, 4});
  ASSERT_EQ(sink.faults.size(), 1U);
  EXPECT_EQ(sink.faults[0].kind, GetParam().kind);
  EXPECT_EQ(sink.faults[0].status, GetParam().status);
  EXPECT_EQ(sink.faults[0].header.transactionId, GetParam().transaction);
  EXPECT_EQ(sink.faults[0].header.function, isns::idOf(isns::Function::DevAttrQry));
  EXPECT_TRUE(sink.faults[0].framingHolds);
  EXPECT_TRUE(sink.faults[0].answerable());
  ASSERT_FALSE(sink.messages.empty());
  EXPECT_EQ(sink.messages.back().transactionId, 99);
  for (const KeptMessage& message : sink.messages) EXPECT_NE(message.transactionId, GetParam().transaction);
}

const Broken kBroken[] = {
    {"AnotherVersion", pdu(isns::PduHeader{2, 2, 0, kWhole, 5, 0}, payload(4)), FaultKind::Version,
     Status::VersionNotSupported, 5},
    {"LengthNoMultipleOf4", pdu(kWhole, 5, 0, payload(6)), FaultKind::Alignment, Status::MessageFormatError, 5},
    {"ReservedFlag", pdu(kWhole | 0x0200, 5, 0, payload(4)), FaultKind::ReservedFlags, Status::OptionNotUnderstood, 5},
    {"NoFirstPdu",
     joined({pdu(kMiddle, 5, 1, payload(4)), pdu(kMiddle, 5, 2, payload(4)), pdu(kLast, 5, 3, payload(4))}),
     FaultKind::Sequence, Status::MessageFormatError, 5},
    {"NoFirstFlag", pdu(kLast, 5, 0, payload(4)), FaultKind::Sequence, Status::MessageFormatError, 5},
    {"FirstPduNotNumberedZero", pdu(kWhole, 5, 1, payload(4)), FaultKind::Sequence, Status::MessageFormatError, 5},
    {"GapInTheNumbers",
     joined({pdu(kFirst, 5, 0, payload(4)), pdu(kMiddle, 5, 2, payload(4)), pdu(kLast, 5, 3, payload(4))}),
     FaultKind::Sequence, Status::MessageFormatError, 5},
    {"RepeatedNumber",
     joined({pdu(kFirst, 5, 0, payload(4)), pdu(kMiddle, 5, 0, payload(4)), pdu(kLast, 5, 1, payload(4))}),
     FaultKind::Sequence, Status::MessageFormatError, 5},
    {"AnotherFunction", joined({pdu(kFirst, 5, 0, payload(4)), pdu(kLast, 5, 1, payload(4), isns::Function::DevDereg)}),
     FaultKind::Sequence, Status::MessageFormatError, 5},
    {"AnotherTransactionBetween", joined({pdu(kFirst, 5, 0, payload(4)), pdu(kWhole, 6, 0, payload(4))}),
     FaultKind::Interleaved, Status::MessageFormatError, 5},
    {"BegunAgain", joined({pdu(kFirst, 5, 0, payload(4)), pdu(kFirst, 6, 0, payload(4)), pdu(kLast, 6, 1, payload(4))}),
     FaultKind::Interleaved, Status::MessageFormatError, 5},
    {"TooManyBytesAtOnce", pdu(kWhole, 5, 0, payload(68)), FaultKind::TooLong, Status::Busy, 5},
    {"TooManyBytes",
     joined({pdu(kFirst, 5, 0, payload(60)), pdu(kMiddle, 5, 1, payload(8)), pdu(kLast, 5, 2, payload(4))}),
     FaultKind::TooLong, Status::Busy, 5},
    {"TooManyPdus",
     joined({pdu(kFirst, 5, 0, payload(0)), pdu(kMiddle, 5, 1, payload(0)), pdu(kMiddle, 5, 2, payload(0)),
             pdu(kMiddle, 5, 3, payload(0)), pdu(kMiddle, 5, 4, payload(0)), pdu(kLast, 5, 5, payload(0))}),
     FaultKind::TooLong, Status::Busy, 5},
    {"UnsignedPduInASignedMessage",
     joined({pdu(kFirst | flag::kAuthentication, 5, 0, payload(4)), block(20), pdu(kLast, 5, 1, payload(4))}),
     FaultKind::MixedAuthentication, Status::MessageFormatError, 5},
    {"SignedPduInAnUnsignedMessage",
     joined({pdu(kFirst, 5, 0, payload(4)), pdu(kLast | flag::kAuthentication, 5, 1, payload(4)), block(20)}),
     FaultKind::MixedAuthentication, Status::MessageFormatError, 5},
};
INSTANTIATE_TEST_SUITE_P(All, BrokenMessage, testing::ValuesIn(kBroken),
                         [](const auto& instance) { return instance.param.name; });

TEST(MessageAssembler, ReportsBothMessagesWhenAPduWithoutAFirstBreaksIntoAnother) {
  const KeepingSink sink = feed(joined({pdu(kFirst, 5, 0, payload(4)), pdu(kLast, 6, 1, payload(4))}));
  ASSERT_EQ(sink.faults.size(), 2U);
  EXPECT_EQ(sink.faults[0].kind, FaultKind::Interleaved);
  EXPECT_EQ(sink.faults[0].header.transactionId, 5);
  EXPECT_EQ(sink.faults[1].kind, FaultKind::Sequence);
  EXPECT_EQ(sink.faults[1].header.transactionId, 6);
}

TEST(MessageAssembler, TakesAMessageThatBeginsAgainWithTheSameTransaction) {
  const base::Bytes begin = pdu(kFirst, 5, 0, payload(4));
  const base::Bytes again = joined({begin, begin, pdu(kLast, 5, 1, payload(4))});
  const KeepingSink unfinished = feed(again);
  ASSERT_EQ(unfinished.faults.size(), 1U);
  EXPECT_EQ(unfinished.faults[0].kind, FaultKind::Interleaved);
  EXPECT_EQ(unfinished.messages.size(), 1U);

  const KeepingSink broken = feed(joined({pdu(kMiddle, 5, 3, payload(4)), begin, pdu(kLast, 5, 1, payload(4))}));
  ASSERT_EQ(broken.faults.size(), 1U);
  EXPECT_EQ(broken.faults[0].kind, FaultKind::Sequence);
  EXPECT_EQ(broken.messages.size(), 1U);
}

TEST(MessageAssembler, SkipsTheRestOfABrokenMessageAndOfNoOther) {
  const KeepingSink sink = feed(joined({pdu(kMiddle, 5, 3, payload(4)), pdu(kMiddle, 6, 3, payload(4)),
                                        pdu(kMiddle, 6, 4, payload(4)), pdu(kMiddle, 5, 4, payload(4))}));
  ASSERT_EQ(sink.faults.size(), 3U);
  EXPECT_EQ(sink.faults[0].header.transactionId, 5);
  EXPECT_EQ(sink.faults[1].header.transactionId, 6);
  EXPECT_EQ(sink.faults[2].header.transactionId, 5);
}

TEST(MessageAssembler, WaitsNoLongerForTheRestOfABrokenMessageWhenAnotherOneCame) {
  MessageAssembler assembler({});
  KeepingSink sink;
  assembler.feed(joined({pdu(kMiddle, 5, 3, payload(4)), pdu(kWhole, 6, 0, payload(4))}), sink);
  EXPECT_FALSE(assembler.midMessage());
  ASSERT_EQ(sink.messages.size(), 1U);
  EXPECT_TRUE(sink.messages[0].signedParts.empty());
}

TEST(MessageAssembler, TakesMessagesUpToItsLimits) {
  EXPECT_EQ(feed(pdu(kWhole, 1, 0, payload(64)), {64, 4}).messages.size(), 1U);
  EXPECT_EQ(feed(joined({pdu(kFirst, 1, 0, payload(60)), pdu(kLast, 1, 1, payload(4))}), {64, 2}).messages.size(), 1U);
}

class LostFraming : public testing::TestWithParam<Broken> {};

TEST_P(LostFraming, EndsTheConnectionAndDropsAllThatFollows) {
  MessageAssembler assembler({});
  KeepingSink sink;
  const base::Bytes good = pdu(kWhole, 1, 0, payload(4));
  const base::Bytes bytes = joined({good, GetParam().bytes});
  EXPECT_EQ(assembler.feed(bytes, sink), bytes.size());
  ASSERT_EQ(sink.faults.size(), 1U);
  EXPECT_EQ(sink.faults[0].kind, GetParam().kind);
  EXPECT_EQ(sink.faults[0].status, GetParam().status);
  EXPECT_FALSE(sink.faults[0].framingHolds);
  EXPECT_TRUE(assembler.framingLost());
  EXPECT_EQ(assembler.feed(good, sink), good.size());
  EXPECT_EQ(sink.messages.size(), 1U);
  EXPECT_EQ(sink.faults.size(), 1U);
  EXPECT_FALSE(assembler.midMessage());
}

base::Bytes text(std::string_view t) {
  const base::ByteView bytes = base::asBytes(t);
  return {bytes.begin(), bytes.end()};
}

const Broken kLost[] = {
    {"HttpRequest", text("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), FaultKind::Version, Status::VersionNotSupported, 0},
    {"TlsClientHello",
     {0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 0x4f},
     FaultKind::Version,
     Status::VersionNotSupported,
     0},
    {"AuthenticationBlockTooShort", joined({pdu(kWhole | flag::kAuthentication, 2, 0, payload(4)), block(19)}),
     FaultKind::AuthenticationBlock, Status::MessageFormatError, 2},
    {"AuthenticationBlockTooLong",
     joined({pdu(kWhole | flag::kAuthentication, 2, 0, payload(4)), block(isns::kMaxAuthBlock + 1)}),
     FaultKind::AuthenticationBlock, Status::MessageFormatError, 2},
};
INSTANTIATE_TEST_SUITE_P(All, LostFraming, testing::ValuesIn(kLost),
                         [](const auto& instance) { return instance.param.name; });

TEST(MessageAssembler, KeepsSignedPdusAsTheyWereSigned) {
  const base::Bytes a = pdu(kFirst | flag::kAuthentication, 4, 0, payload(4, 4));
  const base::Bytes b = pdu(kLast | flag::kAuthentication, 4, 1, payload(4, 5));
  const KeepingSink several = feed(joined({a, block(23), b, block(21)}));
  ASSERT_EQ(several.messages.size(), 1U);
  EXPECT_EQ(several.messages[0].signedParts, (std::vector<base::Bytes>{a, block(23), b, block(21)}));
  EXPECT_EQ(several.messages[0].payload, joined({payload(4, 4), payload(4, 5)}));

  const base::Bytes c = pdu(kWhole | flag::kAuthentication, 4, 0, payload(4, 4));
  const KeepingSink single = feed(joined({c, block(isns::kMaxAuthBlock)}));
  ASSERT_EQ(single.messages.size(), 1U);
  EXPECT_EQ(single.messages[0].signedParts, (std::vector<base::Bytes>{c, block(isns::kMaxAuthBlock)}));
}

TEST(FramingFault, IsNotAnswerableForResponsesAndHeartbeats) {
  const auto faultOf = [](std::uint16_t function) {
    return feed(pdu(isns::PduHeader{2, function, 0, kWhole, 1, 0}, {})).faults.at(0);
  };
  EXPECT_TRUE(faultOf(isns::idOf(isns::Function::SCNReg)).answerable());
  EXPECT_FALSE(faultOf(isns::responseOf(isns::Function::SCN)).answerable());
  EXPECT_FALSE(faultOf(isns::idOf(isns::Function::Heartbeat)).answerable());
  EXPECT_EQ(isns::faultName(FaultKind::DatagramSize), "datagram is not one whole message");
}

TEST(DatagramMessage, IsExactlyOnePdu) {
  const base::Bytes whole = pdu(kWhole, 3, 0, payload(8));
  const isns::DatagramMessage good(whole);
  ASSERT_TRUE(good.message());
  EXPECT_FALSE(good.fault());
  EXPECT_EQ(good.message()->payload.data(), whole.data() + isns::kPduHeaderSize);
  EXPECT_EQ(good.message()->payload.size(), 8U);

  for (std::size_t size = 0; size < whole.size(); ++size) {
    const isns::DatagramMessage cut(base::ByteView(whole).first(size));
    EXPECT_FALSE(cut.message()) << size;
    ASSERT_EQ(cut.fault().has_value(), size >= isns::kPduHeaderSize) << size;
    EXPECT_TRUE(!cut.fault() || cut.fault()->status == Status::MessageFormatError) << size;
  }
  const base::Bytes withTail = joined({whole, payload(1)});
  EXPECT_EQ(isns::DatagramMessage(withTail).fault()->kind, FaultKind::DatagramSize);
  const base::Bytes two = joined({whole, whole});
  EXPECT_EQ(isns::DatagramMessage(two).fault()->kind, FaultKind::DatagramSize);
  const base::Bytes second = pdu(kWhole, 3, 1, payload(8));
  EXPECT_EQ(isns::DatagramMessage(second).fault()->kind, FaultKind::DatagramSize);
  const base::Bytes firstOnly = pdu(kFirst, 3, 0, payload(8));
  EXPECT_EQ(isns::DatagramMessage(firstOnly).fault()->kind, FaultKind::DatagramSize);
  const base::Bytes version = pdu(isns::PduHeader{3, 1, 0, kWhole, 1, 0}, payload(4));
  EXPECT_EQ(isns::DatagramMessage(version).fault()->status, Status::VersionNotSupported);
}

TEST(DatagramMessage, MayBeSigned) {
  const base::Bytes head = pdu(kWhole | flag::kAuthentication, 3, 0, payload(8));
  const base::Bytes whole = joined({head, block(30)});
  const isns::DatagramMessage good(whole);
  ASSERT_TRUE(good.message());
  ASSERT_EQ(good.message()->signedPdus.size(), 1U);
  EXPECT_TRUE(base::equal(good.message()->signedPdus[0].headerAndPayload, head));
  const base::Bytes bad = joined({head, block(19)});
  EXPECT_EQ(isns::DatagramMessage(bad).fault()->status, Status::MessageFormatError);
}

}  // namespace
