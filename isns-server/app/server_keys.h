// ServerKeys: what the management server keeps in files and nowhere else: the id of this server, the key that seals secrets
// in the store, the key that signs the audit log. Made at the first start.
//
// Files of a folder that only the server's user may enter (mode 0700, files 0400): `server-id`, `audit.key`, and the
// sealing keys `seal.key`, `seal-2.key` and so on: the highest number seals. Beside them `audit.head`, which is no
// key (audit_witness.h). A backup of the database alone
// loses them, so `docs/security/keys.md` says how to keep them. Blocks; for the start.
// Errors say which file and what to do.
#pragma once

#include <string>
#include <vector>

#include "isns-server/manage/administration/seal_keeper.h"
#include "isns-server/manage/keys/key_backup.h"
#include "shared/base/random.h"
#include "shared/base/result.h"
#include "shared/base/secret.h"

namespace app {

struct ServerKeys {
  std::string serverId;
  std::vector<manage::SealFile> seals;  // 32 bytes each
  base::Secret audit;  // seed of an Ed25519 key

  static base::Result<ServerKeys> open(const std::string& folder, const base::RandomSource& random);
  // The file of a further sealing key.
  static base::Result<manage::SealFile> makeSealKey(const std::string& folder, keys::KeyId id,
                                                    const base::RandomSource& random);
  // All of them by the names of their files, for a backup; and back into a folder that has none of these files.
  static base::Result<std::vector<keys::NamedKey>> readAll(const std::string& folder);
  static base::Status restoreAll(const std::string& folder, const std::vector<keys::NamedKey>& all);
  static base::Status removeSealKey(const std::string& folder, keys::KeyId id);
};

// The kernel's source of random bytes.
base::RandomSource systemRandom();

}  // namespace app
