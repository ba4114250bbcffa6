// Mode pages that are saved, and thresholds of thin provisioning.
#include <gtest/gtest.h>

#include "tests/unit/scsi/disk_world.h"

namespace {

using scsi_test::hex;
using scsi_test::kTestUnitReady;
using scsi_test::Management;
using scsi_test::World;

const base::Bytes kDescriptorSense = hex("00000000 0a0a 06100000 00000000 0000");  // D_SENSE one
const base::Bytes kTaskAborted = hex("00000000 0a0a 02100040 00000000 0000");      // TAS one
constexpr const char* kSelect = "15 10 00 00 10 00";
constexpr const char* kSelectAndSave = "15 11 00 00 10 00";
constexpr const char* kCurrent = "1a 08 0a 00 ff 00";
constexpr const char* kSaved = "1a 08 ca 00 ff 00";

void reset(World& world) {
  Management function(scsi::TaskManagement::LogicalUnitReset, world.a);
  world.disk.manage(function);
  world.b->attentions = {};
}

TEST(SavedModes, OutliveResetAndRestart) {
  scsi_test::MemoryStore store;
  World world({}, &store);
  EXPECT_EQ(world.dataOf(world.a, kSaved),
            "0f001000"
            "8a0a02100040000000000000")
      << "PS is one";
  EXPECT_EQ(world.dataOf(world.a, "1a 08 01 00 ff 00").substr(8, 4), "010a") << "nothing may change: not savable";
  EXPECT_EQ(world.outcome(world.a, kSelectAndSave, kDescriptorSense), "GOOD");
  ASSERT_EQ(store.images.size(), 1U);
  EXPECT_EQ(store.images[0].first, scsi::StateKind::ModePages);
  EXPECT_EQ(scsi_test::text(store.images[0].second), "0a0a06100000000000000000");
  EXPECT_EQ(world.dataOf(world.a, kSaved), "0f001000" "8a0a06100000000000000000");
  EXPECT_EQ(world.outcome(world.b, kTestUnitReady), "06 2a01");
  EXPECT_EQ(world.outcome(world.a, kSelect, kTaskAborted), "GOOD");
  EXPECT_EQ(world.dataOf(world.a, kCurrent), "0f001000" "8a0a02100040000000000000") << "now";
  EXPECT_EQ(world.dataOf(world.a, kSaved), "0f001000" "8a0a06100000000000000000") << "not saved";
  reset(world);
  EXPECT_EQ(world.outcome(world.a, kTestUnitReady), "06 2903");
  EXPECT_EQ(world.dataOf(world.a, kCurrent), "0f001000" "8a0a06100000000000000000") << "after a reset";

  World after({}, &store);
  ASSERT_TRUE(after.disk.restore(scsi::StateKind::ModePages, store.images[0].second));
  EXPECT_TRUE(after.disk.modePages().descriptorSense());
  EXPECT_EQ(after.dataOf(after.a, "1a 08 8a 00 ff 00"),
            "0f001000"
            "8a0a02100040000000000000")
      << "defaults stay";
}

TEST(SavedModes, AreTakenWhenTheyAreSafe) {
  scsi_test::MemoryStore store;
  store.later = true;
  World world({}, &store);
  const auto select = world.run(world.a, kSelectAndSave, kDescriptorSense);
  const auto next = world.run(world.b, kSelectAndSave, kTaskAborted);
  EXPECT_EQ(select->ends, 0);
  EXPECT_FALSE(world.disk.modePages().descriptorSense());
  EXPECT_EQ(store.images.size(), 1U) << "saves do not overlap";
  store.answer();
  EXPECT_EQ(select->outcome(), "GOOD");
  store.fails = true;
  store.answer();
  EXPECT_EQ(next->outcome(), "04 4400");
  EXPECT_TRUE(world.disk.modePages().descriptorSense()) << "what could not be saved is not taken";
}

TEST(SavedModes, AreRestoredOnlyWhole) {
  scsi_test::MemoryStore store;
  World world({}, &store);
  for (const char* image : {"0a", "0a0a0610", "0a0906100000000000000000", "4a"}) {
    EXPECT_FALSE(world.disk.restore(scsi::StateKind::ModePages, hex(image))) << image;
  }
  EXPECT_FALSE(world.disk.modePages().descriptorSense());
  EXPECT_FALSE(world.disk.restore(scsi::StateKind::ModePages, hex("0802ffff 0a0affffffffffffffffffff")));
  EXPECT_TRUE(world.disk.restore(scsi::StateKind::ModePages, hex("3f02ffff 0a0affffffffffffffffffff")));
  EXPECT_EQ(world.dataOf(world.a, kCurrent), "0f009000" "8a0a06100840000000000000") << "only what may change";
}

std::unique_ptr<scsi_test::MemoryDevice> thin() {
  auto device = std::make_unique<scsi_test::MemoryDevice>();
  device->shape.thin = true;
  device->space = scsi::Resources{0x2000, 0x10000};  // 4 and 32 threshold sets of 2048 blocks
  return device;
}
// MODE SELECT of the Logical Block Provisioning page: available below 16 sets, used from 5 on.
const base::Bytes kThresholds =
    hex("00000000 5c02001c 000000000000000000000000 80010000 00000010 81020000 00000005");
constexpr const char* kSelectThresholds = "15 10 00 00 24 00";

TEST(Thresholds, AreAModePageOfThinUnitsThatKnowTheirSpace) {
  World world(thin(), {}, nullptr);
  EXPECT_EQ(world.dataOf(world.a, "1a 08 1c 02 ff 00"),
            "23001000" "5c02001c" "000000000000000000000000" "0001000000000000" "0102000000000000");
  EXPECT_EQ(world.dataOf(world.a, "1a 08 5c 02 ff 00"),
            "23001000" "5c02001c" "000000000000000000000000" "80000000ffffffff" "80000000ffffffff");
  EXPECT_EQ(world.dataOf(world.a, "12 01 b2 00 0c 00"), "00b20004" "0be40200");
  EXPECT_EQ(world.dataOf(world.a, "4d 00 4c 00 00 0000 0100 00"),
            "0c000018" "00010308" "00000020" "02000000" "00020308" "00000004" "01000000");
  EXPECT_EQ(world.outcome(world.a, kSelectThresholds, kThresholds), "GOOD");
  base::Bytes armed = kThresholds;
  armed[20] = 0x81;
  EXPECT_EQ(world.outcome(world.a, kSelectThresholds, armed), "05 2600") << "arming is fixed";
  World plain;
  EXPECT_EQ(plain.outcome(plain.a, "1a 08 1c 02 ff 00"), "05 2400");
  EXPECT_EQ(plain.outcome(plain.a, kSelectThresholds, kThresholds), "05 2600");
}

TEST(Thresholds, AreReportedOnceWhenTheyAreCrossed) {
  World world(thin(), {}, nullptr);
  const auto step = [&](std::uint64_t used, std::uint64_t available) {
    world.device.space = scsi::Resources{used * 2048, available * 2048};
    world.disk.resourcesChanged();
    const std::string a = world.outcome(world.a, kTestUnitReady);
    EXPECT_EQ(world.outcome(world.b, kTestUnitReady), a) << "all hear of it";
    return a;
  };
  EXPECT_EQ(step(9, 1), "GOOD") << "not enabled";
  EXPECT_EQ(world.outcome(world.a, kSelectThresholds, kThresholds), "GOOD");
  world.b->attentions = {};
  EXPECT_EQ(step(4, 17), "GOOD");
  EXPECT_EQ(step(4, 16), "06 3807") << "available";
  EXPECT_EQ(step(4, 10), "GOOD") << "once";
  EXPECT_EQ(step(5, 10), "06 3807") << "used";
  EXPECT_EQ(step(5, 20), "GOOD");
  EXPECT_EQ(step(5, 16), "06 3807") << "again, after it was left";
}

}  // namespace
