// Address: where a socket is, in the form in which iSNS carries it (RFC 4171 6.3.1, 6.3.2): 16 bytes of IPv6, IPv4 as
// IPv4-mapped IPv6 (::ffff:10.0.0.1), and a port. Network: a range of addresses by prefix, for access rules.
//
// Values; any thread. Names are never resolved. A link-local IPv6 address carries its interface (scope), because
// without it nobody can answer; it counts in comparisons.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "shared/base/result.h"

namespace net {

class Address {
 public:
  using Octets = std::array<std::uint8_t, 16>;

  Address() = default;  // [::]:0
  Address(const Octets& octets, std::uint16_t port) : octets_(octets), port_(port) {}
  static Address v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, std::uint16_t port);

  // "10.0.0.1:3205", "[::1]:3205", "[fe80::1%eth0]:3205"; and with a default port "10.0.0.1", "::1", "[::1]" too.
  static base::Result<Address> parse(std::string_view text, std::optional<std::uint16_t> defaultPort = std::nullopt);

  // Nothing for families other than AF_INET and AF_INET6.
  static std::optional<Address> from(const sockaddr_storage& from);
  // As many bytes are there as its family says; nothing of nullptr.
  static std::optional<Address> from(const sockaddr* from);
  // AF_INET for IPv4 and AF_INET6 for the rest; returns the length for bind, connect or sendto.
  socklen_t toSockaddr(sockaddr_storage& to) const;
  // AF_INET6 always, IPv4 in its mapped form: for a socket that carries both.
  socklen_t toSockaddr6(sockaddr_storage& to) const;

  [[nodiscard]] const Octets& octets() const { return octets_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint32_t scope() const { return scope_; }
  [[nodiscard]] Address withPort(std::uint16_t port) const;

  [[nodiscard]] bool isV4() const;
  [[nodiscard]] bool isAny() const;  // 0.0.0.0 or ::
  [[nodiscard]] bool isLoopback() const;
  [[nodiscard]] bool isMulticast() const;
  [[nodiscard]] int family() const { return isV4() ? AF_INET : AF_INET6; }

  [[nodiscard]] std::string host() const;  // "10.0.0.1", "::1", "fe80::1%2"
  [[nodiscard]] std::string text() const;  // "10.0.0.1:3205", "[::1]:3205"; parse() reads it back

  friend bool operator==(const Address&, const Address&) = default;

 private:
  Octets octets_{};
  std::uint32_t scope_ = 0;  // interface index, 0 where not link-local
  std::uint16_t port_ = 0;
};

class Network {
 public:
  // "10.0.0.0/8", "2001:db8::/32"; without a prefix length a single address. Bits beyond the prefix must be 0.
  static base::Result<Network> parse(std::string_view text);

  // Ports and scopes do not matter. An IPv6 network holds no IPv4 address, not even ::/0.
  [[nodiscard]] bool contains(const Address& address) const;
  [[nodiscard]] std::string text() const;

  [[nodiscard]] const Address& base() const { return base_; }
  [[nodiscard]] unsigned bits() const { return bits_; }  // of the 16 bytes: 96 and up for IPv4
  friend bool operator==(const Network&, const Network&) = default;

 private:
  Network(const Address& base, unsigned bits) : base_(base), bits_(bits) {}
  Address base_;
  unsigned bits_;
};

}  // namespace net

template <>
struct std::hash<net::Address> {
  std::size_t operator()(const net::Address& address) const noexcept;
};
