// NBD URLs, after the NBD project's URI format (doc/uri.md):
//   nbd://HOST[:PORT][/EXPORT]             TCP; the port is 10809 where there is none; IPv6 in brackets
//   nbd+unix:///[EXPORT]?socket=/PATH      a unix socket; %00 in front of its name: an abstract one
// Bytes may be written as %XX. An EXPORT may hold any byte but NUL, slashes too, and be empty: the default export.
//
// Pure functions. Left out, and said so in the errors: TLS (nbds, nbds+unix, tls-* and users, which are for it).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shared/base/result.h"

namespace block {

inline constexpr std::uint16_t kNbdPort = 10809;
inline constexpr std::size_t kNbdMaxName = 4096;  // bytes of an export's name; proto.md, "Conventions"

struct NbdTarget {
  std::string host;        // "10.0.0.1:10809", "[::1]:10809", "store.example:10809"; empty with a unix socket
  std::string socketPath;  // a NUL in front: abstract
  std::string exportName;

  [[nodiscard]] bool isLocal() const { return host.empty(); }
  // As a URL that parseNbdUrl() reads back.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const NbdTarget&, const NbdTarget&) = default;
};

// Strict: what it does not know, or what is written twice, is an Error that names it.
base::Result<NbdTarget> parseNbdUrl(std::string_view text);

}  // namespace block
