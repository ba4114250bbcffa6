// SqliteStore::history and rows: pages of changes and of rows, on a connection that only reads.
#include <algorithm>

#include "db/sql/statements.h"
#include "db/sqlite/rows.h"
#include "db/sqlite/sqlite_store.h"

namespace sqlite {

namespace {

// Within one transaction, so that the page and what it says about completeness are of one moment.
store::Outcome<store::HistoryInfo> readPage(Connection& connection, const store::HistoryFilter& filter,
                                            store::ChangeSink& sink) {
  store::HistoryInfo info;
  const auto revision = readMeta(connection, sql::kMetaPrunedRevision);
  if (!revision) return base::fail(revision.error());
  const auto time = readMeta(connection, sql::kMetaPrunedTime);
  if (!time) return base::fail(time.error());
  info.completeSince = static_cast<std::uint64_t>(*revision);
  info.completeSinceTime = *time;

  auto changes = selectChanges(connection, filter);
  if (!changes) return base::fail(changes.error());
  int code = SQLITE_ROW;
  while ((code = changes->step()) == SQLITE_ROW) {
    if (info.count == filter.limit) {
      info.more = true;
      return info;
    }
    store::Change change;
    if (!readChange(*changes, change)) {
      return base::fail(
          connection.damaged("the change with revision " + std::to_string(changes->integer(0)) + " cannot be decoded"));
    }
    ++info.count;
    if (!sink.change(change)) return info;
  }
  if (code != SQLITE_DONE) return base::fail(connection.error(code, "read"));
  return info;
}

}  // namespace

store::Outcome<Connection*> SqliteStore::readingConnection() {
  if (!reading_) {
    auto opened = Connection::open(options_.path, Connection::Mode::Read, options_.vfs, options_.restoreHint);
    if (!opened) return base::fail(opened.error());
    reading_.emplace(std::move(opened).value());
  }
  return &*reading_;
}

store::Outcome<store::HistoryInfo> SqliteStore::history(const store::HistoryFilter& filter, store::ChangeSink& sink) {
  const std::lock_guard lock(readMutex_);
  const auto connection = readingConnection();
  if (!connection) return base::fail(connection.error());
  if (auto done = (*connection)->execute("BEGIN"); !done) return base::fail(done.error());
  auto page = readPage(**connection, filter, sink);
  (void)(*connection)->execute("COMMIT");
  return page;
}

store::Outcome<store::RowsInfo> SqliteStore::rows(const store::RowFilter& filter, store::RowSink& sink) {
  const auto table = std::ranges::find(options_.schema.tables, filter.table, &store::Table::number);
  if (table == options_.schema.tables.end()) {
    return store::fail(store::ErrorKind::Invalid, "there is no table " + std::to_string(filter.table) + '.');
  }
  const std::lock_guard lock(readMutex_);
  const auto connection = readingConnection();
  if (!connection) return base::fail(connection.error());
  return readPage(**connection, *table, filter, sink);
}

}  // namespace sqlite
