#include "isns-server/api/people_json.h"

#include "isns-server/api/json_time.h"

namespace api {

using base::Json;

namespace {

Json rolesJson(people::RoleSet roles) {
  Json::Array names;
  for (std::size_t i = 0; i < people::kRoles; ++i) {
    const auto role = static_cast<people::Role>(i);
    if (roles.has(role)) names.emplace_back(people::roleName(role));
  }
  return names;
}

Json textsJson(const std::vector<std::string>& texts) {
  Json::Array list;
  for (const std::string& text : texts) list.emplace_back(text);
  return list;
}

}  // namespace

Json principalJson(const people::Principal& who) {
  Json::Array rights;
  for (const people::RightRow& row : people::rightTable()) {
    if (row.roles.meets(who.roles)) rights.emplace_back(row.name);
  }
  return Json::Object{{"user", who.user},
                      {"roles", people::rolesText(who.roles)},
                      {"scope", textsJson(who.scope)},
                      {"rights", std::move(rights)}};
}

Json userJson(const people::User& user) {
  return Json::Object{{"name", user.name},
                      {"roles", rolesJson(user.roles)},
                      {"scope", textsJson(user.scope)},
                      {"disabled", user.disabled},
                      {"has_password", !user.passwordHash.empty()},
                      {"last_login", secondsOf(user.lastLogin)}};
}

Json tokenJson(const people::AccessToken& token, const std::string& maker) {
  return Json::Object{{"name", token.name},
                      {"user", token.user},
                      {"roles", rolesJson(token.roles)},
                      {"made", secondsOf(token.madeAt)},
                      {"expires", secondsOf(token.expires)},
                      {"last_used", secondsOf(token.lastUsed)},
                      {"last_address", token.lastAddress},
                      {"made_with", maker.empty() ? Json() : Json(maker)}};
}

}  // namespace api
