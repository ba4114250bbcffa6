// Both login machines back to back, over bytes: who is ready for what, and what comes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/iscsi/login_fixture.h"

namespace {

using namespace iscsi_test;
using TargetState = LoginTarget::State;
using InitiatorState = LoginInitiator::State;

struct Pair {
  // PDUs go through encode() and decode() until nobody has anything to say.
  void run() {
    initiator.machine().start();
    for (exchanges = 0; exchanges < 500; ++exchanges) {
      const auto request = initiator.machine().takeRequest();
      if (!request) return;
      std::array<std::uint8_t, kLoginHeaderSize> bytes;
      request->header.encode(bytes);
      const auto received = LoginRequest::decode(bytes);
      ASSERT_EQ(received, request->header);
      target.machine().onRequest(*received, request->text, kStart);
      if (target.machine().state() == TargetState::Waiting) target.credentials.give(kStart);
      const auto reply = target.machine().takeReply();
      if (!reply) return;
      ASSERT_LE(reply->text.size(), target.setting.limits.sendSegment);
      reply->header.encode(bytes);
      const auto answer = LoginResponse::decode(bytes);
      ASSERT_EQ(answer, reply->header);
      initiator.machine().onResponse(*answer, reply->text, kStart);
      if (initiator.state() == InitiatorState::Waiting) initiator.credentials.give(kStart);
    }
  }
  bool agreed() {
    return target.machine().state() == TargetState::Agreed && initiator.state() == InitiatorState::Agreed;
  }

