#include "shared/mgmt/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <limits>

#include "shared/base/hex.h"
#include "shared/base/printable.h"
#include "shared/mgmt/openssl_handles.h"
#include "shared/mgmt/private_key.h"

namespace mgmt {
namespace {

int noPassphrase(char*, int, int, void*) { return -1; }

// By way of a difference to 1970, so that no time zone of the process comes in.
base::WallTime timeOf(const ASN1_TIME* time) {
  const TimeHandle epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (!epoch || ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) return {};
  return base::WallTime{} + std::chrono::hours(24) * days + std::chrono::seconds(seconds);
}

base::Result<std::vector<Certificate>> readPem(std::string_view pem, std::size_t limit) {
  if (pem.size() > limit * kMaxCertificateBytes) return base::fail("too long for a certificate");
  const BioHandle in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<Certificate> chain;
  while (in && chain.size() < limit) {
    X509* one = PEM_read_bio_X509(in.get(), nullptr, noPassphrase, nullptr);
    if (one == nullptr) break;
    chain.emplace_back(one);
  }
  // Reading stops at the end with "no start line"; anything else is a certificate that cannot be read.
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  if (chain.empty()) return base::fail("no certificate in PEM");
  if (code != 0 && ERR_GET_REASON(code) != PEM_R_NO_START_LINE) return base::fail("a certificate that cannot be read");
  return chain;
}

}  // namespace

Certificate::Certificate(X509* certificate) : certificate_(certificate, X509_free) {}

base::Result<Certificate> Certificate::fromPem(std::string_view pem) {
  base::Result<std::vector<Certificate>> chain = readPem(pem, 1);
  if (!chain) return base::fail(chain.error());
  return chain->front();
}

base::Result<Certificate> Certificate::fromDer(base::ByteView der) {
  if (der.size() > kMaxCertificateBytes) return base::fail("too long for a certificate");
  const std::uint8_t* at = der.data();
  CertificateHandle certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (!certificate || at != der.data() + der.size()) return base::fail("not a certificate in DER");
  return Certificate(certificate.release());
}

std::string Certificate::pem() const {
  const BioHandle out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_X509(out.get(), get()) != 1) return {};
  const char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

base::Bytes Certificate::der() const {
  std::uint8_t* der = nullptr;
  const int size = i2d_X509(get(), &der);
  if (size <= 0) return {};
  base::Bytes bytes(der, der + size);
  OPENSSL_free(der);
  return bytes;
}

Fingerprint Certificate::fingerprint() const { return sha256(der()); }

Fingerprint Certificate::publicKeyFingerprint() const {
  EVP_PKEY* key = X509_get0_pubkey(get());
  ERR_clear_error();
  return key == nullptr ? Fingerprint{} : mgmt::publicKeyFingerprint(key);
}

std::string Certificate::serial() const {
  const ASN1_INTEGER* number = X509_get0_serialNumber(get());
  std::string text = ASN1_STRING_type(number) == V_ASN1_NEG_INTEGER ? "-" : "";
  const std::string digits =
      base::hexText({ASN1_STRING_get0_data(number), static_cast<std::size_t>(ASN1_STRING_length(number))});
  return text + (digits.starts_with('0') ? digits.substr(1) : digits);
}

std::string Certificate::commonName() const {
  const X509_NAME* subject = X509_get_subject_name(get());
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  std::uint8_t* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  ERR_clear_error();
  if (size < 0) return {};
  std::string name = base::printable({reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)});
  OPENSSL_free(text);
  return name;
}

base::WallTime Certificate::notBefore() const { return timeOf(X509_get0_notBefore(get())); }
base::WallTime Certificate::notAfter() const { return timeOf(X509_get0_notAfter(get())); }

std::vector<std::string> Certificate::uris() const {
  std::vector<std::string> uris;
  const GeneralNamesHandle names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(get(), NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                      static_cast<std::size_t>(ASN1_STRING_length(uri)));
  }
  ERR_clear_error();
  return uris;
}

bool Certificate::isAuthority() const { return X509_check_ca(get()) == 1; }

std::size_t Certificate::pathLength() const {
  const long length = X509_get_pathlen(get());
  return length < 0 ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(length);
}

bool Certificate::issuedItself() const { return issuedBy(*this); }

bool Certificate::issuedBy(const Certificate& other) const {
  EVP_PKEY* key = X509_get0_pubkey(other.get());
  const bool named = X509_NAME_cmp(X509_get_issuer_name(get()), X509_get_subject_name(other.get())) == 0;
  const bool proven = named && key != nullptr && X509_verify(get(), key) == 1;
  ERR_clear_error();
  return proven;
}

base::Result<std::vector<Certificate>> chainFromPem(std::string_view pem) { return readPem(pem, kMaxChain); }

}  // namespace mgmt
