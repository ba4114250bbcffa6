#include "isns-server/app/server_keys.h"

#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

#include "shared/base/hex.h"
#include "shared/base/secret_json.h"
#include "shared/files/atomic_file.h"
#include "shared/net/secret_file.h"

namespace app {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kServerIdBytes = 16;  // of its file
constexpr const char* kServerId = "server-id";
constexpr const char* kAuditKey = "audit.key";
constexpr const char* kNextAuditKey = "audit-next.key";

std::string failure(const std::string& what, const std::string& path) {
  return "cannot " + what + " " + path + ": " + std::strerror(errno);
}

// "0x" and the digits, in a text of its final size: one that grew would leave a part of the key behind.
base::Status writeKey(const std::string& path, base::ByteView bytes) {
  std::string text;
  text.reserve(2 * bytes.size() + 3);
  text += "0x";
  for (const std::uint8_t byte : bytes) base::appendHex(text, byte);
  text += '\n';
  const base::Status written = files::replaceFile(path, base::asBytes(text), 0400);
  base::wipeText(text);
  return written;
}

base::Status makeKey(const std::string& path, const base::RandomSource& random) {
  std::array<std::uint8_t, kKeyBytes> bytes{};
  if (!random(bytes)) return base::fail("the system gives no random bytes");
  const base::Status made = writeKey(path, bytes);
  base::wipe(bytes);
  return made;
}

base::Result<base::Secret> readKey(const std::string& path, uid_t user = ::geteuid()) {
  auto key = net::readSecretFile(path, user);
  if (!key) return base::fail(path + ": " + key.error().text);
  if (key->size() != kKeyBytes) {
    return base::fail(path + " holds no key of 32 bytes; restore it from the backup of the keys");
  }
  return std::move(*key);
}

base::Result<bool> isThere(const std::string& path) {
  struct stat there {};
  if (::lstat(path.c_str(), &there) == 0) return true;
  if (errno != ENOENT) return base::fail(failure("look at", path));
  return false;
}

base::Result<base::Secret> keyOf(const std::string& folder, const std::string& name, const base::RandomSource& random) {
  const std::string path = folder + "/" + name;
  const auto there = isThere(path);
  if (!there) return base::fail(there.error());
  if (!*there) {
    if (auto made = makeKey(path, random); !made) return base::fail(made.error());
  }
  return readKey(path);
}

// Nothing where there is no such file, also where it went while this was looking.
base::Result<std::optional<base::Secret>> keyThere(const std::string& path, uid_t user = ::geteuid()) {
  const auto there = isThere(path);
  if (!there) return base::fail(there.error());
  if (!*there) return std::optional<base::Secret>();
  auto key = readKey(path, user);
  if (key) return std::optional(std::move(*key));
  const auto still = isThere(path);
  if (still && !*still) return std::optional<base::Secret>();
  return base::fail(key.error());
}

base::Result<evidence::Fingerprint> printOf(const base::Secret& seed) {
  const auto key = evidence::SigningKey::fromSeed(seed.reveal());
  if (!key) return base::fail(key.error());
  return key->verifyingKey().fingerprint();
}

// The key and its fingerprint.
struct AuditFile {
  base::Secret seed;
  evidence::Fingerprint print{};
};

base::Result<std::optional<AuditFile>> auditFile(const std::string& path) {
  auto seed = keyThere(path);
  if (!seed) return base::fail(seed.error());
  if (!*seed) return std::optional<AuditFile>();
  const auto print = printOf(**seed);
  if (!print) return base::fail(print.error());
  return std::optional(AuditFile{std::move(**seed), *print});
}

base::Status openAudit(const std::string& folder, const base::RandomSource& random,
                       const std::optional<evidence::Fingerprint>& signer, ServerKeys& keys) {
  const std::string path = folder + "/" + kAuditKey;
  auto current = auditFile(path);
  if (!current) return base::fail(current.error());
  auto next = auditFile(folder + "/" + kNextAuditKey);
  if (!next) return base::fail(next.error());
  if (*next && signer && (*next)->print == *signer) {
    keys.audit = std::move((*next)->seed);
    keys.otherAudit = *current ? (*current)->print : (*next)->print;
    return {};
  }
  // Where no log says whose it is, it may be that of a database that is put back: it stays, and nobody asks for it.
  if (*next && signer) keys.otherAudit = (*next)->print;
  if (!*current) {
    auto made = keyOf(folder, kAuditKey, random);
    if (!made) return base::fail(made.error());
    keys.audit = std::move(*made);
    return {};
  }
  if (signer && (*current)->print != *signer) {
    return base::fail(
        path + " is not the key that the audit log in the database is signed with, which has the fingerprint " +
        base::hexText(*signer) +
        "; restore the backup of the keys that was made with this database or after the last change of this "
        "key; where there is none, move " +
        path + " away: the log goes on with a new key then, and counts as broken for ever");
  }
  keys.audit = std::move((*current)->seed);
  return {};
}

std::string idOf(const base::Secret& key) { return base::hexText(key.reveal().first(kServerIdBytes)); }

// Before any file is made. The file holds as many bytes as a key; those behind the id say nothing.
base::Status checkServerId(const std::string& folder, const std::string& wanted) {
  const std::string path = folder + "/" + kServerId;
  const auto there = keyThere(path);
  if (!there) return base::fail(there.error());
  if (*there && idOf(**there) == wanted) return {};
  return base::fail(
      path + (*there ? " is not the id of" : " is missing, which holds the id of") +
      " the server that began the audit log in the database: " + wanted +
      "; restore it from the backup of the keys that goes with this database; where there is none, write 0x" + wanted +
      wanted + " to that file, as the server's user, with mode 0400");
}

std::string sealName(keys::KeyId id) { return id == 1 ? "seal.key" : "seal-" + std::to_string(id) + ".key"; }

// What root restores belongs to whom the folder around it belongs: the server's user.
base::Status giveToServer(const std::string& folder, const std::string& path) {
  if (::geteuid() != 0) return {};
  struct stat around {};
  const std::string parent = std::filesystem::path(folder).parent_path().string();
  if (::stat(parent.c_str(), &around) != 0) return base::fail(failure("look at", parent));
  if (::lchown(path.c_str(), around.st_uid, around.st_gid) != 0) return base::fail(failure("give away", path));
  return {};
}

// In the folder of another user root writes through no link that this user can have made.
base::Status checkNoLink(const std::string& folder) {
  struct stat there {};
  if (::geteuid() != 0 || ::lstat(folder.c_str(), &there) != 0 || !S_ISLNK(there.st_mode) || there.st_uid == 0)
    return {};
  return base::fail(folder + " is a symbolic link that does not belong to root: see where it leads, and remove it");
}

// 0: it is no name of such a file.
keys::KeyId sealNumber(const std::string& name) {
  keys::KeyId id = name == sealName(1) ? 1 : 0;
  if (name.starts_with("seal-")) std::from_chars(name.data() + 5, name.data() + name.size(), id);
  return id != 0 && name == sealName(id) ? id : 0;
}

// Numbers of the sealing keys that have a file.
std::vector<keys::KeyId> sealKeysIn(const std::string& folder) {
  std::vector<keys::KeyId> ids;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (const keys::KeyId id = sealNumber(entry.path().filename().string()); id != 0) ids.push_back(id);
  }
  return ids;
}

}  // namespace

