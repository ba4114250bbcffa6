// The compact encoding of row operations inside one change.
//
// The same bytes are applied to the tables, stored verbatim in the change row and read by standbys and auditors:
//
//   op    kind u8 (1 put, 2 erase), table number u8, id varint; a put goes on with: cell count u8, cells
//   cell  tag u8 (0 null; 1 integer: zigzag varint; 2 text, 3 blob: length varint, bytes)
//
// A put carries all columns of its table, in order. The count makes ops decodable without the schema, so that old
// changes can be read after a migration has added columns. Varints are LEB128 in their shortest form, so that equal
// operations have equal bytes.
//
// OpsWriter appends to an arena that it borrows. OpsReader gives views into the bytes that it borrows, and neither
// allocates nor trusts them. Neither is thread safe.
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "db/store/schema.h"
#include "shared/base/byte_arena.h"

namespace store {

enum class OpKind : std::uint8_t { Put = 1, Erase = 2 };
enum class CellTag : std::uint8_t { Null = 0, Integer = 1, Text = 2, Blob = 3 };

// One value of a row: `integer` for Integer, `bytes` for Text (UTF-8, no NUL at the end) and Blob.
struct Cell {
  CellTag tag = CellTag::Null;
  std::int64_t integer = 0;
  base::ByteView bytes{};

  [[nodiscard]] bool isNull() const { return tag == CellTag::Null; }
  [[nodiscard]] std::string_view text() const { return base::asText(bytes); }
  friend bool operator==(const Cell& a, const Cell& b) {
    return a.tag == b.tag && a.integer == b.integer && base::equal(a.bytes, b.bytes);
  }
};

struct Op {
  OpKind kind = OpKind::Put;
  std::uint8_t table = 0;
  std::int64_t id = 0;
  std::span<const Cell> cells;  // empty for Erase; valid until the reader goes on
};

class OpsWriter {
 public:
  explicit OpsWriter(base::ByteArena& out) : out_(out) {}

  // Begins a row; then one of null(), integer(), text(), blob() for every column of the table in order.
  void put(std::uint8_t table, std::int64_t id) {
    std::uint8_t* end = head(out_.room(kMaxHead + 1), OpKind::Put, table, id);
    *end++ = 0;
    out_.taken(end);
    countAt_ = out_.size() - 1;
  }
  void erase(std::uint8_t table, std::int64_t id) { out_.taken(head(out_.room(kMaxHead), OpKind::Erase, table, id)); }

  void null() { out_.taken(tag(out_.room(1), CellTag::Null)); }
  void integer(std::int64_t value) {
    std::uint8_t* const at = tag(out_.room(1 + kMaxVarint), CellTag::Integer);
    out_.taken(varint(at, (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63)));
  }
  void text(std::string_view value) { sized(CellTag::Text, base::asBytes(value)); }
  void blob(base::ByteView value) { sized(CellTag::Blob, value); }

  // For owners that hold rows as cells already.
  void cell(const Cell& value) {
    switch (value.tag) {
      case CellTag::Null:
        return null();
      case CellTag::Integer:
        return integer(value.integer);
      case CellTag::Text:
      case CellTag::Blob:
        return sized(value.tag, value.bytes);
    }
  }

 private:
  static constexpr std::size_t kMaxVarint = 10;
  static constexpr std::size_t kMaxHead = 2 + kMaxVarint;

  static std::uint8_t* varint(std::uint8_t* p, std::uint64_t value) {
    while (value >= 0x80) {
      *p++ = static_cast<std::uint8_t>(value | 0x80);
      value >>= 7;
    }
    *p++ = static_cast<std::uint8_t>(value);
    return p;
  }
  static std::uint8_t* head(std::uint8_t* p, OpKind kind, std::uint8_t table, std::int64_t id) {
    *p++ = static_cast<std::uint8_t>(kind);
    *p++ = table;
    return varint(p, static_cast<std::uint64_t>(id));
  }
  // Begins a cell: counts it in the row's head, and writes its tag.
  std::uint8_t* tag(std::uint8_t* at, CellTag tag) {
    assert(countAt_ < out_.size() && out_[countAt_] < kMaxColumns);
    ++out_[countAt_];
    *at = static_cast<std::uint8_t>(tag);
    return at + 1;
  }
  void sized(CellTag kind, base::ByteView value) {
    std::uint8_t* const at = varint(tag(out_.room(1 + kMaxVarint + value.size()), kind), value.size());
    if (!value.empty()) std::memcpy(at, value.data(), value.size());
    out_.taken(at + value.size());
  }

  base::ByteArena& out_;
  std::size_t countAt_ = 0;  // where the cell count of the row being written stands
};

// Walks ops. next() is false at the end and at the first malformed op; failed() tells them apart.
class OpsReader {
 public:
  explicit OpsReader(base::ByteView ops) : begin_(ops.data()), at_(begin_), end_(begin_ + ops.size()), good_(begin_) {}

  [[nodiscard]] bool next(Op& op);
  [[nodiscard]] bool failed() const { return failed_; }
  // Where reading stands: the first byte after the last good op.
  [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(good_ - begin_); }

 private:
  [[nodiscard]] std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }
  bool fail();
  bool readVarint(std::uint64_t& value) {
    if (at_ == end_ || *at_ >= 0x80) return readLongVarint(value);
    value = *at_++;
    return true;
  }
  bool readLongVarint(std::uint64_t& value);
  bool readCell(Cell& cell);

  const std::uint8_t* const begin_;
  const std::uint8_t* at_;
  const std::uint8_t* const end_;
  const std::uint8_t* good_;
  bool failed_ = false;
  std::array<Cell, kMaxColumns> cells_;
};

// True when a cell may stand in a column: null, or a value of the column's type.
inline bool fits(const Cell& cell, ColumnType type) {
  switch (cell.tag) {
    case CellTag::Null:
      return true;
    case CellTag::Integer:
      return type == ColumnType::Integer;
    case CellTag::Text:
      return type == ColumnType::Text;
    case CellTag::Blob:
      return type == ColumnType::Blob;
  }
  return false;
}

// The table that an op names, when the op has exactly its columns; else nullptr.
const Table* tableFor(const Op& op, const TableIndex& tables);

}  // namespace store
