#include "console-gui/client/time_now.h"

#include <QDateTime>
#include <atomic>
#include <cstdlib>

#include "shared/base/clock.h"

namespace console {
namespace {

constexpr san::Seconds kBlur = 3;

std::atomic<san::Seconds> fixed = 0;
std::atomic<san::Seconds> offset = 0;

san::Seconds ownTime() {
  const san::Seconds now = fixed.load();
  return now != 0 ? now : base::unixSeconds(base::wallNow());
}

}  // namespace

san::Seconds timeNow() { return ownTime() + offset.load(); }

QDate today() { return QDateTime::fromSecsSinceEpoch(timeNow()).date(); }

void fixTime(san::Seconds now) { fixed = now; }

san::Seconds clockOffset() { return offset.load(); }

bool hearServerTime(san::Seconds server) {
  const san::Seconds found = server - ownTime(), before = offset.load();
  if (std::abs(found) <= kBlur) {
    offset = 0;
  } else if (std::abs(found - before) > kBlur) {
    offset = found;
  }
  return offset.load() != before;
}

void forgetServerTime() { offset = 0; }

}  // namespace console
