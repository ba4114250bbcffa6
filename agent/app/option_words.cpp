#include "agent/app/option_words.h"

#include <algorithm>
#include <set>
#include <vector>

#include "shared/base/suggest.h"

namespace agent {

base::Failure<base::Error> wrongOptions(std::string_view verb, const std::string& text) {
  return base::fail(std::string(verb) + ": " + text + "; see san-agent " + std::string(verb) + " --help");
}

base::Result<bool> readOptions(std::string_view verb, std::span<const std::string> words,
                               std::span<const OptionWord> options) {
  std::set<std::string_view> given;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word == "--help" || word == "-h") return true;
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const auto option = std::ranges::find(options, name, &OptionWord::name);
    if (option == options.end()) {
      std::vector<std::string_view> names{"--help"};
      for (const OptionWord& one : options) names.push_back(one.name);
      const auto near = base::nearest(name, names);
      return wrongOptions(
          verb, "unknown word \"" + name + "\"" + (near ? ", did you mean \"" + std::string(*near) + "\"?" : ""));
    }
    if (!given.insert(option->name).second) return wrongOptions(verb, name + " is given twice");
    if (option->flag != nullptr) {
      if (equals != std::string::npos) return wrongOptions(verb, name + " has no value");
      *option->flag = true;
      continue;
    }
    if (equals != std::string::npos) {
      *option->value = word.substr(equals + 1);
    } else if (at + 1 < words.size()) {
      *option->value = words[++at];
    } else {
      option->value->clear();
    }
    if (option->value->empty()) return wrongOptions(verb, "a value is missing after " + name);
  }
  return false;
}

}  // namespace agent
