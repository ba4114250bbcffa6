#include "tests/contract/store/backends.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "db/memory/memory_store.h"
#include "db/sqlite/sqlite_store.h"
#include "tests/fault/vfs/fault_vfs.h"
#include "tests/support/scratch_folder.h"

namespace contract {

namespace {

class MemoryBackend final : public Backend {
 public:
  std::unique_ptr<store::Store> open() override { return std::make_unique<memory::MemoryStore>(database_); }
  void breakDown(store::ErrorKind kind) override {
    database_->setFailure(store::Error{kind, "switched off by the test"});
  }
  void heal() override { database_->setFailure({}); }
  [[nodiscard]] bool hasBackup() const override { return false; }

 private:
  std::shared_ptr<memory::MemoryDatabase> database_ =
      std::make_shared<memory::MemoryDatabase>(kSchema, [this] { return clock; });
};

class SqliteBackend final : public Backend {
 public:
  SqliteBackend() {
    fault::registerVfs();
    fault::heal();
  }
  ~SqliteBackend() override { fault::heal(); }
  std::unique_ptr<store::Store> open() override {
    sqlite::Options options;
    options.path = folder_.file("registry.db");
    options.schema = kSchema;
    options.vfs = fault::kFaultVfs;
    options.clock = [this] { return clock; };
    auto opened = sqlite::SqliteStore::open(options);
    if (!opened) {
      ADD_FAILURE() << opened.error().text;
      return nullptr;
    }
    return std::move(opened).value();
  }
  void breakDown(store::ErrorKind kind) override {
    const bool full = kind == store::ErrorKind::Full;
    fault::fail({fault::Files::All, 0, 0, full ? SQLITE_FULL : SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, true});
  }
  void heal() override { fault::heal(); }
  [[nodiscard]] bool hasBackup() const override { return true; }

 private:
  support::ScratchFolder folder_;
};

}  // namespace

std::vector<BackendKind> backendKinds() {
  return {{"Memory", [] { return std::make_unique<MemoryBackend>(); }},
          {"Sqlite", [] { return std::make_unique<SqliteBackend>(); }}};
}

base::Status RowsOf::row(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
  OwnedRow row{table, id, {}};
  for (const store::Cell& cell : cells) row.cells.push_back({cell.tag, cell.integer, std::string(cell.text())});
  rows.push_back(std::move(row));
  return {};
}

OwnedChange owned(const store::Change& change) {
  return {change.revision,
          change.time,
          change.kind,
          std::string(change.origin),
          std::string(change.address),
          base::Bytes(change.ops.begin(), change.ops.end())};
}

bool ChangesOf::change(const store::Change& change) {
  changes.push_back(owned(change));
  return changes.size() < stopAfter;
}

std::vector<std::uint64_t> ChangesOf::revisions() const {
  std::vector<std::uint64_t> all;
  for (const OwnedChange& change : changes) all.push_back(change.revision);
  return all;
}

std::vector<OwnedRow> rowsOf(store::Store& store) {
  RowsOf sink;
  const auto loaded = store.load(sink);
  if (!loaded) {
    ADD_FAILURE() << loaded.error().text;
    return {};
  }
  EXPECT_EQ(loaded->rows, sink.rows.size());
  return sink.rows;
}

std::vector<OwnedChange> changesOf(store::Store& store) {
  ChangesOf sink;
  store::HistoryFilter filter;
  filter.limit = SIZE_MAX;
  filter.newestFirst = false;
  const auto info = store.history(filter, sink);
  if (!info) ADD_FAILURE() << info.error().text;
  return sink.changes;
}

}  // namespace contract
