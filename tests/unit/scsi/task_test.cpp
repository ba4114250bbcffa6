// Order of tasks, task management, unit attentions, ALUA.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/scsi/disk_world.h"

namespace {

using scsi::Nexus;
using scsi::TaskAttribute;
using scsi::TaskManagement;
using scsi::TaskManagementResponse;
using scsi::UnitAttention;
using scsi_test::filled;
using scsi_test::hex;
using scsi_test::kTestUnitReady;
using scsi_test::Management;
using scsi_test::World;

constexpr const char* kRead = "28 00 00000000 00 0001 00";

struct Tasks : World {
  Tasks() { device.later = true; }
  scsi_test::TestCommand& start(TaskAttribute attribute, const char* name, Nexus* nexus = nullptr) {
    commands.push_back(make(nexus == nullptr ? a : nexus, kRead));
    scsi_test::TestCommand& command = *commands.back();
    command.attribute = attribute;
    command.name = name;
    command.order = &order;
    execute(command);
    return command;
  }
  std::vector<std::unique_ptr<scsi_test::TestCommand>> commands;
  std::vector<std::string> order;
};

TEST(TaskSet, OrderedCommandsWaitForAllBeforeThemAndHoldBackAllBehind) {
  Tasks t;
  t.start(TaskAttribute::Simple, "s1");
  t.start(TaskAttribute::Simple, "s2");
  t.start(TaskAttribute::Ordered, "o3");
  t.start(TaskAttribute::Simple, "s4", t.b);
  t.start(TaskAttribute::Ordered, "o5");
  t.start(TaskAttribute::Simple, "s6");
  EXPECT_EQ(t.device.waiting.size(), 2U);
  t.device.answer(1);
  EXPECT_EQ(t.device.waiting.size(), 1U) << "s1 is still older than o3";
  t.device.answer();
  EXPECT_EQ(t.device.waiting.size(), 1U) << "o3 alone";
  t.device.answer();
  EXPECT_EQ(t.device.waiting.size(), 1U) << "s4; o5 waits for it";
  t.device.answer();
  t.device.answer();
  t.device.answer();
  EXPECT_EQ(t.order, (std::vector<std::string>{"s2", "s1", "o3", "s4", "o5", "s6"}));
}

// Says how deep the stack is where it ends.
class Deep final : public scsi::Command {
 public:
  Deep(Nexus* who, std::string_view text, base::Bytes data = {}) : bytes(hex(text)), out(std::move(data)) {
    cdb = bytes;
    nexus = who;
    if (!out.empty()) dataOut = {&part, 1};
  }
  void done() override { end = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)); }
  base::Bytes bytes, out;
  std::span<std::uint8_t> part{out};
  std::uintptr_t end = 0;
};

// How far apart on the stack they ended.
std::size_t spread(const std::vector<std::unique_ptr<Deep>>& commands) {
  const auto [low, high] =
      std::ranges::minmax_element(commands, {}, [](const std::unique_ptr<Deep>& one) { return one->end; });
  EXPECT_NE((*low)->end, 0U) << "one has not ended";
  return (*high)->end - (*low)->end;
}

constexpr std::size_t kSameStack = 1024;

TEST(TaskSet, ManyThatWaitForOneRangeEndOnTheStackOfOne) {
  World world;
  world.device.later = true;
  base::Bytes data(1024);
  Deep first(world.a, "89 00 0000000000000000 000000 01 00 00", data);
  world.disk.execute(first, world.now);
  ASSERT_EQ(world.device.waiting.size(), 1U) << "its write";
  std::vector<std::unique_ptr<Deep>> reads;
  for (int i = 0; i < 4000; ++i) {
    reads.push_back(std::make_unique<Deep>(world.a, kRead));
    world.disk.execute(*reads.back(), world.now);
  }
  EXPECT_EQ(reads.back()->end, 0U);
  world.device.later = false;  // so that reads end at once
  world.device.answer();
  EXPECT_LT(spread(reads), kSameStack);
}

