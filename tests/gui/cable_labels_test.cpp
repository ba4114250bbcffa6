// Labels of cables: what stands on them, on which page, and what is saved.
#include <gmock/gmock.h>

#include <QApplication>
#include <QFile>
#include <QFileDialog>
#include <QImage>
#include <QLineEdit>
#include <QMessageBox>
#include <QPainter>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include "console-gui/pages/label_window.h"
#include "console-gui/report/save_file.h"
#include "console-gui/widgets/ask_save.h"
#include "tests/gui/pump.h"
#include "tests/gui/test_source.h"
#include "tests/gui/topology_world.h"

namespace console {
namespace {

using namespace test;
using testing::ElementsAre;

struct LabelTest : SmallSan, testing::Test {
  Id stor = san.entity("stor1.corp.example");
  Id host = san.portal("10.0.0.1:50001/tcp", san.done().get<Node>(initiator1)->entity.id);
  Id array = san.portal("10.0.0.9:3260/tcp", stor);

  Id cable(const char* name, const char* color, Id from, Id to, const char* far,
           CableStatus status = CableStatus::Connected) {
    const Id id = san.create(Kind::Cable, {{"name", std::string(name)}});
    const ObjectRef ref{Kind::Cable, id};
    san.set(ref, "color", std::string(color));
    if (from != 0) san.set(ref, "from", ObjectRef{Kind::Portal, from});
    if (to != 0) san.set(ref, "to", ObjectRef{Kind::Portal, to});
    san.set(ref, "far_end", std::string(far));
    san.set(ref, "status", std::string(wordOf(status)));
    return id;
  }
  std::vector<CableLabel> labels(CableScope scope = CableScope::All, std::vector<ObjectRef> selected = {}) {
    return cableLabels(san::SanIndex(san.done()), scope, selected);
  }
  static QString text(const char* one) { return QString::fromUtf8(one); }
};

TEST_F(LabelTest, aCableHasALabelForEachEndWithTheOtherEndOnIt) {
  cable("Z1", "blue", array, 0, "switch-a port 7");
  EXPECT_THAT(labels(),
              ElementsAre(CableLabel{text("Z1"), text("blue"), text("stor1  10.0.0.9:3260"), text("switch-a port 7")},
                          CableLabel{text("Z1"), text("blue"), text("switch-a port 7"), text("stor1  10.0.0.9:3260")}));
}

TEST_F(LabelTest, aPortIsCalledByWhatStandsOnItAndBelongsToItsHost) {
  san.set({Kind::Portal, host}, "note", std::string("slot 2 left"));
  cable("Z1", "", host, array, "");
  const auto made = labels();
  ASSERT_EQ(made.size(), 2U);
  EXPECT_EQ(made[0].here, text("web1  slot 2 left"));
  EXPECT_EQ(made[0].there, text("stor1  10.0.0.9:3260"));
}

TEST_F(LabelTest, numbersInNamesAreInTheirOrder) {
  for (const char* name : {"Z10", "Z9", "Z100"}) cable(name, "", array, 0, "x");
  QStringList names;
  for (const CableLabel& label : labels()) names << label.name;
  names.removeDuplicates();
  EXPECT_EQ(names, QStringList({text("Z9"), text("Z10"), text("Z100")}));
}

TEST_F(LabelTest, theScopeTakesSelectedPortsArraysAndHostsOrWhatIsNotConnected) {
  const Id plan = cable("plan", "", array, 0, "x", CableStatus::Planned);
  cable("there", "", host, 0, "y");
  EXPECT_EQ(labels().size(), 4U);
  EXPECT_EQ(labels(CableScope::NotConnected).size(), 2U);
  EXPECT_TRUE(labels(CableScope::Selected).empty());
  for (const ObjectRef ref :
       {ObjectRef{Kind::Portal, array}, ObjectRef{Kind::Cable, plan}, ObjectRef{Kind::Entity, stor}}) {
    const auto made = labels(CableScope::Selected, {ref});
    ASSERT_EQ(made.size(), 2U) << nameOf(ref.kind);
    EXPECT_EQ(made[0].name, text("plan"));
  }
  EXPECT_EQ(labels(CableScope::Selected, {{Kind::Host, web1}}).front().name, text("there"));
}

TEST_F(LabelTest, labelsGoOnOnTheNextPageAfterThoseThatAreUsed) {
  const LabelSheet& sheet = kLabelSheets[0];
  EXPECT_EQ(pagesOf(sheet, 0, 0), 0);
  EXPECT_EQ(pagesOf(sheet, 65, 0), 1);
  EXPECT_EQ(pagesOf(sheet, 65, 1), 2);
  std::vector<CableLabel> many(65, {text("Z1"), text("red"), text("a"), text("b")});
  const auto inkIn = [&](int skip, int page) {
    QImage image(420, 594, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    paintSheet(painter, image.rect(), sheet, many, skip, page, false);
    painter.end();
    int places = 0;
    for (int place = 0; place < sheet.labels(); ++place) {
      const int x = static_cast<int>((sheet.left + place % sheet.columns * sheet.pitchX + 3) * 2);
      const int y = static_cast<int>((sheet.top + place / sheet.columns * sheet.pitchY + 10) * 2);
      places += image.pixelColor(x, y) != QColor(Qt::white) ? 1 : 0;
    }
    return places;
  };
  EXPECT_EQ(inkIn(0, 0), 65);
  EXPECT_EQ(inkIn(3, 0), 62);
  EXPECT_EQ(inkIn(3, 1), 3);
}

TEST_F(LabelTest, theWindowSavesWhatItShowsAsPdfAndAsATable) {
  cable("Z1", "blue", array, 0, "=switch");
  Workspace workspace;
  workspace.setSource(std::make_unique<TestSource>(san.done()));
  ASSERT_TRUE(pumpUntil([&] { return workspace.present() != nullptr; }));
  LabelWindow window(workspace);
  window.setAttribute(Qt::WA_DeleteOnClose, false);
  EXPECT_EQ(window.labels().size(), 2U);
  QTemporaryDir folder;
  const auto saved = [&](const char* name) {
    const QString path = folder.filePath(text(name));
    EXPECT_EQ(window.saveTo(path), QString());
    QFile file(path);
    EXPECT_TRUE(file.open(QIODevice::ReadOnly));
    return file.readAll();
  };
  EXPECT_TRUE(saved("labels.pdf").startsWith("%PDF-"));
  const QByteArray table = saved("labels.csv");
  EXPECT_TRUE(table.startsWith("name,color,here,there,status\r\n")) << table.toStdString();
  EXPECT_TRUE(table.contains("'=switch")) << "no formula for a spreadsheet: " << table.toStdString();
  EXPECT_FALSE(window.saveTo(folder.filePath(text("nowhere/labels.pdf"))).isEmpty());
}

TEST(AskSave, aNameHasAnEndingOfItsKind) {
  const auto named = [](const char* name, const char* kinds) {
    return withEnding(QString::fromUtf8(name), QString::fromUtf8(kinds)).toStdString();
  };
  EXPECT_EQ(named("rack1", "PDF (*.pdf)"), "rack1.pdf");
  EXPECT_EQ(named("rack1.PDF", "PDF (*.pdf)"), "rack1.PDF");
  EXPECT_EQ(named("rack1.v2", "PDF (*.pdf)"), "rack1.v2.pdf");
  EXPECT_EQ(named("p.tar", "Evidence packs (*.sanctum-evidence.tar *.tar)"), "p.tar");
  EXPECT_EQ(named("p", "Evidence packs (*.sanctum-evidence.tar *.tar)"), "p.sanctum-evidence.tar");
  EXPECT_EQ(named("p", ""), "p");
}

// Answers the dialogs that come: types the name, then says no or yes to what is asked.
class Answering : public QObject {
 public:
  Answering(QString name, QMessageBox::StandardButton answer) : name_(std::move(name)), answer_(answer) {
    startTimer(1);
  }
  int asked = 0;

 protected:
  void timerEvent(QTimerEvent*) override {
    QWidget* over = QApplication::activeModalWidget();
    if (auto* box = qobject_cast<QMessageBox*>(over)) {
      ++asked;
      return box->button(answer_)->click();
    }
    auto* dialog = qobject_cast<QFileDialog*>(over);
    if (dialog == nullptr) return;
    if (asked > 0) return dialog->reject();  // whoever said no is asked for another name
    auto* line = dialog->findChild<QLineEdit*>();
    line->setText(name_);
    QTest::keyClick(line, Qt::Key_Return);
  }

 private:
  QString name_;
  QMessageBox::StandardButton answer_;
};

TEST_F(LabelTest, aFileThatGetsItsEndingIsReplacedByNobodyWhoWasNotAsked) {
  cable("Z1", "blue", array, 0, "x");
  Workspace workspace;
  workspace.setSource(std::make_unique<TestSource>(san.done()));
  ASSERT_TRUE(pumpUntil([&] { return workspace.present() != nullptr; }));
  QTemporaryDir folder;
  const QString path = folder.filePath(text("rack1.pdf"));
  ASSERT_EQ(saveWhole(path, "the labels of last year"), QString());
  const auto saveAs = [&](QMessageBox::StandardButton answer) {
    LabelWindow window(workspace);
    window.setAttribute(Qt::WA_DeleteOnClose, false);
    window.show();
    Answering person(folder.filePath(text("rack1")), answer);
    for (QPushButton* one : window.findChildren<QPushButton*>()) {
      if (one->text() == text("Save as PDF...")) one->click();
    }
    EXPECT_EQ(person.asked, 1);
    QFile file(path);
    EXPECT_TRUE(file.open(QIODevice::ReadOnly));
    return file.readAll();
  };
  EXPECT_EQ(saveAs(QMessageBox::No), QByteArray("the labels of last year"));
  EXPECT_TRUE(saveAs(QMessageBox::Yes).startsWith("%PDF-"));
}

}  // namespace
}  // namespace console
