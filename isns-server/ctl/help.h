// Help pages, made from the rows of the command tables.
//
// Pure functions, safe from any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "shared/ctl/command.h"

namespace ctl {

// "sanctl isns dd add [OPTION...] DOMAIN MEMBER..."
std::string usageLine(const Command& command);

// The page that --help prints.
// In lines of at most so many columns, as far as blanks allow it.
std::string helpText(const Command& command, std::span<const CommandTable> tables, std::size_t columns = 100);

// What the help and the reference page both list.
namespace help {

struct Entry {
  std::string term;
  std::string says;
};

std::string titleOf(const Command& command);  // "sanctl isns dd"
std::vector<Entry> entries(std::span<const Option> options);
std::vector<Entry> entries(std::span<const Positional> positionals);
std::vector<Entry> exitEntries();

}  // namespace help

}  // namespace ctl
