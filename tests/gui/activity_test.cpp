// The audit log as a model, page by page and with a source that fails; the demo's log; the Activity page by keyboard.
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QPushButton>
#include <QTabBar>
#include <QTableView>
#include <QTest>
#include <QTextBrowser>

#include "console-gui/client/demo_source.h"
#include "console-gui/client/problem_reader.h"
#include "console-gui/pages/activity_detail.h"
#include "console-gui/pages/activity_page.h"
#include "shared/base/hex.h"
#include "shared/base/json_members.h"
#include "shared/evidence/audit_chain.h"
#include "tests/gui/pump.h"

namespace console {
namespace {

constexpr san::Seconds kTime = 1'795'788'000;

// A log of any length, that can be out of order.
class LogSource : public DemoSource {
 public:
  explicit LogSource(std::size_t records) : DemoSource(kTime), records_(records) {}
  std::size_t records_;
  bool fails_ = false, odd_ = false;
  std::vector<mgmt::Query> asked_;
  void ask(const Ask& question, Answered done) override {
    if (question.route != mgmt::Route::ListAudit) return DemoSource::ask(question, std::move(done));
    asked_.push_back(question.query);
    if (fails_) return done(base::fail(unreached("The cable is out.")));
    const auto number = [&](std::string_view name, std::uint64_t absent) {
      for (const auto& [key, value] : question.query) {
        if (key == name) return static_cast<std::uint64_t>(std::stoull(value));
      }
      return absent;
    };
    const std::uint64_t from = number("from", 1), limit = number("limit", 100);
    std::uint64_t at = std::min<std::uint64_t>(number("cursor", records_), records_);
    base::Json::Array items;
    for (; at >= from && at > 0 && items.size() < limit; --at) {
      ops::AuditRecord record;
      record.sequence = at;
      record.revision = at;
      record.time = base::WallTime(std::chrono::seconds(kTime - static_cast<san::Seconds>(records_ - at) * 60));
      record.actor = "anna";
      record.event = "change.commit";
      record.object = at % 700 == 0 ? "domain:rare" : "domain:usual";
      base::Json::Object json = *ops::toJson(record).object();
      json.push_back({"hash", "00"});
      if (odd_) json.push_back({"more", "x"});
      items.emplace_back(std::move(json));
    }
    done(base::Json(base::Json::Object{{"items", std::move(items)},
                                       {"next_cursor", at >= from && at > 0 ? base::Json(at) : base::Json()}}));
  }
};

struct LogWorld {
  Workspace workspace;
  LogSource* source;
  AuditModel model{workspace};
  QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Fatal};
  explicit LogWorld(std::size_t records) {
    tester.setUseFetchMore(false);  // it would fetch all by itself, in the middle of a change
    auto made = std::make_unique<LogSource>(records);
    source = made.get();
    workspace.setSource(std::move(made));
  }
};

TEST(AuditModel, fetchesPageByPageUntilTheWholeLogIsThere) {
  LogWorld world(450);
  world.model.look();
  EXPECT_EQ(world.model.rowCount(), 200);
  EXPECT_EQ(world.model.at(0)->record.sequence, 450U);
  ASSERT_TRUE(world.model.canFetchMore({}));
  world.model.fetchMore({});
  world.model.fetchMore({});
  EXPECT_EQ(world.model.rowCount(), 450);
  EXPECT_EQ(world.model.at(449)->record.sequence, 1U);
  EXPECT_FALSE(world.model.canFetchMore({}));
  EXPECT_EQ(world.model.whyNoMore(), QStringLiteral("This is the whole log."));
}

TEST(AuditModel, newerRecordsComeInFrontAndAGapOfMoreThanAPageBeginsAnew) {
  LogWorld world(10);
  world.model.look();
  world.source->records_ = 15;
  world.model.look();
  EXPECT_EQ(world.model.rowCount(), 15);
  EXPECT_EQ(world.model.at(0)->record.sequence, 15U);
  world.source->records_ = 1000;
  world.model.look();
  EXPECT_EQ(world.model.at(0)->record.sequence, 1000U);
  EXPECT_EQ(world.model.at(199)->record.sequence, 801U) << "no gap";
  EXPECT_EQ(world.model.rowCount(), 200) << "what was there before is not joined to it";
}

TEST(AuditModel, holdsNoMoreThanItsBoundHoweverLongItIsLeftOpen) {
  Workspace workspace;
  auto own = std::make_unique<LogSource>(AuditModel::kMost + 300);
  LogSource* source = own.get();
  workspace.setSource(std::move(own));
  AuditModel model(workspace);  // without a tester, which would look at every row of each page
  model.look();
  while (model.canFetchMore({})) model.fetchMore({});
  ASSERT_EQ(model.looked(), AuditModel::kMost);
  for (int i = 0; i < 3; ++i) {
    source->records_ += 150;
    model.look();
  }
  EXPECT_LE(model.looked(), AuditModel::kMost);
  EXPECT_EQ(model.rowCount(), static_cast<int>(AuditModel::kMost));
  EXPECT_EQ(model.at(0)->record.sequence, AuditModel::kMost + 750);
  EXPECT_EQ(model.at(model.rowCount() - 1)->record.sequence, 751U);
  EXPECT_FALSE(model.whyNoMore().isEmpty());
}

TEST(AuditModel, aSourceThatFailsSaysWhyAndTheNextLookGoesOn) {
  LogWorld world(300);
  world.source->fails_ = true;
  world.model.look();
  EXPECT_EQ(world.model.rowCount(), 0);
  EXPECT_TRUE(world.model.fault().contains(QStringLiteral("The cable is out.")));
  EXPECT_FALSE(world.model.canFetchMore({}));
  world.source->fails_ = false;
  world.model.look();
  EXPECT_EQ(world.model.rowCount(), 200);
  EXPECT_TRUE(world.model.fault().isEmpty());
  world.source->fails_ = true;
  world.model.fetchMore({});
  EXPECT_EQ(world.model.rowCount(), 200) << "what is there stays";
  EXPECT_FALSE(world.model.fault().isEmpty());
}

TEST(AuditModel, recordsWithMembersThatItDoesNotKnowAreAFaultAndNotGuessedAt) {
  LogWorld world(3);
  world.source->odd_ = true;
  world.model.look();
  EXPECT_EQ(world.model.rowCount(), 0);
  EXPECT_FALSE(world.model.fault().isEmpty());
}

TEST(AuditModel, looksThroughPagesForAnObjectAndStopsAtTheTime) {
  LogWorld world(1500);
  AuditFilter filter;
  filter.object = QStringLiteral("rare");
  world.model.setFilter(filter);
  EXPECT_EQ(world.model.rowCount(), 1);
  EXPECT_EQ(world.model.at(0)->record.sequence, 1400U);
  filter = {};
  filter.since = kTime - 10 * 60;
  world.model.setFilter(filter);
  EXPECT_EQ(world.model.rowCount(), 11);
  EXPECT_FALSE(world.model.canFetchMore({}));
}

TEST(AuditModel, asksTheSourceForEventAndActor) {
  LogWorld world(3);
  AuditFilter filter;
  filter.event = "change.commit";
  filter.actor = "anna";
  world.model.setFilter(filter);
  const mgmt::Query& query = world.source->asked_.back();
  EXPECT_NE(std::ranges::find(query, std::pair<std::string, std::string>("event", "change.commit")), query.end());
  EXPECT_NE(std::ranges::find(query, std::pair<std::string, std::string>("actor", "anna")), query.end());
  EXPECT_NE(std::ranges::find(query, std::pair<std::string, std::string>("order", "newest")), query.end());
}

struct DemoLog : testing::Test {
  DemoSource demo{kTime};
  void SetUp() override {
    demo.start();
    test::pump();
  }
  base::Json ask(mgmt::Route route, mgmt::Query query, std::vector<std::string> segments = {}, base::Json body = {}) {
    std::optional<Answer> got;
    demo.ask({route, std::move(segments), std::move(query), std::move(body)},
             [&](const Answer& answer) { got = answer; });
    EXPECT_TRUE(test::pumpUntil([&] { return got.has_value(); }));
    code = *got ? std::string() : got->error().code;
    return *got ? **got : base::Json();
  }
  std::string code;
};

TEST_F(DemoLog, itsRecordsAreThoseOfTheApiAndTheirHashesAreAChain) {
  const base::Json log = ask(mgmt::Route::ListAudit, {{"limit", "1000"}});
  evidence::Digest head = evidence::genesisHash("demo");
  std::uint64_t sequence = 0;
  for (const base::Json& item : *log.find("items")->array()) {
    base::Json::Object members = *item.object();
    const std::string hash = base::textOf(item, "hash");
    std::erase_if(members, [](const base::JsonMember& member) { return member.name == "hash"; });
    const auto record = ops::auditRecordFromJson(base::Json(std::move(members)));
    ASSERT_TRUE(record) << record.error().text;
    EXPECT_EQ(record->sequence, ++sequence);
    EXPECT_NE(ops::findAuditEvent(record->event), nullptr) << record->event;
    head = evidence::linkHash(head, *record);
    EXPECT_EQ(hash, base::hexText(head));
  }
  EXPECT_GT(sequence, 20U);
}

TEST_F(DemoLog, pagesAndFiltersAndRefusesAsAServer) {
  const base::Json first = ask(mgmt::Route::ListAudit, {{"order", "newest"}, {"limit", "2"}});
  ASSERT_EQ(first.find("items")->array()->size(), 2U);
  const auto next = std::to_string(base::numberOf(first, "next_cursor"));
  const base::Json second = ask(mgmt::Route::ListAudit, {{"order", "newest"}, {"limit", "2"}, {"cursor", next}});
  EXPECT_EQ(base::numberOf(second.find("items")->array()->front(), "sequence") + 1,
            base::numberOf(first.find("items")->array()->back(), "sequence"));
  const base::Json carlas = ask(mgmt::Route::ListAudit, {{"event", "change.approve"}, {"actor", "carla"}});
  EXPECT_FALSE(carlas.find("items")->array()->empty());
  for (const base::Json& item : *carlas.find("items")->array()) {
    EXPECT_EQ(base::textOf(item, "actor"), "carla");
    EXPECT_EQ(base::textOf(item, "event"), "change.approve");
  }
  ask(mgmt::Route::ListAudit, {{"event", "no.such"}});
  EXPECT_EQ(code, "bad-parameter");
  ask(mgmt::Route::ListAudit, {{"order", "sideways"}});
  EXPECT_EQ(code, "bad-parameter");
}

TEST_F(DemoLog, whatIsDoneInTheDemoIsRecorded) {
  const auto id = std::to_string(base::numberOf(
      ask(mgmt::Route::CreateChange, {}, {}, base::Json::Object{{"title", "t"}, {"edits", base::Json::Array{}}}),
      "id"));
  ask(mgmt::Route::SubmitChange, {}, {id}, base::Json::Object{{"reason", "because"}, {"ticket", "T-1"}});
  const base::Json log = ask(mgmt::Route::ListAudit, {{"order", "newest"}, {"limit", "2"}});
  const base::Json& submitted = log.find("items")->array()->front();
  EXPECT_EQ(base::textOf(submitted, "event"), "change.submit");
  EXPECT_EQ(base::textOf(submitted, "reason"), "because");
  EXPECT_EQ(base::textOf(submitted, "ticket"), "T-1");
  EXPECT_EQ(base::textOf(submitted, "object"), "change-set:#" + id);
  EXPECT_EQ(base::textOf(log.find("items")->array()->back(), "event"), "change.draft");
}

struct PageWorld {
  Workspace workspace;
  ActivityPage page{workspace};
  PageWorld() {
    workspace.setSource(std::make_unique<DemoSource>(kTime));
    page.resize(1400, 850);
    page.show();
    EXPECT_TRUE(QTest::qWaitFor([&] { return workspace.present() && workspace.present()->findings; }, 20'000));
  }
  QPushButton* button(const QString& start) {
    for (auto* one : page.findChildren<QPushButton*>()) {
      if (one->text().startsWith(start)) return one;
    }
    return nullptr;
  }
  QTableView* table() {
    for (auto* one : page.findChildren<QTableView*>()) {
      if (one->isVisible()) return one;
    }
    return nullptr;
  }
};

TEST(ActivityPage, holdsTheFeedByKeyboardAndSaysHowMuchIsHeld) {
  PageWorld world;
  auto* pause = world.button(QStringLiteral("Pause"));
  ASSERT_NE(pause, nullptr);
  pause->setFocus();
  QTest::keyClick(pause, Qt::Key_Space);
  ASSERT_TRUE(world.page.feed().isPaused());
  world.page.feed().take(std::vector<FeedEntry>(3));
  EXPECT_TRUE(pause->text().contains(QLatin1String("3"))) << pause->text().toStdString();
  EXPECT_EQ(world.page.feed().rowCount(), 0);
  QTest::keyClick(pause, Qt::Key_Space);
  EXPECT_EQ(world.page.feed().rowCount(), 3);
}

TEST(ActivityPage, aRecordIsComparedWithTheRevisionBeforeAndShownAsItWasThen) {
  PageWorld world;
  auto* tabs = world.page.findChild<QTabBar*>();
  tabs->setFocus();
  QTest::keyClick(tabs, Qt::Key_Right);
  ASSERT_EQ(world.page.part(), ActivityPage::Part::History);
  ASSERT_TRUE(QTest::qWaitFor([&] { return world.page.audit().rowCount() > 0; }, 5000));
  ASSERT_NE(world.table(), nullptr);
  world.table()->setFocus();
  QTest::keyClick(world.table(), Qt::Key_Home, Qt::ControlModifier);
  for (int i = 0;
       i < 200 && world.page.audit().at(world.table()->currentIndex().row())->record.event != "change.commit"; ++i) {
    QTest::keyClick(world.table(), Qt::Key_Down);
  }
  const san::Revision revision = world.page.audit().at(world.table()->currentIndex().row())->record.revision;
  auto* compare = world.button(QStringLiteral("What changed then"));
  ASSERT_TRUE(compare->isEnabled());
  compare->setFocus();
  QTest::keyClick(compare, Qt::Key_Space);
  auto* detail = world.page.findChild<QTextBrowser*>();
  EXPECT_TRUE(QTest::qWaitFor(
      [&] {
        return detail->toPlainText().contains(QStringLiteral("Revision %1 against %2").arg(revision).arg(revision - 1));
      },
      5000));
  auto* then = world.button(QStringLiteral("Show it at that revision"));
  ASSERT_TRUE(then->isEnabled());
  then->setFocus();
  QTest::keyClick(then, Qt::Key_Space);
  ASSERT_TRUE(QTest::qWaitFor([&] { return world.workspace.isPast(); }, 10'000));
  EXPECT_EQ(world.workspace.shown()->revision(), revision);
  EXPECT_EQ(world.workspace.selection().current().kind, san::Kind::ChangeSet);
}

TEST(ActivityPage, withNothingChosenEveryDeedSaysWhyNot) {
  PageWorld world;
  EXPECT_FALSE(world.page.whyNoCompare().isEmpty());
  EXPECT_FALSE(world.page.whyNoThen().isEmpty());
  EXPECT_FALSE(world.page.whyNoObject().isEmpty());
  EXPECT_FALSE(world.page.whyNoOlder().isEmpty());
}

TEST(ActivityDetail, escapesWhatStrangersChose) {
  AuditRow row;
  row.record.event = "login.refused";
  row.record.actor = "<img src=x>";
  row.record.reason = "<b>bold</b>";
  const QString html = recordHtml(nullptr, row, kTime);
  EXPECT_FALSE(html.contains(QStringLiteral("<img")));
  EXPECT_FALSE(html.contains(QStringLiteral("<b>bold")));
}

}  // namespace
}  // namespace console
