// The audit events of the server, one row each: id, severity, name, details, and what it means for an auditor.
//
// A row is a LogEvent, so an audit record can also go to the log or to syslog. In records the *name* stands: it never
// changes and is never used again. The id is what one searches for in the reference. No event has a rate: an audit log
// leaves nothing out.
#pragma once

#include "shared/ops/in_order.h"
#include "shared/ops/log.h"

namespace ops {

enum class AuditEvent : std::uint16_t {
  Login,
  LoginRefused,
  LoginLocked,
  Logout,
  UserCreated,
  UserChanged,
  UserRemoved,
  TokenCreated,
  TokenRevoked,
  AccessRefused,
  UserCertified,
  UserCertificateVoided,

  SecretRead,
  SecretCreated,
  SecretRotated,
  SecretRetired,
  AuthorityRotated,
  AuthorityDisowned,
  SealingKeyRotated,

  ChangeDraft,
  ChangeSubmit,
  ChangeApprove,
  ChangeReject,
  ChangeDiscard,
  ChangeCommit,
  ChangeConfirm,
  ChangeRollback,
  ChangeDrain,
  ChangeBegunAnew,
  FindingWaived,

  AgentInvited,
  AgentEnrolled,
  AgentRevoked,
  AgentGap,
  AgentRefused,
  TargetRefused,
  AgentBreakGlass,
  AgentAddresses,
  TargetProbed,

  IsnsAdministrative,
  IsnsRefused,

  LogBegun,
  LogKeyRotated,
  LogKeyBegan,
  LogExported,
  LogBroken,
  LogRestored,
  LogUnwitnessed,
  LogUnsigned,
  ClockBack,
  ClockAccepted,
  EvidenceCreated,
  HistoryTrimmed,

  ServerStarted,
  ServerStopped,
  ConfigurationChanged,

