// Import: files with errors in every row, mended in the grid by keyboard, all of it in one step of the draft or
// nothing.
#include <gmock/gmock.h>

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "console-gui/canvas/theme.h"
#include "console-gui/client/demo_source.h"
#include "console-gui/model/import_model.h"
#include "console-gui/pages/import_window.h"
#include "shared/san/change.h"
#include "tests/gui/pump.h"
#include "tests/gui/test_source.h"
#include "tests/support/import_samples.h"
#include "tests/support/san_builder.h"

namespace console {
namespace {

using test::SanBuilder;

constexpr const char* kAllWrong =
    "name,site,labels\n"
    "web1,Nowhere,\n"
    ",Zurich,\n"
    "web3,Zurich,PCI;none\n"
    "web3,Zurich,\n"
    "\"web5\"x,Zurich,\n"
    "web6,Zurich,,too,many\n";

struct ImportTest : testing::Test {
  SanBuilder san;
  ImportModel model;
  QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Fatal};

  ImportTest() {
    san.create(san::Kind::Site, {{"name", std::string("Zurich")}});
    san.create(san::Kind::Label, {{"name", std::string("PCI")}});
  }
  void open(const std::string& text, const QString& name) {
    model.setSan(san.done(), san::kFirstProvisional);
    model.openText(text, name);
    settle();
  }
  void settle() {
    ASSERT_TRUE(test::pumpUntil([&] { return !model.isBusy(); }));
  }
  QModelIndex cell(int row, const char* field) const {
    for (int i = 0; i < model.columnCount(); ++i) {
      if (model.headerData(i, Qt::Horizontal, Qt::DisplayRole).toString() == QLatin1String(field))
        return model.index(row, i);
    }
    return {};
  }
  void mend(int row, const char* field, const char* text) {
    ASSERT_TRUE(model.setData(cell(row, field), QString::fromUtf8(text)));
    settle();
  }
  QString reason(int row, const char* field) const {
    return cell(row, field).data(ImportModel::kReasonRole).toString();
  }
  QString does(int row) const { return model.index(row, ImportModel::Does).data().toString(); }
  san::Snapshot after() const {
    auto applied =
        san::apply(san.done(), model.edits(), san::Writer::ChangeSet, san.done().revision + 1, san.done().time);
    EXPECT_TRUE(applied.ok());
    return applied.ok() ? applied->snapshot : san.done();
  }
  std::size_t wrong() const { return model.verdict().count(RowState::Wrong); }
};

TEST_F(ImportTest, errorsInEveryRowAreEachToldAtTheirCellAndNothingIsHalfApplied) {
  open(kAllWrong, QStringLiteral("hosts.csv"));
  EXPECT_EQ(model.file().format, ImportFormat::Csv);
  ASSERT_EQ(model.rowCount(), 6);
  EXPECT_EQ(wrong(), 6U);
  EXPECT_TRUE(model.edits().empty());
  EXPECT_TRUE(model.whyNot().contains(QLatin1Char('6')));
  EXPECT_TRUE(reason(0, "site").contains(QStringLiteral("Nowhere")));
  EXPECT_TRUE(reason(0, "name").isEmpty()) << "the name is right";
  EXPECT_FALSE(reason(1, "name").isEmpty());
  EXPECT_TRUE(reason(2, "labels").contains(QStringLiteral("none")));
  EXPECT_TRUE(reason(3, "name").contains(QStringLiteral("twice")));
  EXPECT_TRUE(does(4).contains(QStringLiteral("quotes")));
  EXPECT_TRUE(does(5).contains(QStringLiteral("more cells")));
  EXPECT_EQ(model.index(0, 0).data().toString(), QStringLiteral("line 2"));
}

TEST_F(ImportTest, whileTheSanMovesWhatWasJudgedCountsUntilItIsJudgedAnew) {
  open("name,site\nweb1,Zurich\n", QStringLiteral("hosts.csv"));
  ASSERT_EQ(model.whyNot(), QString());
  int told = 0;
  QObject::connect(&model, &ImportModel::dataChanged, &model, [&] { ++told; });
  for (int i = 0; i < 3; ++i) {
    model.followSan(san.done());
    EXPECT_EQ(model.whyNot(), QString());
    EXPECT_FALSE(model.edits().empty());
  }
  settle();
  EXPECT_EQ(told, 0) << "an editor that is open keeps what is typed into it";
  san.create(san::Kind::Host, {{"name", std::string("web1")},
                               {"site", san::ObjectRef{san::Kind::Site, *san.done().find(san::Kind::Site, "Zurich")}}});
  model.followSan(san.done());
  settle();
  EXPECT_EQ(model.verdict().count(RowState::Same), 1U);
  EXPECT_GT(told, 0);
}

TEST_F(ImportTest, aMendedCellIsJudgedAnewAndTheLastOneMakesAllOfIt) {
  open(kAllWrong, QStringLiteral("hosts.csv"));
  mend(0, "site", "Zurich");
  EXPECT_EQ(does(0), QStringLiteral("New"));
  EXPECT_TRUE(model.edits().empty()) << "others are wrong still";
  mend(1, "name", "web2");
  mend(2, "labels", "PCI");
  mend(3, "name", "web4");
  EXPECT_EQ(wrong(), 2U);
  EXPECT_FALSE(model.flags(cell(4, "name")).testFlag(Qt::ItemIsEditable)) << "nobody knows what its cells are";
  ASSERT_TRUE(model.setData(model.index(4, 0), Qt::Unchecked, Qt::CheckStateRole));
  ASSERT_TRUE(model.setData(model.index(5, 0), Qt::Unchecked, Qt::CheckStateRole));
  settle();
  EXPECT_EQ(model.whyNot(), QString());
  const san::Snapshot result = after();
  EXPECT_EQ(result.table<san::Host>().size(), 4U);
  EXPECT_TRUE(result.find(san::Kind::Host, "web4"));
  EXPECT_FALSE(result.find(san::Kind::Host, "web6"));
}

TEST_F(ImportTest, whileRowsAreCheckedNothingCanBeTakenNotEvenWhatWasRightBefore) {
  open("name,site\nweb1,Zurich\n", QStringLiteral("hosts.csv"));
  ASSERT_FALSE(model.edits().empty());
  ASSERT_TRUE(model.setData(cell(0, "site"), QStringLiteral("Nowhere")));
  EXPECT_TRUE(model.edits().empty());
  EXPECT_FALSE(model.whyNot().isEmpty());
  settle();
  EXPECT_EQ(wrong(), 1U);
}

TEST_F(ImportTest, whatIsLeftOutIsMissedByRowsThatReferToIt) {
  open(R"({"sites": [{"name": "Bern"}], "hosts": [{"name": "web1", "site": "Bern"}]})", QStringLiteral("san.json"));
  EXPECT_EQ(model.whyNot(), QString());
  ASSERT_TRUE(model.setData(model.index(0, 0), Qt::Unchecked, Qt::CheckStateRole));
  settle();
  EXPECT_EQ(wrong(), 1U);
  EXPECT_TRUE(model.edits().empty());
  ASSERT_TRUE(model.setData(model.index(0, 0), Qt::Checked, Qt::CheckStateRole));
  settle();
  EXPECT_EQ(after().table<san::Host>().size(), 1U);
}

TEST_F(ImportTest, anUnknownColumnIsAskedForAndThenMapped) {
  open("Rechner,site,Passwort\nweb1,Zurich,geheim\n", QStringLiteral("hosts.csv"));
  EXPECT_TRUE(model.whyNot().contains(QStringLiteral("Rechner")));
  EXPECT_EQ(model.columnCount(), ImportModel::kFixed + 1) << "what is not taken is not shown, a secret least of all";
  model.useColumn(0, "name");
  settle();
  EXPECT_EQ(model.whyNot(), QString());
  EXPECT_TRUE(after().find(san::Kind::Host, "web1"));
  model.useColumn(0, "");
  settle();
  EXPECT_EQ(wrong(), 1U) << "a host needs its name";
}

TEST_F(ImportTest, aTableOfAnotherKindIsReadAnew) {
  open("name\nBern\n", QStringLiteral("table.csv"));
  model.setKind(san::Kind::Site);
  settle();
  EXPECT_EQ(model.file().sheets.front().kind, san::Kind::Site);
  EXPECT_TRUE(after().find(san::Kind::Site, "Bern"));
}

TEST_F(ImportTest, moreErrorsThanAnAnswerOfTheServerHoldsAreAllTold) {
  std::string text = "name,site\n";
  for (int i = 0; i < 1000; ++i) text += "host" + std::to_string(i) + ",Nowhere\n";
  open(text, QStringLiteral("hosts.csv"));
  EXPECT_EQ(wrong(), 1000U);
  model.leaveOutWrong();
  settle();
  EXPECT_EQ(wrong(), 0U);
  EXPECT_TRUE(model.edits().empty());
}

TEST_F(ImportTest, flagsAndNumbersThatAreNoneAreToldAtTheirCell) {
  open("name,enabled\nset1,perhaps\n", QStringLiteral("domain-sets.csv"));
  EXPECT_TRUE(reason(0, "enabled").contains(QStringLiteral("yes or no")));
  mend(0, "enabled", "yes");
  EXPECT_EQ(model.whyNot(), QString());
}

TEST_F(ImportTest, whatIsSoAlreadyAndWhatChangesAreToldApart) {
  san.create(san::Kind::Host, {{"name", std::string("old")}});
  open("name,site\nold,\nnew,\n", QStringLiteral("hosts.csv"));
  EXPECT_EQ(does(0), QStringLiteral("So already"));
  EXPECT_EQ(does(1), QStringLiteral("New"));
  mend(0, "site", "Zurich");
  EXPECT_EQ(model.verdict().count(RowState::Changed), 1U);
}

TEST_F(ImportTest, whatTheModelRefusesOfRowsTogetherIsToldAtARow) {
  open(
      R"({"hosts": [{"name": "a", "labels": ["PCI"]}, {"name": "b", "nodes": ["iqn.2026-01.example:x"]}, {"name": "c", "nodes": ["iqn.2026-01.example:x"]}]})",
      QStringLiteral("san.json"));
  EXPECT_EQ(wrong(), 1U) << "an initiator in two hosts";
  EXPECT_TRUE(does(1).contains(QStringLiteral("part of the hosts")) ||
              does(2).contains(QStringLiteral("part of the hosts")));
  EXPECT_TRUE(model.edits().empty());
}

TEST_F(ImportTest, lioIsRecognisedAndWhatItCannotGiveIsARowThatIsLeftOutOnPurpose) {
  open(test::kLioSample, QStringLiteral("saveconfig.json"));
  EXPECT_EQ(model.file().format, ImportFormat::Lio);
  ASSERT_EQ(model.file().sheets.back().kind, san::Kind::None);
  EXPECT_EQ(model.file().sheets.back().rows.size(), 2U) << "a secret and a fabric of another kind";
  ASSERT_NE(std::string_view(test::kLioSample).find("plantedsecret1"), std::string::npos);
  std::size_t cells = 0;
  for (const ImportSheet& sheet : model.file().sheets) {
    for (const auto& row : sheet.rows) {
      for (const ImportCell& cell : row->cells) EXPECT_EQ(cell.text.find("plantedsecret1"), std::string::npos);
      cells += row->cells.size();
    }
  }
  EXPECT_GT(cells, 10U);
  // Its units have not been reported.
  EXPECT_EQ(wrong(), 4U);
  model.leaveOutWrong();
  settle();
  EXPECT_EQ(model.whyNot(), QString());
  EXPECT_EQ(after().table<san::Domain>().size(), 2U);
  EXPECT_EQ(after().table<san::Map>().size(), 0U);
}

TEST_F(ImportTest, aListingOfOpenIsnsIsRecognisedWithItsLines) {
  open(std::string(test::kOpenIsnsSample), QStringLiteral("dds.txt"));
  EXPECT_EQ(model.file().format, ImportFormat::OpenIsns);
  EXPECT_EQ(model.index(1, 0).data().toString(), QStringLiteral("line 9"));
  EXPECT_EQ(model.whyNot(), QString());
  EXPECT_EQ(after().table<san::Domain>().size(), 2U);
  model.setSheet(1);
  EXPECT_EQ(model.rowCount(), 1);
}

TEST_F(ImportTest, anotherServersListingTakesNobodyOutOfAZoneOfTheSameName) {
  const san::Id node = san.initiator("iqn.2024-01.org.example:byhand");
  san.create(san::Kind::Domain,
             {{"name", std::string("web")}, {"nodes", std::vector{san::ObjectRef{san::Kind::Node, node}}}});
  open(std::string(test::kOpenIsnsSample), QStringLiteral("dds.txt"));
  EXPECT_EQ(model.whyNot(), QString());
  EXPECT_EQ(after().get<san::Domain>(1)->nodes.size(), 2U);
}

TEST_F(ImportTest, aYamlDocumentIsReadAsTheJsonOne) {
  for (const char* name : {"san.yaml", "san.txt"}) {
    open("format: 1\nsites:\n- name: Zurich\nhosts:\n- {name: web20, site: Zurich}\n", QString::fromLatin1(name));
    EXPECT_EQ(model.file().format, ImportFormat::Yaml) << name;
    EXPECT_EQ(model.whyNot(), QString()) << name;
    EXPECT_TRUE(after().find(san::Kind::Host, "web20")) << name;
  }
}

TEST_F(ImportTest, aTableWithSemicolonsIsReadAsASpreadsheetWritesIt) {
  open("name;labels\nweb20;\n", QStringLiteral("hosts.csv"));
  EXPECT_EQ(model.file().format, ImportFormat::Csv);
  EXPECT_EQ(model.whyNot(), QString());
  EXPECT_TRUE(after().find(san::Kind::Host, "web20"));
}

TEST_F(ImportTest, whatEditorsAndSpreadsheetsAddIsNoPartOfAFile) {
  const std::string mark = "\xef\xbb\xbf";
  const std::tuple<const char*, std::string, ImportFormat> files[] = {
      {"hosts.csv", mark + "name,site\r\nweb20,\r\n,\r\n,\r\n", ImportFormat::Csv},
      {"a.txt", mark + "\r\n{\"hosts\": [{\"name\": \"web20\"}]}", ImportFormat::Json},
      {"b.txt", mark + "format: 1\nhosts:\n- name: web20\n", ImportFormat::Yaml}};
  for (const auto& [name, text, format] : files) {
    open(text, QString::fromLatin1(name));
    EXPECT_EQ(model.file().format, format) << name;
    EXPECT_EQ(model.rowCount(), 1) << name;
    EXPECT_EQ(model.whyNot(), QString()) << name;
    EXPECT_TRUE(after().find(san::Kind::Host, "web20")) << name;
  }
  open(mark + std::string(test::kOpenIsnsSample), QStringLiteral("dds.txt"));
  EXPECT_EQ(model.file().format, ImportFormat::OpenIsns);
  EXPECT_EQ(model.file().sheets.front().rows.size(), 2U);
}

TEST_F(ImportTest, whatIsNoImportIsSaidAndHasNoRows) {
  const std::pair<const char*, std::string> files[] = {{"letter.txt", "Dear colleague,\nplease zone web1.\n"},
                                                       {"empty.csv", " \n"},
                                                       {"picture.png", std::string("\x89PNG\r\n\x1a\n\0\0", 10)},
                                                       {"broken.json", "{\"hosts\": ["},
                                                       {"broken.yaml", "hosts: [\n"},
                                                       {"number.json", "7"},
                                                       {"text.yaml", "just a text"},
                                                       {"nothing.json", "{\"hosts\": []}"}};
  for (const auto& [name, text] : files) {
    open(text, QString::fromLatin1(name));
    EXPECT_FALSE(model.isOpen()) << name;
    EXPECT_FALSE(model.file().fault.isEmpty()) << name;
    EXPECT_EQ(model.rowCount(), 0) << name;
    EXPECT_TRUE(model.edits().empty()) << name;
  }
}

TEST_F(ImportTest, aFileThatIsTooLargeOrNotThereIsSaid) {
  const QTemporaryDir folder;
  const QString path = folder.filePath(QStringLiteral("large.csv"));
  QFile large(path);
  ASSERT_TRUE(large.open(QIODevice::WriteOnly));
  ASSERT_TRUE(large.resize(kMostImportBytes + 1));
  model.open(path);
  settle();
  EXPECT_TRUE(model.file().fault.contains(QStringLiteral("64 MiB"))) << model.file().fault.toStdString();
  model.open(folder.filePath(QStringLiteral("nothing.csv")));
  settle();
  EXPECT_FALSE(model.file().fault.isEmpty());
}

TEST_F(ImportTest, sectionsThatNobodyKnowsAreRowsWithAReason) {
  open(R"({"hots": [], "hosts": [{"name": "web1", "colour": "red"}, 7]})", QStringLiteral("san.json"));
  EXPECT_TRUE(model.whyNot().contains(QStringLiteral("colour")));
  model.useColumn(1, "");
  settle();
  EXPECT_EQ(wrong(), 2U);
  model.setSheet(1);
  EXPECT_TRUE(does(0).contains(QStringLiteral("hosts"))) << does(0).toStdString();
}

// --- the window ---

struct WindowTest : testing::Test {
  Workspace workspace;
  QTemporaryDir folder;
  SanBuilder san;

