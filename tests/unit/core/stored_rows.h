// The rows of a store as a table that a test may damage, and the load of a registry from them. One thread.
#pragma once

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "isns-server/core/registry.h"

namespace core_test {

class StoredRows {
 public:
  // From the operations of a change that put every row.
  explicit StoredRows(base::ByteView ops) : ops_(ops.begin(), ops.end()) {
    store::OpsReader reader(ops_);
    for (store::Op op; reader.next(op);) rows_[{op.table, op.id}].assign(op.cells.begin(), op.cells.end());
  }

  using Cells = std::vector<store::Cell>;
  Cells& row(core::TableNumber table, std::int64_t id) { return rows_.at({static_cast<std::uint8_t>(table), id}); }
  store::Cell& cell(core::TableNumber table, std::int64_t id, std::string_view column) {
    const auto columns = tableOf(table).columns;
    const auto at = std::ranges::find(columns, column, &store::Column::name);
    if (at == columns.end()) throw std::invalid_argument("no column " + std::string(column));
    return row(table, id).at(static_cast<std::size_t>(at - columns.begin()));
  }
  void add(core::TableNumber table, std::int64_t id, Cells cells) {
    rows_[{static_cast<std::uint8_t>(table), id}] = std::move(cells);
  }
  void remove(core::TableNumber table, std::int64_t id) { rows_.erase({static_cast<std::uint8_t>(table), id}); }
  void move(core::TableNumber table, std::int64_t id, std::int64_t to) {
    add(table, to, row(table, id));
    remove(table, id);
  }

  // Calls take(table, id, cells) for each row as a store does, by table in the order of the schema, then by id, until one
  // fails.
  template <class Take>
  base::Status giveTo(Take&& take) const {
    for (const store::Table& table : core::schema().tables) {
      for (const auto& [key, cells] : rows_) {
        if (key.first != table.number) continue;
        if (base::Status status = take(key.first, key.second, cells); !status) return status;
      }
    }
    return {};
  }
  base::Status load(core::Registry& registry, std::uint64_t revision) const {
    const auto row = [&](std::uint8_t table, std::int64_t id, const Cells& cells) {
      return registry.loadRow(table, id, cells);
    };
    if (base::Status status = giveTo(row); !status) return status;
    return registry.finishLoad(revision);
  }

 private:
  static const store::Table& tableOf(core::TableNumber number) {
    return *std::ranges::find(core::schema().tables, static_cast<std::uint8_t>(number), &store::Table::number);
  }

  base::Bytes ops_;  // what the cells view
  std::map<std::pair<std::uint8_t, std::int64_t>, Cells> rows_;
};

}  // namespace core_test
