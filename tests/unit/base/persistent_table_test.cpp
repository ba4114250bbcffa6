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

}  // namespace
