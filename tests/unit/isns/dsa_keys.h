// A DSA key pair made when a test asks for it, as PEM text: 1024 bits, as open-isns makes them.
#pragma once

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "shared/base/bytes.h"

namespace isns_test {

struct KeyPair {
  std::string privatePem;
  std::string publicPem;
};

template <class T, void (*free)(T*)>
struct Freed {
  void operator()(T* t) const { free(t); }
};
using PkeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using PkeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;

inline std::string pemText(EVP_PKEY* key, bool secret) {
  const std::unique_ptr<BIO, Freed<BIO, BIO_vfree>> bio(BIO_new(BIO_s_mem()));
  if (secret) {
    PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  } else {
    PEM_write_bio_PUBKEY(bio.get(), key);
  }
  BUF_MEM* memory = nullptr;
  BIO_get_mem_ptr(bio.get(), &memory);
  return {memory->data, memory->length};
}

inline KeyPair pairOf(EVP_PKEY_CTX* context) {
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_keygen_init(context) != 1 || EVP_PKEY_generate(context, &made) != 1) throw std::runtime_error("no key");
  const PkeyPtr key(made);
  return {pemText(key.get(), true), pemText(key.get(), false)};
}

// The parameters take a moment to find, so all keys of a program share them.
inline EVP_PKEY* dsaParameters() {
  static const PkeyPtr parameters = [] {
    const PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr));
    EVP_PKEY* made = nullptr;
    if (EVP_PKEY_paramgen_init(context.get()) != 1 || EVP_PKEY_CTX_set_dsa_paramgen_bits(context.get(), 1024) != 1 ||
        EVP_PKEY_paramgen(context.get(), &made) != 1) {
      throw std::runtime_error("no DSA parameters");
    }
    return PkeyPtr(made);
  }();
  return parameters.get();
}

inline KeyPair makeDsaKey() {
  return pairOf(PkeyContextPtr(EVP_PKEY_CTX_new_from_pkey(nullptr, dsaParameters(), nullptr)).get());
}

inline KeyPair makeKeyOfType(const char* type) {
  return pairOf(PkeyContextPtr(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)).get());
}

// A public "key" of any size. Its numbers are no DSA parameters: OpenSSL would make no key of a size that the
// standard does not know.
inline std::string makeDsaShape(unsigned bytes) {
  base::Bytes number(bytes, 0xff);  // native order does not matter
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_FFC_P, number.data(), bytes),
                             OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_FFC_Q, number.data(), 20),
                             OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_FFC_G, number.data(), 20),
                             OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PUB_KEY, number.data(), 20),
                             OSSL_PARAM_construct_end()};
  const PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr));
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
    throw std::runtime_error("no key");
  }
  return pemText(PkeyPtr(made).get(), false);
}

}  // namespace isns_test
