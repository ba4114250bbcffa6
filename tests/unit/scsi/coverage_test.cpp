// Which unit test proves each command of a disk: every row of the table of commands is named here, and every test that
// is named is there. Left out of the commands that initiators are known to send, and why:
//   7fh variable length (READ 32 and its like): only for protection information, which is not offered
//   48h/03h SANITIZE, CRYPTOGRAPHIC ERASE: nothing is encrypted, so there is no key to forget
//   5fh/08h REPLACE LOST RESERVATION: reservations are persisted before GOOD, and none is lost
//   ANCHOR of WRITE SAME and UNMAP: ANC_SUP is zero, since a store does not tell anchored blocks from others
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "agent/scsi/opcodes.h"
#include "tests/unit/scsi/copy_world.h"

namespace {

using scsi_test::filled;
using scsi_test::World;

constexpr std::uint16_t kNone = scsi::kNoServiceAction;

struct Row {
  std::uint8_t opcode;
  std::uint16_t serviceAction;
  const char* test;
};
// clang-format off
constexpr Row kRows[] = {
    {0x00, kNone, "Medium.IsEjectedAndLoaded"},
    {0x03, kNone, "ModeSelect.OfDSenseChangesTheFormatOfSense"},
    {0x04, kNone, "FormatUnit.FillsWithZeroes"},
    {0x08, kNone, "ReadWrite.ReadsWhatWasWrittenInEveryForm"},
    {0x0a, kNone, "ReadWrite.ReadsWhatWasWrittenInEveryForm"},
    {0x12, kNone, "Inquiry.StandardData"},
    {0x15, kNone, "ModeSelect.TakesWhatMayChangeAndNothingElse"},
    {0x16, kNone, "Reserve.KeepsOthersOutUntilReleased"},
    {0x17, kNone, "Reserve.KeepsOthersOutUntilReleased"},
    {0x1a, kNone, "ModeSense.GivesHeaderDescriptorAndPages"},
    {0x1b, kNone, "Medium.IsEjectedAndLoaded"},
    {0x1c, kNone, "Diagnostics.AnswerPageZero"},
    {0x1d, kNone, "Diagnostics.AnswerPageZero"},
    {0x1e, kNone, "Medium.StaysWhileSomeNexusPreventsItsRemoval"},
    {0x25, kNone, "Capacity.IsReportedInBothForms"},
    {0x28, kNone, "ReadWrite.ReadsWhatWasWrittenInEveryForm"},
    {0x2a, kNone, "ReadWrite.ReadsWhatWasWrittenInEveryForm"},
    {0x2e, kNone, "ReadWrite.ReadsWhatWasWrittenInEveryForm"},
    {0x2f, kNone, "Verify.ComparesByBytchk"},
    {0x34, kNone, "PreFetch.IsGoodAndMovesNothing"},
    {0x35, kNone, "ReadWrite.ChecksTheRange"},
    {0x37, kNone, "Diagnostics.AnswerPageZero"},
    {0x3b, kNone, "Buffer.KeepsWhatWasWritten"},
    {0x3c, kNone, "Buffer.OfEchoBelongsToTheNexus"},
    {0x41, kNone, "WriteSame.RepeatsABlock"},
    {0x42, kNone, "Unmap.ObeysItsDescriptors"},
    {0x48, 0x01,  "Sanitize.OverwritesInTheBackground"},
    {0x48, 0x02,  "Sanitize.BlockEraseLeavesZeroes"},
    {0x48, 0x1f,  "Sanitize.ThatFailsLeavesTheUnitClosedUntilItIsMended"},
    {0x4c, kNone, "Log.PagesGiveCountsAndAreReset"},
    {0x4d, kNone, "Log.PagesOfWhatADiskInMemoryHasNone"},
    {0x55, kNone, "ModeSelect.TakesWhatMayChangeAndNothingElse"},
    {0x56, kNone, "Reserve.KeepsOthersOutUntilReleased"},
    {0x57, kNone, "Reserve.KeepsOthersOutUntilReleased"},
    {0x5a, kNone, "ModeSense.GivesHeaderDescriptorAndPages"},
    {0x5e, 0x00,  "Persistent.RegistersKeys"},
    {0x5e, 0x01,  "Persistent.IsReservedAndReleased"},
    {0x5e, 0x02,  "Persistent.CapabilitiesTellTypes"},
    {0x5e, 0x03,  "Persistent.RegistersOthersAndAllPorts"},
    {0x5f, 0x00,  "Persistent.RegistersKeys"},
    {0x5f, 0x01,  "Persistent.IsReservedAndReleased"},
    {0x5f, 0x02,  "Persistent.IsReservedAndReleased"},
    {0x5f, 0x03,  "Persistent.IsCleared"},
    {0x5f, 0x04,  "Persistent.IsPreempted"},
    {0x5f, 0x05,  "Persistent.PreemptAndAbortEndsTheCommandsOfTheVictim"},
    {0x5f, 0x06,  "Persistent.RegistersKeys"},
    {0x5f, 0x07,  "Persistent.MovesToAnotherNexus"},
    {0x83, 0x00,  "ExtendedCopy.MovesBlocksWithinAUnitAndBetweenUnits"},
    {0x83, 0x01,  "CopyOfLid4.RunsInTheBackgroundAndTellsHow"},
    {0x83, 0x10,  "RodToken.IsMadeForRangesAndSaysWhat"},
    {0x83, 0x11,  "RodToken.WritesItsDataToAnotherUnit"},
    {0x83, 0x1c,  "CopyOfLid4.IsAbortedByItsInitiator"},
    {0x84, 0x00,  "CopyResults.GiveTheStatusOnceToTheNexusThatOrdered"},
    {0x84, 0x01,  "CopyResults.GiveTheStatusOnceToTheNexusThatOrdered"},
    {0x84, 0x03,  "CopyResults.SayTheLimitsThatAreEnforced"},
    {0x84, 0x04,  "CopyResults.KeepDetailsOfAFailure"},
    {0x84, 0x05,  "CopyOfLid4.RunsInTheBackgroundAndTellsHow"},
    {0x84, 0x06,  "CopyOfLid4.RunsInTheBackgroundAndTellsHow"},
    {0x84, 0x07,  "RodToken.IsMadeForRangesAndSaysWhat"},
    {0x84, 0x08,  "RodToken.ServesOnlyWhoSeesItsUnit"},
    {0x88, kNone, "ReadWrite.ReadsWhatWasWrittenInEveryForm"},
    {0x89, kNone, "CompareAndWrite.WritesWhereAllIsEqual"},
    {0x8a, kNone, "ReadWrite.ReadsWhatWasWrittenInEveryForm"},
    {0x8b, kNone, "OrWrite.SetsBits"},
    {0x8e, kNone, "ReadWrite.ReadsWhatWasWrittenInEveryForm"},
    {0x8f, kNone, "Verify.ComparesByBytchk"},
    {0x90, kNone, "PreFetch.IsGoodAndMovesNothing"},
    {0x91, kNone, "ReadWrite.ChecksTheRange"},
    {0x93, kNone, "WriteSame.WithoutDataWritesZeroes"},
    {0x9c, kNone, "WriteAtomic.IsAllOrNothing"},
    {0x9e, 0x10,  "Capacity.IsReportedInBothForms"},
    {0x9e, 0x12,  "LbaStatus.TellsRunsOfBlocks"},
    {0xa0, kNone, "ReportLuns.GivesTheMapOfTheNexus"},
    {0xa3, 0x05,  "IdentifyingInformation.IsSavedBeforeGood"},
    {0xa3, 0x0a,  "Alua.GroupsAreReported"},
    {0xa3, 0x0c,  "Opcodes.AreReportedAsTheyAreObeyed"},
    {0xa3, 0x0d,  "Opcodes.TaskManagementFunctionsAreReported"},
    {0xa3, 0x0f,  "Timestamp.ComesFromTheOwnersClockUntilItIsSet"},
    {0xa4, 0x06,  "IdentifyingInformation.IsSavedBeforeGood"},
    {0xa4, 0x0a,  "Alua.IsSetByTheInitiator"},
    {0xa4, 0x0f,  "Timestamp.ComesFromTheOwnersClockUntilItIsSet"},
    {0xa8, kNone, "ReadWrite.ReadsWhatWasWrittenInEveryForm"},
    {0xaa, kNone, "ReadWrite.ReadsWhatWasWrittenInEveryForm"},
    {0xae, kNone, "ReadWrite.ReadsWhatWasWrittenInEveryForm"},
    {0xaf, kNone, "Verify.ComparesByBytchk"},
    {0xb7, kNone, "Diagnostics.AnswerPageZero"},
};
// clang-format on

std::set<std::string> testNames() {
  std::set<std::string> names;
  const testing::UnitTest& all = *testing::UnitTest::GetInstance();
  for (int s = 0; s < all.total_test_suite_count(); ++s) {
    const testing::TestSuite& suite = *all.GetTestSuite(s);
    for (int t = 0; t < suite.total_test_count(); ++t) {
      names.insert(std::string(suite.name()) + "." + suite.GetTestInfo(t)->name());
    }
  }
  return names;
}

TEST(Coverage, EveryCommandIsProvedByATest) {
  const std::set<std::string> names = testNames();
  std::set<std::pair<int, int>> listed;
  for (const Row& row : kRows) {
    EXPECT_TRUE(names.contains(row.test)) << row.test;
    EXPECT_TRUE(listed.insert({row.opcode, row.serviceAction}).second) << "twice: " << int{row.opcode};
  }
  for (const scsi::OpcodeRow& row : scsi::opcodeTable()) {
    EXPECT_EQ(listed.erase({row.opcode, row.serviceAction}), 1U) << row.name << " is not listed";
  }
  EXPECT_TRUE(listed.empty()) << "listed, but no command";
}

TEST(PreFetch, IsGoodAndMovesNothing) {
  World world;
  for (const char* cdb : {"34 00 00000000 00 0100 00", "34 02 00000300 03 0100 00", "34 00 00000000 00 0000 00",
                          "90 00 0000000000000000 00000400 00 00", "90 02 00000000000003ff 00000001 03 00"}) {
    EXPECT_EQ(world.outcome(world.a, cdb), "GOOD") << cdb;
  }
  EXPECT_EQ(world.outcome(world.a, "34 00 00000400 00 0000 00"), "05 2100");
  EXPECT_EQ(world.outcome(world.a, "90 00 00000000000003ff 00000002 00 00"), "05 2100");
  EXPECT_EQ(world.device.requests, 0);
}

TEST(WriteSame, WithoutDataWritesZeroes) {
  World world;
  std::fill(world.device.bytes.begin(), world.device.bytes.end(), std::uint8_t{1});
  EXPECT_EQ(world.outcome(world.a, "93 01 0000000000000008 00000002 00 00"), "GOOD") << "NDOB";
  EXPECT_EQ(world.device.block(9)[511], 0);
  EXPECT_EQ(world.device.block(10)[0], 1);
  EXPECT_EQ(world.outcome(world.a, "93 01 0000000000000008 00000002 00 00", filled(512, 1)), "GOOD")
      << "what was sent in spite of it is not looked at";
  EXPECT_EQ(world.device.block(9)[511], 0);
  EXPECT_EQ(world.outcome(world.a, "41 01 00000008 00 0001 00", filled(512, 1)), "05 2400") << "not in WRITE SAME(10)";
}

// ANC_SUP is zero in VPD page b2h.
TEST(WriteSame, DoesNotAnchor) {
  auto device = std::make_unique<scsi_test::MemoryDevice>();
  device->shape.thin = true;
  World world(std::move(device), {}, nullptr);
  EXPECT_EQ(world.run(world.a, "12 01 b2 00 08 00")->received()[5] & 0x02, 0);
  EXPECT_EQ(world.outcome(world.a, "41 18 00000008 00 0001 00", filled(512, 0)), "05 2400");
  EXPECT_EQ(world.outcome(world.a, "93 10 0000000000000008 00000001 00 00", filled(512, 0)), "05 2400");
  EXPECT_EQ(world.outcome(world.a, "42 01 00000000 00 0000 00"), "05 2400");
  EXPECT_EQ(world.device.requests, 0);
}

}  // namespace
