// What agents report, and what the management server keeps of its own work: credentials' metadata, committed change
// sets, approvals, agents, what is applied at targets, sessions, probes, targets that agents have found, disks that
// hosts hold.
//
// Immutable once a Snapshot holds them. No secret is ever here.
#pragma once

#include <algorithm>

#include "shared/san/admin_objects.h"
#include "shared/san/dated.h"

namespace san {

// Faults of a secret that were found when it was set.
namespace weakness {
inline constexpr std::uint32_t kShort = 1;         // under 96 bits
inline constexpr std::uint32_t kDictionary = 2;
inline constexpr std::uint32_t kEqualsPeer = 4;    // both directions have the same one
inline constexpr std::uint32_t kEqualsUserName = 8;
inline constexpr std::uint32_t kReused = 16;       // another credential has the same one
}  // namespace weakness

// Whether one of several targets has a secret.
struct HeldEnd {
  Id node = 0;
  Truth holds = Truth::Unknown;
  friend bool operator==(const HeldEnd&, const HeldEnd&) = default;
};

// A CHAP secret between an initiator and a target, without the secret.
struct Credential : Object {
  static constexpr Kind kKind = Kind::Credential;
  Link<Kind::Node> initiator;
  Link<Kind::Node> target;  // none: for each target that has no credential of its own with the initiator
  bool mutual = false;      // the target proves itself too
  std::string userName;     // empty: the initiator's name
  CredentialState state = CredentialState::Active;
  Seconds setAt = 0;     // when the secret was made
  Seconds provenAt = 0;  // the last login with it; 0: none yet
  Truth initiatorHolds = Truth::Unknown;  // whether that end has the secret
  Truth targetHolds = Truth::Unknown;     // of several targets: whether each has it
  bool md5 = false;                // the last login used MD5
  std::uint32_t weaknesses = 0;    // weakness::
  // Of a credential without `target`: who has the secret, and who has it not. Of others it is not known.
  Links<Kind::Node> heldBy;
  Links<Kind::Node> lackedBy;

  [[nodiscard]] Truth heldAt(Id node) const {
    if (target || (heldBy.empty() && lackedBy.empty())) return targetHolds;
    if (heldBy.contains(node)) return Truth::Yes;
    return lackedBy.contains(node) ? Truth::No : Truth::Unknown;
  }
  // Whether both ends of a pair have it.
  [[nodiscard]] Truth heldByBoth(Id node) const { return both(initiatorHolds, heldAt(node)); }

  // Dates (dated.h) of `mutual`, of who holds it, and of heldBy and lackedBy together, ascending by node.
  Dated<bool> mutualDate;
  Dated<Truth> initiatorDate, targetDate;
  base::SharedArray<Dated<HeldEnd>> endDates;

  [[nodiscard]] Revision mutualSince() const { return mutualDate.of(mutual, changed); }
  [[nodiscard]] Revision initiatorSince() const { return initiatorDate.of(initiatorHolds, changed); }
  [[nodiscard]] Revision targetSince() const { return targetDate.of(targetHolds, changed); }
  // Since when heldAt() is what it is.
  [[nodiscard]] Revision heldSince(Id node) const;
  void settle();
};

// A change set that was committed, as rules and proofs need it; its content is in the history.
struct ChangeSet : Object {
  static constexpr Kind kKind = Kind::ChangeSet;
  std::string author;
  std::string approver;  // empty: not approved
  ChangeOrigin origin = ChangeOrigin::Person;
  ChangeState state = ChangeState::Committed;
  std::string reason;
  std::string ticket;
  Seconds committedAt = 0;
  Revision zoned = 0;  // of its second part, the domains; 0: there is none, as of one from the wire
  // Of the windows as they stood when it was committed (windows_held.h).
  Truth outsideWindows = Truth::Unknown;  // Unknown: nobody has judged that
  std::string freezes;

  // What it made, each with the record of that state; and the last, whose state has all of it.
  template <typename Take>
  void forEachRevision(Take take) const {
    take(created);
    if (zoned != 0) take(zoned);
  }
  [[nodiscard]] Revision lastRevision() const { return std::max(created, zoned); }
};

// An entry of the ledger of approved reach.
struct Approval : Object {
  static constexpr Kind kKind = Kind::Approval;
  ObjectRef who;  // Host or Cluster; an Entity or a Node that is a host by itself
  Link<Kind::LogicalUnit> unit;
  Right right = Right::ReadWrite;
  Link<Kind::ChangeSet> change;
};

// A map that goes at a time, and gives no more than reading until then (drain.h). Made and erased by the management
// server's change sets alone. Several may be about one map.
struct Departure : Object {
  static constexpr Kind kKind = Kind::Departure;
  Link<Kind::Map> map;
  bool everybody = false;        // whom the map names, whoever that is
  Links<Kind::Node> initiators;  // else these of them
  Seconds leavesAt = 0;          // not before; 0: it stays
  [[nodiscard]] bool concerns(Id initiator) const {
    return leavesAt != 0 && (everybody || initiators.contains(initiator));
  }
};

struct Agent : Object {
  static constexpr Kind kKind = Kind::Agent;
  std::string name;
  Link<Kind::Entity> entity;
  Links<Kind::Node> nodes;  // that it may register and speak for
  Seconds enrolledAt = 0;
  Seconds reportedAt = 0;  // its last report
  bool revoked = false;
};

// A logical unit as one target gives it to one initiator.
struct AppliedMap {
  Id initiator = 0;  // 0: everybody that it lets in
  Id unit = 0;
  std::uint32_t lun = 0;
  Right right = Right::ReadWrite;
  std::uint8_t reserved[3] = {};
  friend bool operator==(const AppliedMap&, const AppliedMap&) = default;
};

// On what terms a target lets an initiator in.
struct AdmittedOn {
  Id initiator = 0;
  ChapDemand demand = ChapDemand::None;
  Revision demandSince = 0;
  friend bool operator==(const AdmittedOn&, const AdmittedOn&) = default;
};

// What holds at a target now, as its agent reported.
struct AppliedTarget : Object {
  static constexpr Kind kKind = Kind::AppliedTarget;
  Link<Kind::Node> target;
  Link<Kind::Agent> agent;
  Revision desired = 0;  // the revision of the desired state that is applied
  Seconds appliedAt = 0;
  Enforcement enforcement = Enforcement::Zoning;
  ChapDemand chap = ChapDemand::None;
  Links<Kind::Node> admitted;           // under Zoning and List: these and nobody else
  base::SharedArray<AppliedMap> maps;   // ascending by initiator, unit
  Seconds glassBrokenAt = 0;            // changed by hand there, against the desired state (--break-glass); 0: not
  std::string glassReason;
  // Of whom more or less is demanded there than `chap`, by a domain or by hand; each in one of them at most.
  Links<Kind::Node> provesNothing;
  Links<Kind::Node> provesOneWay;
  Links<Kind::Node> provesMutual;

