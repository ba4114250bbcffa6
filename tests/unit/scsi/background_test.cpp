// A SANITIZE or FORMAT UNIT that outlives a power loss: kept before it is answered, gone on with, failed for good.
#include <gtest/gtest.h>

#include "tests/unit/scsi/disk_world.h"

namespace {

using scsi::IoKind;
using scsi::IoResult;
using scsi::StateKind;
using scsi_test::hex;
using scsi_test::kTestUnitReady;
using scsi_test::MemoryStore;
using scsi_test::World;

constexpr const char* kErase = "48 02 0000000000 0000 00";
constexpr const char* kEraseAtOnce = "48 82 0000000000 0000 00";
constexpr const char* kExit = "48 1f 0000000000 0000 00";
constexpr const char* kFormat = "04 00 00 00 00 00";

const base::Bytes& kept(const MemoryStore& store) {
  EXPECT_FALSE(store.images.empty());
  EXPECT_EQ(store.images.back().first, StateKind::Background);
  return store.images.back().second;
}

TEST(BackgroundState, AnOrderIsKeptBeforeItIsAnsweredAndGoesOnAfterARestart) {
  MemoryStore store;
  store.later = true;
  World world(std::make_unique<scsi_test::MemoryDevice>(4100), {}, &store);
  const auto order = world.run(world.a, "48 81 0000000000 0008 00", hex("02 00 0004 a1a2a3a4"));
  EXPECT_EQ(order->ends, 0) << "IMMED: nothing says yet that it will be done";
  EXPECT_EQ(world.outcome(world.b, kTestUnitReady), "02 041b");
  EXPECT_EQ(world.device.requests, 0);
  store.answer();
  EXPECT_EQ(order->outcome(), "GOOD");
  world.disk.onTimer(world.now);
  EXPECT_EQ(world.device.requests, 1);

  store.later = false;
  World after(std::make_unique<scsi_test::MemoryDevice>(4100), {}, &store);
  ASSERT_TRUE(after.disk.restore(StateKind::Background, kept(store)));
  EXPECT_EQ(after.outcome(after.a, kTestUnitReady), "02 041b");
  EXPECT_EQ(after.disk.nextDeadline(), base::TimePoint::min());
  after.runBackground();
  EXPECT_EQ(after.outcome(after.a, kTestUnitReady), "GOOD");
  EXPECT_EQ(after.device.requests, 2 * 3 + 1) << "two passes of 2050 KiB and a flush";
  EXPECT_EQ(scsi_test::text(after.device.block(4099).first(8)), "a1a2a3a4a1a2a3a4");
  EXPECT_TRUE(kept(store).empty()) << "nothing that a restart would begin anew";
}

TEST(BackgroundState, AnOrderThatCannotBeKeptIsRefusedAndDoesNothing) {
  for (const char* const cdb : {kErase, kEraseAtOnce, kFormat}) {
    MemoryStore store;
    store.fails = true;
    World world({}, &store);
    EXPECT_EQ(world.outcome(world.a, cdb), "04 4400") << cdb;
    world.runBackground();
    EXPECT_EQ(world.device.requests, 0);
    EXPECT_EQ(world.outcome(world.a, kTestUnitReady), "GOOD");
  }
}

// It would begin anew at a restart, over what was written since: so nothing may be written.
TEST(BackgroundState, AnEndThatCannotBeKeptIsAFailure) {
  MemoryStore store;
  World world({}, &store);
  const auto order = world.run(world.a, kErase);
  store.fails = true;
  world.runBackground();
  EXPECT_EQ(order->outcome(), "03 3103");
  EXPECT_EQ(world.outcome(world.a, "2a 00 00000000 00 0001 00", scsi_test::filled(512, 1)), "03 3103");
  store.fails = false;
  EXPECT_EQ(world.outcome(world.a, kEraseAtOnce), "GOOD");
  world.runBackground();
  EXPECT_EQ(world.outcome(world.a, kTestUnitReady), "GOOD");
}

TEST(BackgroundState, AFailureOutlivesARestartUntilItIsMended) {
  for (const bool allowed : {false, true}) {
    MemoryStore store;
    World world({}, &store);
    world.device.failWith = IoResult::MediumError;
    const auto order = world.run(world.a, allowed ? "48 22 0000000000 0000 00" : kErase);
    world.runBackground();
    EXPECT_EQ(order->outcome(), "03 3103");

    World after({}, &store);
    ASSERT_TRUE(after.disk.restore(StateKind::Background, kept(store)));
    EXPECT_EQ(after.outcome(after.a, kTestUnitReady), "03 3103");
    if (!allowed) {
      EXPECT_EQ(after.outcome(after.a, kExit), "05 2400");
      EXPECT_FALSE(kept(store).empty());
      continue;
    }
    store.fails = true;
    EXPECT_EQ(after.outcome(after.a, kExit), "04 4400");
    EXPECT_EQ(after.outcome(after.a, kTestUnitReady), "03 3103") << "a restart would know of it";
    store.fails = false;
    EXPECT_EQ(after.outcome(after.a, kExit), "GOOD");
    EXPECT_EQ(after.outcome(after.a, kTestUnitReady), "GOOD");
    EXPECT_TRUE(kept(store).empty());
  }
}

TEST(BackgroundState, AFailedFormatIsStillOneAfterARestart) {
  MemoryStore store;
  World world({}, &store);
  world.device.failWith = IoResult::MediumError;
  const auto order = world.run(world.a, kFormat);
  world.runBackground();
  EXPECT_EQ(order->outcome(), "03 3100");
  World after({}, &store);
  ASSERT_TRUE(after.disk.restore(StateKind::Background, kept(store)));
  EXPECT_EQ(after.outcome(after.a, kTestUnitReady), "03 3100");
}

// Takes all, and notes where.
struct Vast final : scsi::BlockDevice {
  [[nodiscard]] scsi::Geometry geometry() const override {
    scsi::Geometry geometry;
    geometry.blocks = std::uint64_t{3} << 23;  // 12 GiB
    return geometry;
  }
  void submit(scsi::BlockRequest& request) override {
    kinds.push_back(request.kind);
    from.push_back(request.lba);
    request.done(IoResult::Ok);
  }
  std::vector<IoKind> kinds;
  std::vector<std::uint64_t> from;
};

TEST(BackgroundState, HowFarItIsIsKeptNowAndThenBehindAFlush) {
  MemoryStore store;
  World around({}, &store);
  Vast vast;
  scsi::Disk disk(vast, around.pool, around.disk.identity(), {}, &store);
  scsi::Nexus* const nexus = disk.attach(scsi_test::initiator(1));
  nexus->attentions = {};
  const auto order = around.make(nexus, kEraseAtOnce);
  disk.execute(*order, around.now);
  ASSERT_EQ(order->outcome(), "GOOD");
  while (store.images.size() == 1) disk.onTimer(around.now);
  EXPECT_EQ(vast.kinds.back(), IoKind::Flush) << "what is said to be written is durable";
  const std::uint64_t cursor = scsi::Background::kCheckpointBytes / 512;

  Vast again;
  scsi::Disk after(again, around.pool, around.disk.identity(), {}, &store);
  ASSERT_TRUE(after.restore(StateKind::Background, kept(store)));
  after.onTimer(around.now);
  EXPECT_EQ(again.kinds.front(), IoKind::WriteZeroes);
  EXPECT_EQ(again.from.front(), cursor);
}

// Its device goes with the agent, and ends what it has.
TEST(BackgroundState, WhatEndsWithTheAgentHasNotFailed) {
  MemoryStore store;
  World world({}, &store);
  world.device.later = true;
  ASSERT_EQ(world.outcome(world.a, kEraseAtOnce), "GOOD");
  world.disk.onTimer(world.now);
  ASSERT_EQ(world.device.waiting.size(), 1U);
  const std::size_t images = store.images.size();
  world.disk.background().halt();
  world.device.failWith = IoResult::Gone;
  world.device.answerAll();
  EXPECT_EQ(store.images.size(), images);
  World after({}, &store);
  ASSERT_TRUE(after.disk.restore(StateKind::Background, kept(store)));
  EXPECT_EQ(after.outcome(after.a, kTestUnitReady), "02 041b");
}

TEST(BackgroundState, ADiskIsNotIdleWhileItIsBeingKept) {
  MemoryStore store;
  store.later = true;
  World world({}, &store);
  const auto order = world.run(world.a, kEraseAtOnce);
  world.disk.abort(*order);
  EXPECT_FALSE(world.disk.idle());
  store.answer();
  EXPECT_TRUE(world.disk.idle());
}

TEST(BackgroundState, RefusesMalformedImages) {
  World world;
  for (const char* const image :
       {"01", "02 01 00 02 01 00 0000000000000000 0000", "01 00 00 02 01 00 0000000000000000 0000",
        "01 03 00 02 01 00 0000000000000000 0000", "01 01 00 00 01 00 0000000000000000 0000",
        "01 01 00 05 01 00 0000000000000000 0000", "01 01 00 02 00 00 0000000000000000 0000",
        "01 01 00 02 20 00 0000000000000000 0000", "01 01 00 02 01 01 0000000000000000 0000",
        "01 01 00 02 01 00 0000000000000000 0001", "01 01 00 02 01 00 0000000000000000 0000 00"}) {
    EXPECT_FALSE(world.disk.restore(StateKind::Background, hex(image))) << image;
  }
  EXPECT_EQ(world.outcome(world.a, kTestUnitReady), "GOOD");
  EXPECT_TRUE(world.disk.restore(StateKind::Background, hex("01 01 00 02 01 00 ffffffffffffffff 0000")))
      << "of a larger medium: from its start";
  world.runBackground();
  EXPECT_EQ(world.outcome(world.a, kTestUnitReady), "GOOD");
}

}  // namespace
