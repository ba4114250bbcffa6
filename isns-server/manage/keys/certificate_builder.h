// Puts a certificate together, for certificate_authority.cpp. One step that fails makes sign() fail.
#pragma once

#include <span>
#include <string>

#include "shared/base/clock.h"
#include "shared/base/random.h"
#include "shared/base/result.h"
#include "shared/mgmt/certificate.h"
#include "shared/mgmt/openssl_handles.h"
#include "shared/mgmt/private_key.h"

namespace keys {

class CertificateBuilder {
 public:
  // A new serial number; the text is what Certificate::serial() will say of it.
  CertificateBuilder(const base::RandomSource& random, base::WallTime from, base::WallTime until);

  [[nodiscard]] const std::string& serial() const { return serial_; }
  CertificateBuilder& subject(std::string_view commonName);
  CertificateBuilder& subject(const X509_NAME* name);
  CertificateBuilder& publicKey(EVP_PKEY* key);
  // An extension by OpenSSL's name and text. The text is always a constant of ours: what strangers send could smuggle
  // in other values by a comma.
  CertificateBuilder& extension(int nid, const char* constantText);
  CertificateBuilder& alternativeNames(std::span<const std::string> hosts, std::span<const std::string> uris);
  // Issuer nullptr: by itself.
  [[nodiscard]] base::Result<mgmt::Certificate> sign(const mgmt::Certificate* issuer, const mgmt::PrivateKey& key);

 private:
  struct Extension {
    int nid;
    const char* text;
  };
  bool addExtensions(X509* issuer);

  mgmt::CertificateHandle certificate_;
  std::string serial_;
  std::vector<Extension> extensions_;
  std::string problem_;  // the first one; empty: none
};

}  // namespace keys
