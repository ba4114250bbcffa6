// When the server's last word is too old, by a clock that tests set.
#include "agent/management/last_word.h"

#include <gtest/gtest.h>

namespace management {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

struct LastWordTest : testing::Test {
  base::Now now{base::TimePoint(hours(1)), base::WallTime(seconds(1'800'000'000))};
  LastWord word;

  LastWordTest() { word.setLimit(hours(2)); }
  void pass(seconds time) {
    now.mono += time;
    now.wall += time;
  }
  [[nodiscard]] bool tooOld() const { return word.tooOld(now.mono); }
};

TEST_F(LastWordTest, isTooOldWhenTheLimitHasPassedSinceIt) {
  word.heard(now);
  word.lost();
  pass(hours(2) - seconds(1));
  EXPECT_FALSE(tooOld());
  EXPECT_EQ(word.nextDeadline(now.mono), now.mono + seconds(1));
  pass(seconds(1));
  EXPECT_TRUE(tooOld());
  EXPECT_EQ(word.nextDeadline(now.mono), base::kNever);
  word.heard(now);
  EXPECT_FALSE(tooOld());
}

TEST_F(LastWordTest, isNeverTooOldWhileTheServerIsThereThoughItIsSilent) {
  word.heard(now);
  pass(hours(3));
  EXPECT_FALSE(tooOld());
  word.lost();
  EXPECT_TRUE(tooOld()) << "counted from the word, not from the loss";
}

TEST_F(LastWordTest, withoutALimitNothingIsTooOldNorKept) {
  word.setLimit({});
  word.heard(now);
  word.lost();
  pass(hours(24 * 365));
  EXPECT_FALSE(tooOld());
  EXPECT_FALSE(word.takeToKeep(now.mono));
  EXPECT_EQ(word.nextDeadline(now.mono), base::kNever);
}

TEST_F(LastWordTest, aServerThatNeverSpokeIsNotTooOld) {
  pass(hours(24));
  EXPECT_FALSE(tooOld());
  EXPECT_FALSE(word.at());
}

TEST_F(LastWordTest, countsOnOverARestart) {
  word.remember(now.wall - hours(1), now);
  pass(hours(1) - seconds(1));
  EXPECT_FALSE(tooOld());
  pass(seconds(1));
  EXPECT_TRUE(tooOld());
}

TEST_F(LastWordTest, aWallClockThatJumpsChangesNothingWhileTheProcessLives) {
  word.heard(now);
  word.lost();
  now.wall += hours(24 * 365);
  EXPECT_FALSE(tooOld());
  now.wall -= hours(24 * 3650);
  pass(hours(2));
  EXPECT_TRUE(tooOld());
}

TEST_F(LastWordTest, aWordFromTheFutureIsFromNow) {
  word.remember(now.wall + hours(24), now);
  pass(hours(2) - seconds(1));
  EXPECT_FALSE(tooOld());
  pass(seconds(1));
  EXPECT_TRUE(tooOld());
}

TEST_F(LastWordTest, oneFromBeforeAllTimeIsTooOldAtOnce) {
  word.remember(base::WallTime(seconds(0)), now);
  EXPECT_TRUE(tooOld());
}

TEST_F(LastWordTest, isKeptEachMinuteOfALinkAndAtItsLoss) {
  word.heard(now);
  EXPECT_EQ(word.takeToKeep(now.mono), now.wall);
  pass(seconds(50));
  word.heard(now);
  EXPECT_FALSE(word.takeToKeep(now.mono)) << "not each word";
  EXPECT_EQ(word.nextDeadline(now.mono), now.mono + seconds(10));
  pass(seconds(10));
  EXPECT_EQ(word.takeToKeep(now.mono), now.wall - seconds(10));
  word.heard(now);
  word.lost();
  pass(minutes(5));
  EXPECT_EQ(word.takeToKeep(now.mono), now.wall - minutes(5)) << "when it spoke, not when it was lost";
  EXPECT_FALSE(word.takeToKeep(now.mono)) << "once";
}

TEST_F(LastWordTest, whatIsForgottenLeavesTheLimit) {
  word.heard(now);
  word.lost();
  pass(hours(3));
  word.forget();
  EXPECT_FALSE(tooOld());
  EXPECT_FALSE(word.takeToKeep(now.mono));
  EXPECT_EQ(word.limit(), hours(2));
}

}  // namespace
}  // namespace management
