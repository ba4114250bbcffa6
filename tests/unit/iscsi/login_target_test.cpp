#include "agent/iscsi/login_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "shared/base/hex.h"
#include "tests/unit/iscsi/login_fixture.h"

namespace {

using namespace iscsi_test;
using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using State = LoginTarget::State;

class LoginTargetTest : public testing::Test, protected TargetBench {
 protected:
  State state() { return machine().state(); }
};

TEST_F(LoginTargetTest, AgreesInOneExchangeWithoutSecurity) {
  access.answer.targetAlias = "Disk of Bob";
  EXPECT_THAT(send(request(Stage::Operational, Stage::FullFeature), {initiatorPair, targetPair, "InitiatorAlias=Bob"}),
              ElementsAre("TargetPortalGroupTag=3", "TargetAlias=Disk of Bob", "MaxRecvDataSegmentLength=8192"));
  EXPECT_TRUE(last.transit);
  EXPECT_EQ(last.csg, 1);
  EXPECT_EQ(last.nsg, 3);
  EXPECT_EQ(last.tsih, kTsih);
  EXPECT_EQ(last.isid, kIsid);
  EXPECT_EQ(last.initiatorTaskTag, 0x1234U);
  EXPECT_EQ(last.expCmdSn, 100U);
  EXPECT_EQ(last.maxCmdSn, 131U);
  ASSERT_EQ(state(), State::Agreed);
  const AgreedLogin& login = machine().result();
  EXPECT_EQ(login.initiatorName, kInitiatorName);
  EXPECT_EQ(login.targetName, kTargetName);
  EXPECT_EQ(login.initiatorAlias, "Bob");
  EXPECT_EQ(login.portalGroupTag, 3);
  EXPECT_EQ(login.tsih, kTsih);
  EXPECT_EQ(login.cid, 1);
  EXPECT_EQ(login.kind, JoinKind::NewSession);
  EXPECT_EQ(login.identity.proof, Proof::ClaimedName);
  EXPECT_EQ(login.cmdSn, 100U);
  EXPECT_EQ(login.parameters, Parameters{});
  EXPECT_EQ(sessions.joins, 1);
  EXPECT_EQ(sessions.agreed.initiatorName, kInitiatorName);
}

TEST_F(LoginTargetTest, NumbersItsResponsesAndTellsTheNext) {
  setting.initialStatSn = 0xffffffff;
  send(request(Stage::Security), {initiatorPair, targetPair});
  EXPECT_EQ(last.statSn, 0xffffffffU);
  EXPECT_EQ(last.tsih, 0) << "only the final response of a new session carries it";
  send(request(Stage::Security, Stage::Operational), {});
  EXPECT_EQ(last.statSn, 0U);
  send(request(Stage::Operational, Stage::FullFeature), {});
  EXPECT_EQ(last.statSn, 1U);
  EXPECT_EQ(machine().result().statSn, 2U);
}

TEST_F(LoginTargetTest, TellsThePortalGroupWithTheFirstResponseBehindAWholeText) {
  LoginRequest part = request(Stage::Operational);
  part.continues = true;
  EXPECT_THAT(send(part, {initiatorPair}), IsEmpty());
  EXPECT_EQ(last.dataSegmentLength, 0U);
  EXPECT_THAT(send(request(Stage::Operational), {targetPair}), Contains("TargetPortalGroupTag=3"));
  EXPECT_THAT(send(request(Stage::Operational, Stage::FullFeature), {}), IsEmpty());
  EXPECT_EQ(state(), State::Agreed);
}

TEST_F(LoginTargetTest, AsksForAccessWithNormalNames) {
  setting.portal = 9;
  send(request(Stage::Operational, Stage::FullFeature),
       {"InitiatorName=IQN.2001-04.com.Example:Host", "TargetName=iqn.2001-04.COM.example:DISK"});
  EXPECT_EQ(access.initiator, kInitiatorName);
  EXPECT_EQ(access.target, kTargetName);
  EXPECT_EQ(access.portal, 9U);
  EXPECT_FALSE(access.discovery);
  EXPECT_EQ(state(), State::Agreed);
}

TEST_F(LoginTargetTest, TakesADiscoverySessionWithoutATargetName) {
  EXPECT_THAT(send(request(Stage::Operational, Stage::FullFeature), {initiatorPair, "SessionType=Discovery"}),
              ElementsAre("MaxRecvDataSegmentLength=8192"))
      << "no target, no portal group";
  EXPECT_TRUE(access.discovery);
  EXPECT_EQ(access.target, "");
  ASSERT_EQ(state(), State::Agreed);
  EXPECT_TRUE(machine().result().discovery);
}

TEST_F(LoginTargetTest, TellsThePortalGroupInANamedDiscoverySession) {
  access.answer.targetAlias = "hidden";
  EXPECT_THAT(
      send(request(Stage::Operational, Stage::FullFeature), {initiatorPair, targetPair, "SessionType=Discovery"}),
      ElementsAre("TargetPortalGroupTag=3", "MaxRecvDataSegmentLength=8192"));
}

TEST_F(LoginTargetTest, NegotiatesTheOperationalKeys) {
  ASSERT_TRUE(access.answer.wishes.set(Key::InitialR2T, 0));
  ASSERT_TRUE(access.answer.wishes.set(Key::MaxBurstLength, 1048576));
  ASSERT_TRUE(access.answer.wishes.set(Key::MaxRecvDataSegmentLength, 262144));
  EXPECT_THAT(send(request(Stage::Operational, Stage::FullFeature),
                   {initiatorPair, targetPair, "InitialR2T=No", "MaxBurstLength=16776192", "X-a=b",
                    "MaxRecvDataSegmentLength=65536", "HeaderDigest=None,CRC32C"}),
              ElementsAre("TargetPortalGroupTag=3", "X-a=NotUnderstood", "InitialR2T=No", "MaxBurstLength=1048576",
                          "HeaderDigest=None", "MaxRecvDataSegmentLength=262144"));
  ASSERT_EQ(state(), State::Agreed);
  const Parameters& agreed = machine().result().parameters;
  EXPECT_FALSE(agreed.initialR2T);
  EXPECT_EQ(agreed.maxBurstLength, 1048576U);
  EXPECT_EQ(agreed.maxRecvDataSegmentLength, 262144U);
  EXPECT_EQ(agreed.maxSendDataSegmentLength, 65536U);
}

TEST_F(LoginTargetTest, AsksForAnotherRequestWhereItHasToOffer) {
  ASSERT_TRUE(access.answer.wishes.set(Key::MaxBurstLength, 65536));
  EXPECT_THAT(send(request(Stage::Operational, Stage::FullFeature), {initiatorPair, targetPair}),
              Contains("MaxBurstLength=65536"));
  EXPECT_FALSE(last.transit) << "an offer needs an answer (6.3)";
  EXPECT_EQ(state(), State::Running);
  EXPECT_THAT(send(request(Stage::Operational, Stage::FullFeature), {"MaxBurstLength=4096"}),
              ElementsAre("FirstBurstLength=4096"))
      << "what the initiator did not speak of has to fit too";
  EXPECT_FALSE(last.transit);
  EXPECT_THAT(send(request(Stage::Operational, Stage::FullFeature), {"FirstBurstLength=4096"}), IsEmpty());
  EXPECT_TRUE(last.transit);
  EXPECT_EQ(machine().result().parameters.maxBurstLength, 4096U);
}

TEST_F(LoginTargetTest, KeepsToTheOperationalStageWhereItHasDemands) {
  send(request(Stage::Security, Stage::FullFeature), {initiatorPair, targetPair, "AuthMethod=None"});
  EXPECT_EQ(last.nsg, 3);
  EXPECT_EQ(state(), State::Agreed);

  TargetBench demanding;
  ASSERT_TRUE(demanding.access.answer.wishes.set(Key::HeaderDigest, {"CRC32C"}));
  demanding.send(demanding.request(Stage::Security, Stage::FullFeature),
                 {demanding.initiatorPair, demanding.targetPair, "AuthMethod=None"});
  EXPECT_TRUE(demanding.last.transit);
  EXPECT_EQ(demanding.last.nsg, 1);
  EXPECT_EQ(demanding.machine().state(), State::Running);
}

TEST_F(LoginTargetTest, TransitsOnlyWhenAsked) {
  send(request(Stage::Security), {initiatorPair, targetPair, "AuthMethod=None"});
  EXPECT_FALSE(last.transit);
  send(request(Stage::Security, Stage::Operational), {});
  EXPECT_TRUE(last.transit);
  EXPECT_EQ(last.csg, 0);
  EXPECT_EQ(last.nsg, 1);
  send(request(Stage::Operational), {});
  EXPECT_FALSE(last.transit);
  EXPECT_EQ(sessions.joins, 0);
  send(request(Stage::Operational, Stage::FullFeature), {});
  EXPECT_EQ(sessions.joins, 1);
}

TEST_F(LoginTargetTest, ProvesTheInitiatorByChap) {
  access.answer.policy = policyOf(false, true);
  beginChap();
  EXPECT_EQ(algorithm, ChapAlgorithm::Md5);
  EXPECT_EQ(challenge.size(), 16U);
  EXPECT_THAT(send(request(Stage::Security, Stage::Operational), {"CHAP_N=host", response()}), IsEmpty());
  EXPECT_TRUE(last.transit);
  EXPECT_EQ(credentials.asked, std::string(kInitiatorName) + " " + std::string(kTargetName) + " host");
  send(request(Stage::Operational, Stage::FullFeature), {});
  ASSERT_EQ(state(), State::Agreed);
  EXPECT_EQ(machine().result().identity.proof, Proof::Chap);
  EXPECT_EQ(machine().result().identity.chapName, "host");
  EXPECT_EQ(machine().result().peerSecret, SecretMatch::Current);
}

TEST_F(LoginTargetTest, TellsThatTheNextSecretWasUsed) {
  credentials.initiator.next = "the next secret 1";
  beginChap("CHAP_A=8");
  send(request(Stage::Security, Stage::FullFeature), {"CHAP_N=host", response("the next secret 1")});
  ASSERT_EQ(state(), State::Agreed);
  EXPECT_EQ(machine().result().peerSecret, SecretMatch::Next);
}

TEST_F(LoginTargetTest, ProvesItselfWhenAsked) {
  beginChap();
  // MD5(07 | "secret of target" | 00112233445566778899aabbccddeeff), by another program.
  EXPECT_THAT(send(request(Stage::Security, Stage::Operational),
                   {"CHAP_N=host", response(), "CHAP_I=7", "CHAP_C=0x00112233445566778899aabbccddeeff"}),
              ElementsAre("CHAP_N=disk", "CHAP_R=0xc3fc1e9a2785001adfa327848b23f0ee"));
  send(request(Stage::Operational, Stage::FullFeature), {});
  EXPECT_EQ(machine().result().identity.proof, Proof::MutualChap);
}

TEST_F(LoginTargetTest, AnswersWithTheSecretOfTheVersionThatItsPeerHasUsed) {
  const std::vector<std::uint8_t> asked(16, 0x5a);
  const auto answers = [&](std::string_view initiator, bool asPeer) {
    TargetBench bench;
    bench.credentials.initiator.next = "the next secret 1";
    bench.credentials.target.next = "our next secret 1";
    bench.credentials.answerAsPeer = asPeer;
    bench.beginChap();
    const auto pairs =
        bench.send(bench.request(Stage::Security, Stage::Operational),
                   {"CHAP_N=host", bench.response(initiator), "CHAP_I=7", "CHAP_C=0x" + base::hexText(asked)});
    const auto shows = [&](std::string_view secret) {
      const ChapDigest digest = chapResponse(ChapAlgorithm::Md5, 7, *base::Secret::from(secret), asked);
      return std::ranges::find(pairs, "CHAP_R=0x" + base::hexText(digest.view())) != pairs.end();
    };
    return shows("our next secret 1") ? "next" : shows(kTargetSecret) ? "current" : "nothing";
  };
  EXPECT_STREQ(answers("the next secret 1", true), "next");
  EXPECT_STREQ(answers(kInitiatorSecret, true), "current");
  EXPECT_STREQ(answers("the next secret 1", false), "current");
}

TEST_F(LoginTargetTest, TellsWhetherItWasMd5) {
  beginChap();
  send(request(Stage::Security, Stage::FullFeature), {"CHAP_N=host", response()});
  EXPECT_TRUE(machine().result().identity.md5);
  TargetBench other;
  other.beginChap("CHAP_A=8");
  other.send(other.request(Stage::Security, Stage::FullFeature), {"CHAP_N=host", other.response()});
  EXPECT_FALSE(other.machine().result().identity.md5);
}

TEST_F(LoginTargetTest, TakesResponsesInBase64) {
  beginChap();
  const ChapDigest right = chapResponse(algorithm, identifier, *base::Secret::from(kInitiatorSecret), challenge);
  send(request(Stage::Security, Stage::FullFeature), {"CHAP_N=host", "CHAP_R=" + toBase64(right.view())});
  EXPECT_EQ(state(), State::Agreed);
}

TEST_F(LoginTargetTest, ANameThatLooksLikeANumberIsAName) {
  credentials.initiator.name = "0x6e";
  beginChap();
  send(request(Stage::Security, Stage::FullFeature), {"CHAP_N=0x6e", response()});
  EXPECT_EQ(state(), State::Agreed);
}

TEST_F(LoginTargetTest, ProposesChapWhereTheInitiatorSaysNothing) {
  access.answer.policy = policyOf(false, true);
  EXPECT_THAT(send(request(Stage::Security, Stage::Operational), {initiatorPair, targetPair}),
              ElementsAre("TargetPortalGroupTag=3", "AuthMethod=CHAP"));
  EXPECT_FALSE(last.transit);
  takeChallenge(send(request(Stage::Security), {"AuthMethod=CHAP", "CHAP_A=5"}));
  send(request(Stage::Security, Stage::FullFeature), {"CHAP_N=host", response()});
  EXPECT_EQ(state(), State::Agreed);
}

TEST_F(LoginTargetTest, WaitsForCredentialsThatComeLater) {
  credentials.later = true;
  beginChap();
  EXPECT_THAT(send(request(Stage::Security, Stage::FullFeature), {"CHAP_N=host", response()}), ElementsAre("silence"));
  EXPECT_EQ(state(), State::Waiting);
  credentials.give(kStart);
  EXPECT_THAT(answer(), IsEmpty());
  EXPECT_EQ(state(), State::Agreed);
  credentials.give(kStart);
  EXPECT_THAT(answer(), ElementsAre("silence")) << "a second answer means nothing";
}

TEST_F(LoginTargetTest, FailsWhereCredentialsCannotBeHad) {
  credentials.failing = true;
  beginChap();
  EXPECT_THAT(send(request(Stage::Security, Stage::FullFeature), {"CHAP_N=host", response()}),
              ElementsAre("status 0300"));
}

TEST_F(LoginTargetTest, TakesNoRequestWhileItWaits) {
  credentials.later = true;
  beginChap();
  send(request(Stage::Security, Stage::FullFeature), {"CHAP_N=host", response()});
  EXPECT_THAT(send(request(Stage::Security, Stage::FullFeature), {}), ElementsAre("status 0200"));
  credentials.give(kStart);
  EXPECT_EQ(state(), State::Failed);
  EXPECT_EQ(sessions.joins, 0);
}

TEST_F(LoginTargetTest, AddsAConnectionWithTheNumbersAndParametersOfItsSession) {
  tsih = kTsih;
  sessions.found.kind = JoinKind::AddConnection;
  sessions.found.expCmdSn = 500;
  sessions.found.maxCmdSn = 520;
  sessions.found.parameters.maxBurstLength = 4096;
  sessions.found.parameters.headerDigest = Digest::Crc32c;
  sessions.found.parameters.maxSendDataSegmentLength = 65536;
  send(request(Stage::Operational), {initiatorPair, targetPair});
  EXPECT_EQ(last.tsih, kTsih) << "echoed from the first response on";
  EXPECT_EQ(last.expCmdSn, 500U);
  EXPECT_EQ(last.maxCmdSn, 520U);
  send(request(Stage::Operational, Stage::FullFeature), {"MaxRecvDataSegmentLength=1024"});
  EXPECT_EQ(last.expCmdSn, 900U) << "as they are when it joins";
  EXPECT_EQ(last.maxCmdSn, 931U);
  ASSERT_EQ(state(), State::Agreed);
  EXPECT_EQ(machine().result().kind, JoinKind::AddConnection);
  EXPECT_EQ(machine().result().parameters.maxBurstLength, 4096U);
  EXPECT_EQ(machine().result().parameters.headerDigest, Digest::None) << "each connection settles its own";
  EXPECT_EQ(machine().result().parameters.maxSendDataSegmentLength, 1024U);
}

TEST_F(LoginTargetTest, TellsWhatItReplaces) {
  sessions.found.kind = JoinKind::ReinstateSession;
  send(request(Stage::Operational, Stage::FullFeature), {initiatorPair, targetPair});
  EXPECT_EQ(machine().result().kind, JoinKind::ReinstateSession);
  TargetBench connection;
  connection.tsih = kTsih;
  connection.sessions.found.kind = JoinKind::ReinstateConnection;
  connection.send(connection.request(Stage::Operational, Stage::FullFeature),
                  {connection.initiatorPair, connection.targetPair});
  EXPECT_EQ(connection.machine().result().kind, JoinKind::ReinstateConnection);
}

TEST_F(LoginTargetTest, RedirectsAtOnce) {
  access.answer.status = LoginStatus::TargetMovedTemporarily;
  access.answer.address = "10.0.0.2:3260";
  access.answer.policy = policyOf(false, true);
  EXPECT_THAT(send(request(Stage::Security), {initiatorPair, targetPair, "AuthMethod=CHAP"}),
              ElementsAre("status 0101", "TargetAddress=10.0.0.2:3260"));
}

TEST_F(LoginTargetTest, RedirectsAfterAuthenticationWhereStrangersShallNotKnow) {
  access.answer.status = LoginStatus::TargetMovedPermanently;
  access.answer.redirectLate = true;
  access.answer.address = "10.0.0.2";
  access.answer.policy = policyOf(false, true);
  beginChap();
  EXPECT_THAT(send(request(Stage::Security, Stage::Operational), {"CHAP_N=host", response()}),
              ElementsAre("status 0102", "TargetAddress=10.0.0.2"));
  EXPECT_EQ(sessions.joins, 0);

  TargetBench stranger;
  stranger.access.answer = access.answer;
  stranger.beginChap();
  EXPECT_THAT(stranger.send(stranger.request(Stage::Security, Stage::Operational),
                            {"CHAP_N=host", stranger.response("a wrong secret 1")}),
              ElementsAre("status 0201"));
}

TEST_F(LoginTargetTest, SendsLongTextInPieces) {
  const std::initializer_list<std::string_view> pairs = {initiatorPair, targetPair, "X-a=b", "MaxBurstLength=65536"};
  TargetBench whole;
  const auto expected = whole.send(whole.request(Stage::Operational, Stage::FullFeature), pairs);
  const LoginRequest goOn = request(Stage::Operational, Stage::FullFeature);
  for (std::uint32_t size = 1; size < 100; ++size) {
    TargetBench bench;
    bench.setting.limits.sendSegment = size;
    bench.setting.limits.maxPdus = 200;
    bench.send(goOn, pairs);
    base::Bytes all = bench.text;
    while (bench.last.continues) {
      EXPECT_FALSE(bench.last.transit) << "C and T exclude each other";
      EXPECT_EQ(bench.text.size(), size);
      EXPECT_EQ(bench.sessions.joins, 0);
      bench.send(goOn, {});
      base::append(all, bench.text);
    }
    EXPECT_TRUE(bench.last.transit);
    EXPECT_EQ(pairsOf(all), expected);
    EXPECT_EQ(bench.machine().state(), State::Agreed);
  }
}

TEST_F(LoginTargetTest, TakesNoTextWhileItsOwnGoesOn) {
  setting.limits.sendSegment = 10;
  send(request(Stage::Operational), {initiatorPair, targetPair});
  ASSERT_TRUE(last.continues);
  EXPECT_THAT(send(request(Stage::Operational), {"X-a=b"}), ElementsAre("status 0200"));
}

TEST_F(LoginTargetTest, AgreesOnTheSameForEveryCutOfItsText) {
  const base::Bytes bytes = textOf({initiatorPair, targetPair, "InitialR2T=No", "MaxBurstLength=65536", "X-a=b"});
  std::vector<std::string> whole;
  {
    TargetBench bench;
    whole = bench.send(bench.request(Stage::Operational, Stage::FullFeature), bytes);
    ASSERT_EQ(bench.machine().state(), State::Agreed);
  }
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    TargetBench bench;
    LoginRequest part = bench.request(Stage::Operational);
    part.continues = true;
    EXPECT_THAT(bench.send(part, base::ByteView(bytes).first(cut)), IsEmpty());
    EXPECT_EQ(bench.access.questions, 0) << "nothing is done before the text is whole";
    EXPECT_EQ(bench.send(bench.request(Stage::Operational, Stage::FullFeature), base::ByteView(bytes).subspan(cut)),
              whole);
    EXPECT_EQ(bench.machine().state(), State::Agreed);
    EXPECT_EQ(bench.machine().result().parameters.maxBurstLength, 65536U);
  }
}

