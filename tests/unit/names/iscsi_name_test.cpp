#include "shared/names/iscsi_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stringprep.h>

#include <random>

namespace {

using names::FormRule;
using ::testing::HasSubstr;

std::string normal(std::string_view in, FormRule rule = FormRule::Strict) {
  std::string scratch;
  const auto result = names::normaliseIscsiName(in, scratch, rule);
  return result ? std::string(*result) : "error: " + result.error().text;
}

TEST(IscsiName, TakesTheExamplesOfTheRfcs) {
  // RFC 7143 4.2.7.4 to 4.2.7.6, the last two also RFC 3980 3.
  for (const std::string_view name :
       {"iqn.2001-04.com.example:storage:diskarrays-sn-a8675309", "iqn.2001-04.com.example",
        "iqn.2001-04.com.example:storage.tape1.sys1.xyz", "iqn.2001-04.com.example:storage.disk2.sys1.xyz"}) {
    EXPECT_EQ(normal(name), name);
  }
  EXPECT_EQ(normal("eui.02004567A425678D"), "eui.02004567a425678d");
  EXPECT_EQ(normal("naa.52004567BA64678D"), "naa.52004567ba64678d");
  EXPECT_EQ(normal("naa.62004567BA64678D0123456789ABCDEF"), "naa.62004567ba64678d0123456789abcdef");
}

TEST(IscsiName, ReturnsANormalNameWithoutACopy) {
  const std::string name = "iqn.1993-08.org.debian:01:2f6a7c";
  std::string scratch;
  const auto result = names::normaliseIscsiName(name, scratch);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->data(), name.data());
  EXPECT_TRUE(scratch.empty());
}

TEST(IscsiName, FoldsCaseAndCompatibilityFormsByTheProfile) {
  EXPECT_EQ(normal("IQN.2001-04.COM.Example:Disk"), "iqn.2001-04.com.example:disk");
  EXPECT_EQ(normal("iqn.2001-04.com.example:Stra\xc3\x9f"
                   "e"),
            "iqn.2001-04.com.example:strasse");                                                // sharp s
  EXPECT_EQ(normal("iqn.2001-04.com.example:\xc3\x84"), "iqn.2001-04.com.example:\xc3\xa4");   // A umlaut
  EXPECT_EQ(normal("iqn.2001-04.com.example:a\xcc\x88"), "iqn.2001-04.com.example:\xc3\xa4");  // combining
  EXPECT_EQ(normal("iqn.2001-04.com.example:a\xc2\xad"
                   "b"),
            "iqn.2001-04.com.example:ab");                                             // table B.1
  EXPECT_EQ(normal("\xef\xbc\xa9qn.2001-04.com.example"), "iqn.2001-04.com.example");  // fullwidth
}

TEST(IscsiName, RefusesEveryProhibitedAsciiCharacterAndSaysWhere) {
  for (int c = 0; c < 0x80; ++c) {
    const bool allowed = std::isalnum(c) != 0 || c == '-' || c == '.' || c == ':';
    const std::string name = std::string("iqn.2001-04.com.example:a") + static_cast<char>(c) + "b";
    const std::string got = normal(name);
    if (allowed) {
      EXPECT_THAT(got, Not(HasSubstr("error"))) << c;
    } else {
      EXPECT_THAT(got, HasSubstr("at byte 26 is not allowed")) << c;
    }
  }
  EXPECT_EQ(normal("a b"), "error: the character U+0020 at byte 2 is not allowed");
}

