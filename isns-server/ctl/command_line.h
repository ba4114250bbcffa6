// Reads a command line by the rows of the command tables, and runs the command that it names.
//
// One thread. What is wrong with a line is a Failure with Exit::Usage, with the nearest word that would be right.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "shared/ctl/command.h"
#include "shared/ctl/context.h"

namespace ctl {

// What a line asks for: a command with its options, or the help of a command or group.
struct ParsedLine {
  Invocation invocation;
  const Command* help = nullptr;  // not null: print this row's help
  bool version = false;
};

// `words` without the name of the program.
base::Result<ParsedLine, Failure> parseLine(const std::vector<std::string>& words, const Context& context);

// Everything: parse, run, print a failure. The exit code of the process.
int run(const std::vector<std::string>& words, Context& context);

// The row of a path, or nullptr; "" is the program itself.
const Command* findCommand(std::span<const CommandTable> tables, std::string_view path);
// The rows one level below a path, in the order of the tables.
std::vector<const Command*> subcommands(std::span<const CommandTable> tables, std::string_view path);
// The options of a command and of its family; its own hide those of the family.
std::vector<const Option*> ownOptions(const Command& command);
// The groups above a command, the nearest first.
std::vector<const Command*> groupsOf(std::span<const CommandTable> tables, const Command& command);

}  // namespace ctl
