// ServerKeys: what the management server keeps in files and nowhere else: the id of this server, the key that seals
// secrets in the store, the key that signs the audit log. Made at the first start.
//
// Files of a folder that only the server's user may enter (mode 0700, files 0400): `server-id`, `audit.key`, and the
// sealing keys `seal.key`, `seal-2.key` and so on: the highest number seals. While the key of the audit log is being
// changed also `audit-next.key` (log_key.h). Beside them `audit.head`, which is no key (audit_witness.h). A backup of
// the database alone loses them, so `docs/security/keys.md` says how to keep them. Blocks; for the start, and for
// changes of keys. Errors say which file and what to do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isns-server/manage/administration/seal_keeper.h"
#include "isns-server/manage/keys/key_backup.h"
#include "shared/base/random.h"
#include "shared/base/result.h"
#include "shared/base/secret.h"
#include "shared/evidence/signing.h"

namespace app {

struct ServerKeys {
  std::string serverId;
  std::vector<manage::SealFile> seals;  // 32 bytes each
  base::Secret audit;  // seed of an Ed25519 key
  std::optional<evidence::Fingerprint> otherAudit;  // of the second file, where a change of that key was cut short

  // `signer`: whose word the log's last checkpoint is. Of audit.key and audit-next.key the one of that fingerprint
  // signs. Fails where audit.key is there and neither is: what it signed would never verify. Without any file a new key
  // is made, also where the log had another one before; then the log's check says so. `server`: who began the log; with
  // another id, or one made anew, its chain would be broken for ever: so that fails, and nothing is made.
  static base::Result<ServerKeys> open(const std::string& folder, const base::RandomSource& random,
                                       const std::optional<evidence::Fingerprint>& signer,
                                       const std::optional<std::string>& server = std::nullopt);
  // The file of a further sealing key.
  static base::Result<manage::SealFile> makeSealKey(const std::string& folder, keys::KeyId id,
                                                    const base::RandomSource& random);
  // audit-next.key anew; what was there is gone.
  static base::Result<base::Secret> makeNextAuditKey(const std::string& folder, const base::RandomSource& random);
  // The file with this key is audit.key from now on, and there is no other. Good again after a crash within.
  static base::Status keepAuditKey(const std::string& folder, const evidence::Fingerprint& key);
  // All of them by the names of their files, for a backup, also as root: then those of the folder's owner. And back
  // into a folder that has none of these files.
  static base::Result<std::vector<keys::NamedKey>> readAll(const std::string& folder);
  static base::Status restoreAll(const std::string& folder, const std::vector<keys::NamedKey>& all);
  static base::Status removeSealKey(const std::string& folder, keys::KeyId id);
};

// The kernel's source of random bytes.
base::RandomSource systemRandom();

}  // namespace app
