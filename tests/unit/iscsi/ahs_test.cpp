#include "agent/iscsi/ahs.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/unit/iscsi/hex.h"

namespace {

using namespace iscsi;
using namespace iscsi_test;

ScsiCommand commandThat(bool reads, bool writes) {
  ScsiCommand command;
  command.read = reads;
  command.write = writes;
  return command;
}

base::Bytes cdbOf(std::size_t size) {
  base::Bytes cdb(size);
  std::iota(cdb.begin(), cdb.end(), std::uint8_t{1});
  return cdb;
}

struct AhsVector {
  const char* name;
  const char* hex;
  std::size_t cdbSize;  // 0: no extended CDB
  std::optional<std::uint32_t> readLength;
};
// From the drawings of RFC 7143 11.2.2.3 and 11.2.2.4; the CDB counts up from 01.
constexpr AhsVector kVectors[] = {
    {"CDB of 17 bytes", "00020100 11000000", 17, std::nullopt},
    {"CDB of 20 bytes", "00050100 11121314", 20, std::nullopt},
    {"CDB of 32 bytes", "00110100 11121314 15161718 191a1b1c 1d1e1f20", 32, std::nullopt},
    {"read length", "00050200 00012000", 0, 0x12000},
    {"CDB and read length", "00060100 11121314 15000000 00050200 deadbeef", 21, 0xdeadbeef},
};

TEST(Ahs, IsBuiltAndReadAsTheRfcDrawsIt) {
  for (const AhsVector& row : kVectors) {
    AhsBuilder builder;
    if (row.cdbSize != 0) builder.addExtendedCdb(cdbOf(row.cdbSize));
    if (row.readLength) builder.addBidirectionalReadLength(*row.readLength);
    EXPECT_EQ(toHex(builder.bytes()), row.hex) << row.name;
    EXPECT_EQ(builder.totalAhsLength() * 4U, builder.bytes().size()) << row.name;

    const base::Bytes bytes = fromHex(row.hex);
    const auto ahs = readCommandAhs(commandThat(true, row.readLength.has_value()), bytes);
    ASSERT_TRUE(ahs.ok()) << row.name;
    const base::Bytes cdb = cdbOf(row.cdbSize);
    EXPECT_EQ(toHex(ahs->extendedCdb), row.cdbSize == 0 ? "" : toHex(base::ByteView(cdb).subspan(16))) << row.name;
    EXPECT_EQ(ahs->bidirectionalReadLength, row.readLength) << row.name;
  }
}

TEST(Ahs, MayComeInAnyOrder) {
  const base::Bytes bytes = fromHex("00050200 00000100 00020100 11000000");
  const auto ahs = readCommandAhs(commandThat(true, true), bytes);
  ASSERT_TRUE(ahs.ok());
  EXPECT_EQ(toHex(ahs->extendedCdb), "11");
  EXPECT_EQ(ahs->bidirectionalReadLength, 256U);
}

TEST(Ahs, TheLongestFillsItsBound) {
  AhsBuilder builder;
  builder.addExtendedCdb(cdbOf(kMaxCdb));
  builder.addBidirectionalReadLength(1);
  EXPECT_EQ(builder.bytes().size(), kMaxAhs);
  const auto ahs = readCommandAhs(commandThat(true, true), builder.bytes());
  ASSERT_TRUE(ahs.ok());
  EXPECT_EQ(ahs->extendedCdb.size(), 244U);
}

TEST(Ahs, IgnoresReservedBits) {
  const base::Bytes bytes = fromHex("0005c2ff 00012000");
  const auto ahs = readCommandAhs(commandThat(true, true), bytes);
  ASSERT_TRUE(ahs.ok());
  EXPECT_EQ(ahs->bidirectionalReadLength, 0x12000U);
}

struct BadAhs {
  const char* name;
  const char* hex;
  FormatFault fault;
};
constexpr BadAhs kBad[] = {
    {"length beyond the end", "00060200 00012000", FormatFault::AhsLength},
    {"length far beyond the end", "ffff0100 00000000", FormatFault::AhsLength},
    {"padding beyond the end", "00050200 00012000 00020100", FormatFault::AhsLength},
    {"read length too short", "00040200 00012000", FormatFault::AhsLength},
    {"read length too long", "00060200 00012000 00000000", FormatFault::AhsLength},
    {"empty read length", "00000200", FormatFault::AhsLength},
    {"CDB of 16 bytes", "00010100", FormatFault::AhsLength},
    {"empty CDB", "00000100", FormatFault::AhsLength},
    {"type 0", "00050000 00012000", FormatFault::AhsType},
    {"type 3", "00050300 00012000", FormatFault::AhsType},
    {"type 63", "00053f00 00012000", FormatFault::AhsType},
    {"all zero", "00000000", FormatFault::AhsType},
    {"two CDBs", "00020100 11000000 00020100 11000000", FormatFault::AhsRepeated},
    {"two read lengths", "00050200 00012000 00050200 00012000", FormatFault::AhsRepeated},
};

TEST(Ahs, WhoseLengthOrTypeIsWrongIsAFault) {
  for (const BadAhs& row : kBad) {
    const auto ahs = readCommandAhs(commandThat(true, true), fromHex(row.hex));
    ASSERT_FALSE(ahs.ok()) << row.name;
    EXPECT_EQ(rowOf(ahs.error()).text, rowOf(row.fault).text) << row.name;
  }
}

TEST(Ahs, ACdbBeyond260BytesIsAFault) {
  base::Bytes bytes(3 + 246 + 3);
  base::storeU16(bytes.data(), 246);
  bytes[2] = 1;
  EXPECT_EQ(readCommandAhs(commandThat(true, false), bytes).error(), FormatFault::AhsLength);
}

TEST(Ahs, AReadLengthBelongsToABidirectionalCommand) {
  EXPECT_EQ(readCommandAhs(commandThat(true, true), {}).error(), FormatFault::NoBidirectionalLength);
  const base::Bytes cdb = fromHex("00020100 11000000");
  EXPECT_EQ(readCommandAhs(commandThat(true, true), cdb).error(), FormatFault::NoBidirectionalLength);
  const base::Bytes length = fromHex("00050200 00012000");
  EXPECT_EQ(readCommandAhs(commandThat(false, false), length).error(), FormatFault::NoDirection);
  EXPECT_TRUE(readCommandAhs(commandThat(false, false), fromHex("00050200 00000000")).ok());
  EXPECT_TRUE(readCommandAhs(commandThat(false, true), {}).ok());
}

// Every header of up to three words over a few interesting bytes: views stay inside, and the walk ends.
TEST(AhsReader, NeverLeavesItsBytes) {
  constexpr std::uint8_t kSome[] = {0x00, 0x01, 0x02, 0x05, 0x06, 0xff};
  for (std::size_t words = 1; words <= 3; ++words) {
    for (const std::uint8_t a : kSome) {
      for (const std::uint8_t b : kSome) {
        for (const std::uint8_t c : kSome) {
          base::Bytes bytes(words * 4, c);
          bytes[0] = a;
          bytes[1] = b;
          AhsReader reader(bytes);
          std::size_t seen = 0;
          for (AhsSegment segment; reader.next(segment); ++seen) {
            if (segment.content.empty()) continue;
            EXPECT_GE(segment.content.data(), bytes.data());
            EXPECT_LE(segment.content.data() + segment.content.size(), bytes.data() + bytes.size());
          }
          EXPECT_LE(seen, words);
        }
      }
    }
  }
}

}  // namespace
