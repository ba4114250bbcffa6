// listed: a list of words as text, with commas between them, for messages to people.
#pragma once

#include <functional>
#include <string>

namespace base {

// `text` gives what stands for an item; what is empty at the beginning is left out.
template <class List, class Text = std::identity>
std::string listed(const List& list, Text text = {}) {
  std::string all;
  for (const auto& item : list) all.append(all.empty() ? "" : ", ").append(std::invoke(text, item));
  return all;
}

}  // namespace base
