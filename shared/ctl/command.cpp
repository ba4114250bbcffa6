#include "shared/ctl/command.h"

namespace ctl {

std::optional<std::string_view> Invocation::one(std::string_view name) const {
  for (auto at = given_.rbegin(); at != given_.rend(); ++at) {
    if (at->name == name) return at->value;
  }
  return std::nullopt;
}

std::vector<std::string_view> Invocation::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Given& given : given_) {
    if (given.name == name) values.push_back(given.value);
  }
  return values;
}

}  // namespace ctl
