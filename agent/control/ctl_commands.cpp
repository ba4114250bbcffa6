#include "agent/control/ctl_commands.h"

#include "agent/control/ctl_handlers.h"
#include "shared/ctl/output.h"

namespace control {
namespace {

using ctl::Command;
using ctl::CommandTable;
using ctl::Example;
using ctl::Option;
using ctl::Positional;
using ctl::Words;

constexpr std::string_view kAuthentications[] = {"none", "chap", "mutual"};
constexpr std::string_view kKinds[] = {"unit", "target", "access"};

// clang-format off

// --- options ---

constexpr Option kAgentOptions[] = {
  {"--socket",        "PATH",    "the agent's socket; /run/sanctum/agent.sock if not given", "SANCTL_AGENT_SOCKET", false, Words::File},
  {"--timeout",       "SECONDS", "how long to wait for the answer; 30 if not given"},
  {"--output",        "FORMAT",  "how to print results; table if not given", {}, false, Words::None, ctl::kFormats},
  {"--fail-if-empty", "",        "end with exit code 5 where nothing is found"},
};

constexpr Option kYes{"--yes", "", "do it, though it cannot be taken back"};
constexpr Option kSet{"--set", "COLUMN=VALUE", "a further column, as in the configuration file", {}, true};
constexpr Option kAddress{"--address", "NETWORK", "the network from which it comes, as in 10.0.0.0/8; from everywhere if not given", {}, true};
constexpr Option kInitiator{"--initiator", "NAME", "the initiator; any if not given"};
constexpr Option kAuthentication{"--authentication", "PROOF", "what it must prove; chap if not given", {}, false, Words::None, kAuthentications};

constexpr Option kBreakGlass{"--break-glass", "REASON", "do it at once though a management server decides; it is told to the server, with the reason"};

constexpr Option kUnitCreateOptions[] = {
  {"--size", "SIZE", "bytes, or with K, M, G, T; of memory and null, and of a file that is to be made"},
  kSet,
};
constexpr Option kUnitDeleteOptions[] = {
  {"--remove-file", "", "remove the file that holds its blocks too"},
  kYes,
};
constexpr Option kUnitResizeOptions[] = {
  {"--shrink", "", "let it become smaller"},
  kYes,
};
constexpr Option kTargetCreateOptions[] = {
  {"--alias", "TEXT", "its alias, told to initiators"},
  kSet,
};
constexpr Option kYesOptions[] = {kYes};
constexpr Option kAllowOptions[] = {kAddress, kAuthentication, kSet, kBreakGlass};
constexpr Option kDenyOptions[] = {kAddress, kYes, kBreakGlass};
constexpr Option kMapOptions[] = {
  kInitiator,
  kAddress,
  {"--lun", "NUMBER", "the LUN; the lowest free one if not given"},
  {"--read-only", "", "for reading alone"},
  kAuthentication,
  kSet,
  kBreakGlass,
};
constexpr Option kUnmapOptions[] = {
  kInitiator,
  kAddress,
  {"--lun", "NUMBER", "the LUN"},
  {"--unit", "UNIT", "the unit, in the place of a LUN"},
  kYes,
  kBreakGlass,
};
constexpr Option kJoinOptions[] = {
  {"--token-file", "FILE", "with the token of the invitation, or - for the standard input; that if not given", {}, false, Words::File},
  {"--server", "HOST[:PORT]", "the management server; more than once for several, in the order in which they are tried", {}, true},
};
constexpr Option kDrainOptions[] = {
  {"--grace", "SECONDS", "how long sessions have to log out; drain.grace if not given"},
  kYes,
};

// --- arguments ---

constexpr Positional kForgetArguments[] = {{"KIND", "what it is", true, false, Words::None, kKinds}, {"KEY", "which one, as sanctl agent config shows it"}};
constexpr Positional kUnitCreateArguments[] = {{"UNIT", "its name here"}, {"STORE", "memory, null, file:/PATH or /dev/NAME, and words behind commas, as in the configuration file"}};
constexpr Positional kUnitArguments[] = {{"UNIT", "its name here"}};
constexpr Positional kUnitResizeArguments[] = {{"UNIT", "its name here"}, {"SIZE", "bytes, or with K, M, G, T; if not given, the size that a block device or an NBD export got elsewhere", false}};
constexpr Positional kTargetArguments[] = {{"TARGET", "its iSCSI name"}};
constexpr Positional kRuleArguments[] = {{"TARGET", "the target's iSCSI name"}, {"INITIATOR", "the initiator's iSCSI name; any if not given", false}};
constexpr Positional kMapArguments[] = {{"TARGET", "the target's iSCSI name"}, {"UNIT", "the unit"}};
constexpr Positional kUnmapArguments[] = {{"TARGET", "the target's iSCSI name"}};
constexpr Positional kSessionArguments[] = {{"SESSION", "its number, as sanctl agent sessions shows it"}};
constexpr Positional kTraceArguments[] = {{"SESSION", "its number, as sanctl agent sessions shows it"}, {"FILE", "where to write it", true, false, Words::File}};

// --- examples ---

constexpr Example kAgentExamples[] = {
  {"sanctl agent status",                                                     "how it does"},
  {"sanctl agent unit create disk1 file:/var/lib/sanctum/agent/disk1.img --size 10G", "a unit on a new file"},
  {"sanctl agent target create iqn.2024-01.org.example:store",                "a target"},
  {"sanctl agent map iqn.2024-01.org.example:store disk1 --authentication none", "shows the unit to everybody"},
};
constexpr Example kStatusExamples[] = {{"sanctl agent status --output json", "for programs"}};
constexpr Example kConfigExamples[] = {{"sanctl agent config", "what the file says, what was changed, and which of the two holds"}};
constexpr Example kForgetExamples[] = {{"sanctl agent forget unit disk1 --yes", "lets the configuration file hold again"}};
constexpr Example kReloadExamples[] = {{"sanctl agent reload", "reads the file again, and shows its mistakes"}};
constexpr Example kJoinExamples[] = {
  {"sanctl agent join --server san.example.org",                              "reads the token from the standard input"},
  {"sanctl agent join --server 10.0.0.1 --server 10.0.0.2 --token-file token", "two servers"},
};
constexpr Example kLeaveExamples[] = {{"sanctl agent leave --yes", "lets local rules decide again"}};
constexpr Example kUnitsExamples[] = {{"sanctl agent units", "their sizes, stores and counters"}};
constexpr Example kUnitCreateExamples[] = {
  {"sanctl agent unit create scratch memory --size 64M",                             "in memory"},
  {"sanctl agent unit create disk1 file:/var/lib/sanctum/agent/disk1.img --size 10G", "on a file that is made"},
  {"sanctl agent unit create vm7 /dev/vg0/vm7 --set removable=true --set alua=implicit", "on a block device, with further columns"},
};
constexpr Example kUnitDeleteExamples[] = {{"sanctl agent unit delete disk1 --yes", "takes it away; its file stays"}};
constexpr Example kUnitResizeExamples[] = {
  {"sanctl agent unit resize disk1 20G", "makes it larger while it is used"},
  {"sanctl agent unit resize volume1", "takes over that its block device is larger now"},
};
constexpr Example kTargetsExamples[] = {{"sanctl agent targets", "with the number of their sessions"}};
constexpr Example kTargetCreateExamples[] = {{"sanctl agent target create iqn.2024-01.org.example:store --alias Store --set max_connections=8", "with further columns"}};
constexpr Example kTargetDeleteExamples[] = {{"sanctl agent target delete iqn.2024-01.org.example:store --yes", "with its rules and sessions"}};
constexpr Example kAccessExamples[] = {{"sanctl agent access", "who may log in where, and what he sees"}};
constexpr Example kLunsExamples[] = {{"sanctl agent luns --output csv", "a line for each, for a spreadsheet"}};
constexpr Example kAllowExamples[] = {
  {"sanctl agent allow iqn.2024-01.org.example:store iqn.2024-01.org.example:host1",                              "by CHAP"},
  {"sanctl agent allow iqn.2024-01.org.example:store --address 10.1.0.0/16 --authentication none", "whoever comes from a network"},
};
constexpr Example kDenyExamples[] = {{"sanctl agent deny iqn.2024-01.org.example:store iqn.2024-01.org.example:host1 --yes", "takes his rule away"}};
constexpr Example kMapExamples[] = {
  {"sanctl agent map iqn.2024-01.org.example:store disk1 --initiator iqn.2024-01.org.example:host1 --lun 3", "for one host"},
  {"sanctl agent map iqn.2024-01.org.example:store iso --read-only",                                 "for reading alone"},
  {"sanctl agent map iqn.2024-01.org.example:store disk1 --initiator iqn.2024-01.org.example:host1 --authentication none --break-glass 'server down, host1 must boot'", "though a management server decides"},
};
constexpr Example kGlassEndExamples[] = {{"sanctl agent break-glass end iqn.2024-01.org.example:store iqn.2024-01.org.example:host1 --yes", "lets the server decide again for one host"}};
constexpr Example kUnmapExamples[] = {{"sanctl agent unmap iqn.2024-01.org.example:store --unit disk1 --initiator iqn.2024-01.org.example:host1 --yes", "takes it from one host"}};
constexpr Example kPortalsExamples[] = {{"sanctl agent portals", "the addresses that are bound"}};
constexpr Example kDisksExamples[] = {{"sanctl agent disks", "which units of which targets this host has, and as which devices"}};
constexpr Example kPathsExamples[] = {{"sanctl agent paths", "over which portals each of them is reached, and how those do"}};
constexpr Example kProbesExamples[] = {{"sanctl agent probes", "whether this host got in where it should, and was kept out elsewhere"}};
constexpr Example kDiscoveriesExamples[] = {{"sanctl agent discoveries", "which targets the portals told of that the management server wants asked"}};
constexpr Example kSessionsExamples[] = {{"sanctl agent sessions --output json", "with all that was negotiated"}};
constexpr Example kDropExamples[] = {{"sanctl agent drop 17 --yes", "asks it to log out, and closes it soon after"}};
constexpr Example kDrainExamples[] = {{"sanctl agent drain --grace 60 --yes", "before a machine is taken down"}};
constexpr Example kTraceExamples[] = {{"sanctl agent trace 17 session.pcap", "for Wireshark"}};
constexpr Example kMetricsExamples[] = {{"sanctl agent metrics", "where HTTP is switched off"}};

constexpr std::string_view kOverlay =
  "It is saved before it is acknowledged, and holds after a restart. The configuration file is not written: where it is changed later, it holds over what was changed here.";

constexpr Command kCommands[] = {
  {"agent",               "a running san-agent: units, targets, access, sessions", "", kAgentOptions, {}, kAgentExamples, nullptr},
  {"agent status",        "version, state, and what is wrong", "", {}, {}, kStatusExamples, showStatus},
  {"agent config",        "every object, and whether the file or a change holds", "Superseded is a change that does not hold any more because the file was changed since, or because it does not fit the file.", {}, {}, kConfigExamples, showConfig},
  {"agent forget",        "take a change away, so that the configuration file holds", "", kYesOptions, kForgetArguments, kForgetExamples, forgetChange},
  {"agent reload",        "read the configuration file again", "", {}, {}, kReloadExamples, reload},
  {"agent join",          "enrol the agent at a management server", "The token is one of POST /agents/invitations, good for an hour. The agent sends it only to a server of the authority that the token names. From the first desired state on that server alone says who gets in at the targets of the invitation, and local commands about them are refused.", kJoinOptions, {}, kJoinExamples, join},
  {"agent leave",         "forget the management server", "Zones and local access rules decide again. Revoke the agent at the server, too.", kYesOptions, {}, kLeaveExamples, leave},
  {"agent units",         "list the logical units", "", {}, {}, kUnitsExamples, listUnits},
  {"agent unit",          "create, delete, resize logical units", "", {}, {}, {}, nullptr},
  {"agent unit create",   "a new unit, which nobody sees yet", kOverlay, kUnitCreateOptions, kUnitCreateArguments, kUnitCreateExamples, createUnit},
  {"agent unit delete",   "take a unit away that no rule maps", kOverlay, kUnitDeleteOptions, kUnitArguments, kUnitDeleteExamples, deleteUnit},
  {"agent unit resize",   "another size, while it is used", kOverlay, kUnitResizeOptions, kUnitResizeArguments, kUnitResizeExamples, resizeUnit},
  {"agent targets",       "list the targets", "", {}, {}, kTargetsExamples, listTargets},
  {"agent target",        "create and delete targets", "", {}, {}, {}, nullptr},
  {"agent target create", "a new target, which lets nobody in yet", kOverlay, kTargetCreateOptions, kTargetArguments, kTargetCreateExamples, createTarget},
  {"agent target delete", "take a target away, with its rules and sessions", kOverlay, kYesOptions, kTargetArguments, kTargetDeleteExamples, deleteTarget},
  {"agent access",        "list the access rules, in the order in which they decide", "", {}, {}, kAccessExamples, listAccess},
  {"agent luns",          "list the LUNs that targets show, and to whom", "", {}, {}, kLunsExamples, listLuns},
  {"agent allow",         "let an initiator in, or change how", kOverlay, kAllowOptions, kRuleArguments, kAllowExamples, allow},
  {"agent deny",          "take an access rule away, with its sessions", kOverlay, kDenyOptions, kRuleArguments, kDenyExamples, deny},
  {"agent map",           "show a unit to an initiator; makes the rule where there is none", kOverlay, kMapOptions, kMapArguments, kMapExamples, map},
  {"agent unmap",         "take a LUN from an initiator", kOverlay, kUnmapOptions, kUnmapArguments, kUnmapExamples, unmap},
  {"agent break-glass",   "what was done here though a management server decides", "What it is stands in `sanctl agent status`.", {}, {}, {}, nullptr},
  {"agent break-glass end", "let the management server decide again", "Without INITIATOR of all initiators of the target.", kYesOptions, kRuleArguments, kGlassEndExamples, endBreakGlass},
  {"agent portals",       "list where targets are reached", "", {}, {}, kPortalsExamples, listPortals},
  {"agent disks",         "list the disks of this host", "", {}, {}, kDisksExamples, listDisks},
  {"agent paths",         "list the paths of its disks", "", {}, {}, kPathsExamples, listPaths},
  {"agent probes",        "list the logins that were tried for evidence", "The management server names them: targets that this host should reach, and some that it should not. Nothing is attached.", {}, {}, kProbesExamples, listProbes},
  {"agent discoveries",   "list the targets that asked portals told of", "Portals of foreign targets, which the management server wants asked (SendTargets).", {}, {}, kDiscoveriesExamples, listDiscoveries},
  {"agent sessions",      "list the sessions", "", {}, {}, kSessionsExamples, listSessions},
  {"agent drop",          "end a session", "", kYesOptions, kSessionArguments, kDropExamples, dropSession},
  {"agent drain",         "end all sessions, and let nobody log in any more", "", kDrainOptions, {}, kDrainExamples, drain},
  {"agent trace",         "save a session's last headers as a pcap file", "", {}, kTraceArguments, kTraceExamples, traceSession},
  {"agent metrics",       "print the metrics, as /metrics does", "", {}, {}, kMetricsExamples, showMetrics},
};
// clang-format on

}  // namespace

CommandTable agentCommands() { return kCommands; }

}  // namespace control
