#include "shared/san/why.h"

#include <gtest/gtest.h>

#include "shared/san/proof_facts.h"
#include "tests/support/apply_edits.h"
#include "tests/support/san_builder.h"

using namespace test;

namespace {

// A host and a target of ours with a unit, in one declared network, with nothing between them yet.
class WhyTest : public testing::Test {
 protected:
  WhyTest() {
    host = san.host("web1", "iqn.2026-01.example:web1");
    initiator = san.nodeNamed("iqn.2026-01.example:web1");
    target = san.target("iqn.2026-01.example:disk");
    unit = san.unit("naa.6001", target, 0);
    network = san.create(Kind::Network,
                         {{"name", std::string("storage")}, {"subnets", std::vector<std::string>{"10.0.0.0/16"}}});
    san.create(Kind::Agent, {{"name", std::string("a")}, {"nodes", std::vector<ObjectRef>{{Kind::Node, target}}}});
  }
  [[nodiscard]] Why ask(Basis basis = Basis::Desired) const {
    return why(SanIndex(san.done()), basis, {Kind::Host, host}, unit);
  }
  [[nodiscard]] static std::vector<std::string> texts(const Why& why) {
    std::vector<std::string> all;
    for (const ReachMend& mend : why.mends) all.push_back(mend.text);
    return all;
  }
  [[nodiscard]] static std::vector<std::string> facts(const Why& why, Layer layer) {
    std::vector<std::string> all;
    for (const ProofFact& fact : why.paths.at(0).layer(layer).facts) all.push_back(fact.text);
    return all;
  }
  // What the desired state says of works() after each mend that has edits, in order.
  [[nodiscard]] std::vector<Truth> after(const Why& why) const {
    std::vector<Truth> all;
    for (const ReachMend& mend : why.mends) {
      if (mend.edits.empty()) continue;
      const auto snapshot = applyEdits(san.done(), mend.edits);
      EXPECT_TRUE(snapshot.ok()) << mend.text << ": " << snapshot.error().text;
      if (!snapshot) continue;
      const SanIndex index(*snapshot);
      all.push_back(cellOf(index, Basis::Desired, *index.hostNumber({Kind::Host, host}), unit).works);
      EXPECT_EQ(all.back(), mend.result) << mend.text;
    }
    return all;
  }
  Id mapIt() { return san.map({Kind::Host, host}, target, unit, 3); }
  Id portalOf(Id node) const { return SanIndex(san.done()).portalsOf(san.done().get<Node>(node)->entity.id)[0]; }

