// EXTENDED COPY: what is copied, what a copy may not reach, and how it fails.
#include <gtest/gtest.h>

#include "tests/unit/scsi/copy_world.h"

namespace {

using scsi::IoResult;
using scsi_test::blocks;
using scsi_test::copyList;
using scsi_test::CopyWorld;
using scsi_test::cscd;
using scsi_test::hex;
using scsi_test::Management;
using scsi_test::named;
using scsi_test::Segment;
using scsi_test::text;

TEST(ExtendedCopy, MovesBlocksWithinAUnitAndBetweenUnits) {
  CopyWorld world;
  const base::Bytes low = blocks(*world.firstDevice, 0, 100);
  const base::Bytes high = blocks(*world.secondDevice, 300, 7);
  const base::Bytes untouched = blocks(*world.secondDevice, 110, 1);
  const auto copy = world.copy(copyList({{0, 1, 100, 0, 10}, {0, 0, 100, 0, 2000}, {1, 0, 7, 300, 4089},
                                         {0xffff, 0xffff, 3, 0, 3000}, {0, 0, 0, 0, 0}}));
  EXPECT_EQ(copy->ends, 1);
  EXPECT_EQ(copy->outcome(), "GOOD");
  EXPECT_EQ(blocks(*world.secondDevice, 10, 100), low);
  EXPECT_EQ(blocks(*world.secondDevice, 110, 1), untouched);
  EXPECT_EQ(blocks(*world.firstDevice, 2000, 100), low);
  EXPECT_EQ(blocks(*world.firstDevice, 4089, 7), high);
  EXPECT_EQ(blocks(*world.firstDevice, 3000, 3), blocks(*world.firstDevice, 0, 3)) << "FFFFh is the unit asked";
  EXPECT_EQ(world.pool.chunksInUse(), 0U);
}

TEST(ExtendedCopy, GoesInPiecesAndTurnsWithViewsAndWithout) {
  for (const bool views : {false, true}) {
    CopyWorld world(512, 65536);
    world.firstDevice->views = views;
    const base::Bytes all = blocks(*world.firstDevice, 1, 20000);
    int woken = 0;
    world.first.setAttention([&] { ++woken; });
    const auto copy = world.copy(copyList({{0, 1, 20000, 1, 2}}));
    EXPECT_EQ(copy->ends, 0) << "others have their turn after 4 MiB";
    EXPECT_GT(woken, 0);
    EXPECT_EQ(world.first.nextDeadline(), base::TimePoint::min());
    EXPECT_EQ(world.secondDevice->requests, 4);
    world.runTimers();
    EXPECT_EQ(copy->outcome(), "GOOD");
    EXPECT_EQ(world.secondDevice->requests, 10);
    EXPECT_EQ(blocks(*world.secondDevice, 2, 20000), all);
  }
}

TEST(ExtendedCopy, OntoItselfIsLikeMemmove) {
  for (const bool views : {false, true}) {
    for (const auto& [from, to] : {std::pair{10, 13}, std::pair{13, 10}, std::pair{10, 3010}, std::pair{5, 5}}) {
      CopyWorld world(512, 8192);
      world.firstDevice->views = views;
      const base::Bytes before = blocks(*world.firstDevice, static_cast<std::uint64_t>(from), 4000);
      const auto copy =
          world.copy(copyList({{0, 0, 4000, static_cast<std::uint64_t>(from), static_cast<std::uint64_t>(to)}}));
      world.runTimers();
      EXPECT_EQ(copy->outcome(), "GOOD");
      EXPECT_EQ(blocks(*world.firstDevice, static_cast<std::uint64_t>(to), 4000), before) << from << " to " << to;
    }
  }
}

TEST(ExtendedCopy, BetweenBlockSizesCountsInTheOneThatDcSays) {
  CopyWorld world(4096, 1024);
  const base::Bytes sixteen = blocks(*world.firstDevice, 8, 16);
  EXPECT_EQ(world.copy(copyList({{0, 1, 16, 8, 5}}))->outcome(), "GOOD");
  EXPECT_EQ(blocks(*world.secondDevice, 5, 2), sixteen);
  EXPECT_EQ(world.copy(copyList({{0, 1, 2, 8, 9, 0x02}}))->outcome(), "GOOD");
  EXPECT_EQ(blocks(*world.secondDevice, 9, 2), sixteen);
  EXPECT_EQ(world.copy(copyList({{1, 0, 1, 5, 100}}))->outcome(), "GOOD");
  EXPECT_EQ(blocks(*world.firstDevice, 100, 8), base::Bytes(sixteen.begin(), sixteen.begin() + 4096));
  EXPECT_EQ(world.copy(copyList({{0, 1, 15, 8, 5}}))->outcome(), "0a 260a") << "no whole block of 4096";
}

// What is wrong with the list is found before anything is copied.
TEST(ExtendedCopy, RefusesListsThatAreWrong) {
  const auto with = [](std::size_t at, base::Bytes bytes) {
    base::Bytes list = copyList({{0, 1, 1, 0, 0}});
    std::copy(bytes.begin(), bytes.end(), list.begin() + static_cast<std::ptrdiff_t>(at));
    return list;
  };
  const auto sized = [&](std::size_t size) {
    base::Bytes list = copyList({{0, 1, 1, 0, 0}});
    list.resize(size);
    return list;
  };
  const auto many = [](std::uint32_t cscds, std::uint32_t segments) {
    base::Bytes list(16);
    base::storeU16(&list[2], static_cast<std::uint16_t>(cscds * 32));
    base::storeU32(&list[8], segments * 28);
    for (std::uint32_t i = 0; i < cscds; ++i) base::append(list, cscd(named(1)));
    for (std::uint32_t i = 0; i < segments; ++i) base::append(list, scsi_test::segmentBytes({0, 0, 1, 0, 9}));
    return list;
  };
  struct Row {
    const char* what;
    base::Bytes list;
    const char* outcome;
  };
  const Row rows[] = {
      {"header cut short", sized(15), "05 1a00"},
      {"CSCD descriptors cut short", sized(16 + 63), "05 1a00"},
      {"segments cut short", sized(16 + 64 + 27), "05 1a00"},
      {"LIST ID USAGE 01b", with(1, {0x08}), "05 2600"},
      {"list identifier with usage 11b", with(1, {0x18}), "05 2600"},
      {"inline data", with(15, {1}), "05 260b"},
      {"half a CSCD descriptor", with(2, {0, 48}), "05 2600"},
      {"another CSCD type", with(16, {0xe0}), "05 2607"},
      {"designator of 21 bytes", with(23, {21}), "05 2600"},
      {"another segment type", with(80, {0x0b}), "05 2609"},
      {"segment length", with(83, {20}), "05 2600"},
      {"64 CSCDs", many(64, 2), "GOOD"},
      {"65 CSCDs", many(65, 1), "05 2606"},
      {"64 segments", many(2, 64), "GOOD"},
      {"65 segments", many(1, 65), "05 2608"},
      {"beyond the longest list", many(65, 65), "05 1a00"},
      {"no segment", many(1, 0), "GOOD"},
  };
  for (const Row& row : rows) {
    CopyWorld world;
    const auto copy = world.copy(row.list);
    EXPECT_EQ(copy->outcome(), row.outcome) << row.what;
    if (copy->outcome() == "GOOD") continue;
    EXPECT_EQ(world.firstDevice->requests + world.secondDevice->requests, 0) << row.what;
  }
  CopyWorld world;
  EXPECT_EQ(world.run(world.first, world.a[0], CopyWorld::kExtendedCopy)->outcome(), "GOOD") << "no list";
}

TEST(ExtendedCopy, SaysWhichSegmentCouldNotBeCopied) {
  struct Row {
    const char* what;
    Segment second;
    const char* outcome;
    const char* sense;
  };
  const char* outOfRange = "02" "700005000000000a00000000210000000000";
  const Row rows[] = {
      {"no such CSCD", {0, 2, 1, 0, 0}, "0a 0804", "70000a000000000a" "00000001" "0804" "00" "a00006"},
      {"source behind the end", {0, 1, 2, 4095, 0}, "0a 0000",
       "70000a000000001d" "12000001" "0000" "00" "a0000c"},
      {"destination behind the end", {0, 1, 2, 0, 4095}, "0a 0000",
       "70000a000000001d" "00120001" "0000" "00" "a00014"},
      {"no sum of LBA and blocks", {0, 1, 2, ~std::uint64_t{0}, 0}, "0a 0000",
       "70000a000000001d" "12000001" "0000" "00" "a0000c"},
  };
  for (const Row& row : rows) {
    CopyWorld world;
    const base::Bytes first = blocks(*world.firstDevice, 0, 4);
    const auto copy = world.copy(copyList({{0, 1, 4, 0, 50}, row.second, {0, 1, 4, 0, 60}}));
    EXPECT_EQ(copy->outcome(), row.outcome) << row.what;
    const bool forwards = row.second.to != 2;
    EXPECT_EQ(text(copy->sense()), row.sense + std::string(forwards ? outOfRange : "")) << row.what;
    EXPECT_EQ(blocks(*world.secondDevice, 50, 4), first) << "the first segment was copied";
    EXPECT_NE(blocks(*world.secondDevice, 60, 4), first) << "the third was not";
  }
}

TEST(ExtendedCopy, ReachesOnlyUnitsThatTheInitiatorSees) {
  CopyWorld world;
  world.map(1, {{&world.first, world.a[1]}});
  const base::Bytes before = world.secondDevice->bytes;
  EXPECT_EQ(world.copy(copyList({{0, 1, 4, 0, 50}}), world.a[1])->outcome(), "0a 0d02") << "as destination";
  EXPECT_EQ(world.copy(copyList({{1, 0, 4, 0, 50}}), world.a[1])->outcome(), "0a 0d02") << "as source";
  EXPECT_EQ(world.secondDevice->bytes, before);
  EXPECT_EQ(world.secondDevice->requests, 0);
  EXPECT_EQ(world.copy(copyList({{0, 0, 4, 0, 50}}), world.a[1])->outcome(), "GOOD");
}

TEST(ExtendedCopy, StopsWhenTheMapChangesUnderIt) {
  CopyWorld world;
  world.firstDevice->later = world.secondDevice->later = true;
  const auto copy = world.copy(copyList({{0, 1, 4000, 0, 0}}));
  world.firstDevice->answer();
  world.secondDevice->answer();
  EXPECT_EQ(world.secondDevice->requests, 1);
  world.map(0, {{&world.first, world.a[0]}});
  world.firstDevice->answer();
  EXPECT_EQ(world.secondDevice->requests, 1) << "what was read is not written any more";
  EXPECT_EQ(copy->outcome(), "0a 0d02");
}

// What is written may be memory that the source shows.
TEST(ExtendedCopy, TheSourceIsNotIdleBeforeItsPieceIsWritten) {
  CopyWorld world;
  world.firstDevice->views = true;
  world.secondDevice->later = true;
  const auto copy = world.send(world.second, world.b[0], CopyWorld::kExtendedCopy, copyList({{0, 1, 100, 0, 0}}));
  ASSERT_EQ(world.secondDevice->waiting.size(), 1U);
  EXPECT_EQ(world.secondDevice->waiting[0]->memory[0].data(), world.firstDevice->bytes.data());
  EXPECT_FALSE(world.first.idle());
  world.secondDevice->answerAll();
  EXPECT_EQ(copy->outcome(), "GOOD");
  EXPECT_TRUE(world.first.idle());
}

TEST(ExtendedCopy, ReadsNoMoreFromAUnitThatIsTakenAway) {
  CopyWorld world;
  world.secondDevice->later = world.firstDevice->later = true;
  const auto copy = world.copy(copyList({{1, 0, 4000, 0, 0}}));
  world.secondDevice->answer();
  world.map(0, {{&world.first, world.a[0]}});
  world.firstDevice->answer();
  EXPECT_EQ(world.secondDevice->requests, 1);
  EXPECT_EQ(copy->outcome(), "0a 0d02");
}

TEST(ExtendedCopy, FindsAUnitByAnyOfItsNamesAndByNoneThatTwoHave) {
  CopyWorld world;
  base::Bytes list = copyList({{0, 1, 4, 0, 50}});
  const std::string t10 = "SANCTUM serial-2";
  list[16 + 32 + 4] = 2;
  list[16 + 32 + 5] = 1;
  list[16 + 32 + 7] = 16;
  std::copy(t10.begin(), t10.end(), list.begin() + 16 + 32 + 8);
  EXPECT_EQ(world.copy(list)->outcome(), "GOOD");
  list[16 + 32 + 5] = 0x11;  // association: a port
  EXPECT_EQ(world.copy(list)->outcome(), "0a 0d02");

  scsi_test::MemoryDevice device(64);
  scsi::Disk twin(device, world.pool, named(2));
  scsi::Nexus* nexus = twin.attach(scsi_test::initiator(0));
  world.map(0, {{&world.first, world.a[0]}, {&world.second, world.b[0]}, {&twin, nexus}});
  EXPECT_EQ(world.copy(copyList({{0, 1, 4, 0, 50}}))->outcome(), "0a 0d02");
  EXPECT_EQ(device.requests, 0);
}

TEST(ExtendedCopy, ObeysReadOnlyMapsAndReservationsAtBothEnds) {
  struct Row {
    const char* what;
    std::function<void(CopyWorld&)> prepare;
    const char* forwarded;  // status and sense of the unit that refused
  };
  const auto reserve = [](scsi::Disk& disk, scsi::Nexus* nexus, CopyWorld& world, const char* type) {
    world.run(disk, nexus, "5f 00 00 0000 00000018 00", hex("0000000000000000 0000000000000001 0000000000000000"));
    world.run(disk, nexus, std::string("5f 01 ") + type + " 0000 00000018 00",
              hex("0000000000000001 0000000000000000 0000000000000000"));
  };
  const Row rows[] = {
      {"destination read-only", [](CopyWorld& w) { w.b[0]->readOnly = true; },
       "02" "700007000000000a00000000270000000000"},
      {"destination write exclusive", [&](CopyWorld& w) { reserve(w.second, w.b[1], w, "01"); }, "18"},
      {"destination reserved (SPC-2)", [](CopyWorld& w) { w.run(w.second, w.b[1], "16 00 00 00 00 00"); }, "18"},
      {"destination write protected by SWP",
       [](CopyWorld& w) {
         w.run(w.second, w.b[1], "15 10 00 00 10 00", hex("00000000 0a0a 02100800 00000000 0000"));
       },
       "02" "700007000000000a00000000270000000000"},
  };
  for (const Row& row : rows) {
    CopyWorld world;
    row.prepare(world);
    const base::Bytes before = world.secondDevice->bytes;
    const auto copy = world.copy(copyList({{0, 1, 4, 0, 50}}));
    EXPECT_EQ(copy->outcome(), "0a 0d01") << row.what;
    EXPECT_EQ(text(copy->sense()).substr(16, 8), "00120000") << row.what;
    EXPECT_EQ(text(copy->sense()).substr(36), row.forwarded) << row.what;
    EXPECT_EQ(world.secondDevice->bytes, before) << row.what;
  }
  CopyWorld world;
  reserve(world.second, world.b[1], world, "03");
  const auto copy = world.copy(copyList({{1, 0, 4, 0, 50}}));
  EXPECT_EQ(copy->outcome(), "0a 0d01") << "source exclusive access";
  EXPECT_EQ(text(copy->sense()).substr(16, 8), "12000000");
  EXPECT_EQ(text(copy->sense()).substr(36), "18");
  reserve(world.first, world.a[1], world, "01");
  EXPECT_EQ(world.copy(copyList({{1, 0, 4, 0, 50}}))->outcome(), "CONFLICT") << "the unit asked is reserved";
}

TEST(ExtendedCopy, LeavesUnitAttentionsForTheInitiator) {
  CopyWorld world;
  world.b[0]->attentions.establish(scsi::UnitAttention::CapacityChanged);
  EXPECT_EQ(world.copy(copyList({{0, 1, 4, 0, 50}}))->outcome(), "GOOD");
  EXPECT_TRUE(world.b[0]->attentions.has(scsi::UnitAttention::CapacityChanged));
}

TEST(ExtendedCopy, ForwardsTheSenseOfADeviceThatFails) {
  CopyWorld world;
  world.secondDevice->failWith = IoResult::MediumError;
  const auto copy = world.copy(copyList({{0, 1, 4, 0, 50}}));
  EXPECT_EQ(text(copy->sense()),
            "70000a000000001d00120000" "0d01" "00000000" "02" "f00003000000320a000000000c0000000000");
  world.run(world.first, world.a[0], "15 10 00 00 10 00", hex("00000000 0a0a 06100000 00000000 0000"));
  const auto described = world.copy(copyList({{0, 1, 4, 0, 50}}));
  EXPECT_EQ(text(described->sense()),
            "720a0d0100000022" "010a0000" "0000000000000000" "0c140202" "f00003000000320a000000000c0000000000");
}

TEST(ExtendedCopy, WaitsForRangesAndIsWaitedFor) {
  CopyWorld world;
  world.secondDevice->later = true;
  // COMPARE AND WRITE has the destination for itself.
  const base::Bytes same = blocks(*world.secondDevice, 50, 1);
  base::Bytes both = same;
  base::append(both, base::Bytes(512, 0x77));
  const auto caw = world.run(world.second, world.b[1], "89 00 0000000000000032 000000 01 00 00", both);
  const auto copy = world.copy(copyList({{0, 1, 4, 0, 50}}));
  EXPECT_EQ(world.secondDevice->waiting.size(), 1U) << "the copy's write waits";
  world.secondDevice->answer();
  world.secondDevice->answer();
  EXPECT_EQ(caw->outcome(), "GOOD");
  EXPECT_EQ(copy->ends, 0);
  // And the next COMPARE AND WRITE waits for the copy.
  const auto next = world.run(world.second, world.b[1], "89 00 0000000000000033 000000 01 00 00", both);
  EXPECT_EQ(world.secondDevice->waiting.size(), 1U);
  world.secondDevice->answer();
  EXPECT_EQ(copy->outcome(), "GOOD");
  world.secondDevice->answerAll();
  EXPECT_EQ(next->outcome(), "0e 1d00");
  EXPECT_EQ(blocks(*world.secondDevice, 50, 4), blocks(*world.firstDevice, 0, 4));
}

TEST(ExtendedCopy, IsNotHeldUpByOrderedCommandsNorHoldsUpOthers) {
  CopyWorld world;
  world.firstDevice->later = world.secondDevice->later = true;
  const auto copy = world.copy(copyList({{0, 1, 4, 0, 50}}));
  scsi_test::TestCommand ordered;
  ordered.bytes = hex("28 00 00000000 00 0001 00");
  ordered.cdb = ordered.bytes;
  ordered.nexus = world.a[0];
  ordered.attribute = scsi::TaskAttribute::Ordered;
  world.first.execute(ordered, world.now);
  const auto other = world.run(world.second, world.b[1], "28 00 00000000 00 0001 00");
  EXPECT_EQ(world.secondDevice->waiting.size(), 1U) << "a simple command of the other unit runs";
  world.secondDevice->answerAll();
  world.firstDevice->answer();
  scsi_test::TestCommand there;
  there.bytes = ordered.bytes;
  there.cdb = there.bytes;
  there.nexus = world.b[1];
  there.attribute = scsi::TaskAttribute::Ordered;
  world.second.execute(there, world.now);
  EXPECT_EQ(world.secondDevice->waiting.size(), 2U) << "nor does an ordered one wait for the copy's write";
  world.secondDevice->answerAll();
  EXPECT_EQ(copy->outcome(), "GOOD");
  EXPECT_EQ(world.firstDevice->waiting.size(), 1U) << "the ordered command ran after the copy";
  world.firstDevice->answer();
  EXPECT_EQ(ordered.outcome(), "GOOD");
}

TEST(ExtendedCopy, EndsBeforeItsAbortIsAnswered) {
  CopyWorld world;
  world.firstDevice->later = world.secondDevice->later = true;
  const auto copy = world.copy(copyList({{0, 1, 4000, 0, 0}}));
  world.firstDevice->answer();
  Management abort(scsi::TaskManagement::AbortTask, world.a[0], copy.get());
  world.first.manage(abort);
  EXPECT_EQ(abort.ends, 0) << "a write is on its way";
  world.secondDevice->answer();
  EXPECT_EQ(abort.ends, 1);
  EXPECT_EQ(copy->outcome(), "aborted");
  EXPECT_EQ(world.secondDevice->requests, 1);
  EXPECT_EQ(world.pool.chunksInUse(), 0U);
  EXPECT_EQ(world.first.nextDeadline(), base::kNever);
}

TEST(ExtendedCopy, FailsWhereTheOtherUnitIsReset) {
  CopyWorld world;
  world.secondDevice->later = true;
  const auto copy = world.copy(copyList({{0, 1, 4, 0, 50}}));
  Management reset(scsi::TaskManagement::LogicalUnitReset, world.b[1]);
  world.second.manage(reset);
  world.secondDevice->answer();
  EXPECT_EQ(reset.ends, 1);
  EXPECT_EQ(copy->outcome(), "0a 0d01");
}

TEST(ExtendedCopy, EndsWithItsNexus) {
  CopyWorld world;
  world.firstDevice->later = world.secondDevice->later = true;
  const auto copy = world.copy(copyList({{0, 1, 4, 0, 50}}));
  world.second.detach(*world.b[0]);
  world.map(0, {{&world.first, world.a[0]}});
  world.first.detach(*world.a[0]);
  EXPECT_EQ(copy->ends, 0);
  world.firstDevice->answer();
  EXPECT_EQ(copy->ends, 1);
  EXPECT_EQ(copy->outcome(), "aborted");
  EXPECT_EQ(world.secondDevice->requests, 0);
}

TEST(ExtendedCopy, TriesAgainWhereAUnitIsFullAndGivesUpInTheEnd) {
  CopyWorld world;
  std::vector<std::span<std::uint8_t>> taken;
  ASSERT_TRUE(world.pool.take(world.pool.capacity(), taken));
  const auto copy = world.copy(copyList({{0, 1, 4, 0, 50}}));
  EXPECT_EQ(copy->ends, 0);
  EXPECT_EQ(world.first.nextDeadline(), world.now.mono + std::chrono::milliseconds(10));
  world.first.onTimer(world.now);
  EXPECT_EQ(world.firstDevice->requests, 0) << "not before its time";
  world.pool.give(taken);
  world.runTimers();
  EXPECT_EQ(copy->outcome(), "GOOD");

  ASSERT_TRUE(world.pool.take(world.pool.capacity(), taken));
  const auto hopeless = world.copy(copyList({{0, 1, 4, 0, 50}}));
  world.runTimers();
  EXPECT_EQ(hopeless->outcome(), "0a 0d01");
  EXPECT_EQ(text(hopeless->sense()).substr(36), "28") << "TASK SET FULL";
  world.pool.give(taken);
}

TEST(ExtendedCopy, GivesUpToWriteToo) {
  scsi::DiskSettings full;
  full.maxCommands = 0;
  CopyWorld world(512, 4096, full);
  const auto copy = world.copy(copyList({{0, 1, 4, 0, 50}}));
  world.runTimers();
  EXPECT_EQ(copy->outcome(), "0a 0d01");
  EXPECT_EQ(text(copy->sense()).substr(16, 8), "00120000");
  EXPECT_EQ(text(copy->sense()).substr(36), "28");
  EXPECT_EQ(world.firstDevice->requests, 501);
  EXPECT_EQ(world.pool.chunksInUse(), 0U);
}

TEST(ExtendedCopy, IsNotOfferedWithoutADomain) {
  scsi_test::World world;
  EXPECT_EQ(world.outcome(world.a, CopyWorld::kExtendedCopy), "05 2000");
  EXPECT_EQ(world.outcome(world.a, "84 03 0000000000000000 00000400 00 00"), "05 2000");
  EXPECT_EQ(world.run(world.a, "12 00 00 00 ff 00")->received()[5] & 0x08, 0);
  EXPECT_EQ(world.outcome(world.a, "12 01 8f 00 ff 00"), "05 2400");
  CopyWorld other;
  EXPECT_EQ(other.run(other.first, other.a[0], "12 00 00 00 ff 00")->received()[5] & 0x08, 0x08);
}

}  // namespace