base::RandomSource systemRandom() {
  return [](std::span<std::uint8_t> bytes) {
    return ::getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size());
  };
}

base::Result<ServerKeys> ServerKeys::open(const std::string& folder, const base::RandomSource& random,
                                          const std::optional<evidence::Fingerprint>& signer,
                                          const std::optional<std::string>& server) {
  if (server) {
    if (auto fits = checkServerId(folder, *server); !fits) return base::fail(fits.error());
  }
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return base::fail(failure("make", folder));
  ServerKeys keys;
  auto id = keyOf(folder, kServerId, random);
  if (!id) return base::fail(id.error());
  keys.serverId = idOf(*id);
  std::vector<keys::KeyId> ids = sealKeysIn(folder);
  if (ids.empty()) ids.push_back(1);
  for (const keys::KeyId number : ids) {
    auto key = keyOf(folder, sealName(number), random);
    if (!key) return base::fail(key.error());
    keys.seals.push_back({number, std::move(*key)});
  }
  if (auto audit = openAudit(folder, random, signer, keys); !audit) return base::fail(audit.error());
  return keys;
}

base::Result<manage::SealFile> ServerKeys::makeSealKey(const std::string& folder, keys::KeyId id,
                                                       const base::RandomSource& random) {
  auto key = keyOf(folder, sealName(id), random);
  if (!key) return base::fail(key.error());
  return manage::SealFile{id, std::move(*key)};
}

