// Mapping: anonymous memory of this process, all zeroes at first, taken page by page as it is written.
//
// Aligned to a huge page where it is at least that large. Movable, not copyable; gone with the object. One owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "shared/base/result.h"

namespace block {

inline constexpr std::size_t kPageSize = 4096;             // of what is tracked and given back
inline constexpr std::size_t kHugePage = 2 * 1024 * 1024;  // of what the processor maps at once

class Mapping {
 public:
  Mapping() = default;
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  ~Mapping();

  // Bytes are rounded up to pages. Fails when the address space or the limit of the process has no room for it.
  static base::Result<Mapping> make(std::size_t size);
  // Asks for huge pages; where the kernel has none, nothing changes.
  void preferHugePages();

  // What is there stays, at another address perhaps; what comes anew is zeroes. Without effect where it fails.
  base::Status resize(std::size_t size);
  // Gives whole pages back to the system; they read as zeroes.
  void giveBack(std::size_t offset, std::size_t length);

  [[nodiscard]] std::uint8_t* data() { return data_; }
  [[nodiscard]] const std::uint8_t* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  bool huge_ = false;
};

}  // namespace block
