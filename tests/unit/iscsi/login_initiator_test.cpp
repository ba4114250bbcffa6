#include "agent/iscsi/login_initiator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/iscsi/login_fixture.h"

namespace {

using namespace iscsi_test;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using State = LoginInitiator::State;

class LoginInitiatorTest : public testing::Test, protected InitiatorBench {
 protected:
  void toOperational() {
    start();
    answer(response(Stage::Security, Stage::Operational), {"TargetPortalGroupTag=7", "AuthMethod=None"});
    ASSERT_EQ(last.csg, 1);
  }
};

TEST_F(LoginInitiatorTest, BeginsWithItsNamesAndMethods) {
  setting.initiatorAlias = "Bob";
  EXPECT_THAT(start(),
              ElementsAre("InitiatorName=" + std::string(kInitiatorName), "InitiatorAlias=Bob",
                          "TargetName=" + std::string(kTargetName), "SessionType=Normal", "AuthMethod=CHAP,None"));
  EXPECT_EQ(last.csg, 0);
  EXPECT_TRUE(last.transit);
  EXPECT_EQ(last.nsg, 1);
  EXPECT_EQ(last.isid, kIsid);
  EXPECT_EQ(last.tsih, 0);
  EXPECT_EQ(last.cid, 1);
  EXPECT_EQ(last.cmdSn, 100U);
}

TEST_F(LoginInitiatorTest, OffersWhatItsPolicyAllows) {
  const auto methods = [](const AuthPolicy& policy) {
    InitiatorBench bench;
    bench.setting.policy = policy;
    return bench.start().back();
  };
  EXPECT_EQ(methods(policyOf(true, false)), "AuthMethod=None");
  EXPECT_EQ(methods(policyOf(false, true)), "AuthMethod=CHAP");
  EXPECT_EQ(methods(policyOf(true, true, true)), "AuthMethod=CHAP");
  InitiatorBench none;
  none.setting.policy = policyOf(false, false);
  EXPECT_THAT(none.start(), ElementsAre("silence"));
  EXPECT_EQ(none.state(), State::Failed);
}

TEST_F(LoginInitiatorTest, LogsInWithoutAuthentication) {
  toOperational();
  EXPECT_TRUE(last.transit);
  EXPECT_EQ(last.nsg, 3);
  EXPECT_EQ(last.expStatSn, 51U);
  EXPECT_THAT(pairsOf(text), Contains("MaxBurstLength=262144"));
  EXPECT_THAT(answer(response(Stage::Operational, Stage::FullFeature),
                     {"MaxBurstLength=65536", "FirstBurstLength=65536", "MaxRecvDataSegmentLength=4096"}),
              ElementsAre("silence"));
  ASSERT_EQ(state(), State::Agreed);
  const AgreedLogin& login = machine().result();
  EXPECT_EQ(login.tsih, kTsih);
  EXPECT_EQ(login.portalGroupTag, 7);
  EXPECT_EQ(login.parameters.maxBurstLength, 65536U);
  EXPECT_EQ(login.parameters.maxSendDataSegmentLength, 4096U);
  EXPECT_EQ(login.statSn, 52U);
  EXPECT_EQ(login.expCmdSn, 100U);
  EXPECT_EQ(login.maxCmdSn, 131U);
  EXPECT_EQ(login.identity.proof, Proof::ClaimedName);
}

TEST_F(LoginInitiatorTest, BeginsBehindTheSecurityStageWhereThatIsWanted) {
  setting.skipSecurity = true;
  EXPECT_THAT(start(), Contains("InitialR2T=Yes"));
  EXPECT_EQ(last.csg, 1);
  EXPECT_EQ(last.nsg, 3);
  answer(response(Stage::Operational, Stage::FullFeature), {"TargetPortalGroupTag=1"});
  EXPECT_EQ(state(), State::Agreed);
  InitiatorBench secure;
  secure.setting.skipSecurity = true;
  secure.setting.policy = policyOf(false, true);
  secure.start();
  EXPECT_EQ(secure.last.csg, 0) << "only where None would do";
}

TEST_F(LoginInitiatorTest, AsksForADiscoverySession) {
  setting.targetName.clear();
  setting.discovery = true;
  EXPECT_THAT(start(), ElementsAre("InitiatorName=" + std::string(kInitiatorName), "SessionType=Discovery",
                                   "AuthMethod=CHAP,None"));
  EXPECT_THAT(answer(response(Stage::Security, Stage::Operational), {"AuthMethod=None"}),
              ElementsAre("HeaderDigest=None", "DataDigest=None", "DefaultTime2Wait=2", "DefaultTime2Retain=20",
                          "ErrorRecoveryLevel=0", "MaxRecvDataSegmentLength=8192"));
  answer(response(Stage::Operational, Stage::FullFeature), {});
  EXPECT_EQ(state(), State::Agreed);
}

TEST_F(LoginInitiatorTest, OffersOnItsOwnConnectionWhenItJoinsASession) {
  setting.tsih = kTsih;
  setting.session.maxBurstLength = 4096;
  setting.wishes = Wishes();
  EXPECT_THAT(start(), testing::Not(Contains("SessionType=Normal")));
  EXPECT_EQ(last.tsih, kTsih);
  EXPECT_THAT(answer(response(Stage::Security, Stage::Operational), {"AuthMethod=None"}),
              ElementsAre("HeaderDigest=None", "DataDigest=None", "MaxRecvDataSegmentLength=8192"));
  answer(response(Stage::Operational, Stage::FullFeature), {});
  EXPECT_EQ(machine().result().parameters.maxBurstLength, 4096U);
  EXPECT_EQ(machine().result().kind, JoinKind::AddConnection);
}

// MD5(09 | "initiator secret" | 0011..ff), by another program.
TEST_F(LoginInitiatorTest, ProvesItself) {
  setting.policy = policyOf(false, true);
  credentials.target.current = "";
  start();
  EXPECT_THAT(answer(response(Stage::Security), {"AuthMethod=CHAP"}), ElementsAre("CHAP_A=8,5"));
  EXPECT_FALSE(last.transit);
  EXPECT_THAT(answer(response(Stage::Security), {"CHAP_A=5", "CHAP_I=9", "CHAP_C=0x00112233445566778899aabbccddeeff"}),
              ElementsAre("CHAP_N=host", "CHAP_R=0xa551cd4eddbed75499fde719f501592e"));
  EXPECT_TRUE(last.transit);
  EXPECT_EQ(credentials.asked, std::string(kInitiatorName) + " " + std::string(kTargetName) + " ");
  answer(response(Stage::Security, Stage::Operational), {});
  answer(response(Stage::Operational, Stage::FullFeature), {});
  ASSERT_EQ(state(), State::Agreed);
  EXPECT_EQ(machine().result().identity.proof, Proof::Chap);
}

TEST_F(LoginInitiatorTest, TakesAProofThatComesWithoutATransit) {
  setting.policy = policyOf(false, true, true);
  start();
  answer(response(Stage::Security), {"AuthMethod=CHAP"});
  const auto sent =
      answer(response(Stage::Security), {"CHAP_A=0x5", "CHAP_I=0x9", "CHAP_C=0bABEiM0RVZneImaq7zN3u/w=="});
  ASSERT_EQ(sent.size(), 4U);
  const auto identifier = static_cast<std::uint8_t>(*parseNumber(sent[2].substr(7)));
  const auto challenge = *parseBinary(sent[3].substr(7), 1024);
  const ChapDigest right = chapResponse(ChapAlgorithm::Md5, identifier, *base::Secret::from(kTargetSecret), challenge);
  EXPECT_THAT(answer(response(Stage::Security), {"CHAP_N=disk", "CHAP_R=" + toHex(right.view())}), IsEmpty());
  EXPECT_TRUE(last.transit);
  answer(response(Stage::Security, Stage::Operational), {});
  answer(response(Stage::Operational, Stage::FullFeature), {});
  ASSERT_EQ(state(), State::Agreed);
  EXPECT_EQ(machine().result().identity.proof, Proof::MutualChap);
  EXPECT_EQ(machine().result().peerSecret, SecretMatch::Current);
}

TEST_F(LoginInitiatorTest, WaitsForCredentials) {
  credentials.later = true;
  start();
  answer(response(Stage::Security), {"AuthMethod=CHAP"});
  EXPECT_THAT(answer(response(Stage::Security), {"CHAP_A=5", "CHAP_I=9", "CHAP_C=0x0011"}), ElementsAre("silence"));
  EXPECT_EQ(state(), State::Waiting);
  credentials.give(kStart);
  EXPECT_THAT(request(), Contains("CHAP_N=host"));
  EXPECT_EQ(state(), State::Running);
}

TEST_F(LoginInitiatorTest, TakesItsQuestionBackWhenItFailsOrGoes) {
  for (const bool fails : {true, false}) {
    InitiatorBench bench;
    bench.credentials.later = true;
    bench.start();
    bench.answer(bench.response(Stage::Security), {"AuthMethod=CHAP"});
    bench.answer(bench.response(Stage::Security), {"CHAP_A=5", "CHAP_I=9", "CHAP_C=0x0011"});
    EXPECT_FALSE(bench.credentials.withdrawn);
    if (fails) {
      bench.machine().onOtherPdu();
    } else {
      bench.initiator.reset();
    }
    EXPECT_TRUE(bench.credentials.withdrawn);
  }
}

TEST_F(LoginInitiatorTest, FailsWhereCredentialsCannotBeHad) {
  credentials.failing = true;
  start();
  answer(response(Stage::Security), {"AuthMethod=CHAP"});
  answer(response(Stage::Security), {"CHAP_A=5", "CHAP_I=9", "CHAP_C=0x0011"});
  EXPECT_EQ(state(), State::Failed);
}

TEST_F(LoginInitiatorTest, SilenceAboutTheMethodIsNone) {
  start();
  answer(response(Stage::Security, Stage::Operational), {"TargetPortalGroupTag=1"});
  EXPECT_EQ(last.csg, 1);
  InitiatorBench secure;
  secure.setting.policy = policyOf(false, true);
  secure.start();
  EXPECT_THAT(secure.answer(secure.response(Stage::Security), {}), IsEmpty()) << "it may still come";
  EXPECT_FALSE(secure.last.transit);
}

TEST_F(LoginInitiatorTest, GoesOnUntilTheTargetIsReady) {
  start();
  EXPECT_THAT(answer(response(Stage::Security), {"AuthMethod=None"}), IsEmpty());
  EXPECT_TRUE(last.transit);
  EXPECT_THAT(answer(response(Stage::Security, Stage::Operational), {}), Contains("InitialR2T=Yes"));
  EXPECT_THAT(answer(response(Stage::Operational), {"InitialR2T=Yes"}), IsEmpty());
  EXPECT_TRUE(last.transit);
  EXPECT_THAT(answer(response(Stage::Operational), {"X-com.example.a=1", "OFMarker=No"}),
              ElementsAre("X-com.example.a=NotUnderstood", "OFMarker=Reject"));
  answer(response(Stage::Operational, Stage::FullFeature), {});
  EXPECT_EQ(state(), State::Agreed);
}

TEST_F(LoginInitiatorTest, AnswersWhatTheTargetOffers) {
  ASSERT_TRUE(setting.wishes.set(Key::HeaderDigest, {"CRC32C", "None"}));
  toOperational();
  EXPECT_THAT(answer(response(Stage::Operational), {"HeaderDigest=CRC32C", "iSCSIProtocolLevel=2"}),
              ElementsAre("iSCSIProtocolLevel=1"));
  EXPECT_TRUE(last.transit);
  answer(response(Stage::Operational, Stage::FullFeature), {});
  ASSERT_EQ(state(), State::Agreed);
  EXPECT_EQ(machine().result().parameters.headerDigest, Digest::Crc32c);
  EXPECT_EQ(machine().result().parameters.protocolLevel, 1U);
}

TEST_F(LoginInitiatorTest, LeavesATargetThatOffersWithItsLastWord) {
  toOperational();
  answer(response(Stage::Operational, Stage::FullFeature), {"iSCSIProtocolLevel=2"});
  EXPECT_EQ(state(), State::Failed);
}

TEST_F(LoginInitiatorTest, LeavesATargetThatChoosesWhatItMayNot) {
  toOperational();
  answer(response(Stage::Operational, Stage::FullFeature), {"MaxBurstLength=262145"});
  EXPECT_EQ(state(), State::Failed);
  EXPECT_EQ(machine().failure().key, &rowOf(Key::MaxBurstLength));
}

TEST_F(LoginInitiatorTest, LeavesATargetWithoutATsih) {
  toOperational();
  LoginResponse header = response(Stage::Operational, Stage::FullFeature);
  header.tsih = 0;
  answer(header, {});
  EXPECT_EQ(state(), State::Failed);
}

TEST_F(LoginInitiatorTest, LeavesAnotherPortalGroup) {
  setting.portalGroupTag = 8;
  start();
  answer(response(Stage::Security, Stage::Operational), {"TargetPortalGroupTag=7", "AuthMethod=None"});
  EXPECT_EQ(state(), State::Failed);
}

TEST_F(LoginInitiatorTest, HandsOnWhyItWasRefused) {
  for (const LoginStatusRow& row : loginStatusTable()) {
    if (statusClassOf(row.status) < 2) continue;
    InitiatorBench bench;
    bench.start();
    LoginResponse header = bench.response(Stage::Security);
    header.csg = 3;  // reserved then
    header.status = row.status;
    bench.answer(header, {});
    EXPECT_EQ(bench.state(), State::Failed);
    EXPECT_EQ(bench.machine().failure().status, row.status);
  }
  InitiatorBench odd;
  odd.start();
  LoginResponse header = odd.response(Stage::Security);
  header.status = static_cast<LoginStatus>(0x0999);
  odd.answer(header, {});
  EXPECT_EQ(odd.state(), State::Failed);
}

TEST_F(LoginInitiatorTest, TellsWhereATargetMovedTo) {
  start();
  LoginResponse header = response(Stage::Security);
  header.status = LoginStatus::TargetMovedPermanently;
  answer(header, {"TargetAddress=10.0.0.2:3260", "TargetAddress=[2001:db8::1]"});
  ASSERT_EQ(state(), State::Redirected);
  EXPECT_THAT(machine().addresses(), ElementsAre("10.0.0.2:3260", "[2001:db8::1]"));
  EXPECT_EQ(machine().failure().status, LoginStatus::TargetMovedPermanently);
}

TEST_F(LoginInitiatorTest, DoesNotFollowARedirectionToNowhere) {
  start();
  LoginResponse header = response(Stage::Security);
  header.status = LoginStatus::TargetMovedTemporarily;
  answer(header, {"TargetAddress="});
  EXPECT_EQ(state(), State::Failed);
  InitiatorBench many;
  many.start();
  base::Bytes addresses;
  for (int i = 0; i < 100; ++i) base::append(addresses, textOf({"TargetAddress=10.0.0.1"}));
  many.answer(header, addresses);
  EXPECT_EQ(many.machine().addresses().size(), LoginInitiator::kMaxAddresses);
}

TEST_F(LoginInitiatorTest, MayDemandAProofBeforeItIsRedirected) {
  setting.earlyRedirectAccepted = false;
  start();
  LoginResponse header = response(Stage::Security);
  header.status = LoginStatus::TargetMovedTemporarily;
  answer(header, {"TargetAddress=10.0.0.2"});
  EXPECT_EQ(state(), State::Failed);
}

TEST_F(LoginInitiatorTest, TakesEveryCutOfAResponse) {
  const base::Bytes whole = textOf({"TargetPortalGroupTag=7", "TargetAlias=Disk", "AuthMethod=None"});
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    InitiatorBench bench;
    bench.start();
    LoginResponse part = bench.response(Stage::Security);
    part.continues = true;
    EXPECT_THAT(bench.answer(part, base::ByteView(whole).first(cut)), IsEmpty());
    EXPECT_FALSE(bench.last.transit || bench.last.continues) << "an empty request means: go on";
    EXPECT_EQ(bench.last.dataSegmentLength, 0U);
    LoginResponse rest = bench.response(Stage::Security);
    EXPECT_THAT(bench.answer(rest, base::ByteView(whole).subspan(cut)), IsEmpty());
    EXPECT_TRUE(bench.last.transit);
    bench.answer(bench.response(Stage::Security, Stage::Operational), {});
    EXPECT_EQ(bench.last.csg, 1) << cut;
  }
}