// As libiscsi does it where it has a user and the target chose None.
TEST_F(LoginTargetTest, LetsTheSameNamesPassOnceMoreInTheOperationalStage) {
  TargetBench bench;
  bench.access.answer.policy = policyOf(true, false);
  bench.send(bench.request(Stage::Security, Stage::Operational),
             {initiatorPair, "InitiatorAlias=a", targetPair, "SessionType=Normal", "AuthMethod=CHAP,None"});
  bench.send(bench.request(Stage::Operational, Stage::FullFeature),
             {initiatorPair, "InitiatorAlias=a", targetPair, "SessionType=Normal", "HeaderDigest=None"});
  EXPECT_EQ(bench.machine().state(), State::Agreed);
  for (const bool lenient : {true, false}) {
    for (const std::string_view pair :
         {"InitiatorName=iqn.2001-04.com.example:other", "SessionType=Discovery", "InitiatorAlias=b", "AuthMethod=None",
          "TargetName=iqn.2001-04.com.example:o"}) {
      TargetBench other;
      other.setting.sameNamesAgain = lenient;
      other.send(other.request(Stage::Security, Stage::Operational),
                 {initiatorPair, "InitiatorAlias=a", targetPair, "SessionType=Normal", "AuthMethod=None"});
      EXPECT_THAT(other.send(other.request(Stage::Operational, Stage::FullFeature), {pair}), ElementsAre("status 0200"))
          << pair;
    }
  }
  TargetBench strict;
  strict.setting.sameNamesAgain = false;
  strict.send(strict.request(Stage::Security, Stage::Operational), {initiatorPair, targetPair, "AuthMethod=None"});
  EXPECT_THAT(strict.send(strict.request(Stage::Operational, Stage::FullFeature), {initiatorPair}),
              ElementsAre("status 0200"));
  TargetBench twice;
  twice.send(twice.request(Stage::Security, Stage::Operational), {initiatorPair, targetPair, "AuthMethod=None"});
  EXPECT_THAT(twice.send(twice.request(Stage::Operational, Stage::FullFeature), {initiatorPair, initiatorPair}),
              ElementsAre("status 0200"));
}

