#include "db/store/schema.h"

#include <gtest/gtest.h>

namespace store {
namespace {

constexpr Column kOk[] = {{"name", ColumnType::Text}, {"esi_port", ColumnType::Integer}};

std::string_view problemOf(const Table& table) { return problem(Schema{std::span(&table, 1)}); }

TEST(Schema, AGoodSchemaHasNoProblem) {
  constexpr Table tables[] = {{1, "node", kOk}, {2, "portal_group2", kOk}};
  static_assert(problem(Schema{tables}).empty());
}

TEST(Schema, NamesAreIdentifiersThatNeedNoCare) {
  const Column space[] = {{"a b", ColumnType::Text}};
  const Column quote[] = {{"a\"", ColumnType::Text}};
  const Column upper[] = {{"Name", ColumnType::Text}};
  const Column number[] = {{"1a", ColumnType::Text}};
  for (const auto& columns : {std::span<const Column>(space), {quote}, {upper}, {number}}) {
    EXPECT_FALSE(problemOf({1, "node", columns}).empty());
  }
  EXPECT_FALSE(problemOf({1, "", kOk}).empty());
  EXPECT_FALSE(problemOf({1, "node;", kOk}).empty());
}

TEST(Schema, WhatTheStoreUsesItselfIsRefused) {
  const Column id[] = {{"id", ColumnType::Integer}};
  EXPECT_FALSE(problemOf({1, "node", id}).empty());
  EXPECT_FALSE(problemOf({1, "change", kOk}).empty());
  EXPECT_FALSE(problemOf({1, "meta", kOk}).empty());
  EXPECT_FALSE(problemOf({0, "node", kOk}).empty());
}

TEST(Schema, NumbersAndNamesAreUnique) {
  const Column twice[] = {{"a", ColumnType::Text}, {"a", ColumnType::Text}};
  EXPECT_FALSE(problemOf({1, "node", twice}).empty());
  const Table numbers[] = {{1, "a", kOk}, {1, "b", kOk}};
  EXPECT_FALSE(problem(Schema{numbers}).empty());
  const Table names[] = {{1, "a", kOk}, {2, "a", kOk}};
  EXPECT_FALSE(problem(Schema{names}).empty());
}

TEST(Schema, TablesAreFoundByTheirNumber) {
  const Table tables[] = {{200, "a", kOk}, {3, "b", kOk}};
  const TableIndex index(Schema{tables});
  EXPECT_EQ(index.find(200), &tables[0]);
  EXPECT_EQ(index.find(3), &tables[1]);
  EXPECT_EQ(index.find(0), nullptr);
  EXPECT_EQ(index.find(4), nullptr);
}

}  // namespace
}  // namespace store
