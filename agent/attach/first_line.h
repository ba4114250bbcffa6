// The first line of a small file, as those of /proc, of /sys and notes of ours are; empty where it cannot be read.
// Blocking; any thread.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace attach {

inline std::string firstLine(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace attach
