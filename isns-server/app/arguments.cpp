#include "isns-server/app/arguments.h"

#include <algorithm>
#include <span>

#include "shared/base/suggest.h"

namespace app {
namespace {

constexpr std::string_view kHelp = R"(isns-server: an iSNS name server (RFC 4171).

usage: isns-server [OPTION...]                  serve
       isns-server [OPTION...] --check-config   print every setting that would hold, and its place
       isns-server [OPTION...] backup FILE      copy the database, also while a server has it open
       isns-server [OPTION...] verify FILE      read a backup through and say whether it is whole
       isns-server [OPTION...] restore FILE     put a verified backup in the place of the database

options:
  --config FILE     the configuration; /etc/sanctum/isns-server.toml if not given
  --set KEY=VALUE   one setting, which holds against the file (may be repeated)
  --help            print this page
  --version         print the version

examples:
  isns-server --check-config
      what the configuration file says, or its mistakes
  isns-server --config /dev/null --set store.kind=memory --set listen.addresses=127.0.0.1
      a server for a try, which keeps nothing
  isns-server backup /backup/registry.db
      a backup that can be restored, while the server runs

signals: SIGHUP reads the configuration again; SIGTERM ends when all answers have gone.

exit codes:
  0   done, or ended by SIGTERM or SIGINT
  1   it could not begin, or the backup, verification or restore failed
  2   the command line or the configuration has a mistake
)";

constexpr std::string_view kOptions[] = {"--config", "--set", "--check-config", "--help", "--version"};
struct VerbWord {
  std::string_view word;
  Verb verb;
};
constexpr VerbWord kVerbs[] = {{"backup", Verb::Backup}, {"verify", Verb::Verify}, {"restore", Verb::Restore}};
constexpr std::string_view kVerbWords[] = {"backup", "verify", "restore"};

base::Result<Arguments> wrong(const std::string& what, std::string_view word,
                              std::span<const std::string_view> known = {}) {
  std::string text = what;
  if (!word.empty()) text += " \"" + std::string(word) + "\"";
  const auto near = base::nearest(word, known);
  text += near ? "; did you mean \"" + std::string(*near) + "\"?" : "; see isns-server --help";
  return base::fail(text);
}

class Parser {
 public:
  explicit Parser(const std::vector<std::string>& words) : words_(words) {}

  base::Result<Arguments> parse() {
    arguments_.source.path = kDefaultConfigPath;
    arguments_.source.mayBeMissing = true;
    while (at_ < words_.size()) {
      const std::string& word = words_[at_++];
      if (auto done = word.starts_with('-') ? option(word) : plain(word); !done) return done;
    }
    if (wantsFile() && arguments_.file.empty()) return wrong("the FILE is missing", "");
    return arguments_;
  }

 private:
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
    for (const VerbWord& known : kVerbs) {
      if (known.word != word || arguments_.verb == known.verb) continue;
      if (auto done = become(known.verb, word); !done) return done;
      if (at_ < words_.size() && !words_[at_].starts_with('-')) arguments_.file = words_[at_++];
      return arguments_;
    }
    if (wantsFile() && arguments_.file.empty()) {
      arguments_.file = word;
      return arguments_;
    }
    return wrong(wantsFile() ? "one word too many:" : "unknown command", word, kVerbWords);
  }

  [[nodiscard]] bool wantsFile() const {
    return std::any_of(std::begin(kVerbs), std::end(kVerbs),
                       [this](const VerbWord& known) { return known.verb == arguments_.verb; });
  }

  base::Result<Arguments> become(Verb verb, const std::string& word) {
    if (arguments_.verb != Verb::Serve) return wrong("one command too many:", word);
    arguments_.verb = verb;
    return arguments_;
  }

  const std::vector<std::string>& words_;
  std::size_t at_ = 0;
  Arguments arguments_;
};

}  // namespace

base::Result<Arguments> parseArguments(const std::vector<std::string>& words) { return Parser(words).parse(); }

std::string_view helpText() { return kHelp; }

}  // namespace app
