// Writes the words of the filter language as a libFuzzer dictionary, from its tables.
#include <cstdio>

#include "shared/san/filter_attributes.h"

int main() {
  const auto write = [](std::string_view word) {
    std::printf("\"%.*s\"\n", static_cast<int>(word.size()), word.data());
  };
  for (std::string_view name : san::attributeNames()) write(name);
  for (const san::KindRow& row : san::kKindTable) {
    for (const san::FieldRow& field : san::fieldsOf(row.kind)) {
      for (std::string_view word : field.words) write(word);
    }
  }
  for (const char* word : {":", "=", "!=", "~", ">=", "<=", " OR ", " AND ", " NOT ", "..", "TiB", "7d", "rev", "never",
                           "2026-01-31T12:00:00Z", "\\\"a b\\\"", "10.0.0.0/8", "::"}) {
    write(word);
  }
}
