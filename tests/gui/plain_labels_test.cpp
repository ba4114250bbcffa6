// Names that look like HTML, on every page and in every window: no label, text or tooltip renders them, or loads what
// they name.
#include <gtest/gtest.h>

#include <QAbstractScrollArea>
#include <QAction>
#include <QApplication>
#include <QHelpEvent>
#include <QLabel>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBlock>
#include <QTextEdit>
#include <QToolTip>
#include <utility>

#include "console-gui/app/main_window.h"
#include "tests/gui/pump.h"
#include "tests/gui/test_source.h"
#include "tests/support/san_builder.h"

namespace console {
namespace {

constexpr const char* kHostile = "<img src='/etc/hostname'><b>x</b>";

struct PlainLabels : testing::Test {
  QTemporaryDir folder;
  Settings settings{folder.filePath(QStringLiteral("settings.ini"))};
  Workspace workspace{nullptr, folder.filePath(QStringLiteral("drafts"))};
  MainWindow window{workspace, settings};
  test::SanBuilder san;
  std::vector<san::ObjectRef> objects;
  std::size_t met = 0;
  QString tip_;

  void name(san::Kind kind, san::Id id, const char* field, const char* more = "") {
    san.set({kind, id}, field, std::string(kHostile) + more);
    objects.push_back({kind, id});
  }
  void SetUp() override {
    const auto host = san.host("host", "iqn.2026-01.example:host");
    const auto node = san.nodeNamed("iqn.2026-01.example:host");
    const auto disk = san.target("iqn.2026-01.example:disk");
    const auto unit = san.unit("naa.6000000000000001", disk, 0);
    const auto zone = san.domain("zone", {node, disk});
    const auto set = san.domainSet("set", true, {zone});
    san.map({san::Kind::Host, host}, disk, unit, 0);
    name(san::Kind::Host, host, "name");
    name(san::Kind::LogicalUnit, unit, "name");
    name(san::Kind::Domain, zone, "name");
    name(san::Kind::DomainSet, set, "name");
    name(san::Kind::Node, disk, "alias");
    for (const san::Kind kind : {san::Kind::Site, san::Kind::Label, san::Kind::Network, san::Kind::Cable}) {
      name(kind, san.create(kind, {{"name", std::string("one")}}), "name");
    }
    auto own = std::make_unique<test::TestSource>(san.done());
    own->who_.user = kHostile;
    own->who_.rights = {"san.read",      "change.draft", "change.submit",
                        "change.commit", "audit.read",   "credential.manage"};
    window.show();
    workspace.setSource(std::move(own));
    ASSERT_TRUE(test::pumpUntil([&] { return workspace.present() && workspace.present()->findings; }));
  }
  // Until the page that is open shows all that it will: what it draws or names may come from a worker.
  void settle() {
    test::pump();
    const Page* page = window.page(workspace.page());
    ASSERT_TRUE(test::pumpUntil([&] { return !page->isBusy(); })) << page->title().toStdString();
    test::pump();
  }
  void look(const std::string& where) {
    ASSERT_NO_FATAL_FAILURE(settle());
    for (QWidget* one : QApplication::allWidgets()) {
      const auto* label = qobject_cast<const QLabel*>(one);
      if (const auto* text = qobject_cast<const QTextEdit*>(one)) {
        EXPECT_FALSE(hasPicture(*text->document())) << where << ": " << text->toPlainText().toStdString();
      }
      if (label == nullptr || label->text().isEmpty() || label->inherits("QTipLabel")) continue;
      const bool names = label->text().contains(QStringLiteral("<img"));
      met += names ? 1 : 0;
      EXPECT_NE(label->textFormat(), Qt::AutoText) << where << ": " << label->text().toStdString();
      EXPECT_FALSE(names && label->textFormat() != Qt::PlainText) << where << ": " << label->text().toStdString();
    }
  }
  static bool hasPicture(const QTextDocument& text) {
    for (QTextBlock block = text.begin(); block.isValid(); block = block.next()) {
      for (auto at = block.begin(); !at.atEnd(); ++at) {
        if (at.fragment().charFormat().isImageFormat()) return true;
      }
    }
    return false;
  }
  // Points at everything: at each widget, and all over what scrolls.
  void point(const std::string& where) {
    constexpr int kStep = 12;
    ASSERT_NO_FATAL_FAILURE(settle());
    for (QWidget* one : window.findChildren<QWidget*>()) {
      if (!one->isVisible()) continue;
      const auto* area = qobject_cast<const QAbstractScrollArea*>(one->parentWidget());
      const bool scrolls = area != nullptr && area->viewport() == one;
      for (int y = 1; y < (scrolls ? one->height() : 2); y += kStep) {
        for (int x = 1; x < (scrolls ? one->width() : 2); x += 4 * kStep) tip(*one, {x, y}, where);
      }
    }
  }
  void tip(QWidget& widget, QPoint at, const std::string& where) {
    QHelpEvent event(QEvent::ToolTip, at, widget.mapToGlobal(at));
    QCoreApplication::sendEvent(&widget, &event);
    const QString text = QToolTip::text();
    if (std::exchange(tip_, text) == text) return;  // the last one goes a moment later
    if (text.contains(QStringLiteral("img src"))) ++met;
    EXPECT_FALSE(Qt::mightBeRichText(text) && text.contains(QStringLiteral("<img")))
        << where << ": " << text.toStdString();
    QToolTip::hideText();
  }
};

TEST_F(PlainLabels, ofToolTipsOfEveryPageShowNamesAsTheyAre) {
  met = 0;
  for (std::size_t page = 0; page < kPages; ++page) {
    workspace.go(static_cast<PageId>(page));
    const std::string title = window.page(static_cast<PageId>(page))->title().toStdString();
    workspace.selection().select(objects.front());
    point(title);
  }
  EXPECT_GT(met, 0U) << "no tip shows a name";
}

TEST_F(PlainLabels, ofEveryPageWhicheverObjectIsSelectedShowNamesAsTheyAre) {
  for (std::size_t page = 0; page < kPages; ++page) {
    workspace.go(static_cast<PageId>(page));
    const std::string title = window.page(static_cast<PageId>(page))->title().toStdString();
    look(title);
    for (const san::ObjectRef ref : objects) {
      workspace.selection().select(ref);
      look(title + ", " + std::string(san::nameOf(ref.kind)));
    }
  }
  EXPECT_GT(met, 0U) << "nobody shows a name";
}

TEST_F(PlainLabels, ofQuestionsFormsAndNoticesShowNamesAsTheyAre) {
  workspace.go(PageId::Zoning);
  workspace.selection().select(objects.front());
  for (const ActionId one : {ActionId::Rename, ActionId::Edit, ActionId::Template, ActionId::CableLabels}) {
    QAction* action = window.actions().action(one);
    ASSERT_TRUE(action->isEnabled()) << action->toolTip().toStdString();
    action->trigger();
    look(action->text().toStdString());
  }
  workspace.notices().tell(
      {Notice::Level::Fault, {}, QString::fromUtf8(kHostile), QString::fromUtf8(kHostile), {}, {}});
  look("a notice");
  EXPECT_GT(met, 0U) << "nobody shows a name";
}

}  // namespace
}  // namespace console
