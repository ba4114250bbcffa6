#include "shared/base/printable.h"

#include <array>
#include <cstdio>

namespace base {
namespace {

void appendEscape(std::string& out, unsigned byte) {
  std::array<char, 8> escape;
  std::snprintf(escape.data(), escape.size(), "\\x%02x", byte);
  out += escape.data();
}

}  // namespace

Control controlAt(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  const auto next = static_cast<unsigned char>(text.size() > 1 ? text[1] : 0);
  if (byte == 0xc2 && next >= 0x80 && next < 0xa0) return {next, 2};  // C1 in UTF-8
  if (byte < 0x20 || byte == 0x7f) return {byte, 1};
  return {};
}

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (const Control control = controlAt(text.substr(i)); control.bytes != 0) {
      appendEscape(out, control.code);
      i += control.bytes;
    } else {
      out += text[i++];
    }
  }
  return out;
}

}  // namespace base
