#include "db/store/store_thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <semaphore>

#include "db/memory/memory_store.h"

namespace store {
namespace {

using testing::ElementsAre;

constexpr Column kColumns[] = {{"a", ColumnType::Integer}};
constexpr Table kTables[] = {{1, "thing", kColumns}};
constexpr Schema kSchema{kTables};

// A memory store whose commits, readings and idle times can be held at a gate.
class GatedStore final : public Store {
 public:
  Outcome<LoadInfo> load(RowSink& sink) override { return inner_.load(sink); }
  Outcome<std::uint64_t> commit(const Batch& batch, std::uint64_t epoch) override {
    entered_.release();
    gate_.acquire();
    return inner_.commit(batch, epoch);
  }
  Outcome<std::size_t> changesSince(std::uint64_t revision, std::size_t limit, ChangeSink& sink) override {
    return inner_.changesSince(revision, limit, sink);
  }
  Outcome<Lease> lease(LeaseAction action, std::string_view holder, std::chrono::seconds ttl) override {
    return inner_.lease(action, holder, ttl);
  }
  Outcome<std::size_t> prune(const PruneLimits& by, std::size_t limit) override { return inner_.prune(by, limit); }
  Outcome<HistoryInfo> history(const HistoryFilter& filter, ChangeSink& sink) override {
    return inner_.history(filter, sink);
  }
  Outcome<HistoryBase> historyBase(RowSink& sink) override { return inner_.historyBase(sink); }
  Outcome<RowsInfo> rows(const RowFilter& filter, RowSink& sink) override { return inner_.rows(filter, sink); }
  Outcome<BackupInfo> backup(const std::string& path) override { return inner_.backup(path); }

  void waitUntilCommitting() { entered_.acquire(); }
  void letCommit() { gate_.release(); }

