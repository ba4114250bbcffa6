// The metrics of the server, one row each: name, kind, unit, meaning, and labels with their closed lists of words.
//
// A list of words stands beside the enumeration that indexes it, or comes from a table of shared/isns. Any thread.
#pragma once

#include "shared/isns/attributes.h"
#include "shared/isns/functions.h"
#include "shared/isns/status.h"
#include "shared/ops/in_order.h"
#include "shared/ops/metrics.h"

namespace app {

enum class Metric : std::uint16_t {
  StartTime,

  ConnectionsOpen,
  ConnectionsAccepted,
  ConnectionsRefused,
  ConnectionsClosed,

  Messages,
  Malformed,

  RegistryObjects,
  RegistryRevision,

  Commits,
  CommitFailures,
  CommitChanges,
  CommitSeconds,
  StoreHealthy,

  Scn,
  ScnWaiting,
  Esi,
  PortalsLost,
  EntitiesExpired,
  Heartbeats,

  LoopTurnSeconds,

  MemoryAllocated,
  MemoryResident,

  ApiLimited,

  kCount
};

enum class RefusedBy : std::uint8_t { Connections, PerSource, AddressRule, ApiPerSource, kCount };
enum class ClosedBy : std::uint8_t { Peer, Malformed, TooLarge, Partial, Idle, AddressRule, Error, Shutdown, kCount };
enum class MalformedKind : std::uint8_t { Header, Sequence, TooLarge, Tlv, Order, Authentication, kCount };
enum class ScnOutcome : std::uint8_t { Sent, Acknowledged, Failed, Coalesced, Dropped, kCount };
enum class EsiOutcome : std::uint8_t { Sent, Answered, Missed, kCount };

// The index of a message's function for Metric::Messages; functions that RFC 4171 does not define share the last.
std::size_t functionLabel(std::uint16_t function);
// The same of a status code.
std::size_t statusLabel(std::uint32_t status);
// The index of a type of object, from Entity to DomainSet, for Metric::RegistryObjects.
std::size_t objectLabel(isns::ObjectType type);

namespace table {

inline constexpr std::string_view kRefusedBy[] = {"connections", "per_source", "address_rule", "api_per_source"};
inline constexpr std::string_view kClosedBy[] = {"peer", "malformed",    "too_large", "partial",
                                                 "idle", "address_rule", "error",     "shutdown"};
inline constexpr std::string_view kMalformedKinds[] = {"header", "sequence", "too_large",
                                                       "tlv",    "order",    "authentication"};
inline constexpr std::string_view kScnOutcomes[] = {"sent", "acknowledged", "failed", "coalesced", "dropped"};
inline constexpr std::string_view kEsiOutcomes[] = {"sent", "answered", "missed"};
static_assert(std::size(kRefusedBy) == static_cast<std::size_t>(RefusedBy::kCount));
static_assert(std::size(kClosedBy) == static_cast<std::size_t>(ClosedBy::kCount));
static_assert(std::size(kMalformedKinds) == static_cast<std::size_t>(MalformedKind::kCount));
static_assert(std::size(kScnOutcomes) == static_cast<std::size_t>(ScnOutcome::kCount));
static_assert(std::size(kEsiOutcomes) == static_cast<std::size_t>(EsiOutcome::kCount));

template <auto& Words>
std::vector<std::string_view> words() {
  return {std::begin(Words), std::end(Words)};
}
std::vector<std::string_view> functionWords();
std::vector<std::string_view> statusWords();
std::vector<std::string_view> objectWords();

// Upper bounds. Times in nanoseconds: from what memory takes to what a stalled disk takes.
inline constexpr std::int64_t kTimes[] = {
    10'000,     25'000,     50'000,     100'000,     250'000,     500'000,     1'000'000,     2'500'000,    5'000'000,
    10'000'000, 25'000'000, 50'000'000, 100'000'000, 250'000'000, 500'000'000, 1'000'000'000, 5'000'000'000};
inline constexpr std::int64_t kBatches[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096};

using MetricRow = ops::RowOf<Metric, ops::MetricRow>;
using K = ops::MetricKind;
using U = ops::MetricUnit;

inline constexpr MetricRow kMetrics[] = {
    // clang-format off
    {Metric::StartTime, {"isns_start_time_seconds", K::Gauge, U::Seconds, "When the server started, since 1970."}},

    {Metric::ConnectionsOpen, {"isns_connections_open", K::Gauge, U::None, "Client connections that are open."}},
    {Metric::ConnectionsAccepted, {"isns_connections_accepted_total", K::Counter, U::None,
        "Client connections taken."}},
    {Metric::ConnectionsRefused, {"isns_connections_refused_total", K::Counter, U::None,
        "Client connections closed at once, and datagrams left alone, by the limit or rule that said so.", {{{"by", words<kRefusedBy>}}}}},
    {Metric::ConnectionsClosed, {"isns_connections_closed_total", K::Counter, U::None,
        "Client connections that have ended, by reason.", {{{"reason", words<kClosedBy>}}}}},

    {Metric::Messages, {"isns_messages_total", K::Counter, U::None,
        "Requests answered, by function and by status of the answer.",
        {{{"function", functionWords}, {"status", statusWords}}}}},
    {Metric::Malformed, {"isns_malformed_total", K::Counter, U::None, "Messages that RFC 4171 does not allow, by kind.",
        {{{"kind", words<kMalformedKinds>}}}}},

    {Metric::RegistryObjects, {"isns_registry_objects", K::Gauge, U::None, "Objects in the registry, by type.",
        {{{"type", objectWords}}}}},
    {Metric::RegistryRevision, {"isns_registry_revision", K::Gauge, U::None, "The revision of the registry."}},

    {Metric::Commits, {"isns_commits_total", K::Counter, U::None, "Commits that the store took."}},
    {Metric::CommitFailures, {"isns_commit_failures_total", K::Counter, U::None,
        "Commits that the store did not take."}},
    {Metric::CommitChanges, {"isns_commit_changes", K::Histogram, U::None, "Changes in one commit.", {}, kBatches}},
    {Metric::CommitSeconds, {"isns_commit_seconds", K::Histogram, U::Seconds, "How long a commit took.", {}, kTimes}},
    {Metric::StoreHealthy, {"isns_store_healthy", K::Gauge, U::None, "1 while the store takes commits, else 0."}},

    {Metric::Scn, {"isns_scn_total", K::Counter, U::None,
        "State change notifications, by what became of them; coalesced and dropped count events.",
        {{{"outcome", words<kScnOutcomes>}}}}},
    {Metric::ScnWaiting, {"isns_scn_waiting", K::Gauge, U::None, "Clients for which notifications wait or are under way."}},
    {Metric::Esi, {"isns_esi_total", K::Counter, U::None, "Entity status inquiries, by what became of them.",
        {{{"outcome", words<kEsiOutcomes>}}}}},
    {Metric::PortalsLost, {"isns_portals_lost_total", K::Counter, U::None,
        "Portals removed for unanswered inquiries."}},
    {Metric::EntitiesExpired, {"isns_entities_expired_total", K::Counter, U::None, "Entities removed for silence."}},
    {Metric::Heartbeats, {"isns_heartbeats_total", K::Counter, U::None, "Heartbeats sent."}},

    {Metric::LoopTurnSeconds, {"isns_loop_turn_seconds", K::Histogram, U::Seconds,
        "How long a turn of the protocol loop took, waiting left out.", {}, kTimes}},

    {Metric::MemoryAllocated, {"isns_memory_allocated_bytes", K::Gauge, U::Bytes,
        "What the server holds of the allocator, looked at each minute; 0 where the allocator does not tell."}},
    {Metric::MemoryResident, {"isns_memory_resident_bytes", K::Gauge, U::Bytes,
        "What the allocator holds for it in memory, with what it keeps ready."}},

    {Metric::ApiLimited, {"isns_api_limited_total", K::Counter, U::None,
        "Requests of the management API that got status 429 as their address made too many."}},
    // clang-format on
};

}  // namespace table

inline constexpr auto kMetrics = ops::inOrder(table::kMetrics);
static_assert(ops::areWellFormed(kMetrics));

constexpr const ops::MetricRow& metricRow(Metric metric) { return kMetrics[static_cast<std::size_t>(metric)]; }

}  // namespace app
