// SharedArray<T>: an immutable array in one counted block of memory; copying it copies a pointer.
//
// For short lists inside objects that snapshots share. T is trivially copyable. Copies may be read from any thread.
// Errors: none; memory exhaustion throws.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

#include "shared/base/prefetch.h"
#include "shared/base/ref.h"

namespace base {

template <class T>
class SharedArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  SharedArray() = default;
  explicit SharedArray(std::span<const T> items) {
    if (items.empty()) return;
    void* const memory = ::operator new(sizeof(Block) + items.size_bytes());
    block_ = Ref<Block>(new (memory) Block(static_cast<std::uint32_t>(items.size())));
    std::uninitialized_copy(items.begin(), items.end(), block_->items());
  }

  [[nodiscard]] std::span<const T> items() const {
    return block_ ? std::span<const T>(block_->items(), block_->size) : std::span<const T>();
  }
  void prefetchItems() const { prefetch(block_.get(), kCacheLine); }
  friend bool operator==(const SharedArray& a, const SharedArray& b) {
    return a.block_ == b.block_ || std::ranges::equal(a.items(), b.items());
  }

 private:
  struct Block : RefCounted {
    explicit Block(std::uint32_t count) : size(count) {}
    static void* operator new(std::size_t, void* memory) { return memory; }
    static void operator delete(void* memory) { ::operator delete(memory); }
    [[nodiscard]] T* items() { return reinterpret_cast<T*>(this + 1); }
    const std::uint32_t size;
  };
  static_assert(sizeof(Block) % alignof(T) == 0 && alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

  Ref<Block> block_;
};

}  // namespace base
