// Rows of a table that stand in the order of their enumeration, checked by the compiler. Constexpr.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

namespace ops {

// A row of a program's table beside the enumerator that it is for.
template <class Enum, class Row>
struct RowOf {
  Enum which;
  Row row;
};

// The rows by number of their enumerator; does not compile where one is missing, twice or out of order. The enumeration
// ends with kCount.
template <class Enum, class Row, std::size_t N>
consteval std::array<Row, N> inOrder(const RowOf<Enum, Row> (&rows)[N]) {
  static_assert(N == static_cast<std::size_t>(Enum::kCount), "a row for each enumerator");
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    if (!((static_cast<std::size_t>(rows[I].which) == I) && ...)) throw "the rows are in another order";
    return std::array<Row, N>{rows[I].row...};
  }
  (std::make_index_sequence<N>());
}

}  // namespace ops
