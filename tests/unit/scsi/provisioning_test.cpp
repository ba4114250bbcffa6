// WRITE SAME, UNMAP, GET LBA STATUS, and the long operations SANITIZE and FORMAT UNIT.
#include <gtest/gtest.h>

#include "tests/unit/scsi/disk_world.h"

namespace {

using scsi::IoKind;
using scsi_test::filled;
using scsi_test::hex;
using scsi_test::World;

std::unique_ptr<scsi_test::MemoryDevice> thin(std::uint64_t blocks = 1024) {
  auto device = std::make_unique<scsi_test::MemoryDevice>(blocks);
  device->shape.thin = true;
  return device;
}

TEST(WriteSame, RepeatsABlock) {
  for (const char* cdb : {"41 00 00000002 00 0003 00", "93 00 0000000000000002 00000003 00 00"}) {
    World world;
    base::Bytes block(512);
    for (std::size_t i = 0; i < block.size(); ++i) block[i] = static_cast<std::uint8_t>(i);
    EXPECT_EQ(world.outcome(world.a, cdb, block), "GOOD");
    for (std::uint64_t lba = 2; lba < 5; ++lba) EXPECT_TRUE(base::equal(world.device.block(lba), block)) << lba;
    EXPECT_EQ(world.device.block(1)[5], 0);
    EXPECT_EQ(world.device.block(5)[5], 0);
  }
}

TEST(WriteSame, OfALongRangeGoesInPieces) {
  World world(std::make_unique<scsi_test::MemoryDevice>(1300), {}, nullptr);
  EXPECT_EQ(world.outcome(world.a, "93 00 0000000000000001 00000512 00 00", filled(512, 0xcc)), "GOOD");
  EXPECT_EQ(world.device.requests, 3) << "512 + 512 + 274 blocks";
  EXPECT_EQ(world.device.block(0)[0], 0);
  EXPECT_EQ(world.device.block(1)[0], 0xcc);
  EXPECT_EQ(world.device.block(1298)[511], 0xcc);
  EXPECT_EQ(world.device.block(1299)[0], 0);
}

// A device that answers at once would hold the thread for gigabytes.
TEST(WriteSame, OfALongRangeLeavesOthersTheirTurns) {
  World world(std::make_unique<scsi_test::MemoryDevice>(40001), {}, nullptr);
  int woken = 0;
  world.disk.setAttention([&] { ++woken; });
  const auto command = world.run(world.a, "93 00 0000000000000000 00009c40 00 00", filled(512, 0xcc));
  EXPECT_EQ(command->ends, 0);
  EXPECT_EQ(world.device.requests, 16) << "4 MiB in pieces of 256 KiB";
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(world.disk.nextDeadline(), base::TimePoint::min());
  EXPECT_EQ(world.outcome(world.b, scsi_test::kTestUnitReady), "GOOD");
  world.disk.onTimer(world.now);
  EXPECT_EQ(world.device.requests, 32);
  world.runBackground();
  EXPECT_EQ(command->outcome(), "GOOD");
  EXPECT_EQ(world.device.requests, 79);
  EXPECT_EQ(world.device.block(39999)[511], 0xcc);
  EXPECT_EQ(world.device.block(40000)[0], 0);
  const auto aborted = world.run(world.a, "93 00 0000000000000000 00009c40 00 00", filled(512, 0xdd));
  world.disk.abort(*aborted);
  EXPECT_EQ(aborted->outcome(), "aborted");
  EXPECT_EQ(world.disk.nextDeadline(), base::kNever);
  EXPECT_TRUE(world.disk.idle());
}

TEST(WriteSame, ReachesAsFarInBytesWhateverTheBlocks) {
  World world(std::make_unique<scsi_test::MemoryDevice>(8, 4096), {}, nullptr);
  EXPECT_EQ(world.dataOf(world.a, "12 01 b0 00 ff 00").substr(72, 16), "0000000000100000") << "4 GiB";
}

TEST(WriteSame, OfZeroesUsesTheDevicesOwnMeans) {
  World world(thin(), {}, nullptr);
  std::fill(world.device.bytes.begin(), world.device.bytes.end(), std::uint8_t{1});
  EXPECT_EQ(world.outcome(world.a, "41 00 00000002 00 0003 00", filled(512, 0)), "GOOD");
  EXPECT_EQ(world.device.kinds, std::vector<IoKind>{IoKind::WriteZeroes});
  EXPECT_EQ(world.outcome(world.a, "93 09 0000000000000008 00000002 00 00"), "GOOD") << "UNMAP and NDOB";
  EXPECT_EQ(world.device.kinds, (std::vector<IoKind>{IoKind::WriteZeroes, IoKind::WriteZeroes, IoKind::Discard}));
  EXPECT_EQ(world.device.block(9)[0], 0);
  EXPECT_EQ(world.device.block(10)[0], 1);
  EXPECT_FALSE(world.device.mapped[8]);
  world.device.kinds.clear();
  EXPECT_EQ(world.outcome(world.a, "41 08 00000002 00 0001 00", filled(512, 7)), "GOOD");
  EXPECT_EQ(world.device.kinds, std::vector<IoKind>{IoKind::Write}) << "what is not zero is written, not unmapped";
}

TEST(WriteSame, RefusesLengthsAndUnmapWhereTheyDoNotFit) {
  scsi::DiskSettings settings;
  settings.maxWriteSameBytes = 16 * 512;
  World world(settings);
  const base::Bytes block = filled(512, 1);
  EXPECT_EQ(world.outcome(world.a, "41 00 00000000 00 0000 00", block), "05 2400") << "WSNZ";
  EXPECT_EQ(world.outcome(world.a, "41 00 00000000 00 0011 00", block), "05 2400");
  EXPECT_EQ(world.outcome(world.a, "41 08 00000000 00 0001 00", block), "05 2400") << "not thin";
  EXPECT_EQ(world.outcome(world.a, "41 00 00000000 00 0001 00", filled(256, 1)), "05 0e03");
  auto more = world.make(world.a, "41 00 00000000 00 0001 00", block);
  more->announcedDataOut = 1024;
  world.execute(*more);
  EXPECT_EQ(more->outcome(), "05 0e03");
  EXPECT_EQ(world.device.requests, 0);
}

TEST(Unmap, ObeysItsDescriptors) {
  struct Row {
    const char* what;
    const char* cdb;
    const char* list;
    const char* outcome;
  };
  const Row rows[] = {
      {"no list", "42 00 00000000 00 0000 00", "", "GOOD"},
      {"a list without descriptors", "42 00 00000000 00 0008 00", "0006 0000 00000000", "GOOD"},
      {"shorter than its header", "42 00 00000000 00 0007 00", "0005 0000 000000", "05 1a00"},
      {"less than was said", "42 00 00000000 00 0018 00", "0016 0010 00000000", "05 1a00"},
      {"more descriptors than there are bytes", "42 00 00000000 00 0018 00",
       "0016 0020 00000000 0000000000000001 00000001 00000000", "05 2600"},
      {"a descriptor cut short is left out", "42 00 00000000 00 0010 00", "000e 0008 00000000 0000000000000001",
       "GOOD"},
      {"no blocks behind the end", "42 00 00000000 00 0018 00",
       "0016 0010 00000000 0000000000000400 00000000 00000000", "GOOD"},
      {"no blocks far behind the end", "42 00 00000000 00 0018 00",
       "0016 0010 00000000 0000000000000401 00000000 00000000", "05 2100"},
      {"one beyond the end", "42 00 00000000 00 0018 00",
       "0016 0010 00000000 00000000000003ff 00000002 00000000", "05 2100"},
      {"a sum that overflows", "42 00 00000000 00 0018 00",
       "0016 0010 00000000 ffffffffffffffff 00000002 00000000", "05 2100"},
      {"two ranges, the second wrong", "42 00 00000000 00 0028 00",
       "0026 0020 00000000 0000000000000001 00000001 00000000 0000000000000400 00000001 00000000", "05 2100"},
  };
  for (const Row& row : rows) {
    World world(thin(), {}, nullptr);
    EXPECT_EQ(world.outcome(world.a, row.cdb, hex(row.list)), row.outcome) << row.what;
    EXPECT_EQ(world.device.requests, 0) << row.what;
  }
}

TEST(Unmap, GivesBackEachRange) {
  World world(thin(), {}, nullptr);
  std::fill(world.device.bytes.begin(), world.device.bytes.end(), std::uint8_t{1});
  EXPECT_EQ(world.outcome(world.a, "42 00 00000000 00 0038 00",
                          hex("0036 0030 00000000"
                              "0000000000000008 00000002 00000000"
                              "0000000000000020 00000000 00000000"
                              "0000000000000002 00000001 00000000")),
            "GOOD");
  for (const unsigned lba : {2U, 8U, 9U}) EXPECT_EQ(world.device.block(lba)[0], 0) << lba;
  for (const unsigned lba : {1U, 3U, 7U, 10U, 32U}) EXPECT_EQ(world.device.block(lba)[0], 1) << lba;
  EXPECT_EQ(world.device.requests, 2);
}

TEST(Unmap, IsDurableWhereTheWriteCacheIsOff) {
  auto device = thin();
  device->shape.volatileCache = true;
  World world(std::move(device), {}, nullptr);
  const base::Bytes list = hex("0016 0010 00000000 0000000000000008 00000002 00000000");
  EXPECT_EQ(world.outcome(world.a, "42 00 00000000 00 0018 00", list), "GOOD");
  EXPECT_EQ(world.device.throughWrites, 0);
  const std::string page = "0000000000000000000000000000000000";
  EXPECT_EQ(world.outcome(world.a, "15 10 00 00 18 00", hex("00000000 0812 00" + page)), "GOOD") << "WCE 0";
  EXPECT_EQ(world.outcome(world.a, "42 00 00000000 00 0018 00", list), "GOOD");
  EXPECT_EQ(world.device.throughWrites, 1);
}

TEST(Unmap, HasLimits) {
  scsi::DiskSettings settings;
  settings.maxUnmapBlocks = 10;
  settings.maxUnmapDescriptors = 1;
  World world(thin(), settings, nullptr);
  EXPECT_EQ(world.outcome(world.a, "42 00 00000000 00 0018 00",
                          hex("0016 0010 00000000 0000000000000000 0000000b 00000000")), "05 2600");
  EXPECT_EQ(world.outcome(world.a, "42 00 00000000 00 0028 00",
                          hex("0026 0020 00000000 00000000000000000000000100000000 00000000000000010000000100000000")),
            "05 2600");
}

TEST(LbaStatus, TellsRunsOfBlocks) {
  World world(thin(), {}, nullptr);
  for (std::size_t lba = 4; lba < 10; ++lba) world.device.mapped[lba] = false;
  EXPECT_EQ(world.dataOf(world.a, "9e 12 0000000000000002 00000038 00 00"),
            "00000034" "00000000"
            "0000000000000002" "00000002" "00000000"
            "0000000000000004" "00000006" "01000000"
            "000000000000000a" "000003f6" "00000000");
  EXPECT_EQ(world.dataOf(world.a, "9e 12 0000000000000005 00000018 00 00"),
            "00000014" "00000000" "0000000000000005" "00000005" "01000000");
  EXPECT_EQ(world.dataOf(world.a, "9e 12 0000000000000005 00000004 00 00"), "00000014");
}

TEST(Sanitize, OverwritesInTheBackground) {
  World world(std::make_unique<scsi_test::MemoryDevice>(4100), {}, nullptr);
  EXPECT_EQ(world.outcome(world.a, "48 81 0000000000 0008 00", hex("01 00 0004 a1a2a3a4")), "GOOD") << "IMMED";
  EXPECT_EQ(world.disk.nextDeadline(), base::TimePoint::min());
  EXPECT_EQ(world.outcome(world.a, scsi_test::kTestUnitReady), "02 041b");
  EXPECT_EQ(world.outcome(world.a, "28 00 00000000 00 0001 00"), "02 041b");
  EXPECT_EQ(world.outcome(world.a, "1b 01 00 00 12 00"), "02 041b");
  EXPECT_EQ(world.outcome(world.a, "48 82 0000000000 0000 00"), "02 041b");
  for (const char* cdb : {"12 00 00 00 24 00", "a0 00 00 000000 00000100 00 00", "25 00 00000000 0000 00 00",
                          "1a 00 3f 00 ff 00"}) {
    EXPECT_EQ(world.outcome(world.a, cdb), "GOOD") << cdb;
  }
  world.disk.onTimer(world.now);  // 1 MiB of 2050 KiB
  EXPECT_EQ(world.dataOf(world.a, "03 00 00 00 12 00"), "700002000000000a00000000041b00807fe0");
  world.runBackground();
  EXPECT_EQ(world.outcome(world.a, scsi_test::kTestUnitReady), "GOOD");
  for (const unsigned lba : {0U, 2047U, 2048U, 4099U}) {
    EXPECT_EQ(scsi_test::text(world.device.block(lba).first(8)), "a1a2a3a4a1a2a3a4") << lba;
  }
  EXPECT_EQ(world.device.kinds.back(), IoKind::Flush);
}

TEST(Sanitize, InvertsEverySecondPassSoThatTheLastIsThePattern) {
  World world(std::make_unique<scsi_test::MemoryDevice>(8), {}, nullptr);
  const auto command = world.run(world.a, "48 01 0000000000 0005 00", hex("82 00 0001 0f"));
  EXPECT_EQ(command->ends, 0) << "without IMMED it ends with the operation";
  world.disk.onTimer(world.now);
  EXPECT_EQ(world.device.block(7)[511], 0xf0);
  world.disk.onTimer(world.now);
  EXPECT_EQ(world.device.block(7)[511], 0x0f);
  world.runBackground();
  EXPECT_EQ(command->outcome(), "GOOD");
  EXPECT_EQ(command->ends, 1);
}

TEST(Sanitize, BlockEraseLeavesZeroes) {
  World world(thin(), {}, nullptr);
  std::fill(world.device.bytes.begin(), world.device.bytes.end(), std::uint8_t{1});
  EXPECT_EQ(world.outcome(world.a, "48 82 0000000000 0000 00"), "GOOD");
  world.runBackground();
  EXPECT_EQ(world.device.bytes, base::Bytes(world.device.bytes.size(), 0));
  EXPECT_EQ(world.device.kinds, (std::vector<IoKind>{IoKind::WriteZeroes, IoKind::Discard, IoKind::Flush}));
}

TEST(Sanitize, ChecksItsParameters) {
  World world;
  for (int length = 0; length < 5; ++length) {
    char cdb[64];
    std::snprintf(cdb, sizeof cdb, "48 01 0000000000 %04x 00", length);
    EXPECT_EQ(world.outcome(world.a, cdb, filled(static_cast<std::size_t>(length), 1)), "05 2400") << length;
  }
  EXPECT_EQ(world.outcome(world.a, "48 01 0000000000 0205 00", filled(517, 1)), "05 2400");
  EXPECT_EQ(world.outcome(world.a, "48 01 0000000000 0005 00", hex("00 00 0001 0f")), "05 2600") << "no pass";
  EXPECT_EQ(world.outcome(world.a, "48 01 0000000000 0005 00", hex("01 00 0000 0f")), "05 2600") << "no pattern";
  EXPECT_EQ(world.outcome(world.a, "48 01 0000000000 0005 00", hex("01 00 0002 0f")), "05 2600");
  EXPECT_EQ(world.outcome(world.a, "48 01 0000000000 0005 00", hex("21 00 0001 0f")), "05 2600") << "TEST";
  EXPECT_EQ(world.outcome(world.a, "48 02 0000000000 0001 00", filled(1, 1)), "05 2400");
  EXPECT_EQ(world.outcome(world.a, "48 1f 0000000000 0008 00", filled(8, 1)), "05 2400");
  EXPECT_EQ(world.outcome(world.a, "48 1f 0000000000 0000 00"), "GOOD") << "nothing failed";
  EXPECT_EQ(world.device.requests, 0);
}

TEST(Sanitize, ThatFailsLeavesTheUnitClosedUntilItIsMended) {
  for (const bool allowed : {false, true}) {
    World world;
    world.device.failWith = scsi::IoResult::MediumError;
    const auto command = world.run(world.a, allowed ? "48 22 0000000000 0000 00" : "48 02 0000000000 0000 00");
    world.runBackground();
    EXPECT_EQ(command->outcome(), "03 3103");
    EXPECT_EQ(world.outcome(world.a, scsi_test::kTestUnitReady), "03 3103");
    EXPECT_EQ(world.outcome(world.a, "28 00 00000000 00 0001 00"), "03 3103");
    EXPECT_EQ(world.outcome(world.a, "12 00 00 00 24 00"), "GOOD");
    EXPECT_EQ(world.outcome(world.a, "48 1f 0000000000 0000 00"), allowed ? "GOOD" : "05 2400");
    world.device.failWith = scsi::IoResult::Ok;
    if (!allowed) {
      EXPECT_EQ(world.outcome(world.a, "48 82 0000000000 0000 00"), "GOOD") << "another SANITIZE";
      world.runBackground();
    }
    EXPECT_EQ(world.outcome(world.a, scsi_test::kTestUnitReady), "GOOD");
  }
}

TEST(Sanitize, BeginsAfterWhatIsOnItsWayAndKeepsOutWhatWaits) {
  World world;
  world.device.later = true;
  const auto before = world.run(world.a, "2a 00 00000000 00 0001 00", filled(512, 9));
  const auto erase = world.run(world.a, "48 82 0000000000 0000 00");
  const auto after = world.run(world.b, "2a 00 00000001 00 0001 00", filled(512, 9));
  EXPECT_EQ(world.device.waiting.size(), 1U);
  EXPECT_EQ(erase->ends, 0);
  world.device.answer();
  EXPECT_EQ(before->outcome(), "GOOD");
  EXPECT_EQ(erase->outcome(), "GOOD");
  EXPECT_EQ(after->outcome(), "02 041b");
  world.device.later = false;
  world.runBackground();
  EXPECT_EQ(world.device.bytes, base::Bytes(world.device.bytes.size(), 0));
}

TEST(Sanitize, GoesOnThroughAborts) {
  World world;
  const auto erase = world.run(world.a, "48 02 0000000000 0000 00");
  EXPECT_EQ(erase->ends, 0);
  world.disk.abort(*erase);
  EXPECT_EQ(erase->outcome(), "aborted");
  EXPECT_EQ(world.outcome(world.a, scsi_test::kTestUnitReady), "02 041b");
  world.runBackground();
  EXPECT_EQ(erase->ends, 1);
  EXPECT_EQ(world.outcome(world.a, scsi_test::kTestUnitReady), "GOOD");
}

TEST(FormatUnit, FillsWithZeroes) {
  World world;
  std::fill(world.device.bytes.begin(), world.device.bytes.end(), std::uint8_t{1});
  EXPECT_EQ(world.outcome(world.a, "04 10 00 00 00 00", hex("00 02 0000")), "GOOD") << "IMMED";
  EXPECT_EQ(world.outcome(world.a, scsi_test::kTestUnitReady), "02 0404");
  world.runBackground();
  EXPECT_EQ(world.device.bytes, base::Bytes(world.device.bytes.size(), 0));
  const auto whole = world.run(world.a, "04 00 00 00 00 00");
  EXPECT_EQ(whole->ends, 0);
  world.runBackground();
  EXPECT_EQ(whole->outcome(), "GOOD");
  EXPECT_EQ(world.outcome(world.a, "04 10 00 00 00 00", hex("00 00 0004")), "05 2600") << "a defect list";
  EXPECT_EQ(world.outcome(world.a, "04 10 00 00 00 00", hex("00 08 0000")), "05 2600") << "an initialization pattern";
  EXPECT_EQ(world.outcome(world.a, "04 30 00 00 00 00", hex("00 02 0000")), "05 1a00") << "LONGLIST has 8 bytes";
  EXPECT_EQ(world.outcome(world.a, "04 01 00 00 00 00"), "05 2400");
}

TEST(FormatUnit, ThatFailsSaysSo) {
  World world;
  world.device.failWith = scsi::IoResult::MediumError;
  const auto command = world.run(world.a, "04 00 00 00 00 00");
  world.runBackground();
  EXPECT_EQ(command->outcome(), "03 3100");
  EXPECT_EQ(world.outcome(world.a, scsi_test::kTestUnitReady), "03 3100");
}

// SBC-3 5.2: the medium is half formatted, whoever waited for it.
TEST(FormatUnit, ThatFailsWithNobodyWaitingKeepsTheMediumCorruptedUntilOneSucceeds) {
  constexpr const char* kFormat = "04 00 00 00 00 00";
  constexpr const char* kSanitize = "48 82 0000000000 0000 00";
  for (const char* const mends : {kFormat, kSanitize}) {
    World world;
    world.device.failWith = scsi::IoResult::MediumError;
    EXPECT_EQ(world.outcome(world.a, "04 10 00 00 00 00", hex("00 02 0000")), "GOOD") << "IMMED";
    world.runBackground();
    EXPECT_EQ(world.outcome(world.b, scsi_test::kTestUnitReady), "03 3100");
    EXPECT_EQ(world.outcome(world.a, "28 00 00000000 00 0001 00"), "03 3100");
    EXPECT_EQ(world.dataOf(world.a, "03 00 00 00 12 00").substr(0, 6), "700003") << "REQUEST SENSE tells it";
    EXPECT_EQ(world.outcome(world.a, "1a 00 3f 00 ff 00"), "GOOD") << "MODE SENSE needs no medium";
    EXPECT_EQ(world.outcome(world.a, "25 00 00000000 0000 00 00"), "GOOD") << "nor does READ CAPACITY";
    world.run(world.a, "04 10 00 00 00 00", hex("00 02 0000"));
    world.runBackground();
    EXPECT_EQ(world.outcome(world.b, scsi_test::kTestUnitReady), "03 3100") << "it has failed again";
    world.device.failWith = scsi::IoResult::Ok;
    const auto command = world.run(world.a, mends);
    world.runBackground();
    EXPECT_EQ(command->outcome(), "GOOD");
    EXPECT_EQ(world.outcome(world.b, scsi_test::kTestUnitReady), "GOOD");
  }
}

}  // namespace
