#include <gtest/gtest.h>

#include "db/memory/memory_store.h"
#include "isns-server/manage/audit/audit_schema.h"
#include "tests/support/audit_world.h"

using namespace test;

namespace {

struct Reader final : store::RowSink {
  base::Status row(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) override {
    if (table == manage::kAuditRecordTable) {
      return manage::readRow(id, cells, records.emplace_back());
    }
    return manage::readRow(id, cells, checkpoints.emplace_back());
  }
  std::vector<evidence::SealedRecord> records;
  std::vector<evidence::AuditCheckpoint> checkpoints;
};

TEST(AuditSchema, ALogComesBackFromTheStoreAsItWas) {
  const AuditWorld log(9);
  memory::MemoryStore database(store::Schema{manage::auditTables()});
  const auto lease = database.lease(store::LeaseAction::Acquire, "test", std::chrono::seconds(0));
  ASSERT_TRUE(lease);
  store::Batch batch;
  store::OpsWriter ops = batch.begin(1, 0, 0, "test", "");
  for (const auto& sealed : log.records) manage::writeRow(ops, sealed);
  for (const auto& checkpoint : log.checkpoints) manage::writeRow(ops, checkpoint);
  batch.end();
  ASSERT_TRUE(database.commit(batch, lease->epoch));
  Reader reader;
  const auto loaded = database.load(reader);
  ASSERT_TRUE(loaded) << loaded.error().text;
  ASSERT_EQ(reader.records.size(), 9u);
  for (std::size_t i = 0; i < 9; ++i) {
    EXPECT_EQ(reader.records[i].record, log.records[i].record);
    EXPECT_EQ(reader.records[i].hash, log.records[i].hash);
  }
  EXPECT_EQ(reader.checkpoints, log.checkpoints);
}

// Cells of a row as the writer makes them, to be spoiled one by one.
struct Row {
  template <class T>
  explicit Row(const T& what) {
    store::OpsWriter ops(arena);
    manage::writeRow(ops, what);
    store::OpsReader reader(arena.view());
    store::Op op;
    EXPECT_TRUE(reader.next(op));
    id = op.id;
    cells.assign(op.cells.begin(), op.cells.end());
  }
  base::ByteArena arena;
  std::int64_t id = 0;
  std::vector<store::Cell> cells;
};

TEST(AuditSchema, ARowThatIsDamagedIsRefused) {
  const AuditWorld log(4);
  const std::uint8_t junk[] = {1, 2, 3};
  const Row row(log.records[0]);
  evidence::SealedRecord sealed;
  ASSERT_TRUE(manage::readRow(row.id, row.cells, sealed));
  EXPECT_FALSE(manage::readRow(row.id, std::span(row.cells).first(12), sealed));
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    auto cells = row.cells;
    cells[i] = store::Cell{};
    EXPECT_FALSE(manage::readRow(row.id, cells, sealed)) << i;
    cells[i] = {row.cells[i].tag == store::CellTag::Blob ? store::CellTag::Integer : store::CellTag::Blob, 0, junk};
    EXPECT_FALSE(manage::readRow(row.id, cells, sealed)) << i;
  }
  for (const std::size_t i : {2u, 3u}) {
    auto cells = row.cells;
    cells[i].integer = 77;
    EXPECT_FALSE(manage::readRow(row.id, cells, sealed)) << i;
  }
  for (const std::size_t i : {11u, 12u}) {
    auto cells = row.cells;
    cells[i].bytes = junk;
    EXPECT_FALSE(manage::readRow(row.id, cells, sealed)) << i;
  }
  const Row mark(log.checkpoints[0]);
  evidence::AuditCheckpoint checkpoint;
  ASSERT_TRUE(manage::readRow(mark.id, mark.cells, checkpoint));
  for (const std::size_t i : {0u, 2u, 3u}) {
    auto cells = mark.cells;
    cells[i].bytes = junk;
    EXPECT_FALSE(manage::readRow(mark.id, cells, checkpoint)) << i;
  }
}

}  // namespace
