#include "agent/block/data_memory.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

namespace block {
namespace {

TEST(DataMemory, GivesWhatIsAskedForInOnePieceAndWritable) {
  DataMemory memory(1U << 20);
  DataShare share;
  for (const std::size_t size : {std::size_t{1}, std::size_t{4096}, std::size_t{4097}, std::size_t{100000}}) {
    const std::span<std::uint8_t> block = memory.take(size, share);
    ASSERT_EQ(block.size(), size);
    std::memset(block.data(), 1, size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.data()) % 4096, 0U);
    EXPECT_EQ(share.inUse, memory.bytesInUse());
    memory.give(block, share);
  }
  EXPECT_EQ(memory.bytesInUse(), 0U);
  EXPECT_EQ(share.inUse, 0U);
}

TEST(DataMemory, KeepsItsBoundAndFreesOtherSizesFirst) {
  DataMemory memory(std::size_t{64} << 10);
  std::array<DataShare, 16> shares;
  DataShare share;
  std::vector<std::span<std::uint8_t>> small;
  for (DataShare& one : shares) small.push_back(memory.take(4096, one));
  EXPECT_FALSE(small.back().empty());
  EXPECT_TRUE(memory.take(1, share).empty());
  EXPECT_EQ(memory.bytesInUse(), std::size_t{64} << 10);
  for (std::size_t i = 0; i < shares.size(); ++i) memory.give(small[i], shares[i]);
  const std::span<std::uint8_t> large = memory.take(std::size_t{64} << 10, share);
  EXPECT_EQ(large.size(), std::size_t{64} << 10);
  EXPECT_TRUE(memory.take(4096, share).empty());
  memory.give(large, share);
}

TEST(DataMemory, GivesNothingBeyondTheLargestAndForNothing) {
  DataMemory memory(std::size_t{1} << 30);
  DataShare share;
  EXPECT_TRUE(memory.take(0, share).empty());
  EXPECT_TRUE(memory.take(DataMemory::kLargest + 1, share).empty());
  const std::span<std::uint8_t> largest = memory.take(DataMemory::kLargest, share);
  EXPECT_EQ(largest.size(), DataMemory::kLargest);
  memory.give(largest, share);
}

TEST(DataMemory, NobodyHasMoreThanHeLeavesOrOneBlock) {
  DataMemory memory(std::size_t{64} << 10);
  DataShare greedy, modest, last;
  std::vector<std::span<std::uint8_t>> taken;
  for (int i = 0; i < 8; ++i) taken.push_back(memory.take(4096, greedy));
  EXPECT_FALSE(taken.back().empty());
  EXPECT_EQ(memory.refusedForShare(), 0U);
  EXPECT_TRUE(memory.take(4096, greedy).empty());
  EXPECT_EQ(memory.refusedForShare(), 1U);
  const std::span<std::uint8_t> first = memory.take(std::size_t{32} << 10, modest);
  EXPECT_FALSE(first.empty()) << "one block is fair whatever its size";
  EXPECT_TRUE(memory.take(4096, modest).empty());
  EXPECT_TRUE(memory.take(4096, last).empty());
  EXPECT_EQ(memory.refusedForShare(), 1U) << "there was none at all";
  // What comes back counts.
  memory.give(first, modest);
  for (const auto block : taken) memory.give(block, greedy);
  const std::span<std::uint8_t> again = memory.take(std::size_t{64} << 10, greedy);
  EXPECT_FALSE(again.empty());
  memory.give(again, greedy);
}

TEST(DataMemory, TheSameBlockServesTheNextOfItsSize) {
  DataMemory memory(1U << 20);
  DataShare share;
  const std::span<std::uint8_t> first = memory.take(5000, share);
  memory.give(first, share);
  const std::span<std::uint8_t> second = memory.take(8000, share);
  EXPECT_EQ(second.data(), first.data());
  memory.give(second, share);
}

}  // namespace
}  // namespace block
