#include "isns-server/session/authenticator.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/unit/isns/dsa_keys.h"
#include "tests/unit/isns/pdus.h"

namespace {

using isns::Status;
using session::Authenticator;
using session::AuthMode;
using session::AuthReason;

constexpr std::int64_t kTime = 1'700'000'000;

base::WallTime at(std::int64_t offset) { return base::WallTime(std::chrono::seconds(kTime + offset)); }

const isns_test::KeyPair& keyOf(const std::string& name) {
  static std::map<std::string, isns_test::KeyPair> keys;
  const auto known = keys.find(name);
  return known != keys.end() ? known->second : keys.emplace(name, isns_test::makeDsaKey()).first->second;
}

isns::PrivateKey privateKeyOf(const std::string& name) { return *isns::PrivateKey::fromPem(keyOf(name).privatePem); }

// A request of one PDU, signed by the key of `key` under the name `spi`.
base::Bytes signedRequest(std::int64_t offset, const std::string& spi = "host", const std::string& key = "host",
                          std::uint16_t flags = isns_test::kWhole, std::uint16_t sequence = 0) {
  base::Bytes bytes = isns_test::pdu(flags, 1, sequence, isns_test::payload(16));
  EXPECT_TRUE(isns::signMessage(bytes, 0, privateKeyOf(key), spi, static_cast<std::uint64_t>(kTime + offset)));
  return bytes;
}

struct AuthenticatingSink {
  Authenticator& authenticator;
  base::WallTime now;
  std::vector<session::AuthResult> results;
  std::vector<std::string> spis;
  bool signsAnswer = false;
  bool onMessage(const isns::Message& message) {
    results.push_back(authenticator.authenticate(message, now));
    spis.emplace_back(results.back().spi);
    signsAnswer = authenticator.signsAnswerTo(message);
    return true;
  }
  bool onFault(const isns::FramingFault& fault) {
    ADD_FAILURE() << isns::faultName(fault.kind);
    return true;
  }
};

class AuthenticatorTest : public testing::Test {
 protected:
  Authenticator make(AuthMode mode, std::size_t maxPeers = 100) {
    const std::vector<session::KeyFile> files = {
        {"host", keyOf("host").publicPem}, {"other", keyOf("other").publicPem}, {"third", keyOf("third").publicPem}};
    session::AuthSettings settings;
    settings.mode = mode;
    settings.maxPeers = maxPeers;
    return {settings, session::loadKeyFolder(files).keys, session::ServerIdentity{"server", privateKeyOf("server")}};
  }
  session::AuthResult authenticate(Authenticator& authenticator, base::ByteView bytes, std::int64_t offset = 0) {
    AuthenticatingSink sink{authenticator, at(offset), {}, {}};
    isns::MessageAssembler assembler({});
    EXPECT_EQ(assembler.feed(bytes, sink), bytes.size());
    EXPECT_EQ(sink.results.size(), 1U);
    lastSpi_ = sink.spis.at(0);
    signsAnswer_ = sink.signsAnswer;
    return sink.results.at(0);
  }
  AuthReason reason(Authenticator& authenticator, base::ByteView bytes, std::int64_t offset = 0) {
    return authenticate(authenticator, bytes, offset).reason;
  }
  std::string lastSpi_;
  bool signsAnswer_ = false;
  const base::Bytes plain_ = isns_test::pdu(isns_test::kWhole, 1, 0, isns_test::payload(16));
};

TEST_F(AuthenticatorTest, IgnoresBlocksAndSignsNothingWhenOff) {
  Authenticator off = make(AuthMode::Off);
  for (const base::Bytes& bytes : {plain_, signedRequest(0), signedRequest(0, "host", "other")}) {
    const auto result = authenticate(off, bytes);
    EXPECT_EQ(result.status, Status::Successful);
    EXPECT_EQ(result.reason, AuthReason::NotChecked);
    EXPECT_FALSE(signsAnswer_);
    EXPECT_EQ(lastSpi_, "");
  }
  EXPECT_FALSE(off.canSign());
}

TEST_F(AuthenticatorTest, NamesTheSignerAndSignsItsAnswers) {
  for (const AuthMode mode : {AuthMode::Accept, AuthMode::Require}) {
    Authenticator on = make(mode);
    const auto result = authenticate(on, signedRequest(0));
    EXPECT_EQ(result.status, Status::Successful);
    EXPECT_TRUE(result.verified());
    EXPECT_TRUE(signsAnswer_);
    EXPECT_EQ(lastSpi_, "host");
  }
}

TEST_F(AuthenticatorTest, TakesUnsignedMessagesOnlyWhereNoneMustBeSigned) {
  Authenticator accept = make(AuthMode::Accept);
  EXPECT_EQ(authenticate(accept, plain_).status, Status::Successful);
  EXPECT_EQ(reason(accept, plain_), AuthReason::NotSigned);
  EXPECT_FALSE(signsAnswer_) << "its sender may not know the block";
  Authenticator require = make(AuthMode::Require);
  EXPECT_EQ(authenticate(require, plain_).status, Status::SourceUnauthorized);
  EXPECT_EQ(reason(require, plain_), AuthReason::SignatureMissing);
  EXPECT_FALSE(signsAnswer_);
}

TEST_F(AuthenticatorTest, RefusesStrangersAndWrongSignaturesInASignedAnswer) {
  Authenticator accept = make(AuthMode::Accept);
  const auto stranger = authenticate(accept, signedRequest(0, "stranger"));
  EXPECT_EQ(stranger.status, Status::SourceUnauthorized);
  EXPECT_EQ(stranger.reason, AuthReason::UnknownSpi);
  EXPECT_TRUE(signsAnswer_);
  EXPECT_FALSE(stranger.verified());
  const auto forged = authenticate(accept, signedRequest(0, "host", "other"));
  EXPECT_EQ(forged.status, Status::SourceUnauthorized);
  EXPECT_EQ(forged.reason, AuthReason::BadSignature);
  EXPECT_TRUE(signsAnswer_);
  base::Bytes changed = signedRequest(0);
  changed[isns::kPduHeaderSize] ^= 1;
  EXPECT_EQ(reason(accept, changed), AuthReason::BadSignature);
}

TEST_F(AuthenticatorTest, RefusesOtherAlgorithmsAndMalformedBlocks) {
  Authenticator accept = make(AuthMode::Accept);
  const std::size_t block = plain_.size();
  base::Bytes otherAlgorithm = signedRequest(0);
  base::storeU32(otherAlgorithm.data() + block, 3);
  EXPECT_EQ(authenticate(accept, otherAlgorithm).status, Status::OptionNotUnderstood);
  EXPECT_EQ(reason(accept, otherAlgorithm), AuthReason::UnknownAlgorithm);
  base::Bytes longName = signedRequest(0);
  base::storeU32(longName.data() + block + 16, 4000);
  EXPECT_EQ(authenticate(accept, longName).status, Status::MessageFormatError);
  EXPECT_EQ(reason(accept, longName), AuthReason::Malformed);
}

TEST_F(AuthenticatorTest, TakesTimestampsWithinTheWindowOnly) {
  for (const std::int64_t offset : {-120, 0, 120}) {
    Authenticator accept = make(AuthMode::Accept);
    EXPECT_EQ(reason(accept, signedRequest(offset)), AuthReason::Verified) << offset;
  }
  Authenticator accept = make(AuthMode::Accept);
  for (const std::int64_t offset : std::initializer_list<std::int64_t>{-121, 121, -kTime, std::int64_t{1} << 62}) {
    EXPECT_EQ(reason(accept, signedRequest(offset)), AuthReason::OutsideWindow) << offset;
  }
  EXPECT_EQ(authenticate(accept, signedRequest(-121)).status, Status::SourceUnauthorized);
}

TEST_F(AuthenticatorTest, RefusesTimestampsOlderThanTheLastOneOfTheSamePeer) {
  Authenticator accept = make(AuthMode::Accept);
  const base::Bytes first = signedRequest(0);
  EXPECT_EQ(reason(accept, first), AuthReason::Verified);
  EXPECT_EQ(reason(accept, signedRequest(10), 10), AuthReason::Verified);
  EXPECT_EQ(reason(accept, first, 10), AuthReason::Replayed);
  EXPECT_EQ(reason(accept, signedRequest(9), 10), AuthReason::Verified) << "one second of jitter";
  EXPECT_EQ(reason(accept, signedRequest(8), 10), AuthReason::Replayed) << "the jitter does not add up";
  EXPECT_EQ(reason(accept, signedRequest(0, "other", "other"), 10), AuthReason::Verified) << "another peer's clock";
}

TEST_F(AuthenticatorTest, CountsATimestampOnlyAfterItsSignatureWasVerified) {
  Authenticator accept = make(AuthMode::Accept);
  EXPECT_EQ(reason(accept, signedRequest(100, "host", "other")), AuthReason::BadSignature);
  EXPECT_EQ(reason(accept, signedRequest(0)), AuthReason::Verified);
  EXPECT_EQ(accept.rememberedPeers(), 1U);
}

TEST_F(AuthenticatorTest, WantsOneSignerForAllPdusOfAMessage) {
  using namespace isns::flag;
  const base::Bytes first = signedRequest(0, "host", "host", kClient | kFirst);
  const auto message = [&](const base::Bytes& last) {
    base::Bytes bytes = first;
    isns_test::append(bytes, last);
    return bytes;
  };
  Authenticator accept = make(AuthMode::Accept);
  EXPECT_EQ(reason(accept, message(signedRequest(0, "host", "host", kClient | kLast, 1))), AuthReason::Verified);
  EXPECT_EQ(reason(accept, message(signedRequest(0, "other", "other", kClient | kLast, 1))),
            AuthReason::DifferentSigners);
  EXPECT_EQ(reason(accept, message(signedRequest(0, "host", "other", kClient | kLast, 1))), AuthReason::BadSignature);
}

TEST_F(AuthenticatorTest, RemembersABoundedNumberOfPeersAndForgetsThoseThatTheWindowRefusesAnyway) {
  Authenticator accept = make(AuthMode::Accept, 2);
  EXPECT_EQ(reason(accept, signedRequest(0)), AuthReason::Verified);
  EXPECT_EQ(reason(accept, signedRequest(50, "other", "other"), 50), AuthReason::Verified);
  EXPECT_EQ(authenticate(accept, signedRequest(51, "third", "third"), 51).status, Status::Busy);
  EXPECT_EQ(reason(accept, signedRequest(51), 51), AuthReason::Verified) << "a known peer goes on";
  EXPECT_EQ(reason(accept, signedRequest(171, "third", "third"), 171), AuthReason::TableFull);
  EXPECT_EQ(reason(accept, signedRequest(172, "third", "third"), 172), AuthReason::Verified);
  EXPECT_EQ(accept.rememberedPeers(), 2U);
}

TEST_F(AuthenticatorTest, TakesNewKeysAndSettingsAndKeepsWhatItRemembers) {
  session::AuthSettings settings;
  settings.mode = AuthMode::Accept;
  Authenticator accept = make(AuthMode::Accept);
  EXPECT_EQ(reason(accept, signedRequest(10), 10), AuthReason::Verified);
  accept.configure(settings, session::loadKeyFolder({}).keys, std::nullopt);
  EXPECT_EQ(reason(accept, signedRequest(11), 11), AuthReason::UnknownSpi);
  const std::vector<session::KeyFile> files = {{"host", keyOf("host").publicPem}};
  accept.configure(settings, session::loadKeyFolder(files).keys, std::nullopt);
  EXPECT_EQ(reason(accept, signedRequest(0), 10), AuthReason::Replayed);
  EXPECT_FALSE(accept.canSign());
  settings.mode = AuthMode::Off;
  accept.configure(settings, nullptr, std::nullopt);
  EXPECT_EQ(reason(accept, signedRequest(0), 10), AuthReason::NotChecked);
}

TEST_F(AuthenticatorTest, SignsSoThatAPeerCanVerify) {
  const Authenticator accept = make(AuthMode::Accept);
  ASSERT_TRUE(accept.canSign());
  base::Bytes answer = isns_test::pdu(isns_test::kWhole, 1, 0, isns_test::payload(4));
  ASSERT_TRUE(accept.sign(answer, 0, at(0)));

  const std::vector<session::KeyFile> files = {{"server", keyOf("server").publicPem}};
  session::AuthSettings settings;
  settings.mode = AuthMode::Require;
  Authenticator peer(settings, session::loadKeyFolder(files).keys, std::nullopt);
  EXPECT_EQ(reason(peer, answer), AuthReason::Verified);
  EXPECT_EQ(lastSpi_, "server");
}

TEST_F(AuthenticatorTest, SignsNothingWithoutAKey) {
  session::AuthSettings settings;
  settings.mode = AuthMode::Accept;
  const std::vector<session::KeyFile> files = {{"host", keyOf("host").publicPem}};
  Authenticator keyless(settings, session::loadKeyFolder(files).keys, std::nullopt);
  EXPECT_TRUE(authenticate(keyless, signedRequest(0)).verified());
  EXPECT_FALSE(signsAnswer_);
  base::Bytes answer = plain_;
  EXPECT_FALSE(keyless.sign(answer, 0, at(0)));
  EXPECT_EQ(answer, plain_);
}

TEST(AuthReason, HasATextForEach) {
  EXPECT_EQ(session::authReasonText(AuthReason::Verified), "verified");
  EXPECT_EQ(session::authReasonText(AuthReason::TableFull), "too many peers");
}

TEST(LoadKeyFolder, LeavesOutWhatIsNoKeyAndSaysWhy) {
  const std::string good = keyOf("host").publicPem;
  const std::vector<session::KeyFile> files = {
      {"host", good}, {"README", "text"}, {std::string(513, 'n'), good}, {"", good}, {"server", good}};
  const session::LoadedKeys loaded = session::loadKeyFolder(files);
  EXPECT_EQ(loaded.keys->size(), 2U);
  EXPECT_NE(loaded.keys->find("host"), nullptr);
  EXPECT_EQ(loaded.keys->find("HOST"), nullptr) << "names are compared byte by byte, as open-isns does";
  EXPECT_EQ(loaded.keys->find("README"), nullptr);
  ASSERT_EQ(loaded.problems.size(), 3U);
  EXPECT_EQ(loaded.problems[0].find("README: no public key in PEM form"), 0U) << loaded.problems[0];
}

}  // namespace
