// Certificates that are refused although they have not expired.
//
// A revocation holds from the call that adds it: whoever serves requests asks isRevoked() for each of them, not only
// when a connection is made. Serials are unique over all our
// authorities (127 random bits), so they alone are the key. One owner, no locks. Bound: as many as certificates were
// issued and have not expired; prune() forgets the rest.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "isns-server/manage/keys/certificate_authority.h"

namespace keys {

class Revocations {
 public:
  // False: it was there already.
  bool add(const std::string& serial, base::WallTime expires);
  [[nodiscard]] bool isRevoked(const std::string& serial) const { return revoked_.contains(serial); }
  // Of a certificate that nobody would take any more: it has expired, or is not known.
  void remove(const std::string& serial) { revoked_.erase(serial); }
  // A day after the certificate has expired, so that a clock that is a little behind does not revive it.
  void prune(base::WallTime now);
  [[nodiscard]] std::size_t size() const { return revoked_.size(); }

 private:
  std::unordered_map<std::string, base::WallTime> revoked_;  // by serial: when it expires
};

}  // namespace keys
