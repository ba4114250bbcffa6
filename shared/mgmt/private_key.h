// A private key for certificates: ECDSA on P-256, which OpenSSL 3.0, curl and browsers all speak in TLS 1.2 and 1.3
// (Ed25519 certificates are TLS 1.3 only in some of them).
//
// Keys are drawn and signatures made with OpenSSL's own random generator: what it draws is not injected. A value that
// shares its key; reading it from several threads is safe. Errors name no byte of a key.
#pragma once

#include <memory>
#include <string>

#include "shared/base/result.h"
#include "shared/base/secret.h"
#include "shared/mgmt/fingerprint.h"

struct evp_pkey_st;

namespace mgmt {

class PrivateKey {
 public:
  [[nodiscard]] static base::Result<PrivateKey> generate();
  // PKCS#8 in PEM, not encrypted: what toPem() gives.
  [[nodiscard]] static base::Result<PrivateKey> fromPem(const base::Secret& pem);
  [[nodiscard]] base::Result<base::Secret> toPem() const;

  // The SHA-256 of the public half (SubjectPublicKeyInfo).
  [[nodiscard]] Fingerprint publicFingerprint() const;
  [[nodiscard]] evp_pkey_st* get() const { return key_.get(); }

 private:
  explicit PrivateKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  std::shared_ptr<evp_pkey_st> key_;  // never null
};

// The SHA-256 of a key's SubjectPublicKeyInfo; all zeroes for a key that cannot be written.
[[nodiscard]] Fingerprint publicKeyFingerprint(evp_pkey_st* key);

// Why a public key may not be in a certificate of ours, or nothing: EC on P-256 or P-384, RSA of 2048 to 8192 bits with
// a public exponent of up to 64.
[[nodiscard]] std::string keyProblem(evp_pkey_st* key);

}  // namespace mgmt
