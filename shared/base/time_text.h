// A wall time as text, "2026-01-02T03:04:05Z" (RFC 3339, UTC), and back. Pure functions, safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shared/base/clock.h"

namespace base {

std::string timeText(WallTime time);

// Nothing unless `text` is exactly what timeText() writes for some time of the years 0 to 9999.
std::optional<WallTime> parseTime(std::string_view text);

}  // namespace base
