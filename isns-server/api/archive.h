// Archive: what the API reads of the store, away from the loop: the audit log, and when revisions were made.
//
// Each function returns at once; `done` is called later on the management server's thread. Implemented by the driver
// (isns-server/app). Bounds: kMaxAuditPage records of a list, kMaxAuditScan looked at for it, kMaxAuditExport of an export.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isns-server/manage/administration/administration.h"
#include "isns-server/manage/audit/log_walk.h"
#include "isns-server/manage/evidence/reach_evidence.h"

namespace api {

inline constexpr std::size_t kMaxAuditPage = 1000;
inline constexpr std::uint64_t kMaxAuditScan = 200'000;
inline constexpr std::uint64_t kMaxAuditExport = 200'000;

struct AuditQuery {
  std::uint64_t from = 1;  // numbers of records
  std::uint64_t to = std::numeric_limits<std::int64_t>::max();
  std::string event;  // empty: any
  std::string actor;
  bool newestFirst = false;
  std::size_t limit = 100;
};

struct AuditPage {
  struct Entry {
    ops::AuditRecord record;
    std::string hash;  // of the chain, in hexadecimal digits
  };
  std::vector<Entry> entries;         // in the order that was asked for
  std::optional<std::uint64_t> next;  // the record to go on with
};

// What an evidence pack takes from the store.
struct EvidenceFacts {
  manage::RevisionTimes times;  // up to the cut
  evidence::LogHead head;       // the last record that is not younger than the cut
  std::optional<base::WallTime> headTime;
};

// What the server knows of its own audit log.
enum class LogState : std::uint8_t { Checking, Intact, Broken };
inline constexpr std::string_view kLogStateWords[] = {"checking", "intact", "broken"};
// What stays to be said of a log, intact or not.
struct LogNotes {
  bool restored = false;     // records are lost with an older database, and a person has said that this was meant
  bool unwitnessed = false;  // audit.head was missing when this server started
};
// What a check has found, for people and packs.
struct LogFindings {
  std::string broken;             // what is wrong, a sentence; empty: it is intact
  std::vector<std::string> gaps;  // what stays to be said, sentences
  std::vector<evidence::LostRecords> lost;  // of records that are known to be lost with an older database, meant so
};

class Archive {
 public:
  virtual ~Archive() = default;
  virtual void listAudit(AuditQuery query, std::function<void(const manage::Wanted<AuditPage>&)> done) = 0;
  // Lines of shared/evidence/audit_lines.h.
  virtual void exportAudit(std::uint64_t from, std::uint64_t to, std::function<void(const manage::Wanted<std::string>&)> done) = 0;
  using Facts = std::shared_ptr<const EvidenceFacts>;
  virtual void evidenceFacts(std::uint64_t cut, std::function<void(const manage::Wanted<Facts>&)> done) = 0;
  // Checks the whole log.
  using Findings = std::function<void(const manage::Wanted<LogFindings>& findings)>;
  virtual void checkLog(Findings done) = 0;
  // An older database was put back on purpose. `record`: who says so, and why. Then checks the log as it is now.
  virtual void acceptRestore(ops::AuditRecord record, Findings done) = 0;
  [[nodiscard]] virtual LogState logState() const = 0;
  [[nodiscard]] virtual LogNotes logNotes() const = 0;
};

}  // namespace api
