#include "agent/iscsi/command_window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace {

using iscsi::CommandWindow;
using iscsi::ImmediateBudget;
using Place = CommandWindow::Place;
using Taken = CommandWindow::Taken;
using testing::ElementsAre;

std::vector<std::uint32_t> drain(CommandWindow& window) {
  std::vector<std::uint32_t> handles;
  while (const auto handle = window.next()) handles.push_back(*handle);
  return handles;
}

// RFC 7143 11.12.8: the leading login and the first command both carry 123.
TEST(CommandWindow, BeginsAtTheNumberOfTheLeadingLogin) {
  CommandWindow window(123, 8, 8);
  EXPECT_EQ(window.expCmdSn(), 123U);
  EXPECT_EQ(window.maxCmdSn(), 130U);
  EXPECT_EQ(window.check(123), Place::Next);
  EXPECT_EQ(window.accept(123, 1), Taken::Deliver);
  EXPECT_EQ(window.expCmdSn(), 124U);
}

TEST(CommandWindow, TakesNumbersFromExpToMaxAndNoOthers) {
  CommandWindow window(100, 4, 4);
  EXPECT_EQ(window.check(99), Place::Outside);
  EXPECT_EQ(window.check(100), Place::Next);
  EXPECT_EQ(window.check(101), Place::Ahead);
  EXPECT_EQ(window.check(103), Place::Ahead);
  EXPECT_EQ(window.check(104), Place::Outside);
  EXPECT_EQ(window.check(100U + 0x80000000U), Place::Outside);
  EXPECT_EQ(window.accept(104, 9), Taken::Ignored);
  EXPECT_EQ(window.accept(99, 9), Taken::Ignored);
}

TEST(CommandWindow, HoldsCommandsUntilTheGapIsFilledAndDeliversThemInOrder) {
  CommandWindow window(10, 8, 8);
  EXPECT_EQ(window.accept(12, 212), Taken::Held);
  EXPECT_EQ(window.accept(11, 211), Taken::Held);
  EXPECT_EQ(window.accept(14, 214), Taken::Held);
  EXPECT_THAT(drain(window), ElementsAre());
  EXPECT_EQ(window.expCmdSn(), 10U) << "nothing is acknowledged over a hole";
  EXPECT_EQ(window.accept(10, 210), Taken::Deliver);
  EXPECT_THAT(drain(window), ElementsAre(211, 212));
  EXPECT_EQ(window.expCmdSn(), 13U);
  EXPECT_EQ(window.accept(13, 213), Taken::Deliver);
  EXPECT_THAT(drain(window), ElementsAre(214));
  EXPECT_EQ(window.expCmdSn(), 15U);
}

TEST(CommandWindow, IgnoresDuplicatesInTheWindowAndBehindIt) {
  CommandWindow window(10, 8, 8);
  EXPECT_EQ(window.accept(12, 1), Taken::Held);
  EXPECT_EQ(window.check(12), Place::Duplicate);
  EXPECT_EQ(window.accept(12, 2), Taken::Ignored);
  EXPECT_EQ(window.accept(10, 3), Taken::Deliver);
  EXPECT_EQ(window.accept(10, 4), Taken::Ignored);
  EXPECT_EQ(window.accept(11, 5), Taken::Deliver);
  EXPECT_THAT(drain(window), ElementsAre(1));
}

TEST(CommandWindow, WrapsAroundTheNumbers) {
  CommandWindow window(0xfffffffe, 4, 4);
  EXPECT_EQ(window.maxCmdSn(), 1U);
  EXPECT_EQ(window.accept(1, 4), Taken::Held);
  EXPECT_EQ(window.accept(0, 3), Taken::Held);
  EXPECT_EQ(window.accept(0xffffffff, 2), Taken::Held);
  EXPECT_EQ(window.check(2), Place::Outside);
  EXPECT_EQ(window.accept(0xfffffffe, 1), Taken::Deliver);
  EXPECT_THAT(drain(window), ElementsAre(2, 3, 4));
  EXPECT_EQ(window.expCmdSn(), 2U);
}

// The credits: what waits and what runs are at most the size.
TEST(CommandWindow, GrantsANumberForEachCommandThatEnds) {
  CommandWindow window(0, 2, 8);
  EXPECT_EQ(window.maxCmdSn(), 1U);
  window.accept(0, 0);
  window.accept(1, 1);
  EXPECT_TRUE(window.closed());
  EXPECT_EQ(window.maxCmdSn(), window.expCmdSn() - 1) << "never below";
  EXPECT_EQ(window.check(2), Place::Outside);
  window.finished();
  EXPECT_FALSE(window.closed());
  EXPECT_EQ(window.maxCmdSn(), 2U);
  window.finished();
  EXPECT_EQ(window.maxCmdSn(), 3U);
  window.finished();
  EXPECT_EQ(window.maxCmdSn(), 3U) << "nothing was active any more";
}

TEST(CommandWindow, OwesANopInWhenItOpensAgain) {
  CommandWindow window(0, 2, 8);
  window.announced();
  window.accept(0, 0);
  window.accept(1, 1);
  EXPECT_TRUE(window.closed());
  EXPECT_FALSE(window.announcementDue()) << "MaxCmdSN is as it was";
  window.finished();
  EXPECT_TRUE(window.announcementDue());
  EXPECT_TRUE(window.announcementUrgent());
  window.announced();
  EXPECT_FALSE(window.announcementDue());
  EXPECT_FALSE(window.announcementUrgent());
}

