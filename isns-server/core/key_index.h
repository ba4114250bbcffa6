// KeyIndex: hash of a key -> index of the objects that have it.
//
// Twelve bytes a slot, open addressing. It belongs to the writer and is not versioned: an entry says only "perhaps
// there", and the caller looks into the State that it reads, which may hold the object, an older value of it, or none.
// So one index serves the state of requests and the state that is committed; entries of removed objects go when their
// removal is committed. Bound: one slot an object and state, growing by doubling. One thread.
#pragma once

#include <cstdint>
#include <vector>

#include "shared/base/prefetch.h"

namespace core {

class KeyIndex {
 public:
  // Adds an entry; one that is there already stays single.
  void insert(std::uint64_t hash, std::uint32_t index);
  void erase(std::uint64_t hash, std::uint32_t index);
  void clear();
  [[nodiscard]] std::size_t size() const { return used_; }

  // For whoever will look for a hash soon: brings its slot near; then says which object may have the key, or 0.
  void prefetch(std::uint64_t hash) const {
    if (!slots_.empty()) base::prefetchObject(&slots_[hash & mask()]);
  }
  [[nodiscard]] std::uint32_t guess(std::uint64_t hash) const {
    return find(hash, [](std::uint32_t) { return true; });
  }

  // Calls matches(index) for each object whose key may have this hash; the first for which it is true, or 0.
  template <class Matches>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, Matches&& matches) const {
    if (slots_.empty()) return 0;
    const std::uint32_t tag = static_cast<std::uint32_t>(hash >> 32);
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      const Slot& slot = slots_[at];
      if (slot.index == kEmpty) return 0;
      if (slot.tag == tag && slot.index != kErased && matches(slot.index)) return slot.index;
    }
  }

 private:
  static constexpr std::uint32_t kEmpty = 0;
  static constexpr std::uint32_t kErased = 0xffffffff;  // not an index: those end one below
  struct Slot {
    std::uint32_t tag = 0;  // the upper half of the hash
    std::uint32_t low = 0;  // the lower half, to rebuild without the keys
    std::uint32_t index = kEmpty;
  };
  [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }
  void rebuild(std::size_t capacity);

  std::vector<Slot> slots_;  // a power of two
  std::size_t used_ = 0;     // live entries
  std::size_t filled_ = 0;   // live and erased
};

}  // namespace core
