// The page of credentials: its table, its deeds by keyboard, and that no secret is ever kept or shown.
#include "console-gui/pages/credentials_page.h"

#include <gmock/gmock.h>

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <QTextBrowser>

#include "console-gui/client/demo_source.h"
#include "console-gui/client/time_now.h"
#include "shared/base/json_members.h"
#include "tests/gui/pump.h"
#include "tests/gui/test_source.h"
#include "tests/support/san_builder.h"

using namespace console;
using test::pumpUntil;

namespace {

constexpr san::Seconds kNow = 1'795'788'000;
constexpr const char* kPlanted = "planted-secret-7f3a";

// Shows the demo SAN, keeps what is asked, and answers with secrets where none belong.
class AnsweringSource : public test::TestSource {
 public:
  using TestSource::TestSource;
  std::vector<Ask> asked;
  bool refuses = false;
  std::optional<bool> managed = false;  // the end; none: nobody knows
  std::optional<Problem> guard;

  void ask(const Ask& question, Answered done) override {
    asked.push_back(question);
    if (refuses) return TestSource::ask(question, std::move(done));
    if (guard) {
      QMetaObject::invokeMethod(
          this, [done = std::move(done), why = *guard] { done(base::Failure<Problem>{why}); }, Qt::QueuedConnection);
      return;
    }
    base::Json::Object end{{"side", "target"},
                           {"node", "iqn.2026-01.example.corp:stor-z1.gold"},
                           {"managed", managed ? base::Json(*managed) : base::Json()},
                           {"holds", "no"},
                           {"proven", std::uint64_t{0}},
                           {"secret", kPlanted}};
    base::Json answer(base::Json::Object{{"user_name", "app"},
                                         {"phase", "waiting-for-foreign-end"},
                                         {"secret", kPlanted},
                                         {"mutual_secret", kPlanted},
                                         {"ends", base::Json::Array{std::move(end)}},
                                         {"items", base::Json::Array{}}});
    QMetaObject::invokeMethod(
        this, [done = std::move(done), answer = std::make_shared<base::Json>(std::move(answer))] { done(*answer); },
        Qt::QueuedConnection);
  }
  [[nodiscard]] std::vector<Ask> asksOf(mgmt::Route route) const {
    std::vector<Ask> some;
    std::ranges::copy_if(asked, std::back_inserter(some), [&](const Ask& one) { return one.route == route; });
    return some;
  }
};

san::Snapshot demoSan() { return demoHistory(kNow).back().snapshot; }

template <class Made>
struct World {
  World() { fixTime(kNow); }
  ~World() { fixTime(0); }
  Workspace workspace;
  CredentialsPage page{workspace};
  Made* source = nullptr;

  void open(std::unique_ptr<Made> own) {
    source = own.get();
    workspace.setSource(std::move(own));
    page.resize(1200, 800);
    page.show();
    ASSERT_TRUE(pumpUntil([&] { return workspace.present() && workspace.present()->findings; }));
    workspace.go(PageId::Credentials);
    test::pump();
  }
  QTableView* table() { return page.findChild<QTableView*>(QStringLiteral("credentials")); }
  const CredentialTable& model() { return *static_cast<CredentialTable*>(table()->model()); }
  bool choose(const char* host) {
    for (int row = 0; row < model().rowCount(); ++row) {
      if (model().at(row)->host != QLatin1String(host)) continue;
      table()->selectRow(row);
      test::pump();
      return true;
    }
    return false;
  }
  const CredentialRow* rowOf(const char* host) {
    for (const CredentialRow& row : model().rows()) {
      if (row.host == QLatin1String(host)) return &row;
    }
    return nullptr;
  }
  // Some one.
  san::ObjectRef initiator() {
    san::ObjectRef found;
    workspace.present()->snapshot().table<san::Node>().forEach([&](san::Id id, const san::Node& node) {
      if (node.initiator) found = {san::Kind::Node, id};
    });
    return found;
  }
  // Into the line that has the focus.
  void answer(const QString& text) {
    QTest::keyClicks(QApplication::focusWidget(), text);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    test::pump();
  }
  QString everythingShown() {
    QString all;
    for (QLabel* label : page.findChildren<QLabel*>()) all += label->text() + label->toolTip();
    for (QTextBrowser* text : page.findChildren<QTextBrowser*>()) all += text->toPlainText() + text->toHtml();
    for (QLineEdit* line : page.findChildren<QLineEdit*>()) all += line->text() + line->placeholderText();
    for (QTableView* view : page.findChildren<QTableView*>()) {
      for (int row = 0; row < view->model()->rowCount(); ++row) {
        for (int column = 0; column < view->model()->columnCount(); ++column) {
          const QModelIndex index = view->model()->index(row, column);
          all += index.data().toString() + index.data(Qt::ToolTipRole).toString();
        }
      }
    }
    return all;
  }
};
using DemoWorld = World<DemoSource>;
using AnsweringWorld = World<AnsweringSource>;

TEST(CredentialTable, isAModelAndKeepsItsRowsWhenTheSanChanges) {
  CredentialTable table;
  QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::Fatal);
  const auto history = demoHistory(kNow);
  for (const DemoRevision& one : history) table.setSan(one.snapshot, kNow);
  EXPECT_EQ(table.rowCount(), 15);
  table.setWords(QStringLiteral("db0"));
  EXPECT_EQ(table.rowCount(), 8);
  table.setWords({});
  table.setShow(CredentialTable::Show::NeedsSomebody);
  EXPECT_EQ(table.rowCount(), 4) << "weak, old, MD5, waiting for the foreign end";
  table.setShow(CredentialTable::Show::Changing);
  EXPECT_EQ(table.rowCount(), 1);
}

