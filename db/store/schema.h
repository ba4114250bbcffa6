// Tables as their owners describe them. The store knows rows and columns, and nothing of what they mean.
//
// A schema is constexpr data with static storage: stores keep views of it. Every table has an implied first column
// `id`, an INTEGER PRIMARY KEY that the server issued. The number of a table stands in encoded rows (row_codec.h) and
// so never changes and is never given to another table; columns are only added, at the end, by a migration.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace store {

enum class ColumnType : std::uint8_t { Integer, Text, Blob };

struct Column {
  std::string_view name;
  ColumnType type;
};

struct Table {
  std::uint8_t number;  // 1 to 255
  std::string_view name;
  std::span<const Column> columns;  // without `id`, at most kMaxColumns
  bool loaded = true;  // by Store::load(); the rows of others (a log that only grows) come by HistoryReader::rows()
};

struct Schema {
  std::span<const Table> tables;
};

inline constexpr std::size_t kMaxColumns = 64;

namespace detail {
constexpr bool isIdentifier(std::string_view name) {
  if (name.empty() || name.size() > 48 || name[0] < 'a' || name[0] > 'z') return false;
  for (char c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  return true;
}
constexpr std::string_view columnProblem(const Table& table) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (!isIdentifier(table.columns[i].name)) return "a column's name is not a lower case identifier";
    if (table.columns[i].name == "id") return "a column is called id";
    for (std::size_t j = 0; j < i; ++j) {
      if (table.columns[j].name == table.columns[i].name) return "two columns of a table share a name";
    }
  }
  return {};
}
}  // namespace detail

// What is wrong with a schema, or nothing: for a static_assert beside each schema (`problem(kSchema).empty()`).
constexpr std::string_view problem(const Schema& schema) {
  for (std::size_t i = 0; i < schema.tables.size(); ++i) {
    const Table& table = schema.tables[i];
    if (table.number == 0) return "table number 0 is not used";
    if (!detail::isIdentifier(table.name)) return "a table's name is not a lower case identifier";
    if (table.name == "change" || table.name == "meta" || table.name == "history_base")
      return "a table has a name that the store uses itself";
    if (table.columns.empty() || table.columns.size() > kMaxColumns) return "a table has no or too many columns";
    if (std::string_view text = detail::columnProblem(table); !text.empty()) return text;
    for (std::size_t j = 0; j < i; ++j) {
      if (schema.tables[j].number == table.number) return "two tables share a number";
      if (schema.tables[j].name == table.name) return "two tables share a name";
    }
  }
  return {};
}

// Table by number, in one step.
class TableIndex {
 public:
  explicit constexpr TableIndex(const Schema& schema) {
    for (std::size_t i = 0; i < schema.tables.size(); ++i) byNumber_[schema.tables[i].number] = &schema.tables[i];
  }
  // nullptr when there is none.
  [[nodiscard]] constexpr const Table* find(std::uint8_t number) const { return byNumber_[number]; }

 private:
  std::array<const Table*, 256> byNumber_{};
};

}  // namespace store
