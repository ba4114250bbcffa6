#include "agent/iscsi/task_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include <vector>

#include "tests/unit/iscsi/random.h"

namespace {

using iscsi::Task;
using iscsi::TaskKind;
using iscsi::TaskState;
using testing::ElementsAre;

struct TestTask : Task {
  std::vector<int> buffer;
};
using Table = iscsi::TaskTable<TestTask>;

Task facts(std::uint32_t itt, std::uint32_t cmdSn = 0, std::uint64_t lun = 0, std::uint16_t connection = 0) {
  Task task;
  task.itt = itt;
  task.cmdSn = cmdSn;
  task.lun = lun;
  task.connection = connection;
  return task;
}

TEST(TaskTable, FindsTasksByTheirTag) {
  Table table(4, 1);
  TestTask* a = table.add(facts(7)).task;
  TestTask* b = table.add(facts(0xfffffffe)).task;
  EXPECT_EQ(table.find(7), a);
  EXPECT_EQ(table.find(0xfffffffe), b);
  EXPECT_EQ(table.find(8), nullptr);
  EXPECT_EQ(table.size(), 2U);
  EXPECT_EQ(&table.at(table.handleOf(*b)), b);
  table.remove(*a);
  EXPECT_EQ(table.find(7), nullptr);
  EXPECT_EQ(table.find(0xfffffffe), b);
}

TEST(TaskTable, RefusesATagInUseAndWhatExceedsItsBound) {
  Table table(2, 1);
  table.add(facts(1));
  EXPECT_EQ(table.add(facts(1)).added, Table::Added::TagInUse);
  EXPECT_EQ(table.add(facts(2)).added, Table::Added::Ok);
  EXPECT_TRUE(table.full());
  EXPECT_EQ(table.add(facts(3)).added, Table::Added::Full);
  EXPECT_EQ(table.add(facts(3)).task, nullptr);
  table.remove(*table.find(1));
  EXPECT_EQ(table.add(facts(3)).added, Table::Added::Ok);
}

TEST(TaskTable, UsesSlotsAgainWithTheirBuffers) {
  Table table(100, 1);
  TestTask* a = table.add(facts(1)).task;
  a->buffer.resize(1000);
  a->state = TaskState::Executing;
  const int* memory = a->buffer.data();
  table.remove(*a);
  TestTask* b = table.add(facts(2, 55)).task;
  EXPECT_EQ(b, a);
  EXPECT_EQ(b->buffer.data(), memory);
  EXPECT_EQ(b->cmdSn, 55U);
  EXPECT_EQ(b->state, TaskState::Held) << "the Task part is new";
}

TEST(TaskTable, KeepsTasksInPlaceWhileItGrows) {
  Table table(1000, 3);
  TestTask* first = table.add(facts(0)).task;
  for (std::uint32_t i = 1; i < 1000; ++i) table.add(facts(i * 4096));
  EXPECT_EQ(table.find(0), first);
  for (std::uint32_t i = 1; i < 1000; ++i) ASSERT_NE(table.find(i * 4096), nullptr);
}

TEST(TaskTable, VisitsInTheOrderOfArrivalByConnectionUnitAndCmdSn) {
  Table table(8, 1);
  table.add(facts(1, 10, 5, 0));
  table.add(facts(2, 11, 6, 1));
  table.add(facts(3, 12, 5, 1));
  TestTask* text = table.add(facts(4, 13, 5, 0)).task;
  text->kind = TaskKind::Text;
  std::vector<std::uint32_t> tags;
  const auto note = [&](TestTask& task) { tags.push_back(task.itt); };
  table.forEach(note);
  EXPECT_THAT(tags, ElementsAre(1, 2, 3, 4));
  tags.clear();
  table.forEachOnConnection(1, note);
  EXPECT_THAT(tags, ElementsAre(2, 3));
}

TEST(TaskTable, MayLoseTheVisitedTask) {
  Table table(8, 1);
  for (std::uint32_t i = 0; i < 8; ++i) table.add(facts(i));
  table.forEach([&](TestTask& task) {
    if (task.itt % 2 == 0) table.remove(task);
  });
  std::vector<std::uint32_t> tags;
  table.forEach([&](TestTask& task) { tags.push_back(task.itt); });
  EXPECT_THAT(tags, ElementsAre(1, 3, 5, 7));
}

TEST(TaskTable, MayLoseAnyTaskInAVisitAndInOneInsideOfIt) {
  Table table(8, 1);
  for (std::uint32_t i = 0; i < 6; ++i) table.add(facts(i));
  std::vector<std::uint32_t> outer, inner;
  table.forEach([&](TestTask& task) {
    outer.push_back(task.itt);
    if (task.itt != 1) return;
    table.forEach([&](TestTask& other) {
      inner.push_back(other.itt);
      if (other.itt == 2) {
        for (const std::uint32_t itt : {2U, 3U, 0U}) table.remove(*table.find(itt));
        table.add(facts(7));  // in the slot of one of them
      }
    });
  });
  EXPECT_THAT(inner, ElementsAre(0, 1, 2, 4, 5, 7));
  EXPECT_THAT(outer, ElementsAre(0, 1, 4, 5, 7));
}

TEST(TaskTable, AgreesWithAMap) {
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    iscsi_test::Random random(seed);
    Table table(64, seed);
    std::map<std::uint32_t, TestTask*> model;
    for (int step = 0; step < 3000; ++step) {
      const std::uint32_t itt = random() % 100;
      if (random() % 2 == 0) {
        const auto result = table.add(facts(itt));
        const auto expected = model.contains(itt)  ? Table::Added::TagInUse
                              : model.size() == 64 ? Table::Added::Full
                                                   : Table::Added::Ok;
        ASSERT_EQ(result.added, expected);
        if (result.task != nullptr) model[itt] = result.task;
      } else if (TestTask* task = table.find(itt)) {
        ASSERT_EQ(model.at(itt), task);
        model.erase(itt);
        table.remove(*task);
      } else {
        ASSERT_FALSE(model.contains(itt));
      }
      ASSERT_EQ(table.size(), model.size());
    }
  }
}

}  // namespace
