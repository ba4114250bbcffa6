#include "tests/unit/iscsi/allocations.h"

#include <cstdlib>
#include <new>

namespace {
std::size_t count = 0;
}

namespace iscsi_test {
std::size_t allocations() { return count; }
}  // namespace iscsi_test

void* operator new(std::size_t size) {
  ++count;
  if (void* block = std::malloc(size); block != nullptr) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
