// The paths of the management API, one row each. The server's router, sanctl, and the OpenAPI file come from these rows.
//
// Paths stand below /api/v1. {name} is one segment. `right`: what the caller must have (the name of a row of the rights' table);
// "anyone": nothing; "user": any login; "agent": an agent's certificate; "local": the local socket. Constexpr data.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mgmt {

enum class Route : std::uint8_t {
  Status,
  OpenApi,
  Init,
  Login,
  Logout,
  WhoAmI,
  Search,
  Snapshot,
  Events,
  Reach,
  Why,
  WhoReaches,
  Reaches,
  Findings,
  Diff,
  ExportDocument,
  PlanDocument,
  ListChanges,
  CreateChange,
  GetChange,
  EditChange,
  DiscardChange,
  DiffChange,
  ImpactChange,
  MergeChange,
  SubmitChange,
  ApproveChange,
  RejectChange,
  CommitChange,
  ConfirmChange,
  RollBackChange,
  ListAudit,
  ExportAudit,
  MakeEvidence,
  ListUsers,
  AddUser,
  ChangeUser,
  RemoveUser,
  SetPassword,
  ListUserCertificates,
  IssueUserCertificate,
  RevokeUserCertificate,
  ListTokens,
  MakeToken,
  RevokeToken,
  InviteAgent,
  EnrolAgent,
  RenewAgent,
  RevokeAgent,
  AgentDesired,
  AgentReport,
  ShowKeys,
  RotateAuthority,
  DisownAuthorities,
  RotateSealing,
  AcceptClock,
  ListCredentials,
  GetCredential,
  MakeCredential,
  ChangeCredential,
  RevealCredential,
  ListRotations,
  GetRotation,
  StartRotations,
  StepRotations,
  ListObjects,
  GetObject,
  kCount,
};

// Whether the handler looks at the scope of who asks. Where it does not, who has one is refused: a new route tells
// nobody more than he may see.
enum class Scoped : std::uint8_t { No, Yes };

struct RouteRow {
  Route route;
  Scoped scope;
  std::string_view method;
  std::string_view path;
  std::string_view right;
  std::string_view parameters;  // of the query, separated by spaces
  std::string_view body;        // name of its schema; empty: none
  std::string_view answer;      // name of its schema; empty: none
  std::string_view summary;
};

