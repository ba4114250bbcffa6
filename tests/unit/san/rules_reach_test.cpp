#include "tests/unit/san/rule_checks.h"

using namespace test;

namespace {

Id approve(SanBuilder& san, ObjectRef who, Id unit, Right right = Right::ReadWrite) {
  return san.create(
      Kind::Approval,
      {{"who", who}, {"unit", ObjectRef{Kind::LogicalUnit, unit}}, {"right", std::string(wordOf(right))}});
}

TEST(R07, WhatWorksNeedsAnApprovalThatIsLargeEnough) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id web = san.machine("web1");
  san.give(web, target, unit);
  const Findings findings = check(san, "R07");
  EXPECT_EQ(only(findings).text, "web1 reaches 1 logical unit that nobody approved: naa.6001.");
  EXPECT_TRUE(check(mended(san, only(findings).mend), "R07").list.empty());
  const Id approval = approve(san, {Kind::Host, web}, unit, Right::ReadOnly);
  EXPECT_EQ(only(check(san, "R07")).count, 1U) << "it writes";
  san.set({Kind::Approval, approval}, "right", std::string("read-write"));
  EXPECT_TRUE(check(san, "R07").list.empty());
}

TEST(R07, IsAsOldAsTheFirstAccessAndAsTheApprovalThatIsTooSmallForIt) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id web = san.machine("web1");
  san.give(web, target, unit);
  const Revision given = san.done().revision;
  san.map({Kind::Host, web}, target, san.unit("naa.6002", target, 1), 1);
  san.set({Kind::Host, web}, "name", std::string("web-one"));
  EXPECT_EQ(only(check(san, "R07")).since, given);
  const Id approval = approve(san, {Kind::Host, web}, unit, Right::ReadWrite);
  EXPECT_EQ(only(check(san, "R07")).since, given + 2) << "the second unit";
  san.set({Kind::Approval, approval}, "right", std::string("read-only"));
  const Revision less = san.done().revision;
  approve(san, {Kind::Host, web}, san.done().find(Kind::LogicalUnit, "naa.6002").value(), Right::ReadWrite);
  EXPECT_EQ(only(check(san, "R07")).since, less);
}

TEST(R07, OfMoreCellsThanAreLookedAtSinceWhenIsNotKnown) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id web = san.machine("web1");
  san.zone("zone1", {san.initiatorOf(web), target});
  san.edit([&](SnapshotEditor& editor) {
    const auto make = [&](Kind kind, std::initializer_list<std::pair<std::string_view, Value>> fields) {
      const ObjectRef made = editor.create(kind).value();
      for (const auto& [name, value] : fields) EXPECT_TRUE(editor.set(made, *findField(kind, name), value));
      return made;
    };
    for (std::uint32_t lun = 0; lun < 101; ++lun) {
      const ObjectRef unit =
          make(Kind::LogicalUnit, {{"designator", "naa.6" + std::to_string(lun)},
                                   {"paths", std::vector<Access>{{{Kind::Node, target}, {}, lun, Right::ReadWrite}}}});
      make(Kind::Map, {{"who", ObjectRef{Kind::Host, web}},
                       {"target", ObjectRef{Kind::Node, target}},
                       {"unit", unit},
                       {"lun", std::uint64_t{lun}}});
    }
  });
  EXPECT_EQ(only(check(san, "R07")).count, 101U);
  EXPECT_EQ(only(check(san, "R07")).since, 0U);
  approve(san, {Kind::Host, web}, san.done().find(Kind::LogicalUnit, "naa.60").value());
  EXPECT_NE(only(check(san, "R07")).since, 0U);
}

TEST(R07, AReaderNeedsNoMoreThanReadOnly) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id web = san.machine("web1");
  san.give(web, target, unit, Right::ReadOnly);
  approve(san, {Kind::Host, web}, unit, Right::ReadOnly);
  EXPECT_TRUE(check(san, "R07").list.empty());
}

