// What agents found out, in the model: portals that told of targets, probes, and disks that a host still has.
#include "isns-server/manage/agents/found_edits.h"

#include <gtest/gtest.h>

#include "shared/base/json_reader.h"
#include "tests/support/san_builder.h"

using namespace test;
using manage::AgentReport;

namespace {

const std::string kDisk = "iqn.2026-01.example:disk1";
const std::string kWeb = "iqn.2026-01.example:web1";
const std::string kAsked = "10.0.0.9:3260";

struct FoundTest : testing::Test {
  SanBuilder san;
  Id web = 0, disk = 0, agent = 0;
  std::vector<std::string> asked{kAsked};
  std::vector<std::string> unknown;

  FoundTest() {
    san.host("web1", kWeb);
    web = san.nodeNamed(kWeb);
    disk = san.target(kDisk);
    agent = san.create(Kind::Agent, {{"name", std::string("web1")}, {"nodes", SanBuilder::refs(Kind::Node, {web})}});
  }
  static AgentReport parsed(std::string lists) {
    std::string text = "{'sequence':1," + std::move(lists) + "}";
    for (char& c : text) c = c == '\'' ? '"' : c;
    auto report = manage::parseReport(*base::parseJson(text));
    EXPECT_TRUE(report) << report.error().detail;
    return *report;
  }
  static std::string pointerOf(std::string lists) {
    std::string text = "{'sequence':1," + std::move(lists) + "}";
    for (char& c : text) c = c == '\'' ? '"' : c;
    const auto report = manage::parseReport(*base::parseJson(text));
    return report ? "taken" : report.error().pointer;
  }
  static std::string found(const std::string& target, const std::string& portal, int at = 5) {
    return "{'asked':'" + kAsked + "','target':'" + target + "','portal':'" + portal +
           "','tag':2,'reason':null,'at':" + std::to_string(at) + "}";
  }
  static std::string probe(bool expected, const std::string& outcome = "in", int at = 5,
                           const std::string& target = kDisk) {
    return "'probes':[{'initiator':'" + kWeb + "','target':'" + target +
           "','expected':" + (expected ? "true" : "false") + ",'outcome':'" + outcome +
           "','reason':null,'units':[],'at':" + std::to_string(at) + "}]";
  }
  static std::string held(const std::string& target = kDisk, int lun = 3, const std::string& reason = "mounted at /srv",
                          const std::string& initiator = kWeb) {
    return "{'initiator':'" + initiator + "','target':'" + target + "','lun':" + std::to_string(lun) +
           ",'unit':'naa.6001','reason':'" + reason + "','since':5}";
  }
  void take(const AgentReport& report) {
    const SanIndex index(san.done());
    SnapshotEditor editor(san.done(), san.done().revision, 0);
    ASSERT_TRUE(manage::observeDiscoveries(editor, agent, report, asked));
    ASSERT_TRUE(manage::observeProbes(editor, agent, report, index, unknown));
    ASSERT_TRUE(manage::observeHeldDisks(editor, agent, report, unknown));
    auto next = editor.finish();
    ASSERT_TRUE(next) << next.error().text;
    san = SanBuilder(*next);
  }
  [[nodiscard]] bool differs(const AgentReport& report) const {
    std::vector<std::string> names;
    return manage::discoveriesDiffer(san.done(), agent, report, asked) ||
           manage::probesDiffer(san.done(), agent, report, names) ||
           manage::heldDisksDiffer(san.done(), agent, report, names);
  }
  template <class T>
  std::vector<T> all() const {
    std::vector<T> list;
    san.done().table<T>().forEach([&](Id, const T& one) { list.push_back(one); });
    return list;
  }
};

TEST_F(FoundTest, whatAPortalToldOfIsKeptUntilItTellsSomethingElse) {
  const AgentReport first = parsed("'discoveries':[" + found("iqn.x:1", "10.0.0.9:3260/tcp") + "," +
                                   found("iqn.x:2", "10.0.0.9:3260/tcp") + "]");
  EXPECT_TRUE(differs(first));
  take(first);
  ASSERT_EQ(all<Discovery>().size(), 2U);
  EXPECT_EQ(all<Discovery>()[0].tag, 2U);
  EXPECT_EQ(all<Discovery>()[0].agent.id, agent);
  EXPECT_FALSE(differs(first));
  const Id kept = all<Discovery>()[1].id;
  take(parsed("'discoveries':[" + found("iqn.x:2", "10.0.0.9:3260/tcp", 9) + "]"));
  ASSERT_EQ(all<Discovery>().size(), 1U);
  EXPECT_EQ(all<Discovery>()[0].id, kept) << "the same object";
  EXPECT_EQ(all<Discovery>()[0].seenAt, 9);
  take(parsed("'portals':[]"));
  EXPECT_EQ(all<Discovery>().size(), 1U) << "a list that is missing leaves it";
}

TEST_F(FoundTest, ofAnAgentThatIsBelievedNoMoreNothingStays) {
  take(parsed("'discoveries':[" + found("iqn.x:1", "10.0.0.9:3260/tcp") + "],'held_disks':[" + held() + "]"));
  ASSERT_EQ(all<Discovery>().size() + all<HeldDisk>().size(), 2U);
  SnapshotEditor editor(san.done(), san.done().revision, 0);
  manage::forgetFound(editor, agent);
  san = SanBuilder(*editor.finish());
  EXPECT_EQ(all<Discovery>().size() + all<HeldDisk>().size(), 0U);
}

TEST_F(FoundTest, ofAPortalThatTheAgentIsNotToAskNothingIsTaken) {
  asked.clear();
  take(parsed("'discoveries':[" + found("iqn.x:1", "10.0.0.9:3260/tcp") + "]"));
  EXPECT_TRUE(all<Discovery>().empty());
}

TEST_F(FoundTest, aPortalThatGaveNoAnswerIsToldWithItsReason) {
  take(parsed("'discoveries':[{'asked':'" + kAsked + "','reason':'no connection','at':5}]"));
  ASSERT_EQ(all<Discovery>().size(), 1U);
  EXPECT_EQ(all<Discovery>()[0].reason, "no connection");
  EXPECT_EQ(pointerOf("'discoveries':[{'asked':'x','target':'iqn.x','at':5}]"), "/discoveries/0");
  EXPECT_EQ(pointerOf("'discoveries':[{'asked':'x','at':5},{'asked':'x','at':6}]"), "/discoveries/1") << "twice";
}

TEST_F(FoundTest, aProbeThatWasToBeRefusedAndStillIs) {
  const AgentReport report = parsed(probe(false));
  EXPECT_TRUE(differs(report));
  take(report);
  ASSERT_EQ(all<Probe>().size(), 1U);
  EXPECT_EQ(all<Probe>()[0].expected, Truth::No);
  EXPECT_EQ(all<Probe>()[0].outcome, ProbeOutcome::In);
  EXPECT_FALSE(differs(report));
}

TEST_F(FoundTest, whereReachHasChangedBetweenNameAndReportNothingWasExpected) {
  take(parsed(probe(true)));
  EXPECT_EQ(all<Probe>().at(0).expected, Truth::Unknown) << "it is not zoned any more";
  san.zone("zone1", {web, disk});
  take(parsed(probe(true)));
  EXPECT_EQ(all<Probe>().at(0).expected, Truth::Unknown) << "the same probe told again is judged once";
  take(parsed(probe(true, "refused", 7)));
  EXPECT_EQ(all<Probe>().at(0).expected, Truth::Yes);
  EXPECT_EQ(all<Probe>().at(0).outcome, ProbeOutcome::Refused);
}

TEST_F(FoundTest, aProbeOfANameThatTheModelDoesNotKnowIsLeftOutAndTold) {
  take(parsed(probe(false, "in", 5, "iqn.x:nobody")));
  EXPECT_TRUE(all<Probe>().empty());
  EXPECT_EQ(unknown, std::vector<std::string>{"iqn.x:nobody"});
}

TEST_F(FoundTest, anAgentMayTellOfProbesOfItsOwnInitiatorsAlone) {
  const AgentReport report = parsed(probe(false));
  EXPECT_EQ(report.foreignName({mgmt::PeerKind::Agent, "e", {kWeb}, "1"}), "");
  EXPECT_EQ(report.foreignName({mgmt::PeerKind::Agent, "e", {kDisk}, "1"}), kWeb);
}

TEST_F(FoundTest, aDiskThatAHostHoldsIsThereUntilItIsToldNoMore) {
  const AgentReport report = parsed("'held_disks':[" + held() + "," + held("iqn.x:not-registered", 3) + "]");
  EXPECT_TRUE(differs(report));
  take(report);
  ASSERT_EQ(all<HeldDisk>().size(), 2U) << "a target that the model does not know, too";
  EXPECT_TRUE(unknown.empty());
  const HeldDisk first = all<HeldDisk>()[0];
  EXPECT_EQ(first.initiator.id, web);
  EXPECT_EQ(first.agent.id, agent);
  EXPECT_EQ(std::tie(first.target, first.unit, first.reason), std::tuple(kDisk, "naa.6001", "mounted at /srv"));
  EXPECT_EQ(std::tuple(first.lun, first.since), std::tuple(3U, 5));
  EXPECT_FALSE(differs(report));
  const Id kept = first.id;
  take(parsed("'held_disks':[" + held(kDisk, 3, "open in process 7 (dd)") + "]"));
  ASSERT_EQ(all<HeldDisk>().size(), 1U);
  EXPECT_EQ(all<HeldDisk>()[0].id, kept) << "the same object";
  EXPECT_EQ(all<HeldDisk>()[0].reason, "open in process 7 (dd)");
  take(parsed("'portals':[]"));
  EXPECT_EQ(all<HeldDisk>().size(), 1U) << "a list that is missing leaves it";
  take(parsed("'held_disks':[]"));
  EXPECT_TRUE(all<HeldDisk>().empty());
}

TEST_F(FoundTest, anAgentThatBeginsAnewOrKnowsNoSuchListHoldsNoDiskAnyMore) {
  take(parsed("'held_disks':[" + held() + "]"));
  ASSERT_EQ(all<HeldDisk>().size(), 1U);
  const AgentReport anew = parsed("'full':true,'targets':[],'units':[],'sessions':[]");
  EXPECT_TRUE(differs(anew));
  take(anew);
  EXPECT_TRUE(all<HeldDisk>().empty());
}

TEST_F(FoundTest, whatAnAgentHeldStaysUntilItsNextLifeHasFoundOut) {
  take(parsed("'held_disks':[" + held() + "]"));
  const AgentReport anew = parsed("'full':true,'targets':[],'units':[],'sessions':[],'held_disks':null");
  EXPECT_FALSE(differs(anew));
  take(anew);
  EXPECT_EQ(all<HeldDisk>().size(), 1U);
}

TEST_F(FoundTest, aHeldDiskIsHeldSinceTheFirstThatWasToldOfIt) {
  const auto since = [](const std::string& when) {
    std::string one = held();
    return "'held_disks':[" + one.replace(one.rfind('5'), 1, when) + "]";
  };
  take(parsed(since("7")));
  EXPECT_FALSE(differs(parsed(since("9")))) << "the agent's next life";
  take(parsed(since("9")));
  EXPECT_EQ(all<HeldDisk>()[0].since, 7);
  take(parsed(since("6")));
  EXPECT_EQ(all<HeldDisk>()[0].since, 6);
  take(parsed("'held_disks':[]"));
  take(parsed(since("9")));
  EXPECT_EQ(all<HeldDisk>()[0].since, 9) << "held again";
}

TEST_F(FoundTest, anotherAgentsDisksAreLeftAlone) {
  take(parsed("'held_disks':[" + held() + "]"));
  agent = san.create(Kind::Agent, {{"name", std::string("store")}, {"nodes", SanBuilder::refs(Kind::Node, {disk})}});
  const AgentReport other = parsed("'full':true,'targets':[],'units':[],'sessions':[]");
  EXPECT_FALSE(differs(other));
  take(other);
  EXPECT_EQ(all<HeldDisk>().size(), 1U);
}

TEST_F(FoundTest, anInitiatorOfAHeldDiskThatTheModelDoesNotKnowIsLeftOutAndTold) {
  take(parsed("'held_disks':[" + held(kDisk, 3, "x", "iqn.x:nobody") + "]"));
  EXPECT_TRUE(all<HeldDisk>().empty());
  EXPECT_EQ(unknown, std::vector<std::string>{"iqn.x:nobody"});
}

TEST_F(FoundTest, anAgentMayTellOfDisksOfItsOwnInitiatorsAlone) {
  const AgentReport report = parsed("'held_disks':[" + held() + "]");
  EXPECT_EQ(report.foreignName({mgmt::PeerKind::Agent, "e", {kWeb}, "1"}), "");
  EXPECT_EQ(report.foreignName({mgmt::PeerKind::Agent, "e", {kDisk}, "1"}), kWeb);
}

TEST_F(FoundTest, heldDisksBeyondTheirBoundsAreRefusedWithTheirPlace) {
  const auto with = [](const std::string& member, const std::string& value) {
    std::string one = held();
    const std::size_t at = one.find("'" + member + "':") + member.size() + 3;
    return "'held_disks':[" + one.replace(at, one.find_first_of(",}", at) - at, value) + "]";
  };
  EXPECT_EQ(pointerOf(with("unit", "null")), "taken");
  EXPECT_EQ(pointerOf(with("reason", "null")), "taken");
  EXPECT_EQ(pointerOf(with("lun", "16383")), "taken");
  EXPECT_EQ(pointerOf(with("lun", "16384")), "/held_disks/0/lun");
  EXPECT_EQ(pointerOf(with("lun", "-1")), "/held_disks/0/lun");
  EXPECT_EQ(pointerOf(with("target", "''")), "/held_disks/0/target");
  EXPECT_EQ(pointerOf(with("target", "7")), "/held_disks/0/target");
  EXPECT_EQ(pointerOf(with("reason", "'" + std::string(255, 'a') + "'")), "taken");
  EXPECT_EQ(pointerOf(with("reason", "'" + std::string(256, 'a') + "'")), "/held_disks/0/reason");
  EXPECT_EQ(pointerOf(with("reason", "'a\\nb'")), "/held_disks/0/reason") << "one line";
  EXPECT_EQ(pointerOf(with("unit", "'a\\u0000b'")), "/held_disks/0/unit");
  EXPECT_EQ(pointerOf(with("since", "'now'")), "/held_disks/0/since");
  EXPECT_EQ(pointerOf("'held_disks':[{'initiator':'" + kWeb + "','target':'t','lun':0,'since':5,'size':1}]"),
            "/held_disks/0/size");
  EXPECT_EQ(pointerOf("'held_disks':[{'initiator':'" + kWeb + "','lun':0,'since':5}]"), "/held_disks/0/target");
  EXPECT_EQ(pointerOf("'held_disks':[7]"), "/held_disks/0");
  EXPECT_EQ(pointerOf("'held_disks':{}"), "/held_disks");
  EXPECT_EQ(pointerOf("'held_disks':[" + held() + "," + held() + "]"), "/held_disks/1") << "twice";
  std::string most = held(kDisk, 0);
  for (int lun = 1; lun < 1024; ++lun) most += "," + held(kDisk, lun);
  EXPECT_EQ(pointerOf("'held_disks':[" + most + "]"), "taken");
  EXPECT_EQ(pointerOf("'held_disks':[" + most + "," + held(kDisk, 1024) + "]"), "/held_disks");
}

}  // namespace
