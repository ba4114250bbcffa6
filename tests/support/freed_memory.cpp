// In a file of its own: a compiler that sees these beside a `new` takes them for mismatched.
#include "tests/support/freed_memory.h"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

std::atomic<const std::string_view*> watched{nullptr};
std::atomic<std::size_t> blocks{0};
std::string_view word;

void freed(void* block) {
  const std::string_view* wanted = watched.load();
  if (block != nullptr && wanted != nullptr &&
      ::memmem(block, ::malloc_usable_size(block), wanted->data(), wanted->size()) != nullptr) {
    ++blocks;
  }
  std::free(block);
}

}  // namespace

namespace support {

FreedMemory::FreedMemory(std::string_view wanted) {
  word = wanted;
  watched = &word;
  void* const block = ::operator new(word.size() + 32);
  std::memcpy(static_cast<char*>(block) + 16, word.data(), word.size());
  asm volatile("" : : "r"(block) : "memory");  // what nobody reads is not left out
  blocks = 0;
  ::operator delete(block);
  if (blocks != 1) std::abort();
  blocks = 0;
}
FreedMemory::~FreedMemory() { watched = nullptr; }
std::size_t FreedMemory::found() const { return blocks; }

}  // namespace support

void* operator new(std::size_t size) {
  if (void* block = std::malloc(size == 0 ? 1 : size); block != nullptr) return block;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size == 0 ? 1 : size); }
void operator delete(void* block) noexcept { freed(block); }
void operator delete(void* block, std::size_t) noexcept { freed(block); }
