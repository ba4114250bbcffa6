#include "db/sqlite/backup.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "shared/base/revisions.h"
#include "tests/unit/sqlite/sqlite_fixture.h"

namespace sqlite {
namespace {

namespace fs = std::filesystem;

using store::ErrorKind;
using testing::HasSubstr;

constexpr RestoreMark kMark{77, "restorer"};

// "5: kind 1 by origin, 23 bytes", the newest last.
struct ChangeTexts final : store::ChangeSink {
  std::vector<std::string> texts;
  bool change(const store::Change& change) override {
    texts.push_back(std::to_string(change.revision) + ": kind " + std::to_string(change.kind) + " by " +
                    std::string(change.origin) + ", " + std::to_string(change.ops.size()) + " bytes");
    return true;
  }
};

// No file may grow beyond this meanwhile, as on a disk that is full.
class LargestFile {
 public:
  explicit LargestFile(std::uint64_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
    const struct rlimit limit { bytes, before_.rlim_max };
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  ~LargestFile() {
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before_), 0);
    (void)std::signal(SIGXFSZ, handler_);
  }
  LargestFile(const LargestFile&) = delete;
  LargestFile& operator=(const LargestFile&) = delete;

 private:
  struct rlimit before_ {};
  void (*handler_)(int);
};

class BackupTest : public SqliteFixture {
 protected:
  Options optionsFor(const std::string& name) {
    Options options = options_;
    options.path = path(name);
    return options;
  }
  VerifyInfo verified(const std::string& name) {
    const auto info = verify(optionsFor(name));
    EXPECT_TRUE(info) << info.error().text;
    return info ? *info : VerifyInfo{};
  }
  [[nodiscard]] std::vector<std::string> besideDatabase() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path(""))) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("registry.db")) names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
  }
};

