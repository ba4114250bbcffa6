#include "console-gui/app/pictures.h"

#include <QDir>
#include <cstdio>

#include "console-gui/app/scenes.h"

namespace console {

int savePages(MainWindow& window, Workspace& workspace, const QString& folder) {
  if (!QDir().mkpath(folder)) {
    std::printf("The folder %s cannot be made.\n", qPrintable(folder));
    return 1;
  }
  Stage stage{workspace, window};
  window.resize(1600, 900);
  window.show();
  if (!stage.wait([&] { return workspace.present() && workspace.present()->findings; })) {
    const Source* source = workspace.source();
    std::printf("Nothing has come%s\n",
                source == nullptr ? ": nothing is open." : (": " + source->status().why).c_str());
    return 1;
  }
  bool good = true;
  for (std::size_t i = 0; i < kPages; ++i) {
    const Page* page = window.page(static_cast<PageId>(i));
    if (page == nullptr) continue;
    workspace.go(static_cast<PageId>(i));
    const QString path =
        QStringLiteral("%1/%2.png")
            .arg(folder, QString::fromLatin1(rowOf(kPageActions[i]).name).section(QLatin1Char('.'), 1));
    const bool saved = stage.wait([&] { return !page->isBusy(); }) && pictureOf(window).save(path, "PNG", 0);
    std::printf("%s %s\n", saved ? "saved" : "could not save", qPrintable(path));
    good = good && saved;
  }
  return good ? 0 : 1;
}

int savePictures(const QString& folder) {
  if (!QDir().mkpath(folder)) {
    std::printf("The folder %s cannot be made.\n", qPrintable(folder));
    return 1;
  }
  bool good = true;
  for (const auto& [kind, word] : {std::pair{ThemeKind::Light, "light"}, std::pair{ThemeKind::Dark, "dark"}}) {
    ThemeHolder::instance().set(kind);
    for (const Scene& scene : scenes()) {
      const QString path =
          QStringLiteral("%1/%2-%3.png")
              .arg(folder, QString::fromLatin1(scene.name.data(), static_cast<qsizetype>(scene.name.size())),
                   QLatin1String(word));
      const QImage picture = pictureOf(scene, {1600, 900});
      const bool saved = !picture.isNull() && picture.save(path, "PNG", 0);
      std::printf("%s %s\n", saved ? "saved" : "could not save", qPrintable(path));
      good = good && saved;
    }
  }
  return good ? 0 : 1;
}

}  // namespace console
