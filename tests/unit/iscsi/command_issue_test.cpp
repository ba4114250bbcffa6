#include "agent/iscsi/command_issue.h"

#include <gtest/gtest.h>

#include <deque>

#include <vector>

#include "agent/iscsi/command_window.h"
#include "agent/iscsi/serial.h"

#include "tests/unit/iscsi/random.h"

namespace {

using iscsi::CommandIssue;
using iscsi::CommandWindow;
using Update = CommandIssue::Update;

TEST(CommandIssue, WaitsForTheLoginResponseToOpenTheWindow) {
  CommandIssue issue(123, 32);
  EXPECT_FALSE(issue.canIssue());
  EXPECT_EQ(issue.current(), 123U);
  EXPECT_EQ(issue.onWindow(123, 124), Update::Taken);
  ASSERT_TRUE(issue.canIssue());
  EXPECT_EQ(issue.issue(), 123U) << "the first command carries the number of the login";
  EXPECT_EQ(issue.current(), 124U);
  EXPECT_EQ(issue.current(), 124U) << "immediate requests do not advance it";
  EXPECT_EQ(issue.issue(), 124U);
  EXPECT_FALSE(issue.canIssue());
  EXPECT_EQ(issue.onWindow(125, 125), Update::Taken);
  EXPECT_TRUE(issue.canIssue());
}

TEST(CommandIssue, KeepsToItsQueueDepth) {
  CommandIssue issue(0, 2);
  issue.onWindow(0, 100);
  issue.issue();
  issue.issue();
  EXPECT_FALSE(issue.canIssue());
  issue.finished();
  EXPECT_TRUE(issue.canIssue());
  CommandIssue one(0, 0);
  one.onWindow(0, 100);
  EXPECT_TRUE(one.canIssue()) << "one is always possible";
}

// RFC 7143 4.2.2.1, the three rules for MaxCmdSN and ExpCmdSN.
TEST(CommandIssue, IgnoresAWindowThatIsInconsistent) {
  CommandIssue issue(10, 32);
  issue.onWindow(10, 20);
  issue.issue();
  issue.issue();
  EXPECT_EQ(issue.onWindow(12, 10), Update::Inconsistent);
  EXPECT_EQ(issue.expCmdSn(), 10U);
  EXPECT_EQ(issue.maxCmdSn(), 20U);
  EXPECT_EQ(issue.onWindow(12, 11), Update::Taken) << "MaxCmdSN = ExpCmdSN - 1 is a closed window";
  EXPECT_EQ(issue.expCmdSn(), 12U);
  EXPECT_EQ(issue.maxCmdSn(), 20U);
}

TEST(CommandIssue, TakesEachNumberOnlyWhereItIsGreater) {
  CommandIssue issue(0xfffffff8, 32);
  issue.onWindow(0xfffffff8, 4);
  EXPECT_EQ(issue.maxCmdSn(), 4U);
  for (int i = 0; i < 10; ++i) issue.issue();
  EXPECT_EQ(issue.onWindow(1, 6), Update::Taken);
  EXPECT_EQ(issue.onWindow(0xfffffffd, 5), Update::Taken) << "an older PDU of another connection";
  EXPECT_EQ(issue.expCmdSn(), 1U);
  EXPECT_EQ(issue.maxCmdSn(), 6U);
  EXPECT_TRUE(issue.acknowledged(0));
  EXPECT_FALSE(issue.acknowledged(1));
  EXPECT_EQ(issue.unacknowledged(), 1U);
}

TEST(CommandIssue, IgnoresATargetThatAcknowledgesWhatWasNeverSent) {
  CommandIssue issue(5, 32);
  issue.onWindow(5, 20);
  issue.issue();
  EXPECT_EQ(issue.onWindow(7, 30), Update::AcknowledgesUnsent);
  EXPECT_EQ(issue.maxCmdSn(), 20U);
}

// An initiator against a target: several connections that deliver in order each, and not at all at times; retries plug.
class CommandOrder : public testing::TestWithParam<std::uint32_t> {};

struct OnTheWay {
  std::uint32_t cmdSn;
  std::uint32_t payload;
};

TEST_P(CommandOrder, DeliversEachCommandOnceAndInOrder) {
  iscsi_test::Random random(GetParam());
  const std::uint32_t first = random();
  const std::uint32_t size = 1 + random() % 16;
  CommandWindow window(first, size, 16);
  CommandIssue issue(first, 1 + random() % 20);
  std::vector<std::deque<OnTheWay>> connections(1 + random() % 3);
  std::deque<std::pair<std::uint32_t, std::uint32_t>> windows;  // responses on their way, in any order
  std::deque<std::uint32_t> executing;
  std::vector<std::uint32_t> delivered;
  std::uint32_t maxSeen = window.maxCmdSn();
  std::uint32_t issued = 0;
  constexpr std::uint32_t kCommands = 400;

  const auto deliver = [&](std::uint32_t payload) {
    delivered.push_back(payload);
    executing.push_back(payload);
  };
  const auto answer = [&] {
    ASSERT_FALSE(iscsi::serialLess(window.maxCmdSn(), maxSeen)) << "MaxCmdSN moved back";
    ASSERT_FALSE(iscsi::serialLess(window.maxCmdSn(), window.expCmdSn() - 1));
    maxSeen = window.maxCmdSn();
    windows.emplace_back(window.expCmdSn(), window.maxCmdSn());
    window.announced();
  };
  answer();
  for (int step = 0; delivered.size() < kCommands; ++step) {
    ASSERT_LT(step, 200000) << "it hangs";
    switch (random() % 7) {
      case 0:
      case 1:
        if (issued < kCommands && issue.canIssue()) {
          const std::uint32_t cmdSn = issue.issue();
          ASSERT_EQ(cmdSn, first + issued);
          connections[random() % connections.size()].push_back({cmdSn, issued++});
        }
        break;
      case 2:
      case 3: {
        auto& connection = connections[random() % connections.size()];
        if (connection.empty()) break;
        const OnTheWay pdu = connection.front();
        connection.pop_front();
        if (random() % 8 == 0) break;  // a Reject for a digest error: not accepted
        if (window.accept(pdu.cmdSn, pdu.payload) == CommandWindow::Taken::Deliver) deliver(pdu.payload);
        while (const auto held = window.next()) deliver(*held);
        ASSERT_LE(window.active(), 16U);
        break;
      }
      case 4:
        if (!executing.empty()) {
          executing.pop_front();
          window.finished();
          issue.finished();
          answer();
        }
        break;
      case 5:
        if (!windows.empty()) {
          const std::size_t at = random() % windows.size();
          issue.onWindow(windows[at].first, windows[at].second);
          windows.erase(windows.begin() + static_cast<std::ptrdiff_t>(at));
        }
        if (window.announcementDue() && random() % 2 == 0) answer();
        break;
      default:
        // A NOP-In tells the initiator what is missing, and it plugs the gap.
        if (issue.unacknowledged() > 0 && random() % 4 == 0) {
          const std::uint32_t missing = window.expCmdSn();
          if (iscsi::serialLess(missing, first + issued)) {
            connections[random() % connections.size()].push_back({missing, missing - first});
          }
        }
        break;
    }
  }
  for (std::uint32_t i = 0; i < kCommands; ++i) ASSERT_EQ(delivered[i], i);
}

INSTANTIATE_TEST_SUITE_P(Seeds, CommandOrder, testing::Range(1U, 60U));

}  // namespace
