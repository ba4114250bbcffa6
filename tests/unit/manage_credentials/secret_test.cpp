#include <gmock/gmock.h>

#include <set>
#include <string>

#include "isns-server/manage/credentials/generator.h"
#include "isns-server/manage/credentials/secret_check.h"
#include "shared/san/observed_objects.h"
#include "tests/support/random_bytes.h"

namespace {

using base::asText;
using credentials::checkSecret;
using credentials::generateSecret;
using credentials::SecretVerdict;

base::Secret secret(std::string_view text) { return std::move(*base::Secret::from(text)); }
std::uint32_t weaknessOf(std::string_view text) { return checkSecret(secret(text), {}).weaknesses; }

TEST(SecretGenerator, SixteenSymbolsOf64Are96BitsAndPassEveryCheck) {
  const base::RandomSource random = support::knownBytes();
  for (int i = 0; i < 2000; ++i) {
    const auto made = generateSecret(credentials::kForeignLength, random);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->size(), 16U);
    EXPECT_EQ(asText(made->reveal()).find_first_not_of(credentials::kAlphabet), std::string::npos);
    EXPECT_EQ(checkSecret(*made, {}).weaknesses & ~san::weakness::kShort, 0U);
  }
}

TEST(SecretGenerator, EverySymbolComesFromFourOf256Bytes) {
  std::map<char, int> counts;
  for (int byte = 0; byte < 256; ++byte) {
    const base::RandomSource same = [&](std::span<std::uint8_t> out) {
      std::fill(out.begin(), out.end(), static_cast<std::uint8_t>(byte));
      return true;
    };
    ++counts[static_cast<char>(generateSecret(16, same)->reveal()[0])];
  }
  EXPECT_EQ(counts.size(), 64U);
  for (const auto& [symbol, count] : counts) EXPECT_EQ(count, 4) << symbol;
  EXPECT_FALSE(counts.contains('0'));  // "0x" would be a number
}

TEST(SecretGenerator, MakesNothingWithoutRandomBytesOrTooShort) {
  EXPECT_FALSE(generateSecret(16, support::noRandomBytes()));
  EXPECT_FALSE(generateSecret(15, support::knownBytes()));
  EXPECT_FALSE(generateSecret(256, support::knownBytes()));
  EXPECT_EQ(generateSecret(credentials::kOwnLength, support::knownBytes())->size(), 32U);
}

TEST(SecretCheck, ShortOnesAreMarkedByLengthAndClasses) {
  using san::weakness::kShort;
  EXPECT_EQ(weaknessOf("kqjxvwzmbpth") & kShort, kShort);  // 12 small letters: 56 bits
  EXPECT_EQ(weaknessOf("kQ7.vW2+bP9_") & kShort, kShort);  // 12 of 95: 78 bits
  EXPECT_EQ(weaknessOf("kQ7.vW2+bP9_xR4m"), 0U);           // 16 of 95: 105 bits
  EXPECT_EQ(weaknessOf("kqjxvwzmbpthkqjxvwzmb"), 0U);      // 21 small letters: 98 bits
  EXPECT_EQ(weaknessOf(std::string_view("\x81\x02\xf3\x84\x15\xb6\x77\x08\x99\x0a\xeb\x8c", 12)), 0U);
}

TEST(SecretCheck, RunsCountOnce) {
  using san::weakness::kShort;
  EXPECT_EQ(weaknessOf("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") & kShort, kShort);
  EXPECT_EQ(weaknessOf("123456789abcdefghijklmnopqrstuvwxyz") & kShort, kShort);
}

TEST(SecretCheck, WordsWithLittleBesideThemAreMarkedHoweverTheyAreWritten) {
  using san::weakness::kDictionary;
  for (const char* word : {"password1234", "P4ssw0rd2026", "iscsi-secret", "Admin!Admin!", "My$torage99x"}) {
    EXPECT_EQ(weaknessOf(word) & kDictionary, kDictionary) << word;
  }
  EXPECT_EQ(weaknessOf("kQ7.vW2+bP9_root") & kDictionary, 0U);
}

TEST(SecretCheck, TheSameInBothDirectionsIsRefused) {
  const base::Secret peer = secret("kQ7.vW2+bP9_xR4m");
  const SecretVerdict verdict = checkSecret(secret("kQ7.vW2+bP9_xR4m"), {{}, &peer, false});
  EXPECT_TRUE(verdict.refused);
  EXPECT_EQ(verdict.weaknesses, san::weakness::kEqualsPeer);
  EXPECT_FALSE(checkSecret(secret("kQ7.vW2+bP9_xR4n"), {{}, &peer, false}).refused);
  EXPECT_TRUE(checkSecret({}, {}).refused);
}

TEST(SecretCheck, TheUserNameAndAReuseAreMarked) {
  EXPECT_EQ(checkSecret(secret("iqn.2026-01.Example:web1"), {"iqn.2026-01.example:web1", nullptr, false}).weaknesses &
                san::weakness::kEqualsUserName,
            san::weakness::kEqualsUserName);
  EXPECT_EQ(checkSecret(secret("kQ7.vW2+bP9_xR4m"), {{}, nullptr, true}).weaknesses, san::weakness::kReused);
}

TEST(SecretCheck, NoSentenceHoldsAnyPartOfTheSecret) {
  const std::string planted = "planted-password";
  const base::Secret peer = secret(planted);
  const SecretVerdict verdict = checkSecret(secret(planted), {planted, &peer, true});
  EXPECT_GE(verdict.findings.size(), 4U);
  for (const auto& finding : verdict.findings) EXPECT_THAT(finding.text, testing::Not(testing::HasSubstr("planted")));
}

}  // namespace
