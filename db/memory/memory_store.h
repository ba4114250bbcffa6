// The store in memory: for tests and for servers that are asked to forget. Same semantics as every other backend.
//
// A MemoryDatabase is what a file is to other backends: stores come and go on it, and two of them may use it at once,
// so that fencing can be tested. Any function of either may be called from any thread; one mutex in the database.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "db/store/store.h"

namespace memory {

class MemoryDatabase {
 public:
  // clock: seconds since 1970 UTC, for leases that run out; empty for the system's.
  explicit MemoryDatabase(const store::Schema& schema, std::function<std::int64_t()> clock = {});

  // From now on every commit, lease and prune fails with this error, until it is set to nothing. Nothing is changed by
  // what fails, and reading goes on.
  void setFailure(std::optional<store::Error> failure);

 private:
  friend class MemoryStore;

  // Rows are kept as the put operation that wrote them.
  using Rows = std::map<std::int64_t, base::Bytes>;
  struct StoredChange {
    std::uint64_t revision;
    std::int64_t time;
    std::uint32_t kind;
    std::string origin;
    std::string address;
    base::Bytes ops;
    [[nodiscard]] store::Change view() const { return {revision, time, kind, origin, address, ops}; }
  };

  [[nodiscard]] std::uint64_t lastRevision() const { return changes_.empty() ? 0 : changes_.back().revision; }
  std::optional<store::Error> check(const store::Batch& batch) const;
  void apply(const store::Change& change);
  static void apply(const store::Change& change, std::map<std::uint8_t, Rows>& rows);

  const store::Schema schema_;
  const store::TableIndex tables_;
  const std::function<std::int64_t()> clock_;

  std::mutex mutex_;  // guards all that follows: stores of several threads share the database
  std::map<std::uint8_t, Rows> rows_;
  std::deque<StoredChange> changes_;
  std::optional<store::Error> failure_;
  std::uint64_t epoch_ = 0;
  std::string holder_;
  std::int64_t leaseEnds_ = 0;
  std::uint64_t prunedRevision_ = 0;
  std::int64_t prunedTime_ = 0;
  std::map<std::uint8_t, Rows> base_;  // rows of loaded tables after the last change that was pruned
};

class MemoryStore final : public store::Store {
 public:
  explicit MemoryStore(std::shared_ptr<MemoryDatabase> database) : database_(std::move(database)) {}
  // With a database of its own.
  explicit MemoryStore(const store::Schema& schema) : MemoryStore(std::make_shared<MemoryDatabase>(schema)) {}

  store::Outcome<store::LoadInfo> load(store::RowSink& sink) override;
  store::Outcome<std::uint64_t> commit(const store::Batch& batch, std::uint64_t expectedEpoch) override;
  store::Outcome<std::size_t> changesSince(std::uint64_t revision, std::size_t limit, store::ChangeSink& sink) override;
  store::Outcome<store::Lease> lease(store::LeaseAction action, std::string_view holder,
                                     std::chrono::seconds timeToLive) override;
  store::Outcome<std::size_t> prune(const store::PruneLimits& by, std::size_t limit) override;
  store::Outcome<store::HistoryInfo> history(const store::HistoryFilter& filter, store::ChangeSink& sink) override;
  store::Outcome<store::HistoryBase> historyBase(store::RowSink& sink) override;
  store::Outcome<store::RowsInfo> rows(const store::RowFilter& filter, store::RowSink& sink) override;
  store::Outcome<store::BackupInfo> backup(const std::string& path) override;

 private:
  store::Outcome<std::uint64_t> giveLoaded(std::map<std::uint8_t, MemoryDatabase::Rows>& rows, store::RowSink& sink);

  std::shared_ptr<MemoryDatabase> database_;
};

}  // namespace memory
