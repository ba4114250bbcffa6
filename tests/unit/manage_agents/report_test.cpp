// Reports: their shape, whose names they may name, their sequence, and what becomes of them in the model.
#include <gtest/gtest.h>

#include "isns-server/manage/agents/report_edits.h"
#include "isns-server/manage/agents/report_ledger.h"
#include "shared/base/json_reader.h"
#include "shared/san/san_index.h"
#include "tests/support/san_builder.h"

using namespace test;
using manage::AgentReport;
using What = manage::ReportLedger::Verdict::What;

namespace {

const std::string kDisk = "iqn.2026-01.example:disk1";
const std::string kWeb = "iqn.2026-01.example:web1";
const std::string kPortal = "10.0.0.2:3260/tcp";

manage::Wanted<AgentReport> parsed(std::string text) {
  for (char& c : text) c = c == '\'' ? '"' : c;
  const auto json = base::parseJson(text);
  EXPECT_TRUE(json) << text;
  return manage::parseReport(*json);
}
std::string pointerOf(const std::string& text) {
  const auto report = parsed(text);
  return report ? "taken" : report.error().pointer;
}

std::string fullReport(const std::string& designator = "naa.6001", const std::string& admitted = kWeb) {
  return "{'sequence':1,'full':true,'targets':[{'target':'" + kDisk +
         "','desired':5,'applied_at':100,'enforcement':'zoning'," + "'chap':'none','admitted':['" + admitted +
         "'],'maps':[{'initiator':'" + kWeb + "','unit':'" + designator +
         "','lun':3,'right':'read-write'}]}],'units':[{'designator':'" + designator +
         "','bytes':4096,'paths':[{'target':'" + kDisk + "','lun':7}]}],'sessions':[{'initiator':'" + kWeb +
         "','target':'" + kDisk + "','portal':'" + kPortal + "','since':90,'proof':'chap','connections':2,'units':['" +
         designator + "']}]}";
}

TEST(Report, CredentialsOfSessionsAndTheirSteps) {
  const auto report = parsed(
      "{'sequence':2,'sessions':[{'initiator':'" + kWeb + "','target':'" + kDisk + "','portal':'" + kPortal +
      "','since':90,'proof':'chap','credential':7,'version':2,'mutual_version':3,'md5':true}],'refused_logins':"
      "[{'initiator':'" + kWeb + "','target':'" + kDisk + "','reason':'chap','at':5,'credential':7,'version':4}],"
      "'credentials':[{'credential':7,'step':9}]}");
  ASSERT_TRUE(report) << report.error().detail;
  const manage::CredentialProof& used = report->sessions->at(0).used;
  EXPECT_EQ(used.credential, 7U);
  EXPECT_EQ(used.version, 2U);
  EXPECT_EQ(used.mutualVersion, 3U);
  EXPECT_TRUE(used.md5);
  EXPECT_EQ(report->refusedLogins.at(0).used.version, 4U);
  EXPECT_EQ(report->credentials.at(0).step, 9U);
  EXPECT_EQ(pointerOf("{'sequence':2,'credentials':[{'credential':7}]}"), "/credentials/0/step");
  EXPECT_EQ(pointerOf("{'sequence':2,'credentials':[{'credential':4294967296,'step':1}]}"),
            "/credentials/0/credential");
}

TEST(Report, WhatIsDemandedOfSingleInitiators) {
  std::string text = fullReport();
  text.replace(text.find("'chap':'none'"), 13, "'chap':'none','proves_mutual':['" + kWeb + "'],'proves_one_way':[]");
  const auto report = parsed(text);
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->targets->at(0).provesMutual, std::vector<std::string>{kWeb});
  EXPECT_TRUE(report->targets->at(0).provesOneWay.empty());
  text.replace(text.find("'proves_mutual'"), 15, "'proves_twice'");
  EXPECT_EQ(pointerOf(text), "/targets/0/proves_twice");
}

