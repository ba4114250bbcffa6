// What an agent tells the management server of what is applied and seen (POST /agent/report,
// docs/design/agents-api.md).
//
// Truth is all of it at one moment; a report has the lists of it that differ from what was told before. Values.
// Beyond mgmt::ReportLimits nothing is told: the owner of a Truth cuts it. Times are seconds since 1970
// UTC; portals are "10.0.0.1:3260/tcp"; units are designators.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/json.h"
#include "shared/base/result.h"
#include "shared/san/words.h"

namespace management {

struct AppliedMap {
  std::string initiator;
  std::string unit;
  std::uint32_t lun = 0;
  san::Right right = san::Right::ReadOnly;
  friend bool operator==(const AppliedMap&, const AppliedMap&) = default;
};

struct AppliedTarget {
  std::string target;
  std::uint64_t desired = 0;  // the revision that is applied
  std::int64_t appliedAt = 0;
  san::Enforcement enforcement = san::Enforcement::Zoning;
  san::ChapDemand chap = san::ChapDemand::None;
  std::vector<std::string> admitted;
  std::vector<AppliedMap> maps;
  std::int64_t glassBrokenAt = 0;  // by hand there, against the server; 0: not
  std::string glassReason;
  // Initiators of whom more or less than `chap` is demanded; each in one of them at most.
  std::vector<std::string> provesNothing;
  std::vector<std::string> provesOneWay;
  std::vector<std::string> provesMutual;
  friend bool operator==(const AppliedTarget&, const AppliedTarget&) = default;
};

struct UnitPath {
  std::string target;
  std::uint32_t lun = 0;
  friend bool operator==(const UnitPath&, const UnitPath&) = default;
};

struct SeenUnit {
  std::string designator;
  std::uint64_t bytes = 0;
  std::vector<UnitPath> paths;
  friend bool operator==(const SeenUnit&, const SeenUnit&) = default;
};

// A credential of the server and the versions of it that a login was made with; 0: none.
struct ProofUsed {
  std::uint32_t credential = 0;
  std::uint32_t version = 0;
  std::uint32_t mutualVersion = 0;
  bool md5 = false;
  friend bool operator==(const ProofUsed&, const ProofUsed&) = default;
};

struct SeenSession {
  std::string initiator;
  std::string target;
  std::string portal;
  std::int64_t since = 0;
  san::Proof proof = san::Proof::ClaimedName;
  std::uint32_t connections = 1;
  std::vector<std::string> units;
  ProofUsed used;
  // Of the requests of this host's disks on that portal; nothing: there are none.
  struct Measured {
    std::uint32_t latency = 0;  // microseconds, the median of the last minute, up to a power of two; 0: no requests yet
    std::uint64_t errors = 0;   // failed requests, and losses of the session
    friend bool operator==(const Measured&, const Measured&) = default;
  };
  std::optional<Measured> measured;
  friend bool operator==(const SeenSession&, const SeenSession&) = default;
};

// How a portal hangs on the network.
struct SeenPortal {
  std::string portal;
  std::string interface;
  std::uint32_t vlan = 0;    // 0: none
  std::uint32_t mtu = 0;     // bytes
  std::uint32_t speed = 0;   // Mbit/s; 0: unknown
  std::uint32_t prefix = 0;  // bits of the subnet
  bool up = false;
  friend bool operator==(const SeenPortal&, const SeenPortal&) = default;
};

struct RefusedLogin {
  std::string initiator;
  std::string target;
  std::string reason;
  std::int64_t at = 0;
  bool probe = false;  // it said that it is one
  // Where this agent's initiator tried it: with what; 0: a target tells, which cannot know.
  std::uint32_t credential = 0;
  std::uint32_t version = 0;
};

// A portal of a target, as `asked` told of it; without a target: why it told of none.
struct FoundPortal {
  std::string asked;
  std::string target;
  std::string portal;  // "10.0.0.9:3260/tcp"
  std::uint32_t tag = 0;
  std::string reason;
  std::int64_t at = 0;
  friend bool operator==(const FoundPortal&, const FoundPortal&) = default;
};

// What a login met that was tried for evidence.
struct ProbeResult {
  std::string initiator;
  std::string target;
  bool expected = false;
  san::ProbeOutcome outcome = san::ProbeOutcome::Failed;
  std::string reason;
  std::vector<std::string> units;
  std::int64_t at = 0;
  friend bool operator==(const ProbeResult&, const ProbeResult&) = default;
};

// A disk of this host that it is shown no more, and that stays as somebody uses it.
struct HeldDisk {
  std::string initiator;
  std::string target;
  std::uint32_t lun = 0;
  std::string unit;    // empty: it has no designator
  std::string reason;  // who uses it
  std::int64_t since = 0;
  friend bool operator==(const HeldDisk&, const HeldDisk&) = default;
};

struct AppliedStep {
  std::uint32_t credential = 0;
  std::uint32_t step = 0;
  friend bool operator==(const AppliedStep&, const AppliedStep&) = default;
};

// What an administrator at the agent's machine did at a managed target, against what the server says.
struct BrokenGlass {
  std::string target;
  std::string initiator;
  std::string command;
  std::string reason;
  std::uint32_t uid = 0;
  std::int64_t at = 0;
  friend bool operator==(const BrokenGlass&, const BrokenGlass&) = default;
};

struct Truth {
  std::vector<AppliedTarget> targets;
  std::vector<SeenUnit> units;
  std::vector<SeenSession> sessions;
  std::vector<SeenPortal> portals;
  std::vector<AppliedStep> credentials;
  std::vector<BrokenGlass> brokenGlass;  // each is told once
  std::vector<FoundPortal> discoveries;  // one of each asked portal, target and portal
  std::vector<ProbeResult> probes;       // one of each initiator and target
  // No disk twice. Nothing: not known yet; what an earlier life has told holds until then.
  std::optional<std::vector<HeldDisk>> heldDisks = std::vector<HeldDisk>();
  std::vector<std::string> addresses;  // of this machine, from which it may speak: "10.0.0.1"
  friend bool operator==(const Truth&, const Truth&) = default;
};

// What others say, as the server takes it: of one line, with escapes in the place of control characters, and without
// what is beyond mgmt::MemberReader::kMaxText. One text that is not makes it refuse the whole report.
std::string brief(std::string_view text);

// The text of a report with what of `now` differs from `told`; `full`: with all of it.
std::string reportText(std::uint64_t sequence, bool full, const Truth& now, const Truth& told,
                       const std::deque<RefusedLogin>& refused);

// The answer.
struct ReportReceipt {
  std::uint64_t sequence = 0;
  bool taken = false;
  bool fullWanted = false;
  bool someUnknown = false;  // names were left out, to be told again
};
[[nodiscard]] base::Result<ReportReceipt> readReceipt(std::string_view text);

}  // namespace management
