// san-console: the desktop console.
#include <CLI/CLI.hpp>
#include <QApplication>
#include <QStyleFactory>
#include <cstdio>
#include <functional>
#include <memory>
#include <string_view>

#include "console-gui/app/language.h"
#include "console-gui/app/main_window.h"
#include "console-gui/app/pictures.h"
#include "console-gui/app/sanctl_login.h"

int main(int argc, char** argv) {
  CLI::App commands("See the SAN, zone it, know the effect before, prove it after.", "san-console");
  bool demo = false, untilShown = false, asSanctl = false;
  std::string file, server, pictures, pages, page, spoken;
  commands.add_flag("--demo", demo, "open the demo SAN, which needs no server");
  commands.add_flag("--until-shown", untilShown,
                    "say when the first page is painted with what was opened, and end: for measuring");
  commands.add_option("--file", file, "open a saved snapshot");
  commands.add_option("--server", server, "the server to log in to, such as san.example:3285");
  commands.add_flag("--as-sanctl", asSanctl, "the server and the login that sanctl used last");
  commands.add_option("--page", page, "the page to open: overview, topology, access, zoning, ...");
  commands.add_option("--language", spoken, "the language, for this run: en, de; pseudo and mirror are checks of the texts");
  commands.add_option("--save-pages", pages, "save each page of what is opened as PNG in this folder, and end");
  commands.add_option("--pictures", pictures, "save each page of the demo SAN as PNG in this folder, and end");
  commands.set_version_flag("--version", SANCTUM_VERSION);
  // Pictures need no display.
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word.starts_with("--pictures") || word.starts_with("--save-pages")) qputenv("QT_QPA_PLATFORM", "offscreen");
  }
  // Qt takes its own options out first.
  QApplication application(argc, argv);
  CLI11_PARSE(commands, argc, argv);

  QApplication::setApplicationName(QStringLiteral("Sanctum"));
  QApplication::setApplicationVersion(QStringLiteral(SANCTUM_VERSION));
  QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  const console::LanguageRow* language = console::languageOf(QString::fromStdString(spoken));
  if (!spoken.empty() && language == nullptr) {
    std::fprintf(stderr, "san-console: there is no language %s: en, de\n", spoken.c_str());
    return 2;
  }
  if (!pictures.empty()) {
    console::setLanguage(language != nullptr ? *language : console::kLanguages.front());
    return console::savePictures(QString::fromStdString(pictures));
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
  if (demo) window->openDemo();
  if (!file.empty()) window->openFile(QString::fromStdString(file));
  if (!server.empty()) window->showServer(QString::fromStdString(server));
  if (asSanctl) {
    auto login = console::sanctlLogin();
    if (!login) {
      std::fprintf(stderr, "san-console: %s\n", login.error().text.c_str());
      return 1;
    }
    window->openServer(login->place, std::move(login->token));
  }
  if (!pages.empty()) return console::savePages(*window, workspace, QString::fromStdString(pages));
  if (!page.empty()) window->showPageNamed(QString::fromStdString(page));
  window->show();
  if (untilShown) {
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