TEST(CredentialTable, saysWhatIsWrongAndPutsThoseFirst) {
  CredentialTable table;
  table.setSan(demoSan(), kNow);
  std::set<std::string> hosts;
  for (int row = 0; row < 4; ++row) hosts.insert(table.at(row)->host.toStdString());
  EXPECT_THAT(hosts, testing::ElementsAre("app03", "app04", "mail04", "vmz01"));
  const auto notes = [&](const char* host) {
    for (const CredentialRow& row : table.rows()) {
      if (row.host == QLatin1String(host)) return weaknessWords(row).join(QLatin1Char(' ')).toStdString();
    }
    return std::string("not there");
  };
  EXPECT_THAT(notes("app03"), testing::HasSubstr("96 bits"));
  EXPECT_THAT(notes("app04"), testing::HasSubstr("older"));
  EXPECT_THAT(notes("vmz01"), testing::HasSubstr("MD5"));
  EXPECT_EQ(notes("db01"), "");
}

TEST(CredentialsPage, asksForTheDetailOnceAndNeverShowsASecretOfTheAnswer) {
  AnsweringWorld world;
  auto own = std::make_unique<AnsweringSource>(demoSan());
  own->who_ = {"cleo", "credential officer", {"san.read", "credential.manage", "change.draft"}, {}};
  world.open(std::move(own));
  ASSERT_TRUE(world.choose("db01"));
  ASSERT_TRUE(pumpUntil([&] { return !world.page.isBusy(); }));
  EXPECT_THAT(world.everythingShown().toStdString(), testing::HasSubstr("app"));
  EXPECT_THAT(world.everythingShown().toStdString(), testing::HasSubstr("stor-z1.gold"));
  EXPECT_THAT(world.everythingShown().toStdString(), testing::Not(testing::HasSubstr(kPlanted)));
  // Another revision without a change of the credential asks for nothing.
  const auto before = world.source->asksOf(mgmt::Route::GetCredential).size();
  san::SnapshotEditor editor(*world.source->snapshot(), world.source->snapshot()->revision + 1, kNow);
  auto next = editor.finish();
  ASSERT_TRUE(next);
  world.source->put(*next);
  ASSERT_TRUE(pumpUntil([&] { return world.workspace.present()->revision() == next->revision; }));
  test::pump();
  EXPECT_EQ(world.source->asksOf(mgmt::Route::GetCredential).size(), before);
}