TEST(R07, AClusterIsOneCauseAndItsApprovalCoversItsHosts) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id cluster = san.cluster("esx");
  san.give(san.machine("a", cluster), target, unit);
  san.give(san.machine("b", cluster), target, unit);
  EXPECT_EQ(only(check(san, "R07")).subject, (ObjectRef{Kind::Cluster, cluster}));
  EXPECT_EQ(only(check(san, "R07")).count, 2U);
  EXPECT_TRUE(check(mended(san, only(check(san, "R07")).mend), "R07").list.empty());
  approve(san, {Kind::Cluster, san.cluster("other")}, unit);
  EXPECT_EQ(check(san, "R07").list.size(), 1U);
  approve(san, {Kind::Cluster, cluster}, unit);
  EXPECT_TRUE(check(san, "R07").list.empty());
}

TEST(R07, WhatIsUnknownIsNoFindingUntilItIsSeen) {
  RuleSan san;
  const Id target = san.target(RuleSan::iqn("foreign"));
  const Id unit = san.unit("naa.6001", target, 0);
  const Id web = san.initiatorOf(san.machine("web1"));
  san.zone("zone1", {web, target});
  EXPECT_TRUE(check(san, "R07").list.empty());
  san.create(
      Kind::Session,
      {{"initiator", ObjectRef{Kind::Node, web}},
       {"target", ObjectRef{Kind::Node, target}},
       {"portal",
        san.done().get<PortalGroup>(san.done().lastIds[static_cast<std::size_t>(Kind::PortalGroup)])->portal.ref()},
       {"units", SanBuilder::refs(Kind::LogicalUnit, {unit})}});
  EXPECT_EQ(check(san, "R07").list.size(), 1U);
}

TEST(R08, AnApprovalWithoutReach) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id web = san.machine("web1");
  approve(san, {Kind::Host, web}, unit);
  EXPECT_EQ(only(check(san, "R08")).text, "web1 is approved for 1 logical unit (naa.6001) and does not reach them.");
  san.give(web, target, unit);
  EXPECT_TRUE(check(san, "R08").list.empty());
}

TEST(R08, EveryHostOfAnApprovedClusterMustReachIt) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id cluster = san.cluster("esx");
  approve(san, {Kind::Cluster, cluster}, unit);
  EXPECT_TRUE(check(san, "R08").list.empty()) << "it has no host yet";
  san.give(san.machine("a", cluster), target, unit);
  const Id b = san.machine("b", cluster);
  EXPECT_EQ(only(check(san, "R08")).count, 1U);
  san.give(b, target, unit);
  EXPECT_TRUE(check(san, "R08").list.empty());
}

TEST(R08, UnknownReachIsNoFinding) {
  RuleSan san;
  const Id target = san.target(RuleSan::iqn("foreign"));
  const Id unit = san.unit("naa.6001", target, 0);
  const Id web = san.machine("web1");
  san.zone("zone1", {san.initiatorOf(web), target});
  approve(san, {Kind::Host, web}, unit);
  EXPECT_TRUE(check(san, "R08").list.empty());
}

TEST(R08, WhoIsNoHostAnyMoreLosesTheApproval) {
  RuleSan san;
  const Id unit = san.unit("naa.6001", san.disk("disk1"), 0);
  const Id lone = san.initiator(RuleSan::iqn("lone"));
  const ObjectRef entity = san.done().get<Node>(lone)->entity.ref();
  approve(san, entity, unit);
  san.create(Kind::Host, {{"name", std::string("web1")}, {"entities", std::vector<ObjectRef>{entity}}});
  const Findings findings = check(san, "R08");
  EXPECT_NE(only(findings).text.find("is no host any more"), std::string::npos);
  EXPECT_TRUE(check(mended(san, only(findings).mend), "R08").list.empty());
}

