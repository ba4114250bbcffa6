#include "shared/base/plain_text.h"

#include <gtest/gtest.h>

namespace {

using base::plainText;
using base::plainTextFault;

TEST(PlainText, IsALineOfUtf8WithinItsBound) {
  EXPECT_EQ(plainTextFault("", 4), "");
  EXPECT_EQ(plainTextFault("\xc3\xa4\xc3\xb6", 4), "");
  EXPECT_EQ(plainTextFault("abcde", 4), "must have at most 4 bytes");
}

TEST(PlainText, HoldsNoControlCharacterAndNoBrokenUtf8) {
  const std::string_view bad[] = {std::string_view("a\0b", 3), "a\nb", "\t", "\x7f", "a\xc2\x85", "\xff", "a\xc3"};
  for (const std::string_view text : bad) {
    EXPECT_NE(plainTextFault(text, 255), "") << text.size();
    EXPECT_EQ(plainTextFault(plainText(text, 255), 255), "") << text.size();
  }
}

TEST(PlainText, IsMadeByEscapesAndWithoutHalvesOfCharacters) {
  EXPECT_EQ(plainText("mounted at /srv/\xc3\xa4", 255), "mounted at /srv/\xc3\xa4");
  EXPECT_EQ(plainText("a\n\xff\xc2\x85z", 255), "a\\x0a\\xff\\x85z");
  EXPECT_EQ(plainText("ab\xc3\xa4", 3), "ab");
  EXPECT_EQ(plainText("ab\n", 5), "ab");
  EXPECT_EQ(plainText("", 5), "");
}

}  // namespace
