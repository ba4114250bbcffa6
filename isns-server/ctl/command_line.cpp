#include "isns-server/ctl/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "isns-server/ctl/help.h"
#include "isns-server/ctl/machine.h"
#include "shared/base/listed.h"
#include "shared/base/suggest.h"

namespace ctl {
namespace {

Failure usage(const std::string& what, const std::string& why, const std::string& advice) {
  return {Exit::Usage, what, why, advice};
}

std::string inQuotes(std::string_view word) { return "\"" + std::string(word) + "\""; }

// "did you mean "list"?", or how to see what there is.
std::string didYouMean(std::string_view word, const std::vector<std::string_view>& known, std::string_view path) {
  if (const auto near = base::nearest(word, known)) return "did you mean " + inQuotes(*near) + "?";
  return "see sanctl " + std::string(path) + (path.empty() ? "" : " ") + "--help";
}

std::string_view lastWord(std::string_view path) {
  const std::size_t space = path.rfind(' ');
  return space == std::string_view::npos ? path : path.substr(space + 1);
}

// The tables as CLI11 wants them, and back from what it parsed.
class Parser {
 public:
  explicit Parser(std::span<const CommandTable> tables) : tables_(tables) {
    root_.set_help_flag();
    add(*findCommand(tables, ""), root_);
  }

  base::Result<ParsedLine, Failure> parse(const std::vector<std::string>& words, const Context& context) {
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    const Command* command = nullptr;
    try {
      root_.parse(reversed);
      command = chosen();
    } catch (const CLI::ParseError& error) {
      command = chosen();
      return base::fail(
          usage("the command line is wrong", error.what(), "see sanctl " + std::string(command->path) + " --help"));
    }
    ParsedLine line;
    if (root_.get_option("--help")->count() > 0) {
      line.help = command;
      return line;
    }
    if (root_.get_option("--version")->count() > 0) {
      line.version = true;
      return line;
    }
    if (const std::vector<std::string> extra = root_.remaining(true); !extra.empty()) {
      return base::fail(unknown(*command, extra.front()));
    }
    if (command->handler == nullptr) {
      return base::fail(usage(command->path.empty() ? "the command line" : std::string(command->path),
                              "a command is missing", didYouMean("", {}, command->path)));
    }
    std::vector<Invocation::Given> given = collect(*command, context);
    if (auto wrong = check(*command, given)) return base::fail(std::move(*wrong));
    line.invocation = Invocation(*command, std::move(given));
    return line;
  }

 private:
  void add(const Command& command, CLI::App& app) {
    apps_[&command] = &app;
    app.fallthrough();
    app.allow_extras();
    app.require_subcommand(0, 1);
    for (const Option* option : ownOptions(command)) {
      CLI::Option* made = nullptr;
      if (option->value.empty()) {
        made = app.add_flag(option->name == "--help" ? "-h,--help" : std::string(option->name));
      } else {
        const std::string brief = option->brief.empty() ? "" : std::string(option->brief) + ",";
        made = app.add_option(brief + std::string(option->name))->allow_extra_args(false);
        made->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
      }
      names_[made] = option->name;
    }
    for (const Positional& positional : command.positionals) {
      CLI::Option* made = app.add_option(std::string(positional.name));
      if (positional.many) {
        made->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args();
      } else {
        made->allow_extra_args(false);
      }
      names_[made] = positional.name;
    }
    for (const Command* below : subcommands(tables_, command.path)) {
      CLI::App* belowApp = app.add_subcommand(std::string(lastWord(below->path)));
      belowApp->set_help_flag();
      add(*below, *belowApp);
    }
  }

  // The deepest command that the line names.
  const Command* chosen() const {
    const Command* command = findCommand(tables_, "");
    for (const CLI::App* app = &root_;;) {
      const auto parsed = app->get_subcommands();
      if (parsed.empty()) return command;
      app = parsed.front();
      const auto below = subcommands(tables_, command->path);
      const auto at = std::find_if(below.begin(), below.end(),
                                   [&](const Command* c) { return lastWord(c->path) == app->get_name(); });
      command = *at;
    }
  }

  Failure unknown(const Command& command, const std::string& word) const {
    std::vector<std::string_view> known;
    if (word.starts_with('-')) {
      const std::string name = word.substr(0, word.find('='));
      std::string_view behind;
      const auto look = [&](const Option& option, const Command& of) {
        known.push_back(option.name);
        if (option.name == name) behind = of.path;
      };
      for (const Option* option : ownOptions(command)) look(*option, command);
      for (const Command* group : groupsOf(tables_, command)) {
        for (const Option& option : group->options) look(option, *group);
      }
      if (!behind.empty()) return usage("option too early", inQuotes(word), "it stands behind " + inQuotes(behind));
      return usage("unknown option", inQuotes(word), didYouMean(name, known, command.path));
    }
    if (command.handler != nullptr) {
      return usage("one word too many", inQuotes(word), didYouMean("", {}, command.path));
    }
    for (const Command* below : subcommands(tables_, command.path)) known.push_back(lastWord(below->path));
    return usage("unknown command", inQuotes(word), didYouMean(word, known, command.path));
  }

  void collectFrom(const CLI::App& app, std::vector<Invocation::Given>& given) const {
    std::map<const CLI::Option*, std::size_t> taken;
    for (const CLI::Option* option : app.parse_order()) {
      const auto name = names_.find(option);
      if (name == names_.end()) continue;
      const std::size_t which = taken[option]++;
      if (which < option->results().size()) given.push_back({name->second, option->results()[which]});
    }
  }

