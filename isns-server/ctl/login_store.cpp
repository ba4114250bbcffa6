#include "isns-server/ctl/login_store.h"

#include <algorithm>

#include "isns-server/ctl/secret_input.h"

namespace ctl {
namespace {

template <class Logins>
auto* loginOf(Logins& logins, const std::string& server) {
  const auto at = std::ranges::find(logins, server, &StoredLogin::server);
  return at == logins.end() ? nullptr : &*at;
}

}  // namespace

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

const StoredLogin* LoginStore::current() const { return logins_.empty() ? nullptr : &logins_.back(); }

const StoredLogin* LoginStore::find(const std::string& server) const { return loginOf(logins_, server); }

Outcome LoginStore::put(Context& context, StoredLogin login) {
  return update(context, [&](std::vector<StoredLogin>& logins) {
    std::erase_if(logins, [&](const StoredLogin& one) { return one.server == login.server; });
    logins.push_back(std::move(login));
  });
}

Outcome LoginStore::end(Context& context, const std::string& server) {
  const StoredLogin* const ended = find(server);
  if (ended == nullptr) return {};
  return update(context, [&](std::vector<StoredLogin>& logins) {
    StoredLogin* const now = loginOf(logins, server);
    if (now == nullptr || !(now->token == ended->token) || now->certificate != ended->certificate) return;
    now->token.clear();
    now->expires = 0;
    now->certificate.clear();
    now->key.clear();
  });
}

Outcome LoginStore::update(Context& context, const std::function<void(std::vector<StoredLogin>& logins)>& change) {
  if (path_.empty() || context.machine == nullptr) {
    return base::fail(Failure{Exit::Local, "cannot keep the login", "neither HOME nor XDG_CONFIG_HOME is set", {}});
  }
  std::vector<StoredLogin> fresh;
  const auto wrote = context.machine->updatePrivate(path_, [&](const std::string& text) -> base::Result<std::string> {
    auto logins = text.empty() ? base::Result<std::vector<StoredLogin>>(std::vector<StoredLogin>()) : readLogins(text);
    if (!logins) return base::fail(logins.error());
    fresh = std::move(*logins);
    change(fresh);
    return loginsText(fresh, requestSecrets());
  });
  if (!wrote) return base::fail(Failure{Exit::Local, "cannot keep the login", wrote.error().text, {}});
  logins_ = std::move(fresh);
  return {};
}

}  // namespace ctl
