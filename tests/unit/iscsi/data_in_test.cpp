#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "agent/iscsi/data_in_receiver.h"
#include "agent/iscsi/data_in_sender.h"

namespace {

using iscsi::DataInFault;
using iscsi::DataInPdu;
using iscsi::DataInReceiver;
using iscsi::DataInSender;
using iscsi::SnackRun;
using iscsi::SnackVerdict;
using iscsi::TransferParameters;

TransferParameters small(std::uint8_t errorRecoveryLevel = 0) {
  TransferParameters p;
  p.maxDataSegmentLength = 100;
  p.maxBurstLength = 250;
  p.errorRecoveryLevel = errorRecoveryLevel;
  return p;
}

struct Read {
  DataInSender sender;
  std::uint32_t dataSn = 0;

  Read(std::uint32_t length, const TransferParameters& p, bool bidirectional = false) {
    sender.begin(length, p, bidirectional);
  }
  std::optional<DataInPdu> next(bool good = false, std::uint32_t ready = DataInSender::kAllReady) {
    return sender.next(dataSn, ready, good);
  }
  std::vector<DataInPdu> all(bool good = false) {
    std::vector<DataInPdu> pdus;
    while (const auto pdu = next(good)) pdus.push_back(*pdu);
    return pdus;
  }
};

// RFC 7143 A.3.2: three PDUs, F on the last, ExpDataSN 3 in the Response.
TEST(DataInSender, FollowsTheReadExampleOfTheRfc) {
  TransferParameters p = small();
  p.maxBurstLength = 300;
  Read read(300, p);
  EXPECT_EQ(read.all(), (std::vector<DataInPdu>{{0, 0, 100, false, false, false},
                                                {1, 100, 100, false, false, false},
                                                {2, 200, 100, true, false, false}}));
  EXPECT_TRUE(read.sender.done());
  EXPECT_FALSE(read.sender.statusSent());
  EXPECT_EQ(read.sender.pdusSent(), 3U);
}

TEST(DataInSender, EndsEachBurstWithF) {
  Read read(600, small());
  EXPECT_EQ(read.all(), (std::vector<DataInPdu>{{0, 0, 100, false, false, false},
                                                {1, 100, 100, false, false, false},
                                                {2, 200, 50, true, false, false},
                                                {3, 250, 100, false, false, false},
                                                {4, 350, 100, false, false, false},
                                                {5, 450, 50, true, false, false},
                                                {6, 500, 100, true, false, false}}));
}

TEST(DataInSender, CarriesStatusInTheLastPduWhereThatIsAllowed) {
  Read good(150, small());
  const auto pdus = good.all(true);
  EXPECT_FALSE(pdus[0].status);
  EXPECT_TRUE(pdus[1].status);
  EXPECT_TRUE(pdus[1].final);
  EXPECT_TRUE(good.sender.statusSent());

  Read bad(150, small());
  EXPECT_FALSE(bad.all(false).back().status);
  Read bidirectional(150, small(), true);
  EXPECT_FALSE(bidirectional.all(true).back().status);
  Read nothing(0, small());
  EXPECT_TRUE(nothing.all(true).empty());
  EXPECT_TRUE(nothing.sender.done());
  EXPECT_FALSE(nothing.sender.statusSent()) << "a Response has to carry it";
}

TEST(DataInSender, SendsNoMoreThanIsReady) {
  Read read(150, small());
  EXPECT_FALSE(read.next(true, 99));
  EXPECT_TRUE(read.next(true, 100));
  EXPECT_FALSE(read.next(true, 149));
  EXPECT_TRUE(read.next(true, 150)->status);
}

TEST(DataInSender, AsksForADataAckOnceABurstWhereThereIsRecovery) {
  Read read(300, small(1));
  const auto pdus = read.all();
  ASSERT_EQ(pdus.size(), 4U);
  EXPECT_FALSE(pdus[0].acknowledge);
  EXPECT_FALSE(pdus[1].acknowledge);
  EXPECT_TRUE(pdus[2].acknowledge);
  EXPECT_TRUE(pdus[3].acknowledge);
  Read withStatus(300, small(1));
  EXPECT_FALSE(withStatus.all(true).back().acknowledge) << "the status acknowledges it";
  Read without(300, small(0));
  for (const DataInPdu& pdu : without.all()) EXPECT_FALSE(pdu.acknowledge);
}

TEST(DataInSender, ReplaysAnyPduAsItWas) {
  Read read(100000, small(1));
  const auto pdus = read.all(true);
  for (const DataInPdu& pdu : pdus) ASSERT_EQ(read.sender.replay(pdu.dataSn), pdu);
  EXPECT_FALSE(read.sender.replay(static_cast<std::uint32_t>(pdus.size())));
}

TEST(DataInSender, ReplaysAcrossAChangedSegmentLengthAndR2tsBetween) {
  Read read(2000, small(1), true);
  std::vector<DataInPdu> pdus;
  while (const auto pdu = read.next()) {
    pdus.push_back(*pdu);
    if (pdus.size() == 3 || pdus.size() == 4 || pdus.size() == 9) ++read.dataSn;  // an R2T takes a number
    if (pdus.size() == 6) read.sender.segmentLength(60);
  }
  std::uint32_t offset = 0;
  for (const DataInPdu& pdu : pdus) {
    EXPECT_EQ(pdu.bufferOffset, offset);
    offset += pdu.length;
    EXPECT_EQ(read.sender.replay(pdu.dataSn), pdu);
    EXPECT_EQ(pdu.final, offset % 250 == 0 || offset == 2000) << "sequences stay as they are";
  }
  EXPECT_EQ(offset, 2000U);
  EXPECT_FALSE(read.sender.replay(3)) << "the number of an R2T";
  EXPECT_EQ(read.sender.pdusSent(), pdus.size()) << "R2Ts do not count";
}

TEST(DataInSender, RemembersABoundedNumberOfRuns) {
  Read read(5000, small(1), true);
  while (read.next()) ++read.dataSn;
  EXPECT_EQ(read.sender.snack(0, 1, read.dataSn).verdict, SnackVerdict::Rejected);
  EXPECT_EQ(read.sender.snack(read.dataSn - 2, 1, read.dataSn).verdict, SnackVerdict::Resend);
}

struct SnackCase {
  std::uint32_t begRun, runLength;
  SnackVerdict verdict;
  SnackRun run;
};
// Seven PDUs were sent, three are acknowledged. RFC 7143 11.16.
constexpr SnackCase kSnacks[] = {
    {3, 1, SnackVerdict::Resend, {3, 1}},
    {5, 0, SnackVerdict::Resend, {5, 2}},
    {0, 0, SnackVerdict::Resend, {3, 4}},
    {2, 1, SnackVerdict::ProtocolError, {}},
    {0, 4, SnackVerdict::ProtocolError, {}},
    {6, 2, SnackVerdict::ProtocolError, {}},
    {7, 1, SnackVerdict::ProtocolError, {}},
    {7, 0, SnackVerdict::ProtocolError, {}},
    {5, 0xffffffff, SnackVerdict::ProtocolError, {}},
};

TEST(DataInSender, AnswersADataSnack) {
  Read read(600, small(1));
  read.all();
  EXPECT_TRUE(read.sender.acknowledge(3, read.dataSn));
  for (const SnackCase& c : kSnacks) {
    const auto answer = read.sender.snack(c.begRun, c.runLength, read.dataSn);
    EXPECT_EQ(answer.verdict, c.verdict) << c.begRun << '+' << c.runLength;
    EXPECT_EQ(answer.run, c.run) << c.begRun << '+' << c.runLength;
  }
  Read without(600, small(0));
  without.all();
  EXPECT_EQ(without.sender.snack(1, 1, without.dataSn).verdict, SnackVerdict::Rejected);
}

TEST(DataInSender, RefusesADataAckForWhatWasNotSentOrGoesBack) {
  Read read(600, small(1));
  read.next();
  read.next();
  EXPECT_FALSE(read.sender.acknowledge(3, read.dataSn));
  EXPECT_TRUE(read.sender.acknowledge(2, read.dataSn));
  EXPECT_FALSE(read.sender.acknowledge(1, read.dataSn));
  EXPECT_TRUE(read.sender.acknowledge(2, read.dataSn));
  Read without(600, small(0));
  without.next();
  EXPECT_FALSE(without.sender.acknowledge(1, without.dataSn));
}

// RFC 7143 11.16.3.
TEST(DataInSender, SendsInNewSegmentsAfterAnRDataSnack) {
  Read read(400, small(1));
  read.all(true);
  EXPECT_TRUE(read.sender.statusSent());
  read.sender.acknowledge(3, read.dataSn);
  ASSERT_TRUE(read.sender.resegment(80, read.dataSn));
  EXPECT_EQ(read.dataSn, 3U) << "numbered on from the last DataACK";
  EXPECT_EQ(read.all(true),
            (std::vector<DataInPdu>{{3, 250, 80, false, false, false}, {4, 330, 70, true, true, false}}));
  EXPECT_FALSE(read.sender.statusSent()) << "a Response with the SNACK Tag follows";
  EXPECT_EQ(read.sender.pdusSent(), 5U);
  EXPECT_EQ(read.sender.replay(4), (DataInPdu{4, 330, 70, true, true, false}));

  Read fromStart(200, small(1));
  fromStart.all();
  ASSERT_TRUE(fromStart.sender.resegment(200, fromStart.dataSn));
  EXPECT_EQ(fromStart.all(), (std::vector<DataInPdu>{{0, 0, 200, true, true, false}}));

  Read without(400, small(0));
  EXPECT_FALSE(without.sender.resegment(80, without.dataSn));
  Read bidirectional(400, small(1), true);
  EXPECT_FALSE(bidirectional.sender.resegment(80, bidirectional.dataSn));
}

TEST(DataInSender, GoesOnOnAnotherConnection) {
  Read read(400, small(2));
  read.next();
  read.next();
  read.next();
  ASSERT_TRUE(read.sender.reassign(2, 60, read.dataSn));
  EXPECT_EQ(read.dataSn, 2U);
  const auto pdus = read.all(true);
  EXPECT_EQ(pdus.front(), (DataInPdu{2, 200, 60, false, false, false}));
  EXPECT_TRUE(pdus.back().status);

  Read middle(600, small(2));
  for (int i = 0; i < 3; ++i) middle.next();
  ASSERT_TRUE(middle.sender.reassign(2, 100, middle.dataSn));
  const auto rest = middle.all();
  ASSERT_EQ(rest.size(), 5U);
  EXPECT_EQ(rest[2], (DataInPdu{4, 400, 50, true, true, false})) << "a sequence begins where it goes on";

  Read again(400, small(2));
  again.next();
  ASSERT_TRUE(again.sender.reassign(9, 100, again.dataSn)) << "out of range: taken as 0";
  EXPECT_EQ(again.dataSn, 0U);
}

// An initiator with room for 600 bytes.
DataInReceiver reader(bool bidirectional = false) {
  DataInReceiver receiver;
  receiver.begin(600, small(), bidirectional);
  return receiver;
}

TEST(DataInReceiver, TakesAReadInOrder) {
  Read read(600, small());
  DataInReceiver receiver = reader();
  for (const DataInPdu& pdu : read.all()) EXPECT_EQ(receiver.received(pdu), DataInFault::None);
  EXPECT_EQ(receiver.contiguous(), 600U);
  EXPECT_EQ(receiver.response(7), DataInFault::None);
  EXPECT_EQ(receiver.response(8), DataInFault::Lost);
}

struct BadData {
  const char* name;
  std::vector<DataInPdu> pdus;
  DataInFault fault;
  bool bidirectional = false;
};
void PrintTo(const BadData& c, std::ostream* out) { *out << c.name; }

const BadData kBad[] = {
    {"SegmentTooLong", {{0, 0, 101, false, false, false}}, DataInFault::SegmentTooLong},
    {"BehindTheRoom", {{0, 550, 51, false, false, false}}, DataInFault::OffsetInvalid},
    {"OffsetWraps", {{0, 0xffffffff, 2, false, false, false}}, DataInFault::OffsetInvalid},
    {"OffsetJumps", {{0, 100, 100, false, false, false}}, DataInFault::OffsetInvalid},
    {"SameBytesTwice",
     {{0, 0, 100, false, false, false}, {1, 50, 100, false, false, false}},
     DataInFault::OffsetInvalid},
    {"BurstTooLong",
     {{0, 0, 100, false, false, false}, {1, 100, 100, false, false, false}, {2, 200, 51, false, false, false}},
     DataInFault::BurstTooLong},
    {"StatusWithoutF", {{0, 0, 100, false, false, true}}, DataInFault::StatusMisplaced},
    {"StatusInBidirectional", {{0, 0, 100, true, false, true}}, DataInFault::StatusMisplaced, true},
    {"Hole", {{1, 100, 100, false, false, false}}, DataInFault::Lost},
    {"Duplicate", {{0, 0, 100, false, false, false}, {0, 0, 100, false, false, false}}, DataInFault::Duplicate},
};

class BadDataIn : public testing::TestWithParam<BadData> {};
TEST_P(BadDataIn, IsAFaultWithItsExactValue) {
  DataInReceiver receiver = reader(GetParam().bidirectional);
  for (std::size_t i = 0; i + 1 < GetParam().pdus.size(); ++i) {
    ASSERT_EQ(receiver.received(GetParam().pdus[i]), DataInFault::None);
  }
  EXPECT_EQ(receiver.received(GetParam().pdus.back()), GetParam().fault);
}
INSTANTIATE_TEST_SUITE_P(All, BadDataIn, testing::ValuesIn(kBad),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(DataInReceiver, CountsR2tsInOneSequenceWithTheData) {
  DataInReceiver receiver = reader(true);
  EXPECT_EQ(receiver.r2t(0), DataInFault::None);
  EXPECT_EQ(receiver.received({1, 0, 100, true, false, false}), DataInFault::None);
  EXPECT_EQ(receiver.r2t(1), DataInFault::Duplicate);
  EXPECT_EQ(receiver.r2t(3), DataInFault::Lost);
  EXPECT_EQ(receiver.r2t(2), DataInFault::None);
  EXPECT_EQ(receiver.received({3, 100, 100, true, false, false}), DataInFault::None);
  EXPECT_EQ(receiver.response(2), DataInFault::None) << "ExpDataSN counts the Data-In only (RFC 7143 A.3.3)";
}

}  // namespace
