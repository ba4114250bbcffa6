// Where the kernel and the daemons of this machine tell what is there; other folders for tests. Any thread.
#pragma once

#include <string>

namespace attach {

struct SystemFolders {
  std::string proc = "/proc";
  std::string sys = "/sys";
  std::string run = "/run";
  std::string dev = "/dev";
  std::string programs{};  // of programs that are run; empty: where the system has them

  // As runProgram() takes it.
  [[nodiscard]] std::string program(const std::string& name) const {
    return programs.empty() ? name : programs + "/" + name;
  }
};

}  // namespace attach
