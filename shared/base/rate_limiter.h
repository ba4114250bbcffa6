// How often a source may ask: a token bucket for each key (an address). Pure; one owner, no locks.
//
// A bucket holds `burst` requests and fills by `perSecond` a second. It is kept as one time, the moment at which it is
// full again (the virtual scheduling form of ITU-T I.371), so that there is nothing to refill. IPv6 hosts count one by
// one: a storage network is one prefix.
//
// Bound: `maxSources` keys. When a new one comes and the table is full, the one that asked longest ago is
// forgotten; mostly its bucket is full again and nothing is lost. A sender of many addresses can thus widen its own
// share but never narrow another's.
#pragma once

#include <algorithm>
#include <cstdint>
#include <list>
#include <unordered_map>

#include "shared/base/clock.h"
#include "shared/base/hash.h"

namespace base {

struct RateSettings {
  std::uint32_t perSecond = 0;  // 0: no limit
  std::uint32_t burst = 1;
  std::size_t maxSources = 65536;
  std::uint64_t hashSeed = 0;  // random in a server
  Duration unit = std::chrono::seconds(1);  // what `perSecond` is of, where it is slower than one a second
};

// Key: a text, or an array of bytes.
template <class Key>
class RateLimiter {
 public:
  explicit RateLimiter(const RateSettings& settings) : settings_(settings), bySource_(0, Hash{settings.hashSeed}) {
    settings_.maxSources = std::max<std::size_t>(settings_.maxSources, 1);
    setRate(settings);
  }

  // Another rate and burst, for the sources that are known as well; what they have asked for still counts. Table, seed
  // and unit stay.
  void setRate(const RateSettings& settings) {
    settings_.perSecond = settings.perSecond;
    settings_.burst = std::max<std::uint32_t>(settings.burst, 1);
    interval_ = settings_.perSecond == 0 ? Duration{} : settings_.unit / settings_.perSecond;
  }

  // Takes `requests` at once from the bucket of this source, or none: then how long until they are there, else zero.
  Duration take(const Key& source, TimePoint now, std::uint32_t requests = 1) {
    if (settings_.perSecond == 0) return {};
    Bucket& bucket = bucketOf(source);
    const TimePoint most = now + interval_ * settings_.burst;
    bucket.fullAt = std::clamp(bucket.fullAt, now, most);  // an empty one is empty at a higher rate as well, not longer
    const TimePoint fullAt = bucket.fullAt + interval_ * requests;
    if (fullAt > most) return fullAt - most;
    bucket.fullAt = fullAt;
    return {};
  }
  bool allow(const Key& source, TimePoint now, std::uint32_t requests = 1) {
    return take(source, now, requests) == Duration{};
  }
  // Whether take() would give one. Takes nothing.
  [[nodiscard]] bool has(const Key& source, TimePoint now) const {
    const auto known = bySource_.find(source);
    if (settings_.perSecond == 0 || known == bySource_.end()) return true;
    return std::max(known->second->fullAt, now) + interval_ <= now + interval_ * settings_.burst;
  }

  [[nodiscard]] std::size_t sources() const { return buckets_.size(); }

 private:
  struct Bucket {
    Key source;
    TimePoint fullAt;
  };
  struct Hash {
    std::uint64_t seed;
    std::size_t operator()(const Key& source) const {
      return hashBytes({reinterpret_cast<const std::uint8_t*>(source.data()), source.size()}, seed);
    }
  };

  Bucket& bucketOf(const Key& source) {
    if (const auto known = bySource_.find(source); known != bySource_.end()) {
      buckets_.splice(buckets_.begin(), buckets_, known->second);
      return buckets_.front();
    }
    if (buckets_.size() >= settings_.maxSources) {
      bySource_.erase(buckets_.back().source);
      buckets_.pop_back();
    }
    buckets_.push_front({source, TimePoint::min()});
    bySource_.emplace(source, buckets_.begin());
    return buckets_.front();
  }

  RateSettings settings_;
  Duration interval_{};  // between two requests at the allowed rate
  std::list<Bucket> buckets_;  // the one that asked last is in front
  std::unordered_map<Key, typename std::list<Bucket>::iterator, Hash> bySource_;
};

}  // namespace base
