// An engine whose kernel is the test: operations are taken and end when the test says so, with what it says.
#pragma once

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <deque>

#include "agent/block/engine.h"
#include "agent/block/perform.h"
#include "shared/net/unique_fd.h"

namespace block {

class FakeEngine final : public Engine {
 public:
  explicit FakeEngine(net::Loop& loop) : Engine(loop), loop_(loop), event_(::eventfd(0, EFD_NONBLOCK)) {
    EXPECT_TRUE(watchEnds(event_.get()));
  }
  ~FakeEngine() override { unwatchEnds(); }

  std::deque<Operation*> taken;  // what the kernel has, in order of launching
  int drainResult = -EIO;        // how what is taken ends when a device is destroyed

  // Ends the operation and tells its owner.
  void end(Operation& operation, int result) {
    taken.erase(std::find(taken.begin(), taken.end(), &operation));
    operation.result = result;
    finished_.push(operation);
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(event_.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
    turn();
  }
  // Ends the first one; as the kernel would, or with a result of the test's.
  void endFirst(int result) { end(*taken.front(), result); }
  void performFirst() { end(*taken.front(), perform(*taken.front())); }
  // The rest of this turn, and what it raised.
  void turn() {
    loop_.runTurn(base::Duration::zero());
    loop_.runTurn(base::Duration::zero());
  }
  void performAll() {
    turn();
    while (!taken.empty()) performFirst();
  }

  [[nodiscard]] EngineKind kind() const override { return EngineKind::Pool; }
  [[nodiscard]] std::string description() const override { return "the test"; }

 private:
  void launch() override {
    while (Operation* operation = waiting_.pop()) taken.push_back(operation);
  }
  void collect(bool wait) override {
    std::uint64_t ignored = 0;
    [[maybe_unused]] const ssize_t got = ::read(event_.get(), &ignored, sizeof ignored);
    ended_.take(finished_);
    if (!wait) return;
    for (Operation* operation : taken) {
      operation->result = drainResult;
      ended_.push(*operation);
    }
    taken.clear();
  }

  net::Loop& loop_;
  net::UniqueFd event_;
  IntrusiveQueue<Operation> finished_;
};

}  // namespace block
