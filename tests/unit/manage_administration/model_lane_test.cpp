#include "isns-server/manage/administration/model_lane.h"

#include <gtest/gtest.h>

#include <string>

using manage::ModelLane;

TEST(ModelLane, TheNextTurnComesWhenTheOneBeforeHasLeft) {
  ModelLane lane;
  std::string turns;
  ASSERT_TRUE(lane.enter([&] { turns += 'a'; }));
  ASSERT_TRUE(lane.enter([&] { turns += 'b'; }));
  EXPECT_EQ(turns, "a");
  lane.leave(0);
  EXPECT_EQ(turns, "ab");
}

TEST(ModelLane, TheNextTurnWaitsUntilTheModelHasWhatTheOneBeforeStored) {
  ModelLane lane;
  lane.reached(4);
  bool second = false;
  ASSERT_TRUE(lane.enter([] {}));
  ASSERT_TRUE(lane.enter([&] { second = true; }));
  lane.leave(6);
  EXPECT_FALSE(second);
  lane.reached(5);
  EXPECT_FALSE(second);
  lane.reached(6);
  EXPECT_TRUE(second);
}

TEST(ModelLane, ATurnThatEndsAtOnceGivesTheNextOneAfterItself) {
  ModelLane lane;
  std::string turns;
  ASSERT_TRUE(lane.enter([&] {
    turns += 'a';
    ASSERT_TRUE(lane.enter([&] { turns += 'b'; }));
    lane.leave(0);
    turns += 'c';
  }));
  EXPECT_EQ(turns, "acb");
}

TEST(ModelLane, WithoutAModelNobodyWaitsForIt) {
  ModelLane lane;
  bool second = false;
  ASSERT_TRUE(lane.enter([] {}));
  lane.leave(6);
  ASSERT_TRUE(lane.enter([&] { second = true; }));
  EXPECT_FALSE(second);
  lane.reached(ModelLane::kAny);
  EXPECT_TRUE(second);
}

TEST(ModelLane, NoMoreThanItsBoundMayWait) {
  ModelLane lane;
  for (std::size_t i = 0; i <= ModelLane::kMaxWaiting; ++i) ASSERT_TRUE(lane.enter([] {}));
  EXPECT_FALSE(lane.enter([] {}));
}
