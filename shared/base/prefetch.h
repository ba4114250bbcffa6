// Asks the processor to bring memory nearer before it is read. A hint: any address is allowed, nothing is read.
#pragma once

#include <cstddef>

namespace base {

inline constexpr std::size_t kCacheLine = 64;  // bytes; a wrong guess costs time only

inline void prefetch(const void* at) { __builtin_prefetch(at); }

// All cache lines of a block; nothing where there is none.
inline void prefetch(const void* at, std::size_t bytes) {
  if (at == nullptr) return;
  const char* const begin = static_cast<const char*>(at);
  for (std::size_t offset = 0; offset < bytes; offset += kCacheLine) __builtin_prefetch(begin + offset);
  if (bytes > 0) __builtin_prefetch(begin + bytes - 1);
}

template <class T>
void prefetchObject(const T* object) {
  prefetch(object, sizeof(T));
}

}  // namespace base
