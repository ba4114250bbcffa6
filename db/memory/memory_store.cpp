#include "db/memory/memory_store.h"

#include <algorithm>

#include "db/store/prune_cut.h"
#include "shared/base/clock.h"

namespace memory {

using store::ErrorKind;

MemoryDatabase::MemoryDatabase(const store::Schema& schema, std::function<std::int64_t()> clock)
    : schema_(schema), tables_(schema_), clock_(std::move(clock)) {}

void MemoryDatabase::setFailure(std::optional<store::Error> failure) {
  const std::lock_guard lock(mutex_);
  failure_ = std::move(failure);
}

// Before anything is changed, so that a batch is applied whole or not at all.
std::optional<store::Error> MemoryDatabase::check(const store::Batch& batch) const {
  std::uint64_t last = lastRevision();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const store::Change change = batch[i];
    const std::string revision = std::to_string(change.revision);
    if (change.revision <= last || change.revision > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
      return store::Error{ErrorKind::Invalid,
                          "revision " + revision + " does not follow revision " + std::to_string(last) + '.'};
    }
    last = change.revision;
    store::OpsReader reader(change.ops);
    store::Op op;
    while (reader.next(op)) {
      if (store::tableFor(op, tables_) == nullptr) {
        return store::Error{ErrorKind::Invalid, "an operation of revision " + revision + " does not fit the schema."};
      }
    }
    if (reader.failed()) {
      return store::Error{ErrorKind::Invalid, "the operations of revision " + revision + " cannot be decoded."};
    }
  }
  return std::nullopt;
}

void MemoryDatabase::apply(const store::Change& change) {
  apply(change, rows_);
  changes_.push_back({change.revision, change.time, change.kind, std::string(change.origin),
                      std::string(change.address), base::Bytes(change.ops.begin(), change.ops.end())});
}

void MemoryDatabase::apply(const store::Change& change, std::map<std::uint8_t, Rows>& all) {
  store::OpsReader reader(change.ops);
  store::Op op;
  std::size_t begin = 0;
  while (reader.next(op)) {
    const base::ByteView bytes = change.ops.subspan(begin, reader.offset() - begin);
    begin = reader.offset();
    Rows& rows = all[op.table];
    if (op.kind == store::OpKind::Put) {
      rows[op.id].assign(bytes.begin(), bytes.end());
    } else {
      rows.erase(op.id);
    }
  }
}

namespace {

// Hands one row over; an error, or nothing.
std::optional<store::Error> give(const store::Table& table, std::int64_t id, base::ByteView bytes, store::RowSink& sink) {
  store::OpsReader reader(bytes);
  store::Op op;
  if (!reader.next(op)) return store::Error{ErrorKind::Damaged, "a row in memory cannot be decoded."};
  auto taken = sink.row(table.number, id, op.cells);
  if (taken) return std::nullopt;
  return store::Error{ErrorKind::Damaged, "row " + std::to_string(id) + " of the table " + std::string(table.name) + ": " +
                                              taken.error().text};
}

}  // namespace

// Those of all tables that are loaded; gives how many.
store::Outcome<std::uint64_t> MemoryStore::giveLoaded(std::map<std::uint8_t, MemoryDatabase::Rows>& rows,
                                                      store::RowSink& sink) {
  std::uint64_t given = 0;
  for (const store::Table& table : database_->schema_.tables) {
    if (!table.loaded) continue;
    for (const auto& [id, bytes] : rows[table.number]) {
      if (auto failed = give(table, id, bytes, sink)) return base::fail(*std::move(failed));
      ++given;
    }
  }
  return given;
}

store::Outcome<store::LoadInfo> MemoryStore::load(store::RowSink& sink) {
  const std::lock_guard lock(database_->mutex_);
  const auto rows = giveLoaded(database_->rows_, sink);
  if (!rows) return base::fail(rows.error());
  const store::LoadInfo info{database_->lastRevision(), database_->epoch_, *rows};
  if (auto whole = sink.end(info); !whole) return store::fail(ErrorKind::Damaged, whole.error().text);
  return info;
}

store::Outcome<std::uint64_t> MemoryStore::commit(const store::Batch& batch, std::uint64_t expectedEpoch) {
  const std::lock_guard lock(database_->mutex_);
  if (expectedEpoch == 0 || expectedEpoch != database_->epoch_) {
    return store::fail(ErrorKind::Fenced, "the lease was taken over: the epoch is " +
                                              std::to_string(database_->epoch_) + ", not " +
                                              std::to_string(expectedEpoch) + '.');
  }
  if (auto refused = database_->check(batch)) return base::fail(*std::move(refused));
  if (batch.empty()) return database_->lastRevision();
  if (database_->failure_) return base::fail(*database_->failure_);
  for (std::size_t i = 0; i < batch.size(); ++i) database_->apply(batch[i]);
  return database_->lastRevision();
}

