// SlotTable<Key, T>: objects by key, each in a numbered slot that does not move while the object is there.
//
// A hash table of chains over pages of slots: 8 bytes and 2 to 4 for the chain head an object, beside key and value,
// and no allocation per object. Slot numbers are dense and used again after erase(). References stay valid until
// erase(). Bound: what the owner puts in; pages are kept at their highest number until the table goes. One thread.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "shared/base/prefetch.h"

namespace core {

// Spreads the bits of a number over the upper bits of the result.
inline std::uint64_t spread(std::uint64_t value) {
  value *= 0x9e3779b97f4a7c15;
  return (value ^ (value >> 32)) * 0xd6e8feb86659fd93;
}

template <class Key>
struct SlotHash {
  std::uint64_t operator()(const Key& key) const { return key.hash(); }
};
template <std::integral Key>
struct SlotHash<Key> {
  std::uint64_t operator()(Key key) const { return spread(key); }
};

// kLoad: objects a chain, on average at most. 1 finds what it has prefetched more often and takes 2 bytes more.
template <class Key, class T, std::size_t kLoad = 2>
class SlotTable {
 public:
  using Slot = std::uint32_t;
  static constexpr Slot kNone = 0xffffffff;

  [[nodiscard]] Slot find(const Key& key) const {
    if (heads_.empty()) return kNone;
    Slot slot = heads_[bucket(key)];
    while (slot != kNone && !(entry(slot).key == key)) slot = entry(slot).next;
    return slot;
  }
  [[nodiscard]] T* get(const Key& key) {
    const Slot slot = find(key);
    return slot == kNone ? nullptr : &entry(slot).value;
  }
  [[nodiscard]] const T* get(const Key& key) const { return const_cast<SlotTable*>(this)->get(key); }

  // For whoever will look for the key soon: where its chain begins, then what stands first in it, then what comes behind
  // when that is another key. Few chains are longer.
  void prefetchChain(const Key& key) const {
    if (!heads_.empty()) base::prefetch(&heads_[bucket(key)]);
  }
  void prefetchFirst(const Key& key) const {
    if (heads_.empty()) return;
    if (const Slot slot = heads_[bucket(key)]; slot != kNone) base::prefetchObject(&entry(slot));
  }
  void prefetchSecond(const Key& key) const {
    const Slot first = heads_.empty() ? kNone : heads_[bucket(key)];
    if (first == kNone || entry(first).key == key) return;
    if (const Slot second = entry(first).next; second != kNone) base::prefetchObject(&entry(second));
  }

  // The slot of the key and whether it was added, with a value of T{}.
  std::pair<Slot, bool> insert(const Key& key) {
    if (const Slot found = find(key); found != kNone) return {found, false};
    if (size_ >= heads_.size() * kLoad) grow();
    const Slot slot = allocate();
    Entry& added = entry(slot);
    Slot& head = heads_[bucket(key)];
    added.key = key;
    added.next = std::exchange(head, slot);
    ++size_;
    return {slot, true};
  }

  void erase(Slot slot) {
    Entry& gone = entry(slot);
    Slot* link = &heads_[bucket(gone.key)];
    while (*link != slot) link = &entry(*link).next;
    *link = gone.next;
    gone.value = T{};
    gone.next = std::exchange(free_, slot);
    --size_;
  }

  [[nodiscard]] T& operator[](Slot slot) { return entry(slot).value; }
  [[nodiscard]] const T& operator[](Slot slot) const { return entry(slot).value; }
  [[nodiscard]] const Key& key(Slot slot) const { return entry(slot).key; }
  [[nodiscard]] std::size_t size() const { return size_; }
  // Slots ever used are below this; one that is free holds T{}.
  [[nodiscard]] Slot slots() const { return used_; }
  [[nodiscard]] std::size_t bytes() const {
    return pages_.size() * sizeof(Page) + pages_.capacity() * sizeof(pages_[0]) + heads_.capacity() * sizeof(Slot);
  }

 private:
  static constexpr std::size_t kPage = 256;

  struct Entry {
    Key key{};
    Slot next = kNone;  // in the chain, or of the free slots
    T value{};
  };
  using Page = std::array<Entry, kPage>;

  Entry& entry(Slot slot) { return (*pages_[slot / kPage])[slot % kPage]; }
  const Entry& entry(Slot slot) const { return (*pages_[slot / kPage])[slot % kPage]; }
  [[nodiscard]] std::size_t bucket(const Key& key) const {
    return static_cast<std::size_t>(SlotHash<Key>{}(key) >> 32) & (heads_.size() - 1);
  }

  Slot allocate() {
    if (free_ != kNone) return std::exchange(free_, entry(free_).next);
    if (used_ == pages_.size() * kPage) pages_.push_back(std::make_unique<Page>());
    return used_++;
  }

  void grow() {
    std::vector<Slot> before(heads_.empty() ? 16 : heads_.size() * 2, kNone);
    before.swap(heads_);
    for (Slot slot : before) {
      while (slot != kNone) {
        Entry& moved = entry(slot);
        Slot& head = heads_[bucket(moved.key)];
        const Slot next = std::exchange(moved.next, head);
        head = std::exchange(slot, next);
      }
    }
  }

  std::vector<std::unique_ptr<Page>> pages_;
  std::vector<Slot> heads_;  // a power of two
  Slot free_ = kNone;
  Slot used_ = 0;
  std::size_t size_ = 0;
};

}  // namespace core
