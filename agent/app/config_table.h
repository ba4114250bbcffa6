// Every key of the agent's configuration: one row states its name, type, range, default, meaning, and where its value
// is held; and the columns of its records. Reading, --set, --check-config, the saved changes, the reference page and
// the shipped example all come from these rows.
//
// Constexpr data.
#pragma once

#include "agent/app/config.h"
#include "agent/app/config_forms.h"
#include "shared/isns/pdu.h"
#include "shared/names/ports.h"
#include "shared/program/config_binding.h"
#include "shared/program/config_forms.h"

namespace agent {

using BoundKey = program::BoundKey<StartConfig, RuntimeConfig>;

// In the order of the enumerations.
inline constexpr std::string_view kAuthentications[] = {"none", "chap", "mutual"};
inline constexpr std::string_view kEngines[] = {"auto", "io_uring", "pool"};
inline constexpr std::string_view kAluaWords[] = {"none", "implicit", "explicit"};

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
using program::kIscsiName;
using program::kNetwork;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;
using S = StartConfig;
using R = RuntimeConfig;
using L = target::Limits;

template <auto Group, auto Member>
consteval BoundKey key(std::string_view name, ops::KeyType type, std::string_view preset, std::string_view doc) {
  return program::bindKey<S, R, names::kIscsiPort, Group, Member>(name, type, preset, doc);
}
// Addresses of name servers have another port by themselves.
template <auto Group, auto Member>
consteval BoundKey isns(std::string_view name, ops::KeyType type, std::string_view preset, std::string_view doc) {
  return program::bindKey<S, R, isns::kDefaultPort, Group, Member>(name, type, preset, doc);
}
// A limit of the target server, which is a struct of its own within the start configuration.
template <auto Member>
consteval BoundKey limit(std::string_view name, ops::KeyType type, std::string_view preset, std::string_view doc) {
  return program::bindKey<S, R, names::kIscsiPort, &S::limits, Member>(name, type, preset, doc);
}

inline constexpr std::int64_t kMebibyte = 1 << 20;
inline constexpr std::int64_t kTebibyte = std::int64_t{1} << 40;

inline constexpr BoundKey kKeys[] = {
    // clang-format off
    key<&S::state, &S::State::folder>("state.folder", text(&kAbsolutePath), "/var/lib/sanctum/agent",
        "The folder of what the agent keeps: changes made by sanctl agent, reservations, its identity."),

    key<&S::control, &S::Control::enabled>("control.enabled", boolean(), "true",
        "Whether sanctl agent can ask and change the running agent."),
    key<&S::control, &S::Control::socket>("control.socket", text(&kAbsolutePath, 100), "/run/sanctum/agent.sock",
        "The unix socket for that."),
    key<&S::control, &S::Control::group>("control.group", optionalText(nullptr, 64), "",
        "A group whose members may use the socket as root may; empty for root and the agent's own user alone."),

    key<&S::http, &S::Http::enabled>("http.enabled", boolean(), "true",
        "Whether health and metrics are served over HTTP."),
    key<&S::http, &S::Http::address>("http.address", text(&kIpAddress), "127.0.0.1",
        "The local address for HTTP; it answers whoever can reach it."),
    key<&S::http, &S::Http::port>("http.port", integer(0, 65535), "3287",
        "The TCP port for HTTP; 0 lets the system choose one, for tests."),

    key<&S::engine, &block::EngineOptions::choice>("engine.kind", choice(kEngines), "auto",
        "How disks are reached: io_uring where a probe finds that it works, else a pool of threads; or one of them "
        "always."),
    key<&S::engine, &block::EngineOptions::depth>("engine.depth", integer(1, 4096, "operations"), "256",
        "How many operations an io_uring has at a time."),
    key<&S::engine, &block::EngineOptions::threads>("engine.threads", integer(1, 64, "threads"), "8",
        "How many threads a pool has."),

    key<&S::initiator, &S::Initiator::name>("initiator.name", optionalText(&kIscsiName, 223), "",
        "The iSCSI name with which the agent logs in to other targets, for stores that are logical units there; empty "
        "for that of /etc/iscsi/initiatorname.iscsi, which the units have systemd give to the agent, or, where there is "
        "no such file, for one made of the host name."),

    isns<&R::isns, &R::Isns::servers>("isns.servers", list(&kEndpoint, 0, 16), "",
        "The name servers to register with, the first that answers; a port where it is not 3205. With none here and "
        "without isns.dhcp, isns.heartbeat and isns.mdns the agent is registered nowhere, and asks nobody about zones. "
        "Where a management server names name servers, those of no key count."),
    key<&R::isns, &R::Isns::dhcp>("isns.dhcp", boolean(), "false",
        "Whether name servers are used, too, of which the DHCP server has told this machine (option 83), after those of "
        "isns.servers. They stand in the lease files of dhclient, where it asks for the option. systemd-networkd, as of "
        "Debian 12, keeps no such option in its lease files, and those of NetworkManager are for root alone (AGENT-5010)."),
    isns<&R::isns, &R::Isns::heartbeat>("isns.heartbeat", boolean(), "false",
        "Whether name servers are used, too, of which iSNS heartbeats tell, after those of DHCP. A heartbeat proves "
        "nothing of who sent it."),
    isns<&R::isns, &R::Isns::heartbeatGroups>("isns.heartbeat_groups", list(&kMulticast, 0, 8), "",
        "The multicast groups to which heartbeats are sent, as heartbeat.address of isns-server says; broadcasts, and "
        "the group that DHCP names with isns.dhcp, are heard without."),
    isns<&R::isns, &R::Isns::heartbeatPort>("isns.heartbeat_port", integer(1, 65535), "3205",
        "The UDP port to which heartbeats go. A name server on this machine that has the port keeps it for itself."),
    isns<&R::isns, &R::Isns::mdns>("isns.mdns", boolean(), "false",
        "Whether name servers are used, too, that announce themselves as _isns._tcp by mDNS, after those of heartbeats. "
        "Needs avahi-daemon on this machine. An announcement proves nothing of who made it."),
    key<&R::isns, &R::Isns::entity>("isns.entity", optionalText(nullptr, 255), "",
        "The entity identifier under which it is registered; empty for the name of this machine."),
    key<&R::isns, &R::Isns::period>("isns.period", duration(20s, 24h), "5m",
        "For how long a registration holds without a sign of life. The agent gives one at half of it."),
    key<&R::isns, &R::Isns::esiInterval>("isns.esi_interval", duration(0s, 1h), "60s",
        "How often the name server is to ask whether the agent is there (ESI); 0 for never. A server that does not do "
        "so is registered with without."),
    key<&R::isns, &R::Isns::enforceZones>("isns.enforce_zones", boolean(), "true",
        "Whether targets admit only initiators that share an enabled discovery domain with them at the name server. "
        "Access rules hold beside it. Without a name server to look for it means nothing."),
    key<&S::isns, &S::Isns::noticePort>("isns.notice_port", integer(0, 65535), "0",
        "The TCP port at which name servers bring notices and inquiries; 0 for any that is free."),

    key<&S::host, &S::Host::enabled>("host.enabled", boolean(), "false",
        "Whether units that targets show this machine become its disks: the agent registers initiator.name with the "
        "name servers, and asks there for its targets. It needs `san-agent attach` beside it."),
    key<&S::host, &S::Host::helper>("host.helper", text(&kAbsolutePath, 100), "/run/sanctum-attach/attach.sock",
        "The unix socket of `san-agent attach`."),
    key<&S::host, &S::Host::paths>("host.paths", choice(block::kPathPolicyWords), "round-robin",
        "How requests are spread over the portals of a target: to each in turn, or to the one that answers soonest."),
    key<&R::host, &R::Host::probeEvery>("host.probe_every", duration(0s, 24h * 7), "1h",
        "How often the logins are tried that the management server names: to targets that this host should reach, and to "
        "some that it should not. Nothing is attached. 0 for never."),

    key<&R::management, &R::Management::refuseAfter>("management.refuse_after", duration(0s, 8760h), "0s",
        "After what time without a word of the management server its targets take no new logins (status 0301, by which "
        "initiators try on): who was let in may long have been taken out there. Living sessions stay; what was changed "
        "by --break-glass is let in. 0 for never: the last state goes on without end."),

    key<&R::management, &R::Management::discoverEvery>("management.discover_every", duration(0s, 24h), "10m",
        "How often the portals are asked for their targets that the management server names (agents.discover_portals of "
        "isns-server); 0 for never."),

    limit<&L::connections>("limits.connections", integer(1, 1'000'000, "connections"), "16384",
        "How many connections are open at once; further ones wait in the kernel."),
    limit<&L::loginsAtATime>("limits.logins_at_a_time", integer(1, 1'000'000, "connections"), "4096",
        "How many connections may be on their way through a login; beyond, the oldest is closed."),
    limit<&L::loginsOfAnAddress>("limits.logins_of_an_address", integer(1, 1'000'000, "connections"), "4096",
        "The same of one address; beyond, the new one is closed."),
    limit<&L::sessions>("limits.sessions", integer(1, 65535, "sessions"), "8192",
        "How many sessions a target has at once."),
    limit<&L::sessionsPerInitiator>("limits.sessions_per_initiator", integer(1, 65535, "sessions"), "4096",
        "How many of them one initiator may have."),
    limit<&L::loginTime>("limits.login_time", duration(1s, 1h), "15s",
        "How long a login may take."),
    limit<&L::logoutTime>("limits.logout_time", duration(0s, 1h), "5s",
        "How long an initiator that was asked to log out has before its connections are closed."),
    limit<&L::pingAfter>("limits.ping_after", duration(0s, 24h), "30s",
        "After what silence an initiator is asked whether it is there; 0 never asks."),
    limit<&L::pingTime>("limits.ping_time", duration(1s, 1h), "30s",
        "How long it has for the answer before the connection is lost."),
    limit<&L::dataOutTime>("limits.data_out_time", duration(1s, 1h), "30s",
        "How long the data of a write may let wait for its next piece."),
    limit<&L::commandWindow>("limits.command_window", integer(1, 1024, "commands"), "128",
        "How many commands a session may have on their way."),
    limit<&L::writeMemory>("limits.write_memory", bytes(kMebibyte, kTebibyte), "512MiB",
        "How much data of writes may be on its way, of all sessions together; beyond, commands end with TASK SET "
        "FULL. No session has more of it than it leaves to the others, or one command."),
    limit<&L::unitMemory>("limits.unit_memory", bytes(kMebibyte, kTebibyte), "512MiB",
        "The same for data of reads and for the units' own buffers."),
    limit<&L::outputHighWater>("limits.output_high_water", bytes(64 << 10, 1 << 30), "2MiB",
        "How much output waits on one connection before the agent reads no more commands from it."),

    key<&R::discovery, &R::Discovery::authentication>("discovery.authentication", choice(kAuthentications), "none",
        "What discovery sessions must prove. They see the targets that an access rule lets them into, and no others."),
    key<&R::discovery, &R::Discovery::algorithms>("discovery.algorithms", list(&kAlgorithm, 1, 4), "SHA3-256, MD5",
        "The CHAP algorithms that are taken from discovery sessions, the best first."),

    key<&R::secrets, &R::Secrets::folder>("secrets.folder", text(&kAbsolutePath), "/etc/sanctum/agent-secrets",
        "The folder of CHAP secrets, one file each, readable by its owner alone."),
    key<&R::secrets, &R::Secrets::allowShort>("secrets.allow_short", boolean(), "false",
        "Whether secrets of less than 12 bytes are taken, which RFC 7143 9.2.1 allows only where IPsec encrypts."),

    key<&R::metrics, &R::Metrics::sessions>("metrics.sessions", integer(0, 10'000, "sessions"), "64",
        "Up to how many sessions have metrics of their own; with more, all are counted by target only."),

    key<&R::drain, &R::Drain::grace>("drain.grace", duration(0s, 1h), "10s",
        "How long sessions have to log out when the agent ends."),

    key<&R::log, &R::Log::level>("log.level", choice(ops::kSeverityWords), "info",
        "The least severe events that are logged."),
    key<&R::log, &R::Log::format>("log.format", choice(ops::kLogFormatWords), "text",
        "Whether log lines are name=value pairs or JSON objects."),
    // clang-format on
};

inline constexpr KeyRow kPortalColumns[] = {
    {"address", text(&kEndpoint), std::nullopt, false,
     "The local address, with a port where it is not 3260; 0.0.0.0 and [::] are all addresses of a kind."},
    {"group", integer(0, 65535), "1", false, "Its target portal group tag."},
};
inline constexpr std::string_view kPortal4[] = {"0.0.0.0", "1"};
inline constexpr std::string_view kPortal6[] = {"::", "1"};
inline constexpr std::span<const std::string_view> kPortalPreset[] = {kPortal4, kPortal6};

inline constexpr KeyRow kUnitColumns[] = {
    // clang-format off
    {"id", text(&kUnitId, 63), std::nullopt, true, "Its name here; access rules and sanctl speak of it by this."},
    {"store", text(&kStore), std::nullopt, true,
     "What holds its blocks: memory:SIZE, null:SIZE, file:/PATH, /dev/NAME, iscsi://HOST[:PORT]/TARGET/LUN, "
     "nbd://HOST[:PORT]/EXPORT or nbd+unix:///EXPORT?socket=/PATH, and behind commas block=512 or 4096, readonly, "
     "direct or buffered, thin or thick, writethrough; of iscsi, for CHAP, user=NAME and secret=/PATH of a file, and "
     "for mutual CHAP target-user and target-secret too."},
    {"serial", optionalText(&kAscii, 252), "", true,
     "Its serial number; empty for one that is made of the id and the agent's identity."},
    {"naa", optionalText(&kNaa, 32), "", true,
     "Its NAA designator in hexadecimal digits, by which hosts know it; empty for one that is made likewise."},
    {"eui64", optionalText(&kEui64, 32), "", true, "Its EUI-64 designator in hexadecimal digits; empty for none."},
    {"vendor", text(&kAscii, 8), "SANCTUM", true, "The T10 vendor identification."},
    {"product", text(&kAscii, 16), "VIRTUAL DISK", true, "The product identification."},
    {"revision", text(&kAscii, 4), "0001", true, "The product revision level."},
    {"removable", boolean(), "false", true, "Whether its medium can be ejected and loaded."},
    {"alua", choice(kAluaWords), "none", true,
     "Whether it tells of asymmetric access (ALUA), and whether hosts may change the states."},
    {"max_commands", integer(1, 65535, "commands"), "16384", true,
        "How many commands it has at a time, of all sessions."},
    {"max_nexuses", integer(1, 65535, "nexuses"), "8192", true, "How many sessions use it at a time."},
    {"unmap_granularity", integer(1, 1 << 20, "blocks"), "1", true, "The optimal unmap granularity that it tells."},
    {"optimal_blocks", integer(0, 1 << 24, "blocks"), "0", true,
        "The optimal transfer length that it tells; 0 for none."},
    // clang-format on
};

inline constexpr std::int64_t kMaxLength = (1 << 24) - 1;
inline constexpr KeyRow kTargetColumns[] = {
    // clang-format off
    {"name", text(&kIscsiName, 223), std::nullopt, true, "Its iSCSI name."},
    {"alias", optionalText(nullptr, 255), "", true, "Its alias, told to initiators."},
    {"groups", list(&kPortalGroup, 0, 64), "", true, "The portal groups through which it is reached; none for all."},
    {"max_connections", integer(1, 65535, "connections"), "4", true, "MaxConnections: how many a session has."},
    {"initial_r2t", boolean(), "false", true, "InitialR2T: whether all data of a write waits to be asked for."},
    {"immediate_data", boolean(), "true", true, "ImmediateData: whether data may come with the command."},
    {"max_recv_data_segment_length", bytes(512, kMaxLength), "256KiB", true,
     "MaxRecvDataSegmentLength: the longest piece of data that it takes."},
    {"max_burst_length", bytes(512, kMaxLength), "1MiB", true, "MaxBurstLength: how much it asks for at a time."},
    {"first_burst_length", bytes(512, kMaxLength), "256KiB", true,
     "FirstBurstLength: how much data comes without being asked for."},
    {"max_outstanding_r2t", integer(1, 65535, "R2Ts"), "4", true, "MaxOutstandingR2T: how often it asks ahead."},
    {"error_recovery_level", integer(0, 2), "0", true, "ErrorRecoveryLevel: the highest that it takes."},
    {"default_time2wait", duration(0s, 1h), "2s", true, "DefaultTime2Wait."},
    {"default_time2retain", duration(0s, 1h), "20s", true, "DefaultTime2Retain."},
    {"header_digest", list(&kDigest, 1, 2), "None, CRC32C", true, "HeaderDigest: what it takes of what is offered."},
    {"data_digest", list(&kDigest, 1, 2), "None, CRC32C", true, "DataDigest: the same."},
    {"redirect", optionalText(&kRedirect, 255), "", true,
     "Not empty: logins are sent on to this host and port (TargetMovedTemporarily)."},
    // clang-format on
};

inline constexpr KeyRow kAccessColumns[] = {
    // clang-format off
    {"target", text(&kIscsiName, 223), std::nullopt, true, "The target that the rule is of."},
    {"initiator", text(&kInitiator, 223), "*", true, "The initiator that it lets in; * for any."},
    {"addresses", list(&kNetwork, 0, 64), "", true, "The networks from which it comes; none for everywhere."},
    {"authentication", choice(kAuthentications), "chap", true,
     "What must be proven: nothing, the initiator by CHAP, or both sides by mutual CHAP."},
    {"algorithms", list(&kAlgorithm, 1, 4), "SHA3-256, MD5", true,
        "The CHAP algorithms that are taken, the best first."},
    {"luns", list(&kLunEntry, 0, 16384), "", true,
     "What it then sees: \"LUN=UNIT\", or \"LUN=UNIT,ro\" for reading alone."},
    // clang-format on
};

inline constexpr KeyRow kChapColumns[] = {
    // clang-format off
    {"initiator", text(&kInitiator, 223), "*", true, "The initiator whose secret it is; * for any."},
    {"target", text(&kInitiator, 223), "*", true, "The target at which it holds; * for any."},
    {"discovery", boolean(), "false", true, "Whether it is for discovery sessions, which have secrets of their own."},
    {"name", text(nullptr, 255), std::nullopt, true, "The name by which the initiator proves itself (CHAP_N)."},
    {"secret", text(&kSecretName), std::nullopt, true,
     "The file of its secret: in secrets.folder, or by an absolute path."},
    {"next_secret", optionalText(&kSecretName), "", true,
        "The file of the secret that is taken too while it is changed."},
    {"mutual_name", optionalText(nullptr, 255), "", true,
        "The name by which the target proves itself; empty if it does not."},
    {"mutual_secret", optionalText(&kSecretName), "", true, "The file of the target's secret."},
    {"mutual_next_secret", optionalText(&kSecretName), "", true,
     "The file of the target's secret to come; it is only told apart from the initiator's."},
    // clang-format on
};

static_assert(std::size(kUnitColumns) == static_cast<std::size_t>(UnitColumn::kCount));
static_assert(std::size(kTargetColumns) == static_cast<std::size_t>(TargetColumn::kCount));
static_assert(std::size(kAccessColumns) == static_cast<std::size_t>(AccessColumn::kCount));
static_assert(std::size(kChapColumns) == static_cast<std::size_t>(ChapColumn::kCount));
static_assert(kUnitColumns[static_cast<std::size_t>(UnitColumn::Alua)].name == "alua");
static_assert(kTargetColumns[static_cast<std::size_t>(TargetColumn::Redirect)].name == "redirect");
static_assert(kTargetColumns[static_cast<std::size_t>(TargetColumn::FirstBurstLength)].name == "first_burst_length");
static_assert(kAccessColumns[static_cast<std::size_t>(AccessColumn::Luns)].name == "luns");
static_assert(kChapColumns[static_cast<std::size_t>(ChapColumn::MutualSecret)].name == "mutual_secret");

inline constexpr RecordRow kUnitRow{"unit", kUnitColumns, 4096, true,
    "A logical unit. Nobody sees it before an access rule maps it.", {}};
inline constexpr RecordRow kTargetRow{"target", kTargetColumns, 4096, true,
    "A target. Nobody may log in before an access rule lets him.", {}};
inline constexpr RecordRow kAccessRow{"access", kAccessColumns, 16384, true,
     "Who may log in to a target, by which proof, and what he sees there. The first rule of a target whose "
     "initiator and addresses match decides.", {}};
inline constexpr RecordRow kRecords[] = {
    {"portal", kPortalColumns, 256, false, "An address at which targets are reached.", kPortalPreset},
    kUnitRow,
    kTargetRow,
    kAccessRow,
    {"chap", kChapColumns, 16384, true,
        "The secrets of an initiator and of a target towards it. No secret stands here, only the name of its "
        "file.", {}},
};
enum RecordIndex : std::size_t { kPortals, kUnits, kTargets, kAccesses, kChaps };

inline constexpr auto kRows = program::rowsOf(kKeys);

}  // namespace table

inline constexpr ops::Schema kConfigSchema{table::kRows, table::kRecords};

}  // namespace agent
