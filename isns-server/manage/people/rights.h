// What people may do: one row a right, with the roles that have it. Every refusal names the right that is missing.
//
// A role is a set of rights; a user has some roles, and perhaps a scope: labels, of which an object must carry or inherit
// one to be seen or changed (shared/san/scope.h). Rights that cannot end at labels, those of the whole SAN and of the
// server, nobody with a scope has. Constexpr data and pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isns-server/manage/login.h"
#include "shared/base/clock.h"
#include "shared/base/result.h"

namespace people {

enum class Role : std::uint8_t { Viewer, Auditor, Zoner, Activator, CredentialOfficer, Administrator };
inline constexpr std::size_t kRoles = 6;
std::string_view roleName(Role role);
std::optional<Role> parseRole(std::string_view name);

class RoleSet {
 public:
  constexpr RoleSet() = default;
  constexpr RoleSet(std::initializer_list<Role> roles) {
    for (const Role role : roles) bits_ = static_cast<std::uint8_t>(bits_ | bitOf(role));
  }
  static constexpr RoleSet ofBits(std::uint8_t bits) {
    RoleSet set;
    set.bits_ = static_cast<std::uint8_t>(bits & ((1U << kRoles) - 1));
    return set;
  }
  [[nodiscard]] constexpr bool has(Role role) const { return (bits_ & bitOf(role)) != 0; }
  [[nodiscard]] constexpr bool meets(RoleSet other) const { return (bits_ & other.bits_) != 0; }
  [[nodiscard]] constexpr RoleSet both(RoleSet other) const { return ofBits(bits_ & other.bits_); }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr std::uint8_t bits() const { return bits_; }
  friend constexpr bool operator==(RoleSet, RoleSet) = default;

 private:
  static constexpr std::uint8_t bitOf(Role role) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(role));
  }
  std::uint8_t bits_ = 0;
};
// "zoner, activator"
std::string rolesText(RoleSet roles);

enum class Right : std::uint8_t {
  SanRead,
  AuditRead,
  EvidenceMake,
  ChangeDraft,
  ChangeSubmit,
  ChangeApprove,
  ChangeCommit,
  ChangeRollBack,
  FindingWaive,
  CredentialManage,
  CredentialReveal,
  AgentEnrol,
  CertificateRevoke,
  UserManage,
  TokenOwn,
  TokenManage,
  KeyManage,
  ServerManage,
};

struct RightRow {
  Right right;
  std::string_view name;
  std::string_view allows;
  RoleSet roles;
  bool scoped;  // who has a scope has it for the objects there; else he does not have it
};
std::span<const RightRow> rightTable();
const RightRow& rowOf(Right right);

using manage::Login;

// Who asks: a user with the roles that hold now, which a token may have fewer of.
struct Principal {
  std::string user;
  RoleSet roles;
  std::vector<std::string> scope;  // labels; empty: everything
  base::WallTime tokenEnds{};      // of an API token or a certificate; 0: it is none
  Login login{};
  std::string token = {};  // the name of an API token
};

// The refusal says the right and the roles that have it, or that it does not go with a scope.
[[nodiscard]] base::Status permit(const Principal& who, Right right);

}  // namespace people
