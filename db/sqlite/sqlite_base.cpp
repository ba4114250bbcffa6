// SqliteStore: what the history builds on, and pruning, which makes it of what goes.
#include <optional>

#include "db/sql/statements.h"
#include "db/sqlite/rows.h"
#include "db/sqlite/sqlite_store.h"

namespace sqlite {
namespace {

// Writes into history_base, within the transaction of its owner.
class BaseWriter final : public store::RowSink {
 public:
  static store::Outcome<BaseWriter> prepare(Connection& connection) {
    auto put = connection.prepare(sql::putBase(sql::kSqlite));
    if (!put) return base::fail(put.error());
    auto erase = connection.prepare(sql::eraseBase(sql::kSqlite));
    if (!erase) return base::fail(erase.error());
    return BaseWriter(connection, std::move(*put), std::move(*erase));
  }

  Status put(std::uint8_t table, std::int64_t id, base::ByteView op) {
    put_.bind(1, std::int64_t{table});
    put_.bind(2, id);
    if (const int code = put_.bind(3, op); code != SQLITE_OK) return failed(code);
    return ran(put_.run());
  }
  Status erase(std::uint8_t table, std::int64_t id) {
    erase_.bind(1, std::int64_t{table});
    erase_.bind(2, id);
    return ran(erase_.run());
  }
  // A row as it is.
  base::Status row(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) override {
    op_.clear();
    store::OpsWriter ops(op_);
    ops.put(table, id);
    for (const store::Cell& cell : cells) ops.cell(cell);
    failure = put(table, id, op_.view());
    return failure ? base::Status{} : base::fail(failure.error().text);
  }
  Status failure;

 private:
  BaseWriter(Connection& connection, Statement put, Statement erase)
      : connection_(connection), put_(std::move(put)), erase_(std::move(erase)) {}
  Status failed(int code) { return base::fail(connection_.error(code, "write")); }
  Status ran(int code) { return code == SQLITE_DONE ? Status{} : failed(code); }

