#include "isns-server/manage/keys/certificate_clock.h"

#include <algorithm>

namespace keys {

CertificateClock::CertificateClock(base::WallTime floor, base::Now start) : floor_(floor), anchor_(start) {}

std::chrono::seconds CertificateClock::aheadOfExpected(base::Now now) const {
  const auto passed = std::chrono::duration_cast<std::chrono::seconds>(now.mono - anchor_.mono);
  return now.wall - (anchor_.wall + passed);
}

ClockVerdict CertificateClock::judge(base::Now now) {
  if (now.wall + kTolerance < floor_) return ClockVerdict::WentBack;
  if (aheadOfExpected(now) > kTolerance) {
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