 private:
  memory::MemoryStore inner_{kSchema};
  std::binary_semaphore entered_{0};
  std::binary_semaphore gate_{0};
};

Batch batchOf(std::uint64_t revision) {
  Batch batch;
  OpsWriter ops = batch.begin(revision, 0, 0, "", "");
  ops.put(1, 1);
  ops.integer(static_cast<std::int64_t>(revision));
  batch.end();
  return batch;
}

// Completions in the order of their delivery.
class Completions {
 public:
  void operator()(Completion completion) {
    const std::lock_guard lock(mutex_);
    all_.push_back(std::move(completion));
    changed_.notify_all();
  }
  void waitFor(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return all_.size() >= count; });
  }
  std::vector<Completion>& all() { return all_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Completion> all_;
};

TEST(StoreThread, CompletionsComeInOrderWithTheirTicketsAndBatches) {
  memory::MemoryStore store(kSchema);
  ASSERT_TRUE(store.lease(LeaseAction::Acquire, "server", std::chrono::seconds(0)));
  Completions completions;
  {
    StoreThread thread(store, std::ref(completions));
    for (std::uint64_t i = 1; i <= 200; ++i) {
      ASSERT_TRUE(thread.submit(batchOf(i), 1, i + 1000));
      completions.waitFor(i);
    }
  }
  ASSERT_EQ(completions.all().size(), 200U);
  for (std::uint64_t i = 1; i <= 200; ++i) {
    const Completion& completion = completions.all()[i - 1];
    EXPECT_EQ(completion.ticket, i + 1000);
    ASSERT_TRUE(completion.result);
    EXPECT_EQ(*completion.result, i);
    EXPECT_EQ(completion.batch.lastRevision(), i);
  }
}

TEST(StoreThread, AFailureIsDelivered) {
  memory::MemoryStore store(kSchema);
  Completions completions;
  StoreThread thread(store, std::ref(completions));
  ASSERT_TRUE(thread.submit(batchOf(1), 1, 1));
  completions.waitFor(1);
  ASSERT_FALSE(completions.all()[0].result);
  EXPECT_EQ(completions.all()[0].result.error().kind, ErrorKind::Fenced);
}

TEST(StoreThread, TakesOneBatchInFlightAndOneMore) {
  GatedStore store;
  ASSERT_TRUE(store.lease(LeaseAction::Acquire, "server", std::chrono::seconds(0)));
  Completions completions;
  StoreThread thread(store, std::ref(completions));
  ASSERT_TRUE(thread.submit(batchOf(1), 1, 1));
  store.waitUntilCommitting();
  ASSERT_TRUE(thread.submit(batchOf(2), 1, 2));
  Batch third = batchOf(3);
  EXPECT_FALSE(thread.submit(std::move(third), 1, 3));
  EXPECT_EQ(third.size(), 1U);  // NOLINT: a refused batch is left as it is
  store.letCommit();
  completions.waitFor(1);
  store.waitUntilCommitting();
  EXPECT_TRUE(thread.submit(std::move(third), 1, 3));
  store.letCommit();
  completions.waitFor(2);
  store.waitUntilCommitting();
  store.letCommit();
  completions.waitFor(3);
}

TEST(StoreThread, WhatWasAcceptedIsCommittedBeforeTheEnd) {
  GatedStore store;
  ASSERT_TRUE(store.lease(LeaseAction::Acquire, "server", std::chrono::seconds(0)));
  std::vector<Ticket> delivered;
  bool ran = false;
  {
    StoreThread thread(store, [&](Completion completion) {
      EXPECT_TRUE(completion.result);
      delivered.push_back(completion.ticket);
    });
    ASSERT_TRUE(thread.submit(batchOf(1), 1, 1));
    store.waitUntilCommitting();
    ASSERT_TRUE(thread.post([&](Store&) { ran = true; }));
    store.letCommit();
  }
  EXPECT_THAT(delivered, ElementsAre(1));
  EXPECT_TRUE(ran);
}

TEST(StoreThread, ReadingsDoNotWaitForACommitNorACommitForThem) {
  GatedStore store;
  ASSERT_TRUE(store.lease(LeaseAction::Acquire, "server", std::chrono::seconds(0)));
  Completions completions;
  std::binary_semaphore reading{0};
  std::binary_semaphore release{0};
  StoreThread thread(store, std::ref(completions));
  ASSERT_TRUE(thread.submit(batchOf(1), 1, 1));
  store.waitUntilCommitting();
  ASSERT_TRUE(thread.read([&](HistoryReader&) {
    reading.release();
    release.acquire();
  }));
  reading.acquire();
  store.letCommit();
  completions.waitFor(1);
  release.release();
}

TEST(StoreThread, TasksAndReadingsAreBounded) {
  GatedStore store;
  ASSERT_TRUE(store.lease(LeaseAction::Acquire, "server", std::chrono::seconds(0)));
  std::size_t tasks = 0;
  std::size_t readings = 0;
  std::binary_semaphore reading{0};
  std::binary_semaphore release{0};
  {
    StoreThread thread(store, [](Completion) {});
    ASSERT_TRUE(thread.submit(batchOf(1), 1, 1));
    store.waitUntilCommitting();
    for (std::size_t i = 0; i < StoreThread::kMaxTasks; ++i) EXPECT_TRUE(thread.post([&](Store&) { ++tasks; }));
    EXPECT_FALSE(thread.post([&](Store&) { ++tasks; }));
    ASSERT_TRUE(thread.read([&](HistoryReader&) {
      reading.release();
      release.acquire();
    }));
    reading.acquire();
    for (std::size_t i = 0; i < StoreThread::kMaxReads; ++i) {
      EXPECT_TRUE(thread.read([&](HistoryReader&) { ++readings; }));
    }
    EXPECT_FALSE(thread.read([&](HistoryReader&) { ++readings; }));
    release.release();
    store.letCommit();
  }
  EXPECT_EQ(tasks, StoreThread::kMaxTasks);
  EXPECT_EQ(readings, StoreThread::kMaxReads);
}

TEST(StoreThread, ACompletionMaySubmitTheNextBatch) {
  memory::MemoryStore store(kSchema);
  ASSERT_TRUE(store.lease(LeaseAction::Acquire, "server", std::chrono::seconds(0)));
  std::binary_semaphore done{0};
  StoreThread* self = nullptr;
  std::binary_semaphore ready{0};
  StoreThread thread(store, [&](Completion completion) {
    if (completion.ticket == 1) ready.acquire();
    if (completion.ticket == 50) return done.release();
    EXPECT_TRUE(self->submit(batchOf(completion.ticket + 1), 1, completion.ticket + 1));
  });
  self = &thread;
  ASSERT_TRUE(thread.submit(batchOf(1), 1, 1));
  ready.release();
  done.acquire();
}

}  // namespace
}  // namespace store
