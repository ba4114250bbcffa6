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
        "version text; initialised flag; ready flag; revision count|null; oldest_revision count|null"},

    // People.
    {"Init", "Who is to be the first administrator", "user text"},
    {"FirstUser", "The first administrator; the password is shown this once", "user text; password text"},
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
    {"Token", "An API token, without its text",
        "name text; user text; roles [Role]; made time; expires time; last_used time; last_address text"},
    {"Tokens", "The API tokens of a user", "items [Token]"},
    {"NewToken", "A token with all of one's roles or some", "name text; roles? [Role]|null; expires time"},

    // The model.
    {"Objects", "A page of objects; next_cursor is the cursor of the next one",
        "revision count; items [Object]; next_cursor count|null"},
    {"Access", "What a target gives to somebody, or a place behind a target", "who? text|null; unit? text|null; lun count; right? Right"},
    {"SearchHit", "An object that was found", "ref text; kind Kind"},
    {"SearchResult", "The best of what was found", "total count; hits [SearchHit]"},
    {"Snapshot", "All objects, by the plural of their kind", "revision count; time time; objects {[Object]}"},
    {"Cell", "Whether a host reaches a logical unit",
        "host text; unit text; finds Truth; gets_in Truth; works Truth; right Right|null; observed flag; pending flag"},
    {"Cells", "Those cells that are not `no`", "revision count; question finds/gets-in/works; basis Basis; cells [Cell]"},
    {"Fact", "What a state of a layer rests on", "about text; text text; since count"},
    {"LayerProof", "One of the layers of a path", "layer Layer; state Truth; since count; facts [Fact]"},
    {"Path", "One way from an initiator to a target",
        "initiator text; target text; portal text|null; lun count; finds Truth; gets_in Truth; works Truth; right Right; "
        "proof text; session text|null; since count; layers [LayerProof]"},
    {"Mend", "The edits that would make it reach, and what they would bring",
        "text text; layers [Layer]; result Truth; objects count; bystanders count; edits [Edit]"},
    {"Why", "Whether a host reaches a logical unit, with all paths, their layers, and mends",
        "host text; unit text; basis Basis; finds Truth; gets_in Truth; works Truth; right Right|null; observed flag; "
        "pending flag; since count; broken_layers [Layer]; paths [Path]; more_paths count; mends [Mend]"},
    {"Edit", "One edit of a change set",
        "op EditOp; object text; field? text; value? any"},
    {"FindingFact", "A value that shows a finding", "name text; value text"},
    {"Finding", "One cause, with what suffers from it",
        "rule text; title text; cause text; severity Severity; subject text|null; count count; objects [text]; text text; "
        "facts [FindingFact]; since count; controls text; mend text; edits [Edit]; waived flag"},
    {"Findings", "What the rules found", "revision count; open count; waived count; findings [Finding]"},
    {"FieldChange", "A field that changed", "field text; before any; after any; added any; removed any"},
    {"ObjectChange", "An object that changed", "object text; fate Fate; fields [FieldChange]"},
    {"DiffBody", "What changed, object by object and as lines", "objects [ObjectChange]; lines [text]"},
    {"Diff", "What differs between two revisions", "from count; to count; diff DiffBody"},
    {"Document", "What administrators keep (docs/design/san-model.md)", ""},

    // Change sets.
    {"Change", "A draft or a change set", ""},
    {"Changes", "Drafts and change sets", ""},
    {"NewChange", "A draft to be", ""},
    {"ChangeEdits", "What becomes of the edits of a draft", ""},
    {"ChangeVersion", "Which version of a change set is meant", ""},
    {"ChangeReason", "Why", ""},
    {"Merge", "A draft on the present SAN, and what differs", ""},
    {"Impact", "What a change set does", ""},

    // Records and evidence.
    {"AuditRecord", "A record of the audit log, with its number and the hash of the chain",
        "sequence count; revision count; time text; actorKind ActorKind; outcome done/refused; actor text; origin text; "
        "event text; object text; code text; ticket text; reason text; details {text}; hash text"},
    {"AuditRecords", "Records, oldest first", "items [AuditRecord]; next_cursor count|null"},
    {"EvidenceOptions", "What an evidence pack is about",
        "title? text|null; revision? count|null; reason? text|null; ticket? text|null; controls? [text]|null"},

    // Agents and credentials.
    {"NewAgent", "The agent to be", ""},
    {"Invitation", "A one-time token for an enrolment", ""},
    {"Enrolment", "A token and a certificate request", ""},
    {"Renewal", "A certificate request", ""},
    {"AgentCertificate", "A certificate and those that it comes from", ""},
    {"AgentReason", "Why", ""},
    {"DesiredState", "What an agent is to apply", ""},
    {"AgentReport", "What an agent has applied and sees", ""},
    {"AgentReceipt", "What of a report was taken", ""},
    {"NewCredential", "A credential to be", ""},
    {"CredentialStep", "What becomes of a credential", ""},
    {"CredentialReason", "Why", ""},
    {"RevealedSecret", "A secret, shown this once", ""},
    // clang-format on
};

}  // namespace mgmt
