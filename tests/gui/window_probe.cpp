// The whole console, driven line by line from a test against a real server (tests/interop/lib/console_window.py): it
// does what it reads by keys, clicks and the actions of the table, and says what can be read in its window.
//
//   login ADDRESS USER    types them at the first page, and the next line as the password
//   keep                  ticks that the login is kept: in this process, there is no key ring
//   server ADDRESS        as --server: by the login that is kept, where one is
//   demo                  opens the demo SAN
//   page NAME             opens a page
//   do NAME               an action of the table, such as report.pdf
//   write FIELD=TEXT      into the line of text of that accessible name
//   type TEXT             into what has the focus, and Enter
//   press TEXT            the button that says so
//   choose TABLE=TEXT     the first row of the table of that accessible name that has the text in a cell
//   file PATH             what the next question for a file is answered with
//   ask METHOD PATH BODY  the source's answer to a route of the API (PATH from /api/v1 on, BODY as JSON or nothing)
//   texts                 all that can be read now, a line each: text ...
//   quit
//
// Each ends with a line `done` or `failed WHY`; what happens by itself is said as it happens: state ..., notice ...
#include <unistd.h>

#include <QAccessible>
#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSocketNotifier>
#include <QStyleFactory>
#include <QTabBar>
#include <QTableView>
#include <QTest>
#include <QTextBrowser>
#include <QTextDocumentFragment>
#include <QTreeView>
#include <array>
#include <cstdio>

#include "console-gui/app/main_window.h"
#include "console-gui/client/login_keeper.h"
#include "console-gui/pages/reports_page.h"
#include "shared/base/json_reader.h"
#include "shared/mgmt/routes.h"
#include "tests/gui/pump.h"

using namespace console;

namespace {

constexpr std::array kStates{"connecting", "snapshot", "live", "stale", "offline", "rejected"};
constexpr std::array kLevels{"information", "success", "warning", "fault"};
constexpr int kMostRows = 200;

void say(const QString& line) {
  std::printf("%s\n", qPrintable(QString(line).replace(QLatin1Char('\n'), QLatin1Char(' '))));
  std::fflush(stdout);
}

// Byte by byte: what is left of the input stays where it is, and a password in no buffer.
template <class Take>
bool takeLine(Take take) {
  char c = 0;
  while (::read(0, &c, 1) == 1) {
    if (c == '\n') return true;
    take(c);
  }
  return false;
}

class Probe : public QObject {
 public:
  Probe() : window_(workspace_, settings_), notifier_(0, QSocketNotifier::Read) {
    keepTokensIn(&kept_);
    connect(&notifier_, &QSocketNotifier::activated, this, [this] { onLine(); });
    connect(&workspace_, &Workspace::statusChanged, this, [this] {
      if (workspace_.source() == nullptr) return;
      const LinkStatus status = workspace_.source()->status();
      const QString line = QStringLiteral("state %1 %2").arg(QLatin1String(kStates[static_cast<std::size_t>(status.state)]), QString::fromStdString(status.why));
      if (line != last_) say(last_ = line);
    });
    connect(&workspace_.notices(), &Notices::changed, this, [this] {
      for (const Notice& one : workspace_.notices().all()) {
        const QString line = QStringLiteral("notice %1 %2: %3").arg(QLatin1String(kLevels[static_cast<std::size_t>(one.level)]), one.title, one.detail);
        if (!told_.contains(line)) say(line);
        told_ << line;
      }
    });
    const auto file = [this](const QString&, const QString&, const QString&) { return std::exchange(file_, {}); };
    static_cast<ReportsPage*>(window_.page(PageId::Reports))->setChoosers(file, file);
    window_.resize(1600, 900);
    window_.show();
    window_.activateWindow();
    (void)test::pumpUntil([] { return QApplication::focusWidget() != nullptr; });
    say(QStringLiteral("done"));
  }

 private:
  void onLine() {
    notifier_.setEnabled(false);  // one after the other, also while one waits
    std::string line;
    if (!takeLine([&](char c) { line += c; }) || line == "quit") return QCoreApplication::exit(0);
    const QString all = QString::fromStdString(line);
    const QString why = carryOut(all.section(QLatin1Char(' '), 0, 0), all.section(QLatin1Char(' '), 1));
    say(why.isEmpty() ? QStringLiteral("done") : QStringLiteral("failed ") + why);
    notifier_.setEnabled(true);
  }

