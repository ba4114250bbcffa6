#include "isns-server/manage/keys/digests.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <cassert>

namespace keys {
namespace {

// OpenSSL takes no null pointer, not even for no bytes.
OSSL_PARAM octets(const char* name, base::ByteView bytes) {
  static constexpr std::uint8_t kNothing = 0;
  if (bytes.data() == nullptr) bytes = {&kNothing, 0};
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()), bytes.size());
}

base::Result<base::Secret> derive(const char* algorithm, const OSSL_PARAM* parameters, std::size_t size) {
  assert(size <= base::Secret::kMaxSize);
  EVP_KDF* const kdf = EVP_KDF_fetch(nullptr, algorithm, nullptr);
  EVP_KDF_CTX* const context = kdf == nullptr ? nullptr : EVP_KDF_CTX_new(kdf);
  std::array<std::uint8_t, base::Secret::kMaxSize> out{};
  const bool derived = context != nullptr && EVP_KDF_derive(context, out.data(), size, parameters) == 1;
  EVP_KDF_CTX_free(context);
  EVP_KDF_free(kdf);
  ERR_clear_error();
  std::optional<base::Secret> secret = base::Secret::from(base::ByteView(out.data(), size));
  base::wipe(out);
  if (!derived) return base::fail(std::string("OpenSSL could not compute ") + algorithm);
  return std::move(*secret);
}

int sizeOf(base::ByteView bytes) { return static_cast<int>(bytes.size()); }

}  // namespace

base::Result<Digest> hmacSha256(base::ByteView key, base::ByteView message) {
  Digest digest{};
  unsigned size = 0;
  constexpr std::uint8_t kNothing = 0;
  const std::uint8_t* const at = key.empty() ? &kNothing : key.data();
  if (HMAC(EVP_sha256(), at, sizeOf(key), message.data(), message.size(), digest.data(), &size) == nullptr) {
    ERR_clear_error();
    return base::fail("OpenSSL could not compute an HMAC");
  }
  return digest;
}

base::Result<base::Secret> hkdfSha256(base::ByteView key, base::ByteView salt, std::string_view info,
                                      std::size_t size) {
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                                   octets(OSSL_KDF_PARAM_KEY, key), octets(OSSL_KDF_PARAM_SALT, salt),
                                   octets(OSSL_KDF_PARAM_INFO, base::asBytes(info)), OSSL_PARAM_construct_end()};
  return derive("HKDF", parameters, size);
}

bool isUsable(const ScryptCost& cost) {
  return cost.logN >= 1 && cost.logN <= kMaxScryptLogN && cost.r >= 1 && cost.r <= kMaxScryptR && cost.p >= 1 &&
         cost.p <= kMaxScryptP;
}

base::Result<base::Secret> scrypt(base::ByteView passphrase, base::ByteView salt, const ScryptCost& cost,
                                  std::size_t size) {
  if (!isUsable(cost)) return base::fail("the cost of scrypt is beyond what is allowed");
  std::uint64_t n = std::uint64_t{1} << cost.logN;
  std::uint32_t r = cost.r;
  std::uint32_t p = cost.p;
  std::uint64_t memory = 128 * (std::uint64_t{r} * (n + p + 2)) + (1U << 20);
  const OSSL_PARAM parameters[] = {octets(OSSL_KDF_PARAM_PASSWORD, passphrase),
                                   octets(OSSL_KDF_PARAM_SALT, salt),
                                   OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
                                   OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
                                   OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
                                   OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
                                   OSSL_PARAM_construct_end()};
  return derive("SCRYPT", parameters, size);
}

}  // namespace keys
