// What the HTTP side may know of the server: whether it is well, and its metrics as text. The one thing that the loop's
// thread and HTTP threads share, beside the metrics themselves.
#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "shared/program/status_source.h"
#include "shared/ops/metrics.h"

namespace program {

class StatusPage final : public StatusSource {
 public:
  explicit StatusPage(const ops::Metrics& metrics) : metrics_(metrics) {}

  // From the loop's thread: why requests are not served as they should be; empty when they are.
  void setNotReady(std::string why) {
    const std::lock_guard lock(mutex_);
    notReady_ = std::move(why);
  }

  std::string notReady() const override {
    const std::lock_guard lock(mutex_);
    return notReady_;
  }
  std::string metricsText() const override {
    std::string text;
    metrics_.writeText(text);
    return text;
  }

 private:
  const ops::Metrics& metrics_;
  mutable std::mutex mutex_;  // guards notReady_: one short text, read and written whole
  std::string notReady_ = "starting";
};

}  // namespace program
