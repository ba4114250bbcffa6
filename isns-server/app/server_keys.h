// ServerKeys: what the management server keeps in files and nowhere else: the id of this server, the key that seals secrets
// in the store, the key that signs the audit log. Made at the first start.
//
// Files of a folder that only the server's user may enter (mode 0700, files 0400): `server-id`, `seal.key`, `audit.key`.
// Lost with a backup of the database alone, so `docs/security/keys.md` says how to keep them. Blocks; for the start.
// Errors say which file and what to do.
#pragma once

#include <string>

#include "shared/base/random.h"
#include "shared/base/result.h"
#include "shared/base/secret.h"

namespace app {

struct ServerKeys {
  std::string serverId;
  base::Secret seal;   // 32 bytes
  base::Secret audit;  // seed of an Ed25519 key

  static base::Result<ServerKeys> open(const std::string& folder, const base::RandomSource& random);
};

// The kernel's source of random bytes.
base::RandomSource systemRandom();

}  // namespace app
