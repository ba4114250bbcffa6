// What a text that is kept for people may be: names, titles, reasons. Pure functions, safe from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace base {

// What a text must be and is not, as the end of a sentence ("must have at most 255 bytes"); empty: it may be kept.
// UTF-8 of one line, without control characters of C0, DEL or C1: a NUL ends a text in one store and breaks another,
// a line break makes two lines of one record.
std::string plainTextFault(std::string_view text, std::size_t maxBytes);

// The text as it may be kept: control characters, and bytes that are no UTF-8, as escapes such as \x1b; without what is
// beyond the bound.
std::string plainText(std::string_view text, std::size_t maxBytes);

}  // namespace base