TEST_F(LoginTargetTest, ClosesAtItsDeadline) {
  setting.limits.deadline = kStart + std::chrono::seconds(15);
  EXPECT_EQ(machine().nextDeadline(), setting.limits.deadline);
  send(request(Stage::Security), {initiatorPair, targetPair});
  machine().onTimer(kStart + std::chrono::seconds(14));
  EXPECT_EQ(state(), State::Running);
  machine().onTimer(kStart + std::chrono::seconds(15));
  EXPECT_EQ(state(), State::Failed);
  EXPECT_THAT(answer(), ElementsAre("silence"));
  EXPECT_EQ(machine().nextDeadline(), base::kNever);
}

TEST_F(LoginTargetTest, ClosesAtItsDeadlineEvenIfTheTimerIsLate) {
  setting.limits.deadline = kStart + std::chrono::seconds(15);
  const auto late = kStart + std::chrono::seconds(16);
  EXPECT_THAT(send(request(Stage::Operational, Stage::FullFeature), textOf({initiatorPair, targetPair}), late),
              ElementsAre("silence"));
  EXPECT_EQ(sessions.joins, 0);
  TargetBench waiting;
  waiting.setting.limits.deadline = setting.limits.deadline;
  waiting.credentials.later = true;
  waiting.beginChap();
  waiting.send(waiting.request(Stage::Security, Stage::FullFeature), {"CHAP_N=host", waiting.response()});
  waiting.credentials.give(late);
  EXPECT_EQ(waiting.machine().state(), State::Failed);
}

