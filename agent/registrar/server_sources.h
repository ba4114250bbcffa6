// ServerSources: the name servers that an agent may use, by how it came to know them, and in which order they are
// tried.
//
// The order is that of Source. What the management server says stands alone: then those of no other source are used.
// A server that several sources know counts for the first. Values; one owner, no locks. Bound: kMaxOfASource of each.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "shared/net/address.h"

namespace registrar {

enum class Source : std::uint8_t { Configured, Managed, Dhcp, Heartbeat, Mdns };
inline constexpr std::array<std::string_view, 5> kSourceWords{"configured", "management server", "DHCP", "heartbeat",
                                                              "mDNS"};
constexpr std::string_view wordOf(Source source) { return kSourceWords[static_cast<std::size_t>(source)]; }

struct KnownServer {
  net::Address address;
  Source source = Source::Configured;

  friend bool operator==(const KnownServer&, const KnownServer&) = default;
};

// Whether an address that somebody on the network told can be that of a name server: no wildcard, no group, not the
// loopback's, not link-local (it would mean nothing to whom the agent tells it), and with a port.
bool canBeAsked(const net::Address& server);

class ServerSources {
 public:
  static constexpr std::size_t kMaxOfASource = 16;

  // What came to a source and what went; both empty: nothing has changed.
  struct Change {
    std::vector<net::Address> found;
    std::vector<net::Address> lost;
    std::size_t leftOut = 0;  // servers beyond the bound
  };
  Change set(Source source, std::vector<net::Address> servers);
  // Nothing: the management server says nothing of name servers, or there is none.
  void setManaged(std::optional<std::vector<net::Address>> servers);
  [[nodiscard]] bool managed() const { return managed_; }

  // In the order in which they are tried, each once.
  [[nodiscard]] std::vector<KnownServer> all() const;

 private:
  [[nodiscard]] std::vector<net::Address>& of(Source source) { return lists_[static_cast<std::size_t>(source)]; }

  std::array<std::vector<net::Address>, kSourceWords.size()> lists_;
  bool managed_ = false;
};

}  // namespace registrar
