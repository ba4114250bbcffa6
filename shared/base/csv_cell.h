// A cell of CSV (RFC 4180): quoted where it has a comma, a quote or a line break.
//
// A text that a spreadsheet would take for a formula (it begins with = + - @ or a control character) gets an apostrophe
// in front: names in a SAN are chosen by strangers. Pure, any thread; no errors.
#pragma once

#include <string>
#include <string_view>

namespace base {

void appendCsvCell(std::string& out, std::string_view text);

}  // namespace base