TEST_F(LoginInitiatorTest, SendsLongTextInPieces) {
  setting.limits.sendSegment = 32;
  setting.limits.maxPdus = 100;
  start();
  base::Bytes all = text;
  while (last.continues) {
    EXPECT_FALSE(last.transit);
    EXPECT_EQ(text.size(), 32U);
    answer(response(Stage::Security), {});
    base::append(all, text);
  }
  EXPECT_TRUE(last.transit);
  EXPECT_THAT(pairsOf(all), Contains("AuthMethod=CHAP,None"));
  InitiatorBench rude;
  rude.setting.limits.sendSegment = 32;
  rude.start();
  rude.answer(rude.response(Stage::Security), {"TargetAlias=a"});
  EXPECT_EQ(rude.state(), State::Failed) << "no text while ours goes on";
}

TEST_F(LoginInitiatorTest, GivesUpAtItsDeadline) {
  setting.limits.deadline = kStart + std::chrono::seconds(15);
  EXPECT_EQ(machine().nextDeadline(), base::kNever) << "before start()";
  start();
  EXPECT_EQ(machine().nextDeadline(), setting.limits.deadline);
  machine().onTimer(kStart);
  EXPECT_EQ(state(), State::Running);
  machine().onTimer(setting.limits.deadline);
  EXPECT_EQ(state(), State::Failed);
}

TEST_F(LoginInitiatorTest, ClosesAtAnyOtherPdu) {
  start();
  machine().onOtherPdu();
  EXPECT_EQ(state(), State::Failed);
}

TEST_F(LoginInitiatorTest, TellsTheOldStatSnWhenItTakesTheConnectionOfAnother) {
  setting.tsih = kTsih;
  setting.expStatSn = 4711;
  start();
  EXPECT_EQ(last.expStatSn, 4711U);
}

}  // namespace
