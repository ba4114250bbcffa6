// Languages: every text that is shown is in the catalogues, and the window fits in each of them.
#include "console-gui/app/language.h"

#include <gmock/gmock.h>

#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <QTreeView>
#include <mutex>
#include <set>

#include "console-gui/app/main_window.h"
#include "console-gui/app/pseudo_translator.h"
#include "console-gui/client/demo_source.h"
#include "console-gui/client/login_keeper.h"
#include "console-gui/client/problem_reader.h"
#include "console-gui/client/server_entry.h"
#include "console-gui/client/server_source.h"
#include "console-gui/client/time_now.h"
#include "console-gui/client/tr.h"
#include "console-gui/model/change_list.h"
#include "console-gui/model/sentences.h"
#include "console-gui/pages/findings_page.h"
#include "console-gui/widgets/ask_strip.h"
#include "shared/san/rules.h"
#include "tests/gui/bent_server.h"
#include "tests/gui/pump.h"
#include "tests/gui/slow_source.h"
#include "tests/support/san_builder.h"

using namespace console;
using test::pumpUntil;

namespace {

constexpr san::Seconds kNow = 1'795'788'000;

struct Asked {
  std::string context, text, which;
  bool counted = false;
  auto operator<=>(const Asked&) const = default;
};

// Remembers what is asked for, and leaves the answer to the others.
class Recorder : public QTranslator {
 public:
  [[nodiscard]] bool isEmpty() const override { return false; }
  [[nodiscard]] QString translate(const char* context, const char* text, const char* which, int n) const override {
    const std::scoped_lock lock(mutex_);
    const std::string of(context);
    if (of.starts_with("console") || of == "Actions" || of == "Tables" || of == "Sentences") {
      asked_.insert({of, text, which == nullptr ? "" : which, n >= 0});
    }
    return {};
  }
  std::set<Asked> asked() const {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::set<Asked> asked_;
};

struct LanguageTest : testing::Test {
  LanguageTest() { fixTime(kNow); }
  ~LanguageTest() override {
    setLanguage(kLanguages.front());
    fixTime(0);
  }
  // Every page of the demo, with something selected.
  void tour(const std::function<void(MainWindow&, PageId)>& at) {
    QTemporaryDir folder;
    Settings settings(folder.filePath(QStringLiteral("settings.ini")));
    Workspace workspace;
    MainWindow window(workspace, settings);
    window.resize(1280, 800);
    window.show();
    window.openDemo(kNow);
    ASSERT_TRUE(pumpUntil([&] { return workspace.present() && workspace.present()->findings; }));
    const san::Snapshot& san = workspace.present()->snapshot();
    std::vector<san::ObjectRef> some;
    const auto two = [&](const auto& table, san::Kind kind) {
      std::size_t taken = 0;
      table.forEach([&](san::Id id, const auto&) {
        if (taken++ < 2) some.push_back({kind, id});
      });
    };
    two(san.table<san::Host>(), san::Kind::Host);
    two(san.table<san::Domain>(), san::Kind::Domain);
    two(san.table<san::Node>(), san::Kind::Node);
    two(san.table<san::LogicalUnit>(), san::Kind::LogicalUnit);
    two(san.table<san::Map>(), san::Kind::Map);
    two(san.table<san::Agent>(), san::Kind::Agent);
    for (std::size_t i = 0; i < kPages; ++i) {
      const auto id = static_cast<PageId>(i);
      if (window.page(id) == nullptr) continue;
      workspace.go(id);
      ASSERT_TRUE(pumpUntil([&] { return !window.page(id)->isBusy(); }));
      for (const san::ObjectRef& ref : some) {
        workspace.selection().select(ref);
        test::pump();
      }
      at(window, id);
    }
  }
};

TEST(Pseudo, keepsPlacesTagsAndMnemonicsAndIsLonger) {
  const QString said = pseudo(QStringLiteral("&Add <b>%1</b> to %L2 %n zones &amp; more"));
  for (const char* part : {"&", "<b>%1</b>", "%L2", "%n", "&amp;"})
    EXPECT_TRUE(said.contains(QLatin1String(part))) << part;
  EXPECT_GE(said.size(), 48);
  EXPECT_TRUE(said.startsWith(QLatin1Char('[')) && said.endsWith(QLatin1Char(']')));
}

TEST_F(LanguageTest, everyTextThatThePagesAskForIsInTheGermanCatalogue) {
  setLanguage(*languageOf(QStringLiteral("de")));
  Recorder recorder;
  QCoreApplication::installTranslator(&recorder);
  tour([](MainWindow&, PageId) {});
  QCoreApplication::removeTranslator(&recorder);
  QTranslator german;
  ASSERT_TRUE(german.load(QStringLiteral(":/console/translations/console_de.qm")));
  std::set<Asked> missing;
  for (const Asked& one : recorder.asked()) {
    if (one.text.empty()) continue;
    if (german.translate(one.context.c_str(), one.text.c_str(), one.which.c_str(), one.counted ? 1 : -1).isNull())
      missing.insert(one);
  }
  EXPECT_GT(recorder.asked().size(), 400U) << "the tour sees the console";
  std::string some;
  for (const Asked& one : missing) some += one.context + ": " + one.text + "\n";
  EXPECT_EQ(missing.size(), 0U) << some.substr(0, 40000);
}

TEST_F(LanguageTest, englishCountsOneThingAsOne) {
  setLanguage(kLanguages.front());
  EXPECT_EQ(QCoreApplication::translate("console::DraftPane", "Draft: %n edits", nullptr, 1),
            QStringLiteral("Draft: 1 edit"));
  EXPECT_EQ(QCoreApplication::translate("console::DraftPane", "Draft: %n edits", nullptr, 2),
            QStringLiteral("Draft: 2 edits"));
}

TEST_F(LanguageTest, aWindowOf1280PixelsIsWideEnoughForEveryPageInEveryLanguage) {
  for (const LanguageRow& row : kLanguages) {
    setLanguage(row);
    tour([&](MainWindow& window, PageId id) {
      EXPECT_LE(window.minimumSizeHint().width(), 1280) << row.code << " page " << static_cast<int>(id);
      EXPECT_LE(window.minimumSizeHint().height(), 800) << row.code << " page " << static_cast<int>(id);
    });
  }
}

TEST_F(LanguageTest, aWindowThatIsMadeAnewShowsWhatWasOpen) {
  QTemporaryDir folder;
  Settings settings(folder.filePath(QStringLiteral("settings.ini")));
  Workspace workspace;
  auto window = std::make_unique<MainWindow>(workspace, settings);
  window->show();
  window->openDemo(kNow);
  ASSERT_TRUE(pumpUntil([&] { return workspace.present() && workspace.present()->findings; }));
  workspace.go(PageId::Zoning);
  const LanguageRow* wanted = nullptr;
  QObject::connect(window.get(), &MainWindow::languageWanted, [&](const LanguageRow& row) { wanted = &row; });
  window->actions().action(ActionId::Language)->trigger();
  ASSERT_EQ(wanted, languageOf(QStringLiteral("de")));
  setLanguage(*wanted);
  window = std::make_unique<MainWindow>(workspace, settings);
  window->show();
  test::pump();
  EXPECT_TRUE(window->page(PageId::Zoning)->isVisible());
  EXPECT_EQ(window->actions().action(ActionId::GoZoning)->text(), ActionRegistry::textOf(ActionId::GoZoning));
}

struct NewWindowTest : LanguageTest {
  QTemporaryDir folder;
  Settings settings{folder.filePath(QStringLiteral("settings.ini"))};
  Workspace workspace{nullptr, folder.path()};
  std::unique_ptr<MainWindow> window;
  test::SanBuilder san;
  san::Id host = san.host("web1", "iqn.2026-01.example:web1");
  test::SlowSource* source = nullptr;

