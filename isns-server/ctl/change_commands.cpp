// Rows: change, apply, zone, map.
#include "isns-server/ctl/api_family.h"
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/document_text.h"
#include "isns-server/ctl/isns_commands.h"

namespace ctl {
namespace {

constexpr std::string_view kStates[] = {"open",      "submitted",   "approved",  "committing", "confirming",
                                        "confirmed", "rolled-back", "discarded", "waiting"};

// clang-format off

constexpr Option kReason{"--reason", "TEXT", "why; it goes to the audit log"};
constexpr Option kNoWait{"--no-wait", "", "do not wait until the targets and the name server have it"};
constexpr Option kTicket{"--ticket", "TEXT", "the ticket"};
constexpr Option kCommit{"--commit", "", "submit and commit it at once, with --reason"};
constexpr Option kIfVersion{"--if-version", "NUMBER", "only where the change set still has this version; the present one if not given"};

constexpr Option kDrain{"--drain", "TIME", "what it takes away stays for so long, to be read alone, and hosts are told to let go of it: 10m, 12h; 1m to 7d"};

constexpr Option kListOptions[] = {{"--state", "STATE", "only those that are", {}, false, Words::None, kStates}, {"--limit", "NUMBER", "at most so many"}};
constexpr Option kNewOptions[] = {
  {"--edits", "EDITS", "a file of edits as JSON, - for the standard input, or the JSON itself; an empty draft if not given", {}, false, Words::File},
  kDrain, kCommit, kReason, kTicket, kNoWait};
constexpr Option kEditOptions[] = {
  {"--append",  "EDITS",  "edits to add: a file, - or JSON", {}, false, Words::File},
  {"--replace", "EDITS",  "edits instead of all that are there", {}, false, Words::File},
  {"--drop",    "NUMBER", "the edit to leave out, as change show numbers them", {}, true},
  kDrain};
constexpr Option kStepOptions[] = {kReason, kTicket, kIfVersion};
constexpr Option kRollBackOptions[] = {
  kReason, kTicket,
  {"--draft", "", "of a confirmed one: leave what takes it back as a draft, and show it"},
  {"--yes",   "", "do not ask whether it is meant"},
  kNoWait};
constexpr Option kApproveOptions[] = {
  {"--if-version", "NUMBER", "only where the change set still has this version, which was looked at; the one that is shown if not given"},
  {"--yes",        "",       "do not ask whether it is meant; with --if-version alone"}};
constexpr Option kCommitOptions[] = {
  {"--reason", "TEXT", "why what a guard stops may be; it goes to the audit log"}, kTicket, kIfVersion,
  {"--override", "TEXT", "why in a freeze window"}, kDrain, kNoWait};
constexpr Option kRejectOptions[] = {kReason, kIfVersion};
constexpr Option kBaselineOptions[] = {kReason};
constexpr Option kApplyOptions[] = {
  {"--file",    "FILE", "the document, or - for the standard input", {}, false, Words::File, {}, "-f"},
  {"--format",  "FORMAT", "how it is written; by the ending of the file's name, or by its look, if not given", {}, false, Words::None, kDocumentFormats},
  {"--dry-run", "",     "say what would change, and change nothing"},
  {"--whole",   "",     "of the kinds that the document names, remove what it does not hold"},
  {"--title",   "TEXT", "the draft's title"},
  kCommit, kReason, kTicket, kNoWait};
constexpr std::string_view kImportFormats[] = {"csv", "json", "lio", "open-isns"};
constexpr Option kImportOptions[] = {
  {"--kind",    "KIND",   "of which kind the objects are, as in hosts (csv, or json that is a list)"},
  {"--column",  "HEADER=FIELD", "take this column as this field; without any, the headers are names of fields (csv)", {}, true},
  {"--dry-run", "",       "say what would change and what would be left out, and change nothing"},
  {"--partial", "",       "take over the rest where something cannot be"},
  {"--print",   "",       "print the document that it makes, for sanctl apply, and ask no server"},
  {"--format",  "FORMAT", "how --print writes it; json if not given", {}, false, Words::None, kDocumentFormats},
  {"--file",    "FILE",   "where --print writes it; the standard output if not given", {}, false, Words::File, {}, "-f"},
  {"--title",   "TEXT",   "the draft's title"},
  kCommit, kReason, kTicket, kNoWait};
constexpr Positional kImportArguments[] = {
  {"FORMAT", "what the file is: a table, a document or a list of objects, saveconfig.json of a Linux target, a listing of isnsadm or isnsd", true, false, Words::None, kImportFormats},
  {"FILE", "the file, or - for the standard input", true, false, Words::File}};
constexpr Example kImportExamples[] = {
  {"isnsadm --control --list dds | sanctl import open-isns - --dry-run", "what the domains of an open-isns server would become here"},
  {"sanctl import lio saveconfig.json --partial", "a draft of the maps and zones of a Linux target, without what is not known here yet"},
  {"sanctl import csv hosts.csv --kind hosts --column 'Server=name' --column 'Room=site'", "hosts from a spreadsheet"},
  {"sanctl import lio saveconfig.json --print --format yaml", "the document, to be looked at and edited"}};
constexpr std::string_view kImportDetails =
    "Makes a draft and prints its diff and its impact, as apply does; what cannot be taken over is told with its place. "
    "Nodes need not have registered; logical units must have been reported. Zones come into no set, or into one that is not enabled, "
    "so that nothing becomes visible before somebody says so. Secrets are not taken over.";
constexpr Option kMakerOptions[] = {{"--dry-run", "", "say what would change, and leave no draft"}, kDrain, kCommit, kReason, kTicket, kNoWait};
constexpr Option kZoneListOptions[] = {{"--sets", "", "the zone sets instead"}, kFilterOption, {"--limit", "NUMBER", "at most so many"}, kAt};
constexpr Option kZoneShowOptions[] = {kAt};
constexpr Option kZoneCreateOptions[] = {
  {"--set",    "SET", "the zone set that it goes to; the enabled one if not given"},
  {"--new-set", "SET", "make a new zone set for it, enabled"},
  {"--no-set", "",    "put it into no zone set: it has no effect yet"},
  {"--dry-run", "",   "say what would change, and leave no draft"}, kCommit, kReason, kTicket, kNoWait};
constexpr Option kSetCreateOptions[] = {
  {"--enable", "", "its zones are active at once"},
  {"--dry-run", "", "say what would change, and leave no draft"}, kCommit, kReason, kTicket, kNoWait};
constexpr Option kMapListOptions[] = {kFilterOption, {"--limit", "NUMBER", "at most so many"}, kAt};
constexpr Option kMapAddOptions[] = {
  {"--lun",       "NUMBER", "the LUN under which the initiator sees it; 0 if not given"},
  {"--read-only", "",       "it may only be read"},
  {"--dry-run",   "",       "say what would change, and leave no draft"}, kCommit, kReason, kTicket, kNoWait};

constexpr Positional kId[] = {{"ID", "the number of the change set"}};
constexpr Positional kTitle[] = {{"TITLE", "what it is for, in a few words"}};
constexpr Positional kZone[] = {{"NAME", "the zone"}};
constexpr Positional kRenamedZone[] = {{"NAME", "the zone"}, {"NEW", "its new name"}};
constexpr Positional kZoneLabels[] = {{"NAME", "the zone"}, {"LABEL", "a label, as PCI", true, true}};
constexpr Positional kSet[] = {{"SET", "the zone set"}};
constexpr Positional kNewSet[] = {{"SET", "the new zone set"}, {"ZONE", "a zone that goes to it; none if not given", false, true}};
constexpr Positional kRenamedSet[] = {{"SET", "the zone set"}, {"NEW", "its new name"}};
constexpr Positional kSetZones[] = {{"SET", "the zone set"}, {"ZONE", "a zone", true, true}};
constexpr Positional kZoneMembers[] = {{"NAME", "the zone"}, {"MEMBER", "an iSCSI name, or a portal as 10.0.0.1:3260", true, true}};
constexpr Positional kNewZone[] = {{"NAME", "the new zone"}, {"MEMBER", "an iSCSI name, or a portal as 10.0.0.1:3260", true, true}};
constexpr Positional kNewMap[] = {{"WHO", "a host, cluster:NAME, or the iSCSI name of an initiator"}, {"TARGET", "the iSCSI name of the target"},
                                  {"LUN", "the logical unit: its name, its designator, or 'TARGET lun N'"}};
constexpr Positional kNewObject[] = {{"KIND", "of which kind it is: host, cluster, site, label, cable, network, fabric, window, map, approval"},
                                     {"FIELD=VALUE", "a field of it, as docs/reference/filter.md lists them, and its value", false, true}};
constexpr Positional kSetObject[] = {{"OBJECT", "the object, with its kind in front, as in host:web1"},
                                     {"FIELD=VALUE", "a field and its new value; nothing behind = is its default", true, true}};
constexpr Positional kObjects[] = {{"OBJECT", "an object, with its kind in front, as in cable:Z101", true, true}};
constexpr Positional kMap[] = {{"MAP", "the map, as sanctl map list prints it"}};

constexpr Example kListExamples[] = {{"sanctl change list --state submitted", "what waits for an approval"}};
constexpr Example kShowExamples[] = {{"sanctl change show 12", "where it stands, and its edits"}};
constexpr Example kNewExamples[] = {{"sanctl change new 'Storage for web1' --edits edits.json", "a draft, with its diff and its impact"}};
constexpr Example kEditExamples[] = {{"sanctl change edit 12 --append more.json", "more edits"}, {"sanctl change edit 12 --drop 2", "without the second"}};
constexpr Example kDiffExamples[] = {{"sanctl change diff 12", "what it changes, object by object"}};
constexpr Example kImpactExamples[] = {{"sanctl change impact 12", "who gains and who loses what"}};
constexpr Example kSubmitExamples[] = {{"sanctl change submit 12 --reason 'New web server' --ticket CHG-815", "put it forward"}};
constexpr Example kApproveExamples[] = {
  {"sanctl change approve 12", "see what it does, and approve that"},
  {"sanctl change approve 12 --if-version 3 --yes", "in a script that has looked at version 3"}};
constexpr std::string_view kApproveDetails =
    "Shows what the change set changes and what it does, asks, and approves exactly that: where it has other edits or would change "
    "other cells by then, it is refused. Without a terminal it wants --yes, and with that the version that was looked at.";
constexpr Example kRejectExamples[] = {{"sanctl change reject 12 --reason 'Not before Monday'", "send it back"}};
constexpr Example kCommitExamples[] = {{"sanctl change commit 12", "let it take effect"}, {"sanctl change commit 12 --reason 'Host is being retired'", "although a guard asks why"},
  {"sanctl change commit 12 --drain 10m", "hosts have ten minutes to let go of what they lose"}};
constexpr Example kConfirmExamples[] = {{"sanctl change confirm 12", "keep it"}};
constexpr std::string_view kRollBackDetails =
    "Shows what is taken back, asks, then does it: within the window of the change set at once, later by a change set of its own, "
    "which is submitted and committed. Without a terminal it wants --yes.";
constexpr Example kRollBackExamples[] = {
  {"sanctl change rollback 12 --reason 'web1 lost its paths'", "take it back by its inverse"},
  {"sanctl change rollback 12 --reason 'web1 lost its paths' --draft", "of a confirmed one: a draft of it, to look at"}};
constexpr Example kDiscardExamples[] = {{"sanctl change discard 12", "drop a draft"}};
constexpr Example kMergeExamples[] = {{"sanctl change merge 12", "bring a stale draft onto the present SAN"}};
constexpr std::string_view kBaselineDetails =
    "Writes every host and logical unit that reaches now into the ledger of approved reach, at once. From then on the findings tell what comes beside it. Where author_may_approve is off it is refused, since one person alone would approve: sanctl finding mend --rule R07 drafts the same entries, for somebody else to approve.";
constexpr Example kBaselineExamples[] = {{"sanctl baseline --reason 'Reviewed with the storage team, minutes of 12 March'", "what is there is approved"}};
constexpr Example kApplyExamples[] = {
  {"sanctl apply -f san.yaml --dry-run", "what would change"},
  {"sanctl apply -f san.yaml --commit --reason 'Weekly sync'", "make it so"},
  {"echo 'settings: {approval_needed: true}' | sanctl apply -f - --commit --reason 'Two people'", "a rule of this SAN, also where it has none yet"},
  {"sanctl export | sanctl apply -f - --whole --dry-run", "nothing: an export says what is so already"}};
constexpr Example kZoneListExamples[] = {{"sanctl zone list", "all zones"}, {"sanctl zone list --sets", "all zone sets"}};
constexpr Example kZoneShowExamples[] = {{"sanctl zone show web1-disk1", "its members, and whether it is active"}};
constexpr Example kZoneCreateExamples[] = {{"sanctl zone create web1-disk1 iqn.2026-01.example:web1 iqn.2026-01.example:disk1", "a draft with the zone, in the enabled zone set"},
  {"sanctl zone create web1-disk1 iqn.2026-01.example:web1 iqn.2026-01.example:disk1 --new-set production", "the first zone of a SAN"}};
constexpr Example kZoneAddExamples[] = {{"sanctl zone add web1-disk1 iqn.2026-01.example:disk2 --commit --reason 'Second disk'", "at once"}};
constexpr Example kZoneRemoveExamples[] = {{"sanctl zone remove web1-disk1 iqn.2026-01.example:disk2", "a draft that takes a member out"}};
constexpr Example kZoneDeleteExamples[] = {{"sanctl zone delete web1-disk1", "a draft that takes the zone away"}};
constexpr Example kZoneRenameExamples[] = {{"sanctl zone rename web1-disk1 web1-gold", "the members stay"}};
constexpr Example kZoneLabelExamples[] = {{"sanctl zone label web1-disk1 PCI", "a draft; a label that is not there is made"}};
constexpr Example kZoneUnlabelExamples[] = {{"sanctl zone unlabel web1-disk1 PCI", "a draft that takes the label off"}};
constexpr Example kSetCreateExamples[] = {{"sanctl zone set create night", "an empty set, not enabled"}, {"sanctl zone set create night backup-1 backup-2 --enable", "with two zones that are there, active at once"}};
constexpr Example kSetDeleteExamples[] = {{"sanctl zone set delete night --dry-run", "who would lose what; the zones themselves stay"}};
constexpr Example kSetRenameExamples[] = {{"sanctl zone set rename night weekend", "the zones stay in it"}};
constexpr Example kSetAddExamples[] = {{"sanctl zone set add night web1-disk1", "a zone may be in several sets"}};
constexpr Example kSetRemoveExamples[] = {{"sanctl zone set remove night web1-disk1", "the zone itself stays"}};
constexpr Example kZoneEnableExamples[] = {{"sanctl zone enable production", "all zones of the set become active"}};
constexpr Example kZoneDisableExamples[] = {{"sanctl zone disable production --dry-run", "who would lose what"}};
constexpr Example kMapListExamples[] = {{"sanctl map list --filter 'host:web1'", "what a host is given"}};
constexpr Example kMapAddExamples[] = {{"sanctl map add web1 iqn.2026-01.example:disk1 naa.600a0b80000f1 --lun 3", "a draft that gives web1 the unit as LUN 3"},
  {"sanctl map add web1 iqn.2026-01.example:disk1 db-data", "by the name that an administrator gave the unit"}};
constexpr Example kMapRemoveExamples[] = {{"sanctl map remove '#17'", "a draft that takes it away"},
  {"sanctl map remove '#17' --drain 1h --commit --reason 'Disk is retired'", "the host may read it for an hour, and is told to let go of it"}};

constexpr Example kObjectCreateExamples[] = {{"sanctl object create cable name=Z101 color=blue from=10.0.0.1:3260 far_end='switch-a port 7'", "a draft with a new cable"}};
constexpr Example kObjectSetExamples[] = {{"sanctl object set host:web1 site='Zurich 2' labels=+PCI", "a draft that changes two fields"},
  {"sanctl object set host:web1 site= --commit --reason 'Moved out'", "nothing in a field, at once"}};
constexpr Example kObjectDeleteExamples[] = {{"sanctl object delete cable:Z101", "a draft that takes it away"},
  {"sanctl object delete host:web1 --commit --reason 'Retired'", "of a machine that has gone: the host; its nodes are not deleted here"}};
constexpr std::string_view kObjectDeleteDetails =
    "Takes away what administrators keep: hosts, sites, labels, cables, zones, maps and the like. What is registered or reported (nodes, portals, "
    "entities, logical units, sessions) it refuses: a registration ends when its agent or client ends it, or by sanctl isns deregister, an agent's "
    "enrolment by sanctl agent revoke. Names that have registered once stay known, and reach nothing without a zone. "
    "Makes a draft and prints its diff and its impact. With --commit it is submitted and committed at once.";
constexpr std::string_view kObjectDetails =
    "Flags are yes or no; lists have commas, and +NAME, -NAME add to a list and take away; times are 2026-12-24T08:00:00Z or 2026-12-24, spans 30m, 12h, 7d. An object has its kind in front where a field "
    "may refer to several. Makes a draft and prints its diff and its impact. With --commit it is submitted and committed at once.";

constexpr std::string_view kChangeDetails = "What administrators keep changes by change sets alone: a draft, its edits, its diff and impact, submit, approve where the SAN asks for it, commit, confirm.";
constexpr std::string_view kApplyDetails =
    "The document is JSON or YAML, as sanctl export writes it. What it does not name stays as it is; with --whole, of the kinds that it names there is what it "
    "says and nothing else. Like all makers it leaves a draft with its diff and its impact; with --commit it is submitted and committed at once.";
constexpr std::string_view kMakerDetails = "Makes a draft and prints its diff and its impact. With --commit it is submitted and committed at once.";

constexpr Command kChangeCommands[] = {
  {"change",          "drafts, and change sets on their way or done", kChangeDetails, {}, {}, {}, nullptr},
  {"change list",     "list change sets", "", kListOptions, {}, kListExamples, changeList, &kApiFamily},
  {"change show",     "one change set with its edits", "", {}, kId, kShowExamples, changeShow, &kApiFamily},
  {"change new",      "begin a draft", kMakerDetails, kNewOptions, kTitle, kNewExamples, changeNew, &kApiFamily},
  {"change edit",     "append, replace or drop edits of a draft", "", kEditOptions, kId, kEditExamples, changeEdit, &kApiFamily},
  {"change diff",     "what it changes", "", {}, kId, kDiffExamples, changeDiff, &kApiFamily},
  {"change impact",   "what it does, in hosts x logical units", "", {}, kId, kImpactExamples, changeImpact, &kApiFamily},
  {"change submit",   "put it forward, with reason and ticket", "", kStepOptions, kId, kSubmitExamples, changeSubmit, &kApiFamily},
  {"change approve",  "approve it as it is shown", kApproveDetails, kApproveOptions, kId, kApproveExamples, changeApprove, &kApiFamily},
  {"change reject",   "send it back", "", kRejectOptions, kId, kRejectExamples, changeReject, &kApiFamily},
  {"change commit",   "let it take effect", "", kCommitOptions, kId, kCommitExamples, changeCommit, &kApiFamily},
  {"change confirm",  "keep it: the confirm window ends", "", {}, kId, kConfirmExamples, changeConfirm, &kApiFamily},
  {"change rollback", "take it back by its inverse", kRollBackDetails, kRollBackOptions, kId, kRollBackExamples, changeRollBack, &kApiFamily},
  {"change discard",  "drop a draft", "", {}, kId, kDiscardExamples, changeDiscard, &kApiFamily},
  {"change merge",    "bring a stale draft onto the present SAN", "", {}, kId, kMergeExamples, changeMerge, &kApiFamily},
  {"baseline",        "approve who reaches what now, as it is", kBaselineDetails, kBaselineOptions, {}, kBaselineExamples, apiBaseline, &kApiFamily},
  {"apply",           "make the SAN as a document says", kApplyDetails, kApplyOptions, {}, kApplyExamples, apiApply, &kApiFamily},
  {"import",          "take over zones, maps and hosts that are written down elsewhere", kImportDetails, kImportOptions, kImportArguments, kImportExamples, apiImport, &kApiFamily},
  {"zone",            "zones (discovery domains) and zone sets", kMakerDetails, {}, {}, {}, nullptr},
  {"zone list",       "list zones, or zone sets", "", kZoneListOptions, {}, kZoneListExamples, zoneList, &kApiFamily},
  {"zone show",       "a zone with its members and sets", "", kZoneShowOptions, kZone, kZoneShowExamples, zoneShow, &kApiFamily},
  {"zone create",     "a new zone", kMakerDetails, kZoneCreateOptions, kNewZone, kZoneCreateExamples, zoneCreate, &kApiFamily},
  {"zone add",        "add members to a zone", kMakerDetails, kMakerOptions, kZoneMembers, kZoneAddExamples, zoneAdd, &kApiFamily},
  {"zone remove",     "remove members of a zone", kMakerDetails, kMakerOptions, kZoneMembers, kZoneRemoveExamples, zoneRemove, &kApiFamily},
  {"zone delete",     "delete a zone", kMakerDetails, kMakerOptions, kZone, kZoneDeleteExamples, zoneDelete, &kApiFamily},
  {"zone rename",     "give a zone another name", kMakerDetails, kMakerOptions, kRenamedZone, kZoneRenameExamples, zoneRename, &kApiFamily},
  {"zone label",      "put labels on a zone", kMakerDetails, kMakerOptions, kZoneLabels, kZoneLabelExamples, zoneLabel, &kApiFamily},
  {"zone unlabel",    "take labels off a zone", kMakerDetails, kMakerOptions, kZoneLabels, kZoneUnlabelExamples, zoneUnlabel, &kApiFamily},
  {"zone set",        "zone sets, and which zones are in them", kMakerDetails, {}, {}, {}, nullptr},
  {"zone set create", "a new zone set", kMakerDetails, kSetCreateOptions, kNewSet, kSetCreateExamples, zoneSetCreate, &kApiFamily},
  {"zone set delete", "delete a zone set; its zones stay", kMakerDetails, kMakerOptions, kSet, kSetDeleteExamples, zoneSetDelete, &kApiFamily},
  {"zone set rename", "give a zone set another name", kMakerDetails, kMakerOptions, kRenamedSet, kSetRenameExamples, zoneSetRename, &kApiFamily},
  {"zone set add",    "put zones into a zone set", kMakerDetails, kMakerOptions, kSetZones, kSetAddExamples, zoneSetAdd, &kApiFamily},
  {"zone set remove", "take zones out of a zone set", kMakerDetails, kMakerOptions, kSetZones, kSetRemoveExamples, zoneSetRemove, &kApiFamily},
  {"zone enable",     "enable a zone set", kMakerDetails, kMakerOptions, kSet, kZoneEnableExamples, zoneEnable, &kApiFamily},
  {"zone disable",    "disable a zone set", kMakerDetails, kMakerOptions, kSet, kZoneDisableExamples, zoneDisable, &kApiFamily},
  {"object",          "any object that administrators keep, field by field", kObjectDetails, {}, {}, {}, nullptr},
  {"object create",   "a new object", kObjectDetails, kMakerOptions, kNewObject, kObjectCreateExamples, objectCreate, &kApiFamily},
  {"object set",      "change fields of an object", kObjectDetails, kMakerOptions, kSetObject, kObjectSetExamples, objectSet, &kApiFamily},
  {"object delete",   "take away objects that administrators keep", kObjectDeleteDetails, kMakerOptions, kObjects, kObjectDeleteExamples, objectDelete, &kApiFamily},
  {"map",             "which host gets which logical unit", kMakerDetails, {}, {}, {}, nullptr},
  {"map list",        "list maps", "", kMapListOptions, {}, kMapListExamples, mapList, &kApiFamily},
  {"map add",         "give somebody a logical unit", kMakerDetails, kMapAddOptions, kNewMap, kMapAddExamples, mapAdd, &kApiFamily},
  {"map remove",      "take a logical unit away", kMakerDetails, kMakerOptions, kMap, kMapRemoveExamples, mapRemove, &kApiFamily},
};
// clang-format on

}  // namespace

CommandTable changeCommands() { return kChangeCommands; }

}  // namespace ctl
