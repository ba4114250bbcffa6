#include "isns-server/ctl/login_store.h"

#include <algorithm>

#include "shared/base/json_members.h"
#include "shared/base/json_reader.h"
#include "shared/base/secret_json.h"

namespace ctl {

using base::Json;

Asked<LoginStore> LoginStore::load(Context& context) {
  LoginStore store;
  if (const auto folder = context.environment("XDG_CONFIG_HOME"); folder && folder->starts_with('/')) {
    store.path_ = *folder + "/sanctum/logins.json";
  } else if (const auto home = context.environment("HOME"); home && !home->empty()) {
    store.path_ = *home + "/.config/sanctum/logins.json";
  } else {
    return store;
  }
  if (context.machine == nullptr || !context.machine->exists(store.path_)) return store;
  auto text = context.machine->readPrivate(store.path_);
  if (!text) return base::fail(Failure{Exit::Local, "the stored logins", text.error().text, {}});
  const auto json = base::parseJson(*text);
  base::wipeText(*text);
  const Json* list = json ? json->find("logins") : nullptr;
  if (list == nullptr || list->array() == nullptr) {
    return base::fail(Failure{Exit::Local, store.path_, "this is no list of logins", "move it away and log in again"});
  }
  for (const Json& one : *list->array()) {
    StoredLogin login{textOf(one, "server"), textOf(one, "authority"), textOf(one, "user"), {}, 0,
                      textOf(one, "certificate"), textOf(one, "key")};
    login.token = base::Secret::from(textOf(one, "token")).value_or(base::Secret{});
    if (const Json* expires = one.find("expires"); expires != nullptr && expires->number() != nullptr) {
      login.expires = *expires->number();
    }
    store.logins_.push_back(std::move(login));
  }
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
  Json::Array list;
  for (const StoredLogin& login : logins_) {
    list.emplace_back(Json::Object{{"server", login.server},
                                   {"authority", login.authority},
                                   {"user", login.user},
                                   {"token", std::string(base::asText(login.token.reveal()))},
                                   {"expires", login.expires},
                                   {"certificate", login.certificate},
                                   {"key", login.key}});
  }
  std::string text;
  Json(Json::Object{{"logins", std::move(list)}}).writePretty(text);
  text += '\n';
  const auto wrote = context.machine->writePrivate(path_, text);
  base::wipeText(text);
  if (!wrote) return base::fail(Failure{Exit::Local, "cannot keep the login", wrote.error().text, {}});
  return {};
}

}  // namespace ctl
