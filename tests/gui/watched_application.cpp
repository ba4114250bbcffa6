#include "tests/gui/watched_application.h"

#include <QEvent>
#include <QHash>
#include <QTextLayout>
#include <ctime>
#include <map>

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

std::chrono::microseconds timeOfFixedWork() {
  const auto before = threadTime();
  QHash<QString, int> places;
  std::map<std::string, int> order;
  for (int i = 0; i < 3'000; ++i) {
    const QString name = QStringLiteral("iqn.2026-11.com.example:host%1").arg(i);
    places[name] = i;
    order[name.toStdString()] = i;
  }
  for (int i = 0; i < 100; ++i) {
    QTextLayout layout(QStringLiteral("Host %1 reaches disk %2 of a target in another zone").arg(i).arg(places.size()));
    layout.beginLayout();
    layout.createLine().setLineWidth(400);
    layout.endLayout();
  }
  return threadTime() - before;
}

}  // namespace test
