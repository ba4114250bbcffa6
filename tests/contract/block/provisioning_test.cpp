// Zeroes, holes, extents and sizes.
#include "tests/contract/block/block_contract.h"

namespace contract {
namespace {

using scsi::Provisioning;

class BlockProvisioning : public BlockContract {
 protected:
  // The extents from the first block to the last, each beginning where the one before ends.
  std::vector<scsi::Extent> extents() {
    std::vector<scsi::Extent> all;
    for (std::uint64_t lba = 0; lba < blocks_;) {
      const scsi::Extent extent = device_->extentAt(lba);
      EXPECT_GE(extent.blocks, 1U) << lba;
      EXPECT_LE(extent.blocks, blocks_ - lba);
      if (extent.blocks == 0) break;
      all.push_back(extent);
      lba += extent.blocks;
    }
    return all;
  }
  // Of each block.
  std::vector<Provisioning> states() {
    std::vector<Provisioning> all;
    for (const scsi::Extent& extent : extents()) all.insert(all.end(), extent.blocks, extent.state);
    return all;
  }
  [[nodiscard]] std::uint64_t blocksOf(std::uint64_t bytes) const { return bytes / blockSize_; }
};
INSTANTIATE_TEST_SUITE_P(Devices, BlockProvisioning, testing::ValuesIn(deviceKinds()), nameOf);

TEST_P(BlockProvisioning, writtenZeroesReadAsZeroesAndNeighboursStay) {
  struct Range {
    std::uint64_t lba, count;
  };
  // One block, some within a page, some across pages, more than a huge page, more than 4 MiB, and up to the end.
  const std::vector<Range> ranges = {{3, 1},
                                     {21, 5},
                                     {95, 70},
                                     {blocksOf(1'048'576) + 1, blocksOf(2'200'000)},
                                     {blocksOf(4'194'304) + 3, blocksOf(5'000'000)},
                                     {blocks_ - 11, 11}};
  ASSERT_EQ(writePattern(0, blocks_, 1), IoResult::Ok);
  for (const Range& range : ranges) ASSERT_EQ(noData(IoKind::WriteZeroes, range.lba, range.count), IoResult::Ok);
  std::uint64_t at = 0;
  for (const Range& range : ranges) {
    EXPECT_TRUE(holds(at, range.lba - at, 1));
    EXPECT_TRUE(isZero(range.lba, range.count));
    at = range.lba + range.count;
  }
  EXPECT_EQ(at, blocks_);
}

TEST_P(BlockProvisioning, zeroesOverZeroesAndDataOverZeroesAreRight) {
  ASSERT_EQ(noData(IoKind::WriteZeroes, 10, 30), IoResult::Ok);
  EXPECT_TRUE(isZero(8, 40));
  ASSERT_EQ(writePattern(15, 4, 2), IoResult::Ok);
  EXPECT_TRUE(isZero(10, 5));
  EXPECT_TRUE(holds(15, 4, 2));
  EXPECT_TRUE(isZero(19, 21));
}

// LBPRZ: what is thin reads as zeroes after an unmap. What is not may forget the hint.
TEST_P(BlockProvisioning, discardedBlocksReadAsZeroesOrStayAndNeighboursStay) {
  struct Range {
    std::uint64_t lba, count;
  };
  const std::vector<Range> ranges = {
      {2, 1}, {19, 6}, {64, 8}, {blocksOf(1'048'576) + 1, blocksOf(3'000'000)}, {blocks_ - 9, 9}};
  ASSERT_EQ(writePattern(0, blocks_, 1), IoResult::Ok);
  for (const Range& range : ranges) ASSERT_EQ(noData(IoKind::Discard, range.lba, range.count), IoResult::Ok);
  std::uint64_t at = 0;
  for (const Range& range : ranges) {
    EXPECT_TRUE(holds(at, range.lba - at, 1));
    if (device_->geometry().thin) {
      EXPECT_TRUE(isZero(range.lba, range.count));
    } else {
      EXPECT_TRUE(holds(range.lba, range.count, 1));
    }
    at = range.lba + range.count;
  }
  ASSERT_EQ(writePattern(ranges[1].lba, 3, 2), IoResult::Ok);
  EXPECT_TRUE(holds(ranges[1].lba, 3, 2));
}

// The same, and none of it may stay: what a file system discards and what it zeroes come alike.
TEST_P(BlockProvisioning, zeroesThatMayUnmapReadAsZeroesAndTakeNoRoom) {
  const std::uint64_t unit = blocksOf(4096);
  ASSERT_EQ(writePattern(0, 40 * unit, 1), IoResult::Ok);
  for (const auto& [lba, count] : {std::pair{std::uint64_t{3}, std::uint64_t{1}}, {8 * unit, 16 * unit}}) {
    Request zeroes(IoKind::WriteZeroes, lba, count, 0);
    zeroes.mayUnmap = true;
    ASSERT_EQ(run(zeroes), IoResult::Ok);
    EXPECT_TRUE(isZero(lba, count));
  }
  EXPECT_TRUE(holds(4, 8 * unit - 4, 1));
  EXPECT_TRUE(holds(24 * unit, 16 * unit, 1));
  if (!rig_->tellsHoles) return;
  ASSERT_EQ(noData(IoKind::Flush), IoResult::Ok);
  const scsi::Extent hole = device_->extentAt(8 * unit);
  EXPECT_EQ(hole.state, Provisioning::Deallocated);
  EXPECT_EQ(hole.blocks, 16 * unit);
}

TEST_P(BlockProvisioning, extentsCoverTheDevice) {
  ASSERT_EQ(writePattern(1000, 10, 1), IoResult::Ok);
  std::uint64_t sum = 0;
  for (const scsi::Extent& extent : extents()) sum += extent.blocks;
  EXPECT_EQ(sum, blocks_);
  EXPECT_EQ(device_->extentAt(blocks_ - 1).blocks, 1U);
  EXPECT_EQ(device_->extentAt(1000).state, Provisioning::Mapped);
  EXPECT_EQ(device_->extentAt(1009).state, Provisioning::Mapped);
}

TEST_P(BlockProvisioning, extentsTellWhatWasWrittenAndWhatWasDiscarded) {
  if (!rig_->tellsHoles) GTEST_SKIP() << "it does not tell";
  ASSERT_TRUE(device_->geometry().thin);
  EXPECT_EQ(device_->extentAt(0).state, Provisioning::Deallocated);
  EXPECT_EQ(device_->extentAt(5).blocks, blocks_ - 5);
  // Multiples of a page, so that every file system can tell.
  const std::uint64_t unit = blocksOf(4096);
  ASSERT_EQ(writePattern(10 * unit, 20 * unit, 1), IoResult::Ok);
  ASSERT_EQ(writePattern(blocks_ - unit, unit, 1), IoResult::Ok);
  ASSERT_EQ(noData(IoKind::Flush), IoResult::Ok);
  const auto expected = [&](std::uint64_t holeFrom, std::uint64_t holeTo) {
    std::vector<Provisioning> all(blocks_, Provisioning::Deallocated);
    for (std::uint64_t lba = 10 * unit; lba < 30 * unit; ++lba) {
      if (lba < holeFrom || lba >= holeTo) all[lba] = Provisioning::Mapped;
    }
    for (std::uint64_t lba = blocks_ - unit; lba < blocks_; ++lba) all[lba] = Provisioning::Mapped;
    return all;
  };
  EXPECT_TRUE(states() == expected(0, 0));
  ASSERT_EQ(noData(IoKind::Discard, 14 * unit, 8 * unit), IoResult::Ok);
  ASSERT_EQ(noData(IoKind::Flush), IoResult::Ok);
  EXPECT_TRUE(states() == expected(14 * unit, 22 * unit));
  const scsi::Extent within = device_->extentAt(15 * unit + 1);
  EXPECT_EQ(within.state, Provisioning::Deallocated);
  EXPECT_EQ(within.blocks, 7 * unit - 1);
}

// A block that is in part a hole is mapped: what is told free must read as zeroes.
TEST_P(BlockProvisioning, blocksToldFreeReadAsZeroes) {
  if (!device_->geometry().thin) GTEST_SKIP() << "it is not thin";
  for (std::uint64_t lba = 3; lba < 600; lba += 37) ASSERT_EQ(writePattern(lba, 1 + lba % 5, 1), IoResult::Ok);
  for (std::uint64_t lba = 50; lba < 600; lba += 91) ASSERT_EQ(noData(IoKind::Discard, lba, 17), IoResult::Ok);
  const auto all = states();
  const auto bytes = read(0, 600);
  for (std::uint64_t lba = 0; lba < 600; ++lba) {
    if (all[lba] != Provisioning::Deallocated) continue;
    const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(lba * blockSize_);
    EXPECT_TRUE(std::all_of(first, first + static_cast<std::ptrdiff_t>(blockSize_), [](auto b) { return b == 0; }))
        << lba;
  }
}

TEST_P(BlockProvisioning, growsAndKeepsWhatItHolds) {
  block::Device* device = rig_->administered();
  if (device == nullptr || !rig_->resizable) GTEST_SKIP() << "its size is not ours";
  ASSERT_EQ(writePattern(blocks_ - 10, 10, 1), IoResult::Ok);
  const std::uint64_t larger = blocks_ * 3 + 1;
  const auto grown = device->resize(larger, block::Shrink::Refuse);
  ASSERT_TRUE(grown) << grown.error().text;
  EXPECT_EQ(device_->geometry().blocks, larger);
  EXPECT_TRUE(holds(blocks_ - 10, 10, 1));
  EXPECT_TRUE(isZero(blocks_, 100));
  EXPECT_TRUE(isZero(larger - 3, 3));
  ASSERT_EQ(writePattern(larger - 3, 3, 2), IoResult::Ok);
  EXPECT_TRUE(holds(larger - 3, 3, 2));
  EXPECT_LE(device_->extentAt(larger - 1).blocks, 1U);
}

TEST_P(BlockProvisioning, shrinksOnlyWhenThatIsAllowedAndForgetsWhatLayBehind) {
  block::Device* device = rig_->administered();
  if (device == nullptr || !rig_->resizable) GTEST_SKIP() << "its size is not ours";
  ASSERT_EQ(writePattern(0, blocks_, 1), IoResult::Ok);
  EXPECT_FALSE(device->resize(blocks_ / 2, block::Shrink::Refuse));
  EXPECT_FALSE(device->resize(0, block::Shrink::Allow));
  EXPECT_EQ(device_->geometry().blocks, blocks_);
  const std::uint64_t smaller = blocks_ / 2 + 1;  // no multiple of a page
  const auto shrunk = device->resize(smaller, block::Shrink::Allow);
  ASSERT_TRUE(shrunk) << shrunk.error().text;
  EXPECT_EQ(device_->geometry().blocks, smaller);
  EXPECT_TRUE(holds(0, smaller, 1));
  EXPECT_EQ(device_->extentAt(smaller - 1).blocks, 1U);
  ASSERT_TRUE(device->resize(blocks_, block::Shrink::Refuse));
  EXPECT_TRUE(holds(0, smaller, 1));
  EXPECT_TRUE(isZero(smaller, blocks_ - smaller));
}

TEST_P(BlockProvisioning, sizeOfABlockDeviceIsNotChangedHere) {
  block::Device* device = rig_->administered();
  if (device == nullptr || rig_->resizable) GTEST_SKIP() << "it may be changed";
  const auto refused = device->resize(blocks_ * 2, block::Shrink::Refuse);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text, testing::HasSubstr("gets its size from what provides it"));
  const auto refreshed = device->refresh();
  ASSERT_TRUE(refreshed) << refreshed.error().text;
  EXPECT_FALSE(*refreshed);
}

}  // namespace
}  // namespace contract
