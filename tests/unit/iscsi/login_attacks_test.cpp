// Hostile initiators and targets against the login machines (RFC 7143 6.3, 9.2, 12.1.3).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/iscsi/login_fixture.h"

namespace {

using namespace iscsi_test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kSecurity = Stage::Security;
constexpr auto kOperational = Stage::Operational;
constexpr auto kFullFeature = Stage::FullFeature;

// One first request that must not get in.
struct BadFirst {
  const char* name;
  LoginStatus status;
  std::function<void(TargetBench&, LoginRequest&)> change;
  std::vector<std::string> pairs;  // beside the names
};
class BadFirstRequest : public testing::TestWithParam<BadFirst> {};
TEST_P(BadFirstRequest, IsRejectedAndTouchesNoSession) {
  TargetBench bench;
  LoginRequest header = bench.request(kOperational, kFullFeature);
  GetParam().change(bench, header);
  base::Bytes text;
  if (GetParam().pairs.empty()) text = textOf({bench.initiatorPair, bench.targetPair});
  for (const std::string& pair : GetParam().pairs) base::append(text, textOf({pair}));
  bench.send(header, text);
  EXPECT_EQ(bench.last.status, GetParam().status) << loginStatusName(bench.last.status);
  EXPECT_FALSE(bench.last.transit);
  EXPECT_EQ(bench.last.statSn, 0U);
  EXPECT_EQ(bench.sessions.joins, 0);
  EXPECT_EQ(bench.machine().state(), LoginTarget::State::Failed);
  EXPECT_THAT(bench.send(header, text), ElementsAre("silence")) << "the login is over";
}
const std::string kI = "InitiatorName=" + std::string(kInitiatorName);
const std::string kT = "TargetName=" + std::string(kTargetName);
const auto kNothing = [](TargetBench&, LoginRequest&) {};
const BadFirst kBadFirst[] = {
    {"Version", LoginStatus::UnsupportedVersion, [](auto&, auto& h) { h.versionMin = h.versionMax = 1; }, {}},
    {"AdditionalHeader", LoginStatus::InitiatorError, [](auto&, auto& h) { h.totalAhsLength = 1; }, {}},
    {"TransitAndContinue", LoginStatus::InitiatorError, [](auto&, auto& h) { h.continues = true; }, {}},
    {"Backwards", LoginStatus::InitiatorError, [](auto&, auto& h) { h.nsg = 0; }, {}},
    {"SameStage", LoginStatus::InitiatorError, [](auto&, auto& h) { h.nsg = 1; }, {}},
    {"ReservedNextStage", LoginStatus::InitiatorError, [](auto&, auto& h) { h.nsg = 2; }, {}},
    {"ReservedStage", LoginStatus::InitiatorError, [](auto&, auto& h) { h.csg = 2; }, {}},
    {"StartsInFullFeature", LoginStatus::InitiatorError, [](auto&, auto& h) { h.csg = 3; }, {}},
    {"NoInitiatorName", LoginStatus::MissingParameter, kNothing, {kT}},
    {"NoTargetName", LoginStatus::MissingParameter, kNothing, {kI}},
    {"NoTargetNameInANormalSession", LoginStatus::MissingParameter, kNothing, {kI, "SessionType=Normal"}},
    {"EmptyInitiatorName", LoginStatus::InitiatorError, kNothing, {"InitiatorName=", kT}},
    {"NoIscsiName", LoginStatus::InitiatorError, kNothing, {"InitiatorName=host", kT}},
    {"NameWithASlash", LoginStatus::InitiatorError, kNothing, {"InitiatorName=iqn.2001-04.com.example:a/b", kT}},
    {"LongName", LoginStatus::InitiatorError, kNothing, {"InitiatorName=iqn.2001-04.com:" + std::string(220, 'x'), kT}},
    {"BadTargetName", LoginStatus::InitiatorError, kNothing, {kI, "TargetName=eui.123"}},
    {"SessionType", LoginStatus::SessionTypeNotSupported, kNothing, {kI, kT, "SessionType=Boot"}},
    {"NameTwice", LoginStatus::InitiatorError, kNothing, {kI, kI, kT}},
    {"TargetTwice", LoginStatus::InitiatorError, kNothing, {kI, kT, kT}},
    {"KeyTwice", LoginStatus::InitiatorError, kNothing, {kI, kT, "MaxBurstLength=512", "MaxBurstLength=512"}},
    {"UnknownKeyTwice", LoginStatus::InitiatorError, kNothing, {kI, kT, "X-a=1", "X-a=2"}},
    {"KeyOfTheTarget", LoginStatus::InitiatorError, kNothing, {kI, kT, "TargetPortalGroupTag=1"}},
    {"AddressOfTheTarget", LoginStatus::InitiatorError, kNothing, {kI, kT, "TargetAddress=10.0.0.1"}},
    {"SecurityKey", LoginStatus::InitiatorError, kNothing, {kI, kT, "AuthMethod=None"}},
    {"ChapKey", LoginStatus::InitiatorError, kNothing, {kI, kT, "CHAP_A=5"}},
    {"SendTargets", LoginStatus::InitiatorError, kNothing, {kI, kT, "SendTargets=All"}},
    {"ReservedWord", LoginStatus::InitiatorError, kNothing, {kI, kT, "MaxBurstLength=Irrelevant"}},
    {"NoEquals", LoginStatus::InitiatorError, kNothing, {kI, kT, "garbage"}},
    {"OperationalKeyInTheSecurityStage",
     LoginStatus::InitiatorError,
     [](auto&, auto& h) { h.csg = 0; },
     {kI, kT, "MaxBurstLength=512"}},
    {"ChapBeforeItIsChosen",
     LoginStatus::InitiatorError,
     [](auto&, auto& h) { h.csg = 0; },
     {kI, kT, "AuthMethod=CHAP", "CHAP_A=5"}},
    {"ResponseAtOnce",
     LoginStatus::InitiatorError,
     [](auto&, auto& h) { h.csg = 0; },
     {kI, kT, "CHAP_N=host", "CHAP_R=0x00"}},
    {"KerberosTicket", LoginStatus::InitiatorError, [](auto&, auto& h) { h.csg = 0; }, {kI, kT, "KRB_AP_REQ=0x00"}},
    {"MethodReject", LoginStatus::InitiatorError, [](auto&, auto& h) { h.csg = 0; }, {kI, kT, "AuthMethod=Reject"}},
    {"NoCommonMethod",
     LoginStatus::AuthenticationFailure,
     [](auto&, auto& h) { h.csg = 0; },
     {kI, kT, "AuthMethod=KRB5,SRP"}},
    {"NoneWhereChapIsRequired",
     LoginStatus::AuthenticationFailure,
     [](auto& b, auto& h) {
       h.csg = 0;
       b.access.answer.policy = policyOf(false, true);
     },
     {kI, kT, "AuthMethod=None"}},
    {"NoneWhereMutualIsRequired",
     LoginStatus::AuthenticationFailure,
     [](auto& b, auto& h) {
       h.csg = 0;
       b.access.answer.policy = policyOf(true, true, true);
     },
     {kI, kT, "AuthMethod=None"}},
    {"StartBehindSecurity",
     LoginStatus::AuthenticationFailure,
     [](auto& b, auto&) { b.access.answer.policy = policyOf(false, true); },
     {}},
    {"StartBehindSecurityWhereMutualIsRequired",
     LoginStatus::AuthenticationFailure,
     [](auto& b, auto&) { b.access.answer.policy = policyOf(true, true, true); },
     {}},
    {"NothingIsAllowed",
     LoginStatus::AuthenticationFailure,
     [](auto& b, auto& h) {
       h.csg = 0;
       b.access.answer.policy = policyOf(false, false);
     },
     {}},
    {"UnknownSession", LoginStatus::SessionDoesNotExist, [](auto& b, auto& h) { b.tsih = h.tsih = 5; }, {}},
    {"ConnectionToADiscoverySession",
     LoginStatus::TooManyConnections,
     [](auto& b, auto& h) {
       b.tsih = h.tsih = 5;
       b.sessions.found.kind = JoinKind::AddConnection;
     },
     {kI, "SessionType=Discovery"}},
    {"LeadingKeyOnAnAddedConnection",
     LoginStatus::InitiatorError,
     [](auto& b, auto& h) {
       b.tsih = h.tsih = 5;
       b.sessions.found.kind = JoinKind::AddConnection;
     },
     {kI, kT, "MaxBurstLength=512"}},
    {"LengthOutOfRange", LoginStatus::InitiatorError, kNothing, {kI, kT, "MaxRecvDataSegmentLength=1"}},
};
INSTANTIATE_TEST_SUITE_P(All, BadFirstRequest, testing::ValuesIn(kBadFirst),
                         [](const auto& row) { return row.param.name; });

// Fields that may not change from request to request.
TEST(LoginTargetAttack, AFieldThatChangesEndsTheLogin) {
  const std::function<void(LoginRequest&)> kChanges[] = {
      [](auto& h) { h.initiatorTaskTag = 1; },
      [](auto& h) { h.isid[5] ^= 1; },
      [](auto& h) { h.tsih = 1; },
      [](auto& h) { h.cid = 2; },
      [](auto& h) { h.versionMax = 1; },
      [](auto& h) { h.csg = 1; },
  };
  for (const auto& change : kChanges) {
    TargetBench bench;
    bench.send(bench.request(kSecurity), {bench.initiatorPair, bench.targetPair});
    LoginRequest header = bench.request(kSecurity);
    change(header);
    EXPECT_THAT(bench.send(header, {}), ElementsAre("status 0200"));
  }
}

TEST(LoginTargetAttack, AStartBehindTheSecurityStageGetsNoAnswerToItsOffers) {
  TargetBench bench;
  bench.access.answer.policy = policyOf(false, true);
  EXPECT_THAT(bench.send(bench.request(kOperational), {kI, kT, "MaxBurstLength=512"}), ElementsAre("status 0201"));
}

TEST(LoginTargetAttack, NamesComeOnceAndAtTheBeginning) {
  for (const std::string& pair : {kI, kT, std::string("SessionType=Discovery")}) {
    TargetBench bench;
    bench.send(bench.request(kSecurity), {bench.initiatorPair, bench.targetPair, "SessionType=Normal"});
    EXPECT_THAT(bench.send(bench.request(kSecurity), {pair}), ElementsAre("status 0200"));
  }
  TargetBench late;
  late.send(late.request(kSecurity), {late.initiatorPair, late.targetPair});
  EXPECT_THAT(late.send(late.request(kSecurity), {"SessionType=Discovery"}), ElementsAre("status 0200"));
}

TEST(LoginTargetAttack, AKeyThatComesAgainInAnotherStageEndsTheLogin) {
  TargetBench bench;
  bench.send(bench.request(kSecurity, kOperational),
             {bench.initiatorPair, bench.targetPair, "AuthMethod=None", "X-a=1"});
  EXPECT_THAT(bench.send(bench.request(kOperational), {"X-a=1"}), ElementsAre("status 0200"));
}

TEST(LoginTargetAttack, OtherPdus) {
  TargetBench before;
  before.machine().onOtherPdu();
  EXPECT_EQ(before.machine().state(), LoginTarget::State::Failed);
  EXPECT_THAT(before.answer(), ElementsAre("silence")) << "not even an answer (4.2.4)";
  TargetBench during;
  during.send(during.request(kSecurity), {during.initiatorPair, during.targetPair});
  during.machine().onOtherPdu();
  EXPECT_THAT(during.answer(), ElementsAre("status 020b"));
}

TEST(LoginTargetAttack, AThousandEmptyRequests) {
  TargetBench bench;
  bench.send(bench.request(kSecurity), {bench.initiatorPair, bench.targetPair});
  int answered = 0;
  for (int i = 0; i < 1000; ++i) answered += bench.send(bench.request(kSecurity), {}).empty() ? 1 : 0;
  EXPECT_EQ(answered, 31);
  EXPECT_EQ(bench.machine().state(), LoginTarget::State::Failed);
  TargetBench six;
  for (int i = 0; i < 6; ++i) six.send(six.request(kSecurity), {});
  EXPECT_EQ(six.last.status, LoginStatus::MissingParameter) << "the first text has the names";
}

TEST(LoginTargetAttack, SixExchangesAreAlwaysPossible) {
  TargetBench bench;
  bench.send(bench.request(kSecurity), {bench.initiatorPair, bench.targetPair});
  for (int i = 0; i < 6; ++i) EXPECT_THAT(bench.send(bench.request(kSecurity), {}), IsEmpty());
  bench.send(bench.request(kSecurity, kFullFeature), {});
  EXPECT_EQ(bench.machine().state(), LoginTarget::State::Agreed);
}

TEST(LoginTargetAttack, TextWithoutEnd) {
  TargetBench bench;
  bench.setting.limits.maxPdus = 1000;
  LoginRequest part = bench.request(kOperational);
  part.continues = true;
  const base::Bytes chunk(8192, 'A');
  for (int i = 0; i < 8; ++i) EXPECT_THAT(bench.send(part, chunk), IsEmpty());
  EXPECT_THAT(bench.send(part, chunk), ElementsAre("status 0200"));
}

TEST(LoginTargetAttack, ASegmentAboveTheLimit) {
  TargetBench bench;
  base::Bytes text = textOf({bench.initiatorPair, bench.targetPair});
  text.resize(8193);
  EXPECT_THAT(bench.send(bench.request(kOperational), text), ElementsAre("status 0200"));
  TargetBench lenient;
  lenient.setting.limits.maxSegment = 65536;
  lenient.send(lenient.request(kOperational), text);
  EXPECT_EQ(lenient.last.status, LoginStatus::Success);
}

TEST(LoginTargetAttack, ManyUnknownKeys) {
  TargetBench bench;
  std::string text = kI + '\0' + kT + '\0';
  for (int i = 0; i < 100; ++i) text += "X-" + std::to_string(i) + "=" + '\0';
  EXPECT_THAT(bench.send(bench.request(kOperational), base::asBytes(text)), ElementsAre("status 0200"));
}

// Transit with T at each step of CHAP leads nowhere before the response was verified (h).
TEST(LoginTargetAttack, TransitWithoutAuthentication) {
  for (const Stage wanted : {kOperational, kFullFeature}) {
    TargetBench bench;
    bench.access.answer.policy = policyOf(false, true);
    bench.send(bench.request(kSecurity, wanted), {kI, kT, "AuthMethod=CHAP"});
    EXPECT_FALSE(bench.last.transit);
    bench.takeChallenge(bench.send(bench.request(kSecurity, wanted), {"CHAP_A=5"}));
    EXPECT_FALSE(bench.last.transit);
    EXPECT_THAT(bench.send(bench.request(kSecurity, wanted), {}), ElementsAre("status 0207"));
    EXPECT_EQ(bench.sessions.joins, 0);
  }
  TargetBench silent;
  silent.access.answer.policy = policyOf(false, true);
  silent.send(silent.request(kSecurity, kFullFeature), {kI, kT});
  EXPECT_FALSE(silent.last.transit);
  EXPECT_THAT(silent.send(silent.request(kSecurity, kFullFeature), {}), ElementsAre("status 0201"));
}

TEST(LoginTargetAttack, AJumpOutOfAnUnfinishedSecurityStage) {
  TargetBench bench;
  bench.access.answer.policy = policyOf(false, true);
  bench.beginChap();
  EXPECT_THAT(bench.send(bench.request(kOperational, kFullFeature), {}), ElementsAre("status 0200"));
  EXPECT_EQ(bench.sessions.joins, 0);
}

// One step of CHAP with something wrong; `text` follows a challenge to CHAP_A=5.
struct BadStep {
  const char* name;
  LoginStatus status;
  std::function<std::vector<std::string>(TargetBench&)> pairs;
};
class BadChapResponse : public testing::TestWithParam<BadStep> {};
TEST_P(BadChapResponse, IsRejected) {
  TargetBench bench;
  bench.access.answer.policy = policyOf(false, true);
  bench.beginChap();
  base::Bytes text;
  for (const std::string& pair : GetParam().pairs(bench)) base::append(text, textOf({pair}));
  const auto answer = bench.send(bench.request(kSecurity, kFullFeature), text);
  EXPECT_EQ(bench.last.status, GetParam().status) << loginStatusName(bench.last.status);
  EXPECT_EQ(answer.size(), 1U) << "and nothing is computed for it (b)";
  EXPECT_EQ(bench.sessions.joins, 0);
  EXPECT_THAT(bench.send(bench.request(kSecurity, kFullFeature), textOf({"CHAP_N=host", bench.response()})),
              ElementsAre("silence"))
      << "one try a connection (g)";
}
using Pairs = std::vector<std::string>;
const std::string kChallengePair = "CHAP_C=0x00112233445566778899aabbccddeeff";
const BadStep kBadResponses[] = {
    {"Nothing", LoginStatus::MissingParameter, [](auto&) { return Pairs{}; }},
    {"NoName", LoginStatus::MissingParameter, [](auto& b) { return Pairs{b.response()}; }},
    {"NoResponse", LoginStatus::MissingParameter, [](auto&) { return Pairs{"CHAP_N=host"}; }},
    // The reflection attack of 9.2: a challenge of the initiator's and no response.
    {"ChallengeInPlaceOfAResponse", LoginStatus::MissingParameter,
     [](auto&) {
       return Pairs{"CHAP_N=host", "CHAP_I=1", kChallengePair};
     }},
    {"IdentifierAlone", LoginStatus::MissingParameter,
     [](auto& b) {
       return Pairs{"CHAP_N=host", b.response(), "CHAP_I=1"};
     }},
    {"ChallengeAlone", LoginStatus::MissingParameter,
     [](auto& b) {
       return Pairs{"CHAP_N=host", b.response(), kChallengePair};
     }},
    {"NoBinary", LoginStatus::InitiatorError,
     [](auto&) {
       return Pairs{"CHAP_N=host", "CHAP_R=1234"};
     }},
    {"EmptyBinary", LoginStatus::InitiatorError,
     [](auto&) {
       return Pairs{"CHAP_N=host", "CHAP_R=0x"};
     }},
    {"BrokenBase64", LoginStatus::InitiatorError,
     [](auto&) {
       return Pairs{"CHAP_N=host", "CHAP_R=0bAAA"};
     }},
    {"IdentifierOfTwoBytes", LoginStatus::InitiatorError,
     [](auto& b) {
       return Pairs{"CHAP_N=host", b.response(), "CHAP_I=256", kChallengePair};
     }},
    {"IdentifierOfText", LoginStatus::InitiatorError,
     [](auto& b) {
       return Pairs{"CHAP_N=host", b.response(), "CHAP_I=x", kChallengePair};
     }},
    {"BrokenChallenge", LoginStatus::InitiatorError,
     [](auto& b) {
       return Pairs{"CHAP_N=host", b.response(), "CHAP_I=1", "CHAP_C=0x"};
     }},
    {"AlgorithmAgain", LoginStatus::InitiatorError,
     [](auto& b) {
       return Pairs{"CHAP_A=5", "CHAP_N=host", b.response()};
     }},
    {"MethodAgain", LoginStatus::InitiatorError,
     [](auto& b) {
       return Pairs{"AuthMethod=None", "CHAP_N=host", b.response()};
     }},
    {"WrongSecret", LoginStatus::AuthenticationFailure,
     [](auto& b) {
       return Pairs{"CHAP_N=host", b.response("another secret 0")};
     }},
    {"WrongName", LoginStatus::AuthenticationFailure,
     [](auto& b) {
       return Pairs{"CHAP_N=guest", b.response()};
     }},
    {"NameOfTheTarget", LoginStatus::AuthenticationFailure,
     [](auto& b) {
       return Pairs{"CHAP_N=disk", b.response(kTargetSecret)};
     }},
    {"ShortResponse", LoginStatus::AuthenticationFailure,
     [](auto& b) {
       return Pairs{"CHAP_N=host", b.response().substr(0, 7 + 2 + 30)};
     }},
    {"LongResponse", LoginStatus::AuthenticationFailure,
     [](auto& b) {
       return Pairs{"CHAP_N=host", b.response() + "00"};
     }},
    {"OneByteResponse", LoginStatus::AuthenticationFailure,
     [](auto&) {
       return Pairs{"CHAP_N=host", "CHAP_R=0x00"};
     }},
    {"ReflectedChallenge", LoginStatus::AuthenticationFailure,
     [](auto& b) {
       return Pairs{"CHAP_N=host", b.response(), "CHAP_I=1", "CHAP_C=" + toHex(b.challenge)};
     }},
    {"ReflectedChallengeInBase64", LoginStatus::AuthenticationFailure,
     [](auto& b) {
       return Pairs{"CHAP_N=host", b.response(), "CHAP_I=1", "CHAP_C=" + toBase64(b.challenge)};
     }},
    {"ReflectedChallengeAfterManyOtherLogins", LoginStatus::AuthenticationFailure,
     [](auto& b) {
       for (std::uint32_t i = 0; i < SentChallenges::kKept; ++i) b.challenges.add(base::asBytes(std::to_string(i)));
       return Pairs{"CHAP_N=host", b.response(), "CHAP_I=1", "CHAP_C=" + toHex(b.challenge)};
     }},
    {"SecretOfTheOtherDirection", LoginStatus::AuthenticationFailure,
     [](auto& b) {
       return Pairs{"CHAP_N=host", b.response(kTargetSecret)};
     }},
    {"UnknownPair", LoginStatus::AuthenticationFailure,
     [](auto& b) {
       b.credentials.known = false;
       return Pairs{"CHAP_N=host", b.response()};
     }},
    {"OneSecretForBothDirections", LoginStatus::AuthenticationFailure,
     [](auto& b) {
       b.credentials.target.current = kInitiatorSecret;
       return Pairs{"CHAP_N=host", b.response()};
     }},
    {"NoSecretForTheOtherDirection", LoginStatus::AuthenticationFailure,
     [](auto& b) {
       b.credentials.target.current = "";
       return Pairs{"CHAP_N=host", b.response(), "CHAP_I=1", kChallengePair};
     }},
    {"ShortSecretForTheOtherDirection", LoginStatus::AuthenticationFailure,
     [](auto& b) {
       b.credentials.target.current = "11 bytes...";
       return Pairs{"CHAP_N=host", b.response(), "CHAP_I=1", kChallengePair};
     }},
};
INSTANTIATE_TEST_SUITE_P(All, BadChapResponse, testing::ValuesIn(kBadResponses),
                         [](const auto& row) { return row.param.name; });

TEST(LoginTargetAttack, BadAlgorithmLists) {
  const std::pair<std::string_view, LoginStatus> kRows[] = {{"CHAP_A=6,7", LoginStatus::AuthenticationFailure},
                                                            {"CHAP_A=", LoginStatus::InitiatorError},
                                                            {"CHAP_A=MD5", LoginStatus::InitiatorError},
                                                            {"CHAP_N=host", LoginStatus::MissingParameter}};
  for (const auto& [pair, status] : kRows) {
    TargetBench bench;
    bench.send(bench.request(kSecurity), {kI, kT, "AuthMethod=CHAP"});
    bench.send(bench.request(kSecurity), {pair});
    EXPECT_EQ(bench.last.status, status) << pair;
  }
  TargetBench more;
  more.send(more.request(kSecurity), {kI, kT, "AuthMethod=CHAP"});
  EXPECT_THAT(more.send(more.request(kSecurity), {"CHAP_A=5", "CHAP_N=host"}), ElementsAre("status 0200"));
}

TEST(LoginTargetAttack, AnInitiatorThatDoesNotAskForTheProofItMustAskFor) {
  TargetBench bench;
  bench.access.answer.policy = policyOf(false, true, true);
  bench.beginChap();
  EXPECT_THAT(bench.send(bench.request(kSecurity, kFullFeature), {"CHAP_N=host", bench.response()}),
              ElementsAre("status 0201"));
}

TEST(LoginTargetAttack, ChapKeysAfterAuthentication) {
  TargetBench bench;
  bench.beginChap();
  bench.send(bench.request(kSecurity), {"CHAP_N=host", bench.response()});
  EXPECT_EQ(bench.last.status, LoginStatus::Success);
  EXPECT_THAT(bench.send(bench.request(kSecurity), {"CHAP_I=1", kChallengePair}), ElementsAre("status 0200"));
}

// The challenge of one login comes back in another one that is open at the same time (c).
TEST(LoginTargetAttack, AChallengeOfAnotherLogin) {
  TargetBench first;
  first.beginChap();
  TargetBench second;
  second.random = counting(5000);
  second.challenges = first.challenges;
  second.beginChap();
  EXPECT_NE(first.challenge, second.challenge);
  EXPECT_THAT(second.send(second.request(kSecurity, kFullFeature),
                          {"CHAP_N=host", second.response(), "CHAP_I=1", "CHAP_C=" + toHex(first.challenge)}),
              ElementsAre("status 0201"));
}

TEST(LoginTargetAttack, ChallengesAreNewForEachLogin) {
  const RandomSource random = counting(1);
  base::Bytes last;
  for (int i = 0; i < 100; ++i) {
    TargetBench bench;
    bench.random = [&](std::span<std::uint8_t> out) { return random(out); };
    bench.beginChap();
    EXPECT_NE(bench.challenge, last);
    last = bench.challenge;
  }
}

TEST(LoginTargetAttack, NoChanceNoChallenge) {
  TargetBench bench;
  bench.random = [](auto) { return false; };
  bench.send(bench.request(kSecurity), {kI, kT, "AuthMethod=CHAP"});
  EXPECT_THAT(bench.send(bench.request(kSecurity), {"CHAP_A=5"}), ElementsAre("status 0300"));
}

// An added connection must come with the identity of its session (j).
TEST(LoginTargetAttack, AConnectionOfSomebodyElse) {
  const auto tryIt = [](const AuthIdentity& session, bool authenticates) {
    TargetBench bench;
    bench.tsih = kTsih;
    bench.sessions.found.kind = JoinKind::AddConnection;
    bench.sessions.found.identity = session;
    if (authenticates) {
      bench.beginChap();
      bench.send(bench.request(kSecurity, kFullFeature), {"CHAP_N=host", bench.response()});
    } else {
      bench.send(bench.request(kOperational, kFullFeature), {kI, kT});
    }
    EXPECT_EQ(bench.sessions.joins, bench.last.status == LoginStatus::Success ? 1 : 0);
    return bench.last.status;
  };
  EXPECT_EQ(tryIt({Proof::Chap, "host"}, true), LoginStatus::Success);
  EXPECT_EQ(tryIt({Proof::MutualChap, "host"}, true), LoginStatus::Success);
  EXPECT_EQ(tryIt({Proof::ClaimedName, ""}, false), LoginStatus::Success);
  EXPECT_EQ(tryIt({Proof::Chap, "host"}, false), LoginStatus::AuthenticationFailure);
  EXPECT_EQ(tryIt({Proof::Chap, "another"}, true), LoginStatus::AuthenticationFailure);
  EXPECT_EQ(tryIt({Proof::ClaimedName, ""}, true), LoginStatus::AuthenticationFailure);
}

// Hostile targets.

struct BadAnswer {
  const char* name;
  std::function<void(InitiatorBench&)> run;  // ends with the answer that must be the last
};
class BadTarget : public testing::TestWithParam<BadAnswer> {};
TEST_P(BadTarget, IsLeft) {
  InitiatorBench bench;
  bench.setting.policy = policyOf(false, true);
  bench.start();
  GetParam().run(bench);
  EXPECT_EQ(bench.state(), LoginInitiator::State::Failed);
  EXPECT_FALSE(bench.machine().failure().what.empty());
  EXPECT_THAT(bench.request(), ElementsAre("silence"));
}
void toChallenge(InitiatorBench& b) { b.answer(b.response(kSecurity), {"TargetPortalGroupTag=1", "AuthMethod=CHAP"}); }
void toProof(InitiatorBench& b) {
  toChallenge(b);
  b.answer(b.response(kSecurity), {"CHAP_A=5", "CHAP_I=9", kChallengePair});
}
std::string proof(InitiatorBench& b, std::string_view secret) {
  std::string identifier, challenge;
  for (const std::string& pair : pairsOf(b.text)) {
    if (pair.starts_with("CHAP_I=")) identifier = pair.substr(7);
    if (pair.starts_with("CHAP_C=")) challenge = pair.substr(7);
  }
  return "CHAP_R=" + toHex(chapResponse(ChapAlgorithm::Md5, static_cast<std::uint8_t>(*parseNumber(identifier)),
                                        *base::Secret::from(secret), *parseBinary(challenge, 1024))
                               .view());
}
const BadAnswer kBadTargets[] = {
    {"AnotherTag",
     [](auto& b) {
       auto header = b.response(kSecurity);
       header.initiatorTaskTag = 1;
       b.answer(header, {"AuthMethod=CHAP"});
     }},
    {"AnotherVersion",
     [](auto& b) {
       auto header = b.response(kSecurity);
       header.versionActive = 1;
       b.answer(header, {"AuthMethod=CHAP"});
     }},
    {"AnotherStage", [](auto& b) { b.answer(b.response(kOperational), {}); }},
    {"UnaskedTransit", [](auto& b) { b.answer(b.response(kSecurity, kOperational), {"AuthMethod=CHAP"}); }},
    {"NoneThatWasNotOffered", [](auto& b) { b.answer(b.response(kSecurity), {"AuthMethod=None"}); }},
    {"MethodThatWasNotOffered", [](auto& b) { b.answer(b.response(kSecurity), {"AuthMethod=SRP"}); }},
    {"MethodReject", [](auto& b) { b.answer(b.response(kSecurity), {"AuthMethod=Reject"}); }},
    {"ChallengeBeforeTheMethod", [](auto& b) { b.answer(b.response(kSecurity), {"CHAP_A=5"}); }},
    {"KeyTwice",
     [](auto& b) {
       b.answer(b.response(kSecurity), {"TargetAlias=a", "TargetAlias=a"});
     }},
    {"KeyOfTheInitiator", [](auto& b) { b.answer(b.response(kSecurity), {"InitiatorAlias=a"}); }},
    {"TargetNameInALogin", [](auto& b) { b.answer(b.response(kSecurity), {kT}); }},
    {"OperationalKey", [](auto& b) { b.answer(b.response(kSecurity), {"MaxBurstLength=512"}); }},
    {"BadPortalGroup", [](auto& b) { b.answer(b.response(kSecurity), {"TargetPortalGroupTag=65536"}); }},
    {"BrokenText",
     [](auto& b) {
       b.answer(b.response(kSecurity), base::Bytes{'A', '='});
     }},
    {"AlgorithmThatWasNotOffered",
     [](auto& b) {
       toChallenge(b);
       b.answer(b.response(kSecurity), {"CHAP_A=6", "CHAP_I=9", kChallengePair});
     }},
    {"NoChallenge",
     [](auto& b) {
       toChallenge(b);
       b.answer(b.response(kSecurity), {"CHAP_A=5", "CHAP_I=9"});
     }},
    {"BrokenChallenge",
     [](auto& b) {
       toChallenge(b);
       b.answer(b.response(kSecurity), {"CHAP_A=5", "CHAP_I=9", "CHAP_C=0x0g"});
     }},
    {"IdentifierOfTwoBytes",
     [](auto& b) {
       toChallenge(b);
       b.answer(b.response(kSecurity), {"CHAP_A=5", "CHAP_I=300", kChallengePair});
     }},
    // Alice's own challenge from another connection (9.2.1).
    {"ReflectedChallenge",
     [](auto& b) {
       toChallenge(b);
       b.challenges.add(*parseBinary("0x00112233445566778899aabbccddeeff", 1024));
       b.answer(b.response(kSecurity), {"CHAP_A=5", "CHAP_I=9", kChallengePair});
     }},
    {"NoCredentials",
     [](auto& b) {
       b.credentials.known = false;
       toProof(b);
     }},
    {"ShortSecret",
     [](auto& b) {
       b.credentials.initiator.current = "11 bytes...";
       toProof(b);
     }},
    {"OneSecretForBothDirections",
     [](auto& b) {
       b.credentials.target.current = kInitiatorSecret;
       toProof(b);
     }},
    {"NoProof",
     [](auto& b) {
       toProof(b);
       b.answer(b.response(kSecurity, kOperational), {});
     }},
    {"ProofWithoutAName",
     [](auto& b) {
       toProof(b);
       b.answer(b.response(kSecurity, kOperational), {proof(b, kTargetSecret)});
     }},
    {"ProofOfAnotherName",
     [](auto& b) {
       toProof(b);
       b.answer(b.response(kSecurity, kOperational), {"CHAP_N=rogue", proof(b, kTargetSecret)});
     }},
    {"WrongProof",
     [](auto& b) {
       toProof(b);
       b.answer(b.response(kSecurity, kOperational), {"CHAP_N=disk", proof(b, "a wrong secret 1")});
     }},
    {"ReflectedProof",
     [](auto& b) {
       toProof(b);
       b.answer(b.response(kSecurity, kOperational), {"CHAP_N=disk", proof(b, kInitiatorSecret)});
     }},
    {"TransitToFullFeature",
     [](auto& b) {
       toProof(b);
       b.answer(b.response(kSecurity, kFullFeature), {"CHAP_N=disk", proof(b, kTargetSecret)});
     }},
};
INSTANTIATE_TEST_SUITE_P(All, BadTarget, testing::ValuesIn(kBadTargets),
                         [](const auto& row) { return row.param.name; });

TEST(LoginInitiatorAttack, ATransitInTheMiddleOfAuthentication) {
  InitiatorBench bench;
  bench.start();
  ASSERT_TRUE(bench.last.transit) << "since None would do";
  bench.answer(bench.response(kSecurity, kOperational), {"AuthMethod=CHAP"});
  EXPECT_EQ(bench.state(), LoginInitiator::State::Failed);
}

TEST(LoginInitiatorAttack, ATransitInAnswerToARequestToGoOn) {
  for (const Stage next : {kSecurity, kOperational, kFullFeature}) {
    InitiatorBench bench;
    bench.setting.skipSecurity = true;
    bench.start();
    LoginResponse part = bench.response(kOperational);
    part.continues = true;
    bench.answer(part, {});
    ASSERT_FALSE(bench.last.transit);
    LoginResponse last = bench.response(kOperational, kFullFeature);
    last.nsg = static_cast<std::uint8_t>(next);
    bench.answer(last, {});
    EXPECT_EQ(bench.state(), LoginInitiator::State::Failed) << static_cast<int>(next);
  }
}

TEST(LoginInitiatorAttack, EndlessResponses) {
  InitiatorBench bench;
  bench.start();
  int requests = 0;
  while (bench.state() == LoginInitiator::State::Running && requests < 1000) {
    bench.answer(bench.response(kSecurity), {});
    ++requests;
  }
  EXPECT_EQ(requests, 33);
  InitiatorBench text;
  text.setting.limits.maxPdus = 1000;
  text.start();
  LoginResponse part = text.response(kSecurity);
  part.continues = true;
  const base::Bytes chunk(8192, 'A');
  for (int i = 0; i < 8; ++i) EXPECT_THAT(text.answer(part, chunk), IsEmpty());
  EXPECT_THAT(text.answer(part, chunk), ElementsAre("silence"));
  EXPECT_EQ(text.state(), LoginInitiator::State::Failed);
}

TEST(LoginInitiatorAttack, ASilentTransitDoesNotReplaceTheMutualProof) {
  InitiatorBench bench;
  bench.setting.policy = policyOf(true, true, true);
  EXPECT_THAT(bench.start(), testing::Contains("AuthMethod=CHAP")) << "None is not offered";
  EXPECT_FALSE(bench.last.transit);
  bench.answer(bench.response(kSecurity), {"AuthMethod=CHAP"});
  bench.credentials.target.current = "";
  bench.answer(bench.response(kSecurity), {"CHAP_A=5", "CHAP_I=9", kChallengePair});
  EXPECT_EQ(bench.state(), LoginInitiator::State::Failed) << "mutual is required and not set up";
}

}  // namespace
