// Ways back in time that are left before the past has come: it does not come any more. And what is not known of the
// past.
#include <gtest/gtest.h>

#include <vector>

#include "console-gui/model/access_model.h"
#include "console-gui/model/overview_facts.h"
#include "console-gui/model/report_table.h"
#include "shared/mgmt/snapshot_reader.h"
#include "shared/mgmt/snapshot_writer.h"
#include "tests/gui/access_world.h"
#include "tests/gui/pump.h"

using namespace console;
using namespace test;

namespace {

struct PastTest : testing::Test {
  AccessWorld world;
  san::Snapshot first = world.san.done(), second, third;
  Workspace workspace;
  std::vector<san::Revision> shown;

  void SetUp() override {
    world.san.create(Kind::Site, {{"name", std::string("Zurich")}});
    second = world.san.done();
    world.san.create(Kind::Site, {{"name", std::string("Bern")}});
    third = world.san.done();
    auto source = std::make_unique<TestSource>(third);
    source->keep(first);
    source->keep(second);
    workspace.setSource(std::move(source));
    ASSERT_TRUE(pumpUntil([&] { return workspace.present() != nullptr; }));
    // The present comes once more, with its findings.
    QObject::connect(&workspace, &Workspace::shownChanged, &workspace, [this] {
      if (workspace.isPast()) shown.push_back(workspace.shown()->revision());
    });
  }
  // What is asked for after all else is what is shown, and nothing before it was.
  void expectNothingButTheSecond() {
    workspace.showPast(second.revision);
    EXPECT_TRUE(pumpUntil([&] { return workspace.isPast() && workspace.shown()->revision() == second.revision; }));
    EXPECT_EQ(shown, std::vector<san::Revision>{second.revision});
  }
};

TEST_F(PastTest, whoHasGoneBackToThePresentIsNotTakenIntoThePastByALateAnswer) {
  workspace.showPast(first.revision);
  workspace.showPast(0);
  expectNothingButTheSecond();
}

TEST_F(PastTest, whoHasGoneBackToAnotherPlaceIsNotTakenIntoThePastByALateAnswer) {
  workspace.go(PageId::Zoning);
  workspace.showPast(first.revision);
  workspace.goBack();
  expectNothingButTheSecond();
}

TEST_F(PastTest, theNewestOfTwoQuestionsCounts) {
  workspace.showPast(first.revision);
  expectNothingButTheSecond();
}

TEST_F(PastTest, aComparisonThatHasEndedIsNotBegunByALateAnswer) {
  AccessModel model(workspace);
  model.show(workspace.shown());
  ASSERT_TRUE(pumpUntil([&] { return model.grid() != nullptr && !model.isBusy(); }));
  model.compareWith(first.revision, false);
  model.endComparison();
  bool come = false;  // what was asked before has been answered by then
  workspace.source()->past(first.revision, [&](const PastSan&) { come = true; });
  ASSERT_TRUE(pumpUntil([&] { return come; }));
  EXPECT_FALSE(model.isBusy());
  EXPECT_FALSE(model.comparison());
}

// Reports that told nothing new are in no revision: an agent of the history has no last report, and is not silent.
TEST(Past, whenAgentsReportedIsNotKnownOfIt) {
  AccessWorld world;
  san::Snapshot then = world.san.done();
  then.replayed = true;
  const auto come = mgmt::readSnapshot(mgmt::snapshotText(then), 1);
  ASSERT_TRUE(come);
  const san::Seconds later = AccessWorld::kNow + 100'000;
  const ViewPtr view = viewOf(*come, later);
  for (const san::Finding& finding : view->findings->list) EXPECT_NE(finding.rule, "R22") << finding.text;

  const OverviewFacts facts = overviewOf(*view, 0, later);
  EXPECT_EQ(facts.agents, 1U);
  EXPECT_FALSE(facts.reportsKept);
  EXPECT_FALSE(facts.missing.certain) << "and nothing is green for it";

  const auto unit = view->index->unitNumber(world.data);
  ASSERT_TRUE(unit);
  EXPECT_FALSE(AccessFacts::make(view, later)->isSilent(*unit));

  ReportWish wish;
  wish.view = view;
  wish.now = later;
  EXPECT_TRUE(makeReport(wish)->statement.contains(QStringLiteral("not kept"))) << "and not that it is silent";
  EXPECT_FALSE(makeReport(wish)->complete);
  wish.kind = ReportKind::Coverage;
  const ReportPtr coverage = makeReport(wish);
  ASSERT_FALSE(coverage->rows.empty());
  EXPECT_TRUE(coverage->rows.front()[2].starts_with("not kept")) << coverage->rows.front()[2];
  EXPECT_EQ(coverage->rows.front()[3], "");
}

}  // namespace
