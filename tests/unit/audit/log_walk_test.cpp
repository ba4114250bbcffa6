// The server's own check of its log, over a store.
#include <gtest/gtest.h>

#include "db/memory/memory_store.h"
#include "isns-server/manage/audit/audit_schema.h"
#include "isns-server/manage/audit/log_walk.h"
#include "tests/support/audit_world.h"

using namespace test;

namespace {

// A store that holds what is in `log`.
struct Stored {
  explicit Stored(const AuditWorld& log) : database(store::Schema{manage::auditTables()}) {
    const auto lease = database.lease(store::LeaseAction::Acquire, "test", std::chrono::seconds(0));
    store::Batch batch;
    store::OpsWriter ops = batch.begin(1, 0, 0, "test", "");
    for (const auto& sealed : log.records) manage::writeRow(ops, sealed);
    for (const auto& checkpoint : log.checkpoints) manage::writeRow(ops, checkpoint);
    batch.end();
    EXPECT_TRUE(database.commit(batch, lease->epoch));
  }
  manage::LogHealth check(const AuditWorld& log, std::optional<evidence::LogHead> seen = std::nullopt) {
    manage::LogWalk walk(std::string(AuditWorld::kServer), fingerprintOf(log.key), seen);
    for (pages = 1;; ++pages) {
      const auto more = walk.step(database);
      if (!more) {
        ADD_FAILURE() << more.error().text;
        break;
      }
      if (!*more) break;
    }
    return walk.finish();
  }
  memory::MemoryStore database;
  std::size_t pages = 0;
};

manage::LogHealth healthOf(const AuditWorld& log, std::optional<evidence::LogHead> seen = std::nullopt) {
  return Stored(log).check(log, seen);
}

TEST(LogWalk, AWholeLogOfSeveralPagesIsIntact) {
  const AuditWorld log(2503);
  Stored stored(log);
  const auto health = stored.check(log, log.head());
  EXPECT_TRUE(health.intact()) << health.sentence();
  EXPECT_EQ(health.records, 2503u);
  EXPECT_EQ(stored.pages, 3u);
  EXPECT_EQ(health.sentence(), "");
}

TEST(LogWalk, AnEmptyLogIsIntact) { EXPECT_TRUE(healthOf(AuditWorld(0)).intact()); }

// A log that grows between two readings: the first page of records ends at the tenth.
struct Growing final : store::HistoryReader {
  explicit Growing(store::HistoryReader& later) : later_(later) {}
  store::Outcome<store::HistoryInfo> history(const store::HistoryFilter& filter, store::ChangeSink& sink) override {
    return later_.history(filter, sink);
  }
  store::Outcome<store::BackupInfo> backup(const std::string& path) override { return later_.backup(path); }
  store::Outcome<store::RowsInfo> rows(const store::RowFilter& filter, store::RowSink& sink) override {
    store::RowFilter seen = filter;
    if (filter.table == manage::kAuditRecordTable && !grown_) seen.lastId = 10;
    grown_ = true;
    return later_.rows(seen, sink);
  }

 private:
  store::HistoryReader& later_;
  bool grown_ = false;
};

TEST(LogWalk, ACheckpointThatComesWhileItReadsIsNoSignOfACut) {
  const AuditWorld log(20);
  Stored stored(log);
  Growing growing(stored.database);
  manage::LogWalk walk(std::string(AuditWorld::kServer), fingerprintOf(log.key), std::nullopt);
  while (*walk.step(growing)) {
  }
  const auto health = walk.finish();
  EXPECT_TRUE(health.intact()) << health.sentence();
  EXPECT_EQ(health.records, 20u);
}

TEST(LogWalk, AChangedRecordIsNamedOnWhateverPage) {
  for (const std::size_t which : {0u, 34u, 999u, 1000u, 2010u}) {
    AuditWorld log(2020);
    log.records[which].record.actor = "mallory";
    const auto health = healthOf(log);
    EXPECT_EQ(health.faultCount, 1u) << health.sentence();
    EXPECT_EQ(health.sentence(),
              "record " + std::to_string(which + 1) + " was changed: it does not fit its hash");
  }
}

TEST(LogWalk, RecordsThatAreCutAreShownByCheckpointsOrByTheHeadThatWasKept) {
  AuditWorld log(20);
  const evidence::LogHead seen{20, log.checkpoints.back().hash};
  log.records.resize(10);
  EXPECT_EQ(healthOf(log).sentence(), "records 11 to 20: missing at the end");
  log.checkpoints.resize(2);
  EXPECT_TRUE(healthOf(log).intact()) << "in the database alone nothing is left that shows it";
  EXPECT_EQ(healthOf(log, seen).sentence(), "records 11 to 20: missing at the end");
}

TEST(LogWalk, WithoutAnyCheckpointNothingVouchesForTheLog) {
  AuditWorld log(10);
  log.checkpoints.clear();
  EXPECT_EQ(healthOf(log).sentence(), "no checkpoint vouches for any record");
}

TEST(LogWalk, WhatWasFoundBeforeStaysSaid) {
  AuditWorld log(10);
  ops::AuditRecord record;
  record.event = eventRow(ops::AuditEvent::LogBroken).name;
  record.reason = "records 5 to 9 are missing";
  record.details = ops::auditDetails<ops::AuditEvent::LogBroken>({{"faults", 1}});
  log.seal(std::move(record), at(11));
  log.sign(log.key);
  const auto health = healthOf(log);
  EXPECT_FALSE(health.intact());
  EXPECT_EQ(health.faultCount, 0u);
  EXPECT_EQ(health.sentence(), "record 11 says of an earlier check: records 5 to 9 are missing");
}

}  // namespace
