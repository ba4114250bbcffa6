#include "console-gui/client/link_clock.h"

#include <ctime>

namespace console {

base::TimePoint linkNow() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return base::TimePoint(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

}  // namespace console
