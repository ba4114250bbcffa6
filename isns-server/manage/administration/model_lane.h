// ModelLane: one change of the model at a time between its plan and its commit.
//
// A plan is made of the snapshot of its moment, and its rows are whole rows: two plans under way at once could undo
// each other's fields or give one id twice. Who wants to plan enters; when it is its turn it plans and hands its Step
// on, and leaves when that has ended, with the revision that it was stored as. The next turn comes when the model has
// that revision too, within enter(), leave() or reached(). One owner, no locks. Bound: kMaxWaiting.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <utility>

namespace manage {

class ModelLane {
 public:
  static constexpr std::size_t kMaxWaiting = 8192;
  // For reached(): the model comes no further, and nobody is to wait for it.
  static constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();

  // False: too many wait.
  [[nodiscard]] bool enter(std::function<void()> turn) {
    if (waiting_.size() >= kMaxWaiting) return false;
    waiting_.push_back(std::move(turn));
    next();
    return true;
  }
  // `stored`: the revision of what the turn has stored; 0: nothing.
  void leave(std::uint64_t stored) {
    taken_ = false;
    wanted_ = stored;
    next();
  }
  void reached(std::uint64_t revision) {
    has_ = revision;
    next();
  }
  [[nodiscard]] bool idle() const { return !taken_ && waiting_.empty(); }

 private:
  void next() {
    if (giving_) return;  // a turn that ends at once: the loop below goes on
    giving_ = true;
    while (!taken_ && has_ >= wanted_ && !waiting_.empty()) {
      taken_ = true;
      const std::function<void()> turn = std::move(waiting_.front());
      waiting_.pop_front();
      turn();
    }
    giving_ = false;
  }

  std::deque<std::function<void()>> waiting_;
  std::uint64_t has_ = 0;     // the model's revision
  std::uint64_t wanted_ = 0;  // that it is to have before the next turn
  bool taken_ = false;
  bool giving_ = false;
};

}  // namespace manage
