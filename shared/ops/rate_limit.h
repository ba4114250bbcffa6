// TokenBucket: at most `burst` events at once and `perMinute` in the long run. Time is an argument; one thread.
#pragma once

#include <algorithm>
#include <cstdint>

#include "shared/base/clock.h"

namespace ops {

struct Rate {
  std::uint32_t burst = 0;  // 0: no limit
  std::uint32_t perMinute = 0;
};

class TokenBucket {
 public:
  explicit TokenBucket(Rate rate) : rate_(rate), tokens_(full()) {}

  // Takes a token; false when there is none.
  bool take(base::TimePoint now) {
    if (rate_.burst == 0) return true;
    if (now > filled_) {
      // The cap keeps the product far from overflow.
      const auto passed = std::min<base::Duration>(now - filled_, std::chrono::hours(24));
      tokens_ = std::min(full(), tokens_ + passed.count() * rate_.perMinute);
      filled_ = now;
    }
    if (tokens_ < kToken) return false;
    tokens_ -= kToken;
    return true;
  }

 private:
  // Tokens are counted in parts of a token, so that a nanosecond adds a whole number (perMinute) of them.
  static constexpr std::int64_t kToken = base::Duration(std::chrono::minutes(1)).count();
  [[nodiscard]] std::int64_t full() const { return kToken * rate_.burst; }

  Rate rate_;
  std::int64_t tokens_;
  base::TimePoint filled_{};
};

}  // namespace ops
