// An X.509 certificate (RFC 5280), and lists of them.
//
// A value that shares its certificate, which never changes; reading it from several threads is safe. Errors are values;
// texts come from whoever made the certificate and are made printable here.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/base/result.h"
#include "shared/mgmt/fingerprint.h"

struct x509_st;

namespace mgmt {

inline constexpr std::size_t kMaxCertificateBytes = 64 * 1024;  // of one, in PEM or DER
inline constexpr std::size_t kMaxChain = 8;

class Certificate {
 public:
  // Takes the reference over; not null.
  explicit Certificate(x509_st* certificate);
  // The first one in the text.
  [[nodiscard]] static base::Result<Certificate> fromPem(std::string_view pem);
  [[nodiscard]] static base::Result<Certificate> fromDer(base::ByteView der);

  [[nodiscard]] std::string pem() const;
  [[nodiscard]] base::Bytes der() const;
  [[nodiscard]] Fingerprint fingerprint() const;           // of the whole certificate
  [[nodiscard]] Fingerprint publicKeyFingerprint() const;  // of its SubjectPublicKeyInfo
  [[nodiscard]] std::string serial() const;                // lower-case hexadecimal, without leading zeroes
  [[nodiscard]] std::string commonName() const;            // empty: it has none
  [[nodiscard]] base::WallTime notBefore() const;
  [[nodiscard]] base::WallTime notAfter() const;
  [[nodiscard]] std::vector<std::string> uris() const;          // of its subjectAltName, in order
  [[nodiscard]] bool isAuthority() const;                       // may issue others
  [[nodiscard]] std::size_t pathLength() const;                 // authorities that may stand below; the largest: any
  [[nodiscard]] bool issuedItself() const;                      // signed by its own key
  [[nodiscard]] bool issuedBy(const Certificate& other) const;  // by name and signature

  [[nodiscard]] x509_st* get() const { return certificate_.get(); }
  friend bool operator==(const Certificate& a, const Certificate& b) { return a.fingerprint() == b.fingerprint(); }

 private:
  std::shared_ptr<x509_st> certificate_;
};

// All certificates of a text, leaf first; at most kMaxChain.
[[nodiscard]] base::Result<std::vector<Certificate>> chainFromPem(std::string_view pem);

}  // namespace mgmt
