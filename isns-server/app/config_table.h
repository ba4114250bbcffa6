// Every key of the server's configuration: one row states its name, type, range, default, meaning, and where its value
// is held. Reading, --set, --check-config, the reference page and the shipped example all come from these rows.
//
// Constexpr data. For config.cpp and the reference pages.
#pragma once

#include "isns-server/app/config.h"
#include "isns-server/app/config_forms.h"
#include "shared/isns/pdu.h"
#include "shared/program/config_binding.h"
#include "shared/program/config_forms.h"

template <>
struct program::binding::Reading<std::optional<names::Oui>> {
  static constexpr bool fits(const ops::KeyType& type) { return type.kind == ops::KeyKind::Text && type.min == 0; }
  static std::optional<names::Oui> from(const ops::Value& value, std::uint16_t) {
    const auto& text = std::get<std::string>(value);
    if (text.empty()) return std::nullopt;
    return names::parseOui(text).value();
  }
};

namespace app {

using BoundKey = program::BoundKey<StartConfig, RuntimeConfig>;

// In the order of the enumerations in config.h.
inline constexpr std::string_view kStoreKinds[] = {"sqlite", "memory"};
inline constexpr std::string_view kUnknownSources[] = {"reject", "empty"};
inline constexpr std::string_view kUnassignedDomains[] = {"inactive", "active"};
inline constexpr std::string_view kSourceChecks[] = {"enforce", "log", "open"};
inline constexpr std::string_view kAuthentications[] = {"off", "accept", "require"};
inline constexpr std::string_view kAccesses[] = {"none", "query", "register", "full"};

namespace table {

using ops::boolean;
using ops::bytes;
using ops::choice;
using ops::duration;
using ops::integer;
using ops::KeyRow;
using ops::list;
using ops::optionalText;
using ops::RecordRow;
using ops::text;
using program::kAbsolutePath;
using program::kEndpoint;
using program::kIpAddress;
using program::kNetwork;
using program::kNodeName;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;
using S = StartConfig;
using R = RuntimeConfig;
inline constexpr auto kDay = 24h;

// Addresses that are written without a port get this one; where a key of its own holds the port, config.cpp puts it in.
template <auto Group, auto Member>
consteval BoundKey key(std::string_view name, ops::KeyType type, std::string_view preset, std::string_view doc) {
  return program::bindKey<S, R, isns::kDefaultPort, Group, Member>(name, type, preset, doc);
}

inline constexpr BoundKey kKeys[] = {
    // clang-format off
    key<&S::listen, &S::Listen::addresses>("listen.addresses", list(&kIpAddress, 1, 64), "0.0.0.0, ::",
        "The local addresses on which the server takes iSNS requests."),
    key<&S::listen, &S::Listen::port>("listen.port", integer(0, 65535), "3205",
        "The TCP and UDP port for iSNS requests; 0 lets the system choose one, for tests."),
    key<&S::listen, &S::Listen::udp>("listen.udp", boolean(), "true",
        "Whether requests are taken over UDP too."),

    key<&S::http, &S::Http::enabled>("http.enabled", boolean(), "true",
        "Whether health and metrics are served over HTTP."),
    key<&S::http, &S::Http::address>("http.address", text(&kIpAddress), "127.0.0.1",
        "The local address for HTTP; it answers whoever can reach it."),
    key<&S::http, &S::Http::port>("http.port", integer(0, 65535), "3286",
        "The TCP port for HTTP; 0 lets the system choose one, for tests."),

    key<&S::api, &S::Api::enabled>("api.enabled", boolean(), "true",
        "Whether the management API is served."),
    key<&S::api, &S::Api::address>("api.address", text(&kIpAddress), "127.0.0.1",
        "The local address for the management API over HTTPS."),
    key<&S::api, &S::Api::port>("api.port", integer(0, 65535), "3285",
        "The TCP port for the management API; 0 lets the system choose one, for tests."),
    key<&S::api, &S::Api::names>("api.names", list(nullptr, 0, 32), "localhost",
        "Host names and addresses by which clients reach the API, for its certificate; the address is in it anyway."),
    key<&S::api, &S::Api::socket>("api.socket", text(&kAbsolutePath), "/run/sanctum/management.sock",
        "The local socket of the API, which only the server's user and root can open; `sanctl init` needs it."),
    key<&S::api, &S::Api::keyFolder>("api.key_folder", text(&kAbsolutePath), "/var/lib/sanctum/keys",
        "The folder of the keys that seal secrets and sign the audit log; made at the first start."),
    key<&S::api, &S::Api::requestsPerSource>("api.requests_per_source", integer(0, 1'000'000, "requests a second"), "500",
        "How many requests a second one address may make in the long run before it gets status 429; 0 sets no limit. "
        "An agent with its certificate counts by itself, wherever it asks from; the local socket has no limit."),
    key<&S::api, &S::Api::burstPerSource>("api.burst_per_source", integer(1, 1'000'000, "requests"), "2000",
        "How many of them at once."),
    key<&S::api, &S::Api::connectionsPerSource>(
        "api.connections_per_source", integer(1, 1'000'000, "connections"), "500",
        "How many connections one address may have open at once, of the 5,000 that there are; those beyond are closed at "
        "once. Raise it where many agents or listeners come from one address. An IPv6 network (/64) may have as many of "
        "clients who have not shown who they are. The local socket has none."),

    key<&S::agents, &S::Agents::nameServers>("agents.name_servers", list(&kServerEndpoint, 0, 16), "",
        "The name servers that enrolled agents use, and no others, in this order; a port where it is not 3205. With none "
        "here each agent goes on with those that it knows by itself."),
    key<&S::agents, &S::Agents::discoverPortals>("agents.discover_portals", list(&kAgentPortal, 0, 64), "",
        "Portals of foreign targets that an enrolled agent asks for their targets (SendTargets), and tells the server: "
        "\"AGENT=ADDRESS[:PORT]\", the agent by its name. What differs from what is registered is a finding (R23)."),

    key<&S::store, &S::Store::kind>("store.kind", choice(kStoreKinds), "sqlite",
        "Where registrations are kept: in a database file, or in memory only and lost at the end of the process."),
    key<&S::store, &S::Store::path>("store.path", text(&kAbsolutePath), "/var/lib/sanctum/registry.db",
        "The database file of store.kind sqlite; its folder must be writable."),
    key<&R::store, &R::Store::historyDays>("store.history_days", integer(0, 36500, "days"), "400",
        "How long the history of changes is kept; 0 keeps it for ever."),

    key<&R::registry, &R::Registry::defaultPeriod>("registry.default_period", duration(1s, 365 * kDay), "15m",
        "The registration period of an entity that asks for none."),
    key<&R::registry, &R::Registry::minPeriod>("registry.min_period", duration(1s, 365 * kDay), "40s",
        "The shortest registration period; a shorter one is raised to it, and below 40 s tgtd never refreshes."),
    key<&R::registry, &R::Registry::maxPeriod>("registry.max_period", duration(1s, 365 * kDay), "7d",
        "The longest registration period; a longer one is lowered to it."),
    key<&R::registry, &R::Registry::transientPeriod>("registry.transient_period", duration(10s, kDay), "2m",
        "The period of a node that registers without portal, entity identifier and period, as iscsiadm does to query."),
    key<&R::registry, &R::Registry::unknownSource>("registry.unknown_source", choice(kUnknownSources), "reject",
        "What a query from a node that is not registered gets: status 6 (Source Unknown), or an empty answer."),
    key<&S::registry, &S::Registry::unassignedDomains>(
        "registry.unassigned_domains", choice(kUnassignedDomains), "inactive",
        "Whether the members of a discovery domain that is in no domain set see each other."),
    key<&S::registry, &S::Registry::defaultDomain>("registry.default_domain", boolean(), "false",
        "Whether nodes that are in no discovery domain are members of the default domain and see each other there."),
    key<&R::registry, &R::Registry::relaxedNames>("registry.relaxed_names", boolean(), "false",
        "Whether iSCSI names that begin with none of iqn., eui. and naa. are taken, as open-isns tools use them."),
    key<&R::registry, &R::Registry::maxObjects>(
        "registry.max_objects", integer(1000, 100'000'000, "objects"), "2000000",
        "How many objects the registry holds; a registration beyond that gets status 12 (Busy). With 'api.enabled' at "
        "most 4000000, as the SAN model holds no more."),
    key<&R::registry, &R::Registry::assignWwnnToken>("registry.assign_wwnn_token", boolean(), "false",
        "Whether an iSCSI node that registers without a WWNN token is given one."),
    key<&R::registry, &R::Registry::wwnnOui>("registry.wwnn_oui", optionalText(&kOui), "",
        "The OUI of the WWNN tokens that the server assigns, such as 00:14:05."),

    key<&R::esi, &R::Esi::enabled>("esi.enabled", boolean(), "true",
        "Whether the server takes part in entity status inquiries; without, their registration gets status 21."),
    key<&R::esi, &R::Esi::threshold>("esi.threshold", integer(1, 100, "inquiries"), "3",
        "How many inquiries in a row go unanswered before a portal is removed."),
    key<&R::esi, &R::Esi::minInterval>("esi.min_interval", duration(1s, 7 * kDay), "20s",
        "The shortest interval between inquiries to a portal; a shorter one is raised to it."),
    key<&R::esi, &R::Esi::maxInterval>("esi.max_interval", duration(1s, 7 * kDay), "1h",
        "The longest interval between inquiries to a portal; a longer one is lowered to it."),
    key<&R::esi, &R::Esi::defaultInterval>("esi.default_interval", duration(0s, 7 * kDay), "5m",
        "The interval of a portal that registers an ESI port while no portal of its entity registers an interval, as "
        "illumos initiators do; at most half of the entity's registration period. One that does not answer is removed; its entity "
        "lives on by its registration period. 0: such a portal is not asked."),

    key<&R::scn, &R::Scn::enabled>("scn.enabled", boolean(), "true",
        "Whether the server sends state change notifications."),
    key<&R::scn, &R::Scn::management>("scn.management", boolean(), "true",
        "Whether control nodes may register for management notifications."),
    key<&R::scn, &R::Scn::responseTimeout>("scn.response_timeout", duration(1s, 5min), "5s",
        "How long the server waits for the response to a notification or an inquiry."),
    key<&R::scn, &R::Scn::retries>("scn.retries", integer(0, 100, "retries"), "3",
        "How often a notification without a response is sent again before it is given up."),
    key<&R::scn, &R::Scn::keepConnection>("scn.keep_connection", duration(0s, kDay), "1m",
        "How long an idle connection to a client's notification port is kept; 0 closes it after the response."),
    key<&R::scn, &R::Scn::maxConnections>("scn.max_connections", integer(1, 1'000'000, "connections"), "20000",
        "How many connections to clients' notification ports are open at once; beyond, the idlest is closed."),
    key<&R::scn, &R::Scn::queueEvents>("scn.queue_events", integer(1, 100'000, "events"), "256",
        "How many events wait for one destination; beyond, they are dropped and counted."),

    key<&R::domains, &R::Domains::modifyByTarget>("domains.modify_by_target", boolean(), "false",
        "Whether iSCSI targets may change discovery domains and sets."),
    key<&R::domains, &R::Domains::modifyByInitiator>("domains.modify_by_initiator", boolean(), "false",
        "Whether iSCSI initiators may change discovery domains and sets."),
    key<&R::domains, &R::Domains::modifyByIfcpTarget>("domains.modify_by_ifcp_target", boolean(), "false",
        "Whether iFCP target ports may change discovery domains and sets."),
    key<&R::domains, &R::Domains::modifyByIfcpInitiator>("domains.modify_by_ifcp_initiator", boolean(), "false",
        "Whether iFCP initiator ports may change discovery domains and sets."),

    key<&R::security, &R::Security::sourceCheck>("security.source_check", choice(kSourceChecks), "enforce",
        "What happens when a node changes objects of an entity that is not its own: refused with status 8, allowed "
        "and logged, or allowed."),
    key<&R::security, &R::Security::agentCheck>("security.agent_check", choice(kSourceChecks), "enforce",
        "What happens when a request uses the name or the entity of an enrolled agent and comes from none of the "
        "addresses that the agent reports: refused with status 8, allowed and logged, or allowed. Other than `enforce` "
        "is for agents behind a translation of addresses (NAT) by which iSNS comes from another address than HTTPS."),
    key<&R::security, &R::Security::authentication>("security.authentication", choice(kAuthentications), "off",
        "Whether authentication blocks are ignored, checked where they come, or demanded of every message."),
    key<&R::security, &R::Security::keyFolder>("security.key_folder", text(&kAbsolutePath), "/etc/sanctum/isns-keys",
        "The folder of public keys, one file for each SPI, and of the server's own key."),
    key<&R::security, &R::Security::replayWindow>("security.replay_window", duration(1s, 1h), "2m",
        "How far the timestamp of a signed message may be from the server's clock."),

    key<&S::limits, &S::Limits::connections>("limits.connections", integer(1, 1'000'000, "connections"), "20000",
        "How many client connections are open at once; further ones are closed at once and counted."),
    key<&R::limits, &R::Limits::connectionsPerSource>(
        "limits.connections_per_source", integer(1, 1'000'000, "connections"), "2000",
        "How many connections one source address may have open at once."),
    key<&R::limits, &R::Limits::requestsPerSource>(
        "limits.requests_per_source", integer(0, 1'000'000, "requests a second"), "0",
        "How many requests a second one source address may send before it gets status 12 (Busy); 0 sets no limit."),
    key<&R::limits, &R::Limits::objectsPerSource>(
        "limits.objects_per_source", integer(0, 100'000'000, "objects"), "100000",
        "How many objects one source may make since the start, with what is made in its entities later; a registration "
        "beyond that gets status 12 (Busy). A source is an IPv4 address or an IPv6 network (/64). Control nodes, who signs, "
        "and what the store held at the start do not count; what comes by UDP counts together. 0 sets no limit."),
    key<&R::limits, &R::Limits::messageSize>("limits.message_size", bytes(64 << 10, 64 << 20), "1MiB",
        "The largest request, over all its PDUs; a larger one gets status 12 (Busy) and is skipped. Connections that come "
        "later take a new value."),
    key<&R::limits, &R::Limits::responseSize>("limits.response_size", bytes(64 << 10, 1 << 30), "64MiB",
        "The largest response; a query whose answer is larger gets status 12 (Busy). By UDP one datagram is the most."),
    key<&R::limits, &R::Limits::outputQueue>("limits.output_queue", bytes(64 << 10, 1 << 30), "256KiB",
        "How much output waits on one connection before the server reads no more requests from it. Connections that come "
        "later take a new value."),
    key<&R::limits, &R::Limits::idleTimeout>("limits.idle_timeout", duration(0s, 30 * kDay), "0",
        "After what silence a client's connection is closed; 0 never closes it. One whose client has vanished is found by "
        "keep-alive, two minutes after its last word, and closed in any case."),
    key<&R::limits, &R::Limits::partialMessageTimeout>("limits.partial_message_timeout", duration(1s, 1h), "30s",
        "How long a request may take from its first byte to its last before the connection is closed."),

    key<&S::heartbeat, &S::Heartbeat::enabled>("heartbeat.enabled", boolean(), "false",
        "Whether the server sends the iSNS heartbeat."),
    key<&S::heartbeat, &S::Heartbeat::address>("heartbeat.address", optionalText(&kIpAddress), "",
        "The multicast or broadcast address to which heartbeats go."),
    key<&S::heartbeat, &S::Heartbeat::port>("heartbeat.port", integer(1, 65535), "3205",
        "The UDP port to which heartbeats go."),
    key<&S::heartbeat, &S::Heartbeat::interval>("heartbeat.interval", duration(1s, kDay), "30s",
        "The time between two heartbeats."),
    key<&S::heartbeat, &S::Heartbeat::serverAddress>("heartbeat.server_address", optionalText(&kIpAddress), "",
        "The address of this server that heartbeats announce."),
    key<&S::heartbeat, &S::Heartbeat::backups>("heartbeat.backups", list(&kEndpoint, 0, 64), "",
        "The backup servers that heartbeats announce, address and port, the one to take over first in front."),

    key<&R::log, &R::Log::level>("log.level", choice(ops::kSeverityWords), "info",
        "The least severe events that are logged."),
    key<&R::log, &R::Log::format>("log.format", choice(ops::kLogFormatWords), "text",
        "Whether log lines are name=value pairs or JSON objects."),
    // clang-format on
};

inline constexpr KeyRow kControlNodeColumns[] = {
    {"name", text(&kNodeName), std::nullopt, true,
     "The iSCSI name, other node name or FC port name (WWPN), as the node sends it as source."},
    {"addresses", list(&kNetwork, 0, 64), "127.0.0.0/8, ::1", true,
     "The networks from which the name alone is believed, over TCP; over UDP an address proves nothing, and only the "
     "key counts."},
    {"key", optionalText(nullptr, 512), "", true,
     "The SPI whose signature is believed from everywhere; empty for none."},
};
inline constexpr std::string_view kLocalControlNode[] = {"isns.control", "127.0.0.0/8, ::1", ""};
inline constexpr std::span<const std::string_view> kControlNodePreset[] = {kLocalControlNode};

inline constexpr KeyRow kAddressRuleColumns[] = {
    {"network", text(&kNetwork), std::nullopt, true, "The network whose addresses the rule is for."},
    {"access", choice(kAccesses), "full", true,
     "What requests from there may do: nothing, read, register too, or change discovery domains too."},
};

inline constexpr RecordRow kRecords[] = {
    {"control_node", kControlNodeColumns, 1000, true,
     "A node that may see and change everything. A name counts only with one of its addresses or its key.",
     kControlNodePreset},
    {"address_rule", kAddressRuleColumns, 4096, true,
     "What the addresses of a network may do at all; the first rule that holds an address decides, and an address "
     "without a rule has full access."},
};

inline constexpr auto kRows = program::rowsOf(kKeys);

}  // namespace table

inline constexpr ops::Schema kConfigSchema{table::kRows, table::kRecords};

}  // namespace app