store::Outcome<std::size_t> MemoryStore::changesSince(std::uint64_t revision, std::size_t limit,
                                                      store::ChangeSink& sink) {
  const std::lock_guard lock(database_->mutex_);
  if (revision < database_->prunedRevision_) {
    return store::fail(ErrorKind::Gone, "the changes up to revision " + std::to_string(database_->prunedRevision_) +
                                            " have been pruned.");
  }
  std::size_t count = 0;
  for (const auto& change : database_->changes_) {
    if (change.revision <= revision) continue;
    if (count == limit) break;
    ++count;
    if (!sink.change(change.view())) break;
  }
  return count;
}

store::Outcome<store::Lease> MemoryStore::lease(store::LeaseAction action, std::string_view holder,
                                                std::chrono::seconds timeToLive) {
  MemoryDatabase& database = *database_;
  const std::lock_guard lock(database.mutex_);
  const std::int64_t now = database.clock_ ? database.clock_() : base::unixSeconds(base::wallNow());
  const bool held = !database.holder_.empty() && (database.leaseEnds_ == 0 || now < database.leaseEnds_);
  if (action == store::LeaseAction::Acquire) {
    if (held && database.holder_ != holder) {
      return store::fail(ErrorKind::Busy, "the lease is held by " + database.holder_ + '.');
    }
    if (database.failure_) return base::fail(*database.failure_);
    ++database.epoch_;
    database.holder_ = holder;
  } else if (database.holder_.empty() || database.holder_ != holder) {
    return store::fail(ErrorKind::Fenced, std::string(holder) + " does not hold the lease.");
  }
  if (action == store::LeaseAction::Release) database.holder_.clear();
  database.leaseEnds_ = timeToLive.count() == 0 ? 0 : now + timeToLive.count();
  return store::Lease{database.epoch_};
}

store::Outcome<std::size_t> MemoryStore::prune(const store::PruneLimits& by, std::size_t limit) {
  MemoryDatabase& database = *database_;
  const std::lock_guard lock(database.mutex_);
  if (database.failure_) return base::fail(*database.failure_);
  store::PruneCut known(by, limit, database.prunedTime_);
  // The newest change stays: it is where the revision counter stands.
  for (const auto& change : database.changes_) {
    if (!known.take(change.revision, change.time, change.revision == database.lastRevision())) break;
  }
  const store::PruneCut::Cut& cut = known.cut();
  if (cut.count == 0) return cut.count;
  for (std::size_t i = 0; i < cut.count; ++i) {
    MemoryDatabase::apply(database.changes_.front().view(), database.base_);
    database.changes_.pop_front();
  }
  database.prunedRevision_ = cut.revision;
  database.prunedTime_ = cut.time;
  return cut.count;
}

store::Outcome<store::HistoryBase> MemoryStore::historyBase(store::RowSink& sink) {
  const std::lock_guard lock(database_->mutex_);
  if (const auto rows = giveLoaded(database_->base_, sink); !rows) return base::fail(rows.error());
  return store::HistoryBase{database_->prunedRevision_, database_->prunedTime_};
}

store::Outcome<store::RowsInfo> MemoryStore::rows(const store::RowFilter& filter, store::RowSink& sink) {
  const std::lock_guard lock(database_->mutex_);
  const store::Table* table = database_->tables_.find(filter.table);
  if (table == nullptr) return store::fail(ErrorKind::Invalid, "there is no table " + std::to_string(filter.table) + '.');
  const MemoryDatabase::Rows& all = database_->rows_[filter.table];
  auto begin = all.lower_bound(filter.firstId);
  auto end = all.upper_bound(filter.lastId);
  store::RowsInfo info;
  while (filter.firstId <= filter.lastId && begin != end) {
    const auto& [id, bytes] = filter.newestFirst ? *--end : *begin++;
    if (info.count == filter.limit) {
      info.more = true;
      break;
    }
    if (auto given = give(*table, id, bytes, sink)) return base::fail(*std::move(given));
    ++info.count;
  }
  return info;
}

store::Outcome<store::HistoryInfo> MemoryStore::history(const store::HistoryFilter& filter, store::ChangeSink& sink) {
  const std::lock_guard lock(database_->mutex_);
  const auto wanted = [&](const MemoryDatabase::StoredChange& change) {
    return change.revision >= filter.firstRevision && change.revision <= filter.lastRevision &&
           change.time >= filter.firstTime && change.time <= filter.lastTime &&
           (!filter.kind || *filter.kind == change.kind) && (filter.origin.empty() || filter.origin == change.origin);
  };
  store::HistoryInfo info;
  info.completeSince = database_->prunedRevision_;
  info.completeSinceTime = database_->prunedTime_;
  // False when the page ends.
  const auto deliver = [&](const MemoryDatabase::StoredChange& change) {
    if (!wanted(change)) return true;
    if (info.count == filter.limit) {
      info.more = true;
      return false;
    }
    ++info.count;
    return sink.change(change.view());
  };
  const auto& changes = database_->changes_;
  if (filter.newestFirst) {
    (void)std::all_of(changes.rbegin(), changes.rend(), deliver);
  } else {
    (void)std::all_of(changes.begin(), changes.end(), deliver);
  }
  return info;
}

store::Outcome<store::BackupInfo> MemoryStore::backup(const std::string& path) {
  return store::fail(ErrorKind::Unsupported, "a store in memory cannot be backed up to " + path + '.');
}

}  // namespace memory
