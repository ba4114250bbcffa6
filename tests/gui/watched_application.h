// WatchedApplication: knows the event that has cost its thread most processor time, so that a test can forbid what
// stalls.
//
// Processor time of the thread, not time on the wall: a busy machine does not change it much. Events inside of an event
// count to that. One thread.
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

}  // namespace test
