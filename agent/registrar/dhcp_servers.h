// Name servers that a DHCP server has told this host of: option 83 (RFC 4174), as it stands in the lease files of
// dhclient, also those of NetworkManager where this user may read its folder, and in those that hold options as
// "OPTION_n" (systemd-networkd's way, which up to version 252 at least keeps only private options, 224 to 254: RFC
// 4174's is none of them).
//
// A lease counts while it holds. Of the option the addresses of the servers are taken, the primary one first; whether
// clients may change domains there, and by what security, says the name server itself. Readers are pure functions, safe
// from any thread; leasedServers() reads files and may wait for a disk. Bounds: kMaxFile bytes a file, kMaxFiles files,
// kMaxServers servers; what is beyond is left out, and so is what cannot be read. That is said of servers and of what
// cannot be read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/net/address.h"

namespace registrar {

struct IsnsOption {
  std::optional<net::Address> heartbeat;  // the multicast group of heartbeats; without a port
  std::vector<net::Address> servers;      // without a port

  friend bool operator==(const IsnsOption&, const IsnsOption&) = default;
};
// Of the option, what follows its length. Nothing where it is none.
std::optional<IsnsOption> readIsnsOption(base::ByteView option);

// The option of the newest lease of each interface in a file of dhclient: "option unknown-83 0:0:...;", or as
// administrators name it, "isns" and the like: any name of the configuration that ends in "isns" or "83".
std::vector<base::Bytes> readDhclientLeases(std::string_view text, base::WallTime now);
// "OPTION_83=000000...".
std::optional<base::Bytes> readKeyedLease(std::string_view text);

struct LeaseFolders {
  std::vector<std::string> dhclient{"/var/lib/dhcp", "/var/lib/dhclient"};
  std::vector<std::string> keyed{"/run/systemd/netif/leases", "/var/lib/NetworkManager", "/run/NetworkManager/devices"};
};
inline constexpr std::size_t kMaxFile = 1 << 20;
inline constexpr std::size_t kMaxFiles = 256;
inline constexpr std::size_t kMaxServers = 16;

struct Leased {
  std::vector<net::Address> servers;
  std::size_t leftOut = 0;           // servers beyond the bound
  std::vector<net::Address> groups;  // of heartbeats; without a port
  std::string unread;                // the first folder or file that is there and cannot be read, and why; else empty

  friend bool operator==(const Leased&, const Leased&) = default;
};
// Of all leases on this host, servers with this port; each once, in the order of the files' names.
Leased leasedServers(const LeaseFolders& folders, std::uint16_t port, base::WallTime now);

}  // namespace registrar