base::Result<base::Secret> ServerKeys::makeNextAuditKey(const std::string& folder, const base::RandomSource& random) {
  const std::string path = folder + "/" + kNextAuditKey;
  if (auto made = makeKey(path, random); !made) return base::fail(made.error());
  return readKey(path);
}

base::Status ServerKeys::keepAuditKey(const std::string& folder, const evidence::Fingerprint& key) {
  const std::string path = folder + "/" + kNextAuditKey;
  const auto next = auditFile(path);
  if (!next) return base::fail(next.error());
  if (!*next) return {};
  return (*next)->print == key ? files::moveFile(path, folder + "/" + kAuditKey) : files::removeFile(path);
}

// A server may be changing the audit log's key meanwhile: its next key is looked for first, so that one which takes the
// place of the other between the two readings is not missed.
base::Result<std::vector<keys::NamedKey>> ServerKeys::readAll(const std::string& folder) {
  std::vector<keys::NamedKey> all;
  const uid_t user = net::serviceUser(folder);  // root keeps the keys of the server's user
  auto next = keyThere(folder + "/" + kNextAuditKey, user);
  if (!next) return base::fail(next.error());
  if (*next) all.push_back({kNextAuditKey, std::move(**next)});
  std::vector<std::string> names{kServerId, kAuditKey};
  for (const keys::KeyId id : sealKeysIn(folder)) names.push_back(sealName(id));
  for (const std::string& name : names) {
    auto key = readKey(folder + "/" + name, user);
    if (!key) return base::fail(key.error());
    all.push_back({name, std::move(*key)});
  }
  return all;
}

// Nothing that is there is overwritten: it may be all that opens a database.
base::Status ServerKeys::restoreAll(const std::string& folder, const std::vector<keys::NamedKey>& all) {
  if (auto status = checkNoLink(folder); !status) return status;
  for (const keys::NamedKey& key : all) {
    const bool ours =
        key.name == kServerId || key.name == kAuditKey || key.name == kNextAuditKey || sealNumber(key.name) != 0;
    if (!ours || key.key.size() != kKeyBytes) return base::fail("the backup holds something else: " + key.name);
    struct stat there {};
    if (::lstat((folder + "/" + key.name).c_str(), &there) == 0) {
      return base::fail(folder + "/" + key.name + " is there already; move the folder away, and try again");
    }
  }
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return base::fail(failure("make", folder));
  if (auto status = giveToServer(folder, folder); !status) return status;
  for (const keys::NamedKey& key : all) {
    const std::string path = folder + "/" + key.name;
    if (auto status = writeKey(path, key.key.reveal()); !status) return status;
    if (auto status = giveToServer(folder, path); !status) return status;
  }
  return {};
}

base::Status ServerKeys::removeSealKey(const std::string& folder, keys::KeyId id) {
  return files::removeFile(folder + "/" + sealName(id));
}

}  // namespace app
