#include "shared/san/import.h"

#include "shared/base/utf8.h"

namespace san {

std::size_t entriesOf(const base::Json& document) {
  std::size_t entries = 0;
  if (const base::Json::Object* sections = document.object()) {
    for (const base::JsonMember& section : *sections) {
      if (const base::Json::Array* list = section.value.array()) entries += list->size();
      if (const base::Json::Object* single = section.value.object(); single != nullptr && !single->empty()) ++entries;
    }
  }
  return entries;
}

void Imported::addError(std::string place, std::string text) {
  if (errors.size() < kMaxImportErrors) {
    errors.push_back({std::move(place), std::move(text)});
  } else {
    ++moreErrors;
  }
}

std::optional<std::size_t> lineThatIsNotUtf8(std::string_view text) {
  if (base::isUtf8(text)) return std::nullopt;
  std::size_t line = 1;
  for (std::size_t length = 0; (length = base::decodeUtf8(text).length) != 0; text.remove_prefix(length)) {
    if (text.front() == '\n') ++line;
  }
  return line;
}

}  // namespace san
