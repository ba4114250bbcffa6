// A request for a certificate (PKCS#10, RFC 2986): what an agent or a person sends, and what is read of it.
//
// Only the public key of a request is taken, and the proof that the sender holds its private half. Subject, names,
// usages and every other extension that it asks for are ignored: what stands in a certificate is decided by the one who
// issues it. A value that shares its request; errors are values and safe to show.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "shared/base/bytes.h"
#include "shared/base/result.h"
#include "shared/mgmt/private_key.h"

struct X509_req_st;

namespace mgmt {

inline constexpr std::size_t kMaxRequestBytes = 16 * 1024;

class CertificateRequest {
 public:
  // PEM or DER. Refused: what is no request, a signature that is not by its own key, a key that keyProblem() names.
  [[nodiscard]] static base::Result<CertificateRequest> read(base::ByteView bytes);

  [[nodiscard]] evp_pkey_st* publicKey() const;
  [[nodiscard]] Fingerprint publicKeyFingerprint() const { return mgmt::publicKeyFingerprint(publicKey()); }

 private:
  explicit CertificateRequest(std::shared_ptr<X509_req_st> request) : request_(std::move(request)) {}
  std::shared_ptr<X509_req_st> request_;
};

// A request in PEM for this key; the common name is for people who read it.
[[nodiscard]] base::Result<std::string> makeCertificateRequest(const PrivateKey& key, std::string_view commonName);

// Sets the common name, cut to the 64 characters that RFC 5280 lets it have.
[[nodiscard]] bool addCommonName(struct X509_name_st* name, std::string_view text);

}  // namespace mgmt
