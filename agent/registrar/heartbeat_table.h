// HeartbeatTable: the name servers of which Name Service Heartbeats tell (RFC 4171 2.5.3, 2.8, 5.6.5.14).
//
// A heartbeat is a hint of where to ask and no more: anybody of the subnet can send one. The active server of each
// group of servers comes first, then its backups in their order of precedence. A backup that takes over goes on with
// the counter of the one before: a beat of it then takes that one's place. Who was silent for kSilent intervals is
// forgotten with the backups that he named. Addresses that nobody can be asked at are left out: wildcards, groups,
// link-local ones, and the loopback's unless the beat came from there; and servers without a TCP port.
//
// Pure: datagrams and the time go in. One owner, no locks. Bounds: kMaxGroups active servers, of which the known ones
// stay while they beat, with kMaxBackups each; what is beyond is counted, kMaxRefused of active servers; intervals
// beyond kMaxInterval count as that.
#pragma once

#include <optional>
#include <vector>

#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/net/address.h"

namespace registrar {

struct HeartbeatSeen {
  net::Address active;  // its TCP port; 0: it takes no TCP
  std::chrono::seconds interval{0};
  std::uint32_t counter = 0;
  std::vector<net::Address> backups;  // the first to take over in front, as they were named, the active one too
  std::size_t leftOut = 0;            // backups beyond the bound
};
// Of a datagram; nothing where it is no heartbeat. What vendors and signatures add behind it is not looked at.
std::optional<HeartbeatSeen> readHeartbeat(base::ByteView datagram);

class HeartbeatTable {
 public:
  static constexpr std::size_t kMaxGroups = 4;
  static constexpr std::size_t kMaxBackups = 8;
  static constexpr std::size_t kMaxRefused = 16;
  static constexpr int kSilent = 3;  // intervals
  static constexpr std::chrono::seconds kMaxInterval{600};

  // Whether servers() or leftOut() may be another than before.
  bool onDatagram(base::ByteView datagram, const net::Address& peer, base::TimePoint now);
  bool onTimer(base::TimePoint now);
  void clear() {
    groups_.clear();
    refused_.clear();
  }

  // Who is silent first.
  [[nodiscard]] base::TimePoint nextDeadline() const;
  // Each once.
  [[nodiscard]] std::vector<net::Address> servers() const;
  // Others that beat, and backups, for which there is no room.
  [[nodiscard]] std::size_t leftOut() const;

 private:
  struct Group {
    HeartbeatSeen beat;
    base::TimePoint until;
    friend bool sameServers(const Group& a, const HeartbeatSeen& b) {
      return a.beat.active == b.active && a.beat.backups == b.backups && a.beat.leftOut == b.leftOut;
    }
  };
  // An active server for which there is no room while it beats.
  struct Refused {
    net::Address active;
    base::TimePoint until;
  };
  Group* groupOf(const HeartbeatSeen& beat);
  bool refuse(const net::Address& active, base::TimePoint until);

  std::vector<Group> groups_;  // as they came
  std::vector<Refused> refused_;
};

}  // namespace registrar
