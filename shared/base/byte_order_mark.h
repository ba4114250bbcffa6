// The byte order mark that some editors and shells put before a text in UTF-8 (RFC 3629, 6). Pure, safe from any
// thread.
#pragma once

#include <string_view>

namespace base {

constexpr std::string_view withoutByteOrderMark(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return text;
}

}  // namespace base
