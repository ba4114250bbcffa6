// A time as the API writes it: seconds since 1970 UTC, 0 for never.
#pragma once

#include <cstdint>

#include "shared/base/clock.h"

namespace api {

inline std::uint64_t secondsOf(base::WallTime time) { return static_cast<std::uint64_t>(base::unixSeconds(time)); }

}  // namespace api
