// Backlog: lists of things that wait for their turn, bounded by how many things there are, not by how many lists.
//
// A list is taken while there are fewer than `most`, whatever its length: one that is longer than the bound would
// otherwise never be taken. One owner, no locks.
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

namespace api {

template <class List>
class Backlog {
 public:
  explicit Backlog(std::size_t most) : most_(most) {}

  [[nodiscard]] bool hasRoom() const { return things_ < most_; }
  // False where there is no room: nothing is kept of it.
  bool add(List list, std::size_t things) {
    if (!hasRoom()) return false;
    things_ += things;
    lists_.emplace_back(std::move(list), things);
    return true;
  }
  [[nodiscard]] bool empty() const { return lists_.empty(); }
  [[nodiscard]] List& front() { return lists_.front().first; }
  void pop() {
    things_ -= lists_.front().second;
    lists_.pop_front();
  }

 private:
  const std::size_t most_;
  std::size_t things_ = 0;
  std::deque<std::pair<List, std::size_t>> lists_;
};

}  // namespace api
