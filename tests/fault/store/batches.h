// Numbered batches whose traces in a database tell whether each of them is there, whole.
//
// Batch n has two changes, with the revisions 2n-1 and 2n. It puts the rows 4n+1 to 4n+3 and overwrites row 1, all of
// them with n, and erases the row 4(n-1)+3 of the batch before.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>

#include "db/sqlite/sqlite_store.h"
#include "tests/support/scratch_folder.h"

namespace fault {

inline constexpr store::Column kColumns[] = {{"batch", store::ColumnType::Integer},
                                             {"padding", store::ColumnType::Text}};
inline constexpr store::Table kTables[] = {{1, "row_a", kColumns}, {2, "row_b", kColumns}};
inline constexpr store::Schema kSchema{kTables};

inline void fill(store::Batch& batch, std::int64_t n) {
  const std::string padding(static_cast<std::size_t>(n * 37 % 700), 'p');
  const auto put = [&](store::OpsWriter& ops, std::int64_t id) {
    ops.put(static_cast<std::uint8_t>(1 + id % 2), id);
    ops.integer(n);
    ops.text(padding);
  };
  batch.clear();
  store::OpsWriter first = batch.begin(static_cast<std::uint64_t>(2 * n - 1), n, 1, "origin", "address");
  put(first, 1);
  put(first, 4 * n + 1);
  put(first, 4 * n + 2);
  batch.end();
  store::OpsWriter second = batch.begin(static_cast<std::uint64_t>(2 * n), n, 2, "origin", "address");
  put(second, 4 * n + 3);
  const std::int64_t former = 4 * (n - 1) + 3;
  if (n > 1) second.erase(static_cast<std::uint8_t>(1 + former % 2), former);
  batch.end();
}

inline std::unique_ptr<sqlite::SqliteStore> openStore(const std::string& path, const std::string& vfs,
                                                      std::uint64_t& epoch) {
  sqlite::Options options;
  options.path = path;
  options.schema = kSchema;
  options.vfs = vfs;
  auto store = sqlite::SqliteStore::open(options);
  if (!store) {
    ADD_FAILURE() << store.error().text;
    return nullptr;
  }
  const auto lease = (*store)->lease(store::LeaseAction::Acquire, "test", std::chrono::seconds(0));
  if (!lease) {
    ADD_FAILURE() << lease.error().text;
    return nullptr;
  }
  epoch = lease->epoch;
  return std::move(store).value();
}

// How many batches are in the store, with a failure for every one that is not there whole.
inline std::int64_t countWhole(store::Store& store) {
  struct Rows final : store::RowSink {
    std::map<std::int64_t, std::int64_t> batchOf;
    base::Status row(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) override {
      EXPECT_EQ(table, 1 + id % 2);
      batchOf[id] = cells[0].integer;
      return {};
    }
  };
  struct Changes final : store::ChangeSink {
    std::uint64_t count = 0;
    bool change(const store::Change& change) override {
      EXPECT_EQ(change.revision, ++count);
      return true;
    }
  };
  Rows rows;
  const auto loaded = store.load(rows);
  if (!loaded) {
    ADD_FAILURE() << loaded.error().text;
    return -1;
  }
  const auto batches = static_cast<std::int64_t>(loaded->revision / 2);
  EXPECT_EQ(loaded->revision % 2, 0U);
  std::map<std::int64_t, std::int64_t> expected;
  if (batches > 0) expected[1] = batches;
  for (std::int64_t n = 1; n <= batches; ++n) {
    expected[4 * n + 1] = n;
    expected[4 * n + 2] = n;
    if (n == batches) expected[4 * n + 3] = n;
  }
  EXPECT_EQ(rows.batchOf, expected);
  Changes changes;
  EXPECT_TRUE(store.changesSince(0, SIZE_MAX, changes));
  EXPECT_EQ(changes.count, loaded->revision);
  return batches;
}

}  // namespace fault
