// Mapping: anonymous memory of this process, all zeroes at first, taken page by page as it is written.
//
// Aligned to a huge page where it is at least that large. It stays where it is: what it may grow to is reserved as
// address space, which costs no memory. Movable, not copyable; gone with the object. One owner.
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
  // `room`: what it shall be able to grow to; where there is no address space for that, it cannot grow.
  static base::Result<Mapping> make(std::size_t size, std::size_t room = 0);
  // Asks for huge pages; where the kernel has none, nothing changes.
  void preferHugePages();

  // At least so many bytes: what is there stays, what comes anew is zeroes. Without effect where it fails, which it
  // does beyond room().
  base::Status grow(std::size_t size);
  // Gives whole pages back to the system; they read as zeroes.
  void giveBack(std::size_t offset, std::size_t length);

  [[nodiscard]] std::uint8_t* data() { return data_; }
  [[nodiscard]] const std::uint8_t* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t room() const { return room_; }

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t room_ = 0;  // reserved; no access behind size_
};

}  // namespace block
