#include "isns-server/app/memory_held.h"

#include <cstddef>

// Of jemalloc, where it is linked.
extern "C" [[gnu::weak]] int mallctl(const char* name, void* old, std::size_t* oldSize, void* fresh,
                                     std::size_t freshSize) noexcept;

namespace app {
namespace {

std::int64_t statistic(const char* name) {
  std::size_t bytes = 0, size = sizeof bytes;
  return mallctl(name, &bytes, &size, nullptr, 0) == 0 ? static_cast<std::int64_t>(bytes) : 0;
}

}  // namespace

MemoryHeld memoryHeld() {
  if (mallctl == nullptr) return {};
  // Statistics are those of the last time that this number was written.
  std::uint64_t epoch = 1;
  (void)mallctl("epoch", nullptr, nullptr, &epoch, sizeof epoch);
  return {statistic("stats.allocated"), statistic("stats.resident")};
}

}  // namespace app
