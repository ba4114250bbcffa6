#include "agent/app/facts_metrics.h"

#include <cstdio>
#include <map>

namespace agent {
namespace {

using K = ops::MetricKind;

enum Family : std::size_t {
  kUnitCommands,
  kUnitRead,
  kUnitWritten,
  kUnitChecks,
  kUnitLatency,
  kUnitSize,
  kUnitNexuses,
  kUnitRegistrations,
  kTargetSessions,
  kSessionCommands,
  kSessionRead,
  kSessionWritten,
  kSessionLatency,
  kSessionCommandsNow,
  kSessionConnections,
  kSessionDigestErrors,
  kPathUp,
  kPathRequests,
  kPathBytes,
  kPathErrors,
  kPathLosses,
  kPathLatency,
  kFamilies
};

constexpr std::string_view kOfUnit = "unit";
constexpr std::string_view kOfSession = "session, initiator, target";
constexpr std::string_view kOfPath = "target, lun, portal";

constexpr FactsMetric kTable[] = {
    // clang-format off
    {"agent_unit_commands_total", K::Counter, kOfUnit, "SCSI commands that ended."},
    {"agent_unit_read_bytes_total", K::Counter, kOfUnit, "Bytes that went to initiators (data-in)."},
    {"agent_unit_written_bytes_total", K::Counter, kOfUnit, "Bytes that came from initiators (data-out)."},
    {"agent_unit_check_conditions_total", K::Counter, kOfUnit, "Commands that ended with CHECK CONDITION."},
    {"agent_unit_latency_seconds", K::Histogram, kOfUnit, "From the arrival of a command to its status."},
    {"agent_unit_size_bytes", K::Gauge, kOfUnit, "Its capacity."},
    {"agent_unit_nexuses", K::Gauge, kOfUnit, "Sessions that use it."},
    {"agent_unit_registrations", K::Gauge, kOfUnit, "Registrations for persistent reservations."},
    {"agent_target_sessions", K::Gauge, "target", "Sessions of a target."},
    {"agent_session_commands_total", K::Counter, kOfSession, "SCSI commands that ended."},
    {"agent_session_read_bytes_total", K::Counter, kOfSession, "Bytes of data-in."},
    {"agent_session_written_bytes_total", K::Counter, kOfSession, "Bytes of data-out."},
    {"agent_session_latency_seconds", K::Histogram, kOfSession, "From the arrival of a command to its status."},
    {"agent_session_commands_now", K::Gauge, kOfSession, "Commands that are on their way."},
    {"agent_session_connections", K::Gauge, kOfSession, "Connections of the session."},
    {"agent_session_digest_errors_total", K::Counter, kOfSession, "PDUs whose digest was wrong."},
    {"agent_path_up", K::Gauge, kOfPath, "1 while the path of a disk of this host can be used."},
    {"agent_path_requests_total", K::Counter, kOfPath, "Commands that ended on the path, as its disk said within 20 s."},
    {"agent_path_bytes_total", K::Counter, kOfPath, "Bytes of them, read and written."},
    {"agent_path_errors_total", K::Counter, kOfPath, "Commands that ended with an error of the unit, or without an answer."},
    {"agent_path_losses_total", K::Counter, kOfPath, "How often its session was lost."},
    {"agent_path_latency_seconds", K::Histogram, kOfPath, "From the sending of a command to its good end."},
    // clang-format on
};
static_assert(std::size(kTable) == kFamilies);

// Which powers of two become buckets: 16 microseconds to 4 seconds.
constexpr std::size_t kFirstSlot = 4;
constexpr std::size_t kLastSlot = 22;

void appendLabelValue(std::string& out, std::string_view value) {
  out += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string label(std::string_view name, std::string_view value) {
  std::string out = std::string(name) + "=";
  appendLabelValue(out, value);
  return out;
}

std::string labelsOf(const target::SessionFacts& session) {
  return label("session", std::to_string(session.id)) + "," + label("initiator", session.initiator) + "," +
         label("target", session.target);
}

// Microseconds as seconds.
std::string seconds(std::uint64_t microseconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6f", static_cast<double>(microseconds) / 1e6);
  return text;
}

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void head(Family family) {
    const FactsMetric& row = kTable[family];
    ((out_ += "# HELP ") += row.name) += ' ';
    out_ += row.help;
    (((out_ += "\n# TYPE ") += row.name) += ' ') += ops::word(row.kind);
    out_ += '\n';
  }
  void sample(Family family, const std::string& labels, std::uint64_t value) {
    line(family, "", labels, std::to_string(value));
  }

  void histogram(Family family, const std::string& labels, const target::LatencyHistogram& latency) {
    std::uint64_t count = 0;
    for (std::size_t slot = 0; slot < target::LatencyHistogram::kSlots; ++slot) {
      count += latency.counts[slot];
      if (slot < kFirstSlot || slot > kLastSlot) continue;
      line(family, "_bucket", labels + ",le=\"" + seconds(std::uint64_t{1} << slot) + "\"", std::to_string(count));
    }
    line(family, "_bucket", labels + ",le=\"+Inf\"", std::to_string(count));
    char sum[32];
    std::snprintf(sum, sizeof sum, "%.9f", static_cast<double>(latency.nanoseconds) / 1e9);
    line(family, "_sum", labels, sum);
    line(family, "_count", labels, std::to_string(count));
  }

 private:
  void line(Family family, std::string_view suffix, const std::string& labels, const std::string& value) {
    ((((out_ += kTable[family].name) += suffix) += '{') += labels) += "} ";
    (out_ += value) += '\n';
  }
  std::string& out_;
};

// What all samples of one family come from: an object's labels and the value that it has.
template <class Objects, class Labels, class Value>
void family(Writer& writer, Family which, const Objects& objects, Labels&& labels, Value&& value) {
  writer.head(which);
  for (const auto& object : objects) {
    using Result = std::decay_t<decltype(value(object))>;
    if constexpr (std::is_same_v<Result, target::LatencyHistogram>) {
      writer.histogram(which, labels(object), value(object));
    } else {
      writer.sample(which, labels(object), value(object));
    }
  }
}

void writeUnits(Writer& writer, const std::vector<target::UnitFacts>& units) {
  using target::UnitFacts;
  const auto labels = [](const UnitFacts& unit) { return label("unit", unit.id); };
  family(writer, kUnitCommands, units, labels, [](const UnitFacts& u) { return u.io.commands; });
  family(writer, kUnitRead, units, labels, [](const UnitFacts& u) { return u.io.bytesIn; });
  family(writer, kUnitWritten, units, labels, [](const UnitFacts& u) { return u.io.bytesOut; });
  family(writer, kUnitChecks, units, labels, [](const UnitFacts& u) { return u.io.checkConditions; });
  family(writer, kUnitLatency, units, labels, [](const UnitFacts& u) { return u.io.latency; });
  family(writer, kUnitSize, units, labels, [](const UnitFacts& u) { return u.blocks * u.blockSize; });
  family(writer, kUnitNexuses, units, labels, [](const UnitFacts& u) { return std::uint64_t{u.nexuses}; });
  family(writer, kUnitRegistrations, units, labels, [](const UnitFacts& u) { return std::uint64_t{u.registrations}; });
}

void writeSessions(Writer& writer, const std::vector<target::SessionFacts>& sessions) {
  using target::SessionFacts;
  family(writer, kSessionCommands, sessions, labelsOf, [](const SessionFacts& s) { return s.io.commands; });
  family(writer, kSessionRead, sessions, labelsOf, [](const SessionFacts& s) { return s.io.bytesIn; });
  family(writer, kSessionWritten, sessions, labelsOf, [](const SessionFacts& s) { return s.io.bytesOut; });
  family(writer, kSessionLatency, sessions, labelsOf, [](const SessionFacts& s) { return s.io.latency; });
  family(writer, kSessionCommandsNow, sessions, labelsOf,
         [](const SessionFacts& s) { return std::uint64_t{s.commandsNow}; });
  family(writer, kSessionConnections, sessions, labelsOf,
         [](const SessionFacts& s) { return std::uint64_t{s.connections.size()}; });
  family(writer, kSessionDigestErrors, sessions, labelsOf, [](const SessionFacts& s) { return s.digestErrors; });
}

void writePaths(Writer& writer, const std::vector<PathSample>& paths) {
  const auto labels = [](const PathSample& path) {
    return label("target", path.target) + "," + label("lun", std::to_string(path.lun)) + "," +
           label("portal", path.portal);
  };
  family(writer, kPathUp, paths, labels, [](const PathSample& p) { return std::uint64_t{p.up ? 1U : 0U}; });
  family(writer, kPathRequests, paths, labels, [](const PathSample& p) { return p.requests; });
  family(writer, kPathBytes, paths, labels, [](const PathSample& p) { return p.bytes; });
  family(writer, kPathErrors, paths, labels, [](const PathSample& p) { return p.errors; });
  family(writer, kPathLosses, paths, labels, [](const PathSample& p) { return p.losses; });
  family(writer, kPathLatency, paths, labels, [](const PathSample& p) { return p.latency; });
}

}  // namespace

std::span<const FactsMetric> factsMetricTable() { return kTable; }

void writeFactsMetrics(std::string& out, const Facts& facts, std::size_t maxSessions) {
  Writer writer(out);
  writeUnits(writer, facts.units);
  std::map<std::string, std::uint64_t> counts;
  for (const std::string& name : facts.targets) counts.emplace(name, 0);
  for (const target::SessionFacts& session : facts.sessions) {
    if (const auto count = counts.find(session.target); count != counts.end()) ++count->second;
  }
  family(
      writer, kTargetSessions, counts, [](const auto& entry) { return label("target", entry.first); },
      [](const auto& entry) { return entry.second; });
  if (facts.sessions.size() <= maxSessions) writeSessions(writer, facts.sessions);
  if (facts.paths.size() <= maxSessions) writePaths(writer, facts.paths);
}

}  // namespace agent
