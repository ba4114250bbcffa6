#include "shared/program/arguments.h"

#include <algorithm>

#include "shared/base/suggest.h"

namespace program {
namespace {

constexpr std::string_view kOptions[] = {"--config", "--set", "--check-config", "--help", "--version"};

class Parser {
 public:
  Parser(const ArgumentRules& rules, const std::vector<std::string>& words) : rules_(rules), words_(words) {}

  base::Result<Arguments> parse() {
    arguments_.source.path = rules_.configPath;
    arguments_.source.mayBeMissing = true;
    while (at_ < words_.size()) {
      const std::string& word = words_[at_++];
      if (auto done = word.starts_with('-') ? option(word) : plain(word); !done) return done;
    }
    if (wantsFile()) return wrong("the FILE is missing", "");
    return arguments_;
  }

 private:
  base::Result<Arguments> wrong(const std::string& what, std::string_view word,
                                std::span<const std::string_view> known = {}) const {
    std::string text = what;
    if (!word.empty()) text += " \"" + std::string(word) + "\"";
    const auto near = base::nearest(word, known);
    text +=
        near ? "; did you mean \"" + std::string(*near) + "\"?" : "; see " + std::string(rules_.program) + " --help";
    return base::fail(text);
  }

  base::Result<Arguments> option(const std::string& word) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (name == "--config" || name == "--set") {
      std::string value;
      if (equals != std::string::npos) {
        value = word.substr(equals + 1);
      } else if (at_ < words_.size()) {
        value = words_[at_++];
      } else {
        return wrong("a value is missing after", name);
      }
      if (name == "--set") {
        arguments_.source.overrides.push_back(value);
      } else {
        arguments_.source.path = value;
        arguments_.source.mayBeMissing = false;
      }
      return arguments_;
    }
    if (word == "--check-config") return become(Verb::CheckConfig, word);
    // Whoever asks for help gets it, whatever else there is.
    if (word == "--help" || word == "-h") {
      arguments_.verb = Verb::Help;
    } else if (word == "--version") {
      arguments_.verb = Verb::Version;
    } else {
      return wrong("unknown option", word, kOptions);
    }
    at_ = words_.size();
    return arguments_;
  }

  base::Result<Arguments> plain(const std::string& word) {
    if (wantsFile()) {
      arguments_.file = word;
      return arguments_;
    }
    const auto known = std::find(rules_.fileVerbs.begin(), rules_.fileVerbs.end(), word);
    if (known == rules_.fileVerbs.end()) {
      return wrong(arguments_.verb == Verb::File ? "one word too many:" : "unknown command", word, rules_.fileVerbs);
    }
    if (auto done = become(Verb::File, word); !done) return done;
    arguments_.fileVerb = static_cast<std::size_t>(known - rules_.fileVerbs.begin());
    return arguments_;
  }

  [[nodiscard]] bool wantsFile() const { return arguments_.verb == Verb::File && arguments_.file.empty(); }

  base::Result<Arguments> become(Verb verb, const std::string& word) {
    if (arguments_.verb != Verb::Serve) return wrong("one command too many:", word);
    arguments_.verb = verb;
    return arguments_;
  }

  const ArgumentRules& rules_;
  const std::vector<std::string>& words_;
  std::size_t at_ = 0;
  Arguments arguments_;
};

}  // namespace

base::Result<Arguments> parseArguments(const ArgumentRules& rules, const std::vector<std::string>& words) {
  return Parser(rules, words).parse();
}

}  // namespace program
