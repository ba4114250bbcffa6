#include "shared/mgmt/aead.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>
#include <cassert>
#include <cstring>
#include <memory>

#include "shared/base/secret.h"

namespace mgmt {
namespace {

using CipherHandle = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

int sizeOf(base::ByteView bytes) { return static_cast<int>(bytes.size()); }

}  // namespace

base::Status gcmSeal(base::ByteView key, base::ByteView nonce, base::ByteView associated, base::ByteView plain,
                     base::Bytes& out) {
  assert(key.size() == kSealKeySize && nonce.size() == kNonceSize);
  const CipherHandle context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  const std::size_t start = out.size();
  out.resize(start + plain.size() + kTagSize);
  std::uint8_t* const to = out.data() + start;
  int done = 0;
  const bool sealed = context &&
                      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) == 1 &&
                      EVP_EncryptUpdate(context.get(), nullptr, &done, associated.data(), sizeOf(associated)) == 1 &&
                      EVP_EncryptUpdate(context.get(), to, &done, plain.data(), sizeOf(plain)) == 1 &&
                      EVP_EncryptFinal_ex(context.get(), to + done, &done) == 1 &&
                      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagSize, to + plain.size()) == 1;
  if (sealed) return {};
  out.resize(start);
  ERR_clear_error();
  return base::fail("OpenSSL could not seal");
}

bool gcmOpen(base::ByteView key, base::ByteView nonce, base::ByteView associated, base::ByteView sealed,
             std::span<std::uint8_t> plain) {
  assert(key.size() == kSealKeySize && nonce.size() == kNonceSize);
  assert(sealed.size() >= kTagSize && plain.size() == sealed.size() - kTagSize);
  const CipherHandle context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::array<std::uint8_t, kTagSize> tag{};
  std::memcpy(tag.data(), sealed.data() + plain.size(), kTagSize);
  int done = 0;
  const bool opened =
      context && EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &done, associated.data(), sizeOf(associated)) == 1 &&
      EVP_DecryptUpdate(context.get(), plain.data(), &done, sealed.data(), static_cast<int>(plain.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), plain.data() + done, &done) == 1;
  if (!opened) base::wipe(plain);
  ERR_clear_error();
  return opened;
}

}  // namespace mgmt
