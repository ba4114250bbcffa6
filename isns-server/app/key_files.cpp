#include "isns-server/app/key_files.h"

#include <unistd.h>

#include "isns-server/app/server_keys.h"
#include "isns-server/manage/keys/key_backup.h"
#include "shared/files/atomic_file.h"
#include "shared/net/terminal_secret.h"

namespace app {
namespace {

constexpr std::size_t kMaxFile = 64U << 10;

std::optional<base::Secret> newPassphrase() {
  auto first = net::askSecret("passphrase of the backup, 12 characters at least: ");
  if (!first || ::isatty(STDIN_FILENO) == 0) return first;
  const auto second = net::askSecret("once more: ");
  return second && *second == *first ? std::move(first) : std::nullopt;
}

}  // namespace

base::Result<std::string> backUpKeys(const std::string& folder, const std::string& file) {
  const auto all = ServerKeys::readAll(folder);
  if (!all) return base::fail(all.error());
  const auto passphrase = newPassphrase();
  if (!passphrase) return base::fail("no passphrase, or not the same one twice: nothing was written");
  const auto sealed = keys::sealKeyBackup(*all, *passphrase, systemRandom());
  if (!sealed) return base::fail(sealed.error());
  if (auto status = files::createFile(file, *sealed); !status) return base::fail(status.error());
  return std::to_string(all->size()) + " keys of " + folder + " are in " + file +
         "; keep it and its passphrase apart from backups of the database";
}

base::Result<std::string> restoreKeys(const std::string& folder, const std::string& file) {
  const auto bytes = files::readFile(file, kMaxFile);
  if (!bytes) return base::fail(bytes.error());
  if (!*bytes) return base::fail(file + ": there is no such file");
  const auto passphrase = net::askSecret("passphrase of the backup: ");
  if (!passphrase) return base::fail("no passphrase: nothing was restored");
  const auto all = keys::openKeyBackup(**bytes, *passphrase);
  if (!all) return base::fail(file + ": " + all.error().text);
  if (auto status = ServerKeys::restoreAll(folder, *all); !status) return base::fail(status.error());
  return std::to_string(all->size()) + " keys of " + file + " are in " + folder;
}

}  // namespace app
