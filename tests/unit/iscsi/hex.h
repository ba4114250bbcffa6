// Bytes written as hexadecimal digits with blanks anywhere, as the RFC prints them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "shared/base/bytes.h"

namespace iscsi_test {

inline base::Bytes fromHex(std::string_view text) {
  base::Bytes bytes;
  int high = -1;
  for (const char c : text) {
    if (c == ' ' || c == '\n') continue;
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    EXPECT_GE(digit, 0) << "no hexadecimal digit in " << text;
    if (high < 0) {
      high = digit;
    } else {
      bytes.push_back(static_cast<std::uint8_t>(high * 16 + digit));
      high = -1;
    }
  }
  EXPECT_LT(high, 0) << "half a byte in " << text;
  return bytes;
}

inline std::string toHex(base::ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i != 0 && i % 4 == 0) text += ' ';
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

}  // namespace iscsi_test
