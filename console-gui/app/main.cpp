// san-console: the desktop console.
#include <QApplication>
#include <QIcon>
#include <QStyleFactory>
#include <cstdio>
#include <functional>
#include <memory>

#include "console-gui/app/arguments.h"
#include "console-gui/app/language.h"
#include "console-gui/app/main_window.h"
#include "console-gui/app/pictures.h"
#include "console-gui/app/sanctl_login.h"

namespace {

// The platform without a display says for each window that it has no size hints, which nobody asked for.
void tellWithoutHints(QtMsgType, const QMessageLogContext&, const QString& text) {
  if (!text.startsWith(QLatin1String("This plugin does not support propagateSizeHints")))
    std::fprintf(stderr, "%s\n", qUtf8Printable(text));
}

}  // namespace

int main(int argc, char** argv) {
  if (!console::needsDisplay(argc, argv)) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qInstallMessageHandler(tellWithoutHints);
  } else if (console::lacksDisplay(argc, argv)) {
    std::fputs(
        "san-console: there is no display here (DISPLAY and WAYLAND_DISPLAY are empty); --save-pages FOLDER saves its "
        "pages without one, and sanctl does on the command line what it does\n",
        stderr);
    return 1;
  }
  // Qt takes its own options out first.
  QApplication application(argc, argv);
  console::Arguments arguments;
  if (const auto ended = console::readArguments(argc, argv, arguments)) return ended->status;

  QApplication::setApplicationName(QStringLiteral("Sanctum"));
  QApplication::setApplicationVersion(QStringLiteral(SANCTUM_VERSION));
  QApplication::setWindowIcon(QIcon(QStringLiteral(":/console/san-console.svg")));
  QGuiApplication::setDesktopFileName(QStringLiteral("san-console"));  // packaging/san-console.desktop
  QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  const console::LanguageRow* language = console::languageOf(QString::fromStdString(arguments.language));
  if (!arguments.language.empty() && language == nullptr) {
    std::fprintf(stderr, "san-console: there is no language %s: en, de\n", arguments.language.c_str());
    return 2;
  }
  if (!arguments.page.empty() && !console::pageNamed(QString::fromStdString(arguments.page))) {
    std::fprintf(stderr, "san-console: there is no page %s: %s\n", arguments.page.c_str(),
                 qUtf8Printable(console::pageNames()));
    return 2;
  }
  if (!arguments.pictures.empty()) {
    console::setLanguage(language != nullptr ? *language : console::kLanguages.front());
    return console::savePictures(QString::fromStdString(arguments.pictures));
  }

  console::Settings settings;
  console::setLanguage(language != nullptr ? *language : settings.language());
  console::ThemeHolder::instance().set(settings.theme());
  console::Workspace workspace;
  std::unique_ptr<console::MainWindow> window;
  const std::function<void()> open = [&] {
    window = std::make_unique<console::MainWindow>(workspace, settings);
    // Not from inside of the window that goes.
    QObject::connect(window.get(), &console::MainWindow::languageWanted, &application, [&](const console::LanguageRow& row) {
      settings.setLanguage(row);
      window->keepPlace();
      console::setLanguage(row);
      open();
      window->show();
    }, Qt::QueuedConnection);
  };
  open();
  if (arguments.demo) window->openDemo();
  if (!arguments.file.empty()) window->openFile(QString::fromStdString(arguments.file));
  if (!arguments.server.empty()) window->showServer(QString::fromStdString(arguments.server));
  if (arguments.asSanctl) {
    auto login = console::sanctlLogin();
    if (!login) {
      std::fprintf(stderr, "san-console: %s\n", login.error().text.c_str());
      return 1;
    }
    window->openServer(login->place, std::move(login->token));
  }
  if (!arguments.savePages.empty())
    return console::savePages(*window, workspace, QString::fromStdString(arguments.savePages));
  if (!arguments.page.empty()) window->showPageNamed(QString::fromStdString(arguments.page));
  window->show();
  if (arguments.untilShown) {
    QObject::connect(
        &workspace, &console::Workspace::shownChanged, window.get(),
        [&] {
          if (!workspace.shown()) return;
          window->repaint();
          std::puts("shown");
          QApplication::quit();
        },
        Qt::QueuedConnection);
  }
  return QApplication::exec();
}
