// The secrets of a version: made or taken, sealed into rows, opened for the one end that is to hold them, and
// recognised when they are used a second time.
//
// This is the only place where a credential meets its secrets. What openHandOver() gives goes to the agent that
// handOverFor() allowed, and is wiped when it goes. Pure; errors name credentials, ways and versions.
#pragma once

#include <map>
#include <set>
#include <span>
#include <tuple>
#include <vector>

#include "isns-server/manage/credentials/credential_rows.h"

namespace credentials {

// A secret that a person brought, sealed for its place.
[[nodiscard]] base::Result<SecretRow> sealSecret(CredentialId credential, Way way, Version version,
                                                 const base::Secret& secret, const keys::KeyRing& ring,
                                                 const base::RandomSource& random);

// New secrets of a version, one for each way that the credential has: 32 symbols between ends of ours, 16 with a
// foreign one.
[[nodiscard]] base::Result<std::vector<SecretRow>> makeVersion(const Credential& credential, Version version,
                                                               const keys::KeyRing& ring,
                                                               const base::RandomSource& random);

// A hand-over with its secrets; those of version 0 are empty.
struct HandedSecrets {
  HandOver versions;
  base::Secret answer, answerElse, accept, acceptElse;
};
// `rows`: the secrets of this credential. A failure where one is missing or does not open: then nothing is handed over.
[[nodiscard]] base::Result<HandedSecrets> openHandOver(CredentialId credential, const HandOver& over, Side side,
                                                       std::span<const SecretRow> rows, const keys::KeyRing& ring);

// Which credentials have a secret of which fingerprint. Built of all rows at start; after a re-seal built anew. One
// owner; bound: as many as there are rows.
class ReuseIndex {
 public:
  void add(const SecretRow& row) { users_[row.fingerprint].insert(keyOf(row)); }
  void remove(const SecretRow& row);
  // By another credential, or the other way of the same one.
  [[nodiscard]] bool isUsedElsewhere(const keys::Digest& fingerprint, CredentialId credential, Way way) const;

 private:
  using Key = std::tuple<CredentialId, Way, Version>;
  static Key keyOf(const SecretRow& row) { return {row.credential, row.way, row.version}; }
  std::map<keys::Digest, std::set<Key>> users_;
};

}  // namespace credentials