TEST(IscsiName, RefusesProhibitedUnicodeAndSaysWhere) {
  EXPECT_THAT(normal("iqn.2001-04.com.example:\xe3\x80\x82"), HasSubstr("U+3002 at byte 25"));       // RFC 3722 6.1
  EXPECT_THAT(normal("iqn.2001-04.com.example:\xef\xbc\x8f"), HasSubstr("U+FF0F at byte 25"));       // becomes '/'
  EXPECT_THAT(normal("iqn.2001-04.com.example:a\xc2\xa0"), HasSubstr("U+00A0 at byte 26"));          // C.1.2
  EXPECT_THAT(normal("iqn.2001-04.com.example:\xee\x80\x80"), HasSubstr("U+E000 at byte 25"));       // C.3
  EXPECT_THAT(normal("iqn.2001-04.com.example:\xe2\x80\xae"), HasSubstr("U+202E at byte 25"));       // C.8
  EXPECT_THAT(normal("iqn.2001-04.com.example:\xf0\x9f\x98\x80"), HasSubstr("U+1F600 at byte 25"));  // A.1 unassigned
}

TEST(IscsiName, RefusesWhatIsNotUtf8) {
  EXPECT_THAT(normal("iqn.2001-04.com.example:\xff"), HasSubstr("at byte 25 are not UTF-8"));
  EXPECT_THAT(normal("iqn.2001-04.com.example:\xc0\xaf"), HasSubstr("at byte 25 are not UTF-8"));      // overlong
  EXPECT_THAT(normal("iqn.2001-04.com.example:\xed\xa0\x80"), HasSubstr("at byte 25 are not UTF-8"));  // surrogate
  EXPECT_THAT(normal("iqn.2001-04.com.example:\xe3\x80"), HasSubstr("at byte 25 are not UTF-8"));      // cut off
}

TEST(IscsiName, RefusesMixedDirections) {
  EXPECT_THAT(normal("\xd8\xa7-a", FormRule::Relaxed), HasSubstr("right to left"));
}