TEST(R09, ATargetThatDecidesByListLetsInWhoIsNotZoned) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id web = san.machine("web1");
  const Id map = san.map({Kind::Host, web}, target, unit, 0);
  EXPECT_TRUE(check(san, "R09").list.empty()) << "it enforces zoning";
  san.set({Kind::Node, target}, "enforcement", std::string("list"));
  const Findings findings = check(san, "R09");
  EXPECT_EQ(only(findings).subject, (ObjectRef{Kind::Node, target}));
  EXPECT_EQ(only(findings).objects, (std::vector<ObjectRef>{{Kind::Host, web}}));
  EXPECT_TRUE(check(mended(san, only(findings).mend), "R09").list.empty());
  san.zone("zone1", {san.initiatorOf(web), target});
  EXPECT_TRUE(check(san, "R09").list.empty());
  san.erase({Kind::Map, map});
  EXPECT_TRUE(check(san, "R09").list.empty());
}

TEST(R09, OnAppliedStateWhatTheAgentSaysCounts) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id web = san.initiatorOf(san.machine("web1"));
  san.map({Kind::Node, web}, target, unit, 0);
  san.applied(target, {web}, {{{Kind::Node, web}, {Kind::LogicalUnit, unit}, 0, Right::ReadWrite}});
  EXPECT_EQ(check(san, "R09", 0, Basis::Applied).list.size(), 1U);
  EXPECT_TRUE(check(san, "R09", 0, Basis::Desired).list.empty());
  const SanBuilder after = mended(san, only(check(san, "R09", 0, Basis::Applied)).mend);
  EXPECT_EQ(after.done().table<Map>().size(), 0U) << "under zoning the stale map goes";
}

TEST(R09, ZonedWithAnotherTargetOfTheUnitIsNotZonedHere) {
  RuleSan san;
  const Id open = san.disk("open");
  const Id shut = san.disk("shut");
  const Id unit =
      san.create(Kind::LogicalUnit, {{"designator", std::string("naa.6001")},
                                     {"paths", std::vector<Access>{{{Kind::Node, open}, {}, 0, Right::ReadWrite},
                                                                   {{Kind::Node, shut}, {}, 0, Right::ReadWrite}}}});
  san.set({Kind::Node, open}, "enforcement", std::string("list"));
  const Id web = san.machine("web1");
  san.map({Kind::Host, web}, open, unit, 0);
  san.zone("zone1", {san.initiatorOf(web), shut});
  EXPECT_EQ(only(check(san, "R09")).subject, (ObjectRef{Kind::Node, open}));
  EXPECT_EQ(only(check(san, "R10")).subject, (ObjectRef{Kind::Node, shut}));
}

TEST(R10, AZoneWithoutAMapDangles) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  san.unit("naa.6002", target, 1);
  const Id web = san.machine("web1");
  san.zone("zone1", {san.initiatorOf(web), target});
  const Findings findings = check(san, "R10");
  EXPECT_EQ(only(findings).text, "web1 finds iqn.2026-01.example:disk1 and may use none of its 2 logical units.");
  EXPECT_EQ(only(findings).since, san.done().revision - 1) << "of the zone; it joined its set after that";
  EXPECT_TRUE(check(mended(san, only(findings).mend), "R10").list.empty());
  san.map({Kind::Host, web}, target, unit, 0);
  EXPECT_TRUE(check(san, "R10").list.empty()) << "one of two units is by design";
}

TEST(R10, SaysTheSameWhateverTheIdsOfNodes) {
  RuleSan san;
  san.idsAfter(Kind::Node, kFirstProvisional - 100);
  const Id target = san.disk("disk1");
  san.unit("naa.6001", target, 0);
  san.unit("naa.6002", target, 1);
  san.zone("zone1", {san.initiatorOf(san.machine("web1")), target});
  EXPECT_EQ(only(check(san, "R10")).text,
            "web1 finds iqn.2026-01.example:disk1 and may use none of its 2 logical units.");
}

