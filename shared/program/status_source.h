// What the status server asks. Any thread may call; answers are whole texts.
#pragma once

#include <string>

namespace program {

class StatusSource {
 public:
  virtual ~StatusSource() = default;
  // Why the server does not serve as it should, as a sentence; empty when it does.
  [[nodiscard]] virtual std::string notReady() const = 0;
  // All metrics in the text exposition format of Prometheus.
  [[nodiscard]] virtual std::string metricsText() const = 0;
};

}  // namespace program
