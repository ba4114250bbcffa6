// Waits for something that comes through the event loop; false only where it does not come at all.
#pragma once

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>
#include <functional>

namespace test {

inline bool pumpUntil(const std::function<bool()>& done, int patience = 30'000) {
  QElapsedTimer timer;
  timer.start();
  QTimer tick;  // with a time limit, processEvents() would not wait but spin
  tick.start(20);
  while (!done() && timer.elapsed() < patience)
    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents);
  return done();
}

// What is under way in the loop now, and nothing that takes longer.
inline void pump() {
  for (int i = 0; i < 20; ++i) QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
}

}  // namespace test
