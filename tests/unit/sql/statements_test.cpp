#include "db/sql/statements.h"

#include <gtest/gtest.h>

namespace sql {
namespace {

using store::CellTag;
using store::ColumnType;

constexpr store::Column kColumns[] = {
    {"name", ColumnType::Text}, {"port", ColumnType::Integer}, {"ip", ColumnType::Blob}};
constexpr store::Table kTable{1, "portal", kColumns};

TEST(Statements, TablesHaveAnIntegerKeyAndTheColumnsOfTheSchema) {
  EXPECT_EQ(createTable(kTable, kSqlite),
            R"(CREATE TABLE "portal" ("id" INTEGER PRIMARY KEY, "name" TEXT, "port" INTEGER, "ip" BLOB))");
  EXPECT_EQ(createTable(kTable, kPostgres),
            R"(CREATE TABLE "portal" ("id" BIGINT PRIMARY KEY, "name" TEXT, "port" BIGINT, "ip" BYTEA))");
}

TEST(Statements, APutIsAnUpsertThatBothDialectsKnow) {
  EXPECT_EQ(
      put(kTable, kPostgres),
      R"(INSERT INTO "portal" ("id", "name", "port", "ip") VALUES ($1, $2, $3, $4) )"
      R"(ON CONFLICT ("id") DO UPDATE SET "name" = excluded."name", "port" = excluded."port", "ip" = excluded."ip")");
}

TEST(Statements, RowsAreErasedByIdAndReadInOrderOfIds) {
  EXPECT_EQ(erase(kTable, kSqlite), R"(DELETE FROM "portal" WHERE "id" = ?1)");
  EXPECT_EQ(selectAll(kTable), R"(SELECT "id", "name", "port", "ip" FROM "portal" ORDER BY "id")");
}

TEST(Statements, AnOpenFilterHasNoCondition) {
  const HistoryQuery query = selectHistory({}, kSqlite);
  EXPECT_EQ(query.text.find("WHERE"), std::string::npos);
  EXPECT_TRUE(query.parameters.empty());
  EXPECT_NE(query.text.find(R"(ORDER BY "revision" DESC)"), std::string::npos);
}

TEST(Statements, EveryConditionOfAFilterBecomesAParameter) {
  store::HistoryFilter filter;
  filter.firstRevision = 5;
  filter.lastRevision = 9;
  filter.firstTime = -1;
  filter.lastTime = 100;
  filter.kind = 3;
  filter.origin = "x' OR 1";
  filter.newestFirst = false;
  const HistoryQuery query = selectHistory(filter, kPostgres);
  EXPECT_NE(query.text.find(R"(WHERE "revision" >= $1 AND "revision" <= $2 AND "time" >= $3 AND "time" <= $4 )"
                            R"(AND "kind" = $5 AND "origin" = $6 ORDER BY "revision")"),
            std::string::npos)
      << query.text;
  ASSERT_EQ(query.parameters.size(), 6U);
  EXPECT_EQ(query.parameters[0].integer, 5);
  EXPECT_EQ(query.parameters[2].integer, -1);
  EXPECT_EQ(query.parameters[5].tag, CellTag::Text);
  EXPECT_EQ(query.parameters[5].text(), "x' OR 1");
}

}  // namespace
}  // namespace sql
