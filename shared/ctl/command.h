// A command of sanctl as a row: path, help, options, examples, handler.
//
// The parser, the help, the shell completion and the reference page all read these rows; a new command is one row, its
// handler and its test. A row without a handler is a group: its options are good for all commands below it. Rows are
// static data. Handlers get what was typed as an Invocation and the outside world as a Context.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shared/ctl/exit_codes.h"

namespace ctl {

struct Context;
class Invocation;
using Handler = Outcome (*)(const Invocation&, Context&);

// What a shell offers for a value, beside the choices of the row.
enum class Words : std::uint8_t {
  None,
  File,
  Field,       // a field of the iSNS attribute table
  FieldList,   // several, separated by commas
  FieldValue,  // field=value
  Bits,        // words of a bitmap, separated by commas
};

struct Option {
  std::string_view name;   // "--server"
  std::string_view value;  // what stands for its value in the help; empty: a flag
  std::string_view help;
  std::string_view environment = {};  // variable that gives the value where the option does not
  bool many = false;                  // may be given several times; else the last one counts
  Words words = Words::None;
  std::span<const std::string_view> choices = {};  // all values that are allowed; empty: any
  std::string_view brief = {};                      // "-f"
};

struct Positional {
  std::string_view name;  // "DOMAIN"
  std::string_view help;
  bool required = true;
  bool many = false;  // takes all that is left
  Words words = Words::None;
  std::span<const std::string_view> choices = {};
};

struct Example {
  std::string_view line;  // as typed
  std::string_view says;  // what it does
};

// Options that many commands have which no group holds together: `reach`, `list` and `change diff` ask the same server.
struct OptionFamily {
  std::string_view title;  // "the management server"
  std::span<const Option> options;
};

struct Command {
  std::string_view path;  // "isns dd create"
  std::string_view summary;
  std::string_view details;  // more for the help page; may be empty
  std::span<const Option> options;
  std::span<const Positional> positionals;
  std::span<const Example> examples;
  Handler handler;  // nullptr: a group
  const OptionFamily* family = nullptr;
};

// A set of rows that one part of the program offers. Groups come before what is below them.
using CommandTable = std::span<const Command>;

// What was typed, checked against the rows.
class Invocation {
 public:
  struct Given {
    std::string_view name;  // of the option or positional
    std::string value;
  };

  Invocation() = default;
  Invocation(const Command& command, std::vector<Given> given) : command_(&command), given_(std::move(given)) {}

  [[nodiscard]] const Command& command() const { return *command_; }
  [[nodiscard]] bool has(std::string_view name) const { return one(name).has_value(); }
  // The value given last.
  [[nodiscard]] std::optional<std::string_view> one(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
  // Options of the command itself and of its family, and positionals, in the order in which they were typed; then those of
  // its groups.
  [[nodiscard]] std::span<const Given> given() const { return given_; }

 private:
  const Command* command_ = nullptr;
  std::vector<Given> given_;
};

}  // namespace ctl
