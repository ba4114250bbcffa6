// The command line of a daemon: what to do, with which configuration.
//
// A value. What is wrong is told in one sentence, with what was meant where that can be guessed. Pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shared/program/config_file.h"

namespace program {

// What a daemon takes beyond --config, --set, --check-config, --help and --version.
struct ArgumentRules {
  std::string_view program;                          // "isns-server"
  std::string_view configPath;                       // read if no other is named, and may be missing
  std::span<const std::string_view> fileVerbs = {};  // commands with one FILE each
};

enum class Verb : std::uint8_t { Serve, CheckConfig, File, Help, Version };

struct Arguments {
  Verb verb = Verb::Serve;
  std::size_t fileVerb = 0;  // of Verb::File: its place in fileVerbs
  std::string file;          // of Verb::File
  ConfigSource source;
};

// The words after the program's name.
base::Result<Arguments> parseArguments(const ArgumentRules& rules, const std::vector<std::string>& words);

// How a process ends: systemd must not try a mistake again and again, so it has a status of its own.
inline constexpr int kExitFailed = 1;
inline constexpr int kExitMistake = 2;  // in the command line or the configuration

}  // namespace program
