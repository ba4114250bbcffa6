#include "isns-server/core/key_index.h"

#include <algorithm>
#include <utility>

namespace core {

void KeyIndex::insert(std::uint64_t hash, std::uint32_t index) {
  if ((filled_ + 1) * 4 > slots_.size() * 3) rebuild(std::max<std::size_t>(64, (used_ + 1) * 2));
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  std::size_t at = hash & mask();
  std::size_t free = slots_.size();  // the first place that was erased
  for (; slots_[at].index != kEmpty; at = (at + 1) & mask()) {
    if (slots_[at].index == index && slots_[at].tag == tag) return;
    if (slots_[at].index == kErased && free == slots_.size()) free = at;
  }
  if (free == slots_.size()) {
    free = at;
    ++filled_;
  }
  slots_[free] = {tag, static_cast<std::uint32_t>(hash), index};
  ++used_;
}

void KeyIndex::erase(std::uint64_t hash, std::uint32_t index) {
  if (slots_.empty()) return;
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  for (std::size_t at = hash & mask(); slots_[at].index != kEmpty; at = (at + 1) & mask()) {
    if (slots_[at].tag == tag && slots_[at].index == index) {
      slots_[at].index = kErased;
      --used_;
      return;
    }
  }
}

void KeyIndex::clear() {
  slots_.clear();
  used_ = filled_ = 0;
}

void KeyIndex::rebuild(std::size_t capacity) {
  std::size_t size = 64;
  while (size < capacity) size *= 2;
  const std::vector<Slot> slots = std::exchange(slots_, std::vector<Slot>(size));
  filled_ = used_;
  for (const Slot& slot : slots) {
    if (slot.index == kEmpty || slot.index == kErased) continue;
    std::size_t at = slot.low & mask();
    while (slots_[at].index != kEmpty) at = (at + 1) & mask();
    slots_[at] = slot;
  }
}

}  // namespace core
