// Writes a libFuzzer dictionary of login text to standard output, from the table of keys: each key with its default and
// its words, and the values that every key may meet. One entry a line: "Key=value".
#include <cstdio>
#include <string>

#include "agent/iscsi/text_keys.h"

namespace {

void entry(std::string_view text) { std::printf("\"%.*s\"\n", static_cast<int>(text.size()), text.data()); }

}  // namespace

int main() {
  for (const iscsi::TextKeyRow& row : iscsi::textKeyTable()) {
    const std::string key = std::string(row.name) + "=";
    entry(key + std::string(row.initial));
    for (const std::string_view word : row.words) entry(key + std::string(word));
    if (row.kind == iscsi::ValueKind::Number) {
      entry(key + std::to_string(row.lowest));
      entry(key + std::to_string(row.highest));
    }
  }
  for (const std::string_view word : {iscsi::kNone, iscsi::kReject, iscsi::kIrrelevant, iscsi::kNotUnderstood})
    entry(word);
  for (const std::string_view value : {"0x", "0b", "iqn.2001-04.com.example:", "8,5", ",", "\\x00"}) entry(value);
}
