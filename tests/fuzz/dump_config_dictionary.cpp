// Writes a libFuzzer dictionary of the configuration to standard output, from its table: names of keys, groups, records
// and columns, words of choices, defaults as TOML, and what TOML is made of. One entry a line.
#include <cstdio>
#include <set>
#include <string>

#include "isns-server/app/config.h"

namespace {

std::set<std::string> entries;

void entry(std::string_view text) {
  std::string line = "\"";
  for (const char c : text) {
    char escape[5];
    std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    line += escape;
  }
  if (!text.empty()) entries.insert(line + '"');
}

void row(const ops::KeyRow& key) {
  const std::size_t dot = key.name.find('.');
  entry(key.name);
  entry(key.name.substr(dot == std::string_view::npos ? 0 : dot + 1));
  if (dot != std::string_view::npos) entry("[" + std::string(key.name.substr(0, dot)) + "]\n");
  for (const std::string_view word : key.type.words) entry('"' + std::string(word) + '"');
  if (key.preset) entry(*key.preset);
}

}  // namespace

int main() {
  for (const ops::KeyRow& key : app::configSchema().keys) row(key);
  for (const ops::RecordRow& record : app::configSchema().records) {
    entry("[[" + std::string(record.name) + "]]\n");
    for (const ops::KeyRow& column : record.columns) row(column);
  }
  for (const char* mark : {"[[", "]]", "\"\"\"", "'''", "\\u00e4", "\\U0001f600", "0x", "0b1", "1e9", "-inf", "nan",
                           "1979-05-27T07:32:00Z", "07:32:00", "\r\n", "\xef\xbb\xbf", "\xc3\xa4", " = ", "KiB"}) {
    entry(mark);
  }
  for (const std::string& line : entries) std::printf("%s\n", line.c_str());
}
