// The fixture of the contract suite: a new device, and requests made one at a time.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "shared/base/clock.h"
#include "tests/contract/block/devices.h"
#include "tests/support/block_request.h"
#include "tests/support/drive_until.h"

namespace contract {

using scsi::IoKind;
using scsi::IoResult;
using support::Request;

class BlockContract : public testing::TestWithParam<DeviceKind> {
 protected:
  void SetUp() override {
    rig_ = GetParam().make();
    if (const std::string missing = rig_->missing(); !missing.empty()) {
      rig_.reset();
      GTEST_SKIP() << missing;
    }
    device_ = rig_->open({});
    ASSERT_NE(device_, nullptr);
    blockSize_ = device_->geometry().blockSize;
    blocks_ = device_->geometry().blocks;
  }
  void TearDown() override {
    if (rig_ != nullptr) rig_->close();
  }

  bool driveUntil(const std::function<bool()>& condition) {
    return support::driveUntil([this] { rig_->turn(); }, condition, std::chrono::minutes(1));
  }

  // The result of a request; MediumError and a test failure where there is none.
  IoResult run(Request& request) {
    device_->submit(request);
    EXPECT_TRUE(driveUntil([&] { return request.result.has_value(); })) << "the request did not end";
    return request.result.value_or(IoResult::MediumError);
  }
  IoResult write(std::uint64_t lba, const std::vector<std::uint8_t>& data, bool forceUnitAccess = false) {
    Request request(IoKind::Write, lba, data.size() / blockSize_, data.size());
    std::copy(data.begin(), data.end(), request.bytes().begin());
    request.forceUnitAccess = forceUnitAccess;
    return run(request);
  }
  IoResult writePattern(std::uint64_t lba, std::uint64_t count, std::uint32_t version) {
    return write(lba, support::pattern(lba, count, blockSize_, version));
  }
  std::vector<std::uint8_t> read(std::uint64_t lba, std::uint64_t count) {
    Request request(IoKind::Read, lba, count, count * blockSize_);
    EXPECT_EQ(run(request), IoResult::Ok);
    return {request.bytes().begin(), request.bytes().end()};
  }
  IoResult noData(IoKind kind, std::uint64_t lba = 0, std::uint64_t count = 0, bool forceUnitAccess = false) {
    Request request(kind, lba, count, 0);
    request.forceUnitAccess = forceUnitAccess;
    return run(request);
  }

  // Whether a range reads as this version of the pattern, or as zeroes. Zeroes where data is not kept.
  testing::AssertionResult holds(std::uint64_t lba, std::uint64_t count, std::uint32_t version) {
    return equal(lba, count, support::pattern(lba, count, blockSize_, version));
  }
  testing::AssertionResult isZero(std::uint64_t lba, std::uint64_t count) {
    return equal(lba, count, std::vector<std::uint8_t>(count * blockSize_));
  }

  std::unique_ptr<Rig> rig_;
  scsi::BlockDevice* device_ = nullptr;
  std::uint32_t blockSize_ = 0;
  std::uint64_t blocks_ = 0;

 private:
  testing::AssertionResult equal(std::uint64_t lba, std::uint64_t count, std::vector<std::uint8_t> wanted) {
    if (!rig_->keepsData) std::fill(wanted.begin(), wanted.end(), std::uint8_t{0});
    const auto got = read(lba, count);
    if (got == wanted) return testing::AssertionSuccess();
    const auto differ = std::mismatch(got.begin(), got.end(), wanted.begin());
    const auto at = static_cast<std::uint64_t>(differ.first - got.begin());
    return testing::AssertionFailure() << "block " << lba + at / blockSize_ << " byte " << at % blockSize_ << " is "
                                       << int{*differ.first} << " and not " << int{*differ.second};
  }
};

inline std::string nameOf(const testing::TestParamInfo<DeviceKind>& info) { return info.param.name; }

}  // namespace contract