TEST(TaskSet, ManyThatWaitForTheStoreEndOnTheStackOfOne) {
  scsi_test::MemoryStore store;
  store.later = true;
  World world({}, &store);
  const auto reserveOut = [&](std::uint64_t key, std::uint64_t actionKey) {
    base::Bytes list(24);
    base::storeU64(list.data(), key);
    base::storeU64(&list[8], actionKey);
    list[20] = 1;  // APTPL
    return std::make_unique<Deep>(world.a, "5f 00 00 0000 00000018 00", std::move(list));
  };
  const auto first = reserveOut(0, 5);
  world.disk.execute(*first, world.now);
  std::vector<std::unique_ptr<Deep>> others;
  for (int i = 0; i < 4000; ++i) {
    others.push_back(reserveOut(9, 6));  // a key that none has: RESERVATION CONFLICT without a save
    world.disk.execute(*others.back(), world.now);
  }
  EXPECT_EQ(others.back()->end, 0U);
  store.answer();
  EXPECT_LT(spread(others), kSameStack);
}

TEST(TaskSet, HeadOfQueueStartsAtOnceAndHoldsBackTheRest) {
  Tasks t;
  t.start(TaskAttribute::Simple, "s1");
  t.start(TaskAttribute::Ordered, "o2");
  t.start(TaskAttribute::HeadOfQueue, "h3");
  EXPECT_EQ(t.device.waiting.size(), 2U) << "s1 and h3";
  t.start(TaskAttribute::Simple, "s4");
  EXPECT_EQ(t.device.waiting.size(), 2U);
  t.device.answer(0);
  EXPECT_EQ(t.device.waiting.size(), 1U) << "o2 waits for h3";
  t.device.answer(0);
  t.device.answerAll();
  EXPECT_EQ(t.order, (std::vector<std::string>{"s1", "h3", "o2", "s4"}));
}

TEST(TaskSet, IsFullAtItsBound) {
  scsi::DiskSettings settings;
  settings.maxCommands = 2;
  World world(settings);
  world.device.later = true;
  const auto first = world.run(world.a, kRead);
  const auto second = world.run(world.b, kRead);
  EXPECT_EQ(world.outcome(world.a, kRead), "TASK SET FULL");
  world.device.answerAll();
  world.device.later = false;
  EXPECT_EQ(world.outcome(world.a, kRead), "GOOD");
}

TEST(TaskSet, RefusesAca) {
  World world;
  auto command = world.make(world.a, kTestUnitReady);
  command->attribute = TaskAttribute::Aca;
  world.execute(*command);
  EXPECT_EQ(command->outcome(), "05 4900");
}

TEST(TaskManagement, AbortsOneTask) {
  Tasks t;
  auto& first = t.start(TaskAttribute::Simple, "first");
  auto& second = t.start(TaskAttribute::Simple, "second");
  auto& waits = t.start(TaskAttribute::Ordered, "waits");
  Management dormant(TaskManagement::AbortTask, t.a, &waits);
  t.disk.manage(dormant);
  EXPECT_EQ(waits.outcome(), "aborted");
  EXPECT_EQ(waits.ends, 1);
  EXPECT_EQ(dormant.ends, 1) << "it had not begun";
  Management running(TaskManagement::AbortTask, t.a, &first);
  t.disk.manage(running);
  EXPECT_EQ(running.ends, 0) << "the device has its memory";
  EXPECT_EQ(first.ends, 0);
  t.device.answer();
  EXPECT_EQ(first.outcome(), "aborted");
  EXPECT_EQ(first.dataInLength(), 0U);
  EXPECT_EQ(running.ends, 1);
  EXPECT_EQ(running.response, TaskManagementResponse::Complete);
  t.device.answer();
  EXPECT_EQ(second.outcome(), "GOOD");
  Management unknown(TaskManagement::AbortTask, t.a, nullptr);
  t.disk.manage(unknown);
  EXPECT_EQ(unknown.ends, 1);
}

