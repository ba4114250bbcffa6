// The server's own check of its log, over a store.
#include <gtest/gtest.h>

#include "db/memory/memory_store.h"
#include "isns-server/manage/audit/audit_schema.h"
#include "isns-server/manage/audit/log_walk.h"
#include "shared/base/hex.h"
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
  store::Outcome<store::HistoryBase> historyBase(store::RowSink& sink) override { return later_.historyBase(sink); }
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

// A log that has found itself older than what was kept, and goes on.
struct Older {
  explicit Older(std::initializer_list<ops::AuditDetail> lost = {{"faults", "1"}, {"from", "11"}, {"to", "20"}, {"head", "ab"}}) {
    add(ops::AuditEvent::LogBroken, lost, "records 11 to 20 were missing");
  }
  void add(ops::AuditEvent event, std::initializer_list<ops::AuditDetail> details, std::string reason,
           ops::AuditOutcome outcome = ops::AuditOutcome::Done) {
    ops::AuditRecord record;
    record.actorKind = ops::ActorKind::Person;
    record.actor = "alice";
    record.event = eventRow(event).name;
    record.outcome = outcome;
    record.reason = std::move(reason);
    record.details = details;
    log.seal(std::move(record), at(11));
    log.sign(log.key);
  }
  void answer(const std::string& broken, ops::AuditOutcome outcome = ops::AuditOutcome::Done) {
    add(ops::AuditEvent::LogRestored, {{"broken", broken}, {"from", "11"}, {"to", "20"}, {"head", "ab"}}, "the disk failed", outcome);
  }
  AuditWorld log{10};
};

TEST(LogWalk, ThatAnOlderDatabaseWasPutBackCanBeAnsweredAndIsToldForEver) {
  Older older;
  auto health = healthOf(older.log);
  ASSERT_EQ(health.open.size(), 1u);
  EXPECT_EQ(health.open[0].broken, 11u);
  EXPECT_EQ(health.open[0].to, 20u);
  EXPECT_FALSE(health.intact());
  older.answer("11");
  health = healthOf(older.log);
  EXPECT_TRUE(health.intact()) << health.sentence();
  EXPECT_TRUE(health.open.empty());
  ASSERT_EQ(health.answered.size(), 1u);
  ASSERT_EQ(health.gaps.size(), 1u);
  for (const char* part : {"records 11 to 20 are lost", "record 11", "record 12", "alice", "the disk failed", "2027-01-15"}) {
    EXPECT_NE(health.gaps[0].find(part), std::string::npos) << part << " in " << health.gaps[0];
  }
}

TEST(LogWalk, WhatHasTakenThePlaceOfLostRecordsIsNotHeldToTheHeadThatARecordTellsOf) {
  const evidence::LogHead seen{12, {0xab}};
  Older told({{"faults", "1"}, {"from", "11"}, {"to", "12"}, {"head", base::hexText(seen.hash)}});
  told.answer("11");
  ASSERT_EQ(told.log.records.size(), 12u);
  EXPECT_EQ(healthOf(told.log, seen).faultCount, 0u) << healthOf(told.log, seen).sentence();
  Older another({{"faults", "1"}, {"from", "11"}, {"to", "12"}, {"head", "ab"}});
  another.answer("11");
  EXPECT_EQ(healthOf(another.log, seen).faultCount, 1u);
}

TEST(LogWalk, NoWordAnswersAChangedLogOrAnotherFault) {
  Older other({{"faults", "1"}});  // no end that was cut: a record was changed
  other.answer("11");
  EXPECT_FALSE(healthOf(other.log).intact());
  EXPECT_TRUE(healthOf(other.log).open.empty());
  Older wrong;
  wrong.answer("10");
  EXPECT_EQ(healthOf(wrong.log).open.size(), 1u) << "of another record";
  Older refused;
  refused.answer("11", ops::AuditOutcome::Refused);
  EXPECT_FALSE(healthOf(refused.log).intact());
  Older changed;
  changed.answer("11");
  changed.log.records[4].record.actor = "mallory";
  const auto health = healthOf(changed.log);
  EXPECT_FALSE(health.intact());
  EXPECT_EQ(health.sentence(), "record 5 was changed: it does not fit its hash");
}

