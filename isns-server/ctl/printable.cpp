#include "isns-server/ctl/printable.h"

#include <array>
#include <cstdio>

namespace ctl {
namespace {

void appendEscape(std::string& out, unsigned byte) {
  std::array<char, 8> escape;
  std::snprintf(escape.data(), escape.size(), "\\x%02x", byte);
  out += escape.data();
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {  // C1 in UTF-8
      appendEscape(out, next);
      ++i;
    } else if (byte < 0x20 || byte == 0x7f) {
      appendEscape(out, byte);
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace ctl
