#include "db/sqlite/rows.h"

#include <array>

#include "db/sql/statements.h"

namespace sqlite {

namespace {

std::string placeOf(const store::Table& table, std::int64_t id) {
  return "row " + std::to_string(id) + " of the table " + std::string(table.name);
}

store::Outcome<std::uint64_t> readTable(Connection& connection, const store::Table& table, store::RowSink& sink) {
  auto select = connection.prepare(sql::selectAll(table));
  if (!select) return base::fail(select.error());
  std::array<store::Cell, store::kMaxColumns> cells;
  const std::span<const store::Cell> row(cells.data(), table.columns.size());
  std::uint64_t count = 0;
  int code = SQLITE_ROW;
  while ((code = select->step()) == SQLITE_ROW) {
    const std::int64_t id = select->integer(0);
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!select->cell(static_cast<int>(i) + 1, cells[i]) || !store::fits(cells[i], table.columns[i].type)) {
        return base::fail(connection.damaged(placeOf(table, id) + " has a wrong value in the column " +
                                             std::string(table.columns[i].name)));
      }
    }
    if (auto taken = sink.row(table.number, id, row); !taken) {
      return base::fail(connection.damaged(placeOf(table, id) + ": " + taken.error().text));
    }
    ++count;
  }
  if (code != SQLITE_DONE) return base::fail(connection.error(code, "read"));
  return count;
}

}  // namespace

store::Outcome<std::uint64_t> readRows(Connection& connection, const store::Schema& schema, store::RowSink& sink) {
  std::uint64_t rows = 0;
  for (const store::Table& table : schema.tables) {
    const auto count = readTable(connection, table, sink);
    if (!count) return base::fail(count.error());
    rows += *count;
  }
  return rows;
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
