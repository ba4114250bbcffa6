#include "console-gui/model/selection.h"

#include <algorithm>

namespace console {

bool Selection::contains(san::ObjectRef ref) const { return std::ranges::binary_search(objects_, ref); }

void Selection::set(std::vector<san::ObjectRef> objects, san::ObjectRef current) {
  std::ranges::sort(objects);
  objects.erase(std::unique(objects.begin(), objects.end()), objects.end());
  if (!std::ranges::binary_search(objects, current)) current = objects.empty() ? san::ObjectRef{} : objects.front();
  if (objects == objects_ && current == current_) return;
  objects_ = std::move(objects);
  current_ = current;
  emit changed();
}

void Selection::toggle(san::ObjectRef one) {
  auto objects = objects_;
  if (contains(one)) {
    std::erase(objects, one);
    set(std::move(objects), {});
  } else {
    objects.push_back(one);
    set(std::move(objects), one);
  }
}

void Selection::drop(const std::function<bool(san::ObjectRef)>& these) {
  auto objects = objects_;
  if (std::erase_if(objects, these) != 0) set(std::move(objects), current_);
}

}  // namespace console
