// Whether a chain of certificates leads to an authority that is trusted, for a usage, at a time (RFC 5280 6).
//
// The time is an argument: OpenSSL is never let to ask the clock. Nothing but the given roots is trusted, whatever the
// system trusts. Beyond RFC 5280 the leaf must state the usage itself and may not be an authority. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "shared/base/clock.h"
#include "shared/base/result.h"
#include "shared/mgmt/certificate.h"

namespace mgmt {

enum class Usage : std::uint8_t { Client, Server };

enum class ChainFault : std::uint8_t {
  None,
  Missing,           // no certificate
  TooLong,           // more than kMaxChain
  SelfMade,          // signed by itself
  ForeignAuthority,  // by an authority that is not trusted here
  BadSignature,      // not signed by the authority that it names
  Expired,
  NotYetValid,
  WrongUsage,  // not for clients, not for servers, or an authority's
  WeakKey,     // or a weak signature
  Malformed,
};
std::string_view chainFaultText(ChainFault fault);

// The fault, or None. Leaf first; a root within the chain is neither needed nor trusted for being there.
[[nodiscard]] ChainFault checkChain(std::span<const Certificate> chain, std::span<const Certificate> roots, Usage usage,
                                    base::WallTime now);

}  // namespace mgmt
