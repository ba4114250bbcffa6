// TaskTable<T>: the tasks of one session by Initiator Task Tag (RFC 7143 4.2.2.1, 4.2.5.3).
//
// T derives from Task. The table holds the objects: slots in chunks that come as they are needed and stay, so a session
// that has once been busy allocates nothing more, and a pointer to a task is good until remove(). A slot that is used
// again keeps what T's own members held (buffers stay warm); add() sets the Task part only, the owner sets the rest.
// Tags are chosen by the peer, so the hash takes a seed. One owner, no locks. Bound: `bound` tasks (at most 65536);
// add() then says Full, and the request is answered with Reject 06 if it is immediate. For others the owner makes the
// bound no smaller than the command window. In visits any task may be removed, by other visits inside of them too: what
// ends one task may end others, and come back here through other sessions.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "agent/iscsi/serial.h"
#include "agent/iscsi/task.h"
#include "shared/base/hash.h"

namespace iscsi {

template <class T>
class TaskTable {
 public:
  using Handle = std::uint32_t;
  static constexpr std::uint32_t kMaxBound = 65536;

  // `usual`: how many there are but for peers that let tasks pile up; the search is short up to there.
  TaskTable(std::uint32_t bound, std::uint64_t seed, std::uint32_t usual = kMaxBound)
      : bound_(std::clamp(bound, std::uint32_t{1}, kMaxBound)),
        seed_(seed),
        buckets_(std::bit_ceil(std::clamp(usual, std::uint32_t{1}, bound_)), kNone) {}

  enum class Added : std::uint8_t { Ok, Full, TagInUse };
  struct AddResult {
    Added added = Added::Ok;
    T* task = nullptr;  // with Ok
  };
  // Takes a slot and sets its Task part to `facts`.
  AddResult add(const Task& facts) {
    if (find(facts.itt) != nullptr) return {Added::TagInUse, nullptr};
    if (size_ == bound_) return {Added::Full, nullptr};
    const Handle handle = takeSlot();
    Slot& slot = slotAt(handle);
    static_cast<Task&>(slot) = facts;
    Handle& bucket = bucketOf(facts.itt);
    slot.chain = bucket;
    bucket = handle;
    slot.previous = last_;
    slot.next = kNone;
    (last_ == kNone ? first_ : slotAt(last_).next) = handle;
    last_ = handle;
    ++size_;
    return {Added::Ok, &slot};
  }

  [[nodiscard]] T* find(std::uint32_t itt) {
    for (Handle h = bucketOf(itt); h != kNone; h = slotAt(h).chain) {
      if (slotAt(h).itt == itt) return &slotAt(h);
    }
    return nullptr;
  }

  void remove(T& task) {
    Slot& slot = static_cast<Slot&>(task);
    const Handle handle = slot.self;
    Handle* link = &bucketOf(task.itt);
    while (*link != handle) link = &slotAt(*link).chain;
    *link = slot.chain;
    (slot.previous == kNone ? first_ : slotAt(slot.previous).next) = slot.next;
    (slot.next == kNone ? last_ : slotAt(slot.next).previous) = slot.previous;
    for (Visiting* visiting = visiting_; visiting != nullptr; visiting = visiting->outer) {
      if (visiting->next == handle) visiting->next = slot.next;
    }
    slot.chain = free_;
    free_ = handle;
    --size_;
  }

  // Handles fit CommandWindow and StatusSequence. at() takes the handle of a task that is here.
  [[nodiscard]] Handle handleOf(const T& task) const { return static_cast<const Slot&>(task).self; }
  [[nodiscard]] T& at(Handle handle) { return slotAt(handle); }

  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] bool full() const { return size_ == bound_; }
  [[nodiscard]] std::uint32_t bound() const { return bound_; }

  // The first in the order of arrival, or nullptr.
  template <class Matches>
  [[nodiscard]] T* findIf(Matches&& matches) {
    for (Handle h = first_; h != kNone; h = slotAt(h).next) {
      if (matches(static_cast<const T&>(slotAt(h)))) return &slotAt(h);
    }
    return nullptr;
  }
  // Visits in the order of arrival.
  template <class Visit>
  void forEach(Visit&& visit) {
    Visiting visiting{first_, visiting_};
    visiting_ = &visiting;
    while (visiting.next != kNone) {
      Slot& slot = slotAt(visiting.next);
      visiting.next = slot.next;
      visit(static_cast<T&>(slot));
    }
    visiting_ = visiting.outer;
  }
  template <class Visit>
  void forEachOnConnection(std::uint16_t connection, Visit&& visit) {
    forEach([&](T& task) {
      if (task.connection == connection) visit(task);
    });
  }

 private:
  static constexpr Handle kNone = 0xffffffff;
  static constexpr std::uint32_t kChunk = 8;  // few, so that a session which sends a command now and then stays small

  struct Slot : T {
    Handle self = kNone;
    Handle chain = kNone;  // next in the bucket, or next free slot
    Handle previous = kNone;
    Handle next = kNone;
  };

  // A forEach() that is under way, and that inside of which it is.
  struct Visiting {
    Handle next = kNone;
    Visiting* outer = nullptr;
  };

  [[nodiscard]] Handle& bucketOf(std::uint32_t itt) {
    constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
    return buckets_[base::mix(itt ^ seed_, kOdd) & (buckets_.size() - 1)];
  }
  [[nodiscard]] Slot& slotAt(Handle handle) { return chunks_[handle / kChunk][handle % kChunk]; }

  Handle takeSlot() {
    if (free_ != kNone) {
      const Handle handle = free_;
      free_ = slotAt(handle).chain;
      return handle;
    }
    if (made_ == chunks_.size() * kChunk) chunks_.push_back(std::make_unique<Slot[]>(kChunk));
    slotAt(made_).self = made_;
    return made_++;
  }

  std::uint32_t bound_;
  std::uint64_t seed_;
  std::vector<Handle> buckets_;
  std::vector<std::unique_ptr<Slot[]>> chunks_;
  Handle free_ = kNone;
  Handle made_ = 0;
  Handle first_ = kNone;
  Handle last_ = kNone;
  std::uint32_t size_ = 0;
  Visiting* visiting_ = nullptr;
};

}  // namespace iscsi
