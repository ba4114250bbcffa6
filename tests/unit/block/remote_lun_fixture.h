// What tests of remote logical units share: a loop, ways to open one, and requests to it.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "agent/block/remote_lun_opening.h"
#include "tests/support/block_request.h"
#include "tests/support/drive_until.h"
#include "tests/support/scratch_folder.h"

namespace block {

inline constexpr std::uint32_t kBlock = 512;

struct RemoteLunTest : testing::Test, OpeningOwner {
  void onOpeningChanged() override { ++changes; }

  bool driveUntil(const std::function<bool()>& condition) {
    return support::driveUntil(loop, condition, std::chrono::seconds(20));
  }
  std::unique_ptr<RemoteLunOpening> begin(const std::string& store) {
    auto parameters = remoteLunParameters(parseStoreSpec(store).value(), "iqn.2026-01.org.example:gateway");
    EXPECT_TRUE(parameters);
    parameters->times = times;
    OpeningOwner& self = *this;
    return std::make_unique<RemoteLunOpening>(loop, std::move(*parameters), self);
  }
  std::string failureOf(const std::string& store) {
    const auto opening = begin(store);
    EXPECT_TRUE(driveUntil([&] { return changes > 0; }));
    const auto device = opening->take();
    return device ? "none" : device.error().text;
  }
  std::unique_ptr<Device> open(const std::string& store) {
    const auto opening = begin(store);
    std::unique_ptr<Device> device;
    std::string why;
    const bool there = driveUntil([&] {
      auto taken = opening->take();
      if (taken) device = std::move(*taken);
      if (!taken) why = taken.error().text;
      return device != nullptr;
    });
    EXPECT_TRUE(there) << why;
    return device;
  }
  scsi::IoResult run(Device& device, support::Request& request) {
    device.submit(request);
    EXPECT_TRUE(driveUntil([&] { return request.result.has_value(); })) << device.description();
    return request.result.value_or(scsi::IoResult::MediumError);
  }
  scsi::IoResult write(Device& device, std::uint64_t lba, std::uint64_t count, std::uint32_t version) {
    support::Request request(scsi::IoKind::Write, lba, count, count * kBlock);
    support::fillPattern(request.bytes(), lba, kBlock, version);
    return run(device, request);
  }
  bool holds(Device& device, std::uint64_t lba, std::uint64_t count, std::uint32_t version) {
    support::Request request(scsi::IoKind::Read, lba, count, count * kBlock);
    if (run(device, request) != scsi::IoResult::Ok) return false;
    const auto wanted = support::pattern(lba, count, kBlock, version);
    return std::equal(wanted.begin(), wanted.end(), request.bytes().begin());
  }

  net::Loop loop;
  RemoteLunTimes times{.firstPause = std::chrono::milliseconds(1), .longestPause = std::chrono::milliseconds(5)};
  int changes = 0;
};

inline std::string storeFile(const support::ScratchFolder& folder, const std::string& name,
                             std::uint64_t size = 1 << 20) {
  const std::string path = folder.file(name);
  net::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  EXPECT_EQ(::ftruncate(fd.get(), static_cast<off_t>(size)), 0);
  return "file:" + path;
}

}  // namespace block
