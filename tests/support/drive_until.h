// Turns a loop until a condition holds; false when it did not in time. What else has a part in it (threads, the kernel,
// another process) is not on the loop, so a turn waits for a moment only.
#pragma once

#include <chrono>
#include <functional>

#include "shared/base/clock.h"
#include "shared/net/loop.h"

namespace support {

inline bool driveUntil(const std::function<void()>& turn, const std::function<bool()>& condition,
                       base::Duration patience = std::chrono::seconds(10)) {
  const auto deadline = base::MonotonicClock::now() + patience;
  while (!condition()) {
    if (base::MonotonicClock::now() > deadline) return false;
    turn();
  }
  return true;
}

inline bool driveUntil(net::Loop& loop, const std::function<bool()>& condition,
                       base::Duration patience = std::chrono::seconds(10)) {
  return driveUntil([&] { loop.runTurn(std::chrono::milliseconds(1)); }, condition, patience);
}

}  // namespace support