TEST(R10, AForeignTargetMayLetItIn) {
  RuleSan san;
  const Id target = san.target(RuleSan::iqn("foreign"));
  san.unit("naa.6001", target, 0);
  san.zone("zone1", {san.initiatorOf(san.machine("web1")), target});
  EXPECT_TRUE(check(san, "R10").list.empty());
}

TEST(R10, TheMendLeavesTheZoneToThoseWhoUseIt) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id user = san.machine("user");
  const Id idle = san.machine("idle");
  const Id zone = san.zone("zone1", {san.initiatorOf(user), san.initiatorOf(idle), target});
  san.map({Kind::Host, user}, target, unit, 0);
  const SanBuilder after = mended(san, only(check(san, "R10")).mend);
  EXPECT_TRUE(check(after, "R10").list.empty());
  EXPECT_TRUE(after.done().get<Domain>(zone)->nodes.contains(target));
  EXPECT_TRUE(after.done().get<Domain>(zone)->nodes.contains(san.initiatorOf(user)));
}

TEST(R11, TwoWritersThatAreNotOneCluster) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id a = san.machine("a");
  const Id b = san.machine("b");
  san.give(a, target, unit);
  EXPECT_TRUE(check(san, "R11").list.empty());
  san.give(b, target, unit);
  EXPECT_EQ(only(check(san, "R11")).severity, Severity::High);
  EXPECT_EQ(only(check(san, "R11")).count, 2U);
  EXPECT_TRUE(only(check(san, "R11")).mend.edits.empty()) << "nobody says who should keep it";
  approve(san, {Kind::Host, a}, unit);
  const SanBuilder after = mended(san, only(check(san, "R11")).mend);
  EXPECT_TRUE(check(after, "R11").list.empty());
  EXPECT_TRUE(check(after, "R08").list.empty()) << "the approved one keeps it";
  const Id cluster = san.cluster("pair");
  san.set({Kind::Host, a}, "cluster", ObjectRef{Kind::Cluster, cluster});
  EXPECT_EQ(only(check(san, "R11")).objects.size(), 2U) << "one of them is outside still";
  san.set({Kind::Host, b}, "cluster", ObjectRef{Kind::Cluster, cluster});
  EXPECT_TRUE(check(san, "R11").list.empty());
}

TEST(R11, IsAsOldAsTheSecondOfThoseThatShare) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id cluster = san.cluster("pair");
  const Id a = san.machine("a", cluster);
  const Id b = san.machine("b", cluster);
  san.give(a, target, unit);
  san.give(b, target, unit);
  EXPECT_TRUE(check(san, "R11").list.empty());
  const Id c = san.machine("c");
  san.give(c, target, unit);
  const Revision second = san.done().revision;
  san.give(san.machine("d"), target, unit);
  EXPECT_EQ(only(check(san, "R11")).since, second);
  san.waiver("R11", {Kind::Host, c}, 100);
  EXPECT_GT(only(check(san, "R11")).since, second) << "who is accepted does not count";
}

TEST(R11, WhoLeavesAClusterSharesWithItSinceThen) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id cluster = san.cluster("pair");
  const Id a = san.machine("a", cluster);
  san.give(a, target, unit);
  san.give(san.machine("b", cluster), target, unit);
  san.set({Kind::Host, a}, "cluster", {});
  const Revision left = san.done().revision;
  san.set({Kind::Host, a}, "name", std::string("alone"));
  EXPECT_EQ(only(check(san, "R11")).since, left);
}

TEST(R11, ReadersAreLessBadThanWriters) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  san.give(san.machine("a"), target, unit, Right::ReadOnly);
  san.give(san.machine("b"), target, unit, Right::ReadOnly);
  EXPECT_EQ(only(check(san, "R11")).severity, Severity::Low);
  san.give(san.machine("c"), target, unit);
  EXPECT_EQ(only(check(san, "R11")).severity, Severity::Medium);
}

