// Reading rows and changes: shared by the store, its history and the verification of backups.
#pragma once

#include "db/sqlite/connection.h"

namespace sqlite {

// Delivers every row of every table, or of those that are loaded; gives how many. Damaged when a row cannot be read, does
// not fit the schema or is refused by the sink.
enum class Tables : std::uint8_t { All, Loaded };
store::Outcome<std::uint64_t> readRows(Connection& connection, const store::Schema& schema, Tables which,
                                       store::RowSink& sink);

// A page of rows of one table.
store::Outcome<store::RowsInfo> readPage(Connection& connection, const store::Table& table,
                                         const store::RowFilter& filter, store::RowSink& sink);

// Stands before the first change that fits the filter, whose texts have to outlive it; readChange() reads each.
store::Outcome<Statement> selectChanges(Connection& connection, const store::HistoryFilter& filter);

// The change at a statement's current row (columns as sql::insertChange). False when a value has a wrong type.
bool readChange(const Statement& row, store::Change& change);

// The parameters of sql::insertChange, which are views of the change. SQLITE_OK, or what went wrong.
int bindChange(Statement& insert, const store::Change& change);

// True when ops can be walked to their end.
bool decodable(base::ByteView ops);

// 0 when there is no change.
store::Outcome<std::uint64_t> readNewestRevision(Connection& connection);

}  // namespace sqlite
