// Changes asked for by datagram that came before. Who hears nothing sends the same bytes again, with the TRANSACTION ID
// that they had (RFC 4171 5.1.5); what was done is not done twice, and gets the answer that it got.
//
// Known by address, port and TRANSACTION ID, and only with the same bytes, for kKept after the answer: a client has
// given up by then, and another one may have its port. Signed requests carry their time, so those of two programs
// differ. An ID is one of the requests that wait: with other bytes it is one of a new request, and whoever gives each
// the same ID may register, deregister and register again.
//
// Pure; one thread; time is an argument. Bounds: kMaxRequests and kMaxBytes, beyond which the oldest are forgotten, and
// would be done again.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/isns/address_prefix.h"

namespace session {

class RepeatedRequests {
 public:
  static constexpr std::size_t kMaxRequests = 4096;
  static constexpr std::size_t kMaxBytes = std::size_t{8} << 20;  // of requests and answers
  static constexpr std::chrono::seconds kKept{10};

  struct Request {
    const isns::IpAddress& address;
    std::uint16_t port;
    std::uint16_t transaction;
    base::ByteView bytes;
  };
  // The answer that it got; empty: it is under way, and is answered when it is done. Nothing: it is new.
  [[nodiscard]] std::optional<base::ByteView> answerTo(const Request& request, base::TimePoint now) const;
  // A new one that changes something is under way; `session` is its number until the answer.
  void begin(std::uint64_t session, const Request& request, base::TimePoint now);
  // No matter for a session that is not known.
  void answered(std::uint64_t session, base::ByteView answer, base::TimePoint now);

  [[nodiscard]] std::size_t size() const { return requests_.size(); }

 private:
  struct Known {
    std::string key;
    base::Bytes bytes;
    std::uint64_t session;
    base::Bytes answer;
    base::TimePoint until = base::kNever;  // under way: never
  };
  using Place = std::list<Known>::iterator;

  static std::string keyOf(const Request& request);
  void forget(Place place);
  void keepBounds(base::TimePoint now);

  std::list<Known> requests_;  // the oldest first
  std::unordered_map<std::string_view, Place> byKey_;
  std::unordered_map<std::uint64_t, Place> bySession_;  // under way
  std::size_t bytes_ = 0;
};

}  // namespace session
