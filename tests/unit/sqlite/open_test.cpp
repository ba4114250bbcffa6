// Opening: what is made, what is refused, and that nothing is touched that is refused.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/sqlite/sqlite_fixture.h"

namespace sqlite {
namespace {

using store::ErrorKind;
using testing::HasSubstr;

using OpenTest = SqliteFixture;

TEST_F(OpenTest, ANewDatabaseIsMadeAsOneCompleteFile) {
  opened();
  EXPECT_TRUE(isThere("registry.db"));
  EXPECT_FALSE(isThere("registry.db.new"));
  const std::string header = contentOf(options_.path).substr(0, 100);
  EXPECT_EQ(header.substr(68, 4), "SAN1");
}

TEST_F(OpenTest, AnUnfinishedNewDatabaseIsMadeAnew) {
  write(path("registry.db.new"), "half of something");
  opened();
  EXPECT_FALSE(isThere("registry.db.new"));
}

TEST_F(OpenTest, ASecondServerIsRefusedWithTheProcessThatHasTheDatabase) {
  auto first = opened();
  const store::Error error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::Busy);
  EXPECT_THAT(error.text, HasSubstr("process " + std::to_string(::getpid())));
  EXPECT_THAT(error.text, HasSubstr(options_.path));
  first.reset();
  opened();
}

TEST_F(OpenTest, TheLockEndsWithTheProcessThatHeldIt) {
  opened();  // so that the child only opens
  int channel[2];
  ASSERT_EQ(::pipe(channel), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto store = SqliteStore::open(options_);
    (void)!::write(channel[1], store ? "y" : "n", 1);
    ::pause();
    ::_exit(0);
  }
  char answer = 0;
  ASSERT_EQ(::read(channel[0], &answer, 1), 1);
  ASSERT_EQ(answer, 'y');
  EXPECT_THAT(refusal().text, HasSubstr("process " + std::to_string(child)));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(channel[0]);
  ::close(channel[1]);
  opened();
}

TEST_F(OpenTest, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  for (const std::string& content : {std::string(), std::string("hello"), std::string(8192, 'x')}) {
    write(options_.path, content);
    const store::Error error = refusal();
    EXPECT_EQ(error.kind, ErrorKind::Damaged);
    EXPECT_THAT(error.text, HasSubstr(options_.path));
    EXPECT_THAT(error.text, HasSubstr("restore"));
    EXPECT_EQ(contentOf(options_.path), content);
  }
}

TEST_F(OpenTest, TheRestoreHintIsTheApplications) {
  write(options_.path, "");
  options_.restoreHint = "Run sanctl restore.";
  EXPECT_THAT(refusal().text, HasSubstr("Run sanctl restore."));
}

TEST_F(OpenTest, AnotherProgramsDatabaseIsRefused) {
  tamper("CREATE TABLE t(a)");
  const std::string before = contentOf(options_.path);
  EXPECT_EQ(refusal().kind, ErrorKind::Unsupported);
  EXPECT_EQ(contentOf(options_.path), before);
}

TEST_F(OpenTest, ALogWithoutItsDatabaseIsRefused) {
  write(options_.path + "-wal", "something");
  EXPECT_EQ(refusal().kind, ErrorKind::Damaged);
  EXPECT_FALSE(isThere("registry.db"));
  EXPECT_EQ(contentOf(options_.path + "-wal"), "something");
}

TEST_F(OpenTest, ANewerVersionIsRefusedWithBothVersions) {
  const std::string newer = std::to_string(migrations::kPlan.version + 1);
  opened();
  tamper("UPDATE meta SET value = " + newer + " WHERE name = 'schema_version'");
  const std::string before = contentOf(options_.path);
  const store::Error error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::Unsupported);
  EXPECT_THAT(error.text, HasSubstr("version " + newer));
  EXPECT_THAT(error.text, HasSubstr("up to " + std::to_string(migrations::kPlan.version)));
  EXPECT_EQ(contentOf(options_.path), before);
}

TEST_F(OpenTest, TablesWithOtherColumnsAreRefused) {
  for (const char* change :
       {"ALTER TABLE thing ADD COLUMN more TEXT", "ALTER TABLE thing RENAME COLUMN more TO name2",
        "ALTER TABLE thing DROP COLUMN name2; ALTER TABLE thing RENAME COLUMN number TO n", "DROP TABLE thing"}) {
    if (!isThere("registry.db")) opened();
    tamper(change);
    const store::Error error = refusal();
    EXPECT_EQ(error.kind, ErrorKind::Unsupported) << change;
    EXPECT_THAT(error.text, HasSubstr("thing"));
  }
}

TEST_F(OpenTest, AWrongSchemaIsRefusedBeforeAnythingIsMade) {
  const store::Table wrong[] = {{1, "change", kThingColumns}};
  options_.schema = store::Schema{wrong};
  EXPECT_EQ(refusal().kind, ErrorKind::Invalid);
  EXPECT_FALSE(isThere("registry.db"));
}

TEST_F(OpenTest, ALockFileThatIsALinkIsRefusedAndWhereItLeadsIsLeftAlone) {
  write(path("somebodys"), "of somebody else");
  std::filesystem::create_symlink(path("somebodys"), options_.path + ".lock");
  const store::Error error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::Io);
  EXPECT_THAT(error.text, HasSubstr("registry.db.lock: Too many levels of symbolic links; nobody of ours makes links"));
  EXPECT_EQ(contentOf(path("somebodys")), "of somebody else");
  EXPECT_FALSE(isThere("registry.db"));
}

TEST_F(OpenTest, AFolderThatDoesNotExistIsNamed) {
  options_.path = path("nowhere/registry.db");
  const store::Error error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::Io);
  EXPECT_THAT(error.text, HasSubstr("nowhere/registry.db"));
}

TEST_F(OpenTest, AServerWithoutItsLockFileIsFencedByTheNextOne) {
  auto first = opened();
  putThings(*first, 1, 1);
  const std::uint64_t firstEpoch = epoch_;
  std::filesystem::remove(options_.path + ".lock");
  auto second = opened();
  putThings(*second, 2, 2);
  store::Batch batch;
  (void)batch.begin(10, 0, 0, "", "");
  batch.end();
  const auto committed = first->commit(batch, firstEpoch);
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().kind, ErrorKind::Fenced);
  EXPECT_EQ(rowsOf(*second).size(), 2U);
}

}  // namespace
}  // namespace sqlite
