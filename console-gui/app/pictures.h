// Pictures of each page with the demo SAN, light and dark: for the README and to look at. They are the same for the same
// program, as the demo stands at a fixed time.
#pragma once

#include <QString>

namespace console {

// The exit status of the program; what is saved, and what could not be, is told on the standard output.
int savePictures(const QString& folder);

}  // namespace console
