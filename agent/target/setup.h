// Setup: what a target server shall be, as a whole: units, targets, who may log in, and what he sees.
//
// A plain value without handles. TargetServer::apply() takes one in place of the one before and works out what changed;
// living sessions are judged by the new one at once. Both the login and the SCSI layer decide from it (DESIGN 5): a new
// unit is mapped to nobody, a target without rules lets nobody in. Names are in their normal spelling.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/iscsi/login_access.h"
#include "agent/scsi/disk.h"
#include "shared/net/address.h"

namespace target {

enum class Right : std::uint8_t { ReadOnly, ReadWrite };

// A logical unit: what holds its blocks, and what it says of itself.
struct UnitSetup {
  std::string id;     // the administrator's name of it; names its state on disk: [a-z0-9][a-z0-9._-]{0,62}
  std::string store;  // block/store_spec.h; empty: it is not open yet, and the unit answers as becoming ready
  scsi::UnitIdentity identity;
  scsi::DiskSettings settings;

  // Whether `other` is the same unit behind the same store, so that it goes on living.
  [[nodiscard]] bool sameStore(const UnitSetup& other) const { return id == other.id && store == other.store; }
  [[nodiscard]] bool awaited() const { return store.empty(); }
};

struct LunMapping {
  std::uint32_t lun = 0;  // below 16384
  std::string unit;       // UnitSetup::id
  Right right = Right::ReadWrite;

  friend bool operator==(const LunMapping&, const LunMapping&) = default;
};

// Who may log in, by which proof, and what he then sees. A rule matches by name and by address. All connections of a
// session come from where one rule decides.
struct AccessRule {
  std::string initiator;                // an iSCSI name; "*": any
  std::vector<net::Network> addresses;  // none: from anywhere
  iscsi::AuthPolicy policy;
  std::vector<LunMapping> luns;  // by LUN, no LUN twice
  // No new sessions by it (ServiceUnavailable), behind the proof; those that are there stay, and may be reinstated.
  bool closed = false;
};

struct TargetSetup {
  std::string name;
  std::string alias;                 // told at login; may be empty
  std::vector<std::uint16_t> groups; // target portal group tags through which it is reached; none: all
  std::vector<AccessRule> rules;     // the first that matches decides
  // Beside the rules: who shares an enabled discovery domain with the target, ascending. Nothing: that is not asked.
  std::optional<std::vector<std::string>> zone;
  iscsi::Wishes wishes;              // for the negotiation of its sessions
  std::string redirect;              // not empty: logins are sent to this host[:port] (TargetMovedTemporarily)
};

struct Setup {
  std::vector<UnitSetup> units;
  std::vector<TargetSetup> targets;
  iscsi::AuthPolicy discovery;  // of sessions that only ask for names; what they see follows from the rules
};

// Without the units that are awaited, and without their LUNs.
[[nodiscard]] Setup openPartOf(Setup setup);
[[nodiscard]] std::size_t openUnits(const Setup& setup);

// Whether portals of this group lead to the target.
bool reachedThrough(const TargetSetup& target, std::uint16_t group);

// The rule of `target` that decides for an initiator; nullptr: not admitted, by the rules or by the zone.
const AccessRule* findRule(const TargetSetup& target, std::string_view initiator, const net::Address& from);

}  // namespace target
