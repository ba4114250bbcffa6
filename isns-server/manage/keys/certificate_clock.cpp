#include "isns-server/manage/keys/certificate_clock.h"

#include <algorithm>

namespace keys {

CertificateClock::CertificateClock(base::WallTime floor, base::Now good) : floor_(floor), anchor_(good) {}

CertificateClock CertificateClock::afterStart(base::WallTime floor, std::optional<base::WallTime> stored,
                                              base::Now start) {
  const bool near = !stored || start.wall <= *stored + kStoredEvery + kTolerance;
  return {floor, near ? start : base::Now{start.mono, *stored}};
}

base::WallTime CertificateClock::expected(base::Now now) const {
  return anchor_.wall + std::chrono::duration_cast<std::chrono::seconds>(now.mono - anchor_.mono);
}

base::WallTime CertificateClock::believed(base::Now now) const { return std::min(now.wall, expected(now)); }

base::WallTime CertificateClock::tokenTime(base::Now now) const {
  return now.wall + kTolerance < floor_ ? std::max(floor_, expected(now)) : now.wall;
}

manage::SteadyTime CertificateClock::steadyTime(base::Now now) {
  const ClockVerdict verdict = judge(now);
  const base::WallTime setting = tokenTime(now);
  return {verdict == ClockVerdict::WentBack ? setting : believed(now), setting, verdict == ClockVerdict::Good};
}

ClockVerdict CertificateClock::judge(base::Now now) {
  if (now.wall + kTolerance < floor_) return ClockVerdict::WentBack;
  if (now.wall - expected(now) > kTolerance) {
    if (!jumped_) jumpedAt_ = now.mono;
    jumped_ = true;
    if (now.mono - jumpedAt_ < kSettleTime) return ClockVerdict::JumpedAhead;
  }
  accept(now);
  return ClockVerdict::Good;
}

void CertificateClock::accept(base::Now now) {
  // Below the floor only by word of the administrator, or within the tolerance, where the floor stays.
  if (now.wall > floor_ || now.wall + kTolerance < floor_) floor_ = now.wall;
  anchor_ = now;
  jumped_ = false;
}

}  // namespace keys
