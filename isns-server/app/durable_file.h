// A file that is whole and durable, or as it was: written aside, made durable, renamed. Blocks.
//
// Errors are sentences that name the file and hold nothing of what is in it.
#pragma once

#include <string>

#include <sys/types.h>

#include "shared/base/bytes.h"
#include "shared/base/result.h"

namespace app {

base::Status writeDurably(const std::string& path, base::ByteView bytes, mode_t mode);
// The file takes the place of another one in its folder, or both are as they were.
base::Status moveDurably(const std::string& from, const std::string& path);

}  // namespace app
