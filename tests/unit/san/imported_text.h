// What an import made, as text to compare.
#pragma once

#include <string>

#include "shared/san/import.h"

namespace test {

inline std::string textOf(const san::Imported& made) {
  std::string text;
  made.document.writeCompact(text);
  return text;
}

// A line an error.
inline std::string errorsOf(const san::Imported& made) {
  std::string all;
  for (const san::ImportError& error : made.errors) all += error.place + ": " + error.text + "\n";
  return all;
}

}  // namespace test
