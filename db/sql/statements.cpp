#include "db/sql/statements.h"

#include <algorithm>

namespace sql {

namespace {

constexpr std::string_view kChangeColumns = "\"revision\", \"time\", \"kind\", \"origin\", \"address\", \"ops\"";

std::string quoted(std::string_view name) { return '"' + std::string(name) + '"'; }

std::string parameter(const Dialect& dialect, std::size_t number) { return dialect.parameter + std::to_string(number); }

std::string parameters(const Dialect& dialect, std::size_t count) {
  std::string text;
  for (std::size_t i = 1; i <= count; ++i) {
    if (i > 1) text += ", ";
    text += parameter(dialect, i);
  }
  return text;
}

std::string columnList(const store::Table& table) {
  std::string text = "\"id\"";
  for (const store::Column& column : table.columns) text += ", " + quoted(column.name);
  return text;
}

}  // namespace

std::string_view typeName(store::ColumnType type, const Dialect& dialect) {
  switch (type) {
    case store::ColumnType::Integer:
      return dialect.integer;
    case store::ColumnType::Text:
      return dialect.text;
    case store::ColumnType::Blob:
      return dialect.blob;
  }
  return {};
}

std::string createTable(const store::Table& table, const Dialect& dialect) {
  std::string text = "CREATE TABLE " + quoted(table.name) + " (\"id\" " + std::string(dialect.key);
  for (const store::Column& column : table.columns) {
    text += ", " + quoted(column.name) + ' ' + std::string(typeName(column.type, dialect));
  }
  return text + ')';
}

// Measured with SQLite: as fast as REPLACE for new rows, and 1.6 times faster where rows at random places change.
std::string put(const store::Table& table, const Dialect& dialect) {
  std::string text = "INSERT INTO " + quoted(table.name) + " (" + columnList(table) + ") VALUES (" +
                     parameters(dialect, table.columns.size() + 1) + ") ON CONFLICT (\"id\") DO UPDATE SET ";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (i > 0) text += ", ";
    text += quoted(table.columns[i].name) + " = excluded." + quoted(table.columns[i].name);
  }
  return text;
}

std::string erase(const store::Table& table, const Dialect& dialect) {
  return "DELETE FROM " + quoted(table.name) + " WHERE \"id\" = " + parameter(dialect, 1);
}

std::string selectAll(const store::Table& table) {
  return "SELECT " + columnList(table) + " FROM " + quoted(table.name) + " ORDER BY \"id\"";
}

std::string selectRange(const store::Table& table, bool newestFirst, const Dialect& dialect) {
  return "SELECT " + columnList(table) + " FROM " + quoted(table.name) + " WHERE \"id\" >= " + parameter(dialect, 1) +
         " AND \"id\" <= " + parameter(dialect, 2) + " ORDER BY \"id\"" + (newestFirst ? " DESC" : "") + " LIMIT " +
         parameter(dialect, 3);
}

std::string createChange(const Dialect& dialect) {
  const std::string integer(dialect.integer);
  const std::string text(dialect.text);
  return "CREATE TABLE \"change\" (\"revision\" " + std::string(dialect.key) + ", \"time\" " + integer + ", \"kind\" " +
         integer + ", \"origin\" " + text + ", \"address\" " + text + ", \"ops\" " + std::string(dialect.blob) + ')';
}

std::string createMeta(const Dialect& dialect) {
  return "CREATE TABLE \"meta\" (\"name\" " + std::string(dialect.text) + " PRIMARY KEY, \"value\" " +
         std::string(dialect.integer) + ')';
}

std::string insertChange(const Dialect& dialect) {
  return "INSERT INTO \"change\" (" + std::string(kChangeColumns) + ") VALUES (" + parameters(dialect, 6) + ')';
}

std::string selectMeta(const Dialect& dialect) {
  return "SELECT \"value\" FROM \"meta\" WHERE \"name\" = " + parameter(dialect, 1);
}

