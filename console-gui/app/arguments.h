// The command line of san-console.
//
// Qt takes its own options (-platform, -style) out of argv before the rest is read. Values; pure functions.
#pragma once

#include <optional>
#include <string>

namespace console {

struct Arguments {
  bool demo = false;
  bool untilShown = false;
  bool asSanctl = false;
  std::string file;
  std::string server;
  std::string page;
  std::string language;
  std::string savePages;
  std::string pictures;
};

// What --help prints, in the form of all programs here (shared/base/man_page.h).
std::string helpText();

// Help and version are printed, mistakes told; then the status with which the process ends.
struct Ended {
  int status = 0;
};
std::optional<Ended> readArguments(int argc, char** argv, Arguments& arguments);

// --help, --version and what only saves pages need no display.
bool needsDisplay(int argc, char** argv);
// Neither X nor Wayland, and no other platform of Qt was chosen: Qt would abort.
bool lacksDisplay(int argc, char** argv);

}  // namespace console
