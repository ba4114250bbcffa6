// Contract: commit and load.
#include <gmock/gmock.h>

#include <limits>

#include "tests/contract/store/store_contract.h"

namespace contract {
namespace {

using store::CellTag;
using store::ErrorKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

INSTANTIATE_TEST_SUITE_P(Backends, StoreContract, testing::ValuesIn(backendKinds()), nameOf);

TEST_P(StoreContract, ANewDatabaseIsEmptyAtRevisionZero) {
  RowsOf sink;
  const auto loaded = store_->load(sink);
  ASSERT_TRUE(loaded) << loaded.error().text;
  EXPECT_EQ(loaded->revision, 0U);
  EXPECT_EQ(loaded->rows, 0U);
  EXPECT_THAT(sink.rows, IsEmpty());
  EXPECT_THAT(changesOf(*store_), IsEmpty());
}

TEST_P(StoreContract, LoadGivesTablesInOrderOfTheSchemaAndRowsInOrderOfIds) {
  store::Batch batch;
  store::OpsWriter ops = begin(batch, 1);
  ops.put(kLink, 5);
  ops.integer(1);
  ops.integer(2);
  putThing(ops, 300, 1, "b");
  putThing(ops, 2, 2, "a");
  batch.end();
  ASSERT_TRUE(store_->commit(batch, epoch_));
  const auto rows = rowsOf(*store_);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(std::tie(rows[0].table, rows[0].id), std::make_tuple(kThing, 2));
  EXPECT_EQ(std::tie(rows[1].table, rows[1].id), std::make_tuple(kThing, 300));
  EXPECT_EQ(std::tie(rows[2].table, rows[2].id), std::make_tuple(kLink, 5));
}

TEST_P(StoreContract, EveryValueComesBackAsItWasWritten) {
  const std::string zeros("a\0b\0", 4);
  const std::string everyByte = [] {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    return all + all + std::string(100'000, 'x');
  }();
  const std::vector<std::pair<std::int64_t, std::string>> values = {
      {0, ""},
      {-1, zeros},
      {std::numeric_limits<std::int64_t>::min(), "\xC3\xA4\xE2\x82\xAC"},
      {std::numeric_limits<std::int64_t>::max(), everyByte},
      {63, " "},
      {64, "'; DROP TABLE thing; --"}};
  store::Batch batch;
  store::OpsWriter ops = begin(batch, 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    ops.put(kThing, static_cast<std::int64_t>(i) + 1);
    ops.integer(values[i].first);
    ops.text(values[i].second);
    ops.blob(base::asBytes(values[i].second));
  }
  ops.put(kThing, 100);
  ops.null();
  ops.null();
  ops.null();
  batch.end();
  ASSERT_TRUE(store_->commit(batch, epoch_));
  reopen();
  const auto rows = rowsOf(*store_);
  ASSERT_EQ(rows.size(), values.size() + 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_THAT(rows[i].cells, ElementsAre(OwnedCell{CellTag::Integer, values[i].first, ""},
                                           OwnedCell{CellTag::Text, 0, values[i].second},
                                           OwnedCell{CellTag::Blob, 0, values[i].second}));
  }
  const OwnedCell null{CellTag::Null, 0, ""};
  EXPECT_THAT(rows.back().cells, ElementsAre(null, null, null));
}

TEST_P(StoreContract, APutReplacesTheWholeRow) {
  commitThing(1, 5, "before");
  store::Batch batch;
  store::OpsWriter ops = begin(batch, 2);
  ops.put(kThing, 5);
  ops.null();
  ops.text("after");
  ops.blob({});
  batch.end();
  ASSERT_TRUE(store_->commit(batch, epoch_));
  const auto rows = rowsOf(*store_);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_THAT(rows[0].cells, ElementsAre(OwnedCell{CellTag::Null, 0, ""}, OwnedCell{CellTag::Text, 0, "after"},
                                         OwnedCell{CellTag::Blob, 0, ""}));
}

TEST_P(StoreContract, OperationsApplyInTheirOrder) {
  store::Batch batch;
  store::OpsWriter ops = begin(batch, 1);
  putThing(ops, 1, 1, "first");
  ops.erase(kThing, 1);
  putThing(ops, 1, 2, "second");
  putThing(ops, 2, 1, "kept by nobody");
  batch.end();
  store::OpsWriter more = begin(batch, 2);
  more.erase(kThing, 2);
  batch.end();
  ASSERT_TRUE(store_->commit(batch, epoch_));
  const auto rows = rowsOf(*store_);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].cells[1].bytes, "second");
}

TEST_P(StoreContract, ErasingWhatIsNotThereIsNoError) {
  store::Batch batch;
  store::OpsWriter ops = begin(batch, 1);
  ops.erase(kThing, 12345);
  batch.end();
  const auto committed = store_->commit(batch, epoch_);
  EXPECT_TRUE(committed) << committed.error().text;
}

TEST_P(StoreContract, WhatWasCommittedIsThereAfterReopening) {
  commitThing(1, 1, "one");
  commitThing(5, 2, "two");
  reopen();
  RowsOf sink;
  const auto loaded = store_->load(sink);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->revision, 5U);
  EXPECT_EQ(sink.rows.size(), 2U);
  commitThing(6, 3, "three");
}

