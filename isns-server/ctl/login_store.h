// LoginStore: the logins that sanctl keeps: per server its URL, the authority that was pinned, and the session's token.
//
// The file is that of shared/ctl/stored_logins.h; read at once, written whole.
// One thread. Errors are Exit::Local.
#pragma once

#include <string>
#include <vector>

#include "isns-server/ctl/machine.h"
#include "shared/ctl/context.h"
#include "shared/ctl/stored_logins.h"

namespace ctl {

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
