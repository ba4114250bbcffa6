// Which logins a host's agent is told to try.
#include "isns-server/manage/agents/probe_list.h"

#include <gtest/gtest.h>

#include <ctime>
#include <set>

#include "tests/support/san_builder.h"

using namespace test;
using manage::ProbeList;
using manage::WantedProbe;

namespace {

const std::string kWeb = "iqn.2026-01.example:web1";

struct ProbeListTest : testing::Test {
  SanBuilder san;
  Id web = 0;
  mgmt::Identity identity{mgmt::PeerKind::Agent, "e", {kWeb}, "1"};
  ProbeList list;

  ProbeListTest() {
    san.host("web1", kWeb);
    web = san.nodeNamed(kWeb);
  }
  static std::string disk(int number) { return "iqn.2026-01.example:disk" + std::to_string(number); }
  std::vector<WantedProbe> of(std::uint64_t turn = 0) { return list.of(index(), identity, turn); }
  [[nodiscard]] ProbeList::Index index() const { return std::make_shared<const SanIndex>(san.done()); }
};

TEST_F(ProbeListTest, namesWhatItShouldReachAndASampleOfTheRest) {
  std::vector<Id> disks;
  for (int i = 0; i < 20; ++i) disks.push_back(san.target(disk(i)));
  san.zone("zone1", {web, disks[3]});
  const auto wanted = of();
  ASSERT_EQ(wanted.size(), 1 + ProbeList::kOthers);
  EXPECT_EQ(wanted[0].target, disk(3));
  EXPECT_EQ(wanted[0].initiator, kWeb);
  EXPECT_TRUE(wanted[0].expected);
  ASSERT_EQ(wanted[0].portals.size(), 1U);
  EXPECT_TRUE(wanted[0].portals[0].ends_with(":3260")) << wanted[0].portals[0];
  for (std::size_t i = 1; i < wanted.size(); ++i) EXPECT_FALSE(wanted[i].expected);
}

TEST_F(ProbeListTest, inTimeEachOfTheOthersIsNamed) {
  for (int i = 0; i < 20; ++i) san.target(disk(i));
  std::set<std::string> named;
  for (std::uint64_t turn = 1000; turn < 1003; ++turn) {
    for (const WantedProbe& one : of(turn)) named.insert(one.target);
  }
  EXPECT_EQ(named.size(), 20U);
}

TEST_F(ProbeListTest, whoIsNoInitiatorHasNoneAndNeitherItsOwnTargets) {
  const Id own = san.target(disk(1));
  san.set({Kind::Node, own}, "entity", san.done().get<Node>(web)->entity.ref());
  EXPECT_TRUE(of().empty()) << "its own";
  identity.nodes = {disk(1)};
  san.target(disk(2));
  EXPECT_TRUE(of().empty()) << "no initiator";
}

TEST_F(ProbeListTest, aPairIsKnownInTheTurnInWhichItIsNamedAndInTheNext) {
  for (int i = 0; i < 40; ++i) san.target(disk(i));
  const std::string target = of(100).front().target;
  EXPECT_FALSE(list.named(index(), kWeb, target, 100)) << "nobody speaks for it, so nobody was told";
  san.create(Kind::Agent, {{"name", std::string("web1")}, {"entity", san.done().get<Node>(web)->entity.ref()}});
  EXPECT_TRUE(list.named(index(), kWeb, target, 100));
  EXPECT_TRUE(list.named(index(), kWeb, target, 101));
  EXPECT_FALSE(list.named(index(), kWeb, target, 102));
  EXPECT_FALSE(list.named(index(), "iqn.x:nobody", target, 100));
}

// A report may tell of a thousand refused logins of one initiator.
TEST_F(ProbeListTest, theListOfAnInitiatorIsWorkedOutOnceForAllThatAreRefusedToIt) {
  const Id zone = san.zone("zone1", {web});
  for (int i = 0; i < 200; ++i) {
    const Id target = san.target(disk(i));
    if (i % 5 == 0) san.add({Kind::Domain, zone}, "nodes", {Kind::Node, target});
  }
  san.create(Kind::Agent, {{"name", std::string("web1")}, {"entity", san.done().get<Node>(web)->entity.ref()}});
  const auto now = index();
  const auto spent = [](auto&& work) {
    const std::clock_t begun = std::clock();
    work();
    return std::clock() - begun;
  };
  const std::clock_t lists = spent([&] {
    for (int i = 0; i < 400; ++i) (void)list.of(now, identity, 100);
  });
  std::size_t told = 0;
  const std::clock_t asked = spent([&] {
    for (int i = 0; i < 1000; ++i) told += list.named(now, kWeb, disk(i % 200), 100) ? 1U : 0U;
  });
  EXPECT_LT(asked, lists) << "two lists each would be five times as long";
  EXPECT_EQ(told % 5, 0U) << "and the answers stay the same";
  EXPECT_GE(told / 5, ProbeList::kOthers);
}

}  // namespace
