#include "shared/net/address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "shared/base/whole_number.h"

namespace net {
namespace {

constexpr std::array<std::uint8_t, 12> kV4Prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned kV4PrefixBits = 96;

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

bool startsAsV4(const Address::Octets& octets) {
  return std::equal(kV4Prefix.begin(), kV4Prefix.end(), octets.begin());
}

bool isLinkLocal(const Address::Octets& o) {
  const bool unicast = o[0] == 0xFE && (o[1] & 0xC0) == 0x80;  // fe80::/10
  const bool group = o[0] == 0xFF && (o[1] & 0x0F) <= 0x02;    // ff01: interface, ff02: link
  return unicast || group;
}

base::Result<std::uint32_t> parseScope(std::string_view zone) {
  if (const auto number = base::wholeNumber<std::uint32_t>(zone); number && *number != 0) return *number;
  const std::uint32_t index = ::if_nametoindex(std::string(zone).c_str());
  if (index == 0) return base::fail("this machine has no network interface " + quoted(zone));
  return index;
}

struct Host {
  Address::Octets octets;
  std::uint32_t scope;
};

// An address without a port: "10.0.0.1", "::1", "fe80::1%eth0".
base::Result<Host> parseHost(std::string_view text) {
  const std::size_t percent = text.find('%');
  const std::string plain(text.substr(0, percent));
  Host host{{}, 0};
  if (percent == std::string_view::npos && ::inet_pton(AF_INET, plain.c_str(), host.octets.data() + 12) == 1) {
    std::copy(kV4Prefix.begin(), kV4Prefix.end(), host.octets.begin());
    return host;
  }
  if (::inet_pton(AF_INET6, plain.c_str(), host.octets.data()) != 1) {
    return base::fail(quoted(text) + " is not an IP address (names are not resolved here)");
  }
  if (percent == std::string_view::npos) return host;
  if (!isLinkLocal(host.octets)) return base::fail(quoted(text) + ": only a link-local address takes an interface");
  auto scope = parseScope(text.substr(percent + 1));
  if (!scope) return base::fail(scope.error());
  host.scope = *scope;
  return host;
}

struct HostPort {
  std::string_view host;
  std::optional<std::string_view> port;
  bool bracketed;
};

base::Result<HostPort> splitPort(std::string_view text) {
  if (text.substr(0, 1) == "[") {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return base::fail(quoted(text) + " lacks the closing ]");
    const std::string_view rest = text.substr(close + 1);
    const std::string_view host = text.substr(1, close - 1);
    if (rest.empty()) return HostPort{host, std::nullopt, true};
    if (rest.front() != ':') return base::fail(quoted(text) + ": only :PORT can follow the ]");
    return HostPort{host, rest.substr(1), true};
  }
  const std::size_t colon = text.find(':');
  // Two colons are an IPv6 address, whose port would need brackets.
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) {
    return HostPort{text, std::nullopt, false};
  }
  return HostPort{text.substr(0, colon), text.substr(colon + 1), false};
}

}  // namespace

Address Address::v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, std::uint16_t port) {
  return {Octets{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, a, b, c, d}, port};
}

base::Result<Address> Address::parse(std::string_view text, std::optional<std::uint16_t> defaultPort) {
  const auto parts = splitPort(text);
  if (!parts) return base::fail(parts.error());
  const auto host = parseHost(parts->host);
  if (!host) return base::fail(host.error());
  Address address(host->octets, 0);
  address.scope_ = host->scope;
  if (parts->bracketed && address.isV4() && parts->host.find(':') == std::string_view::npos) {
    return base::fail(quoted(text) + ": brackets are for IPv6 addresses");
  }
  if (parts->port) {
    const auto port = base::wholeNumber<std::uint16_t>(*parts->port);
    if (!port) return base::fail(quoted(text) + ": the port is not a number from 0 to 65535");
    address.port_ = *port;
  } else if (defaultPort) {
    address.port_ = *defaultPort;
  } else {
    const std::string shown = address.isV4() ? address.host() : "[" + address.host() + "]";
    return base::fail(quoted(text) + " has no port; write " + shown + ":PORT");
  }
  return address;
}

std::optional<Address> Address::from(const sockaddr_storage& from) {
  return Address::from(reinterpret_cast<const sockaddr*>(&from));
}

