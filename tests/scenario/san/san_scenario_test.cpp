// Many agents, a name server and whatever can go wrong between them, in simulated time: in the end all is as the
// administrator wants it, and on the way nothing happens that must not. A failure tells its seed:
// SANCTUM_SEED=N runs that one again, SANCTUM_RUNS=N as many from there.
#include <gtest/gtest.h>

#include "tests/property/seeds.h"
#include "tests/scenario/san/world.h"

namespace {

using sim::Machine;
using sim::World;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// After the last trouble: a registrar rests for a minute at most, then asks every half period (30 s) whether it is
// registered, every minute for peers; what failed often is tried again every minute.
constexpr seconds kSettles{180};
// Where the clock of the name server has jumped, entities expire that have not asked since: two periods later none is
// left.
constexpr seconds kAftermath{120};
// Where nothing is wrong a notice brings each change.
constexpr seconds kNotice{20};

std::string story(const World& world) {
  std::string text;
  for (const std::string& line : world.log) text += "  " + line + "\n";
  return text;
}

void expectGood(const World& world, const std::string& why, const char* when) {
  EXPECT_EQ(why, "") << when << "; what happened:\n" << story(world);
}

void crowd(World& world) {
  for (int targets = 1 + static_cast<int>(world.chance.below(3)); targets > 0; --targets) world.addTarget();
  for (int hosts = 1 + static_cast<int>(world.chance.below(4)); hosts > 0; --hosts) world.addHost();
  if (world.chance.oneIn(2)) world.addStockHost();
  world.zoneAnew();
  world.boot();
}

TEST(SanScenario, afterAllTroubleEveryAgentIsRegisteredOnceAndEveryHostHasTheDisksOfItsZones) {
  test::forEachSeed(150, [](std::uint64_t seed) {
    World world(seed);
    crowd(world);
    world.trouble(seconds(60 + world.chance.below(60)));
    world.heal();
    expectGood(world, world.run(kAftermath), "after all trouble");
    expectGood(world, world.settle(kSettles), "after all trouble");
    if (testing::Test::HasFailure()) return;
    expectGood(world, world.stayQuiet(seconds(70)), "a while later");
  });
}

TEST(SanScenario, whereNothingIsWrongEachChangeOfZonesIsDoneByItsNotice) {
  test::forEachSeed(100, [](std::uint64_t seed) {
    World world(seed);
    crowd(world);
    expectGood(world, world.settle(seconds(60)), "at the start");
    for (int changes = 0; changes < 5 && !testing::Test::HasFailure(); ++changes) {
      world.changeZones();
      expectGood(world, world.settle(kNotice), "after a change of zones");
    }
  });
}

TEST(SanScenario, aNameServerThatHasLostItsMemoryGetsAllOfItBack) {
  test::forEachSeed(60, [](std::uint64_t seed) {
    World world(seed);
    crowd(world);
    expectGood(world, world.settle(seconds(60)), "at the start");
    world.server->forget();
    world.administrator->begunAnew();
    expectGood(world, world.run(seconds(world.chance.below(90))), "without a name server");
    world.server->start();
    expectGood(world, world.settle(kSettles), "after it came again");
  });
}

TEST(SanScenario, withoutANameServerDisksAndSessionsStay) {
  test::forEachSeed(30, [](std::uint64_t seed) {
    World world(seed);
    crowd(world);
    expectGood(world, world.settle(seconds(60)), "at the start");
    std::map<std::string, std::size_t> before;
    for (const auto& machine : world.machines) before[machine->nature().eid] = machine->processes().size();
    world.server->stop();
    expectGood(world, world.run(minutes(10)), "without a name server");
    for (const auto& machine : world.machines) {
      EXPECT_EQ(machine->processes().size(), before[machine->nature().eid]) << machine->nature().eid;
    }
    world.server->start();
    expectGood(world, world.settle(kSettles), "after it came again");
  });
}

// Its processes may hear of another size meanwhile, or when the agent is back; some disks are not yet attached.
TEST(SanScenario, whatUnitsBecameWhileAHostHadNoAgentItsDevicesAreWhenItHasOneAgain) {
  test::forEachSeed(100, [](std::uint64_t seed) {
    World world(seed);
    crowd(world);
    expectGood(world, world.run(milliseconds(3000 + world.chance.below(8000))), "at the start");
    for (const auto& machine : world.machines) {
      if (machine->nature().target.empty()) machine->kill();
    }
    for (const auto& machine : world.machines) {
      if (!machine->nature().target.empty()) machine->changeUnits();
    }
    for (const auto& machine : world.machines) {
      if (world.chance.oneIn(2)) machine->useDisks();
    }
    expectGood(world, world.run(milliseconds(world.chance.below(3000))), "without agents");
    for (const auto& machine : world.machines) machine->boot();
    expectGood(world, world.settle(kSettles), "with agents again");
  });
}

// ---- two agents with one iSCSI name

struct Twins {
  explicit Twins(std::uint64_t seed, const std::string& eid) : world(seed) {
    world.addTarget();
    first = &world.addHost(true);
    Machine::Nature nature = first->nature();
    nature.addresses = {net::Address::v4(10, 0, 2, 1, 0)};
    if (!eid.empty()) nature.eid = eid;
    second = &world.add(std::move(nature));
    world.zoneAnew();
    world.boot();
  }
  [[nodiscard]] const Machine& loser() const { return first->registered() ? *second : *first; }

  World world;
  Machine* first;
  Machine* second;
};

TEST(SanScenario, ofTwoAgentsWithOneNameOneIsRegisteredAndTheOtherSaysWhyNot) {
  test::forEachSeed(40, [](std::uint64_t seed) {
    Twins twins(seed, "another");
    twins.world.zonesToo = false;
    twins.world.trouble(seconds(60));
    twins.world.heal();
    expectGood(twins.world, twins.world.run(kAftermath), "after all trouble");
    expectGood(twins.world, twins.world.settle(kSettles), "after all trouble");
    if (testing::Test::HasFailure()) return;
    const std::uint64_t before = twins.loser().refusals();
    expectGood(twins.world, twins.world.stayQuiet(minutes(5)), "a while later");
    EXPECT_LE(twins.loser().refusals() - before, 6U) << "once a minute";
  });
}

// A copy of a whole machine: its entity has the same name, too, and takes the place of the first one's registration.
TEST(SanScenario, aCopyOfAMachineTakesItsPlaceAndTheTwoDoNotFightOverIt) {
  test::forEachSeed(40, [](std::uint64_t seed) {
    Twins twins(seed, "");
    twins.world.zonesToo = false;
    if (twins.world.chance.oneIn(2)) twins.world.trouble(seconds(60));
    twins.world.heal();
    expectGood(twins.world, twins.world.run(kAftermath), "after all trouble");
    expectGood(twins.world, twins.world.settle(minutes(15)), "after all trouble");
    if (testing::Test::HasFailure()) return;
    expectGood(twins.world, twins.world.stayQuiet(minutes(20)), "a while later");
  });
}

}  // namespace
