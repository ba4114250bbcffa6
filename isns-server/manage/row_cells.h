// Reads the cells of a stored row one after the other, for the *_rows.cpp of the folders here.
//
// A cell of another type, a number out of range or a missing cell fails the row; what was read is then zero or empty.
// Null reads as zero or empty. Views live as long as the cells.
#pragma once

#include <array>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/store/row_codec.h"
#include "shared/base/clock.h"
#include "shared/base/result.h"

namespace manage {

class RowCells {
 public:
  explicit RowCells(std::span<const store::Cell> cells) : cells_(cells) {}

  template <class T = std::int64_t>
  T integer(T most = std::numeric_limits<T>::max()) {
    const store::Cell* cell = take(store::CellTag::Integer);
    if (cell == nullptr) return T{};
    const bool tooSmall = cell->integer < 0 && !std::numeric_limits<T>::is_signed;
    if (tooSmall || std::cmp_greater(cell->integer, most)) return failed_ = true, T{};
    return static_cast<T>(cell->integer);
  }
  bool flag() { return integer<std::uint8_t>(1) != 0; }
  template <class Enum>
  Enum one(Enum last) {
    return static_cast<Enum>(integer<std::uint8_t>(static_cast<std::uint8_t>(last)));
  }
  base::WallTime time() { return base::WallTime(std::chrono::seconds(integer())); }
  std::string text() {
    const store::Cell* cell = take(store::CellTag::Text);
    return cell == nullptr ? std::string() : std::string(cell->text());
  }
  base::Bytes blob() {
    const store::Cell* cell = take(store::CellTag::Blob);
    return cell == nullptr ? base::Bytes() : base::Bytes(cell->bytes.begin(), cell->bytes.end());
  }
  // A blob of exactly so many bytes, or null: zeroes.
  template <std::size_t N>
  std::array<std::uint8_t, N> fixed() {
    std::array<std::uint8_t, N> bytes{};
    const store::Cell* cell = take(store::CellTag::Blob);
    if (cell == nullptr) return bytes;
    if (cell->bytes.size() != N) return failed_ = true, bytes;
    std::memcpy(bytes.data(), cell->bytes.data(), N);
    return bytes;
  }
  // As joined() writes it.
  std::vector<std::string> list() {
    std::vector<std::string> words;
    const base::Bytes bytes = blob();
    base::ByteReader in(bytes);
    while (in.remaining() > 0 && !in.failed()) words.emplace_back(base::asText(in.bytes(in.u16())));
    failed_ = failed_ || in.failed();
    return words;
  }

  // All cells were there, fitted, and none is left.
  [[nodiscard]] base::Status done(std::string_view table) const {
    if (!failed_ && at_ == cells_.size()) return {};
    return base::fail("table " + std::string(table) + ": column " + std::to_string(at_) + " is not what it should be");
  }

 private:
  // nullptr: null, or the row has failed.
  const store::Cell* take(store::CellTag tag) {
    if (failed_ || at_ == cells_.size()) return failed_ = true, nullptr;
    const store::Cell& cell = cells_[at_++];
    if (cell.isNull()) return nullptr;
    if (cell.tag != tag) return failed_ = true, nullptr;
    return &cell;
  }

  std::span<const store::Cell> cells_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

// A list of texts in one blob, as list() reads it. Whoever stores some has judged them, at a few hundred bytes: what is
// longer than the 16 bits of a length is cut, for a row that cannot be read keeps the server from starting.
inline base::Bytes joined(const std::vector<std::string>& words) {
  base::Bytes bytes;
  base::ByteWriter out(bytes);
  for (const std::string& word : words) {
    const std::string_view kept = std::string_view(word).substr(0, std::numeric_limits<std::uint16_t>::max());
    out.u16(static_cast<std::uint16_t>(kept.size()));
    out.bytes(base::asBytes(kept));
  }
  return bytes;
}

}  // namespace manage