TEST(R11, AWaiverForOneOfTwoLeavesNoSharing) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id backup = san.machine("backup");
  san.give(san.machine("a"), target, unit);
  san.give(backup, target, unit);
  const Id waiver = san.waiver("R11", {Kind::Host, backup}, 100);
  EXPECT_EQ(only(check(san, "R11", 50)).waiver, waiver);
  san.give(san.machine("c"), target, unit);
  EXPECT_TRUE(only(check(san, "R11", 50)).open());
  EXPECT_EQ(only(check(san, "R11", 50)).count, 2U);
  EXPECT_EQ(only(check(san, "R11", 50)).waivedCount, 1U);
}

TEST(R16, OnlyHostsWithTheLabelMayReachTheUnit) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id cluster = san.cluster("cards");
  const Id web = san.machine("web1", cluster);
  san.give(web, target, unit);
  const Id pci = san.label("PCI", "PCI DSS");
  san.create(Kind::SeparationRule, {{"name", std::string("cards")},
                                    {"subject", ObjectRef{Kind::Label, pci}},
                                    {"other", ObjectRef{Kind::Label, pci}}});
  EXPECT_TRUE(check(san, "R16").list.empty()) << "the unit has no label";
  san.labels({Kind::LogicalUnit, unit}, pci);
  EXPECT_EQ(only(check(san, "R16")).severity, Severity::Critical);
  EXPECT_EQ(only(check(san, "R16")).cause, "separation-rule:cards cluster:cards");
  EXPECT_TRUE(check(mended(san, only(check(san, "R16")).mend), "R16").list.empty());
  san.labels({Kind::Cluster, cluster}, pci);
  EXPECT_TRUE(check(san, "R16").list.empty()) << "a host has the labels of its cluster";
}

TEST(R16, IsAsOldAsTheAccessOrTheLastChangeOfWhatMayCarryALabel) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id pci = san.label("PCI", "PCI DSS");
  const Id rule = san.create(Kind::SeparationRule, {{"name", std::string("cards")},
                                                    {"subject", ObjectRef{Kind::Label, pci}},
                                                    {"other", ObjectRef{Kind::Label, pci}}});
  san.labels({Kind::LogicalUnit, unit}, pci);
  const Id web = san.machine("web1");
  san.give(web, target, unit);
  const auto isSinceNow = [&] { return only(check(san, "R16")).since == san.done().revision; };
  EXPECT_TRUE(isSinceNow());
  const Revision given = san.done().revision;
  san.machine("web2");
  EXPECT_EQ(only(check(san, "R16")).since, given);
  // The host may have had the label until now, or the unit none.
  san.set({Kind::Host, web}, "labels", {});
  EXPECT_TRUE(isSinceNow());
  san.set({Kind::LogicalUnit, unit}, "name", std::string("cards"));
  EXPECT_TRUE(isSinceNow());
  san.set({Kind::Node, target}, "alias", std::string("vault"));
  EXPECT_TRUE(isSinceNow());
  san.set({Kind::SeparationRule, rule}, "name", std::string("card data"));
  EXPECT_TRUE(isSinceNow());
  const Id other = san.label("guests");
  san.set({Kind::SeparationRule, rule}, "other", ObjectRef{Kind::Label, other});
  san.set({Kind::SeparationRule, rule}, "mode", std::string("never-with"));
  const ObjectRef zone{Kind::Domain, SanIndex(san.done()).domainsOf(san.initiatorOf(web)).front()};
  san.labels(zone, other);
  EXPECT_TRUE(isSinceNow());
  const ObjectRef set{Kind::DomainSet, san.done().find(Kind::DomainSet, "set1").value()};
  san.set(set, "enabled", false);
  san.set(set, "enabled", true);
  EXPECT_TRUE(isSinceNow());
}

