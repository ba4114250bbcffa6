#include "db/store/row_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>

namespace store {
namespace {

using testing::ElementsAre;

constexpr Column kColumns[] = {{"a", ColumnType::Integer}, {"b", ColumnType::Text}, {"c", ColumnType::Blob}};
constexpr Table kTables[] = {{4, "thing", kColumns}};
constexpr TableIndex kIndex{Schema{kTables}};

base::Bytes bytesOf(const base::ByteArena& arena) { return {arena.view().begin(), arena.view().end()}; }

// All ops written again; the test fails where the bytes are malformed.
base::Bytes rewritten(base::ByteView ops) {
  base::ByteArena out;
  OpsWriter writer(out);
  OpsReader reader(ops);
  Op op;
  while (reader.next(op)) {
    if (op.kind == OpKind::Erase) {
      writer.erase(op.table, op.id);
      continue;
    }
    writer.put(op.table, op.id);
    for (const Cell& cell : op.cells) writer.cell(cell);
  }
  EXPECT_FALSE(reader.failed());
  return bytesOf(out);
}

TEST(RowCodec, BytesAreAsTheHeaderSays) {
  base::ByteArena out;
  OpsWriter writer(out);
  writer.put(4, 300);
  writer.integer(-2);
  writer.text("hi");
  writer.null();
  writer.erase(9, 1);
  EXPECT_THAT(bytesOf(out), ElementsAre(1, 4, 0xAC, 0x02, 3, 1, 3, 2, 2, 'h', 'i', 0, 2, 9, 1));
}

TEST(RowCodec, WhatIsWrittenIsRead) {
  base::ByteArena out;
  OpsWriter writer(out);
  const std::string big(70'000, 'z');
  const std::int64_t numbers[] = {0,
                                  1,
                                  -1,
                                  63,
                                  64,
                                  -64,
                                  -65,
                                  8191,
                                  8192,
                                  std::numeric_limits<std::int64_t>::max(),
                                  std::numeric_limits<std::int64_t>::min()};
  for (const std::int64_t number : numbers) {
    writer.put(1, number);
    writer.integer(number);
    writer.blob(base::asBytes(big));
    writer.erase(255, number);
  }
  OpsReader reader(out.view());
  Op op;
  for (const std::int64_t number : numbers) {
    ASSERT_TRUE(reader.next(op));
    EXPECT_EQ(op.kind, OpKind::Put);
    EXPECT_EQ(op.table, 1);
    EXPECT_EQ(op.id, number);
    ASSERT_EQ(op.cells.size(), 2U);
    EXPECT_EQ(op.cells[0].integer, number);
    EXPECT_EQ(op.cells[1].text(), big);
    ASSERT_TRUE(reader.next(op));
    EXPECT_EQ(op.kind, OpKind::Erase);
    EXPECT_EQ(op.table, 255);
    EXPECT_EQ(op.id, number);
    EXPECT_TRUE(op.cells.empty());
  }
  EXPECT_FALSE(reader.next(op));
  EXPECT_FALSE(reader.failed());
  EXPECT_EQ(reader.offset(), out.size());
}

TEST(RowCodec, NoOpsAreNoFailure) {
  OpsReader reader({});
  Op op;
  EXPECT_FALSE(reader.next(op));
  EXPECT_FALSE(reader.failed());
}

TEST(RowCodec, EveryCutShortInputFailsAtItsLastGoodOp) {
  base::ByteArena out;
  OpsWriter writer(out);
  writer.erase(1, 5000);
  const std::size_t first = out.size();
  writer.put(1, 5000);
  writer.integer(5000);
  writer.text("text");
  for (std::size_t size = 1; size < out.size(); ++size) {
    if (size == first) continue;
    OpsReader reader(out.view().first(size));
    Op op;
    while (reader.next(op)) {
    }
    EXPECT_TRUE(reader.failed()) << size;
    EXPECT_EQ(reader.offset(), size < first ? 0 : first);
    EXPECT_FALSE(reader.next(op));
  }
}

TEST(RowCodec, MalformedOpsFail) {
  const std::vector<base::Bytes> wrong = {
      {0, 1, 1},                                                                 // no such kind
      {3, 1, 1},                                                                 // no such kind
      {2, 1, 0x80, 0x00},                                                        // an id not in its shortest form
      {2, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02},        // an id beyond 64 bits
      {2, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x81, 0x00},  // and longer
      {1, 1, 1, 1, 4},                                                           // no such tag
      {1, 1, 1, 1, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F},                             // text longer than the input
      {1, 1, 1, kMaxColumns + 1, 0, 0},                                          // too many cells
  };
  for (const base::Bytes& bytes : wrong) {
    OpsReader reader(bytes);
    Op op;
    EXPECT_FALSE(reader.next(op));
    EXPECT_TRUE(reader.failed()) << testing::PrintToString(bytes);
  }
}

TEST(RowCodec, WhateverIsReadFromRandomBytesIsWrittenBackTheSame) {
  std::mt19937_64 random(7);
  const base::Bytes seed = {1, 4, 0xAC, 0x02, 3, 1, 3, 2, 2, 'h', 'i', 0, 2, 9, 1};
  for (int round = 0; round < 20'000; ++round) {
    base::Bytes bytes = seed;
    for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random() >> (random() % 8));
    OpsReader reader(bytes);
    Op op;
    while (reader.next(op)) {
    }
    const base::ByteView good = base::ByteView(bytes).first(reader.offset());
    EXPECT_TRUE(base::equal(rewritten(good), good));
  }
}

TEST(RowCodec, AnOpFitsItsTableOnlyWithEveryColumnInItsType) {
  const Cell number{CellTag::Integer, 1, {}};
  const Cell text{CellTag::Text, 0, {}};
  const Cell blob{CellTag::Blob, 0, {}};
  const auto fitting = [](std::uint8_t table, OpKind kind, std::vector<Cell> cells) {
    return tableFor(Op{kind, table, 1, cells}, kIndex) != nullptr;
  };
  EXPECT_TRUE(fitting(4, OpKind::Put, {number, text, blob}));
  EXPECT_TRUE(fitting(4, OpKind::Put, {Cell{}, Cell{}, Cell{}}));
  EXPECT_TRUE(fitting(4, OpKind::Erase, {}));
  EXPECT_FALSE(fitting(4, OpKind::Put, {number, text}));
  EXPECT_FALSE(fitting(4, OpKind::Put, {number, text, blob, Cell{}}));
  EXPECT_FALSE(fitting(4, OpKind::Put, {text, text, blob}));
  EXPECT_FALSE(fitting(4, OpKind::Put, {number, blob, blob}));
  EXPECT_FALSE(fitting(4, OpKind::Put, {number, text, text}));
  EXPECT_FALSE(fitting(5, OpKind::Erase, {}));
}

}  // namespace
}  // namespace store