  SanBuilder san;
  Id host = 0, initiator = 0, target = 0, unit = 0, network = 0;
};

TEST_F(WhyTest, TheProofOfYesNamesObjectsAndRevisionsAndHoldsSinceTheLastOfThem) {
  const Id zone = san.zone("zone", {initiator, target});
  const Revision zoned = san.done().revision;  // the set that holds the zone came last
  const Id map = mapIt();
  const Revision mapped = san.done().revision;
  const Why why = ask();
  EXPECT_EQ(why.cell.works, Truth::Yes);
  EXPECT_EQ(facts(why, Layer::Registered)[0],
            "iqn.2026-01.example:web1 is registered by eid:iqn.2026-01.example:web1.");
  EXPECT_EQ(facts(why, Layer::Visible),
            (std::vector<std::string>{"Domain zone holds both.", "Domain zone is in the enabled set set1."}));
  EXPECT_EQ(why.paths[0].layer(Layer::Visible).since, zoned);
  EXPECT_EQ(why.paths[0].layer(Layer::Visible).facts[0].about, (ObjectRef{Kind::Domain, zone}));
  EXPECT_EQ(facts(why, Layer::Mapped)[0], "iqn.2026-01.example:disk is to map naa.6001 for web1 as LUN 3, read-write.");
  EXPECT_EQ(why.paths[0].layer(Layer::Mapped).facts[0].about, (ObjectRef{Kind::Map, map}));
  EXPECT_EQ(why.since, mapped);
  EXPECT_TRUE(why.brokenLayers.empty());
  EXPECT_TRUE(why.mends.empty());
}

TEST_F(WhyTest, ASecondZoneDoesNotMakeTheAnswerYounger) {
  san.zone("zone", {initiator, target});
  mapIt();
  const Revision since = ask().since;
  san.zone("later", {initiator, target});
  EXPECT_EQ(ask().since, since);
}

TEST_F(WhyTest, OfAnAnswerThatNothingMakesSinceWhenIsNotKnown) { EXPECT_EQ(ask().since, 0U); }

TEST_F(WhyTest, ANodeThatLeftIsNoSinceItLeft) {
  san.zone("zone", {initiator, target});
  mapIt();
  san.set({Kind::Host, host}, "nodes", std::vector<ObjectRef>{{Kind::Node, initiator}});
  san.set({Kind::Node, initiator}, "entity", {});
  const Why why = ask();
  EXPECT_EQ(why.brokenLayers, (std::vector<Layer>{Layer::Registered}));
  EXPECT_EQ(why.since, san.done().revision);
  EXPECT_EQ(texts(why),
            (std::vector<std::string>{"iqn.2026-01.example:web1 must register: start its agent or its iSNS client."}));
}

TEST_F(WhyTest, AMissingMapIsMendedByOneWithAFreeLun) {
  san.zone("zone", {initiator, target});
  san.map({Kind::Node, initiator}, target, san.unit("naa.6002", target, 1), 0);
  const Why why = ask();
  EXPECT_EQ(why.brokenLayers, (std::vector<Layer>{Layer::Mapped}));
  EXPECT_EQ(texts(why),
            (std::vector<std::string>{"Map naa.6001 at iqn.2026-01.example:disk for web1 as LUN 1, read-write."}));
  EXPECT_EQ(why.mends[0].objects, 1U);
  EXPECT_EQ(after(why), (std::vector<Truth>{Truth::Yes}));
}

TEST_F(WhyTest, ADisabledSetIsEnabledOrItsDomainPutIntoAnother) {
  const Id zone = san.domain("zone", {initiator, target});
  san.domainSet("night", false, {zone});
  san.domainSet("day", true, {});
  mapIt();
  const Why why = ask();
  EXPECT_EQ(why.brokenLayers, (std::vector<Layer>{Layer::Visible, Layer::Admitted}));
  EXPECT_EQ(facts(why, Layer::Visible),
            (std::vector<std::string>{"Domain zone holds both, but its set night is not enabled."}));
  const auto all = texts(why);
  ASSERT_GE(all.size(), 2U);
  EXPECT_EQ(all[0], "Enable the set night, whose domain zone holds both.");
  EXPECT_EQ(all[1], "Put the domain zone, which holds both, in the enabled set day.");
  for (Truth truth : after(why)) EXPECT_EQ(truth, Truth::Yes);
}

TEST_F(WhyTest, AMissingZoneIsMendedByTheSmallestDomainOfEither) {
  const Id other = san.initiator("iqn.2026-01.example:other");
  san.zone("crowd", {target, other, san.initiator("iqn.2026-01.example:more")});
  san.zone("small", {target, other});
  san.zone("own", {initiator});
  mapIt();
  const Why why = ask();
  const auto all = texts(why);
  ASSERT_GE(all.size(), 3U);
  EXPECT_EQ(all[0], "Add iqn.2026-01.example:disk to the domain own.");
  EXPECT_EQ(all[1], "Add iqn.2026-01.example:web1 to the domain small.");
  EXPECT_EQ(why.mends[1].bystanders, 1U);
  EXPECT_EQ(all[2], "Add iqn.2026-01.example:web1 to the domain crowd.");
  for (Truth truth : after(why)) EXPECT_EQ(truth, Truth::Yes);
}

TEST_F(WhyTest, WithoutAnyDomainOneIsMadeAndPutIntoAnEnabledSet) {
  mapIt();
  const Why bare = ask();
  ASSERT_EQ(texts(bare).size(), 1U);
  EXPECT_EQ(texts(bare)[0], "Make a domain of the two in a new enabled set Active.");
  EXPECT_EQ(after(bare), (std::vector<Truth>{Truth::Yes}));
  san.domainSet("day", true, {});
  const Why why = ask();
  EXPECT_EQ(texts(why)[0], "Make a domain of the two in the enabled set day.");
  EXPECT_EQ(after(why), (std::vector<Truth>{Truth::Yes}));
}

TEST_F(WhyTest, AMendOfTwoLayersIsOneChange) {
  const Why why = ask();
  ASSERT_EQ(why.mends.size(), 1U);
  EXPECT_EQ(why.mends[0].layers, (std::vector<Layer>{Layer::Visible, Layer::Mapped}));
  EXPECT_EQ(after(why), (std::vector<Truth>{Truth::Yes}));
}

TEST_F(WhyTest, APortalThatADomainLeavesOutIsAddedToIt) {
  const Id zone = san.zone("zone", {initiator, target});
  const Id lame = san.portal("10.0.9.9:3260", san.done().get<Node>(target)->entity.id);  // no group joins it
  san.set({Kind::Domain, zone}, "portals", std::vector<ObjectRef>{{Kind::Portal, lame}});
  mapIt();
  const Why why = ask();
  EXPECT_EQ(why.brokenLayers, (std::vector<Layer>{Layer::Portal}));
  EXPECT_EQ(texts(why),
            (std::vector<std::string>{"Add the portal " + nameOf(san.done(), {Kind::Portal, portalOf(target)}) +
                                      " to the domain zone."}));
  EXPECT_EQ(after(why), (std::vector<Truth>{Truth::Yes}));
}

TEST_F(WhyTest, ANullTagIsTheTargetsOwnToMend) {
  san.zone("zone", {initiator, target});
  mapIt();
  san.set({Kind::PortalGroup, SanIndex(san.done()).groupsOf(target)[0]}, "tag", std::uint64_t{PortalGroup::kNullTag});
  const Why why = ask();
  EXPECT_EQ(why.brokenLayers, (std::vector<Layer>{Layer::Portal}));
  EXPECT_EQ(why.since, san.done().revision);
  EXPECT_EQ(texts(why),
            (std::vector<std::string>{
                "iqn.2026-01.example:disk must register a portal and a portal group whose tag is not NULL."}));
}

TEST_F(WhyTest, NetworksThatAreApartAreForPeopleWithCables) {
  san.zone("zone", {initiator, target});
  mapIt();
  const auto alone = [&](const char* name, Id portal) {
    const std::string ip = isns::formatIp(san.done().get<Portal>(portal)->address.ip);
    san.create(Kind::Network, {{"name", std::string(name)}, {"subnets", std::vector<std::string>{ip + "/32"}}});
  };
  san.erase({Kind::Network, network});
  alone("left", portalOf(initiator));
  alone("right", portalOf(target));
  const Why why = ask();
  EXPECT_EQ(why.brokenLayers, (std::vector<Layer>{Layer::Network}));
  ASSERT_EQ(why.mends.size(), 1U);
  EXPECT_TRUE(why.mends[0].edits.empty());
  EXPECT_EQ(why.mends[0].layers, (std::vector<Layer>{Layer::Network}));
}

TEST_F(WhyTest, ANetworkThatIsNotDeclaredIsSaid) {
  san.zone("zone", {initiator, target});
  mapIt();
  san.erase({Kind::Network, network});
  const Why why = ask();
  EXPECT_EQ(why.cell.works, Truth::Unknown);
  EXPECT_EQ(why.brokenLayers, (std::vector<Layer>{Layer::Network}));
  ASSERT_EQ(why.mends.size(), 1U);
  EXPECT_NE(why.mends[0].text.find("is in no declared network"), std::string::npos);
}

TEST_F(WhyTest, ASubnetThatAgentsSeeIsSaid) {
  san.zone("zone", {initiator, target});
  mapIt();
  san.erase({Kind::Network, network});
  for (const Id node : {initiator, target}) {
    san.set({Kind::Portal, portalOf(node)}, "prefix", std::uint64_t{24});
    san.set({Kind::Portal, portalOf(node)}, "vlan", std::uint64_t{7});
  }
  const Why why = ask();
  EXPECT_EQ(why.cell.works, Truth::Yes);
  const auto& facts = why.paths.front().layer(Layer::Network).facts;
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_NE(facts[0].text.find("are in one subnet and VLAN 7, as the agents of both see it."), std::string::npos);
}

TEST_F(WhyTest, AMissingCredentialIsMadeOrMadeMutual) {
  const Id zone = san.zone("zone", {initiator, target});
  mapIt();
  san.set({Kind::Domain, zone}, "chap", std::string("one-way"));
  const Why none = ask();
  EXPECT_EQ(none.brokenLayers, (std::vector<Layer>{Layer::Admitted}));
  EXPECT_EQ(texts(none)[0], "Make a CHAP credential for iqn.2026-01.example:web1 at iqn.2026-01.example:disk.");
  EXPECT_EQ(after(none), (std::vector<Truth>{Truth::Yes}));
  san.create(Kind::Credential, {{"initiator", ObjectRef{Kind::Node, initiator}}, {"user_name", std::string("web1")}});
  san.set({Kind::Node, target}, "chap", std::string("mutual"));
  const Why oneWay = ask();
  EXPECT_EQ(texts(oneWay)[0], "Make the credential of user web1 mutual.");
  EXPECT_EQ(after(oneWay), (std::vector<Truth>{Truth::Yes}));
}

TEST_F(WhyTest, ACredentialWithoutAUserNameIsToldByTheInitiatorsName) {
  const Id zone = san.zone("zone", {initiator, target});
  mapIt();
  san.set({Kind::Domain, zone}, "chap", std::string("one-way"));
  san.create(Kind::Credential, {{"initiator", ObjectRef{Kind::Node, initiator}}});
  bool told = false;
  const Why why = ask();
  for (const auto& fact : why.paths.front().layer(Layer::Admitted).facts) {
    told = told || fact.text.find("the credential of user iqn.2026-01.example:web1 is") != std::string::npos ||
           fact.text.find("the credential of user iqn.2026-01.example:web1:") != std::string::npos;
  }
  EXPECT_TRUE(told);
  san.set({Kind::Node, target}, "chap", std::string("mutual"));
  EXPECT_EQ(texts(ask())[0], "Make the credential of user iqn.2026-01.example:web1 mutual.");
}

TEST_F(WhyTest, ADomainThatDemandsChapIsJoinedWithACredential) {
  const Id strict = san.zone("strict", {target});
  san.set({Kind::Domain, strict}, "chap", std::string("mutual"));
  mapIt();
  const Why why = ask();
  bool joins = false;
  for (const ReachMend& mend : why.mends) {
    if (mend.text.find("domain strict") == std::string::npos) continue;
    joins = true;
    EXPECT_EQ(mend.objects, 2U);
    EXPECT_NE(mend.text.find("mutual CHAP credential"), std::string::npos);
  }
  EXPECT_TRUE(joins);
  for (Truth truth : after(why)) EXPECT_EQ(truth, Truth::Yes);
}

TEST_F(WhyTest, AtAForeignTargetTheZoneIsOursAndTheRestItsAdministrators) {
  SanBuilder foreign;
  host = foreign.host("web1", "iqn.2026-01.example:web1");
  target = foreign.target("iqn.2026-01.example:disk");
  unit = foreign.unit("naa.6001", target, 0);
  san = foreign;
  const Why why = ask();
  EXPECT_EQ(why.cell.works, Truth::No);
  EXPECT_EQ(why.cell.getsIn, Truth::Unknown);
  EXPECT_EQ(why.brokenLayers, (std::vector<Layer>{Layer::Visible}));
  EXPECT_EQ(after(why), (std::vector<Truth>{Truth::Unknown}));
  EXPECT_EQ(texts(why).back(),
            "iqn.2026-01.example:disk is a foreign target: its administrator must let iqn.2026-01.example:web1 in "
            "and give it naa.6001.");
}

TEST_F(WhyTest, WhatIsDesiredAndNotYetAppliedIsWaitedFor) {
  san.zone("zone", {initiator, target});
  mapIt();
  const Why silent = ask(Basis::Applied);
  EXPECT_EQ(silent.cell.works, Truth::Unknown);
  ASSERT_EQ(silent.mends.size(), 1U);
  EXPECT_NE(silent.mends[0].text.find("not reported yet"), std::string::npos);
  san.applied(target, {initiator}, {});
  const Why behind = ask(Basis::Applied);
  EXPECT_EQ(behind.cell.works, Truth::No);
  EXPECT_EQ(behind.brokenLayers, (std::vector<Layer>{Layer::Mapped}));
  ASSERT_EQ(behind.mends.size(), 1U);
  EXPECT_NE(behind.mends[0].text.find("applied revision"), std::string::npos);
}

TEST_F(WhyTest, AHostWithoutInitiatorsAndAUnitWithoutTargetsAreSaid) {
  const Id empty = san.create(Kind::Host, {{"name", std::string("empty")}});
  const Id lost = san.create(Kind::LogicalUnit, {{"designator", std::string("naa.9")}});
  const SanIndex index(san.done());
  const Why noInitiator = why(index, Basis::Desired, {Kind::Host, empty}, unit);
  EXPECT_EQ(texts(noInitiator),
            (std::vector<std::string>{"empty has no initiator that is known: start its agent or its iSNS client."}));
  const Why noTarget = why(index, Basis::Desired, {Kind::Host, host}, lost);
  EXPECT_EQ(texts(noTarget),
            (std::vector<std::string>{"naa.9 stands behind no target that is known: its agent must report it."}));
  EXPECT_TRUE(why(index, Basis::Desired, {Kind::Host, 99}, unit).mends.empty());
}

TEST_F(WhyTest, ManyPathsAreCutAndCounted) {
  const Id entity = san.done().get<Node>(target)->entity.id;
  for (int i = 1; i <= 20; ++i) san.group(target, san.portal("10.0.7." + std::to_string(i) + ":3260", entity));
  san.zone("zone", {initiator, target});
  const Why why = ask();
  EXPECT_EQ(why.paths.size(), kMaxPaths);
  EXPECT_EQ(why.morePaths, 21 - kMaxPaths);
}

TEST_F(WhyTest, SinceWhenIsNotKnownWherePathsThatWorkWereLeftOff) {
  san.zone("zone", {initiator, target});
  mapIt();
  const Id entity = san.done().get<Node>(target)->entity.id;
  const auto more = [&](int from, int to) {
    for (int i = from; i <= to; ++i) san.group(target, san.portal("10.0.7." + std::to_string(i) + ":3260", entity));
  };
  more(1, kMaxPaths - 1);
  EXPECT_EQ(ask().cell.works, Truth::Yes);
  EXPECT_EQ(ask().morePaths, 0U);
  EXPECT_NE(ask().since, 0U);
  more(kMaxPaths, kMaxPaths);
  EXPECT_EQ(ask().morePaths, 1U);
  EXPECT_EQ(ask().since, 0U) << "the one that was left off may be the first";
}

TEST(CellSince, IsThatOfTheFirstPathThatWorksAndOfTheLastThatFailsUnlessOneIsNotKnown) {
  const auto all = [](Truth layer, std::initializer_list<Revision> sinces) {
    Path path;
    path.layers.fill(layer);
    CellSince since(layer);
    Path other;
    other.layers.fill(layer == Truth::No ? Truth::Yes : Truth::No);
    since.add(other, 0);  // has no part in it
    for (const Revision one : sinces) since.add(path, one);
    return since.get();
  };
  EXPECT_EQ(all(Truth::Yes, {20, 10, 30}), 10U);
  EXPECT_EQ(all(Truth::No, {20, 10, 30}), 30U);
  EXPECT_EQ(all(Truth::Yes, {0, 10}), 0U);
  EXPECT_EQ(all(Truth::Yes, {10, 0}), 0U);
  EXPECT_EQ(all(Truth::No, {0, 10}), 0U);
  EXPECT_EQ(all(Truth::Unknown, {0, 10}), 0U);
}

}  // namespace
