// Work off the UI thread: what counts of several questions.
#include <gmock/gmock.h>

#include <latch>

#include "console-gui/model/access_task.h"
#include "tests/gui/pump.h"

using namespace console;
using test::pumpUntil;

namespace {

struct TaskTest : testing::Test {
  std::vector<int> answers;
  std::latch begun{1}, let{1};
  AccessTask<int> task;

  std::function<int()> held(int answer) {
    return [this, answer] {
      begun.count_down();
      let.wait();
      return answer;
    };
  }
  static std::function<int()> at_once(int answer) {
    return [answer] { return answer; };
  }
  std::function<void(int)> note() {
    return [this](int answer) { answers.push_back(answer); };
  }
};

TEST_F(TaskTest, aNewQuestionMakesTheOneBeforeWorthless) {
  task.run(held(1), note());
  begun.wait();
  task.follow(at_once(2), note());
  task.run(at_once(3), note());
  let.count_down();
  ASSERT_TRUE(pumpUntil([&] { return !task.isBusy(); }));
  test::pump();
  EXPECT_THAT(answers, testing::ElementsAre(3));
}

TEST_F(TaskTest, whatFollowsLetsTheOneBeforeEndAndOfThoseThatWaitTheNewestRuns) {
  task.follow(held(1), note());
  begun.wait();
  for (int i = 2; i <= 5; ++i) task.follow(at_once(i), note());
  let.count_down();
  ASSERT_TRUE(pumpUntil([&] { return !task.isBusy(); }));
  EXPECT_THAT(answers, testing::ElementsAre(1, 5));
}

TEST_F(TaskTest, whatIsCalledOffIsNotFollowedByAnything) {
  task.run(held(1), note());
  begun.wait();
  task.follow(at_once(2), note());
  task.cancel();
  EXPECT_FALSE(task.isBusy());
  let.count_down();
  task.run(at_once(3), note());  // on the same thread, behind it
  ASSERT_TRUE(pumpUntil([&] { return !task.isBusy(); }));
  EXPECT_THAT(answers, testing::ElementsAre(3));
}

}  // namespace
