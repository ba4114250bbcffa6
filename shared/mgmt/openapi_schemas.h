// The bodies and answers of the API, one row each: name, what it is, and its members.
//
// Members are separated by "; ": NAME TYPE, where NAME? may be left out. A type is
//
//   text, flag, count (a whole number from 0), time (seconds since 1970 UTC, 0: never), any, object
//   [TYPE]     a list          {TYPE}     an object with any names
//   Name       another schema  TYPE|null  or null
//   a/b/c      one of these words
//
// A row without members is an object whose members are not told here. Constexpr data.
#pragma once

#include <span>
#include <string_view>

namespace mgmt {

struct SchemaRow {
  std::string_view name;
  std::string_view doc;
  std::string_view members;
};

inline constexpr SchemaRow kSchemas[] = {
    // clang-format off
    {"Status", "Whether the server serves, and what",
        "version text; initialised flag; audit_log checking/intact/broken; audit_log_notes [restored/unwitnessed]; ready flag; revision count|null; oldest_revision count|null; authority text|null"},

    // People.
    {"Init", "Who is to be the first administrator", "user text"},
    {"FirstUser", "The first administrator; the password is shown this once. `authority` is the SHA-256 fingerprint of the root by which clients know the server",
        "user text; password text; authority text"},
    {"Login", "A login", "user text; password text"},
    {"Session", "A token: for the header Authorization, after `Bearer `", "token text; expires time; who Principal"},
    {"Principal", "Who asks, and what he may do", "user text; roles text; scope [text]; rights [text]"},
    {"User", "Somebody who may use the server",
        "name text; roles [Role]; scope [text]; disabled flag; has_password flag; last_login time"},
    {"Users", "All users", "items [User]"},
    {"NewUser", "A user to be; without a password the user logs in by certificate only",
        "name text; roles [Role]; scope? [text]|null; password? text|null"},
    {"UserChange", "What is left out stays as it is", "roles? [Role]|null; scope? [text]|null; disabled? flag|null"},
    {"PasswordChange", "A new password; one's own needs the old one. The sessions and tokens of the user end.",
        "user? text|null; password text; old? text|null"},
    {"Token", "An API token, without its text. `made_with` is what ends it when it is made void: `password` (nothing but the "
        "user's), `token NAME`, `certificate SERIAL`; null: unknown, of tokens of an older version",
        "name text; user text; roles [Role]; made time; expires time; last_used time; last_address text; made_with text|null"},
    {"Tokens", "The API tokens of a user", "items [Token]"},
    {"NewUserCertificate", "A certificate request (PKCS#10, PEM), of which the key is taken, and for how many days: 90 where "
        "it is left out, 365 at most", "csr text; days? count|null"},
    {"IssuedUserCertificate", "A certificate and those that it comes from, and the roots to believe (PEM)",
        "certificate text; ca text; serial text; expires time"},
    {"UserCertificate", "A client certificate of a user; voided 0: it is good until it expires. `made_with`: as of a token",
        "serial text; user text; issued time; expires time; issued_by text; voided time; why text|null; made_with text|null"},
    {"UserCertificates", "The client certificates of a user", "items [UserCertificate]"},
    {"NewToken", "A token with all of one's roles or some", "name text; roles? [Role]|null; expires time"},

    // The model.
    {"Objects", "A page of objects; next_cursor is the cursor of the next one, notes say what may be a slip in the filter",
        "revision count; items [Object]; next_cursor count|null; notes? [text]"},
    {"Access", "What a target gives to somebody, or a place behind a target", "who? text|null; unit? text|null; lun count; right? Right"},
    {"SearchHit", "An object that was found", "ref text; kind Kind"},
    {"SearchResult", "The best of what was found", "total count; hits [SearchHit]"},
    {"Snapshot", "All objects, by the plural of their kind. replayed: it was read from the stored history, which does not keep "
        "what agents tell and no revision has, as when they reported last; left out: it was not",
        "revision count; state count; time time; replayed? flag; objects {[Object]}"},
    {"Cell", "Whether a host reaches a logical unit",
        "host text; unit text; finds Truth; gets_in Truth; works Truth; right Right|null; observed flag; pending flag"},
    {"Cells", "Those cells that are not `no`", "revision count; question finds/gets-in/works; basis Basis; cells [Cell]"},
    {"Fact", "What a state of a layer rests on", "about text; text text; since count|null"},
    {"LayerProof", "One of the layers of a path", "layer Layer; state Truth; since count|null; facts [Fact]"},
    {"Path", "One way from an initiator to a target",
        "initiator text; target text; portal text|null; lun count; finds Truth; gets_in Truth; works Truth; right Right|null; "
        "proof text|null; session text|null; since count|null; layers [LayerProof]"},
    {"Mend", "The edits that would make it reach, and what they would bring",
        "text text; layers [Layer]; result Truth; objects count; bystanders count; edits [Edit]"},
    {"Why", "Whether a host reaches a logical unit, with all paths, their layers, and mends",
        "host text; unit text; basis Basis; finds Truth; gets_in Truth; works Truth; right Right|null; observed flag; "
        "pending flag; since count|null; broken_layers [Layer]; paths [Path]; more_paths count; mends [Mend]"},
    {"Edit", "One edit of a change set",
        "op EditOp; object text; field? text; value? any"},
    {"FindingFact", "A value that shows a finding", "name text; value text"},
    {"Finding", "One cause, with what suffers from it",
        "rule text; title text; cause text; severity Severity; subject text|null; count count; objects [text]; text text; "
        "facts [FindingFact]; since count|null; controls text; mend text; edits [Edit]; waived flag"},
    {"Findings", "What the rules found", "revision count; open count; waived count; findings [Finding]"},
    {"FieldChange", "A field that changed", "field text; before any; after any; added any; removed any"},
    {"ObjectChange", "An object that changed, with its number", "object text; id count; fate Fate; fields [FieldChange]"},
    {"DrainDiff", "What changes at the commit of a draft with a drain, and what when the drain ends", "now [text]; later [text]"},
    {"DiffBody", "What changed, object by object and as lines; of a draft of which something waits also in its two steps",
        "objects [ObjectChange]; lines [text]; drain? DrainDiff"},
    {"Diff", "What differs between two revisions", "from count; to count; diff DiffBody"},
    {"Document", "What administrators keep (docs/design/san-model.md)", ""},

    // Change sets.
    {"Change", "A draft or a change set; of one of which only the record is left, without its edits; exception: "
        "what was said, at its commit or before, to what a guard asks a reason for; override: why it was committed in a freeze window; else null",
        "id count; version count; "
        "state open/submitted/approved/committed/committing/confirming/confirmed/rolled-back/discarded/waiting; "
        "step none/granting/revoking/done; origin ChangeOrigin; title text; author text; approver text|null; "
        "reason text|null; ticket text|null; exception text|null; override text|null; note text|null; "
        "undoes count|null; drain count|null; drains count|null; due_at time|null; base_revision count|null; "
        "revision count|null; confirm_deadline time|null; stale flag; created_at time|null; committed_at time|null; "
        "ended_at time|null; edit_count count|null; edits? [Edit]; pending_targets? [text]; left? [LeftAlone]"},
    {"LeftAlone", "What a rollback leaves as it is, as others have changed it since", "object text; field text|null; why text"},
    {"Changes", "Drafts and change sets, the newest first", "items [Change]; next_cursor count|null"},
    {"NewChange", "A draft to be; drain: for how many seconds what it takes away stays, to be read alone; base_revision: that "
        "its author has seen, so that what others have changed since makes it stale; without it, the present one",
        "title? text|null; edits? [Edit]; drain? count|null; base_revision? count|null"},
    {"ChangeEdits", "What becomes of the edits of a draft: one of append, replace and drop",
        "version count; title? text|null; append? [Edit]; replace? [Edit]; drop? [count]; drain? count|null"},
    {"ChangeVersion", "Which version of a change set is meant", "version? count"},
    {"ChangeReason", "Why", "version? count; reason? text|null; ticket? text|null"},
    {"ChangeApproval", "With the hash of the impact that was shown; without it, that of now", "version? count; hash? text|null"},
    {"ChangeRejection", "Why", "version? count; reason? text|null"},
    {"ChangeCommit", "Why what a guard asks a reason for may be, and `override`: why in a freeze window, which needs server.manage",
        "version? count; reason? text|null; ticket? text|null; override? text|null; drain? count|null"},
    {"Difference", "A value that both sides have changed", "object text; field text|null; base any; theirs any; ours any; why text|null"},
    {"Merge", "A draft on the present SAN, and what differs", "change Change; conflicts [Difference]; taken [Difference]"},
    {"Turns", "How many cells turned which way", "gained count; lost count; rights count"},
    {"CellReach", "A cell on one side of a change", "works Truth; gets_in Truth; right Right|null"},
    {"CellChange", "A cell that changes", "host text; unit text; turn gained/lost/right; before CellReach; after CellReach"},
    {"HostImpact", "What changes for a host", "host text; units Turns; units_before count; units_after count"},
    {"UnitImpact", "What changes for a logical unit", "unit text; hosts Turns; lost_in_use count"},
    {"SessionImpact", "What a live session loses", "session text; loses_target flag; lost [text]; rights [text]"},
    {"FindingLine", "A finding, in a sentence", "rule text; text text"},
    {"FindingsImpact", "Findings that a change brings or ends",
        "summary text; appeared [FindingLine]; grown [FindingLine]; cleared [FindingLine]"},
    {"Objection", "What stands against a commit",
        "code Guard; severity warn/needs-reason/refuse; text text; objects [text]; concerned count"},
    {"Leaving", "A logical unit that an initiator may only read, and then loses", "initiator text; target text; unit text; lun count"},
    {"DrainStep", "What happens at one time", "sentences [text]; cells Turns"},
    {"DrainImpact", "What a draft with a drain does at its commit, and what when the drain ends",
        "now DrainStep; later DrainStep; leaving [Leaving]; leaving_count count"},
    {"Impact", "What a change set does; drain: null where nothing waits",
        "sentences [text]; cells Turns; listed [CellChange]; hosts [HostImpact]; units [UnitImpact]; sessions [SessionImpact]; "
        "told [text]; findings FindingsImpact; objections [Objection]; hash text; drain DrainImpact|null"},

    // Records and evidence.
    {"AuditRecord", "A record of the audit log, with its number and the hash of the chain",
        "sequence count; revision count; time text; actorKind ActorKind; outcome done/refused; actor text; origin text; "
        "event text; object text; code text; ticket text; reason text; details {text}; hash text"},
    {"AuditRecords", "Records, oldest first", "items [AuditRecord]; next_cursor count|null"},
    {"LogRestore", "Why an older database was put back", "reason text; ticket? text|null"},
    {"LostRecords", "Records that went with an older database; record `broken` says so; `head` is the hash of the last one",
        "broken count; from count; to count; head text"},
    {"RestoredLog", "How the log stands now: all records that are known to be lost, meant so, and what else is wrong",
        "audit_log checking/intact/broken; broken text|null; lost [LostRecords]"},
    {"EvidenceOptions", "What an evidence pack is about",
        "title? text|null; revision? count|null; reason? text|null; ticket? text|null; controls? [text]|null; "
        "labels? [text]|null; hosts? [text]|null; units? [text]|null"},

    // Keys.
    {"Authority", "A root of the server's certificate authority",
        "fingerprint text; current flag; not_after time; believed_until time"},
    {"SealingKey", "A key that seals secrets at rest; since 0: its row is not stored yet", "id count; current flag; since time"},
    {"LogKey", "The key that signs the audit log and evidence packs, by its SHA-256 fingerprint; since null: the log is being read",
        "fingerprint text; since time|null"},
    {"Keys", "The keys of the server, never their bytes",
        "authorities [Authority]; sealing_keys [SealingKey]; log_key LogKey"},
    {"NewAuthority", "Why, and for how many days the present authority is believed (180 where it is left out)",
        "reason text; overlap_days? count|null"},
    {"BaselineReason", "Why", "reason text"},
    {"KeyReason", "Why", "reason text"},

    // Agents and credentials.
    {"NewAgent", "The agent to be: its name, its entity, and the nodes that it speaks for", "agent text; entity text; nodes [text]"},
    {"Invitation", "A one-time token for an enrolment, with the fingerprint of the server's root",
        "token text; expires time; ca_fingerprint text"},
    {"Enrolment", "A token and a certificate request (PKCS#10, PEM)", "token text; csr text"},
    {"Renewal", "A certificate request (PKCS#10, PEM)", "csr text"},
    {"AgentCertificate", "A certificate and those that it comes from, and the roots to believe (PEM)", "certificate text; ca text"},
    {"AgentReason", "Why", "reason text"},
    {"RevokedAgent", "An agent whose certificates are void", "agent text; entity text; revoked flag"},
    {"DesiredMap", "A logical unit that an initiator is to have; leaves_at: until when, at least, where it is about to be taken away",
        "unit text; lun count; right Right; leaves_at? time"},
    {"DesiredLeaving", "A logical unit that one of the agent's initiators may only read, and loses at that time or later",
        "initiator text; target text; unit text; lun count; leaves_at time"},
    {"VersionedSecret", "A secret of an end, for its agent alone", "version count; secret text"},
    {"HandOver", "What an end is to hold of a credential; of an initiator's also initiator, target and prove",
        "credential count; step count; initiator? text; target? text|null; prove? flag; user_name text; mutual flag; "
        "mutual_user_name text|null; accept [VersionedSecret]; answer [VersionedSecret]; answer_as_peer flag"},
    {"DesiredInitiator", "Who is to be let in, and what he gets",
        "name text; chap ChapDemand; md5_refused flag; maps [DesiredMap]; credentials [HandOver]"},
    {"DesiredTarget", "What holds at a target",
        "target text; revision count; enforcement Enforcement; chap ChapDemand; initiators [DesiredInitiator]"},
    {"WantedProbe", "A login that a host is to try, and whether it is to be let in",
        "initiator text; target text; portals [text]; expected flag"},
    {"DesiredState", "What an agent is to apply; without targets where nothing has changed. Portals that it is to ask for "
        "their targets, and logins that it is to try",
        "revision count; changed flag; authority text; name_servers [text]; discover? [text]; probes? [WantedProbe]; "
        "targets? [DesiredTarget]; leaving? [DesiredLeaving]; credentials? [HandOver]"},
    {"AppliedMap", "A logical unit that a target gives, to one or to all whom it lets in",
        "initiator? text|null; unit text; lun count; right Right"},
    {"ReportedTarget", "What is applied at a target",
        "target text; desired count; applied_at time; enforcement Enforcement; chap ChapDemand; admitted? [text]; maps? [AppliedMap]; "
        "glass_broken_at? time; glass_reason? text; proves_nothing? [text]; proves_one_way? [text]; proves_mutual? [text]"},
    {"ReportedPath", "Where a logical unit stands", "target text; lun count"},
    {"ReportedUnit", "A logical unit", "designator text; bytes count; paths? [ReportedPath]"},
    {"ReportedSession", "A session",
        "initiator text; target text; portal text; since time; proof Proof; path? PathState; connections? count; units? [text]; "
        "credential? count; version? count; mutual_version? count; md5? flag; latency? count; errors? count"},
    {"ReportedPortal", "How a portal hangs on the network, as its machine sees it; speed in Mbit/s, 0: unknown",
        "portal text; interface text; vlan count; mtu count; speed count; prefix count; up flag"},
    {"RefusedLogin", "A login that was refused", "initiator text; target text; reason text; at time; credential? count; version? count"},
    {"AppliedCredential", "Which step of a hand-over holds", "credential count; step count"},
    {"BrokenGlass", "What somebody at the agent's machine did at a managed target, against what is wanted there; each is told once",
        "target text; initiator text; command text; reason text; uid count; at time"},
    {"ReportedDiscovery", "A portal of a target, as a portal that was asked for targets told of it; without a target: why it told of none",
        "asked text; target? text|null; portal? text|null; tag? count; reason? text|null; at time"},
    {"ReportedProbe", "What a login met that was tried for evidence",
        "initiator text; target text; expected flag; outcome ProbeOutcome; reason? text|null; units? [text]; at time"},
    {"ReportedHeldDisk", "A disk that a host is shown no more and still has, as somebody there uses it: reason says who",
        "initiator text; target text; lun count; unit? text|null; reason? text|null; since time"},
    {"AgentReport", "What an agent has applied and sees; a list replaces what was said before",
        "sequence count; full flag; targets? [ReportedTarget]; units? [ReportedUnit]; sessions? [ReportedSession]; "
        "portals? [ReportedPortal]; "
        "refused_logins? [RefusedLogin]; credentials? [AppliedCredential]; break_glass? [BrokenGlass]; "
        "discoveries? [ReportedDiscovery]; probes? [ReportedProbe]; held_disks? [ReportedHeldDisk]|null; addresses? [text]"},
    {"AgentReceipt", "What of a report was taken",
        "sequence count; revision count|null; taken flag; full_wanted flag; unknown [text]"},
    {"CredentialEnd", "An end of a credential; managed: an agent speaks for it; versions as it has them, 0: none; null where the "
        "model alone is known",
        "side initiator/target; node text; managed flag|null; holds Truth; proven count|null; revealed count|null"},
    {"ChapCredential", "A CHAP credential, never its secret; without a target it is for all targets of the initiator. Of a past revision, or "
        "where its secrets are not made yet: what the model says; phase and version are null",
        "credential text; id count; initiator text; target text|null; mutual flag; user_name text; "
        "mutual_user_name text|null; state active/rotating/waiting-for-foreign-end/retired; "
        "phase text|null; version count|null; next_version count|null; set_at time; proven_at time; deadline time; "
        "at_deadline text|null; md5 flag; weaknesses [text]; ends [CredentialEnd]; findings? [text]"},
    {"ChapCredentials", "A page of credentials", "revision count; items [ChapCredential]; next_cursor count|null"},
    {"NewCredential", "A credential to be; secrets that are left out are made by the server; with `draft` as an edit of it; "
        "`exception`: why it is made though a guard needs a reason, kept for the commit where it must be approved first",
        "initiator text; target? text|null; mutual? flag|null; user_name? text|null; mutual_user_name? text|null; "
        "secret? text|null; mutual_secret? text|null; draft? count|null; version? count|null; reason? text|null; "
        "ticket? text|null; exception? text|null"},
    {"MadeCredential", "The credential, and the change set that makes it; confirm_within: seconds, where it takes the place of "
        "another one and is taken back unless somebody confirms that change set; else 0",
        "credential ChapCredential|null; change count; change_state text|null; change_version count|null; confirm_within count; "
        "weaknesses [text]; findings [text]"},
    {"CredentialStep", "What becomes of a credential; `within` seconds, then keep-old or retire-old",
        "action rotate/cancel/retire; secret? text|null; mutual_secret? text|null; within? count|null; "
        "at_deadline? text|null; reason text"},
    {"CredentialReason", "For which foreign end, and why", "end? text|null; node? text|null; reason text"},
    {"RevealedSecret", "A secret, shown this once",
        "credential text; node text; version count; user_name text; secret text; mutual_user_name text|null; "
        "mutual_secret text|null"},
    {"NewRotation", "Which secrets to rotate: by a filter, by their age in seconds, or both",
        "filter? text|null; older_than? count|null; at_once? count|null; within? count|null; at_deadline? text|null; "
        "reason text"},
    {"RotationStep", "What becomes of a batch", "action pause/resume/cancel; reason? text|null"},
    {"Rotation", "A batch of changes of secrets",
        "id count; state running/paused/finished; by text; reason text; made_at time; within count; at_deadline text; "
        "at_once count; waiting count; done count; running [text]; failed [text]"},
    {"Rotations", "The batches that are kept", "items [Rotation]"},
    // clang-format on
};

}  // namespace mgmt
