#include "isns-server/ctl/api_text.h"

#include <algorithm>

#include "shared/base/json_reader.h"
#include "shared/base/printable.h"
#include "shared/base/shell_word.h"
#include "shared/base/time_text.h"
#include "shared/base/whole_number.h"

namespace ctl {

using base::Json;

Output openOutput(const Invocation& invocation, Context& context) {
  const auto format = parseFormat(invocation.one("--output").value_or("table")).value_or(Format::Table);
  Output output(context.out, format);
  const auto plain = context.environment("NO_COLOR");
  const int columns = context.machine == nullptr ? 0 : context.machine->columns();
  output.wrapAt(columns > 0 ? static_cast<std::size_t>(columns) : 0);
  output.colours(context.machine != nullptr && context.machine->showsTerminal() && (!plain || plain->empty()));
  return output;
}

void say(Context& context, const Output& output, const std::string& line) {
  if (output.format() == Format::Table) context.out << line << '\n';
}

std::string shellWord(std::string_view text) {
  return base::shellWord(text);
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string wrappedText(std::string_view text, std::size_t indent, const Context& context) {
  constexpr std::size_t kUsual = 100;
  constexpr std::size_t kLeast = 40;
  const int columns = context.machine == nullptr ? 0 : context.machine->columns();
  const std::size_t line = columns <= 0 ? kUsual : std::max(kLeast, static_cast<std::size_t>(columns));
  return wrapped(base::printable(text), indent, line);
}

std::string optionText(const Invocation& invocation, std::string_view name) {
  return std::string(invocation.one(name).value_or(""));
}

Asked<std::optional<std::uint64_t>> revisionOption(const Invocation& invocation, std::string_view name) {
  const auto text = invocation.one(name);
  if (!text) return std::optional<std::uint64_t>{};
  if (const auto number = base::wholeNumber<std::uint64_t>(*text)) return number;
  return base::fail(usageFailure(std::string(name), "\"" + std::string(*text) + "\" is no revision",
                                 "a number, as sanctl status prints it"));
}

Asked<std::string> momentOption(const Invocation& invocation, std::string_view name) {
  const std::string text = optionText(invocation, name);
  if (text.empty() || std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) return text;
  const std::string time = text.find('T') == std::string::npos ? text + "T00:00:00Z" : text;
  if (base::parseTime(time)) return time;
  return base::fail(usageFailure(std::string(name), "\"" + text + "\" is neither a revision nor a time",
                                 "a number as sanctl status prints it, a day as 2026-01-31 (its beginning, UTC), or "
                                 "2026-01-31T12:00:00Z"));
}

Outcome listOutcome(const Invocation& invocation, std::size_t found) {
  if (found > 0 || !invocation.has("--fail-if-empty")) return {};
  return base::fail(Failure{Exit::Empty, "nothing was found", {}, {}});
}

Asked<std::string> inputText(const Invocation& invocation, Context& context, std::string_view name) {
  const std::string file = optionText(invocation, name);
  auto text = file == "-" && context.machine != nullptr ? context.machine->readInput() : context.readFile(file);
  if (!text) return base::fail(Failure{Exit::Local, file, "the file cannot be read", {}});
  return std::move(*text);
}

Asked<Json> jsonInput(Context& context, const std::string& source) {
  std::optional<std::string> text;
  std::string name = source;
  if (source.starts_with('[') || source.starts_with('{')) {
    text = source;
    name = "the edits";
  } else if (source == "-") {
    text = context.machine == nullptr ? std::nullopt : context.machine->readInput();
    name = "the standard input";
  } else {
    text = context.readFile(source);
  }
  if (!text) return base::fail(Failure{Exit::Local, name, "the file cannot be read", {}});
  auto json = base::parseJson(*text);
  if (!json) return base::fail(usageFailure(name, "this is no JSON: " + json.error().text, {}));
  return std::move(*json);
}

}  // namespace ctl