  kCount
};

namespace audit_table {

using Row = RowOf<AuditEvent, LogEvent>;

inline constexpr Rate kAll{};  // no limit

inline constexpr Row kEvents[] = {
    // clang-format off
    {AuditEvent::Login, {"AUD-1001", Severity::Info, "login", {"method", "role"}, kAll,
        "A person logged in, by password or client certificate."}},
    {AuditEvent::LoginRefused, {"AUD-1002", Severity::Warning, "login.refused", {"method", "reason", "count"}, kAll,
        "A login failed, by password, token or client certificate. The name is the one that was claimed, and proves "
        "nothing. Of tokens and certificates the first of an address, and those of the rest of its minute together: "
        "`count` of them, `reason` of the last one."}},
    {AuditEvent::LoginLocked, {"AUD-1003", Severity::Warning, "login.locked", {"failures", "seconds"}, kAll,
        "Too many logins failed; the name or address must wait."}},
    {AuditEvent::Logout, {"AUD-1004", Severity::Info, "logout", {}, kAll,
        "A person ended the session."}},
    {AuditEvent::UserCreated, {"AUD-1005", Severity::Notice, "user.created", {"role", "scope"}, kAll,
        "A person was given access to the management server."}},
    {AuditEvent::UserChanged, {"AUD-1006", Severity::Notice, "user.changed", {"field", "before", "after"}, kAll,
        "Role, scope or state of a person's access changed; passwords are never shown."}},
    {AuditEvent::UserRemoved, {"AUD-1007", Severity::Notice, "user.removed", {}, kAll,
        "A person's access was taken away."}},
    {AuditEvent::TokenCreated, {"AUD-1008", Severity::Notice, "token.created", {"role", "scope", "expires"}, kAll,
        "A token for programs was made. The token itself is shown once and stored nowhere."}},
    {AuditEvent::TokenRevoked, {"AUD-1009", Severity::Notice, "token.revoked", {}, kAll,
        "A token for programs was made void: by itself, or since what it was made with is void, or since its user was "
        "removed or disabled or got another password; the reason says why where it was not asked for."}},
    {AuditEvent::AccessRefused, {"AUD-1010", Severity::Warning, "access.refused", {"request", "needs", "count"}, kAll,
        "Somebody tried what the role or its scope does not allow, or what is for the local socket alone. Nothing was "
        "changed. Tries of one minute that are alike are counted together."}},
    {AuditEvent::UserCertified, {"AUD-1011", Severity::Notice, "user.certified", {"certificate", "expires"}, kAll,
        "A client certificate by which a person can log in was issued."}},
    {AuditEvent::UserCertificateVoided, {"AUD-1012", Severity::Notice, "user.certificate-voided", {"certificate", "why"}, kAll,
        "A person's client certificate was made void: by itself, or since the user was removed or got another password, "
        "or what it was made with is void."}},

    {AuditEvent::SecretRead, {"AUD-2001", Severity::Warning, "secret.read", {"end", "purpose"}, kAll,
        "A CHAP secret was given out: to the agent that needs it, or shown once to a person with a reason."}},
    {AuditEvent::SecretCreated, {"AUD-2002", Severity::Notice, "secret.created", {"pair", "direction"}, kAll,
        "A CHAP secret was generated, or entered for a foreign end."}},
    {AuditEvent::SecretRotated, {"AUD-2003", Severity::Notice, "secret.rotated", {"pair", "state", "proof"}, kAll,
        "A rotation of a CHAP secret went a step on; `proof` is the login that showed the new one to work."}},
    {AuditEvent::SecretRetired, {"AUD-2004", Severity::Notice, "secret.retired", {"pair", "why"}, kAll,
        "A CHAP secret is accepted no more."}},
    {AuditEvent::AuthorityRotated, {"AUD-2005", Severity::Warning, "authority.rotated", {"previous", "next"}, kAll,
        "The server's certificate authority was replaced; the details are the fingerprints."}},
    {AuditEvent::AuthorityDisowned, {"AUD-2006", Severity::Warning, "authority.disowned", {"roots"}, kAll,
        "Earlier certificate authorities are believed no more; agents with their certificates must enrol anew."}},
    {AuditEvent::SealingKeyRotated, {"AUD-2007", Severity::Warning, "sealing-key.rotated", {"previous", "next"}, kAll,
        "The key that seals secrets at rest was replaced; the details are its numbers. Everything was sealed anew with it."}},

    {AuditEvent::ChangeDraft, {"AUD-3001", Severity::Info, "change.draft", {"edits"}, kAll,
        "A change set was begun or edited."}},
    {AuditEvent::ChangeSubmit, {"AUD-3002", Severity::Info, "change.submit", {"edits", "gained", "lost"}, kAll,
        "A change set was put forward for approval, with its impact in cells of hosts x LUNs."}},
    {AuditEvent::ChangeApprove, {"AUD-3003", Severity::Notice, "change.approve", {"gained", "lost", "author"}, kAll,
        "A change set was approved, with the impact that was shown."}},
    {AuditEvent::ChangeReject, {"AUD-3004", Severity::Notice, "change.reject", {"author"}, kAll,
        "A change set was not approved."}},
    {AuditEvent::ChangeDiscard, {"AUD-3011", Severity::Info, "change.discard", {"edits"}, kAll,
        "A draft was thrown away by who made it or may make such; dry runs end so. Nothing of it took effect."}},
    {AuditEvent::ChangeCommit, {"AUD-3005", Severity::Notice, "change.commit",
        {"edits", "gained", "lost", "approval", "origin", "exception", "override"}, kAll,
        "A change set took effect. `origin` is `server` for what the server does by itself, else `api` (console, command "
        "line, API); `approval` is who approved it, or `none`; `exception` is why it was done though hosts lose sessions "
        "or are left with nothing, or outside of a change window, `override` why in a freeze window."}},
    {AuditEvent::ChangeConfirm, {"AUD-3006", Severity::Info, "change.confirm", {}, kAll,
        "A committed change set was confirmed within its window and stays."}},
    {AuditEvent::ChangeRollback, {"AUD-3007", Severity::Warning, "change.rollback", {"why", "left"}, kAll,
        "A change set was taken back by its inverse: by a person, or by itself since nobody confirmed or a host lost "
        "its session. Where it was at once, in its window, `left` counts objects that had changed meanwhile and were left "
        "alone; later, the reason of the change.draft of the one that takes it back tells them."}},
    {AuditEvent::ChangeDrain, {"AUD-3021", Severity::Notice, "change.drain", {"edits", "leaves_at"}, kAll,
        "What a committed change set takes away stays until `leaves_at` (seconds since 1970), to be read alone. The object "
        "is the change set of the server's own that takes it away then; its change.commit says that it did."}},
    {AuditEvent::ChangeBegunAnew, {"AUD-3022", Severity::Warning, "change.begun-anew", {"until"}, kAll,
        "An older database was put back in which a change set was to be confirmed, or a drain to end; what was said to it "
        "since is lost. Its window, or the drain, runs once more, `until` then (seconds since 1970)."}},
    {AuditEvent::FindingWaived, {"AUD-3008", Severity::Notice, "finding.waived", {"rule", "until"}, kAll,
        "A finding was accepted until a date, for a reason."}},

    {AuditEvent::AgentInvited, {"AUD-4001", Severity::Notice, "agent.invited", {"expires"}, kAll,
        "A one-time token for the enrolment of an agent was made."}},
    {AuditEvent::AgentEnrolled, {"AUD-4002", Severity::Notice, "agent.enrolled", {"certificate", "names"}, kAll,
        "An agent got its certificate, for its entity and these iSCSI names."}},
    {AuditEvent::AgentRevoked, {"AUD-4003", Severity::Warning, "agent.revoked", {"certificate", "invitations"}, kAll,
        "An agent's certificate was made void; or so many of its invitations, used and waiting."}},
    {AuditEvent::AgentGap, {"AUD-4004", Severity::Warning, "agent.gap",
        {"from", "to", "expected", "got", "count"}, kAll,
        "Reports of an agent are missing: what was observed in between is not known. The first gap of an agent, and those "
        "of the rest of its minute together: `expected` is the first number that is missing, `got` the last that came."}},
    {AuditEvent::AgentRefused, {"AUD-4005", Severity::Warning, "agent.refused",
        {"reason", "certificate", "count"}, kAll,
        "An agent, or what claimed to be one, was turned away: certificate, replayed report, foreign names. The first of an "
        "address and a reason, and those of the rest of its minute together; the details are of the last one."}},
    {AuditEvent::TargetRefused, {"AUD-4006", Severity::Warning, "target.refused", {"reason", "count"}, kAll,
        "An agent reports that a target refused a login. The first of an initiator at a target, and those of the rest of "
        "its minute together; `reason` is of the last one."}},
    {AuditEvent::AgentBreakGlass, {"AUD-4007", Severity::Warning, "agent.break-glass",
        {"agent", "command", "initiator", "uid", "at", "count"}, kAll,
        "An administrator at an agent's machine changed what a managed target gives, though the server decides; or took "
        "it back (`end`). `uid` is the user there; what does not agree with the desired state is a finding (R23). What "
        "an agent tells beyond 64 at once, then one in ten seconds, is together in one record a minute, which says the "
        "last of it."}},
    {AuditEvent::AgentAddresses, {"AUD-4009", Severity::Info, "agent.addresses", {"addresses", "count"}, kAll,
        "The addresses that an agent reports, and the one from which it asks, are others than before: its names and its "
        "entity are accepted from these alone. None: it tells of none, and they are accepted from everywhere. At the "
        "pace of agent.break-glass."}},
    {AuditEvent::TargetProbed, {"AUD-4008", Severity::Info, "target.probed", {"reason", "count"}, kAll,
        "An agent reports that a target refused a login that the server had told an agent to try, to see whether reach is "
        "true: as it should be. At the pace of target.refused."}},

    {AuditEvent::IsnsAdministrative, {"AUD-5001", Severity::Notice, "isns.administrative",
        {"function", "status", "change", "proof"}, kAll,
        "An administrative iSNS request: DDReg, DDSReg, DDDereg, DDSDereg, or of a control node. `proof` tells the "
        "address from the authentication block."}},

    {AuditEvent::IsnsRefused, {"AUD-5002", Severity::Warning, "isns.refused", {"function", "count"}, kAll,
        "Requests by iSNS got status 8: a domain that is not theirs to change, an object of another entity, the name of a "
        "control node. The first of an address, and those of the rest of its minute together; `function` is of the last "
        "one, `actor` who it claimed to be."}},

    {AuditEvent::LogBegun, {"AUD-6001", Severity::Notice, "log.begun", {"key"}, kAll,
        "The first record of a log. `key` is the fingerprint of the key that signs its checkpoints."}},
    {AuditEvent::LogKeyRotated, {"AUD-6002", Severity::Warning, "log.key-rotated", {"previous", "next"}, kAll,
        "The signing key of the log was replaced. The previous key signs a checkpoint at this very record, and nothing "
        "after it."}},
    {AuditEvent::LogKeyBegan, {"AUD-6011", Severity::Notice, "log.key-began", {"key"}, kAll,
        "The record behind log.key-rotated, stored with it: the first that the new key, `key`, signs a checkpoint at."}},
    {AuditEvent::LogExported, {"AUD-6003", Severity::Notice, "log.exported", {"from", "to"}, kAll,
        "Records of the audit log were exported."}},
    {AuditEvent::LogBroken, {"AUD-6008", Severity::Error, "log.broken", {"faults", "from", "to", "head"}, kAll,
        "The server checked its log and found it broken: `reason` says where. Told once for each fault. Records were "
        "changed or cut in the database, or an earlier database was put back. Where all that is wrong is that records are "
        "missing which `audit.head` knew of when the server started, they are `from` to `to`, and `head` is the hash of the "
        "last one: only this can be answered by log.restored."}},
    {AuditEvent::LogRestored, {"AUD-6009", Severity::Warning, "log.restored", {"broken", "from", "to", "head"}, kAll,
        "A person said that an earlier database was put back on purpose, and why: the records `from` to `to`, of which record "
        "`broken` says that they are missing, are lost. Evidence packs tell of the gap from then on. `head` is the hash of "
        "the last lost record: an older pack or export with it shows what the log was."}},
    {AuditEvent::LogUnwitnessed, {"AUD-6010", Severity::Warning, "log.unwitnessed", {"last"}, kAll,
        "When the server started, the log had checkpoints and `audit.head` beside the keys was missing, or not one by the "
        "server's key: whether there were records behind number `last`, and who removed them, is not known."}},
    {AuditEvent::LogUnsigned, {"AUD-6012", Severity::Warning, "log.unsigned", {"from", "to"}, kAll,
        "When the server started, no checkpoint vouched for the records `from` to `to`: it had not ended in order, or somebody "
        "has written to the database. The next checkpoint covers them; yet whoever could write to the database may have "
        "written them, so what they say of the log itself answers nothing."}},
    {AuditEvent::ClockBack, {"AUD-6004", Severity::Warning, "clock.back", {"before", "after"}, kAll,
        "The clock of the server went back. The order of records is that of their numbers."}},
    {AuditEvent::ClockAccepted, {"AUD-6007", Severity::Warning, "clock.accepted", {"time"}, kAll,
        "A person said that the clock is right, though it is before what was believed: certificates and tokens are "
        "judged by it again."}},
    {AuditEvent::EvidenceCreated, {"AUD-6005", Severity::Notice, "evidence.created", {"cut", "rows", "manifest"}, kAll,
        "An evidence pack was made; `manifest` is the SHA-256 of its manifest."}},
    {AuditEvent::HistoryTrimmed, {"AUD-6006", Severity::Notice, "history.trimmed", {"until", "changes"}, kAll,
        "Old changes were removed by the retention setting. Audit records are not among them."}},

    {AuditEvent::ServerStarted, {"AUD-7001", Severity::Notice, "server.started", {"version", "revision"}, kAll,
        "The server began its work."}},
    {AuditEvent::ServerStopped, {"AUD-7002", Severity::Notice, "server.stopped", {"reason"}, kAll,
        "The server ended in order. A start without this record before it means that it was killed or crashed."}},
    {AuditEvent::ConfigurationChanged, {"AUD-7003", Severity::Notice, "configuration.changed", {"setting"}, kAll,
        "A setting took another value by a reload. What is changed while the server is stopped is not seen."}},
    // clang-format on
};

}  // namespace audit_table

inline constexpr auto kAuditEvents = inOrder(audit_table::kEvents);

constexpr const LogEvent& eventRow(AuditEvent event) { return kAuditEvents[static_cast<std::size_t>(event)]; }

// By name ("secret.read"); nullptr for what this version does not know.
constexpr const LogEvent* findAuditEvent(std::string_view name) {
  for (const LogEvent& row : kAuditEvents) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace ops
