// Languages: every text that is shown is in the catalogues, and the window fits in each of them.
#include "console-gui/app/language.h"

#include <gmock/gmock.h>

#include <QApplication>
#include <QLabel>
#include <QMenuBar>
#include <QTemporaryDir>
#include <QTranslator>
#include <QTreeView>
#include <mutex>
#include <set>

#include "console-gui/app/main_window.h"
#include "console-gui/app/pseudo_translator.h"
#include "console-gui/client/demo_source.h"
#include "console-gui/client/time_now.h"
#include "console-gui/client/tr.h"
#include "console-gui/model/change_list.h"
#include "console-gui/pages/findings_page.h"
#include "shared/san/rules.h"
#include "tests/gui/pump.h"

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
