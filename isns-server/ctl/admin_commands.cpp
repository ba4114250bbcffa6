// Rows: audit, evidence, user, token, agent (of the management server).
#include "isns-server/ctl/api_family.h"
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/isns_commands.h"

namespace ctl {
namespace {

// clang-format off

constexpr Option kReason{"--reason", "TEXT", "why; it goes to the audit log"};
constexpr Option kYes{"--yes", "", "do not ask whether it is meant"};
constexpr Option kRoles{"--roles", "ROLE,...", "viewer, auditor, zoner, activator, credential-officer, administrator"};
constexpr Option kScope{"--scope", "LABEL,...", "only what has one of these labels; everything if empty"};
constexpr Option kFile{"--file", "FILE", "write it to a file of mode 0600, instead of printing it", {}, false, Words::File, {}, "-f"};
constexpr Option kKey{"--key", "SHA256", "the fingerprint of the server's signing key", {}, true};
constexpr Option kOutput{"--output", "FORMAT", "how to print results; table if not given", {}, false, Words::None, kFormats};
constexpr Option kFrom{"--from", "NUMBER", "from this record on"};
constexpr Option kTo{"--to", "NUMBER", "up to this record"};
constexpr Option kOfUser{"--user", "NAME", "another's, as an administrator"};

constexpr Option kLogOptions[] = {kFrom, kTo, {"--event", "EVENT", "only this event (docs/reference/audit-events.md)"}, {"--actor", "NAME", "only what this one did, also by tokens; of one token: USER/TOKEN"}, {"--limit", "NUMBER", "at most so many; 100 if not given"}, {"--oldest", "", "the oldest first; else the newest"}};
constexpr Option kSpanOptions[] = {kFrom, kTo};
constexpr Option kRestoredOptions[] = {kReason, {"--ticket", "TEXT", "the ticket"}, kYes};
constexpr Option kVerifyOptions[] = {kKey, kOutput};
constexpr Option kLogVerifyOptions[] = {
  kKey,
  {"--head", "NUMBER:HASH", "a head of the log that was seen before: the log must go on from it", {}, true},
  {"--pack", "FILE",        "the same, with the head that this evidence pack holds", {}, true, Words::File},
  kOutput};
constexpr Option kEvidenceOptions[] = {
  {"--title",    "TEXT",        "its title"},
  {"--reason",   "TEXT",        "what it is for"},
  {"--ticket",   "TEXT",        "the ticket"},
  {"--controls", "CONTROL,...", "the controls that it is evidence for"},
  {"--label",    "LABEL",       "only hosts or logical units with this label, their own or of target, cluster or initiator", {}, true},
  {"--host",     "HOST",        "only what this host reaches", {}, true},
  {"--unit",     "UNIT",        "only who reaches this logical unit", {}, true},
  {"--at",       "REVISION",    "as the SAN was at this revision; now if not given"}};
constexpr Option kUserAddOptions[] = {
  kRoles, kScope,
  {"--password-file", "FILE", "a file that only you can read, or - for the standard input; else it is asked for", {}, false, Words::File},
  {"--no-password",   "",     "it logs in by certificate only"}};
constexpr Option kUserChangeOptions[] = {kRoles, kScope, {"--disable", "", "it may not log in any more"}, {"--enable", "", "it may again"}};
constexpr Option kCertificateOptions[] = {
  {"--csr",  "FILE",   "for the key of this certificate request (PKCS#10, PEM), instead of a new one", {}, false, Words::File},
  {"--days", "NUMBER", "how long it is good, 365 at most; 90 if not given"},
  {"--out",  "PREFIX", "write PREFIX.pem and, of mode 0600, PREFIX.key; the user's name if not given", {}, false, Words::File}};
constexpr Option kTokenListOptions[] = {kOfUser};
constexpr Option kTokenCreateOptions[] = {{"--days", "NUMBER", "how long it is good; 90 if not given"}, {"--roles", "ROLE,...", "only these of your roles"}, kFile};
constexpr Option kAgentListOptions[] = {kFilterOption, {"--limit", "NUMBER", "at most so many"}, kAt};
constexpr Option kInviteOptions[] = {{"--entity", "EID", "the entity that it registers"}, {"--node", "NAME", "an iSCSI name that it may speak for", {}, true}, kFile};
constexpr Option kRevokeOptions[] = {kReason, kYes};
constexpr Option kRemoveOptions[] = {kYes};

constexpr Positional kExportFile[] = {{"FILE", "where to write it", true, false, Words::File}};
constexpr Positional kReadFile[] = {{"FILE", "the file to check", true, false, Words::File}};
constexpr Positional kUser[] = {{"USER", "the name of the user"}};
constexpr Positional kUserSerial[] = {{"USER", "the name of the user"}, {"SERIAL", "the serial number, as user certificates lists it"}};
constexpr Positional kToken[] = {{"NAME", "the name of the token"}};
constexpr Positional kAgent[] = {{"AGENT", "the name of the agent"}};

constexpr Example kLogExamples[] = {{"sanctl audit log --actor alice --limit 50", "what somebody did last"}, {"sanctl audit log --oldest --from 1200", "from a record on"}};
constexpr Example kAuditExportExamples[] = {{"sanctl audit export audit.jsonl", "the whole log, with its checkpoints"}};
constexpr Example kRestoredExamples[] = {{"sanctl audit restored --reason 'Disk of sn1 failed, backup of Monday'", "after an older database was put back"}};
constexpr Example kKeysExamples[] = {{"sanctl audit keys", "for evidence verify --key and audit verify --key; the last one signs now"}};
constexpr Example kVerifyExamples[] = {
  {"sanctl audit verify --key 5b0c... audit.jsonl", "without the server: is it whole, and signed by that key?"},
  {"sanctl audit verify --key 5b0c... --pack pack.tar audit.jsonl", "and does it go on from what the pack saw?"}};
constexpr Example kEvidenceExamples[] = {
  {"sanctl evidence create pack.tar --title 'Access review'", "a pack that the server signs"},
  {"sanctl evidence create pack.tar --label PCI --title 'Who reaches cardholder data'", "of what has that label alone"}};
constexpr Example kEvidenceVerifyExamples[] = {{"sanctl evidence verify --key 5b0c... pack.tar", "without the server; without --key it fails, for anybody can sign"}};
constexpr Example kUserListExamples[] = {{"sanctl user list", "who may use the server"}};
constexpr Example kUserAddExamples[] = {{"sanctl user add alice --roles zoner,auditor", "asks for the password"}};
constexpr Example kUserChangeExamples[] = {{"sanctl user change alice --disable", "from now on"}};
constexpr Example kUserRemoveExamples[] = {{"sanctl user remove alice", "asks, then removes it with its sessions and tokens"}};
constexpr Example kCertificatesExamples[] = {{"sanctl user certificates alice", "with those that are void"}};
constexpr Example kCertificateExamples[] = {
  {"sanctl user certificate alice", "alice.key, made here, and alice.pem"},
  {"sanctl user certificate alice --csr alice.csr --days 30", "for a key that never leaves another machine"}};
constexpr Example kRevokeCertificateExamples[] = {{"sanctl user revoke-certificate alice 4f1c09", "at once"}};
constexpr Example kTokenListExamples[] = {{"sanctl token list", "your own, never their text"}};
constexpr Example kTokenCreateExamples[] = {{"sanctl token create backup --days 30 --roles viewer -f token", "for a script: export SANCTL_TOKEN_FILE=token"}};
constexpr Example kTokenRevokeExamples[] = {{"sanctl token revoke backup", "at once"}};
constexpr Example kAgentListExamples[] = {{"sanctl agent list", "enrolled agents, and when they last reported"}};
constexpr Example kInviteExamples[] = {{"sanctl agent invite web1 --entity web1.example.com", "a token for one enrolment"}};
constexpr Example kRevokeExamples[] = {{"sanctl agent revoke web1 --reason 'Host was sold'", "asks; its certificates are void at once"}};

constexpr std::string_view kCertificateDetails =
    "The key is made here and goes nowhere. Log in with sanctl login --cert FILE --key FILE. One's own certificate wants a login "
    "by password; another's an administrator.";
constexpr std::string_view kRestoredDetails =
    "The server says that its log is broken where it is older than audit.head beside the keys. This answers that, and nothing else: "
    "what is lost, who says so and why stay in the log, and in every evidence pack.";
constexpr std::string_view kOffline = "Needs no server: only the file, and the fingerprint that you got another way.";

constexpr Command kAdminCommands[] = {
  {"audit",           "the audit log", "", {}, {}, {}, nullptr},
  {"audit log",       "records of the log, the newest first", "", kLogOptions, {}, kLogExamples, auditLog, &kApiFamily},
  {"audit export",    "write the log to a file that can be checked", "", kSpanOptions, kExportFile, kAuditExportExamples, auditExport, &kApiFamily},
  {"audit keys",      "the keys that sign log and evidence, by their fingerprints", "As the server says over the pinned connection: give the fingerprint to whoever checks packs, on another way than the packs.", {}, {}, kKeysExamples, auditKeys, &kApiFamily},
  {"audit restored",  "say that an older database was put back on purpose", kRestoredDetails, kRestoredOptions, {}, kRestoredExamples, auditRestored, &kApiFamily},
  {"audit verify",    "check an exported log", kOffline, kLogVerifyOptions, kReadFile, kVerifyExamples, auditVerify},
  {"evidence",        "evidence packs", "", {}, {}, {}, nullptr},
  {"evidence create", "let the server make a pack", "", kEvidenceOptions, kExportFile, kEvidenceExamples, evidenceCreate, &kApiFamily},
  {"evidence verify", "check a pack", kOffline, kVerifyOptions, kReadFile, kEvidenceVerifyExamples, evidenceVerify},
  {"user",            "who may use the management server", "", {}, {}, {}, nullptr},
  {"user list",       "list users", "", {}, {}, kUserListExamples, userList, &kApiFamily},
  {"user add",        "add a user", "", kUserAddOptions, kUser, kUserAddExamples, userAdd, &kApiFamily},
  {"user change",     "change roles, scope or state of a user", "", kUserChangeOptions, kUser, kUserChangeExamples, userChange, &kApiFamily},
  {"user remove",     "remove a user", "", kRemoveOptions, kUser, kUserRemoveExamples, userRemove, &kApiFamily},
  {"user certificates", "list the client certificates of a user", "", {}, kUser, kCertificatesExamples, userCertificates, &kApiFamily},
  {"user certificate", "make a key, and get a client certificate for it", kCertificateDetails, kCertificateOptions, kUser, kCertificateExamples, userCertificate, &kApiFamily},
  {"user revoke-certificate", "make a client certificate void", "", {}, kUserSerial, kRevokeCertificateExamples, userRevokeCertificate, &kApiFamily},
  {"token",           "API tokens for scripts", "", {}, {}, {}, nullptr},
  {"token list",      "list tokens", "", kTokenListOptions, {}, kTokenListExamples, tokenList, &kApiFamily},
  {"token create",    "make a token", "Its text is shown once.", kTokenCreateOptions, kToken, kTokenCreateExamples, tokenCreate, &kApiFamily},
  {"token revoke",    "make a token void", "", kTokenListOptions, kToken, kTokenRevokeExamples, tokenRevoke, &kApiFamily},
  {"agent list",      "list enrolled agents, as the management server knows them", "", kAgentListOptions, {}, kAgentListExamples, agentList, &kApiFamily},
  {"agent invite",    "a one-time token for the enrolment of an agent", "", kInviteOptions, kAgent, kInviteExamples, agentInvite, &kApiFamily},
  {"agent revoke",    "make an agent's certificates void", "", kRevokeOptions, kAgent, kRevokeExamples, agentRevoke, &kApiFamily},
};
// clang-format on

}  // namespace

CommandTable adminCommands() { return kAdminCommands; }

}  // namespace ctl
