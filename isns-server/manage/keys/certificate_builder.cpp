#include "isns-server/manage/keys/certificate_builder.h"

#include <openssl/bn.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>

#include "shared/base/hex.h"
#include "shared/mgmt/certificate_request.h"

namespace keys {
namespace {

bool isDnsName(std::string_view host) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), fits);
}

bool addName(GENERAL_NAMES* names, int type, ASN1_STRING* value) {
  GENERAL_NAME* const name = value == nullptr ? nullptr : GENERAL_NAME_new();
  if (name == nullptr) {
    ASN1_STRING_free(value);
    return false;
  }
  GENERAL_NAME_set0_value(name, type, value);
  if (sk_GENERAL_NAME_push(names, name) > 0) return true;
  GENERAL_NAME_free(name);
  return false;
}

bool addText(GENERAL_NAMES* names, int type, std::string_view text) {
  ASN1_IA5STRING* const value = ASN1_IA5STRING_new();
  if (value != nullptr && ASN1_STRING_set(value, text.data(), static_cast<int>(text.size())) != 1) return false;
  return addName(names, type, value);
}

bool addHost(GENERAL_NAMES* names, const std::string& host) {
  if (ASN1_OCTET_STRING* const address = a2i_IPADDRESS(host.c_str())) return addName(names, GEN_IPADD, address);
  return isDnsName(host) && addText(names, GEN_DNS, host);
}

}  // namespace

CertificateBuilder::CertificateBuilder(const base::RandomSource& random, base::WallTime from, base::WallTime until)
    : certificate_(X509_new()) {
  std::array<std::uint8_t, 16> bytes{};
  if (!certificate_ || !random(bytes)) {
    problem_ = "no random bytes for a serial number";
    return;
  }
  bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x7f) | 0x40);  // positive, and always of one length
  BIGNUM* const number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  const bool set =
      number != nullptr && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate_.get())) != nullptr;
  BN_free(number);
  const auto seconds = [](base::WallTime time) { return base::unixSeconds(time); };
  if (!set || X509_set_version(certificate_.get(), X509_VERSION_3) != 1 ||
      ASN1_TIME_set(X509_getm_notBefore(certificate_.get()), seconds(from)) == nullptr ||
      ASN1_TIME_set(X509_getm_notAfter(certificate_.get()), seconds(until)) == nullptr || until <= from) {
    problem_ = "a certificate cannot have these dates";
  }
  serial_ = base::hexText(bytes);
}

CertificateBuilder& CertificateBuilder::subject(std::string_view commonName) {
  if (problem_.empty() && !mgmt::addCommonName(X509_get_subject_name(certificate_.get()), commonName)) {
    problem_ = "the name does not fit into a certificate";
  }
  return *this;
}

CertificateBuilder& CertificateBuilder::subject(const X509_NAME* name) {
  if (problem_.empty() && X509_set_subject_name(certificate_.get(), name) != 1) problem_ = "no subject";
  return *this;
}

CertificateBuilder& CertificateBuilder::publicKey(EVP_PKEY* key) {
  if (problem_.empty() && (key == nullptr || X509_set_pubkey(certificate_.get(), key) != 1)) problem_ = "no public key";
  return *this;
}

CertificateBuilder& CertificateBuilder::extension(int nid, const char* constantText) {
  extensions_.push_back({nid, constantText});
  return *this;
}

CertificateBuilder& CertificateBuilder::alternativeNames(std::span<const std::string> hosts,
                                                         std::span<const std::string> uris) {
  const mgmt::GeneralNamesHandle names(sk_GENERAL_NAME_new_null());
  for (const std::string& host : hosts) {
    if (problem_.empty() && !addHost(names.get(), host)) problem_ = "neither a DNS name nor an IP address: " + host;
  }
  for (const std::string& uri : uris) {
    if (problem_.empty() && !addText(names.get(), GEN_URI, uri)) problem_ = "a name does not fit into a certificate";
  }
  if (problem_.empty() &&
      X509_add1_ext_i2d(certificate_.get(), NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) != 1) {
    problem_ = "the names do not fit into a certificate";
  }
  return *this;
}

bool CertificateBuilder::addExtensions(X509* issuer) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate_.get(), nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  for (const Extension& wanted : extensions_) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, wanted.nid, wanted.text);
    const bool added = extension != nullptr && X509_add_ext(certificate_.get(), extension, -1) == 1;
    X509_EXTENSION_free(extension);
    if (!added) return false;
  }
  return true;
}

base::Result<mgmt::Certificate> CertificateBuilder::sign(const mgmt::Certificate* issuer, const mgmt::PrivateKey& key) {
  X509* const by = issuer == nullptr ? certificate_.get() : issuer->get();
  if (problem_.empty() && (X509_set_issuer_name(certificate_.get(), X509_get_subject_name(by)) != 1 ||
                           !addExtensions(by) || X509_sign(certificate_.get(), key.get(), EVP_sha256()) <= 0)) {
    problem_ = "OpenSSL could not sign";
  }
  ERR_clear_error();
  if (!problem_.empty()) return base::fail("no certificate was made: " + problem_);
  return mgmt::Certificate(certificate_.release());
}

}  // namespace keys