  Connection& connection_;
  Statement put_, erase_;
  base::ByteArena op_;
};

// The row that a statement stands at (id, op), as it was. The op is a view.
Status readOp(Connection& connection, const Statement& row, store::Op& op, std::optional<store::OpsReader>& reader) {
  store::Cell cell;
  const bool whole = row.cell(1, cell) && cell.tag == store::CellTag::Blob;
  reader.emplace(whole ? cell.bytes : base::ByteView());
  if (whole && reader->next(op) && op.kind == store::OpKind::Put) return {};
  return base::fail(
      connection.damaged("row " + std::to_string(row.integer(0)) + " of what the history builds on cannot be decoded"));
}

store::Outcome<store::HistoryBase> readBase(Connection& connection, const store::Schema& schema, store::RowSink& sink) {
  const auto revision = readMeta(connection, sql::kMetaBaseRevision);
  if (!revision) return base::fail(revision.error());
  const auto time = readMeta(connection, sql::kMetaBaseTime);
  if (!time) return base::fail(time.error());
  auto rows = connection.prepare(sql::selectBase(sql::kSqlite));
  if (!rows) return base::fail(rows.error());
  for (const store::Table& table : schema.tables) {
    if (!table.loaded) continue;
    rows->bind(1, std::int64_t{table.number});
    int code = SQLITE_ROW;
    while ((code = rows->step()) == SQLITE_ROW) {
      store::Op op;
      std::optional<store::OpsReader> reader;
      if (auto read = readOp(connection, *rows, op, reader); !read) return base::fail(read.error());
      if (auto taken = sink.row(table.number, op.id, op.cells); !taken) {
        return base::fail(connection.damaged("row " + std::to_string(op.id) + " of the table " +
                                             std::string(table.name) +
                                             ", as the history builds on it: " + taken.error().text));
      }
    }
    if (code != SQLITE_DONE) return base::fail(connection.error(code, "read"));
    rows->reset();
  }
  return store::HistoryBase{static_cast<std::uint64_t>(*revision), *time};
}

}  // namespace

store::Outcome<store::HistoryBase> SqliteStore::historyBase(store::RowSink& sink) {
  const std::lock_guard lock(readMutex_);
  const auto connection = readingConnection();
  if (!connection) return base::fail(connection.error());
  if (auto done = (*connection)->execute("BEGIN"); !done) return base::fail(done.error());
  auto read = readBase(**connection, options_.schema, sink);
  (void)(*connection)->execute("COMMIT");
  return read;
}

Status SqliteStore::checkBase() {
  auto rows = connection_.prepare(sql::selectSomeBase(sql::kSqlite));
  if (!rows) return base::fail(rows.error());
  rows->bind(1, kCheckedChanges);
  int code = SQLITE_ROW;
  while ((code = rows->step()) == SQLITE_ROW) {
    store::Op op;
    std::optional<store::OpsReader> reader;
    if (auto read = readOp(connection_, *rows, op, reader); !read) return read;
  }
  return code == SQLITE_DONE ? Status{} : base::fail(connection_.error(code, "read"));
}

// The history was pruned before bases were kept: what it was is gone, so past states begin with what is there now.
Status SqliteStore::makeBase() {
  auto writer = BaseWriter::prepare(connection_);
  if (!writer) return base::fail(writer.error());
  std::int64_t time = 0;
  {
    store::HistoryFilter newest;
    auto changes = connection_.prepare(sql::selectHistory(newest, sql::kSqlite).text);
    if (!changes) return base::fail(changes.error());
    if (changes->step() == SQLITE_ROW) time = changes->integer(1);
  }
  Status done = begin();
  if (!done) return done;
  if (const auto rows = readRows(connection_, options_.schema, Tables::Loaded, *writer); !rows) {
    done = writer->failure ? base::fail(rows.error()) : writer->failure;
  }
  const auto revision = static_cast<std::int64_t>(lastRevision_);
  if (done) done = writeMeta(connection_, sql::kMetaBaseRevision, revision);
  if (done) done = writeMeta(connection_, sql::kMetaBaseTime, time);
  done = end(std::move(done));
  if (done) baseRevision_ = revision;
  return done;
}

// Within a transaction.
Status SqliteStore::prunePage(std::int64_t upTo, std::int64_t time) {
  if (auto done = foldIntoBase(upTo); !done) return done;
  auto remove = connection_.prepare(sql::deleteChangesUpTo(sql::kSqlite));
  if (!remove) return base::fail(remove.error());
  remove->bind(1, upTo);
  if (const int code = remove->run(); code != SQLITE_DONE) return base::fail(connection_.error(code, "write"));
  Status done = writeMeta(connection_, sql::kMetaPrunedRevision, upTo);
  if (done) done = writeMeta(connection_, sql::kMetaPrunedTime, time);
  if (!done || upTo <= baseRevision_) return done;
  done = writeMeta(connection_, sql::kMetaBaseRevision, upTo);
  return done ? writeMeta(connection_, sql::kMetaBaseTime, time) : std::move(done);
}

// What the changes that go did to rows of loaded tables, unless the base has it already.
Status SqliteStore::foldIntoBase(std::int64_t upTo) {
  auto writer = BaseWriter::prepare(connection_);
  if (!writer) return base::fail(writer.error());
  store::HistoryFilter going;
  going.firstRevision = static_cast<std::uint64_t>(baseRevision_) + 1;
  going.lastRevision = static_cast<std::uint64_t>(upTo);
  going.newestFirst = false;
  auto changes = selectChanges(connection_, going);
  if (!changes) return base::fail(changes.error());
  int code = SQLITE_ROW;
  while ((code = changes->step()) == SQLITE_ROW) {
    store::Change change;
    if (!readChange(*changes, change) || !decodable(change.ops)) {
      return base::fail(connection_.damaged("the change with revision " + std::to_string(changes->integer(0)) +
                                            " cannot be decoded"));
    }
    store::OpsReader reader(change.ops);
    std::size_t begin = 0;
    for (store::Op op; reader.next(op); begin = reader.offset()) {
      const store::Table* table = tables_.find(op.table);
      if (table == nullptr || !table->loaded) continue;
      const base::ByteView bytes = change.ops.subspan(begin, reader.offset() - begin);
      const Status done =
          op.kind == store::OpKind::Put ? writer->put(op.table, op.id, bytes) : writer->erase(op.table, op.id);
      if (!done) return done;
    }
  }
  return code == SQLITE_DONE ? Status{} : base::fail(connection_.error(code, "read"));
}

}  // namespace sqlite
