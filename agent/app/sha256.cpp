#include "agent/app/sha256.h"

#include <openssl/evp.h>

namespace agent {

base::Bytes sha256(base::ByteView bytes) {
  base::Bytes digest(32);
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

}  // namespace agent
