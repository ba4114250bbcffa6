// The metrics of the agent whose labels are closed lists, one row each. Those of single units and sessions are in
// facts_metrics.h. Any thread.
#pragma once

#include "agent/iscsi/login_status.h"
#include "shared/ops/in_order.h"
#include "shared/ops/metrics.h"

namespace agent {

enum class Metric : std::uint16_t {
  StartTime,
  ConnectionsOpen,
  ConnectionsAccepted,
  ConnectionFaults,
  LoginsRefused,
  BudgetHits,
  Rejects,
  Sessions,
  SessionsOpened,
  Targets,
  Units,
  UnitsFailed,
  Changes,
  StateSaves,
  ControlRequests,
  NameServerRegistered,
  ZoneChanges,
  ManagementLinked,
  DesiredRevision,
  DesiredApplied,
  BreakGlass,
  ManagementLastWord,
  LoginsClosed,
  ProbesRefused,
  Probes,
  kCount
};

enum class Budget : std::uint8_t { LoginsAtATime, LoginTime, FailedLogins, Memory, MemoryOfASession, kCount };
enum class SessionKind : std::uint8_t { Normal, Discovery, kCount };
enum class ChangeStanding : std::uint8_t { Holding, Superseded, kCount };
enum class SaveOutcome : std::uint8_t { Saved, Failed, kCount };
enum class RequestOutcome : std::uint8_t { Done, Refused, kCount };

// The place of a status among the labels of Metric::LoginsRefused; the last one is "none": closed without an answer.
std::size_t loginStatusLabel(iscsi::LoginStatus status);

namespace table {

inline constexpr std::string_view kBudgets[] = {"logins_at_a_time", "login_time", "failed_logins", "memory",
                                                "memory_of_a_session"};
inline constexpr std::string_view kSessionKinds[] = {"normal", "discovery"};
inline constexpr std::string_view kChangeStandings[] = {"holding", "superseded"};
inline constexpr std::string_view kSaveOutcomes[] = {"saved", "failed"};
inline constexpr std::string_view kRequestOutcomes[] = {"done", "refused"};
inline constexpr std::string_view kProbeOutcomes[] = {"in", "refused", "unreachable", "failed"};  // san::ProbeOutcome
static_assert(std::size(kBudgets) == static_cast<std::size_t>(Budget::kCount));
static_assert(std::size(kSessionKinds) == static_cast<std::size_t>(SessionKind::kCount));
static_assert(std::size(kChangeStandings) == static_cast<std::size_t>(ChangeStanding::kCount));
static_assert(std::size(kSaveOutcomes) == static_cast<std::size_t>(SaveOutcome::kCount));
static_assert(std::size(kRequestOutcomes) == static_cast<std::size_t>(RequestOutcome::kCount));

template <auto& Words>
std::vector<std::string_view> words() {
  return {std::begin(Words), std::end(Words)};
}
std::vector<std::string_view> loginStatusWords();

using MetricRow = ops::RowOf<Metric, ops::MetricRow>;
using K = ops::MetricKind;
using U = ops::MetricUnit;

inline constexpr MetricRow kMetrics[] = {
    // clang-format off
    {Metric::StartTime, {"agent_start_time_seconds", K::Gauge, U::Seconds, "When the agent started, since 1970."}},
    {Metric::ConnectionsOpen, {"agent_connections_open", K::Gauge, U::None,
        "Connections of initiators that are open."}},
    {Metric::ConnectionsAccepted, {"agent_connections_accepted_total", K::Counter, U::None, "Connections taken."}},
    {Metric::ConnectionFaults, {"agent_connection_faults_total", K::Counter, U::None,
        "Connections closed for what came over them, or did not come."}},
    {Metric::LoginsRefused, {"agent_logins_refused_total", K::Counter, U::None,
        "Logins refused, by the status of the answer.", {{{"status", loginStatusWords}}}}},
    {Metric::BudgetHits, {"agent_budget_hits_total", K::Counter, U::None,
        "How often a limit was reached: logins closed for their number or their time, or not looked at since their "
        "address had failed too often, commands ended for want of memory; among the latter those whose session had its "
        "share of what there was.",
        {{{"budget", words<kBudgets>}}}}},
    {Metric::Rejects, {"agent_rejects_total", K::Counter, U::None, "Reject PDUs sent."}},
    {Metric::Sessions, {"agent_sessions", K::Gauge, U::None, "Sessions, by kind.", {{{"kind", words<kSessionKinds>}}}}},
    {Metric::SessionsOpened, {"agent_sessions_opened_total", K::Counter, U::None, "Sessions that were opened."}},
    {Metric::Targets, {"agent_targets", K::Gauge, U::None, "Targets."}},
    {Metric::Units, {"agent_units", K::Gauge, U::None, "Logical units that are served."}},
    {Metric::UnitsFailed, {"agent_units_failed", K::Gauge, U::None, "Logical units that cannot be opened."}},
    {Metric::Changes, {"agent_changes", K::Gauge, U::None,
        "Changes made by sanctl agent, by whether they hold.", {{{"standing", words<kChangeStandings>}}}}},
    {Metric::StateSaves, {"agent_state_saves_total", K::Counter, U::None,
        "Saves of changes, and failed saves of units' states.", {{{"outcome", words<kSaveOutcomes>}}}}},
    {Metric::ControlRequests, {"agent_control_requests_total", K::Counter, U::None,
        "Requests over the control socket.", {{{"outcome", words<kRequestOutcomes>}}}}},
    {Metric::NameServerRegistered, {"agent_registered", K::Gauge, U::None,
        "1 while the agent is registered with a name server."}},
    {Metric::ZoneChanges, {"agent_zone_changes_total", K::Counter, U::None,
        "How often a name server has shown other initiators to a target than before."}},
    {Metric::ManagementLinked, {"agent_management_linked", K::Gauge, U::None,
        "1 while the management server answers."}},
    {Metric::DesiredRevision, {"agent_desired_revision", K::Gauge, U::None,
        "The revision of the desired state that holds; 0: none."}},
    {Metric::DesiredApplied, {"agent_desired_applied_time_seconds", K::Gauge, U::Seconds,
        "When the desired state that holds was applied, since 1970."}},
    {Metric::BreakGlass, {"agent_break_glass", K::Gauge, U::None,
        "Of how many initiators at managed targets --break-glass decides, and not the management server."}},
    {Metric::ManagementLastWord, {"agent_management_last_word_time_seconds", K::Gauge, U::Seconds,
        "When the management server spoke last, since 1970; 0: it never did."}},
    {Metric::LoginsClosed, {"agent_logins_closed", K::Gauge, U::None,
        "1 while managed targets take no new logins, for management.refuse_after."}},
    {Metric::ProbesRefused, {"agent_probes_refused_total", K::Counter, U::None,
        "Logins refused that call themselves probes, as other hosts' agents make them; agent_logins_refused_total does "
        "not count them."}},
    {Metric::Probes, {"agent_probes_total", K::Counter, U::None,
        "Logins that this host's agent has tried for evidence, by what they met.",
        {{{"outcome", words<kProbeOutcomes>}}}}},
    // clang-format on
};

}  // namespace table

inline constexpr auto kMetrics = ops::inOrder(table::kMetrics);
static_assert(ops::areWellFormed(kMetrics));

constexpr const ops::MetricRow& metricRow(Metric metric) { return kMetrics[static_cast<std::size_t>(metric)]; }

}  // namespace agent
