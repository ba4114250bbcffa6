// Rows: chap, keys.
#include "isns-server/ctl/api_family.h"
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/isns_commands.h"

namespace ctl {
namespace {

constexpr std::string_view kDeadlines[] = {"keep-old", "retire-old"};
constexpr std::string_view kEnds[] = {"initiator", "target"};

// clang-format off

constexpr Option kReason{"--reason", "TEXT", "why; it goes to the audit log"};
constexpr Option kTicket{"--ticket", "TEXT", "the ticket"};
constexpr Option kYes{"--yes", "", "do not ask whether it is meant"};
constexpr Option kWithin{"--within", "TIME", "how long the change may take, as in 12h or 7d; a day if not given"};
constexpr Option kAtDeadline{"--at-deadline", "WHAT", "what becomes of a change that no login has proven then: keep-old, so that nobody loses access, or retire-old, where strangers know it; keep-old if not given", {}, false, Words::None, kDeadlines};
constexpr Option kAskSecret{"--ask-secret", "", "bring the initiator's secret, which is asked for twice; else the server makes it"};
constexpr Option kSecretFd{"--secret-fd", "NUMBER", "bring it as the next line of this file descriptor"};
constexpr Option kAskMutual{"--ask-mutual-secret", "", "bring the target's secret, which is asked for twice; else the server makes it"};
constexpr Option kMutualFd{"--mutual-secret-fd", "NUMBER", "bring it as the next line of this file descriptor, which may be the same"};

constexpr Option kListOptions[] = {kFilterOption, {"--limit", "NUMBER", "at most so many"}};
constexpr Option kAddOptions[] = {
  {"--mutual",           "",     "the target proves itself too"},
  {"--user-name",        "NAME", "the name that the initiator logs in with; its iSCSI name if not given"},
  {"--mutual-user-name", "NAME", "the name that the target proves itself with; its iSCSI name if not given"},
  kAskSecret, kSecretFd, kAskMutual, kMutualFd,
  {"--draft",            "ID",   "as an edit of this draft, instead of at once"},
  kReason, kTicket,
  {"--exception",        "WHY",  "why it is made though a guard asks for a reason; it goes to the audit log"},
};
constexpr Option kRotateOptions[] = {kReason, kWithin, kAtDeadline, kAskSecret, kSecretFd, kAskMutual, kMutualFd};
constexpr Option kCancelOptions[] = {kReason};
constexpr Option kRetireOptions[] = {kReason, kYes};
constexpr Option kRevealOptions[] = {
  kReason,
  {"--end",   "END",  "where both ends are foreign: which", {}, false, Words::None, kEnds},
  {"--node",  "NAME", "where several targets are: which"},
  {"--force", "",     "although the standard output is no terminal"},
};
constexpr Option kStartOptions[] = {
  {"--filter",     "TEXT",   "only those that match; '' for all"},
  {"--older-than", "TIME",   "only those whose secret is so old, the oldest first, as in 365d"},
  {"--at-once",    "NUMBER", "how many at a time; 1 if not given"},
  kReason, kWithin, kAtDeadline,
};
constexpr Option kStepOptions[] = {kReason};
constexpr Option kAuthorityOptions[] = {kReason, {"--overlap-days", "NUMBER", "how long the present authority is believed; 180 if not given"}, kYes};
constexpr Option kKeyOptions[] = {kReason, kYes};

constexpr Positional kCredential[] = {{"CREDENTIAL", "its number, as in chap list"}};
constexpr Positional kPair[] = {{"INITIATOR", "the iSCSI name of the initiator"}, {"TARGET", "that of the target; all targets of the initiator that have no credential of their own if not given", false}};
constexpr Positional kBatch[] = {{"BATCH", "its number, as in chap batch list"}};

constexpr Example kListExamples[] = {
  {"sanctl chap list", "which credentials there are and where they stand, never a secret"},
  {"sanctl chap list --filter state:rotating --output csv", "those that are being changed"},
};
constexpr Example kShowExamples[] = {{"sanctl chap show 7", "who holds which secret, and what is waited for"}};
constexpr Example kAddExamples[] = {
  {"sanctl chap add iqn.2026-01.example:web1 iqn.2026-01.example:disk1 --mutual", "at once; the server makes the secrets and gives them to the agents"},
  {"sanctl chap add iqn.2026-01.example:web1 --draft 12 --ask-secret", "as an edit of a draft, with a secret that is asked for"},
  {"sanctl chap add iqn.2026-01.example:web1 --secret-fd 3 3<secret", "with the secret that is the first line of a file"},
};
constexpr Example kRotateExamples[] = {
  {"sanctl chap rotate 7 --reason 'Once a year'", "a new secret; the old one goes when a login has proven the new one"},
  {"sanctl chap rotate 7 --reason 'It was in a ticket' --within 2h --at-deadline retire-old", "the old one goes in two hours at the latest"},
};
constexpr Example kCancelExamples[] = {{"sanctl chap cancel 7 --reason 'Not today'", "back to the old secret"}};
constexpr Example kRetireExamples[] = {{"sanctl chap retire 7 --reason 'Host was sold'", "asks, then erases the secrets everywhere"}};
constexpr Example kRevealExamples[] = {{"sanctl chap reveal 7 --reason 'Typed at the array by hand'", "the secret of the end that has no agent, and what to type there"}};
constexpr Example kStartExamples[] = {{"sanctl chap batch start --older-than 365d --at-once 10 --reason 'Once a year'", "ten at a time, up to the first failure"}};
constexpr Example kBatchListExamples[] = {{"sanctl chap batch list", "which batches there are and how far they are"}};
constexpr Example kBatchShowExamples[] = {{"sanctl chap batch show 3", "with what runs and what failed"}};
constexpr Example kPauseExamples[] = {{"sanctl chap batch pause 3", "nothing new begins; what runs goes on"}};
constexpr Example kResumeExamples[] = {{"sanctl chap batch resume 3", "after the failure was looked at"}};
constexpr Example kBatchCancelExamples[] = {{"sanctl chap batch cancel 3 --reason 'Wrong filter'", "what has not begun stays as it is"}};
constexpr Example kKeysShowExamples[] = {{"sanctl keys show", "authorities and the audit log's key by their fingerprints, sealing keys by their numbers"}};
constexpr Example kAuthorityExamples[] = {{"sanctl keys rotate-authority --reason 'Every five years' --overlap-days 90", "asks, then makes a new authority"}};
constexpr Example kDisownExamples[] = {{"sanctl keys disown-authorities --reason 'The old key was stolen'", "asks, then ends the overlap at once"}};
constexpr Example kSealingExamples[] = {{"sanctl keys rotate-sealing --reason 'An administrator left' --yes", "without asking"}};
constexpr Example kLogKeyExamples[] = {{"sanctl keys rotate-log --reason 'Once a year'", "asks, then prints the new fingerprint"}};
constexpr Example kClockExamples[] = {{"sanctl keys accept-clock --reason 'It was a day ahead by mistake'", "asks, then believes the server's clock"}};

constexpr std::string_view kAddDetails =
    "Without --draft it is a change set of its own, committed at once, or put forward where changes need approval. "
    "Secrets are made by the server; one that a foreign end has already is brought by --ask-secret or --secret-fd, never as an argument. "
    "Where the initiator has a credential for all of its targets, one of its own takes the place of that: it is taken back unless somebody "
    "confirms it, and where an end has no agent it needs --exception.";
constexpr std::string_view kRotateDetails =
    "Every end that verifies takes both secrets first, then the initiator uses the new one, then a login proves it. "
    "Sessions are not touched. At an end without an agent a person types the new secret: chap reveal.";
constexpr std::string_view kRevealDetails =
    "With the right credential.reveal; each version is shown once for each end, and the audit log has who and why before it is shown. "
    "What was shown and lost is rotated.";
constexpr std::string_view kLogKeyDetails =
    "The old key signs its last checkpoint at the record of the change, so an exported log is checked with either fingerprint. "
    "Packs that were made before are checked with the old one.";
constexpr std::string_view kKeysDetails = "Which key is for what, and what becomes of a lost or stolen one: docs/security/keys.md.";

constexpr Command kCredentialCommands[] = {
  {"chap",                    "CHAP credentials", "", {}, {}, {}, nullptr},
  {"chap list",               "list credentials, never a secret", "", kListOptions, {}, kListExamples, chapList, &kApiFamily},
  {"chap show",               "one credential with its ends, never a secret", "", {}, kCredential, kShowExamples, chapShow, &kApiFamily},
  {"chap add",                "make a credential", kAddDetails, kAddOptions, kPair, kAddExamples, chapAdd, &kApiFamily},
  {"chap rotate",             "change the secret of a credential", kRotateDetails, kRotateOptions, kCredential, kRotateExamples, chapRotate, &kApiFamily},
  {"chap cancel",             "take a change of a secret back", "", kCancelOptions, kCredential, kCancelExamples, chapCancel, &kApiFamily},
  {"chap retire",             "end a credential", "", kRetireOptions, kCredential, kRetireExamples, chapRetire, &kApiFamily},
  {"chap reveal",             "show the secret of an end without an agent, once", kRevealDetails, kRevealOptions, kCredential, kRevealExamples, chapReveal, &kApiFamily},
  {"chap batch",              "change the secrets of many", "", {}, {}, {}, nullptr},
  {"chap batch start",        "rotate many, some at a time", "It pauses at the first failure.", kStartOptions, {}, kStartExamples, batchStart, &kApiFamily},
  {"chap batch list",         "list batches", "", {}, {}, kBatchListExamples, batchList, &kApiFamily},
  {"chap batch show",         "one batch", "", {}, kBatch, kBatchShowExamples, batchShow, &kApiFamily},
  {"chap batch pause",        "begin nothing new", "", kStepOptions, kBatch, kPauseExamples, batchPause, &kApiFamily},
  {"chap batch resume",       "go on", "", kStepOptions, kBatch, kResumeExamples, batchResume, &kApiFamily},
  {"chap batch cancel",       "end a batch", "", kStepOptions, kBatch, kBatchCancelExamples, batchCancel, &kApiFamily},
  {"keys",                    "the server's authorities, its sealing keys, and the key of its audit log", kKeysDetails, {}, {}, {}, nullptr},
  {"keys show",               "which there are, never their bytes", "", {}, {}, kKeysShowExamples, keysShow, &kApiFamily},
  {"keys rotate-authority",   "a new certificate authority", "", kAuthorityOptions, {}, kAuthorityExamples, keysRotateAuthority, &kApiFamily},
  {"keys disown-authorities", "believe earlier authorities no more", "", kKeyOptions, {}, kDisownExamples, keysDisown, &kApiFamily},
  {"keys rotate-sealing",     "a new key for what is sealed at rest", "", kKeyOptions, {}, kSealingExamples, keysRotateSealing, &kApiFamily},
  {"keys rotate-log",         "a new key for the audit log and evidence packs", kLogKeyDetails, kKeyOptions, {}, kLogKeyExamples, keysRotateLog, &kApiFamily},
  {"keys accept-clock",       "the server's clock is right, though it went back", "", kKeyOptions, {}, kClockExamples, keysAcceptClock, &kApiFamily},
};
// clang-format on

}  // namespace

CommandTable credentialCommands() { return kCredentialCommands; }

}  // namespace ctl
