#include "shared/san/desired.h"

#include <gtest/gtest.h>

#include "tests/support/san_builder.h"

using namespace test;

namespace {

class Desired : public testing::Test {
 protected:
  Desired() {
    host = san.host("web1", "iqn.2026-01.example:web1");
    initiator = san.nodeNamed("iqn.2026-01.example:web1");
    target = san.target("iqn.2026-01.example:disk");
    unit = san.unit("naa.6001", target, 0);
    zone = san.zone("zone", {initiator, target});
    map = san.map({Kind::Host, host}, target, unit, 3, Right::ReadOnly);
    san.create(Kind::Agent, {{"name", std::string("a")}, {"nodes", std::vector<ObjectRef>{{Kind::Node, target}}}});
  }
  [[nodiscard]] DesiredTarget desired() const {
    const auto all = desiredAt(SanIndex(san.done()), target);
    EXPECT_TRUE(all.has_value());
    return all.value_or(DesiredTarget{});
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const DesiredInitiator& one : desired().initiators) all.push_back(one.name);
    return all;
  }

  SanBuilder san;
  Id host = 0, initiator = 0, target = 0, unit = 0, zone = 0, map = 0;
};

TEST_F(Desired, AZonedInitiatorIsLetInWithItsMaps) {
  const DesiredTarget all = desired();
  EXPECT_EQ(all.enforcement, Enforcement::Zoning);
  ASSERT_EQ(all.initiators.size(), 1U);
  EXPECT_EQ(all.initiators[0].name, "iqn.2026-01.example:web1");
  EXPECT_EQ(all.initiators[0].maps, (std::vector<DesiredMap>{{unit, 3, Right::ReadOnly}}));
  EXPECT_EQ(all.initiators[0].chap, ChapDemand::None);
  EXPECT_TRUE(all.initiators[0].credentials.empty());
}

TEST_F(Desired, AForeignTargetHasNoDesiredState) {
  SanBuilder other;
  EXPECT_EQ(desiredAt(SanIndex(other.done()), 1), std::nullopt);
  const Id foreign = other.target("iqn.2026-01.example:foreign");
  EXPECT_EQ(desiredAt(SanIndex(other.done()), foreign), std::nullopt);
}

TEST_F(Desired, WhoIsNotZonedIsNotLetInWhateverMapsSay) {
  san.remove({Kind::Domain, zone}, "nodes", {Kind::Node, initiator});
  EXPECT_TRUE(names().empty());
  san.set({Kind::Node, target}, "enforcement", std::string("list"));
  EXPECT_EQ(names(), (std::vector<std::string>{"iqn.2026-01.example:web1"}));
  san.erase({Kind::Map, map});
  EXPECT_TRUE(names().empty());
  san.set({Kind::Node, target}, "enforcement", std::string("unknown"));
  EXPECT_TRUE(names().empty());
}

TEST_F(Desired, AZonedInitiatorWithoutAMapIsLetInAndGetsNothing) {
  san.erase({Kind::Map, map});
  ASSERT_EQ(names().size(), 1U);
  EXPECT_TRUE(desired().initiators[0].maps.empty());
}

TEST_F(Desired, ControlNodesAreLetInAndTargetsAreNot) {
  const Id control = san.initiator("iqn.2026-01.example:control");
  san.set({Kind::Node, control}, "control", true);
  san.add({Kind::Domain, zone}, "nodes", {Kind::Node, san.target("iqn.2026-01.example:disk2")});
  EXPECT_EQ(names(), (std::vector<std::string>{"iqn.2026-01.example:web1", "iqn.2026-01.example:control"}));
}

TEST_F(Desired, TheLargestDemandTheRefusalOfMd5AndTheCredentialsOfThePairAreSaid) {
  san.set({Kind::Node, target}, "chap", std::string("one-way"));
  san.set({Kind::Domain, zone}, "chap", std::string("mutual"));
  san.set({Kind::Domain, zone}, "md5_refused", true);
  const auto credential = [&](Value to) {
    return san.create(
        Kind::Credential,
        {{"initiator", ObjectRef{Kind::Node, initiator}}, {"target", std::move(to)}, {"user_name", std::string("u")}});
  };
  const Id wide = credential({});
  EXPECT_EQ(desired().chap, ChapDemand::OneWay);
  EXPECT_EQ(desired().initiators[0].chap, ChapDemand::Mutual);
  EXPECT_TRUE(desired().initiators[0].md5Refused);
  EXPECT_EQ(desired().initiators[0].credentials, (std::vector<Id>{wide}));
  const Id own = credential(ObjectRef{Kind::Node, target});
  EXPECT_EQ(desired().initiators[0].credentials, (std::vector<Id>{own}));
}

TEST_F(Desired, OfSeveralMapsOfAUnitTheLargerRightIsSaidOnce) {
  const Id cluster = san.create(Kind::Cluster, {{"name", std::string("c")}});
  san.set({Kind::Host, host}, "cluster", ObjectRef{Kind::Cluster, cluster});
  san.map({Kind::Cluster, cluster}, target, unit, 9, Right::ReadWrite);
  EXPECT_EQ(desired().initiators[0].maps, (std::vector<DesiredMap>{{unit, 9, Right::ReadWrite}}));
}

TEST_F(Desired, AnOpenTargetListsThoseOfWhomThereIsMoreToSay) {
  san.erase({Kind::Domain, zone});
  san.set({Kind::Node, target}, "enforcement", std::string("open"));
  san.initiator("iqn.2026-01.example:anybody");
  EXPECT_EQ(names(), (std::vector<std::string>{"iqn.2026-01.example:web1"}));
}

TEST_F(Desired, TheRevisionIsOfTheLastChangeThatMatters) {
  const Revision before = desired().revision;
  san.initiator("iqn.2026-01.example:elsewhere");
  san.domain("elsewhere", {});
  EXPECT_EQ(desired().revision, before);
  san.set({Kind::Map, map}, "right", std::string("read-write"));
  EXPECT_EQ(desired().revision, san.done().revision);
  san.set({Kind::DomainSet, *san.done().find(Kind::DomainSet, "set1")}, "enabled", false);
  EXPECT_EQ(desired().revision, san.done().revision);
}

TEST_F(Desired, KeptFromSnapshotToSnapshotItsRevisionFollowsWhatIsErasedToo) {
  const DesiredTarget first = desired();
  san.set({Kind::Node, target}, "alias", std::string("the disk"));  // changes the target, not what is to be applied
  const auto same = desiredAfter(first, SanIndex(san.done()));
  ASSERT_TRUE(same.has_value());
  EXPECT_EQ(same->revision, first.revision);
  san.erase({Kind::Map, map});
  const auto less = desiredAfter(*same, SanIndex(san.done()));
  ASSERT_TRUE(less.has_value());
  EXPECT_EQ(less->revision, san.done().revision);
  EXPECT_FALSE(less->sameAs(first));
}

}  // namespace
