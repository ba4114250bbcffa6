// Rows: login and the like, reach, list, show, search, finding, diff, watch, export.
#include <array>

#include "isns-server/ctl/api_family.h"
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/document_text.h"
#include "isns-server/ctl/isns_commands.h"
#include "shared/san/kinds.h"

namespace ctl {
namespace {

constexpr auto kKindWords = [] {
  std::array<std::string_view, san::kKinds - 1> words{};
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = san::kKindTable[i + 1].plural;
  return words;
}();
constexpr std::string_view kBases[] = {"applied", "desired"};
constexpr std::string_view kQuestions[] = {"works", "finds", "gets-in"};
constexpr std::string_view kTruths[] = {"yes", "no", "unknown"};

// clang-format off

constexpr Option kBasis{"--basis", "BASIS", "judge by what targets have applied, or by what is desired of them; applied if not given", {}, false, Words::None, kBases};
constexpr Option kQuestion{"--question", "QUESTION", "which cells to list: those where it works (at least perhaps), finds it, or gets in; works if not given", {}, false, Words::None, kQuestions};

constexpr Option kInitOptions[] = {
  {"--password-out", "FILE", "write the password to a file of mode 0600, instead of printing it", {}, false, Words::File},
  {"--fingerprint-out", "FILE", "write the fingerprint of the server's authority to a file, for login --fingerprint", {}, false, Words::File},
};
constexpr Option kLoginOptions[] = {
  {"--user",          "NAME",   "who logs in; asked for if not given"},
  {"--fingerprint",   "SHA256", "of the server's authority: go on only where it is this one; without a terminal it is needed"},
  {"--password-file", "FILE",   "a file that only you can read, or - for the standard input; else it is asked for", {}, false, Words::File},
};
constexpr Option kPasswordOptions[] = {
  {"--old-password-file", "FILE", "with the password until now; else it is asked for", {}, false, Words::File},
  {"--password-file",     "FILE", "with the new password, or - for the standard input; else it is asked for", {}, false, Words::File},
};
constexpr Option kReachOptions[] = {
  {"--why", "", "the proof: each layer with what it rests on, and the smallest changes that would mend it"},
  kBasis, kAt,
  {"--expect", "ANSWER", "end with exit code 8 where works is another one", {}, false, Words::None, kTruths},
};
constexpr Option kCellOptions[] = {kBasis, kQuestion, kAt};
constexpr Option kListOptions[] = {kFilterOption, {"--limit", "NUMBER", "at most so many"}, kAt};
constexpr Option kShowOptions[] = {kAt};
constexpr Option kSearchOptions[] = {{"--limit", "NUMBER", "at most so many; 20 if not given"}, kAt};
constexpr Option kDiffOptions[] = {{"--exit-code", "", "end with exit code 8 where something differs"}};
constexpr Option kWatchOptions[] = {
  {"--since", "REVISION", "first what has changed since then; or since an event, by the id that it had"},
  {"--count", "NUMBER",   "end after so many events"},
};
constexpr Option kExportOptions[] = {
  {"--kinds", "KIND,...", "only these kinds; all that a document can hold if not given"},
  {"--file",  "FILE",     "write it to a file", {}, false, Words::File, {}, "-f"},
  {"--format", "FORMAT",  "how to write it; by the ending of the file's name, else json", {}, false, Words::None, kDocumentFormats},
  kAt,
};
constexpr Option kFindingListOptions[] = {{"--rule", "RULE", "of one rule: R01 to R23"}, {"--waived", "", "those too that somebody has accepted"}, kAt};
constexpr Option kFindingShowOptions[] = {{"--waived", "", "those too that somebody has accepted"}, kAt};

constexpr Option kMendOptions[] = {
  {"--rule",    "RULE", "all that this rule found and that is open", {}, true},
  {"--dry-run", "",     "say what would change, and leave no draft"},
  {"--commit",  "",     "submit and commit it at once, with --reason"},
  {"--reason",  "TEXT", "why; it goes to the audit log"},
  {"--ticket",  "TEXT", "the ticket"},
  {"--no-wait", "",     "do not wait until the targets and the name server have it"},
};
constexpr Option kWaiveOptions[] = {
  {"--all",     "",       "whatever the rule finds"},
  {"--reason",  "TEXT",   "why it is accepted; it stands in the waiver and the audit log"},
  {"--days",    "NUMBER", "for how long; 90 if not given"},
  {"--until",   "TIME",   "until then, as in 2027-01-31T00:00:00Z"},
  {"--ticket",  "TEXT",   "the ticket"},
  {"--dry-run", "",       "say what would change, and leave no draft"},
  {"--commit",  "",       "submit and commit it at once"},
};
constexpr Option kUnwaiveOptions[] = {
  {"--all",     "",     "the waiver of whatever the rule finds"},
  {"--reason",  "TEXT", "why; it goes to the audit log"},
  {"--ticket",  "TEXT", "the ticket"},
  {"--dry-run", "",     "say what would change, and leave no draft"},
  {"--commit",  "",     "submit and commit it at once, with --reason"},
};

constexpr Positional kFirstUser[] = {{"USER", "the name of the first administrator"}};
constexpr Positional kPasswordUser[] = {{"USER", "whose password; your own if not given", false}};
constexpr Positional kHostUnit[] = {{"HOST", "the host: its name, or an iSCSI name or entity of it"}, {"LUN", "the logical unit: its name, its designator, or 'TARGET lun N'"}};
constexpr Positional kHost[] = {{"HOST", "the host: its name, or an iSCSI name or entity of it"}};
constexpr Positional kUnit[] = {{"LUN", "the logical unit: its name, its designator, or 'TARGET lun N'"}};
constexpr Positional kKind[] = {{"KIND", "what to list", true, false, Words::None, kKindWords}};
constexpr Positional kObject[] = {{"OBJECT", "kind:name, kind:#number, or a name that only one object has"}};
constexpr Positional kText[] = {{"TEXT", "names, addresses, parts of them", true, true}};
constexpr Positional kRevisions[] = {{"FROM", "a revision or a time"}, {"TO", "another one; the present one if not given", false}};
constexpr Positional kFinding[] = {{"RULE", "the rule: R01 to R23"}, {"OBJECT", "only what it found about this object", false}};

constexpr Positional kMended[] = {{"FINDING", "a rule and what it found, as finding list has them: R05 lonely; further objects of it and further rules may follow", false, true}};
constexpr Positional kWaived[] = {{"RULE", "the rule: R01 to R23"}, {"OBJECT", "what it found: the column About of finding list", false}};

constexpr Example kInitExamples[] = {
  {"sanctl init admin", "on the server, as root: make its keys and the first administrator"},
  {"sanctl init admin --password-out password --fingerprint-out authority", "from a script: what sanctl login takes next"},
};
constexpr Example kLoginExamples[] = {
  {"sanctl login --server san.example.com --user admin", "shows the authority's fingerprint, asks whether it is the right one, then for the password"},
  {"sanctl login --server san --cert alice.pem --key alice.key", "by a client certificate, see sanctl user certificate"},
  {"sanctl login --server san --user backup --fingerprint 5B:0C:... --password-file pw", "from a script"},
};
constexpr Example kLogoutExamples[] = {{"sanctl logout", "end the session; the pinned authority stays"}};
constexpr Example kWhoAmIExamples[] = {{"sanctl whoami", "who is logged in, and what he may do"}};
constexpr Example kStatusExamples[] = {
  {"sanctl status", "version, revision, and the fingerprint of the pinned authority"},
  {"sanctl status --local", "on the server itself, without a login"},
};
constexpr Example kPasswordExamples[] = {{"sanctl password", "change your own"}, {"sanctl password alice", "set another's, as an administrator"}};
constexpr Example kReachExamples[] = {
  {"sanctl reach web1 db-data", "yes, no or unknown, with which right and since when"},
  {"sanctl reach web1 db-data --why", "the proof, and what would mend it"},
  {"sanctl reach web1 db-data --at 1200", "as it was then"},
  {"sanctl reach web1 db-data --expect no", "for a script that checks a separation"},
};
constexpr Example kWhoReachesExamples[] = {
  {"sanctl who-reaches db-data", "the hosts that reach it, or may"},
  {"sanctl who-reaches db-data --question gets-in", "those too that do not find it, but get in where they know the address"},
};
constexpr Example kReachesExamples[] = {{"sanctl reaches web1", "the logical units that the host reaches"}};
constexpr Example kListExamples[] = {
  {"sanctl list hosts", "all hosts that administrators keep"},
  {"sanctl list nodes --filter 'target:yes registered:no'", "targets that are away"},
  {"sanctl list maps --output csv", "for a spreadsheet"},
};
constexpr Example kShowExamples[] = {{"sanctl show host:web1", "all that is known of it"}, {"sanctl show iqn.2026-01.example:disk1", "by its name alone"}};
constexpr Example kSearchExamples[] = {{"sanctl search web", "whatever has it in a name, alias or address"}};
constexpr Example kFindingListExamples[] = {{"sanctl finding list", "what is wrong, the worst first"}, {"sanctl finding list --rule R05 --output json", "of one rule"}};
constexpr Example kFindingShowExamples[] = {{"sanctl finding show R05", "with the facts, and how to mend it"}};
constexpr Example kMendExamples[] = {{"sanctl finding mend R05 lonely --dry-run", "what its mend would change, and who would gain or lose what"}, {"sanctl finding mend R05 lonely", "a draft of it"}, {"sanctl finding mend R05 lonely other R06 iqn.2026-01.example:spare1", "one draft for three findings"}, {"sanctl finding mend --rule R05 --dry-run", "for all that is open of a rule"}};
constexpr Example kWaiveExamples[] = {
  {"sanctl finding waive R06 iqn.2026-01.example:spare1 --reason 'Spare, off until needed' --days 180", "a draft: the finding is accepted for half a year"},
  {"sanctl finding waive R19 --all --reason 'Names from before the merger' --commit", "at once, whatever the rule finds"},
};
constexpr Example kUnwaiveExamples[] = {{"sanctl finding unwaive R06 iqn.2026-01.example:spare1 --commit --reason 'In use again'", "the finding comes back"}};
constexpr Example kDiffExamples[] = {{"sanctl diff 1200", "what has changed since then"}, {"sanctl diff 1200 1250", "between the two"},
  {"sanctl diff 2026-01-01 2026-02-01", "what January has changed"}};
constexpr Example kWatchExamples[] = {{"sanctl watch", "until Ctrl-C"}, {"sanctl watch --since 1200 --output json", "one JSON object a line, from then on"}};
constexpr Example kExportExamples[] = {{"sanctl export --file san.yaml", "what administrators keep; sanctl apply takes it back"}, {"sanctl export --kinds hosts,maps", "only these, as JSON"}};

constexpr std::string_view kMendDetails = "Makes a draft of the edits that would end the finding, and prints its diff and its impact. Not every finding has such edits: where people or other machines have to do it, finding show says what. Several findings become one draft; of two whose edits contradict each other the later one is left out, and named.";
constexpr std::string_view kWaiveDetails = "A waiver is an object of the SAN: it is made by a change set and stands in the history, and findings come back when it ends.";
constexpr std::string_view kWatchDetails = "When the stream breaks off or falls silent, it goes on after the last revision that was shown; after five minutes without a server it ends.";
constexpr std::string_view kInitDetails = "Works on the server's local socket alone. The password is made by the server and shown once; there is no default one.";
constexpr std::string_view kLoginDetails =
    "The first login pins the server's authority: compare its fingerprint with what init printed, or status --local prints on the server. "
    "The pinned authority and the session's token are kept in ~/.config/sanctum (or $XDG_CONFIG_HOME/sanctum), which only you can read. "
    "With --cert and --key the client certificate is shown in each request, and only their paths are kept. "
    "Instead of a login, a token in the file that SANCTL_TOKEN_FILE names is used.";
constexpr std::string_view kReachDetails =
    "It works where the host finds the logical unit (registered, visible, portal) and gets in (network, admitted, mapped) on one path. "
    "\"Cannot reach\" is said only where getting in is no.";

constexpr Command kApiCommands[] = {
  {"init",         "make the server's keys and its first administrator", kInitDetails, kInitOptions, kFirstUser, kInitExamples, apiInit, &kApiFamily},
  {"login",        "log in to the management server", kLoginDetails, kLoginOptions, {}, kLoginExamples, apiLogin, &kApiFamily},
  {"logout",       "end the session", "", {}, {}, kLogoutExamples, apiLogout, &kApiFamily},
  {"whoami",       "who is logged in", "", {}, {}, kWhoAmIExamples, apiWhoAmI, &kApiFamily},
  {"password",     "change a password", "The sessions and tokens of the user end.", kPasswordOptions, kPasswordUser, kPasswordExamples, apiPassword, &kApiFamily},
  {"status",       "whether the server serves, and what", "", {}, {}, kStatusExamples, apiStatus, &kApiFamily},
  {"reach",        "whether a host reaches a logical unit, and why", kReachDetails, kReachOptions, kHostUnit, kReachExamples, apiReach, &kApiFamily},
  {"who-reaches",  "the hosts that reach a logical unit", "", kCellOptions, kUnit, kWhoReachesExamples, apiWhoReaches, &kApiFamily},
  {"reaches",      "the logical units that a host reaches", "", kCellOptions, kHost, kReachesExamples, apiReaches, &kApiFamily},
  {"list",         "list the objects of a kind", "", kListOptions, kKind, kListExamples, apiList, &kApiFamily},
  {"show",         "show one object", "", kShowOptions, kObject, kShowExamples, apiShow, &kApiFamily},
  {"search",       "find objects as one types", "", kSearchOptions, kText, kSearchExamples, apiSearch, &kApiFamily},
  {"finding",      "what the rules found", "", {}, {}, {}, nullptr},
  {"finding list", "list findings, the worst first", "", kFindingListOptions, {}, kFindingListExamples, findingList, &kApiFamily},
  {"finding show", "what one rule found, with facts and mends", "", kFindingShowOptions, kFinding, kFindingShowExamples, findingShow, &kApiFamily},
  {"finding mend", "make a draft of what would end findings", kMendDetails, kMendOptions, kMended, kMendExamples, findingMend, &kApiFamily},
  {"finding waive", "accept what a rule found, until a day", kWaiveDetails, kWaiveOptions, kWaived, kWaiveExamples, findingWaive, &kApiFamily},
  {"finding unwaive", "end a waiver", "", kUnwaiveOptions, kWaived, kUnwaiveExamples, findingUnwaive, &kApiFamily},
  {"diff",         "what differs between two revisions", "", kDiffOptions, kRevisions, kDiffExamples, apiDiff, &kApiFamily},
  {"watch",        "print changes as they come", kWatchDetails, kWatchOptions, {}, kWatchExamples, apiWatch, &kApiFamily},
  {"export",       "print what administrators keep, as a document", "", kExportOptions, {}, kExportExamples, apiExport, &kApiFamily},
};
// clang-format on

}  // namespace

CommandTable apiCommands() { return kApiCommands; }

}  // namespace ctl
