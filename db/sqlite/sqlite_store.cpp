#include "db/sqlite/sqlite_store.h"

#include <algorithm>

#include "db/sql/statements.h"
#include "db/sqlite/backup.h"
#include "db/sqlite/rows.h"
#include "db/store/prune_cut.h"

namespace sqlite {

using store::ErrorKind;

SqliteStore::SqliteStore(Options options, LockFile lock, Connection connection)
    : options_(std::move(options)),
      lock_(std::move(lock)),
      connection_(std::move(connection)),
      tables_(options_.schema) {}

store::Outcome<std::unique_ptr<SqliteStore>> SqliteStore::open(Options options) {
  if (const std::string_view text = store::problem(options.schema); !text.empty()) {
    return store::fail(ErrorKind::Invalid, "the schema is wrong: " + std::string(text));
  }
  if (const std::string_view text = migrations::problem(options.plan); !text.empty()) {
    return store::fail(ErrorKind::Invalid, "the migrations are wrong: " + std::string(text));
  }
  auto lock = LockFile::acquire(options.path);
  if (!lock) return base::fail(lock.error());
  auto connection = openDatabase(options);
  if (!connection) return base::fail(connection.error());
  std::unique_ptr<SqliteStore> made(
      new SqliteStore(std::move(options), std::move(lock).value(), std::move(connection).value()));
  if (auto done = made->prepare(); !done) return base::fail(done.error());
  if (auto done = made->readCounters(); !done) return base::fail(done.error());
  return made;
}

Status SqliteStore::prepare() {
  Status done;
  const auto make = [&](const std::string& text) {
    auto statement = done ? connection_.prepare(text) : store::Outcome<Statement>(Statement{});
    if (!statement) {
      done = base::fail(statement.error());
      return Statement{};
    }
    return std::move(statement).value();
  };
  begin_ = make("BEGIN IMMEDIATE");
  commit_ = make("COMMIT");
  rollback_ = make("ROLLBACK");
  epoch_ = make(sql::selectMeta(sql::kSqlite));
  insert_ = make(sql::insertChange(sql::kSqlite));
  statements_.reserve(options_.schema.tables.size());
  for (const store::Table& table : options_.schema.tables) {
    statements_.push_back({make(sql::put(table, sql::kSqlite)), make(sql::erase(table, sql::kSqlite))});
    byNumber_[table.number] = &statements_.back();
  }
  if (done) epoch_.bind(1, sql::kMetaEpoch);
  const auto count = [](void* pages, sqlite3*, const char*, int inLog) {
    *static_cast<int*>(pages) = inLog;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(connection_.get(), count, &logPages_);
  return done;
}

Status SqliteStore::readCounters() {
  const auto revision = readNewestRevision(connection_);
  if (!revision) return base::fail(revision.error());
  const auto epoch = readMeta(connection_, sql::kMetaEpoch);
  if (!epoch) return base::fail(epoch.error());
  const auto pruned = readMeta(connection_, sql::kMetaPrunedRevision);
  if (!pruned) return base::fail(pruned.error());
  const auto based = readMeta(connection_, sql::kMetaBaseRevision);
  if (!based) return base::fail(based.error());
  baseRevision_ = *based;
  lastRevision_ = *revision;
  currentEpoch_ = static_cast<std::uint64_t>(*epoch);
  prunedRevision_ = static_cast<std::uint64_t>(*pruned);
  return {};
}

store::Outcome<store::LoadInfo> SqliteStore::load(store::RowSink& sink) {
  store::Outcome<std::uint64_t> rows = readRows(connection_, options_.schema, Tables::Loaded, sink);
  Status done = rows ? checkNewestChanges() : Status(base::fail(rows.error()));
  if (done) done = checkBase();
  if (!done) return noted(done.error());
  const store::LoadInfo info{lastRevision_, currentEpoch_, *rows};
  if (auto whole = sink.end(info); !whole) return noted(connection_.damaged(whole.error().text));
  if (baseRevision_ < 0) {
    if (auto made = makeBase(); !made) return base::fail(made.error());
  }
  // Found good: from here on closing may write.
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  return info;
}

Status SqliteStore::checkNewestChanges() {
  auto changes = connection_.prepare(sql::selectHistory({}, sql::kSqlite).text);
  if (!changes) return base::fail(changes.error());
  for (std::int64_t i = 0; i < kCheckedChanges; ++i) {
    const int code = changes->step();
    if (code == SQLITE_DONE) break;
    if (code != SQLITE_ROW) return base::fail(connection_.error(code, "read"));
    store::Change change;
    if (!readChange(*changes, change) || !decodable(change.ops)) {
      return base::fail(connection_.damaged("the change with revision " + std::to_string(changes->integer(0)) +
                                            " cannot be decoded"));
    }
  }
  return {};
}

base::Failure<store::Error> SqliteStore::noted(store::Error error) {
  if (error.kind == ErrorKind::Damaged) damage_ = error;
  return base::fail(std::move(error));
}

std::optional<store::Error> SqliteStore::refusal(const store::Batch& batch, std::uint64_t expectedEpoch) const {
  if (damage_) return damage_;
  if (expectedEpoch == 0 || expectedEpoch != currentEpoch_) {
    return store::Error{ErrorKind::Fenced, "the lease of " + options_.path + " was taken over: the epoch is " +
                                               std::to_string(currentEpoch_) + ", not " +
                                               std::to_string(expectedEpoch) + '.'};
  }
  std::uint64_t last = lastRevision_;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const std::uint64_t revision = batch[i].revision;
    if (revision <= last || revision > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return store::Error{ErrorKind::Invalid, "revision " + std::to_string(revision) + " does not follow revision " +
                                                  std::to_string(last) + '.'};
    }
    last = revision;
  }
  return std::nullopt;
}

store::Outcome<std::uint64_t> SqliteStore::commit(const store::Batch& batch, std::uint64_t expectedEpoch) {
  if (auto refused = refusal(batch, expectedEpoch)) return base::fail(*std::move(refused));
  if (batch.empty()) return lastRevision_;
  if (logPages_ >= kOverduePages && logPages_ >= checkpointAt_) checkpoint();
  Status done = begin();
  if (done) done = end(write(batch));
  if (!done) return base::fail(done.error());
  lastRevision_ = batch.lastRevision();
  return lastRevision_;
}

Status SqliteStore::write(const store::Batch& batch) {
  if (auto done = checkEpoch(); !done) return done;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const store::Change change = batch[i];
    if (auto done = apply(change); !done) return done;
    if (auto done = insert(change); !done) return done;
  }
  return {};
}

