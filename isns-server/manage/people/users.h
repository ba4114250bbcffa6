// The users of the management server. One owner, no locks; bound kMaxUsers.
//
// A name is 1 to 64 small letters, digits and . _ - @, beginning with a letter or a digit. No new user is called as the
// server or as root at the local socket; one of an older version stays. A label of a scope is a line of 1 to 255 bytes
// (shared/base/plain_text.h). There is no default user and
// no default password: the first administrator is made by makeFirst(), which the root-only socket of `sanctl init`
// calls. The last enabled administrator can be neither removed, disabled nor demoted.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "isns-server/manage/people/password.h"
#include "isns-server/manage/people/rights.h"
#include "shared/base/clock.h"
#include "shared/mgmt/identity.h"

namespace people {

// Who asks by the local socket without a token.
inline constexpr std::string_view kLocalRoot = "root";

struct User {
  std::string name;
  RoleSet roles;
  std::vector<std::string> scope;  // labels; empty: everything
  std::string passwordHash;        // empty: logs in by certificate only
  bool disabled = false;
  base::WallTime madeAt{};
  base::WallTime passwordSetAt{};
  base::WallTime lastLogin{};
};

class Users {
 public:
  // What cannot be, as a sentence, and the member of a request that is to blame ("/scope/0"); empty: none.
  struct Fault {
    std::string text;
    std::string pointer;
  };
  using Status = base::Result<void, Fault>;

  static constexpr std::size_t kMaxUsers = 10000;
  static constexpr std::size_t kMaxName = 64;    // bytes
  static constexpr std::size_t kMaxLabel = 255;  // bytes of a label in a scope, as in the SAN
  static constexpr std::size_t kMaxScope = 64;

  [[nodiscard]] const User* find(std::string_view name) const;
  [[nodiscard]] std::size_t size() const { return users_.size(); }
  // By name.
  template <class Visit>
  void each(Visit&& visit) const {
    for (const auto& [name, user] : users_) visit(user);
  }

  // Without a password.
  Status add(std::string_view name, RoleSet roles, std::vector<std::string> scope, base::WallTime now);
  Status setRoles(std::string_view name, RoleSet roles, std::vector<std::string> scope);
  // The hash of a password that passwordProblem() finds nothing wrong with; the caller's thread has computed it.
  Status setPasswordHash(std::string_view name, std::string hash, base::WallTime now);
  Status setDisabled(std::string_view name, bool disabled);
  Status remove(std::string_view name);
  void onLogin(std::string_view name, base::WallTime now);
  void load(User user) { users_.insert_or_assign(user.name, std::move(user)); }
  // Whoever it is: of one who was never durable.
  void unload(const std::string& name) { users_.erase(name); }

  // The first administrator, with a password that was drawn and is shown once. Refused where there is any user.
  [[nodiscard]] base::Result<base::Secret> makeFirst(std::string_view name, base::WallTime now,
                                                     const base::RandomSource& random,
                                                     const keys::ScryptCost& cost = kPasswordCost);

  // Who a client certificate logs in: a user of that name who is not disabled.
  [[nodiscard]] base::Result<Principal> principalOf(const mgmt::Identity& identity) const;
  [[nodiscard]] base::Result<Principal> principalOf(std::string_view name) const;

 private:
  User* edit(std::string_view name);
  [[nodiscard]] bool isLastAdministrator(const User& user) const;
  std::map<std::string, User, std::less<>> users_;
};

}  // namespace people