TEST_F(BackupTest, ABackupIsOneCompleteFile) {
  auto store = opened();
  putThings(*store, 1, 300);
  const auto made = store->backup(path("backup"));
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_EQ(made->revision, 300U);
  EXPECT_EQ(made->bytes, std::filesystem::file_size(path("backup")));
  EXPECT_FALSE(isThere("backup-wal"));
  EXPECT_FALSE(isThere("backup-journal"));
  EXPECT_FALSE(isThere("backup.incomplete"));
  const VerifyInfo info = verified("backup");
  EXPECT_EQ(info.version, migrations::kPlan.version);
  EXPECT_EQ(info.created, 1'700'000'000);
  EXPECT_EQ(info.revision, 300U);
  EXPECT_EQ(info.rows, 300U);
  EXPECT_EQ(info.changes, 300U);
  EXPECT_FALSE(isThere("backup-shm"));
  // "The Database File Format", 1.3: who reads it need not look for a log.
  EXPECT_EQ(contentOf(path("backup")).substr(18, 2), "\x01\x01");
}

TEST_F(BackupTest, ABackupReplacesAnEarlierOneAndNeverTheDatabase) {
  auto store = opened();
  putThings(*store, 1, 1);
  ASSERT_TRUE(store->backup(path("backup")));
  putThings(*store, 2, 2);
  ASSERT_TRUE(store->backup(path("backup")));
  EXPECT_EQ(verified("backup").rows, 2U);
  const auto self = store->backup(path("./registry.db"));
  ASSERT_FALSE(self);
  EXPECT_EQ(self.error().kind, ErrorKind::Invalid);
  EXPECT_EQ(rowsOf(*store).size(), 2U);
}

TEST_F(BackupTest, BackupsMadeWhileCommitsGoOnAreEachOfOneMoment) {
  auto store = opened();
  // More pages than one step copies: a copy that began anew after each commit would never end.
  putThings(*store, 1, 20'000, std::string(100, 'n'));
  std::atomic<bool> done = false;
  std::thread maker([&] {
    for (int i = 0; i < 5; ++i) {
      const auto made = store->backup(path("backup-" + std::to_string(i)));
      EXPECT_TRUE(made) << made.error().text;
    }
    done = true;
  });
  // Each commit adds one row and one change: a copy of one moment holds as many of the one as of the other.
  std::int64_t id = 20'000;
  while (!done) {
    ++id;
    putThings(*store, id, id);
    store->idle();
  }
  maker.join();
  for (int i = 0; i < 5; ++i) {
    const VerifyInfo info = verified("backup-" + std::to_string(i));
    EXPECT_EQ(info.rows, info.changes);
    EXPECT_EQ(info.rows, info.revision);
  }
}

TEST_F(BackupTest, AnImpossiblePlaceIsReportedAndNothingIsLeft) {
  auto store = opened();
  const auto made = store->backup(path("nowhere/backup"));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::Io);
  EXPECT_THAT(made.error().text, HasSubstr("nowhere/backup"));
}

TEST_F(BackupTest, TheDatabaseItselfCanBeVerifiedWhileItIsServed) {
  auto store = opened();
  putThings(*store, 1, 10);
  EXPECT_EQ(verified("registry.db").rows, 10U);
}

// POSIX drops a process's locks on a file when it closes any descriptor of it.
TEST_F(BackupTest, VerifyingTheServedDatabaseKeepsTheServersLocks) {
  auto store = opened();
  putThings(*store, 1, 10);
  const auto locks = [&] {
    struct stat info {};
    EXPECT_EQ(::stat(options_.path.c_str(), &info), 0);
    const std::string ours = ' ' + std::to_string(::getpid()) + ' ';
    const std::string file = ':' + std::to_string(info.st_ino) + ' ';
    std::ifstream all("/proc/locks");
    int count = 0;
    for (std::string line; std::getline(all, line);) {
      if (line.find(ours) != std::string::npos && line.find(file) != std::string::npos) ++count;
    }
    return count;
  };
  ASSERT_GT(locks(), 0);
  verified("registry.db");
  ASSERT_TRUE(store->backup(path("backup")));
  ASSERT_FALSE(store->backup(options_.path));
  EXPECT_GT(locks(), 0);
}

TEST_F(BackupTest, FilesAreNotForEverybodyToRead) {
  auto store = opened();
  putThings(*store, 1, 1);
  ASSERT_TRUE(store->backup(path("backup")));
  for (const char* name : {"registry.db", "registry.db-wal", "registry.db.lock", "backup"}) {
    const auto rights = std::filesystem::status(path(name)).permissions();
    EXPECT_EQ(rights & std::filesystem::perms::others_all, std::filesystem::perms::none) << name;
  }
}

TEST_F(BackupTest, AFileThatIsNoBackupIsNotVerified) {
  for (const std::string& content : {std::string(), std::string("hello"), std::string(8192, 'x')}) {
    write(path("backup"), content);
    EXPECT_FALSE(verify(optionsFor("backup")));
  }
  EXPECT_FALSE(verify(optionsFor("missing")));
}

TEST_F(BackupTest, VerifyingFindsWhatAStartWouldNotRead) {
  auto store = opened();
  for (std::int64_t id = 1; id <= 3000; id += 1000) putThings(*store, id, id + 999);
  ASSERT_TRUE(store->backup(path("backup")));
  const std::string whole = contentOf(path("backup"));
  std::size_t noticed = 0;
  for (std::size_t page = 1; page < whole.size() / 4096; ++page) {
    std::string content = whole;
    std::fill_n(content.begin() + static_cast<long>(page * 4096), 4096, '\xFF');
    write(path("backup"), content);
    const auto info = verify(optionsFor("backup"));
    if (!info && info.error().kind == ErrorKind::Damaged) ++noticed;
    EXPECT_EQ(contentOf(path("backup")), content);
  }
  EXPECT_EQ(noticed, whole.size() / 4096 - 1);
}

TEST_F(BackupTest, VerifyingFindsWhatNoReadingOfRowsTouches) {
  auto store = opened();
  putThings(*store, 1, 3000);
  ASSERT_TRUE(store->prune({1'000'000}, 2900));
  ASSERT_TRUE(store->backup(path("backup")));
  verified("backup");
  std::string content = contentOf(path("backup"));
  ASSERT_NE(content.substr(32, 4), std::string(4, '\0')) << "there are no free pages";
  content.replace(32, 4, std::string("\0\xFF\xFF\xFF", 4));
  write(path("backup"), content);
  const auto info = verify(optionsFor("backup"));
  ASSERT_FALSE(info);
  EXPECT_EQ(info.error().kind, ErrorKind::Damaged);
}

TEST_F(BackupTest, ARestoredBackupIsServedAndTheFormerDatabaseIsKept) {
  {
    auto store = opened();
    putThings(*store, 1, 5);
    ASSERT_TRUE(store->backup(path("backup")));
    putThings(*store, 6, 9);
  }
  const auto restored = restore(path("backup"), options_, kMark);
  ASSERT_TRUE(restored) << restored.error().text;
  EXPECT_EQ(restored->verified.rows, 5U);
  {
    auto store = opened();
    EXPECT_EQ(rowsOf(*store).size(), 5U);
    revision_ = restored->revision;
    putThings(*store, 6, 6);
  }
  EXPECT_EQ(restored->replaced, path("registry.db.replaced-1700000000"));
  options_.path = restored->replaced;
  auto former = opened();
  EXPECT_EQ(rowsOf(*former).size(), 9U);
}

TEST_F(BackupTest, RevisionsAfterARestoreAreNoneThatTheFormerDatabaseHad) {
  {
    auto store = opened();
    putThings(*store, 1, 5);
    ASSERT_TRUE(store->backup(path("backup")));
    putThings(*store, 6, 9);
  }
  const auto restored = restore(path("backup"), options_, kMark);
  ASSERT_TRUE(restored) << restored.error().text;
  EXPECT_EQ(restored->verified.revision, 5U);
  EXPECT_EQ(restored->revision, 9 + base::kRevisionsLeftOut);
  auto store = opened();
  TextRows rows;
  const auto loaded = store->load(rows);
  ASSERT_TRUE(loaded) << loaded.error().text;
  EXPECT_EQ(loaded->revision, restored->revision);
  ChangeTexts history;
  ASSERT_TRUE(store->changesSince(5, 10, history));
  EXPECT_THAT(history.texts, testing::ElementsAre("1000000009: kind 77 by restorer, 0 bytes"));
}

TEST_F(BackupTest, ASecondRestoreOfOneBackupGivesNoRevisionOutTwice) {
  {
    auto store = opened();
    putThings(*store, 1, 5);
    ASSERT_TRUE(store->backup(path("backup")));
  }
  const auto first = restore(path("backup"), options_, kMark);
  ASSERT_TRUE(first) << first.error().text;
  {
    auto store = opened();
    revision_ = first->revision;
    putThings(*store, 6, 8);
  }
  const auto second = restore(path("backup"), options_, kMark);
  ASSERT_TRUE(second) << second.error().text;
  EXPECT_EQ(second->revision, first->revision + 3 + base::kRevisionsLeftOut);
}

TEST_F(BackupTest, ARestoreAfterOneThatWasInterruptedGivesNoRevisionOutTwice) {
  {
    auto store = opened();
    putThings(*store, 1, 5);
    ASSERT_TRUE(store->backup(path("backup")));
  }
  const auto first = restore(path("backup"), options_, kMark);
  ASSERT_TRUE(first) << first.error().text;
  // The former database has gone aside, and the copy has not yet taken its place.
  fs::rename(path("registry.db"), path("registry.db.new"));
  const auto second = restore(path("backup"), options_, kMark);
  ASSERT_TRUE(second) << second.error().text;
  EXPECT_EQ(second->revision, first->revision + base::kRevisionsLeftOut);
}

TEST_F(BackupTest, ARestoreAfterOneThatWasInterruptedPutsTheFormerDatabaseBesideItsLog) {
  {
    auto store = opened();  // never loaded, so that closing leaves the log
    putThings(*store, 1, 5);
    ASSERT_TRUE(store->backup(path("backup")));
    putThings(*store, 6, 9);
  }
  // The log has gone aside, the database has not.
  std::ofstream(path("registry.db.restoring")) << path("registry.db.replaced-1600000000");
  fs::rename(path("registry.db-wal"), path("registry.db.replaced-1600000000-wal"));
  const auto restored = restore(path("backup"), options_, kMark);
  ASSERT_TRUE(restored) << restored.error().text;
  EXPECT_EQ(restored->replaced, path("registry.db.replaced-1600000000"));
  options_.path = restored->replaced;
  auto former = opened();
  EXPECT_EQ(rowsOf(*former).size(), 9U);
}

TEST_F(BackupTest, AFormerDatabaseThatCannotBeReadDoesNotKeepABackupFromItsPlace) {
  {
    auto store = opened();
    putThings(*store, 1, 5);
    ASSERT_TRUE(store->backup(path("backup")));
  }
  for (const char* name : {"registry.db-wal", "registry.db-shm"}) fs::remove(path(name));
  std::ofstream(path("registry.db"), std::ios::binary) << "this is no database";
  const auto restored = restore(path("backup"), options_, kMark);
  ASSERT_TRUE(restored) << restored.error().text;
  EXPECT_EQ(restored->revision, 5 + base::kRevisionsLeftOut);
}

TEST_F(BackupTest, ARestoreTakesTheLogOfTheFormerDatabaseAway) {
  {
    auto store = opened();  // never loaded, so that closing leaves the log
    putThings(*store, 1, 5);
    ASSERT_TRUE(store->backup(path("backup")));
    putThings(*store, 6, 9);
  }
  ASSERT_TRUE(isThere("registry.db-wal"));
  ASSERT_TRUE(restore(path("backup"), options_, kMark));
  EXPECT_FALSE(isThere("registry.db-wal"));
  auto store = opened();
  EXPECT_EQ(rowsOf(*store).size(), 5U);
  options_.path = path("registry.db.replaced-1700000000");
  auto former = opened();
  EXPECT_EQ(rowsOf(*former).size(), 9U);
}

TEST_F(BackupTest, ADatabaseThatARestoreHasSetAsideIsRestoredWithItsLog) {
  {
    auto store = opened();  // never loaded, so that closing leaves the log
    putThings(*store, 1, 5);
    ASSERT_TRUE(store->backup(path("backup")));
    putThings(*store, 6, 9);
  }
  const auto restored = restore(path("backup"), options_, kMark);
  ASSERT_TRUE(restored);
  ASSERT_TRUE(isThere("registry.db.replaced-1700000000-wal"));
  options_.clock = [] { return std::int64_t{1'700'000'100}; };
  ASSERT_TRUE(restore(restored->replaced, options_, kMark));
  auto store = opened();
  EXPECT_EQ(rowsOf(*store).size(), 9U);
}

TEST_F(BackupTest, ABackupCanBeRestoredWhereThereIsNoDatabase) {
  ASSERT_TRUE(opened()->backup(path("backup")));
  options_.path = path("other.db");
  const auto restored = restore(path("backup"), options_, kMark);
  ASSERT_TRUE(restored) << restored.error().text;
  EXPECT_EQ(restored->replaced, "");
  opened();
}

TEST_F(BackupTest, WhatARestoreMakesIsMadeThroughNoLinkThatIsThere) {
  {
    auto store = opened();  // never loaded, so that closing leaves the log, and a copy is made page by page
    putThings(*store, 1, 5);
    ASSERT_TRUE(store->backup(path("backup")));
  }
  ASSERT_TRUE(isThere("registry.db-wal"));
  write(path("somebodys"), "of somebody else");
  const std::string own = options_.path;
  for (const std::string& from : {path("backup"), own}) {
    options_.path = path("restored.db");
    for (const char* name : {"restored.db.new", "restored.db.new.incomplete", "restored.db.restoring"}) {
      std::filesystem::create_symlink(path("somebodys"), path(name));
    }
    const auto restored = restore(from, options_, kMark);
    ASSERT_TRUE(restored) << restored.error().text;
    EXPECT_EQ(contentOf(path("somebodys")), "of somebody else");
    EXPECT_EQ(rowsOf(*opened()).size(), 5U);
    std::filesystem::remove(path("restored.db.new.incomplete"));
  }
}

TEST_F(BackupTest, ARestoreThatFailsInTheMiddleLeavesNothingBesideTheDatabase) {
  {
    auto store = opened();
    putThings(*store, 1, 5000);
    rowsOf(*store);  // closing takes the log into it
    ASSERT_TRUE(store->backup(path("backup")));
    options_.path = path("backup");
    tamper("CREATE TRIGGER no BEFORE INSERT ON change BEGIN SELECT RAISE(ABORT, 'no'); END");
    options_.path = path("registry.db");
  }
  const std::vector<std::string> before = besideDatabase();
  ASSERT_GT(std::filesystem::file_size(path("backup")), 200'000U);
  for (const std::uint64_t room : {100'000U, 100'000'000U}) {  // the copy fails, or the mark that is added to it
    const LargestFile limit(room);
    EXPECT_FALSE(restore(path("backup"), options_, kMark)) << room;
    EXPECT_EQ(besideDatabase(), before) << room;
  }
  EXPECT_EQ(rowsOf(*opened()).size(), 5000U);
}

TEST_F(BackupTest, ADamagedBackupIsNotRestored) {
  {
    auto store = opened();
    putThings(*store, 1, 5);
    ASSERT_TRUE(store->backup(path("backup")));
  }
  std::string content = contentOf(path("backup"));
  content.resize(content.size() - 4096);
  write(path("backup"), content);
  const auto restored = restore(path("backup"), options_, kMark);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().kind, ErrorKind::Damaged);
  EXPECT_THAT(restored.error().text, HasSubstr(path("backup")));
  auto store = opened();
  EXPECT_EQ(rowsOf(*store).size(), 5U);
}

TEST_F(BackupTest, ADatabaseThatIsServedIsNotReplaced) {
  auto store = opened();
  putThings(*store, 1, 5);
  ASSERT_TRUE(store->backup(path("backup")));
  const auto restored = restore(path("backup"), options_, kMark);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().kind, ErrorKind::Busy);
  putThings(*store, 6, 6);
}

TEST_F(BackupTest, AfterAnInterruptedRestoreTheServerWaitsForItToBeRunAgain) {
  ASSERT_TRUE(opened()->backup(path("backup")));
  std::filesystem::rename(options_.path, path("registry.db.replaced-1"));
  write(path("registry.db.restoring"), "");
  EXPECT_THAT(refusal().text, HasSubstr("restore"));
  EXPECT_FALSE(isThere("registry.db"));
  ASSERT_TRUE(restore(path("backup"), options_, kMark));
  opened();
}

}  // namespace
}  // namespace sqlite
