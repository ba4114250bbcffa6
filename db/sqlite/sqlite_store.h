// The store on one SQLite file: write-ahead log, synchronous=FULL, one server at a time.
//
// A commit is one transaction: the rows of its operations and one row of `change` for each change. It is durable when
// commit() returns. The log is copied into the database (a checkpoint) when the store thread is idle, or before a
// commit when the log has grown too long for waiting.
//
// Threads as in db/store/store.h; what reads has a connection of their own, backup() opens one. Errors: see there too.
// The epoch is checked against the database in every transaction, the lock file keeps a second server out before that.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "db/sqlite/database.h"
#include "db/sqlite/lock_file.h"

namespace sqlite {

class SqliteStore final : public store::Store {
 public:
  // Creates, checks or migrates the database. Busy when another server has it; Damaged and Unsupported: nothing was
  // changed, the sentence says what to do.
  static store::Outcome<std::unique_ptr<SqliteStore>> open(Options options);

  store::Outcome<store::LoadInfo> load(store::RowSink& sink) override;
  store::Outcome<std::uint64_t> commit(const store::Batch& batch, std::uint64_t expectedEpoch) override;
  store::Outcome<std::size_t> changesSince(std::uint64_t revision, std::size_t limit, store::ChangeSink& sink) override;
  store::Outcome<store::Lease> lease(store::LeaseAction action, std::string_view holder,
                                     std::chrono::seconds timeToLive) override;
  store::Outcome<std::size_t> prune(const store::PruneLimits& by, std::size_t limit) override;
  void idle() override;

  store::Outcome<store::HistoryInfo> history(const store::HistoryFilter& filter, store::ChangeSink& sink) override;
  store::Outcome<store::HistoryBase> historyBase(store::RowSink& sink) override;
  store::Outcome<store::RowsInfo> rows(const store::RowFilter& filter, store::RowSink& sink) override;
  store::Outcome<store::BackupInfo> backup(const std::string& path) override;

 private:
  // Pages of the log at which a checkpoint is due when there is time, and when there is none.
  static constexpr int kDuePages = 1000;
  static constexpr int kOverduePages = 4000;
  // Of the newest changes, and of what the history builds on, how many a load decodes to find damage. All rows of
  // tables are read anyway.
  static constexpr std::int64_t kCheckedChanges = 1000;

  struct TableStatements {
    Statement put;
    Statement erase;
  };

  SqliteStore(Options options, LockFile lock, Connection connection);
  Status prepare();
  Status readCounters();
  Status checkNewestChanges();

  // Passes an error on; one of damage stops all writing from then on.
  base::Failure<store::Error> noted(store::Error error);

  [[nodiscard]] std::optional<store::Error> refusal(const store::Batch& batch, std::uint64_t expectedEpoch) const;
  Status write(const store::Batch& batch);
  Status checkEpoch();
  Status checkBase();
  Status makeBase();
  Status prunePage(std::int64_t upTo, std::int64_t time);
  Status foldIntoBase(std::int64_t upTo);
  Status apply(const store::Change& change);
  Status put(TableStatements& statements, const store::Op& op);
  Status insert(const store::Change& change);
  Status begin();
  // Commits what was written since begin() when `written` is good, else undoes it and gives the reason.
  Status end(Status written);
  void checkpoint();

  const Options options_;
  const LockFile lock_;
  Connection connection_;
  const store::TableIndex tables_;

  Statement begin_;
  Statement commit_;
  Statement rollback_;
  Statement epoch_;
  Statement insert_;
  std::vector<TableStatements> statements_;
  std::array<TableStatements*, 256> byNumber_{};

  std::uint64_t lastRevision_ = 0;
  std::uint64_t currentEpoch_ = 0;
  std::uint64_t prunedRevision_ = 0;
  std::int64_t baseRevision_ = 0;  // of history_base; -1: to be made
  std::string holder_;  // of the lease; empty when nobody in this process has it
  std::int64_t leaseEnds_ = 0;
  std::optional<store::Error> damage_;  // once set, nothing is written any more
  int logPages_ = 0;
  int checkpointAt_ = kDuePages;

  store::Outcome<Connection*> readingConnection();

  // Guards the connection for history: one mutex, because its users are few and rare and none is the store thread.
  std::mutex readMutex_;
  std::optional<Connection> reading_;
};

}  // namespace sqlite