  QString carryOut(const QString& verb, const QString& rest) {
    const QString left = rest.section(QLatin1Char('='), 0, 0), right = rest.section(QLatin1Char('='), 1);
    if (verb == QLatin1String("login")) return logIn(rest.section(QLatin1Char(' '), 0, 0), rest.section(QLatin1Char(' '), 1));
    if (verb == QLatin1String("keep")) {
      keep_ = true;
      return {};
    }
    if (verb == QLatin1String("server")) {
      window_.showServer(rest);
      test::pump();
      return shown();
    }
    if (verb == QLatin1String("demo")) {
      window_.openDemo();
      return shown();
    }
    if (verb == QLatin1String("page")) {
      window_.showPageNamed(rest);
      return settled();
    }
    if (verb == QLatin1String("do")) return doIt(rest);
    if (verb == QLatin1String("write")) return write(left, right);
    if (verb == QLatin1String("type")) {
      QWidget* focus = QApplication::focusWidget();
      if (focus == nullptr) return QStringLiteral("nothing has the focus");
      QTest::keyClicks(focus, rest);
      QTest::keyClick(focus, Qt::Key_Return);
      return settled();
    }
    if (verb == QLatin1String("press")) return press(rest);
    if (verb == QLatin1String("choose")) return choose(left, right);
    if (verb == QLatin1String("file")) {
      file_ = rest;
      return {};
    }
    if (verb == QLatin1String("ask")) return ask(rest);
    if (verb == QLatin1String("texts")) return texts();
    return QStringLiteral("no such command");
  }

  // What was opened is there, or says that it will not be.
  QString shown() {
    const auto there = [&] { return workspace_.present() && workspace_.present()->findings; };
    const auto refused = [&] {
      return workspace_.source() == nullptr || workspace_.source()->status().state == LinkState::Rejected;
    };
    (void)test::pumpUntil([&] { return there() || refused(); });
    return there() ? settled() : QStringLiteral("nothing came");
  }
  // The page that is open has worked out what it shows.
  QString settled() {
    test::pump();
    if (workspace_.source() == nullptr) return {};
    const Page* page = window_.page(workspace_.page());
    return test::pumpUntil([&] { return !page->isBusy(); }) ? QString() : QStringLiteral("the page stays busy");
  }

  template <class Widget, class Good>
  Widget* visible(Good good) const {
    for (QWidget* top : QApplication::topLevelWidgets()) {
      for (Widget* one : top->findChildren<Widget*>()) {
        if (one->isVisible() && good(*one)) return one;
      }
    }
    return nullptr;
  }
  QLineEdit* lineOf(const QString& name) const {
    return visible<QLineEdit>([&](const QLineEdit& one) { return one.accessibleName() == name; });
  }

  QString write(const QString& name, const QString& text) {
    QLineEdit* line = nullptr;
    if (!test::pumpUntil([&] { return (line = lineOf(name)) != nullptr && line->isEnabled(); })) return QStringLiteral("no line ") + name;
    line->setFocus();
    line->selectAll();
    QTest::keyClick(line, Qt::Key_Delete);
    QTest::keyClicks(line, text);
    return {};
  }
  QString press(const QString& text) {
    auto* button = visible<QAbstractButton>([&](const QAbstractButton& one) { return one.text() == text; });
    if (button == nullptr) return QStringLiteral("no button ") + text;
    if (!button->isEnabled()) return QStringLiteral("disabled: ") + button->toolTip();
    QTest::mouseClick(button, Qt::LeftButton);
    return settled();
  }
  QString choose(const QString& table, const QString& text) {
    auto* view = visible<QTableView>([&](const QTableView& one) { return one.accessibleName() == table; });
    if (view == nullptr) return QStringLiteral("no table ") + table;
    const QAbstractItemModel& model = *view->model();
    for (int row = 0; row < model.rowCount(); ++row) {
      for (int column = 0; column < model.columnCount(); ++column) {
        if (!model.index(row, column).data().toString().contains(text)) continue;
        view->setFocus();
        view->selectRow(row);
        return settled();
      }
    }
    return QStringLiteral("no row with ") + text;
  }

  // As somebody does who sits there: the address, a look at the certificate, the login.
  QString logIn(const QString& address, const QString& user) {
    if (const QString why = write(QStringLiteral("Address of the server"), address); !why.isEmpty()) return why;
    QTest::keyClick(lineOf(QStringLiteral("Address of the server")), Qt::Key_Return);
    const auto can = [&](const QString& text) {
      return visible<QPushButton>([&](const QPushButton& one) { return one.text() == text && one.isEnabled(); }) !=
             nullptr;
    };
    if (!test::pumpUntil([&] { return can(QStringLiteral("It is the same: go on")); }))
      return QStringLiteral("no certificate is shown");
    (void)press(QStringLiteral("It is the same: go on"));
    if (const QString why = write(QStringLiteral("User"), user); !why.isEmpty()) return why;
    QLineEdit* password = lineOf(QStringLiteral("Password"));
    for (auto* box : window_.findChildren<QCheckBox*>()) {
      if (keep_ && box->isVisible() && box->text().startsWith(QLatin1String("Keep the login"))) box->setChecked(true);
    }
    password->setFocus();
    if (!takeLine([&](char c) { QTest::keyClick(password, c); })) return QStringLiteral("no password");
    QTest::keyClick(password, Qt::Key_Return);
    (void)test::pumpUntil([&] { return workspace_.source() != nullptr || can(QStringLiteral("Log in")); });
    return workspace_.source() != nullptr ? shown() : QStringLiteral("refused");
  }

