// How often an address may ask: a token bucket for each source address. Pure; one owner, no locks.
//
// A bucket holds `burst` requests and fills by `perSecond` a second. It is kept as one time, the moment at which it is
// full again (the virtual scheduling form of ITU-T I.371), so that there is nothing to refill. IPv6 hosts count one by
// one: a storage network is one prefix.
//
// Bound: `maxSources` addresses. When a new one comes and the table is full, the one that asked longest ago is
// forgotten; mostly its bucket is full again and nothing is lost. A sender of many addresses can thus widen its own
// share but never narrow another's.
#pragma once

#include <cstdint>
#include <list>
#include <unordered_map>

#include "shared/base/clock.h"
#include "shared/base/hash.h"
#include "shared/isns/tlv.h"

namespace session {

struct RateSettings {
  std::uint32_t perSecond = 0;  // 0: no limit
  std::uint32_t burst = 1;
  std::size_t maxSources = 65536;
  std::uint64_t hashSeed = 0;  // random in a server
};

class RateLimiter {
 public:
  explicit RateLimiter(const RateSettings& settings);

  // Takes `requests` at once from the bucket of this address, or none.
  bool allow(const isns::IpAddress& source, base::TimePoint now, std::uint32_t requests = 1);

  [[nodiscard]] std::size_t sources() const { return buckets_.size(); }

 private:
  struct Bucket {
    isns::IpAddress source;
    base::TimePoint fullAt;
  };
  struct Hash {
    std::uint64_t seed;
    std::size_t operator()(const isns::IpAddress& source) const { return base::hashBytes(source, seed); }
  };

  Bucket& bucketOf(const isns::IpAddress& source);

  RateSettings settings_;
  base::Duration interval_{};  // between two requests at the allowed rate
  std::list<Bucket> buckets_;  // the one that asked last is in front
  std::unordered_map<isns::IpAddress, std::list<Bucket>::iterator, Hash> bySource_;
};

}  // namespace session
