#include "shared/mgmt/private_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "shared/mgmt/openssl_handles.h"

namespace mgmt {
namespace {

// Without it OpenSSL would ask at the terminal for the passphrase of an encrypted key.
int noPassphrase(char*, int, int, void*) { return -1; }

std::string groupOf(EVP_PKEY* key) {
  char name[64] = {};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(key, name, sizeof name, &size) != 1) return {};
  return {name, size};
}

int exponentBitsOf(EVP_PKEY* rsa) {
  BIGNUM* exponent = nullptr;
  if (EVP_PKEY_get_bn_param(rsa, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1) return 0;
  const int bits = BN_num_bits(exponent);
  BN_free(exponent);
  return bits;
}

bool isP256(EVP_PKEY* key) { return EVP_PKEY_is_a(key, "EC") == 1 && groupOf(key) == "prime256v1"; }

}  // namespace

base::Result<PrivateKey> PrivateKey::generate() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  ERR_clear_error();
  if (key == nullptr) return base::fail("OpenSSL made no key");
  return PrivateKey({key, EVP_PKEY_free});
}

base::Result<PrivateKey> PrivateKey::fromPem(const base::Secret& pem) {
  const BioHandle in(BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.size())));
  KeyHandle key(in ? PEM_read_bio_PrivateKey(in.get(), nullptr, noPassphrase, nullptr) : nullptr);
  ERR_clear_error();
  if (!key) return base::fail("not a private key in PEM without a passphrase");
  if (!isP256(key.get())) return base::fail("not a key on the curve P-256");
  return PrivateKey({key.release(), EVP_PKEY_free});
}

base::Result<base::Secret> PrivateKey::toPem() const {
  const BioHandle out(BIO_new(BIO_s_secmem()));
  if (!out || PEM_write_bio_PKCS8PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    ERR_clear_error();
    return base::fail("the key cannot be written");
  }
  const char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  std::optional<base::Secret> pem = base::Secret::from(std::string_view(text, static_cast<std::size_t>(size)));
  if (!pem) return base::fail("the key is too long");
  return std::move(*pem);
}

Fingerprint PrivateKey::publicFingerprint() const { return publicKeyFingerprint(key_.get()); }

Fingerprint publicKeyFingerprint(EVP_PKEY* key) {
  std::uint8_t* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) return {};
  const Fingerprint digest = sha256({der, static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return digest;
}

std::string keyProblem(EVP_PKEY* key) {
  if (key == nullptr) return "its key is of a kind that is not known here";
  if (EVP_PKEY_is_a(key, "EC") == 1) {
    const std::string group = groupOf(key);
    if (group == "prime256v1" || group == "secp384r1") return {};
    return "its key is on a curve that is neither P-256 nor P-384";
  }
  if (EVP_PKEY_is_a(key, "RSA") == 1) {
    const int bits = EVP_PKEY_get_bits(key);
    if (bits < 2048 || bits > 8192) {
      return "its RSA key has " + std::to_string(bits) + " bits; 2048 to 8192 are taken";
    }
    // With one as long as the key itself, a signature takes a hundred times as long to check: strangers could keep the
    // server busy. Everybody uses 65537.
    constexpr int kMaxExponentBits = 64;
    const int exponent = exponentBitsOf(key);
    if (exponent >= 1 && exponent <= kMaxExponentBits) return {};
    return "its RSA key has a public exponent of " + std::to_string(exponent) + " bits; up to " +
           std::to_string(kMaxExponentBits) + " are taken";
  }
  return "its key is neither EC nor RSA";
}

}  // namespace mgmt