// Whoever can write to the database alone has cut records 9 to 12, put others in their place, and a word for it.
struct Forged {
  Forged() {
    add(ops::AuditEvent::LogBroken, {{"faults", "1"}, {"from", "9"}, {"to", "12"}, {"head", base::hexText(seen.hash)}},
        "older");
    add(ops::AuditEvent::LogRestored, {{"broken", "9"}}, "the disk failed");
    for (std::uint64_t i = 11; i <= 13; ++i) log.seal(commitRecord(i), at(11));
    // What the server writes at its start, and signs.
    add(ops::AuditEvent::LogUnsigned, {{"from", "9"}, {"to", "13"}}, {});
    log.sign(log.key);
  }
  void add(ops::AuditEvent event, std::vector<ops::AuditDetail> details, std::string reason) {
    ops::AuditRecord record;
    record.actor = "admin";
    record.event = eventRow(event).name;
    record.reason = std::move(reason);
    record.details = std::move(details);
    log.seal(std::move(record), at(11));
  }
  AuditWorld log{8};
  const evidence::LogHead seen{12, {0xab}};
};

TEST(LogWalk, RecordsThatHadNoSignatureAtTheStartAnswerNothing) {
  const Forged forged;
  const auto health = healthOf(forged.log, forged.seen);
  EXPECT_FALSE(health.intact());
  EXPECT_EQ(health.faultCount, 1u) << "the head that was seen is not there";
  EXPECT_FALSE(health.tellsOf(forged.seen));
  EXPECT_TRUE(health.open.empty()) << "no word answers it later either";
  EXPECT_TRUE(health.answered.empty());
  EXPECT_NE(health.sentence().find("record 12 is not the one that was seen before"), std::string::npos)
      << health.sentence();
  EXPECT_NE(health.sentence().find("no word answers it"), std::string::npos) << health.sentence();
}

TEST(LogWalk, AnAuditorIsToldOfThemByTheSignedLogAlone) {
  const Forged forged;
  const auto report = forged.log.verify();
  EXPECT_EQ(report.verdict(), evidence::LogVerdict::Broken);
  const std::string text = evidence::reportText(report);
  EXPECT_NE(text.find("unsigned: records 9 to 13 had no signature when the server started"), std::string::npos) << text;
}

TEST(LogWalk, AnAnswerWithoutASignatureLeavesTheQuestionOpen) {
  Older older;
  older.log.seal(
      [] {
        ops::AuditRecord record;
        record.event = eventRow(ops::AuditEvent::LogRestored).name;
        record.details = {{"broken", "11"}};
        return record;
      }(),
      at(11));
  older.add(ops::AuditEvent::LogUnsigned, {{"from", "12"}, {"to", "12"}}, {});
  auto health = healthOf(older.log);
  EXPECT_FALSE(health.intact());
  EXPECT_EQ(health.open.size(), 1u);
  older.answer("11");  // by a person, now
  health = healthOf(older.log);
  EXPECT_TRUE(health.intact()) << health.sentence();
  EXPECT_EQ(health.gaps.size(), 1u);
}

TEST(LogWalk, WhatIsBeyondTheListIsNotForgotten) {
  Older older;
  for (std::size_t i = 1; i < evidence::ToldBreaks::kMaxTold; ++i)
    older.add(ops::AuditEvent::LogBroken, {{"to", "20"}}, "older");
  older.add(ops::AuditEvent::LogBroken, {{"faults", "1"}}, "record 3 was changed");  // one too many
  for (std::size_t i = 0; i < evidence::ToldBreaks::kMaxTold; ++i) older.answer(std::to_string(11 + i));
  const auto health = healthOf(older.log);
  EXPECT_FALSE(health.intact());
  EXPECT_EQ(health.sentence(), "record 111 and perhaps later ones say that the log was broken");
}

TEST(LogWalk, AMissingWitnessIsTold) {
  AuditWorld log(10);
  ops::AuditRecord record;
  record.event = eventRow(ops::AuditEvent::LogUnwitnessed).name;
  record.details = ops::auditDetails<ops::AuditEvent::LogUnwitnessed>({{"last", 10}});
  log.seal(std::move(record), at(11));
  log.sign(log.key);
  const auto health = healthOf(log);
  EXPECT_TRUE(health.intact());
  ASSERT_EQ(health.gaps.size(), 1u);
  EXPECT_NE(health.gaps[0].find("behind number 10"), std::string::npos);
}

}  // namespace
