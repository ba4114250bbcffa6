// The log events of the server, one row each: id, severity, name, fields, rate, and what it means for an administrator.
//
// Ids never change and are never used again; a new event gets the next free one of its hundred. What peers can provoke
// has a rate. The log is written by the driver; cores say what happened by values.
#pragma once

#include "shared/ops/in_order.h"
#include "shared/ops/log.h"

namespace app {

enum class Event : std::uint16_t {
  Started,
  Stopping,
  Stopped,
  Reloaded,
  ConfigError,
  RestartNeeded,
  ListenFailed,
  RegistryLoaded,
  LoopSlow,
  StartFailed,

  ConnectionRefused,
  MalformedMessage,
  MessageTooLarge,
  PartialMessageTimeout,
  IdleTimeout,
  RequestRateExceeded,
  ObjectsOfSourceExceeded,

  ControlNodeUnauthorised,
  SourceCheckViolation,
  AuthenticationFailed,
  AddressRefused,
  KeysLoaded,
  KeyUnusable,
  AgentNameMisused,

  EsiPortalLost,
  EntityExpired,
  ScnUndeliverable,
  HeartbeatFailed,

  StoreFailed,
  StoreRecovered,
  HistoryTrimmed,

  ApiServing,
  ApiUninitialised,
  ApiRateExceeded,
  ModelFailed,
  ModelBehind,
  ModelRowUnfit,
  KeyFileStays,
  AuditLogIntact,
  AuditLogBroken,
  AuditHeadFailed,
  AuditHeadMissing,
  ChangeWaits,
  ChangeTakenBack,
  ChangeNotTakenBack,
  WireViolation,
  DrainBegun,
  DrainWaits,
  DrainLeft,
  DrainFailed,
  ChangeBegunAnew,
  CredentialAlarm,
  SecretsUnlocked,
  DesiredCut,

