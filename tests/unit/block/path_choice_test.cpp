// Which path a request takes, and how long commands of a path take on average.
#include "agent/block/path_choice.h"

#include <gtest/gtest.h>

#include <array>

namespace block {
namespace {

using scsi::AluaState;
using std::chrono::microseconds;

constexpr base::TimePoint kNow{std::chrono::hours(1)};

PathView path(AluaState access = AluaState::ActiveOptimized, int latency = 100) {
  return {true, access, microseconds(latency), kNow};
}

TEST(PathChoice, GoesRoundThePathsThatAreUp) {
  std::array paths{path(), path(), path()};
  paths[1].up = false;
  PathChoice choice;
  EXPECT_EQ(choice.choose(paths, PathPolicy::RoundRobin, kNow), 0U);
  EXPECT_EQ(choice.choose(paths, PathPolicy::RoundRobin, kNow), 2U);
  EXPECT_EQ(choice.choose(paths, PathPolicy::RoundRobin, kNow), 0U);
}

TEST(PathChoice, TakesNoneWhereNoneIsUp) {
  PathChoice choice;
  EXPECT_EQ(choice.choose({}, PathPolicy::RoundRobin, kNow), std::nullopt);
  const std::array paths{PathView{}, PathView{}};
  EXPECT_EQ(choice.choose(paths, PathPolicy::LowestLatency, kNow), std::nullopt);
}

TEST(PathChoice, PrefersOptimizedPathsAndNeverTakesThoseThatSleep) {
  std::array paths{path(AluaState::Standby),         path(AluaState::ActiveNonOptimized),
                   path(AluaState::ActiveOptimized), path(AluaState::Unavailable),
                   path(AluaState::Offline),         path(AluaState::Transitioning)};
  for (const PathPolicy policy : {PathPolicy::RoundRobin, PathPolicy::LowestLatency}) {
    PathChoice choice;
    for (int i = 0; i < 4; ++i) EXPECT_EQ(choice.choose(paths, policy, kNow), 2U);
  }
  paths[2].up = false;
  PathChoice choice;
  EXPECT_EQ(choice.choose(paths, PathPolicy::RoundRobin, kNow), 1U);
  paths[1].access = AluaState::LbaDependent;
  EXPECT_EQ(choice.choose(paths, PathPolicy::RoundRobin, kNow), 1U);
  paths[1].up = false;
  EXPECT_EQ(choice.choose(paths, PathPolicy::RoundRobin, kNow), std::nullopt);
}

TEST(PathChoice, TakesTheFastestAndLooksAtIdleOnesNowAndThen) {
  std::array paths{path(AluaState::ActiveOptimized, 900), path(AluaState::ActiveOptimized, 200)};
  PathChoice choice;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(choice.choose(paths, PathPolicy::LowestLatency, kNow), 1U);
  paths[0].lastUsed = kNow - PathChoice::kLook;
  EXPECT_EQ(choice.choose(paths, PathPolicy::LowestLatency, kNow), 0U);
  paths[0].lastUsed = kNow;
  EXPECT_EQ(choice.choose(paths, PathPolicy::LowestLatency, kNow), 1U);
}

TEST(PathChoice, LooksAtNoSlowPathForADiskThatIsHardlyUsed) {
  std::array paths{path(AluaState::ActiveOptimized, 900), path(AluaState::ActiveOptimized, 200)};
  paths[0].lastUsed = paths[1].lastUsed = kNow - std::chrono::seconds(10);
  PathChoice choice;
  EXPECT_EQ(choice.choose(paths, PathPolicy::LowestLatency, kNow), 1U);
}

TEST(PathChoice, APathOfWhichNothingIsKnownComesFirst) {
  std::array paths{path(AluaState::ActiveOptimized, 200), path()};
  paths[1].latency.reset();
  PathChoice choice;
  EXPECT_EQ(choice.choose(paths, PathPolicy::LowestLatency, kNow), 1U);
}

TEST(LatencyAverage, MovesByAnEighthAndKeepsTheLargest) {
  LatencyAverage latency;
  EXPECT_FALSE(latency.known());
  latency.note(microseconds(800));
  EXPECT_EQ(latency.average(), microseconds(800));
  latency.note(microseconds(1600));
  EXPECT_EQ(latency.average(), microseconds(900));
  latency.note(microseconds(100));
  EXPECT_EQ(latency.average(), microseconds(800));
  EXPECT_EQ(latency.largest(), microseconds(1600));
}

}  // namespace
}  // namespace block