  [[nodiscard]] ChapDemand demandOf(Id initiator) const {
    if (provesMutual.contains(initiator)) return ChapDemand::Mutual;
    if (provesOneWay.contains(initiator)) return ChapDemand::OneWay;
    if (provesNothing.contains(initiator)) return ChapDemand::None;
    return chap;
  }

  // Dates (dated.h) of `enforcement`, of `admitted` ascending by initiator, and of `maps`. By what the target decides
  // includes what it demands, where it lets everybody in.
  struct Enforced {
    Enforcement by = Enforcement::Unknown;
    ChapDemand chap = ChapDemand::None;
    base::IdSet provesNothing, provesOneWay, provesMutual;
    friend bool operator==(const Enforced&, const Enforced&) = default;
  };
  Dated<Enforced> enforcedDate;
  base::SharedArray<Dated<AdmittedOn>> admittedDates;
  base::SharedArray<Dated<AppliedMap>> mapDates;

  // By what it decides now, as it is dated.
  [[nodiscard]] Enforced enforced() const;
  [[nodiscard]] Revision enforcedSince() const { return enforcedDate.of(enforced(), changed); }
  // Of one who is in `admitted`: since when, on the terms of now or harder ones. Who need prove less than before may
  // be let in by that alone.
  [[nodiscard]] Revision admittedSince(Id initiator) const;
  // Since when it demands of one who is in `admitted` what it does.
  [[nodiscard]] Revision demandSince(Id initiator) const;
  // Of one of `maps`, with its LUN and right.
  [[nodiscard]] Revision mapSince(const AppliedMap& map) const;
  void settle();
};

struct Session : Object {
  static constexpr Kind kKind = Kind::Session;
  Link<Kind::Node> initiator;
  Link<Kind::Node> target;
  Link<Kind::Portal> portal;  // of the target
  Links<Kind::Agent> seenBy;
  Links<Kind::LogicalUnit> units;  // that the host's agent listed through it
  Proof proof = Proof::ClaimedName;
  PathState path = PathState::Unknown;
  std::uint32_t connections = 1;
  Seconds since = 0;
  Seconds seenAt = 0;  // when an agent last said that it is there
  // As the host's agent measured it, of its disks on that portal.
  std::uint32_t latency = 0;  // microseconds that half of the requests took lately, up to a power of two; 0: not told
  std::uint64_t errors = 0;   // requests that failed and times that it was lost, since the disks are there
};

// A portal of a target, as another portal named it to an agent that asked for targets (SendTargets, RFC 7143 appendix
// C). Names and no links: what is named need not be registered. Without a target: the portal gave no answer, and why.
struct Discovery : Object {
  static constexpr Kind kKind = Kind::Discovery;
  Link<Kind::Agent> agent;
  std::string asked;   // "10.0.0.9:3260"
  std::string target;  // iSCSI name; empty: none
  std::string portal;  // "10.0.0.9:3260/tcp", or with a host name, as it was told
  std::uint32_t tag = 0;
  std::string reason;  // there was no answer
  Seconds seenAt = 0;
};

// A login of a host's agent for evidence alone: it asks for the units and leaves.
struct Probe : Object {
  static constexpr Kind kKind = Kind::Probe;
  Link<Kind::Node> initiator;
  Link<Kind::Node> target;
  Link<Kind::Agent> agent;
  ProbeOutcome outcome = ProbeOutcome::Failed;
  std::string reason;  // it is not in
  Links<Kind::LogicalUnit> units;
  Truth expected = Truth::Unknown;  // whether it was to get in, where that was the same before the probe and after it
  Seconds at = 0;
};

// A disk that its host is shown no more, by name server or target, and still has, as somebody there uses it: its
// requests fail, and it has no session. Target and unit are names and no links: either may be gone from the model.
struct HeldDisk : Object {
  static constexpr Kind kKind = Kind::HeldDisk;
  Link<Kind::Node> initiator;
  Link<Kind::Agent> agent;
  std::string target;  // iSCSI name
  std::uint32_t lun = 0;
  std::string unit;    // designator; empty: it has none
  std::string reason;  // who uses it, as the host says: "mounted at /srv"
  Seconds since = 0;
};

}  // namespace san
