#include "agent/target/data_memory.h"

#include <gtest/gtest.h>

#include <cstring>

namespace target {
namespace {

TEST(DataMemory, GivesWhatIsAskedForInOnePieceAndWritable) {
  DataMemory memory(1U << 20);
  for (const std::size_t size : {std::size_t{1}, std::size_t{4096}, std::size_t{4097}, std::size_t{100000}}) {
    const std::span<std::uint8_t> block = memory.take(size);
    ASSERT_EQ(block.size(), size);
    std::memset(block.data(), 1, size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.data()) % 4096, 0U);
    memory.give(block);
  }
  EXPECT_EQ(memory.bytesInUse(), 0U);
}

TEST(DataMemory, KeepsItsBoundAndFreesOtherSizesFirst) {
  DataMemory memory(std::size_t{64} << 10);
  std::vector<std::span<std::uint8_t>> small;
  for (int i = 0; i < 16; ++i) small.push_back(memory.take(4096));
  EXPECT_FALSE(small.back().empty());
  EXPECT_TRUE(memory.take(1).empty());
  EXPECT_EQ(memory.bytesInUse(), std::size_t{64} << 10);
  for (const auto block : small) memory.give(block);
  const std::span<std::uint8_t> large = memory.take(std::size_t{64} << 10);
  EXPECT_EQ(large.size(), std::size_t{64} << 10);
  EXPECT_TRUE(memory.take(4096).empty());
  memory.give(large);
}

TEST(DataMemory, GivesNothingBeyondTheLargestAndForNothing) {
  DataMemory memory(std::size_t{1} << 30);
  EXPECT_TRUE(memory.take(0).empty());
  EXPECT_TRUE(memory.take(DataMemory::kLargest + 1).empty());
  const std::span<std::uint8_t> largest = memory.take(DataMemory::kLargest);
  EXPECT_EQ(largest.size(), DataMemory::kLargest);
  memory.give(largest);
}

TEST(DataMemory, TheSameBlockServesTheNextOfItsSize) {
  DataMemory memory(1U << 20);
  const std::span<std::uint8_t> first = memory.take(5000);
  memory.give(first);
  const std::span<std::uint8_t> second = memory.take(8000);
  EXPECT_EQ(second.data(), first.data());
  memory.give(second);
}

}  // namespace
}  // namespace target
