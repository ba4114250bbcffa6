// All keys of a server in one file under a passphrase, to be kept apart from the backup of its database.
//
//   "SANCTUM KEYS 1\n", scrypt logN u8, r u8, p u8, salt 16 bytes, nonce 12 bytes, AES-256-GCM cipher text, tag 16
//   bytes plain text: count u8, then for each key: name length u8, name, key length u8, key
//
// Everything before the cipher text is its associated data. With the defaults opening takes 128 MiB and about half a
// second, which is what a guess costs too. Pure functions; errors hold neither keys nor passphrase.
#pragma once

#include <string>
#include <vector>

#include "isns-server/manage/keys/digests.h"
#include "shared/base/random.h"

namespace keys {

inline constexpr std::size_t kMinPassphrase = 12;  // bytes
inline constexpr std::size_t kMaxBackupKeys = 32;
inline constexpr ScryptCost kBackupCost{17, 8, 1};

struct NamedKey {
  std::string name;  // "seal 3", "authority", at most 64 bytes
  base::Secret key;
};

[[nodiscard]] base::Result<base::Bytes> sealKeyBackup(const std::vector<NamedKey>& keys, const base::Secret& passphrase,
                                                      const base::RandomSource& random, ScryptCost cost = kBackupCost);
[[nodiscard]] base::Result<std::vector<NamedKey>> openKeyBackup(base::ByteView file, const base::Secret& passphrase);

}  // namespace keys
