#include "console-gui/model/edit_change.h"

#include <algorithm>

namespace console {
namespace {

std::vector<san::Edit> joined(std::span<const san::Edit> common, const std::vector<san::Edit>& rest) {
  std::vector<san::Edit> all;
  all.reserve(common.size() + rest.size());
  all.assign(common.begin(), common.end());
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

}  // namespace

EditChange::EditChange(std::span<const san::Edit> before, std::span<const san::Edit> after)
    : common_(static_cast<std::size_t>(std::ranges::mismatch(before, after).in1 - before.begin())),
      before_(before.begin() + static_cast<std::ptrdiff_t>(common_), before.end()),
      after_(after.begin() + static_cast<std::ptrdiff_t>(common_), after.end()) {}

std::vector<san::Edit> EditChange::undone(std::span<const san::Edit> after) const {
  return joined(after.first(common_), before_);
}

std::vector<san::Edit> EditChange::redone(std::span<const san::Edit> before) const {
  return joined(before.first(common_), after_);
}

}  // namespace console
