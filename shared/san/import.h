// What importers give: a document (document.h) and what they could not take over. Values, safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/base/json.h"

namespace san {

inline constexpr std::size_t kMaxImportErrors = 100;

struct ImportError {
  std::string place;  // in what was imported: a JSON pointer, or "line 3"
  std::string text;   // a sentence
};

struct Imported {
  base::Json document;
  std::vector<ImportError> errors;  // the rest is taken over
  // Where an object of the document came from: "/maps/7", "/targets/0/tpgs/0/node_acls/1/mapped_luns/0".
  std::vector<std::pair<std::string, std::string>> origins;
};

// How many objects a document names; 0: applying it says nothing about a SAN.
std::size_t entriesOf(const base::Json& document);
// The line, from 1, of the first byte that is no UTF-8; none: all of it is.
std::optional<std::size_t> lineThatIsNotUtf8(std::string_view text);

}  // namespace san
