// IP addresses and ports of iSNS attributes as text: "10.0.0.1", "fe80::1" (RFC 5952), "3260/tcp" (RFC
// 4171 6.3.1-6.3.2).
//
// Pure functions, safe from any thread. Text that is no address gives nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/isns/tlv.h"

namespace isns {

// The two key attributes of a Portal; the port with its UDP flag, as on the wire.
struct PortalAddress {
  IpAddress ip{};
  std::uint32_t port = 0;
  friend bool operator==(const PortalAddress&, const PortalAddress&) = default;
};

bool isIpv4(const IpAddress& address);
std::string formatIp(const IpAddress& address);
std::optional<IpAddress> parseIp(std::string_view text);

std::string formatPort(std::uint32_t port);
// "3260", "3260/tcp", "3260/udp".
std::optional<std::uint32_t> parsePort(std::string_view text);

// "10.0.0.1:3260/tcp", "[fe80::1]:3260/tcp".
std::string formatPortal(const PortalAddress& portal);
// The same, with or without "/tcp"; without a port where `defaultPort` is given.
std::optional<PortalAddress> parsePortal(std::string_view text,
                                         std::optional<std::uint32_t> defaultPort = std::nullopt);

// Of a whole text, decimal or with 0x hexadecimal.
std::optional<std::uint64_t> parseNumber(std::string_view text);

}  // namespace isns
