// Asks the processor to bring memory nearer before it is read. A hint: any address is allowed, nothing is read.
#pragma once

#include <cstddef>
#include <cstdint>

namespace base {

inline constexpr std::size_t kCacheLine = 64;  // bytes; a wrong guess costs time only

// The empty assembler statement stands for an effect: GCC 12 takes a function that only prefetches for one without any,
// and drops the calls and the loops around them.
inline void prefetch(const void* at) {
  __builtin_prefetch(at);
  asm volatile("" : : "r"(at));
}

// All cache lines of a block; nothing where there is none.
inline void prefetch(const void* at, std::size_t bytes) {
  if (at == nullptr) return;
  const char* const end = static_cast<const char*>(at) + bytes;
  const char* line = static_cast<const char*>(at) - reinterpret_cast<std::uintptr_t>(at) % kCacheLine;
  for (; line < end; line += kCacheLine) prefetch(line);
}

template <class T>
void prefetchObject(const T* object) {
  prefetch(object, sizeof(T));
}

}  // namespace base
