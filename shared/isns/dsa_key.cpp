#include "shared/isns/dsa_key.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <limits>
#include <string>

namespace isns {
namespace {

constexpr int kMinBits = 1024;
constexpr int kMaxBits = 3072;  // a larger key would let each message cost more than a loop may spend

using Key = std::shared_ptr<EVP_PKEY>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

base::Failure<base::Error> failure(std::string text) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  if (reason != nullptr) text.append(": ").append(reason);
  return base::fail(std::move(text));
}

// OpenSSL would ask at the terminal.
int noPassphrase(char*, int, int, void*) { return -1; }

using ReadPem = EVP_PKEY* (*)(BIO*, EVP_PKEY**, pem_password_cb*, void*);

base::Result<Key> readKey(std::string_view pem, ReadPem read, std::string_view kind) {
  if (pem.size() > std::numeric_limits<int>::max()) return base::fail("key too long");
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                      &BIO_free);
  if (!bio) return failure("no memory for a key");
  const Key key(read(bio.get(), nullptr, noPassphrase, nullptr), &EVP_PKEY_free);
  if (!key) return failure("no " + std::string(kind) + " key in PEM form");
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_DSA) return base::fail("not a DSA key");
  const int bits = EVP_PKEY_get_bits(key.get());
  if (bits < kMinBits || bits > kMaxBits) {
    return base::fail("a DSA key of " + std::to_string(bits) + " bits; 1024 to 3072 are accepted");
  }
  return key;
}

std::array<std::uint8_t, 8> bigEndian(std::uint64_t timestamp) {
  std::array<std::uint8_t, 8> bytes;
  base::storeU64(bytes.data(), timestamp);
  return bytes;
}

}  // namespace

base::Result<PublicKey> PublicKey::fromPem(std::string_view pem) {
  auto key = readKey(pem, PEM_read_bio_PUBKEY, "public");
  if (!key) return base::Failure<base::Error>{key.error()};
  return PublicKey(*key);
}

bool PublicKey::verifies(base::ByteView headerAndPayload, const AuthBlock& block) const {
  const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const auto stamp = bigEndian(block.timestamp);
  const bool good = context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha1(), nullptr, key_.get()) == 1 &&
                    EVP_DigestVerifyUpdate(context.get(), headerAndPayload.data(), headerAndPayload.size()) == 1 &&
                    EVP_DigestVerifyUpdate(context.get(), stamp.data(), stamp.size()) == 1 &&
                    EVP_DigestVerifyFinal(context.get(), block.signature.data(), block.signature.size()) == 1;
  if (!good) ERR_clear_error();
  return good;
}

base::Result<PrivateKey> PrivateKey::fromPem(std::string_view pem) {
  auto key = readKey(pem, PEM_read_bio_PrivateKey, "private");
  if (!key) return base::Failure<base::Error>{key.error()};
  return PrivateKey(*key);
}

base::Result<base::Bytes> PrivateKey::sign(base::ByteView headerAndPayload, std::uint64_t timestamp) const {
  const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const auto stamp = bigEndian(timestamp);
  std::size_t size = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha1(), nullptr, key_.get()) != 1 ||
      EVP_DigestSignUpdate(context.get(), headerAndPayload.data(), headerAndPayload.size()) != 1 ||
      EVP_DigestSignUpdate(context.get(), stamp.data(), stamp.size()) != 1 ||
      EVP_DigestSignFinal(context.get(), nullptr, &size) != 1) {
    return failure("cannot sign");
  }
  base::Bytes signature(size);
  if (EVP_DigestSignFinal(context.get(), signature.data(), &size) != 1) return failure("cannot sign");
  signature.resize(size);
  return signature;
}

}  // namespace isns
