// Since when a host is let in, given a unit, and holds a secret: what else changes at the target or the credential
// begins nothing anew.
#include <gtest/gtest.h>

#include <map>

#include "shared/san/since_rows.h"
#include "shared/san/why.h"
#include "tests/support/san_builder.h"

using namespace test;

namespace {

class SinceWhen : public testing::Test {
 protected:
  SinceWhen() {
    host = san.host("web1", "iqn.2026-01.example:web1");
    web = san.nodeNamed("iqn.2026-01.example:web1");
    other = san.initiator("iqn.2026-01.example:web2");
    target = san.target("iqn.2026-01.example:disk");
    unit = san.unit("naa.6001", target, 0);
    san.create(Kind::Network, {{"name", std::string("storage")}, {"subnets", std::vector<std::string>{"10.0.0.0/16"}}});
    san.zone("zone", {web, other, target});
    applied = {Kind::AppliedTarget, san.applied(target, {web}, {mapTo(web)})};
    monday = now();
  }
  [[nodiscard]] Revision now() const { return san.done().revision; }
  [[nodiscard]] Access mapTo(Id who, Right right = Right::ReadWrite, std::uint32_t lun = 3) const {
    return {{Kind::Node, who}, {Kind::LogicalUnit, unit}, lun, right};
  }
  void admit(std::initializer_list<Id> who) { san.set(applied, "admitted", SanBuilder::refs(Kind::Node, who)); }
  void give(std::vector<Access> maps) { san.set(applied, "maps", std::move(maps)); }
  [[nodiscard]] Why ask() const { return why(SanIndex(san.done()), Basis::Applied, {Kind::Host, host}, unit); }
  [[nodiscard]] Revision since(Layer layer) const { return ask().paths.at(0).layer(layer).since; }
  // What is applied, but for who holds secrets, is what is wanted.
  void want(std::string_view chap) {
    san.set({Kind::Node, target}, "chap", std::string(chap));
    san.map({Kind::Host, host}, target, unit, 3);
  }
  [[nodiscard]] const AppliedTarget& at() const { return *san.done().get<AppliedTarget>(applied.id); }
  ObjectRef credential(Value to, Truth initiatorHolds, Truth targetHolds) {
    return {Kind::Credential, san.create(Kind::Credential, {{"initiator", ObjectRef{Kind::Node, web}},
                                                            {"target", std::move(to)},
                                                            {"user_name", std::string("web1")},
                                                            {"initiator_holds", std::string(wordOf(initiatorHolds))},
                                                            {"target_holds", std::string(wordOf(targetHolds))}})};
  }

