// OutboundPace: when SCNs and ESIs may go out beside clients whose changes wait for the store.
//
// Policy: clients first. While changes wait for the store or are with it, nothing goes out, so that the store's thread
// and then the answers find the processor free; but for kLongestHold at a stretch at most, then there is one slice. So
// where clients never rest, listeners still get a slice in every kLongestHold (and the rounding of the loop's timers,
// a millisecond). A slice ends with the step that passes kSlice: that is what a client may have to wait for.
//
// Pure: it is told the time. One thread.
#pragma once

#include <chrono>

#include "shared/base/clock.h"

namespace core {

class OutboundPace {
 public:
  static constexpr base::Duration kSlice = std::chrono::microseconds(200);
  static constexpr base::Duration kLongestHold = std::chrono::milliseconds(1);

  // Once a turn: whether a slice may run. `clientsWait`: changes wait for the store or are with it.
  [[nodiscard]] bool mayRun(bool clientsWait, base::TimePoint now) {
    if (!clientsWait) {
      heldSince_ = base::kNever;
    } else if (heldSince_ == base::kNever) {
      heldSince_ = now;
    }
    return !clientsWait || now - heldSince_ >= kLongestHold;
  }
  // A slice begins at `now`; there is at least one step.
  void begin(base::TimePoint now) { sliceEnds_ = now + kSlice; }
  // After each step: whether there may be another. The time of the last one counts as the end of the slice.
  [[nodiscard]] bool goesOn(base::TimePoint now) {
    if (heldSince_ != base::kNever) heldSince_ = now;
    return now < sliceEnds_;
  }
  // When a hold ends by itself; base::kNever when there is none.
  [[nodiscard]] base::TimePoint holdEnds() const {
    return heldSince_ == base::kNever ? base::kNever : heldSince_ + kLongestHold;
  }

 private:
  base::TimePoint heldSince_ = base::kNever;  // or since the last slice of this hold
  base::TimePoint sliceEnds_{};
};

}  // namespace core
