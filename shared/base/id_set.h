// IdSet: an ordered set of 32-bit ids that copies in constant time.
//
// One word: empty, a single id held in place, or a counted pointer to one block of sorted ids, or to a list of such
// blocks where there are more than kChunk. Most sets of a registry (the portals of an entity, the domains of a node) hold
// one id and cost no allocation; the members of a zone are one block, near together; a domain with 100,000 members
// costs 4 bytes a member, and a change copies one block and the list, never the members.
// Id 0 is never a member (RFC 4171 reserves it for every index). One thread writes a given copy.
#pragma once

#include <cstdint>
#include <new>
#include <span>
#include <vector>

#include "shared/base/prefetch.h"
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

  // For whoever will walk it soon.
  void prefetchIds() const {
    if (isChunk()) prefetch(chunk(), 2 * kCacheLine);
    if (isChunks()) prefetch(chunks(), sizeof(Chunks));
  }

  // Calls visit(id) in ascending order until it returns false; false when it did.
  template <class Visit>
  bool visitWhile(Visit&& visit) const {
    if (empty()) return true;
    if (isSingle()) return visit(single());
    if (isChunk()) return visitWhile(*chunk(), visit);
    for (const Ref<Chunk>& part : chunks()->list) {
      if (!visitWhile(*part, visit)) return false;
    }
    return true;
  }
  // The same for the ids from `first` on.
  template <class Visit>
  bool visitFrom(Id first, Visit&& visit) const {
    if (first <= 1) return visitWhile(visit);
    for (Id at = next(first - 1); at != 0; at = next(at)) {
      if (!visit(at)) return false;
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
  static constexpr std::uint32_t kChunk = 128;

  // Sorted ids in the same block of memory as their number, 1 to kChunk of them.
  class Chunk : public RefCounted {
   public:
    static Ref<Chunk> make(std::span<const Id> ids, std::uint32_t capacity);
    static void operator delete(void* block) { ::operator delete(block); }

    [[nodiscard]] std::span<Id> ids() { return {reinterpret_cast<Id*>(this + 1), size}; }
    [[nodiscard]] std::span<const Id> ids() const { return {reinterpret_cast<const Id*>(this + 1), size}; }

    std::uint32_t size = 0;
    const std::uint32_t capacity;

   private:
    explicit Chunk(std::uint32_t room) : capacity(room) {}
    static void* operator new(std::size_t, void* block) { return block; }
    static void operator delete(void*, void*) {}
  };
  struct Chunks : RefCounted {
    std::vector<Ref<Chunk>> list;  // sorted by their first id, at least two
    std::size_t size = 0;          // ids in all of them
  };

  // The two lowest bits tell: 1 an id, 2 a Chunk, 0 Chunks.
  [[nodiscard]] bool isSingle() const { return (word_ & 1) != 0; }
  [[nodiscard]] bool isChunk() const { return (word_ & 3) == 2; }
  [[nodiscard]] bool isChunks() const { return word_ != 0 && (word_ & 3) == 0; }
  [[nodiscard]] Id single() const { return static_cast<Id>(word_ >> 1); }
  [[nodiscard]] Chunk* chunk() const { return reinterpret_cast<Chunk*>(word_ & ~std::uint64_t{3}); }
  [[nodiscard]] Chunks* chunks() const { return reinterpret_cast<Chunks*>(word_); }
  // Where `id` is or would be; the set is neither empty nor single.
  [[nodiscard]] std::span<const Id> idsAround(Id id) const;

  template <class Visit>
  static bool visitWhile(const Chunk& chunk, Visit&& visit) {
    for (Id id : chunk.ids()) {
      if (!visit(id)) return false;
    }
    return true;
  }
  static std::uint64_t wordOf(Id id) { return (std::uint64_t{id} << 1) | 1; }
  static std::uint64_t wordOf(Ref<Chunk> chunk) { return reinterpret_cast<std::uint64_t>(chunk.detach()) | 2; }
  static std::uint64_t wordOf(Ref<Chunks> chunks) { return reinterpret_cast<std::uint64_t>(chunks.detach()); }
  void acquire() const;
  void release();
  Chunks& ownChunks();
  static std::size_t chunkFor(const Chunks& chunks, Id id);
  static void insertInto(Ref<Chunk>& chunk, Id id);
  static void eraseFrom(Ref<Chunk>& chunk, Id id);

  std::uint64_t word_ = 0;
};

}  // namespace base
