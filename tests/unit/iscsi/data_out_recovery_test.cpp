// Recovery within a write: ErrorRecoveryLevel 1 and 2.
#include <gtest/gtest.h>

#include "tests/unit/iscsi/data_out_write.h"

namespace {

using data_out_test::small;
using data_out_test::Write;
using iscsi::DataOutReceiver;
using iscsi::kReservedTag;
using iscsi::TransferParameters;
using F = iscsi::DataOutFault;

TransferParameters recovering() {
  TransferParameters p = small();
  p.errorRecoveryLevel = 1;
  return p;
}

TEST(DataOutRecovery, AsksAgainForExactlyTheBytesOfADamagedPdu) {
  Write write({600, 600, 0, true}, recovering());
  const std::uint32_t tag = write.r2t()->targetTransferTag;
  EXPECT_EQ(write.receiver.received({tag, 0, 0, 100, false}), F::None);
  EXPECT_EQ(write.receiver.damaged({tag, 1, 100, 100, false}), F::None);
  EXPECT_FALSE(write.r2t()) << "the sequence is not at its end";
  EXPECT_EQ(write.receiver.received({tag, 2, 200, 100, true}), F::None);
  const auto recovery = write.r2t();
  ASSERT_TRUE(recovery);
  EXPECT_EQ(recovery->bufferOffset, 100U);
  EXPECT_EQ(recovery->length, 100U);
  EXPECT_EQ(recovery->r2tSn, 1U) << "the next number that is free";
  EXPECT_EQ(write.receiver.received({recovery->targetTransferTag, 0, 100, 100, true}), F::None);
  EXPECT_EQ(write.r2t()->bufferOffset, 300U);
}

TEST(DataOutRecovery, TakesNoBytesInThePlaceOfADamagedPdu) {
  Write write({300, 300, 0, true}, recovering());
  const std::uint32_t tag = write.r2t()->targetTransferTag;
  EXPECT_EQ(write.receiver.damaged({tag, 0, 0, 100, false}), F::None);
  EXPECT_EQ(write.receiver.received({tag, 1, 50, 100, false}), F::Overlap) << "PDUs go up in order";
}

TEST(DataOutRecovery, AsksForEachHoleWhenSequencesLosePdus) {
  Write write({300, 300, 0, true}, recovering());
  const std::uint32_t tag = write.r2t()->targetTransferTag;
  EXPECT_EQ(write.receiver.received({tag, 1, 40, 60, false}), F::None) << "DataSN 0 is missing";
  EXPECT_EQ(write.receiver.received({tag, 3, 200, 100, true}), F::None);
  const auto a = write.r2t();
  ASSERT_TRUE(a);
  EXPECT_EQ(a->bufferOffset, 0U);
  EXPECT_EQ(a->length, 40U);
  EXPECT_FALSE(write.r2t()) << "one at a time";
  EXPECT_EQ(write.receiver.received({a->targetTransferTag, 0, 0, 40, true}), F::None);
  const auto b = write.r2t();
  ASSERT_TRUE(b);
  EXPECT_EQ(b->bufferOffset, 100U);
  EXPECT_EQ(b->length, 100U);
  EXPECT_EQ(write.receiver.received({b->targetTransferTag, 0, 100, 100, true}), F::None);
  EXPECT_TRUE(write.receiver.complete());
}

TEST(DataOutRecovery, RecoversTheUnsolicitedBurst) {
  Write write({1000, 1000, 100, false}, recovering());
  EXPECT_EQ(write.receiver.damaged({kReservedTag, 0, 100, 100, false}), F::None);
  write.receiver.sequenceTimedOut(kReservedTag);
  const auto recovery = write.r2t();
  ASSERT_TRUE(recovery);
  EXPECT_EQ(recovery->bufferOffset, 100U);
  EXPECT_EQ(recovery->length, 150U);
  EXPECT_EQ(write.unsolicited(1, 200, 50, true), F::None) << "late, and dropped in silence";
  EXPECT_EQ(write.receiver.contiguous(), 100U);
}

TEST(DataOutRecovery, DropsLateAnswersToAnR2tThatItHasReplaced) {
  Write write({300, 300, 0, true}, recovering());
  const auto old = write.r2t();
  write.receiver.received({old->targetTransferTag, 0, 0, 100, false});
  write.receiver.sequenceTimedOut(old->targetTransferTag);
  EXPECT_TRUE(write.receiver.quiet());
  const auto fresh = write.r2t();
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->bufferOffset, 100U);
  EXPECT_EQ(fresh->length, 200U);
  EXPECT_EQ(write.receiver.check({old->targetTransferTag, 1, 100, 100, false}).keep, 0U);
  EXPECT_EQ(write.receiver.received({old->targetTransferTag, 1, 100, 100, true}), F::None);
  EXPECT_EQ(write.receiver.received({fresh->targetTransferTag, 0, 100, 100, false}), F::None);
  EXPECT_EQ(write.receiver.received({fresh->targetTransferTag, 1, 200, 100, true}), F::None);
  EXPECT_TRUE(write.receiver.complete());
  EXPECT_EQ(write.receiver.findR2t(0), old) << "an R2T SNACK may still ask for it";
  EXPECT_FALSE(write.receiver.findR2t(1)) << "answered";
  EXPECT_FALSE(write.receiver.findR2t(2)) << "never sent";
}

