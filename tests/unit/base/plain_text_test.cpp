#include "shared/base/plain_text.h"

#include <gtest/gtest.h>

namespace {

using base::plainTextFault;

TEST(PlainText, IsALineOfUtf8WithinItsBound) {
  EXPECT_EQ(plainTextFault("", 4), "");
  EXPECT_EQ(plainTextFault("\xc3\xa4\xc3\xb6", 4), "");
  EXPECT_EQ(plainTextFault("abcde", 4), "must have at most 4 bytes");
}

TEST(PlainText, HoldsNoControlCharacterAndNoBrokenUtf8) {
  const std::string_view bad[] = {std::string_view("a\0b", 3), "a\nb", "\t", "\x7f", "a\xc2\x85", "\xff", "a\xc3"};
  for (const std::string_view text : bad) EXPECT_NE(plainTextFault(text, 255), "") << text.size();
}

}  // namespace
