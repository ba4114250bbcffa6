// The pane of the draft while the SAN lives: what somebody reads there stays where it is.
#include <gtest/gtest.h>

#include <QLineEdit>
#include <QScrollBar>
#include <QTest>
#include <QTextBrowser>

#include "console-gui/widgets/draft_pane.h"
#include "tests/gui/access_world.h"

namespace console {
namespace {

TEST(DraftPaneTest, WhatADraftDoesKeepsItsPlaceWhileTheSanMovesAndAReasonIsWritten) {
  test::AccessWorld world;
  Workspace workspace;
  auto own = std::make_unique<test::TestSource>(world.san.done());
  test::TestSource* source = own.get();
  workspace.setSource(std::move(own));
  ASSERT_TRUE(test::eventually([&] { return workspace.present() && workspace.present()->findings; }));
  DraftPane pane(workspace);
  pane.resize(400, 300);
  pane.show();
  std::vector<san::Edit> edits;
  for (san::Id i = 0; i < 60; ++i) {
    const san::ObjectRef zone{san::Kind::Domain, workspace.draft().newObject(san::Kind::Domain).id + i};
    edits.push_back({san::EditOp::Create, zone, {}, {}});
    edits.push_back({san::EditOp::Set, zone, "name", "z" + std::to_string(i)});
  }
  ASSERT_TRUE(workspace.edit(QStringLiteral("Many"), std::move(edits)));
  ASSERT_TRUE(test::eventually([&] { return workspace.draft().effect() && !workspace.draft().isWorking(); }));
  test::pump();
  QScrollBar* bar = pane.findChild<QTextBrowser*>()->verticalScrollBar();
  ASSERT_GT(bar->maximum(), 100);
  bar->setValue(bar->maximum() / 2);
  const int place = bar->value();
  const ViewPtr before = workspace.present();
  source->put(world.san.done());
  ASSERT_TRUE(test::eventually([&] { return workspace.present() != before; }));
  test::pump();
  EXPECT_EQ(bar->value(), place) << "after a report";
  QTest::keyClicks(pane.findChild<QLineEdit*>(), QStringLiteral("why"));
  test::pump();
  EXPECT_EQ(bar->value(), place) << "and while a reason is written";
}

}  // namespace
}  // namespace console
