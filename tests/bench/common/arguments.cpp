#include "tests/bench/common/arguments.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace bench {

const Arguments::Option* Arguments::find(std::string_view name) const {
  for (const Option& option : options_) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

std::string Arguments::usage() const {
  constexpr std::string_view kHelp = "--help";
  const auto shown = [](const Option& option) { return option.name + (option.hasValue ? " VALUE" : ""); };
  std::size_t width = kHelp.size();
  for (const Option& option : options_) width = std::max(width, shown(option).size());
  std::string text = "usage: " + program_ + (words_.empty() ? "" : " " + words_) + " [OPTION...]\n\noptions:";
  const auto line = [&](std::string name, std::string_view help) {
    name.resize(width + 2, ' ');
    text += "\n  " + name + std::string(help);
  };
  for (const Option& option : options_) {
    line(shown(option), option.help + (option.byDefault.empty() ? "" : " (" + option.byDefault + ")"));
  }
  line(std::string(kHelp), "print this page");
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
    if (argument == "--help") {
      std::puts(usage().c_str());
      std::exit(0);
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
