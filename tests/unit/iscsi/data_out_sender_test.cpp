#include "agent/iscsi/data_out_sender.h"

#include <gtest/gtest.h>

namespace {

using iscsi::DataOutPdu;
using iscsi::DataOutSender;
using iscsi::kReservedTag;
using iscsi::R2tFault;
using iscsi::TransferParameters;

TransferParameters small() {
  TransferParameters p;
  p.maxDataSegmentLength = 100;
  p.firstBurstLength = 250;
  p.maxBurstLength = 300;
  p.initialR2t = false;
  return p;
}

struct Begin {
  bool immediateData, initialR2t, useImmediate, useUnsolicited;
  std::uint32_t length;
  std::uint32_t immediate;
  bool final;
};

constexpr Begin kBegins[] = {
    {true, false, true, true, 1000, 100, false},  // up to a segment at once, the rest of the first burst follows
    {true, false, true, true, 250, 100, false},  {true, false, true, true, 100, 100, true},  // nothing follows (11.3.4)
    {true, false, true, true, 0, 0, true},       {true, false, true, false, 1000, 100, true},
    {true, false, false, true, 1000, 0, false},  {true, true, true, true, 1000, 100, true},
    {false, false, true, true, 1000, 0, false},  {false, true, true, true, 1000, 0, true},
};

TEST(DataOutSender, BeginsAsWasNegotiated) {
  for (const Begin& b : kBegins) {
    TransferParameters p = small();
    p.immediateData = b.immediateData;
    p.initialR2t = b.initialR2t;
    const DataOutSender sender(b.length, p, {b.useImmediate, b.useUnsolicited});
    EXPECT_EQ(sender.immediateLength(), b.immediate) << b.length;
    EXPECT_EQ(sender.commandFinal(), b.final) << b.length;
    EXPECT_EQ(sender.idle(), b.final);
  }
}

TEST(DataOutSender, SendsTheWholeFirstBurst) {
  DataOutSender sender(1000, small(), {});
  EXPECT_EQ(sender.next(), (DataOutPdu{kReservedTag, 0, 100, 100, false}));
  EXPECT_EQ(sender.next(), (DataOutPdu{kReservedTag, 1, 200, 50, true}));
  EXPECT_FALSE(sender.next());
}

TEST(DataOutSender, AnswersR2tsInTheOrderInWhichTheyCame) {
  DataOutSender sender(1000, small(), {false, false});
  EXPECT_EQ(sender.onR2t({7, 0, 300, 150}), R2tFault::None);
  EXPECT_EQ(sender.onR2t({8, 1, 0, 100}), R2tFault::None);
  EXPECT_EQ(sender.next(), (DataOutPdu{7, 0, 300, 100, false}));
  EXPECT_EQ(sender.next(), (DataOutPdu{7, 1, 400, 50, true}));
  EXPECT_EQ(sender.next(), (DataOutPdu{8, 0, 0, 100, true}));
  EXPECT_TRUE(sender.idle());
}

TEST(DataOutSender, FillsWholeWordsUnlessThePduIsTheLast) {
  TransferParameters p = small();
  p.maxDataSegmentLength = 103;
  DataOutSender sender(203, p, {false, false});
  sender.onR2t({7, 0, 0, 203});
  EXPECT_EQ(sender.next(), (DataOutPdu{7, 0, 0, 100, false}));
  EXPECT_EQ(sender.next(), (DataOutPdu{7, 1, 100, 103, true}));
}

TEST(DataOutSender, RefusesR2tsThatAreWrong) {
  DataOutSender sender(1000, small(), {false, false});
  EXPECT_EQ(sender.onR2t({kReservedTag, 0, 0, 100}), R2tFault::TagInvalid);
  EXPECT_EQ(sender.onR2t({1, 0, 0, 0}), R2tFault::LengthInvalid);
  EXPECT_EQ(sender.onR2t({1, 0, 0, 301}), R2tFault::LengthInvalid);
  EXPECT_EQ(sender.onR2t({1, 0, 900, 101}), R2tFault::OutOfBounds);
  EXPECT_EQ(sender.onR2t({1, 0, 0xffffffff, 2}), R2tFault::OutOfBounds);
  EXPECT_EQ(sender.onR2t({1, 0, 900, 100}), R2tFault::None);
  EXPECT_EQ(sender.onR2t({1, 1, 0, 100}), R2tFault::TagInvalid) << "it is in work";
  DataOutSender none(0, small(), {});
  EXPECT_EQ(none.onR2t({1, 0, 0, 1}), R2tFault::OutOfBounds);
}

TEST(DataOutSender, QueuesABoundedNumberOfR2ts) {
  DataOutSender sender(1000, small(), {false, false});
  for (std::uint32_t i = 0; i < DataOutSender::kMaxQueued; ++i) EXPECT_EQ(sender.onR2t({i, i, 0, 4}), R2tFault::None);
  EXPECT_EQ(sender.onR2t({9999, 0, 0, 4}), R2tFault::TooMany);
  sender.next();
  EXPECT_EQ(sender.onR2t({9999, 0, 0, 4}), R2tFault::None);
  std::uint32_t left = 0;
  while (sender.next()) ++left;
  EXPECT_EQ(left, DataOutSender::kMaxQueued);
}

TEST(DataOutSender, EndsEachSequenceAtOnceWhenItIsCutShort) {
  DataOutSender sender(1000, small(), {});
  sender.onR2t({7, 0, 250, 300});
  sender.next();
  sender.cutShort();
  EXPECT_EQ(sender.next(), (DataOutPdu{kReservedTag, 1, 200, 0, true}));
  EXPECT_EQ(sender.next(), (DataOutPdu{7, 0, 250, 0, true}));
  EXPECT_FALSE(sender.next());
  EXPECT_EQ(sender.onR2t({8, 1, 550, 300}), R2tFault::None);
  EXPECT_EQ(sender.next(), (DataOutPdu{8, 0, 550, 0, true})) << "each valid tag is still answered";
}

TEST(DataOutSender, SendsNothingMoreOnceStopped) {
  DataOutSender sender(1000, small(), {});
  sender.stop();
  EXPECT_FALSE(sender.next());
  EXPECT_EQ(sender.onR2t({8, 1, 550, 300}), R2tFault::None);
  EXPECT_FALSE(sender.next());
}

}  // namespace
