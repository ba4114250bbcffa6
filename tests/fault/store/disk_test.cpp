// A disk that is full or fails, at every point of a commit, a checkpoint, a start and a backup.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include "db/sqlite/backup.h"
#include "tests/fault/store/batches.h"
#include "tests/fault/vfs/fault_vfs.h"

namespace fault {
namespace {

using store::ErrorKind;

enum class Trouble { Full, FullTorn, WriteError, SyncError };

// Trouble that begins with the n-th write or sync.
void make(Trouble trouble, int n, Files files = Files::All) {
  switch (trouble) {
    case Trouble::Full:
      return fail({files, n, -1, SQLITE_FULL, 0, false});
    case Trouble::FullTorn:
      return fail({files, n, -1, SQLITE_FULL, 0, true});
    case Trouble::WriteError:
      return fail({files, n, -1, SQLITE_IOERR_WRITE, 0, true});
    case Trouble::SyncError:
      return fail({files, -1, n, 0, SQLITE_IOERR_FSYNC, false});
  }
}

class DiskTest : public testing::TestWithParam<Trouble> {
 protected:
  DiskTest() {
    registerVfs();
    heal();
  }
  ~DiskTest() override {
    store_.reset();
    heal();
  }
  void reopen() {
    store_.reset();
    store_ = openStore(folder_.file("registry.db"), kFaultVfs, epoch_);
    ASSERT_NE(store_, nullptr);
  }
  store::Outcome<std::uint64_t> commit(std::int64_t n) {
    fill(batch_, n);
    return store_->commit(batch_, epoch_);
  }
  void expectKind(ErrorKind kind) const {
    const bool full = GetParam() == Trouble::Full || GetParam() == Trouble::FullTorn;
    EXPECT_EQ(kind, full ? ErrorKind::Full : ErrorKind::Io);
  }

