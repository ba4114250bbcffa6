// What is done by keyboard alone: findings, credentials, reports, activity.
#include <QComboBox>
#include <QDateEdit>
#include <QFile>
#include <QListWidget>
#include <QTabBar>
#include <QTextBrowser>
#include <QTreeView>

#include "console-gui/model/audit_model.h"
#include "console-gui/model/credential_table.h"
#include "console-gui/model/finding_tree.h"
#include "console-gui/pages/activity_page.h"
#include "console-gui/pages/reports_page.h"
#include "console-gui/report/save_file.h"
#include "shared/base/hex.h"
#include "tests/gui/keyboard_world.h"
#include "tests/support/tiny_pack.h"

namespace console {
namespace {

using test::pumpUntil;

struct KeyboardDeeds : test_keys::KeyboardTest {
  // Down, until the line is the right one.
  bool downTo(const std::function<bool()>& there) {
    for (int i = 0; i < 400 && !there(); ++i) press(Qt::Key_Down);
    return there();
  }
};

// --- findings ---

struct KeyboardFindings : KeyboardDeeds {
  QTreeView& tree() { return *part<QTreeView>(PageId::Findings); }
  const san::Finding* finding() {
    return static_cast<const FindingTree*>(tree().model())->findingOf(tree().currentIndex());
  }
  void open() {
    press(Qt::Key_6, Qt::ControlModifier);
    ASSERT_TRUE(tabTo(QStringLiteral("Findings by rule and cause"), "QTreeView"));
    press(Qt::Key_Asterisk);  // opens all that is below
    press(Qt::Key_Home);
  }
};

TEST_F(KeyboardFindings, theMendOfACauseIsAStepOfTheDraftThatUndoTakesBack) {
  open();
  ASSERT_TRUE(downTo([&] {
    press(Qt::Key_Right);
    return finding() != nullptr && window.actions().action(ActionId::FindingMend)->isEnabled();
  }));
  const std::string rule(finding()->rule);
  ASSERT_TRUE(button(QStringLiteral("Mend as draft")));
  ASSERT_EQ(workspace.draft().undo().count(), 1);
  EXPECT_FALSE(workspace.draft().edits().empty()) << "a step that does something";
  EXPECT_THAT(workspace.draft().undo().undoText().toStdString(), testing::StartsWith("Mend " + rule));
  press(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_TRUE(workspace.draft().isEmpty());
}

TEST_F(KeyboardFindings, aWaiverHasItsReasonAndTheDayThatWasTyped) {
  open();
  ASSERT_TRUE(downTo([&] {
    press(Qt::Key_Right);
    return finding() != nullptr && finding()->open();
  }));
  const std::string rule(finding()->rule);
  command(QStringLiteral("Waive the finding"));
  ASSERT_TRUE(qobject_cast<QLineEdit*>(QApplication::focusWidget())) << focusName().toStdString();
  type(QStringLiteral("Until the array is replaced"));
  press(Qt::Key_Tab);
  auto* day = qobject_cast<QDateEdit*>(QApplication::focusWidget());
  ASSERT_NE(day, nullptr) << focusName().toStdString();
  const QDate proposed = day->date();
  press(Qt::Key_Up);  // a year more
  const QDate chosen = day->date();
  ASSERT_GT(chosen, proposed);
  ASSERT_TRUE(button(QStringLiteral("Waive")));  // past the month and the day
  ASSERT_FALSE(workspace.draft().isEmpty()) << lastNotice();
  std::size_t waivers = 0;
  workspace.draft().result().table<san::Waiver>().forEach([&](san::Id, const san::Waiver& waiver) {
    if (waiver.reason != "Until the array is replaced") return;
    ++waivers;
    EXPECT_EQ(waiver.rule, rule);
    EXPECT_EQ(waiver.expires, static_cast<san::Seconds>(chosen.endOfDay().toSecsSinceEpoch()));
  });
  EXPECT_EQ(waivers, 1U);
}

// --- credentials ---

struct KeyboardCredentials : KeyboardDeeds {
  QTableView& view() { return *table("credentials"); }
  const CredentialTable& model() { return *static_cast<const CredentialTable*>(view().model()); }
  const CredentialRow* row() { return model().at(view().currentIndex().row()); }
  const CredentialRow* rowOf(const char* host) {
    for (const CredentialRow& one : model().rows()) {
      if (one.host == QLatin1String(host)) return &one;
    }
    return nullptr;
  }
  void choose(const char* host) {
    press(Qt::Key_5, Qt::ControlModifier);
    ASSERT_TRUE(tabTo(QStringLiteral("Credentials"), "QTableView"));
    press(Qt::Key_Home, Qt::ControlModifier);  // chooses nothing yet, as more than one can be chosen
    press(Qt::Key_Space);
    ASSERT_TRUE(downTo([&] { return row() != nullptr && row()->host == QLatin1String(host); }));
  }
};

TEST_F(KeyboardCredentials, aSecretIsChangedAndALoginProvesIt) {
  choose("app03");
  ASSERT_NE(rowOf("app03")->weaknesses, 0U);
  ASSERT_TRUE(button(QStringLiteral("Change...")));
  type(QStringLiteral("It is too short"));
  press(Qt::Key_Return);
  ASSERT_TRUE(pumpUntil([&] { return rowOf("app03")->weaknesses == 0; })) << lastNotice();
  EXPECT_EQ(rowOf("app03")->state, san::CredentialState::Active);
}

TEST_F(KeyboardCredentials, aNewOneIsMadeAndTheServerMakesItsSecret) {
  press(Qt::Key_5, Qt::ControlModifier);
  const int before = model().rowCount();
  press(Qt::Key_K, Qt::ControlModifier | Qt::ShiftModifier);
  ASSERT_EQ(focusName(), QStringLiteral("Initiator of the new credential"));
  type(QStringLiteral("iqn.2026-01.example.corp:app01"));
  ASSERT_TRUE(tabTo(QStringLiteral("Why the credential is made")));
  type(QStringLiteral("A new host"));
  press(Qt::Key_Return);
  ASSERT_TRUE(pumpUntil([&] { return model().rowCount() == before + 1; })) << lastNotice();
}

TEST_F(KeyboardCredentials, whatIsDemandedOfALoginIsAnEditOfTheDraft) {
  choose("app03");
  ASSERT_TRUE(menu(QStringLiteral("What is demanded"), QStringLiteral("no CHAP")));
  ASSERT_EQ(workspace.draft().edits().size(), 1U) << lastNotice();
  EXPECT_EQ(workspace.draft().edits()[0].op, san::EditOp::Set);
  EXPECT_EQ(workspace.draft().edits()[0].field, "chap");
}

// --- reports ---

struct KeyboardReports : KeyboardDeeds {
  ReportsPage& page() { return *static_cast<ReportsPage*>(window.page(PageId::Reports)); }
  bool quiet() {
    return pumpUntil([&] { return page().model().report() && !page().isBusy(); });
  }
};

TEST_F(KeyboardReports, oneIsChosenLookedAtAndSavedInAFolder) {
  press(Qt::Key_7, Qt::ControlModifier);
  ASSERT_TRUE(quiet());
  ASSERT_TRUE(tabTo(QStringLiteral("Reports that can be made")));
  press(Qt::Key_Home);
  press(Qt::Key_Down, {}, 3);
  ASSERT_TRUE(pumpUntil([&] { return quiet() && page().model().report()->kind == ReportKind::Changes; }));
  ASSERT_GT(page().model().rowCount({}), 0) << "it is seen before it is saved";
  ASSERT_TRUE(tabTo(QStringLiteral("What is in the report"), "QTableView"));
  const QString path = folder.filePath(QStringLiteral("changes.csv"));
  ASSERT_TRUE(fileDialog([&] { button(QStringLiteral("Save as CSV...")); }, path));
  ASSERT_TRUE(quiet());
  QFile file(path);
  ASSERT_TRUE(file.open(QIODevice::ReadOnly)) << lastNotice();
  EXPECT_TRUE(file.readAll().startsWith("number,committed,author"));
}

TEST_F(KeyboardReports, aPackIsVerifiedWithAKeyThatIsTyped) {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(7);
  const auto key = *evidence::SigningKey::fromSeed(seed);
  const QString path = folder.filePath(QStringLiteral("tiny.sanctum-evidence.tar"));
  ASSERT_EQ(saveWhole(path, base::asText(test::TinyPack().archive(key))), QString());
  press(Qt::Key_7, Qt::ControlModifier);
  ASSERT_TRUE(quiet());
  ASSERT_TRUE(tabTo(QStringLiteral("Part of the reports")));
  press(Qt::Key_Right);
  ASSERT_TRUE(tabTo(QStringLiteral("Fingerprints of keys")));
  type(QStringLiteral("beef"));
  EXPECT_FALSE(page().whyNoVerify().isEmpty()) << "a fingerprint has 64 digits";
  typeAnew(QString::fromStdString(base::hexText(key.verifyingKey().fingerprint())));
  ASSERT_TRUE(fileDialog([&] { button(QStringLiteral("Verify a pack...")); }, path));
  ASSERT_TRUE(quiet());
  ASSERT_TRUE(tabTo(QStringLiteral("What the check has found")));
  EXPECT_TRUE(qobject_cast<QTextBrowser*>(QApplication::focusWidget())
                  ->toPlainText()
                  .contains(QStringLiteral("the key is the one that was expected")));
}

// --- activity ---

struct KeyboardActivity : KeyboardDeeds {
  ActivityPage& page() { return *static_cast<ActivityPage*>(window.page(PageId::Activity)); }
};

TEST_F(KeyboardActivity, ALineOfTheFeedLeadsToItsObject) {
  press(Qt::Key_4, Qt::ControlModifier);
  press(Qt::Key_N, Qt::ControlModifier);
  typeAnew(QStringLiteral("z_fresh"));
  press(Qt::Key_Return);
  commitDraft(QStringLiteral("A zone for the feed"));
  if (HasFatalFailure()) return;
  find(QStringLiteral("test05"));
  press(Qt::Key_8, Qt::ControlModifier);
  ASSERT_TRUE(pumpUntil([&] { return page().feed().rowCount() > 0; }));
  ASSERT_TRUE(tabTo(QStringLiteral("What happens, the newest first"), "QTableView"));
  press(Qt::Key_Home, Qt::ControlModifier);
  ASSERT_TRUE(downTo([&] { return page().whyNoObject().isEmpty(); }));
  press(Qt::Key_Return);
  EXPECT_TRUE(current() == object(san::Kind::Domain, "z_fresh") || current().kind == san::Kind::ChangeSet)
      << title(current());
}

TEST_F(KeyboardActivity, aRecordOfTheHistoryShowsItsRevisionAndAKeyLeadsBack) {
  press(Qt::Key_8, Qt::ControlModifier);
  ASSERT_TRUE(tabTo(QStringLiteral("Part of the activity")));
  press(Qt::Key_Right);
  ASSERT_TRUE(pumpUntil([&] { return page().audit().rowCount() > 0; }));
  ASSERT_TRUE(tabTo(QStringLiteral("Records of the audit log"), "QTableView"));
  auto* view = qobject_cast<QTableView*>(QApplication::focusWidget());
  press(Qt::Key_Down);
  press(Qt::Key_Home, Qt::ControlModifier);
  ASSERT_TRUE(downTo([&] {
    const AuditRow* row = page().audit().at(view->currentIndex().row());
    return row != nullptr && row->record.event == "change.commit" && page().whyNoThen().isEmpty();
  }));
  const san::Revision revision = page().audit().at(view->currentIndex().row())->record.revision;
  press(Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
  ASSERT_TRUE(pumpUntil([&] { return workspace.isPast(); }));
  EXPECT_EQ(workspace.shown()->revision(), revision);
  press(Qt::Key_Home, Qt::AltModifier);
  EXPECT_TRUE(pumpUntil([&] { return !workspace.isPast(); }));
}

}  // namespace
}  // namespace console
