// A log that cannot be read at its end when the server starts: it goes on, and tells of that place for ever.
#include "isns-server/app/audit_trail.h"

#include <gmock/gmock.h>

#include "db/memory/memory_store.h"
#include "isns-server/manage/audit/log_rows.h"
#include "isns-server/manage/audit/log_walk.h"
#include "shared/base/hex.h"
#include "tests/support/audit_world.h"

namespace app {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

struct AuditTrailTest : testing::Test {
  AuditTrailTest() {
    epoch = store.lease(store::LeaseAction::Acquire, "test", std::chrono::seconds(0))->epoch;
    EXPECT_TRUE(start());
  }
  base::Status start() {
    auto opened = AuditTrail::open(store, "server-1", key, test::at(seconds));
    if (!opened) return base::fail(opened.error());
    trail = std::move(*opened);
    return {};
  }
  void stored(const std::function<void(store::OpsWriter& ops)>& rows) {
    store::Batch batch;
    store::OpsWriter ops = batch.begin(++revision, 0, 0, "test", "");
    rows(ops);
    batch.end();
    ASSERT_TRUE(store.commit(batch, epoch));
  }
  void write(std::vector<ops::AuditRecord> records, bool checkpoint = true) {
    stored([&](store::OpsWriter& ops) {
      trail->write(ops, std::move(records), revision, test::at(++seconds), checkpoint);
    });
    trail->batchTaken();
    trail->batchEnded(true);
  }
  // Records 1 to `count`: the first is that the log has begun.
  void fill(std::uint64_t count) {
    for (std::uint64_t i = 2; i <= count; ++i) write({test::commitRecord(i)}, i != count);
  }
  ops::AuditRecord broken() {
    ops::AuditRecord record;
    record.event = std::string(ops::eventRow(ops::AuditEvent::LogBroken).name);
    record.actor = "server-1";
    record.reason = trail->atStart().unreadable;
    return record;
  }
  void spoil(std::uint8_t table, std::int64_t id) {
    stored([&](store::OpsWriter& ops) {
      ops.put(table, id);
      const auto& columns = manage::auditTables()[table == manage::kAuditRecordTable ? 0 : 1].columns;
      for (const store::Column& column : columns) {
        if (column.type == store::ColumnType::Integer) ops.integer(0);
        if (column.type == store::ColumnType::Text) ops.text("");
        if (column.type == store::ColumnType::Blob) ops.blob({});
      }
    });
  }
  void erase(std::int64_t id) {
    stored([&](store::OpsWriter& ops) {
      ops.erase(manage::kAuditRecordTable, id);
      ops.erase(manage::kAuditCheckpointTable, id);
    });
  }
  manage::LogHealth checked(std::optional<evidence::LogHead> seen = {}) {
    manage::LogWalk walk("server-1", test::fingerprintOf(key), seen);
    for (;;) {
      const auto more = walk.step(store);
      EXPECT_TRUE(more);
      if (!more || !*more) break;
    }
    return walk.finish();
  }
  std::string hashOf(std::int64_t id) {
    manage::LogRows<evidence::SealedRecord> rows;
    store::RowFilter filter;
    filter.table = manage::kAuditRecordTable;
    filter.firstId = filter.lastId = id;
    EXPECT_TRUE(store.rows(filter, rows));
    return rows.items.size() == 1 ? base::hexText(rows.items[0].value.hash) : std::string();
  }

