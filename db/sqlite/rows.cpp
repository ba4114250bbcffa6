#include "db/sqlite/rows.h"

#include <algorithm>
#include <array>
#include <limits>

#include "db/sql/statements.h"

namespace sqlite {

namespace {

std::string placeOf(const store::Table& table, std::int64_t id) {
  return "row " + std::to_string(id) + " of the table " + std::string(table.name);
}

// Hands over the row that the statement stands at.
base::Status handOver(const store::Table& table, Statement& select, std::span<store::Cell> row, store::RowSink& sink) {
  const std::int64_t id = select.integer(0);
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!select.cell(static_cast<int>(i) + 1, row[i]) || !store::fits(row[i], table.columns[i].type)) {
      return sink.unreadable(table.number, id, "a wrong value in the column " + std::string(table.columns[i].name));
    }
  }
  return sink.row(table.number, id, row);
}

// Delivers the rows that a statement gives, at most `limit`.
store::Outcome<store::RowsInfo> deliver(Connection& connection, const store::Table& table, Statement& select,
                                        std::size_t limit, store::RowSink& sink) {
  std::array<store::Cell, store::kMaxColumns> cells;
  const std::span<store::Cell> row(cells.data(), table.columns.size());
  store::RowsInfo info;
  int code = SQLITE_ROW;
  while ((code = select.step()) == SQLITE_ROW) {
    if (info.count == limit) {
      info.more = true;
      return info;
    }
    if (auto taken = handOver(table, select, row, sink); !taken) {
      return base::fail(connection.damaged(placeOf(table, select.integer(0)) + ": " + taken.error().text));
    }
    ++info.count;
  }
  if (code != SQLITE_DONE) return base::fail(connection.error(code, "read"));
  return info;
}

}  // namespace

store::Outcome<std::uint64_t> readRows(Connection& connection, const store::Schema& schema, Tables which,
                                       store::RowSink& sink) {
  std::uint64_t rows = 0;
  for (const store::Table& table : schema.tables) {
    if (which == Tables::Loaded && !table.loaded) continue;
    auto select = connection.prepare(sql::selectAll(table));
    if (!select) return base::fail(select.error());
    const auto info = deliver(connection, table, *select, std::numeric_limits<std::size_t>::max(), sink);
    if (!info) return base::fail(info.error());
    rows += info->count;
  }
  return rows;
}

store::Outcome<store::RowsInfo> readPage(Connection& connection, const store::Table& table,
                                         const store::RowFilter& filter, store::RowSink& sink) {
  auto select = connection.prepare(sql::selectRange(table, filter.newestFirst, sql::kSqlite));
  if (!select) return base::fail(select.error());
  select->bind(1, filter.firstId);
  select->bind(2, filter.lastId);
  // One more tells whether there are more.
  const auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max() - 1);
  select->bind(3, static_cast<std::int64_t>(std::min(filter.limit, most)) + 1);
  return deliver(connection, table, *select, filter.limit, sink);
}

int bindChange(Statement& insert, const store::Change& change) {
  insert.bind(1, static_cast<std::int64_t>(change.revision));
  insert.bind(2, change.time);
  insert.bind(3, std::int64_t{change.kind});
  insert.bind(4, change.origin);
  insert.bind(5, change.address);
  return insert.bind(6, change.ops);
}

store::Outcome<Statement> selectChanges(Connection& connection, const store::HistoryFilter& filter) {
  const sql::HistoryQuery query = sql::selectHistory(filter, sql::kSqlite);
  auto changes = connection.prepare(query.text);
  if (!changes) return base::fail(changes.error());
  int at = 1;
  for (const store::Cell& value : query.parameters) changes->bind(at++, value);
  return changes;
}

bool readChange(const Statement& row, store::Change& change) {
  std::array<store::Cell, 6> cells;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!row.cell(static_cast<int>(i), cells[i])) return false;
  }
  for (std::size_t i = 0; i < 3; ++i) {
    if (cells[i].tag != store::CellTag::Integer) return false;
  }
  if (cells[3].tag != store::CellTag::Text || cells[4].tag != store::CellTag::Text) return false;
  if (cells[5].tag != store::CellTag::Blob) return false;
  change = {static_cast<std::uint64_t>(cells[0].integer),
            cells[1].integer,
            static_cast<std::uint32_t>(cells[2].integer),
            cells[3].text(),
            cells[4].text(),
            cells[5].bytes};
  return true;
}

bool decodable(base::ByteView ops) {
  store::OpsReader reader(ops);
  store::Op op;
  while (reader.next(op)) {
  }
  return !reader.failed();
}

store::Outcome<std::uint64_t> readNewestRevision(Connection& connection) {
  auto newest = connection.prepare(sql::selectNewest());
  if (!newest) return base::fail(newest.error());
  const int code = newest->step();
  if (code == SQLITE_DONE) return std::uint64_t{0};
  if (code != SQLITE_ROW) return base::fail(connection.error(code, "read"));
  return static_cast<std::uint64_t>(newest->integer(0));
}

}  // namespace sqlite
