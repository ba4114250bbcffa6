// A folder of its own, a small schema, and a store in it.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "db/sqlite/backup.h"
#include "db/sqlite/sqlite_store.h"
#include "tests/support/scratch_folder.h"

namespace sqlite {

inline constexpr store::Column kThingColumns[] = {{"name", store::ColumnType::Text},
                                                  {"number", store::ColumnType::Integer}};
inline constexpr store::Table kThingTables[] = {{1, "thing", kThingColumns}};
inline constexpr store::Schema kThings{kThingTables};

// Rows as text, "1:name/5", to compare whole contents at a glance.
struct TextRows final : store::RowSink {
  std::vector<std::string> rows;
  base::Status row(std::uint8_t, std::int64_t id, std::span<const store::Cell> cells) override {
    std::string text = std::to_string(id) + ':';
    for (const store::Cell& cell : cells) {
      if (&cell != cells.data()) text += '/';
      text += cell.tag == store::CellTag::Integer ? std::to_string(cell.integer) : std::string(cell.text());
    }
    rows.push_back(std::move(text));
    return {};
  }
};

class SqliteFixture : public testing::Test {
 protected:
  SqliteFixture() {
    options_.path = path("registry.db");
    options_.schema = kThings;
    options_.clock = [] { return std::int64_t{1'700'000'000}; };
  }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_.file(name); }
  [[nodiscard]] bool isThere(const std::string& name) const { return folder_.has(name); }

  std::unique_ptr<SqliteStore> opened() {
    auto store = SqliteStore::open(options_);
    if (!store) {
      ADD_FAILURE() << store.error().text;
      return nullptr;
    }
    const auto lease = (*store)->lease(store::LeaseAction::Acquire, "test", std::chrono::seconds(0));
    EXPECT_TRUE(lease);
    epoch_ = lease ? lease->epoch : 0;
    return std::move(store).value();
  }
  store::Error refusal() {
    auto store = SqliteStore::open(options_);
    if (!store) return store.error();
    ADD_FAILURE() << "it was opened";
    return {};
  }
  // Puts the things with the ids from first to last, one change each, in one batch.
  void putThings(SqliteStore& store, std::int64_t first, std::int64_t last, std::string_view name = "thing") {
    store::Batch batch;
    for (std::int64_t id = first; id <= last; ++id) {
      store::OpsWriter ops = batch.begin(++revision_, 1000 + id, 1, "origin", "address");
      ops.put(1, id);
      ops.text(name);
      ops.integer(id);
      batch.end();
    }
    const auto committed = store.commit(batch, epoch_);
    ASSERT_TRUE(committed) << committed.error().text;
  }
  static std::vector<std::string> rowsOf(SqliteStore& store) {
    TextRows sink;
    const auto loaded = store.load(sink);
    EXPECT_TRUE(loaded) << loaded.error().text;
    return sink.rows;
  }
  static std::string contentOf(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  static void write(const std::string& file, std::string_view content) {
    std::ofstream(file, std::ios::binary | std::ios::trunc).write(content.data(), static_cast<long>(content.size()));
  }
  // Runs statements on the file from outside, as an administrator might.
  void tamper(const std::string& statements) {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(options_.path.c_str(), &handle), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle, statements.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
    sqlite3_close(handle);
  }

  support::ScratchFolder folder_;
  Options options_;
  std::uint64_t epoch_ = 0;
  std::uint64_t revision_ = 0;
};

}  // namespace sqlite
