// A CHAP secret in a file that nobody but its owner may read.
//
// Reads a short file, and waits for no other process. The file holds the secret in its first line, as text, or in
// hexadecimal digits behind "0x". Errors hold no byte of it.
#pragma once

#include <unistd.h>

#include <string>

#include "shared/base/result.h"
#include "shared/base/secret.h"

namespace net {

// Refused: a file that others may read or write, or that belongs to neither root nor this process' user. Where another
// `user` is named, one that is not his: he could not read root's.
base::Result<base::Secret> readSecretFile(const std::string& path, uid_t user = ::geteuid());

// Whose secrets a command reads that looks after a service: as root, those of who owns a folder of the service, which
// may be missing; else those of this process' user.
uid_t serviceUser(const std::string& folder);

// The text of such a file, which it wipes.
base::Result<base::Secret> parseSecret(base::Bytes text);

}  // namespace net
