// Contract: changes since a revision, history, pruning.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/contract/store/store_contract.h"

namespace contract {
namespace {

using store::ErrorKind;
using testing::ElementsAre;
using testing::IsEmpty;

class HistoryContract : public StoreContract {
 protected:
  // Revisions 1 to 6; time ten times the revision; kind 1 for odd and 2 for even; origin a for 1 to 3, else b.
  void SetUp() override {
    StoreContract::SetUp();
    store::Batch batch;
    for (std::uint64_t i = 1; i <= 6; ++i) {
      store::OpsWriter ops =
          batch.begin(i, static_cast<std::int64_t>(i) * 10, i % 2 == 0 ? 2 : 1, i <= 3 ? "a" : "b", "");
      putThing(ops, static_cast<std::int64_t>(i), 0, "thing");
      batch.end();
    }
    ASSERT_TRUE(store_->commit(batch, epoch_));
  }
  std::vector<std::uint64_t> page(const store::HistoryFilter& filter, bool more = false) {
    ChangesOf sink;
    const auto info = store_->history(filter, sink);
    if (!info) {
      ADD_FAILURE() << info.error().text;
      return {};
    }
    EXPECT_EQ(info->count, sink.changes.size());
    EXPECT_EQ(info->more, more);
    return sink.revisions();
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, HistoryContract, testing::ValuesIn(backendKinds()), nameOf);

TEST_P(HistoryContract, ChangesSinceGivesLaterChangesInOrder) {
  ChangesOf sink;
  const auto count = store_->changesSince(4, 100, sink);
  ASSERT_TRUE(count);
  EXPECT_EQ(*count, 2U);
  EXPECT_THAT(sink.revisions(), ElementsAre(5, 6));
}

TEST_P(HistoryContract, ChangesSinceStopsAtTheLimitAndWhenTheSinkSaysSo) {
  ChangesOf limited;
  ASSERT_TRUE(store_->changesSince(0, 2, limited));
  EXPECT_THAT(limited.revisions(), ElementsAre(1, 2));
  ChangesOf stopped;
  stopped.stopAfter = 3;
  const auto count = store_->changesSince(0, 100, stopped);
  ASSERT_TRUE(count);
  EXPECT_EQ(*count, 3U);
  EXPECT_THAT(stopped.revisions(), ElementsAre(1, 2, 3));
  ChangesOf none;
  ASSERT_TRUE(store_->changesSince(std::numeric_limits<std::uint64_t>::max(), 100, none));
  EXPECT_THAT(none.changes, IsEmpty());
}

TEST_P(HistoryContract, HistoryGivesTheNewestFirstUnlessAskedOtherwise) {
  store::HistoryFilter filter;
  EXPECT_THAT(page(filter), ElementsAre(6, 5, 4, 3, 2, 1));
  filter.newestFirst = false;
  EXPECT_THAT(page(filter), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST_P(HistoryContract, APageSaysWhetherThereIsMore) {
  store::HistoryFilter filter;
  filter.limit = 4;
  EXPECT_THAT(page(filter, true), ElementsAre(6, 5, 4, 3));
  filter.lastRevision = 2;
  EXPECT_THAT(page(filter), ElementsAre(2, 1));
  filter.limit = 2;
  EXPECT_THAT(page(filter), ElementsAre(2, 1));
}

TEST_P(HistoryContract, AllConditionsHoldTogether) {
  store::HistoryFilter filter;
  filter.firstRevision = 2;
  filter.lastTime = 50;
  EXPECT_THAT(page(filter), ElementsAre(5, 4, 3, 2));
  filter.kind = 2;
  EXPECT_THAT(page(filter), ElementsAre(4, 2));
  filter.origin = "b";
  EXPECT_THAT(page(filter), ElementsAre(4));
  filter.firstTime = 41;
  EXPECT_THAT(page(filter), IsEmpty());
}

TEST_P(HistoryContract, ASinkCanEndAPage) {
  ChangesOf sink;
  sink.stopAfter = 2;
  const auto info = store_->history({}, sink);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->count, 2U);
}

TEST_P(HistoryContract, PruningForgetsOldChangesAndKeepsRows) {
  const auto rows = rowsOf(*store_);
  const auto pruned = store_->prune({40}, 100);
  ASSERT_TRUE(pruned) << pruned.error().text;
  EXPECT_EQ(*pruned, 3U);
  reopen();
  EXPECT_EQ(rowsOf(*store_), rows);
  ChangesOf sink;
  const auto info = store_->history({}, sink);
  ASSERT_TRUE(info);
  EXPECT_THAT(sink.revisions(), ElementsAre(6, 5, 4));
  EXPECT_EQ(info->completeSince, 3U);
  EXPECT_EQ(info->completeSinceTime, 30);
}

TEST_P(HistoryContract, WithoutPruningTheHistoryBuildsOnNothing) {
  RowsOf before;
  const auto base = store_->historyBase(before);
  ASSERT_TRUE(base);
  EXPECT_EQ(base->revision, 0U);
  EXPECT_THAT(before.rows, IsEmpty());
}

TEST_P(HistoryContract, ThePrunedHistoryBuildsOnTheRowsOfThen) {
  store::Batch batch;
  store::OpsWriter ops = begin(batch, 7);
  putThing(ops, 40, 1, "goes");
  putThing(ops, 41, 1, "stays");
  ops.put(kNote, 1);
  ops.text("not loaded");
  batch.end();
  store::OpsWriter more = begin(batch, 8);
  more.erase(kThing, 40);
  putThing(more, 41, 2, "stays");
  batch.end();
  ASSERT_TRUE(store_->commit(batch, epoch_));
  const auto then = rowsOf(*store_);
  commitThing(9, 41, "another");
  commitThing(10, 42, "later");
  ASSERT_EQ(*store_->prune({85}, 3), 3U);  // in two calls
  ASSERT_EQ(*store_->prune({85}, 100), 5U);
  reopen();
  RowsOf before;
  const auto base = store_->historyBase(before);
  ASSERT_TRUE(base) << base.error().text;
  EXPECT_EQ(base->revision, 8U);
  EXPECT_EQ(base->time, 80);
  EXPECT_EQ(before.rows, then);
}

// A clock that was ahead wrote 8 and 9, one that was behind 12: they stand between others.
TEST_P(HistoryContract, WrongClocksNeitherStopPruningNorMakeAnythingOld) {
  const auto at = [&](std::uint64_t revision, std::int64_t time) {
    store::Batch batch;
    store::OpsWriter ops = batch.begin(revision, time, 1, "a", "");
    putThing(ops, 50, static_cast<std::int64_t>(revision), "thing");
    batch.end();
    ASSERT_TRUE(store_->commit(batch, epoch_));
  };
  at(7, 70);
  at(8, 9000);
  at(9, 9001);
  at(10, 80);
  const auto then = rowsOf(*store_);
  at(11, 300);
  at(12, 20);
  at(13, 310);
  const store::PruneLimits by{100, 400, 5};
  ASSERT_EQ(*store_->prune(by, 9), 9U);
  ASSERT_EQ(*store_->prune(by, 9), 1U);
  ASSERT_EQ(*store_->prune(by, 9), 0U);
  reopen();
  RowsOf before;
  const auto base = store_->historyBase(before);
  ASSERT_TRUE(base) << base.error().text;
  EXPECT_EQ(base->revision, 10U);
  EXPECT_EQ(base->time, 80);
  EXPECT_EQ(before.rows, then);
  EXPECT_THAT(page({}), ElementsAre(13, 12, 11));
}

TEST_P(HistoryContract, PruningStopsAtItsLimit) {
  const auto pruned = store_->prune({1000}, 2);
  ASSERT_TRUE(pruned);
  EXPECT_EQ(*pruned, 2U);
  EXPECT_THAT(page({}), ElementsAre(6, 5, 4, 3));
}

TEST_P(HistoryContract, PruningEverythingKeepsTheRevisionCounter) {
  const auto pruned = store_->prune({1000}, 100);
  ASSERT_TRUE(pruned);
  EXPECT_EQ(*pruned, 5U);
  reopen();
  RowsOf sink;
  const auto loaded = store_->load(sink);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->revision, 6U);
  expectRefused(oneThing(6, 1, "again"), ErrorKind::Invalid);
}

TEST_P(HistoryContract, ChangesSinceSaysWhenTheyArePruned) {
  ASSERT_TRUE(store_->prune({40}, 100));
  ChangesOf gone;
  const auto refused = store_->changesSince(2, 100, gone);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Gone);
  ChangesOf there;
  ASSERT_TRUE(store_->changesSince(3, 100, there));
  EXPECT_THAT(there.revisions(), ElementsAre(4, 5, 6));
}

TEST_P(HistoryContract, HistoryCanBeReadByAnotherThreadWhileCommitsGoOn) {
  std::atomic<bool> done = false;
  std::thread reader([&] {
    std::size_t last = 0;
    while (!done) {
      const std::size_t now = changesOf(*store_).size();
      EXPECT_GE(now, last);
      last = now;
    }
  });
  for (std::uint64_t i = 7; i < 100; ++i) commitThing(i, 1, "thing");
  done = true;
  reader.join();
  EXPECT_EQ(changesOf(*store_).size(), 99U);
}

}  // namespace
}  // namespace contract