  std::vector<Invocation::Given> collect(const Command& command, const Context& context) const {
    std::vector<Invocation::Given> given;
    std::vector<const Command*> rows{&command};
    for (const Command* group : groupsOf(tables_, command)) rows.push_back(group);
    const std::vector<const Option*> own = ownOptions(command);
    for (const Command* row : rows) {
      collectFrom(*apps_.at(row), given);
      for (const Option* option : ownOptions(*row)) {
        if (option->environment.empty() || apps_.at(row)->get_option(std::string(option->name))->count() > 0) continue;
        // The group's means something else: sanctl agent list asks the management server, not an agent's socket.
        const bool hidden =
            row != &command && std::ranges::any_of(own, [&](const Option* one) { return one->name == option->name; });
        if (hidden) continue;
        auto value = context.environment(std::string(option->environment).c_str());
        if (value && !value->empty()) given.push_back({option->name, std::move(*value)});
      }
    }
    return given;
  }

  std::optional<Failure> checkChoice(const Command& command, const Invocation::Given& given,
                                     std::span<const std::string_view> choices) const {
    if (choices.empty() || std::find(choices.begin(), choices.end(), given.value) != choices.end()) return std::nullopt;
    const std::vector<std::string_view> known(choices.begin(), choices.end());
    std::string advice = didYouMean(given.value, known, command.path);
    if (advice.starts_with("see ")) advice = "known: " + base::listed(choices);
    return usage(std::string(given.name), "unknown value " + inQuotes(given.value), advice);
  }

  std::optional<Failure> check(const Command& command, const std::vector<Invocation::Given>& given) const {
    for (const Positional& positional : command.positionals) {
      const bool there =
          std::any_of(given.begin(), given.end(), [&](const auto& g) { return g.name == positional.name; });
      if (positional.required && !there) {
        return usage(std::string(command.path), std::string(positional.name) + " is missing",
                     "usage: " + usageLine(command));
      }
    }
    std::vector<const Command*> rows{&command};
    for (const Command* group : groupsOf(tables_, command)) rows.push_back(group);
    for (const Invocation::Given& one : given) {
      for (const Positional& positional : command.positionals) {
        if (positional.name != one.name) continue;
        if (one.value.empty()) {
          return usage(std::string(command.path), std::string(positional.name) + " is an empty text",
                       "usage: " + usageLine(command));
        }
        if (auto wrong = checkChoice(command, one, positional.choices)) return wrong;
      }
      for (const Command* row : rows) {
        for (const Option* option : ownOptions(*row)) {
          if (option->name != one.name) continue;
          if (auto wrong = checkChoice(command, one, option->choices)) return wrong;
        }
      }
    }
    return std::nullopt;
  }

  std::span<const CommandTable> tables_;
  CLI::App root_;
  std::map<const Command*, CLI::App*> apps_;
  std::map<const CLI::Option*, std::string_view> names_;
};

}  // namespace

const Command* findCommand(std::span<const CommandTable> tables, std::string_view path) {
  for (const CommandTable table : tables) {
    for (const Command& command : table) {
      if (command.path == path) return &command;
    }
  }
  return nullptr;
}

std::vector<const Command*> subcommands(std::span<const CommandTable> tables, std::string_view path) {
  std::vector<const Command*> below;
  const std::string prefix = path.empty() ? "" : std::string(path) + " ";
  for (const CommandTable table : tables) {
    for (const Command& command : table) {
      if (command.path.empty() || !command.path.starts_with(prefix)) continue;
      if (command.path.find(' ', prefix.size()) == std::string_view::npos) below.push_back(&command);
    }
  }
  return below;
}

std::vector<const Option*> ownOptions(const Command& command) {
  std::vector<const Option*> all;
  for (const Option& option : command.options) all.push_back(&option);
  if (command.family == nullptr) return all;
  for (const Option& option : command.family->options) {
    const bool hidden = std::any_of(command.options.begin(), command.options.end(),
                                    [&](const Option& own) { return own.name == option.name; });
    if (!hidden) all.push_back(&option);
  }
  return all;
}

std::vector<const Command*> groupsOf(std::span<const CommandTable> tables, const Command& command) {
  std::vector<const Command*> groups;
  for (std::string_view path = command.path; !path.empty();) {
    const std::size_t space = path.rfind(' ');
    path = space == std::string_view::npos ? std::string_view{} : path.substr(0, space);
    groups.push_back(findCommand(tables, path));
  }
  return groups;
}

base::Result<ParsedLine, Failure> parseLine(const std::vector<std::string>& words, const Context& context) {
  return Parser(context.tables).parse(words, context);
}

int run(const std::vector<std::string>& words, Context& context) {
  Outcome outcome;
  const auto line = parseLine(words, context);
  if (!line) {
    outcome = base::fail(line.error());
  } else if (line->help != nullptr) {
    constexpr std::size_t kLine = 100;  // more is hard to read
    constexpr std::size_t kLeast = 60;
    const int columns = context.machine == nullptr ? 0 : context.machine->columns();
    const std::size_t width = columns <= 0 ? kLine : std::clamp(static_cast<std::size_t>(columns), kLeast, kLine);
    context.out << helpText(*line->help, context.tables, width);
  } else if (line->version) {
    context.out << "sanctl " << SANCTUM_VERSION << '\n';
  } else {
    outcome = line->invocation.command().handler(line->invocation, context);
  }
  context.out.flush();
  if (outcome && !context.out) outcome = base::fail(Failure{Exit::Local, "cannot write the result", "", ""});
  if (outcome) return static_cast<int>(Exit::Ok);
  context.err << "sanctl: " << oneLine(outcome.error()) << std::endl;
  return static_cast<int>(outcome.error().exit);
}

}  // namespace ctl
