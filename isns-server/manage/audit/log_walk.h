// LogWalk: checks the audit log as it stands in the store, page by page, so that other readings go on between.
//
// Beside what ChainVerifier finds: records whose row does not read, records without any checkpoint, and checkpoints
// behind the last record (which show that records were cut). What earlier checks have recorded in the log counts, too
// (told_breaks.h). One page is kPage records. Whoever calls step() may be another thread each time. Errors: what the
// store says; what is wrong with the log is in the result.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/store/store.h"
#include "shared/base/result.h"
#include "shared/evidence/chain_verifier.h"

namespace manage {

struct LogHealth : evidence::Breaks {
  static constexpr std::size_t kMaxFaults = 5;

  std::uint64_t records = 0;
  std::optional<base::WallTime> keySince;  // the time of the record that says that the key signs from there on
  std::uint64_t faultCount = 0;
  std::vector<std::string> faults;  // the first of them, as sentences

  [[nodiscard]] bool intact() const { return faultCount == 0 && recorded.empty(); }
  // Whether a record tells already that the log was older than that head.
  [[nodiscard]] bool tellsOf(const evidence::LogHead& seen) const;
  // What an auditor is to read: "record 35 was changed: it does not fit its hash"; empty: it is intact.
  [[nodiscard]] std::string sentence() const;
};

class LogWalk {
 public:
  static constexpr std::size_t kPage = 1000;

  // `key`: that signs the log now; those before it have handed over to it. `seen`: the newest checkpoint that is known
  // from elsewhere; it is not asked for again where a record before tells that the log was older than it, and that
  // record was signed in time (told_breaks.h).
  LogWalk(const std::string& serverId, const evidence::Fingerprint& key, std::optional<evidence::LogHead> seen);

  // Takes a page; false: it was the last one.
  base::Result<bool> step(store::HistoryReader& reader);
  LogHealth finish();

  // What is wrong with a record whose row cannot be read; `why`: a clause.
  static std::string unreadableText(const std::string& why) { return "the row cannot be read: " + why; }

 private:
  void note(const ops::AuditRecord& record);
  void expectAt(std::int64_t id, const evidence::SealedRecord& sealed);
  void judgeExcuse();
  base::Result<std::vector<evidence::AuditCheckpoint>> checkpointsUpTo(store::HistoryReader& reader, std::int64_t last);

  evidence::ChainVerifier verifier_;
  const evidence::Fingerprint key_;
  std::int64_t next_ = 1;            // record,
  std::int64_t nextCheckpoint_ = 1;  // and checkpoint to go on with
  std::vector<evidence::AuditCheckpoint> ahead_;  // read, of records that were not there yet
  std::optional<evidence::LogHead> seen_;         // not found yet
  bool excused_ = false;                          // a record says that the log was older than that
  std::optional<evidence::LogHead> cut_;
  LogHealth health_;
};

}  // namespace manage
