#include "shared/mgmt/request_target.h"

#include <algorithm>

namespace mgmt {

std::string percentEncoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    }
  }
  return out;
}

std::string requestTarget(Route route, std::span<const std::string> segments, const Query& query) {
  std::string target = "/api/v1";
  std::string_view path = rowOf(route).path;
  for (std::size_t which = 0; !path.empty();) {
    const std::size_t brace = std::min(path.find('{'), path.size());
    target.append(path.substr(0, brace));
    path.remove_prefix(brace);
    if (path.empty()) break;
    path.remove_prefix(std::min(path.find('}') + 1, path.size()));
    if (which < segments.size()) target += percentEncoded(segments[which++]);
  }
  bool first = true;
  for (const auto& [name, value] : query) {
    if (value.empty()) continue;
    target.append(first ? "?" : "&").append(name).append("=").append(percentEncoded(value));
    first = false;
  }
  return target;
}

}  // namespace mgmt
