// What a file that is a device takes, and as what.
#include "agent/attach/file_rules.h"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace attach {
namespace {

using scsi::IoResult;

const scsi::Geometry kThin{1000, 512, 3, false, true, false, true};
const scsi::Geometry kThick{1000, 4096, 0, false, false, false, true};

TEST(FileRules, ReadsEndWhereTheDeviceEnds) {
  const FileVerdict inside = readVerdict(1024, 4096, kThin);
  EXPECT_EQ(inside.error, 0);
  EXPECT_EQ(inside.lba, 2U);
  EXPECT_EQ(inside.blocks, 8U);
  EXPECT_EQ(readVerdict(999 * 512, 4096, kThin).blocks, 1U);
  EXPECT_EQ(readVerdict(1000 * 512, 4096, kThin).blocks, 0U);
  EXPECT_EQ(readVerdict(std::uint64_t{1} << 62, 4096, kThin).blocks, 0U);
}

TEST(FileRules, WhatIsNotWholeBlocksIsRefused) {
  EXPECT_EQ(readVerdict(1, 512, kThin).error, EINVAL);
  EXPECT_EQ(readVerdict(512, 513, kThin).error, EINVAL);
  EXPECT_EQ(readVerdict(512, 512, kThick).error, EINVAL);
  EXPECT_EQ(changeVerdict(512, 4096, kThick).error, EINVAL);
  EXPECT_EQ(changeVerdict(4096, 4096, kThick).error, 0);
}

TEST(FileRules, ChangesLieWithin) {
  EXPECT_EQ(changeVerdict(999 * 512, 512, kThin).error, 0);
  EXPECT_EQ(changeVerdict(999 * 512, 1024, kThin).error, ENOSPC);
  EXPECT_EQ(changeVerdict(1001 * 512, 0, kThin).error, ENOSPC);
  EXPECT_EQ(changeVerdict(~std::uint64_t{511}, 1024, kThin).error, ENOSPC);
  scsi::Geometry readOnly = kThin;
  readOnly.readOnly = true;
  EXPECT_EQ(changeVerdict(0, 512, readOnly).error, EROFS);
  EXPECT_EQ(readVerdict(0, 512, readOnly).error, 0);
}

TEST(FileRules, HolesAreForThinDevicesAndZeroesForAll) {
  constexpr int kPunch = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
  EXPECT_EQ(zeroingOf(kPunch, kThin), FileZeroing::Hole);
  EXPECT_EQ(zeroingOf(kPunch, kThick), FileZeroing::Refused);
  for (const auto& geometry : {kThin, kThick}) {
    EXPECT_EQ(zeroingOf(FALLOC_FL_ZERO_RANGE, geometry), FileZeroing::Zeroes);
    EXPECT_EQ(zeroingOf(FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, geometry), FileZeroing::Zeroes);
    EXPECT_EQ(zeroingOf(0, geometry), FileZeroing::Refused);
    EXPECT_EQ(zeroingOf(FALLOC_FL_COLLAPSE_RANGE, geometry), FileZeroing::Refused);
  }
}

TEST(FileRules, EachResultHasItsErrno) {
  EXPECT_EQ(fileErrorOf(IoResult::Ok, true), 0);
  EXPECT_EQ(fileErrorOf(IoResult::MediumError, true), EIO);
  EXPECT_EQ(fileErrorOf(IoResult::NoSpace, true), ENOSPC);
  EXPECT_EQ(fileErrorOf(IoResult::WriteProtected, true), EROFS);
  EXPECT_EQ(fileErrorOf(IoResult::OutOfRange, true), ENOSPC);
  EXPECT_EQ(fileErrorOf(IoResult::OutOfRange, false), EIO);
  EXPECT_EQ(fileErrorOf(IoResult::Gone, false), EIO);
}

}  // namespace
}  // namespace attach