TEST(IscsiName, MeasuresLengthAfterNormalisation) {
  const std::string prefix = "iqn.2001-04.com.example:";
  const std::string full = prefix + std::string(names::kMaxIscsiName - prefix.size(), 'a');
  EXPECT_EQ(normal(full), full);
  EXPECT_THAT(normal(full + "a"), HasSubstr("longer than 223 bytes"));
  EXPECT_THAT(normal(full + "A"), HasSubstr("longer than 223 bytes"));
  // A soft hyphen disappears: the text is over the limit before, not after.
  EXPECT_EQ(normal(full + "\xc2\xad"), full);
  // One ligature of 3 bytes becomes 33.
  std::string grows = prefix;
  for (int i = 0; i < 20; ++i) grows += "\xef\xb7\xba";
  EXPECT_THAT(normal(grows, FormRule::Relaxed), HasSubstr("error"));
  EXPECT_THAT(normal(std::string(100'000, 'a')), HasSubstr("longer than 223 bytes"));
}

TEST(IscsiName, SaysWhatAFormLacks) {
  EXPECT_THAT(normal(""), HasSubstr("it is empty"));
  EXPECT_THAT(normal("\xc2\xad"), HasSubstr("nothing is left"));
  EXPECT_THAT(normal("iqn."), HasSubstr("needs a date yyyy-mm, at byte 5"));
  EXPECT_THAT(normal("iqn.2001"), HasSubstr("needs a date yyyy-mm, at byte 9"));
  EXPECT_THAT(normal("iqn.2001.04.com"), HasSubstr("needs a date yyyy-mm, at byte 9"));
  EXPECT_THAT(normal("iqn.2001-1.com"), HasSubstr("needs a date yyyy-mm, at byte 11"));
  EXPECT_THAT(normal("iqn.2001-13.com"), HasSubstr("month from 01 to 12, at byte 10"));
  EXPECT_THAT(normal("iqn.2001-00.com"), HasSubstr("month from 01 to 12, at byte 10"));
  EXPECT_THAT(normal("iqn.2001-04"), HasSubstr("dot after the date, at byte 12"));
  EXPECT_THAT(normal("iqn.2001-04:com"), HasSubstr("dot after the date, at byte 12"));
  EXPECT_THAT(normal("iqn.2001-04."), HasSubstr("empty label, at byte 13"));
  EXPECT_THAT(normal("iqn.2001-04.:a"), HasSubstr("empty label, at byte 13"));
  EXPECT_THAT(normal("iqn.2001-04.com..example"), HasSubstr("empty label, at byte 17"));
  EXPECT_THAT(normal("iqn.2001-04.com.example.:a"), HasSubstr("empty label, at byte 25"));
  EXPECT_THAT(normal("eui.02004567a425678"), HasSubstr("16 hexadecimal digits, not 15"));
  EXPECT_THAT(normal("eui.02004567a425678g"), HasSubstr("hexadecimal digits, at byte 20"));
  EXPECT_THAT(normal("naa.52004567ba64678d0"), HasSubstr("16 or 32 hexadecimal digits, not 17"));
  EXPECT_THAT(normal("isns.client1"), HasSubstr("none of iqn., eui. and naa."));
}

TEST(IscsiName, DotsAndColonsAfterTheFirstColonAreFree) {
  EXPECT_EQ(normal("iqn.2001-04.com.example:..::"), "iqn.2001-04.com.example:..::");
  EXPECT_EQ(normal("iqn.2001-04.com.example:"), "iqn.2001-04.com.example:");
}

TEST(IscsiName, RelaxedTakesOtherNamesButNoBrokenForms) {
  EXPECT_EQ(normal("isns.Client1", FormRule::Relaxed), "isns.client1");
  EXPECT_THAT(normal("isns client", FormRule::Relaxed), HasSubstr("U+0020"));
  EXPECT_THAT(normal("iqn.2001", FormRule::Relaxed), HasSubstr("date"));
  EXPECT_EQ(names::formOf("isns.client1"), names::NameForm::Other);
  EXPECT_EQ(names::formOf("naa.52004567ba64678d"), names::NameForm::Naa);
}

void append(std::string& text, std::uint64_t code) {
  std::array<char, 8> bytes{};
  const int length = stringprep_unichar_to_utf8(static_cast<std::uint32_t>(code), bytes.data());
  text.append(bytes.data(), static_cast<std::size_t>(length));
}

TEST(IscsiNameProperty, NormalisingTwiceIsNormalisingOnce) {
  std::mt19937 random(20010401);
  std::string scratch;
  std::size_t accepted = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::string name;
    for (auto left = 1 + random() % 6; left > 0; --left) {
      const std::uint64_t kinds[] = {0x80, 0x250, 0x600, 0x3400, 0xd800};
      append(name, 1 + random() % (kinds[random() % 5] - 1));
    }
    const auto once = names::normaliseIscsiName(name, scratch, FormRule::Relaxed);
    if (!once) continue;
    ++accepted;
    std::string second;
    const auto twice = names::normaliseIscsiName(*once, second, FormRule::Relaxed);
    ASSERT_TRUE(twice.ok()) << twice.error().text << " in " << *once;
    ASSERT_EQ(*once, *twice);
  }
  EXPECT_GT(accepted, 10'000U);
}

TEST(IscsiNameProperty, TheShortcutForAsciiAgreesWithTheProfile) {
  std::mt19937 random(3722);
  std::string scratch;
  for (int round = 0; round < 100'000; ++round) {
    std::string name;
    for (auto left = 1 + random() % 4; left > 0; --left) name += static_cast<char>(1 + random() % 0x7f);
    std::array<char, 64> prepared{};
    name.copy(prepared.data(), name.size());
    const int rc = stringprep(prepared.data(), prepared.size(), STRINGPREP_NO_UNASSIGNED, stringprep_iscsi);
    const auto ours = names::normaliseIscsiName(name, scratch, FormRule::Relaxed);
    ASSERT_EQ(ours.ok(), rc == STRINGPREP_OK) << testing::PrintToString(name);
    if (ours) {
      ASSERT_EQ(*ours, std::string_view(prepared.data()));
    }
  }
}

}  // namespace
