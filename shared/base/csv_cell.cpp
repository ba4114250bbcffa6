#include "shared/base/csv_cell.h"

namespace base {
namespace {

bool looksLikeFormula(std::string_view text) {
  if (text.empty()) return false;
  const char c = text.front();
  return c == '=' || c == '+' || c == '-' || c == '@' || (c >= 0 && c < ' ');
}

}  // namespace

void appendCsvCell(std::string& out, std::string_view text) {
  const bool formula = looksLikeFormula(text);
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    if (formula) out += '\'';
    out += text;
    return;
  }
  out += '"';
  if (formula) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace base