TEST(CredentialsPage, oneThatTakesAnothersPlaceIsMadeWhenItIsAskedForOnceMore) {
  AnsweringWorld world;
  auto own = std::make_unique<AnsweringSource>(demoSan());
  own->who_ = {"cleo", "credential officer", {"san.read", "credential.manage"}, {}};
  world.open(std::move(own));
  base::Json objection(base::Json::Object{{"code", "supersedes-credential"}, {"severity", "needs-reason"}});
  base::Json body(base::Json::Object{{"objections", base::Json::Array{std::move(objection)}}});
  world.source->guard = Problem{409, "guard", "A guard stops the change", "It takes a place.", "", std::move(body)};
  world.page.newCredential();
  const auto line = [&](const char* name) {
    const auto all = world.page.findChildren<QLineEdit*>();
    return *std::ranges::find_if(all,
                                 [&](const QLineEdit* one) { return one->accessibleName() == QLatin1String(name); });
  };
  line("Initiator of the new credential")
      ->setText(QString::fromStdString(san::nameOf(world.workspace.present()->snapshot(), world.initiator())));
  line("Why the credential is made")->setText(QStringLiteral("As ordered"));
  for (const char* exception : {"", "As ordered"}) {
    QTest::keyClick(line("Why the credential is made"), Qt::Key_Return);
    QTest::keyClick(line("Why the credential is made"), Qt::Key_Return);  // before the answer: nothing more
    test::pump();
    const auto asks = world.source->asksOf(mgmt::Route::MakeCredential);
    ASSERT_FALSE(asks.empty());
    EXPECT_EQ(base::textOf(asks.back().body, "exception"), exception);
  }
  EXPECT_EQ(world.source->asksOf(mgmt::Route::MakeCredential).size(), 2U);
}

TEST(CredentialsPage, aNameThatSeveralHaveIsToldSoAndMakesNoCredential) {
  test::SanBuilder san;
  const auto called = [&](san::Id node) { san.set({san::Kind::Node, node}, "alias", std::string("twin")); };
  for (const char* name : {"iqn.2026-01.example:a", "iqn.2026-01.example:b"}) called(san.initiator(name));
  for (const char* name : {"iqn.2026-01.example:c", "iqn.2026-01.example:d"}) called(san.target(name));
  AnsweringWorld world;
  auto own = std::make_unique<AnsweringSource>(san.done());
  own->who_ = {"cleo", "credential officer", {"san.read", "credential.manage"}, {}};
  world.open(std::move(own));
  world.page.newCredential();
  const auto line = [&](const char* name) {
    const auto all = world.page.findChildren<QLineEdit*>();
    return *std::ranges::find_if(all,
                                 [&](const QLineEdit* one) { return one->accessibleName() == QLatin1String(name); });
  };
  const auto made = [&](const char* initiator, const char* target) {
    line("Initiator of the new credential")->setText(QString::fromLatin1(initiator));
    line("Target of the new credential")->setText(QString::fromLatin1(target));
    line("Why the credential is made")->setText(QStringLiteral("As ordered"));
    QTest::keyClick(line("Why the credential is made"), Qt::Key_Return);
    return world.workspace.notices().all().empty() ? std::string()
                                                   : world.workspace.notices().all().back().detail.toStdString();
  };
  EXPECT_THAT(made("twin", ""), testing::HasSubstr("Several objects are called twin"));
  EXPECT_THAT(made("iqn.2026-01.example:a", "twin"), testing::HasSubstr("Several objects are called twin"));
  EXPECT_TRUE(world.source->asksOf(mgmt::Route::MakeCredential).empty());
  (void)made("iqn.2026-01.example:a", "iqn.2026-01.example:c");
  EXPECT_EQ(world.source->asksOf(mgmt::Route::MakeCredential).size(), 1U);
}

TEST(CredentialsPage, saysThatTheEndsAreNotKnownWhereNobodyAnswers) {
  AnsweringWorld world;
  auto own = std::make_unique<AnsweringSource>(demoSan());
  own->refuses = true;
  world.open(std::move(own));
  ASSERT_TRUE(world.choose("db01"));
  ASSERT_TRUE(pumpUntil([&] { return world.everythingShown().contains(QStringLiteral("Nobody answers here")); }));
}

// As before the server has made the secret: who speaks for it comes with the secret.
TEST(CredentialsPage, anEndOfWhichNobodyKnowsWhetherAnAgentIsThereIsNotCalledForeign) {
  AnsweringWorld world;
  auto own = std::make_unique<AnsweringSource>(demoSan());
  own->managed.reset();
  world.open(std::move(own));
  ASSERT_TRUE(world.choose("db01"));
  ASSERT_TRUE(pumpUntil([&] { return world.everythingShown().contains(QStringLiteral("stor-z1.gold")); }));
  EXPECT_TRUE(world.everythingShown().contains(QStringLiteral("not known whether an agent is there")));
  EXPECT_FALSE(world.everythingShown().contains(QStringLiteral("foreign:")));
  EXPECT_FALSE(world.everythingShown().contains(QStringLiteral("At the foreign end")));
  for (const QPushButton* button : world.page.findChildren<QPushButton*>()) {
    EXPECT_FALSE(button->text().startsWith(QStringLiteral("Copy what reveals it")) && button->isVisible())
        << "the secret would be shown to a person for nothing";
  }
}

