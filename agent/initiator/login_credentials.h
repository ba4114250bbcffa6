// LoginCredentials: the CHAP names and secrets of a login. A value whose secrets are wiped with it; nobody prints it.
#pragma once

#include <string>

#include "shared/base/secret.h"

namespace initiator {

struct LoginCredentials {
  std::string user;  // empty: none
  base::Secret secret;
  std::string targetUser;  // empty: the target proves nothing
  base::Secret targetSecret;

  [[nodiscard]] LoginCredentials copy() const { return {user, secret.copy(), targetUser, targetSecret.copy()}; }
  friend bool operator==(const LoginCredentials&, const LoginCredentials&) = default;
};

}  // namespace initiator
