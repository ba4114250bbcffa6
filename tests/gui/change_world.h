// The zoning page on a source that answers when the test says so, with a draft; then with a change set to approve and
// commit.
#pragma once

#include <gmock/gmock.h>

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <algorithm>

#include "console-gui/model/zone_edits.h"
#include "console-gui/pages/zoning_page.h"
#include "console-gui/widgets/ask_strip.h"
#include "console-gui/widgets/draft_pane.h"
#include "shared/base/json_members.h"
#include "tests/gui/pump.h"
#include "tests/gui/slow_source.h"
#include "tests/support/san_builder.h"

namespace test_changes {

using namespace console;
using namespace test;
using mgmt::Route;
using Object = base::Json::Object;
using Array = base::Json::Array;

inline Answer taken() {
  return base::Json(base::Json::Object{{"id", std::uint64_t{7}}, {"version", std::uint64_t{1}}});
}
inline Answer refused() { return base::fail(Problem{409, "conflict", "It does not fit", "", "", {}}); }

struct SubmitTest : testing::Test {
  SanBuilder san;
  Id host = san.host("web1", "iqn.2026-01.example:web1");
  Id initiator = san.nodeNamed("iqn.2026-01.example:web1");
  Id target = san.target("iqn.2026-01.example:disk1");
  Id domain = san.zone("zone1", {target});
  QTemporaryDir folder;
  Workspace workspace{nullptr, folder.filePath(QStringLiteral("drafts"))};
  SlowSource* source = nullptr;
  ZoningPage page{workspace};

  void SetUp() override {
    auto own = std::make_unique<SlowSource>(san.done());
    source = own.get();
    workspace.setSource(std::move(own));
    page.resize(1400, 900);
    page.show();
    ASSERT_TRUE(pumpUntil([&] { return workspace.present() != nullptr; }));
    ASSERT_TRUE(add());
    ASSERT_TRUE(pumpUntil([&] { return workspace.draft().effect() && !workspace.draft().isWorking(); }));
  }
  bool add() {
    return workspace.edit(QStringLiteral("Add web1"),
                          addToZone(workspace.draft().result(), {Kind::Domain, domain}, {{Kind::Node, initiator}}));
  }
  bool rename() {
    return workspace.edit(QStringLiteral("Rename"),
                          {{EditOp::Set, {Kind::Domain, domain}, "name", std::string("zone2")}});
  }
  QLineEdit* line(const char* name) {
    for (QLineEdit* one : page.findChildren<QLineEdit*>()) {
      if (one->accessibleName() == QLatin1String(name)) return one;
    }
    return nullptr;
  }
  QPushButton* submit() {
    for (QPushButton* one : page.findChild<DraftPane*>()->findChildren<QPushButton*>()) {
      if (one->text() == QStringLiteral("Submit")) return one;
    }
    return nullptr;
  }
  // Somebody registers something.
  void moveSan() {
    san.initiator("iqn.2026-01.example:other" + std::to_string(san.done().revision));
    source->put(san.done());
  }
  void submitFor(const QString& reason, const QString& ticket) {
    line("Reason of the change set")->setText(reason);
    line("Ticket of the change set")->setText(ticket);
    submit()->click();
  }
};

inline Answer guarded(const char* severity) {
  base::Json body(Object{{"objections", Array{Object{{"severity", severity}, {"text", "It ends sessions."}}}}});
  return base::fail(Problem{409, "guard", "A guard stops the change", "It ends sessions.", "", std::move(body)});
}

struct CommitTest : SubmitTest {
  QPushButton* button(const char* text) {
    for (QPushButton* one : page.findChildren<QPushButton*>()) {
      if (one->text() == QLatin1String(text)) return one;
    }
    return nullptr;
  }
  void SetUp() override {
    SubmitTest::SetUp();
    source->who_.rights.insert(source->who_.rights.end(), {"change.approve", "change.commit"});
    workspace.draft().clear();
    // It is asked for anew with each state of the SAN, and the findings of the first one come later.
    ASSERT_TRUE(pumpUntil([&] { return workspace.present()->findings != nullptr; }));
    do {
      ASSERT_TRUE(list());
    } while (workspace.changes().isBusy());
    page.findChild<QTableView*>(QStringLiteral("changes"))->selectRow(0);
    ASSERT_TRUE(isAsked(Route::ImpactChange));
  }
  // Answers who asks for the change sets.
  bool list() {
    Object row{{"id", std::uint64_t{7}},
               {"version", std::uint64_t{2}},
               {"state", "submitted"},
               {"author", "anna"},
               {"reason", "as planned"}};
    return pumpUntil([&] { return isAsked(Route::ListChanges); }) &&
           source->answer(Route::ListChanges, base::Json(Object{{"items", Array{std::move(row)}}}));
  }
  bool isAsked(Route route) {
    return std::ranges::any_of(source->asked, [&](const auto& one) { return one.first.route == route; });
  }
  base::Json bodyOf(Route route) {
    const auto at = std::ranges::find(source->asked, route, [](const auto& one) { return one.first.route; });
    return at == source->asked.end() ? base::Json() : at->first.body;
  }
  void showEffect() {
    ASSERT_TRUE(source->answer(
        Route::ImpactChange,
        base::Json(Object{{"sentences", Array{"web1 gains disk 6001."}}, {"objections", Array{}}, {"hash", "5eed"}})));
  }
  // When what it does is shown.
  void commit() {
    while (isAsked(Route::ImpactChange)) showEffect();
    button("Commit")->click();
  }
  AskStrip* strip() { return page.findChild<AskStrip*>(); }
};

}  // namespace test_changes
