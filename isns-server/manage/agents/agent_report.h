// AgentReport: what an agent says that it has applied and sees, read from JSON.
//
// A list that is there replaces what the agent said before; one that is not leaves it as it was. A full report has
// targets, units and sessions. Bounds: ReportLimits; what is beyond, of another type or unknown is a Problem with a
// pointer. Pure values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isns-server/manage/administration/administration.h"
#include "shared/base/json.h"
#include "shared/mgmt/identity.h"
#include "shared/mgmt/report_limits.h"
#include "shared/san/observed_objects.h"

namespace manage {

using mgmt::ReportLimits;

struct ReportedMap {
  std::string initiator;  // empty: everybody who is let in
  std::string unit;       // designator
  std::uint32_t lun = 0;
  san::Right right = san::Right::ReadOnly;
};

struct ReportedTarget {
  std::string target;
  san::Revision desired = 0;  // the revision that is applied
  san::Seconds appliedAt = 0;
  san::Enforcement enforcement = san::Enforcement::Zoning;
  san::ChapDemand chap = san::ChapDemand::None;
  std::vector<std::string> admitted;
  std::vector<ReportedMap> maps;
  san::Seconds glassBrokenAt = 0;  // changed by hand there, against the desired state; 0: not
  std::string glassReason;
  // Initiators of whom more or less than `chap` is demanded; each in one of them at most.
  std::vector<std::string> provesNothing;
  std::vector<std::string> provesOneWay;
  std::vector<std::string> provesMutual;
};

struct ReportedPath {
  std::string target;
  std::uint32_t lun = 0;
};

struct ReportedUnit {
  std::string designator;
  std::uint64_t bytes = 0;
  std::vector<ReportedPath> paths;  // behind targets of this agent
};

// A credential of the server and its version, by which an end proved itself; 0: by none.
struct CredentialProof {
  san::Id credential = 0;
  std::uint32_t version = 0;        // of the initiator
  std::uint32_t mutualVersion = 0;  // of the target
  bool md5 = false;
};

struct ReportedSession {
  std::string initiator;
  std::string target;
  std::string portal;  // of the target: "10.0.0.1:3260/tcp"
  san::Seconds since = 0;
  san::Proof proof = san::Proof::ClaimedName;
  san::PathState path = san::PathState::Unknown;
  std::uint32_t connections = 1;
  std::optional<std::vector<std::string>> units;  // designators; nothing: not told
  CredentialProof used;            // that it was logged in with
  // As san::Session has them; nothing: who reports it does not measure.
  std::optional<std::uint32_t> latency;
  std::optional<std::uint64_t> errors;
};

struct RefusedLogin {
  std::string initiator;
  std::string target;
  std::string reason;
  san::Seconds at = 0;
  CredentialProof used;  // that was refused
  bool probe = false;    // whoever tried it called it one
};

// A portal of a target, as another portal told of it (san::Discovery).
struct ReportedDiscovery {
  std::string asked;
  std::string target;  // empty: it told of none, and why
  std::string portal;
  std::uint32_t tag = 0;
  std::string reason;
  san::Seconds at = 0;
};

// What a login met that was tried for evidence (san::Probe).
struct ReportedProbe {
  std::string initiator;
  std::string target;
  bool expected = false;  // as the server said when it named the probe
  san::ProbeOutcome outcome = san::ProbeOutcome::Failed;
  std::string reason;
  std::vector<std::string> units;  // designators
  san::Seconds at = 0;
};

// A disk that the host is shown no more and still has (san::HeldDisk).
struct ReportedHeldDisk {
  std::string initiator;
  std::string target;
  std::uint32_t lun = 0;
  std::string unit;    // designator; empty: it has none
  std::string reason;  // who uses it
  san::Seconds since = 0;
};

struct ReportedPortal {
  std::string portal;  // "10.0.0.1:3260/tcp"
  san::PortalNetwork network;
};

// Which step of a credential's hand-over holds at the ends that the agent speaks for.
struct AppliedCredential {
  san::Id credential = 0;
  std::uint32_t step = 0;
};

// What an administrator at the agent's machine did at a target of it, against the desired state.
struct BrokenGlass {
  std::string target;
  std::string initiator;
  std::string command;
  std::string reason;
  std::uint32_t uid = 0;
  san::Seconds at = 0;
};

struct AgentReport {
  std::uint64_t sequence = 0;  // from 1
  bool full = false;
  std::optional<std::vector<ReportedTarget>> targets;
  std::optional<std::vector<ReportedUnit>> units;
  std::optional<std::vector<ReportedSession>> sessions;
  std::optional<std::vector<ReportedPortal>> portals;
  std::optional<std::vector<ReportedDiscovery>> discoveries;
  std::optional<std::vector<ReportedProbe>> probes;
  std::optional<std::vector<ReportedHeldDisk>>
      heldDisks;  // of a full report: without the list none, with null nothing is said
  // Of its machine, by which it speaks: "10.0.0.1"; none: it does not tell. Of a full report always, likewise.
  std::optional<std::vector<std::string>> addresses;
  std::vector<RefusedLogin> refusedLogins;  // since the last report
  std::vector<AppliedCredential> credentials;
  std::vector<BrokenGlass> brokenGlass;  // since the last report

  // The first name that the agent may not speak of; empty: there is none. A session needs one end of the agent's own.
  [[nodiscard]] std::string foreignName(const mgmt::Identity& agent) const;
};

Wanted<AgentReport> parseReport(const base::Json& json);

}  // namespace manage
