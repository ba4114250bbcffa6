#include "isns-server/ctl/isns_commands.h"

#include "isns-server/ctl/isns_handlers.h"
#include "shared/ctl/output.h"

namespace ctl {
namespace {

constexpr std::string_view kListWords[] = {"entities",      "portals", "nodes", "targets",  "initiators",
                                           "portal-groups", "domains", "sets",  "fc-ports", "fc-devices"};

// clang-format off

// --- options ---

constexpr Option kIsnsOptions[] = {
  {"--server",        "HOST[:PORT]", "the iSNS server; 127.0.0.1:3205 if not given", "SANCTL_ISNS_SERVER"},
  {"--udp",           "",            "ask by UDP instead of TCP"},
  {"--source",        "NAME",        "who asks: an iSCSI name or an FC port name; else the node that the command is about, or this machine's initiator", "SANCTL_ISNS_SOURCE"},
  {"--control",       "",            "ask as the control node"},
  {"--control-name",  "NAME",        "the name of the control node; isns.control if not given", "SANCTL_ISNS_CONTROL"},
  {"--timeout",       "SECONDS",     "how long to wait for a connection and for an answer; 5 if not given"},
  {"--output",        "FORMAT",      "how to print results; table if not given", {}, false, Words::None, kFormats},
  {"--fail-if-empty", "",            "end with exit code 5 where nothing is found"},
  {"--verbose",       "",            "print the messages that are exchanged, to the standard error"},
  {"--auth-key",      "FILE",        "sign requests with the DSA private key (PEM) of this file", {}, false, Words::File},
  {"--auth-name",     "NAME",        "the name under which the server knows the key; the source if not given"},
};

constexpr Option kRegisterOptions[] = {
  {"--eid",                 "EID",           "the entity; the server makes one if not given"},
  {"--node",                "NAME",          "an iSCSI node; the attributes that follow are its own", {}, true},
  {"--target",              "NAME",          "the same as --node NAME --node-type target", {}, true},
  {"--initiator",           "NAME",          "the same as --node NAME --node-type initiator", {}, true},
  {"--portal",              "ADDRESS:PORT",  "a portal; the attributes that follow are its own", {}, true},
  {"--portal-group",        "TAG=PORTAL,...", "of the node before: the tag (or none, for no access) of portals", {}, true},
  {"--fc-port",             "WWPN",          "an FC port", {}, true},
  {"--fc-device",           "WWNN",          "an FC device", {}, true},
  {"--replace",             "",              "put the registration in the place of what the message key names"},
  {"--message-key",         "FIELD=VALUE",   "the object to change, where it is not the entity", {}, true, Words::FieldValue},
  {"--protocol",            "PROTOCOL",      "of the entity: none, iscsi, ifcp"},
  {"--management-ip",       "ADDRESS",       "of the entity"},
  {"--version-range",       "MIN-MAX",       "of the entity's protocol"},
  {"--registration-period", "SECONDS",       "of the entity; the server may change it"},
  {"--portal-name",         "TEXT",          "of the portal", {}, true},
  {"--scn-port",            "PORT",          "of the portal, as in 5000 or 5000/udp", {}, true},
  {"--esi-port",            "PORT",          "of the portal", {}, true},
  {"--esi-interval",        "SECONDS",       "of the portal; the server may change it", {}, true},
  {"--portal-security",     "BITS",          "of the portal", {}, true},
  {"--node-type",           "TYPE",          "of the node: target, initiator, control, or several", {}, true},
  {"--alias",               "TEXT",          "of the node", {}, true},
  {"--auth-method",         "LIST",          "of the node, as in CHAP,none", {}, true},
  {"--wwnn-token",          "WWN",           "of the node", {}, true},
  {"--attr",                "FIELD=VALUE",   "any attribute, by its field or as tag:NUMBER=HEX", {}, true, Words::FieldValue},
};

constexpr Option kDeregisterOptions[] = {
  {"--eid",          "EID",          "an entity with all that belongs to it", {}, true},
  {"--node",         "NAME",         "an iSCSI node", {}, true},
  {"--portal",       "ADDRESS:PORT", "a portal", {}, true},
  {"--node-index",   "NUMBER",       "an iSCSI node by its index", {}, true},
  {"--portal-index", "NUMBER",       "a portal by its index", {}, true},
  {"--fc-port",      "WWPN",         "an FC port", {}, true},
  {"--fc-device",    "WWNN",         "an FC device", {}, true},
  {"--attr",         "FIELD=VALUE",  "any key, by its field", {}, true, Words::FieldValue},
};

constexpr Option kQueryOptions[] = {
  {"--key", "FIELD[=VALUE]", "what to ask by; without a value all objects of that kind; without --key everything that the source may see", {}, true, Words::FieldValue},
  {"--get", "FIELD,...",     "what to get; all fields of the key's kind of object if not given", {}, true, Words::FieldList},
  {"--all", "",              "name no fields: the server gives what it thinks is all"},
};

constexpr Option kListOptions[] = {
  {"--get",   "FIELD,...", "the fields to get and show", {}, true, Words::FieldList},
  {"--limit", "NUMBER",    "at most so many"},
};

constexpr Option kDomainCreateOptions[] = {
  {"--id",       "NUMBER",  "the id; the server chooses if not given"},
  {"--features", "BITS",    "boot or none"},
  {"--member",   "MEMBER",  "a member, as in sanctl isns dd add", {}, true},
};
constexpr Option kSetCreateOptions[] = {
  {"--id",     "NUMBER", "the id; the server chooses if not given"},
  {"--enable", "",       "enable the set at once"},
  {"--domain", "DOMAIN", "a domain of the set, by id or name", {}, true},
};

constexpr Option kScnOptions[] = {
  {"--node", "NAME", "the node; the source if not given"},
};

constexpr Option kWatchOptions[] = {
  {"--node",    "NAME",           "watch as this node, which is registered; else a node is registered for the time of the watch"},
  {"--events",  "EVENT,...",      "what to be told of; added, removed and updated if not given, with --control all", {}, true, Words::Bits},
  {"--listen",  "ADDRESS[:PORT]", "where to take notifications; the address that leads to the server and a free port if not given"},
  {"--scn-udp", "",               "take notifications by UDP instead of TCP"},
  {"--count",   "NUMBER",         "end after so many notifications"},
  {"--for",     "SECONDS",        "end after so long"},
};

constexpr Option kPingOptions[] = {
  {"--count", "NUMBER", "ask so often; once if not given"},
};

constexpr Option kDomainIdRequestOptions[] = {
  {"--switch",    "WWN",    "the gateway's switch name, which asks"},
  {"--eid",       "EID",    "the gateway's entity, for servers that want it as the source"},
  {"--preferred", "NUMBER", "the id wished for, 1 to 239; 1 if not given"},
};
constexpr Option kDomainIdOptions[] = {
  {"--eid",    "EID", "the gateway's entity, which asks"},
  {"--switch", "WWN", "the gateway's switch name, for servers that want it as the source"},
};

// --- arguments ---

constexpr Positional kListArguments[] = {{"TYPE", "what to list", true, false, Words::None, kListWords}};
constexpr Positional kNodeName[] = {{"NAME", "the iSCSI name"}};
constexpr Positional kOptionalName[] = {{"NAME", "the name; the server makes one if not given", false}};
constexpr Positional kDomain[] = {{"DOMAIN", "the domain: its id or its name (id:7 or name:7 where it could be either)"}};
constexpr Positional kDomainMembers[] = {
  {"DOMAIN", "the domain: its id or its name (id:7 or name:7 where it could be either)"},
  {"MEMBER", "an iSCSI name, a node's index, an FC port name, a portal as 10.0.0.1:3260, or portal-index:NUMBER; name:TEXT for a name that does not begin with iqn., eui. or naa.", true, true}};
constexpr Positional kDomainName[] = {{"DOMAIN", "the domain: its id or its name"}, {"NAME", "the new name"}};
constexpr Positional kDomainFeatures[] = {{"DOMAIN", "the domain: its id or its name"}, {"FEATURES", "boot or none"}};
constexpr Positional kSet[] = {{"SET", "the set: its id or its name (id:7 or name:7 where it could be either)"}};
constexpr Positional kSetDomains[] = {
  {"SET", "the set: its id or its name (id:7 or name:7 where it could be either)"},
  {"DOMAIN", "domains, by id or name", true, true}};
constexpr Positional kSetName[] = {{"SET", "the set: its id or its name"}, {"NAME", "the new name"}};
constexpr Positional kEvents[] = {{"EVENT", "added, removed, updated, member-added, member-removed, management, targets-only, initiators-only", true, true, Words::Bits}};
constexpr Positional kFabric[] = {{"FABRIC", "the virtual fabric"}};
constexpr Positional kFabricId[] = {{"FABRIC", "the virtual fabric"}, {"ID", "the id to release"}};

// --- examples ---

constexpr Example kIsnsExamples[] = {
  {"sanctl isns list targets --server 10.0.0.1",                    "the targets that this host may see"},
  {"sanctl isns list nodes --control --output json",                "all nodes, as the control node sees them, for a program"},
  {"sanctl isns register --eid control --node isns.control --node-type control", "register the control node, which open-isns wants before it lets it see all"},
  {"export SANCTL_ISNS_SERVER=10.0.0.1",                            "name the server once"},
};
constexpr Example kRegisterExamples[] = {
  {"sanctl isns register --eid host1 --initiator iqn.2001-04.com.example:host1 --alias \"rack 7\" --portal 10.0.0.7:3260",
   "a host with one port"},
  {"sanctl isns register --eid array --target iqn.2001-04.com.example:disk1 --portal-group 2=10.0.0.1:3260 --portal 10.0.0.1:3260 --scn-port 5000",
   "a target with an explicit portal group"},
  {"sanctl isns register --replace --eid host1 --initiator iqn.2001-04.com.example:host1",
   "the entity again, with this node only"},
};
constexpr Example kDeregisterExamples[] = {
  {"sanctl isns deregister --node iqn.2001-04.com.example:host1", "one node"},
  {"sanctl isns deregister --eid array --control",                "an entity with all that belongs to it"},
};
constexpr Example kQueryExamples[] = {
  {"sanctl isns query --key node_type=target --get iscsi_name,portal_ip,portal_port", "targets with their portals"},
  {"sanctl isns query --key iscsi_name=iqn.2001-04.com.example:host1",                "all attributes of a node"},
  {"sanctl isns query --key dd_id=7 --get dd_name,dd_member_iscsi_name --output csv", "the members of a domain, for a spreadsheet"},
};
constexpr Example kListExamples[] = {
  {"sanctl isns list targets",                                 "the targets that the source may see"},
  {"sanctl isns list portals --control --output json",         "all portals, for a program"},
  {"sanctl isns list nodes --get iscsi_name,alias --limit 20", "the first twenty, two columns"},
};
constexpr Example kShowExamples[] = {
  {"sanctl isns show node iqn.2001-04.com.example:disk1 --control",               "everything around a target"},
  {"sanctl isns show node iqn.2001-04.com.example:disk1 --control --output json", "the same for a program"},
};
constexpr Example kDomainGroupExamples[] = {
  {"sanctl isns dd list --control",                                                   "all domains"},
  {"sanctl isns dd create backup --control --member iqn.2001-04.com.example:host1",   "a domain with one member"},
};
constexpr Example kDomainCreateExamples[] = {
  {"sanctl isns dd create backup --control",                                                                           "an empty domain"},
  {"sanctl isns dd create backup --control --member iqn.2001-04.com.example:host1 --member iqn.2001-04.com.example:disk1", "with two members"},
};
constexpr Example kDomainAddExamples[] = {
  {"sanctl isns dd add backup iqn.2001-04.com.example:host1 iqn.2001-04.com.example:disk1 --control", "two nodes"},
  {"sanctl isns dd add 7 10.0.0.1:3260 --control",                                                     "a portal, into the domain with id 7"},
};
constexpr Example kDomainRemoveExamples[] = {
  {"sanctl isns dd remove backup iqn.2001-04.com.example:host1 --control", "one node"},
  {"sanctl isns dd remove 7 10.0.0.1:3260 --control",                      "a portal"},
};
constexpr Example kDomainRenameExamples[] = {{"sanctl isns dd rename backup nightly --control", "the domain gets another name"},
                                             {"sanctl isns dd rename id:7 nightly --control",   "the same by id"}};
constexpr Example kDomainFeaturesExamples[] = {{"sanctl isns dd features backup boot --control", "its targets serve for boot"},
                                               {"sanctl isns dd features backup none --control", "and no more"}};
constexpr Example kDomainDeleteExamples[] = {{"sanctl isns dd delete backup --control", "the domain; its members stay registered"},
                                             {"sanctl isns dd delete id:7 --control",   "the same by id"}};
constexpr Example kDomainListExamples[] = {{"sanctl isns dd list --control",              "all domains"},
                                           {"sanctl isns dd list --control --output csv", "for a spreadsheet"}};
constexpr Example kDomainShowExamples[] = {{"sanctl isns dd show backup --control",               "the domain and its members"},
                                           {"sanctl isns dd show backup --control --output json", "for a program"}};
constexpr Example kSetGroupExamples[] = {
  {"sanctl isns dds create day --enable --domain backup --control", "a set with one domain, in force at once"},
  {"sanctl isns dds disable day --control",                         "its domains give no visibility any more"},
};
constexpr Example kSetCreateExamples[] = {
  {"sanctl isns dds create day --domain backup --domain mail --control", "a set that is not in force yet"},
  {"sanctl isns dds create day --enable --control",                      "an empty set that is"},
};
constexpr Example kSetAddExamples[] = {{"sanctl isns dds add day backup mail --control", "two domains by name"},
                                       {"sanctl isns dds add 3 7 --control",             "the domain 7 into the set 3"}};
constexpr Example kSetRemoveExamples[] = {{"sanctl isns dds remove day backup --control", "one domain by name"},
                                          {"sanctl isns dds remove 3 7 --control",        "by ids"}};
constexpr Example kSetEnableExamples[] = {{"sanctl isns dds enable day --control",  "its domains are in force"},
                                          {"sanctl isns dds enable id:3 --control", "the same by id"}};
constexpr Example kSetDisableExamples[] = {{"sanctl isns dds disable day --control",  "its domains are in force no more, unless by another set"},
                                           {"sanctl isns dds disable id:3 --control", "the same by id"}};
constexpr Example kSetRenameExamples[] = {{"sanctl isns dds rename day weekday --control",  "the set gets another name"},
                                          {"sanctl isns dds rename id:3 weekday --control", "the same by id"}};
constexpr Example kSetDeleteExamples[] = {{"sanctl isns dds delete day --control",  "the set; its domains stay"},
                                          {"sanctl isns dds delete id:3 --control", "the same by id"}};
constexpr Example kSetListExamples[] = {{"sanctl isns dds list --control",               "all sets"},
                                        {"sanctl isns dds list --control --output json", "for a program"}};
constexpr Example kSetShowExamples[] = {{"sanctl isns dds show day --control",              "the set and its domains"},
                                        {"sanctl isns dds show day --control --output csv", "for a spreadsheet"}};
constexpr Example kScnRegisterExamples[] = {
  {"sanctl isns scn register --node iqn.2001-04.com.example:host1 added,removed", "tell the node what comes and goes"},
  {"sanctl isns scn register --node isns.control management,added,removed",       "tell a control node of everything"},
};
constexpr Example kScnDeregisterExamples[] = {
  {"sanctl isns scn deregister --node iqn.2001-04.com.example:host1", "no more notifications for the node"},
  {"sanctl isns scn deregister",                                      "for this machine's initiator"},
};
constexpr Example kScnEventExamples[] = {
  {"sanctl isns scn event --node iqn.2001-04.com.example:disk1 updated", "let the server tell that the node changed"},
  {"sanctl isns scn event updated",                                      "for this machine's initiator"},
};
constexpr Example kWatchExamples[] = {
  {"sanctl isns watch --control",                                          "everything that changes, until Ctrl-C"},
  {"sanctl isns watch --node iqn.2001-04.com.example:host1 --count 1",     "wait for the next change that this host is told of"},
  {"sanctl isns watch --control --for 60 --output json",                   "a minute of changes, one JSON object a line"},
};
constexpr Example kPingExamples[] = {
  {"sanctl isns ping --server 10.0.0.1",           "does it speak iSNS, and how fast"},
  {"sanctl isns ping --server 10.0.0.1:3205 --udp --count 3", "three times by UDP"},
};
constexpr Example kDomainIdRequestExamples[] = {
  {"sanctl isns domain-id request fabric-a --switch 10:00:00:05:1e:00:00:01",                "any free id"},
  {"sanctl isns domain-id request fabric-a --switch 10:00:00:05:1e:00:00:01 --preferred 12", "12 if it is free"},
};
constexpr Example kDomainIdReleaseExamples[] = {
  {"sanctl isns domain-id release fabric-a 12 --eid gateway1",                      "as RFC 4171 wants it"},
  {"sanctl isns domain-id release fabric-a 12 --switch 10:00:00:05:1e:00:00:01",    "for servers that know the switch"},
};
constexpr Example kDomainIdListExamples[] = {
  {"sanctl isns domain-id list fabric-a",               "all ids that are taken"},
  {"sanctl isns domain-id list fabric-a --output json", "for a program"},
};

// --- commands ---

constexpr std::string_view kIsnsDetails =
  "Works with any server that speaks RFC 4171. Who asks decides what is seen: a node sees what shares a discovery domain "
  "with it, a control node sees everything. Changes of domains and sets want a control node on most servers.";
constexpr std::string_view kRegisterDetails =
  "One message registers an entity with its portals and nodes. Attributes belong to the object of their kind that was "
  "named last. Unless --source or --control says otherwise, the first node of the message asks: servers want the source "
  "to belong to the entity.";
constexpr std::string_view kDeregisterDetails =
  "To deregister what is not there is no error (RFC 4171 5.6.5.4). Unless --source or --control says otherwise, the first "
  "node named asks.";
constexpr std::string_view kListDetails =
  "Asks for one object after the other (DevGetNext), so that no answer is too long for either side; where a server does "
  "not know that for a kind of object, by one query.";
constexpr std::string_view kDomainDetails =
  "A domain says who sees whom. It is in force as a member of an enabled set; some servers without sets take every domain "
  "as enabled.";
constexpr std::string_view kWatchDetails =
  "Opens a port for notifications, registers it as a portal with an SCN port, prints each event as one line and answers "
  "it. At the end, also after Ctrl-C and where the terminal is closed or nobody reads its output any more, it deregisters "
  "what it registered. With --control the node is the control node, and "
  "notifications are of the whole network.";

constexpr Command kIsnsCommands[] = {
  {"isns",                   "ask and change an iSNS name server", kIsnsDetails, kIsnsOptions, {}, kIsnsExamples, nullptr},
  {"isns register",          "register an entity with portals and nodes", kRegisterDetails, kRegisterOptions, {}, kRegisterExamples, isnsRegister},
  {"isns deregister",        "deregister entities, portals or nodes", kDeregisterDetails, kDeregisterOptions, {}, kDeregisterExamples, isnsDeregister},
  {"isns query",             "ask by any key for any attributes", "", kQueryOptions, {}, kQueryExamples, isnsQuery},
  {"isns list",              "list objects of one kind", kListDetails, kListOptions, kListArguments, kListExamples, isnsList},
  {"isns show",              "show one object with all that stands around it", "", {}, {}, kShowExamples, nullptr},
  {"isns show node",         "show a node: entity, portals, groups, domains, sets, and who shares a domain with it", "", {}, kNodeName, kShowExamples, isnsShowNode},
  {"isns dd",                "discovery domains", kDomainDetails, {}, {}, kDomainGroupExamples, nullptr},
  {"isns dd create",         "create a domain", "", kDomainCreateOptions, kOptionalName, kDomainCreateExamples, domainCreate},
  {"isns dd add",            "add members to a domain", "", {}, kDomainMembers, kDomainAddExamples, domainAdd},
  {"isns dd remove",         "remove members from a domain", "", {}, kDomainMembers, kDomainRemoveExamples, domainRemove},
  {"isns dd rename",         "give a domain another name", "", {}, kDomainName, kDomainRenameExamples, domainRename},
  {"isns dd features",       "set the features of a domain", "", {}, kDomainFeatures, kDomainFeaturesExamples, domainFeatures},
  {"isns dd delete",         "delete a domain", "", {}, kDomain, kDomainDeleteExamples, domainDelete},
  {"isns dd list",           "list the domains", "", kListOptions, {}, kDomainListExamples, domainList},
  {"isns dd show",           "show a domain with its members", "", {}, kDomain, kDomainShowExamples, domainShow},
  {"isns dds",               "discovery domain sets", "A set puts its domains in force while it is enabled.", {}, {}, kSetGroupExamples, nullptr},
  {"isns dds create",        "create a set", "", kSetCreateOptions, kOptionalName, kSetCreateExamples, setCreate},
  {"isns dds add",           "add domains to a set", "", {}, kSetDomains, kSetAddExamples, setAdd},
  {"isns dds remove",        "remove domains from a set", "", {}, kSetDomains, kSetRemoveExamples, setRemove},
  {"isns dds enable",        "put a set in force", "", {}, kSet, kSetEnableExamples, setEnable},
  {"isns dds disable",       "put a set out of force", "", {}, kSet, kSetDisableExamples, setDisable},
  {"isns dds rename",        "give a set another name", "", {}, kSetName, kSetRenameExamples, setRename},
  {"isns dds delete",        "delete a set", "", {}, kSet, kSetDeleteExamples, setDelete},
  {"isns dds list",          "list the sets", "", kListOptions, {}, kSetListExamples, setList},
  {"isns dds show",          "show a set with its domains", "", {}, kSet, kSetShowExamples, setShow},
  {"isns scn",               "registration for state change notifications", "", {}, {}, kScnRegisterExamples, nullptr},
  {"isns scn register",      "register a node for notifications; its entity needs a portal with an SCN port", "", kScnOptions, kEvents, kScnRegisterExamples, scnRegister},
  {"isns scn deregister",    "deregister a node from notifications", "", kScnOptions, {}, kScnDeregisterExamples, scnDeregister},
  {"isns scn event",         "ask the server to notify others of an event", "", kScnOptions, kEvents, kScnEventExamples, scnEvent},
  {"isns watch",             "print notifications as they come", kWatchDetails, kWatchOptions, {}, kWatchExamples, isnsWatch},
  {"isns ping",              "find out whether a server speaks iSNS, and how fast", "", kPingOptions, {}, kPingExamples, isnsPing},
  {"isns domain-id",         "FC_DOMAIN_IDs of iFCP gateways", "", {}, {}, kDomainIdListExamples, nullptr},
  {"isns domain-id request", "get an id for a gateway", "The gateway's entity must be monitored by ESI (RFC 4171 5.6.5.15).", kDomainIdRequestOptions, kFabric, kDomainIdRequestExamples, domainIdRequest},
  {"isns domain-id release", "give an id back", "", kDomainIdOptions, kFabricId, kDomainIdReleaseExamples, domainIdRelease},
  {"isns domain-id list",    "list the ids that are taken", "", kDomainIdOptions, kFabric, kDomainIdListExamples, domainIdList},
};
// clang-format on

}  // namespace

CommandTable isnsCommands() { return kIsnsCommands; }

}  // namespace ctl
