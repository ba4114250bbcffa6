#include "isns-server/app/readings.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace app {
namespace {

// The store's reading thread, turned by the test.
struct Protocol final : ProtocolLink {
  bool carryOut(core::ManagedChange) override { return false; }
  bool lockDomains(base::IdSet, base::IdSet) override { return false; }
  bool guardNames(std::shared_ptr<const core::NameGuards>) override { return false; }
  bool read(store::StoreThread::Reading reading) override {
    if (full) return false;
    queued.push_back(std::move(reading));
    return true;
  }
  void runOne() {
    const auto next = std::move(queued.front());
    queued.pop_front();
    next(reader);
  }

  struct Reader final : store::HistoryReader {
    store::Outcome<store::HistoryInfo> history(const store::HistoryFilter&, store::ChangeSink&) override {
      return store::HistoryInfo{};
    }
    store::Outcome<store::RowsInfo> rows(const store::RowFilter&, store::RowSink&) override {
      return store::RowsInfo{};
    }
    store::Outcome<store::HistoryBase> historyBase(store::RowSink&) override { return store::HistoryBase{}; }
    store::Outcome<store::BackupInfo> backup(const std::string&) override { return store::BackupInfo{}; }
  } reader;
  std::deque<store::StoreThread::Reading> queued;
  bool full = false;
};

struct ReadingsTest : testing::Test {
  Protocol protocol;
  std::deque<std::function<void()>> posted;  // to the server's thread
  Readings readings{protocol, [this](std::function<void()> work) { posted.push_back(std::move(work)); }};
  std::string done;

  [[nodiscard]] bool read(char name) {
    return readings.read([this, name](store::HistoryReader&) { done += name; });
  }
};

TEST_F(ReadingsTest, runInTheirOrder) {
  EXPECT_TRUE(read('a') && read('b'));
  protocol.runOne();
  EXPECT_EQ(done, "a");
  protocol.runOne();
  EXPECT_EQ(done, "ab");
}

TEST_F(ReadingsTest, whatTheStoreRefusesIsNotKept) {
  EXPECT_TRUE(read('a'));
  protocol.full = true;
  EXPECT_FALSE(read('b'));
  protocol.full = false;
  EXPECT_TRUE(read('c'));
  protocol.runOne();
  protocol.runOne();
  EXPECT_EQ(done, "ac");
}

TEST_F(ReadingsTest, afterTheEndNoneRunsAndNoneIsTaken) {
  auto held = std::make_shared<int>();
  ASSERT_TRUE(readings.read([this, held](store::HistoryReader&) { done += "late"; }));
  readings.end();
  EXPECT_EQ(held.use_count(), 1) << "what waited has been let go";
  EXPECT_FALSE(read('b'));
  protocol.runOne();
  EXPECT_EQ(done, "");
}

TEST_F(ReadingsTest, oneThatRanIsLetGoOnTheServersThread) {
  auto held = std::make_shared<int>();
  ASSERT_TRUE(readings.read([held](store::HistoryReader&) {}));
  protocol.runOne();
  EXPECT_EQ(held.use_count(), 2);
  posted.clear();
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(ReadingsTest, theStoreMayKeepItsQueueForLongerThanTheServerLives) {
  {
    Readings gone(protocol, [](const std::function<void()>&) {});
    ASSERT_TRUE(gone.read([this](store::HistoryReader&) { done += "late"; }));
  }
  protocol.runOne();
  EXPECT_EQ(done, "");
}

TEST_F(ReadingsTest, theEndWaitsForTheOneThatRunsAndANewOneDoesNot) {
  std::atomic<bool> runs = false;
  std::atomic<bool> mayEnd = false;
  std::atomic<bool> ended = false;
  ASSERT_TRUE(readings.read([&](store::HistoryReader&) {
    runs = true;
    while (!mayEnd) std::this_thread::yield();
    ended = true;
  }));
  std::thread store([&] { protocol.runOne(); });
  while (!runs) std::this_thread::yield();
  EXPECT_TRUE(read('b')) << "the loop is not held up by it";
  std::thread release([&] { mayEnd = true; });
  readings.end();
  EXPECT_TRUE(ended);
  store.join();
  release.join();
}

}  // namespace
}  // namespace app
