// The table of commands: how a CDB is found, checked, and measured.
#include <gtest/gtest.h>

#include "agent/scsi/opcodes.h"
#include "tests/unit/scsi/copy_world.h"

namespace {

using scsi_test::hex;
using scsi_test::initiator;
using scsi_test::World;

TEST(Opcodes, SayHowManyBytesACdbMoves) {
  struct Row {
    const char* cdb;
    std::uint64_t out, in;
  };
  const Row rows[] = {
      {"00 00 00 00 00 00", 0, 0},
      {"12 00 00 01 04 00", 0, 260},
      {"08 00 00 00 00 00", 0, 256 * 512},                        // READ(6): zero means 256
      {"08 00 00 00 02 00", 0, 1024},
      {"0a 00 00 00 00 00", 256 * 512, 0},
      {"28 00 00000000 00 0000 00", 0, 0},                        // READ(10): zero is zero
      {"28 00 00000000 00 0003 00", 0, 1536},
      {"2a 00 00000000 00 0003 00", 1536, 0},
      {"a8 00 00000000 00010000 00 00", 0, 65536 * 512},
      {"8a 00 0000000000000000 00000002 00 00", 1024, 0},
      {"89 00 0000000000000000 000000 03 00 00", 3072, 0},         // COMPARE AND WRITE: both halves
      {"8b 00 0000000000000000 00000002 00 00", 1024, 0},
      {"41 00 00000000 00 0100 00", 512, 0},                      // WRITE SAME: one block
      {"93 00 0000000000000000 00000100 00 00", 512, 0},
      {"93 01 0000000000000000 00000100 00 00", 0, 0},            // NDOB
      {"2f 00 00000000 00 0004 00", 0, 0},                        // VERIFY, BYTCHK 0
      {"2f 02 00000000 00 0004 00", 2048, 0},
      {"2f 06 00000000 00 0004 00", 512, 0},
      {"2e 02 00000000 00 0004 00", 2048, 0},
      {"35 00 00000000 00 0004 00", 0, 0},
      {"42 00 00000000 00 0018 00", 0, 0},                        // UNMAP of a disk that is not thin: no command
      {"15 10 00 00 18 00", 24, 0},
      {"5a 00 3f 00 000000 0200 00", 0, 512},
      {"25 00 00000000 0000 00 00", 0, 8},
      {"9e 10 0000000000000000 00000020 00 00", 0, 32},
      {"5e 00 0000000000 0100 00", 0, 256},
      {"5f 00 00 0000 00000018 00", 24, 0},
      {"a0 00 00 000000 00000100 00 00", 0, 256},
      {"04 00 00 00 00 00", 0, 0},
      {"04 10 00 00 00 00", 4, 0},
      {"04 30 00 00 00 00", 8, 0},
      {"48 81 0000000000 0204 00", 516, 0},
      {"ff 00 00 00 00 00", 0, 0},
      {"9e 1f 0000000000000000 00000020 00 00", 0, 0},            // no such service action
      {"28 00", 0, 0},
  };
  World world;
  for (const Row& row : rows) {
    const base::Bytes cdb = hex(row.cdb);
    const scsi::Transfer transfer = world.disk.transferOf(cdb);
    EXPECT_EQ(transfer.out, row.out) << row.cdb;
    EXPECT_EQ(transfer.in, row.in) << row.cdb;
  }
}

TEST(Opcodes, AreFoundByServiceAction) {
  EXPECT_EQ(scsi::findOpcode(hex("5f 06 00 00 00 00 00 00 00 00"))->name,
            "PERSISTENT RESERVE OUT, REGISTER AND IGNORE EXISTING KEY");
  EXPECT_EQ(scsi::findOpcode(hex("9e 12"))->name, "GET LBA STATUS");
  EXPECT_EQ(scsi::findOpcode(hex("9e 13")), nullptr);
  EXPECT_EQ(scsi::findOpcode(hex("07 00")), nullptr);
}

// Every bit outside a usage map is refused, and the pointer says where it is.
TEST(Opcodes, RefuseEveryReservedBit) {
  scsi::DiskSettings settings;
  settings.alua = settings.explicitAlua = settings.removable = true;
  settings.maxAtomicBlocks = 8;
  scsi_test::MemoryStore store;
  World world(settings, &store);
  world.device.shape.thin = true;
  scsi_test::Directory directory;
  scsi::CopyDomain domain(directory, [](std::span<std::uint8_t>) { return true; });
  world.disk.setCopyDomain(&domain);
  int refused = 0;
  for (const scsi::OpcodeRow& row : scsi::opcodeTable()) {
    ASSERT_TRUE(world.disk.offers(row)) << row.name;
    for (std::size_t byte = 1; byte < row.length; ++byte) {
      for (int bit = 0; bit < 8; ++bit) {
        if ((row.usage[byte] >> bit & 1) != 0) continue;
        if (row.hasServiceAction() && byte == 1 && bit < 5) continue;  // another service action
        auto command = world.make(world.a, "");
        command->bytes.assign(row.length, 0);
        command->bytes[0] = row.opcode;
        if (row.hasServiceAction()) command->bytes[1] = static_cast<std::uint8_t>(row.serviceAction);
        command->bytes[byte] |= static_cast<std::uint8_t>(1 << bit);
        command->cdb = command->bytes;
        world.execute(*command);
        EXPECT_EQ(command->outcome(), "05 2400") << row.name << " byte " << byte << " bit " << bit;
        const base::Bytes pointer{static_cast<std::uint8_t>(0xc8 | bit), 0, static_cast<std::uint8_t>(byte)};
        EXPECT_EQ(scsi_test::text(command->sense().subspan(15, 3)), scsi_test::text(pointer)) << row.name;
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 1000);
}

TEST(Opcodes, ThatAreUnknownOrCutShortAreRefused) {
  World world;
  EXPECT_EQ(world.outcome(world.a, "07 00 00 00 00 00"), "05 2000");
  EXPECT_EQ(world.outcome(world.a, "7f 00 00 00 00 00 00 18 00 09"), "05 2000");
  EXPECT_EQ(world.outcome(world.a, "9e 1f 0000000000000000 00000020 00 00"), "05 2400") << "service action";
  EXPECT_EQ(world.outcome(world.a, "48 03 00000000000000 00"), "05 2400") << "SANITIZE, CRYPTOGRAPHIC ERASE";
  EXPECT_EQ(world.outcome(world.a, "5e 04 0000000000 0100 00"), "05 2400");
  EXPECT_EQ(world.outcome(world.a, "28 00 0000"), "05 2400") << "a CDB shorter than its command";
  EXPECT_EQ(world.outcome(world.a, ""), "05 2000");
  EXPECT_EQ(world.outcome(world.a, "42 00 00000000 00 0018 00"), "05 2000") << "UNMAP of a disk that is not thin";
  EXPECT_EQ(world.outcome(world.a, "1e 00 00 00 01 00"), "05 2000") << "PREVENT without removable medium";
  EXPECT_EQ(world.outcome(world.a, "a3 0a 00000000 00000100 00 00"), "05 2400") << "no ALUA";
  EXPECT_EQ(world.outcome(world.a, "9c 00 0000000000000000 0000 0001 00 00"), "05 2000") << "no atomic writes";
  EXPECT_EQ(world.outcome(world.a, "28 00 00000000 00 0000 04"), "05 2400") << "NACA";
}

TEST(Opcodes, AreReportedAsTheyAreObeyed) {
  World world;
  const base::Bytes all = world.run(world.a, "a3 0c 00 00 0000 00010000 00 00")->received();
  ASSERT_GT(all.size(), 4U);
  EXPECT_EQ(base::loadU32(all.data()), all.size() - 4);
  EXPECT_EQ((all.size() - 4) % 8, 0U);
  int seen = 0;
  for (std::size_t at = 4; at < all.size(); at += 8, ++seen) {
    const scsi::OpcodeRow* row =
        scsi::findOpcode(base::Bytes{all[at], static_cast<std::uint8_t>(all[at + 3])});
    ASSERT_NE(row, nullptr);
    EXPECT_EQ((all[at + 5] & 1) != 0, row->hasServiceAction());
    EXPECT_EQ(base::loadU16(&all[at + 6]), row->length);
    EXPECT_NE(row->opcode, 0x42) << "UNMAP is not offered";
    // One command, by the reporting option that fits, and refused by the other.
    char cdb[64];
    for (const int option : {1, 2, 3}) {
      std::snprintf(cdb, sizeof cdb, "a3 0c 0%d %02x 00%02x 00010000 00 00", option, row->opcode, all[at + 3]);
      const auto one = world.run(world.a, cdb);
      const bool fits = option == 3 || (option == 2) == row->hasServiceAction();
      EXPECT_EQ(one->outcome(), fits ? "GOOD" : "05 2400") << row->name << option;
      if (!fits) continue;
      const base::Bytes answer = one->received();
      ASSERT_EQ(answer.size(), 4U + row->length);
      EXPECT_EQ(answer[1], 3);
      EXPECT_EQ(base::loadU16(&answer[2]), row->length);
      EXPECT_EQ(answer[4], row->opcode);
    }
  }
  EXPECT_GT(seen, 50);
}

TEST(Opcodes, ThatAreNotOfferedAreReportedSo) {
  World world;
  EXPECT_EQ(world.dataOf(world.a, "a3 0c 01 42 0000 00010000 00 00"), "00010000") << "not offered";
  EXPECT_EQ(world.dataOf(world.a, "a3 0c 01 07 0000 00010000 00 00"), "00010000") << "not known";
  EXPECT_EQ(world.dataOf(world.a, "a3 0c 02 9e 001f 00010000 00 00"), "00010000") << "no such service action";
  EXPECT_EQ(world.dataOf(world.a, "a3 0c 01 28 0000 00010000 00 00"), "0003000a" "281affffffff1fffff00");
  EXPECT_EQ(world.dataOf(world.a, "a3 0c 81 00 0000 00010000 00 00"),
            "00830006" "000000000000" "000a00000000000000000000")
      << "RCTD adds the timeouts descriptor";
  EXPECT_EQ(world.outcome(world.a, "a3 0c 04 00 0000 00010000 00 00"), "05 2400");
}

TEST(Opcodes, TaskManagementFunctionsAreReported) {
  World world;
  EXPECT_EQ(world.dataOf(world.a, "a3 0d 00 000000 00000010 00 00"), "d8000000");
  EXPECT_EQ(world.dataOf(world.a, "a3 0d 80 000000 00000010 00 00"), "d800000c000000000000000000000000");
  EXPECT_EQ(world.outcome(world.a, "a3 0d 00 000000 00000003 00 00"), "05 2400");
}

}  // namespace
