// The device that fails on purpose: what tests of device servers lean on.
#include "tests/fault/device/fault_device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "agent/block/memory_device.h"
#include "tests/support/block_request.h"

namespace block {
namespace {

using fault::Effect;
using fault::FaultDevice;
using fault::Hold;
using fault::Order;
using scsi::IoKind;
using scsi::IoResult;
using support::Request;
using std::chrono::milliseconds;

class FaultDeviceTest : public testing::Test {
 protected:
  Request& submit(IoKind kind, std::uint64_t lba, std::uint64_t count) {
    const bool moves = kind == IoKind::Read || kind == IoKind::Write;
    Request& request = requests_.emplace_back(kind, lba, count, moves ? count * 512 : 0);
    if (kind == IoKind::Write) support::fillPattern(request.bytes(), lba, 512, 1);
    const std::size_t number = requests_.size() - 1;
    request.hook = [this, number] { order_.push_back(number); };
    device_.submit(request);
    return request;
  }
  bool holdsZeroes(std::uint64_t lba) { return memory_->view(lba, 1)->front() == 0; }

  std::unique_ptr<MemoryDevice> memory_ = MemoryDevice::make(1'048'576, 512, false).value();
  FaultDevice device_{*memory_};
  std::deque<Request> requests_;
  std::vector<std::size_t> order_;
};

TEST_F(FaultDeviceTest, passesAllOnAtFirst) {
  EXPECT_EQ(device_.geometry().blocks, 2048U);
  EXPECT_EQ(submit(IoKind::Write, 3, 2).result, IoResult::Ok);
  EXPECT_FALSE(holdsZeroes(4));
  EXPECT_EQ(submit(IoKind::Flush, 0, 0).result, IoResult::Ok);
  EXPECT_TRUE(device_.view(3, 1).has_value());
  EXPECT_EQ(device_.extentAt(0).state, scsi::Provisioning::Mapped);
}

TEST_F(FaultDeviceTest, failsTheNthOfAKindOnce) {
  device_.failNth(2, IoResult::NoSpace, {IoKind::Write});
  EXPECT_EQ(submit(IoKind::Write, 0, 1).result, IoResult::Ok);
  EXPECT_EQ(submit(IoKind::Read, 0, 1).result, IoResult::Ok);
  EXPECT_EQ(submit(IoKind::Write, 8, 1).result, IoResult::NoSpace);
  EXPECT_TRUE(holdsZeroes(8));
  EXPECT_EQ(submit(IoKind::Write, 8, 1).result, IoResult::Ok);
  EXPECT_EQ(device_.counts().failed, 1U);
}

TEST_F(FaultDeviceTest, failsARangeAndWhatTouchesIt) {
  device_.failEach(IoResult::MediumError, {std::nullopt, 10, 5});
  EXPECT_EQ(submit(IoKind::Read, 5, 5).result, IoResult::Ok);
  EXPECT_EQ(submit(IoKind::Read, 5, 6).result, IoResult::MediumError);
  EXPECT_EQ(submit(IoKind::Write, 14, 3).result, IoResult::MediumError);
  EXPECT_EQ(submit(IoKind::Read, 15, 3).result, IoResult::Ok);
  EXPECT_EQ(submit(IoKind::Flush, 0, 0).result, IoResult::Ok);
  EXPECT_FALSE(device_.view(0, 1).has_value());
  device_.heal();
  EXPECT_EQ(submit(IoKind::Write, 14, 3).result, IoResult::Ok);
}

TEST_F(FaultDeviceTest, failsEverythingOrOnlyTheAnswer) {
  device_.failEach(IoResult::WriteProtected, {}, Effect::Done);
  EXPECT_EQ(submit(IoKind::Write, 7, 1).result, IoResult::WriteProtected);
  EXPECT_FALSE(holdsZeroes(7));
  EXPECT_EQ(submit(IoKind::Flush, 0, 0).result, IoResult::WriteProtected);
}

TEST_F(FaultDeviceTest, diesAfterSoManyRequests) {
  device_.dieAfter(2);
  EXPECT_EQ(submit(IoKind::Write, 0, 1).result, IoResult::Ok);
  EXPECT_EQ(submit(IoKind::Write, 1, 1).result, IoResult::Ok);
  EXPECT_EQ(submit(IoKind::Read, 0, 1).result, IoResult::Gone);
  EXPECT_EQ(submit(IoKind::Flush, 0, 0).result, IoResult::Gone);
}

TEST_F(FaultDeviceTest, deathEndsWhatIsHeld) {
  device_.hold(Hold::Requests);
  Request& held = submit(IoKind::Write, 0, 1);
  device_.dieAfter(0);
  EXPECT_EQ(held.result, IoResult::Gone);
  EXPECT_TRUE(holdsZeroes(0));
}

TEST_F(FaultDeviceTest, holdsRequestsOrResults) {
  device_.hold(Hold::Requests);
  Request& request = submit(IoKind::Write, 0, 1);
  EXPECT_TRUE(holdsZeroes(0));
  device_.hold(Hold::Results);
  Request& result = submit(IoKind::Write, 1, 1);
  EXPECT_FALSE(holdsZeroes(1));
  EXPECT_FALSE(result.result.has_value());
  EXPECT_EQ(device_.held(), 2U);
  device_.hold(Hold::Nothing);
  device_.release();
  EXPECT_EQ(request.result, IoResult::Ok);
  EXPECT_EQ(result.result, IoResult::Ok);
  EXPECT_FALSE(holdsZeroes(0));
}

TEST_F(FaultDeviceTest, releasesInTheOrderThatIsAskedFor) {
  device_.hold(Hold::Requests);
  for (std::uint64_t i = 0; i < 4; ++i) submit(IoKind::Write, i, 1);
  EXPECT_TRUE(device_.releaseOne(2));
  EXPECT_FALSE(device_.releaseOne(3));
  device_.release(Order::Reversed);
  EXPECT_THAT(order_, testing::ElementsAre(2, 3, 1, 0));
  order_.clear();
  for (std::uint64_t i = 0; i < 20; ++i) submit(IoKind::Write, i, 1);
  device_.release(Order::Shuffled, 5);
  EXPECT_EQ(order_.size(), 20U);
  EXPECT_FALSE(std::is_sorted(order_.begin(), order_.end()));
}

TEST_F(FaultDeviceTest, delaysByTheTimeThatItIsTold) {
  device_.onTimer(base::TimePoint{milliseconds(100)});
  device_.delay(milliseconds(30));
  EXPECT_EQ(device_.nextDeadline(), base::kNever);
  Request& slow = submit(IoKind::Write, 0, 1);
  device_.delay(milliseconds(10));
  Request& quick = submit(IoKind::Write, 1, 1);
  EXPECT_EQ(device_.nextDeadline(), base::TimePoint{milliseconds(110)});
  device_.onTimer(base::TimePoint{milliseconds(110)});
  EXPECT_EQ(quick.result, IoResult::Ok);
  EXPECT_FALSE(slow.result.has_value());
  EXPECT_EQ(device_.nextDeadline(), base::TimePoint{milliseconds(130)});
  device_.onTimer(base::TimePoint{milliseconds(200)});
  EXPECT_EQ(slow.result, IoResult::Ok);
}

TEST_F(FaultDeviceTest, endsWhatIsHeldWhenItGoes) {
  auto device = std::make_unique<FaultDevice>(*memory_);
  device->hold(Hold::Results);
  Request request(IoKind::Write, 0, 1, 512);
  device->submit(request);
  device.reset();
  EXPECT_EQ(request.result, IoResult::Gone);
}

}  // namespace
}  // namespace block
