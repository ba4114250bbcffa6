// Many requests at once, requests from within done(), and devices that go with requests open.
#include <deque>
#include <random>

#include "tests/contract/block/block_contract.h"

namespace contract {
namespace {

class BlockQueue : public BlockContract {
 protected:
  Request& add(IoKind kind, std::uint64_t lba, std::uint64_t count, std::uint32_t version = 0) {
    const bool moves = kind == IoKind::Read || kind == IoKind::Write;
    requests_.emplace_back(kind, lba, count, moves ? count * blockSize_ : 0);
    if (kind == IoKind::Write) support::fillPattern(requests_.back().bytes(), lba, blockSize_, version);
    return requests_.back();
  }
  bool allEnded() const {
    return std::all_of(requests_.begin(), requests_.end(), [](const Request& r) { return r.result.has_value(); });
  }
  std::size_t ended() const {
    return static_cast<std::size_t>(
        std::count_if(requests_.begin(), requests_.end(), [](const Request& r) { return r.result.has_value(); }));
  }

  std::deque<Request> requests_;
};
INSTANTIATE_TEST_SUITE_P(Devices, BlockQueue, testing::ValuesIn(deviceKinds()), nameOf);

// Far more than any device gives to the kernel at a time.
TEST_P(BlockQueue, hundredsOfRequestsAtOnceAllEnd) {
  for (std::uint64_t i = 0; i < 300; ++i) device_->submit(add(IoKind::Write, i * 4, 4, 1));
  ASSERT_TRUE(driveUntil([&] { return allEnded(); })) << ended();
  for (const Request& request : requests_) EXPECT_EQ(request.result, IoResult::Ok);
  EXPECT_TRUE(holds(0, 1200, 1));
  requests_.clear();
  for (std::uint64_t i = 0; i < 300; ++i) device_->submit(add(IoKind::Read, (i * 7 % 300) * 4, 4));
  ASSERT_TRUE(driveUntil([&] { return allEnded(); })) << ended();
  for (const Request& request : requests_) {
    EXPECT_EQ(request.result, IoResult::Ok);
    if (!rig_->keepsData) continue;
    const auto wanted = support::pattern(request.lba, 4, blockSize_, 1);
    EXPECT_TRUE(std::equal(wanted.begin(), wanted.end(), request.bytes().begin())) << request.lba;
  }
}

TEST_P(BlockQueue, requestsMayBeSubmittedFromWithinDone) {
  constexpr std::uint64_t kChain = 200;
  for (std::uint64_t i = 0; i < kChain; ++i) add(IoKind::Write, i, 1, 1);
  for (std::size_t i = 0; i + 1 < kChain; ++i) {
    requests_[i].hook = [this, i] { device_->submit(requests_[i + 1]); };
  }
  device_->submit(requests_[0]);
  ASSERT_TRUE(driveUntil([&] { return allEnded(); })) << ended();
  EXPECT_TRUE(holds(0, kChain, 1));
}

TEST_P(BlockQueue, aRequestMayBeUsedAgainFromWithinItsDone) {
  int rounds = 0;
  Request& again = add(IoKind::Write, 0, 1, 1);
  again.hook = [&] {
    if (++rounds == 100) return;
    again.result.reset();
    device_->submit(again);
  };
  device_->submit(again);
  ASSERT_TRUE(driveUntil([&] { return rounds == 100; })) << rounds;
}

TEST_P(BlockQueue, flushesAmongWritesAllEnd) {
  for (std::uint64_t i = 0; i < 200; ++i) {
    device_->submit(add(IoKind::Write, i * 2, 2, 1));
    if (i % 5 == 0) device_->submit(add(IoKind::Flush, 0, 0));
    if (i % 7 == 0) {
      Request& forced = add(IoKind::Write, 1000 + i, 1, 1);
      forced.forceUnitAccess = true;
      device_->submit(forced);
    }
  }
  ASSERT_TRUE(driveUntil([&] { return allEnded(); })) << ended();
  for (const Request& request : requests_) EXPECT_EQ(request.result, IoResult::Ok);
  EXPECT_TRUE(holds(0, 400, 1));
}

// Requests in flight touch different blocks, as an owner that orders would have it; what is there afterwards is what a
// plain array says.
TEST_P(BlockQueue, anyMixGivesWhatAnArrayWouldHold) {
  constexpr std::uint64_t kArea = 1200;
  constexpr std::uint64_t kSlot = 24;  // blocks that one request at a time may touch
  std::mt19937 random(20'260'101);
  std::vector<std::uint32_t> versions(kArea, 0);  // 0: zeroes
  for (std::uint32_t round = 1; round <= 12; ++round) {
    requests_.clear();
    for (std::uint64_t slot = 0; slot < kArea / kSlot; ++slot) {
      const std::uint64_t lba = slot * kSlot + random() % 8;
      const std::uint64_t count = 1 + random() % 16;
      const auto kind = std::array{IoKind::Read, IoKind::Write, IoKind::Write, IoKind::WriteZeroes,
                                   IoKind::Discard}[random() % 5];
      Request& request = add(kind, lba, count, round);
      request.forceUnitAccess = random() % 10 == 0;
      device_->submit(request);
      const bool zeroed = kind == IoKind::WriteZeroes || (kind == IoKind::Discard && device_->geometry().thin);
      if (kind != IoKind::Write && !zeroed) continue;
      std::fill_n(versions.begin() + static_cast<std::ptrdiff_t>(lba), count, zeroed ? 0 : round);
    }
    if (round % 3 == 0) device_->submit(add(IoKind::Flush, 0, 0));
    ASSERT_TRUE(driveUntil([&] { return allEnded(); })) << ended();
    for (const Request& request : requests_) ASSERT_EQ(request.result, IoResult::Ok);
  }
  for (std::uint64_t lba = 0; lba < kArea; ++lba) {
    if (versions[lba] == 0) {
      ASSERT_TRUE(isZero(lba, 1)) << lba;
    } else {
      ASSERT_TRUE(holds(lba, 1, versions[lba])) << lba;
    }
  }
}

TEST_P(BlockQueue, deviceThatGoesEndsEveryOpenRequest) {
  for (std::uint64_t i = 0; i < 200; ++i) {
    const IoKind kind = i % 3 == 0 ? IoKind::Read : i % 7 == 0 ? IoKind::WriteZeroes : IoKind::Write;
    add(kind, i * 8, 8, 1);
    if (i % 10 == 0) add(IoKind::Flush, 0, 0);
  }
  // What is submitted while it goes ends too.
  auto late = std::make_unique<Request>(IoKind::Write, 0, 1, blockSize_);
  bool first = true;
  for (Request& request : requests_) {
    request.hook = [&] {
      if (std::exchange(first, false)) device_->submit(*late);
    };
  }
  for (Request& request : requests_) device_->submit(request);
  rig_->close();
  EXPECT_EQ(ended(), requests_.size());
  for (const Request& request : requests_) {
    EXPECT_TRUE(request.result == IoResult::Ok || request.result == IoResult::Gone);
  }
  EXPECT_TRUE(late->result == IoResult::Ok || late->result == IoResult::Gone);
}

// The memory of a request is its submitter's again once the device has gone.
TEST_P(BlockQueue, nothingIsWrittenIntoMemoryAfterTheDeviceWent) {
  ASSERT_EQ(writePattern(0, 800, 1), IoResult::Ok);
  for (std::uint64_t i = 0; i < 100; ++i) device_->submit(add(IoKind::Read, i * 8, 8));
  rig_->close();
  for (Request& request : requests_) {
    std::fill(request.bytes().begin(), request.bytes().end(), std::uint8_t{0xEE});
  }
  device_ = rig_->open({});
  ASSERT_NE(device_, nullptr);
  (void)read(0, 800);
  for (const Request& request : requests_) {
    EXPECT_TRUE(std::all_of(request.bytes().begin(), request.bytes().end(), [](auto b) { return b == 0xEE; }));
  }
}

#ifdef NDEBUG
// Without assert() a mistake of the caller still reaches no other block.
TEST_P(BlockQueue, requestAcrossTheEndDoesNothing) {
  if (rig_->administered() == nullptr) GTEST_SKIP() << "it passes all on";
  ASSERT_EQ(writePattern(blocks_ - 4, 4, 1), IoResult::Ok);
  EXPECT_EQ(writePattern(blocks_ - 1, 2, 2), IoResult::OutOfRange);
  EXPECT_EQ(noData(IoKind::WriteZeroes, blocks_ - 1, 2), IoResult::OutOfRange);
  EXPECT_EQ(noData(IoKind::Discard, UINT64_MAX, 2), IoResult::OutOfRange);
  Request beyond(IoKind::Read, blocks_, 1, blockSize_);
  EXPECT_EQ(run(beyond), IoResult::OutOfRange);
  EXPECT_TRUE(holds(blocks_ - 4, 4, 1));
}
#else
using BlockQueueDeathTest = BlockQueue;
TEST_P(BlockQueueDeathTest, requestAcrossTheEndIsAMistakeOfTheCaller) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  if (rig_->administered() == nullptr) GTEST_SKIP() << "it passes all on";
  Request beyond(IoKind::Read, blocks_ - 1, 2, 2 * blockSize_);
  EXPECT_DEATH(device_->submit(beyond), "wellFormed");
  Request tooSmall(IoKind::Write, 0, 2, blockSize_);
  EXPECT_DEATH(device_->submit(tooSmall), "wellFormed");
}
INSTANTIATE_TEST_SUITE_P(Devices, BlockQueueDeathTest, testing::ValuesIn(deviceKinds()), nameOf);
#endif

}  // namespace
}  // namespace contract