std::optional<Address> Address::from(const sockaddr* from) {
  if (from == nullptr) return std::nullopt;
  if (from->sa_family == AF_INET) {
    sockaddr_in in;
    std::memcpy(&in, from, sizeof in);
    Octets octets{};
    std::copy(kV4Prefix.begin(), kV4Prefix.end(), octets.begin());
    std::memcpy(octets.data() + 12, &in.sin_addr, 4);
    return Address(octets, ntohs(in.sin_port));
  }
  if (from->sa_family == AF_INET6) {
    sockaddr_in6 in;
    std::memcpy(&in, from, sizeof in);
    Octets octets{};
    std::memcpy(octets.data(), &in.sin6_addr, octets.size());
    Address address(octets, ntohs(in.sin6_port));
    if (isLinkLocal(octets)) address.scope_ = in.sin6_scope_id;
    return address;
  }
  return std::nullopt;
}

socklen_t Address::toSockaddr(sockaddr_storage& to) const {
  if (!isV4()) return toSockaddr6(to);
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_port = htons(port_);
  std::memcpy(&in.sin_addr, octets_.data() + 12, 4);
  std::memcpy(&to, &in, sizeof in);
  return sizeof in;
}

socklen_t Address::toSockaddr6(sockaddr_storage& to) const {
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_port = htons(port_);
  in.sin6_scope_id = scope_;
  std::memcpy(&in.sin6_addr, octets_.data(), octets_.size());
  std::memcpy(&to, &in, sizeof in);
  return sizeof in;
}

Address Address::withPort(std::uint16_t port) const {
  Address other = *this;
  other.port_ = port;
  return other;
}

bool Address::isV4() const { return startsAsV4(octets_); }

bool Address::isAny() const {
  const auto begin = octets_.begin() + (isV4() ? 12 : 0);
  return std::all_of(begin, octets_.end(), [](std::uint8_t octet) { return octet == 0; });
}

bool Address::isLoopback() const {
  static constexpr Octets kLoopback6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return isV4() ? octets_[12] == 127 : octets_ == kLoopback6;
}

bool Address::isMulticast() const { return isV4() ? (octets_[12] & 0xF0) == 0xE0 : octets_[0] == 0xFF; }

std::string Address::host() const {
  char buffer[INET6_ADDRSTRLEN];
  const std::uint8_t* octets = octets_.data() + (isV4() ? 12 : 0);
  std::string text = ::inet_ntop(family(), octets, buffer, sizeof buffer);
  if (scope_ != 0) text += "%" + std::to_string(scope_);
  return text;
}

std::string Address::text() const {
  const std::string port = ":" + std::to_string(port_);
  return isV4() ? host() + port : "[" + host() + "]" + port;
}

base::Result<Network> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto host = parseHost(text.substr(0, slash));
  if (!host) return base::fail(host.error());
  const Address given(host->octets, 0);
  const unsigned offset = given.isV4() ? kV4PrefixBits : 0;
  const unsigned most = 128 - offset;
  const auto length =
      slash == std::string_view::npos ? std::optional(most) : base::wholeNumber<unsigned>(text.substr(slash + 1));
  if (!length || *length > most)
    return base::fail(quoted(text) + ": the prefix length is not a number from 0 to " + std::to_string(most));
  const unsigned bits = *length + offset;
  Address::Octets masked = host->octets;
  for (unsigned i = 0; i < masked.size(); ++i) {
    const unsigned kept = std::clamp(bits, i * 8, i * 8 + 8) - i * 8;
    masked[i] = static_cast<std::uint8_t>(masked[i] & (0xFF00U >> kept));
  }
  const Network network(Address(masked, 0), bits);
  if (masked != host->octets) {
    return base::fail(quoted(text) + " has bits beyond its prefix; did you mean " + network.text() + "?");
  }
  return network;
}

bool Network::contains(const Address& address) const {
  if (address.isV4() != base_.isV4()) return false;
  const Address::Octets& a = base_.octets();
  const Address::Octets& b = address.octets();
  const std::size_t whole = bits_ / 8;
  if (std::memcmp(a.data(), b.data(), whole) != 0) return false;
  const unsigned rest = bits_ % 8;
  return rest == 0 || ((a[whole] ^ b[whole]) & (0xFF00U >> rest) & 0xFFU) == 0;
}

std::string Network::text() const {
  return base_.host() + "/" + std::to_string(bits_ - (base_.isV4() ? kV4PrefixBits : 0));
}

}  // namespace net

std::size_t std::hash<net::Address>::operator()(const net::Address& address) const noexcept {
  std::uint64_t halves[2];
  std::memcpy(halves, address.octets().data(), sizeof halves);
  const std::uint64_t place = (std::uint64_t{address.scope()} << 16) | address.port();
  // A multiply-and-fold a word: addresses of a subnet differ in a few low bits only.
  std::uint64_t h = 0;
  for (const std::uint64_t word : {halves[0], halves[1], place}) {
    h = (h ^ word) * 0x9E3779B97F4A7C15U;
    h ^= h >> 32;
  }
  return h;
}