TEST(CommandWindow, OwesNoUrgentNopInWhileTheInitiatorHasNumbersLeft) {
  CommandWindow window(0, 4, 8);
  window.announced();
  window.accept(0, 0);
  window.finished();
  EXPECT_TRUE(window.announcementDue());
  EXPECT_FALSE(window.announcementUrgent());
}

TEST(CommandWindow, NeverOpensMoreThanItsCapacity) {
  CommandWindow window(0, 100, 5);
  EXPECT_EQ(window.size(), 8U) << "rounded up to a power of two";
  EXPECT_EQ(window.maxCmdSn(), 7U);
}

TEST(CommandWindow, PassesPluggedNumbersWithoutACommand) {
  CommandWindow window(0, 4, 4);
  EXPECT_EQ(window.accept(2, 2), Taken::Held);
  EXPECT_TRUE(window.plug(1));
  EXPECT_EQ(window.check(1), Place::Duplicate) << "the command is ignored if it still comes";
  EXPECT_EQ(window.expCmdSn(), 0U);
  EXPECT_TRUE(window.plug(0));
  EXPECT_EQ(window.expCmdSn(), 2U);
  EXPECT_EQ(window.maxCmdSn(), 5U) << "plugs use no credit";
  EXPECT_THAT(drain(window), ElementsAre(2));
  EXPECT_EQ(window.expCmdSn(), 3U);
  EXPECT_FALSE(window.plug(1));
  EXPECT_FALSE(window.plug(6));
}

TEST(CommandWindow, PassesPlugsBehindACommandThatIsDelivered) {
  CommandWindow window(0, 4, 4);
  window.plug(1);
  EXPECT_EQ(window.accept(0, 0), Taken::Deliver);
  EXPECT_EQ(window.expCmdSn(), 2U);
}

TEST(CommandWindow, ForgetsAHeldCommandThatIsPlugged) {
  CommandWindow window(0, 4, 4);
  window.accept(1, 1);
  EXPECT_TRUE(window.plug(1));
  EXPECT_EQ(window.accept(0, 0), Taken::Deliver);
  EXPECT_THAT(drain(window), ElementsAre());
  EXPECT_EQ(window.expCmdSn(), 2U);
}

TEST(CommandWindow, MakesAGapAgainOfAReleasedCommand) {
  CommandWindow window(0, 4, 4);
  window.accept(1, 7);
  EXPECT_TRUE(window.release(1));
  EXPECT_FALSE(window.release(1));
  EXPECT_FALSE(window.release(0));
  EXPECT_EQ(window.accept(0, 0), Taken::Deliver);
  EXPECT_THAT(drain(window), ElementsAre());
  EXPECT_EQ(window.expCmdSn(), 1U);
  EXPECT_EQ(window.accept(1, 8), Taken::Deliver) << "the retry on another connection";
}

TEST(CommandWindow, CountsWhatIsMissingBelowARequest) {
  CommandWindow window(10, 8, 8);
  window.accept(12, 12);
  window.accept(14, 14);
  EXPECT_EQ(window.missingBelow(10), 0U);
  EXPECT_EQ(window.missingBelow(9), 0U);
  EXPECT_EQ(window.missingBelow(11), 1U);
  EXPECT_EQ(window.missingBelow(13), 2U);
  EXPECT_EQ(window.missingBelow(15), 3U);
  EXPECT_EQ(window.missingBelow(40), 6U) << "nothing comes above MaxCmdSN";
  window.plug(11);
  EXPECT_EQ(window.missingBelow(13), 1U);
}

TEST(CommandWindow, PlugsAllGapsBelowATargetReset) {
  CommandWindow window(10, 8, 8);
  window.accept(12, 12);
  window.plugBelow(14);
  EXPECT_EQ(window.missingBelow(14), 0U);
  EXPECT_THAT(drain(window), ElementsAre(12));
  EXPECT_EQ(window.expCmdSn(), 14U);
  EXPECT_EQ(window.check(14), Place::Next);
  window.plugBelow(10);
  EXPECT_EQ(window.expCmdSn(), 14U);
}

TEST(ImmediateBudget, TakesAtLeastOneOfEachKind) {
  ImmediateBudget budget(0, 0);
  EXPECT_TRUE(budget.begin(ImmediateBudget::Kind::Other));
  EXPECT_FALSE(budget.begin(ImmediateBudget::Kind::Other));
  EXPECT_TRUE(budget.begin(ImmediateBudget::Kind::TaskManagement)) << "a ping does not keep an abort out";
  EXPECT_FALSE(budget.begin(ImmediateBudget::Kind::TaskManagement));
  budget.end(ImmediateBudget::Kind::Other);
  EXPECT_TRUE(budget.begin(ImmediateBudget::Kind::Other));
}

TEST(ImmediateBudget, TakesAsManyAsItsLimits) {
  ImmediateBudget budget(2, 3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.begin(ImmediateBudget::Kind::Other));
  EXPECT_FALSE(budget.begin(ImmediateBudget::Kind::Other));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(budget.begin(ImmediateBudget::Kind::TaskManagement));
  EXPECT_FALSE(budget.begin(ImmediateBudget::Kind::TaskManagement));
  for (int i = 0; i < 9; ++i) budget.end(ImmediateBudget::Kind::TaskManagement);
  EXPECT_EQ(budget.used(ImmediateBudget::Kind::TaskManagement), 0U);
}

}  // namespace
