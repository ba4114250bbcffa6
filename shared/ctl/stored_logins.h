// The logins that sanctl keeps, as the file has them; other programs of the same user may use them too.
//
// One JSON file, mode 0600, in $XDG_CONFIG_HOME/sanctum or ~/.config/sanctum, mode 0700. Pure functions of texts; who
// reads the file looks first that nobody else can. Errors: a sentence.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shared/base/result.h"
#include "shared/base/secret.h"
#include "shared/base/secret_json.h"

namespace ctl {

struct StoredLogin {
  std::string server;     // URL, or the path of the local socket
  std::string authority;  // PEM; empty for a socket
  std::string user;
  base::Secret token;         // empty: logged out, or by certificate
  std::uint64_t expires = 0;  // seconds since 1970 UTC
  std::string certificate;    // paths of a client certificate and its key, instead of a token; else empty
  std::string key;
};

using Environment = std::function<std::optional<std::string>(const char* name)>;
// Empty: neither HOME nor XDG_CONFIG_HOME says where.
std::string loginsPath(const Environment& environment);

// In the order of the file: the one used last is the last.
base::Result<std::vector<StoredLogin>> readLogins(const std::string& text);
// `tokens` is for those of this text, which the caller wipes (base::wipeText).
std::string loginsText(std::span<const StoredLogin> logins, base::SecretJson tokens);

}  // namespace ctl