// Whether what the answer alone knows is shown.
bool showsAnswer(AnsweringWorld& world) { return world.everythingShown().contains(QStringLiteral("stor-z1.gold")); }

TEST(CredentialsPage, whatIsSoNowIsNotShownAsThePastNorOfAnotherSource) {
  AnsweringWorld world;
  auto own = std::make_unique<AnsweringSource>(demoSan());
  san::SnapshotEditor editor(*own->snapshot(), own->snapshot()->revision + 1, kNow);
  const auto next = editor.finish();
  ASSERT_TRUE(next);
  const san::Revision past = own->snapshot()->revision;
  own->put(*next);
  world.open(std::move(own));
  ASSERT_TRUE(world.choose("db01"));
  ASSERT_TRUE(pumpUntil([&] { return showsAnswer(world); }));
  world.workspace.showPast(past);
  ASSERT_TRUE(pumpUntil([&] { return world.workspace.isPast() && !world.page.isBusy(); }));
  ASSERT_TRUE(world.choose("db01"));
  EXPECT_FALSE(showsAnswer(world));
  world.workspace.showPast(0);
  EXPECT_TRUE(pumpUntil([&] { return showsAnswer(world); })) << "asked for again";
  auto other = std::make_unique<AnsweringSource>(demoSan());
  other->refuses = true;
  world.open(std::move(other));
  ASSERT_TRUE(world.choose("db01"));
  EXPECT_FALSE(showsAnswer(world));
}

TEST(CredentialsPage, aDeedIsDoneToWhatWasChosenWhenItWasAskedFor) {
  AnsweringWorld world;
  auto own = std::make_unique<AnsweringSource>(demoSan());
  own->who_ = {"cleo", "credential officer", {"san.read", "credential.manage"}, {}};
  world.open(std::move(own));
  ASSERT_TRUE(world.choose("db01"));
  const auto id = std::to_string(world.rowOf("db01")->id);
  world.page.retireChosen();
  QWidget* line = QApplication::focusWidget();
  ASSERT_NE(qobject_cast<QLineEdit*>(line), nullptr);
  ASSERT_TRUE(world.choose("db02"));
  line->setFocus();
  world.answer(QStringLiteral("The host is gone"));
  const auto asks = world.source->asksOf(mgmt::Route::ChangeCredential);
  ASSERT_EQ(asks.size(), 1U);
  EXPECT_EQ(asks[0].segments, std::vector{id});
}

// What is asked for is answered later, when it may not go any more.
TEST(CredentialsPage, anAnswerThatComesTooLateIsToldAsNotDone) {
  AnsweringWorld world;
  auto own = std::make_unique<AnsweringSource>(demoSan());
  own->who_ = {"cleo", "credential officer", {"san.read", "credential.manage"}, {}};
  world.open(std::move(own));
  struct Deed {
    const char* host;
    void (CredentialsPage::*ask)();
    const char* told;
  };
  for (const Deed& one : {Deed{"db01", &CredentialsPage::retireChosen, "Not done: Retire"},
                          Deed{"db01", &CredentialsPage::rotateChosen, "Not done: Change"},
                          Deed{"mail04", &CredentialsPage::cancelChosen, "Not done: Take back"},
                          Deed{"db01", &CredentialsPage::rotateOld, "Not done: Change"}}) {
    world.source->who_.rights = {"san.read", "credential.manage"};
    ASSERT_TRUE(world.choose(one.host));
    (world.page.*one.ask)();
    ASSERT_NE(qobject_cast<QLineEdit*>(QApplication::focusWidget()), nullptr) << one.told;
    world.source->who_.rights = {"san.read"};
    world.answer(QStringLiteral("The host is gone"));
    ASSERT_FALSE(world.workspace.notices().all().empty()) << one.told;
    const Notice told = world.workspace.notices().all().back();
    EXPECT_EQ(told.title.toStdString(), one.told);
    EXPECT_THAT(told.detail.toStdString(), testing::HasSubstr("credential.manage"));
    world.workspace.notices().close(world.workspace.notices().all().size() - 1);
  }
  EXPECT_TRUE(world.source->asksOf(mgmt::Route::ChangeCredential).empty());
  EXPECT_TRUE(world.source->asksOf(mgmt::Route::StartRotations).empty());
}