// The store may be late with what it has: a queue of its own, another thread.
TEST(TaskManagement, AWriteThatWasAbortedAtTheStoreIsNotOvertakenByLaterOnes) {
  World world;
  world.device.later = true;
  const auto old = world.run(world.a, "2a 00 00000000 00 0008 00", base::Bytes(8 * 512, 0x11));
  world.disk.abort(*old);
  const auto next = world.run(world.b, "2a 00 00000002 00 0001 00", base::Bytes(512, 0x22));
  const auto reader = world.run(world.b, "28 00 00000002 00 0001 00");
  const auto elsewhere = world.run(world.b, "2a 00 00000020 00 0001 00", base::Bytes(512, 0x33));
  ASSERT_EQ(world.device.waiting.size(), 2U) << "the aborted one, and the one elsewhere";
  world.device.answer(1);
  EXPECT_EQ(elsewhere->outcome(), "GOOD");
  world.device.answerAll();
  EXPECT_EQ(old->outcome(), "aborted");
  EXPECT_EQ(next->outcome(), "GOOD");
  EXPECT_EQ(reader->outcome(), "GOOD");
  EXPECT_EQ(world.device.block(2)[0], 0x22);
}

TEST(TaskManagement, AbortTaskSetTakesTheCommandsOfOneNexus) {
  Tasks t;
  auto& mine = t.start(TaskAttribute::Simple, "mine");
  auto& other = t.start(TaskAttribute::Simple, "other", t.b);
  auto& dormant = t.start(TaskAttribute::Ordered, "dormant");
  Management request(TaskManagement::AbortTaskSet, t.a);
  t.disk.manage(request);
  EXPECT_EQ(dormant.outcome(), "aborted");
  auto& later = t.start(TaskAttribute::Simple, "later");
  t.device.answer(0);
  EXPECT_EQ(mine.outcome(), "aborted");
  EXPECT_EQ(request.ends, 1) << "what came later does not count";
  t.device.answerAll();
  EXPECT_EQ(other.outcome(), "GOOD");
  EXPECT_EQ(later.outcome(), "GOOD");
  t.device.later = false;
  EXPECT_EQ(t.outcome(t.b, kTestUnitReady), "GOOD");
}

TEST(TaskManagement, ClearTaskSetTellsTheOthers) {
  for (const bool tas : {false, true}) {
    Tasks t;
    if (!tas) {
      EXPECT_EQ(t.outcome(t.a, "15 10 00 00 10 00", hex("00000000 0a0a 02100000 00000000 0000")), "GOOD");
      t.b->attentions.take();
    }
    auto& mine = t.start(TaskAttribute::Simple, "mine");
    auto& other = t.start(TaskAttribute::Simple, "other", t.b);
    Nexus* const idle = t.attach(3);
    Management request(TaskManagement::ClearTaskSet, t.a);
    t.disk.manage(request);
    t.device.answer(0);
    EXPECT_EQ(request.ends, 0);
    t.device.answer(0);
    EXPECT_EQ(request.ends, 1);
    EXPECT_EQ(mine.outcome(), "aborted");
    EXPECT_EQ(other.outcome(), tas ? "TASK ABORTED" : "aborted");
    EXPECT_EQ(t.outcome(t.b, kTestUnitReady), tas ? "GOOD" : "06 2f00");
    EXPECT_EQ(t.outcome(t.a, kTestUnitReady), "GOOD");
    EXPECT_EQ(t.outcome(idle, kTestUnitReady), "GOOD");
  }
}

