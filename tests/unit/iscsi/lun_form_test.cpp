#include "agent/iscsi/lun_form.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <initializer_list>

#include "agent/iscsi/task_management.h"
#include "agent/scsi/lun.h"
#include "shared/base/bytes.h"

namespace iscsi {
namespace {

std::uint64_t field(std::initializer_list<std::uint8_t> begin) {
  std::array<std::uint8_t, 8> bytes{};
  std::copy(begin.begin(), begin.end(), bytes.begin());
  return base::loadU64(bytes.data());
}

TEST(LunForm, AllSpellingsOfANumberAreOneUnit) {
  EXPECT_TRUE(sameLun(field({0x00, 5}), field({0x40, 5})));
  EXPECT_TRUE(sameLun(field({0x00, 5}), field({0xd2, 0, 0, 5})));
  EXPECT_TRUE(sameLun(field({0x41, 2}), field({0xd2, 0, 1, 2})));
  EXPECT_TRUE(sameLun(field({}), field({0x40})));
}

TEST(LunForm, OtherFieldsNameOtherUnits) {
  EXPECT_FALSE(sameLun(field({0x00, 5}), field({0x40, 6})));
  EXPECT_FALSE(sameLun(field({0x00, 5}), field({0x01, 5})));           // another bus
  EXPECT_FALSE(sameLun(field({0x00, 5}), field({0x00, 5, 0x00, 1})));  // a second level
  EXPECT_FALSE(sameLun(field({0x40, 1}), field({0xc1, 0x01})));        // REPORT LUNS, well-known
  EXPECT_FALSE(sameLun(field({0x40, 5}), field({0x80, 5})));
}

// SCSI reads the same spellings: what it takes for one unit must be one here.
TEST(LunForm, AgreesWithTheDeviceServer) {
  for (unsigned first = 0; first < 256; ++first) {
    for (const unsigned second : {0U, 1U, 5U, 255U}) {
      for (const unsigned third : {0U, 1U}) {
        const scsi::Lun lun{{static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second),
                             static_cast<std::uint8_t>(third)}};
        const auto number = lun.number();
        if (!number) continue;
        EXPECT_TRUE(sameLun(base::loadU64(lun.bytes.data()), base::loadU64(scsi::Lun::of(*number)->bytes.data())));
      }
    }
  }
}

TEST(LunForm, AFunctionOnAUnitAffectsTasksThatSpellItOtherwise) {
  Task task;
  task.kind = TaskKind::ScsiCommand;
  task.state = TaskState::ReceivingData;
  task.lun = field({0x40, 5});
  task.cmdSn = 1;
  AffectedSet set;
  set.lun = field({0x00, 5});
  set.cmdSn = 2;
  for (const TaskScope scope : {TaskScope::NexusUnit, TaskScope::TaskSet, TaskScope::LogicalUnit}) {
    set.scope = scope;
    EXPECT_TRUE(isAffected(task, set));
  }
}

TEST(LunForm, AFunctionOnATaskFindsItUnderAnotherSpelling) {
  Task task;
  task.state = TaskState::Executing;
  task.lun = field({0x40, 5});
  TaskRequestFacts facts;
  facts.referenced = &task;
  facts.protocolLevel = 2;
  TaskRequest request;
  request.lun = field({0x00, 5});
  const CommandWindow window(100, 8, 8);
  request.function = TaskManagementFunction::AbortTask;
  EXPECT_EQ(judge(request, facts, window).work, TaskWork::AbortOne);
  request.function = TaskManagementFunction::QueryTask;
  EXPECT_EQ(judge(request, facts, window).work, TaskWork::QueryOne);
  request.lun = field({0x00, 6});
  EXPECT_EQ(judge(request, facts, window).response, TaskManagementResponseCode::TaskDoesNotExist);
}

}  // namespace
}  // namespace iscsi