Status SqliteStore::checkEpoch() {
  const int code = epoch_.step();
  const std::int64_t epoch = code == SQLITE_ROW ? epoch_.integer(0) : 0;
  epoch_.reset();
  if (code != SQLITE_ROW && code != SQLITE_DONE) return base::fail(connection_.error(code, "read"));
  if (static_cast<std::uint64_t>(epoch) == currentEpoch_) return {};
  return store::fail(ErrorKind::Fenced, "another server has taken the lease of " + options_.path + '.');
}

Status SqliteStore::apply(const store::Change& change) {
  store::OpsReader reader(change.ops);
  store::Op op;
  while (reader.next(op)) {
    if (store::tableFor(op, tables_) == nullptr) {
      return store::fail(ErrorKind::Invalid,
                         "an operation of revision " + std::to_string(change.revision) + " does not fit the schema.");
    }
    TableStatements& statements = *byNumber_[op.table];
    if (op.kind == store::OpKind::Put) {
      if (auto done = put(statements, op); !done) return done;
    } else {
      statements.erase.bind(1, op.id);
      const int code = statements.erase.run();
      if (code != SQLITE_DONE) return base::fail(connection_.error(code, "write"));
    }
  }
  if (!reader.failed()) return {};
  return store::fail(ErrorKind::Invalid,
                     "the operations of revision " + std::to_string(change.revision) + " cannot be decoded.");
}

Status SqliteStore::put(TableStatements& statements, const store::Op& op) {
  statements.put.bind(1, op.id);
  int at = 2;
  for (const store::Cell& cell : op.cells) {
    // Fails only for values beyond SQLite's limits, which would leave the former row's value bound.
    if (const int code = statements.put.bind(at++, cell); code != SQLITE_OK) {
      return base::fail(connection_.error(code, "write"));
    }
  }
  const int code = statements.put.run();
  if (code != SQLITE_DONE) return base::fail(connection_.error(code, "write"));
  return {};
}

Status SqliteStore::insert(const store::Change& change) {
  int code = bindChange(insert_, change);
  if (code != SQLITE_OK) return base::fail(connection_.error(code, "write"));
  code = insert_.run();
  if (code != SQLITE_DONE) return base::fail(connection_.error(code, "write"));
  return {};
}

Status SqliteStore::begin() {
  const int code = begin_.run();
  if (code != SQLITE_DONE) return base::fail(connection_.error(code, "write"));
  return {};
}

Status SqliteStore::end(Status written) {
  if (written) {
    const int code = commit_.run();
    if (code == SQLITE_DONE) return {};
    written = base::fail(connection_.error(code, "write"));
  }
  // SQLite has undone some failures by itself.
  if (sqlite3_get_autocommit(connection_.get()) == 0) (void)rollback_.run();
  return noted(written.error());
}

