#include "isns-server/app/key_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "shared/base/secret_json.h"
#include "shared/net/unique_fd.h"

namespace app {
namespace {

constexpr std::string_view kServerKey = "server.key";
constexpr std::string_view kServerSpi = "isns.server";
constexpr std::uintmax_t kMaxKeyFile = 64 * 1024;

// It may be a private key: so there is one text of its final size, which the caller wipes, and no buffer between.
std::optional<std::string> readText(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error || size > kMaxKeyFile) return std::nullopt;
  const net::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text(size, '\0');
  const ssize_t got = fd ? ::read(fd.get(), text.data(), text.size()) : -1;
  if (got < 0) return std::nullopt;
  text.resize(static_cast<std::size_t>(got));
  return text;
}

}  // namespace

FolderKeys readKeyFolder(const std::string& folder) {
  FolderKeys found;
  std::vector<session::KeyFile> files;
  std::error_code error;
  std::filesystem::directory_iterator at(folder, error);
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    const std::filesystem::directory_entry& entry = *at;
    std::error_code gone;
    if (!entry.is_regular_file(gone)) continue;
    const std::string name = entry.path().filename().string();
    std::optional<std::string> text = readText(entry.path());
    if (!text) {
      found.problems.push_back(entry.path().string() + ": cannot be read, or is too large for a key");
    } else if (name == kServerKey) {
      auto key = isns::PrivateKey::fromPem(*text);
      base::wipeText(*text);
      if (key) {
        found.identity = session::ServerIdentity{std::string(kServerSpi), std::move(*key)};
      } else {
        found.problems.push_back(entry.path().string() + ": " + key.error().text);
      }
    } else {
      files.push_back({name, std::move(*text)});
    }
  }
  if (error) {
    found.whole = false;
    found.problems.push_back(folder + ": " + error.message());
  }
  session::LoadedKeys loaded = session::loadKeyFolder(files);
  found.keys = std::move(loaded.keys);
  for (const std::string& problem : loaded.problems) found.problems.push_back(folder + "/" + problem);
  return found;
}

}  // namespace app
