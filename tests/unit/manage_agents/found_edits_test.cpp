// What agents found out by asking, in the model: portals that told of targets, and probes.
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
  void take(const AgentReport& report) {
    const SanIndex index(san.done());
    SnapshotEditor editor(san.done(), san.done().revision, 0);
    ASSERT_TRUE(manage::observeDiscoveries(editor, agent, report, asked));
    ASSERT_TRUE(manage::observeProbes(editor, agent, report, index, unknown));
    auto next = editor.finish();
    ASSERT_TRUE(next) << next.error().text;
    san = SanBuilder(*next);
  }
  [[nodiscard]] bool differs(const AgentReport& report) const {
    return manage::discoveriesDiffer(san.done(), agent, report, asked) ||
           manage::probesDiffer(san.done(), agent, report);
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

}  // namespace
