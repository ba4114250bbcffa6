// How much of a transfer was left over: the O and U flags with their count (RFC 7143 11.4.5). Pure values.
#pragma once

#include <cstdint>

namespace iscsi {

// Overflow: SCSI had `count` bytes more than the initiator expected; underflow: so many less. Never both.
struct Residual {
  bool overflow = false;
  bool underflow = false;
  std::uint32_t count = 0;  // 0 without a flag

  friend bool operator==(const Residual&, const Residual&) = default;
};

}  // namespace iscsi
