#include "shared/isns/ip_text.h"

#include "shared/base/whole_number.h"

#include <algorithm>
#include <array>

namespace isns {
namespace {

constexpr std::array<std::uint8_t, 12> kV4Prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
using Groups = std::array<std::uint16_t, 8>;

void appendHex(std::string& out, std::uint16_t number) {
  std::array<char, 4> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  out.append(digits.data(), end);
}

// The longest run of two or more zero groups, the first of equals: that is what "::" stands for (RFC 5952 4.2).
std::pair<std::size_t, std::size_t> zeroRun(const Groups& groups) {
  std::size_t best = 0;
  std::size_t bestLength = 1;
  for (std::size_t i = 0; i < groups.size();) {
    std::size_t end = i;
    while (end < groups.size() && groups[end] == 0) ++end;
    if (end - i > bestLength) {
      best = i;
      bestLength = end - i;
    }
    i = end + 1;
  }
  return bestLength > 1 ? std::pair{best, bestLength} : std::pair{groups.size(), std::size_t{0}};
}

bool parseV4(std::string_view text, std::uint8_t* out) {
  for (int i = 0; i < 4; ++i) {
    const std::size_t end = i < 3 ? text.find('.') : text.size();
    if (end == std::string_view::npos || end > 3 || (end > 1 && text[0] == '0')) return false;
    const auto byte = base::wholeNumber<std::uint8_t>(text.substr(0, end));
    if (!byte) return false;
    out[i] = *byte;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

// Groups between colons; the last may be an IPv4 address. How many were read, or nothing.
std::optional<std::size_t> parseGroups(std::string_view text, Groups& out) {
  std::size_t count = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(':'), text.size());
    const std::string_view group = text.substr(0, end);
    if (end == text.size() && group.find('.') != std::string_view::npos) {
      std::array<std::uint8_t, 4> v4;
      if (count > 6 || !parseV4(group, v4.data())) return std::nullopt;
      out[count++] = base::loadU16(v4.data());
      out[count++] = base::loadU16(v4.data() + 2);
      return count;
    }
    const auto number = base::wholeNumber<std::uint16_t>(group, 16);
    if (count == out.size() || group.size() > 4 || !number) return std::nullopt;
    out[count++] = *number;
    if (end == text.size()) return count;
    text.remove_prefix(end + 1);
    if (text.empty()) return std::nullopt;  // ends with a colon
  }
  return count;
}

}  // namespace

bool isIpv4(const IpAddress& address) { return std::equal(kV4Prefix.begin(), kV4Prefix.end(), address.begin()); }

std::string formatIp(const IpAddress& address) {
  std::string out;
  if (isIpv4(address)) {
    for (std::size_t i = 12; i < 16; ++i) {
      if (i > 12) out += '.';
      out += std::to_string(address[i]);
    }
    return out;
  }
  Groups groups;
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = base::loadU16(address.data() + 2 * i);
  const auto [run, length] = zeroRun(groups);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i == run) {
      out += "::";
      i += length - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    appendHex(out, groups[i]);
  }
  return out;
}

std::optional<IpAddress> parseIp(std::string_view text) {
  IpAddress address{};
  if (text.find(':') == std::string_view::npos) {
    std::copy(kV4Prefix.begin(), kV4Prefix.end(), address.begin());
    return parseV4(text, address.data() + 12) ? std::optional(address) : std::nullopt;
  }
  Groups groups{};
  const std::size_t gap = text.find("::");
  const auto head = parseGroups(text.substr(0, gap), groups);
  if (!head) return std::nullopt;
  if (gap == std::string_view::npos) {
    if (*head != groups.size()) return std::nullopt;
  } else {
    Groups tail{};
    const auto tailCount = parseGroups(text.substr(gap + 2), tail);
    if (!tailCount || *head + *tailCount >= groups.size()) return std::nullopt;
    std::fill(groups.begin() + static_cast<std::ptrdiff_t>(*head), groups.end(), std::uint16_t{0});
    std::copy_n(tail.begin(), *tailCount, groups.end() - static_cast<std::ptrdiff_t>(*tailCount));
  }
  for (std::size_t i = 0; i < groups.size(); ++i) base::storeU16(address.data() + 2 * i, groups[i]);
  return address;
}

std::string formatPort(std::uint32_t port) {
  return std::to_string(port & 0xffff) + ((port & kUdpPortFlag) != 0 ? "/udp" : "/tcp");
}

std::optional<std::uint32_t> parsePort(std::string_view text) {
  std::uint32_t flag = 0;
  if (text.ends_with("/tcp")) {
    text.remove_suffix(4);
  } else if (text.ends_with("/udp")) {
    text.remove_suffix(4);
    flag = kUdpPortFlag;
  }
  const auto number = base::wholeNumber<std::uint16_t>(text);
  return number ? std::optional(std::uint32_t{*number} | flag) : std::nullopt;
}

std::string formatPortal(const PortalAddress& portal) {
  const std::string ip = formatIp(portal.ip);
  return (isIpv4(portal.ip) ? ip : "[" + ip + "]") + ":" + formatPort(portal.port);
}

std::optional<PortalAddress> parsePortal(std::string_view text, std::optional<std::uint32_t> defaultPort) {
  std::string_view host = text;
  std::string_view portText;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = text.substr(1, end - 1);
    portText = text.substr(end + 1);
    if (host.find(':') == std::string_view::npos) return std::nullopt;
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos && colon == text.rfind(':')) {
    host = text.substr(0, colon);
    portText = text.substr(colon);
  }
  std::optional<std::uint32_t> port = defaultPort;
  if (!portText.empty()) {
    if (portText[0] != ':') return std::nullopt;
    port = parsePort(portText.substr(1));
  }
  const auto ip = parseIp(host);
  if (!ip || !port) return std::nullopt;
  return PortalAddress{*ip, *port};
}

std::optional<std::uint64_t> parseNumber(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) return base::wholeNumber<std::uint64_t>(text.substr(2), 16);
  return base::wholeNumber<std::uint64_t>(text);
}

}  // namespace isns
