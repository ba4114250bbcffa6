#include "isns-server/manage/people/users.h"

#include <algorithm>

#include "isns-server/manage/credentials/generator.h"
#include "shared/base/plain_text.h"

namespace people {
namespace {

constexpr std::size_t kFirstPassword = 20;  // symbols of 6 bits

bool isUserName(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto fits = [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-' || c == '@'; };
  return !name.empty() && name.size() <= Users::kMaxName && plain(name[0]) && std::all_of(name.begin(), name.end(), fits);
}

// Records, authors and approvers name these two, who are no users: nobody is to be taken for them.
std::string_view keptFor(std::string_view name) {
  if (name == "isns-server") return "the server itself";
  return name == kLocalRoot ? "whoever is root at the local socket" : std::string_view();
}

constexpr std::string_view kUnknown = "there is no such user";

base::Failure<Users::Fault> fault(std::string_view text, std::string pointer = {}) {
  return {Users::Fault{std::string(text), std::move(pointer)}};
}

base::Failure<Users::Fault> lastOne(std::string pointer = {}) {
  return fault("this is the last administrator: make another one first", std::move(pointer));
}

Users::Status judge(RoleSet roles, const std::vector<std::string>& scope) {
  if (roles.empty()) return fault("a user has at least one role", "/roles");
  if (scope.size() > Users::kMaxScope) return fault("a scope has at most 64 labels", "/scope");
  for (std::size_t i = 0; i < scope.size(); ++i) {
    std::string wrong = scope[i].empty() ? "is empty" : base::plainTextFault(scope[i], Users::kMaxLabel);
    if (!wrong.empty()) return fault("a label of the scope " + wrong, "/scope/" + std::to_string(i));
  }
  return {};
}

}  // namespace

const User* Users::find(std::string_view name) const {
  const auto at = users_.find(name);
  return at == users_.end() ? nullptr : &at->second;
}

User* Users::edit(std::string_view name) {
  const auto at = users_.find(name);
  return at == users_.end() ? nullptr : &at->second;
}

// One with a scope may neither manage users nor keys.
bool Users::isLastAdministrator(const User& user) const {
  const auto serves = [](const User& one) {
    return one.roles.has(Role::Administrator) && one.scope.empty() && !one.disabled;
  };
  return serves(user) &&
         std::count_if(users_.begin(), users_.end(), [&](const auto& u) { return serves(u.second); }) == 1;
}

Users::Status Users::add(std::string_view name, RoleSet roles, std::vector<std::string> scope, base::WallTime now) {
  if (!isUserName(name)) return fault("a user's name is 1 to 64 small letters, digits and . _ - @", "/name");
  if (const std::string_view whose = keptFor(name); !whose.empty()) {
    return fault("the name " + std::string(name) + " is kept for " + std::string(whose) + ": choose another one",
                 "/name");
  }
  if (Status good = judge(roles, scope); !good) return good;
  if (users_.size() == kMaxUsers) return fault("there are 10000 users already");
  User user;
  user.name = name;
  user.roles = roles;
  user.scope = std::move(scope);
  user.madeAt = now;
  if (!users_.emplace(user.name, std::move(user)).second) return fault("there is a user of this name", "/name");
  return {};
}

Users::Status Users::setRoles(std::string_view name, RoleSet roles, std::vector<std::string> scope) {
  User* user = edit(name);
  if (user == nullptr) return fault(kUnknown);
  if (Status good = judge(roles, scope); !good) return good;
  if (isLastAdministrator(*user)) {
    if (!roles.has(Role::Administrator)) return lastOne("/roles");
    if (!scope.empty()) return lastOne("/scope");
  }
  user->roles = roles;
  user->scope = std::move(scope);
  return {};
}

Users::Status Users::setPasswordHash(std::string_view name, std::string hash, base::WallTime now) {
  User* user = edit(name);
  if (user == nullptr) return fault(kUnknown);
  user->passwordHash = std::move(hash);
  user->passwordSetAt = now;
  return {};
}

Users::Status Users::setDisabled(std::string_view name, bool disabled) {
  User* user = edit(name);
  if (user == nullptr) return fault(kUnknown);
  if (disabled && isLastAdministrator(*user)) return lastOne("/disabled");
  user->disabled = disabled;
  return {};
}

Users::Status Users::remove(std::string_view name) {
  const User* user = find(name);
  if (user == nullptr) return fault(kUnknown);
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
  if (const Status made = add(name, {Role::Administrator}, {}, now); !made) return base::fail(made.error().text);
  (void)setPasswordHash(name, std::move(*hash), now).ok();
  return password;
}

base::Result<Principal> Users::principalOf(std::string_view name) const {
  const User* user = find(name);
  if (user == nullptr) return base::fail(std::string(kUnknown));
  if (user->disabled) return base::fail("the user is disabled");
  return Principal{user->name, user->roles, user->scope};
}

base::Result<Principal> Users::principalOf(const mgmt::Identity& identity) const {
  if (identity.kind != mgmt::PeerKind::Person) return base::fail("the certificate is not a person's");
  return principalOf(identity.name);
}

}  // namespace people
