// Reads the folder of clients' public keys and the server's own key (security.key_folder), as open-isns lays it out:
// one PEM file an SPI, named as the SPI. For the start and for reloads; never on the protocol loop's hot path.
//
// The server's own key is `server.key` (private, PEM) in the same folder, its SPI `isns.server`. Errors are sentences
// that name the file and hold nothing of what is in it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isns-server/session/authenticator.h"

namespace app {

struct FolderKeys {
  std::shared_ptr<const session::PemKeyStore> keys;
  std::optional<session::ServerIdentity> identity;
  std::vector<std::string> problems;
  bool whole = true;  // false: the folder is missing or cannot be read to its end, so what is not here says nothing
};

FolderKeys readKeyFolder(const std::string& folder);

}  // namespace app
