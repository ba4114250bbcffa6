#include <gmock/gmock.h>

#include "tests/unit/sqlite/sqlite_fixture.h"

namespace sqlite {
namespace {

using store::ErrorKind;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr store::Column kLaterColumns[] = {
    {"name", store::ColumnType::Text}, {"number", store::ColumnType::Integer}, {"colour", store::ColumnType::Text}};
constexpr store::Table kLaterTables[] = {{1, "thing", kLaterColumns}};
constexpr migrations::Step kGood[] = {
    {2, "colour", "ALTER TABLE thing ADD COLUMN colour TEXT"},
    {3, "all things are green", "UPDATE thing SET colour = 'green'; UPDATE thing SET number = number + 1"}};
constexpr migrations::Step kBad[] = {
    {2, "colour", "ALTER TABLE thing ADD COLUMN colour TEXT; UPDATE nothing SET a = 1"}};
constexpr migrations::Step kUseless[] = {{2, "nothing", "UPDATE thing SET number = 0"}};

constexpr migrations::Plan kFirst{1, {}};

class MigrationTest : public SqliteFixture {
 protected:
  void SetUp() override {
    options_.plan = kFirst;
    auto store = opened();
    putThings(*store, 1, 2);
  }
  void expectUndone() {
    options_.schema = kThings;
    options_.plan = kFirst;
    auto store = opened();
    ASSERT_NE(store, nullptr);
    EXPECT_THAT(rowsOf(*store), ElementsAre("1:thing/1", "2:thing/2"));
  }
};

TEST(MigrationPlan, StepsLeadOneByOneToTheCurrentVersion) {
  EXPECT_EQ(migrations::problem({3, kGood}), "");
  EXPECT_NE(migrations::problem({2, kGood}), "");
  EXPECT_NE(migrations::problem({0, {}}), "");
  const migrations::Step gap[] = {{3, "a", "b"}};
  EXPECT_NE(migrations::problem({2, gap}), "");
}

TEST_F(MigrationTest, AnOlderDatabaseIsBroughtForwardAndACopyIsLeftBeside) {
  options_.schema = store::Schema{kLaterTables};
  options_.plan = {3, kGood};
  {
    auto store = opened();
    ASSERT_NE(store, nullptr);
    EXPECT_THAT(rowsOf(*store), ElementsAre("1:thing/2/green", "2:thing/3/green"));
  }
  opened();  // and not a second time
  options_.path = path("registry.db.before-3");
  expectUndone();
}

TEST_F(MigrationTest, OnlyTheStepsAfterTheDatabasesVersionAreRun) {
  options_.schema = store::Schema{kLaterTables};
  options_.plan = {2, std::span(kGood).first(1)};
  opened();
  options_.plan = {3, kGood};
  auto store = opened();
  ASSERT_NE(store, nullptr);
  EXPECT_THAT(rowsOf(*store), ElementsAre("1:thing/2/green", "2:thing/3/green"));
}

TEST_F(MigrationTest, AStepThatFailsLeavesTheOldDatabase) {
  options_.schema = store::Schema{kLaterTables};
  options_.plan = {2, kBad};
  EXPECT_THAT(refusal().text, HasSubstr("from version 1 to version 2"));
  expectUndone();
}

TEST_F(MigrationTest, StepsThatDoNotLeadToTheSchemaAreUndone) {
  options_.schema = store::Schema{kLaterTables};
  options_.plan = {2, kUseless};
  EXPECT_EQ(refusal().kind, ErrorKind::Unsupported);
  expectUndone();
}

// Version 11 had no base: of what was pruned then nothing is known, and past states begin with the upgrade.
TEST_F(MigrationTest, AHistoryThatWasPrunedBeforeBuildsOnTheRowsOfTheUpgrade) {
  {
    auto store = opened();
    putThings(*store, 3, 4);
    ASSERT_TRUE(store->prune({2'000'000'000}, 1));
  }
  {
    sqlite3* file = nullptr;
    ASSERT_EQ(sqlite3_open(options_.path.c_str(), &file), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(file, "DROP TABLE history_base; DELETE FROM meta WHERE name LIKE 'base_%'", nullptr, nullptr,
                           nullptr),
              SQLITE_OK);
    sqlite3_close(file);
  }
  const std::string_view base =
      migrations::kPastStates.substr(migrations::kPastStates.find("CREATE TABLE \"history_base"));
  const migrations::Step toBase[] = {{2, "past-states", base}};
  options_.plan = {2, toBase};
  auto store = opened();
  ASSERT_NE(store, nullptr);
  const auto then = rowsOf(*store);  // a load
  putThings(*store, 5, 5);
  TextRows before;
  const auto from = store->historyBase(before);
  ASSERT_TRUE(from) << from.error().text;
  EXPECT_EQ(before.rows, then);
  EXPECT_EQ(from->revision, 4U);
  EXPECT_EQ(from->time, 1004);
  ASSERT_TRUE(store->prune({2'000'000'000}, 1));  // what the base has already
  TextRows again;
  EXPECT_EQ(store->historyBase(again)->revision, 4U);
  EXPECT_EQ(again.rows, then);
}

}  // namespace
}  // namespace sqlite
