// LogGuard: the server checks its own audit log: after the start, each day, and before a pack of evidence is signed. All
// of it each time, in pages on the store's reading thread, between other readings.
//
// What it finds is a log event at error, a record of the log itself (log.broken, once for each sentence), the status, and
// the pack. Only when what the first check found is stored does the witness go on from the log as it is now. Cost: see
// docs/security/audit-log.md. Bounds: one check at a time; kMaxWaiting who wait for the next one.
//
// The management server's thread, but for pages. Borrowed: everything.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "isns-server/api/archive.h"
#include "isns-server/app/audit_witness.h"
#include "isns-server/app/log_events.h"
#include "isns-server/app/readings.h"
#include "isns-server/manage/audit/log_walk.h"
#include "shared/ops/audit_record.h"

namespace app {

class LogGuard {
 public:
  static constexpr std::size_t kMaxWaiting = 64;
  static constexpr std::chrono::hours kEvery{24};
  using Post = std::function<void(std::function<void()>)>;  // to the management server's thread; called from any
  // Makes a record durable; `done` when it is, or with false.
  using Record = std::function<void(ops::AuditRecord record, std::function<void(bool stored)> done)>;
  using Done = std::function<void(const manage::Wanted<manage::LogHealth>&)>;
  struct Parts {
    Readings& readings;
    ops::Log& log;
    AuditWitness& witness;
    std::string serverId;
    evidence::Fingerprint key;
    Post post;
    Record record;
  };

  // `lastAtStart`: the number of the log's last record before this server wrote any.
  LogGuard(Parts parts, std::uint64_t lastAtStart);

  // A check that begins from now on.
  void check(Done done);
  // Each minute or so, and while a check waits for the reader.
  void onTick(base::Now now);
  [[nodiscard]] api::LogState state() const { return state_; }

 private:
  struct Run {
    std::unique_ptr<manage::LogWalk> walk;
    std::vector<Done> waiting;
    base::TimePoint since{};
    bool reading = false;
  };
  void begin();
  void nextPage();
  void pageTaken(const base::Result<bool>& more);
  void ended();
  void tell(const manage::LogHealth& health);
  void settle(const manage::LogHealth& health);

  Parts parts_;
  std::string cutAtStart_;  // a sentence
  std::vector<Done> waiting_;
  std::unique_ptr<Run> run_;
  base::TimePoint due_{};
  api::LogState state_ = api::LogState::Checking;
  std::string told_;  // what the log event said last
};

}  // namespace app
