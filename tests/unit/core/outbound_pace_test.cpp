#include "isns-server/core/outbound_pace.h"

#include <gtest/gtest.h>

namespace core {
namespace {

using std::chrono::microseconds;

const base::TimePoint kStart{std::chrono::hours(1)};

TEST(OutboundPace, holdsNobodyBackWhileNoClientWaits) {
  OutboundPace pace;
  EXPECT_TRUE(pace.mayRun(false, kStart));
  EXPECT_EQ(pace.holdEnds(), base::kNever);
}

TEST(OutboundPace, holdsWhileClientsWaitAndNoLonger) {
  OutboundPace pace;
  EXPECT_FALSE(pace.mayRun(true, kStart));
  EXPECT_FALSE(pace.mayRun(true, kStart + microseconds(900)));
  EXPECT_EQ(pace.holdEnds(), kStart + OutboundPace::kLongestHold);
  EXPECT_TRUE(pace.mayRun(false, kStart + microseconds(950)));
  EXPECT_FALSE(pace.mayRun(true, kStart + microseconds(960))) << "a new hold";
  EXPECT_EQ(pace.holdEnds(), kStart + microseconds(960) + OutboundPace::kLongestHold);
}

TEST(OutboundPace, aSliceEndsWithTheStepThatPassesItsTime) {
  OutboundPace pace;
  pace.begin(kStart);
  EXPECT_TRUE(pace.goesOn(kStart + microseconds(199)));
  EXPECT_FALSE(pace.goesOn(kStart + microseconds(200)));
}

// Clients whose changes never stop waiting: in every millisecond there is one slice.
TEST(OutboundPace, listenersGetASliceAMillisecondWhereClientsNeverRest) {
  OutboundPace pace;
  int slices = 0;
  for (base::TimePoint now = kStart; now < kStart + std::chrono::milliseconds(100);) {
    if (pace.mayRun(true, now)) {
      ++slices;
      pace.begin(now);
      do {
        now += microseconds(50);
      } while (pace.goesOn(now));
    } else {
      now += microseconds(10);
    }
  }
  EXPECT_EQ(slices, 83);  // of 1.2 ms each
}

}  // namespace
}  // namespace core