std::string updateMeta(const Dialect& dialect) {
  return "UPDATE \"meta\" SET \"value\" = " + parameter(dialect, 1) + " WHERE \"name\" = " + parameter(dialect, 2);
}

std::string insertMeta(const Dialect& dialect) {
  return "INSERT INTO \"meta\" (\"name\", \"value\") VALUES (" + parameters(dialect, 2) + ')';
}

std::string selectChangesAfter(const Dialect& dialect) {
  return "SELECT " + std::string(kChangeColumns) + " FROM \"change\" WHERE \"revision\" > " + parameter(dialect, 1) +
         " ORDER BY \"revision\" LIMIT " + parameter(dialect, 2);
}

std::string selectOldest() { return "SELECT \"revision\", \"time\" FROM \"change\" ORDER BY \"revision\""; }

std::string selectNewest() { return "SELECT \"revision\" FROM \"change\" ORDER BY \"revision\" DESC LIMIT 1"; }

std::string deleteChangesUpTo(const Dialect& dialect) {
  return "DELETE FROM \"change\" WHERE \"revision\" <= " + parameter(dialect, 1);
}

std::string createBase(const Dialect& dialect) {
  return "CREATE TABLE \"history_base\" (\"table_number\" " + std::string(dialect.integer) + ", \"row_id\" " +
         std::string(dialect.integer) + ", \"op\" " + std::string(dialect.blob) +
         ", PRIMARY KEY (\"table_number\", \"row_id\"))" + std::string(dialect.byKey);
}

std::string putBase(const Dialect& dialect) {
  return "INSERT INTO \"history_base\" (\"table_number\", \"row_id\", \"op\") VALUES (" + parameters(dialect, 3) +
         ") ON CONFLICT (\"table_number\", \"row_id\") DO UPDATE SET \"op\" = excluded.\"op\"";
}

std::string eraseBase(const Dialect& dialect) {
  return "DELETE FROM \"history_base\" WHERE \"table_number\" = " + parameter(dialect, 1) +
         " AND \"row_id\" = " + parameter(dialect, 2);
}

std::string selectBase(const Dialect& dialect) {
  return "SELECT \"row_id\", \"op\" FROM \"history_base\" WHERE \"table_number\" = " + parameter(dialect, 1) +
         " ORDER BY \"row_id\"";
}

std::string selectSomeBase(const Dialect& dialect) {
  return "SELECT \"row_id\", \"op\" FROM \"history_base\" LIMIT " + parameter(dialect, 1);
}

HistoryQuery selectHistory(const store::HistoryFilter& filter, const Dialect& dialect) {
  HistoryQuery query;
  query.text = "SELECT " + std::string(kChangeColumns) + " FROM \"change\"";
  const auto condition = [&](std::string_view column, std::string_view comparison, const store::Cell& value) {
    query.text += query.parameters.empty() ? " WHERE " : " AND ";
    query.parameters.push_back(value);
    query.text += quoted(column) + ' ' + std::string(comparison) + ' ' + parameter(dialect, query.parameters.size());
  };
  const auto integer = [](std::int64_t value) { return store::Cell{store::CellTag::Integer, value, {}}; };
  const store::HistoryFilter all;
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  const auto revision = [&](std::uint64_t value) { return integer(static_cast<std::int64_t>(std::min(value, kMax))); };
  if (filter.firstRevision > 0) condition("revision", ">=", revision(filter.firstRevision));
  if (filter.lastRevision < kMax) condition("revision", "<=", revision(filter.lastRevision));
  if (filter.firstTime != all.firstTime) condition("time", ">=", integer(filter.firstTime));
  if (filter.lastTime != all.lastTime) condition("time", "<=", integer(filter.lastTime));
  if (filter.kind) condition("kind", "=", integer(*filter.kind));
  if (!filter.origin.empty()) {
    condition("origin", "=", store::Cell{store::CellTag::Text, 0, base::asBytes(filter.origin)});
  }
  query.text += filter.newestFirst ? " ORDER BY \"revision\" DESC" : " ORDER BY \"revision\"";
  return query;
}

}  // namespace sql
