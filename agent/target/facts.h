// What a target server tells of itself: portals, sessions, units, counters, refused logins. Plain values, snapshots of
// a moment; no secret is in any of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/block/latency_histogram.h"
#include "agent/iscsi/login_access.h"
#include "agent/iscsi/parameters.h"
#include "shared/base/clock.h"
#include "shared/net/address.h"

namespace target {

using LatencyHistogram = block::LatencyHistogram;  // from the arrival of a command to its status

struct IoCounters {
  std::uint64_t commands = 0;   // SCSI commands that ended
  std::uint64_t bytesIn = 0;    // data-in
  std::uint64_t bytesOut = 0;   // data-out
  std::uint64_t checkConditions = 0;
  LatencyHistogram latency;
};

struct ConnectionFacts {
  std::uint16_t cid = 0;
  net::Address peer;
  net::Address local;
};

struct SessionFacts {
  std::uint64_t id = 0;  // of this process, never used again
  std::string initiator;
  std::string target;  // empty: a discovery session
  bool discovery = false;
  iscsi::Isid isid{};
  std::uint16_t tsih = 0;
  std::uint16_t portalGroup = 0;
  iscsi::AuthIdentity identity;
  iscsi::SecretMatch secret = iscsi::SecretMatch::None;
  iscsi::Parameters parameters;  // as negotiated
  base::WallTime since{};
  std::vector<ConnectionFacts> connections;
  std::uint32_t commandsNow = 0;  // on their way
  std::uint32_t commandsMax = 0;  // at most at a time so far
  IoCounters io;
  std::uint64_t digestErrors = 0;
  std::uint64_t rejects = 0;
  std::uint64_t taskManagement = 0;
};

struct UnitFacts {
  std::string id;
  std::string store;  // Device::description()
  std::uint64_t blocks = 0;
  std::uint32_t blockSize = 0;
  bool readOnly = false;
  std::uint32_t nexuses = 0;
  std::uint32_t registrations = 0;  // persistent reservations
  IoCounters io;
};

struct PortalFacts {
  net::Address address;
  std::uint16_t group = 1;
};

struct RefusedLogin {
  net::Address peer;
  std::string initiator;  // what was known by then; may be empty
  std::string target;
  iscsi::LoginStatus status = iscsi::LoginStatus::Success;  // Success: it was closed without an answer
  std::string_view why;                                     // a static sentence
  bool probe = false;                                       // it calls itself one (iscsi::kProbeAlias)
};

struct ConnectionFault {
  net::Address peer;
  std::string initiator;
  std::string target;
  std::string_view why;  // a static sentence
};

struct ServerCounters {
  std::uint64_t connectionsAccepted = 0;
  std::uint64_t connectionsNow = 0;
  std::uint64_t loginsRefused = 0;
  std::uint64_t loginsEvicted = 0;    // Limits::loginsAtATime and loginsOfAnAddress
  std::uint64_t loginsTimedOut = 0;
  std::uint64_t loginsHeldOff = 0;    // not looked at, since their address had failed so often
  std::uint64_t connectionFaults = 0; // closed for what the peer did
  std::uint64_t rejects = 0;
  std::uint64_t outOfMemory = 0;      // commands that ended with TASK SET FULL for want of memory
  std::uint64_t outOfShare = 0;       // ... though there was some: their session had its share of the write memory
  std::uint64_t unitsLeaving = 0;     // taken away, and commands or answers still need them
};

}  // namespace target
