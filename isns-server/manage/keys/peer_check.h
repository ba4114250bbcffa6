// Whom a peer's certificate speaks for, or why it is refused.
//
// The TLS driver hands in the chain that the peer showed (having proven that it holds the leaf's key). Every refusal
// has a code for logs and audit and a sentence for the one who is refused. Pure functions; what they read is not
// changed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "isns-server/manage/keys/authorities.h"
#include "isns-server/manage/keys/certificate_clock.h"
#include "isns-server/manage/keys/revocations.h"
#include "shared/mgmt/chain_check.h"
#include "shared/mgmt/identity.h"

namespace keys {

enum class PeerFault : std::uint8_t {
  NoCertificate,
  SelfMade,
  ForeignAuthority,
  BadSignature,
  Expired,
  NotYetValid,
  WrongUsage,
  WeakKey,
  Malformed,
  Revoked,
  NoIdentity,  // one of ours that names nobody
  ClockWentBack,
  Disowned,  // one of ours, of an authority that is believed no more
};
// A word for logs and audit records: "expired".
std::string_view peerFaultWord(PeerFault fault);

struct PeerRefusal {
  PeerFault fault = PeerFault::NoCertificate;
  std::string text;
};

struct PeerRules {
  const Authorities& authorities;
  const Revocations& revocations;
  bool known = false;  // the store has this very certificate
};

// A client's chain, leaf first: an agent or a person. The verdict is the clock's about this moment.
[[nodiscard]] base::Result<mgmt::Identity, PeerRefusal> checkClient(std::span<const mgmt::Certificate> chain,
                                                                    const PeerRules& rules, ClockVerdict clock,
                                                                    base::WallTime now);

}  // namespace keys
