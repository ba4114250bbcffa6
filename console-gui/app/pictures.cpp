#include "console-gui/app/pictures.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <cstdio>

#include "console-gui/app/main_window.h"
#include "console-gui/client/time_now.h"

namespace console {
namespace {

constexpr san::Seconds kTime = 1'795'788'000;  // 2026-11-27 14:00 UTC
constexpr int kPatience = 20'000;              // ms

bool wait(const std::function<bool()>& until) {
  QElapsedTimer timer;
  timer.start();
  while (!until() && timer.elapsed() < kPatience) QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 50);
  return until();
}

bool save(QWidget& window, const QString& path) {
  for (int i = 0; i < 20; ++i) QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
  const bool saved = window.grab().toImage().convertToFormat(QImage::Format_RGB888).save(path, "PNG", 0);
  std::printf("%s %s\n", saved ? "saved" : "could not save", qPrintable(path));
  return saved;
}

}  // namespace

int savePictures(const QString& folder) {
  if (!QDir().mkpath(folder)) {
    std::printf("The folder %s cannot be made.\n", qPrintable(folder));
    return 1;
  }
  QTemporaryDir own;
  bool good = true;
  fixTime(kTime);
  for (const auto& [kind, word] : {std::pair{ThemeKind::Light, "light"}, std::pair{ThemeKind::Dark, "dark"}}) {
    ThemeHolder::instance().set(kind);
    Settings settings(own.filePath(QString::fromLatin1(word)));
    Workspace workspace;
    MainWindow window(workspace, settings);
    window.resize(1600, 900);
    window.show();
    const auto path = [&, theme = QString::fromLatin1(word)](const QString& name) {
      return QStringLiteral("%1/%2-%3.png").arg(folder, name, theme);
    };
    good = save(window, path(QStringLiteral("first-run"))) && good;
    window.openDemo(kTime);
    if (!wait([&] { return workspace.present() && workspace.present()->findings; })) return 1;
    for (std::size_t i = 0; i < kPages; ++i) {
      const Page* page = window.page(static_cast<PageId>(i));
      if (page == nullptr) continue;
      workspace.go(static_cast<PageId>(i));
      good = wait([&] { return !page->isBusy(); }) && save(window, path(QString::fromLatin1(rowOf(kPageActions[i]).name).section(QLatin1Char('.'), 1))) && good;
    }
  }
  return good ? 0 : 1;
}

}  // namespace console
