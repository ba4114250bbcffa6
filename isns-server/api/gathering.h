// Gathering: what comes while a turn is waited for, taken together when it is there.
//
// One batch at a time waits for its turn; as soon as it has taken what is there, the next may be begun, though what the
// first one stores is not durable yet. A batch whose turn never comes has taken nothing: what waits is then its own.
// One owner, no locks. Bound: the caller's, by size().
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace api {

template <class Item>
class Gathering {
 public:
  struct Batch {
    std::vector<Item> items;
    bool taken = false;  // its turn has come
  };
  using BatchPtr = std::shared_ptr<Batch>;

  void add(Item item) { waiting_.push_back(std::move(item)); }
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }

  // Who is to ask for a turn; nullptr: nobody, for nothing waits, or another one has asked.
  [[nodiscard]] BatchPtr begin() {
    if (asked_ || waiting_.empty()) return nullptr;
    asked_ = true;
    return std::make_shared<Batch>();
  }
  // Its turn has come: it gets those that wait, the first ones first.
  void take(Batch& batch, std::size_t most) {
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), most));
    std::move(waiting_.begin(), end, std::back_inserter(batch.items));
    waiting_.erase(waiting_.begin(), end);
    batch.taken = true;
    asked_ = false;
  }
  // It has ended, well or not: its items are to be told so, and no others.
  void end(Batch& batch) {
    if (!batch.taken) take(batch, waiting_.size());
  }

 private:
  std::vector<Item> waiting_;
  bool asked_ = false;  // a turn, by a batch that has taken nothing yet
};

}  // namespace api
