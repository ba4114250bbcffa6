#include "isns-server/manage/keys/peer_check.h"

#include <array>

namespace keys {
namespace {

using mgmt::ChainFault;

constexpr std::array<std::string_view, 13> kWords{
    "no-certificate", "self-made", "foreign-authority", "bad-signature", "expired",     "not-yet-valid",
    "wrong-usage",    "weak-key",  "malformed",         "revoked",       "no-identity", "clock-went-back",
    "disowned",
};

PeerFault faultOf(ChainFault fault) {
  switch (fault) {
    case ChainFault::Missing:
      return PeerFault::NoCertificate;
    case ChainFault::SelfMade:
      return PeerFault::SelfMade;
    case ChainFault::ForeignAuthority:
      return PeerFault::ForeignAuthority;
    case ChainFault::BadSignature:
      return PeerFault::BadSignature;
    case ChainFault::Expired:
      return PeerFault::Expired;
    case ChainFault::NotYetValid:
      return PeerFault::NotYetValid;
    case ChainFault::WrongUsage:
      return PeerFault::WrongUsage;
    case ChainFault::WeakKey:
      return PeerFault::WeakKey;
    case ChainFault::None:
    case ChainFault::TooLong:
    case ChainFault::Malformed:
      break;
  }
  return PeerFault::Malformed;
}

base::Failure<PeerRefusal> refuse(PeerFault fault, std::string text) {
  return base::fail(PeerRefusal{fault, std::move(text)});
}

}  // namespace

std::string_view peerFaultWord(PeerFault fault) { return kWords[static_cast<std::size_t>(fault)]; }

base::Result<mgmt::Identity, PeerRefusal> checkClient(std::span<const mgmt::Certificate> chain, const PeerRules& rules,
                                                      ClockVerdict clock, base::WallTime now) {
  if (clock == ClockVerdict::WentBack) {
    return refuse(PeerFault::ClockWentBack,
                  "the server's clock went back: no certificate can be judged until it is right or an administrator "
                  "accepts it");
  }
  const std::vector<mgmt::Certificate> roots = rules.authorities.trusted(now);
  const ChainFault fault = mgmt::checkChain(chain, roots, mgmt::Usage::Client, now);
  if (fault == ChainFault::ForeignAuthority && rules.known) {
    return refuse(PeerFault::Disowned, "the authority that issued the certificate is believed no more");
  }
  if (fault != ChainFault::None) return refuse(faultOf(fault), std::string(mgmt::chainFaultText(fault)));
  if (rules.revocations.isRevoked(chain[0].serial())) {
    return refuse(PeerFault::Revoked, "the certificate has been revoked");
  }
  base::Result<mgmt::Identity> identity = mgmt::identityOf(chain[0]);
  if (!identity) return refuse(PeerFault::NoIdentity, identity.error().text);
  if (identity->kind == mgmt::PeerKind::Server) {
    return refuse(PeerFault::NoIdentity, "a server's certificate is none for a client");
  }
  return std::move(*identity);
}

}  // namespace keys
