// Views that come though nothing has changed: the rules look at the time, too.
#include "console-gui/model/view_maker.h"

#include <gmock/gmock.h>

#include <QFile>
#include <QTemporaryDir>

#include "console-gui/client/demo_source.h"
#include "console-gui/client/file_source.h"
#include "console-gui/client/time_now.h"
#include "console-gui/model/overview_facts.h"
#include "shared/mgmt/snapshot_writer.h"
#include "tests/gui/access_world.h"
#include "tests/gui/pump.h"

using namespace console;
using test::pumpUntil;

namespace {

constexpr san::Seconds kBegin = 1'795'788'000;
constexpr san::Seconds kDay = 86'400;

TEST(ViewMaker, withoutAnyChangeTheRulesAreJudgedAnewAsTimeGoesOn) {
  fixTime(kBegin);
  ViewMaker maker;
  ViewPtr view;
  QObject::connect(&maker, &ViewMaker::made, [&](const ViewPtr& made) { view = made; });
  maker.offer(std::make_shared<const san::Snapshot>(demoHistory(kBegin).back().snapshot));
  ASSERT_TRUE(pumpUntil([&] { return view && view->findings; }));
  const std::size_t before = view->findings->open();
  fixTime(kBegin + 30 * kDay);
  auto* rules = maker.findChild<QTimer*>();
  ASSERT_NE(rules, nullptr);
  EXPECT_EQ(rules->interval(), ViewMaker::kRulesAge);
  rules->start(1);
  EXPECT_TRUE(pumpUntil([&] { return view->findings->open() != before; })) << "all agents are silent now";
  fixTime(0);
}

// Of a server that cannot be heard nobody knows who has reported since.
TEST(ViewMaker, whatNobodyVouchesForIsJudgedAtTheTimeItIsOf) {
  test::AccessWorld world;
  fixTime(test::AccessWorld::kNow);
  Workspace workspace;
  auto own = std::make_unique<test::TestSource>(world.san.done());
  test::TestSource* source = own.get();
  workspace.setSource(std::move(own));
  // The rules look at each revision.
  const auto move = [&](const char* site) {
    world.san.create(san::Kind::Site, {{"name", std::string(site)}});
    source->put(world.san.done());
    const san::Revision now = world.san.done().revision;
    return pumpUntil([&] { return workspace.present()->findingsRevision == now; });
  };
  const auto isSilent = [&] {
    const auto& all = workspace.shown()->findings->list;
    return std::ranges::any_of(all, [](const san::Finding& one) { return one.rule == "R22"; });
  };
  ASSERT_TRUE(pumpUntil([&] { return workspace.present() && workspace.present()->findings; }));
  EXPECT_FALSE(isSilent());

  source->link_ = {LinkState::Offline, "The server cannot be reached.", test::AccessWorld::kNow + 5, 0};
  fixTime(test::AccessWorld::kNow + 600);
  ASSERT_TRUE(move("Bern"));
  EXPECT_FALSE(isSilent());
  EXPECT_EQ(workspace.shownTime(), test::AccessWorld::kNow + 5);
  EXPECT_EQ(overviewOf(*workspace.shown(), 0, workspace.shownTime()).reporting, 1U);

  source->link_ = {LinkState::Live, {}, 0, 0};
  ASSERT_TRUE(move("Zurich"));
  EXPECT_TRUE(isSilent()) << "what is live is judged by the clock";
  EXPECT_EQ(workspace.shownTime(), test::AccessWorld::kNow + 600);
  fixTime(0);
}

TEST(ViewMaker, aSavedFileIsJudgedAtTheTimeItIsOf) {
  test::AccessWorld world;
  QTemporaryDir folder;
  QFile file(folder.path() + QStringLiteral("/san.json"));
  san::Snapshot saved = world.san.done();
  saved.time = test::AccessWorld::kNow - 3600;  // of its last revision; the agent has reported since
  const std::string text = mgmt::snapshotText(saved);
  ASSERT_TRUE(file.open(QIODevice::WriteOnly) && file.write(text.data(), static_cast<qint64>(text.size())) > 0);
  file.close();
  fixTime(test::AccessWorld::kNow + 7 * kDay);
  Workspace workspace;
  workspace.setSource(std::make_unique<FileSource>(file.fileName()));
  ASSERT_TRUE(pumpUntil([&] { return workspace.present() && workspace.present()->findings; }));
  for (const san::Finding& finding : workspace.present()->findings->list)
    EXPECT_NE(finding.rule, "R22") << finding.text;
  const OverviewFacts facts = overviewOf(*workspace.shown(), 0, workspace.shownTime());
  EXPECT_EQ(facts.reporting, facts.agents);
  fixTime(0);
}

TEST(View, whatHasNoNameIsCalledByWhomItJoins) {
  test::AccessWorld world;
  const auto& san = world.san.done();
  const auto first = [&]<class T>(T*) {
    san::ObjectRef ref;
    san.table<T>().forEach([&](san::Id id, const T&) { ref = ref ? ref : san::ObjectRef{T::kKind, id}; });
    return titled(san, ref);
  };
  EXPECT_EQ(first(static_cast<san::Map*>(nullptr)), QStringLiteral("LUN 0 of disk1 for web1"));
  EXPECT_EQ(first(static_cast<san::Approval*>(nullptr)), QStringLiteral("db-data for web1"));
  EXPECT_TRUE(first(static_cast<san::Session*>(nullptr)).startsWith(QStringLiteral("web1 \u2192 ")));
  EXPECT_EQ(titled(san, {san::Kind::Session, 999'999}), QStringLiteral("session #999999")) << "one that is gone";
}

}  // namespace
