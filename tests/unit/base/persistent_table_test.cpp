#include "shared/base/persistent_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace {

struct Thing : base::RefCounted {
  explicit Thing(int v) : value(v) {}
  int value;
};
using Table = base::PersistentTable<Thing>;

base::Ref<const Thing> thing(int value) { return base::makeRef<Thing>(value); }

std::map<std::uint32_t, int> contents(const Table& table) {
  std::map<std::uint32_t, int> all;
  table.forEach([&](std::uint32_t id, const Thing& t) { all[id] = t.value; });
  return all;
}

TEST(PersistentTable, FindsWhatWasSetAndNothingElse) {
  Table table;
  EXPECT_EQ(table.get(0), nullptr);
  table.set(7, thing(70));
  table.set(100'000, thing(1));
  table.set(0xffffffff, thing(2));
  EXPECT_EQ(table.get(7)->value, 70);
  EXPECT_EQ(table.get(100'000)->value, 1);
  EXPECT_EQ(table.get(0xffffffff)->value, 2);
  EXPECT_EQ(table.get(8), nullptr);
  EXPECT_EQ(table.get(100'001), nullptr);
  EXPECT_EQ(table.size(), 3U);
}

TEST(PersistentTable, ACopyKeepsWhatItHeldWhenTheOriginalIsWritten) {
  Table table;
  for (std::uint32_t id = 1; id <= 2000; ++id) table.set(id, thing(static_cast<int>(id)));
  const Table copy = table;
  const auto before = contents(copy);
  for (std::uint32_t id = 1; id <= 2000; id += 3) table.set(id, {});
  table.set(5000, thing(5));
  EXPECT_EQ(contents(copy), before);
  EXPECT_EQ(copy.size(), 2000U);
  EXPECT_EQ(table.get(1), nullptr);
  EXPECT_EQ(copy.get(1)->value, 1);
}

TEST(PersistentTable, WalksInIdOrderFromAnyId) {
  Table table;
  for (std::uint32_t id : {900U, 3U, 31U, 32U, 33U, 1025U}) table.set(id, thing(0));
  std::vector<std::uint32_t> seen;
  EXPECT_FALSE(table.forEachFrom(32, [&](std::uint32_t id, const Thing&) {
    seen.push_back(id);
    return seen.size() < 3;
  }));
  EXPECT_EQ(seen, (std::vector<std::uint32_t>{32, 33, 900}));
  seen.clear();
  EXPECT_TRUE(table.forEachFrom(1026, [&](std::uint32_t id, const Thing&) {
    seen.push_back(id);
    return true;
  }));
  EXPECT_TRUE(seen.empty());
}

TEST(PersistentTable, AgreesWithAMapOverRandomChangesAndCopies) {
  std::mt19937 random(42);
  Table table;
  std::map<std::uint32_t, int> model;
  std::vector<std::pair<Table, std::map<std::uint32_t, int>>> copies;
  for (int step = 0; step < 20'000; ++step) {
    const std::uint32_t id = 1 + static_cast<std::uint32_t>(random() % 3000);
    if (random() % 3 == 0) {
      table.set(id, {});
      model.erase(id);
    } else {
      table.set(id, thing(step));
      model[id] = step;
    }
    if (step % 2500 == 0) copies.emplace_back(table, model);
  }
  EXPECT_EQ(contents(table), model);
  EXPECT_EQ(table.size(), model.size());
  for (const auto& [copy, expected] : copies) EXPECT_EQ(contents(copy), expected);
}

struct Difference {
  std::map<std::uint32_t, std::pair<int, int>> values;  // 0: none
  std::size_t looked = 0;
};

Difference differenceOf(const Table& before, const Table& after) {
  Difference found;
  std::uint32_t last = 0;
  found.looked = Table::diff(before, after, [&](std::uint32_t id, const Thing* a, const Thing* b) {
    EXPECT_TRUE(found.values.empty() || id > last) << "in id order";
    last = id;
    found.values[id] = {a == nullptr ? 0 : a->value, b == nullptr ? 0 : b->value};
  });
  return found;
}

TEST(PersistentTable, ADifferenceNamesWhatCameWentAndWasExchanged) {
  Table before;
  for (std::uint32_t id : {3U, 40U, 2000U}) before.set(id, thing(static_cast<int>(id)));
  Table after = before;
  after.set(3, {});
  after.set(40, thing(41));
  after.set(41, thing(42));
  EXPECT_EQ(differenceOf(before, after).values,
            (std::map<std::uint32_t, std::pair<int, int>>{{3, {3, 0}}, {40, {40, 41}}, {41, {0, 42}}}));
  EXPECT_TRUE(differenceOf(after, after).values.empty());
}

TEST(PersistentTable, ADifferenceIsFoundBetweenTablesOfUnlikeHeight) {
  Table low;
  low.set(5, thing(5));
  Table high = low;
  high.set(3'000'000, thing(3));
  high.set(6, thing(6));
  const std::map<std::uint32_t, std::pair<int, int>> grown{{6, {0, 6}}, {3'000'000, {0, 3}}};
  EXPECT_EQ(differenceOf(low, high).values, grown);
  const std::map<std::uint32_t, std::pair<int, int>> shrunk{{6, {6, 0}}, {3'000'000, {3, 0}}};
  EXPECT_EQ(differenceOf(high, low).values, shrunk);
  EXPECT_EQ(differenceOf(Table{}, low).values, (std::map<std::uint32_t, std::pair<int, int>>{{5, {0, 5}}}));
  EXPECT_EQ(differenceOf(low, Table{}).values, (std::map<std::uint32_t, std::pair<int, int>>{{5, {5, 0}}}));
}

TEST(PersistentTable, ADifferenceCostsWhatWasChangedAndNotWhatIsThere) {
  Table before;
  for (std::uint32_t id = 1; id <= 100'000; ++id) before.set(id, thing(1));
  Table after = before;
  EXPECT_EQ(differenceOf(before, after).looked, 0U);
  for (std::uint32_t id = 1; id <= 10; ++id) after.set(id * 9000, thing(2));
  const Difference found = differenceOf(before, after);
  EXPECT_EQ(found.values.size(), 10U);
  EXPECT_LE(found.looked, 10U * 4U);  // the height of a table of 100,000
}

TEST(PersistentTable, ADifferenceAgreesWithTwoMaps) {
  std::minstd_rand engine(11);
  const auto random = [&] { return static_cast<std::uint32_t>(engine()); };
  for (int round = 0; round < 50; ++round) {
    Table before;
    const std::uint32_t range = 1U << (3 + round % 18);
    for (int i = 0; i < 200; ++i) before.set(random() % range, thing(1));
    Table after = before;
    for (int i = 0; i < 60; ++i) after.set(random() % (2 * range), random() % 2 == 0 ? thing(2) : Table::Item{});
    std::map<std::uint32_t, std::pair<int, int>> wanted;
    const auto a = contents(before);
    const auto b = contents(after);
    for (const auto& [id, value] : a) wanted[id].first = value;
    for (const auto& [id, value] : b) wanted[id].second = value;
    std::erase_if(wanted, [](const auto& one) { return one.second.first == one.second.second; });
    EXPECT_EQ(differenceOf(before, after).values, wanted) << "round " << round;
  }
}

}  // namespace
