// The time of a simulated world: what happens in it, in order, and the chance by which it happens.
//
// A run is decided by its seed alone. Things that are due at the same time happen in the order in which they were asked
// for. Whoever has deadlines of his own is a Node. One thread.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "shared/base/clock.h"

namespace sim {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(engine_() % n); }
  bool oneIn(std::uint32_t n) { return below(n) == 0; }
  bool perMille(std::uint32_t n) { return below(1000) < n; }
  base::Duration between(base::Duration least, base::Duration most) {
    const auto span = std::chrono::duration_cast<std::chrono::microseconds>(most - least).count();
    return least + std::chrono::microseconds(engine_() % static_cast<std::uint64_t>(span + 1));
  }

 private:
  std::mt19937_64 engine_;
};

// Somebody who wants to be called when a time has come.
class Node {
 public:
  [[nodiscard]] virtual base::TimePoint nextDeadline() const = 0;  // in the time of the world
  virtual void onTimer() = 0;

 protected:
  ~Node() = default;
};

class Timeline {
 public:
  [[nodiscard]] base::TimePoint now() const { return now_; }
  void at(base::TimePoint when, std::function<void()> what) {
    due_.push_back({std::max(when, now_), asked_++, std::move(what)});
    std::ranges::push_heap(due_, later);
  }
  void after(base::Duration delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }
  // Destroys it when nothing of it is on the stack any more.
  template <class T>
  void bury(std::unique_ptr<T> dead) {
    at(now_, [grave = std::shared_ptr<T>(std::move(dead))] {});
  }
  void add(Node& node) { nodes_.push_back(&node); }

  // Lets time pass; `each` is called after everything that happens, and false ends it. So does a world in which time
  // does not go on: somebody's deadline has passed and stays as it is.
  static constexpr int kMostAtOnce = 100'000;
  bool run(base::Duration span, const std::function<bool()>& each) {
    const base::TimePoint end = now_ + span;
    for (;;) {
      Node* node = nullptr;
      base::TimePoint next = due_.empty() ? base::kNever : due_.front().when;
      for (Node* const one : nodes_) {
        if (const base::TimePoint deadline = one->nextDeadline(); deadline < next) {
          next = deadline;
          node = one;
        }
      }
      if (next > end) break;
      atOnce_ = next > now_ ? 0 : atOnce_ + 1;
      if (atOnce_ > kMostAtOnce) return false;
      now_ = std::max(now_, next);
      if (node != nullptr) {
        node->onTimer();
      } else {
        std::ranges::pop_heap(due_, later);
        const std::function<void()> what = std::move(due_.back().what);
        due_.pop_back();
        what();
      }
      if (!each()) return false;
    }
    now_ = end;
    return true;
  }
  [[nodiscard]] bool stands() const { return atOnce_ > kMostAtOnce; }

 private:
  struct Due {
    base::TimePoint when;
    std::uint64_t order;
    std::function<void()> what;
  };
  static bool later(const Due& a, const Due& b) { return a.when != b.when ? a.when > b.when : a.order > b.order; }

  base::TimePoint now_{std::chrono::hours(1)};
  std::vector<Due> due_;  // a heap
  std::vector<Node*> nodes_;
  std::uint64_t asked_ = 0;
  int atOnce_ = 0;  // things that have happened at this time
};

// The clocks of one machine. The monotonic one only jumps forward, as after a pause of a virtual machine.
struct Clock {
  Timeline* world = nullptr;
  base::Duration ahead{};
  std::chrono::seconds wallAhead{};

  [[nodiscard]] base::Now now() const {
    const base::TimePoint mono = world->now() + ahead;
    constexpr base::WallTime kBegin{std::chrono::seconds(1'700'000'000)};
    return {mono, kBegin + std::chrono::floor<std::chrono::seconds>(world->now().time_since_epoch()) + wallAhead};
  }
  [[nodiscard]] base::TimePoint inWorld(base::TimePoint mine) const {
    return mine == base::kNever ? mine : mine - ahead;
  }
};

}  // namespace sim
