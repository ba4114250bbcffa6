#include "shared/net/secret_file.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "shared/base/hex.h"
#include "shared/net/os_error.h"
#include "shared/net/unique_fd.h"

namespace net {
namespace {

constexpr std::size_t kMaxFile = 2 * base::Secret::kMaxSize + 4;

// In place: no second copy of the secret.
bool decodeHex(base::Bytes& text) {
  if (text.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = base::hexDigit(static_cast<char>(text[i]));
    const int low = base::hexDigit(static_cast<char>(text[i + 1]));
    if (high < 0 || low < 0) return false;
    text[i / 2] = static_cast<std::uint8_t>(high << 4 | low);
  }
  base::wipe(std::span(text).subspan(text.size() / 2));
  text.resize(text.size() / 2);
  return true;
}

std::string nameOf(uid_t user) {
  const struct passwd* entry = ::getpwuid(user);
  return entry == nullptr ? "user " + std::to_string(user) : entry->pw_name;
}

base::Status checkOwner(const std::string& path, uid_t owner, uid_t user) {
  const bool own = user == ::geteuid();
  if (owner == user || (own && owner == 0)) return {};
  return base::fail(path + " belongs to another user; it must belong to " +
                    (own ? "root or to the user of this program" : nameOf(user) + ", as whom the service runs"));
}

}  // namespace

base::Result<base::Secret> parseSecret(base::Bytes text) {
  struct Wipe {
    base::Bytes& bytes;
    ~Wipe() { base::wipe(bytes); }
  } const wipe{text};
  const auto end = std::find(text.begin(), text.end(), '\n');
  const auto rest = end == text.end() ? end : end + 1;
  if (rest != text.end()) return base::fail("it has more than one line");
  base::wipe({text.data() + (end - text.begin()), static_cast<std::size_t>(text.end() - end)});
  text.erase(end, text.end());
  if (text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    std::copy(text.begin() + 2, text.end(), text.begin());
    text.resize(text.size() - 2);
    if (!decodeHex(text)) return base::fail("what follows 0x is not pairs of hexadecimal digits");
  }
  if (text.empty()) return base::fail("it is empty");
  auto secret = base::Secret::from(base::ByteView(text));
  if (!secret) return base::fail("it is longer than 255 bytes");
  return std::move(*secret);
}

uid_t serviceUser(const std::string& folder) {
  const uid_t own = ::geteuid();
  struct stat facts {};
  return own == 0 && ::stat(folder.c_str(), &facts) == 0 ? facts.st_uid : own;
}

base::Result<base::Secret> readSecretFile(const std::string& path, uid_t user) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd) return osFailure("cannot read " + path);
  struct stat facts {};
  if (::fstat(fd.get(), &facts) != 0) return osFailure("cannot read " + path);
  if (!S_ISREG(facts.st_mode)) return base::fail(path + " is no regular file");
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return base::fail(path + " can be used by others than its owner; chmod 600 it, and change the secret");
  }
  if (auto right = checkOwner(path, facts.st_uid, user); !right) return base::fail(right.error());
  base::Bytes text(kMaxFile + 1);
  const ssize_t size = ::read(fd.get(), text.data(), text.size());
  if (size < 0) return osFailure("cannot read " + path);
  if (static_cast<std::size_t>(size) > kMaxFile) {
    base::wipe(text);
    return base::fail(path + " is longer than a secret can be");
  }
  text.resize(static_cast<std::size_t>(size));
  auto secret = parseSecret(std::move(text));
  if (!secret) return base::fail(path + ": " + secret.error().text);
  return secret;
}

}  // namespace net
