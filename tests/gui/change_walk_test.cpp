// The list of change sets as it is walked: whole where it can be, never without what somebody still has to do.
#include <gmock/gmock.h>

#include <algorithm>
#include <memory>

#include "console-gui/client/time_now.h"
#include "console-gui/model/change_list.h"
#include "shared/base/json_members.h"
#include "tests/gui/pump.h"
#include "tests/gui/slow_source.h"
#include "tests/support/san_builder.h"

using namespace console;
using namespace test;
using mgmt::Route;

namespace {

using JsonObject = base::Json::Object;
using JsonArray = base::Json::Array;

JsonObject changeOf(std::uint64_t id, const char* state, const char* origin, std::uint64_t at) {
  return {{"id", id}, {"version", std::uint64_t{2}}, {"state", state}, {"origin", origin}, {"created_at", at}};
}

struct ChangeWalk : testing::Test {
  SanBuilder san;
  Workspace workspace;
  SlowSource* source = nullptr;
  std::unique_ptr<ChangeList> changes;

  // Those of the wire have numbers above all others.
  static JsonObject wirePage(std::uint64_t first, int count, std::uint64_t next) {
    JsonArray items;
    for (int i = 0; i < count; ++i)
      items.emplace_back(changeOf(first - static_cast<std::uint64_t>(i), "committed", "wire", 1'000));
    return {{"items", std::move(items)}, {"next_cursor", next == 0 ? base::Json() : base::Json(next)}};
  }
  void SetUp() override {
    auto own = std::make_unique<SlowSource>(san.done());
    source = own.get();
    workspace.setSource(std::move(own));
    ASSERT_TRUE(pumpUntil([&] { return workspace.present() != nullptr; }));
    changes = std::make_unique<ChangeList>(workspace);
    changes->refresh();
    ASSERT_TRUE(pumpUntil([&] { return asked() == 1; }));
  }
  std::ptrdiff_t asked() const {
    return std::ranges::count(source->asked, Route::ListChanges, [](const auto& one) { return one.first.route; });
  }
  std::string asksFor(std::string_view name) const {
    for (const auto& [question, done] : source->asked) {
      if (question.route != Route::ListChanges) continue;
      for (const auto& [key, value] : question.query) {
        if (key == name) return value;
      }
    }
    return {};
  }
  bool answer(JsonObject list) { return source->answer(Route::ListChanges, base::Json(std::move(list))); }
  bool has(std::uint64_t id) const {
    return std::ranges::find(changes->rows(), id, &ChangeRow::id) != changes->rows().end();
  }
};

constexpr std::uint64_t kWire = 1ULL << 30;

TEST_F(ChangeWalk, changesOfTheWirePushNoChangeSetOfAPersonOutOfTheList) {
  ASSERT_TRUE(answer(wirePage(kWire + 200, 100, 7)));
  EXPECT_EQ(asksFor("cursor"), "7");
  ASSERT_TRUE(answer({{"items", JsonArray{changeOf(7, "confirming", "person", 2'000)}}, {"next_cursor", {}}}));
  EXPECT_FALSE(changes->isBusy());
  ASSERT_EQ(changes->rows().size(), 101U);
  EXPECT_EQ(changes->rows().front().id, 7U) << "the newest is first, whatever the numbers";
  EXPECT_FALSE(changes->isCut());
}

TEST_F(ChangeWalk, whatHasNotEndedIsListedWhereTheListIsTooLongToBeWalked) {
  for (std::size_t page = 0; page < ChangeList::kMostPages; ++page)
    ASSERT_TRUE(answer(wirePage(kWire + 5'000 - page * 100, 100, kWire + 4'900 - page * 100)));
  std::vector<std::string> states;
  for (std::string state = asksFor("state"); !state.empty(); state = asksFor("state")) {
    states.push_back(state);
    JsonArray items;
    if (state == "submitted") items.emplace_back(changeOf(7, "submitted", "person", 500));
    ASSERT_TRUE(answer({{"items", std::move(items)}, {"next_cursor", {}}}));
  }
  EXPECT_THAT(states, testing::ElementsAre("open", "submitted", "approved", "committing", "confirming", "waiting"));
  EXPECT_FALSE(changes->isBusy());
  EXPECT_TRUE(has(7));
  EXPECT_TRUE(changes->isCut());
}

TEST_F(ChangeWalk, whatIsAskedForDuringAWalkIsAskedOnceMoreAfterIt) {
  changes->refresh();
  ChangeList other(workspace);
  other.refresh();
  ASSERT_TRUE(pumpUntil([&] { return asked() == 2; }));
  EXPECT_TRUE(other.isBusy()) << "it asked, and the first one has let its turn pass";
  ASSERT_TRUE(answer({{"items", JsonArray{}}, {"next_cursor", {}}}));
  EXPECT_TRUE(changes->isBusy());
  EXPECT_TRUE(pumpUntil([&] { return asked() == 2; }));
}

TEST_F(ChangeWalk, theCountdownGoesByTheClockOfTheServer) {
  constexpr std::uint64_t kServer = 1'795'788'000;
  fixTime(static_cast<san::Seconds>(kServer) - 600);
  hearServerTime(static_cast<san::Seconds>(kServer));
  JsonObject row = changeOf(7, "confirming", "person", kServer);
  row.push_back({"confirm_deadline", kServer + 120});
  ASSERT_TRUE(answer({{"items", JsonArray{std::move(row)}}, {"next_cursor", {}}}));
  EXPECT_EQ(changes->index(0, ChangeList::State).data().toString(), QStringLiteral("confirm within 120 s"));
  forgetServerTime();
  fixTime(0);
}

}  // namespace
