// What the completion scripts of all shells are made of: the rows of the commands as cases, a word or a path each with
// what a shell offers there.
//
// Pure, from static tables. A case's words are separated by blanks; "-" says that an option is a flag, and what begins
// with @ is for the script's own rules: @file, @field, @fields, @field=, @bits.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "shared/ctl/command.h"

namespace ctl {

struct CompletionCase {
  std::string at;     // "zone create", "zone create --set", "list 0"
  std::string words;
  bool many = false;  // of a positional: from there on
};

struct CompletionTables {
  std::vector<CompletionCase> commands;     // at a path: the words that go on
  std::vector<CompletionCase> options;      // at a path
  std::vector<CompletionCase> values;       // at a path and an option; the first one counts
  std::vector<CompletionCase> positionals;  // at a path and a number from 0
  std::vector<CompletionCase> named;        // at a field of the attribute table
  std::vector<CompletionCase> about;        // at a path, or a path and an option: a sentence
  std::string fields;
  std::string bits;
};
CompletionTables completionTables(std::span<const CommandTable> tables);

// A case statement of a shell like sh, as a function that prints what it finds: bash and zsh.
std::string caseFunction(std::string_view name, std::string_view argument, const std::vector<CompletionCase>& cases);
// In single quotes, for sh.
std::string quotedWords(std::string_view text);

}  // namespace ctl
