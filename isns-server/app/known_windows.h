// KnownWindows: the windows of the model, for whoever writes records of changes on another thread than the model's.
//
// The model follows what is stored: a window that was made just before may not be known yet. Safe from any thread.
#pragma once

#include <mutex>
#include <optional>

#include "shared/san/windows_held.h"

namespace app {

class KnownWindows {
 public:
  void know(const san::Snapshot& snapshot) {
    const std::lock_guard lock(mutex_);
    windows_ = snapshot.table<san::Window>();
  }
  // Unknown while there is no model.
  [[nodiscard]] san::WindowsHeld at(san::Seconds time) const {
    std::unique_lock lock(mutex_);
    const auto windows = windows_;
    lock.unlock();
    return windows ? san::windowsAt(*windows, time) : san::WindowsHeld{};
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    windows_.reset();
  }

 private:
  mutable std::mutex mutex_;
  std::optional<san::Table<san::Window>> windows_;
};

}  // namespace app
