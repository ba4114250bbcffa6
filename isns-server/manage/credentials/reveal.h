// Showing a secret to a person, for a foreign end that nobody but a person can tell it.
//
// Once for each version and end, with a reason, as an audit record that is stored before the secret is opened. Never
// for an end with an agent. Pure.
#pragma once

#include <string>

#include "isns-server/manage/credentials/credential_machine.h"

namespace credentials {

inline constexpr std::size_t kMinReason = 8;
inline constexpr std::size_t kMaxReason = 500;

struct RevealRequest {
  Side side = Side::Target;
  std::string node;
  std::string user;
  std::string reason;
};

// The version to show: both ways of it where the credential is mutual.
[[nodiscard]] base::Result<Version> reveal(Credential& credential, const RevealRequest& request, Outputs& out);

}  // namespace credentials