TEST(Report, WhatWasDoneByHandAgainstTheDesiredState) {
  std::string text = fullReport();
  text.replace(text.find("'chap':'none'"), 13, "'chap':'none','glass_broken_at':90,'glass_reason':'server down'");
  const std::string act = "{'target':'" + kDisk + "','initiator':'" + kWeb +
                          "','command':'map 0=disk1','reason':'server down','uid':0,'at':90}";
  text.insert(text.size() - 1, ",'break_glass':[" + act + "]");
  const auto report = parsed(text);
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->targets->at(0).glassBrokenAt, 90);
  EXPECT_EQ(report->targets->at(0).glassReason, "server down");
  ASSERT_EQ(report->brokenGlass.size(), 1U);
  EXPECT_EQ(report->brokenGlass[0].command, "map 0=disk1");
  EXPECT_EQ(pointerOf("{'sequence':2,'break_glass':[{'target':'t'}]}"), "/break_glass/0/initiator");
  const std::string alone = "{'sequence':2,'break_glass':[" + act + "]}";
  EXPECT_EQ(parsed(alone)->foreignName({mgmt::PeerKind::Agent, "e", {kDisk}, "1"}), "");
  EXPECT_EQ(parsed(alone)->foreignName({mgmt::PeerKind::Agent, "e", {kWeb}, "1"}), kDisk) << "the target is its own";
}

struct ReportWorld {
  SanBuilder san;
  Id web = 0, disk = 0, agent = 0;
  mgmt::Identity identity{mgmt::PeerKind::Agent, "eid:" + kDisk, {kDisk}, "1"};
  std::vector<std::string> unknown;

  ReportWorld() {
    san.host("web1", kWeb);
    web = san.nodeNamed(kWeb);
    disk = san.target(kDisk);
    agent =
        san.create(Kind::Agent, {{"name", std::string("storage1")}, {"nodes", SanBuilder::refs(Kind::Node, {disk})}});
  }
  const Snapshot& model() const { return san.done(); }
  bool apply(const AgentReport& report) {
    bool changed = false;
    SnapshotEditor editor(model(), model().revision + 1, 0);
    const auto done = manage::applyReport(editor, agent, identity, report, unknown);
    EXPECT_TRUE(done) << done.error().text;
    changed = *done;
    san = SanBuilder(*editor.finish());
    return changed;
  }
  void observe(const AgentReport& report, Seconds now = 1000) {
    SnapshotEditor editor(model(), model().revision, 0);
    manage::observePortals(editor, agent, report, unknown);
    ASSERT_TRUE(manage::observeSessions(editor, agent, identity, report, unknown, now));
    san = SanBuilder(*editor.finish());
  }
};

TEST(ReportShape, TakesWhatIsRightAndPointsAtWhatIsWrong) {
  EXPECT_EQ(pointerOf(fullReport()), "taken");
  EXPECT_EQ(pointerOf("{'sequence':2}"), "taken");
  EXPECT_EQ(pointerOf("{'sequence':0}"), "/sequence");
  EXPECT_EQ(pointerOf("{'sequence':-1}"), "/sequence");
  EXPECT_EQ(pointerOf("[]"), "");
  EXPECT_EQ(pointerOf("{'sequence':1,'full':true}"), "/full");
  EXPECT_EQ(pointerOf("{'sequence':1,'more':1}"), "/more");
  EXPECT_EQ(pointerOf("{'sequence':1,'units':[{'designator':'a','bytes':1,'paths':[{'target':'t','lun':16384}]}]}"),
            "/units/0/paths/0/lun");
  EXPECT_EQ(pointerOf("{'sequence':1,'units':[{'designator':'a','bytes':1},{'designator':'a','bytes':1}]}"),
            "/units/1");
  EXPECT_EQ(pointerOf("{'sequence':1,'sessions':7}"), "/sessions");
  EXPECT_EQ(pointerOf("{'sequence':1,'targets':[5]}"), "/targets/0");
  const std::string eth = "'interface':'eth0','mtu':1500,'speed':0,'prefix':24,'up':true}";
  EXPECT_EQ(pointerOf("{'sequence':1,'portals':[{'portal':'p','vlan':7," + eth + "]}"), "taken");
  EXPECT_EQ(pointerOf("{'sequence':1,'portals':[{'portal':'p','vlan':4095," + eth + "]}"), "/portals/0/vlan");
  EXPECT_EQ(pointerOf("{'sequence':1,'portals':[{'portal':'p'," + eth + "]}"), "/portals/0/vlan");
  const std::string one = "{'portal':'p','vlan':7," + eth;
  EXPECT_EQ(pointerOf("{'sequence':1,'portals':[" + one + "," + one + "]}"), "/portals/1");
}

