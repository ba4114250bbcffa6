// linkNow(): the clock of the link with a server. It goes on while the machine sleeps (CLOCK_BOOTTIME), unlike
// base::MonotonicClock: after a night with the lid closed, a connection has been silent for a night.
//
// Timers of the event loop stand still meanwhile: what is due by this clock is looked at each few seconds
// (ServerSource::kLongestLook). Any thread.
#pragma once

#include "shared/base/clock.h"

namespace console {

using LinkClock = base::TimePoint (*)();

base::TimePoint linkNow();

}  // namespace console
