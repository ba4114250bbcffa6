// Views that come though nothing has changed: the rules look at the time, too.
#include "console-gui/model/view_maker.h"

#include <gmock/gmock.h>

#include "console-gui/client/demo_source.h"
#include "console-gui/client/time_now.h"
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
