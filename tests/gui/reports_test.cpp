// Reports: what they say of the demo SAN, that files are whole or not there, that packs are checked, the page by
// keyboard.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <QAbstractItemModelTester>
#include <QAbstractItemView>
#include <QComboBox>
#include <QDateEdit>
#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <csignal>
#include <latch>

#include "console-gui/client/demo_source.h"
#include "console-gui/client/time_now.h"
#include "console-gui/pages/reports_page.h"
#include "console-gui/pages/reports_parts.h"
#include "console-gui/report/report_text.h"
#include "console-gui/report/save_file.h"
#include "console-gui/widgets/state_badge.h"
#include "shared/base/hex.h"
#include "shared/base/json_reader.h"
#include "shared/evidence/csv.h"
#include "tests/gui/access_world.h"
#include "tests/gui/test_source.h"
#include "tests/support/tiny_pack.h"

namespace console {
namespace {

constexpr san::Seconds kTime = 1'795'788'000;

evidence::SigningKey keyOf(std::uint8_t seed) {
  std::array<std::uint8_t, 32> bytes{};
  bytes.fill(seed);
  return *evidence::SigningKey::fromSeed(bytes);
}

ReportWish wishOf(ReportKind kind) {
  const auto history = demoHistory(kTime);
  ReportWish wish;
  wish.kind = kind;
  wish.view = viewOf(history.back().snapshot, kTime);
  wish.before = viewOf(history[history.size() - 3].snapshot, kTime);
  wish.now = kTime;
  return wish;
}

TEST(Report, ofEachKindHasRowsOfItsColumnsAndSaysHowCompleteItIs) {
  for (std::size_t i = 0; i < kReportKinds; ++i) {
    const ReportPtr report = makeReport(wishOf(static_cast<ReportKind>(i)));
    const std::string name(reportName(static_cast<ReportKind>(i)));
    EXPECT_TRUE(report->fault.isEmpty()) << name;
    EXPECT_FALSE(report->rows.empty()) << name;
    for (const auto& row : report->rows) ASSERT_EQ(row.size(), report->columns.size()) << name;
    // The demo has foreign targets and a silent agent, which are nothing to the server's own ledgers.
    const bool ledger = name == "changes" || name == "approvals" || name == "coverage";
    EXPECT_EQ(report->complete, ledger) << name;
    EXPECT_FALSE(report->statement.isEmpty()) << name;
    EXPECT_EQ(evidence::countCsvRows(reportCsv(*report)), report->rows.size() + 1) << name;
    EXPECT_TRUE(base::parseJson(reportJson(*report))) << name;
  }
}

TEST(Report, ofThePopulationHasACellForEachThatWorksOrIsUnknown) {
  const ReportWish wish = wishOf(ReportKind::Population);
  const san::ReachMatrix works = san::reachMatrix(*wish.view->index, san::Basis::Applied, san::Question::Works);
  EXPECT_EQ(makeReport(wish)->rows.size(), works.count(san::Truth::Yes) + works.count(san::Truth::Unknown));
}

TEST(Report, aScopeNarrowsItAndWhatIsNotThereIsSaid) {
  ReportWish wish = wishOf(ReportKind::Population);
  const std::size_t all = makeReport(wish)->rows.size();
  wish.scope.host = "db01";
  const ReportPtr one = makeReport(wish);
  ASSERT_FALSE(one->rows.empty());
  EXPECT_LT(one->rows.size(), all);
  for (const auto& row : one->rows) EXPECT_NE(row[0].find("db01"), std::string::npos);
  wish.scope.host = "nobody";
  EXPECT_TRUE(makeReport(wish)->fault.contains(QStringLiteral("nobody")));
}

TEST(Report, ofAScopeComparesWhatWentToo) {
  test::AccessWorld world;
  ReportWish wish;
  wish.kind = ReportKind::Comparison;
  wish.view = viewOf(world.san.done(), test::AccessWorld::kNow);
  (void)world.unit("naa.6000000000000009", "fresh", world.far1, 9);
  wish.before = viewOf(world.san.done(), test::AccessWorld::kNow);
  wish.now = test::AccessWorld::kNow;
  for (const ReportScope& scope : {ReportScope{{}, "web1", {}}, ReportScope{{}, {}, "naa.6000000000000009"}}) {
    wish.scope = scope;
    const ReportPtr report = makeReport(wish);
    EXPECT_EQ(report->fault, QString());
    EXPECT_FALSE(report->rows.empty());
    for (const auto& row : report->rows) {
      EXPECT_EQ(row[0], "access lost");
      EXPECT_NE(row[2].find("fresh"), std::string::npos) << row[2];
    }
  }
  wish.scope = {{}, {}, "naa.6000000000000001"};
  EXPECT_TRUE(makeReport(wish)->rows.empty());
  wish.scope = {{}, "nobody", {}};
  EXPECT_FALSE(makeReport(wish)->fault.isEmpty());
}

TEST(Report, ofThePopulationSaysWhatTheLedgerSaysAlsoOfWhatIsForbidden) {
  test::AccessWorld world;
  world.approve(world.web2, world.cards);
  ReportWish wish;
  wish.view = viewOf(world.san.done(), test::AccessWorld::kNow);
  wish.now = test::AccessWorld::kNow;
  std::size_t met = 0;
  const ReportPtr population = makeReport(wish);
  for (const auto& row : population->rows) {
    if (row[3] != "works, forbidden") continue;
    ++met;
    EXPECT_EQ(row[4], "yes");
  }
  EXPECT_EQ(met, 1U);
  wish.kind = ReportKind::Hosts;
  std::size_t without = 0;
  const ReportPtr hosts = makeReport(wish);
  for (const auto& row : hosts->rows) without += std::stoul(row[3]);
  EXPECT_EQ(without, 1U) << "web2 reads db-data";
}

TEST(Report, ofAPeriodHasItsChangeSetsAlone) {
  ReportWish wish = wishOf(ReportKind::Changes);
  const std::size_t all = makeReport(wish)->rows.size();
  wish.from = kTime - 3 * 86400;
  const std::size_t last = makeReport(wish)->rows.size();
  EXPECT_GT(last, 0U);
  EXPECT_LT(last, all);
}

TEST(ReportModel, isAModelThroughReports) {
  ReportModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.set(makeReport(wishOf(ReportKind::Changes)));
  EXPECT_GT(model.rowCount(), 0);
  model.set(makeReport(wishOf(ReportKind::Coverage)));
  model.set(nullptr);
  EXPECT_EQ(model.rowCount(), 0);
}

// A limit of the size of files stands for a full disk.
class FullDisk {
 public:
  FullDisk() {
    old_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit_);
    rlimit small = limit_;
    small.rlim_cur = 4096;
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &limit_);
    std::signal(SIGXFSZ, old_);
  }

