#include <gtest/gtest.h>

#include <set>
#include <string>

#include "shared/mgmt/enrolment_token.h"
#include "shared/mgmt/token_text.h"
#include "tests/support/random_bytes.h"

namespace {

using base::asText;
using mgmt::EnrolmentToken;
using mgmt::Fingerprint;

std::string shown(const base::Secret& secret) { return std::string(asText(secret.reveal())); }

EnrolmentToken token(std::uint32_t seed = 1) {
  return EnrolmentToken::make(mgmt::sha256(base::asBytes("root")), support::knownBytes(seed)).value();
}

TEST(TokenText, ReadsBackWhatItWrote) {
  base::Bytes payload;
  for (std::size_t size = 1; size <= mgmt::kMaxTokenPayload; ++size) {
    payload.push_back(static_cast<std::uint8_t>(size * 37));
    const auto read = mgmt::fromTokenText(shown(mgmt::toTokenText(payload)), size);
    ASSERT_TRUE(read) << size << ": " << read.error().text;
    EXPECT_TRUE(base::equal(read->reveal(), payload));
  }
}

// The symbols of Crockford's page: 0 to 9, A to Z without I, L, O, U.
TEST(TokenText, HasNoSymbolThatLooksLikeAnother) {
  const std::string text = shown(token().text());
  EXPECT_EQ(text.size(), 64U + 7U);
  EXPECT_EQ(text.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), std::string::npos);
}

TEST(TokenText, TakesSmallLettersBlanksAndLookAlikes) {
  std::string text = shown(token().text());
  std::string typed = " ";
  for (char c : text) {
    if (c == '-') c = ' ';
    if (c == '1') c = 'l';
    if (c == '0') c = 'o';
    typed += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  const auto read = EnrolmentToken::parse(typed + "\n");
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(read->secretHash(), token().secretHash());
}

TEST(TokenText, TellsEverySingleTypingError) {
  const std::string text = shown(token().text());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '-') continue;
    for (const char other : std::string("0123456789ABCDEFGHJKMNPQRSTVWXYZ")) {
      if (other == text[i]) continue;
      std::string wrong = text;
      wrong[i] = other;
      const auto read = EnrolmentToken::parse(wrong);
      ASSERT_FALSE(read) << i << other;
      EXPECT_EQ(read.error().text.find(wrong.substr(0, 8)), std::string::npos);
    }
  }
}

TEST(TokenText, SaysWhetherItIsTooShortTooLongOrHasAStrangeCharacter) {
  const std::string text = shown(token().text());
  EXPECT_EQ(EnrolmentToken::parse(text.substr(0, 70)).error().text, "too short for a token: characters are missing");
  EXPECT_EQ(EnrolmentToken::parse(text + "A").error().text, "too long for a token: characters were added");
  EXPECT_EQ(EnrolmentToken::parse(std::string(300, 'A')).error().text, "too long for a token");
  EXPECT_EQ(EnrolmentToken::parse("U" + text.substr(1)).error().text, "a character that no token has");
}

TEST(EnrolmentToken, PinsTheRootThatItWasMadeFor) {
  EXPECT_TRUE(token().pins(mgmt::sha256(base::asBytes("root"))));
  EXPECT_FALSE(token().pins(mgmt::sha256(base::asBytes("rogue"))));
}

TEST(EnrolmentToken, OfAnotherVersionIsRefused) {
  base::Bytes payload(37, 0);
  payload[0] = 2;
  EXPECT_FALSE(EnrolmentToken::parse(shown(mgmt::toTokenText(payload))));
}

TEST(EnrolmentToken, IsNotMadeWithoutRandomBytes) {
  EXPECT_FALSE(EnrolmentToken::make({}, support::noRandomBytes()));
  EXPECT_NE(token(1).secretHash(), token(2).secretHash());
}

TEST(Fingerprint, IsWrittenAsOpensslDoesAndReadInAnyCase) {
  const Fingerprint digest = mgmt::sha256(base::asBytes("abc"));  // FIPS 180-4, example B.1
  EXPECT_EQ(digest.text(),
            "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD");
  EXPECT_EQ(Fingerprint::parse(digest.text()), digest);
  EXPECT_EQ(Fingerprint::parse("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), digest);
  EXPECT_FALSE(Fingerprint::parse(""));
  EXPECT_FALSE(Fingerprint::parse(digest.text() + ":00"));
  EXPECT_FALSE(Fingerprint::parse("B:A78:16"));
}

}  // namespace