  kCount
};

namespace table {

using EventRow = ops::RowOf<Event, ops::LogEvent>;

using ops::Severity;
inline constexpr ops::Rate kAlways{};
inline constexpr ops::Rate kByPeers{20, 60};    // what one peer can do again and again
inline constexpr ops::Rate kOnceAMinute{1, 1};   // what a metric counts
inline constexpr ops::Rate kInFloods{100, 60};  // what many objects do at once when a network fails

inline constexpr EventRow kEvents[] = {
    // clang-format off
    {Event::Started, {"ISNS-1001", Severity::Notice, "started", {"version", "addresses", "udp", "store"}, kAlways,
        "The server takes requests."}},
    {Event::Stopping, {"ISNS-1002", Severity::Notice, "stopping", {"reason"}, kAlways,
        "The server was told to stop; it finishes what is under way and takes no new requests."}},
    {Event::Stopped, {"ISNS-1003", Severity::Notice, "stopped", {"objects"}, kAlways,
        "The server has ended; every acknowledged change is in the store."}},
    {Event::Reloaded, {"ISNS-1004", Severity::Notice, "reloaded", {"path", "changes"}, kAlways,
        "The configuration was read again and is in force, but for keys that an ISNS-1006 names. What has changed is "
        "listed, a list of records as one key."}},
    {Event::ConfigError, {"ISNS-1005", Severity::Error, "config-error", {"where", "error"}, kAlways,
        "The configuration has a mistake. At the start the server ends with status 2; at a reload it goes on with what "
        "it had. `isns-server --check-config` shows all mistakes at once."}},
    {Event::RestartNeeded, {"ISNS-1006", Severity::Warning, "restart-needed", {"key", "running", "wanted"}, kAlways,
        "A key that only a restart can change has a new value. The running value stays until then."}},
    {Event::ListenFailed, {"ISNS-1007", Severity::Critical, "listen-failed", {"address", "error"}, kAlways,
        "The server could not take an address of its own: another process holds the port, or this host has no "
        "such address."}},
    {Event::RegistryLoaded, {"ISNS-1008", Severity::Info, "registry-loaded",
        {"objects", "revision", "milliseconds"}, kAlways,
        "The registry was read from the store."}},
    {Event::LoopSlow, {"ISNS-1009", Severity::Warning, "loop-slow", {"milliseconds"}, kByPeers,
        "One turn of the protocol loop took long, so that every client waited. Look at the load of the host and "
        "at isns_loop_turn_seconds."}},
    {Event::StartFailed, {"ISNS-1010", Severity::Critical, "start-failed", {"error"}, kAlways,
        "The server could not begin and has ended with status 1; the error says what it needs."}},

    {Event::ConnectionRefused, {"ISNS-2001", Severity::Warning, "connection-refused",
        {"peer", "limit", "max"}, kByPeers,
        "A connection was closed at once because a limit is reached: limits.connections, limits.connections_per_source or, "
        "at the management API, api.connections_per_source."}},
    {Event::MalformedMessage, {"ISNS-2002", Severity::Warning, "malformed-message",
        {"peer", "function", "kind"}, kByPeers,
        "A peer sent what RFC 4171 does not allow. It got status 2, or 10 for another version, or its connection was "
        "closed where the stream could not be followed any more. isns_malformed_total counts all."}},
    {Event::MessageTooLarge, {"ISNS-2003", Severity::Warning, "message-too-large", {"peer", "max"}, kByPeers,
        "A request was larger than limits.message_size; it got status 12 and was skipped."}},
    {Event::PartialMessageTimeout, {"ISNS-2004", Severity::Warning, "partial-message-timeout",
        {"peer", "bytes"}, kByPeers,
        "A peer began a request and did not finish it within limits.partial_message_timeout; its connection was "
        "closed."}},
    {Event::IdleTimeout, {"ISNS-2005", Severity::Debug, "idle-timeout", {"peer"}, kByPeers,
        "A connection was silent for limits.idle_timeout and was closed."}},
    {Event::RequestRateExceeded, {"ISNS-2007", Severity::Warning, "request-rate-exceeded", {"peer", "max"}, kByPeers,
        "An address sends more requests than limits.requests_per_source; those beyond get status 12."}},
    {Event::ObjectsOfSourceExceeded, {"ISNS-2008", Severity::Warning, "objects-of-source-exceeded",
        {"peer", "source", "max"}, kByPeers,
        "A request would have made more objects than limits.objects_per_source lets one source make, an IPv4 address or "
        "an IPv6 network (/64); it got status 12, and nothing of it is done. What is registered stays. If many hosts come "
        "from there, raise the limit or let a control node register them; else find out what the client is after, and "
        "deregister what it has made."}},

    {Event::ControlNodeUnauthorised, {"ISNS-3001", Severity::Warning, "control-node-unauthorised",
        {"peer", "source"}, kByPeers,
        "A request used the name of a control node from an address that is not one of its own, or by UDP, where "
        "addresses prove nothing, and without its key. It got status 8. Either a [[control_node]] lacks an address, or "
        "somebody tries."}},
    {Event::SourceCheckViolation, {"ISNS-3002", Severity::Warning, "source-check-violation",
        {"peer", "source", "entity", "object", "refused"}, kByPeers,
        "A node tried to change objects of an entity that is not its own: `entity`, if there is one. With "
        "security.source_check `enforce` it got status 8, with `log` it was let through. Where `object` names a node or a "
        "portal, `entity` has it: it got status 8 in any case, as no object is moved from one entity to another."}},
    {Event::AuthenticationFailed, {"ISNS-3003", Severity::Warning, "authentication-failed",
        {"peer", "spi", "reason"}, kByPeers,
        "The authentication block of a message is missing, wrong, too old or of an unknown key."}},
    {Event::AddressRefused, {"ISNS-3004", Severity::Warning, "address-refused",
        {"peer", "access", "function"}, kByPeers,
        "An [[address_rule]] does not allow what came from this address."}},
    {Event::KeysLoaded, {"ISNS-3005", Severity::Info, "keys-loaded", {"folder", "count"}, kAlways,
        "The keys of clients were read from security.key_folder."}},
    {Event::KeyUnusable, {"ISNS-3006", Severity::Error, "key-unusable", {"file", "error"}, kInFloods,
        "A file in security.key_folder is no key that can be used; its SPI is treated as unknown. "
        "Where it is the folder itself, the keys that were read before stay."}},
    {Event::AgentNameMisused, {"ISNS-3007", Severity::Warning, "agent-name-misused",
        {"peer", "source", "entity", "refused"}, kByPeers,
        "A request used the name or the entity of an enrolled agent from an address that the agent does not report, and "
        "without its key. With security.agent_check `enforce` it got status 8, with `log` it was let through."}},

    {Event::EsiPortalLost, {"ISNS-4001", Severity::Notice, "esi-portal-lost", {"entity", "portal", "misses"}, kInFloods,
        "A portal left esi.threshold inquiries unanswered and was removed from the registry."}},
    {Event::EntityExpired, {"ISNS-4002", Severity::Notice, "entity-expired", {"entity"}, kInFloods,
        "An entity was not heard of for its registration period, or, where it had asked for an ESI interval, "
        "lost its last watched portal; it was removed with its nodes and portals."}},
    {Event::ScnUndeliverable, {"ISNS-4003", Severity::Warning, "scn-undeliverable",
        {"node", "reason", "events"}, kInFloods,
        "A client did not acknowledge a notification after all retries over all its portals. It learns of the "
        "change at its next query only."}},
    {Event::HeartbeatFailed, {"ISNS-4006", Severity::Warning, "heartbeat-failed", {"address", "error"}, kByPeers,
        "A heartbeat could not be sent; standby servers may take this one for dead."}},

    {Event::StoreFailed, {"ISNS-5001", Severity::Critical, "store-failed", {"error", "changes"}, kByPeers,
        "The store did not take a commit. Its requests got status 11 and nothing of them holds; queries go on. "
        "It is tried every second, and told again only when the reason changes. Look at space and health of the disk "
        "under store.path."}},
    {Event::StoreRecovered, {"ISNS-5002", Severity::Notice, "store-recovered", {"seconds"}, kAlways,
        "The store takes commits again."}},
    {Event::HistoryTrimmed, {"ISNS-5005", Severity::Info, "history-trimmed", {"rows", "days"}, kAlways,
        "Rows of the history older than store.history_days were removed."}},

    {Event::ApiServing, {"ISNS-1501", Severity::Notice, "api-serving", {"address", "authority"}, kAlways,
        "The management API is served over HTTPS. `authority` is the SHA-256 fingerprint of the root certificate that "
        "clients must know."}},
    {Event::ApiUninitialised, {"ISNS-1502", Severity::Notice, "api-uninitialised", {"socket"}, kAlways,
        "There are no users yet, so the management API answers on its local socket alone. Run `sanctl init` as root."}},
    {Event::ApiRateExceeded, {"ISNS-1504", Severity::Warning, "api-rate-exceeded", {"peer", "max"}, kOnceAMinute,
        "An address makes more requests of the management API than api.requests_per_source; those beyond get status "
        "429. The metric isns_api_limited_total counts them."}},
    {Event::ModelFailed, {"ISNS-1503", Severity::Error, "model-failed", {"error"}, kAlways,
        "The SAN model cannot be made from what is stored. iSNS goes on; the management API answers `not-ready` until "
        "the next start. Report the error with the database."}},
    {Event::ModelBehind, {"ISNS-1506", Severity::Warning, "model-behind", {"error"}, kOnceAMinute,
        "The history cannot be read, so the management API answers from a SAN model that is behind what is stored; the "
        "server reads it again each second."}},
    {Event::ModelRowUnfit, {"ISNS-1507", Severity::Warning, "model-row-unfit", {"row", "why", "kept"}, kAlways,
        "A row of the SAN model does not fit what else is stored, as where a client has removed what it names. It was "
        "taken as far as it fits or, where `kept` says no, left out and then removed. Of many the first are told."}},
    {Event::KeyFileStays, {"ISNS-1505", Severity::Warning, "key-file-stays", {"error"}, kAlways,
        "A key that nothing needs any more could not be removed from the key folder, or the audit log's next one not moved "
        "to its place; the server tries again. A sealing key may be removed by hand, the audit log's never."}},
    {Event::AuditLogIntact, {"ISNS-1510", Severity::Info, "audit-log-intact", {"records", "ms"}, kAlways,
        "The server has checked its whole audit log: every record fits, and the last checkpoint is its own."}},
    {Event::AuditLogBroken, {"ISNS-1511", Severity::Error, "audit-log-broken", {"why"}, kAlways,
        "The audit log in the database is not what this server has written: `why` names the records. Keep a copy of "
        "the database and of audit.head beside the keys, and find out who had access. Packs of evidence say so from now "
        "on, and the log has a record, log.broken. After a database was put back from a backup this is expected: "
        "sanctl audit restored says so."}},
    {Event::AuditHeadFailed, {"ISNS-1512", Severity::Warning, "audit-head-failed", {"error"}, kAlways,
        "The newest checkpoint of the audit log could not be written to audit.head beside the keys. Until it can, a "
        "log that is cut behind the older one there is not noticed at the next start."}},
    {Event::AuditHeadMissing, {"ISNS-1513", Severity::Warning, "audit-head-missing", {"last"}, kAlways,
        "The audit log has checkpoints, and audit.head beside the keys, which is to hold the newest one, is missing or is not "
        "by the server's key. Perhaps the key folder was put back from a backup; perhaps somebody removed it, to put back an "
        "older database unnoticed. Compare record `last` with the newest evidence pack or export. The log has a record, "
        "log.unwitnessed, and packs say so."}},
    {Event::ChangeWaits, {"ISNS-1520", Severity::Warning, "change-waits", {"change", "why"}, kAlways,
        "A change set that is being carried out waits: for the store, or for a target whose agent has not said that it "
        "has the new state. It goes on by itself."}},
    {Event::ChangeTakenBack, {"ISNS-1521", Severity::Warning, "change-taken-back", {"change", "why"}, kAlways,
        "The server took a change set back by itself: nobody confirmed it, or a host lost its session; or it left alone "
        "what others had changed since."}},
    {Event::ChangeNotTakenBack, {"ISNS-1522", Severity::Error, "change-not-taken-back", {"change", "why"}, kAlways,
        "A change set could not be rolled back and stands. Look at it, and undo by hand what has to be undone."}},
    {Event::WireViolation, {"ISNS-1523", Severity::Warning, "wire-violation", {"change", "why"}, kAlways,
        "A change of domains came by iSNS that a change set could not have made: it is larger than the settings "
        "allow, or breaks a separation rule. It holds."}},
    {Event::DrainBegun, {"ISNS-1541", Severity::Notice, "drain-begun", {"change", "why"}, kAlways,
        "A change set was committed that drains: what it takes away may only be read, and hosts are told when it goes. "
        "`why` names the change set that takes it away then."}},
    {Event::DrainWaits, {"ISNS-1542", Severity::Warning, "drain-waits", {"change", "why"}, kAlways,
        "What a change set drains is due and stays, to be read: the change set is not confirmed yet, a freeze window holds, or "
        "another change set is about the same objects. It goes on by itself when that has ended."}},
    {Event::DrainLeft, {"ISNS-1543", Severity::Warning, "drain-left", {"change", "why"}, kAlways,
        "Of what a change set drained something was left alone, since others had changed it meanwhile. Look whether it "
        "is still to go."}},
    {Event::DrainFailed, {"ISNS-1544", Severity::Error, "drain-failed", {"change", "why"}, kAlways,
        "What a change set drains could not be taken away. It stays, to be read alone. Roll back the change set that "
        "drains it, and take it away by another one."}},
    {Event::ChangeBegunAnew, {"ISNS-1545", Severity::Warning, "change-begun-anew", {"change", "why"}, kAlways,
        "An older database was put back in which a change set was to be confirmed, or a drain to end. It may have been confirmed or "
        "rolled back since: that is lost with what came after the backup. Its time runs anew from this start: look at it, "
        "and confirm it or roll it back."}},
    {Event::CredentialAlarm, {"ISNS-1530", Severity::Warning, "credential-alarm", {"why"}, kAlways,
        "A change of a CHAP secret did not go as it should: it was rolled back, the old secret was retired though no "
        "login proved the new one, or an agent cannot be given its secret. Look at the credential's ends, and rotate "
        "again."}},
    {Event::SecretsUnlocked, {"ISNS-1531", Severity::Warning, "secrets-unlocked", {"what"}, kAlways,
        "The system gave no locked memory for keys: they may be swapped out. Raise LimitMEMLOCK= of the unit."}},
    {Event::DesiredCut, {"ISNS-1550", Severity::Warning, "desired-state-cut", {"agent", "without"}, kByPeers,
        "An agent would have to apply more than it takes, by a registration or by what was stored before change sets were "
        "held to that. It is sent all that is taken away, and what it had; the newest of the rest is left out and not "
        "given. Map or zone less at its targets, or let another agent serve some of them."}},
    // clang-format on
};

}  // namespace table

inline constexpr auto kLogEvents = ops::inOrder(table::kEvents);

constexpr const ops::LogEvent& eventRow(Event event) { return kLogEvents[static_cast<std::size_t>(event)]; }

}  // namespace app
