// The server's own certificate authority: its root and the certificates that it issues.
//
// ECDSA on P-256 with SHA-256 throughout (private_key.h says why). What a certificate may say is decided here from the
// grant; of a request only the proven public key is taken. Serial numbers are 127 random bits (RFC 5280 4.1.2.2); a
// certificate begins kBackdate early, for clocks that differ, and never outlives its root. A value that shares its
// key; signing draws on OpenSSL's own random generator. Errors are values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "shared/base/clock.h"
#include "shared/base/random.h"
#include "shared/base/result.h"
#include "shared/mgmt/certificate.h"
#include "shared/mgmt/certificate_request.h"
#include "shared/mgmt/identity.h"
#include "shared/mgmt/private_key.h"

namespace keys {

using Days = std::chrono::duration<int, std::ratio<86400>>;

inline constexpr Days kRootLifetime{3650};
inline constexpr Days kServerLifetime{397};
inline constexpr Days kAgentLifetime{180};  // agents renew by themselves
inline constexpr Days kPersonLifetime{365};
// Certificates hold from a while ago: clocks of machines differ, by an hour where one has the wrong time of the year.
inline constexpr std::chrono::minutes kBackdate{90};

class CertificateAuthority {
 public:
  // A new root. Its common name is "Sanctum CA" and the beginning of its serial number, so that two roots differ.
  [[nodiscard]] static base::Result<CertificateAuthority> create(base::WallTime now, const base::RandomSource& random,
                                                                 Days lifetime = kRootLifetime);
  // From where it is kept. Refused: a certificate that is no root, a key that is not its own.
  [[nodiscard]] static base::Result<CertificateAuthority> open(mgmt::Certificate root, mgmt::PrivateKey key);

  [[nodiscard]] const mgmt::Certificate& root() const { return root_; }
  [[nodiscard]] const mgmt::PrivateKey& key() const { return key_; }

  // For server authentication only, under these DNS names and IP addresses, as text.
  [[nodiscard]] base::Result<mgmt::Certificate> issueServer(const mgmt::PrivateKey& key,
                                                            std::span<const std::string> hosts, base::WallTime now,
                                                            const base::RandomSource& random,
                                                            Days lifetime = kServerLifetime) const;
  // For client authentication only, bound to what the identity says: an agent or a person.
  [[nodiscard]] base::Result<mgmt::Certificate> issueClient(const mgmt::CertificateRequest& request,
                                                            const mgmt::Identity& identity, base::WallTime now,
                                                            const base::RandomSource& random, Days lifetime) const;
  // The other root's name and key, issued by this one: whoever trusts only this one then believes the other too.
  [[nodiscard]] base::Result<mgmt::Certificate> crossSign(const mgmt::Certificate& other, base::WallTime now,
                                                          const base::RandomSource& random) const;

 private:
  CertificateAuthority(mgmt::Certificate root, mgmt::PrivateKey key) : root_(std::move(root)), key_(std::move(key)) {}
  mgmt::Certificate root_;
  mgmt::PrivateKey key_;
};

}  // namespace keys
