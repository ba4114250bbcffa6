// LogGuard: the server checks its own audit log: after the start, each day, and before a pack of evidence is signed.
// All of it each time, in pages on the store's reading thread, between other readings.
//
// What it finds is a log event at error, a record of the log itself (log.broken, once for each sentence), the status,
// and the pack. That the log was older than the witness is known at once, and is the first record that the server
// writes: once others have taken the place of those that are lost, nothing else tells of it. Only when what the first
// check found is stored does the witness go on from the log as it is now. That the log was older than the witness at
// the start has a record of its own, which acceptRestore() can answer: an older database was put back on purpose. That
// the last record cannot be read is the first record of a start, too (audit_trail.h), and nobody can answer that; which
// records had no signature then stands behind it. A witness that is missing at the start although the log had
// checkpoints is told too (log.unwitnessed). Cost: see docs/security/audit-log.md. Bounds: one check at a time;
// kMaxWaiting who wait for the next one.
//
// The management server's thread, but for pages. Borrowed: everything.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isns-server/api/archive.h"
#include "isns-server/app/audit_trail.h"
#include "isns-server/app/audit_witness.h"
#include "isns-server/app/log_events.h"
#include "isns-server/app/log_key.h"
#include "isns-server/app/readings.h"
#include "isns-server/manage/audit/log_walk.h"
#include "shared/ops/audit_record.h"

namespace app {

class LogGuard {
 public:
  static constexpr std::size_t kMaxWaiting = 64;
  static constexpr std::chrono::hours kEvery{24};
  static constexpr std::chrono::minutes kAgain{1};  // after a check that failed, or could not store what it found
  using Post = std::function<void(std::function<void()>)>;  // to the management server's thread; called from any
  // Makes records durable; `done` when they are, or with false.
  using Record = std::function<void(std::vector<ops::AuditRecord> records, std::function<void(bool stored)> done)>;
  using Done = std::function<void(const manage::Wanted<manage::LogHealth>&)>;
  struct Parts {
    Readings& readings;
    ops::Log& log;
    AuditWitness& witness;
    std::string serverId;
    LogKey& key;  // is told since when it signs
    Post post;
    Record record;
  };

  // `log`: before this server wrote any. Where it has no checkpoint yet, the witness is begun here: before the server
  // that has it may make one.
  LogGuard(Parts parts, AuditTrail::AtStart log);

  // What is to be recorded before anything else is, by whoever starts the server. Before the first call of another one.
  [[nodiscard]] std::vector<ops::AuditRecord> foundAtStart() const;
  // A check that begins from now on; `done` when what it found is stored, or cannot be.
  void check(Done done);
  // Says of all records that are known to be lost with an older database that this was meant. `record`: who, and why.
  void acceptRestore(ops::AuditRecord record, Done done);
  // Each minute or so, and while a check waits for the reader.
  void onTick(base::Now now);
  [[nodiscard]] api::LogState state() const { return state_; }
  [[nodiscard]] api::LogNotes notes() const { return notes_; }

 private:
  struct Run {
    std::unique_ptr<manage::LogWalk> walk;
    evidence::Fingerprint key{};  // that it trusts
    std::vector<Done> waiting;
    base::TimePoint since{};
    bool reading = false;
  };
  [[nodiscard]] bool isTold() const;
  void begin();
  void nextPage();
  void pageTaken(const base::Result<bool>& more);
  void ended();
  void tell(const manage::LogHealth& health);
  void settle(const manage::LogHealth& health, const std::function<void()>& then);
  [[nodiscard]] ops::AuditRecord cutRecord() const;
  [[nodiscard]] ops::AuditRecord recordOf(ops::AuditEvent event, std::string reason) const;
  [[nodiscard]] std::vector<ops::AuditRecord> newsOf(const manage::LogHealth& health) const;
  void go();
  void noteFailure(const base::Status& written);

  // Found at the start, and not known to be in the log.
  struct Cut {
    std::string text;  // a sentence
    evidence::LostRecords lost;
  };
  Parts parts_;
  const AuditTrail::AtStart log_;
  std::optional<Cut> cut_;
  bool unwitnessed_ = false;
  api::LogNotes notes_;
  std::vector<Done> waiting_;
  std::unique_ptr<Run> run_;
  base::TimePoint due_{};
  api::LogState state_ = api::LogState::Checking;
  std::string told_;  // what the log event said last
};

}  // namespace app