TEST(TaskManagement, LogicalUnitResetEndsCommandsReserveAndModePages) {
  Tasks t;
  t.device.later = false;
  EXPECT_EQ(t.outcome(t.a, "15 10 00 00 10 00", hex("00000000 0a0a 06100000 00000000 0000")), "GOOD");
  t.b->attentions.take();
  EXPECT_EQ(t.outcome(t.a, "16 00 00 00 00 00"), "GOOD");
  t.device.later = true;
  auto& mine = t.start(TaskAttribute::Simple, "mine");
  Management request(TaskManagement::LogicalUnitReset, t.b);
  t.disk.manage(request);
  EXPECT_EQ(request.ends, 0);
  t.device.answerAll();
  EXPECT_EQ(request.ends, 1);
  EXPECT_EQ(mine.outcome(), "aborted");  // TAS was set to zero with D_SENSE
  EXPECT_EQ(t.outcome(t.b, kTestUnitReady), "06 2903") << "who asked for it too";
  EXPECT_EQ(t.outcome(t.b, kTestUnitReady), "GOOD") << "no RESERVE any more";
  EXPECT_EQ(t.outcome(t.a, kTestUnitReady), "06 2903");
  EXPECT_FALSE(t.disk.modePages().descriptorSense());
}

TEST(TaskManagement, QueriesAnswerAtOnce) {
  Tasks t;
  auto& command = t.start(TaskAttribute::Simple, "command");
  const auto ask = [&](TaskManagement what, Nexus* nexus, scsi::Command* task) {
    Management request(what, nexus, task);
    t.disk.manage(request);
    EXPECT_EQ(request.ends, 1);
    return request.response;
  };
  using R = TaskManagementResponse;
  EXPECT_EQ(ask(TaskManagement::QueryTask, t.a, &command), R::Succeeded);
  EXPECT_EQ(ask(TaskManagement::QueryTask, t.a, nullptr), R::Complete);
  EXPECT_EQ(ask(TaskManagement::QueryTaskSet, t.a, nullptr), R::Succeeded);
  EXPECT_EQ(ask(TaskManagement::QueryTaskSet, t.b, nullptr), R::Complete);
  EXPECT_EQ(ask(TaskManagement::QueryAsynchronousEvent, t.a, nullptr), R::Complete);
  t.a->attentions.establish(UnitAttention::CapacityChanged);
  EXPECT_EQ(ask(TaskManagement::QueryAsynchronousEvent, t.a, nullptr), R::Succeeded);
  EXPECT_EQ(ask(TaskManagement::ClearAca, t.a, nullptr), R::NotSupported);
  t.device.answerAll();
  EXPECT_EQ(ask(TaskManagement::QueryTask, t.a, &command), R::Complete);
}

TEST(Nexus, ThatLeavesTakesItsCommandsAlong) {
  Tasks t;
  auto& running = t.start(TaskAttribute::Simple, "running");
  auto& dormant = t.start(TaskAttribute::Ordered, "dormant");
  t.disk.detach(*t.a);
  EXPECT_EQ(dormant.outcome(), "aborted");
  EXPECT_EQ(t.disk.nexuses().size(), 2U) << "one command is with the device";
  t.device.answerAll();
  EXPECT_EQ(running.outcome(), "aborted");
  EXPECT_EQ(t.disk.nexuses().size(), 1U);
}

// Its session lives on: who sent them hears that there is no unit any more, of those that the device has when it
// answers.
TEST(Nexus, WhoseUnitLeavesItsMapAnswersItsCommands) {
  Tasks t;
  auto& running = t.start(TaskAttribute::Simple, "running");
  auto& aborted = t.start(TaskAttribute::Simple, "aborted");
  auto& dormant = t.start(TaskAttribute::Ordered, "dormant");
  t.disk.abort(aborted);
  t.disk.detach(*t.a, scsi::Disk::Leaving::Unmapped);
  EXPECT_EQ(dormant.outcome(), "05 2500");
  EXPECT_EQ(running.ends, 0);
  t.device.answerAll();
  EXPECT_EQ(running.outcome(), "05 2500");
  EXPECT_EQ(aborted.outcome(), "aborted") << "its initiator had asked for that before";
  EXPECT_EQ(t.disk.nexuses().size(), 1U);
}

