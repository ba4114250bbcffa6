// Asymmetric logical unit access (SPC-4 5.15): target port groups and their states for one logical unit.
//
// The owner makes the groups (at most 16) and may change their states (implicit ALUA); SET TARGET PORT GROUPS does it
// where the settings allow it. One owner, the unit's thread.
#pragma once

#include <cstdint>
#include <vector>

#include "shared/base/bytes.h"

namespace scsi {

enum class AluaState : std::uint8_t {
  ActiveOptimized = 0x0,
  ActiveNonOptimized = 0x1,
  Standby = 0x2,
  Unavailable = 0x3,
  LbaDependent = 0x4,
  Offline = 0xe,
  Transitioning = 0xf,
};

enum class AluaStatus : std::uint8_t { None = 0, BySetTargetPortGroups = 1, Implicit = 2 };

struct PortGroup {
  std::uint16_t id = 1;
  AluaState state = AluaState::ActiveOptimized;
  AluaStatus status = AluaStatus::None;
  bool preferred = false;
};

inline constexpr std::size_t kMaxPortGroups = 16;

// What REPORT TARGET PORT GROUPS says is supported: T_SUP, U_SUP, S_SUP, AN_SUP, AO_SUP.
inline constexpr std::uint8_t kAluaSupported = 0x80 | 0x08 | 0x04 | 0x02 | 0x01;

}  // namespace scsi
