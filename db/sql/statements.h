// Tables as SQL text: the schema in, DDL and DML out. Pure functions, shared by every backend that speaks SQL.
//
// Parameters are numbered from 1: for put() the id, then the columns in order. Three tables are the store's own:
// `change` (one row a change: revision, time, kind, origin, address, ops), `meta` (name, value; the names are in
// kMeta*) and `history_base` (table_number, row_id, op: a row as it was before the history begins, as the put that
// wrote it). Identifiers are quoted; nothing that a peer sent ever becomes part of a statement.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/store/schema.h"
#include "db/store/store.h"

namespace sql {

// Where the dialects of SQL differ.
struct Dialect {
  std::string_view key;  // type of an integer primary key that the writer supplies
  std::string_view integer;
  std::string_view text;
  std::string_view blob;
  char parameter;            // what stands before a parameter's number
  std::string_view byKey{};  // behind a table whose rows are to lie in the order of their key
};

inline constexpr Dialect kSqlite{"INTEGER PRIMARY KEY", "INTEGER", "TEXT", "BLOB", '?', " WITHOUT ROWID"};
inline constexpr Dialect kPostgres{"BIGINT PRIMARY KEY", "BIGINT", "TEXT", "BYTEA", '$'};

std::string_view typeName(store::ColumnType type, const Dialect& dialect);

std::string createTable(const store::Table& table, const Dialect& dialect);
std::string put(const store::Table& table, const Dialect& dialect);
std::string erase(const store::Table& table, const Dialect& dialect);
std::string selectAll(const store::Table& table);  // id and columns, in order of ids
// The same of ids from one to another, at most so many, from the lowest or the highest on: first id, last id, limit.
std::string selectRange(const store::Table& table, bool newestFirst, const Dialect& dialect);

// The values of meta that every database has.
inline constexpr std::string_view kMetaSchemaVersion = "schema_version";
inline constexpr std::string_view kMetaCreated = "created";                 // seconds since 1970 UTC
inline constexpr std::string_view kMetaEpoch = "epoch";                     // of the last lease
inline constexpr std::string_view kMetaPrunedRevision = "pruned_revision";  // the last change that was pruned, or 0
inline constexpr std::string_view kMetaPrunedTime = "pruned_time";          // its time
inline constexpr std::string_view kMetaBaseRevision = "base_revision";      // of history_base, 0: empty, -1: to be made
inline constexpr std::string_view kMetaBaseTime = "base_time";              // of that change

std::string createChange(const Dialect& dialect);
std::string createMeta(const Dialect& dialect);
std::string insertChange(const Dialect& dialect);  // revision, time, kind, origin, address, ops
std::string selectMeta(const Dialect& dialect);    // name
std::string updateMeta(const Dialect& dialect);    // value, name
std::string insertMeta(const Dialect& dialect);    // name, value

// Columns of every select of changes, in the order of insertChange.
std::string selectChangesAfter(const Dialect& dialect);  // revision, limit
std::string selectOldest();                              // revision and time, oldest first
std::string selectNewest();                              // the newest revision
std::string deleteChangesUpTo(const Dialect& dialect);   // revision

std::string createBase(const Dialect& dialect);
std::string putBase(const Dialect& dialect);         // table's number, id, op
std::string eraseBase(const Dialect& dialect);       // table's number, id
std::string selectBase(const Dialect& dialect);      // table's number: id and op, in order of ids
std::string selectSomeBase(const Dialect& dialect);  // limit: id and op

// A page of history: the text, and the values of its parameters in order (an origin is text, all others are integers).
struct HistoryQuery {
  std::string text;
  std::vector<store::Cell> parameters;  // views into the filter
};
HistoryQuery selectHistory(const store::HistoryFilter& filter, const Dialect& dialect);

}  // namespace sql
