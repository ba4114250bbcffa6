// What both engines do alike.
#include "agent/block/engine_choice.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <functional>
#include <optional>
#include <thread>

#include "shared/net/unique_fd.h"
#include "tests/support/drive_until.h"
#include "tests/support/scratch_folder.h"

namespace block {
namespace {

class Step final : public Operation {
 public:
  Step(OpenCount& count, int file) {
    open = &count;
    fd = file;
    buffered = true;
  }
  // One block of a byte.
  void move(Action what, std::uint64_t place, std::uint8_t value = 0) {
    action = what;
    offset = place * bytes.size();
    bytes.fill(value);
    vector = {bytes.data(), bytes.size()};
    segments = &vector;
    segmentCount = 1;
  }
  void ended(int what) override {
    EXPECT_FALSE(got.has_value());
    EXPECT_EQ(std::this_thread::get_id(), thread);
    got = what;
    if (hook) hook();
  }
  std::array<std::uint8_t, 512> bytes{};
  iovec vector{};
  std::optional<int> got;
  std::function<void()> hook;
  std::thread::id thread = std::this_thread::get_id();
};

struct Param {
  const char* name;
  EngineOptions options;
};

class BothEngines : public testing::TestWithParam<Param> {
 protected:
  void SetUp() override {
    auto made = makeEngine(loop_, GetParam().options);
    if (!made) GTEST_SKIP() << made.error().text;
    engine_ = std::move(made).value();
    fd_.reset(::open(folder_.file("data").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    ASSERT_EQ(::ftruncate(fd_.get(), 1'048'576), 0);
  }
  bool driveUntil(const std::function<bool()>& condition) {
    return support::driveUntil(loop_, condition, std::chrono::seconds(30));
  }
  int run(Step& step) {
    engine_->start(step);
    EXPECT_FALSE(step.got.has_value()) << "ended inside start()";
    EXPECT_TRUE(driveUntil([&] { return step.got.has_value(); }));
    return step.got.value_or(-1);
  }

  support::ScratchFolder folder_;
  net::Loop loop_;
  std::unique_ptr<Engine> engine_;
  net::UniqueFd fd_;
  OpenCount open_;
};
INSTANTIATE_TEST_SUITE_P(Engines, BothEngines,
                         testing::Values(Param{"Uring", {EngineChoice::Uring, 8, 2, 0}},
                                         Param{"UringOfOne", {EngineChoice::Uring, 1, 2, 0}},
                                         Param{"Pool", {EngineChoice::Pool, 8, 4, 0}},
                                         Param{"PoolOfOne", {EngineChoice::Pool, 8, 1, 0}},
                                         Param{"UringWithLanes", {EngineChoice::Uring, 8, 2, 4}},
                                         Param{"PoolWithOneLane", {EngineChoice::Pool, 8, 2, 1}}),
                         [](const auto& which) { return std::string(which.param.name); });

TEST_P(BothEngines, writesReadsAllocatesAndSyncs) {
  Step out(open_, fd_.get());
  out.move(Action::Write, 3, 0x55);
  EXPECT_EQ(run(out), 512);
  Step in(open_, fd_.get());
  in.move(Action::Read, 3);
  EXPECT_EQ(run(in), 512);
  EXPECT_EQ(in.bytes[511], 0x55);
  Step forced(open_, fd_.get());
  forced.move(Action::Write, 4, 0x66);
  forced.durable = true;
  EXPECT_EQ(run(forced), 512);
  Step sync(open_, fd_.get());
  sync.action = Action::Sync;
  EXPECT_EQ(run(sync), 0);
  Step hole(open_, fd_.get());
  hole.action = Action::Allocate;
  hole.mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
  hole.offset = 0;
  hole.length = 4096;
  EXPECT_EQ(run(hole), 0);
  in.got.reset();
  EXPECT_EQ(run(in), 512);
  EXPECT_EQ(in.bytes[0], 0);
  EXPECT_EQ(open_.operations, 0U);
}

TEST_P(BothEngines, movesSeveralPiecesAndTellsOfTheEnd) {
  std::array<std::uint8_t, 700> first{};
  std::array<std::uint8_t, 324> second{};
  const std::array<iovec, 2> pieces = {iovec{first.data(), first.size()}, iovec{second.data(), second.size()}};
  first.fill(1);
  second.fill(2);
  Step step(open_, fd_.get());
  step.action = Action::Write;
  step.segments = pieces.data();
  step.segmentCount = 2;
  step.offset = 1'048'576 - 1024;
  EXPECT_EQ(run(step), 1024);
  first.fill(9);
  second.fill(9);
  step.action = Action::Read;
  step.offset = 1'048'576 - 800;
  step.got.reset();
  EXPECT_EQ(run(step), 800);  // short: the file ends there
  EXPECT_EQ(first[0], 1);
  EXPECT_EQ(first[475], 1);
  EXPECT_EQ(first[476], 2);
  EXPECT_EQ(second[99], 2);
  EXPECT_EQ(second[100], 9);
}

TEST_P(BothEngines, errorsOfTheKernelAreResults) {
  Step step(open_, -1);
  step.move(Action::Read, 0);
  EXPECT_EQ(run(step), -EBADF);
  const net::UniqueFd readOnly(::open(folder_.file("data").c_str(), O_RDONLY | O_CLOEXEC));
  Step write(open_, readOnly.get());
  write.move(Action::Write, 0);
  EXPECT_EQ(run(write), -EBADF);
}

TEST_P(BothEngines, takesFarMoreThanTheKernelIsGivenAtATime) {
  std::deque<Step> steps;
  for (std::size_t i = 0; i < 500; ++i) {
    steps.emplace_back(open_, fd_.get());
    steps.back().move(Action::Write, i, static_cast<std::uint8_t>(i % 251 + 1));
    engine_->start(steps.back());
  }
  EXPECT_EQ(open_.operations, 500U);
  ASSERT_TRUE(driveUntil([&] { return open_.operations == 0; })) << open_.operations;
  std::array<std::uint8_t, 512> back{};
  for (std::size_t i = 0; i < 500; ++i) {
    EXPECT_EQ(steps[i].got, 512);
    ASSERT_EQ(::pread(fd_.get(), back.data(), back.size(), static_cast<off_t>(i * 512)), 512);
    EXPECT_EQ(back[17], static_cast<std::uint8_t>(i % 251 + 1));
  }
}

TEST_P(BothEngines, anEndMayStartTheSameAgain) {
  Step step(open_, fd_.get());
  int rounds = 0;
  step.move(Action::Read, 0);
  step.hook = [&] {
    if (++rounds == 50) return;
    step.got.reset();
    engine_->start(step);
  };
  engine_->start(step);
  ASSERT_TRUE(driveUntil([&] { return rounds == 50; })) << rounds;
}

TEST_P(BothEngines, drainTellsOnlyTheOwnersAndLosesNoOthers) {
  OpenCount others;
  std::deque<Step> mine, theirs;
  for (std::size_t i = 0; i < 40; ++i) {
    mine.emplace_back(open_, fd_.get());
    mine.back().move(Action::Write, i, 1);
    engine_->start(mine.back());
    theirs.emplace_back(others, fd_.get());
    theirs.back().move(Action::Write, 100 + i, 2);
    engine_->start(theirs.back());
  }
  engine_->drain(open_);
  EXPECT_EQ(open_.operations, 0U);
  for (const Step& step : mine) EXPECT_EQ(step.got, 512);
  for (const Step& step : theirs) EXPECT_FALSE(step.got.has_value());
  ASSERT_TRUE(driveUntil([&] { return others.operations == 0; })) << others.operations;
  for (const Step& step : theirs) EXPECT_EQ(step.got, 512);
}

// The first of an owner's ends destroys another owner, whose operations have ended in the same batch.
TEST_P(BothEngines, anEndMayDrainAnotherOwner) {
  OpenCount others;
  std::deque<Step> mine, theirs;
  for (std::size_t i = 0; i < 20; ++i) {
    mine.emplace_back(open_, fd_.get());
    mine.back().move(Action::Write, i, 1);
    theirs.emplace_back(others, fd_.get());
    theirs.back().move(Action::Write, 100 + i, 2);
  }
  mine[0].hook = [&] {
    engine_->drain(others);
    EXPECT_EQ(others.operations, 0U);
  };
  for (std::size_t i = 0; i < 20; ++i) {
    engine_->start(mine[i]);
    engine_->start(theirs[i]);
  }
  ASSERT_TRUE(driveUntil([&] { return open_.operations == 0 && others.operations == 0; }));
  for (const Step& step : theirs) EXPECT_EQ(step.got, 512);
}

// /dev/zero never makes anyone wait, so a ring ends its reads while it takes them, and no event follows.
TEST_P(BothEngines, whatEndsWhileItIsTakenHoldsUpNothing) {
  const net::UniqueFd zero(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
  OpenCount others;
  std::deque<Step> mine, theirs;
  for (std::size_t i = 0; i < 60; ++i) {
    mine.emplace_back(open_, zero.get());
    mine.back().move(Action::Read, i, 1);
    theirs.emplace_back(others, zero.get());
    theirs.back().move(Action::Read, i, 1);
    engine_->start(theirs.back());
    engine_->start(mine.back());
  }
  engine_->drain(open_);
  for (const Step& step : mine) EXPECT_EQ(step.got, 512);
  ASSERT_TRUE(driveUntil([&] { return others.operations == 0; })) << others.operations;
  for (Step& step : theirs) {
    EXPECT_EQ(step.got, 512);
    step.got.reset();
    engine_->start(step);
  }
  ASSERT_TRUE(driveUntil([&] { return others.operations == 0; })) << others.operations;
}

TEST_P(BothEngines, drainOfNothingReturns) { engine_->drain(open_); }

class Call final : public TurnEndCall {
 public:
  void atTurnEnd() override {
    ++calls;
    if (hook) hook();
  }
  int calls = 0;
  std::function<void()> hook;
};

TEST_P(BothEngines, callsOnceAtTheEndOfTheTurnHoweverOftenAsked) {
  Call call, gone;
  engine_->callAtTurnEnd(call);
  engine_->callAtTurnEnd(gone);
  engine_->callAtTurnEnd(call);
  engine_->cancelTurnEnd(gone);
  engine_->cancelTurnEnd(gone);
  EXPECT_EQ(call.calls, 0);
  loop_.runTurn(std::chrono::hours(1));  // does not wait
  loop_.runTurn(base::Duration::zero());
  EXPECT_EQ(call.calls, 1);
  EXPECT_EQ(gone.calls, 0);
}

TEST_P(BothEngines, aCallMayAskAgainAndCancelAnother) {
  Call call, other;
  call.hook = [&] {
    engine_->cancelTurnEnd(other);
    if (call.calls == 1) engine_->callAtTurnEnd(call);
  };
  engine_->callAtTurnEnd(call);
  engine_->callAtTurnEnd(other);
  loop_.runTurn(base::Duration::zero());
  EXPECT_EQ(call.calls, 1);
  loop_.runTurn(std::chrono::hours(1));
  EXPECT_EQ(call.calls, 2);
  EXPECT_EQ(other.calls, 0);
}

// What a lane does not promise outside, and what keeps a slow disk to one lane.
TEST_P(BothEngines, aLaneMakesTheWritesOfAnOwnerOneAfterTheOther) {
  if (GetParam().options.lanes == 0) GTEST_SKIP() << "there are none";
  std::array<OpenCount, 6> owners;
  std::deque<Step> steps;
  for (unsigned i = 0; i < 200; ++i) {
    for (std::size_t owner = 0; owner < owners.size(); ++owner) {
      steps.emplace_back(owners[owner], fd_.get());
      steps.back().move(Action::Write, owner, static_cast<std::uint8_t>(i));
      engine_->start(steps.back());
    }
    if (i % 20 == 0) loop_.runTurn(base::Duration::zero());
  }
  for (OpenCount& owner : owners) {
    ASSERT_TRUE(driveUntil([&] { return owner.operations == 0; }));
    std::array<std::uint8_t, 512> back{};
    ASSERT_EQ(::pread(fd_.get(), back.data(), back.size(), (&owner - owners.data()) * 512), 512);
    EXPECT_EQ(back[0], 199);
  }
}

// A service makes its parts before its loop's thread runs.
TEST_P(BothEngines, mayBeMadeByAnotherThreadThanTheLoops) {
  std::optional<int> got;
  std::thread loopsOwn([&] {
    Step step(open_, fd_.get());
    step.move(Action::Write, 9, 7);
    got = run(step);
    engine_->drain(open_);
    engine_.reset();
  });
  loopsOwn.join();
  EXPECT_EQ(got, 512);
}

}  // namespace
}  // namespace block