  void SetUp() override {
    newWindow();
    auto own = std::make_unique<test::SlowSource>(san.done());
    source = own.get();
    workspace.setSource(std::move(own));
    ASSERT_TRUE(pumpUntil([&] { return workspace.present() != nullptr; }));
  }
  void newWindow() {
    window = nullptr;
    window = std::make_unique<MainWindow>(workspace, settings);
    window->show();
    test::pump();
  }
  QLineEdit* line(const char* name) {
    for (QLineEdit* one : window->findChildren<QLineEdit*>()) {
      if (one->accessibleName() == QLatin1String(name)) return one;
    }
    return nullptr;
  }
};

TEST_F(NewWindowTest, theFeedOfTheDayIsStillThereAndWhoDidIt) {
  const auto feed = [&] { return window->findChild<QTableView*>(QStringLiteral("feed"))->model(); };
  san.host("web2", "iqn.2026-01.example:web2");
  source->put(san.done());
  ASSERT_TRUE(pumpUntil([&] { return feed()->rowCount() > 0; }));
  const int lines = feed()->rowCount();
  const auto actors = [&] {
    int count = 0;
    for (const QComboBox* one : window->findChildren<QComboBox*>()) {
      if (one->accessibleName() == QStringLiteral("Who did it")) count = one->count();
    }
    return count;
  };
  const int known = actors();
  ASSERT_GT(known, 1);
  newWindow();
  EXPECT_EQ(feed()->rowCount(), lines);
  EXPECT_EQ(actors(), known);
  san.host("web3", "iqn.2026-01.example:web3");
  source->put(san.done());
  EXPECT_TRUE(pumpUntil([&] { return feed()->rowCount() > lines; })) << "and goes on";
}

TEST_F(NewWindowTest, aSubmissionThatIsUnderWayGoesOn) {
  workspace.go(PageId::Zoning);
  ASSERT_TRUE(workspace.edit(QStringLiteral("Rename"),
                             {{san::EditOp::Set, {san::Kind::Host, host}, "name", std::string("web9")}}));
  ASSERT_TRUE(pumpUntil([&] { return workspace.draft().effect() && !workspace.draft().isWorking(); }));
  line("Reason of the change set")->setText(QStringLiteral("because"));
  QTest::keyClick(line("Reason of the change set"), Qt::Key_Return);
  newWindow();
  const base::Json made(base::Json::Object{{"id", std::uint64_t{7}}, {"version", std::uint64_t{1}}});
  ASSERT_TRUE(source->answer(mgmt::Route::CreateChange, made));
  ASSERT_TRUE(source->answer(mgmt::Route::SubmitChange, made)) << "it would stay there as a draft that nobody wants";
  EXPECT_TRUE(workspace.draft().isEmpty());
  EXPECT_EQ(line("Reason of the change set")->text(), QString()) << "it was of that one";
}

TEST_F(NewWindowTest, theReasonThatIsWrittenForADraftIsStillThere) {
  line("Reason of the change set")->setText(QStringLiteral("because"));
  line("Ticket of the change set")->setText(QStringLiteral("T-1"));
  newWindow();
  EXPECT_EQ(line("Reason of the change set")->text(), QStringLiteral("because"));
  EXPECT_EQ(line("Ticket of the change set")->text(), QStringLiteral("T-1"));
  workspace.setSource(std::make_unique<test::TestSource>(san.done()));
  newWindow();
  EXPECT_EQ(line("Reason of the change set")->text(), QString()) << "another SAN";
}

TEST_F(NewWindowTest, thereIsNoneWhileAFormOrAQuestionIsOpen) {
  int wanted = 0;
  QString why;
  const auto language = [&] {
    why.clear();
    window->actions().action(ActionId::Language)->trigger();
    return wanted;
  };
  QObject::connect(window.get(), &MainWindow::languageWanted, window.get(), [&](const LanguageRow&) { ++wanted; });
  QObject::connect(&window->actions(), &ActionRegistry::refused, window.get(),
                   [&](const QString&, const QString& text) { why = text; });
  window->actions().action(ActionId::NewObject)->trigger();
  EXPECT_EQ(language(), 0);
  EXPECT_TRUE(why.startsWith(QStringLiteral("Finish or close"))) << why.toStdString();
  for (QDialog* one : window->findChildren<QDialog*>()) one->reject();
  window->actions().action(ActionId::NewZone)->trigger();
  EXPECT_EQ(language(), 0) << "the question for its name";
  EXPECT_TRUE(why.startsWith(QStringLiteral("Finish or close"))) << why.toStdString();
  window->page(PageId::Zoning)->findChild<AskStrip*>()->leave();
  window->actions().action(ActionId::Help)->trigger();
  EXPECT_EQ(language(), 1) << "nothing is written in the list of keys";
}

struct NewWindowAtAServer : NewWindowTest {
  KeptTokens kept;
  test::BentServer server;
  void SetUp() override {
    NewWindowTest::SetUp();
    keepTokensIn(&kept);
    server.place.user = QStringLiteral("anna");
    kept[tokenKey(server.place)] = *base::Secret::from("token");
    server.answer = [](const std::string&) { return test::BentServer::Reply{401, "{}"}; };
  }
  void TearDown() override {
    keepTokensIn(nullptr);
    NewWindowTest::TearDown();
  }
  ServerSource* open() {
    window->openServer(server.place, *base::Secret::from("token"), true);
    return qobject_cast<ServerSource*>(workspace.source());
  }
  bool hearsThatTheLoginIsRefused() {
    return pumpUntil([&] { return kept.empty() && workspace.source() == nullptr; }, 5000) &&
           window->findChild<FirstRunPage*>()->isVisible();
  }
};

TEST_F(NewWindowAtAServer, aLoginThatIsRefusedLaterIsHeardThere) {
  ASSERT_NE(open(), nullptr);
  newWindow();
  EXPECT_TRUE(hearsThatTheLoginIsRefused());
}

TEST_F(NewWindowAtAServer, aLoginThatIsRefusedBeforeTheWindowThatGoesHasHeardOfItIsHeardThere) {
  ServerSource* opened = open();
  ASSERT_NE(opened, nullptr);
  QObject::connect(opened, &ServerSource::loginRefused, qApp, [&] {
    window = nullptr;
    window = std::make_unique<MainWindow>(workspace, settings);
    window->show();
  });
  EXPECT_TRUE(hearsThatTheLoginIsRefused());
}

TEST_F(NewWindowAtAServer, thereIsNoneWhileSomebodyLogsIn) {
  int wanted = 0;
  QObject::connect(window.get(), &MainWindow::languageWanted, window.get(), [&](const LanguageRow&) { ++wanted; });
  const auto language = [&] {
    window->actions().action(ActionId::Language)->trigger();
    return wanted;
  };
  workspace.setSource(nullptr);
  QLineEdit* address = line("Address of the server");
  ASSERT_TRUE(address->isVisible());
  EXPECT_EQ(language(), 1) << "nothing is written yet";
  address->setText(server.place.name());
  QTest::keyClick(address, Qt::Key_Return);
  EXPECT_EQ(language(), 1) << "its certificate is looked at";
  ASSERT_TRUE(pumpUntil([&] { return address->isEnabled(); }));
  EXPECT_EQ(language(), 1) << "its fingerprint is compared";
  window->findChild<FirstRunPage*>()->begin();
  EXPECT_EQ(language(), 2);
}

TEST_F(LanguageTest, noLetterOfAPageIsThatOfAMenu) {
  for (const char* code : {"en", "de"}) {
    setLanguage(*languageOf(QString::fromLatin1(code)));
    tour([&](MainWindow& window, PageId id) {
      std::set<QString> taken;
      for (const QAction* menu : window.menuBar()->actions())
        taken.insert(QKeySequence::mnemonic(menu->text()).toString());
      taken.erase(QString());
      EXPECT_GT(taken.size(), 3U);
      for (const QLabel* label : window.page(id)->findChildren<QLabel*>()) {
        if (label->buddy() == nullptr) continue;
        const QString own = QKeySequence::mnemonic(label->text()).toString();
        EXPECT_FALSE(taken.contains(own)) << code << " " << label->text().toStdString();
      }
    });
  }
}

TEST_F(LanguageTest, thatTheServerIsOfAnotherAuthorityIsSaidAtTheLoginInTheLanguageOfTheConsole) {
  setLanguage(*languageOf(QStringLiteral("de")));
  const test::BentServer server;
  ServerPlace place = server.place;
  place.user = QStringLiteral("ann");
  place.authority = QByteArray::fromStdString(test::selfSigned("other").certificate);
  ServerAccess access(place, base::Secret());
  std::optional<Problem> problem;
  logIn(access, *base::Secret::from("planted"),
        [&](const base::Result<Entered, Problem>& entered) { problem = entered ? Problem{} : entered.error(); });
  ASSERT_TRUE(pumpUntil([&] { return problem.has_value(); }));
  EXPECT_TRUE(isAuthorityRefused(*problem)) << problem->detail;
  EXPECT_TRUE(server.asked.empty());
  const QString said = sentence(*problem);
  for (const std::string& part : {problem->title, problem->detail, problem->hint})
    EXPECT_FALSE(said.contains(QString::fromStdString(part))) << said.toStdString();
}

TEST_F(LanguageTest, theHeadingOfAFindingIsInTheLanguageOfItsLine) {
  setLanguage(*languageOf(QStringLiteral("de")));
  const san::RuleRow& rule = *std::ranges::find(san::kRuleTable, "R08", &san::RuleRow::id);
  ASSERT_NE(tableText(rule.title), QString::fromUtf8(rule.title.data(), static_cast<qsizetype>(rule.title.size())));
  Workspace workspace;
  FindingsPage page(workspace);
  workspace.setSource(std::make_unique<DemoSource>(kNow));
  page.show();
  ASSERT_TRUE(pumpUntil([&] { return workspace.present() && workspace.present()->findings; }));
  page.showRules({QStringLiteral("R08")});
  auto* tree = page.findChild<QTreeView*>();
  ASSERT_GT(tree->model()->rowCount(), 0);
  tree->setCurrentIndex(tree->model()->index(0, 0));
  const auto labels = page.findChildren<QLabel*>();
  EXPECT_TRUE(std::ranges::any_of(
      labels, [&](const QLabel* one) { return one->text() == QStringLiteral("R08  ") + tableText(rule.title); }));
}

TEST_F(LanguageTest, everyStateOfAChangeSetHasAWord) {
  setLanguage(*languageOf(QStringLiteral("de")));
  for (const char* state : {"open", "submitted", "approved", "committing", "confirming", "confirmed", "rolled-back",
                            "discarded", "waiting"}) {
    EXPECT_NE(changeStateWord(QString::fromLatin1(state)), QString::fromLatin1(state));
  }
}

TEST(Languages, theSettingsKeepOneAndAForeignCodeIsThatOfTheSystem) {
  QTemporaryDir folder;
  const QString path = folder.filePath(QStringLiteral("settings.ini"));
  Settings(path).setLanguage(*languageOf(QStringLiteral("de")));
  EXPECT_EQ(&Settings(path).language(), languageOf(QStringLiteral("de")));
  {
    QSettings file(path, QSettings::IniFormat);
    file.setValue(QStringLiteral("language"), QStringLiteral("tlh"));
  }
  EXPECT_EQ(&Settings(path).language(), &languageOfSystem());
}

}  // namespace
