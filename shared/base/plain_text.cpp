#include "shared/base/plain_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "shared/base/printable.h"
#include "shared/base/utf8.h"

namespace base {

std::string plainTextFault(std::string_view text, std::size_t maxBytes) {
  if (text.size() > maxBytes) return "must have at most " + std::to_string(maxBytes) + " bytes";
  bool plain = isUtf8(text);
  for (std::size_t at = 0; plain && at < text.size(); ++at) plain = controlAt(text.substr(at)).bytes == 0;
  return plain ? std::string() : "must be UTF-8 text without control characters";
}

std::string plainText(std::string_view text, std::size_t maxBytes) {
  std::string plain;
  while (!text.empty()) {
    const Control control = controlAt(text);
    const std::size_t length = control.bytes != 0 ? 0 : decodeUtf8(text).length;
    std::array<char, 8> escape{};
    std::string_view next = text.substr(0, length);
    if (length == 0) {
      const unsigned code = control.bytes != 0 ? control.code : static_cast<unsigned char>(text[0]);
      const int size = std::snprintf(escape.data(), escape.size(), "\\x%02x", code);
      next = {escape.data(), static_cast<std::size_t>(size)};
    }
    if (plain.size() + next.size() > maxBytes) break;
    plain += next;
    text.remove_prefix(length != 0 ? length : std::max<std::size_t>(control.bytes, 1));
  }
  return plain;
}

}  // namespace base
