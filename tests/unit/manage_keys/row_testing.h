// Writes a row and reads it back, as the store would.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "db/store/row_codec.h"

namespace keys_test {

// The cells of the one row that `write` puts, with the bytes they lie in.
struct WrittenRow {
  base::ByteArena bytes;
  std::vector<store::Cell> cells;

  template <class Row>
  explicit WrittenRow(const Row& row, const store::Schema& schema) {
    store::OpsWriter ops(bytes);
    writeRow(ops, 7, row);
    store::OpsReader reader(bytes.view());
    store::Op op;
    EXPECT_TRUE(reader.next(op));
    EXPECT_EQ(op.id, 7);
    const store::TableIndex tables(schema);
    EXPECT_NE(store::tableFor(op, tables), nullptr);
    cells.assign(op.cells.begin(), op.cells.end());
  }
};

// What readRow() makes of a row with one cell after the other replaced by another type, and with one too few.
template <class Row>
void expectBrokenRowsToFail(const WrittenRow& written) {
  Row row;
  EXPECT_FALSE(readRow(std::span(written.cells).first(written.cells.size() - 1), row));
  for (std::size_t i = 0; i < written.cells.size(); ++i) {
    std::vector<store::Cell> cells = written.cells;
    const bool number = cells[i].tag == store::CellTag::Integer;
    cells[i] = {number ? store::CellTag::Text : store::CellTag::Integer, 5, {}};
    EXPECT_FALSE(readRow(cells, row)) << i;
  }
}

}  // namespace keys_test
