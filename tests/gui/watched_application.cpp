#include "tests/gui/watched_application.h"

#include <QEvent>
#include <ctime>

namespace test {
namespace {

std::chrono::microseconds threadTime() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::seconds(now.tv_sec) +
                                                               std::chrono::nanoseconds(now.tv_nsec));
}

}  // namespace

bool WatchedApplication::notify(QObject* receiver, QEvent* event) {
  if (inside_) return QApplication::notify(receiver, event);
  inside_ = true;
  // Both may be gone afterwards.
  const auto type = event->type();
  const std::string who = receiver->metaObject()->className();
  const auto before = threadTime();
  const bool handled = QApplication::notify(receiver, event);
  const auto took = threadTime() - before;
  if (took > longest_.time) longest_ = {took, "event " + std::to_string(static_cast<int>(type)) + " of " + who};
  inside_ = false;
  return handled;
}

}  // namespace test
