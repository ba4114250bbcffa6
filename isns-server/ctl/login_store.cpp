#include "isns-server/ctl/login_store.h"

#include <algorithm>

#include "isns-server/ctl/secret_input.h"

namespace ctl {

Asked<LoginStore> LoginStore::load(Context& context) {
  LoginStore store;
  store.path_ = loginsPath([&](const char* name) { return context.environment(name); });
  if (store.path_.empty() || context.machine == nullptr || !context.machine->exists(store.path_)) return store;
  auto text = context.machine->readPrivate(store.path_);
  if (!text) return base::fail(Failure{Exit::Local, "the stored logins", text.error().text, {}});
  auto logins = readLogins(*text);
  base::wipeText(*text);
  if (!logins)
    return base::fail(Failure{Exit::Local, store.path_, logins.error().text, "move it away and log in again"});
  store.logins_ = std::move(*logins);
  return store;
}

StoredLogin* LoginStore::current() { return logins_.empty() ? nullptr : &logins_.back(); }

StoredLogin* LoginStore::find(const std::string& server) {
  const auto at =
      std::find_if(logins_.begin(), logins_.end(), [&](const StoredLogin& one) { return one.server == server; });
  return at == logins_.end() ? nullptr : &*at;
}

void LoginStore::put(StoredLogin login) {
  std::erase_if(logins_, [&](const StoredLogin& one) { return one.server == login.server; });
  logins_.push_back(std::move(login));
}

Outcome LoginStore::save(Context& context) const {
  if (path_.empty() || context.machine == nullptr) {
    return base::fail(Failure{Exit::Local, "cannot keep the login", "neither HOME nor XDG_CONFIG_HOME is set", {}});
  }
  std::string text = loginsText(logins_, requestSecrets());
  const auto wrote = context.machine->writePrivate(path_, text);
  base::wipeText(text);
  if (!wrote) return base::fail(Failure{Exit::Local, "cannot keep the login", wrote.error().text, {}});
  return {};
}

}  // namespace ctl