TEST(Nexus, HasABound) {
  scsi::DiskSettings settings;
  settings.maxNexuses = 3;
  World world(settings);
  EXPECT_NE(world.attach(3), nullptr);
  EXPECT_EQ(world.attach(4), nullptr);
  world.disk.detach(*world.a);
  EXPECT_NE(world.attach(4), nullptr);
}

// A transport may execute the next command, and let its session go, inside done().
TEST(Command, MayDoAnythingInsideDone) {
  struct Again final : scsi::Command {
    void done() override {
      if (++ends < 3) {
        world->disk.execute(*this, world->now);
      } else {
        world->disk.detach(*nexus);
      }
    }
    World* world = nullptr;
    int ends = 0;
  };
  World world;
  const base::Bytes cdb = hex(kRead);
  Again command;
  command.world = &world;
  command.cdb = cdb;
  command.nexus = world.a;
  world.disk.execute(command, world.now);
  EXPECT_EQ(command.ends, 3);
  EXPECT_EQ(world.disk.nexuses().size(), 1U);
}

TEST(UnitAttention, IsReportedOnceByTheFirstCommandThatMay) {
  World world;
  Nexus* const fresh = world.disk.attach(scsi_test::initiator(3));
  EXPECT_EQ(world.outcome(fresh, "12 00 00 00 24 00"), "GOOD") << "INQUIRY neither reports nor clears";
  EXPECT_EQ(world.outcome(fresh, "a0 00 00 000000 00000100 00 00"), "GOOD");
  EXPECT_EQ(world.outcome(fresh, "ff 00 00 00 00 00"), "06 2900") << "before anything else";
  EXPECT_EQ(world.outcome(fresh, kTestUnitReady), "GOOD");
  Nexus* const other = world.disk.attach(scsi_test::initiator(4));
  EXPECT_EQ(world.dataOf(other, "03 00 00 00 12 00"), "700006000000000a00000000290000000000") << "as data, with GOOD";
  EXPECT_EQ(world.outcome(other, kTestUnitReady), "GOOD");
}

TEST(UnitAttention, ComesBeforeAReservationConflict) {
  World world;
  EXPECT_EQ(world.outcome(world.a, "16 00 00 00 00 00"), "GOOD");
  world.disk.capacityChanged();
  EXPECT_EQ(world.outcome(world.b, kTestUnitReady), "06 2a09");
  EXPECT_EQ(world.outcome(world.b, kTestUnitReady), "CONFLICT");
}

TEST(UnitAttention, OfTheOwnerGoesToAll) {
  World world;
  world.disk.capacityChanged();
  for (Nexus* nexus : {world.a, world.b}) {
    EXPECT_EQ(world.outcome(nexus, kTestUnitReady), "06 2a09");
    EXPECT_EQ(world.outcome(nexus, kTestUnitReady), "GOOD");
  }
}

struct Alua : World {
  Alua() : World(settings()) {
    disk.setPorts({"iqn.t", {{1, 10, "p1"}, {2, 20, "p2"}, {3, 20, "p3"}}});
    disk.setPortGroups({{10, scsi::AluaState::ActiveOptimized, scsi::AluaStatus::None, true},
                        {20, scsi::AluaState::ActiveNonOptimized, scsi::AluaStatus::None, false}});
    far = attach(3, 2);
  }
  static scsi::DiskSettings settings() {
    scsi::DiskSettings s;
    s.alua = s.explicitAlua = true;
    return s;
  }
  Nexus* far = nullptr;
};

