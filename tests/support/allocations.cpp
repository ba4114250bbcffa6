// In a file of its own: a compiler that sees these beside a `new` takes them for mismatched.
#include "tests/support/allocations.h"

#include <cstdlib>
#include <new>

namespace {
std::size_t count = 0;
}

namespace support {
std::size_t allocations() { return count; }
}  // namespace support

void* operator new(std::size_t size) {
  ++count;
  if (void* block = std::malloc(size == 0 ? 1 : size); block != nullptr) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
