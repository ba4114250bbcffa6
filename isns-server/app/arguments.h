// The command line of isns-server, by the rules of shared/program/arguments.h. Pure functions.
#pragma once

#include <string_view>

#include "isns-server/app/config.h"
#include "shared/program/arguments.h"

namespace app {

// The numbers of its commands with a FILE.
enum class FileVerb : std::size_t { Backup, Verify, Restore, BackupKeys, RestoreKeys };

// The words after the program's name.
base::Result<program::Arguments> parseArguments(const std::vector<std::string>& words);

std::string_view helpText();

}  // namespace app
