// The text of a configuration file, and overrides as after --set.
//
// The file ends at the first NUL; behind it each line is an override. Rules: an error says where it stands, in one
// line; what --check-config prints reads back as the same configuration; and a reload of it changes what may change.
#include <algorithm>
#include <string>

#include "isns-server/app/config.h"
#include "shared/ops/config_text.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

constexpr const char* kName = "f.toml";

std::vector<std::string> linesOf(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void checkErrors(const app::ConfigErrors& errors, std::string_view text) {
  fuzz::check(!errors.empty(), "a configuration that is refused has an error");
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  for (const ops::ConfigError& error : errors) {
    fuzz::check(!error.text.empty(), "an error has a text");
    fuzz::check(ops::toText(error).find('\n') == std::string::npos, "an error is one line");
    if (error.at.source != kName) {
      fuzz::check(error.at.source.starts_with("--set "), "an error stands in the file or in an override");
      continue;
    }
    fuzz::check(error.at.line >= 1 && error.at.line <= lines, "an error has a line of the file");
    fuzz::check(error.at.column >= 1, "an error has a column");
  }
}

bool sameValues(const std::vector<ops::Setting>& a, const std::vector<ops::Setting>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const ops::Setting& x, const ops::Setting& y) { return x.value == y.value; });
}

bool sameValues(const app::Config& a, const app::Config& b) {
  const auto& x = a.values.records;
  const auto& y = b.values.records;
  bool same = sameValues(a.values.keys, b.values.keys) && x.size() == y.size();
  for (std::size_t i = 0; same && i < x.size(); ++i) {
    same = std::equal(x[i].begin(), x[i].end(), y[i].begin(), y[i].end(),
                      [](const auto& r, const auto& s) { return sameValues(r, s); });
  }
  return same;
}

void checkReload(const app::Config& wanted) {
  static const app::Config running = app::parseConfig("", kName).value();
  const app::Reloaded reloaded = app::reloaded(running, wanted);
  for (const program::FrozenChange& change : reloaded.frozen) {
    fuzz::check(change.running != change.wanted, "what is frozen was to change");
  }
  for (std::size_t i = 0; i < running.values.keys.size(); ++i) {
    const app::Config& from = app::configSchema().keys[i].reloadable ? wanted : running;
    fuzz::check(reloaded.config.values.keys[i].value == from.values.keys[i].value, "a reload takes reloadable keys");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\0'), input.size());
  const std::string text = input.substr(0, end);
  const auto config = app::parseConfig(text, kName, linesOf(std::string_view(input).substr(std::min(end + 1, size))));
  if (!config) {
    checkErrors(config.error(), text);
    return 0;
  }
  const auto again = app::parseConfig(app::effectiveText(*config), kName);
  fuzz::check(again.ok(), "the effective configuration reads back");
  fuzz::check(sameValues(*config, *again), "and is the same");
  checkReload(*config);
  return 0;
}
