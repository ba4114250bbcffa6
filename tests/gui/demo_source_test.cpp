// The demo SAN is what its text says, and change sets go their whole way in it.
#include "console-gui/client/demo_source.h"

#include <gmock/gmock.h>

#include "console-gui/model/view.h"
#include "console-gui/model/zone_edits.h"
#include "shared/base/json_members.h"
#include "shared/mgmt/edit_json.h"
#include "shared/san/diff.h"
#include "tests/gui/pump.h"

using namespace console;
using namespace san;
using testing::Contains;
using testing::Eq;

namespace {

constexpr Seconds kNow = 1'795'788'000;

struct DemoSourceTest : testing::Test {
  DemoSource demo{kNow};
  void SetUp() override {
    demo.start();
    test::pump();
  }
  base::Json ask(mgmt::Route route, std::vector<std::string> segments = {}, base::Json body = {}) {
    std::optional<Answer> got;
    demo.ask({route, std::move(segments), {}, std::move(body)}, [&](const Answer& answer) { got = answer; });
    EXPECT_TRUE(test::pumpUntil([&] { return got.has_value(); }));
    problem = *got ? Problem{} : got->error();
    return *got ? **got : base::Json();
  }
  std::string draft(const std::vector<Edit>& edits) {
    const base::Json made = ask(mgmt::Route::CreateChange, {}, base::Json::Object{{"title", "t"}, {"edits", mgmt::toJson(*demo.snapshot(), edits, mgmt::References::Names)}});
    return std::to_string(base::numberOf(made, "id"));
  }
  std::string committed(const std::vector<Edit>& edits) {
    const std::string id = draft(edits);
    ask(mgmt::Route::SubmitChange, {id}, base::Json::Object{{"reason", "because"}});
    ask(mgmt::Route::CommitChange, {id}, base::Json::Object{{"reason", "because"}});
    return id;
  }
  std::string stateOf(const std::string& id) { return base::textOf(ask(mgmt::Route::GetChange, {id}), "state"); }
  Problem problem;
};

TEST_F(DemoSourceTest, hasTheHostsTargetsUnitsAndFaultsThatItPromises) {
  const ViewPtr view = viewOf(*demo.snapshot(), kNow);
  EXPECT_EQ(demo.snapshot()->table<Host>().size(), 60U);
  EXPECT_EQ(view->index->units().size(), 400U);
  std::size_t targets = 0;
  demo.snapshot()->table<Node>().forEach([&](Id, const Node& node) { targets += node.target ? 1 : 0; });
  EXPECT_EQ(targets, 12U);
  std::set<std::string> rules;
  for (const Finding& finding : view->findings->list) rules.insert(std::string(finding.rule));
  for (const char* rule : {"R01", "R04", "R07", "R08", "R11", "R12", "R13", "R14", "R16", "R21", "R22"}) EXPECT_THAT(rules, Contains(Eq(rule)));
  for (const DemoTask& task : demoTasks()) EXPECT_FALSE(task.done(*demo.snapshot())) << task.title.toStdString();
}

TEST_F(DemoSourceTest, isTheSameForTheSameTime) {
  DemoSource other(kNow);
  other.start();
  EXPECT_EQ(textLines(diff(*demo.snapshot(), *other.snapshot()), *demo.snapshot(), *other.snapshot()), std::vector<std::string>{});
}

TEST_F(DemoSourceTest, aChangeSetTakesEffectIsConfirmedAndCanBeTakenBack) {
  const Id zone = *demo.snapshot()->find(Kind::Domain, "z_test05");
  const Id target = *demo.snapshot()->find(Kind::Node, "iqn.2026-01.example.corp:stor-z1.gold");
  const auto isIn = [&] { return demo.snapshot()->get<Domain>(zone)->nodes.contains(target); };
  const std::string id = committed(removeFromZone({Kind::Domain, zone}, {{Kind::Node, target}}));
  EXPECT_EQ(stateOf(id), "confirming");
  EXPECT_FALSE(isIn());
  const auto* applied = viewOf(*demo.snapshot(), kNow)->index->appliedAt(target);
  ASSERT_NE(applied, nullptr);
  EXPECT_FALSE(applied->admitted.contains(*demo.snapshot()->find(Kind::Node, "iqn.2026-01.example.corp:test05"))) << "agents apply it at once";
  ask(mgmt::Route::ConfirmChange, {id});
  EXPECT_EQ(stateOf(id), "confirmed");
  ask(mgmt::Route::RollBackChange, {id}, base::Json::Object{{"reason", "it was needed"}});
  EXPECT_TRUE(isIn());
  EXPECT_EQ(stateOf(id), "rolled-back");
}

TEST_F(DemoSourceTest, whatOthersHaveChangedMeanwhileIsNotCommitted) {
  const Id zone = *demo.snapshot()->find(Kind::Domain, "z_web01");
  const std::string first = draft({{EditOp::Set, {Kind::Domain, zone}, "name", std::string("one")}});
  committed({{EditOp::Set, {Kind::Domain, zone}, "name", std::string("two")}});
  ask(mgmt::Route::SubmitChange, {first}, base::Json::Object{{"reason", "late"}});
  ask(mgmt::Route::CommitChange, {first}, base::Json::Object{{"reason", "late"}});
  EXPECT_EQ(problem.code, "stale-draft");
  EXPECT_EQ(demo.snapshot()->get<Domain>(zone)->name, "two");
}

TEST_F(DemoSourceTest, withoutAReasonNothingIsSubmittedAndWhatNeedsAServerSaysSo) {
  const std::string id = draft({});
  ask(mgmt::Route::SubmitChange, {id}, base::Json::Object{{"reason", ""}});
  EXPECT_EQ(problem.code, "bad-value");
  ask(mgmt::Route::MakeEvidence);
  EXPECT_EQ(problem.code, "not-here");
}

TEST_F(DemoSourceTest, aChangeSetOnWhatItsAuthorHasSeenIsStaleWhereOthersHaveChangedTheSame) {
  const Revision seen = demo.snapshot()->revision;
  const ObjectRef zone{Kind::Domain, *demo.snapshot()->find(Kind::Domain, "z_db01")};
  committed({{EditOp::Set, zone, "name", std::string("of-another")}});
  const base::Json made =
      ask(mgmt::Route::CreateChange, {},
          base::Json::Object{
              {"base_revision", seen},
              {"edits", base::Json::Array{base::Json::Object{
                            {"op", "set"}, {"object", "domain:z_db01"}, {"field", "name"}, {"value", "mine"}}}}});
  EXPECT_EQ(base::numberOf(made, "base_revision"), seen);
  EXPECT_TRUE(base::truthOf(made, "stale"));
}

TEST_F(DemoSourceTest, thePastIsTheSanAsItWas) {
  SnapshotPtr before;
  demo.past(2, [&](const PastSan& past) { before = past ? *past : nullptr; });
  ASSERT_TRUE(test::pumpUntil([&] { return before != nullptr; }));
  EXPECT_EQ(before->revision, 2U);
  EXPECT_FALSE(before->find(Kind::Domain, "z_web_content"));
}

}  // namespace
