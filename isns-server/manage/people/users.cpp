#include "isns-server/manage/people/users.h"

#include <algorithm>

#include "isns-server/manage/credentials/generator.h"

namespace people {
namespace {

constexpr std::size_t kFirstPassword = 20;  // symbols of 6 bits

bool isUserName(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto fits = [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-' || c == '@'; };
  return !name.empty() && name.size() <= 64 && plain(name[0]) && std::all_of(name.begin(), name.end(), fits);
}

base::Failure<base::Error> unknown() { return base::fail("there is no such user"); }
base::Failure<base::Error> lastOne() { return base::fail("this is the last administrator: make another one first"); }

}  // namespace

const User* Users::find(std::string_view name) const {
  const auto at = users_.find(name);
  return at == users_.end() ? nullptr : &at->second;
}

User* Users::edit(std::string_view name) {
  const auto at = users_.find(name);
  return at == users_.end() ? nullptr : &at->second;
}

bool Users::isLastAdministrator(const User& user) const {
  const auto serves = [](const User& one) { return one.roles.has(Role::Administrator) && !one.disabled; };
  return serves(user) &&
         std::count_if(users_.begin(), users_.end(), [&](const auto& u) { return serves(u.second); }) == 1;
}

base::Status Users::add(std::string_view name, RoleSet roles, std::vector<std::string> scope, base::WallTime now) {
  if (!isUserName(name)) return base::fail("a user's name is 1 to 64 small letters, digits and . _ - @");
  if (roles.empty()) return base::fail("a user has at least one role");
  if (scope.size() > kMaxScope) return base::fail("a scope has at most 64 labels");
  if (users_.size() == kMaxUsers) return base::fail("there are 10000 users already");
  User user;
  user.name = name;
  user.roles = roles;
  user.scope = std::move(scope);
  user.madeAt = now;
  if (!users_.emplace(user.name, std::move(user)).second) return base::fail("there is a user of this name");
  return {};
}

base::Status Users::setRoles(std::string_view name, RoleSet roles, std::vector<std::string> scope) {
  User* user = edit(name);
  if (user == nullptr) return unknown();
  if (roles.empty()) return base::fail("a user has at least one role");
  if (scope.size() > kMaxScope) return base::fail("a scope has at most 64 labels");
  if (isLastAdministrator(*user) && !roles.has(Role::Administrator)) return lastOne();
  user->roles = roles;
  user->scope = std::move(scope);
  return {};
}

base::Status Users::setPasswordHash(std::string_view name, std::string hash, base::WallTime now) {
  User* user = edit(name);
  if (user == nullptr) return unknown();
  user->passwordHash = std::move(hash);
  user->passwordSetAt = now;
  return {};
}

base::Status Users::setDisabled(std::string_view name, bool disabled) {
  User* user = edit(name);
  if (user == nullptr) return unknown();
  if (disabled && isLastAdministrator(*user)) return lastOne();
  user->disabled = disabled;
  return {};
}

base::Status Users::remove(std::string_view name) {
  const User* user = find(name);
  if (user == nullptr) return unknown();
  if (isLastAdministrator(*user)) return lastOne();
  users_.erase(users_.find(name));
  return {};
}

void Users::onLogin(std::string_view name, base::WallTime now) {
  if (User* user = edit(name)) user->lastLogin = now;
}

base::Result<base::Secret> Users::makeFirst(std::string_view name, base::WallTime now, const base::RandomSource& random,
                                            const keys::ScryptCost& cost) {
  if (!users_.empty()) return base::fail("there are users already: an administrator makes further ones");
  base::Result<base::Secret> password = credentials::generateSecret(kFirstPassword, random);
  if (!password) return password;
  base::Result<std::string> hash = hashPassword(*password, random, cost);
  if (!hash) return base::fail(hash.error());
  if (base::Status status = add(name, {Role::Administrator}, {}, now); !status) return base::fail(status.error());
  (void)setPasswordHash(name, std::move(*hash), now).ok();
  return password;
}

base::Result<Principal> Users::principalOf(std::string_view name) const {
  const User* user = find(name);
  if (user == nullptr) return unknown();
  if (user->disabled) return base::fail("the user is disabled");
  return Principal{user->name, user->roles, user->scope};
}

base::Result<Principal> Users::principalOf(const mgmt::Identity& identity) const {
  if (identity.kind != mgmt::PeerKind::Person) return base::fail("the certificate is not a person's");
  return principalOf(identity.name);
}

}  // namespace people