TEST(ReportEdits, WhetherATargetWasChangedByHandIsKeptAndGoes) {
  ReportWorld world;
  auto report = *parsed(fullReport());
  report.targets->at(0).glassBrokenAt = 90;
  report.targets->at(0).glassReason = "server down";
  EXPECT_TRUE(world.apply(report));
  EXPECT_EQ(world.model().table<AppliedTarget>().size(), 1U);
  world.model().table<AppliedTarget>().forEach([](Id, const AppliedTarget& one) {
    EXPECT_EQ(one.glassBrokenAt, 90);
    EXPECT_EQ(one.glassReason, "server down");
  });
  EXPECT_FALSE(world.apply(report));
  EXPECT_TRUE(world.apply(*parsed(fullReport())));
  world.model().table<AppliedTarget>().forEach([](Id, const AppliedTarget& one) { EXPECT_EQ(one.glassBrokenAt, 0); });
}

TEST(ReportShape, HasBounds) {
  std::string many = "{'sequence':1,'sessions':[";
  for (std::size_t i = 0; i <= manage::ReportLimits::kSessions; ++i) many += i == 0 ? "1" : ",1";
  EXPECT_EQ(pointerOf(many + "]}"), "/sessions");
}

TEST(ReportNames, OnlyThoseOfTheCertificate) {
  const mgmt::Identity disk{mgmt::PeerKind::Agent, "e", {kDisk}, "1"};
  const mgmt::Identity web{mgmt::PeerKind::Agent, "e", {kWeb}, "1"};
  EXPECT_EQ(parsed(fullReport())->foreignName(disk), "");
  EXPECT_EQ(parsed(fullReport())->foreignName(web), kDisk);
  const std::string session = "{'sequence':1,'sessions':[{'initiator':'" + kWeb + "','target':'" + kDisk +
                              "','portal':'p','since':1,'proof':'chap'}]}";
  EXPECT_EQ(parsed(session)->foreignName(web), "") << "one end is its own";
  EXPECT_EQ(parsed(session)->foreignName({mgmt::PeerKind::Agent, "e", {"iqn.2026-01.example:x"}, "1"}), kDisk);
}