TEST_F(LoginTargetTest, HasNoDeadlineOnceItAgreed) {
  setting.limits.deadline = kStart + std::chrono::seconds(15);
  send(request(Stage::Operational, Stage::FullFeature), {initiatorPair, targetPair});
  machine().onTimer(kStart + std::chrono::hours(1));
  EXPECT_EQ(state(), State::Agreed);
}

TEST_F(LoginTargetTest, HandsOnWhatTheOwnerRefuses) {
  for (const LoginStatus status : {LoginStatus::NotFound, LoginStatus::AuthorizationFailure, LoginStatus::TargetRemoved,
                                   LoginStatus::ServiceUnavailable, LoginStatus::SessionTypeNotSupported}) {
    TargetBench bench;
    bench.access.answer.status = status;
    bench.send(bench.request(Stage::Security), {bench.initiatorPair, bench.targetPair});
    EXPECT_EQ(bench.last.status, status);
    EXPECT_EQ(bench.sessions.lookUps, 0);
  }
  for (const LoginStatus status : {LoginStatus::SessionDoesNotExist, LoginStatus::TooManyConnections,
                                   LoginStatus::CannotIncludeInSession, LoginStatus::OutOfResources}) {
    TargetBench early;
    early.sessions.found.status = status;
    early.send(early.request(Stage::Security), {early.initiatorPair, early.targetPair});
    EXPECT_EQ(early.last.status, status);
    TargetBench late;
    late.sessions.joined.status = status;
    late.send(late.request(Stage::Operational, Stage::FullFeature), {late.initiatorPair, late.targetPair});
    EXPECT_EQ(late.last.status, status);
    EXPECT_FALSE(late.last.transit);
    EXPECT_EQ(late.machine().state(), State::Failed);
  }
}

}  // namespace
