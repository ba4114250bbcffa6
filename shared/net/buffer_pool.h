// BufferPool: a few spare byte vectors, so that the answers of a turn are gathered without an allocation.
//
// One thread. Bound: kMaxSpare vectors of at most kMaxCapacity bytes; overflow policy: what does not fit is freed.
#pragma once

#include <utility>
#include <vector>

#include "shared/base/bytes.h"

namespace net {

class BufferPool {
 public:
  static constexpr std::size_t kMaxSpare = 64;
  static constexpr std::size_t kMaxCapacity = 128 * 1024;

  // An empty vector, with capacity if there was a spare one.
  base::Bytes take() {
    if (spare_.empty()) return {};
    base::Bytes buffer = std::move(spare_.back());
    spare_.pop_back();
    return buffer;
  }
  void give(base::Bytes&& buffer) {
    base::Bytes taken = std::move(buffer);
    if (taken.capacity() == 0 || taken.capacity() > kMaxCapacity || spare_.size() >= kMaxSpare) return;
    taken.clear();
    spare_.push_back(std::move(taken));
  }

 private:
  std::vector<base::Bytes> spare_;
};

}  // namespace net
