// The name of this machine, as the kernel has it; empty where it says none. Any thread.
#pragma once

#include <unistd.h>

#include <array>
#include <string>

namespace net {

inline std::string hostName() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace net
