#include "shared/ctl/stored_logins.h"

#include "shared/base/json_members.h"
#include "shared/base/json_reader.h"

namespace ctl {

using base::Json;
using base::textOf;

std::string loginsPath(const Environment& environment) {
  if (const auto folder = environment("XDG_CONFIG_HOME"); folder && folder->starts_with('/')) {
    return *folder + "/sanctum/logins.json";
  }
  if (const auto home = environment("HOME"); home && !home->empty()) return *home + "/.config/sanctum/logins.json";
  return {};
}

base::Result<std::vector<StoredLogin>> readLogins(const std::string& text) {
  auto json = base::parseJson(text);
  const Json* list = json ? json->find("logins") : nullptr;
  if (list == nullptr || list->array() == nullptr) return base::fail("this is no list of logins");
  std::vector<StoredLogin> logins;
  for (const Json& one : *list->array()) {
    StoredLogin login{textOf(one, "server"),      textOf(one, "authority"), textOf(one, "user"), {}, 0,
                      textOf(one, "certificate"), textOf(one, "key")};
    login.token = base::secretOf(one, "token");
    if (const Json* expires = one.find("expires"); expires != nullptr && expires->number() != nullptr) {
      login.expires = *expires->number();
    }
    logins.push_back(std::move(login));
  }
  base::wipeTexts(*json);
  return logins;
}

std::string loginsText(std::span<const StoredLogin> logins, base::SecretJson tokens) {
  Json::Array list;
  for (const StoredLogin& login : logins) {
    list.emplace_back(Json::Object{{"server", login.server},
                                   {"authority", login.authority},
                                   {"user", login.user},
                                   {"token", tokens.mark(login.token.copy())},
                                   {"expires", login.expires},
                                   {"certificate", login.certificate},
                                   {"key", login.key}});
  }
  return tokens.text(Json::Object{{"logins", std::move(list)}});
}

}  // namespace ctl
