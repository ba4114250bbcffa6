// Looks for a word in what a test program frees by operator delete: a secret that was not wiped before. For programs
// that link freed_memory.cpp, which replaces new and delete.
//
// One watch at a time, over all threads. It proves first that it finds the word in a block that has it, and ends the
// program where it does not. Whoever watches frees no copy of the word himself.
#pragma once

#include <cstddef>
#include <string_view>

namespace support {

class FreedMemory {
 public:
  // `word` lives longer.
  explicit FreedMemory(std::string_view word);
  ~FreedMemory();
  FreedMemory(const FreedMemory&) = delete;
  FreedMemory& operator=(const FreedMemory&) = delete;

  // Blocks with the word since it began.
  [[nodiscard]] std::size_t found() const;
};

}  // namespace support
