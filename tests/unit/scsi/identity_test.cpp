// INQUIRY, its pages, REPORT LUNS, capacity, and what else says who a unit is.
#include <gtest/gtest.h>

#include "agent/scsi/no_logical_unit.h"
#include "agent/scsi/vpd_pages.h"
#include "tests/unit/scsi/disk_world.h"

namespace {

using scsi_test::hex;
using scsi_test::text;
using scsi_test::World;

TEST(Inquiry, StandardData) {
  World world;
  const base::Bytes data = world.run(world.a, "12 00 00 00 ff 00")->received();
  ASSERT_EQ(data.size(), 96U);
  EXPECT_EQ(text(base::ByteView(data).first(8)), "000006125b000002");
  EXPECT_EQ(base::asText(base::ByteView(data).subspan(8, 28)), "SANCTUM VIRTUAL DISK    0001");
  EXPECT_EQ(text(base::ByteView(data).subspan(58, 10)), "00a0" "0961" "0460" "04c0" "0000");
}

TEST(Inquiry, SaysWhatTheUnitHas) {
  scsi::DiskSettings settings;
  settings.removable = settings.alua = settings.explicitAlua = true;
  World world(settings);
  world.disk.setPorts({"iqn.t", {{1, 1, "iqn.t,t,0x0001"}, {2, 2, "iqn.t,t,0x0002"}}});
  world.a->protocolLevel = 2;
  const base::Bytes data = world.run(world.a, "12 00 00 00 ff 00")->received();
  EXPECT_EQ(text(base::ByteView(data).first(8)), "008006125b301002");
  EXPECT_EQ(base::loadU16(&data[60]), 0x0962);
}

TEST(Inquiry, IsCutToTheAllocationLength) {
  World world;
  for (const int length : {0, 1, 5, 36, 95, 96, 97, 255}) {
    char cdb[32];
    std::snprintf(cdb, sizeof cdb, "12 00 00 %04x 00", length);
    EXPECT_EQ(world.run(world.a, cdb)->dataInLength(), static_cast<std::uint64_t>(std::min(length, 96)));
  }
  EXPECT_EQ(world.outcome(world.a, "12 00 80 00 ff 00"), "05 2400") << "page code without EVPD";
  EXPECT_EQ(world.outcome(world.a, "12 01 b3 00 ff 00"), "05 2400") << "no such page";
}

TEST(Vpd, PagesAreListedInOrderAndSayTheirLength) {
  World world;
  const base::Bytes list = world.run(world.a, "12 01 00 00 ff 00")->received();
  EXPECT_EQ(text(list), "0000000a" "00808385868788b0b1b2");
  for (std::size_t i = 4; i < list.size(); ++i) {
    char cdb[32];
    std::snprintf(cdb, sizeof cdb, "12 01 %02x 04 00 00", list[i]);
    const base::Bytes page = world.run(world.a, cdb)->received();
    ASSERT_GE(page.size(), 4U);
    EXPECT_EQ(page[0], 0);
    EXPECT_EQ(page[1], list[i]);
    EXPECT_EQ(base::loadU16(&page[2]), page.size() - 4) << cdb;
  }
}

TEST(Vpd, DeviceIdentificationNamesUnitPortAndDevice) {
  scsi::DiskSettings settings;
  settings.alua = true;
  World world(settings);
  world.disk.setPorts({"iqn.t", {{7, 3, "iqn.t,t,0x0007"}}});
  scsi::Nexus* nexus = world.attach(3, 7);
  EXPECT_EQ(world.dataOf(nexus, "12 01 83 01 00 00"),
            "00830058"
            "01030010" "600140500000000000000000000000aa"
            "02010010" "53414e4354554d20" "73657269616c2d31"
            "51940004" "00000007"
            "51950004" "00000003"
            "53980010" "69716e2e742c742c30783030303700" "00"
            "53a80008" "69716e2e74000000");
}

TEST(Vpd, SerialNumberPolicyAndPorts) {
  World world;
  world.disk.setPorts({"iqn.t", {{1, 1, "p,t,0x0001"}}});
  EXPECT_EQ(world.dataOf(world.a, "12 01 80 00 ff 00"), "00800008" "73657269616c2d31");
  EXPECT_EQ(world.dataOf(world.a, "12 01 87 00 ff 00"), "00870004" "3fff0000");
  EXPECT_EQ(world.dataOf(world.a, "12 01 88 00 ff 00"),
            "0088001c" "00000001" "00000000" "00000010" "5398000c" "702c742c307830303031" "0000");
  EXPECT_EQ(world.dataOf(world.a, "12 01 86 00 06 00"), "0086003c" "0007");
}

TEST(Vpd, BlockLimits) {
  scsi::DiskSettings settings;
  settings.maxTransferBytes = 1U << 20;
  settings.maxAtomicBlocks = 16;
  World world(settings);
  world.device.shape.physicalExponent = 3;
  EXPECT_EQ(world.dataOf(world.a, "12 01 b0 00 ff 00"),
            "00b0003c" "01ff0008" "00000800" "00000000" "00000000" "00000000" "00000000" "00000000" "00000000"
            "0000000000800000" "00000010" "00000000" "00000001" "00000000" "00000000");
  world.device.shape.thin = true;
  EXPECT_EQ(world.dataOf(world.a, "12 01 b0 00 28 00"),
            "00b0003c" "01ff0008" "00000800" "00000000" "00000000" "00100000" "00000100" "00000001" "80000000"
            "00000000");
}

TEST(Vpd, CharacteristicsAndProvisioningFollowTheGeometry) {
  World world;
  EXPECT_EQ(world.dataOf(world.a, "12 01 b1 00 0c 00"), "00b1003c" "00010040" "02000000");
  EXPECT_EQ(world.dataOf(world.a, "12 01 b2 00 0c 00"), "00b20004" "00000000");
  world.device.shape.thin = world.device.shape.rotating = true;
  EXPECT_EQ(world.dataOf(world.a, "12 01 b1 00 06 00"), "00b1003c" "0000");
  EXPECT_EQ(world.dataOf(world.a, "12 01 b2 00 0c 00"), "00b20004" "00e40200");
}

TEST(Capacity, IsReportedInBothForms) {
  World world;
  EXPECT_EQ(world.dataOf(world.a, "25 00 00000000 0000 00 00"), "000003ff" "00000200");
  world.device.shape.thin = true;
  world.device.shape.physicalExponent = 3;
  EXPECT_EQ(world.dataOf(world.a, "9e 10 0000000000000000 00000020 00 00"),
            "00000000000003ff" "00000200" "00" "03" "c000" "00000000000000000000000000000000");
  EXPECT_EQ(world.run(world.a, "9e 10 0000000000000000 0000000f 00 00")->dataInLength(), 15U);
  world.device.shape.blocks = 0x100000001;
  EXPECT_EQ(world.dataOf(world.a, "25 00 00000000 0000 00 00"), "ffffffff" "00000200");
}

TEST(ReportLuns, GivesTheMapOfTheNexus) {
  World world;
  const std::vector<scsi::Lun> map{*scsi::Lun::of(0), *scsi::Lun::of(3), *scsi::Lun::of(300)};
  world.a->luns = &map;
  const char* all = "00000018" "00000000" "0000000000000000" "0003000000000000" "412c000000000000";
  EXPECT_EQ(world.dataOf(world.a, "a0 00 00 000000 00000100 00 00"), all);
  EXPECT_EQ(world.dataOf(world.a, "a0 00 02 000000 00000100 00 00"), all);
  EXPECT_EQ(world.dataOf(world.a, "a0 00 01 000000 00000100 00 00"), "00000000" "00000000");
  EXPECT_EQ(world.dataOf(world.a, "a0 00 00 000000 00000010 00 00"), "00000018" "00000000" "0000000000000000");
  EXPECT_EQ(world.outcome(world.a, "a0 00 03 000000 00000100 00 00"), "05 2400");
  EXPECT_EQ(world.outcome(world.a, "a0 00 00 000000 0000000f 00 00"), "05 2400");
  EXPECT_EQ(world.dataOf(world.b, "a0 00 00 000000 00000100 00 00"), "00000008" "00000000" "0000000000000000");
}

TEST(ReportLuns, ClearsThatTheMapChangedAndReportsNoAttention) {
  World world;
  world.a->attentions.establish(scsi::UnitAttention::ReportedLunsChanged);
  world.a->attentions.establish(scsi::UnitAttention::CapacityChanged);
  EXPECT_EQ(world.outcome(world.a, "a0 00 00 000000 00000100 00 00"), "GOOD");
  EXPECT_FALSE(world.a->attentions.has(scsi::UnitAttention::ReportedLunsChanged));
  EXPECT_EQ(world.outcome(world.a, scsi_test::kTestUnitReady), "06 2a09");
}

TEST(NoLogicalUnit, AnswersWhatSaysSo) {
  const std::vector<scsi::Lun> map{*scsi::Lun::of(5)};
  World world;
  const auto run = [&](const char* cdb) {
    auto command = world.make(world.a, cdb);
    scsi::executeWithoutLogicalUnit(*command, map);
    EXPECT_EQ(command->ends, 1);
    return command;
  };
  EXPECT_EQ(text(run("12 00 00 00 24 00")->received()).substr(0, 10), "7f00061" "21f");
  EXPECT_EQ(run("12 01 00 00 24 00")->outcome(), "05 2400");
  EXPECT_EQ(text(run("03 00 00 00 12 00")->received()), "700005000000000a00000000250000000000");
  EXPECT_EQ(text(run("a0 00 00 000000 00000100 00 00")->received()), "00000008" "00000000" "0005000000000000");
  EXPECT_EQ(run(scsi_test::kTestUnitReady)->outcome(), "05 2500");
  EXPECT_EQ(run("28 00 00000000 00 0001 00")->outcome(), "05 2500");
  EXPECT_EQ(run("ff")->outcome(), "05 2500");
}

TEST(ReportLunsUnit, AnswersAndIsListedWhereItIsAskedFor) {
  const std::vector<scsi::Lun> map{*scsi::Lun::of(5)};
  World world;
  const auto run = [&](const char* cdb) {
    auto command = world.make(world.a, cdb);
    scsi::executeReportLunsUnit(*command, map);
    EXPECT_EQ(command->ends, 1);
    return command;
  };
  EXPECT_TRUE(scsi::Lun::reportLunsWellKnown().isReportLunsWellKnown());
  EXPECT_EQ(text(run("12 00 00 00 24 00")->received()).substr(0, 10), "1e00061" "21f");
  EXPECT_EQ(text(run("12 01 00 00 24 00")->received()), "1e00000100");
  EXPECT_EQ(run("12 01 83 00 24 00")->outcome(), "05 2400");
  EXPECT_EQ(text(run("03 00 00 00 12 00")->received()), "700000000000000a00000000000000000000");
  EXPECT_EQ(run(scsi_test::kTestUnitReady)->outcome(), "GOOD");
  EXPECT_EQ(run("28 00 00000000 00 0001 00")->outcome(), "05 2000");
  EXPECT_EQ(run("")->outcome(), "05 2000");
  const char* wellKnown = "00000008" "00000000" "c101000000000000";
  const char* both = "00000010" "00000000" "0005000000000000" "c101000000000000";
  EXPECT_EQ(text(run("a0 00 00 000000 00000100 00 00")->received()), "00000008" "00000000" "0005000000000000");
  EXPECT_EQ(text(run("a0 00 01 000000 00000100 00 00")->received()), wellKnown);
  EXPECT_EQ(text(run("a0 00 02 000000 00000100 00 00")->received()), both);
  world.a->luns = &map;
  EXPECT_EQ(world.dataOf(world.a, "a0 00 01 000000 00000100 00 00"), "00000000" "00000000");
  world.a->reportLunsUnit = true;
  EXPECT_EQ(world.dataOf(world.a, "a0 00 01 000000 00000100 00 00"), wellKnown);
  EXPECT_EQ(world.dataOf(world.a, "a0 00 02 000000 00000100 00 00"), both);
}

TEST(Timestamp, ComesFromTheOwnersClockUntilItIsSet) {
  World world;
  // 1700000000 s = 0x018bcfe56800 ms
  EXPECT_EQ(world.dataOf(world.a, "a3 0f 00000000 0000000c 00 00"), "000a" "0300" "018bcfe56800" "0000");
  EXPECT_EQ(world.outcome(world.a, "a4 0f 00000000 0000000c 00 00", hex("00000000" "000000001000" "0000")), "GOOD");
  world.now.wall += std::chrono::seconds(1);
  EXPECT_EQ(world.dataOf(world.a, "a3 0f 00000000 0000000c 00 00"), "000a" "0200" "0000000013e8" "0000");
  EXPECT_EQ(world.outcome(world.b, scsi_test::kTestUnitReady), "06 2a10");
  EXPECT_EQ(world.outcome(world.a, "a4 0f 00000000 0000000b 00 00", base::Bytes(11)), "05 1a00");
}

TEST(IdentifyingInformation, IsSavedBeforeGood) {
  scsi_test::MemoryStore store;
  store.later = true;
  World world({}, &store);
  const auto set = world.run(world.a, "a4 06 00000000 00000003 00 00", hex("616263"));
  EXPECT_EQ(set->ends, 0);
  EXPECT_EQ(world.dataOf(world.a, "a3 05 00000000 00000100 00 00"), "00000000") << "not before it is saved";
  store.answer();
  EXPECT_EQ(set->outcome(), "GOOD");
  EXPECT_EQ(world.outcome(world.b, scsi_test::kTestUnitReady), "06 3f05");
  EXPECT_EQ(world.dataOf(world.a, "a3 05 00000000 00000100 00 00"), "00000003" "616263");
  EXPECT_EQ(world.dataOf(world.a, "a3 05 00000000 00000100 fe 00"), "00000008" "00000040" "04000100");
  EXPECT_EQ(world.outcome(world.a, "a3 05 00000000 00000100 10 00"), "05 2400");
  EXPECT_EQ(world.outcome(world.a, "a4 06 00000000 00000041 00 00", base::Bytes(65)), "05 2400") << "64 at most";

  World other({}, &store);
  ASSERT_TRUE(other.disk.restore(scsi::StateKind::IdentifyingInformation, store.images.back().second));
  EXPECT_EQ(other.dataOf(other.a, "a3 05 00000000 00000100 00 00"), "00000003" "616263");
  EXPECT_FALSE(other.disk.restore(scsi::StateKind::IdentifyingInformation, hex("0001")));
}

TEST(IdentifyingInformation, IsNotSettableWithoutAStore) {
  World world;
  EXPECT_EQ(world.outcome(world.a, "a4 06 00000000 00000003 00 00", hex("616263")), "05 2400");
}

TEST(IdentifyingInformation, ThatCannotBeSavedIsNotTaken) {
  scsi_test::MemoryStore store;
  store.fails = true;
  World world({}, &store);
  EXPECT_EQ(world.outcome(world.a, "a4 06 00000000 00000003 00 00", hex("616263")), "04 4400");
  EXPECT_EQ(world.dataOf(world.a, "a3 05 00000000 00000100 00 00"), "00000000");
}

}  // namespace
