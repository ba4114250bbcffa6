// A secret that a person types, or a program pipes in: one line of a descriptor.
//
// Read byte by byte into memory that is wiped, so that nothing of it stays in a buffer. Nothing: the end of the input
// came first, or the line is longer than base::Secret::kMaxSize. Blocks.
#pragma once

#include <optional>
#include <string>

#include "shared/base/secret.h"

namespace net {

std::optional<base::Secret> readSecretLine(int fd);

// Asks on standard error and reads from standard input, without showing it where that is a terminal. Signals that end
// or stop the process (SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP) do so when the terminal shows again what is typed;
// who was stopped is asked anew when he goes on. One thread asks at a time.
std::optional<base::Secret> askSecret(const std::string& prompt);

}  // namespace net
