#include "shared/ops/escape.h"

#include <gtest/gtest.h>

#include <random>

namespace {

std::string quote(std::string_view text) {
  std::string out;
  ops::appendQuoted(out, text);
  return out;
}
std::string json(std::string_view text) {
  std::string out;
  ops::appendJson(out, text);
  return out;
}

TEST(Escape, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(quote("a b = c"), "\"a b = c\"");
  EXPECT_EQ(quote("B\xc3\xbc"
                  "cher"),
            "\"B\xc3\xbc"
            "cher\"");
  EXPECT_EQ(json("it's"), "\"it's\"");
}

TEST(Escape, EscapesWhatEndsLinesAndFields) {
  EXPECT_EQ(quote("a\nb\r\t\"\\"), R"("a\nb\r\t\"\\")");
  EXPECT_EQ(json("a\nb\r\t\"\\"), R"("a\nb\r\t\"\\")");
  EXPECT_EQ(ops::shown("it's \"x\""), R"('it\'s "x"')");
  EXPECT_EQ(quote(std::string_view("\0\x1b\x7f", 3)), R"("\x00\x1b\x7f")");
  EXPECT_EQ(json(std::string_view("\0\x1b\x7f", 3)), R"("\u0000\u001b\u007f")");
}

TEST(Escape, EscapesWhatHidesOrReorders) {
  EXPECT_EQ(quote("\xc2\x85\xe2\x80\xa8\xe2\x80\xae\xe2\x80\x8b\xef\xbb\xbf"),
            R"("\u{85}\u{2028}\u{202e}\u{200b}\u{feff}")");
  EXPECT_EQ(json("\xc2\x85\xe2\x80\xa8"), R"("\u0085\u2028")");
  EXPECT_EQ(json("\xf3\xa0\x81\x81"), R"("\udb40\udc41")");  // U+E0041, a tag
}

TEST(Escape, ShowsBytesThatAreNotUtf8) {
  EXPECT_EQ(quote("a\xff\xc3"), R"("a\xff\xc3")");
  EXPECT_EQ(json("a\xff"), R"("a\ufffd")");
}

TEST(Escape, LeavesTheQuotesOfASentence) {
  EXPECT_EQ(ops::safeSentence(std::string_view("expected 'true', saw 'tru\n\0\xff'", 29)),
            R"(expected 'true', saw 'tru\n\x00\xff')");
}

TEST(Escape, CutsLongTextBetweenCharacters) {
  const std::string text = std::string(ops::kMaxShown - 1, 'a') + "\xc3\xbc";
  EXPECT_EQ(quote(text), '"' + std::string(ops::kMaxShown - 1, 'a') + "... (2 bytes more)\"");
  EXPECT_EQ(quote(std::string(ops::kMaxShown, 'a')).size(), ops::kMaxShown + 2);
}

// One JSON or logfmt string: no control character, and no quote but the first and the last that is not escaped.
bool isOneQuotedLine(std::string_view out) {
  if (out.size() < 2 || out.front() != '"') return false;
  bool escaped = false;
  for (std::size_t i = 1; i < out.size(); ++i) {
    const auto byte = static_cast<unsigned char>(out[i]);
    if (byte < 0x20 || byte == 0x7f) return false;
    if ((out[i] == '"' && !escaped) != (i + 1 == out.size())) return false;
    escaped = !escaped && out[i] == '\\';
  }
  return true;
}

TEST(EscapeProperty, AnyBytesGiveOneQuotedLine) {
  std::mt19937 random(7);
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (auto left = random() % 20; left > 0; --left) text += static_cast<char>(random() % 256);
    ASSERT_TRUE(isOneQuotedLine(quote(text))) << quote(text);
    ASSERT_TRUE(isOneQuotedLine(json(text))) << json(text);
  }
}

}  // namespace
