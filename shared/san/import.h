// What importers give: a document (document.h) and what they could not take over. Values, safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/base/json.h"
#include "shared/san/document.h"

namespace san {

inline constexpr std::size_t kMaxImportErrors = 100;

struct ImportError {
  std::string place;  // in what was imported: a JSON pointer, or "line 3"
  std::string text;   // a sentence
};

struct Imported {
  // Keeps it as long as there is place, else counts it.
  void addError(std::string place, std::string text);

  base::Json document;
  // How the document is meant. What lists the members of a group as somebody else's server has them says nothing of
  // those that this one has.
  DocumentMode mode = DocumentMode::Merge;
  std::vector<ImportError> errors;  // the rest is taken over
  std::size_t moreErrors = 0;       // beyond kMaxImportErrors
  // Where an object of the document came from: "/maps/7", "/targets/0/tpgs/0/node_acls/1/mapped_luns/0".
  std::vector<std::pair<std::string, std::string>> origins;
};

// How many objects a document names; 0: applying it says nothing about a SAN.
std::size_t entriesOf(const base::Json& document);
// The line, from 1, of the first byte that is no UTF-8; none: all of it is.
std::optional<std::size_t> lineThatIsNotUtf8(std::string_view text);

}  // namespace san
