// Objects of the SAN model as rows of the store, and back.
//
// References are numbers: the id in the low 32 bits, the kind above. Lists are JSON texts of numbers, so that they can be
// read with any SQL tool. Reading and writing are each other's inverse. Pure functions; an error says which column is wrong.
#pragma once

#include "db/store/row_codec.h"
#include "isns-server/manage/model/model_schema.h"
#include "shared/base/result.h"

namespace manage {

// Appends the row of an object, of a kind that is stored, with these revisions; parts of it that are as old as the
// object's own `changed` get `changed` too.
void writeRow(store::OpsWriter& ops, san::Kind kind, const san::Object& object, san::Revision created,
              san::Revision changed);

// Whether a row has as many cells as its kind may have: one of an older version, as the history has it, ends before the
// columns that came later, which are null in it.
[[nodiscard]] bool isRowOf(san::Kind kind, std::span<const store::Cell> cells);
// Of a column, by its place in storedColumns().
[[nodiscard]] store::Cell cellAt(std::span<const store::Cell> cells, std::size_t column);

// Fills an object from its row: `created`, `changed` and the stored columns that are not null. The others keep what
// they had.
base::Status readRow(san::Kind kind, std::span<const store::Cell> cells, san::Object& object);

// One value as it stands in a column.
store::Cell cellOf(const san::FieldRow& field, const san::Value& value, std::string& memory);
base::Result<san::Value> valueOf(const san::FieldRow& field, const store::Cell& cell);
base::Result<std::vector<san::Revision>> revisionsOf(const san::SinceRow& row, const store::Cell& cell);

}  // namespace manage