inline constexpr std::array<RouteRow, static_cast<std::size_t>(Route::kCount)> kRoutes{{
    // clang-format off
    {Route::Status, Scoped::No, "GET", "/status", "anyone", "", "", "Status",
        "Whether the server serves, its version and its revision"},
    {Route::OpenApi, Scoped::No, "GET", "/openapi.json", "anyone", "", "", "", "This description"},
    {Route::Init, Scoped::No, "POST", "/init", "local", "", "Init", "FirstUser",
        "Make keys and the first administrator"},
    {Route::Login, Scoped::No, "POST", "/login", "anyone", "", "Login", "Session", "Log in with a password"},
    {Route::Logout, Scoped::No, "POST", "/logout", "user", "", "", "", "End the session"},
    {Route::WhoAmI, Scoped::No, "GET", "/whoami", "user", "", "", "Principal", "Who is logged in, and what he may do"},
    {Route::Search, Scoped::Yes, "GET", "/search", "san.read", "q kinds limit revision", "", "SearchResult",
        "Objects as somebody types"},
    {Route::Snapshot, Scoped::Yes, "GET", "/snapshot", "san.read", "revision", "", "Snapshot",
        "All objects at one revision"},
    {Route::Events, Scoped::Yes, "GET", "/events", "san.read", "since", "", "",
        "Changes as they come (server-sent events)"},
    {Route::Reach, Scoped::Yes, "GET", "/reach", "san.read", "host unit basis revision", "", "Cell",
        "Whether a host reaches a logical unit"},
    {Route::Why, Scoped::Yes, "GET", "/why", "san.read", "host unit basis revision", "", "Why",
        "The proof of that, and what would mend it"},
    {Route::WhoReaches, Scoped::Yes, "GET", "/who-reaches", "san.read", "unit basis question revision", "", "Cells",
        "The hosts that reach a logical unit"},
    {Route::Reaches, Scoped::Yes, "GET", "/reaches", "san.read", "host basis question revision", "", "Cells",
        "The logical units that a host reaches"},
    {Route::Findings, Scoped::Yes, "GET", "/findings", "san.read", "rule waived revision", "", "Findings",
        "What the rules found"},
    {Route::Diff, Scoped::Yes, "GET", "/diff", "san.read", "from to", "", "Diff", "What differs between two revisions"},
    {Route::ExportDocument, Scoped::Yes, "GET", "/document", "san.read", "kinds revision", "", "Document",
        "What administrators keep, as a document"},
    {Route::PlanDocument, Scoped::Yes, "POST", "/document/plan", "change.draft", "mode title", "Document", "Change",
        "A draft that makes the SAN as a document says"},
    {Route::ListChanges, Scoped::Yes, "GET", "/changes", "san.read", "state limit cursor", "", "Changes",
        "Drafts, and change sets on their way or done"},
    {Route::CreateChange, Scoped::Yes, "POST", "/changes", "change.draft", "", "NewChange", "Change", "Begin a draft"},
    {Route::GetChange, Scoped::Yes, "GET", "/changes/{id}", "san.read", "", "", "Change", "One change set"},
    {Route::EditChange, Scoped::Yes, "PATCH", "/changes/{id}", "change.draft", "", "ChangeEdits", "Change",
        "Append, replace or drop edits of a draft"},
    {Route::DiscardChange, Scoped::Yes, "DELETE", "/changes/{id}", "change.draft", "", "", "", "Discard a draft"},
    {Route::DiffChange, Scoped::Yes, "GET", "/changes/{id}/diff", "san.read", "", "", "DiffBody",
        "What it changes, object by object"},
    {Route::ImpactChange, Scoped::Yes, "GET", "/changes/{id}/impact", "san.read", "", "", "Impact",
        "What it does, in hosts x logical units, sessions, notifications and findings"},
    {Route::MergeChange, Scoped::Yes, "POST", "/changes/{id}/merge", "change.draft", "", "ChangeVersion", "Merge",
        "Bring a stale draft onto the present SAN, with the list of what differs"},
    {Route::SubmitChange, Scoped::Yes, "POST", "/changes/{id}/submit", "change.submit", "", "ChangeReason", "Change",
        "Put it forward, with reason and ticket"},
    {Route::ApproveChange, Scoped::Yes, "POST", "/changes/{id}/approve", "change.approve", "", "ChangeApproval",
        "Change",
        "Approve it, with the impact that was shown"},
    {Route::RejectChange, Scoped::Yes, "POST", "/changes/{id}/reject", "change.approve", "", "ChangeRejection",
        "Change",
        "Send it back"},
    {Route::CommitChange, Scoped::Yes, "POST", "/changes/{id}/commit", "change.commit", "", "ChangeCommit", "Change",
        "Let it take effect"},
    {Route::ConfirmChange, Scoped::Yes, "POST", "/changes/{id}/confirm", "change.commit", "", "", "Change",
        "Keep it: the confirm window ends"},
    {Route::RollBackChange, Scoped::Yes, "POST", "/changes/{id}/rollback", "change.roll-back", "", "ChangeReason",
        "Change",
        "Take it back by its inverse"},
    {Route::ListAudit, Scoped::No, "GET", "/audit", "audit.read", "from to event actor order limit cursor", "",
        "AuditRecords",
        "Records of the audit log"},
    {Route::ExportAudit, Scoped::No, "GET", "/audit/export", "audit.read", "from to", "", "",
        "The audit log with its checkpoints, as lines that can be checked offline"},
    {Route::MakeEvidence, Scoped::No, "POST", "/evidence", "evidence.make", "", "EvidenceOptions", "",
        "An evidence pack"},
    {Route::ListUsers, Scoped::No, "GET", "/users", "user.manage", "", "", "Users",
        "Who may use the management server"},
    {Route::AddUser, Scoped::No, "POST", "/users", "user.manage", "", "NewUser", "User", "Add a user"},
    {Route::ChangeUser, Scoped::No, "PATCH", "/users/{name}", "user.manage", "", "UserChange", "User",
        "Change roles, scope or state of a user"},
    {Route::RemoveUser, Scoped::No, "DELETE", "/users/{name}", "user.manage", "", "", "", "Remove a user"},
    {Route::SetPassword, Scoped::No, "POST", "/password", "user", "", "PasswordChange", "",
        "Change a password: one's own, or with user.manage another's"},
    {Route::ListUserCertificates, Scoped::No, "GET", "/users/{name}/certificates", "user", "", "", "UserCertificates",
        "Client certificates that log a user in: one's own, or with user.manage another's"},
    {Route::IssueUserCertificate, Scoped::No, "POST", "/users/{name}/certificates", "user", "", "NewUserCertificate",
        "IssuedUserCertificate",
        "A client certificate for a user: for oneself after a login by password, or with user.manage for another"},
    {Route::RevokeUserCertificate, Scoped::No, "DELETE", "/users/{name}/certificates/{serial}", "user", "", "", "",
        "Make a client certificate of a user void: one's own, or with certificate.revoke another's"},
    {Route::ListTokens, Scoped::Yes, "GET", "/tokens", "token.own", "user", "", "Tokens",
        "API tokens, never their text"},
    {Route::MakeToken, Scoped::Yes, "POST", "/tokens", "token.own", "", "NewToken", "Session",
        "An API token; its text is shown once"},
    {Route::RevokeToken, Scoped::Yes, "DELETE", "/tokens/{name}", "token.own", "user", "", "",
        "Make an API token void"},
    {Route::InviteAgent, Scoped::No, "POST", "/agents/invitations", "agent.enrol", "", "NewAgent", "Invitation",
        "A one-time token for the enrolment of an agent"},
    {Route::EnrolAgent, Scoped::No, "POST", "/agent/enrol", "anyone", "", "Enrolment", "AgentCertificate",
        "Enrol: a token and a certificate request for a certificate"},
    {Route::RenewAgent, Scoped::No, "POST", "/agent/renew", "agent", "", "Renewal", "AgentCertificate",
        "A new certificate before the old one ends"},
    {Route::RevokeAgent, Scoped::No, "POST", "/agents/{name}/revoke", "certificate.revoke", "", "AgentReason",
        "RevokedAgent",
        "Make an agent's certificates void, at once"},
    {Route::AgentDesired, Scoped::No, "GET", "/agent/desired", "agent", "since wait", "", "DesiredState",
        "What the agent is to apply; waits for news"},
    {Route::AgentReport, Scoped::No, "POST", "/agent/report", "agent", "", "AgentReport", "AgentReceipt",
        "What the agent has applied and sees"},
    {Route::ShowKeys, Scoped::No, "GET", "/keys", "key.manage", "", "", "Keys",
        "The server's authorities and sealing keys"},
    {Route::RotateAuthority, Scoped::No, "POST", "/keys/authority", "key.manage", "", "NewAuthority", "Keys",
        "A new certificate authority; the present one is believed until its overlap ends"},
    {Route::DisownAuthorities, Scoped::No, "POST", "/keys/authority/disown", "key.manage", "", "KeyReason", "Keys",
        "Believe earlier authorities no more: agents with their certificates must enrol anew"},
    {Route::RotateSealing, Scoped::No, "POST", "/keys/sealing", "key.manage", "", "KeyReason", "Keys",
        "A new key for what is sealed at rest; everything is sealed anew"},
    {Route::AcceptClock, Scoped::No, "POST", "/keys/clock", "key.manage", "", "KeyReason", "Keys",
        "The server's clock is right, though it is before what was believed"},
    {Route::ListCredentials, Scoped::No, "GET", "/chap", "san.read", "filter limit cursor revision", "",
        "ChapCredentials",
        "CHAP credentials, never a secret"},
    {Route::GetCredential, Scoped::No, "GET", "/chap/{name}", "san.read", "", "", "ChapCredential",
        "One CHAP credential by its number, with its ends and where it stands, never a secret"},
    {Route::MakeCredential, Scoped::No, "POST", "/chap", "credential.manage", "", "NewCredential", "MadeCredential",
        "A CHAP credential, its secret made by the server or given for a foreign end; 202: its change set waits for approval"},
    {Route::ChangeCredential, Scoped::No, "POST", "/chap/{name}/rotate", "credential.manage", "", "CredentialStep",
        "ChapCredential",
        "Rotate, cancel or retire a CHAP credential"},
    {Route::RevealCredential, Scoped::No, "POST", "/chap/{name}/reveal", "credential.reveal", "", "CredentialReason",
        "RevealedSecret",
        "Show the secret of a foreign end, once"},
    {Route::ListRotations, Scoped::No, "GET", "/chap/rotations", "san.read", "", "", "Rotations",
        "Batches of changes of secrets"},
    {Route::GetRotation, Scoped::No, "GET", "/chap/rotations/{id}", "san.read", "", "", "Rotation", "One batch"},
    {Route::StartRotations, Scoped::No, "POST", "/chap/rotations", "credential.manage", "", "NewRotation", "Rotation",
        "Rotate the secrets of many, some at a time, up to the first failure"},
    {Route::StepRotations, Scoped::No, "POST", "/chap/rotations/{id}", "credential.manage", "", "RotationStep",
        "Rotation",
        "Pause, resume or cancel a batch"},
    {Route::ListObjects, Scoped::Yes, "GET", "/{kind}", "san.read", "filter limit cursor revision", "", "Objects",
        "Objects of a kind"},
    {Route::GetObject, Scoped::Yes, "GET", "/{kind}/{name}", "san.read", "revision", "", "Object", "One object"},
    // clang-format on
}};

constexpr const RouteRow& rowOf(Route route) { return kRoutes[static_cast<std::size_t>(route)]; }

namespace detail {
constexpr bool routesAreInOrder() {
  for (std::size_t i = 0; i < kRoutes.size(); ++i) {
    if (kRoutes[i].route != static_cast<Route>(i)) return false;
  }
  return true;
}
}  // namespace detail
static_assert(detail::routesAreInOrder());

}  // namespace mgmt
