// LoginStore: the logins that sanctl keeps: per server its URL, the authority that was pinned, and the session's token.
//
// One JSON file, mode 0600, in $XDG_CONFIG_HOME/sanctum or ~/.config/sanctum, mode 0700; read at once, written whole.
// One thread. Errors are Exit::Local.
#pragma once

#include <string>
#include <vector>

#include "isns-server/ctl/machine.h"
#include "shared/ctl/context.h"

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

class LoginStore {
 public:
  static Asked<LoginStore> load(Context& context);

  // The login used last; nullptr where there is none.
  [[nodiscard]] StoredLogin* current();
  [[nodiscard]] StoredLogin* find(const std::string& server);
  // Becomes the current one.
  void put(StoredLogin login);
  Outcome save(Context& context) const;

 private:
  std::string path_;
  std::vector<StoredLogin> logins_;  // the current one is the last
};

}  // namespace ctl
