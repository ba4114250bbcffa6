// Pictures of each page with the demo SAN, light and dark: for the README and to look at. They are the same for the same
// program, as the demo stands at a fixed time.
#pragma once

#include <QString>

#include "console-gui/app/main_window.h"

namespace console {

// Each page of what is open, once it has come, as PAGE.png; the exit status of the program.
int savePages(MainWindow& window, Workspace& workspace, const QString& folder);
// The exit status of the program; what is saved, and what could not be, is told on the standard output.
int savePictures(const QString& folder);

}  // namespace console
