#include "isns-server/session/rate_limiter.h"

#include <algorithm>

namespace session {

RateLimiter::RateLimiter(const RateSettings& settings) : settings_(settings), bySource_(0, Hash{settings.hashSeed}) {
  settings_.maxSources = std::max<std::size_t>(settings_.maxSources, 1);
  settings_.burst = std::max<std::uint32_t>(settings_.burst, 1);
  if (settings_.perSecond != 0) interval_ = base::Duration(std::chrono::seconds(1)) / settings_.perSecond;
}

bool RateLimiter::allow(const isns::IpAddress& source, base::TimePoint now, std::uint32_t requests) {
  if (settings_.perSecond == 0) return true;
  Bucket& bucket = bucketOf(source);
  const base::TimePoint fullAt = std::max(bucket.fullAt, now) + interval_ * requests;
  if (fullAt > now + interval_ * settings_.burst) return false;
  bucket.fullAt = fullAt;
  return true;
}

RateLimiter::Bucket& RateLimiter::bucketOf(const isns::IpAddress& source) {
  if (const auto known = bySource_.find(source); known != bySource_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, known->second);
    return buckets_.front();
  }
  if (buckets_.size() >= settings_.maxSources) {
    bySource_.erase(buckets_.back().source);
    buckets_.pop_back();
  }
  buckets_.push_front({source, base::TimePoint::min()});
  bySource_.emplace(source, buckets_.begin());
  return buckets_.front();
}

}  // namespace session
