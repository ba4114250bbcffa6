#include "agent/iscsi/chap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/iscsi/text.h"

namespace {

using namespace iscsi;

base::Secret secret(std::string_view text) { return *base::Secret::from(text); }

ChapEntry entry(std::string_view current, std::string_view next = {}) {
  return {"name", secret(current), secret(next)};
}

base::Bytes upTo(std::uint8_t size) {
  base::Bytes bytes;
  for (std::uint8_t i = 0; i < size; ++i) bytes.push_back(i);
  return bytes;
}

// Gives 00 01 02 ... and counts on.
RandomSource counting() {
  return [next = std::uint8_t{0}](std::span<std::uint8_t> out) mutable {
    for (std::uint8_t& byte : out) byte = next++;
    return true;
  };
}

// H(2a | "correct horse 42" | 00..0f), computed with hashlib of Python and the openssl program.
TEST(Chap, ComputesTheResponsesOfOtherPrograms) {
  const auto response = [](ChapAlgorithm algorithm) {
    return toHex(chapResponse(algorithm, 0x2a, secret("correct horse 42"), upTo(16)).view());
  };
  EXPECT_EQ(response(ChapAlgorithm::Md5), "0xb055fdcc19b3632d35e831027ead670a");
  EXPECT_EQ(response(ChapAlgorithm::Sha1), "0xe16f05868155ee0479b0401b430ad005b043bc22");
  EXPECT_EQ(response(ChapAlgorithm::Sha256), "0x036e4648bdd3c3a0ef424e10db753082ed29015d6cd0de53ad613088b9b3f9ec");
  EXPECT_EQ(response(ChapAlgorithm::Sha3_256), "0x74f24822859ad8088b7fd1cb98790bd81e4558bdf36fe8d399659a678228db11");
}

TEST(Chap, TakesTheLongestChallenge) {
  const base::Bytes challenge(1024, 0xa5);
  EXPECT_EQ(toHex(chapResponse(ChapAlgorithm::Md5, 0, secret("0123456789ab"), challenge).view()),
            "0xe74897c3d4cd7462f5d507331e724a1f");
  EXPECT_EQ(toHex(chapResponse(ChapAlgorithm::Sha3_256, 0, secret("0123456789ab"), challenge).view()),
            "0x1208524bdb67e5ec9fdf47498b0ae3d211ea47a6aa5aa1e7bb59bb4b6277e801");
}

TEST(Chap, NumbersAlgorithmsAsIanaDoes) {
  EXPECT_EQ(findChapAlgorithm(5)->name, "MD5");
  EXPECT_EQ(findChapAlgorithm(6)->name, "SHA-1");
  EXPECT_EQ(findChapAlgorithm(7)->name, "SHA-256");
  EXPECT_EQ(findChapAlgorithm(8)->name, "SHA3-256");
  EXPECT_EQ(findChapAlgorithm(4), nullptr);
  EXPECT_EQ(findChapAlgorithm(9), nullptr);
  for (const ChapAlgorithmRow& row : chapAlgorithmTable()) {
    EXPECT_EQ(&rowOf(row.algorithm), &row);
    EXPECT_TRUE(isAvailable(row.algorithm)) << row.name;
    EXPECT_EQ(chapResponse(row.algorithm, 1, secret("x"), upTo(1)).size, row.size) << row.name;
  }
}

TEST(Chap, ChoosesTheFirstOfTheListThatIsAllowed) {
  const ChapAlgorithms weak{ChapAlgorithm::Md5};
  const ChapAlgorithms both{ChapAlgorithm::Sha3_256, ChapAlgorithm::Md5};
  bool malformed = true;
  EXPECT_EQ(chooseChapAlgorithm("5,8", both, malformed), ChapAlgorithm::Md5) << "the order is the initiator's";
  EXPECT_FALSE(malformed);
  EXPECT_EQ(chooseChapAlgorithm("8,5", both, malformed), ChapAlgorithm::Sha3_256);
  EXPECT_EQ(chooseChapAlgorithm("8,5", weak, malformed), ChapAlgorithm::Md5);
  EXPECT_EQ(chooseChapAlgorithm("129,0x5", weak, malformed), ChapAlgorithm::Md5);
  EXPECT_EQ(chooseChapAlgorithm("6,7", both, malformed), std::nullopt);
  EXPECT_FALSE(malformed);
  for (const std::string_view bad : {"", "MD5", "5,", "5;8", "5,x"}) {
    EXPECT_EQ(chooseChapAlgorithm(bad, both, malformed), std::nullopt) << bad;
    EXPECT_TRUE(malformed) << bad;
  }
}

TEST(ChapAlgorithms, KeepTheirOrderAndHoldEachOnce) {
  ChapAlgorithms some{ChapAlgorithm::Sha256, ChapAlgorithm::Md5, ChapAlgorithm::Sha256};
  EXPECT_THAT(some.list(), testing::ElementsAre(ChapAlgorithm::Sha256, ChapAlgorithm::Md5));
  EXPECT_FALSE(some.contains(ChapAlgorithm::Sha1));
}

TEST(ChapChallenge, IsAsLongAsTheDigestAndNewEachTime) {
  const RandomSource random = counting();
  for (const ChapAlgorithmRow& row : chapAlgorithmTable()) {
    ChapChallenge challenge;
    ASSERT_TRUE(challenge.make(row.algorithm, random));
    EXPECT_EQ(challenge.challenge().size(), row.size);
    EXPECT_EQ(challenge.algorithm(), row.algorithm);
    const base::Bytes first(challenge.challenge().begin(), challenge.challenge().end());
    ASSERT_TRUE(challenge.make(row.algorithm, random));
    EXPECT_FALSE(base::equal(first, challenge.challenge()));
  }
}

TEST(ChapChallenge, HasAnotherIdentifierEachTimeEvenIfChanceRepeatsItself) {
  const RandomSource same = [](std::span<std::uint8_t> out) {
    std::fill(out.begin(), out.end(), std::uint8_t{0xff});
    return true;
  };
  ChapChallenge challenge;
  ASSERT_TRUE(challenge.make(ChapAlgorithm::Md5, same));
  EXPECT_EQ(challenge.identifier(), 0xff);
  ASSERT_TRUE(challenge.make(ChapAlgorithm::Md5, same));
  EXPECT_EQ(challenge.identifier(), 0x00);
}

TEST(ChapChallenge, FailsWithoutRandomBytes) {
  ChapChallenge challenge;
  EXPECT_FALSE(challenge.make(ChapAlgorithm::Md5, [](auto) { return false; }));
  const ChapEntry peer = entry("correct horse 42");
  EXPECT_EQ(challenge.verify(chapResponse(ChapAlgorithm::Md5, 0, peer.current, {}).view(), &peer, nullptr),
            SecretMatch::None)
      << "what was not asked cannot be answered";
}

struct Verify : testing::TestWithParam<ChapAlgorithm> {
  Verify() { EXPECT_TRUE(challenge.make(GetParam(), counting())); }
  ChapDigest answer(std::string_view with) const {
    return chapResponse(GetParam(), challenge.identifier(), secret(with), challenge.challenge());
  }
  SecretMatch verify(base::ByteView response, const ChapEntry* peer, const ChapEntry* own = nullptr) const {
    return challenge.verify(response, peer, own);
  }
  ChapChallenge challenge;
};

TEST_P(Verify, TellsWhichSecretWasUsed) {
  const ChapEntry peer = entry("current secret 1", "next secret 2345");
  EXPECT_EQ(verify(answer("current secret 1").view(), &peer), SecretMatch::Current);
  EXPECT_EQ(verify(answer("next secret 2345").view(), &peer), SecretMatch::Next);
  EXPECT_EQ(verify(answer("another secret").view(), &peer), SecretMatch::None);
  const ChapEntry one = entry("current secret 1");
  EXPECT_EQ(verify(answer("").view(), &one), SecretMatch::None) << "a secret that is not there matches nothing";
  const ChapEntry nobody = entry("");
  EXPECT_EQ(verify(answer("").view(), &nobody), SecretMatch::None);
}

TEST_P(Verify, KnowsNobodyWithoutAnEntry) {
  EXPECT_EQ(verify(answer("nobody has this secret").view(), nullptr), SecretMatch::None);
  const ChapEntry own = entry("own secret 99999", "own next secret0");
  EXPECT_EQ(verify(answer("nobody has this secret").view(), nullptr, &own), SecretMatch::None)
      << "what stands in for a secret that is not there is none";
  const ChapEntry peer = entry("current secret 1");
  EXPECT_EQ(verify(answer("nobody has this secret").view(), &peer, &own), SecretMatch::None);
  EXPECT_EQ(verify({}, nullptr), SecretMatch::None);
}

TEST_P(Verify, RefusesResponsesOfAnotherLength) {
  const ChapEntry peer = entry("current secret 1");
  const ChapDigest right = answer("current secret 1");
  base::Bytes response(right.view().begin(), right.view().end());
  ASSERT_EQ(verify(response, &peer), SecretMatch::Current);
  for (std::size_t size = 0; size < response.size(); ++size) {
    EXPECT_EQ(verify(base::ByteView(response).first(size), &peer), SecretMatch::None) << size;
  }
  response.push_back(0);
  EXPECT_EQ(verify(response, &peer), SecretMatch::None);
}

TEST_P(Verify, RefusesEveryChangedBit) {
  const ChapEntry peer = entry("current secret 1");
  const ChapDigest right = answer("current secret 1");
  for (std::size_t bit = 0; bit < 8 * right.size; ++bit) {
    ChapDigest wrong = right;
    wrong.bytes[bit / 8] = static_cast<std::uint8_t>(wrong.bytes[bit / 8] ^ (1U << (bit % 8)));
    EXPECT_EQ(verify(wrong.view(), &peer), SecretMatch::None) << bit;
  }
}

TEST_P(Verify, RefusesWhatThisEndWouldHaveAnsweredItself) {
  const ChapEntry peer = entry("same for both 00", "peers next secre");
  const ChapEntry own = entry("own secret 99999", "same for both 00");
  EXPECT_EQ(verify(answer("same for both 00").view(), &peer, &own), SecretMatch::None);
  EXPECT_EQ(verify(answer("own secret 99999").view(), &peer, &own), SecretMatch::None);
  EXPECT_EQ(verify(answer("peers next secre").view(), &peer, &own), SecretMatch::Next);
}

INSTANTIATE_TEST_SUITE_P(Algorithms, Verify,
                         testing::Values(ChapAlgorithm::Md5, ChapAlgorithm::Sha1, ChapAlgorithm::Sha256,
                                         ChapAlgorithm::Sha3_256),
                         [](const auto& row) { return "Number" + std::to_string(static_cast<int>(row.param)); });

TEST(ChapSecrets, DifferBetweenTheDirections) {
  const auto check = [](const ChapEntry& initiator, const ChapEntry& target) {
    return static_cast<bool>(checkChapSecrets(initiator, target));
  };
  EXPECT_TRUE(check(entry("initiator 012345"), entry("target 012345678")));
  EXPECT_TRUE(check(entry("initiator 012345"), entry("")));
  EXPECT_FALSE(check(entry("same same same 1"), entry("same same same 1")));
  EXPECT_FALSE(check(entry("initiator 012345", "same same same 1"), entry("same same same 1")));
  EXPECT_FALSE(check(entry("initiator 012345", "same same same 1"), entry("target 012345678", "same same same 1")));
}

TEST(ChapSecrets, HaveTwelveBytesUnlessAllowedOtherwise) {
  EXPECT_TRUE(checkChapSecrets(entry("0123456789ab"), entry("")).ok());
  const auto tooShort = checkChapSecrets(entry("0123456789a"), entry(""));
  ASSERT_FALSE(tooShort.ok());
  EXPECT_THAT(tooShort.error().text, testing::Not(testing::HasSubstr("0123456789a")));
  EXPECT_FALSE(checkChapSecrets(entry("0123456789ab"), entry("0123456789cd", "short")).ok());
  EXPECT_TRUE(checkChapSecrets(entry("short"), entry("other"), true).ok());
  EXPECT_FALSE(checkChapSecrets(entry("short"), entry("short"), true).ok());
}

TEST(SentChallenges, KnowWhatWasSentLately) {
  SentChallenges sent;
  const auto number = [](std::uint32_t n) {
    base::Bytes bytes(16);
    base::storeU32(bytes.data(), n);
    return bytes;
  };
  EXPECT_FALSE(sent.contains(number(0)));
  for (std::uint32_t n = 0; n < SentChallenges::kKept; ++n) sent.add(number(n));
  EXPECT_TRUE(sent.contains(number(0)));
  EXPECT_TRUE(sent.contains(number(SentChallenges::kKept - 1)));
  EXPECT_FALSE(sent.contains(base::ByteView(number(0)).first(15)));
  sent.add(number(5000));
  EXPECT_FALSE(sent.contains(number(0))) << "the oldest is forgotten";
  EXPECT_TRUE(sent.contains(number(1)));
  EXPECT_TRUE(sent.contains(number(5000)));
}

}  // namespace
