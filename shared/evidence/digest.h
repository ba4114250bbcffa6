// SHA-256 (FIPS 180-4) by OpenSSL's EVP, and bytes as hexadecimal digits. Pure; a Sha256 has one owner.
//
// Errors: none to handle. OpenSSL fails here only without memory or without its default provider; then the process
// ends.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "shared/base/bytes.h"

struct evp_md_ctx_st;

namespace evidence {

using Digest = std::array<std::uint8_t, 32>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Sha256& update(base::ByteView bytes);
  Sha256& update(std::string_view text) { return update(base::asBytes(text)); }
  // The digest of all bytes so far; the object is then as new.
  Digest finish();

 private:
  void begin();
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

Digest sha256(base::ByteView bytes);

// Nothing unless `text` is what hexText() writes for a digest.
std::optional<Digest> parseDigest(std::string_view text);

}  // namespace evidence