TEST(Alua, GroupsAreReported) {
  Alua world;
  const char* groups = "808f000a00000001" "00000001" "018f001400000002" "00000002" "00000003";
  EXPECT_EQ(world.dataOf(world.a, "a3 0a 00000000 00000100 00 00"), std::string("0000001c") + groups);
  EXPECT_EQ(world.dataOf(world.a, "a3 2a 00000000 00000100 00 00"), std::string("00000020" "10000000") + groups);
  EXPECT_EQ(world.outcome(world.a, "a3 4a 00000000 00000100 00 00"), "05 2400");
  EXPECT_EQ(world.dataOf(world.a, "a3 0a 00000000 00000004 00 00"), "0000001c");
}

TEST(Alua, StatesLetThroughWhatTheyMay) {
  struct Row {
    scsi::AluaState state;
    const char* medium;
    const char* mode;
    const char* inquiry;
  };
  const Row rows[] = {
      {scsi::AluaState::ActiveOptimized, "GOOD", "GOOD", "GOOD"},
      {scsi::AluaState::ActiveNonOptimized, "GOOD", "GOOD", "GOOD"},
      {scsi::AluaState::Standby, "02 040b", "GOOD", "GOOD"},
      {scsi::AluaState::Unavailable, "02 040c", "02 040c", "GOOD"},
      {scsi::AluaState::Transitioning, "02 040a", "02 040a", "GOOD"},
  };
  for (const Row& row : rows) {
    Alua world;
    const bool changes = row.state != scsi::AluaState::ActiveNonOptimized;
    EXPECT_TRUE(world.disk.setAluaState(20, row.state));
    EXPECT_EQ(world.far->attentions.take().has_value(), changes);
    while (world.a->attentions.take()) {
    }
    for (const char* cdb : {kTestUnitReady, kRead, "25 00 00000000 0000 00 00"}) {
      EXPECT_EQ(world.outcome(world.far, cdb), row.medium) << cdb;
    }
    for (const char* cdb : {"1a 00 3f 00 ff 00", "5e 00 0000000000 0100 00"}) {
      EXPECT_EQ(world.outcome(world.far, cdb), row.mode) << cdb;
    }
    for (const char* cdb : {"12 00 00 00 24 00", "03 00 00 00 12 00", "a0 00 00 000000 00000100 00 00",
                            "a3 0a 00000000 00000100 00 00"}) {
      EXPECT_EQ(world.outcome(world.far, cdb), row.inquiry) << cdb;
    }
    EXPECT_EQ(world.outcome(world.a, kRead), "GOOD") << "the other group";
  }
  Alua world;
  EXPECT_FALSE(world.disk.setAluaState(30, scsi::AluaState::Standby));
}

TEST(Alua, IsSetByTheInitiator) {
  Alua world;
  EXPECT_EQ(world.outcome(world.a, "a4 0a 00000000 0000000c 00 00", hex("00000000 0100000a 00000014")), "GOOD");
  EXPECT_EQ(world.outcome(world.a, kTestUnitReady), "GOOD") << "who sets it knows";
  EXPECT_EQ(world.outcome(world.far, kTestUnitReady), "06 2a06");
  EXPECT_EQ(world.disk.portGroups()[0].state, scsi::AluaState::ActiveNonOptimized);
  EXPECT_EQ(world.disk.portGroups()[1].state, scsi::AluaState::ActiveOptimized);
  EXPECT_EQ(world.disk.portGroups()[0].status, scsi::AluaStatus::BySetTargetPortGroups);
  for (const char* bad : {"00000000 0000000a 0000001e", "00000000 0000000a 04000014", "00000000 0000000a 0e000014"}) {
    EXPECT_EQ(world.outcome(world.a, "a4 0a 00000000 0000000c 00 00", hex(bad)), "05 2600") << bad;
    EXPECT_EQ(world.disk.portGroups()[0].state, scsi::AluaState::ActiveNonOptimized) << "all or nothing";
  }
  EXPECT_EQ(world.outcome(world.a, "a4 0a 00000000 00000006 00 00", filled(6, 0)), "05 1a00");
  EXPECT_EQ(world.outcome(world.a, "a4 0a 00000000 00000000 00 00"), "GOOD");
}

}  // namespace