void SqliteStore::idle() {
  if (!damage_ && logPages_ >= checkpointAt_) checkpoint();
}

// A failure here is no failure of a commit: everything is in the log. It is tried again when the log has grown.
void SqliteStore::checkpoint() {
  int inLog = 0;
  int copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &inLog, &copied);
  if (code == SQLITE_OK && inLog == copied) {
    logPages_ = 0;
    checkpointAt_ = kDuePages;
  } else {
    checkpointAt_ = logPages_ + kDuePages;
  }
}

store::Outcome<std::size_t> SqliteStore::changesSince(std::uint64_t revision, std::size_t limit,
                                                      store::ChangeSink& sink) {
  if (revision < prunedRevision_) {
    return store::fail(ErrorKind::Gone,
                       "the changes up to revision " + std::to_string(prunedRevision_) + " have been pruned.");
  }
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  auto changes = connection_.prepare(sql::selectChangesAfter(sql::kSqlite));
  if (!changes) return base::fail(changes.error());
  changes->bind(1, static_cast<std::int64_t>(std::min(revision, kMax)));
  changes->bind(2, static_cast<std::int64_t>(std::min<std::uint64_t>(limit, kMax)));
  std::size_t count = 0;
  int code = SQLITE_ROW;
  while ((code = changes->step()) == SQLITE_ROW) {
    store::Change change;
    if (!readChange(*changes, change)) {
      return noted(connection_.damaged("the change with revision " + std::to_string(changes->integer(0)) +
                                       " cannot be decoded"));
    }
    ++count;
    if (!sink.change(change)) return count;
  }
  if (code != SQLITE_DONE) return noted(connection_.error(code, "read"));
  return count;
}

store::Outcome<store::Lease> SqliteStore::lease(store::LeaseAction action, std::string_view holder,
                                                std::chrono::seconds timeToLive) {
  const std::int64_t now = timeOf(options_);
  const bool held = !holder_.empty() && (leaseEnds_ == 0 || now < leaseEnds_);
  if (action == store::LeaseAction::Acquire) {
    // The lock file says that no other process is active, so whoever else holds the lease is in this one.
    if (held && holder_ != holder) {
      return store::fail(ErrorKind::Busy, "the lease of " + options_.path + " is held by " + holder_ + '.');
    }
    if (damage_) return base::fail(*damage_);
    Status done = begin();
    if (done) done = end(writeMeta(connection_, sql::kMetaEpoch, static_cast<std::int64_t>(currentEpoch_ + 1)));
    if (!done) return base::fail(done.error());
    ++currentEpoch_;
    holder_ = holder;
  } else if (holder_.empty() || holder_ != holder) {
    return store::fail(ErrorKind::Fenced, std::string(holder) + " does not hold the lease of " + options_.path + '.');
  }
  if (action == store::LeaseAction::Release) holder_.clear();
  leaseEnds_ = timeToLive.count() == 0 ? 0 : now + timeToLive.count();
  return store::Lease{currentEpoch_};
}

store::Outcome<std::size_t> SqliteStore::prune(const store::PruneLimits& by, std::size_t limit) {
  if (damage_) return base::fail(*damage_);
  if (baseRevision_ < 0) {
    if (auto made = makeBase(); !made) return base::fail(made.error());
  }
  const auto before = readMeta(connection_, sql::kMetaPrunedTime);
  if (!before) return base::fail(before.error());
  store::PruneCut known(by, limit, *before);
  {
    auto oldest = connection_.prepare(sql::selectOldest());
    if (!oldest) return base::fail(oldest.error());
    int code = SQLITE_DONE;
    bool more = true;
    while (more && (code = oldest->step()) == SQLITE_ROW) {
      const auto revision = static_cast<std::uint64_t>(oldest->integer(0));
      // The newest change stays: it is where the revision counter stands.
      more = known.take(revision, oldest->integer(1), revision >= lastRevision_);
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE) return noted(connection_.error(code, "read"));
  }
  const store::PruneCut::Cut& cut = known.cut();
  if (cut.count == 0) return cut.count;
  const auto upTo = static_cast<std::int64_t>(cut.revision);
  Status done = begin();
  if (done) done = end(prunePage(upTo, cut.time));
  if (!done) return base::fail(done.error());
  prunedRevision_ = cut.revision;
  baseRevision_ = std::max(baseRevision_, upTo);
  return cut.count;
}

store::Outcome<store::BackupInfo> SqliteStore::backup(const std::string& path) {
  return copyDatabase(options_.path, path, options_.vfs);
}

}  // namespace sqlite
