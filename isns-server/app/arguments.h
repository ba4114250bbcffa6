// The command line of isns-server: what to do, with which configuration.
//
// A value. What is wrong is told in one sentence, with what was meant where that can be guessed. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "isns-server/app/config.h"

namespace app {

enum class Verb : std::uint8_t { Serve, CheckConfig, Backup, Verify, Restore, Help, Version };

struct Arguments {
  Verb verb = Verb::Serve;
  ConfigSource source;
  std::string file;  // of Backup, Verify and Restore
};

// The words after the program's name.
base::Result<Arguments> parseArguments(const std::vector<std::string>& words);

std::string_view helpText();

// How the process ends: systemd must not try a mistake again and again, so it has a status of its own.
inline constexpr int kExitFailed = 1;
inline constexpr int kExitMistake = 2;  // in the command line or the configuration

}  // namespace app
