#include "shared/program/locked_memory.h"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <unistd.h>

#include <new>

#include "shared/base/secret.h"

namespace program {
namespace {

std::size_t wholePages(std::size_t bytes) {
  static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

void wipe(void* memory, std::size_t bytes) { base::wipe({static_cast<std::uint8_t*>(memory), bytes}); }

}  // namespace

void* LockedPages::do_allocate(std::size_t bytes, std::size_t) {
  const std::size_t size = wholePages(bytes);
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  (void)::madvise(memory, size, MADV_DONTDUMP);
  (void)::madvise(memory, size, MADV_WIPEONFORK);
  (::mlock(memory, size) == 0 ? locked_ : unlocked_) += size;
  return memory;
}

void LockedPages::do_deallocate(void* memory, std::size_t bytes, std::size_t) {
  wipe(memory, bytes);
  (void)::munmap(memory, wholePages(bytes));
}

void LockedMemory::do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) {
  wipe(memory, bytes);
  pool_.deallocate(memory, bytes, alignment);
}

bool lockOpensslKeys(std::size_t bytes) {
  constexpr std::size_t kSmallest = 32;
  // 1: locked; 2: there, but not locked.
  return CRYPTO_secure_malloc_initialized() == 1 || CRYPTO_secure_malloc_init(bytes, kSmallest) == 1;
}

}  // namespace program
