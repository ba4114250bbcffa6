#include "db/store/row_codec.h"

namespace store {

bool OpsReader::fail() {
  failed_ = true;
  at_ = end_;
  return false;
}

// Any length; readVarint() reads those of one byte in place.
bool OpsReader::readLongVarint(std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at_ == end_) return false;
    const std::uint8_t byte = *at_++;
    if (shift == 63 && byte > 1) return false;  // more than 64 bits
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return byte != 0 || shift == 0;  // a last byte of zero is not the shortest form
  }
  return false;
}

bool OpsReader::readCell(Cell& cell) {
  if (at_ == end_ || *at_ > static_cast<std::uint8_t>(CellTag::Blob)) return false;
  cell = Cell{static_cast<CellTag>(*at_++), 0, {}};
  if (cell.tag == CellTag::Null) return true;
  std::uint64_t number = 0;
  if (!readVarint(number)) return false;
  if (cell.tag == CellTag::Integer) {
    cell.integer = static_cast<std::int64_t>((number >> 1) ^ (~(number & 1) + 1));
    return true;
  }
  if (number > remaining()) return false;
  cell.bytes = {at_, static_cast<std::size_t>(number)};
  at_ += number;
  return true;
}

bool OpsReader::next(Op& op) {
  if (at_ == end_) return false;
  if (remaining() < 3 || (at_[0] != 1 && at_[0] != 2)) return fail();
  op.kind = static_cast<OpKind>(at_[0]);
  op.table = at_[1];
  op.cells = {};
  at_ += 2;
  std::uint64_t id = 0;
  if (!readVarint(id)) return fail();
  op.id = static_cast<std::int64_t>(id);
  if (op.kind == OpKind::Put) {
    if (at_ == end_ || *at_ > kMaxColumns) return fail();
    const std::size_t count = *at_++;
    for (std::size_t i = 0; i < count; ++i) {
      if (!readCell(cells_[i])) return fail();
    }
    op.cells = std::span<const Cell>(cells_).first(count);
  }
  good_ = at_;
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
