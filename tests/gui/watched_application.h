// WatchedApplication: knows the event that has cost its thread most processor time, so that a test can forbid what
// stalls; and the processor time of a fixed piece of work, to measure that by.
//
// Processor time of the thread, not time on the wall. Events inside of an event count to that. One thread.
#pragma once

#include <QApplication>
#include <chrono>
#include <string>

namespace test {

class WatchedApplication : public QApplication {
 public:
  using QApplication::QApplication;

  struct Longest {
    std::chrono::microseconds time{0};
    std::string what;  // the event and who got it
  };
  static WatchedApplication& instance() { return *static_cast<WatchedApplication*>(QCoreApplication::instance()); }
  [[nodiscard]] const Longest& longest() const { return longest_; }
  void forget() { longest_ = {}; }

  bool notify(QObject* receiver, QEvent* event) override;

 private:
  Longest longest_;
  bool inside_ = false;
};

// The thread's processor time for what is always the same: a hundred lines of text laid out, some thousand strings put
// into tables. About 2 ms where nothing else runs; more on a slow machine, on one that others use, under a sanitizer.
std::chrono::microseconds timeOfFixedWork();

}  // namespace test
