// LoginStore: the logins that sanctl keeps: per server its URL, the authority that was pinned, and the session's token.
//
// The file is that of shared/ctl/stored_logins.h; read at once. Each change is made to what the file has then.
// One thread. Errors are Exit::Local.
#pragma once

#include <functional>
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
  [[nodiscard]] const StoredLogin* current() const;
  [[nodiscard]] const StoredLogin* find(const std::string& server) const;
  // Kept in the file, beside what others have kept there meanwhile; becomes the current one.
  Outcome put(Context& context, StoredLogin login);
  // The login of this server has ended: its authority alone stays. One that was made meanwhile stays whole.
  Outcome end(Context& context, const std::string& server);

 private:
  Outcome update(Context& context, const std::function<void(std::vector<StoredLogin>& logins)>& change);

  std::string path_;
  std::vector<StoredLogin> logins_;  // the current one is the last
};

}  // namespace ctl
