#include "agent/iscsi/status_sequence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "agent/iscsi/kept_status.h"
#include "tests/unit/iscsi/random.h"
#include "tests/unit/iscsi/recovering_initiator.h"

namespace {

using iscsi::SnackRun;
using iscsi::SnackVerdict;
using iscsi::StatusSequence;
using iscsi_test::StatusReceiver;
using testing::ElementsAre;

struct Released {
  std::vector<std::uint32_t> handles;
  void operator()(std::uint32_t handle) { handles.push_back(handle); }
};

TEST(StatusSequence, CanLetGoOfTheOldestBeforeItsRingIsFull) {
  StatusSequence sequence(5, 4);
  Released released;
  for (std::uint32_t handle = 1; handle <= 3; ++handle) sequence.assign(handle, released);
  sequence.letGoOfOldest(released);
  EXPECT_THAT(released.handles, ElementsAre(1));
  EXPECT_EQ(sequence.kept(), 2U);
  EXPECT_FALSE(sequence.find(5));
  EXPECT_EQ(sequence.find(6), 2U);
  EXPECT_EQ(sequence.snack(5, 1).verdict, SnackVerdict::Rejected);
  EXPECT_EQ(sequence.snack(6, 2).run, (SnackRun{6, 2}));
  EXPECT_EQ(sequence.assign(4, released), 8U);
  sequence.acknowledge(9, released);
  EXPECT_THAT(released.handles, ElementsAre(1, 2, 3, 4));
}

TEST(KeptStatuses, CountTheirDataAndKeepNoMemoryOfLongOnes) {
  iscsi::KeptStatuses kept;
  const base::Bytes longData(65536, 1);
  const auto longOne = kept.take();
  const auto shortOne = kept.take();
  kept.setData(kept.at(longOne), longData);
  kept.setData(kept.at(shortOne), base::ByteView(longData).first(18));
  EXPECT_EQ(kept.bytes(), 65536U + 18);
  kept.setData(kept.at(longOne), base::ByteView(longData).first(40'000));
  EXPECT_EQ(kept.bytes(), 40'000U + 18);
  kept.give(longOne);
  kept.give(shortOne);
  EXPECT_EQ(kept.bytes(), 0U);
  for (int i = 0; i < 2; ++i) EXPECT_LE(kept.at(kept.take()).data.capacity(), 512U);
}

TEST(StatusSequence, NumbersWhatCarriesStatus) {
  StatusSequence sequence(0xffffffff, 4);
  Released released;
  EXPECT_EQ(sequence.next(), 0xffffffffU);
  EXPECT_EQ(sequence.assign(1, released), 0xffffffffU);
  EXPECT_EQ(sequence.assign(2, released), 0U);
  EXPECT_EQ(sequence.next(), 1U) << "R2T and unsolicited NOP-In carry it and take none";
  EXPECT_EQ(sequence.unacknowledged(), 2U);
  EXPECT_TRUE(released.handles.empty());
}

TEST(StatusSequence, LetsGoOfWhatIsAcknowledged) {
  StatusSequence sequence(10, 4);
  Released released;
  for (std::uint32_t i = 0; i < 4; ++i) sequence.assign(100 + i, released);
  EXPECT_EQ(sequence.acknowledge(12, released), StatusSequence::Acknowledged::Taken);
  EXPECT_THAT(released.handles, ElementsAre(100, 101));
  EXPECT_TRUE(sequence.isAcknowledged(11));
  EXPECT_FALSE(sequence.isAcknowledged(12));
  EXPECT_EQ(sequence.acknowledge(11, released), StatusSequence::Acknowledged::Old);
  EXPECT_EQ(sequence.acknowledge(15, released), StatusSequence::Acknowledged::Unsent);
  EXPECT_EQ(sequence.acknowledged(), 12U);
  EXPECT_EQ(sequence.acknowledge(14, released), StatusSequence::Acknowledged::Taken);
  EXPECT_EQ(sequence.unacknowledged(), 0U);
}

TEST(StatusSequence, KeepsNoMoreThanItsBound) {
  StatusSequence sequence(0, 2);
  Released released;
  for (std::uint32_t i = 0; i < 4; ++i) sequence.assign(i, released);
  EXPECT_THAT(released.handles, ElementsAre(0, 1));
  EXPECT_EQ(sequence.snack(1, 1).verdict, SnackVerdict::Rejected);
  EXPECT_EQ(sequence.snack(2, 2).verdict, SnackVerdict::Resend);
  EXPECT_FALSE(sequence.find(1));
  EXPECT_EQ(sequence.find(2), 2U);
  sequence.clear(released);
  EXPECT_THAT(released.handles, ElementsAre(0, 1, 2, 3));
}

TEST(StatusSequence, KeepsNothingWithoutRecovery) {
  StatusSequence sequence(0, 0);
  Released released;
  sequence.assign(7, released);
  EXPECT_THAT(released.handles, ElementsAre(7));
  EXPECT_EQ(sequence.snack(0, 1).verdict, SnackVerdict::Rejected);
  EXPECT_EQ(sequence.acknowledge(1, released), StatusSequence::Acknowledged::Taken);
}

struct SnackCase {
  std::uint32_t begRun, runLength;
  SnackVerdict verdict;
  SnackRun run;
};

// StatSN 5 to 9 were sent, 5 and 6 acknowledged. RFC 7143 11.16, 11.16.6, 11.16.7.
constexpr SnackCase kSnacks[] = {
    {7, 1, SnackVerdict::Resend, {7, 1}},
    {7, 3, SnackVerdict::Resend, {7, 3}},
    {8, 0, SnackVerdict::Resend, {8, 2}},
    {0, 0, SnackVerdict::Resend, {7, 3}},
    {6, 1, SnackVerdict::ProtocolError, {}},
    {6, 2, SnackVerdict::ProtocolError, {}},
    {9, 2, SnackVerdict::ProtocolError, {}},
    {10, 1, SnackVerdict::ProtocolError, {}},
    {10, 0, SnackVerdict::ProtocolError, {}},
    {11, 0, SnackVerdict::ProtocolError, {}},
    {8, 0xffffffff, SnackVerdict::ProtocolError, {}},
    {7, 0x80000000, SnackVerdict::ProtocolError, {}},
};

TEST(StatusSequence, AnswersAStatusSnack) {
  StatusSequence sequence(5, 8);
  Released released;
  for (std::uint32_t i = 5; i < 10; ++i) sequence.assign(i, released);
  sequence.acknowledge(7, released);
  for (const SnackCase& c : kSnacks) {
    const iscsi::SnackAnswer answer = sequence.snack(c.begRun, c.runLength);
    EXPECT_EQ(answer.verdict, c.verdict) << c.begRun << '+' << c.runLength;
    EXPECT_EQ(answer.run, c.run) << c.begRun << '+' << c.runLength;
    for (std::uint32_t i = 0; i < answer.run.count; ++i) {
      EXPECT_EQ(sequence.find(answer.run.begin + i), answer.run.begin + i);
    }
  }
  sequence.acknowledge(10, released);
  EXPECT_EQ(sequence.snack(0, 0).verdict, SnackVerdict::Resend);
  EXPECT_EQ(sequence.snack(0, 0).run.count, 0U);
}

// A target's sequence and an initiator's receiver over a connection that drops status PDUs: SNACK brings all.
TEST(StatusRecovery, BringsEachStatusOnceForEverySeed) {
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    iscsi_test::Random random(seed);
    const std::uint32_t first = random();
    StatusSequence sequence(first, 64);
    StatusReceiver receiver(first);
    Released released;
    std::set<std::uint32_t> got;
    std::uint32_t sent = 0;
    const auto arrive = [&](std::uint32_t statSn, std::uint32_t handle) {
      if (random() % 4 == 0) return;
      const auto arrival = receiver.received(statSn);
      if (arrival == StatusReceiver::Arrival::Duplicate) return;
      ASSERT_NE(arrival, StatusReceiver::Arrival::TooFar);
      ASSERT_TRUE(got.insert(handle).second);
      receiver.done(statSn);
    };
    for (int step = 0; got.size() < 300; ++step) {
      ASSERT_LT(step, 100000);
      if (sent < 300 && sequence.unacknowledged() < 64) {
        const std::uint32_t statSn = sequence.assign(sent, released);
        arrive(statSn, sent++);
      } else {
        receiver.announced(sequence.next());
      }
      if (const auto hole = receiver.firstHole()) {
        const auto answer = sequence.snack(hole->begin, hole->count);
        ASSERT_EQ(answer.verdict, SnackVerdict::Resend) << seed;
        for (std::uint32_t i = 0; i < answer.run.count; ++i) {
          arrive(answer.run.begin + i, sequence.find(answer.run.begin + i).value());
        }
      }
      if (random() % 3 == 0) sequence.acknowledge(receiver.expStatSn(), released);
    }
    sequence.acknowledge(receiver.expStatSn(), released);
    ASSERT_EQ(released.handles.size(), 300U);
    ASSERT_EQ(sequence.unacknowledged(), 0U);
  }
}

}  // namespace