  InitiatorBench initiator;
  TargetBench target;
  int exchanges = 0;
};

void expectSameResult(Pair& pair) {
  AgreedLogin ours = pair.initiator.machine().result();
  const AgreedLogin& theirs = pair.target.machine().result();
  EXPECT_EQ(ours.initiatorName, theirs.initiatorName);
  EXPECT_EQ(ours.targetName, theirs.targetName);
  EXPECT_EQ(ours.tsih, theirs.tsih);
  EXPECT_EQ(ours.portalGroupTag, theirs.portalGroupTag);
  EXPECT_EQ(ours.statSn, theirs.statSn);
  EXPECT_EQ(ours.cmdSn, theirs.cmdSn);
  EXPECT_EQ(ours.expCmdSn, theirs.expCmdSn);
  EXPECT_EQ(ours.maxCmdSn, theirs.maxCmdSn);
  EXPECT_EQ(ours.identity.proof, theirs.identity.proof);
  EXPECT_EQ(ours.identity.chapName, theirs.identity.chapName);
  std::swap(ours.parameters.maxRecvDataSegmentLength, ours.parameters.maxSendDataSegmentLength);
  EXPECT_EQ(ours.parameters, theirs.parameters);
}

enum class End { Claimed, Chap, Mutual, Fails };

// none, chap and mutual of either side's policy; whether the initiator's credentials hold a secret of the target.
struct Policies {
  const char* name;
  bool initiator[3];
  bool verifies;
  bool target[3];
  End end;
};
class LoginPolicies : public testing::TestWithParam<Policies> {};
TEST_P(LoginPolicies, EndAsExpected) {
  const Policies& row = GetParam();
  for (const ChapAlgorithmRow& algorithm : chapAlgorithmTable()) {
    for (const bool late : {false, true}) {
      Pair pair;
      const ChapAlgorithms algorithms{algorithm.algorithm};
      pair.initiator.setting.policy = policyOf(row.initiator[0], row.initiator[1], row.initiator[2], algorithms);
      pair.target.access.answer.policy = policyOf(row.target[0], row.target[1], row.target[2], algorithms);
      if (!row.verifies) pair.initiator.credentials.target.current.clear();
      pair.initiator.credentials.later = pair.target.credentials.later = late;
      pair.run();
      if (row.end == End::Fails) {
        EXPECT_FALSE(pair.agreed());
        EXPECT_EQ(pair.target.sessions.joins, 0);
        continue;
      }
      ASSERT_TRUE(pair.agreed()) << pair.initiator.machine().failure().what << "; "
                                 << pair.target.machine().failure().what;
      expectSameResult(pair);
      const Proof proof = pair.target.machine().result().identity.proof;
      EXPECT_EQ(proof, row.end == End::Claimed ? Proof::ClaimedName
                       : row.end == End::Chap  ? Proof::Chap
                                               : Proof::MutualChap);
    }
  }
}
constexpr bool o = true;
constexpr bool x = false;
const Policies kPolicies[] = {
    // name                        initiator: none chap mutual, verifies; target: none chap mutual
    {"NobodyWantsAnything", {o, x, x}, x, {o, x, x}, End::Claimed},
    {"TargetDoesNotMind", {o, x, x}, x, {o, o, x}, End::Claimed},
    {"BothMayChoose", {o, o, x}, x, {o, o, x}, End::Chap},
    {"BothMayChooseAndVerify", {o, o, x}, o, {o, o, x}, End::Mutual},
    {"TargetHasNoChap", {o, o, x}, o, {o, x, x}, End::Claimed},
    {"TargetWantsChap", {o, o, x}, x, {x, o, x}, End::Chap},
    {"InitiatorWantsChap", {x, o, x}, x, {o, o, x}, End::Chap},
    {"BothWantChap", {x, o, x}, x, {x, o, x}, End::Chap},
    {"InitiatorWantsMutual", {x, o, o}, o, {x, o, x}, End::Mutual},
    {"InitiatorWantsMutualOfAnOpenTarget", {x, o, o}, o, {o, o, x}, End::Mutual},
    {"TargetWantsMutual", {x, o, x}, o, {x, o, o}, End::Mutual},
    {"BothWantMutual", {o, o, o}, o, {o, o, o}, End::Mutual},
    {"TargetWantsMutualThatIsNotAsked", {x, o, x}, x, {x, o, o}, End::Fails},
    {"InitiatorWantsMutualWithoutASecret", {x, o, o}, x, {x, o, x}, End::Fails},
    {"TargetWantsChapOfANakedInitiator", {o, x, x}, x, {x, o, x}, End::Fails},
    {"InitiatorWantsChapOfANakedTarget", {x, o, x}, x, {o, x, x}, End::Fails},
    {"TargetWantsMutualOfANakedInitiator", {o, x, x}, x, {o, o, o}, End::Fails},
    {"NothingIsAllowedHere", {x, x, x}, x, {o, o, x}, End::Fails},
    {"NothingIsAllowedThere", {o, o, x}, x, {x, x, x}, End::Fails},
};
INSTANTIATE_TEST_SUITE_P(All, LoginPolicies, testing::ValuesIn(kPolicies),
                         [](const auto& row) { return row.param.name; });

TEST(LoginPair, ChoosesTheFirstAlgorithmOfTheInitiatorThatTheTargetAllows) {
  using A = ChapAlgorithm;
  struct Row {
    ChapAlgorithms initiator, target;
    bool ends;
  };
  for (const Row& row : {Row{{A::Sha256, A::Md5}, {A::Md5}, true}, Row{{A::Md5}, {A::Sha256}, false},
                         Row{{A::Sha3_256, A::Sha1}, {A::Sha1, A::Sha3_256}, true}}) {
    Pair pair;
    pair.initiator.setting.policy = policyOf(false, true, true, row.initiator);
    pair.target.access.answer.policy = policyOf(false, true, false, row.target);
    pair.run();
    EXPECT_EQ(pair.agreed(), row.ends);
    if (!row.ends) {
      EXPECT_EQ(pair.initiator.machine().failure().status, LoginStatus::AuthenticationFailure);
    }
  }
}

TEST(LoginPair, ChangesSecretsWithoutAGap) {
  // (what the initiator has, what the target has) -> which the target saw
  struct Row {
    const char *has, *current, *next;
    SecretMatch seen;
  };
  for (const Row& row : {Row{"old secret 01234", "old secret 01234", "new secret 56789", SecretMatch::Current},
                         Row{"new secret 56789", "old secret 01234", "new secret 56789", SecretMatch::Next},
                         Row{"new secret 56789", "new secret 56789", "", SecretMatch::Current},
                         Row{"old secret 01234", "new secret 56789", "", SecretMatch::None}}) {
    Pair pair;
    pair.initiator.setting.policy = pair.target.access.answer.policy = policyOf(false, true);
    pair.initiator.credentials.initiator.current = row.has;
    pair.target.credentials.initiator.current = row.current;
    pair.target.credentials.initiator.next = row.next;
    pair.run();
    EXPECT_EQ(pair.agreed(), row.seen != SecretMatch::None);
    EXPECT_EQ(pair.target.machine().result().peerSecret, row.seen);
  }
}

TEST(LoginPair, TheInitiatorTakesTheNextSecretOfTheTargetToo) {
  Pair pair;
  pair.initiator.setting.policy = pair.target.access.answer.policy = policyOf(false, true);
  pair.initiator.credentials.target.next = "the next of it 1";
  pair.target.credentials.target.current = "the next of it 1";
  pair.run();
  ASSERT_TRUE(pair.agreed());
  EXPECT_EQ(pair.initiator.machine().result().peerSecret, SecretMatch::Next);
}

// A node that is both does not prove itself to itself: the challenge that comes back is known.
TEST(LoginPair, AReflectingRelayGetsNowhere) {
  InitiatorBench alice;
  alice.setting.policy = policyOf(false, true, true);
  alice.start();
  alice.answer(alice.response(Stage::Security), {"AuthMethod=CHAP"});
  alice.answer(alice.response(Stage::Security), {"CHAP_A=5", "CHAP_I=1", "CHAP_C=0x0102030405060708090a0b0c0d0e0f10"});
  std::string challenge;
  for (const std::string& pair : pairsOf(alice.text)) {
    if (pair.starts_with("CHAP_C=")) challenge = pair;
  }
  ASSERT_FALSE(challenge.empty());
  InitiatorBench again;  // Alice's second connection to the rogue
  again.challenges = alice.challenges;
  again.setting.policy = policyOf(false, true, true);
  again.start();
  again.answer(again.response(Stage::Security), {"AuthMethod=CHAP"});
  EXPECT_THAT(again.answer(again.response(Stage::Security), {"CHAP_A=5", "CHAP_I=1", challenge}),
              testing::ElementsAre("silence"));
  EXPECT_EQ(again.state(), InitiatorState::Failed);
}

TEST(LoginPair, AgreesOnParametersWithCut) {
  for (const std::uint32_t size : {16U, 64U, 512U, 8192U}) {
    Pair pair;
    pair.initiator.setting.limits.sendSegment = pair.target.setting.limits.sendSegment = size;
    pair.initiator.setting.limits.maxPdus = pair.target.setting.limits.maxPdus = 1000;
    pair.initiator.setting.policy = pair.target.access.answer.policy = policyOf(false, true, true);
    ASSERT_TRUE(pair.initiator.setting.wishes.set(Key::HeaderDigest, {"CRC32C", "None"}));
    ASSERT_TRUE(pair.initiator.setting.wishes.set(Key::InitialR2T, 0));
    ASSERT_TRUE(pair.initiator.setting.wishes.set(Key::MaxRecvDataSegmentLength, 262144));
    ASSERT_TRUE(pair.target.access.answer.wishes.set(Key::HeaderDigest, {"CRC32C"}));
    ASSERT_TRUE(pair.target.access.answer.wishes.set(Key::InitialR2T, 0));
    ASSERT_TRUE(pair.target.access.answer.wishes.set(Key::MaxBurstLength, 16384));
    pair.run();
    ASSERT_TRUE(pair.agreed()) << size;
    expectSameResult(pair);
    const Parameters& agreed = pair.target.machine().result().parameters;
    EXPECT_EQ(agreed.headerDigest, Digest::Crc32c);
    EXPECT_FALSE(agreed.initialR2T);
    EXPECT_EQ(agreed.maxBurstLength, 16384U);
    EXPECT_EQ(agreed.firstBurstLength, 16384U);
    EXPECT_EQ(agreed.maxSendDataSegmentLength, 262144U);
  }
}

TEST(LoginPair, MakesADiscoverySession) {
  Pair pair;
  pair.initiator.setting.discovery = true;
  pair.initiator.setting.targetName.clear();
  pair.initiator.credentials.target.current.clear();
  pair.run();
  ASSERT_TRUE(pair.agreed());
  EXPECT_EQ(pair.target.credentials.asked, std::string(kInitiatorName) + "  d host");
  EXPECT_TRUE(pair.target.machine().result().discovery);
}

TEST(LoginPair, NeedsFewExchanges) {
  Pair open;
  open.initiator.setting.policy = open.target.access.answer.policy = policyOf(true, false);
  open.run();
  EXPECT_TRUE(open.agreed());
  EXPECT_EQ(open.exchanges, 2);
  Pair mutual;
  mutual.initiator.setting.policy = mutual.target.access.answer.policy = policyOf(false, true, true);
  mutual.run();
  EXPECT_TRUE(mutual.agreed());
  EXPECT_EQ(mutual.exchanges, 4);
}

TEST(LoginPair, JoinsASessionWithASecondConnection) {
  Pair pair;
  pair.initiator.setting.policy = pair.target.access.answer.policy = policyOf(false, true);
  pair.initiator.setting.tsih = pair.target.tsih = kTsih;
  pair.initiator.setting.session.maxBurstLength = 4096;
  pair.target.sessions.found.kind = JoinKind::AddConnection;
  pair.target.sessions.found.identity = {Proof::MutualChap, "host"};
  pair.target.sessions.found.parameters.maxBurstLength = 4096;
  pair.run();
  ASSERT_TRUE(pair.agreed()) << pair.target.machine().failure().what << pair.initiator.machine().failure().what;
  expectSameResult(pair);
}

}  // namespace
