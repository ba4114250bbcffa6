// What strangers send of X.509: certificate requests and chains, in PEM or DER.
//
// Rules: of a request that is taken a certificate can be issued, it is for clients, no authority, and says of names
// exactly what the server decided, whatever the request asked for; a chain of strangers is never accepted.
#include "isns-server/manage/keys/peer_check.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/random_bytes.h"

namespace {

constexpr base::WallTime kNow{std::chrono::seconds(1'800'000'000)};

struct World {
  base::RandomSource random = support::knownBytes();
  keys::Authorities authorities{*keys::CertificateAuthority::create(kNow, random)};
  keys::Revocations revocations;
};

World& world() {
  static World one;
  return one;
}

void checkRequest(base::ByteView bytes) {
  const auto request = mgmt::CertificateRequest::read(bytes);
  if (!request) {
    fuzz::check(!request.error().text.empty(), "a refusal says why");
    return;
  }
  const mgmt::Identity identity{mgmt::PeerKind::Agent, "host.example", {"iqn.2026-01.example:a"}, {}};
  const auto issued =
      world().authorities.current().issueClient(*request, identity, kNow, world().random, keys::kAgentLifetime);
  fuzz::check(issued.ok(), "a request that is taken can be answered");
  fuzz::check(!issued->isAuthority(), "no authority is issued");
  const auto peer =
      keys::checkClient({&*issued, 1}, {world().authorities, world().revocations}, keys::ClockVerdict::Good, kNow);
  fuzz::check(peer.ok() && peer->name == identity.name && peer->nodes == identity.nodes, "the server decides on names");
}

void checkChain(std::span<const mgmt::Certificate> chain) {
  for (const mgmt::Certificate& one : chain) {
    (void)one.uris();
    (void)one.commonName();
    (void)one.notAfter();
    (void)one.publicKeyFingerprint();
    (void)mgmt::identityOf(one);
    const auto again = mgmt::Certificate::fromDer(one.der());
    fuzz::check(again && again->fingerprint() == one.fingerprint(), "a certificate is written as it was read");
  }
  const auto peer =
      keys::checkClient(chain, {world().authorities, world().revocations}, keys::ClockVerdict::Good, kNow);
  fuzz::check(!peer.ok(), "no stranger gets in");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteView bytes(data, size);
  checkRequest(bytes);
  if (const auto one = mgmt::Certificate::fromDer(bytes)) checkChain({&*one, 1});
  if (const auto chain = mgmt::chainFromPem(base::asText(bytes))) checkChain(*chain);
  return 0;
}