TEST_P(StoreContract, ChangesAreStoredAsTheyWereGiven) {
  store::Batch batch;
  store::OpsWriter ops = batch.begin(7, -5, 0xFFFF'FFFF, "", "");
  putThing(ops, 1, 1, "one");
  batch.end();
  (void)batch.begin(9, 1'700'000'000, 0, "origin with \"quotes\"", "[2001:db8::1]:3205");
  batch.end();
  const std::vector<OwnedChange> given = {owned(batch[0]), owned(batch[1])};
  ASSERT_TRUE(store_->commit(batch, epoch_));
  reopen();
  EXPECT_EQ(changesOf(*store_), given);
}

TEST_P(StoreContract, AnEmptyBatchChangesNothing) {
  commitThing(4, 1, "one");
  const auto committed = store_->commit(store::Batch{}, epoch_);
  ASSERT_TRUE(committed);
  EXPECT_EQ(*committed, 4U);
}

TEST_P(StoreContract, ABatchWithAnOperationThatDoesNotFitIsRefusedAsAWhole) {
  commitThing(1, 1, "one");
  const auto before = rowsOf(*store_);
  const std::vector<std::function<void(store::OpsWriter&)>> wrong = {
      [](store::OpsWriter& ops) { ops.erase(99, 1); },  // no such table
      [](store::OpsWriter& ops) { ops.put(kLink, 1), ops.integer(1); },
      [](store::OpsWriter& ops) { ops.put(kLink, 1), ops.integer(1), ops.integer(1), ops.integer(1); },
      [](store::OpsWriter& ops) { ops.put(kLink, 1), ops.integer(1), ops.text("1"); },
      [](store::OpsWriter& ops) { ops.put(kThing, 1), ops.integer(1), ops.blob({}), ops.blob({}); },
  };
  for (const auto& addWrong : wrong) {
    store::Batch batch = oneThing(2, 2, "two");
    store::OpsWriter ops = begin(batch, 3);
    putThing(ops, 3, 3, "three");
    addWrong(ops);
    batch.end();
    expectRefused(batch, ErrorKind::Invalid);
    EXPECT_EQ(rowsOf(*store_), before);
  }
  store::Batch cut;
  const base::Bytes half = {1, kThing};
  cut.append({2, 0, 0, "", "", half});
  expectRefused(cut, ErrorKind::Invalid);
  EXPECT_EQ(changesOf(*store_).size(), 1U);
  commitThing(2, 2, "two");
}

TEST_P(StoreContract, RevisionsAscend) {
  commitThing(5, 1, "one");
  expectRefused(oneThing(5, 2, "again"), ErrorKind::Invalid);
  expectRefused(oneThing(4, 2, "before"), ErrorKind::Invalid);
  expectRefused(oneThing(std::numeric_limits<std::uint64_t>::max(), 2, "too far"), ErrorKind::Invalid);
  store::Batch batch = oneThing(7, 2, "two");
  (void)begin(batch, 7);
  batch.end();
  expectRefused(batch, ErrorKind::Invalid);
  EXPECT_EQ(rowsOf(*store_).size(), 1U);
  commitThing(6, 2, "two");
}

TEST_P(StoreContract, ARowThatTheReaderRefusesEndsTheLoadAsDamaged) {
  struct Refuses final : store::RowSink {
    base::Status row(std::uint8_t, std::int64_t id, std::span<const store::Cell>) override {
      if (id == 2) return base::fail("it points to nothing");
      return {};
    }
  };
  commitThing(1, 1, "one");
  commitThing(2, 2, "two");
  Refuses sink;
  const auto loaded = store_->load(sink);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::Damaged);
  EXPECT_THAT(loaded.error().text, HasSubstr("row 2 of the table thing"));
  EXPECT_THAT(loaded.error().text, HasSubstr("it points to nothing"));
}

TEST_P(StoreContract, AWholeThatTheReaderRefusesIsDamagedToo) {
  struct Refuses final : store::RowSink {
    base::Status row(std::uint8_t, std::int64_t, std::span<const store::Cell>) override {
      ++rows;
      return {};
    }
    base::Status end(const store::LoadInfo& info) override {
      EXPECT_EQ(info.revision, 2U);
      EXPECT_EQ(info.rows, rows);
      return base::fail("the two do not fit together");
    }
    std::uint64_t rows = 0;
  };
  commitThing(1, 1, "one");
  commitThing(2, 2, "two");
  Refuses sink;
  const auto loaded = store_->load(sink);
  EXPECT_EQ(sink.rows, 2U);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::Damaged);
  EXPECT_THAT(loaded.error().text, HasSubstr("the two do not fit together"));
}

TEST_P(StoreContract, AFailedCommitLeavesTheOldStateAndTheNextSucceedsOnceTheStoreIsWell) {
  for (const ErrorKind kind : {ErrorKind::Full, ErrorKind::Io}) {
    const std::uint64_t revision = kind == ErrorKind::Full ? 1 : 3;
    commitThing(revision, 1, "before");
    const auto rows = rowsOf(*store_);
    const auto changes = changesOf(*store_);
    backend_->breakDown(kind);
    expectRefused(oneThing(revision + 1, 1, "after"), kind);
    expectRefused(oneThing(revision + 1, 2, "after"), kind);
    // Reading goes on meanwhile.
    EXPECT_EQ(rowsOf(*store_), rows);
    EXPECT_EQ(changesOf(*store_), changes);
    backend_->heal();
    EXPECT_EQ(rowsOf(*store_), rows);
    commitThing(revision + 1, 1, "after");
    reopen();
    ASSERT_EQ(rowsOf(*store_).size(), 1U);
    EXPECT_EQ(rowsOf(*store_)[0].cells[1].bytes, "after");
  }
}

}  // namespace
}  // namespace contract
