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
  bool immediateData, initialR2t;
  std::uint32_t length;
  std::uint32_t immediate;
  bool final;
};

constexpr Begin kBegins[] = {
    {true, false, 1000, 100, false},  // up to a segment at once, the rest of the first burst follows
    {true, false, 250, 100, false},  {true, false, 100, 100, true},  // nothing follows (11.3.4)
    {true, false, 0, 0, true},       {true, true, 1000, 100, true},
    {false, false, 1000, 0, false},  {false, true, 1000, 0, true},
};

// Nothing goes out unasked.
TransferParameters solicited() {
  TransferParameters p = small();
  p.immediateData = false;
  p.initialR2t = true;
  return p;
}

TEST(DataOutSender, BeginsAsWasNegotiated) {
  for (const Begin& b : kBegins) {
    TransferParameters p = small();
    p.immediateData = b.immediateData;
    p.initialR2t = b.initialR2t;
    const DataOutSender sender(b.length, p);
    EXPECT_EQ(sender.immediateLength(), b.immediate) << b.length;
    EXPECT_EQ(sender.commandFinal(), b.final) << b.length;
    EXPECT_EQ(sender.idle(), b.final);
  }
}

TEST(DataOutSender, SendsTheWholeFirstBurst) {
  DataOutSender sender(1000, small());
  EXPECT_EQ(sender.next(), (DataOutPdu{kReservedTag, 0, 100, 100, false}));
  EXPECT_EQ(sender.next(), (DataOutPdu{kReservedTag, 1, 200, 50, true}));
  EXPECT_FALSE(sender.next());
}

TEST(DataOutSender, AnswersR2tsInTheOrderInWhichTheyCame) {
  DataOutSender sender(1000, solicited());
  EXPECT_EQ(sender.onR2t({7, 0, 300, 150}), R2tFault::None);
  EXPECT_EQ(sender.onR2t({8, 1, 0, 100}), R2tFault::None);
  EXPECT_EQ(sender.next(), (DataOutPdu{7, 0, 300, 100, false}));
  EXPECT_EQ(sender.next(), (DataOutPdu{7, 1, 400, 50, true}));
  EXPECT_EQ(sender.next(), (DataOutPdu{8, 0, 0, 100, true}));
  EXPECT_TRUE(sender.idle());
}

TEST(DataOutSender, FillsWholeWordsUnlessThePduIsTheLast) {
  TransferParameters p = solicited();
  p.maxDataSegmentLength = 103;
  DataOutSender sender(203, p);
  sender.onR2t({7, 0, 0, 203});
  EXPECT_EQ(sender.next(), (DataOutPdu{7, 0, 0, 100, false}));
  EXPECT_EQ(sender.next(), (DataOutPdu{7, 1, 100, 103, true}));
}

TEST(DataOutSender, RefusesR2tsThatAreWrong) {
  DataOutSender sender(1000, solicited());
  EXPECT_EQ(sender.onR2t({kReservedTag, 0, 0, 100}), R2tFault::TagInvalid);
  EXPECT_EQ(sender.onR2t({1, 0, 0, 0}), R2tFault::LengthInvalid);
  EXPECT_EQ(sender.onR2t({1, 0, 0, 301}), R2tFault::LengthInvalid);
  EXPECT_EQ(sender.onR2t({1, 0, 900, 101}), R2tFault::OutOfBounds);
  EXPECT_EQ(sender.onR2t({1, 0, 0xffffffff, 2}), R2tFault::OutOfBounds);
  EXPECT_EQ(sender.onR2t({1, 0, 900, 100}), R2tFault::None);
  EXPECT_EQ(sender.onR2t({1, 1, 0, 100}), R2tFault::TagInvalid) << "it is in work";
  DataOutSender none(0, small());
  EXPECT_EQ(none.onR2t({1, 0, 0, 1}), R2tFault::OutOfBounds);
}

TEST(DataOutSender, QueuesABoundedNumberOfR2ts) {
  DataOutSender sender(1000, solicited());
  for (std::uint32_t i = 0; i < DataOutSender::kMaxQueued; ++i) EXPECT_EQ(sender.onR2t({i, i, 0, 4}), R2tFault::None);
  EXPECT_EQ(sender.onR2t({9999, 0, 0, 4}), R2tFault::TooMany);
  sender.next();
  EXPECT_EQ(sender.onR2t({9999, 0, 0, 4}), R2tFault::None);
  std::uint32_t left = 0;
  while (sender.next()) ++left;
  EXPECT_EQ(left, DataOutSender::kMaxQueued);
}

}  // namespace
