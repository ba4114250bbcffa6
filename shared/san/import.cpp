#include "shared/san/import.h"

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

}  // namespace san
