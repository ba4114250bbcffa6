// Programs of the system, run by a helper that makes devices: to their end, or as processes that outlive it.
//
// No shell. Blocking; any thread. What a program prints is kept up to kMaxOutput bytes. Errors are sentences with what
// it said.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "shared/base/clock.h"
#include "shared/base/result.h"

namespace attach {

constexpr std::size_t kMaxOutput = std::size_t{64} << 10;

// What it printed on its standard output; an Error where it ended with another status than 0, or not in time.
base::Result<std::string> runProgram(const std::vector<std::string>& words, base::Duration limit);

// Whether a program of this name is in the folders of the system.
bool programExists(const std::string& name);

struct ProcessUser {
  uid_t uid = 0;
  gid_t gid = 0;
};
// A process of its own session, with nobody to wait for it: it has the standard input closed, output and errors of this
// one, and of other descriptors only `kept`. `user`: as whom it runs, without any privilege; nothing: as this process.
// An Error where it could not begin.
base::Status startDetached(const std::vector<std::string>& words, std::optional<ProcessUser> user,
                           std::optional<int> kept);

}  // namespace attach
