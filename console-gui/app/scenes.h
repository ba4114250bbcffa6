// Scenes: states of the console that are worth a picture, each a row with what leads to it.
//
// `san-console --pictures` saves them, the documents show some, and a test compares all with stored ones. A new page or
// state is one row. The demo SAN at a fixed time; the UI thread.
#pragma once

#include <QImage>
#include <functional>
#include <span>
#include <string_view>

#include "console-gui/app/main_window.h"

namespace console {

inline constexpr san::Seconds kSceneTime = 1'795'788'000;  // 2026-11-27 14:00 UTC

// What a scene is made with: the window on the demo SAN, nothing selected.
struct Stage {
  Workspace& workspace;
  MainWindow& window;

  // Nothing: there is none of this name.
  [[nodiscard]] san::ObjectRef object(san::Kind kind, std::string_view name) const;
  // Lets the loop run until then; false: it did not come in time.
  [[nodiscard]] bool wait(const std::function<bool()>& until) const;
};

struct Scene {
  std::string_view name;  // of the file
  bool open;              // with the demo SAN; otherwise nothing is open
  // False: it cannot be made.
  bool (*make)(Stage& stage);
};
std::span<const Scene> scenes();

// A window as it is now, when it has painted all.
QImage pictureOf(QWidget& window);
// A picture of it in the theme that is in force; null: it cannot be made.
QImage pictureOf(const Scene& scene, QSize size);

}  // namespace console