  SanBuilder san;
  Id host = 0, web = 0, other = 0, target = 0, unit = 0;
  ObjectRef applied;
  Revision monday = 0;
};

TEST_F(SinceWhen, ARegistrationThatHadABreakIsAsOldAsItsReturn) {
  const Id owner = san.done().get<Node>(web)->entity.id;
  const auto registeredBy = [&](Id entity) {
    san.edit([&](SnapshotEditor& editor) { editor.own<Node>(web).entity.id = entity; });
  };
  registeredBy(0);
  const Revision gone = now();
  san.set({Kind::Node, web}, "alias", std::string("first web server"));
  EXPECT_EQ(san.done().get<Node>(web)->registeredSince(), gone);
  registeredBy(owner);
  const Revision back = now();
  san.set({Kind::Node, web}, "alias", std::string("web server"));
  EXPECT_EQ(since(Layer::Registered), back);
  EXPECT_EQ(ask().since, back);
}

// The portals of a domain, which leaves out those of a target that it does not name while it names one of them.
class PortalsNamed : public SinceWhen {
 protected:
  PortalsNamed() {
    zone = {Kind::Domain, *san.done().find(Kind::Domain, "zone")};
    const Id owner = san.done().get<Node>(target)->entity.id;
    used = SanIndex(san.done()).portalsOf(owner)[0];
    lame = san.portal("192.0.2.9:3260", owner);
    beforehand = ask().since;
  }
  void name(std::initializer_list<Id> portals) { san.set(zone, "portals", SanBuilder::refs(Kind::Portal, portals)); }
  ObjectRef zone;
  Id used = 0, lame = 0;
  Revision beforehand = 0;
};

TEST_F(PortalsNamed, OneThatWasLeftOutIsAWayInSinceItIsNamedToo) {
  name({lame});
  EXPECT_EQ(ask().cell.works, Truth::No);
  name({used, lame});
  const Revision named = now();
  EXPECT_EQ(ask().since, named);
  san.set(zone, "name", std::string("storage"));
  name({used});
  EXPECT_EQ(ask().since, named);
}

TEST_F(PortalsNamed, OneThatWasLeftOutIsAWayInSinceNoOtherIsNamed) {
  name({lame});
  name({});
  const Revision left = now();
  san.set(zone, "name", std::string("storage"));
  EXPECT_EQ(ask().since, left);
}

TEST_F(PortalsNamed, WhatWasNeverLeftOutIsAsOldAsItWas) {
  name({used});
  EXPECT_EQ(ask().since, beforehand);
  name({used, lame});
  EXPECT_EQ(ask().since, beforehand);
}

TEST_F(PortalsNamed, AnotherDomainThatLeadsToItIsEnough) {
  san.zone("second", {web, target});
  const Revision second = now();
  name({lame});
  EXPECT_EQ(since(Layer::Portal), second);
  EXPECT_EQ(ask().since, second);
}

TEST_F(PortalsNamed, AControlNodeIsShownWhatIsLeftOutSinceItIsOne) {
  name({lame});
  san.edit([&](SnapshotEditor& editor) { editor.own<Node>(web).control = true; });
  const Revision made = now();
  EXPECT_EQ(ask().cell.works, Truth::Yes);
  EXPECT_EQ(ask().since, made);
}

TEST_F(PortalsNamed, OfSeveralTargetsItIsNotKnownWhosePortalLeft) {
  san.add(zone, "nodes", {Kind::Node, san.target("iqn.2026-01.example:disk2")});
  name({lame});
  name({});
  EXPECT_EQ(ask().cell.works, Truth::Yes);
  EXPECT_EQ(ask().since, 0U);
}

// Whose an initiator is: what it reaches its host reaches since then.
class HostsParts : public SinceWhen {
 protected:
  HostsParts() {
    second = {Kind::Host, san.host("db1", "iqn.2026-01.example:db1")};
    db = san.nodeNamed("iqn.2026-01.example:db1");
    san.add(zone(), "nodes", {Kind::Node, db});
    give({mapTo(db)});
    admit({web, db});
    later = now();
  }
  [[nodiscard]] ObjectRef zone() const { return {Kind::Domain, *san.done().find(Kind::Domain, "zone")}; }
  [[nodiscard]] ObjectRef first() const { return {Kind::Host, host}; }
  void move(ObjectRef to) {
    const ObjectRef entity{Kind::Entity, san.done().get<Node>(db)->entity.id};
    san.remove(second, "entities", entity);
    san.add(to, "entities", entity);
  }
  [[nodiscard]] Why asked(Basis basis = Basis::Applied) const {
    return why(SanIndex(san.done()), basis, first(), unit);
  }
  ObjectRef second;
  Id db = 0;
  Revision later = 0;
};

TEST_F(HostsParts, AHostReachesWhatAnInitiatorReachesSinceThatIsItsOwn) {
  EXPECT_EQ(asked().cell.works, Truth::No);
  EXPECT_EQ(why(SanIndex(san.done()), Basis::Applied, second, unit).since, later);
  move(first());
  const Revision moved = now();
  san.set(first(), "name", std::string("web-one"));
  EXPECT_EQ(asked().cell.works, Truth::Yes);
  EXPECT_EQ(asked().since, moved);
  const Why answer = asked();
  const auto& facts = answer.paths.at(0).layer(Layer::Registered).facts;
  EXPECT_EQ(facts.back().text, "iqn.2026-01.example:db1 belongs to host web-one.");
  EXPECT_EQ(facts.back().about, first());
  EXPECT_EQ(facts.back().since, moved);
}

TEST_F(HostsParts, ANodeThatAHostNamesAloneIsItsOwnSinceThen) {
  san.add(first(), "nodes", {Kind::Node, db});
  const Revision named = now();
  EXPECT_EQ(asked().since, named);
  give({mapTo(db, Right::ReadOnly)});
  EXPECT_EQ(asked().since, now());
  EXPECT_EQ(asked().paths.at(0).layer(Layer::Registered).facts.size(), 2U) << "all else is older: it is not said";
}

TEST_F(HostsParts, SinceWhenAHostReachesNothingIsNotKnownWhereItMayHaveLostAnInitiator) {
  give({mapTo(web), mapTo(db)});
  san.edit([&](SnapshotEditor& editor) { editor.own<Node>(web).entity.id = 0; });
  san.set(first(), "nodes", SanBuilder::refs(Kind::Node, {web, db}));
  EXPECT_EQ(asked().cell.works, Truth::Yes);
  san.set(first(), "nodes", SanBuilder::refs(Kind::Node, {web}));
  EXPECT_EQ(asked().cell.works, Truth::No);
  EXPECT_EQ(asked().since, 0U);
}

// The host cannot log in any more: its own secret is gone.
class HostThatFails : public HostsParts {
 protected:
  HostThatFails() {
    // Both are initiators of the first host, and what is applied is wanted.
    move(first());
    san.set({Kind::Node, target}, "chap", std::string("one-way"));
    san.map(first(), target, unit, 3);
    give({mapTo(web), mapTo(db)});
    san.set(applied, "chap", std::string("one-way"));
    for (const Id one : {web, db}) {
      own[one] = {Kind::Credential, san.create(Kind::Credential, {{"initiator", ObjectRef{Kind::Node, one}},
                                                                  {"target", ObjectRef{Kind::Node, target}},
                                                                  {"user_name", std::to_string(one)},
                                                                  {"initiator_holds", std::string("yes")},
                                                                  {"target_holds", std::string("yes")}})};
    }
    san.set(own[web], "initiator_holds", std::string("no"));
    failed = now();
  }
  void name(std::initializer_list<Id> nodes) { san.set(first(), "nodes", SanBuilder::refs(Kind::Node, nodes)); }
  std::map<Id, ObjectRef> own;
  Revision failed = 0;
};

TEST_F(HostThatFails, AnInitiatorThatLeftWithItsRegistrationMayHaveWorkedUntilThen) {
  EXPECT_EQ(asked().cell.works, Truth::Yes);
  san.edit([&](SnapshotEditor& editor) { editor.own<Node>(db).entity.id = 0; });
  EXPECT_EQ(asked().cell.works, Truth::No);
  EXPECT_EQ(asked().paths.at(0).since, failed);
  EXPECT_EQ(asked().since, 0U) << "the host is as it was, and reached the unit until now";
}

TEST_F(HostThatFails, AnEntityThatNoHostNamesMayHaveLostAnInitiatorToo) {
  const ObjectRef entity{Kind::Entity, san.done().get<Node>(web)->entity.id};
  san.edit([&](SnapshotEditor& editor) { editor.own<Node>(db).entity.id = entity.id; });
  san.erase(first());
  san.edit([&](SnapshotEditor& editor) { editor.own<Node>(db).entity.id = 0; });
  give({mapTo(web)});
  const Why answer = why(SanIndex(san.done()), Basis::Applied, entity, unit);
  EXPECT_EQ(answer.cell.works, Truth::No);
  EXPECT_EQ(answer.since, 0U);
}

TEST_F(HostThatFails, OneThatConsistsOfNodesFailsSinceTheLastOfThem) {
  name({web, db});
  san.set(first(), "entities", {});
  san.set(own[web], "initiator_holds", std::string("yes"));
  san.set(own[web], "initiator_holds", std::string("no"));
  san.set(own[db], "initiator_holds", std::string("no"));
  const Revision last = now();
  san.set({Kind::Node, web}, "alias", std::string("web server"));
  EXPECT_EQ(asked().since, last);
  san.edit([&](SnapshotEditor& editor) { editor.own<Node>(db).initiator = false; });
  EXPECT_EQ(asked().since, 0U) << "it may have reached the unit until it became no initiator";
}

TEST_F(HostThatFails, AUnitThatLeftATargetMayHaveBeenReachedThere) {
  name({web});
  san.set(first(), "entities", {});
  san.set(own[web], "initiator_holds", std::string("yes"));
  san.set(own[web], "initiator_holds", std::string("no"));
  const Revision last = now();
  san.set({Kind::Node, web}, "alias", std::string("web server"));
  EXPECT_EQ(asked().since, last);
  const Id disk2 = san.target("iqn.2026-01.example:disk2");
  const auto at = [](Id of) { return Access{{Kind::Node, of}, {}, 0, Right::ReadWrite}; };
  san.set({Kind::LogicalUnit, unit}, "paths", std::vector<Access>{at(target), at(disk2)});
  san.set({Kind::LogicalUnit, unit}, "paths", std::vector<Access>{at(target)});
  EXPECT_EQ(asked().since, 0U);
}

TEST_F(SinceWhen, WhatIsNotKnownIsSoSinceTheLastOfAllThatItRestsOn) {
  want("one-way");
  const ObjectRef own = credential(ObjectRef{Kind::Node, target}, Truth::No, Truth::No);
  san.set(applied, "chap", std::string("one-way"));
  san.set(own, "initiator_holds", std::string("unknown"));
  san.set(own, "target_holds", std::string("unknown"));
  const Revision both = now();
  EXPECT_EQ(ask().cell.works, Truth::Unknown);
  EXPECT_EQ(since(Layer::Admitted), both) << "the target had it not until then";
  give({mapTo(web, Right::ReadWrite, 4)});
  EXPECT_EQ(since(Layer::Admitted), both);
  EXPECT_EQ(ask().since, now()) << "it had no such unit until then";
}

TEST_F(HostsParts, WhatAClusterIsToHaveItsHostIsToHaveSinceItIsPartOfIt) {
  const ObjectRef cluster{Kind::Cluster, san.create(Kind::Cluster, {{"name", std::string("pair")}})};
  san.map(cluster, target, unit, 3);
  san.set(first(), "cluster", cluster);
  const Revision joined = now();
  san.set(first(), "name", std::string("web-one"));
  const Why wanted = asked(Basis::Desired);
  EXPECT_EQ(wanted.paths.at(0).layer(Layer::Mapped).since, joined);
  EXPECT_EQ(wanted.paths.at(0).layer(Layer::Mapped).facts.back().text, "Host web-one is part of cluster pair.");
  EXPECT_EQ(wanted.since, joined);
}

TEST_F(SinceWhen, ADomainInNoSetIsActiveSinceItLeftItsLastSetAndThePolicyHolds) {
  const Id domain = *san.done().find(Kind::Domain, "zone");
  const Id set = *san.done().find(Kind::DomainSet, "set1");
  san.set({Kind::DomainSet, set}, "domains", SanBuilder::refs(Kind::Domain, {}));
  san.create(Kind::Settings, {}, Settings::kId);
  const auto holds = [&](Revision left, Revision noted) {
    san.edit([&](SnapshotEditor& editor) {
      editor.own<Domain>(domain).unassignedSince = left;
      Settings& settings = editor.own<Settings>(Settings::kId);
      settings.unassignedDomainsActive = true;
      settings.unassignedDomainsSince = noted;
    });
    return since(Layer::Visible);
  };
  const Revision late = now();
  EXPECT_EQ(holds(late, 1), late);
  EXPECT_EQ(holds(late, late + 7), late + 7);
  EXPECT_EQ(holds(0, 1), 0U);  // not known
}

TEST_F(SinceWhen, AControlNodeSeesAllSinceItIsOne) {
  san.set({Kind::DomainSet, *san.done().find(Kind::DomainSet, "set1")}, "domains", SanBuilder::refs(Kind::Domain, {}));
  san.edit([&](SnapshotEditor& editor) { editor.own<Node>(web).control = true; });
  const Revision named = now();
  san.set({Kind::Node, web}, "alias", std::string("web server"));
  EXPECT_EQ(since(Layer::Visible), named);
}

TEST_F(SinceWhen, AHostThatHasAccessKeepsItsDateWhenAnotherIsLetInAtTheSameTarget) {
  admit({web, other});
  give({mapTo(web), mapTo(other)});
  san.set(applied, "desired", std::uint64_t{99});
  ASSERT_GT(at().changed, monday);
  EXPECT_EQ(since(Layer::Admitted), monday);
  EXPECT_EQ(since(Layer::Mapped), monday);
  EXPECT_EQ(ask().since, monday);
  EXPECT_EQ(at().admittedSince(other), monday + 1);
  EXPECT_EQ(at().mapSince(at().maps.items()[1]), monday + 2);
}

TEST_F(SinceWhen, WhoGoesAndComesBackBeginsAnew) {
  admit({});
  EXPECT_EQ(since(Layer::Admitted), 0U) << "since when somebody is not let in is not kept";
  san.set(applied, "desired", std::uint64_t{99});
  admit({web});
  EXPECT_EQ(since(Layer::Admitted), now());
  EXPECT_EQ(since(Layer::Mapped), monday);
}

TEST_F(SinceWhen, AUnitWithAnotherRightOrLunIsGivenAnew) {
  give({mapTo(web, Right::ReadOnly)});
  EXPECT_EQ(since(Layer::Mapped), now());
  give({mapTo(web, Right::ReadOnly, 4)});
  EXPECT_EQ(since(Layer::Mapped), now());
  EXPECT_EQ(since(Layer::Admitted), monday);
}

TEST_F(SinceWhen, AUnitThatEverybodyHadBeforeIsGivenSinceThen) {
  give({{{}, {Kind::LogicalUnit, unit}, 3, Right::ReadWrite}});
  const Revision all = now();
  give({{{}, {Kind::LogicalUnit, unit}, 3, Right::ReadWrite}, mapTo(web)});
  EXPECT_EQ(since(Layer::Mapped), all);
}

TEST_F(SinceWhen, OtherNamesBeginNothingAnew) {
  san.set({Kind::Node, web}, "alias", std::string("the web"));
  san.set({Kind::Node, target}, "alias", std::string("the disk"));
  san.set({Kind::LogicalUnit, unit}, "name", std::string("data"));
  san.set({Kind::Host, host}, "name", std::string("web-one"));
  EXPECT_EQ(ask().since, monday);
}

TEST_F(SinceWhen, WhoNeedProveLessIsLetInAnewAndWhoMustProveMoreIsNot) {
  san.set(applied, "chap", std::string("one-way"));
  EXPECT_EQ(at().admittedSince(web), monday);
  EXPECT_EQ(at().demandSince(web), now());
  san.set(applied, "desired", std::uint64_t{99});
  EXPECT_EQ(at().admittedSince(web), monday);
  EXPECT_EQ(at().demandSince(web), now() - 1);
  san.set(applied, "proves_nothing", SanBuilder::refs(Kind::Node, {web}));
  EXPECT_EQ(at().admittedSince(web), now()) << "the want of a secret may have kept it out";
}

TEST_F(SinceWhen, ATargetThatLetsEverybodyInDoesSoSinceItsTermsAreThese) {
  san.set(applied, "enforcement", std::string("open"));
  const Revision open = now();
  EXPECT_EQ(since(Layer::Admitted), open);
  san.set(applied, "desired", std::uint64_t{99});
  admit({other});
  EXPECT_EQ(since(Layer::Admitted), open);
}

TEST_F(SinceWhen, ASecretIsHeldSinceTheLaterEndHasItWhateverElseTheCredentialTells) {
  want("one-way");
  san.set(applied, "chap", std::string("one-way"));
  const ObjectRef own = credential(ObjectRef{Kind::Node, target}, Truth::Yes, Truth::No);
  const Revision made = now();
  san.set(own, "proven_at", std::uint64_t{5});
  EXPECT_EQ(ask().paths.at(0).layer(Layer::Admitted).since, made) << "that it is not there";
  san.set(own, "target_holds", std::string("yes"));
  const Revision held = now();
  san.set(own, "proven_at", std::uint64_t{6});
  san.set(own, "md5", true);
  san.set(own, "state", std::string("rotating"));
  EXPECT_EQ(since(Layer::Admitted), held);
  san.set(own, "target_holds", std::string("no"));
  san.set(own, "target_holds", std::string("yes"));
  EXPECT_EQ(since(Layer::Admitted), now());
}

TEST_F(SinceWhen, ADemandThatRoseShutsOutSinceThenAndNotSinceTheSecretIsMissing) {
  want("one-way");
  const ObjectRef own = credential(ObjectRef{Kind::Node, target}, Truth::Yes, Truth::No);
  san.set(own, "proven_at", std::uint64_t{5});
  san.set(applied, "chap", std::string("one-way"));
  const Revision risen = now();
  san.set(applied, "desired", std::uint64_t{99});
  EXPECT_EQ(since(Layer::Admitted), risen);
}

TEST_F(SinceWhen, ACredentialThatIsMadeMutualAnswersADemandForItSinceThen) {
  const ObjectRef own = credential(ObjectRef{Kind::Node, target}, Truth::Yes, Truth::Yes);
  const Revision made = now();
  san.set(own, "mutual", true);
  const Revision mutual = now();
  san.set(own, "proven_at", std::uint64_t{5});
  san.set(applied, "chap", std::string("one-way"));
  EXPECT_EQ(since(Layer::Admitted), made);
  san.set(applied, "chap", std::string("mutual"));
  EXPECT_EQ(since(Layer::Admitted), mutual);
}

TEST_F(SinceWhen, OfSeveralTargetsEachHoldsASecretSinceItHasIt) {
  const Id second = san.target("iqn.2026-01.example:disk2");
  san.set(applied, "chap", std::string("one-way"));
  const ObjectRef own = credential({}, Truth::Yes, Truth::No);
  san.set(own, "held_by", SanBuilder::refs(Kind::Node, {target}));
  const Revision held = now();
  san.set(own, "lacked_by", SanBuilder::refs(Kind::Node, {second}));
  san.set(own, "lacked_by", {});
  san.set(own, "held_by", SanBuilder::refs(Kind::Node, {target, second}));
  EXPECT_EQ(since(Layer::Admitted), held);
  EXPECT_EQ(san.done().get<Credential>(own.id)->heldSince(second), now());
}

TEST_F(SinceWhen, WhatItTellsIsTakenByAnObjectThatHasTheSameFields) {
  admit({web, other});
  san.set(applied, "chap", std::string("one-way"));
  give({mapTo(web), mapTo(other)});
  const auto copy = copyObject(Kind::AppliedTarget, at());
  auto& bare = static_cast<AppliedTarget&>(*copy);
  bare.admittedDates = {};
  bare.mapDates = {};
  bare.enforcedDate = {};
  EXPECT_EQ(bare.admittedSince(web), now()) << "without a date it is as old as the last change";
  for (const SinceRow& row : sinceRowsOf(Kind::AppliedTarget)) {
    const auto told = row.get(at());
    row.set(bare, std::vector<Revision>(told.size() + 1, 7));
    EXPECT_NE(row.get(bare), told) << row.name << ": a number of revisions that does not fit is passed over";
    row.set(bare, told);
    EXPECT_EQ(row.get(bare), told) << row.name;
  }
}

}  // namespace
