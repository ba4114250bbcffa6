// The `openssl` program as a foreign reader and maker of certificates, in a folder of its own.
#pragma once

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "shared/base/bytes.h"
#include "tests/support/scratch_folder.h"

namespace keys_test {

class Openssl {
 public:
  void put(const std::string& name, std::string_view text) { std::ofstream(folder_.file(name)) << text; }
  void put(const std::string& name, base::ByteView bytes) { put(name, base::asText(bytes)); }
  [[nodiscard]] std::string get(const std::string& name) const {
    std::ifstream in(folder_.file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // What it prints, errors too. The words name files of the folder.
  [[nodiscard]] std::string run(const std::string& words) const {
    const std::string command = "cd " + folder_.path().string() + " && openssl " + words + " 2>&1";
    FILE* const pipe = ::popen(command.c_str(), "r");
    std::string text;
    std::array<char, 4096> part{};
    while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe)) text.append(part.data(), size);
    ::pclose(pipe);
    return text;
  }

 private:
  support::ScratchFolder folder_;
};

}  // namespace keys_test
