// What an administrator decides and the protocol cannot (RFC 4171 2.4): the settings of the core.
//
// A value, replaced whole when the configuration is read again. Defaults are those of RFC 4171 2.4 where it names any.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/bytes.h"
#include "shared/isns/address_prefix.h"

namespace core {

// A node that may do everything, when it comes from one of its addresses by TCP or signs with its key. The name alone
// is refused (DESIGN 5a).
struct ControlNode {
  std::string name;  // an iSCSI name, normalised; empty for an FC port
  std::optional<std::array<std::uint8_t, 8>> wwpn;  // of an FC port
  [[nodiscard]] bool isPort(base::ByteView value) const {
    return wwpn && std::equal(value.begin(), value.end(), wwpn->begin(), wwpn->end());
  }
  std::vector<isns::AddressPrefix> addresses;
  std::string key;  // SPI, or empty
};

enum class SourceCheck : std::uint8_t { Enforce, Log, Open };
enum class UnknownSource : std::uint8_t { Reject, Empty };
enum class UnassignedDomains : std::uint8_t { Inactive, Active };

struct Policy {
  std::vector<ControlNode> controlNodes;
  SourceCheck sourceCheck = SourceCheck::Enforce;
  SourceCheck agentCheck = SourceCheck::Enforce;  // of names and EIDs that are guarded (name_guards.h)
  UnknownSource unknownSource = UnknownSource::Reject;
  UnassignedDomains unassignedDomains = UnassignedDomains::Inactive;
  bool defaultDomain = false;
  bool relaxedNames = false;
  std::uint32_t maxObjects = 2'000'000;
  std::uint32_t maxObjectsOfSource = 100'000;  // that one source makes (object_shares.h); 0: no limit

  std::uint32_t defaultPeriod = 900;  // seconds, as all periods and intervals here
  std::uint32_t minPeriod = 40;       // tgtd refreshes 10 s before the end, and never when that is below 10
  std::uint32_t maxPeriod = 604'800;
  std::uint32_t transientPeriod = 120;  // a node that registers without portal and EID, only to query

  bool esiEnabled = true;
  std::uint32_t esiMinInterval = 20;
  std::uint32_t esiMaxInterval = 3600;
  std::uint32_t esiDefaultInterval = 300;  // of portals that say where to ask and not how often; 0: they are not asked

  bool scnEnabled = true;
  bool managementScn = true;
  std::uint32_t scnQueueEvents = 256;  // events for one listener, beyond which it is told to look again

  bool targetsModifyDomains = false;
  bool initiatorsModifyDomains = false;
  bool ifcpTargetsModifyDomains = false;
  bool ifcpInitiatorsModifyDomains = false;

  std::uint32_t vendorOui = 0;              // attribute 256
  bool assignWwnnToken = false;             // attribute 37 for nodes that bring none
  std::uint32_t wwnnOui = 0;                // the OUI in the names that are assigned
  std::size_t maxResponse = 64U << 20;      // bytes of one answer
  std::size_t maxPendingBytes = 16U << 20;  // of changes waiting for the store
};

}  // namespace core
