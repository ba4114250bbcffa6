#include "shared/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace {

void expectCodePoint(std::string_view text, char32_t value, std::size_t length) {
  const base::CodePoint c = base::decodeUtf8(text);
  EXPECT_EQ(c.value, value);
  EXPECT_EQ(c.length, length);
}

TEST(Utf8, DecodesTheBordersOfEachLength) {
  expectCodePoint(std::string_view("\0", 1), 0, 1);
  expectCodePoint("\x7fz", 0x7f, 1);
  expectCodePoint("\xc2\x80z", 0x80, 2);
  expectCodePoint("\xdf\xbf", 0x7ff, 2);
  expectCodePoint("\xe0\xa0\x80", 0x800, 3);
  expectCodePoint("\xed\x9f\xbf", 0xd7ff, 3);
  expectCodePoint("\xee\x80\x80", 0xe000, 3);
  expectCodePoint("\xef\xbf\xbf", 0xffff, 3);
  expectCodePoint("\xf0\x90\x80\x80", 0x10000, 4);
  expectCodePoint("\xf4\x8f\xbf\xbf", 0x10ffff, 4);
}

TEST(Utf8, RefusesWhatIsNotWellFormed) {
  for (const std::string_view text : {"", "\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",
                                      "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
                                      "\xc3", "\xe3\x81", "\xf0\x9f\x98", "\xc3(", "\xe3\x81(", "\xf0\x9f\x98("}) {
    expectCodePoint(text, 0, 0);
  }
}

TEST(IsUtf8, FollowsRfc3629) {
  for (const auto& good :
       {"", "a", "\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(base::isUtf8(good));
  }
  for (const auto& bad : {"\x80", "\xc0\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "a\xe2\x82", "abcdefgh\xff", "abcdefg\xff",
                          "\xff"
                          "abcdefghi"}) {
    EXPECT_FALSE(base::isUtf8(bad));
  }
}

TEST(IsAscii, FindsOneOtherByteWhereverItStands) {
  for (std::size_t size = 0; size < 40; ++size) {
    EXPECT_TRUE(base::isAscii(std::string(size, 'a'))) << size;
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      text[at] = '\x80';
      EXPECT_FALSE(base::isAscii(text)) << at << " of " << size;
    }
  }
}

}  // namespace
