// MODE SENSE and SELECT, logs, buffers, diagnostics, medium.
#include <gtest/gtest.h>

#include "tests/unit/scsi/disk_world.h"

namespace {

using scsi::IoKind;
using scsi::IoResult;
using scsi_test::filled;
using scsi_test::hex;
using scsi_test::World;

std::unique_ptr<scsi_test::MemoryDevice> cached() {
  auto device = std::make_unique<scsi_test::MemoryDevice>();
  device->shape.volatileCache = true;
  return device;
}

TEST(ModeSense, GivesHeaderDescriptorAndPages) {
  struct Row {
    const char* cdb;
    const char* data;
  };
  const Row rows[] = {
      {"1a 00 0a 00 ff 00",
       "17001008"
       "00000400"
       "00000200"
       "0a0a021000400000000000"
       "00"},
      {"1a 08 0a 00 ff 00",
       "0f001000"
       "0a0a02100040000000000000"},
      {"1a 08 4a 00 ff 00",
       "0f001000"
       "0a0a04000840000000000000"},  // changeable bits
      {"5a 08 0a 00 000000 0100 00",
       "0012001000000000"
       "0a0a02100040000000000000"},
      {"5a 10 0a 00 000000 0100 00",
       "0022001001000010"
       "0000000000000400"
       "00000000"
       "00000200"
       "0a0a02100040000000000000"},
      {"5a 00 0a 00 000000 0100 00",
       "001a001000000008"
       "00000400"
       "00000200"
       "0a0a02100040000000000000"},
      {"1a 08 08 00 ff 00",
       "17001000"
       "0812000000000000000000000000000000000000"},
      {"1a 08 18 00 ff 00",
       "0b001000"
       "1806050000000000"},
      {"1a 08 3f 00 04 00", "8f001000"},
      {"1a 08 3f ff 04 00", "bf001000"},
      {"1a 08 0a ff 04 00", "2f001000"},
      {"1a 08 0a 01 10 00",
       "23001000"
       "4a01001c02000000"
       "00000000"},
  };
  World world;
  for (const Row& row : rows) {
    EXPECT_EQ(world.dataOf(world.a, row.cdb), row.data) << row.cdb;
  }
  EXPECT_EQ(world.outcome(world.a, "1a 08 ca 00 ff 00"), "05 3900") << "saved";
  EXPECT_EQ(world.outcome(world.a, "1a 08 0b 00 ff 00"), "05 2400") << "no such page";
  EXPECT_EQ(world.outcome(world.a, "1a 08 08 01 ff 00"), "05 2400") << "no such subpage";
}

TEST(ModeSense, SaysHonestlyWhetherWritesAreCached) {
  World plain;
  EXPECT_EQ(plain.run(plain.a, "1a 08 08 00 ff 00")->received()[6], 0x00);
  EXPECT_EQ(plain.run(plain.a, "1a 08 48 00 ff 00")->received()[6], 0x00) << "and it cannot change";
  World world(cached(), {}, nullptr);
  EXPECT_EQ(world.run(world.a, "1a 08 08 00 ff 00")->received()[6], 0x04);
  EXPECT_EQ(world.run(world.a, "1a 08 48 00 ff 00")->received()[6], 0x04);
  EXPECT_EQ(world.run(world.a, "1a 08 88 00 ff 00")->received()[6], 0x04);
}

TEST(ModeSelect, OfWceFlushesAndThenWritesThrough) {
  World world(cached(), {}, nullptr);
  const std::string page = "0000000000000000000000000000000000";
  world.outcome(world.a, "2a 00 00000000 00 0001 00", filled(512, 1));
  EXPECT_EQ(world.device.throughWrites, 0);
  EXPECT_EQ(world.outcome(world.a, "15 10 00 00 18 00", hex("00000000 0812 00" + page)), "GOOD");
  EXPECT_EQ(world.device.kinds.back(), IoKind::Flush);
  world.outcome(world.a, "2a 00 00000000 00 0001 00", filled(512, 1));
  world.outcome(world.a, "41 00 00000000 00 0001 00", filled(512, 1));
  EXPECT_EQ(world.device.throughWrites, 2);
  EXPECT_EQ(world.outcome(world.b, scsi_test::kTestUnitReady), "06 2a01") << "the others hear of it";
  EXPECT_EQ(world.outcome(world.a, scsi_test::kTestUnitReady), "GOOD");
  EXPECT_EQ(world.outcome(world.a, "15 10 00 00 18 00", hex("00000000 0812 00" + page)), "GOOD");
  EXPECT_EQ(world.outcome(world.b, scsi_test::kTestUnitReady), "GOOD") << "nothing changed";
}

constexpr std::string_view kWceOff = "00000000 0812 00 0000000000000000000000000000000000";
constexpr std::string_view kWceOn = "00000000 0812 04 0000000000000000000000000000000000";

// It was given to the device when the cache was still on.
TEST(ModeSelect, OfWceFlushesBehindWritesThatAreOnTheirWay) {
  World world(cached(), {}, nullptr);
  world.device.later = true;
  const auto write = world.run(world.a, "2a 00 00000000 00 0001 00", filled(512, 1));
  const auto select = world.run(world.b, "15 10 00 00 18 00", hex(kWceOff));
  EXPECT_EQ(world.device.kinds, (std::vector<IoKind>{IoKind::Write}));
  world.device.answer();
  EXPECT_EQ(write->outcome(), "GOOD");
  EXPECT_EQ(world.device.kinds, (std::vector<IoKind>{IoKind::Write, IoKind::Flush}));
  EXPECT_EQ(select->ends, 0);
  world.device.answer();
  EXPECT_EQ(select->outcome(), "GOOD");
  EXPECT_FALSE(world.disk.changesWholly()) << "reads stay without a copy";
}

TEST(ModeSelect, WhoseSavedWceComesBackByAResetFlushesBeforeTheResetIsAnswered) {
  scsi_test::MemoryStore store;
  World world(cached(), {}, &store);
  ASSERT_EQ(world.outcome(world.a, "15 11 00 00 18 00", hex(kWceOff)), "GOOD");
  ASSERT_EQ(world.outcome(world.a, "15 10 00 00 18 00", hex(kWceOn)), "GOOD");
  world.outcome(world.a, "2a 00 00000000 00 0001 00", filled(512, 1));
  EXPECT_EQ(world.device.throughWrites, 0);
  world.device.kinds.clear();
  world.device.later = true;
  scsi_test::Management reset(scsi::TaskManagement::LogicalUnitReset, world.a);
  world.disk.manage(reset);
  EXPECT_EQ(world.device.kinds, (std::vector<IoKind>{IoKind::Flush}));
  EXPECT_EQ(reset.ends, 0);
  EXPECT_FALSE(world.disk.idle());
  world.device.answerAll();
  EXPECT_EQ(reset.ends, 1);
  EXPECT_TRUE(world.disk.idle());
  scsi_test::Management again(scsi::TaskManagement::LogicalUnitReset, world.a);
  world.disk.manage(again);
  EXPECT_EQ(again.ends, 1) << "it is off already";
  EXPECT_EQ(world.device.kinds.size(), 1U);
}

// What is cached is there still, and whoever believes that nothing is cached does not flush it.
TEST(ModeSelect, WhoseSavedWceComesBackByAResetFlushesAgainUntilTheDeviceIsThere) {
  scsi_test::MemoryStore store;
  World world(cached(), {}, &store);
  ASSERT_EQ(world.outcome(world.a, "15 11 00 00 18 00", hex(kWceOff)), "GOOD");
  ASSERT_EQ(world.outcome(world.a, "15 10 00 00 18 00", hex(kWceOn)), "GOOD");
  world.device.kinds.clear();
  world.device.failWith = IoResult::Gone;
  scsi_test::Management reset(scsi::TaskManagement::LogicalUnitReset, world.a);
  world.disk.manage(reset);
  EXPECT_EQ(reset.ends, 1) << "no initiator would wait";
  ASSERT_NE(world.disk.nextDeadline(), base::kNever);
  world.now.mono = world.disk.nextDeadline();
  world.disk.onTimer(world.now);
  EXPECT_EQ(world.device.kinds.size(), 2U);
  EXPECT_GT(world.disk.nextDeadline(), world.now.mono) << "not all the time";
  world.device.failWith = IoResult::Ok;
  world.now.mono = world.disk.nextDeadline();
  world.disk.onTimer(world.now);
  EXPECT_EQ(world.device.kinds, std::vector<IoKind>(3, IoKind::Flush));
  EXPECT_EQ(world.disk.nextDeadline(), base::kNever);
}

TEST(ModeSelect, WhoseSavedWceComesBackByAResetIsDoneWithAnyFlushThatSucceeds) {
  scsi_test::MemoryStore store;
  World world(cached(), {}, &store);
  ASSERT_EQ(world.outcome(world.a, "15 11 00 00 18 00", hex(kWceOff)), "GOOD");
  ASSERT_EQ(world.outcome(world.a, "15 10 00 00 18 00", hex(kWceOn)), "GOOD");
  world.device.failWith = IoResult::Gone;
  scsi_test::Management reset(scsi::TaskManagement::LogicalUnitReset, world.a);
  world.disk.manage(reset);
  world.device.failWith = IoResult::Ok;
  world.a->attentions.take();
  EXPECT_EQ(world.outcome(world.a, scsi_test::kSynchronizeCache), "GOOD");
  EXPECT_EQ(world.disk.nextDeadline(), base::kNever);
}

std::uint8_t cachingOf(World& world) { return world.run(world.a, "1a 08 08 00 ff 00")->received()[6]; }

// Else WCE would be off with writes that are cached still, and nobody would flush them.
TEST(ModeSelect, OfWceThatIsAbortedBeforeItsFlushHasEndedChangesNothing) {
  for (const bool waits : {true, false}) {
    World world(cached(), {}, nullptr);
    world.device.later = true;
    std::unique_ptr<scsi_test::TestCommand> write;
    if (waits) write = world.run(world.b, "2a 00 00000000 00 0001 00", filled(512, 1));
    const auto select = world.run(world.a, "15 10 00 00 18 00", hex(kWceOff));
    EXPECT_EQ(cachingOf(world), 0x04) << "not before it is true";
    world.disk.abort(*select);
    world.device.answerAll();
    EXPECT_EQ(select->outcome(), "aborted");
    EXPECT_EQ(cachingOf(world), 0x04) << waits;
    EXPECT_EQ(world.outcome(world.b, scsi_test::kTestUnitReady), "GOOD") << "nothing changed";
    EXPECT_TRUE(world.disk.idle());
  }
}

TEST(ModeSelect, OfWceWhoseFlushFailsChangesNothing) {
  scsi_test::MemoryStore store;
  World world(cached(), {}, &store);
  world.device.failWith = IoResult::Gone;
  EXPECT_EQ(world.outcome(world.a, "15 11 00 00 18 00", hex(kWceOff)), "04 4400");
  EXPECT_EQ(cachingOf(world), 0x04);
  EXPECT_TRUE(store.images.empty());
}

// The one turns it on while the other is being saved.
TEST(ModeSelect, OfWceThatIsSavedLeavesNothingInTheCacheThatAnotherTurnedOnMeanwhile) {
  scsi_test::MemoryStore store;
  World world(cached(), {}, &store);
  ASSERT_EQ(world.outcome(world.a, "15 10 00 00 18 00", hex(kWceOff)), "GOOD");
  store.later = true;
  const auto off = world.run(world.a, "15 11 00 00 18 00", hex(kWceOff));
  world.b->attentions.take();
  EXPECT_EQ(world.outcome(world.b, "15 10 00 00 18 00", hex(kWceOn)), "GOOD");
  const auto write = world.run(world.b, "2a 00 00000000 00 0001 00", filled(512, 1));
  store.answer();
  EXPECT_EQ(off->outcome(), "GOOD");
  EXPECT_EQ(write->outcome(), "GOOD");
  const bool flushedLast = world.device.kinds.back() == IoKind::Flush;
  EXPECT_TRUE(flushedLast || world.device.throughWrites == 1);
}

TEST(ModeSelect, TakesWhatMayChangeAndNothingElse) {
  struct Row {
    const char* what;
    const char* cdb;
    const char* list;
    const char* outcome;
    int pointer;  // byte of the parameter list, or -1
  };
  const Row rows[] = {
      {"no list", "15 10 00 00 00 00", "", "GOOD", -1},
      {"D_SENSE", "15 10 00 00 10 00", "00000000 0a0a 06100000 00000000 0000", "GOOD", -1},
      {"with a descriptor", "15 10 00 00 18 00", "00000008 00000400 00000200 0a0a 06100000 00000000 0000", "GOOD", -1},
      {"descriptor, blocks 0", "15 10 00 00 18 00", "00000008 00000000 00000200 0a0a 06100000 00000000 0000",
       "GOOD", -1},
      {"ten, long descriptor", "55 10 0000000000 0024 00",
       "0000000001000010 ffffffffffffffff 00000000 00000200 0a0a 06100000 00000000 0000", "GOOD", -1},
      {"PS is ignored", "15 10 00 00 10 00", "00000000 8a0a 06100000 00000000 0000", "GOOD", -1},
      {"another capacity", "15 10 00 00 18 00", "00000008 00000100 00000200 0a0a 06100000 00000000 0000", "05 2600", 4},
      {"another block size", "15 10 00 00 18 00", "00000008 00000400 00001000 0a0a 06100000 00000000 0000",
       "05 2600", 9},
      {"QERR", "15 10 00 00 10 00", "00000000 0a0a 02120000 00000000 0000", "05 2600", 7},
      {"GLTSD", "15 10 00 00 10 00", "00000000 0a0a 04100000 00000000 0000", "05 2600", 6},
      {"WCE of a device without cache", "15 10 00 00 18 00", "00000000 0812 04 0000000000000000000000000000000000",
       "05 2600", 6},
      {"page length", "15 10 00 00 10 00", "00000000 0a09 06100000 00000000 0000", "05 2600", 5},
      {"no such page", "15 10 00 00 10 00", "00000000 0b0a 06100000 00000000 0000", "05 2600", 4},
      {"page cut short", "15 10 00 00 0f 00", "00000000 0a0a 06100000 00000000 00", "05 1a00", -1},
      {"one byte of a page", "15 10 00 00 05 00", "00000000 0a", "05 1a00", -1},
      {"header cut short", "15 10 00 00 03 00", "000000", "05 1a00", -1},
      {"less than was said", "15 10 00 00 10 00", "00000000 0a0a", "05 1a00", -1},
      {"descriptor of a wrong length", "15 10 00 00 14 00", "00000004 00000000 0a0a 06100000 00000000 0000",
       "05 2600", 3},
      {"SP", "15 11 00 00 10 00", "00000000 0a0a 06100000 00000000 0000", "05 2400", -1},
      {"not in page format", "15 00 00 00 10 00", "00000000 0a0a 06100000 00000000 0000", "05 2400", -1},
      {"the second page is wrong", "15 10 00 00 1c 00",
       "00000000 0a0a 06100000 00000000 0000 0a0a 06120000 00000000 0000", "05 2600", 19},
  };
  for (const Row& row : rows) {
    World world;
    const auto command = world.run(world.a, row.cdb, hex(row.list));
    EXPECT_EQ(command->outcome(), row.outcome) << row.what;
    if (row.pointer >= 0) {
      EXPECT_EQ(command->sense()[15] & 0xc0, 0x80) << row.what << ": in the parameter list";
      EXPECT_EQ(base::loadU16(&command->sense()[16]), row.pointer) << row.what;
    }
    const bool taken = command->outcome() == "GOOD" && row.list[0] != 0;
    EXPECT_EQ(world.disk.modePages().descriptorSense(), taken) << row.what;
  }
}

TEST(ModeSelect, OfDSenseChangesTheFormatOfSense) {
  World world;
  EXPECT_EQ(world.outcome(world.a, "15 10 00 00 10 00", hex("00000000 0a0a 06100000 00000000 0000")), "GOOD");
  const auto read = world.run(world.a, "28 00 00000400 00 0001 00");
  EXPECT_EQ(scsi_test::text(read->sense()), "7205210000000000");
  EXPECT_EQ(world.dataOf(world.a, "03 00 00 00 12 00"), "700000000000000a00000000000000000000") << "DESC decides here";
  EXPECT_EQ(world.dataOf(world.a, "03 01 00 00 12 00"), "7200000000000000");
}

TEST(Log, PagesGiveCountsAndAreReset) {
  World world;
  world.outcome(world.a, "2a 00 00000000 00 0002 00", filled(1024, 1));
  world.outcome(world.a, "28 00 00000000 00 0001 00");
  EXPECT_EQ(world.dataOf(world.a, "4d 00 40 00 00 0000 0100 00"), "0000000a" "000203050d0e1011192f");
  EXPECT_EQ(world.dataOf(world.a, "4d 00 40 ff 00 0000 0100 00"),
            "40ff0016" "000000ff" "0200030005000d000e001000110019002f00");
  EXPECT_EQ(world.dataOf(world.a, "4d 00 42 00 00 0000 0100 00"),
            "02000024" "000302080000000000000000" "000502080000000000000400" "000602080000000000000000");
  EXPECT_EQ(world.dataOf(world.a, "4d 00 42 00 00 0005 0100 00"),
            "02000018" "000502080000000000000400" "000602080000000000000000");
  EXPECT_EQ(world.dataOf(world.a, "4d 00 59 00 00 0000 0028 00"),
            "19000044" "00010340" "0000000000000001" "0000000000000001" "0000000000000002" "0000000000000001");
  EXPECT_EQ(world.dataOf(world.a, "4d 00 6f 00 00 0000 0100 00"), "2f000008" "000003040000ff00");
  for (const char* cdb : {"4d 00 42 01 00 0000 0100 00", "4d 00 02 00 00 0000 0100 00", "4d 00 7e 00 00 0000 0100 00",
                          "4d 01 42 00 00 0000 0100 00", "4d 00 42 00 00 0007 0100 00"}) {
    EXPECT_EQ(world.outcome(world.a, cdb), "05 2400") << cdb;
  }
  EXPECT_EQ(world.outcome(world.a, "4c 02 c0 00 000000 0000 00"), "GOOD");
  EXPECT_EQ(world.disk.counters().writes, 0U);
  EXPECT_EQ(world.outcome(world.b, scsi_test::kTestUnitReady), "06 2a02");
  EXPECT_EQ(world.outcome(world.a, "4c 02 c0 00 000000 0004 00", filled(4, 0)), "05 2400");
}

TEST(Log, PagesOfWhatADiskInMemoryHasNone) {
  World world;
  world.outcome(world.a, "1b 00 00 00 00 00");
  world.outcome(world.a, "1b 00 00 00 01 00");
  EXPECT_EQ(world.dataOf(world.a, "4d 00 4d 00 00 0000 0100 00"), "0d00000c" "0000030200ff" "0001030200ff");
  EXPECT_EQ(world.dataOf(world.a, "4d 00 4e 00 00 0000 0100 00"), "0e000010" "0004030400000002" "0006030400000000");
  EXPECT_EQ(world.dataOf(world.a, "4d 00 51 00 00 0000 0100 00"), "11000008" "0001030400000000");
  const base::Bytes results = world.run(world.a, "4d 00 50 00 00 0000 0400 00")->received();
  ASSERT_EQ(results.size(), 404U);
  EXPECT_EQ(scsi_test::text(base::ByteView(results).first(8)), "10000190" "00010310");
  EXPECT_EQ(scsi_test::text(base::ByteView(results).subspan(384, 4)), "00140310");
  EXPECT_EQ(world.outcome(world.a, "4d 00 4c 00 00 0000 0100 00"), "05 2400") << "not thin: no page 0ch";
  world.device.shape.rotating = true;
  EXPECT_EQ(world.outcome(world.a, "4d 00 51 00 00 0000 0100 00"), "05 2400") << "not solid state";
}

TEST(Buffer, KeepsWhatWasWritten) {
  World world;
  EXPECT_EQ(world.dataOf(world.a, "3c 03 00 000000 000004 00"), "00010000");
  EXPECT_EQ(world.outcome(world.a, "3b 02 00 000010 000004 00", hex("01020304")), "GOOD");
  EXPECT_EQ(world.dataOf(world.b, "3c 02 00 00000e 000006 00"), "000001020304") << "one buffer for all";
  EXPECT_EQ(world.outcome(world.a, "3b 02 00 00ffff 000002 00", hex("0102")), "05 2400");
  EXPECT_EQ(world.outcome(world.a, "3b 02 01 000000 000002 00", hex("0102")), "05 2400");
  EXPECT_EQ(world.outcome(world.a, "3b 02 00 000000 000002 00", hex("01")), "05 1a00");
  EXPECT_EQ(world.outcome(world.a, "3b 05 00 000000 000002 00", hex("0102")), "05 2400") << "microcode";
  EXPECT_EQ(world.run(world.a, "3c 02 00 010000 000004 00")->dataInLength(), 0U);
  EXPECT_EQ(world.outcome(world.a, "3c 02 00 010001 000004 00"), "05 2400");
}

TEST(Buffer, OfEchoBelongsToTheNexus) {
  World world;
  EXPECT_EQ(world.dataOf(world.a, "3c 0b 00 000000 000004 00"), "01001000");
  EXPECT_EQ(world.outcome(world.a, "3c 0a 00 000000 000004 00"), "05 2c00") << "nothing was written";
  EXPECT_EQ(world.outcome(world.a, "3b 0a 00 000000 000003 00", hex("0a0b0c")), "GOOD");
  EXPECT_EQ(world.dataOf(world.a, "3c 0a 00 000000 000004 00"), "0a0b0c");
  EXPECT_EQ(world.outcome(world.b, "3c 0a 00 000000 000004 00"), "05 2c00");
}

TEST(Diagnostics, AnswerPageZero) {
  World world;
  EXPECT_EQ(world.outcome(world.a, "1d 04 00 0000 00"), "GOOD") << "default self-test";
  EXPECT_EQ(world.outcome(world.a, "1d 10 00 0004 00", hex("00000000")), "GOOD");
  EXPECT_EQ(world.outcome(world.a, "1d 20 00 0000 00"), "05 2400") << "background self-test";
  EXPECT_EQ(world.outcome(world.a, "1d 10 00 0004 00", hex("01000000")), "05 2600");
  EXPECT_EQ(world.outcome(world.a, "1d 10 00 0004 00", hex("00000004")), "05 1a00");
  EXPECT_EQ(world.dataOf(world.a, "1c 01 00 0010 00"), "0000000100");
  EXPECT_EQ(world.outcome(world.a, "1c 01 01 0010 00"), "05 2400");
  EXPECT_EQ(world.dataOf(world.a, "37 00 15 00000000 0008 00"), "00150000") << "no defects";
  EXPECT_EQ(world.dataOf(world.a, "b7 15 00000000 00000008 00 00"), "0015000000000000");
}

TEST(Medium, IsEjectedAndLoaded) {
  scsi::DiskSettings settings;
  settings.removable = true;
  World world(settings);
  EXPECT_EQ(world.outcome(world.a, "1b 00 00 00 00 00"), "GOOD");
  EXPECT_EQ(world.outcome(world.a, scsi_test::kTestUnitReady), "GOOD") << "stopped, not ejected";
  for (int condition = 1; condition < 16; ++condition) {
    char cdb[32];
    std::snprintf(cdb, sizeof cdb, "1b 01 00 00 %x2 00", condition);
    EXPECT_EQ(world.outcome(world.a, cdb), "GOOD") << "a power condition never ejects";
    EXPECT_EQ(world.outcome(world.a, scsi_test::kTestUnitReady), "GOOD");
  }
  EXPECT_EQ(world.outcome(world.a, "1b 00 00 00 02 00"), "GOOD");
  for (const char* cdb : {scsi_test::kTestUnitReady, "28 00 00000000 00 0001 00", "25 00 00000000 0000 00 00",
                          "35 06 00000000 00 0001 00", "34 02 00000000 00 0001 00"}) {
    EXPECT_EQ(world.outcome(world.a, cdb), "02 3a00") << cdb;
  }
  EXPECT_EQ(world.dataOf(world.a, "03 00 00 00 0e 00"), "700002000000000a000000003a00");
  EXPECT_EQ(world.outcome(world.a, "12 00 00 00 24 00"), "GOOD");
  EXPECT_EQ(world.outcome(world.a, "1b 00 00 00 03 00"), "GOOD");
  EXPECT_EQ(world.outcome(world.a, scsi_test::kTestUnitReady), "GOOD");
  EXPECT_EQ(world.outcome(world.b, scsi_test::kTestUnitReady), "06 2800");
}

TEST(Medium, StaysWhileSomeNexusPreventsItsRemoval) {
  scsi::DiskSettings settings;
  settings.removable = true;
  World world(settings);
  const char* prevent = "1e 00 00 00 01 00";
  const char* eject = "1b 00 00 00 02 00";
  EXPECT_EQ(world.outcome(world.a, prevent), "GOOD");
  EXPECT_EQ(world.outcome(world.a, eject), "05 5302");
  EXPECT_EQ(world.outcome(world.b, eject), "05 5302");
  EXPECT_EQ(world.outcome(world.b, "1e 00 00 00 00 00"), "GOOD");
  EXPECT_EQ(world.outcome(world.b, eject), "05 5302") << "each nexus allows for itself";
  world.disk.detach(*world.a);
  EXPECT_EQ(world.outcome(world.b, eject), "GOOD");
  EXPECT_EQ(world.outcome(world.b, prevent), "GOOD");
  EXPECT_EQ(world.outcome(world.b, "1b 00 00 00 03 00"), "05 5302") << "nor is one loaded meanwhile";
  EXPECT_EQ(world.outcome(world.b, "1e 00 00 00 00 00"), "GOOD");
  EXPECT_EQ(world.outcome(world.b, "1b 00 00 00 03 00"), "GOOD");
  EXPECT_EQ(world.outcome(world.b, "1e 00 00 00 02 00"), "05 2400");
}

TEST(Medium, ThatIsFixedIsNotEjected) {
  World world;
  EXPECT_EQ(world.outcome(world.a, "1b 00 00 00 02 00"), "05 2400");
  EXPECT_EQ(world.outcome(world.a, "1b 00 00 00 01 00"), "GOOD");
  world.a->readOnly = true;
  EXPECT_EQ(world.outcome(world.a, "1b 00 00 00 00 00"), "07 2700");
  EXPECT_EQ(world.outcome(world.a, "1b 00 00 00 01 00"), "GOOD");
}

}  // namespace
