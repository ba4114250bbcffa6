// What is written is what is read, whatever the memory and the range.
#include <numeric>

#include "tests/contract/block/block_contract.h"

namespace contract {
namespace {

class BlockData : public BlockContract {};
INSTANTIATE_TEST_SUITE_P(Devices, BlockData, testing::ValuesIn(deviceKinds()), nameOf);

TEST_P(BlockData, geometryIsThatOfTheStore) {
  const scsi::Geometry geometry = device_->geometry();
  EXPECT_EQ(geometry.blockSize, GetParam().blockSize);
  EXPECT_EQ(geometry.blocks, kDeviceSize / GetParam().blockSize);
  EXPECT_FALSE(geometry.readOnly);
  EXPECT_LE(geometry.blockSize << geometry.physicalExponent, 65'536U);
}

TEST_P(BlockData, newDeviceReadsAsZeroes) {
  EXPECT_TRUE(isZero(0, 8));
  EXPECT_TRUE(isZero(blocks_ - 8, 8));
}

TEST_P(BlockData, readsWhatWasWrittenFromTheFirstBlockToTheLast) {
  const std::uint64_t places[] = {0, 1, 6, blocks_ / 2 - 3, blocks_ - 5};
  for (const std::uint64_t lba : places) ASSERT_EQ(writePattern(lba, 5, 1), IoResult::Ok);
  for (const std::uint64_t lba : places) EXPECT_TRUE(holds(lba, 5, 1)) << lba;
  EXPECT_TRUE(holds(0, 11, 1));
  EXPECT_TRUE(isZero(11, 4));
}

TEST_P(BlockData, writeLeavesItsNeighboursAlone) {
  ASSERT_EQ(writePattern(100, 40, 1), IoResult::Ok);
  ASSERT_EQ(writePattern(110, 3, 2), IoResult::Ok);
  EXPECT_TRUE(holds(100, 10, 1));
  EXPECT_TRUE(holds(110, 3, 2));
  EXPECT_TRUE(holds(113, 27, 1));
  EXPECT_TRUE(isZero(99, 1));
  EXPECT_TRUE(isZero(140, 1));
}

TEST_P(BlockData, laterWriteReplacesTheEarlier) {
  for (std::uint32_t version = 1; version <= 5; ++version) ASSERT_EQ(writePattern(20, 16, version), IoResult::Ok);
  EXPECT_TRUE(holds(20, 16, 5));
}

// Data segments of PDUs have any length; some are empty.
TEST_P(BlockData, gathersAndScattersPiecesOfAnySize) {
  const std::uint64_t count = 32;
  const std::vector<std::size_t> sizes = {1, 0, 511, 3, 4096, 700, 0, 13};
  Request out(IoKind::Write, 5, count, count * blockSize_);
  support::fillPattern(out.bytes(), 5, blockSize_, 3);
  out.cut(sizes);
  ASSERT_EQ(run(out), IoResult::Ok);
  EXPECT_TRUE(holds(5, count, 3));
  Request in(IoKind::Read, 5, count, count * blockSize_);
  in.cut({2, 4095, 0, 1, 513});
  ASSERT_EQ(run(in), IoResult::Ok);
  if (rig_->keepsData) {
    EXPECT_TRUE(std::equal(in.bytes().begin(), in.bytes().end(), out.bytes().begin()));
  }
}

TEST_P(BlockData, takesMorePiecesThanOneCallOfTheKernelDoes) {
  const std::uint64_t count = 1500;
  Request out(IoKind::Write, 0, count, count * blockSize_);
  support::fillPattern(out.bytes(), 0, blockSize_, 4);
  out.cut(std::vector<std::size_t>(count, blockSize_));
  ASSERT_EQ(run(out), IoResult::Ok);
  EXPECT_TRUE(holds(0, count, 4));
  Request in(IoKind::Read, 0, count, count * blockSize_);
  in.cut(std::vector<std::size_t>(count - 1, blockSize_));
  ASSERT_EQ(run(in), IoResult::Ok);
  if (rig_->keepsData) {
    EXPECT_TRUE(std::equal(in.bytes().begin(), in.bytes().end(), out.bytes().begin()));
  }
}

TEST_P(BlockData, memoryMayLieAtAnyAddress) {
  for (const std::size_t shift : {1U, 8U, 511U}) {
    const std::uint64_t count = 24;
    Request out(IoKind::Write, shift, count, count * blockSize_, shift);
    support::fillPattern(out.bytes(), shift, blockSize_, 5);
    ASSERT_EQ(run(out), IoResult::Ok);
    Request in(IoKind::Read, shift, count, count * blockSize_, 512 - shift);
    ASSERT_EQ(run(in), IoResult::Ok);
    if (rig_->keepsData) {
      EXPECT_TRUE(std::equal(in.bytes().begin(), in.bytes().end(), out.bytes().begin()));
    }
    EXPECT_TRUE(holds(shift, count, 5));
  }
}

// Several bounce buffers' worth for a direct device.
TEST_P(BlockData, largeRequestsFromUnalignedMemoryArriveWhole) {
  const std::uint64_t size = 1'048'576 + 4096;
  const std::uint64_t count = size / blockSize_;
  Request out(IoKind::Write, 3, count, size, 3);
  support::fillPattern(out.bytes(), 3, blockSize_, 6);
  out.cut({10'000, 300'001});
  ASSERT_EQ(run(out), IoResult::Ok);
  EXPECT_TRUE(holds(3, count, 6));
  Request in(IoKind::Read, 3, count, size, 7);
  in.cut({700'001});
  ASSERT_EQ(run(in), IoResult::Ok);
  if (rig_->keepsData) {
    EXPECT_TRUE(std::equal(in.bytes().begin(), in.bytes().end(), out.bytes().begin()));
  }
}

TEST_P(BlockData, takesTheWholeDeviceInOneRequest) {
  ASSERT_EQ(writePattern(0, blocks_, 7), IoResult::Ok);
  EXPECT_TRUE(holds(0, blocks_, 7));
}

TEST_P(BlockData, requestOfNoBlocksIsOk) {
  EXPECT_EQ(noData(IoKind::Read, blocks_, 0), IoResult::Ok);
  EXPECT_EQ(noData(IoKind::Write, 0, 0), IoResult::Ok);
  EXPECT_EQ(noData(IoKind::WriteZeroes, 5, 0), IoResult::Ok);
  EXPECT_EQ(noData(IoKind::Discard, 5, 0), IoResult::Ok);
}

TEST_P(BlockData, writesThatAreForcedAndFlushesAreOkAndReadBack) {
  EXPECT_EQ(write(40, support::pattern(40, 8, blockSize_, 8), true), IoResult::Ok);
  EXPECT_TRUE(holds(40, 8, 8));
  EXPECT_EQ(noData(IoKind::WriteZeroes, 42, 2, true), IoResult::Ok);
  EXPECT_TRUE(holds(40, 2, 8));
  EXPECT_TRUE(isZero(42, 2));
  EXPECT_EQ(noData(IoKind::Flush), IoResult::Ok);
  EXPECT_EQ(noData(IoKind::Flush), IoResult::Ok);
}

TEST_P(BlockData, contentIsThereWhenItIsOpenedAnew) {
  if (!rig_->keepsContent) GTEST_SKIP() << "the content goes with the device";
  ASSERT_EQ(writePattern(9, 100, 9), IoResult::Ok);
  ASSERT_EQ(noData(IoKind::Flush), IoResult::Ok);
  device_ = rig_->open({});
  ASSERT_NE(device_, nullptr);
  EXPECT_TRUE(holds(9, 100, 9));
}

TEST_P(BlockData, readOnlyDeviceRefusesWhatWouldChangeIt) {
  ASSERT_EQ(writePattern(0, 8, 1), IoResult::Ok);
  device_ = rig_->open({true});
  ASSERT_NE(device_, nullptr);
  EXPECT_TRUE(device_->geometry().readOnly);
  EXPECT_EQ(writePattern(0, 8, 2), IoResult::WriteProtected);
  EXPECT_EQ(noData(IoKind::WriteZeroes, 0, 8), IoResult::WriteProtected);
  EXPECT_EQ(noData(IoKind::Discard, 0, 8), IoResult::WriteProtected);
  EXPECT_EQ(noData(IoKind::Flush), IoResult::Ok);
  if (rig_->keepsContent) {
    EXPECT_TRUE(holds(0, 8, 1));
  } else {
    EXPECT_TRUE(isZero(0, 8));
  }
}

TEST_P(BlockData, viewShowsWhatAReadWouldGive) {
  ASSERT_EQ(writePattern(16, 16, 1), IoResult::Ok);
  const auto view = device_->view(14, 20);
  if (!view) GTEST_SKIP() << "it gives no views";
  ASSERT_EQ(view->size(), 20 * blockSize_);
  const auto wanted = read(14, 20);
  EXPECT_TRUE(base::equal(*view, wanted));
  ASSERT_EQ(writePattern(16, 1, 2), IoResult::Ok);
  EXPECT_TRUE(base::equal(*view, read(14, 20)));
  EXPECT_TRUE(device_->view(blocks_ - 1, 1).has_value());
  EXPECT_FALSE(device_->view(blocks_ - 1, 2).has_value());
  EXPECT_FALSE(device_->view(UINT64_MAX, 2).has_value());
}

}  // namespace
}  // namespace contract
