// DSA keys with SHA-1, the only signature that iSNS knows (RFC 4171 5.5, RFC 3279 2.2.2), by OpenSSL's EVP.
//
// Values that share one immutable key: copying is cheap and any thread may sign or verify. Accepted are keys of 1024 to
// 3072 bits; open-isns makes 1024. SHA-1 and DSA-1024 are weak by today's measure and prove no more than that the
// sender is no stranger; where OpenSSL runs with the FIPS provider they fail with an error.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "shared/base/bytes.h"
#include "shared/base/result.h"
#include "shared/isns/auth_block.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace isns {

class PublicKey {
 public:
  // "-----BEGIN PUBLIC KEY-----"
  static base::Result<PublicKey> fromPem(std::string_view pem);
  [[nodiscard]] bool verifies(base::ByteView headerAndPayload, const AuthBlock& block) const;

 private:
  explicit PublicKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  std::shared_ptr<evp_pkey_st> key_;
};

class PrivateKey {
 public:
  // "-----BEGIN PRIVATE KEY-----" or the older "DSA PRIVATE KEY", without a passphrase.
  static base::Result<PrivateKey> fromPem(std::string_view pem);
  [[nodiscard]] base::Result<base::Bytes> sign(base::ByteView headerAndPayload, std::uint64_t timestamp) const;

 private:
  explicit PrivateKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace isns
