// Time as the pure cores see it: always an argument, never asked for.
//
// TimePoint is monotonic, for deadlines and intervals. WallTime is seconds since 1970 UTC, for what is stored, sent
// or shown (RFC 4171 6.2.4). Only drivers call now(); tests pass numbers.
#pragma once

#include <chrono>
#include <cstdint>

namespace base {

struct MonotonicClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicClock>;
  static constexpr bool is_steady = true;
  static time_point now() {
    return time_point{std::chrono::duration_cast<duration>(std::chrono::steady_clock::now().time_since_epoch())};
  }
};

using TimePoint = MonotonicClock::time_point;
using Duration = std::chrono::nanoseconds;
using WallTime = std::chrono::sys_seconds;

inline constexpr TimePoint kNever = TimePoint::max();

inline WallTime wallNow() {
  return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
}

// As they are stored and sent.
constexpr std::int64_t unixSeconds(WallTime time) { return time.time_since_epoch().count(); }

// Both clocks at one moment; what every entry point of a core takes.
struct Now {
  TimePoint mono;
  WallTime wall;
};

inline Now now() { return {MonotonicClock::now(), wallNow()}; }

}  // namespace base