TEST(CredentialsPage, withoutTheRightEveryDeedSaysWhyNot) {
  AnsweringWorld world;
  world.open(std::make_unique<AnsweringSource>(demoSan()));
  ASSERT_TRUE(world.choose("db01"));
  for (const QString& why : {world.page.whyNoNew(), world.page.whyNoRotate(), world.page.whyNoCancel(),
                             world.page.whyNoRetire(), world.page.whyNoRotateOld(), world.page.whyNoPause()}) {
    EXPECT_THAT(why.toStdString(), testing::HasSubstr("credential.manage"));
  }
  world.page.retireChosen();
  EXPECT_TRUE(world.source->asksOf(mgmt::Route::ChangeCredential).empty());
}

TEST(CredentialsPage, aSecretIsChangedAndProvenInTheDemoAndAForeignEndWaits) {
  DemoWorld world;
  world.open(std::make_unique<DemoSource>(kNow));
  ASSERT_TRUE(world.choose("app03"));
  EXPECT_EQ(world.page.whyNoRotate(), QString());
  EXPECT_THAT(world.page.whyNoCancel().toStdString(), testing::Not(testing::IsEmpty()));
  world.page.rotateChosen();
  world.answer(QStringLiteral("It is too short"));
  ASSERT_TRUE(pumpUntil([&] { return world.rowOf("app03")->weaknesses == 0; })) << "a login has proven it";
  EXPECT_EQ(world.rowOf("app03")->state, san::CredentialState::Active);
  ASSERT_TRUE(world.choose("mail04"));
  EXPECT_THAT(world.page.whyNoRotate().toStdString(), testing::HasSubstr("not changing"));
  ASSERT_TRUE(pumpUntil([&] { return world.everythingShown().contains(QStringLiteral("foreign end")); }));
  world.page.cancelChosen();
  world.answer(QStringLiteral("The array is replaced"));
  ASSERT_TRUE(pumpUntil([&] { return world.rowOf("mail04")->state == san::CredentialState::Active; }));
}

TEST(CredentialsPage, manyChangeUntilTheFirstFailureAndGoOnWhenSomebodySaysSo) {
  DemoWorld world;
  world.open(std::make_unique<DemoSource>(kNow));
  ASSERT_EQ(world.page.whyNoRotateOld(), QString());
  world.page.rotateOld();
  world.answer(QStringLiteral("A year has gone"));
  auto* batches = world.page.findChild<QTableView*>(QStringLiteral("batches"));
  ASSERT_TRUE(pumpUntil([&] { return batches->model()->rowCount() == 1; }));
  ASSERT_TRUE(pumpUntil(
      [&] { return batches->model()->index(0, RotationList::State).data().toString() == QStringLiteral("finished"); }));
  EXPECT_TRUE(pumpUntil([&] { return !world.rowOf("app04")->old; })) << "it has a secret of today";
}

TEST(CredentialsPage, aNewOneIsMadeByKeyboardAndAWrongNameIsToldAndNothingMade) {
  DemoWorld world;
  world.open(std::make_unique<DemoSource>(kNow));
  const int before = world.model().rowCount();
  world.page.newCredential();
  QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("no-such-host"));
  QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);  // the list of the completer
  auto* lines = QApplication::focusWidget();
  ASSERT_NE(lines, nullptr);
  for (QLineEdit* line : world.page.findChildren<QLineEdit*>()) {
    if (line->accessibleName() == QStringLiteral("Why the credential is made")) line->setFocus();
  }
  world.answer(QStringLiteral("A new host"));
  ASSERT_FALSE(world.workspace.notices().all().empty());
  EXPECT_THAT(world.workspace.notices().all().back().detail.toStdString(), testing::HasSubstr("no-such-host"));
  EXPECT_EQ(world.model().rowCount(), before);
  for (QLineEdit* line : world.page.findChildren<QLineEdit*>()) {
    if (line->accessibleName() == QStringLiteral("Initiator of the new credential"))
      line->setText(QStringLiteral("iqn.2026-01.example.corp:app01"));
    if (line->accessibleName() == QStringLiteral("Why the credential is made")) line->setFocus();
  }
  QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
  ASSERT_TRUE(pumpUntil([&] { return world.model().rowCount() == before + 1; }))
      << world.workspace.notices().all().back().detail.toStdString();
}

}  // namespace
