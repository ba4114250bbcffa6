// A CHAP secret in a file that nobody but its owner may read.
//
// Reads a short file, and waits for no other process. The file holds the secret in its first line, as text, or in
// hexadecimal digits behind "0x". Errors hold no byte of it.
#pragma once

#include <string>

#include "shared/base/result.h"
#include "shared/base/secret.h"

namespace net {

// Refused: a file that others may read or write, or that belongs to neither root nor this process' user.
base::Result<base::Secret> readSecretFile(const std::string& path);

// The text of such a file, which it wipes.
base::Result<base::Secret> parseSecret(base::Bytes text);

}  // namespace net