TEST(R16, AUnitHasTheLabelsOfItsTargetAndADomainMakesNoHostPci) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id web = san.machine("web1");
  san.give(web, target, unit);
  const Id pci = san.label("PCI");
  san.create(Kind::SeparationRule, {{"name", std::string("cards")},
                                    {"subject", ObjectRef{Kind::Label, pci}},
                                    {"other", ObjectRef{Kind::Label, pci}}});
  san.labels({Kind::Node, target}, pci);
  EXPECT_EQ(only(check(san, "R16")).severity, Severity::High);
  SanIndex index(san.done());
  san.labels({Kind::Domain, index.domainsOf(target).front()}, pci);
  EXPECT_EQ(check(san, "R16").list.size(), 1U);
  san.labels({Kind::Node, san.initiatorOf(web)}, pci);
  EXPECT_TRUE(check(san, "R16").list.empty());
}

TEST(R16, ALabelOnOneOfTwoInitiatorsMakesNoHostPci) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id web = san.machine("web1");
  san.give(web, target, unit);
  san.node(RuleSan::iqn("second"), san.done().get<Node>(san.of("web1"))->entity.id, true, false);
  const Id pci = san.label("PCI");
  san.create(Kind::SeparationRule, {{"name", std::string("cards")},
                                    {"subject", ObjectRef{Kind::Label, pci}},
                                    {"other", ObjectRef{Kind::Label, pci}}});
  san.labels({Kind::LogicalUnit, unit}, pci);
  san.labels({Kind::Node, san.of("web1")}, pci);
  EXPECT_EQ(check(san, "R16").list.size(), 1U);
  san.labels({Kind::Node, san.of("second")}, pci);
  EXPECT_TRUE(check(san, "R16").list.empty());
}

TEST(R16, TheMendTakesNothingFromTheRestOfTheCluster) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id cluster = san.cluster("esx");
  const Id a = san.machine("a", cluster);
  const Id b = san.machine("b", cluster);
  san.zone("zone1", {san.initiatorOf(a), san.initiatorOf(b), target});
  san.map({Kind::Cluster, cluster}, target, unit, 0);
  const Id production = san.label("production");
  const Id test = san.label("test");
  san.create(Kind::SeparationRule, {{"name", std::string("apart")},
                                    {"subject", ObjectRef{Kind::Label, production}},
                                    {"mode", std::string("never-with")},
                                    {"other", ObjectRef{Kind::Label, test}}});
  san.labels({Kind::LogicalUnit, unit}, production);
  san.labels({Kind::Host, a}, test);
  EXPECT_TRUE(only(check(san, "R16")).mend.edits.empty());
  san.labels({Kind::Host, b}, test);
  EXPECT_TRUE(check(mended(san, only(check(san, "R16")).mend), "R16").list.empty());
}

TEST(R16, NeverWithLooksAtEverythingAroundTheHost) {
  RuleSan san;
  const Id target = san.disk("disk1");
  const Id unit = san.unit("naa.6001", target, 0);
  const Id web = san.machine("web1");
  san.give(web, target, unit);
  const Id production = san.label("production");
  const Id test = san.label("test");
  san.create(Kind::SeparationRule, {{"name", std::string("apart")},
                                    {"subject", ObjectRef{Kind::Label, production}},
                                    {"mode", std::string("never-with")},
                                    {"other", ObjectRef{Kind::Label, test}}});
  san.labels({Kind::LogicalUnit, unit}, production);
  EXPECT_TRUE(check(san, "R16").list.empty());
  const Id domain = SanIndex(san.done()).domainsOf(target).front();
  san.labels({Kind::Domain, domain}, test);
  EXPECT_EQ(check(san, "R16").list.size(), 1U);
  san.set({Kind::Domain, domain}, "labels", std::vector<ObjectRef>{});
  san.labels({Kind::Host, web}, test);
  EXPECT_EQ(check(san, "R16").list.size(), 1U);
  san.remove({Kind::Host, web}, "labels", {Kind::Label, test});
  EXPECT_TRUE(check(san, "R16").list.empty());
}

}  // namespace
