// Heartbeat: the Name Service Heartbeat of the active server (RFC 4171 5.6.5.14), and when the next one is due.
//
// Payload: address(16) TCP port(2) UDP port(2) interval(4) counter(4) reserved(2) count of backups(2), then for each
// backup, in order of precedence, address(16) TCP port(2) UDP port(2). Nobody answers it. Beats that a busy loop missed
// are not made up for. A server that takes over goes on with the counter. One thread. No errors.
#pragma once

#include <vector>

#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/isns/tlv.h"

namespace core {

struct HeartbeatServer {
  isns::IpAddress ip{};
  std::uint16_t tcpPort = 0;
  std::uint16_t udpPort = 0;  // 0: none
};

class Heartbeat {
 public:
  static constexpr std::size_t kMaxBackups = 64;  // so that a datagram is not fragmented; later ones are left out

  // Interval in seconds, at least 1. The first beat is due at once.
  Heartbeat(const HeartbeatServer& active, std::vector<HeartbeatServer> backups, std::uint32_t interval,
            base::TimePoint start, std::uint32_t counter = 0);

  // True when a beat is due; its PDU is then at the end of `out`.
  bool onTimer(base::TimePoint now, base::Bytes& out);
  [[nodiscard]] base::TimePoint nextDeadline() const { return next_; }
  [[nodiscard]] std::uint32_t counter() const { return counter_; }  // of the next beat

 private:
  void encode(base::Bytes& out) const;

  HeartbeatServer active_;
  std::vector<HeartbeatServer> backups_;
  std::chrono::seconds interval_;
  base::TimePoint next_;
  std::uint32_t counter_;
};

}  // namespace core
