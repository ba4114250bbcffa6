#include "isns-server/manage/keys/certificate_authority.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>

#include "isns-server/manage/keys/certificate_builder.h"

namespace keys {
namespace {

using mgmt::Certificate;
using CrlHandle = std::unique_ptr<X509_CRL, mgmt::FreeWith<X509_CRL_free>>;

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

bool addRevoked(X509_CRL* list, const RevokedSerial& revoked) {
  BIGNUM* number = nullptr;
  X509_REVOKED* entry = X509_REVOKED_new();
  const mgmt::TimeHandle at(ASN1_TIME_set(nullptr, base::unixSeconds(revoked.at)));
  const std::size_t digits = static_cast<std::size_t>(std::max(BN_hex2bn(&number, revoked.serial.c_str()), 0));
  ASN1_INTEGER* serial = number == nullptr ? nullptr : BN_to_ASN1_INTEGER(number, nullptr);
  bool added = entry != nullptr && at && serial != nullptr && digits == revoked.serial.size() &&
               X509_REVOKED_set_serialNumber(entry, serial) == 1 &&
               X509_REVOKED_set_revocationDate(entry, at.get()) == 1;
  added = added && X509_CRL_add0_revoked(list, entry) == 1;
  if (!added) X509_REVOKED_free(entry);
  ASN1_INTEGER_free(serial);
  BN_free(number);
  return added;
}

bool addListExtensions(X509_CRL* list, X509* issuer, std::uint64_t number) {
  ASN1_INTEGER* const count = ASN1_INTEGER_new();
  const bool counted = count != nullptr && ASN1_INTEGER_set_uint64(count, number) == 1 &&
                       X509_CRL_add1_ext_i2d(list, NID_crl_number, count, 0, X509V3_ADD_DEFAULT) == 1;
  ASN1_INTEGER_free(count);
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, nullptr, nullptr, list, 0);
  X509V3_set_ctx_nodb(&context);
  X509_EXTENSION* const by = X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always");
  const bool named = by != nullptr && X509_CRL_add_ext(list, by, -1) == 1;
  X509_EXTENSION_free(by);
  return counted && named;
}

}  // namespace

base::Result<CertificateAuthority> CertificateAuthority::create(base::WallTime now, const base::RandomSource& random,
                                                                Days lifetime) {
  base::Result<mgmt::PrivateKey> key = mgmt::PrivateKey::generate();
  if (!key) return base::fail(key.error());
  CertificateBuilder builder(random, now - kBackdate, now + lifetime);
  builder.subject("Sanctum CA " + builder.serial().substr(0, 8)).publicKey(key->get());
  // One authority below it: the cross certificate of its successor.
  base::Result<Certificate> root = asAuthority(builder, "critical,CA:TRUE,pathlen:1").sign(nullptr, *key);
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
  asAuthority(builder, "critical,CA:TRUE,pathlen:0").extension(NID_authority_key_identifier, "keyid:always");
  return builder.sign(&root_, key_);
}

base::Result<base::Bytes> CertificateAuthority::revocationList(std::span<const RevokedSerial> revoked,
                                                               std::uint64_t number, base::WallTime now,
                                                               base::WallTime nextUpdate) const {
  const CrlHandle list(X509_CRL_new());
  const mgmt::TimeHandle from(ASN1_TIME_set(nullptr, base::unixSeconds(now)));
  const mgmt::TimeHandle until(ASN1_TIME_set(nullptr, base::unixSeconds(nextUpdate)));
  bool made = list && from && until && X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) == 1 &&
              X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(root_.get())) == 1 &&
              X509_CRL_set1_lastUpdate(list.get(), from.get()) == 1 &&
              X509_CRL_set1_nextUpdate(list.get(), until.get()) == 1 &&
              addListExtensions(list.get(), root_.get(), number);
  for (const RevokedSerial& one : revoked) made = made && addRevoked(list.get(), one);
  made = made && X509_CRL_sort(list.get()) == 1 && X509_CRL_sign(list.get(), key_.get(), EVP_sha256()) > 0;
  std::uint8_t* der = nullptr;
  const int size = made ? i2d_X509_CRL(list.get(), &der) : 0;
  ERR_clear_error();
  if (size <= 0) return base::fail("no revocation list was made");
  base::Bytes bytes(der, der + size);
  OPENSSL_free(der);
  return bytes;
}

std::string revocationListPem(base::ByteView der) {
  const mgmt::BioHandle out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio(out.get(), PEM_STRING_X509_CRL, "", der.data(), static_cast<long>(der.size())) <= 0) {
    return {};
  }
  const char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace keys
