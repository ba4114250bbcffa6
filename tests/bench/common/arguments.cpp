#include "tests/bench/common/arguments.h"

namespace bench {

const Arguments::Option* Arguments::find(std::string_view name) const {
  for (const Option& option : options_) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

std::string Arguments::usage() const {
  std::string text = "usage: " + program_ + " " + words_ + " [OPTION]...";
  for (const Option& option : options_) {
    text += "\n  " + option.name + (option.hasValue ? " VALUE  " : "  ") + option.help;
    if (!option.byDefault.empty()) text += " (" + option.byDefault + ")";
  }
  return text;
}

base::Result<std::vector<std::string>> Arguments::parse(int argc, char** argv) const {
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (!argument.starts_with("--")) {
      words.emplace_back(argument);
      continue;
    }
    const Option* option = find(argument);
    const bool complete = option != nullptr && (!option->hasValue || i + 1 < argc);
    if (!complete || !option->set(option->hasValue ? argv[++i] : "")) {
      return base::fail("cannot use " + std::string(argument) + "\n" + usage());
    }
  }
  if (words.empty() == !words_.empty()) return base::fail(usage());
  return words;
}

}  // namespace bench
