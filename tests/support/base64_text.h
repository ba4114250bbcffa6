// A binary value of a text key in base64, which our own end never sends (RFC 7143 6.1).
#pragma once

#include <algorithm>
#include <string>

#include "shared/base/bytes.h"

namespace iscsi_test {

inline std::string toBase64(base::ByteView bytes) {  // "0b..."
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out = "0b";
  for (; !bytes.empty(); bytes = bytes.subspan(std::min<std::size_t>(3, bytes.size()))) {
    const std::size_t size = std::min<std::size_t>(3, bytes.size());
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) bits = (bits << 8) | (i < size ? bytes[i] : 0U);
    for (std::size_t i = 0; i < 4; ++i) out += i <= size ? kDigits[(bits >> (18 - 6 * i)) & 63] : '=';
  }
  return out;
}

}  // namespace iscsi_test
