#include "isns-server/manage/keys/certificate_authority.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>

#include "isns-server/manage/keys/certificate_builder.h"

namespace keys {
namespace {

using mgmt::Certificate;

// Below a root stand the cross certificates of those that came after it, at most Authorities::kMaxPrevious in a row.
constexpr const char* kRootConstraints = "critical,CA:TRUE,pathlen:3";
constexpr const char* kCrossConstraints = "critical,CA:TRUE,pathlen:2";

CertificateBuilder& asAuthority(CertificateBuilder& builder, const char* constraints) {
  return builder.extension(NID_basic_constraints, constraints)
      .extension(NID_key_usage, "critical,keyCertSign,cRLSign")
      .extension(NID_subject_key_identifier, "hash");
}

CertificateBuilder& asLeaf(CertificateBuilder& builder, const char* usage) {
  return builder.extension(NID_basic_constraints, "critical,CA:FALSE")
      .extension(NID_key_usage, "critical,digitalSignature")
      .extension(NID_ext_key_usage, usage)
      .extension(NID_subject_key_identifier, "hash")
      .extension(NID_authority_key_identifier, "keyid:always");
}

}  // namespace

base::Result<CertificateAuthority> CertificateAuthority::create(base::WallTime now, const base::RandomSource& random,
                                                                Days lifetime) {
  base::Result<mgmt::PrivateKey> key = mgmt::PrivateKey::generate();
  if (!key) return base::fail(key.error());
  CertificateBuilder builder(random, now - kBackdate, now + lifetime);
  builder.subject("Sanctum CA " + builder.serial().substr(0, 8)).publicKey(key->get());
  base::Result<Certificate> root = asAuthority(builder, kRootConstraints).sign(nullptr, *key);
  if (!root) return base::fail(root.error());
  return CertificateAuthority(std::move(*root), std::move(*key));
}

base::Result<CertificateAuthority> CertificateAuthority::open(Certificate root, mgmt::PrivateKey key) {
  if (!root.isAuthority() || !root.issuedItself()) return base::fail("the certificate is not an authority's root");
  if (root.publicKeyFingerprint() != key.publicFingerprint()) {
    return base::fail("the key is not that of the authority's root certificate");
  }
  return CertificateAuthority(std::move(root), std::move(key));
}

base::Result<Certificate> CertificateAuthority::issueServer(const mgmt::PrivateKey& key,
                                                            std::span<const std::string> hosts, base::WallTime now,
                                                            const base::RandomSource& random, Days lifetime) const {
  if (hosts.empty()) return base::fail("a server's certificate needs a DNS name or an address");
  const std::vector<std::string> uris = *mgmt::toUris({mgmt::PeerKind::Server, {}, {}, {}});
  CertificateBuilder builder(random, now - kBackdate, std::min(now + lifetime, root_.notAfter()));
  builder.subject(hosts.front()).publicKey(key.get()).alternativeNames(hosts, uris);
  return asLeaf(builder, "serverAuth").sign(&root_, key_);
}

base::Result<Certificate> CertificateAuthority::issueClient(const mgmt::CertificateRequest& request,
                                                            const mgmt::Identity& identity, base::WallTime now,
                                                            const base::RandomSource& random, Days lifetime) const {
  if (identity.kind == mgmt::PeerKind::Server) return base::fail("a server is no client");
  base::Result<std::vector<std::string>> uris = mgmt::toUris(identity);
  if (!uris) return base::fail(uris.error());
  CertificateBuilder builder(random, now - kBackdate, std::min(now + lifetime, root_.notAfter()));
  builder.subject(identity.name).publicKey(request.publicKey()).alternativeNames({}, *uris);
  return asLeaf(builder, "clientAuth").sign(&root_, key_);
}

base::Result<Certificate> CertificateAuthority::crossSign(const Certificate& other, base::WallTime now,
                                                          const base::RandomSource& random) const {
  if (!other.isAuthority() || !other.issuedItself()) return base::fail("only a root gets a cross certificate");
  CertificateBuilder builder(random, now - kBackdate, std::min(root_.notAfter(), other.notAfter()));
  builder.subject(X509_get_subject_name(other.get())).publicKey(X509_get0_pubkey(other.get()));
  asAuthority(builder, kCrossConstraints).extension(NID_authority_key_identifier, "keyid:always");
  return builder.sign(&root_, key_);
}

}  // namespace keys