  memory::MemoryStore store{store::Schema{manage::auditTables()}};
  evidence::SigningKey key = test::keyOf(1);
  std::unique_ptr<AuditTrail> trail;
  std::uint64_t epoch = 0, revision = 0;
  std::int64_t seconds = 0;
};

constexpr const char* kRecord5 = "record 5: the row cannot be read: column details is not well-formed";

TEST_F(AuditTrailTest, AWholeLogGoesOnWithoutAWord) {
  fill(5);
  write({test::commitRecord(6)});
  ASSERT_TRUE(start());
  EXPECT_EQ(trail->atStart().last, 6U);
  EXPECT_EQ(trail->atStart().signedUpTo, 6U);
  EXPECT_EQ(trail->atStart().unsignedFrom, 0U);
  EXPECT_EQ(trail->atStart().unreadable, "");
  write({test::commitRecord(7)}, false);
  EXPECT_EQ(hashOf(8), "");
  EXPECT_TRUE(checked().intact()) << checked().sentence();
  EXPECT_THAT(checked().weak, IsEmpty());
}

// Before the first checkpoint of the start covers them.
TEST_F(AuditTrailTest, RecordsThatNoCheckpointVouchesForAreToldInTheFirstChange) {
  fill(6);
  write({test::commitRecord(7)}, false);
  ASSERT_TRUE(start());
  EXPECT_EQ(trail->atStart().unsignedFrom, 6U);
  write({test::commitRecord(8)}, false);
  EXPECT_THAT(checked().weak, ElementsAre(HasSubstr("records 6 to 7 had no signature when the server started")));
  EXPECT_TRUE(trail->takeCheckpoint()) << "it is signed at once";
  write({test::commitRecord(9)}, false);
  EXPECT_THAT(checked().weak, SizeIs(1)) << "once";
  EXPECT_TRUE(checked().intact()) << checked().sentence();
}

// While SCNs are told at a stop, people are still answered: what is recorded of them would be told as unsigned.
TEST_F(AuditTrailTest, WhatIsWrittenWhileTheServerEndsIsSigned) {
  fill(5);
  trail->signEach();
  write({test::commitRecord(6)}, false);
  ASSERT_TRUE(start());
  EXPECT_EQ(trail->atStart().signedUpTo, 6U);
  EXPECT_EQ(trail->atStart().unsignedFrom, 0U);
}

// Of another key, of a record that is not there, or without a signature that fits.
TEST_F(AuditTrailTest, ACheckpointThatIsNotTheKeysVouchesForNothing) {
  fill(5);
  const auto put = [&](const evidence::SigningKey& by, std::uint64_t sequence) {
    stored([&](store::OpsWriter& ops) {
      manage::writeRow(ops, evidence::signCheckpoint(by, sequence, evidence::Digest{}, test::at(1).wall));
    });
  };
  put(test::keyOf(2), 5);
  put(key, 6);
  ASSERT_TRUE(start());
  EXPECT_EQ(trail->atStart().unsignedFrom, 5U);
}

TEST_F(AuditTrailTest, BehindALastRecordThatCannotBeReadItGoesOnAndTheCheckNamesIt) {
  fill(5);
  const std::string before = hashOf(4);
  spoil(manage::kAuditRecordTable, 5);
  const auto started = start();
  ASSERT_TRUE(started) << started.error().text;
  EXPECT_EQ(trail->atStart().last, 5U);
  EXPECT_THAT(trail->atStart().unreadable, HasSubstr(kRecord5));
  EXPECT_THAT(trail->atStart().unreadable, HasSubstr("record 4, whose hash is " + before));
  write({broken(), test::commitRecord(7)});
  for (int i = 0; i < 2; ++i) {
    const auto health = checked();
    EXPECT_THAT(health.faults, ElementsAre(kRecord5));
    ASSERT_EQ(health.recorded.size(), 1U);
    EXPECT_THAT(health.recorded[0], HasSubstr(kRecord5)) << "so that it is told once";
    ASSERT_TRUE(start());  // and for ever
    EXPECT_EQ(trail->atStart().unreadable, "");
    write({test::commitRecord(8)});
  }
}

TEST_F(AuditTrailTest, SeveralRecordsAndAllOfThemMayBeUnreadable) {
  fill(5);
  for (const std::int64_t id : {4, 5}) spoil(manage::kAuditRecordTable, id);
  ASSERT_TRUE(start());
  EXPECT_THAT(trail->atStart().unreadable, HasSubstr("records 4 to 5: the row cannot be read"));
  for (const std::int64_t id : {1, 2, 3}) spoil(manage::kAuditRecordTable, id);
  ASSERT_TRUE(start());
  EXPECT_THAT(trail->atStart().unreadable, HasSubstr("records 1 to 5: the row cannot be read"));
  EXPECT_THAT(trail->atStart().unreadable, HasSubstr("chained to the beginning"));
  write({broken()});
  // A checkpoint between two of them parts what is told of them.
  EXPECT_THAT(checked().faults, AllOf(Not(IsEmpty()), Each(HasSubstr("the row cannot be read"))));
}

// The row stands where audit.head knows the last record, and those before it are gone.
TEST_F(AuditTrailTest, ASpoiledRowHidesNoCut) {
  fill(8);
  const evidence::LogHead head{8, *evidence::parseDigest(hashOf(8))};
  for (const std::int64_t id : {5, 6, 7}) erase(id);
  spoil(manage::kAuditRecordTable, 8);
  ASSERT_TRUE(start());
  write({broken()});
  EXPECT_THAT(checked(head).sentence(), HasSubstr("records 5 to 8 are missing"));
  EXPECT_THAT(checked().sentence(), HasSubstr("records 5 to 8 are missing"));
}

// LogGuard knows of those behind it: their number is higher.
TEST_F(AuditTrailTest, ASpoiledRowAtALowerNumberIsTheLastOne) {
  fill(8);
  for (const std::int64_t id : {6, 7, 8}) erase(id);
  spoil(manage::kAuditRecordTable, 5);
  ASSERT_TRUE(start());
  EXPECT_EQ(trail->atStart().last, 5U);
  EXPECT_THAT(trail->atStart().unreadable, HasSubstr(kRecord5));
}

TEST_F(AuditTrailTest, ANewestCheckpointThatCannotBeReadIsNobodysWord) {
  fill(5);
  EXPECT_TRUE(*AuditTrail::signer(store));
  spoil(manage::kAuditCheckpointTable, 4);
  const auto signer = AuditTrail::signer(store);
  ASSERT_TRUE(signer) << signer.error().text;
  EXPECT_FALSE(*signer) << "the one before may be another key's";
  ASSERT_TRUE(start());
  EXPECT_EQ(trail->atStart().signedUpTo, 4U) << "there were checkpoints";
  write({test::commitRecord(6)});
  EXPECT_THAT(checked().faults, IsEmpty()) << "a later one vouches";
}

TEST_F(AuditTrailTest, ItsFirstRecordProvesWhoBeganIt) {
  EXPECT_EQ(*AuditTrail::beganBy(store), std::nullopt) << "there is no log";
  fill(3);
  EXPECT_EQ(*AuditTrail::beganBy(store), "server-1");
  spoil(manage::kAuditRecordTable, 1);
  EXPECT_EQ(*AuditTrail::beganBy(store), std::nullopt);
}

TEST_F(AuditTrailTest, ANumberBeyondAllNumbersIsRefused) {
  fill(2);
  spoil(manage::kAuditRecordTable, std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(start());
}

}  // namespace
}  // namespace app
