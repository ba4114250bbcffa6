// The tables of a store that ChangeSets live in, in memory, for tests. The audit log is a table of its own.
#pragma once

#include <memory>
#include <vector>

#include "db/memory/memory_store.h"
#include "isns-server/core/schema.h"
#include "isns-server/manage/changes/draft.h"
#include "isns-server/manage/model/model_schema.h"

namespace test {

inline constexpr std::uint8_t kAuditTable = 250;  // of no table of the server

inline const std::vector<store::Table>& allTables() {
  static const store::Column kText[] = {{"text", store::ColumnType::Text}};
  static const auto tables = [] {
    std::vector<store::Table> more(manage::draftTables().begin(), manage::draftTables().end());
    more.push_back({kAuditTable, "test_audit", kText});
    return manage::managedTables(core::schema().tables, more);
  }();
  return tables;
}
inline std::shared_ptr<memory::MemoryDatabase> newDatabase() {
  return std::make_shared<memory::MemoryDatabase>(store::Schema{allTables()});
}

}  // namespace test
