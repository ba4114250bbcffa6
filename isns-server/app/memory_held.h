// How much memory the server's allocator has handed out and holds, for the metrics: what grows there is a leak, what
// grows beside it is not. Any thread. jemalloc(3), section MALLCTL NAMESPACE.
#pragma once

#include <cstdint>

namespace app {

// In bytes; 0 where the allocator is not jemalloc, as under sanitizers.
struct MemoryHeld {
  std::int64_t allocated = 0;
  std::int64_t resident = 0;  // mapped and in memory: `allocated`, what lies between, and what is kept ready
};

MemoryHeld memoryHeld();

}  // namespace app
