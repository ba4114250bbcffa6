#include "isns-server/app/server_keys.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

#include "shared/net/secret_file.h"
#include "shared/net/unique_fd.h"

namespace app {
namespace {

constexpr std::size_t kKeyBytes = 32;

std::string failure(const std::string& what, const std::string& path) {
  return "cannot " + what + " " + path + ": " + std::strerror(errno);
}

std::string hexOf(base::ByteView bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "0x";
  for (std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

// A new file with random bytes, durable, whole or not at all: written aside and renamed.
base::Status makeKey(const std::string& folder, const std::string& path, const base::RandomSource& random) {
  std::array<std::uint8_t, kKeyBytes> bytes{};
  if (!random(bytes)) return base::fail("the system gives no random bytes");
  std::string text = hexOf(bytes) + "\n";
  base::wipe(bytes);
  const std::string aside = path + ".new";
  ::unlink(aside.c_str());
  net::UniqueFd fd(::open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400));
  if (fd.get() < 0) return base::fail(failure("make", aside));
  const bool whole = ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd.get()) == 0;
  base::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  if (!whole || ::rename(aside.c_str(), path.c_str()) != 0) return base::fail(failure("write", path));
  net::UniqueFd dir(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (dir.get() < 0 || ::fsync(dir.get()) != 0) return base::fail(failure("make durable", folder));
  return {};
}

base::Result<base::Secret> keyOf(const std::string& folder, const std::string& name, const base::RandomSource& random) {
  const std::string path = folder + "/" + name;
  struct stat there {};
  if (::lstat(path.c_str(), &there) != 0) {
    if (errno != ENOENT) return base::fail(failure("look at", path));
    if (auto made = makeKey(folder, path, random); !made) return base::fail(made.error());
  }
  auto key = net::readSecretFile(path);
  if (!key) return base::fail(path + ": " + key.error().text);
  if (key->size() != kKeyBytes) return base::fail(path + " holds no key of 32 bytes; restore it from the backup of the keys");
  return std::move(*key);
}

std::string sealName(keys::KeyId id) { return id == 1 ? "seal.key" : "seal-" + std::to_string(id) + ".key"; }

// Numbers of the sealing keys that have a file.
std::vector<keys::KeyId> sealKeysIn(const std::string& folder) {
  std::vector<keys::KeyId> ids;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    keys::KeyId id = 0;
    if (name == sealName(1)) id = 1;
    if (name.starts_with("seal-")) std::from_chars(name.data() + 5, name.data() + name.size(), id);
    if (id != 0 && name == sealName(id)) ids.push_back(id);
  }
  return ids;
}

}  // namespace

base::RandomSource systemRandom() {
  return [](std::span<std::uint8_t> bytes) {
    return ::getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size());
  };
}

base::Result<ServerKeys> ServerKeys::open(const std::string& folder, const base::RandomSource& random) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return base::fail(failure("make", folder));
  ServerKeys keys;
  auto id = keyOf(folder, "server-id", random);
  if (!id) return base::fail(id.error());
  keys.serverId = hexOf(id->reveal()).substr(2, 32);
  std::vector<keys::KeyId> ids = sealKeysIn(folder);
  if (ids.empty()) ids.push_back(1);
  for (const keys::KeyId number : ids) {
    auto key = keyOf(folder, sealName(number), random);
    if (!key) return base::fail(key.error());
    keys.seals.push_back({number, std::move(*key)});
  }
  auto audit = keyOf(folder, "audit.key", random);
  if (!audit) return base::fail(audit.error());
  keys.audit = std::move(*audit);
  return keys;
}

base::Result<manage::SealFile> ServerKeys::makeSealKey(const std::string& folder, keys::KeyId id,
                                                       const base::RandomSource& random) {
  auto key = keyOf(folder, sealName(id), random);
  if (!key) return base::fail(key.error());
  return manage::SealFile{id, std::move(*key)};
}

base::Status ServerKeys::removeSealKey(const std::string& folder, keys::KeyId id) {
  const std::string path = folder + "/" + sealName(id);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return base::fail(failure("remove", path));
  return {};
}

}  // namespace app
