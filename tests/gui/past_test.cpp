// Ways back in time that are left before the past has come: it does not come any more.
#include <gtest/gtest.h>

#include <vector>

#include "console-gui/model/access_model.h"
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

}  // namespace
