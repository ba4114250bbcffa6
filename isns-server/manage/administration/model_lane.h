// ModelLane: one change of the model at a time between its plan and its commit.
//
// A plan is made of the snapshot of its moment, and its rows are whole rows: two plans under way at once could undo
// each other's fields or give one id twice. Who wants to plan enters; when it is its turn it plans and hands its Step
// on, and leaves when that has ended. The turn comes within enter() or leave(). One owner, no locks. Bound:
// kMaxWaiting.
#pragma once

#include <deque>
#include <functional>

namespace manage {

class ModelLane {
 public:
  static constexpr std::size_t kMaxWaiting = 8192;

  // False: too many wait.
  [[nodiscard]] bool enter(std::function<void()> turn) {
    if (waiting_.size() >= kMaxWaiting) return false;
    waiting_.push_back(std::move(turn));
    next();
    return true;
  }
  void leave() {
    taken_ = false;
    next();
  }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  void next() {
    if (giving_) return;  // a turn that ends at once: the loop below goes on
    giving_ = true;
    while (!taken_ && !waiting_.empty()) {
      taken_ = true;
      const std::function<void()> turn = std::move(waiting_.front());
      waiting_.pop_front();
      turn();
    }
    giving_ = false;
  }

  std::deque<std::function<void()>> waiting_;
  bool taken_ = false;
  bool giving_ = false;
};

}  // namespace manage
