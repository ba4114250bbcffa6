// IdSet: an ordered set of 32-bit ids that copies in constant time.
//
// One word: empty, a single id held in place, or a counted pointer to sorted chunks of ids. Most sets of a registry (the
// portals of an entity, the domains of a node) hold one id and cost no allocation; a domain with 100,000 members costs
// 4 bytes a member, and a change copies one chunk and the list of chunks, never the members.
// Id 0 is never a member (RFC 4171 reserves it for every index). One thread writes a given copy.
#pragma once

#include <cstdint>
#include <vector>

#include "shared/base/ref.h"

namespace base {

class IdSet {
 public:
  using Id = std::uint32_t;

  IdSet() = default;
  IdSet(const IdSet& other) : word_(other.word_) { acquire(); }
  IdSet(IdSet&& other) noexcept : word_(std::exchange(other.word_, 0)) {}
  ~IdSet() { release(); }
  IdSet& operator=(IdSet other) noexcept {
    std::swap(word_, other.word_);
    return *this;
  }

  [[nodiscard]] bool empty() const { return word_ == 0; }
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool contains(Id id) const;
  [[nodiscard]] Id front() const;         // the lowest id; the set is not empty
  [[nodiscard]] Id next(Id after) const;  // the lowest id above `after`, or 0

  bool insert(Id id);  // true when it was not there
  bool erase(Id id);   // true when it was there

  // Calls visit(id) in ascending order until it returns false; false when it did.
  template <class Visit>
  bool visitWhile(Visit&& visit) const {
    if (empty()) return true;
    if (isSingle()) return visit(single());
    for (const auto& chunk : chunks().list) {
      for (Id id : chunk->ids) {
        if (!visit(id)) return false;
      }
    }
    return true;
  }
  template <class Visit>
  void forEach(Visit&& visit) const {
    visitWhile([&](Id id) {
      visit(id);
      return true;
    });
  }

  // True when the two sets share an id. Walks the smaller, looks up in the larger.
  [[nodiscard]] static bool intersects(const IdSet& a, const IdSet& b);
  friend bool operator==(const IdSet& a, const IdSet& b);

 private:
  static constexpr std::size_t kChunk = 128;

  struct Chunk : base::RefCounted {
    std::vector<Id> ids;  // sorted, 1 to kChunk
  };
  struct Chunks : base::RefCounted {
    std::vector<Ref<Chunk>> list;  // sorted by their first id, at least one
    std::size_t size = 0;
  };

  [[nodiscard]] bool isSingle() const { return (word_ & 1) != 0; }
  [[nodiscard]] bool isChunked() const { return word_ != 0 && !isSingle(); }
  [[nodiscard]] Id single() const { return static_cast<Id>(word_ >> 1); }
  [[nodiscard]] Chunks* pointer() const { return reinterpret_cast<Chunks*>(word_); }
  [[nodiscard]] const Chunks& chunks() const { return *pointer(); }

  static std::uint64_t wordOf(Id id) { return (std::uint64_t{id} << 1) | 1; }
  static std::uint64_t wordOf(Ref<Chunks> chunks) { return reinterpret_cast<std::uint64_t>(chunks.detach()); }
  void acquire() const;
  void release();
  Chunks& ownChunks();
  static Chunk& ownChunk(Ref<Chunk>& chunk);
  static std::size_t chunkFor(const Chunks& chunks, Id id);

  std::uint64_t word_ = 0;  // 0 empty; odd: the id, shifted; else a counted Chunks*
};

}  // namespace base
