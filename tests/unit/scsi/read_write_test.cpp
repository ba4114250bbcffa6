// READ, WRITE, VERIFY and their like: ranges, lengths, data, failing and late devices.
#include <gtest/gtest.h>

#include "tests/unit/scsi/disk_world.h"

namespace {

using scsi::IoResult;
using scsi_test::filled;
using scsi_test::hex;
using scsi_test::World;

TEST(ReadWrite, ReadsWhatWasWrittenInEveryForm) {
  struct Row {
    const char* write;
    const char* read;
  };
  const Row rows[] = {
      {"0a 00 00 05 02 00", "08 00 00 05 02 00"},
      {"2a 00 00000005 00 0002 00", "28 00 00000005 00 0002 00"},
      {"aa 00 00000005 00000002 00 00", "a8 00 00000005 00000002 00 00"},
      {"8a 00 0000000000000005 00000002 00 00", "88 00 0000000000000005 00000002 00 00"},
      {"2e 02 00000005 00 0002 00", "28 00 00000005 00 0002 00"},
      {"ae 00 00000005 00000002 00 00", "a8 00 00000005 00000002 00 00"},
      {"8e 02 0000000000000005 00000002 00 00", "88 00 0000000000000005 00000002 00 00"},
      {"9c 00 0000000000000005 0000 0002 00 00", "88 00 0000000000000005 00000002 00 00"},
  };
  for (const bool views : {false, true}) {
    scsi::DiskSettings settings;
    settings.maxAtomicBlocks = 8;
    World world(settings);
    world.device.views = views;
    std::uint8_t value = 0x11;
    for (const Row& row : rows) {
      base::Bytes data = filled(512, value++);
      base::append(data, filled(512, value++));
      EXPECT_EQ(world.outcome(world.a, row.write, data), "GOOD") << row.write;
      const auto read = world.run(world.a, row.read);
      EXPECT_EQ(read->outcome(), "GOOD") << row.read;
      EXPECT_TRUE(read->received() == data) << row.read;
      EXPECT_EQ(world.device.block(4)[511], 0) << "the block before";
      EXPECT_EQ(world.device.block(7)[0], 0) << "the block after";
    }
    EXPECT_EQ(world.pool.chunksInUse(), 0U) << "a command gives its memory back when it goes";
  }
}

TEST(ReadWrite, AViewTakesNoMemory) {
  World world;
  world.device.views = true;
  const auto read = world.run(world.a, "28 00 00000001 00 0002 00");
  ASSERT_EQ(read->dataIn().size(), 1U);
  EXPECT_EQ(read->dataIn()[0].data(), world.device.bytes.data() + 512);
  EXPECT_EQ(world.pool.chunksInUse(), 0U);
  EXPECT_EQ(world.device.requests, 0);
}

TEST(ReadWrite, ADiskIsNotIdleBeforeTheViewsOfItsAnswersAreGivenBack) {
  World world;
  for (const bool views : {false, true}) {
    world.device.views = views;
    const auto read = world.run(world.a, "28 00 00000001 00 0002 00");
    auto other = world.run(world.a, "28 00 00000001 00 0002 00");
    EXPECT_EQ(read->ends, 1);
    EXPECT_EQ(world.disk.idle(), !views);
    read->recycle();
    EXPECT_EQ(world.disk.idle(), !views);
    read->recycle();
    other.reset();
    EXPECT_TRUE(world.disk.idle());
  }
}

TEST(ReadWrite, ChecksTheRange) {
  struct Row {
    const char* cdb;
    const char* outcome;
  };
  // 1024 blocks.
  const Row rows[] = {
      {"28 00 000003ff 00 0001 00", "GOOD"},
      {"28 00 000003ff 00 0002 00", "05 2100"},
      {"28 00 00000400 00 0001 00", "05 2100"},
      {"28 00 00000000 00 0000 00", "GOOD"},
      {"28 00 000003ff 00 0000 00", "GOOD"},
      {"28 00 00000400 00 0000 00", "05 2100"},
      {"28 00 ffffffff 00 0000 00", "05 2100"},
      {"88 00 ffffffffffffffff 00000001 00 00", "05 2100"},
      {"88 00 ffffffffffffffff 00000000 00 00", "05 2100"},
      {"88 00 8000000000000000 ffffffff 00 00", "05 2100"},
      {"08 1f ff ff 01 00", "05 2100"},
      {"08 00 03 01 00 00", "05 2100"},   // 256 blocks from 769 on
      {"08 00 03 00 00 00", "GOOD"},
      {"a8 00 00000001 00000400 00 00", "05 2100"},
      {"2a 00 00000400 00 0000 00", "05 2100"},
      {"2e 00 00000400 00 0000 00", "05 2100"},
      {"2f 00 000003ff 00 0002 00", "05 2100"},
      {"2f 00 00000000 00 0400 00", "GOOD"},
      {"2f 00 00000400 00 0000 00", "05 2100"},
      {"34 00 000003ff 00 0001 00", "GOOD"},
      {"34 02 00000000 03 0001 00", "GOOD"},
      {"90 00 0000000000000400 00000001 00 00", "05 2100"},
      {"35 00 00000000 00 0000 00", "GOOD"},
      {"35 06 00000000 00 0001 00", "GOOD"},
      {"91 00 0000000000000401 00000000 00 00", "05 2100"},
      {"89 00 0000000000000400 000000 00 00 00", "05 2100"},
      {"8b 00 0000000000000400 00000000 00 00", "05 2100"},
      {"93 00 0000000000000400 00000000 00 00", "05 2100"},
      {"9e 12 0000000000000400 00000018 00 00", "05 2100"},
  };
  World world;
  for (const Row& row : rows) EXPECT_EQ(world.outcome(world.a, row.cdb), row.outcome) << row.cdb;
}

TEST(ReadWrite, RefusesWhatIsLongerThanTheLimit) {
  scsi::DiskSettings settings;
  settings.maxTransferBytes = 8 * 512;
  World world(settings);
  EXPECT_EQ(world.outcome(world.a, "28 00 00000000 00 0008 00"), "GOOD");
  const auto tooLong = world.run(world.a, "28 00 00000000 00 0009 00");
  EXPECT_EQ(tooLong->outcome(), "05 2400");
  EXPECT_EQ(base::loadU16(tooLong->sense().data() + 16), 7) << "TRANSFER LENGTH";
  EXPECT_EQ(world.outcome(world.a, "8a 00 0000000000000000 00000009 00 00", filled(9 * 512, 1)), "05 2400");
  EXPECT_EQ(world.outcome(world.a, "2f 00 00000000 00 0400 00"), "GOOD") << "VERIFY without data moves nothing";
}

// RFC 7143 11.4.5: too little expected data still writes what there is.
TEST(ReadWrite, WritesTheWholeBlocksThatWereSent) {
  World world;
  EXPECT_EQ(world.outcome(world.a, "2a 00 00000000 00 0003 00", filled(1024, 0x5a)), "GOOD");
  EXPECT_EQ(world.device.block(1)[511], 0x5a);
  EXPECT_EQ(world.device.block(2)[0], 0);
  EXPECT_EQ(world.outcome(world.a, "2a 00 00000003 00 0001 00", filled(200, 0x5a)), "GOOD");
  EXPECT_EQ(world.device.block(3)[0], 0) << "no part of a block";
  EXPECT_EQ(world.outcome(world.a, "2a 00 00000004 00 0001 00", filled(2000, 0x5a)), "GOOD");
  EXPECT_EQ(world.device.block(4)[511], 0x5a);
  EXPECT_EQ(world.device.block(5)[0], 0) << "no more than the CDB says";
  EXPECT_EQ(world.outcome(world.a, "2a 00 00000000 00 0003 00"), "GOOD") << "nothing sent, nothing written";
  EXPECT_EQ(world.outcome(world.a, "2e 02 00000008 00 0002 00", filled(512, 0x5a)), "GOOD");
  EXPECT_EQ(world.device.block(9)[0], 0);
}

TEST(ReadWrite, TakesDataInPieces) {
  World world;
  auto write = world.make(world.a, "2a 00 00000000 00 0003 00");
  base::Bytes data(3 * 512);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(i * 7);
  write->setDataOut(data, 5);
  world.execute(*write);
  EXPECT_TRUE(base::equal(base::ByteView(world.device.bytes).first(data.size()), data));
}

TEST(ReadWrite, TurnsEachResultOfTheDeviceIntoSense) {
  struct Row {
    IoResult result;
    const char* read;
    const char* write;
    const char* flush;
  };
  const Row rows[] = {
      {IoResult::MediumError, "03 1100", "03 0c00", "03 0c00"},
      {IoResult::NoSpace, "07 2707", "07 2707", "07 2707"},
      {IoResult::WriteProtected, "07 2700", "07 2700", "07 2700"},
      {IoResult::OutOfRange, "05 2100", "05 2100", "05 2100"},
      {IoResult::Gone, "04 4400", "04 4400", "04 4400"},
  };
  for (const Row& row : rows) {
    World world;
    world.device.shape.thin = true;
    world.device.failWith = row.result;
    const base::Bytes block = filled(512, 1);
    const auto read = world.run(world.a, "28 00 00000007 00 0001 00");
    EXPECT_EQ(read->outcome(), row.read);
    EXPECT_EQ(read->dataInLength(), 0U);
    EXPECT_EQ(world.outcome(world.a, "2a 00 00000007 00 0001 00", block), row.write);
    EXPECT_EQ(world.outcome(world.a, "2e 00 00000007 00 0001 00", block), row.write);
    EXPECT_EQ(world.outcome(world.a, "2f 00 00000007 00 0001 00"), row.read);
    EXPECT_EQ(world.outcome(world.a, "89 00 0000000000000007 000000 01 00 00", filled(1024, 1)), row.read);
    EXPECT_EQ(world.outcome(world.a, "8b 00 0000000000000007 00000001 00 00", block), row.read);
    EXPECT_EQ(world.outcome(world.a, "41 00 00000007 00 0002 00", block), row.write);
    EXPECT_EQ(world.outcome(world.a, "41 00 00000007 00 0002 00", filled(512, 0)), row.write);
    EXPECT_EQ(world.outcome(world.a, "42 00 00000000 00 0018 00",
                            hex("0016 0010 00000000 0000000000000007 00000001 00000000")), row.write);
    EXPECT_EQ(world.outcome(world.a, "35 00 00000000 00 0000 00"), row.flush);
    EXPECT_EQ(world.outcome(world.a, "1b 00 00 00 00 00"), row.flush);
    EXPECT_EQ(world.outcome(world.a, scsi_test::kTestUnitReady), "GOOD");
    EXPECT_EQ(world.pool.chunksInUse(), 1U) << "of the read that is still here";
  }
}

TEST(ReadWrite, ANamedBlockStandsInTheInformationOfAMediumError) {
  World world;
  world.device.failWith = IoResult::MediumError;
  const auto read = world.run(world.a, "28 00 00000007 00 0001 00");
  EXPECT_EQ(scsi_test::text(read->sense().first(7)), "f0000300000007");
}

TEST(ReadWrite, EndsWhenTheDeviceAnswersInWhateverOrder) {
  World world;
  world.device.later = true;
  std::vector<std::string> order;
  const auto first = world.make(world.a, "28 00 00000000 00 0001 00");
  const auto second = world.make(world.b, "2a 00 00000008 00 0001 00", filled(512, 3));
  const auto third = world.make(world.a, "28 00 00000002 00 0001 00");
  int number = 0;
  for (auto* command : {first.get(), second.get(), third.get()}) {
    command->order = &order;
    command->name = std::to_string(++number);
    world.execute(*command);
    EXPECT_EQ(command->ends, 0);
  }
  world.device.answer(2);
  world.device.answer(0);
  world.device.answer(0);
  EXPECT_EQ(order, (std::vector<std::string>{"3", "1", "2"}));
  for (auto* command : {first.get(), second.get(), third.get()}) EXPECT_EQ(command->outcome(), "GOOD");
}

TEST(ReadWrite, WritesThroughWhereFuaOrTheCacheSaysSo) {
  World world;
  const base::Bytes block = filled(512, 1);
  world.outcome(world.a, "2a 00 00000000 00 0001 00", block);
  EXPECT_EQ(world.device.throughWrites, 0);
  for (const char* cdb : {"2a 08 00000000 00 0001 00", "2a 18 00000000 00 0001 00", "aa 08 00000000 00000001 00 00",
                          "8a 0a 0000000000000000 00000001 00 00", "2e 00 00000000 00 0001 00"}) {
    world.device.throughWrites = 0;
    EXPECT_EQ(world.outcome(world.a, cdb, block), "GOOD") << cdb;
    EXPECT_EQ(world.device.throughWrites, 1) << cdb;
  }
  world.device.throughWrites = 0;
  EXPECT_EQ(world.outcome(world.a, "2a 10 00000000 00 0001 00", block), "GOOD") << "DPO alone";
  EXPECT_EQ(world.outcome(world.a, "0a 00 00 00 01 00", block), "GOOD");
  EXPECT_EQ(world.device.throughWrites, 0);
}

TEST(ReadWrite, ProtectionFieldsAreRefused) {
  World world;
  for (int protect = 1; protect < 8; ++protect) {
    char cdb[64];
    for (const int opcode : {0x28, 0x2a, 0x2e, 0x2f}) {
      std::snprintf(cdb, sizeof cdb, "%02x %02x 00000000 00 0001 00", opcode, protect << 5);
      EXPECT_EQ(world.outcome(world.a, cdb, filled(512, 0)), "05 2400") << cdb;
    }
  }
}

TEST(ReadWrite, WithoutMemoryTheInitiatorTriesAgain) {
  World world;  // the pool has 4 MiB
  std::vector<std::unique_ptr<scsi_test::TestCommand>> reads;
  for (int i = 0; i < 8; ++i) {
    reads.push_back(world.run(world.a, "28 00 00000000 00 0400 00"));  // 512 KiB
    EXPECT_EQ(reads.back()->outcome(), "GOOD");
  }
  EXPECT_EQ(world.outcome(world.a, "28 00 00000000 00 0001 00"), "TASK SET FULL");
  EXPECT_EQ(world.outcome(world.a, "2a 00 00000000 00 0001 00", filled(512, 1)), "GOOD") << "writes need none";
  reads.pop_back();
  EXPECT_EQ(world.outcome(world.a, "28 00 00000000 00 0001 00"), "GOOD");
}

TEST(ReadWrite, ACommandServesAgainWithoutNewMemory) {
  World world;
  const auto command = world.make(world.a, "28 00 00000000 00 0010 00");
  world.execute(*command);
  const std::uint8_t* const first = command->dataIn()[0].data();
  command->recycle();
  EXPECT_EQ(world.pool.chunksInUse(), 0U);
  world.execute(*command);
  EXPECT_EQ(command->ends, 2);
  EXPECT_EQ(command->outcome(), "GOOD");
  EXPECT_EQ(command->dataInLength(), 16U * 512);
  EXPECT_TRUE(command->dataIn()[0].data() == first || command->dataIn()[1].data() == first);
}

TEST(Verify, ComparesByBytchk) {
  for (const bool views : {false, true}) {
    World world;
    world.device.views = views;
    world.outcome(world.a, "2a 00 00000000 00 0003 00", filled(3 * 512, 0x77));
    base::Bytes data = filled(3 * 512, 0x77);
    EXPECT_EQ(world.outcome(world.a, "2f 02 00000000 00 0003 00", data), "GOOD");
    EXPECT_EQ(world.outcome(world.a, "2f 06 00000000 00 0003 00", filled(512, 0x77)), "GOOD");
    data[1030] = 0;
    const auto differs = world.run(world.a, "8f 02 0000000000000000 00000003 00 00", data);
    EXPECT_EQ(differs->outcome(), "0e 1d00");
    EXPECT_EQ(scsi_test::text(differs->sense().first(7)), "f0000e00000406") << "INFORMATION: the byte";
    base::Bytes one = filled(512, 0x77);
    one[3] = 1;
    const auto differsOne = world.run(world.a, "af 06 00000000 00000003 00 00", one);
    EXPECT_EQ(differsOne->outcome(), "0e 1d00");
    EXPECT_EQ(scsi_test::text(differsOne->sense().first(7)), "f0000e00000003");
    EXPECT_EQ(world.outcome(world.a, "2f 00 00000000 00 0003 00", data), "GOOD") << "nothing is compared";
    EXPECT_EQ(world.outcome(world.a, "2f 04 00000000 00 0003 00"), "05 2400");
    EXPECT_EQ(world.outcome(world.a, "2f 06 00000000 00 0003 00"), "05 0e03") << "the block was not sent";
    EXPECT_EQ(world.outcome(world.a, "2f 02 00000000 00 0003 00", filled(512, 0x77)), "GOOD") << "what was sent";
    EXPECT_EQ(world.outcome(world.a, "2e 06 00000000 00 0001 00", one), "05 2400");
  }
}

TEST(Verify, ReadsALongRangeInPieces) {
  World world(std::make_unique<scsi_test::MemoryDevice>(4097, 512), {}, nullptr);
  world.device.bytes[4096 * 512 + 5] = 1;
  EXPECT_EQ(world.outcome(world.a, "2f 00 00000000 00 1001 00"), "GOOD");
  EXPECT_EQ(world.device.requests, 9) << "256 KiB each, one block at the end";
  EXPECT_EQ(world.outcome(world.a, "2f 06 00000000 00 1001 00", filled(512, 0)), "0e 1d00");
}

TEST(Verify, OfALongRangeLeavesOthersTheirTurns) {
  for (const bool views : {false, true}) {
    World world(std::make_unique<scsi_test::MemoryDevice>(40000), {}, nullptr);
    world.device.views = views;
    world.device.bytes.back() = 1;
    const auto command = world.run(world.a, "8f 06 0000000000000000 00009c40 00 00", filled(512, 0));
    EXPECT_EQ(command->ends, 0);
    EXPECT_EQ(world.disk.nextDeadline(), base::TimePoint::min());
    EXPECT_EQ(world.outcome(world.b, scsi_test::kTestUnitReady), "GOOD");
    int turns = 1;
    while (world.disk.nextDeadline() != base::kNever && ++turns < 100) world.disk.onTimer(world.now);
    EXPECT_EQ(turns, 5) << "of 4 MiB each";
    EXPECT_EQ(command->outcome(), "0e 1d00");
  }
}

TEST(Verify, ComparesEachPieceWithItsPartOfTheData) {
  World world;
  for (std::size_t i = 0; i < world.device.bytes.size(); ++i) {
    world.device.bytes[i] = static_cast<std::uint8_t>(i / 512 + i / 131072);
  }
  base::Bytes data = world.device.bytes;
  EXPECT_EQ(world.outcome(world.a, "2f 02 00000000 00 0400 00", data), "GOOD");
  data[300000] ^= 1;
  const auto differs = world.run(world.a, "2f 02 00000000 00 0400 00", data);
  EXPECT_EQ(differs->outcome(), "0e 1d00");
  EXPECT_EQ(base::loadU32(&differs->sense()[3]), 300000U) << "within the whole data";
}

// An answer that shows the device's memory changes with it until it is sent. Who compares and writes wants others to
// read all of that or nothing.
TEST(CompareAndWrite, IsNotSeenHalfInShortAnswersThatAreNotSentYet) {
  World world;
  world.device.views = true;
  const char* cdb = "89 00 0000000000000008 000000 01 00 00";
  const auto both = [](std::uint8_t from, std::uint8_t to) {
    base::Bytes data = filled(512, from);
    base::append(data, filled(512, to));
    return data;
  };
  EXPECT_EQ(world.outcome(world.a, cdb, both(0, 1)), "GOOD");
  const auto read = world.run(world.b, "28 00 00000008 00 0001 00");
  const auto large = world.run(world.b, "28 00 00000000 00 0100 00");
  EXPECT_EQ(world.outcome(world.a, cdb, both(1, 2)), "GOOD");
  EXPECT_EQ(read->received(), filled(512, 1));
  EXPECT_EQ(large->dataIn()[0].data(), world.device.bytes.data()) << "a long one would cost much, and promises nothing";
}

TEST(CompareAndWrite, WritesWhereAllIsEqual) {
  for (const bool views : {false, true}) {
    World world;
    world.device.views = views;
    world.outcome(world.a, "2a 00 00000004 00 0002 00", filled(1024, 0x41));
    base::Bytes data = filled(1024, 0x41);
    base::append(data, filled(1024, 0x42));
    const char* cdb = "89 00 0000000000000004 000000 02 00 00";
    EXPECT_EQ(world.outcome(world.a, cdb, data), "GOOD");
    EXPECT_EQ(world.device.block(4)[0], 0x42);
    EXPECT_EQ(world.device.block(5)[511], 0x42);
    EXPECT_EQ(world.device.block(6)[0], 0);
    std::fill_n(data.begin(), 1024, std::uint8_t{0x42});
    data[1000] = 0;
    const auto differs = world.run(world.a, cdb, data);
    EXPECT_EQ(differs->outcome(), "0e 1d00");
    EXPECT_EQ(scsi_test::text(differs->sense().first(7)), "f0000e000003e8");
    EXPECT_EQ(world.device.block(4)[0], 0x42);
  }
}

TEST(CompareAndWrite, TakesNoOtherLengthThanItsOwn) {
  scsi::DiskSettings settings;
  settings.maxCompareAndWriteBlocks = 2;
  World world(settings);
  EXPECT_EQ(world.outcome(world.a, "89 00 0000000000000000 000000 03 00 00", filled(3072, 0)), "05 2400");
  EXPECT_EQ(world.outcome(world.a, "89 00 0000000000000000 000000 02 00 00", filled(1024, 0)), "05 0e03");
  auto more = world.make(world.a, "89 00 0000000000000000 000000 01 00 00", filled(1024, 0));
  more->announcedDataOut = 2048;
  world.execute(*more);
  EXPECT_EQ(more->outcome(), "05 0e03");
  EXPECT_EQ(world.outcome(world.a, "89 00 0000000000000000 000000 00 00 00"), "GOOD");
}

TEST(CompareAndWrite, OfNoBlocksTakesNoData) {
  World world;
  const std::string none = "89 00 0000000000000000 000000 00 00 00";
  EXPECT_EQ(world.outcome(world.a, none), "GOOD");
  auto data = world.make(world.a, none, filled(1024, 0));
  data->announcedDataOut = 1024;
  world.disk.execute(*data, world.now);
  EXPECT_EQ(data->outcome(), "05 2400") << "256 blocks come as 0 in eight bits";
}

TEST(CompareAndWrite, HasItsRangeForItself) {
  World world;
  world.device.later = true;
  const auto compare = world.run(world.a, "89 00 0000000000000004 000000 02 00 00", filled(2048, 0));
  const auto inside = world.run(world.b, "2a 00 00000005 00 0001 00", filled(512, 9));
  const auto beside = world.run(world.b, "2a 00 00000006 00 0001 00", filled(512, 9));
  const auto other = world.run(world.b, "89 00 0000000000000003 000000 02 00 00", filled(2048, 0));
  ASSERT_EQ(world.device.waiting.size(), 2U) << "the read of the compare, and the write beside it";
  world.device.answer(0);
  ASSERT_EQ(world.device.waiting.size(), 2U) << "now its write";
  EXPECT_EQ(world.device.waiting[1]->kind, scsi::IoKind::Write);
  world.device.answer(1);
  EXPECT_EQ(compare->outcome(), "GOOD");
  EXPECT_EQ(compare->ends, 1);
  EXPECT_EQ(inside->ends, 0);
  world.device.answerAll();
  EXPECT_EQ(inside->outcome(), "GOOD");
  EXPECT_EQ(beside->outcome(), "GOOD");
  EXPECT_EQ(other->outcome(), "GOOD") << "blocks 3 and 4 were zero";
  EXPECT_EQ(world.device.block(5)[0], 9) << "the write came after the compare";
}

TEST(CompareAndWrite, WaitsForWritesThatAreOnTheirWay) {
  World world;
  world.device.later = true;
  const auto write = world.run(world.a, "2a 00 00000004 00 0001 00", filled(512, 0));
  const auto compare = world.run(world.b, "89 00 0000000000000004 000000 01 00 00", filled(1024, 0));
  const auto read = world.run(world.a, "28 00 00000004 00 0001 00");
  EXPECT_EQ(world.device.waiting.size(), 1U) << "and a later read does not pass it";
  world.device.answerAll();
  for (const auto* c : {write.get(), compare.get(), read.get()}) EXPECT_EQ(c->outcome(), "GOOD");
}

TEST(OrWrite, SetsBits) {
  World world;
  world.outcome(world.a, "2a 00 00000001 00 0002 00", filled(1024, 0x0f));
  auto command = world.make(world.a, "8b 00 0000000000000001 00000002 00 00");
  base::Bytes data = filled(1024, 0xa0);
  data[1023] = 0x10;
  command->setDataOut(data, 3);
  world.execute(*command);
  EXPECT_EQ(command->outcome(), "GOOD");
  EXPECT_EQ(world.device.block(1)[0], 0xaf);
  EXPECT_EQ(world.device.block(2)[510], 0xaf);
  EXPECT_EQ(world.device.block(2)[511], 0x1f);
  EXPECT_EQ(world.device.block(3)[0], 0);
}

TEST(WriteAtomic, IsAllOrNothing) {
  scsi::DiskSettings settings;
  settings.maxAtomicBlocks = 4;
  World world(settings);
  EXPECT_EQ(world.outcome(world.a, "9c 00 0000000000000000 0000 0005 00 00", filled(5 * 512, 1)), "05 2400");
  EXPECT_EQ(world.outcome(world.a, "9c 00 0000000000000000 0002 0004 00 00", filled(4 * 512, 1)), "05 2400")
      << "no boundary";
  EXPECT_EQ(world.outcome(world.a, "9c 00 0000000000000000 0000 0004 00 00", filled(3 * 512, 1)), "05 0e03");
  EXPECT_EQ(world.device.block(0)[0], 0);
  EXPECT_EQ(world.outcome(world.a, "9c 00 0000000000000000 0000 0000 00 00"), "GOOD");
}

TEST(ReadOnly, LetsReadersReadAndNobodyWrite) {
  const char* writes[] = {
      "0a 00 00 00 01 00", "2a 00 00000000 00 0001 00", "aa 00 00000000 00000001 00 00",
      "8a 00 0000000000000000 00000001 00 00", "2e 00 00000000 00 0001 00", "ae 00 00000000 00000001 00 00",
      "8e 00 0000000000000000 00000001 00 00", "89 00 0000000000000000 000000 01 00 00",
      "8b 00 0000000000000000 00000001 00 00", "41 00 00000000 00 0001 00", "93 01 0000000000000000 00000001 00 00",
      "42 00 00000000 00 0018 00", "04 00 00 00 00 00", "48 82 0000000000 0000 00", "48 01 0000000000 0204 00",
  };
  const char* reads[] = {"28 00 00000000 00 0001 00", "2f 00 00000000 00 0001 00", "35 00 00000000 00 0000 00",
                         "25 00 00000000 0000 00 00", "1a 00 3f 00 ff 00", "5e 00 0000000000 0100 00"};
  const char* manages[] = {"15 10 00 00 18 00", "16 00 00 00 00 00", "5f 06 00 0000 00000018 00",
                           "3b 02 00 000000 000004 00", "a4 0f 00000000 0000000c 00 00", "4c 02 c0 00 000000 0000 00"};
  enum Why { kMap, kDevice, kSoftware };
  for (const Why why : {kMap, kDevice, kSoftware}) {
    World world;
    world.device.shape.thin = true;
    if (why == kMap) world.a->readOnly = true;
    if (why == kDevice) world.device.shape.readOnly = true;
    if (why == kSoftware) {
      EXPECT_EQ(world.outcome(world.b, "15 10 00 00 10 00", hex("00000000 0a0a 02100800 00000000 0000")), "GOOD");
      EXPECT_EQ(world.outcome(world.a, scsi_test::kTestUnitReady), "06 2a01");
    }
    const base::Bytes before = world.device.bytes;
    for (const char* cdb : writes) EXPECT_EQ(world.outcome(world.a, cdb, filled(1024, 0)), "07 2700") << cdb;
    for (const char* cdb : reads) EXPECT_EQ(world.outcome(world.a, cdb), "GOOD") << cdb;
    if (why == kMap) {
      for (const char* cdb : manages) EXPECT_EQ(world.outcome(world.a, cdb, filled(1024, 0)), "07 2700") << cdb;
      EXPECT_EQ(world.outcome(world.b, writes[0], filled(512, 0)), "GOOD") << "only this map reads only";
    } else {
      EXPECT_EQ(world.outcome(world.b, writes[0], filled(512, 0)), "07 2700");
    }
    EXPECT_EQ(world.device.bytes, before);
    EXPECT_EQ(world.run(world.a, "1a 00 3f 00 ff 00")->received()[2], 0x90) << "WP and DPOFUA";
  }
}

// The answers of a session that does not read them keep their memory.
TEST(ReadWrite, NoSessionHasMoreOfTheMemoryThanItLeavesToOthers) {
  constexpr const char* kReadAnEighth = "28 00 00000000 00 0400 00";
  World world;
  scsi::BufferShare one;
  scsi::BufferShare other;
  scsi::Nexus* const sibling = world.attach(3);  // as at another unit
  world.a->share = sibling->share = &one;
  world.b->share = &other;
  std::vector<std::unique_ptr<scsi_test::TestCommand>> unread;
  for (int i = 0; i < 4; ++i) {
    unread.push_back(world.run(world.a, kReadAnEighth));
    EXPECT_EQ(unread.back()->outcome(), "GOOD") << i;
  }
  EXPECT_EQ(world.outcome(world.a, kReadAnEighth), "TASK SET FULL") << "half of it is taken";
  EXPECT_EQ(world.outcome(sibling, "28 00 00000000 00 0001 00"), "TASK SET FULL") << "the session is the same";
  const auto read = world.run(world.b, kReadAnEighth);
  EXPECT_EQ(read->outcome(), "GOOD");
  EXPECT_EQ(world.outcome(world.b, kReadAnEighth), "GOOD");
  unread.clear();
  EXPECT_EQ(one.chunks, 0U);
  EXPECT_EQ(world.outcome(world.a, kReadAnEighth), "GOOD");
}

// One command always has a place where there is room, however long it is.
TEST(ReadWrite, TheFirstMemoryOfASessionMayBeAllThatThereIs) {
  scsi::BufferPool pool(16384, 4096);
  scsi::BufferShare share;
  std::vector<std::span<std::uint8_t>> memory;
  ASSERT_TRUE(pool.take(16384, memory, &share));
  EXPECT_EQ(share.chunks, 4U);
  pool.give(memory, &share);
  EXPECT_EQ(share.chunks, 0U);
  ASSERT_TRUE(pool.take(4096, memory));
  EXPECT_TRUE(pool.take(12288, memory)) << "without a share only the bound holds";
  pool.give(memory);
}

// A device tells once that what was cached is lost, and that may have been anybody's.
TEST(SynchronizeCache, ThatFailedIsToldToEachInitiatorByItsOwnNext) {
  constexpr const char* kSynchronize = scsi_test::kSynchronizeCache;
  World world;
  const scsi::NexusIdentity ofB = world.b->identity();
  world.device.failWith = IoResult::MediumError;
  EXPECT_EQ(world.outcome(world.a, kSynchronize), "03 0c00");
  world.device.failWith = IoResult::Ok;
  EXPECT_EQ(world.outcome(world.a, kSynchronize), "GOOD");
  world.disk.detach(*world.b);
  scsi::Nexus* const back = world.attach(2);
  ASSERT_EQ(back->identity(), ofB);
  EXPECT_EQ(world.outcome(back, kSynchronize), "03 0c00") << "also where its session was lost meanwhile";
  EXPECT_EQ(world.outcome(back, kSynchronize), "GOOD");
  world.disk.detach(*back);
  scsi::Nexus* const later = world.attach(2);
  EXPECT_EQ(world.outcome(later, kSynchronize), "GOOD");
}

// As dm-multipath, which flushes over one of them.
TEST(SynchronizeCache, ThatFailedIsToldOnceToAnInitiatorWithSeveralPaths) {
  World world;
  scsi::Nexus* const second = world.attach(2, 2);
  const std::uint8_t isid[6] = {0x40, 0, 0, 0, 1, 2};
  scsi::Nexus* const third = world.disk.attach({scsi::iscsiTransportId("iqn.2000-01.test:i2", isid), 1});
  third->attentions.take();
  world.device.failWith = IoResult::MediumError;
  EXPECT_EQ(world.outcome(world.a, scsi_test::kSynchronizeCache), "03 0c00");
  world.device.failWith = IoResult::Ok;
  EXPECT_EQ(world.outcome(second, scsi_test::kSynchronizeCache), "03 0c00");
  EXPECT_EQ(world.outcome(second, scsi_test::kSynchronizeCache), "GOOD") << "it goes on, so it has heard";
  EXPECT_EQ(world.outcome(world.b, scsi_test::kSynchronizeCache), "GOOD");
  EXPECT_EQ(world.outcome(third, scsi_test::kSynchronizeCache), "GOOD");
}

// The answer may have been lost with the path, over which nothing comes any more.
TEST(SynchronizeCache, ThatFailedIsToldOverAnotherPathWhereTheFirstDoesNotGoOn) {
  World world;
  scsi::Nexus* const second = world.attach(2, 2);
  world.device.failWith = IoResult::MediumError;
  EXPECT_EQ(world.outcome(second, scsi_test::kSynchronizeCache), "03 0c00");
  world.device.failWith = IoResult::Ok;
  EXPECT_EQ(world.outcome(world.b, scsi_test::kSynchronizeCache), "03 0c00");
  EXPECT_EQ(world.outcome(world.b, scsi_test::kSynchronizeCache), "GOOD");
}

// Nobody hears how it ended.
TEST(SynchronizeCache, ThatIsAbortedTakesNoWordOfAnotherThatFailed) {
  World world;
  world.device.failWith = IoResult::MediumError;
  EXPECT_EQ(world.outcome(world.a, scsi_test::kSynchronizeCache), "03 0c00");
  world.device.failWith = IoResult::Ok;
  world.device.later = true;
  const auto aborted = world.run(world.b, scsi_test::kSynchronizeCache);
  world.disk.abort(*aborted);
  world.device.answer();
  EXPECT_EQ(aborted->outcome(), "aborted");
  world.device.later = false;
  EXPECT_EQ(world.outcome(world.b, scsi_test::kSynchronizeCache), "03 0c00");
}

}  // namespace
