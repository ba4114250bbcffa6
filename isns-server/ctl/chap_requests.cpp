#include "isns-server/ctl/chap_requests.h"

#include <algorithm>

#include "shared/ctl/option_values.h"

namespace ctl {

Asked<std::string> numberTyped(std::string_view typed, std::string_view what, std::string_view advice) {
  std::string_view number = typed;
  if (number.starts_with("credential:")) number.remove_prefix(std::string_view("credential:").size());
  if (number.starts_with('#')) number.remove_prefix(1);
  const bool good = !number.empty() && number.size() <= 18 &&
                    std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (good) return std::string(number);
  return base::fail(
      usageFailure(std::string(what), "\"" + std::string(typed) + "\" is no number", std::string(advice)));
}

Outcome addTiming(const Invocation& invocation, base::Json::Object& body) {
  const auto within = spanOption(invocation, "--within");
  if (!within) return base::fail(within.error());
  if (*within) body.push_back({"within", **within});
  if (const auto at = invocation.one("--at-deadline")) body.push_back({"at_deadline", *at});
  return {};
}

}  // namespace ctl