  QString doIt(const QString& name) {
    for (const ActionRow& row : kActionTable) {
      if (name != QLatin1String(row.name)) continue;
      if (const QString why = window_.actions().whyNot(row.id); !why.isEmpty()) return why;
      window_.actions().refresh();
      window_.actions().action(row.id)->trigger();
      return settled();
    }
    return QStringLiteral("no such action");
  }

  static bool isOf(const mgmt::RouteRow& row, const QStringList& path, std::vector<std::string>& segments) {
    const QStringList pattern = QString::fromLatin1(row.path.data(), static_cast<qsizetype>(row.path.size())).split(QLatin1Char('/'));
    if (pattern.size() != path.size()) return false;
    for (qsizetype i = 0; i < path.size(); ++i) {
      if (pattern[i].startsWith(QLatin1Char('{'))) {
        segments.push_back(path[i].toStdString());
      } else if (pattern[i] != path[i]) {
        return false;
      }
    }
    return true;
  }
  QString ask(const QString& rest) {
    const std::string method = rest.section(QLatin1Char(' '), 0, 0).toStdString();
    const QString target = rest.section(QLatin1Char(' '), 1, 1);
    const QStringList path = target.section(QLatin1Char('?'), 0, 0).split(QLatin1Char('/'));
    Ask question;
    // Of several that fit, the one with the fewest names to fill in.
    const mgmt::RouteRow* row = nullptr;
    for (const mgmt::RouteRow& one : mgmt::kRoutes) {
      std::vector<std::string> segments;
      if (one.method != method || !isOf(one, path, segments) ||
          (row != nullptr && segments.size() >= question.segments.size()))
        continue;
      row = &one;
      question.segments = std::move(segments);
    }
    if (row == nullptr || workspace_.source() == nullptr) return QStringLiteral("no such route");
    question.route = row->route;
    for (const QString& one : target.section(QLatin1Char('?'), 1).split(QLatin1Char('&'), Qt::SkipEmptyParts))
      question.query.emplace_back(one.section(QLatin1Char('='), 0, 0).toStdString(), one.section(QLatin1Char('='), 1).toStdString());
    if (const QString body = rest.section(QLatin1Char(' '), 2); !body.isEmpty()) {
      auto json = base::parseJson(body.toStdString());
      if (!json) return QString::fromStdString(json.error().text);
      question.body = std::move(*json);
    }
    QString answered;
    workspace_.source()->ask(question, this, [&](const Answer& answer) {
      std::string text;
      if (answer) answer->writeCompact(text);
      answered = answer ? QStringLiteral("answer ") + QString::fromStdString(text) : QStringLiteral("refused ") + QString::fromStdString(answer.error().code + " " + answer.error().detail);
    });
    if (!test::pumpUntil([&] { return !answered.isEmpty(); })) return QStringLiteral("no answer");
    say(answered);
    return {};
  }

  // --- what can be read ---

  static void tell(const QString& text) {
    const QString plain = Qt::mightBeRichText(text) ? QTextDocumentFragment::fromHtml(text).toPlainText() : text;
    if (!plain.trimmed().isEmpty()) say(QStringLiteral("text ") + plain);
  }
  static void tellRows(const QAbstractItemModel& model, const QModelIndex& parent = {}) {
    for (int row = 0; row < std::min(model.rowCount(parent), kMostRows); ++row) {
      QStringList cells;
      for (int column = 0; column < model.columnCount(parent); ++column) cells << model.index(row, column, parent).data().toString();
      tell(cells.join(QStringLiteral(" | ")));
      tellRows(model, model.index(row, 0, parent));
    }
  }
  // A picture says what it shows to who does not see it.
  static void tellAccessible(QWidget& widget) {
    QAccessibleInterface* face = QAccessible::queryAccessibleInterface(&widget);
    if (face == nullptr) return;
    for (int i = 0; i < std::min(face->childCount(), kMostRows); ++i) {
      if (const QAccessibleInterface* child = face->child(i)) tell(child->text(QAccessible::Name));
    }
  }
  QString texts() {
    test::pump();
    for (QWidget* one : window_.findChildren<QWidget*>()) {
      if (!one->isVisible()) continue;
      if (const auto* label = qobject_cast<QLabel*>(one)) tell(label->text());
      if (const auto* button = qobject_cast<QAbstractButton*>(one)) tell(button->text());
      if (const auto* browser = qobject_cast<QTextBrowser*>(one)) tell(browser->toPlainText());
      if (const auto* view = qobject_cast<QAbstractItemView*>(one); view != nullptr && view->model() != nullptr) tellRows(*view->model());
      if (one->inherits("console::TopologyCanvas") || one->inherits("console::MatrixCanvas")) tellAccessible(*one);
    }
    return {};
  }

  KeptTokens kept_;
  bool keep_ = false;
  Settings settings_;
  Workspace workspace_;
  MainWindow window_;
  QSocketNotifier notifier_;
  QString last_, file_;
  QStringList told_;
};

}  // namespace

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  QApplication::setApplicationName(QStringLiteral("Sanctum"));
  QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  setLanguage(kLanguages.front());
  ThemeHolder::instance().set(ThemeKind::Light);
  const Probe probe;
  return QApplication::exec();
}