  support::ScratchFolder folder_;
  std::uint64_t epoch_ = 0;
  std::unique_ptr<sqlite::SqliteStore> store_;
  store::Batch batch_;
};

std::string nameOf(const testing::TestParamInfo<Trouble>& trouble) {
  constexpr const char* kNames[] = {"Full", "FullTorn", "WriteError", "SyncError"};
  return kNames[static_cast<int>(trouble.param)];
}
INSTANTIATE_TEST_SUITE_P(Troubles, DiskTest,
                         testing::Values(Trouble::Full, Trouble::FullTorn, Trouble::WriteError, Trouble::SyncError),
                         nameOf);

TEST_P(DiskTest, ACommitThatFailsAtAnyPointLeavesTheOldStateAndServiceResumes) {
  reopen();
  std::int64_t n = 0;
  int failed = 0;
  for (int point = 0; point < 40; ++point) {
    make(GetParam(), point);
    const auto committed = commit(n + 1);
    const bool touched = counts().failures > 0;
    if (!committed) {
      ++failed;
      EXPECT_TRUE(touched);
      expectKind(committed.error().kind);
      EXPECT_EQ(countWhole(*store_), n) << "while the disk fails, at point " << point;
    } else {
      ++n;
    }
    heal();
    ASSERT_EQ(countWhole(*store_), n);
    const auto next = commit(n + 1);
    ASSERT_TRUE(next) << next.error().text;
    ++n;
    if (point % 7 == 0) store_->idle();
    if (point % 5 == 0) reopen();
    ASSERT_EQ(countWhole(*store_), n);
  }
  EXPECT_GE(failed, 1);
}

TEST_F(DiskTest, TheLogOfACommitIsWrittenInOnePiece) {
  reopen();
  ASSERT_TRUE(commit(1));
  heal();
  ASSERT_TRUE(commit(2));
  EXPECT_EQ(counts().writes, 1);
  EXPECT_EQ(counts().syncs, 1);
  reopen();
  EXPECT_EQ(countWhole(*store_), 2);
}

TEST_P(DiskTest, AFailedCheckpointLosesNothing) {
  reopen();
  std::int64_t n = 0;
  for (int point = 0; point < 6; ++point) {
    // Enough for a checkpoint to be due.
    for (int i = 0; i < 350; ++i) ASSERT_TRUE(commit(++n));
    make(GetParam(), point, Files::Database);
    store_->idle();
    EXPECT_GT(counts().writes + counts().syncs, 0) << "no checkpoint was tried";
    const auto committed = commit(n + 1);
    ASSERT_TRUE(committed) << committed.error().text;
    ++n;
    ASSERT_EQ(countWhole(*store_), n);
    // As if the process had been killed now: nothing is written by closing.
    make(GetParam(), 0);
    store_.reset();
    heal();
    reopen();
    ASSERT_EQ(countWhole(*store_), n);
    ASSERT_TRUE(commit(++n));
    store_->idle();
  }
}

TEST_P(DiskTest, AfterAFailureAndARestartEveryBatchIsWholeOrAbsent) {
  reopen();
  std::int64_t n = 0;
  for (int point = 0; point < 30; ++point) {
    make(GetParam(), point);
    const bool committed = commit(n + 1).ok();
    store_.reset();  // the disk still fails
    heal();
    reopen();
    const std::int64_t found = countWhole(*store_);
    // What was refused may turn out to be there after a restart, never the other way round.
    EXPECT_GE(found, committed ? n + 1 : n);
    EXPECT_LE(found, n + 1);
    n = found;
    ASSERT_TRUE(commit(n + 1));
    ++n;
  }
}

TEST_P(DiskTest, AFailedLeaseOrPruneChangesNothing) {
  reopen();
  for (std::int64_t n = 1; n <= 5; ++n) ASSERT_TRUE(commit(n));
  make(GetParam(), 0);
  const auto pruned = store_->prune({4}, 100);
  ASSERT_FALSE(pruned);
  expectKind(pruned.error().kind);
  const auto lease = store_->lease(store::LeaseAction::Acquire, "test", std::chrono::seconds(0));
  ASSERT_FALSE(lease);
  expectKind(lease.error().kind);
  heal();
  EXPECT_EQ(countWhole(*store_), 5);
  EXPECT_TRUE(commit(6));
  EXPECT_TRUE(store_->prune({4}, 100));
}

TEST_P(DiskTest, ANewDatabaseThatCannotBeWrittenIsNotHalfThere) {
  for (int point = 0; point < 30; ++point) {
    support::ScratchFolder folder;
    sqlite::Options options;
    options.path = folder.file("registry.db");
    options.schema = kSchema;
    options.vfs = kFaultVfs;
    make(GetParam(), point);
    const bool made = sqlite::SqliteStore::open(options).ok();
    heal();
    std::uint64_t epoch = 0;
    auto store = openStore(options.path, kFaultVfs, epoch);
    ASSERT_NE(store, nullptr) << "point " << point << (made ? ", made" : ", refused");
    EXPECT_EQ(countWhole(*store), 0);
  }
}

TEST_P(DiskTest, ABackupThatFailsLeavesTheFormerBackup) {
  reopen();
  for (std::int64_t n = 1; n <= 20; ++n) ASSERT_TRUE(commit(n));
  const std::string path = folder_.file("backup");
  ASSERT_TRUE(store_->backup(path));
  ASSERT_TRUE(commit(21));
  make(GetParam(), 3, Files::Database);
  const auto made = store_->backup(path);
  // SQLite itself syncs nothing here: the backup is made durable by other means.
  if (GetParam() != Trouble::SyncError) {
    ASSERT_FALSE(made);
    expectKind(made.error().kind);
  }
  heal();
  EXPECT_FALSE(std::filesystem::exists(path + ".incomplete"));
  sqlite::Options options;
  options.path = path;
  options.schema = kSchema;
  const auto verified = sqlite::verify(options);
  ASSERT_TRUE(verified) << verified.error().text;
  EXPECT_EQ(verified->revision, made ? 42U : 40U);
  EXPECT_TRUE(commit(22));
}

}  // namespace
}  // namespace fault
