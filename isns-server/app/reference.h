// The reference pages and the shipped example, as text from the tables. Pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace app {

struct ReferencePage {
  std::string_view file;  // its name in docs/reference
  std::string (*text)();
};

// Every page; a new table is a new row.
std::span<const ReferencePage> referencePages();

}  // namespace app