base::Now at(int seconds) {
  return {base::TimePoint(std::chrono::seconds(seconds)), base::WallTime(std::chrono::seconds(1'800'000'000 + seconds))};
}

TEST(Ledger, TheSameNumberGetsTheSameAnswerAndALowerOneChangesNothing) {
  manage::ReportLedger ledger;
  EXPECT_EQ(ledger.judge("a", 5, true, at(1)).what, What::Take);
  EXPECT_EQ(ledger.judge("a", 5, true, at(1)).what, What::Waiting);
  manage::Receipt receipt{5, 77, true, false, {"x"}};
  ledger.taken("a", receipt, base::WallTime{});
  const auto again = ledger.judge("a", 5, true, at(1));
  EXPECT_EQ(again.what, What::Answer);
  EXPECT_EQ(again.receipt.revision, 77U);
  EXPECT_TRUE(again.receipt.taken);
  const auto old = ledger.judge("a", 4, true, at(1));
  EXPECT_EQ(old.what, What::Answer);
  EXPECT_FALSE(old.receipt.taken);
  EXPECT_EQ(old.receipt.sequence, 5U);
  EXPECT_EQ(ledger.judge("a", 6, false, at(1)).what, What::Take);
}

TEST(Ledger, AfterAGapAndAfterAStartOnlyAFullReportIsTaken) {
  manage::ReportLedger ledger;
  const auto first = ledger.judge("a", 1, false, at(1));
  EXPECT_EQ(first.what, What::Answer);
  EXPECT_TRUE(first.receipt.fullWanted);
  EXPECT_TRUE(ledger.takeGaps(at(1).mono).empty()) << "the server started, nothing is missing";
  ASSERT_EQ(ledger.judge("a", 7, true, at(1)).what, What::Take);
  ledger.taken("a", {7, 1, true, false, {}}, at(1).wall);
  EXPECT_TRUE(ledger.judge("a", 9, false, at(5), "192.0.2.9").receipt.fullWanted);
  const auto gaps = ledger.takeGaps(at(5).mono);
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].key, "a");
  EXPECT_EQ(gaps[0].count, 1U);
  EXPECT_EQ(gaps[0].about.expected, 8U);
  EXPECT_EQ(gaps[0].about.got, 9U);
  EXPECT_EQ(gaps[0].about.from, at(1).wall);
  EXPECT_EQ(gaps[0].about.to, at(5).wall);
  EXPECT_EQ(gaps[0].about.origin, "192.0.2.9");
  EXPECT_EQ(ledger.judge("a", 9, true, at(6)).what, What::Take);
  EXPECT_TRUE(ledger.takeGaps(at(100).mono).empty()) << "told once";
}

TEST(Ledger, ManyGapsOfAnAgentAreTwoRecordsAMinute) {
  manage::ReportLedger ledger;
  (void)ledger.judge("a", 1, true, at(0));
  ledger.taken("a", {1, 1, true, false, {}}, at(0).wall);
  std::uint64_t counted = 0;
  std::size_t records = 0;
  const auto take = [&](int second) {
    for (const auto& gap : ledger.takeGaps(at(second).mono)) {
      ++records;
      counted += gap.count;
      if (records == 2) {
        EXPECT_EQ(gap.about.expected, 2U);
        EXPECT_EQ(gap.about.got, 59U + 100U);
      }
    }
  };
  for (int second = 0; second < 60; ++second) {
    (void)ledger.judge("a", static_cast<std::uint64_t>(100 + second), false, at(second));
    if (second == 30) ledger.forget("b");
    take(second);
  }
  EXPECT_EQ(records, 1U);
  ledger.forget("a");  // an enrolment does not hide them
  take(61);
  EXPECT_EQ(records, 2U);
  EXPECT_EQ(counted, 60U);
}

TEST(Ledger, AReportThatTheStoreRefusedMayComeAgain) {
  manage::ReportLedger ledger;
  ASSERT_EQ(ledger.judge("a", 1, true, at(1)).what, What::Take);
  ledger.failed("a");
  EXPECT_EQ(ledger.judge("a", 1, true, at(1)).what, What::Take);
}

TEST(ReportEdits, TargetsAndUnitsBecomeObjectsOnce) {
  ReportWorld world;
  const AgentReport report = *parsed(fullReport());
  EXPECT_TRUE(world.apply(report));
  const auto unit = world.model().find(Kind::LogicalUnit, "naa.6001");
  ASSERT_TRUE(unit);
  EXPECT_EQ(world.model().get<LogicalUnit>(*unit)->bytes, 4096U);
  const SanIndex index(world.model());
  const AppliedTarget* applied = index.appliedAt(world.disk);
  ASSERT_NE(applied, nullptr);
  EXPECT_EQ(applied->desired, 5U);
  EXPECT_EQ(applied->agent.id, world.agent);
  EXPECT_TRUE(applied->admitted.contains(world.web));
  ASSERT_EQ(applied->maps.items().size(), 1U);
  EXPECT_EQ(applied->maps.items()[0], (AppliedMap{world.web, *unit, 3, Right::ReadWrite, {}}));
  EXPECT_TRUE(world.unknown.empty());
  EXPECT_FALSE(world.apply(report)) << "the same again is no change";
}

// An agent that begins anew tells all again, with the state that it has applied meanwhile.
TEST(ReportEdits, WhoIsLetInAndWhatHeIsGivenKeepTheirDatesInEveryReportThatTellsOfThem) {
  ReportWorld world;
  world.san.initiator("iqn.2026-01.example:web2");
  world.apply(*parsed(fullReport()));
  const Revision first = world.model().revision;
  std::string later = fullReport();
  later.replace(later.find("'desired':5,'applied_at':100"), 28, "'desired':6,'applied_at':160");
  const auto sinces = [&] {
    const SanIndex index(world.model());
    const AppliedTarget* applied = index.appliedAt(world.disk);
    return std::pair(applied->admittedSince(world.web), applied->mapSince(applied->maps.items()[0]));
  };
  EXPECT_TRUE(world.apply(*parsed(later)));
  EXPECT_EQ(sinces(), std::pair(first, first));
  later.replace(later.find("'admitted':['"), 13, "'admitted':['iqn.2026-01.example:web2','");
  EXPECT_TRUE(world.apply(*parsed(later)));
  EXPECT_EQ(sinces(), std::pair(first, first));
  const SanIndex index(world.model());
  EXPECT_EQ(index.appliedAt(world.disk)->admittedSince(world.san.nodeNamed("iqn.2026-01.example:web2")),
            world.model().revision);
}

TEST(ReportEdits, NamesThatNobodyKnowsAreToldAndNothingIsMadeForThem) {
  ReportWorld world;
  EXPECT_TRUE(world.apply(*parsed(fullReport("naa.6001", "iqn.2026-01.example:who"))));
  EXPECT_EQ(world.unknown, std::vector<std::string>{"iqn.2026-01.example:who"});
  EXPECT_TRUE(SanIndex(world.model()).appliedAt(world.disk)->admitted.empty());
}

TEST(ReportEdits, AUnitThatIsGoneStaysWhileAnAdministratorsMapNamesIt) {
  ReportWorld world;
  world.apply(*parsed(fullReport()));
  const Id kept = *world.model().find(Kind::LogicalUnit, "naa.6001");
  world.san.map({Kind::Node, world.web}, world.disk, kept, 1);
  world.apply(*parsed(fullReport("naa.6002")));
  ASSERT_NE(world.model().get<LogicalUnit>(kept), nullptr);
  EXPECT_TRUE(world.model().get<LogicalUnit>(kept)->paths.items().empty());
  EXPECT_EQ(world.model().table<Map>().size(), 1U);
  // The other one nobody names.
  world.apply(*parsed(fullReport("naa.6003")));
  EXPECT_FALSE(world.model().find(Kind::LogicalUnit, "naa.6002"));
}

TEST(ReportEdits, AnotherAgentsPathsAreLeftAlone) {
  ReportWorld world;
  const Id other = world.san.target("iqn.2026-01.example:disk2");
  world.san.unit("naa.6001", other, 0);
  world.apply(*parsed(fullReport()));
  const Id unit = *world.model().find(Kind::LogicalUnit, "naa.6001");
  EXPECT_EQ(world.model().get<LogicalUnit>(unit)->paths.items().size(), 2U);
  world.apply(*parsed("{'sequence':2,'full':true,'targets':[],'units':[],'sessions':[]}"));
  ASSERT_EQ(world.model().get<LogicalUnit>(unit)->paths.items().size(), 1U);
  EXPECT_EQ(world.model().get<LogicalUnit>(unit)->paths.items()[0].target, other);
  EXPECT_EQ(SanIndex(world.model()).appliedAt(world.disk), nullptr);
}

TEST(ReportSessions, AreAsSlowAsTheHostSaysWhateverTheTargetLeavesOut) {
  ReportWorld world;
  const std::string portal = nameOf(world.model(), {Kind::Portal, 2});
  const auto observed = [&](const std::string& more) {
    const auto report = parsed("{'sequence':2,'sessions':[{'initiator':'" + kWeb + "','target':'" + kDisk +
                               "','portal':'" + portal + "','since':90,'proof':'chap'" + more + "}]}");
    const bool differs = manage::sessionsDiffer(world.model(), world.agent, world.identity, *report, world.unknown);
    world.observe(*report);
    const Session* session = nullptr;
    world.model().table<Session>().forEach([&](Id, const Session& one) { session = &one; });
    EXPECT_NE(session, nullptr);
    return std::tuple(differs, session->latency, session->errors);
  };
  EXPECT_EQ(observed(",'latency':512,'errors':3"), std::tuple(true, 512U, 3U));
  EXPECT_EQ(observed(""), std::tuple(false, 512U, 3U)) << "the target's agent does not measure";
  EXPECT_EQ(observed(",'latency':512,'errors':0"), std::tuple(true, 512U, 0U)) << "the host's agent began anew";
}

// A map is taken away and the session stays, as of a host that is still zoned.
TEST(ReportSessions, ListNoUnitAnyMoreWhenTheHostListsNone) {
  ReportWorld world;
  const Id unit = world.san.create(Kind::LogicalUnit, {{"designator", std::string("naa.6001")}});
  const std::string portal = nameOf(world.model(), {Kind::Portal, 2});
  const auto told = [&](const std::string& units) {
    return *parsed("{'sequence':2,'sessions':[{'initiator':'" + kWeb + "','target':'" + kDisk + "','portal':'" +
                   portal + "','since':90,'proof':'chap'" + units + "}]}");
  };
  const auto units = [&] {
    std::size_t count = 99;
    world.model().table<Session>().forEach([&](Id, const Session& one) { count = one.units.size(); });
    return count;
  };
  world.observe(told(",'units':['naa.6001']"));
  EXPECT_EQ(units(), 1U) << "nobody but the target's agent tells";
  const auto byTarget = std::pair(world.agent, world.identity);
  world.agent = world.san.create(Kind::Agent, {{"name", std::string("web1")}});
  world.identity = {mgmt::PeerKind::Agent, "eid:" + kWeb, {kWeb}, "2"};
  world.observe(told(",'units':['naa.6001']"));
  EXPECT_TRUE(manage::sessionsDiffer(world.model(), world.agent, world.identity, told(",'units':[]"), world.unknown));
  world.observe(told(",'units':[]"));
  EXPECT_EQ(units(), 0U);
  world.observe(told(""));
  std::tie(world.agent, world.identity) = byTarget;
  EXPECT_FALSE(
      manage::sessionsDiffer(world.model(), world.agent, world.identity, told(",'units':['naa.6001']"), world.unknown));
  world.observe(told(",'units':['naa.6001']"));
  EXPECT_EQ(units(), 0U) << "what the target would show is not what the host has";
  EXPECT_NE(unit, 0U);
}

TEST(ReportSessions, ComeAndGoWithTheAgentsThatSeeThem) {
  ReportWorld world;
  const std::string portal = nameOf(world.model(), {Kind::Portal, 2});
  std::string text = fullReport();
  text.replace(text.find(kPortal), kPortal.size(), portal);
  const AgentReport report = *parsed(text);
  world.apply(report);
  EXPECT_TRUE(manage::sessionsDiffer(world.model(), world.agent, world.identity, report, world.unknown));
  world.observe(report);
  ASSERT_EQ(world.model().table<Session>().size(), 1U);
  world.model().table<Session>().forEach([&](Id, const Session& session) {
    EXPECT_EQ(session.initiator.id, world.web);
    EXPECT_EQ(session.proof, Proof::Chap);
    EXPECT_EQ(session.connections, 2U);
    EXPECT_EQ(session.seenAt, 1000);
    EXPECT_EQ(session.units.size(), 1U);
  });
  EXPECT_FALSE(manage::sessionsDiffer(world.model(), world.agent, world.identity, report, world.unknown));
  const AgentReport none = *parsed("{'sequence':2,'sessions':[]}");
  EXPECT_TRUE(manage::sessionsDiffer(world.model(), world.agent, world.identity, none, world.unknown));
  world.observe(none);
  EXPECT_EQ(world.model().table<Session>().size(), 0U);
}

const std::string kEth = "'interface':'eth0.7','vlan':7,'mtu':9000,'speed':10000,'prefix':24,'up':true}";

TEST(ReportPortals, StandWithThePortalsOfTheAgentsEntityAndNoOthers) {
  ReportWorld world;
  const Id disk = world.model().get<Node>(world.disk)->entity.id;
  world.san.set({Kind::Agent, world.agent}, "entity", ObjectRef{Kind::Entity, disk});
  const std::string own = nameOf(world.model(), {Kind::Portal, 2});
  const std::string others = nameOf(world.model(), {Kind::Portal, 1});
  ASSERT_EQ(world.model().get<Portal>(2)->entity.id, disk);
  const auto listed = [](const std::string& name) { return "{'portal':'" + name + "'," + kEth; };
  const AgentReport report = *parsed("{'sequence':1,'portals':[" + listed(own) + "," + listed(others) + "," +
                                     listed("10.9.9.9:3260/tcp") + "]}");
  EXPECT_TRUE(manage::portalsDiffer(world.model(), world.agent, report, world.unknown));
  world.unknown.clear();
  const Revision before = world.model().get<Portal>(2)->changed;
  world.observe(report);
  const PortalNetwork seen{"eth0.7", 7, 9000, 10000, 24, true};
  EXPECT_TRUE(world.model().get<Portal>(2)->network == seen);
  EXPECT_EQ(world.model().get<Portal>(2)->changed, before) << "nobody has changed it";
  EXPECT_TRUE(world.model().get<Portal>(1)->network == PortalNetwork{}) << "of another entity";
  EXPECT_EQ(world.unknown, std::vector<std::string>{"10.9.9.9:3260/tcp"});
  EXPECT_FALSE(manage::portalsDiffer(world.model(), world.agent, report, world.unknown));
  EXPECT_FALSE(manage::portalsDiffer(world.model(), world.agent, *parsed("{'sequence':2}"), world.unknown))
      << "as it was";
  world.observe(*parsed("{'sequence':2,'portals':[]}"));
  EXPECT_TRUE(world.model().get<Portal>(2)->network == PortalNetwork{});
}

TEST(ReportPortals, OneThatIsKnownAndNotRegisteredIsToBeToldAgain) {
  ReportWorld world;
  const Id entity = world.model().get<Node>(world.disk)->entity.id;
  world.san.set({Kind::Agent, world.agent}, "entity", ObjectRef{Kind::Entity, entity});
  world.san.set({Kind::Portal, 2}, "entity", ObjectRef{});
  const std::string own = nameOf(world.model(), {Kind::Portal, 2});
  const AgentReport report = *parsed("{'sequence':1,'portals':[{'portal':'" + own + "'," + kEth + "]}");
  EXPECT_FALSE(manage::portalsDiffer(world.model(), world.agent, report, world.unknown));
  EXPECT_EQ(world.unknown, std::vector<std::string>{own}) << "also where nothing is taken";
}

// Paths of several agents add up, and one of them must not be able to spoil what others tell.
TEST(ReportUnits, PathsBeyondWhatAUnitMayHaveAreToBeToldAgain) {
  ReportWorld world;
  const Id other = world.san.target("iqn.2026-01.example:other");
  world.san.create(Kind::LogicalUnit, {{"designator", std::string("naa.6001")},
                                       {"paths", std::vector<Access>{{{Kind::Node, other}, {}, 0, Right::ReadWrite}}}});
  std::string paths;
  for (std::size_t lun = 0; lun < mgmt::ReportLimits::kPaths; ++lun) {
    paths += std::string(lun == 0 ? "" : ",") + "{'target':'" + kDisk + "','lun':" + std::to_string(lun) + "}";
  }
  const AgentReport report =
      *parsed("{'sequence':2,'units':[{'designator':'naa.6001','bytes':1,'paths':[" + paths + "]}]}");
  EXPECT_TRUE(world.apply(report));
  const LogicalUnit& unit = *world.model().get<LogicalUnit>(1);
  EXPECT_EQ(unit.paths.items().size(), mgmt::ReportLimits::kPaths);
  EXPECT_EQ(world.unknown, std::vector<std::string>{"naa.6001"});
  EXPECT_TRUE(std::ranges::any_of(unit.paths.items(), [&](const UnitPath& path) { return path.target == other; }));
}

TEST(ReportUnits, TheSizeIsWhatTheAgentWithTheFirstPathSays) {
  for (const bool first : {true, false}) {
    ReportWorld world;
    const Id other = first ? world.san.target("iqn.2026-01.example:other") : world.san.nodeNamed(kWeb);
    world.san.create(Kind::LogicalUnit,
                     {{"designator", std::string("naa.6001")},
                      {"bytes", std::uint64_t{1000}},
                      {"paths", std::vector<Access>{{{Kind::Node, other}, {}, 0, Right::ReadWrite}}}});
    EXPECT_TRUE(world.apply(*parsed("{'sequence':2,'units':[{'designator':'naa.6001','bytes':1,'paths':[{'target':'" +
                                    std::string(kDisk) + "','lun':0}]}]}")));
    EXPECT_EQ(world.model().get<LogicalUnit>(1)->bytes, first ? 1U : 1000U);
    EXPECT_EQ(world.model().get<LogicalUnit>(1)->paths.items().size(), 2U);
  }
}

TEST(ReportSessions, OneThatOnlyAnAgentSawThatIsBelievedNoMoreGoes) {
  ReportWorld world;
  const std::string portal = nameOf(world.model(), {Kind::Portal, 2});
  world.observe(*parsed("{'sequence':2,'sessions':[{'initiator':'" + kWeb + "','target':'" + kDisk + "','portal':'" +
                        portal + "','since':90,'proof':'chap'}]}"));
  ASSERT_EQ(world.model().table<Session>().size(), 1U);
  for (const bool other : {true, false}) {
    SnapshotEditor editor(world.model(), world.model().revision, 0);
    if (other) editor.own<Session>(1).seenBy.insert(world.agent + 1);
    manage::forgetSessions(editor, other ? world.agent : world.agent + 1);
    world.san = SanBuilder(*editor.finish());
    EXPECT_EQ(world.model().table<Session>().size(), other ? 1U : 0U);
  }
}

TEST(ReportSessions, NamesThatAreTheReasonThatNothingIsTakenAreTold) {
  ReportWorld world;
  const std::string portal = nameOf(world.model(), {Kind::Portal, 2});
  const AgentReport report = *parsed("{'sequence':2,'sessions':[{'initiator':'iqn.new','target':'" + kDisk +
                                     "','portal':'" + portal + "','since':90,'proof':'chap'}]}");
  EXPECT_FALSE(manage::sessionsDiffer(world.model(), world.agent, world.identity, report, world.unknown));
  EXPECT_EQ(world.unknown, std::vector<std::string>{"iqn.new"});
}

}  // namespace
