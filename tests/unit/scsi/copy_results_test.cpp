// RECEIVE COPY RESULTS, EXTENDED COPY(LID4) in the background, COPY OPERATION ABORT.
#include <gtest/gtest.h>

#include "tests/unit/scsi/copy_world.h"

namespace {

using scsi::IoResult;
using scsi_test::blocks;
using scsi_test::copyList;
using scsi_test::copyList4;
using scsi_test::CopyWorld;
using scsi_test::Management;
using scsi_test::text;

constexpr const char* kStatus1 = "84 00 01 00000000000000 00000400 00 00";
constexpr const char* kDetails1 = "84 04 01 00000000000000 00000400 00 00";

TEST(CopyResults, GiveTheStatusOnceToTheNexusThatOrdered) {
  CopyWorld world;
  EXPECT_EQ(world.run(world.first, world.a[0], kStatus1)->outcome(), "05 2400") << "no copy yet";
  world.copy(copyList({{0, 1, 4, 0, 50}, {0, 1, 2, 0, 60}}));
  EXPECT_EQ(world.run(world.first, world.a[1], kStatus1)->outcome(), "05 2400") << "another initiator";
  EXPECT_EQ(world.dataOf(world.first, world.a[0], "84 01 01 00000000000000 00000400 00 00"), "00000000");
  EXPECT_EQ(world.dataOf(world.first, world.a[0], kDetails1), "00000000") << "nothing failed";
  EXPECT_EQ(world.dataOf(world.first, world.a[0], kStatus1), "00000008" "01" "0002" "00" "00000c00");
  EXPECT_EQ(world.run(world.first, world.a[0], kStatus1)->outcome(), "05 2400") << "it was given";
}

TEST(CopyResults, KeepDetailsOfAFailure) {
  CopyWorld world;
  world.secondDevice->failWith = IoResult::MediumError;
  world.secondDevice->failFrom = 1;
  const auto copy = world.copy(copyList({{0, 1, 4, 0, 50}, {0, 1, 2, 0, 60}}));
  EXPECT_EQ(world.dataOf(world.first, world.a[0], kStatus1), "00000008" "02" "0001" "00" "00000800");
  EXPECT_EQ(world.run(world.first, world.a[0], kStatus1)->outcome(), "05 2400");
  EXPECT_EQ(world.dataOf(world.first, world.a[0], kDetails1),
            "0000005d" + std::string(104, '0') + "02" "00" "0025" + text(copy->sense()));
  EXPECT_EQ(world.run(world.first, world.a[0], kDetails1)->outcome(), "05 2400");
}

TEST(CopyResults, AreKeptOnlyAsTheListSays) {
  CopyWorld world;
  world.copy(copyList({{0, 1, 4, 0, 50}}, 1, 2));
  EXPECT_EQ(world.run(world.first, world.a[0], kStatus1)->outcome(), "05 2400") << "discard";
  world.copy(copyList({{0, 1, 4, 0, 50}}, 0, 3));
  EXPECT_EQ(world.run(world.first, world.a[0], "84 00 00 00000000000000 00000400 00 00")->outcome(), "05 2400");
  world.copy(copyList({{0, 1, 4, 0, 50}}));
  Management reset(scsi::TaskManagement::LogicalUnitReset, world.a[0]);
  world.first.manage(reset);
  world.a[0]->attentions.take();
  EXPECT_EQ(world.run(world.first, world.a[0], kStatus1)->outcome(), "05 2400") << "reset";
  for (int i = 0; i < 300; ++i) world.copy(copyList({{0, 1, 1, 0, 50}}, static_cast<std::uint8_t>(i)));
  EXPECT_EQ(world.run(world.first, world.a[0], "84 00 eb 00000000000000 00000400 00 00")->outcome(), "05 2400");
  EXPECT_EQ(world.run(world.first, world.a[0], "84 00 ec 00000000000000 00000400 00 00")->outcome(), "GOOD") << "64";
  EXPECT_EQ(world.run(world.first, world.a[0], "84 00 2b 00000000000000 00000400 00 00")->outcome(), "GOOD");
}

TEST(CopyResults, OfACopyUnderWay) {
  CopyWorld world;
  world.firstDevice->later = true;
  const auto copy = world.copy(copyList({{0, 1, 4, 0, 50}}));
  EXPECT_EQ(world.dataOf(world.first, world.a[0], kStatus1), "00000008" "00" "0000" "00" "00000000");
  EXPECT_EQ(world.run(world.first, world.a[0], kDetails1)->outcome(), "05 2400");
  EXPECT_EQ(world.copy(copyList({{0, 1, 4, 0, 60}}))->outcome(), "05 0016") << "OPERATION IN PROGRESS";
  const auto other = world.copy(copyList({{0, 1, 4, 0, 60}}), world.a[1]);
  EXPECT_EQ(other->ends, 0) << "another nexus has its own identifiers";
  world.firstDevice->answerAll();
  EXPECT_EQ(copy->outcome(), "GOOD");
  EXPECT_EQ(other->outcome(), "GOOD");
}

TEST(CopyResults, HaveABoundOfCopiesUnderWay) {
  CopyWorld world;
  world.firstDevice->later = true;
  std::vector<std::unique_ptr<scsi_test::TestCommand>> copies;
  for (std::uint8_t i = 0; i < 16; ++i) copies.push_back(world.copy(copyList({{0, 1, 4, 0, 50}}, i)));
  EXPECT_EQ(world.copy(copyList({{0, 1, 4, 0, 50}}, 16))->outcome(), "TASK SET FULL");
  world.firstDevice->answerAll();
  for (const auto& copy : copies) EXPECT_EQ(copy->outcome(), "GOOD");
}

TEST(CopyResults, SayTheLimitsThatAreEnforced) {
  CopyWorld world;
  EXPECT_EQ(world.dataOf(world.first, world.a[0], "84 03 00 00000000000000 00000400 00 00"),
            "0000002a" "01000000" "0040" "0040" "00000f00" "10000000" "00000000" "00000000" "00000000" "0000" "0010"
            "10" "00" "00" "00" "000000" "02" "02e4");
}

TEST(CopyOfLid4, RunsInTheBackgroundAndTellsHow) {
  CopyWorld world;
  const auto copy = world.send(world.first, world.a[0], CopyWorld::kExtendedCopy4,
                               copyList4({{0, 1, 4, 0, 50}}, 0x01020304, true));
  EXPECT_EQ(copy->outcome(), "GOOD") << "IMMED";
  EXPECT_EQ(world.firstDevice->requests, 0);
  const char* status = "84 05 01020304 00000000 00000400 00 00";
  EXPECT_EQ(world.dataOf(world.first, world.a[0], status),
            "0000001c" "01" "12" "0000" "00000064" "00" "00" "00" "00" "0000000000000000" "0000" "000000000000");
  world.runTimers();
  EXPECT_EQ(world.dataOf(world.first, world.a[0], "84 06 01020304 00000000 00000400 00 00"),
            "00000020" "01" "01" "0002" "fffffffe" "00" "00" "00" "00" "0000000000000800" "0001" "000000000000"
            "00000000");
  EXPECT_EQ(world.dataOf(world.first, world.a[0], status),
            "0000001c" "01" "01" "0002" "fffffffe" "00" "00" "00" "00" "0000000000000800" "0001" "000000000000");
  EXPECT_EQ(world.run(world.first, world.a[0], status)->outcome(), "05 2400");
  EXPECT_EQ(blocks(*world.secondDevice, 50, 4), blocks(*world.firstDevice, 0, 4));
}

TEST(CopyOfLid4, IsAbortedByItsInitiator) {
  CopyWorld world;
  world.firstDevice->later = true;
  const auto copy =
      world.send(world.first, world.a[0], CopyWorld::kExtendedCopy4, copyList4({{0, 1, 4, 0, 50}}, 7, false));
  const char* abort = "83 1c 00000007 0000000000000000 00 00";
  EXPECT_EQ(world.run(world.first, world.a[1], abort)->outcome(), "05 2400") << "not his";
  const auto aborter = world.run(world.first, world.a[0], abort);
  EXPECT_EQ(aborter->ends, 0) << "something is on its way";
  world.firstDevice->answer();
  EXPECT_EQ(aborter->outcome(), "GOOD");
  EXPECT_EQ(copy->outcome(), "0a 0000");
  EXPECT_EQ(world.secondDevice->requests, 0);
  const std::string status = world.dataOf(world.first, world.a[0], "84 05 00000007 00000000 00000400 00 00");
  EXPECT_EQ(status.substr(0, 24), "0000002e" "01" "60" "0001" "fffffffe");
  EXPECT_EQ(world.run(world.first, world.a[0], abort)->outcome(), "GOOD") << "it has ended: nothing to do";
}

TEST(CopyOfLid4, RefusesHeadersThatAreWrong) {
  for (const auto& [at, value] : {std::pair{0, 2}, std::pair{3, 0x21}, std::pair{16, 0}, std::pair{1, 0x18}}) {
    CopyWorld world;
    base::Bytes list = copyList4({{0, 1, 4, 0, 50}}, 7, false);
    list[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(value);
    EXPECT_EQ(world.send(world.first, world.a[0], CopyWorld::kExtendedCopy4, list)->outcome(), "05 2600") << at;
    list.resize(47);
    EXPECT_EQ(world.send(world.first, world.a[0], CopyWorld::kExtendedCopy4, list)->outcome(), "05 1a00");
  }
}

}  // namespace
