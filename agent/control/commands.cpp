#include "agent/control/commands.h"

namespace control {
namespace {

using A = ArgumentKind;

// clang-format off
constexpr ArgumentRow kForget[] = {
    {"kind", A::Text, true, "unit, target or access"},
    {"key", A::Text, true, "which one, as config tells it"},
};
constexpr ArgumentRow kJoin[] = {
    {"token", A::Text, true, "the token of the invitation; a secret"},
    {"servers", A::Texts, true, "management servers, as host[:port], in the order in which they are tried"},
};
constexpr ArgumentRow kUnitCreate[] = {
    {"id", A::Text, true, "its name"},
    {"store", A::Text, true, "what holds its blocks, as in the configuration; memory and null may stand alone where there is a size"},
    {"size", A::Text, false, "bytes, or with K, M, G, T; makes the file of a store that is one"},
    {"settings", A::Texts, false, "further columns of [[unit]], as column=value"},
};
constexpr ArgumentRow kUnitDelete[] = {
    {"id", A::Text, true, "its name"},
    {"remove_file", A::Flag, false, "whether the file that holds its blocks is removed too"},
};
constexpr ArgumentRow kUnitResize[] = {
    {"id", A::Text, true, "its name"},
    {"size", A::Text, false, "bytes, or with K, M, G, T; without it, what its store has now, where that gets its size elsewhere"},
    {"shrink", A::Flag, false, "whether it may become smaller, so that what lies behind its new end is lost"},
};
constexpr ArgumentRow kTargetCreate[] = {
    {"name", A::Text, true, "its iSCSI name"},
    {"settings", A::Texts, false, "further columns of [[target]], as column=value"},
};
constexpr ArgumentRow kTargetDelete[] = {
    {"name", A::Text, true, "its iSCSI name; its access rules go with it"},
};
constexpr ArgumentRow kAllow[] = {
    {"target", A::Text, true, "the target's name"},
    {"initiator", A::Text, false, "the initiator's name; * if not given"},
    {"addresses", A::Texts, false, "the networks from which it comes"},
    {"settings", A::Texts, false, "further columns of [[access]], as column=value"},
    {"break_glass", A::Text, false, "why it is done though a management server decides"},
};
constexpr ArgumentRow kRule[] = {
    {"target", A::Text, true, "the target's name"},
    {"initiator", A::Text, false, "the initiator's name; * if not given"},
    {"addresses", A::Texts, false, "the networks of the rule"},
    {"break_glass", A::Text, false, "why it is done though a management server decides"},
};
constexpr ArgumentRow kMap[] = {
    {"target", A::Text, true, "the target's name"},
    {"unit", A::Text, true, "the unit's id"},
    {"lun", A::Number, false, "the LUN; the lowest free one if not given"},
    {"read_only", A::Flag, false, "whether it can only be read"},
    {"initiator", A::Text, false, "the initiator's name; * if not given"},
    {"addresses", A::Texts, false, "the networks of the rule"},
    {"settings", A::Texts, false, "further columns of [[access]] for a rule that is new, as column=value"},
    {"break_glass", A::Text, false, "why it is done though a management server decides"},
};
constexpr ArgumentRow kUnmap[] = {
    {"target", A::Text, true, "the target's name"},
    {"lun", A::Number, false, "the LUN"},
    {"unit", A::Text, false, "the unit's id, where no LUN is given"},
    {"initiator", A::Text, false, "the initiator's name; * if not given"},
    {"addresses", A::Texts, false, "the networks of the rule"},
    {"break_glass", A::Text, false, "why it is done though a management server decides"},
};
constexpr ArgumentRow kGlassEnd[] = {
    {"target", A::Text, true, "the target's name"},
    {"initiator", A::Text, false, "the initiator's name; all of the target if not given"},
};
constexpr ArgumentRow kSession[] = {
    {"session", A::Number, true, "the number of the session"},
};
constexpr ArgumentRow kDrain[] = {
    {"grace", A::Number, false, "seconds that sessions have; drain.grace if not given"},
};
constexpr ArgumentRow kDisk[] = {
    {"disk", A::Text, true, "its id"},
};
constexpr ArgumentRow kAttachProtect[] = {
    {"disk", A::Text, true, "its id"},
    {"read_only", A::Flag, false, "whether it can only be read"},
};
constexpr ArgumentRow kAttachStart[] = {
    {"disk", A::Text, true, "its id, hexadecimal digits"},
    {"initiator", A::Text, true, "the iSCSI name as which it logs in"},
};
constexpr ArgumentRow kAttachDevice[] = {
    {"unit", A::Text, false, "its designator, which attach.list tells again"},
    {"initiator", A::Text, false, "for the kernel's own initiator: the name as which it logs in"},
    {"portals", A::Texts, false, "for the same: where the target is reached"},
    {"user", A::Text, false, "for the same: the name of CHAP; none if not given"},
    {"secret", A::Text, false, "its secret"},
    {"target_user", A::Text, false, "the name with which the target proves itself; it need not if not given"},
    {"target_secret", A::Text, false, "its secret"},
    {"disk", A::Text, true, "its id"},
    {"target", A::Text, true, "the name of its target, for the link to the device"},
    {"lun", A::Number, true, "its LUN, for the same"},
    {"block_size", A::Number, true, "bytes of a logical block: 512 or 4096"},
    {"read_only", A::Flag, false, "whether it can only be read"},
};
constexpr ArgumentRow kDiskConfigure[] = {
    {"target", A::Text, true, "the target's name"},
    {"lun", A::Number, true, "the LUN"},
    {"unit", A::Text, false, "the designator that the unit must have, as in naa.6001405...; any if not given"},
    {"portals", A::Texts, true, "where the target is reached, as in 10.0.0.1:3260 or [::1]:3260; a path each"},
    {"policy", A::Text, false, "how paths are chosen: round-robin or lowest-latency; round-robin if not given"},
    {"read_only", A::Flag, false, "whether writes are refused, also where the unit takes them; as it was begun, it stays"},
    {"user", A::Text, false, "the name of CHAP; none if not given"},
    {"secret", A::Text, false, "its secret"},
    {"target_user", A::Text, false, "the name with which the target proves itself; it need not if not given"},
    {"target_secret", A::Text, false, "its secret"},
};
constexpr ArgumentRow kDiskStatus[] = {
    {"since", A::Number, false, "the change that is known already: the answer waits for another one"},
    {"wait", A::Number, false, "seconds that it waits at most, up to 60; 60 if not given"},
};

constexpr CommandRow kRows[] = {
    {Command::Status,       "status",        false, {},            "Version, process, state, what is wrong."},
    {Command::Config,       "config",        false, {},            "Every object and change, and whether the file or the change holds."},
    {Command::Forget,       "config.forget", true,  kForget,       "Takes a change away, so that the file holds."},
    {Command::Reload,       "reload",        false, {},            "Reads the configuration file again, as SIGHUP does.", true},
    {Command::Join,         "join",          false, kJoin,         "Enrols the agent at a management server; answered when it has its certificate.", true},
    {Command::Leave,        "leave",         false, {},            "Forgets the management server, its certificate and the desired state.", true},
    {Command::Units,        "units",         false, {},            "The logical units."},
    {Command::UnitCreate,   "unit.create",   true,  kUnitCreate,   "A new unit, which nobody sees yet."},
    {Command::UnitDelete,   "unit.delete",   true,  kUnitDelete,   "A unit goes; refused while a rule maps it."},
    {Command::UnitResize,   "unit.resize",   true,  kUnitResize,   "Another size; hosts are told."},
    {Command::Targets,      "targets",       false, {},            "The targets."},
    {Command::TargetCreate, "target.create", true,  kTargetCreate, "A new target, which lets nobody in yet."},
    {Command::TargetDelete, "target.delete", true,  kTargetDelete, "A target goes, with its rules and sessions."},
    {Command::Access,       "access",        false, {},            "The access rules with their LUNs, in the order in which they decide."},
    {Command::Allow,        "access.allow",  true,  kAllow,        "Lets an initiator in, or changes how."},
    {Command::Deny,         "access.deny",   true,  kRule,         "Takes a rule away; its sessions are asked to log out and dropped."},
    {Command::Map,          "map",           true,  kMap,          "Shows a unit to an initiator; makes the rule where there is none."},
    {Command::Unmap,        "unmap",         true,  kUnmap,        "Takes a LUN from a rule; hosts are told."},
    {Command::Portals,      "portals",       false, {},            "Where targets are reached."},
    {Command::Sessions,     "sessions",      false, {},            "The sessions, with what was negotiated and counted."},
    {Command::Drop,         "session.drop",  false, kSession,      "Asks a session to log out, and closes it soon after.", true},
    {Command::Drain,        "drain",         false, kDrain,        "No new logins, all sessions are asked to log out; answered when the last is gone.", true},
    {Command::Trace,        "session.trace", false, kSession,      "The headers that came and went lately, as a pcap file in hexadecimal digits."},
    {Command::Metrics,      "metrics",       false, {},            "What /metrics tells."},
    {Command::Disks,        "disks",         false, {},            "The disks of this host."},
    {Command::Probes,       "probes",        false, {},            "What logins and portals told that the management server wants tried and asked."},
    {Command::BreakGlassEnd, "glass.end", true, kGlassEnd, "What was done with a break_glass holds no more: the management server decides again."},

    {Command::AttachList,   "attach.list",   false, {},            "By what means disks become devices, and those that are there."},
    {Command::AttachStart,  "attach.start",  false, kAttachStart,  "Begins the process of a disk, which then waits to be told which disk it is."},
    {Command::AttachDevice, "attach.device", false, kAttachDevice, "Makes the block device of a disk that is served."},
    {Command::AttachResize, "attach.resize", false, kDisk,         "Looks at the size of a disk anew."},
    {Command::AttachProtect, "attach.protect", false, kAttachProtect, "Makes a block device read-only, or writable again."},
    {Command::AttachRemove, "attach.remove", false, kDisk,         "Takes a block device away; refused while it is in use."},
    {Command::AttachClear,  "attach.clear",  false, kDisk,         "Removes what is left of a disk whose process has ended."},

    {Command::DiskConfigure, "disk.configure", false, kDiskConfigure, "Says what disk it is; again, with other portals, policy or credentials, it changes the running disk."},
    {Command::DiskStatus,    "disk.status",    false, kDiskStatus,    "What the disk and its paths are, at once or when something but counters has changed."},
    {Command::DiskStop,      "disk.stop",      false, {},             "Lets requests on their way end, flushes, and ends the process, as SIGTERM does."},
};
// clang-format on

constexpr bool inOrder() {
  if (std::size(kRows) != static_cast<std::size_t>(Command::kCount)) return false;
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    if (static_cast<std::size_t>(kRows[i].command) != i) return false;
  }
  return true;
}
static_assert(inOrder());

// The rows of [first, end).
constexpr std::span<const CommandRow> rows(Command first, Command end) {
  const auto at = static_cast<std::size_t>(first);
  return std::span(kRows).subspan(at, static_cast<std::size_t>(end) - at);
}

}  // namespace

std::span<const CommandRow> commandTable() { return rows(Command::Status, Command::AttachList); }
std::span<const CommandRow> attachCommandTable() { return rows(Command::AttachList, Command::DiskConfigure); }
std::span<const CommandRow> diskCommandTable() { return rows(Command::DiskConfigure, Command::kCount); }

const CommandRow& rowOf(Command command) { return kRows[static_cast<std::size_t>(command)]; }

const CommandRow* findCommand(std::string_view name, std::span<const CommandRow> table) {
  for (const CommandRow& row : table) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace control
