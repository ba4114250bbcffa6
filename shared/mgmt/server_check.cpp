#include "shared/mgmt/server_check.h"

#include "shared/mgmt/chain_check.h"
#include "shared/mgmt/identity.h"

namespace mgmt {

base::Status checkServer(std::span<const Certificate> chain, std::span<const Certificate> roots, base::WallTime now) {
  const ChainFault fault = checkChain(chain, roots, Usage::Server, now);
  // It may well be the server, and a clock that is wrong.
  if (fault == ChainFault::NotYetValid || fault == ChainFault::Expired) {
    return base::fail(std::string("the server's certificate ") +
                      (fault == ChainFault::Expired ? "has expired" : "does not hold yet") +
                      " by this machine's clock; compare the clocks of both machines (NTP)");
  }
  if (fault != ChainFault::None) {
    return base::fail("this is not the management server: " + std::string(chainFaultText(fault)));
  }
  const base::Result<Identity> identity = identityOf(chain[0]);
  if (!identity || identity->kind != PeerKind::Server) {
    return base::fail("this is not the management server: its certificate is not a server's");
  }
  return {};
}

base::Result<Certificate> checkServerForEnrolment(std::span<const Certificate> chain, const EnrolmentToken& token,
                                                  base::WallTime now) {
  if (chain.size() > kMaxChain) return base::fail("the server's chain of certificates is too long");
  for (const Certificate& root : chain) {
    if (!token.pins(root.fingerprint())) continue;
    if (!root.isAuthority() || !root.issuedItself()) return base::fail("what the token pins is not a root certificate");
    if (base::Status status = checkServer(chain, {&root, 1}, now); !status) return base::fail(status.error());
    return root;
  }
  return base::fail(
      "the server that answers is not the one that made the token: its authority has another fingerprint; nothing was "
      "sent to it");
}

}  // namespace mgmt
