// RequestWait: how long one request has waited for its device, whatever for.
//
// A host waits once for each request, and does not care why nothing comes: a path, and then a unit that is busy, have
// one patience together. What is done of the request ends its wait, and the next one has what is left. Value; pure.
#pragma once

#include <optional>

#include "shared/base/clock.h"

namespace block {

class RequestWait {
 public:
  // One that waits already goes on.
  void begin(base::TimePoint since) {
    if (!since_) since_ = since;
  }
  void end(base::TimePoint now) {
    if (since_) waited_ += now - *since_;
    since_.reset();
  }

  // Of the patience with it; nothing or less: it is over.
  [[nodiscard]] base::Duration left(base::Duration patience, base::TimePoint now) const {
    return patience - waited_ - (since_ ? now - *since_ : base::Duration{});
  }
  // When none is left; base::kNever where it does not wait.
  [[nodiscard]] base::TimePoint deadline(base::Duration patience) const {
    return since_ ? *since_ + (patience - waited_) : base::kNever;
  }

 private:
  std::optional<base::TimePoint> since_;  // it waits
  base::Duration waited_{};               // before that
};

}  // namespace block