TEST(DataOutRecovery, GivesAnOutstandingR2tAgain) {
  Write write({300, 300, 0, true}, recovering());
  const auto r2t = write.r2t();
  EXPECT_EQ(write.receiver.findR2t(0), r2t);
}

TEST(DataOutRecovery, ClosesASequenceWhoseLastPduWasOnlyItsF) {
  Write write({100, 100, 0, true}, recovering());
  const std::uint32_t tag = write.r2t()->targetTransferTag;
  write.receiver.received({tag, 0, 0, 100, false});
  EXPECT_FALSE(write.receiver.complete());
  write.receiver.sequenceTimedOut(tag);
  EXPECT_TRUE(write.receiver.complete());
  EXPECT_FALSE(write.r2t());
}

TEST(DataOutRecovery, GivesUpAfterABoundedNumberOfRecoveries) {
  Write write({100, 100, 0, true}, recovering());
  std::uint32_t rounds = 0;
  while (const auto r2t = write.r2t()) {
    write.receiver.damaged({r2t->targetTransferTag, 0, 0, 100, true});
    ASSERT_LT(++rounds, 1000U);
  }
  EXPECT_EQ(rounds, DataOutReceiver::kMaxRecoveries + 1);
  EXPECT_EQ(write.receiver.fault(), F::Lost);
}

TEST(DataOutRecovery, KeepsOneR2tWhereRecoveryNeedsIt) {
  TransferParameters p = recovering();
  p.maxOutstandingR2t = 4;
  Write write({1000, 1000, 0, true}, p);
  EXPECT_TRUE(write.r2t());
  EXPECT_FALSE(write.r2t());
  p.dataSequenceInOrder = false;
  Write free({1000, 1000, 0, true}, p);
  EXPECT_TRUE(free.r2t());
  EXPECT_TRUE(free.r2t());
}

TEST(DataOutRecovery, AsksForAllThatIsMissingOnANewConnection) {
  TransferParameters p = recovering();
  p.errorRecoveryLevel = 2;
  p.dataSequenceInOrder = false;
  p.maxOutstandingR2t = 2;
  Write write({700, 700, 100, true}, p);
  const auto a = write.r2t();
  const auto b = write.r2t();
  ASSERT_TRUE(a && b);
  write.receiver.received({a->targetTransferTag, 0, 100, 100, false});
  write.receiver.reassigned();
  EXPECT_TRUE(write.receiver.quiet());
  const auto again = write.r2t();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->bufferOffset, 200U);
  EXPECT_EQ(again->length, 300U);
  EXPECT_EQ(again->r2tSn, 2U);
  const auto rest = write.r2t();
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->bufferOffset, 500U);
  EXPECT_EQ(rest->length, 200U);
  EXPECT_EQ(write.receiver.findR2t(1), b);
}

}  // namespace
