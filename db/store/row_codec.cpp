#include "db/store/row_codec.h"

namespace store {

bool OpsReader::fail() {
  failed_ = true;
  rest_ = {};
  return false;
}

bool OpsReader::readVarint(std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) return false;
    const std::uint8_t byte = rest_.front();
    rest_ = rest_.subspan(1);
    if (shift == 63 && byte > 1) return false;  // more than 64 bits
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return byte != 0 || shift == 0;  // a last byte of zero is not the shortest form
  }
  return false;
}

bool OpsReader::readCell(Cell& cell) {
  if (rest_.empty() || rest_.front() > static_cast<std::uint8_t>(CellTag::Blob)) return false;
  cell = Cell{static_cast<CellTag>(rest_.front()), 0, {}};
  rest_ = rest_.subspan(1);
  if (cell.tag == CellTag::Null) return true;
  std::uint64_t number = 0;
  if (!readVarint(number)) return false;
  if (cell.tag == CellTag::Integer) {
    cell.integer = static_cast<std::int64_t>((number >> 1) ^ (~(number & 1) + 1));
    return true;
  }
  if (number > rest_.size()) return false;
  cell.bytes = rest_.first(static_cast<std::size_t>(number));
  rest_ = rest_.subspan(static_cast<std::size_t>(number));
  return true;
}

bool OpsReader::next(Op& op) {
  if (failed_ || rest_.empty()) return false;
  if (rest_.size() < 3 || (rest_[0] != 1 && rest_[0] != 2)) return fail();
  op.kind = static_cast<OpKind>(rest_[0]);
  op.table = rest_[1];
  op.cells = {};
  rest_ = rest_.subspan(2);
  std::uint64_t id = 0;
  if (!readVarint(id)) return fail();
  op.id = static_cast<std::int64_t>(id);
  if (op.kind == OpKind::Put) {
    if (rest_.empty() || rest_.front() > kMaxColumns) return fail();
    const std::size_t count = rest_.front();
    rest_ = rest_.subspan(1);
    for (std::size_t i = 0; i < count; ++i) {
      if (!readCell(cells_[i])) return fail();
    }
    op.cells = std::span<const Cell>(cells_).first(count);
  }
  good_ = static_cast<std::size_t>(rest_.data() - begin_);
  return true;
}

const Table* tableFor(const Op& op, const TableIndex& tables) {
  const Table* table = tables.find(op.table);
  if (table == nullptr || op.kind == OpKind::Erase) return table;
  if (op.cells.size() != table->columns.size()) return nullptr;
  for (std::size_t i = 0; i < op.cells.size(); ++i) {
    if (!fits(op.cells[i], table->columns[i].type)) return nullptr;
  }
  return table;
}

}  // namespace store