 private:
  rlimit limit_{};
  void (*old_)(int) = nullptr;
};

TEST(SaveWhole, onAFullDiskLeavesTheFileBeforeAndNoHalfOne) {
  QTemporaryDir folder;
  const QString path = folder.filePath(QStringLiteral("report.csv"));
  ASSERT_EQ(saveWhole(path, "old"), QString());
  {
    FullDisk full;
    EXPECT_TRUE(saveWhole(path, std::string(100'000, 'x')).contains(QStringLiteral("untouched")));
  }
  QFile file(path);
  ASSERT_TRUE(file.open(QIODevice::ReadOnly));
  EXPECT_EQ(file.readAll(), QByteArray("old"));
  EXPECT_EQ(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
}

struct Packs {
  QTemporaryDir folder;
  QString write(const base::Bytes& bytes) const {
    const QString path = folder.filePath(QStringLiteral("tiny.sanctum-evidence.tar"));
    EXPECT_EQ(saveWhole(path, base::asText(bytes)), QString());
    return path;
  }
};

TEST(PackCheck, tellsAKnownSignerFromAnUnknownAndAnotherOne) {
  const Packs packs;
  const auto key = keyOf(7);
  const QString path = packs.write(test::TinyPack().archive(key));
  EXPECT_EQ(checkPack(path, {}).report.verdict, evidence::Verdict::SignerUnknown);
  EXPECT_EQ(checkPack(path, {keyOf(8).verifyingKey().fingerprint()}).report.verdict, evidence::Verdict::OtherSigner);
  EXPECT_EQ(checkPack(path, {keyOf(8).verifyingKey().fingerprint(), key.verifyingKey().fingerprint()}).report.verdict,
            evidence::Verdict::Verified);
}

TEST(PackCheck, namesThePartThatIsBroken) {
  const Packs packs;
  base::Bytes bytes = test::TinyPack().archive(keyOf(7));
  const std::string_view text = base::asText(bytes);
  bytes[text.find("db2,\"lun")] ^= 1;
  const PackCheck check = checkPack(packs.write(bytes), {keyOf(7).verifyingKey().fingerprint()});
  EXPECT_EQ(check.report.verdict, evidence::Verdict::Damaged);
  EXPECT_TRUE(checkHtml(check).contains(QStringLiteral("population.csv")));
  EXPECT_FALSE(checkHtml(check).contains(QStringLiteral("tiny.example")))
      << "what a damaged pack says is not shown as true";
}

TEST(PackCheck, aFileThatIsNotThereIsAFaultAndNoVerdict) {
  EXPECT_FALSE(checkPack(QStringLiteral("/nowhere/x.tar"), {}).fault.isEmpty());
}

// A source that signs.
class SigningSource : public DemoSource {
 public:
  SigningSource() : DemoSource(kTime) {
    who_ = {"you", "administrator", {"san.read", "audit.read", "evidence.make"}, {}};
  }
  [[nodiscard]] QString whyNoEvidence() const override { return {}; }
  [[nodiscard]] const Principal& principal() const override { return who_; }
  void download(const Ask& question, Downloaded done) override {
    body_ = question.body;
    done(std::string(base::asText(test::TinyPack().archive(keyOf(7)))));
  }
  Principal who_;
  base::Json body_;
};

struct ReportsWorld {
  Workspace workspace;
  ReportsPage page{workspace};
  QTemporaryDir folder;
  QString chosen = folder.filePath(QStringLiteral("out"));
  explicit ReportsWorld(std::unique_ptr<Source> source = std::make_unique<DemoSource>(kTime)) {
    page.setChoosers([this](auto&&...) { return chosen; }, [this](auto&&...) { return chosen; });
    workspace.setSource(std::move(source));
    page.resize(1300, 850);
    page.show();
    EXPECT_TRUE(QTest::qWaitFor([&] { return workspace.present() && workspace.present()->findings; }, 20'000));
    EXPECT_TRUE(quiet());
  }
  bool quiet() {
    return QTest::qWaitFor([&] { return page.model().report() && !page.isBusy(); }, 20'000);
  }
  QPushButton* button(const char* text) {
    for (auto* one : page.findChildren<QPushButton*>()) {
      if (one->text() == QLatin1String(text)) return one;
    }
    return nullptr;
  }
  void press(const char* text) {
    auto* one = button(text);
    ASSERT_NE(one, nullptr);
    one->setFocus();
    QTest::keyClick(one, Qt::Key_Space);
  }
  QByteArray saved() const {
    QFile file(chosen);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }
};

TEST(ReportsPage, aReportIsChosenAndSavedByKeyboard) {
  ReportsWorld world;
  auto* kinds = world.page.findChild<QListWidget*>();
  kinds->setFocus();
  for (int i = 0; i < 3; ++i) QTest::keyClick(kinds, Qt::Key_Down);
  ASSERT_TRUE(QTest::qWaitFor(
      [&] { return world.page.model().report()->kind == ReportKind::Changes && !world.page.isBusy(); }, 10'000));
  world.press("Save as CSV...");
  ASSERT_TRUE(world.quiet());
  EXPECT_TRUE(world.saved().startsWith("number,committed,author"));
}

TEST(ReportsPage, whatIsChosenWhileItIsHiddenIsMadeWhenItIsShown) {
  ReportsWorld world;
  world.page.hide();
  world.page.choose(ReportKind::Coverage);
  world.page.show();
  ASSERT_TRUE(world.quiet());
  EXPECT_EQ(world.page.model().report()->kind, ReportKind::Coverage);
}

TEST(ReportsPage, aPeriodThatNobodyChangedGoesWithTheDay) {
  fixTime(kTime);
  ReportsWorld world;
  QDateEdit *first = nullptr, *last = nullptr;
  for (auto* one : world.page.findChildren<QDateEdit*>()) {
    (one->accessibleName().startsWith(QLatin1String("First")) ? first : last) = one;
  }
  const QDate from = first->date(), to = last->date();
  const auto afterDays = [&](int days) {
    fixTime(kTime + static_cast<san::Seconds>(days) * 86'400);
    world.page.makeAnew();
    return world.quiet();
  };
  ASSERT_TRUE(afterDays(3));
  EXPECT_EQ(first->date(), from.addDays(3));
  EXPECT_EQ(last->date(), to.addDays(3));
  first->setDate(from);
  ASSERT_TRUE(afterDays(4));
  EXPECT_EQ(first->date(), from) << "somebody chose it";
  EXPECT_EQ(last->date(), to.addDays(4));
  fixTime(0);
}

TEST(ReportsPage, aChoiceThatIsOpenStaysOpenWhileTheSanGoesOn) {
  ReportsWorld world;
  QComboBox* cuts = nullptr;
  for (auto* one : world.page.findChildren<QComboBox*>()) {
    if (one->accessibleName().startsWith(QLatin1String("Data cut"))) cuts = one;
  }
  ASSERT_NE(cuts, nullptr);
  std::size_t emptied = 0;
  QObject::connect(cuts->model(), &QAbstractItemModel::rowsAboutToBeRemoved, [&] { ++emptied; });
  cuts->showPopup();
  ASSERT_TRUE(cuts->view()->isVisible());
  emit world.workspace.presentChanged();
  emit world.workspace.shownChanged();
  QCoreApplication::processEvents();
  EXPECT_TRUE(cuts->view()->isVisible());
  cuts->hidePopup();
  emit world.workspace.shownChanged();
  QCoreApplication::processEvents();
  EXPECT_EQ(emptied, 0U) << "what is in it is the same";
}

// Another revision than the one that somebody chose would be compared with, without his doing.
TEST(ReportsPage, whereAllRevisionsGoTheFirstOfThoseThatComeIsNotTheChosenOne) {
  test::SanBuilder san, without;
  without.host("web1", "iqn.2026-01.example:web1");
  const auto changed = [](test::SanBuilder& of, const char* reason) {
    of.edit([&](san::SnapshotEditor& editor) {
      editor.own<san::ChangeSet>(editor.create(san::Kind::ChangeSet)->id).reason = reason;
    });
  };
  san.host("web1", "iqn.2026-01.example:web1");
  changed(san, "as planned");
  auto own = std::make_unique<test::TestSource>(san.done());
  auto* source = own.get();
  ReportsWorld world(std::move(own));
  world.page.choose(ReportKind::Comparison);
  ASSERT_TRUE(world.quiet());
  QComboBox* before = nullptr;
  for (auto* one : world.page.findChildren<QComboBox*>()) {
    if (one->accessibleName().startsWith(QLatin1String("The revision that it is compared"))) before = one;
  }
  ASSERT_NE(before, nullptr);
  ASSERT_EQ(before->currentIndex(), 0);
  const auto put = [&](const san::Snapshot& next) {
    source->put(next);
    return QTest::qWaitFor([&] { return world.workspace.present()->revision() == next.revision; }, 20'000);
  };
  ASSERT_TRUE(put(without.done()));
  ASSERT_EQ(before->count(), 0);
  changed(without, "another one");
  ASSERT_TRUE(put(without.done()));
  ASSERT_EQ(before->count(), 1);
  EXPECT_EQ(before->currentIndex(), -1);
  world.page.makeAnew();
  ASSERT_TRUE(world.quiet());
  EXPECT_EQ(world.page.model().report()->fault, QStringLiteral("What was chosen is not there any more."));
  before->setCurrentIndex(0);
  ASSERT_TRUE(world.quiet());
  EXPECT_NE(world.page.model().report()->fault, QStringLiteral("What was chosen is not there any more."));
}

TEST(ReportsPage, theDemoSignsNothingAndSaysSo) {
  ReportsWorld world;
  EXPECT_TRUE(world.page.whyNoSave(ReportsPage::Format::Pack).contains(QStringLiteral("Only a server signs")));
  EXPECT_TRUE(world.page.whyNoSave(ReportsPage::Format::Pdf).contains(QStringLiteral("Only a server signs")));
  EXPECT_FALSE(world.button("Download the evidence pack...")->isEnabled());
  EXPECT_TRUE(world.page.whyNoSave(ReportsPage::Format::Json).isEmpty());
}

TEST(ReportsPage, thePackOfTheServerIsSavedAsItCameAndOfTheCutThatIsShown) {
  auto made = std::make_unique<SigningSource>();
  SigningSource& source = *made;
  ReportsWorld world(std::move(made));
  world.press("Download the evidence pack...");
  ASSERT_TRUE(world.quiet());
  EXPECT_EQ(world.saved().toStdString(), base::asText(test::TinyPack().archive(keyOf(7))));
  EXPECT_EQ(*source.body_.find("revision")->number(), world.page.model().report()->revision);
}

// A source that signs, of a small SAN with a label.
class LabelSource : public test::TestSource {
 public:
  explicit LabelSource(const san::Snapshot& first) : TestSource(first) {
    who_.rights = {"san.read", "audit.read", "evidence.make"};
  }
  void download(const Ask& question, Downloaded done) override {
    body_ = question.body;
    done(std::string(base::asText(test::TinyPack().archive(keyOf(7)))));
  }
  base::Json body_;
};

struct ScopeWorld : test::AccessWorld {
  std::unique_ptr<LabelSource> made = std::make_unique<LabelSource>(san.done());
  LabelSource& source = *made;
  ReportsWorld world{std::move(made)};

  QComboBox* labels() {
    for (auto* one : world.page.findChildren<QComboBox*>()) {
      if (one->accessibleName() == QLatin1String("Only with this label")) return one;
    }
    return nullptr;
  }
  std::string asked(const char* what) {
    const base::Json* list = source.body_.find(what);
    const auto* all = list == nullptr ? nullptr : list->array();
    return all == nullptr || all->empty() ? std::string() : std::string(*all->front().text());
  }
};

TEST(ReportsPage, aPackHasTheScopeOfTheReportThatIsShownThoughItsLabelIsCalledOtherwiseNow) {
  ScopeWorld scope;
  const san::Id pci = *scope.san.done().find(san::Kind::Label, "PCI");
  scope.labels()->setCurrentText(QStringLiteral("PCI"));
  ASSERT_TRUE(scope.world.quiet());
  ASSERT_EQ(scope.world.page.model().report()->asked.label, "PCI");
  scope.san.set({san::Kind::Label, pci}, "name", std::string("cards"));
  scope.source.put(scope.san.done());
  ASSERT_TRUE(QTest::qWaitFor([&] { return scope.labels()->findText(QStringLiteral("cards")) >= 0; }, 10'000));
  for (auto* line : scope.world.page.findChildren<QLineEdit*>()) {
    if (line->accessibleName() == QLatin1String("Only this host")) line->setText(QStringLiteral("we"));
  }
  scope.world.page.save(ReportsPage::Format::Pack);
  ASSERT_TRUE(scope.world.quiet());
  EXPECT_EQ(scope.asked("labels"), "PCI");
  EXPECT_EQ(scope.asked("hosts"), "") << "half typed";
}

TEST(ReportsPage, whereTheLabelThatWasChosenGoesAReportThatIsMadeAnewIsNotOfEverything) {
  ScopeWorld scope;
  const san::Id pci = *scope.san.done().find(san::Kind::Label, "PCI");
  scope.labels()->setCurrentText(QStringLiteral("PCI"));
  ASSERT_TRUE(scope.world.quiet());
  scope.san.set({san::Kind::Label, pci}, "name", std::string("cards"));
  scope.source.put(scope.san.done());
  ASSERT_TRUE(QTest::qWaitFor([&] { return scope.labels()->findText(QStringLiteral("cards")) >= 0; }, 10'000));
  EXPECT_EQ(scope.labels()->currentText(), QString());
  scope.world.page.makeAnew();
  ASSERT_TRUE(scope.world.quiet());
  EXPECT_EQ(scope.world.page.model().report()->fault, QStringLiteral("What was chosen is not there any more."));
  scope.labels()->setCurrentText(QStringLiteral("cards"));
  ASSERT_TRUE(scope.world.quiet());
  EXPECT_EQ(scope.world.page.model().report()->asked.label, "cards");
}

TEST(ReportsPage, noOtherServerSignsWhatWasChosenBeforeTheDialogOpened) {
  ScopeWorld scope;
  auto other = std::make_unique<LabelSource>(scope.san.done());
  LabelSource& second = *other;
  scope.world.page.setChoosers(
      [&](auto&&...) {
        scope.world.workspace.setSource(std::move(other));
        return scope.world.chosen;
      },
      {});
  scope.world.page.save(ReportsPage::Format::Pack);
  EXPECT_TRUE(second.body_.isNull());
  ASSERT_FALSE(scope.world.workspace.notices().all().empty()) << "nor is it passed over";
  EXPECT_FALSE(QFile::exists(scope.world.chosen));
}

TEST(SaveQueue, writesEverythingInOrderAndTellsOfEach) {
  SaveQueue queue;
  std::latch slow(1);
  QStringList written, told;
  const auto save = [&](const QString& name) {
    queue.run(
        [&, name] {
          slow.wait();
          written << name;
          return name;
        },
        [&](const QString& fault) { told << fault; });
  };
  const QStringList all{QStringLiteral("picture"), QStringLiteral("drawing"), QStringLiteral("table")};
  for (const QString& one : all) save(one);
  EXPECT_TRUE(queue.isBusy());
  slow.count_down();
  ASSERT_TRUE(QTest::qWaitFor([&] { return !queue.isBusy(); }, 10'000));
  EXPECT_EQ(written, all);
  EXPECT_EQ(told, all);
}

TEST(SaveQueue, whoGoesLeavesNothingUnwritten) {
  int written = 0;
  {
    SaveQueue queue;
    for (int i = 0; i < 3; ++i) queue.run([&] { return QString::number(++written); }, [](const QString&) {});
  }
  EXPECT_EQ(written, 3);
}

TEST(ReportsPage, aFullDiskIsToldAndNothingIsThere) {
  ReportsWorld world;
  {
    FullDisk full;
    world.page.save(ReportsPage::Format::Json);
    ASSERT_TRUE(world.quiet());
  }
  EXPECT_FALSE(QFile::exists(world.chosen));
  ASSERT_FALSE(world.workspace.notices().all().empty());
  EXPECT_EQ(world.workspace.notices().all().back().level, Notice::Level::Fault);
}

TEST(ReportsPage, anEmptyScopeSaysWhatToDoAndCannotBeSaved) {
  ReportsWorld world;
  for (auto* line : world.page.findChildren<QLineEdit*>()) {
    if (line->accessibleName() != QLatin1String("Only this host")) continue;
    line->setFocus();
    QTest::keyClicks(line, QStringLiteral("nobody"));
    QTest::keyClick(line, Qt::Key_Return);
  }
  ASSERT_TRUE(
      QTest::qWaitFor([&] { return !world.page.isBusy() && !world.page.model().report()->fault.isEmpty(); }, 10'000));
  EXPECT_FALSE(world.page.whyNoSave(ReportsPage::Format::Csv).isEmpty());
}

TEST(ReportsPage, aScopeThatIsHiddenForAReportDoesNotCountForIt) {
  ReportsWorld world;
  for (auto* line : world.page.findChildren<QLineEdit*>()) {
    if (line->accessibleName() == QLatin1String("Only this host")) line->setText(QStringLiteral("nobody"));
  }
  auto* kinds = world.page.findChild<QListWidget*>();
  kinds->setCurrentRow(static_cast<int>(ReportKind::Coverage));
  ASSERT_TRUE(QTest::qWaitFor(
      [&] { return world.page.model().report()->kind == ReportKind::Coverage && !world.page.isBusy(); }, 10'000));
  EXPECT_EQ(world.page.model().report()->fault, QString());
}

TEST(ReportsPage, aPackIsVerifiedWithTheFingerprintThatIsTyped) {
  ReportsWorld world;
  const Packs packs;
  world.chosen = packs.write(test::TinyPack().archive(keyOf(7)));
  world.page.showPart(ReportsPage::Part::Verify);
  for (auto* line : world.page.findChildren<QLineEdit*>()) {
    if (line->isVisible()) QTest::keyClicks(line, QStringLiteral("beef"));
  }
  EXPECT_FALSE(world.page.whyNoVerify().isEmpty()) << "a fingerprint has 64 digits";
  for (auto* line : world.page.findChildren<QLineEdit*>()) {
    if (line->isVisible()) line->setText(QString::fromStdString(base::hexText(keyOf(7).verifyingKey().fingerprint())));
  }
  world.press("Verify a pack...");
  ASSERT_TRUE(QTest::qWaitFor([&] { return !world.page.isBusy(); }, 5000));
  EXPECT_TRUE(world.page.findChild<QTextBrowser*>()->toPlainText().contains(
      QStringLiteral("the key is the one that was expected")));
}

TEST(ReportsPage, aVerdictIsByTheKeysThatStandThereNow) {
  ReportsWorld world;
  const Packs packs;
  world.page.showPart(ReportsPage::Part::Verify);
  QLineEdit* keys = nullptr;
  for (auto* line : world.page.findChildren<QLineEdit*>()) {
    if (line->isVisible()) keys = line;
  }
  const auto key = [](std::uint8_t seed) {
    return QString::fromStdString(base::hexText(keyOf(seed).verifyingKey().fingerprint()));
  };
  const auto says = [&](const char* verdict) {
    const auto badges = world.page.findChildren<StateBadge*>();
    return std::ranges::any_of(
        badges, [&](const StateBadge* one) { return one->accessibleName().startsWith(QLatin1String(verdict)); });
  };
  keys->setText(key(7));
  world.page.checkFile(packs.write(test::TinyPack().archive(keyOf(7))));
  ASSERT_TRUE(QTest::qWaitFor([&] { return !world.page.isBusy(); }, 5000));
  ASSERT_TRUE(says("Verified"));
  QTextBrowser* result = nullptr;
  for (auto* one : world.page.findChildren<QTextBrowser*>()) {
    if (one->isVisible()) result = one;
  }
  ASSERT_NE(result, nullptr);
  result->selectAll();
  keys->setText(key(7) + QLatin1Char(' '));
  EXPECT_TRUE(result->textCursor().hasSelection()) << "the same is not said anew";
  keys->clear();
  EXPECT_FALSE(says("Verified"));
  EXPECT_TRUE(says("Intact, signer unknown"));
  keys->setText(key(8));
  EXPECT_TRUE(says("Intact, signed by another key"));
  keys->setText(key(8) + QLatin1Char(' ') + key(7));
  EXPECT_TRUE(says("Verified"));
}

}  // namespace
}  // namespace console
