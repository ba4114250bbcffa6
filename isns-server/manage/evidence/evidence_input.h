// What an evidence pack is made of: rows and texts that the caller has worked out. Nothing here knows the SAN model.
//
// Rows of the population come from a source, one after another, so that 100,000 of them need not be there at once. The
// same input gives the same pack, byte by byte: there is no clock, no random number and no place of this machine in it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "shared/base/clock.h"
#include "shared/evidence/manifest.h"

namespace manage {

// A figure for the title page: "1,204" "paths that work".
struct KeyFigure {
  std::string value;
  std::string label;
};

enum class SourceState : std::uint8_t {
  Reported,   // up to the data cut
  Late,       // reported before, not up to the cut
  Silent,     // never, or not since it was lost
  Unmanaged,  // cannot report: a foreign target; what it admits is not known
  Broken,     // what it holds is not what was written: the audit log
  Gap,        // it is whole, and records are known to be lost, or may be: the audit log
  Unkept,     // whether it reported up to the cut is not kept: the cut was read from the history
};
inline constexpr std::string_view kSourceStateWords[] = {"reported", "late", "silent",  "unmanaged",
                                                         "broken",   "gap",  "not kept"};

// Who should have told what is known: an agent, a name server; and the audit log, which must be whole.
struct SourceRow {
  std::string name;
  std::string kind;
  SourceState state = SourceState::Reported;
  std::optional<base::WallTime> lastReport;
  std::string note;
};

enum class FindingSeverity : std::uint8_t { Critical, High, Medium, Low, Info };
inline constexpr std::string_view kFindingSeverityWords[] = {"critical", "high", "medium", "low", "info"};

struct FindingRow {
  std::string rule;  // "R07"
  FindingSeverity severity = FindingSeverity::Info;
  std::string what;
  std::string object;
  std::optional<base::WallTime> since;
  std::string evidence;  // values that show it
  std::string waiver;    // until when and why it is accepted; empty: it is not
};

// One way in: a host and a logical unit.
struct PopulationRow {
  std::string host;
  std::string unit;
  std::string right;  // "read-write"
  std::string state;  // "works", "pending", "entry unknown"
  std::string why;    // zone, set and map that make it so
  std::optional<base::WallTime> since;
  std::uint64_t revision = 0;  // that brought it; 0: not known
  std::string changeSet;     // its number, by whose commit the access is what it is; empty: none, or not known
  std::string approval;      // who approved it and by which change; empty: nobody
  std::string proof;         // what was proven of the host: "name only", "CHAP", "mutual CHAP"
  std::string labels;        // of the host and of the unit, with those that they inherit: "PCI; test"
};

class PopulationSource {
 public:
  virtual ~PopulationSource() = default;
  // False at the end. The row's texts may be reused from the call before.
  virtual bool next(PopulationRow& row) = 0;
};

// What a check of the whole audit log said, before the pack is made.
struct LogState {
  std::optional<base::WallTime> last;  // of the record that is the pack's head
  std::string broken;                  // what is wrong with it, a sentence; empty: it is intact
  std::vector<std::string> gaps;       // what an auditor must know of one that is intact, sentences
};

inline constexpr std::size_t kMaxFigures = 6;
inline constexpr std::uint64_t kMaxPopulation = 2'000'000;
inline constexpr std::size_t kMaxFindings = 100'000;
inline constexpr std::size_t kMaxSources = 100'000;

// Revisions that change sets made, with the numbers of these.
using Commits = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

struct EvidenceInput {
  std::string title;  // "Access to payment data"
  std::string serverId;
  std::string serverName;
  std::string generator;  // "isns-server 0.1.0"
  evidence::DataCut cut;
  std::string query;  // as sanctl takes it
  std::vector<evidence::PackOption> options;
  std::string requestedBy;
  std::string reason;
  std::string ticket;
  std::vector<std::string> controls;  // "PCI DSS 4.0, 7.2.4": what it supports evidence for
  std::vector<KeyFigure> figures;     // at most kMaxFigures are shown in the PDF
  std::vector<SourceRow> sources;
  std::vector<FindingRow> findings;
  evidence::LogHead log;
  LogState logState;
  Commits commits;
  PopulationSource* population = nullptr;  // borrowed; nullptr: none
  std::size_t pdfRows = 5000;              // of the population in the PDF; CSV and JSON always have all
  // With more of them there is no pack; others are for tests alone. Whoever gathers them may stop at one more.
  std::size_t maxFindings = kMaxFindings;
  std::size_t maxSources = kMaxSources;
};

}  // namespace manage
