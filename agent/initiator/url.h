// iSCSI URLs as libiscsi writes them:
//   iscsi://[USER[%PASSWORD]@]HOST[:PORT][/TARGET[/LUN]][?NAME=VALUE[&NAME=VALUE...]]
// with target_user and target_password (mutual CHAP), header_digest and data_digest (none, crc32c).
//
// Pure functions. Errors are sentences that hold no byte of a secret; text() shows none either.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/base/result.h"
#include "shared/base/secret.h"

namespace initiator {

struct Url {
  std::string portal;  // host[:port], IPv6 in brackets
  std::string target;  // normal spelling; empty: none was given
  std::optional<std::uint32_t> lun;
  std::string user;
  base::Secret password;
  std::string targetUser;
  base::Secret targetPassword;
  std::optional<bool> headerDigest;  // CRC32C
  std::optional<bool> dataDigest;

  // Without what belongs to authentication.
  [[nodiscard]] std::string text() const;
};

base::Result<Url> parseUrl(std::string_view text);

}  // namespace initiator
