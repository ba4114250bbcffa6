// What one report of an agent may hold (docs/design/agents-api.md): the server refuses more, the agent tells no more.
#pragma once

#include <cstddef>

#include "shared/mgmt/identity.h"

namespace mgmt {

struct ReportLimits {
  static constexpr std::size_t kTargets = kMaxIdentityNames;
  static constexpr std::size_t kUnits = 16'384;
  static constexpr std::size_t kPaths = 1024;       // of one unit
  static constexpr std::size_t kMaps = 65'536;      // of all targets together
  static constexpr std::size_t kAdmitted = 65'536;  // of all targets together
  static constexpr std::size_t kSessions = 16'384;
  static constexpr std::size_t kSessionUnits = 16'384;  // of all sessions together
  static constexpr std::size_t kPortals = 256;
  static constexpr std::size_t kRefusedLogins = 1024;
  static constexpr std::size_t kCredentials = 65'536;
  static constexpr std::size_t kBreakGlass = 1024;
  static constexpr std::size_t kDiscoveries = 4096;  // portals of targets that asked portals have told of
  static constexpr std::size_t kProbes = 256;
  static constexpr std::size_t kProbeUnits = 16'384;  // of all probes together
  static constexpr std::size_t kHeldDisks = 1024;     // as many disks as a host has
  static constexpr std::size_t kAddresses = 256;      // of the machine
};

}  // namespace mgmt
