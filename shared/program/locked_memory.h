// Memory for secrets: never swapped, in no core dump, gone in a forked child, wiped when it is given back.
//
// LockedMemory is a memory resource for the containers that hold keys and secrets (std::pmr::vector<base::Secret> and
// the like); the pure cores take a std::pmr::memory_resource and know nothing of this one. It asks the system for pages
// as they are needed. Where the limit of locked memory (RLIMIT_MEMLOCK, LimitMEMLOCK= of the unit) is reached, memory
// is given all the same, still out of core dumps, and unlockedBytes() says how much: the owner tells it in the log.
// Bound: the bounds of who holds secrets in it. Safe from any thread. Errors: memory exhaustion throws.
//
// process.h forbids core dumps as a whole; this is for the memory that a dump of another kind, or the swap, would show.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory_resource>

namespace program {

// Whole pages of the system.
class LockedPages final : public std::pmr::memory_resource {
 public:
  [[nodiscard]] std::size_t lockedBytes() const { return locked_; }
  [[nodiscard]] std::size_t unlockedBytes() const { return unlocked_; }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override;
  [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  std::atomic<std::size_t> locked_ = 0;
  std::atomic<std::size_t> unlocked_ = 0;
};

class LockedMemory final : public std::pmr::memory_resource {
 public:
  LockedMemory() : pool_({.max_blocks_per_chunk = 64, .largest_required_pool_block = 1024}, &pages_) {}

  [[nodiscard]] std::size_t lockedBytes() const { return pages_.lockedBytes(); }
  [[nodiscard]] std::size_t unlockedBytes() const { return pages_.unlockedBytes(); }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override { return pool_.allocate(bytes, alignment); }
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override;
  [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  LockedPages pages_;
  std::pmr::synchronized_pool_resource pool_;
};

// OpenSSL's own heap for private keys, locked and out of dumps: `bytes`, a power of two. Before the first key is made,
// and once in a process. False: the system gave no locked memory, keys lie in the common heap.
bool lockOpensslKeys(std::size_t bytes = std::size_t{256} * 1024);

}  // namespace program
