#include "agent/iscsi/data_out_receiver.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>

#include "tests/unit/iscsi/data_out_write.h"

namespace {

using iscsi::DataOutFault;
using iscsi::DataOutPdu;
using iscsi::DataOutReceiver;
using iscsi::kReservedTag;
using iscsi::ReadyToTransfer;
using iscsi::TransferParameters;
using iscsi::WriteCommand;
using F = DataOutFault;
using data_out_test::small;
using data_out_test::Write;

// RFC 7143 A.3.1: two R2Ts outstanding, the first answered by two PDUs.
TEST(DataOutReceiver, FollowsTheWriteExampleOfTheRfc) {
  TransferParameters p = small();
  p.initialR2t = true;
  p.immediateData = false;
  p.maxOutstandingR2t = 2;
  p.maxBurstLength = 200;
  Write write({300, 300, 0, true}, p);
  const auto first = write.r2t();
  const auto second = write.r2t();
  EXPECT_EQ(first, (ReadyToTransfer{1000, 0, 0, 200}));
  EXPECT_EQ(second, (ReadyToTransfer{1001, 1, 200, 100}));
  EXPECT_FALSE(write.r2t());
  EXPECT_EQ(write.receiver.received({1000, 0, 0, 100, false}), F::None);
  EXPECT_EQ(write.receiver.received({1000, 1, 100, 100, true}), F::None);
  EXPECT_FALSE(write.receiver.complete());
  EXPECT_EQ(write.receiver.received({1001, 0, 200, 100, true}), F::None) << "DataSN begins again for each R2T";
  EXPECT_TRUE(write.receiver.complete());
}

// RFC 7143 A.3.4: immediate data, one unsolicited PDU, one R2T.
TEST(DataOutReceiver, FollowsTheUnsolicitedExampleOfTheRfc) {
  TransferParameters p = small();
  p.firstBurstLength = 200;
  p.errorRecoveryLevel = 1;
  Write write({300, 300, 100, false}, p);
  EXPECT_FALSE(write.r2t()) << "with recovery, the burst comes first";
  EXPECT_EQ(write.unsolicited(0, 100, 100, true), F::None);
  EXPECT_EQ(write.r2t(), (ReadyToTransfer{1001, 0, 200, 100}));
  EXPECT_EQ(write.receiver.received({1001, 0, 200, 100, true}), F::None);
  EXPECT_TRUE(write.receiver.complete());
}

TEST(DataOutReceiver, NeedsNoMoreThanImmediateDataThatIsAll) {
  Write write({80, 80, 80, true}, small());
  EXPECT_TRUE(write.receiver.complete());
  EXPECT_FALSE(write.r2t());
  Write nothing({0, 0, 0, true}, small());
  EXPECT_TRUE(nothing.receiver.complete());
}

TEST(DataOutReceiver, AsksForTheRestWhileTheUnsolicitedBurstComes) {
  Write write({1000, 1000, 100, false}, small());
  EXPECT_EQ(write.r2t(), (ReadyToTransfer{1000, 0, 250, 300}));
  EXPECT_FALSE(write.r2t()) << "the burst does not count, the R2T does";
  EXPECT_EQ(write.unsolicited(0, 100, 100, false), F::None);
  EXPECT_EQ(write.unsolicited(1, 200, 50, true), F::None);
  EXPECT_EQ(write.receiver.contiguous(), 250U);
}

TEST(DataOutReceiver, SplitsTheRestIntoBursts) {
  Write write({1000, 1000, 100, true}, small());
  for (const auto& [offset, length] : {std::pair{100U, 300U}, {400U, 300U}, {700U, 300U}}) {
    const auto r2t = write.r2t();
    ASSERT_TRUE(r2t);
    EXPECT_EQ(r2t->bufferOffset, offset);
    EXPECT_EQ(r2t->length, length);
    for (std::uint32_t i = 0; i < 3; ++i) {
      EXPECT_EQ(write.receiver.received({r2t->targetTransferTag, i, offset + 100 * i, 100, i == 2}), F::None);
    }
  }
  EXPECT_FALSE(write.r2t());
  EXPECT_TRUE(write.receiver.complete());
  EXPECT_EQ(write.r2tSn, 3U);
}

TEST(DataOutReceiver, AsksForNoMoreThanIsWantedAndDropsWhatIsBeyond) {
  Write write({240, 120, 100, false}, small());
  EXPECT_FALSE(write.r2t()) << "what is wanted comes unsolicited";
  const auto placement = write.receiver.check({kReservedTag, 0, 100, 100, false});
  EXPECT_EQ(placement.fault, F::None);
  EXPECT_EQ(placement.offset, 100U);
  EXPECT_EQ(placement.keep, 20U);
  write.unsolicited(0, 100, 100, false);
  EXPECT_FALSE(write.receiver.complete()) << "the burst is not at its end";
  EXPECT_EQ(write.receiver.check({kReservedTag, 1, 200, 40, true}).keep, 0U);
  write.unsolicited(1, 200, 40, true);
  EXPECT_TRUE(write.receiver.complete());

  Write ofARead({512, 0, 0, true}, small());
  EXPECT_FALSE(ofARead.r2t());
  EXPECT_TRUE(ofARead.receiver.complete());
}

TEST(DataOutReceiver, CapsTheR2tsThatAreOutstanding) {
  TransferParameters p = small();
  p.maxOutstandingR2t = 65535;
  Write write({100000, 100000, 0, true}, p);
  for (std::uint32_t i = 0; i < DataOutReceiver::kMaxOutstanding; ++i) EXPECT_TRUE(write.r2t());
  EXPECT_FALSE(write.receiver.wantsR2t());
}

TEST(DataOutReceiver, ServesOneTaskAfterTheOther) {
  Write write({300, 300, 100, false}, small());
  write.unsolicited(5, 100, 100, false);
  EXPECT_TRUE(write.receiver.failed());
  EXPECT_EQ(write.receiver.begin({50, 50, 50, true}, small()), F::None);
  EXPECT_TRUE(write.receiver.complete());
}

struct BadCommand {
  const char* name;
  WriteCommand command;
  std::function<void(TransferParameters&)> change;
  F fault;
  bool waits;  // for the F of an unsolicited burst
};
void PrintTo(const BadCommand& c, std::ostream* out) { *out << c.name; }

const BadCommand kBadCommands[] = {
    {"ImmediateDataNotNegotiated",
     {300, 300, 50, true},
     [](auto& p) { p.immediateData = false; },
     F::UnexpectedUnsolicited,
     false},
    {"UnsolicitedDataNotNegotiated",
     {300, 300, 50, false},
     [](auto& p) { p.initialR2t = true; },
     F::UnexpectedUnsolicited,
     true},
    {"MoreThanASegment", {300, 300, 101, true}, [](auto&) {}, F::SegmentTooLong, false},
    {"MoreThanFirstBurstLength",
     {300, 300, 90, true},
     [](auto& p) { p.firstBurstLength = 80; },
     F::IncorrectAmount,
     false},
    {"MoreThanExpected", {40, 40, 50, true}, [](auto&) {}, F::IncorrectAmount, false},
    {"AllDataAndNoFinal", {50, 50, 50, false}, [](auto&) {}, F::FinalMissing, false},
    {"NoDataAndNoFinal", {0, 0, 0, false}, [](auto&) {}, F::FinalMissing, false},
};

class BadCommands : public testing::TestWithParam<BadCommand> {};
TEST_P(BadCommands, FailTheWriteAtOnce) {
  TransferParameters p = small();
  GetParam().change(p);
  DataOutReceiver receiver;
  EXPECT_EQ(receiver.begin(GetParam().command, p), GetParam().fault);
  EXPECT_TRUE(receiver.failed());
  EXPECT_FALSE(receiver.complete());
  EXPECT_FALSE(receiver.wantsR2t());
  EXPECT_EQ(receiver.quiet(), !GetParam().waits);
  if (GetParam().waits) {
    EXPECT_EQ(receiver.received({kReservedTag, 0, 50, 100, false}), F::None) << "dropped";
    EXPECT_EQ(receiver.received({kReservedTag, 1, 150, 100, true}), F::None);
    EXPECT_TRUE(receiver.quiet());
    EXPECT_EQ(receiver.fault(), GetParam().fault);
  }
}
INSTANTIATE_TEST_SUITE_P(All, BadCommands, testing::ValuesIn(kBadCommands),
                         [](const auto& instance) { return std::string(instance.param.name); });

// A write of 1000 bytes without unsolicited data and one R2T of 300 bytes with the tag 1000; then the PDUs, the last of
// which is at fault.
struct BadData {
  const char* name;
  std::vector<DataOutPdu> pdus;
  F fault;
  std::function<void(TransferParameters&)> change = [](auto&) {};
};
void PrintTo(const BadData& c, std::ostream* out) { *out << c.name; }

const auto kAnyPduOrder = [](TransferParameters& p) { p.dataPduInOrder = false; };
const auto kRecovery = [](TransferParameters& p) { p.errorRecoveryLevel = 1; };

const BadData kBadData[] = {
    {"UnsolicitedAfterF", {{kReservedTag, 0, 0, 100, false}}, F::UnexpectedUnsolicited},
    {"UnknownTag", {{77, 0, 0, 100, false}}, F::UnknownTransferTag},
    {"SegmentTooLong", {{1000, 0, 0, 101, false}}, F::SegmentTooLong},
    {"FinalTooEarly", {{1000, 0, 0, 100, true}}, F::IncorrectAmount},
    {"FinalTooEarlyWithRecovery", {{1000, 0, 0, 100, true}}, F::IncorrectAmount, kRecovery},
    {"MoreThanAsked",
     {{1000, 0, 0, 100, false}, {1000, 1, 100, 100, false}, {1000, 2, 200, 100, false}, {1000, 3, 300, 4, true}},
     F::IncorrectAmount},
    {"PduAcrossTheEnd",
     {{1000, 0, 0, 100, false}, {1000, 1, 100, 100, false}, {1000, 2, 250, 100, true}},
     F::IncorrectAmount,
     kAnyPduOrder},
    {"BehindTheEnd", {{1000, 0, 400, 100, false}}, F::OffsetInvalid},
    {"OffsetPlusLengthWraps", {{1000, 0, 0xfffffff0, 100, false}}, F::OffsetInvalid},
    {"OffsetJumps", {{1000, 0, 100, 100, false}}, F::OffsetInvalid},
    {"OffsetGoesBack", {{1000, 0, 0, 100, false}, {1000, 1, 50, 100, false}}, F::Overlap},
    {"SameBytesTwiceInAnyOrder", {{1000, 0, 100, 100, false}, {1000, 1, 150, 100, false}}, F::Overlap, kAnyPduOrder},
    {"DataSnTooHigh", {{1000, 27, 0, 100, false}}, F::Lost},
    {"DataSnMinusOne", {{1000, 0xffffffff, 0, 100, false}}, F::DataSnRepeated},
    {"DataSnTwice", {{1000, 0, 0, 100, false}, {1000, 0, 100, 100, false}}, F::DataSnRepeated},
    {"DataSnTwiceWithRecovery", {{1000, 0, 0, 100, false}, {1000, 0, 100, 100, false}}, F::DataSnRepeated, kRecovery},
};

class BadDataOut : public testing::TestWithParam<BadData> {};
TEST_P(BadDataOut, IsAFaultWithItsExactValue) {
  TransferParameters p = small();
  p.initialR2t = true;
  GetParam().change(p);
  Write write({1000, 1000, 0, true}, p);
  ASSERT_TRUE(write.r2t());
  for (std::size_t i = 0; i + 1 < GetParam().pdus.size(); ++i) {
    ASSERT_EQ(write.receiver.received(GetParam().pdus[i]), F::None) << i;
  }
  const DataOutPdu& bad = GetParam().pdus.back();
  EXPECT_EQ(write.receiver.check(bad).fault, GetParam().fault);
  EXPECT_EQ(write.receiver.check(bad).keep, 0U);
  EXPECT_EQ(write.receiver.received(bad), GetParam().fault);
  EXPECT_EQ(write.receiver.failed(), iscsi::dataOutFaultRow(GetParam().fault).asc != 0);
}
INSTANTIATE_TEST_SUITE_P(All, BadDataOut, testing::ValuesIn(kBadData),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(DataOutReceiver, TellsThatTheUnsolicitedAmountIsWrong) {
  Write shortOne({1000, 1000, 100, false}, small());
  EXPECT_EQ(shortOne.unsolicited(0, 100, 100, true), F::IncorrectAmount) << "250 is FirstBurstLength";
  Write longOne({1000, 1000, 100, false}, small());
  EXPECT_EQ(longOne.unsolicited(0, 100, 100, false), F::None);
  EXPECT_EQ(longOne.unsolicited(1, 200, 100, true), F::IncorrectAmount);
  Write whole({220, 220, 100, false}, small());
  EXPECT_EQ(whole.unsolicited(0, 100, 100, false), F::None);
  EXPECT_EQ(whole.unsolicited(1, 200, 20, true), F::None) << "all of a short write";
  EXPECT_TRUE(whole.receiver.complete());
}

// RFC 7143 11.4.2: the Response waits for F of each sequence that was asked for.
TEST(DataOutReceiver, WaitsForFOfAllSequencesAfterAnEarlyError) {
  TransferParameters p = small();
  p.maxOutstandingR2t = 2;
  Write write({1000, 1000, 100, false}, p);
  const auto a = write.r2t();
  const auto b = write.r2t();
  ASSERT_TRUE(a && b);
  EXPECT_EQ(write.receiver.openSequences(), 3U);
  EXPECT_EQ(write.unsolicited(9, 100, 100, false), F::Lost);
  EXPECT_TRUE(write.receiver.failed());
  EXPECT_FALSE(write.r2t()) << "nothing more is asked for";
  EXPECT_EQ(write.receiver.check({a->targetTransferTag, 5, 250, 50, false}).keep, 0U);
  EXPECT_FALSE(write.receiver.quiet());
  write.unsolicited(10, 100, 100, true);
  write.receiver.received({a->targetTransferTag, 0, 250, 100, true});
  EXPECT_FALSE(write.receiver.quiet());
  write.receiver.received({b->targetTransferTag, 0, 0, 0, true});
  EXPECT_TRUE(write.receiver.quiet());
  EXPECT_EQ(write.receiver.fault(), F::Lost) << "the first fault stands";
}

TEST(DataOutReceiver, StopsSolicitingWhenTheCommandEndsEarly) {
  Write write({1000, 1000, 0, true}, small());
  const auto r2t = write.r2t();
  write.receiver.abandon();
  EXPECT_FALSE(write.receiver.quiet());
  EXPECT_EQ(write.receiver.received({r2t->targetTransferTag, 0, 0, 100, true}), F::None);
  EXPECT_TRUE(write.receiver.quiet());
  EXPECT_FALSE(write.receiver.failed());
  EXPECT_FALSE(write.receiver.complete());
  EXPECT_FALSE(write.receiver.wantsR2t());
}

TEST(DataOutReceiver, SeesSequencesOutOfOrderOnlyWhereTheOrderIsAgreed) {
  for (const bool inOrder : {true, false}) {
    TransferParameters p = small();
    p.maxOutstandingR2t = 2;
    p.dataSequenceInOrder = inOrder;
    Write write({600, 600, 0, true}, p);
    write.r2t();
    const auto second = write.r2t();
    EXPECT_EQ(write.receiver.received({second->targetTransferTag, 0, 300, 100, false}),
              inOrder ? F::SequenceOrder : F::None);
  }
}

TEST(DataOutReceiver, TakesPdusOfASequenceInAnyOrderWhereThatIsAgreed) {
  TransferParameters p = small();
  p.dataPduInOrder = false;
  Write write({300, 300, 0, true}, p);
  const std::uint32_t tag = write.r2t()->targetTransferTag;
  EXPECT_EQ(write.receiver.received({tag, 0, 200, 100, false}), F::None);
  EXPECT_EQ(write.receiver.received({tag, 1, 0, 100, false}), F::None);
  EXPECT_FALSE(write.receiver.complete());
  EXPECT_EQ(write.receiver.received({tag, 2, 100, 100, true}), F::None);
  EXPECT_TRUE(write.receiver.complete());
}

TEST(DataOutReceiver, BearsEmptyPdusUpToABound) {
  Write write({300, 300, 0, true}, small());
  const std::uint32_t tag = write.r2t()->targetTransferTag;
  for (std::uint32_t i = 0; i < DataOutReceiver::kMaxEmptyPdus; ++i) {
    EXPECT_EQ(write.receiver.received({tag, i, 0, 0, false}), F::None);
  }
  EXPECT_EQ(write.receiver.received({tag, DataOutReceiver::kMaxEmptyPdus, 0, 0, false}), F::TooManyEmpty);
  EXPECT_TRUE(write.receiver.failed());
}

TEST(DataOutReceiver, FailsOnALostPduWithoutRecovery) {
  Write damaged({300, 300, 0, true}, small());
  const std::uint32_t tag = damaged.r2t()->targetTransferTag;
  EXPECT_EQ(damaged.receiver.damaged({tag, 0, 0, 100, false}), F::Lost);
  EXPECT_FALSE(damaged.receiver.quiet());
  damaged.receiver.received({tag, 1, 100, 100, true});
  EXPECT_TRUE(damaged.receiver.quiet());

  Write silent({300, 300, 0, true}, small());
  silent.receiver.sequenceTimedOut(silent.r2t()->targetTransferTag);
  EXPECT_EQ(silent.receiver.fault(), F::Lost);
  EXPECT_TRUE(silent.receiver.quiet());
}

struct Sense {
  F fault;
  std::uint8_t reject, asc, ascq;
};
// RFC 7143 11.4.7.2 and 11.17.1.
constexpr Sense kSense[] = {
    {F::UnexpectedUnsolicited, 0, 0x0c, 0x0c}, {F::IncorrectAmount, 0, 0x0c, 0x0d}, {F::Lost, 0, 0x47, 0x05},
    {F::UnknownTransferTag, 9, 0, 0},          {F::OffsetInvalid, 9, 0x0c, 0x0d},   {F::SequenceOrder, 4, 0x0c, 0x0d},
    {F::SegmentTooLong, 4, 0x0c, 0x0d},        {F::TooManyEmpty, 4, 0x0c, 0x0d},
};
TEST(DataOutFault, HasTheCodesOfTheRfc) {
  for (const Sense& s : kSense) {
    const auto& row = iscsi::dataOutFaultRow(s.fault);
    EXPECT_EQ(row.fault, s.fault);
    EXPECT_EQ(row.rejectReason, s.reject) << row.name;
    EXPECT_EQ(row.asc, s.asc) << row.name;
    EXPECT_EQ(row.ascq, s.ascq) << row.name;
  }
}

}  // namespace