  WindowTest() {
    san.create(san::Kind::Site, {{"name", std::string("Zurich")}});
    workspace.setSource(std::make_unique<test::TestSource>(san.done()));
    // With its findings, after which nothing more comes by itself.
    EXPECT_TRUE(test::pumpUntil([&] { return workspace.present() && workspace.present()->findings; }));
  }
  QString file(const char* name, const std::string& text) {
    QFile out(folder.filePath(QString::fromLatin1(name)));
    EXPECT_TRUE(out.open(QIODevice::WriteOnly));
    out.write(text.data(), static_cast<qint64>(text.size()));
    return out.fileName();
  }
  static QPushButton* button(QWidget& in, const char* text) {
    for (auto* one : in.findChildren<QPushButton*>()) {
      if (one->text() == QLatin1String(text)) return one;
    }
    return nullptr;
  }
  static void settle(ImportWindow& window) {
    EXPECT_TRUE(test::pumpUntil([&] { return !window.model().isBusy(); }));
    test::pump();
  }
};

TEST_F(WindowTest, byKeyboardACellIsMendedARowLeftOutAndTheRestIsOneStepThatUndoTakesBack) {
  ASSERT_TRUE(
      workspace.edit(QStringLiteral("Before"),
                     {{san::EditOp::Create, workspace.draft().newObject(san::Kind::Host), {}, {}},
                      {san::EditOp::Set, workspace.draft().newObject(san::Kind::Host), "name", std::string("own")}}));
  auto* window = new ImportWindow(workspace);
  window->show();
  window->openFile(file("hosts.csv", "name,site\nweb1,Nowhere\nweb2,Nowhere\n"));
  settle(*window);
  auto* table = window->findChild<QTableView*>(QStringLiteral("rows"));
  QPushButton* put = button(*window, "Put into the draft");
  EXPECT_FALSE(put->isEnabled());
  EXPECT_FALSE(put->toolTip().isEmpty());
  table->setFocus();
  table->setCurrentIndex(table->model()->index(0, 3));
  EXPECT_TRUE(window->findChild<QLabel*>(QStringLiteral("reason"))->text().contains(QStringLiteral("Nowhere")));
  QTest::keyClick(table, Qt::Key_F2);
  auto* editor = qobject_cast<QLineEdit*>(QApplication::focusWidget());
  ASSERT_NE(editor, nullptr);
  editor->selectAll();
  QTest::keyClicks(editor, QStringLiteral("Zurich"));
  QTest::keyClick(editor, Qt::Key_Return);
  settle(*window);
  EXPECT_FALSE(put->isEnabled()) << "the other row is wrong still";
  EXPECT_EQ(workspace.draft().undo().count(), 1);
  table->setFocus();
  table->setCurrentIndex(table->model()->index(1, 0));
  QTest::keyClick(table, Qt::Key_Space);
  settle(*window);
  ASSERT_TRUE(put->isEnabled()) << put->toolTip().toStdString();
  put->setFocus();
  QTest::keyClick(put, Qt::Key_Space);
  EXPECT_EQ(workspace.draft().undo().undoText(), QStringLiteral("Import hosts.csv"));
  EXPECT_EQ(workspace.page(), PageId::Zoning);
  EXPECT_TRUE(workspace.draft().result().find(san::Kind::Host, "web1"));
  EXPECT_TRUE(workspace.draft().result().find(san::Kind::Host, "own"));
  EXPECT_FALSE(workspace.draft().result().find(san::Kind::Host, "web2"));
  workspace.draft().undo().undo();
  EXPECT_FALSE(workspace.draft().result().find(san::Kind::Host, "web1"));
  EXPECT_TRUE(workspace.draft().result().find(san::Kind::Host, "own"));
}

TEST_F(WindowTest, anUnknownHeaderHasAChoiceAndRowsWithErrorsCanBeSeenAlone) {
  auto* window = new ImportWindow(workspace);
  window->show();
  window->openFile(file("hosts.csv", "name,Ort\nweb1,Zurich\nweb2,Nowhere\n"));
  settle(*window);
  auto* choice = window->findChild<QComboBox*>(QStringLiteral("column-Ort"));
  ASSERT_NE(choice, nullptr);
  EXPECT_TRUE(choice->isVisible());
  EXPECT_EQ(choice->currentIndex(), -1);
  choice->setFocus();
  choice->setCurrentIndex(choice->findText(QStringLiteral("site")));
  emit choice->activated(choice->currentIndex());
  settle(*window);
  auto* table = window->findChild<QTableView*>(QStringLiteral("rows"));
  EXPECT_EQ(table->model()->rowCount(), 2);
  window->findChild<QAbstractButton*>(QStringLiteral("only-wrong"))->click();
  EXPECT_EQ(table->model()->rowCount(), 1);
  delete window;
}

TEST_F(WindowTest, theRowsAreJudgedAgainWhenTheSanOrTheDraftHasMoved) {
  auto* window = new ImportWindow(workspace);
  window->show();
  window->openFile(file("hosts.csv", "name,site\nweb1,Bern\n"));
  settle(*window);
  EXPECT_EQ(window->model().verdict().count(RowState::Wrong), 1U);
  const san::ObjectRef site = workspace.draft().newObject(san::Kind::Site);
  ASSERT_TRUE(workspace.edit(QStringLiteral("Bern"), {{san::EditOp::Create, site, {}, {}},
                                                      {san::EditOp::Set, site, "name", std::string("Bern")}}));
  settle(*window);
  EXPECT_EQ(window->model().verdict().count(RowState::Wrong), 0U);
  button(*window, "Put into the draft")->click();
  EXPECT_TRUE(workspace.draft().result().find(san::Kind::Host, "web1"));
}

TEST_F(WindowTest, whoMayNotChangeAnythingSeesTheRowsAndWhyTheyStay) {
  static_cast<test::TestSource*>(workspace.source())->who_.rights = {"san.read"};
  auto* window = new ImportWindow(workspace);
  window->show();
  window->openFile(file("hosts.csv", "name\nweb1\n"));
  settle(*window);
  const auto* why = window->findChild<QLabel*>(QStringLiteral("why"));
  EXPECT_TRUE(test::pumpUntil([&] { return why->text().contains(QStringLiteral("change.draft")); }))
      << why->text().toStdString();
  EXPECT_FALSE(button(*window, "Put into the draft")->isEnabled());
  delete window;
}

TEST_F(WindowTest, everythingThatTabReachesHasAName) {
  auto* window = new ImportWindow(workspace);
  window->show();
  window->openFile(file("hosts.csv", "name,Ort\nweb1,Zurich\n"));
  settle(*window);
  for (QWidget* one : window->findChildren<QWidget*>()) {
    if (!one->isVisible() || (one->focusPolicy() & Qt::TabFocus) == 0) continue;
    EXPECT_FALSE(one->accessibleName().isEmpty() && one->property("text").toString().isEmpty())
        << one->metaObject()->className();
  }
  delete window;
}

}  // namespace
}  // namespace console
