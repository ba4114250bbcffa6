// Ed25519 signatures (RFC 8032) by OpenSSL's EVP: who vouches for a checkpoint of the audit log or for an evidence
// pack.
//
// A key is known by its fingerprint: SHA-256 of the DER form of its SubjectPublicKeyInfo, in hexadecimal digits, which
// is what `openssl pkey -pubin -outform DER | sha256sum` prints. Values that share the key; safe from any thread. A
// private key shows nothing of itself. Errors: a sentence without any part of the key.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "shared/base/bytes.h"
#include "shared/base/result.h"
#include "shared/evidence/digest.h"

struct evp_pkey_st;

namespace evidence {

using Signature = std::array<std::uint8_t, 64>;
using RawKey = std::array<std::uint8_t, 32>;  // a public key, RFC 8032 5.1.5
using Fingerprint = Digest;

class VerifyingKey {
 public:
  // Every 32 bytes are taken. A key proves nothing by itself (there are weak ones that fit many signatures): it counts
  // only where its fingerprint is trusted.
  explicit VerifyingKey(const RawKey& raw);
  static base::Result<VerifyingKey> fromPem(std::string_view pem);

  [[nodiscard]] bool verifies(base::ByteView message, base::ByteView signature) const;
  [[nodiscard]] const RawKey& raw() const { return raw_; }
  [[nodiscard]] Fingerprint fingerprint() const;
  // SubjectPublicKeyInfo, as `openssl pkey -pubin` reads it.
  [[nodiscard]] std::string pem() const;

 private:
  RawKey raw_;
  std::shared_ptr<evp_pkey_st> key_;
};

class SigningKey {
 public:
  // The seed of RFC 8032 5.1.5; where it comes from, and that it is wiped, is the caller's.
  static base::Result<SigningKey> fromSeed(base::ByteView seed);

  [[nodiscard]] Signature sign(base::ByteView message) const;
  [[nodiscard]] VerifyingKey verifyingKey() const;

 private:
  explicit SigningKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace evidence
