#include "shared/ctl/option_values.h"

#include <charconv>

#include "shared/base/span_text.h"
#include "shared/base/whole_number.h"

namespace ctl {
namespace {

constexpr double kLongest = 1e9;  // seconds; far below what a duration can hold

Failure wrong(std::string_view name, std::string_view text, const char* advice) {
  return usageFailure("wrong value", "\"" + std::string(text) + "\" is no " + std::string(name), advice);
}

}  // namespace

Asked<std::optional<std::uint64_t>> countOption(const Invocation& invocation, std::string_view name) {
  const auto text = invocation.one(name);
  if (!text) return std::optional<std::uint64_t>{};
  const auto number = base::wholeNumber<std::uint64_t>(*text);
  if (!number || *number == 0) return base::fail(wrong(name, *text, "a number from 1 is wanted"));
  return number;
}

Asked<std::optional<base::Duration>> secondsOption(const Invocation& invocation, std::string_view name) {
  const auto text = invocation.one(name);
  if (!text) return std::optional<base::Duration>{};
  double seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error != std::errc{} || end != text->data() + text->size() || !(seconds > 0) || seconds > kLongest) {
    return base::fail(wrong(name, *text, "seconds are wanted, as in 2.5"));
  }
  return std::optional(std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds)));
}

Asked<std::optional<std::uint64_t>> spanOption(const Invocation& invocation, std::string_view name) {
  const auto text = invocation.one(name);
  if (!text) return std::optional<std::uint64_t>{};
  if (const auto seconds = base::parseSpan(*text)) return std::optional(*seconds);
  return base::fail(wrong(name, *text, "a number and its unit are wanted, as in 30m, 12h or 7d"));
}

}  // namespace ctl
