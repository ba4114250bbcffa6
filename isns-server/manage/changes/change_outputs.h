// What ChangeSets asks its driver to do, and what it answers, as values. The driver carries outputs out in their order.
#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "isns-server/core/managed_change.h"
#include "isns-server/manage/audit/actor.h"
#include "shared/base/id_set.h"
#include "shared/ops/audit_record.h"
#include "shared/san/guards.h"
#include "shared/san/inverse.h"
#include "shared/san/merge.h"

namespace manage {

// store::Change::kind of what ChangeSets commits (core's are in isns-server/core/change_kind.h).
namespace change_kind {
inline constexpr std::uint32_t kDraft = 0x20001;     // a draft was made, edited, submitted, approved, discarded
inline constexpr std::uint32_t kStored = 0x20002;    // a commit's first part: everything but domains
inline constexpr std::uint32_t kZoned = 0x20003;     // its domains
inline constexpr std::uint32_t kFinished = 0x20004;  // it waits to be confirmed, or stands
inline constexpr std::uint32_t kConfirmed = 0x20005;
inline constexpr std::uint32_t kBaseline = 0x20006;  // the present reach was approved
}  // namespace change_kind

// For the audit log. `event` is one of the texts in docs/design/change-sets.md; `object` a reference; no secret is ever
// here.
struct AuditEvent {
  std::string event;
  Actor who;
  std::string object;
  std::string outcome;  // "done", or the word of a refusal
  std::string details;
  // Of the change set, where one is stored with it.
  std::size_t edits = 0;
  san::Turns cells = {};  // of a submission, an approval and a commit
  std::string author = {}, approver = {}, reason = {}, ticket = {};
  std::string exception = {}, overrideReason = {};  // why what stops a commit did not: a guard, a freeze
  std::optional<std::size_t> left = {};             // of a rollback at once: objects that it left alone
  san::Seconds until = 0;                           // of one that is to be confirmed, or that waits: its time
};

// To the registry by Server::onManagedChange(); its verdict comes back with onVerdict(), its result with onResult().
// The driver adds the rows of the audit records to the change, so that they are there with it or not at all.
struct Commit {
  core::ManagedChange change;
  std::vector<AuditEvent> audit;
  std::vector<ops::AuditRecord> records = {};  // of what joined the commit
};
// Server::lockDomains(): these and no others.
struct Lock {
  base::IdSet domains, sets;
  void take(std::span<const san::ObjectRef> touched) {
    for (san::ObjectRef ref : touched) {
      if (ref.kind == san::Kind::Domain) domains.insert(ref.id);
      if (ref.kind == san::Kind::DomainSet) sets.insert(ref.id);
    }
  }
};
// What the agent of a target is to have, from now on: the union of what was and what will be (Transition), or what is
// desired now. It has it when it reports this revision, or a later one, as applied.
enum class TargetPhase : std::uint8_t { Union, New };
struct TargetState {
  san::Id target = 0;
  TargetPhase phase = TargetPhase::New;
  san::Revision revision = 0;
};
// For the operator: a log event and, where it lasts, a finding.
struct Notice {
  enum class Kind : std::uint8_t {
    StoreFailed,    // a step of a commit waits for the store
    TargetPending,  // a target has not said that it has the new state
    TakenBack,      // a change set was rolled back by the server itself
    NotTakenBack,   // a rollback failed: somebody must look
    LeftAlone,      // objects that a rollback left as others have changed them since
    WireViolation,  // a change from the iSNS wire that a change set could not have made
    DrainBegun,     // what it takes away may only be read, until another one takes it away
    DrainWaits,     // the taking away is due and cannot be begun
    DrainLeft,      // objects that it left, as others have changed them since
    DrainFailed,    // it could not be carried out: somebody must look
    BegunAnew,      // after a restore: its window, or what waits for the end of a drain
  };
  Kind kind;
  san::Id draft = 0;
  std::string text;
};

enum class Refusal : std::uint8_t {
  None,
  NotAllowed,  // who asks may not
  NotFound,
  WrongState,
  OldVersion,  // somebody else has changed the draft
  BadEdits,
  Stale,    // what the draft is about has changed: Answer::merged, and rebase()
  TooMany,  // drafts, edits or bytes
  ReasonNeeded,
  ApprovalNeeded,
  AuthorApproves,
  ImpactDiffers,  // other cells than those that were approved: it is submitted again
  TooLarge,       // more objects or cells than the settings allow in one change set
  LosesSessions,  // live sessions would end: say why
  LocksOut,       // a host or a target would be left with nothing: say why, or make the credential that is missing
  Frozen,         // in a freeze window: say why
  Held,           // another change set that waits to be confirmed is about the same objects
  Busy,           // another commit is under way, or this draft is being stored
  StoreFailed,
};

// What became of a request. Waits: a Reply with the ticket follows.
struct Answer {
  enum class What : std::uint8_t { Done, Waits, Refused };
  What what = What::Done;
  Refusal refusal = Refusal::None;
  std::string text;          // a sentence, of a refusal
  std::uint64_t ticket = 0;  // of what waits
  san::Id draft = 0;
  std::uint64_t version = 0;                          // of the draft
  std::optional<san::EditError> edit = std::nullopt;  // of BadEdits
  std::optional<san::Merged> merged = std::nullopt;   // of Stale, where the state that the draft was made on is known
  std::vector<san::ObjectRef> objects = {};           // of Stale, Held, LocksOut
  std::vector<san::Dropped> left = {};                // of a rollback: what stays
  std::vector<san::Objection> objections = {};        // of a commit that a guard stopped: all of them
};
struct Reply {
  std::uint64_t ticket = 0;
  Answer answer;
};

using Output = std::variant<Commit, Lock, TargetState, AuditEvent, Notice, Reply>;

}  // namespace manage

namespace san {
template <>
struct Words<manage::Refusal> {
  static constexpr std::array<std::string_view, 19> kList{"none",
                                                          "not-allowed",
                                                          "not-found",
                                                          "wrong-state",
                                                          "old-version",
                                                          "bad-edits",
                                                          "stale",
                                                          "too-many",
                                                          "reason-needed",
                                                          "approval-needed",
                                                          "author-approves",
                                                          "impact-differs",
                                                          "too-large",
                                                          "loses-sessions",
                                                          "locks-out",
                                                          "frozen",
                                                          "held",
                                                          "busy",
                                                          "store-failed"};
};
}  // namespace san
