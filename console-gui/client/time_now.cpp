#include "console-gui/client/time_now.h"

#include <QDateTime>
#include <atomic>

#include "shared/base/clock.h"

namespace console {
namespace {

std::atomic<san::Seconds> fixed = 0;

}  // namespace

san::Seconds timeNow() {
  const san::Seconds now = fixed.load();
  return now != 0 ? now : base::unixSeconds(base::wallNow());
}

QDate today() { return QDateTime::fromSecsSinceEpoch(timeNow()).date(); }

void fixTime(san::Seconds now) { fixed = now; }

}  // namespace console
