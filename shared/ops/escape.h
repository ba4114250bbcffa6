// Text that strangers wrote, made safe to show: it cannot end a line, forge a field, or hide and reorder what is read.
//
// Escaped are control characters (C0, DEL, C1), line separators, zero-width and bidirectional controls, quotes and
// backslashes, and every byte that is not UTF-8. Pure functions, safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace ops {

// A value longer than this many bytes is cut, and says by how much.
inline constexpr std::size_t kMaxShown = 512;

// Appends `text` in double quotes, with backslash escapes (\n, \x1b, \u{202e}, \" and \\).
void appendQuoted(std::string& out, std::string_view text);

// Appends `text` as a JSON string (RFC 8259 section 7). Bytes that are not UTF-8 become U+FFFD.
void appendJson(std::string& out, std::string_view text);

// `text` in single quotes, for error sentences.
std::string shown(std::string_view text);

// A sentence of a library that repeats what strangers wrote: escaped, but for its quotes.
std::string safeSentence(std::string_view text);

}  // namespace ops
