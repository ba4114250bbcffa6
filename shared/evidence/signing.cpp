#include "shared/evidence/signing.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace evidence {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

// The DER form of an Ed25519 SubjectPublicKeyInfo (RFC 8410 section 4) is this and the 32 bytes of the key.
constexpr std::array<std::uint8_t, 12> kSpkiHead = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                                    0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

// OpenSSL would ask at the terminal.
int noPassphrase(char*, int, int, void*) { return -1; }

base::Result<Key> readPublicKey(std::string_view pem) {
  if (pem.size() > std::numeric_limits<int>::max()) return base::fail("the key is too long");
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                      &BIO_free);
  Key key(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, noPassphrase, nullptr) : nullptr, &EVP_PKEY_free);
  ERR_clear_error();
  if (!key) return base::fail("not a key in PEM form");
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519) return base::fail("not an Ed25519 key");
  return key;
}

RawKey rawOf(EVP_PKEY* key) {
  RawKey raw{};
  std::size_t size = raw.size();
  if (EVP_PKEY_get_raw_public_key(key, raw.data(), &size) != 1 || size != raw.size()) std::abort();
  return raw;
}

}  // namespace

VerifyingKey::VerifyingKey(const RawKey& raw)
    : raw_(raw), key_(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw.data(), raw.size()), &EVP_PKEY_free) {}

base::Result<VerifyingKey> VerifyingKey::fromPem(std::string_view pem) {
  auto key = readPublicKey(pem);
  if (!key) return base::fail(key.error());
  return VerifyingKey(rawOf(key->get()));
}

bool VerifyingKey::verifies(base::ByteView message, base::ByteView signature) const {
  const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const bool good =
      key_ && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
      EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
  if (!good) ERR_clear_error();
  return good;
}

Fingerprint VerifyingKey::fingerprint() const { return Sha256().update(kSpkiHead).update(raw_).finish(); }

std::string VerifyingKey::pem() const {
  std::array<std::uint8_t, kSpkiHead.size() + sizeof(RawKey)> der{};
  std::copy(raw_.begin(), raw_.end(), std::copy(kSpkiHead.begin(), kSpkiHead.end(), der.begin()));
  std::array<std::uint8_t, 64> text{};
  const int size = EVP_EncodeBlock(text.data(), der.data(), static_cast<int>(der.size()));
  return "-----BEGIN PUBLIC KEY-----\n" +
         std::string(base::asText(base::ByteView(text).first(static_cast<std::size_t>(size)))) +
         "\n-----END PUBLIC KEY-----\n";
}

base::Result<SigningKey> SigningKey::fromSeed(base::ByteView seed) {
  if (seed.size() != 32) return base::fail("the seed of an Ed25519 key has 32 bytes");
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()), &EVP_PKEY_free);
  if (!key) return base::fail("OpenSSL makes no Ed25519 key");
  return SigningKey(std::move(key));
}

Signature SigningKey::sign(base::ByteView message) const {
  const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  Signature signature{};
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) != 1) {
    std::abort();  // an Ed25519 signature takes no random numbers and cannot fail but for memory
  }
  return signature;
}

VerifyingKey SigningKey::verifyingKey() const { return VerifyingKey(rawOf(key_.get())); }

}  // namespace evidence
