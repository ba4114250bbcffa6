#include "isns-server/manage/keys/peer_check.h"

#include <openssl/x509.h>

#include "isns-server/manage/keys/certificate_builder.h"
#include "tests/unit/manage_keys/keys_world.h"

namespace keys_test {
namespace {

using keys::CertificateAuthority;
using keys::CertificateClock;
using keys::ClockVerdict;

TEST(PeerCheck, AnAgentIsWhoItsCertificateSays) {
  KeysWorld world;
  const Certificate agent = world.agent();
  const auto identity = world.check({agent});
  ASSERT_TRUE(identity) << identity.error().text;
  EXPECT_EQ(identity->kind, PeerKind::Agent);
  EXPECT_EQ(identity->name, "storage1.example");
  EXPECT_EQ(identity->serial, agent.serial());
  EXPECT_TRUE(identity->speaksFor("iqn.2026-01.example:disk2"));
  EXPECT_FALSE(identity->speaksFor("iqn.2026-01.example:disk3"));
}

TEST(PeerCheck, APersonIsAUser) {
  KeysWorld world;
  const auto person = world.authority().issueClient(requestOf(world.agentKey), {PeerKind::Person, "ada", {}, {}},
                                                    kStart, world.random, keys::kPersonLifetime);
  const auto identity = world.check({*person});
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->kind, PeerKind::Person);
  EXPECT_EQ(identity->name, "ada");
  EXPECT_FALSE(identity->speaksFor("iqn.2026-01.example:disk1"));
}

TEST(PeerCheck, IsRefusedBeforeAndAfterItsTime) {
  KeysWorld world;
  const Certificate agent = world.agent();
  world.now = kStart - keys::kBackdate;
  EXPECT_EQ(world.verdict({agent}), "accepted");
  world.now -= std::chrono::seconds(1);
  EXPECT_EQ(world.verdict({agent}), "not-yet-valid");
  world.now = kStart + keys::kAgentLifetime - std::chrono::seconds(1);
  EXPECT_EQ(world.verdict({agent}), "accepted");
  world.now += std::chrono::seconds(2);
  EXPECT_EQ(world.verdict({agent}), "expired");
}

TEST(PeerCheck, ARevocationActsAtOnce) {
  KeysWorld world;
  const Certificate agent = world.agent();
  const Certificate other = world.agent();
  EXPECT_TRUE(world.revocations.add(agent.serial(), agent.notAfter()));
  EXPECT_FALSE(world.revocations.add(agent.serial(), agent.notAfter()));
  EXPECT_EQ(world.verdict({agent}), "revoked");
  EXPECT_EQ(world.verdict({other}), "accepted");
}

TEST(PeerCheck, ARevocationIsForgottenOnlyAfterItsCertificateHasExpired) {
  KeysWorld world;
  const Certificate agent = world.agent();
  world.revocations.add(agent.serial(), agent.notAfter());
  world.revocations.prune(agent.notAfter());
  EXPECT_EQ(world.revocations.size(), 1U);
  world.revocations.prune(agent.notAfter() + std::chrono::hours(25));
  EXPECT_EQ(world.revocations.size(), 0U);
}

TEST(PeerCheck, ForeignAndSelfMadeCertificatesAreRefused) {
  KeysWorld world;
  KeysWorld other;
  other.random = support::knownBytes(99);
  other.authorities = keys::Authorities(*CertificateAuthority::create(kStart, other.random));
  EXPECT_EQ(world.verdict({other.agent()}), "foreign-authority");
  EXPECT_EQ(world.verdict({other.agent(), other.authority().root()}), "foreign-authority");
  EXPECT_EQ(world.verdict({other.authority().root()}), "self-made");
  EXPECT_EQ(world.verdict({}), "no-certificate");
  keys::CertificateBuilder selfMade(world.random, kStart, kStart + Days(1));
  const std::vector<std::string> uris{"urn:sanctum:entity:storage1.example"};
  selfMade.subject("storage1.example").publicKey(world.agentKey.get()).alternativeNames({}, uris);
  selfMade.extension(NID_ext_key_usage, "clientAuth");
  EXPECT_EQ(world.verdict({*selfMade.sign(nullptr, world.agentKey)}), "self-made");
}

// It names our root as its issuer and is signed by another key.
TEST(PeerCheck, AForgedSignatureIsRefused) {
  KeysWorld world;
  keys::CertificateBuilder forged(world.random, kStart, kStart + Days(1));
  const std::vector<std::string> uris{"urn:sanctum:user:admin"};
  forged.subject("admin").publicKey(world.agentKey.get()).alternativeNames({}, uris);
  forged.extension(NID_ext_key_usage, "clientAuth");
  EXPECT_EQ(world.verdict({*forged.sign(&world.authority().root(), world.agentKey)}), "bad-signature");
}

TEST(PeerCheck, TheRightUsageIsDemandedAndNotAssumed) {
  KeysWorld world;
  EXPECT_EQ(world.verdict({world.server()}), "wrong-usage");
  EXPECT_EQ(world.verdict({world.authority().root()}), "wrong-usage");
  const std::vector<std::string> uris{"urn:sanctum:user:admin"};
  const auto made = [&](const char* usage) {
    keys::CertificateBuilder builder(world.random, kStart, kStart + Days(1));
    builder.subject("admin").publicKey(world.agentKey.get()).alternativeNames({}, uris);
    if (usage != nullptr) builder.extension(NID_ext_key_usage, usage);
    return *builder.sign(&world.authority().root(), world.authority().key());
  };
  EXPECT_EQ(world.verdict({made(nullptr)}), "wrong-usage");
  EXPECT_EQ(world.verdict({made("clientAuth,serverAuth")}), "wrong-usage");
  EXPECT_EQ(world.verdict({made("clientAuth")}), "accepted");
}

// An agent's certificate issues nothing, whatever it signs.
TEST(PeerCheck, AnAgentIsNoAuthority) {
  KeysWorld world;
  const Certificate agent = world.agent();
  keys::CertificateBuilder builder(world.random, kStart, kStart + Days(1));
  const std::vector<std::string> uris{"urn:sanctum:user:admin"};
  builder.subject("admin").publicKey(world.agentKey.get()).alternativeNames({}, uris);
  builder.extension(NID_ext_key_usage, "clientAuth");
  const Certificate child = *builder.sign(&agent, world.agentKey);
  EXPECT_NE(world.verdict({child, agent}), "accepted");
}

TEST(PeerCheck, ACertificateThatNamesNobodyOrTwoIsRefused) {
  KeysWorld world;
  const auto made = [&](const std::vector<std::string>& uris) {
    keys::CertificateBuilder builder(world.random, kStart, kStart + Days(1));
    builder.subject("admin").publicKey(world.agentKey.get()).alternativeNames({}, uris);
    builder.extension(NID_ext_key_usage, "clientAuth");
    return *builder.sign(&world.authority().root(), world.authority().key());
  };
  EXPECT_EQ(world.verdict({made({"urn:sanctum:user:a", "urn:sanctum:entity:b"})}), "no-identity");
  EXPECT_EQ(world.verdict({made({"urn:sanctum:node:iqn.x"})}), "no-identity");
  EXPECT_EQ(world.verdict({made({"urn:sanctum:user:%61"})}), "no-identity");
  EXPECT_EQ(world.verdict({made({"urn:sanctum:user:%00"})}), "no-identity");
  EXPECT_EQ(world.verdict({made({"urn:sanctum:user:a", "urn:sanctum:node:iqn.x"})}), "no-identity");
  EXPECT_EQ(world.verdict({made({"urn:sanctum:server"})}), "no-identity");
  EXPECT_EQ(world.verdict({made({"urn:sanctum:user:a", "https://example.com"})}), "no-identity");
}

TEST(PeerCheck, AChangeOfAuthorityKeepsOldAgentsUntilTheOverlapEnds) {
  KeysWorld world;
  const Certificate old = world.agent();
  ASSERT_TRUE(world.authorities.change(kStart, Days(30), world.random));
  const Certificate renewed = world.agent();
  EXPECT_EQ(world.verdict({old}), "accepted");
  EXPECT_EQ(world.verdict({renewed}), "accepted");
  world.now = kStart + Days(30);
  EXPECT_EQ(world.verdict({old}), "foreign-authority");
  EXPECT_EQ(world.verdict({renewed}), "accepted");
}

TEST(PeerCheck, ADisownedAuthorityIsRefusedAtOnce) {
  KeysWorld world;
  const Certificate old = world.agent();
  ASSERT_TRUE(world.authorities.change(kStart, Days(30), world.random));
  world.authorities.disownPrevious();
  EXPECT_EQ(world.verdict({old}), "foreign-authority");
}

TEST(PeerCheck, AFourthAuthorityWithinTheOverlapIsRefused) {
  KeysWorld world;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(world.authorities.change(kStart, Days(30 + i), world.random));
  EXPECT_FALSE(world.authorities.change(kStart, Days(30), world.random));
  EXPECT_TRUE(world.authorities.change(kStart + Days(30), Days(30), world.random));
}

TEST(CertificateClock, AClockThatWentBackJudgesNothing) {
  KeysWorld world;
  const Certificate shortLived = world.agent(Days(1));
  const base::TimePoint mono{};
  CertificateClock clock(kStart, {mono, kStart + Days(2)});
  EXPECT_EQ(clock.judge({mono, kStart + Days(2)}), ClockVerdict::Good);
  world.now = kStart;  // the certificate would be valid again
  const ClockVerdict verdict = clock.judge({mono + std::chrono::seconds(1), world.now});
  EXPECT_EQ(verdict, ClockVerdict::WentBack);
  const auto result = world.check({shortLived}, verdict);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fault, keys::PeerFault::ClockWentBack);
  clock.accept({mono + std::chrono::seconds(2), world.now});
  EXPECT_EQ(clock.judge({mono + std::chrono::seconds(2), world.now}), ClockVerdict::Good);
}

TEST(CertificateClock, AJumpAheadAndBackLocksNobodyOut) {
  const base::TimePoint mono{};
  CertificateClock clock(kStart, {mono, kStart});
  const auto after = [&](int seconds, Days jumped) {
    return base::Now{mono + std::chrono::seconds(seconds), kStart + std::chrono::seconds(seconds) + jumped};
  };
  EXPECT_EQ(clock.judge(after(10, Days(0))), ClockVerdict::Good);
  EXPECT_EQ(clock.judge(after(20, Days(400))), ClockVerdict::JumpedAhead);
  EXPECT_EQ(clock.judge(after(30, Days(0))), ClockVerdict::Good);
  EXPECT_EQ(clock.floor(), kStart + std::chrono::seconds(30));
}

TEST(CertificateClock, AJumpAheadThatStandsForAnHourIsBelieved) {
  const base::TimePoint mono{};
  CertificateClock clock(kStart, {mono, kStart});
  const auto after = [&](int seconds) {
    return base::Now{mono + std::chrono::seconds(seconds), kStart + std::chrono::seconds(seconds) + Days(400)};
  };
  EXPECT_EQ(clock.judge(after(0)), ClockVerdict::JumpedAhead);
  EXPECT_EQ(clock.judge(after(3599)), ClockVerdict::JumpedAhead);
  EXPECT_EQ(clock.judge(after(3600)), ClockVerdict::Good);
  EXPECT_GT(clock.floor(), kStart + Days(400));
}

// ---- What is old goes for good by the time that is believed --------------------------------------------------------

struct JumpedClock : testing::Test {
  // So long after the start; by how much the wall clock is ahead of what the start was at.
  static base::Now after(std::chrono::seconds passed, std::chrono::seconds ahead = {}) {
    return {base::TimePoint{} + passed, kStart + passed + ahead};
  }
  static base::WallTime believed(CertificateClock& clock, base::Now now) {
    (void)clock.judge(now);
    return clock.believed(now);
  }
};

TEST_F(JumpedClock, WhileTheClockIsAheadItIsTheTimeBeforeAndWhatPassedSince) {
  CertificateClock clock(kStart, after({}));
  EXPECT_EQ(believed(clock, after(std::chrono::seconds(10))), kStart + std::chrono::seconds(10));
  EXPECT_EQ(believed(clock, after(std::chrono::seconds(20), Days(4000))), kStart + std::chrono::seconds(20));
  EXPECT_EQ(believed(clock, after(std::chrono::seconds(3500), Days(4000))), kStart + std::chrono::seconds(3500));
  EXPECT_EQ(believed(clock, after(std::chrono::seconds(3620), Days(4000))),
            after(std::chrono::seconds(3620), Days(4000)).wall)
      << "an hour";
}

TEST_F(JumpedClock, AClockThatWentBackIsBelievedToDestroyLess) {
  CertificateClock clock(kStart, after({}));
  EXPECT_EQ(believed(clock, after(std::chrono::seconds(10), -Days(3))), kStart + std::chrono::seconds(10) - Days(3));
}

TEST_F(JumpedClock, AfterAStartWhatWasStoredLastIsKnownAndAClockFarOnWaitsForAnHour) {
  const base::WallTime stored = kStart - Days(4000);
  auto clock = CertificateClock::afterStart(stored, stored, after({}));
  EXPECT_EQ(clock.judge(after({})), ClockVerdict::JumpedAhead);
  EXPECT_EQ(clock.believed(after({})), stored);
  EXPECT_EQ(clock.floor(), stored) << "nor is it kept";
  // It is put right.
  EXPECT_EQ(clock.judge(after(std::chrono::seconds(20), -Days(4000))), ClockVerdict::Good);
  EXPECT_EQ(believed(clock, after(std::chrono::seconds(20), -Days(4000))), stored + std::chrono::seconds(20));
  // It was right, and the server had been down for long.
  clock = CertificateClock::afterStart(stored, stored, after({}));
  EXPECT_EQ(believed(clock, after(std::chrono::seconds(1))), stored + std::chrono::seconds(1));
  EXPECT_EQ(believed(clock, after(std::chrono::seconds(3601))), kStart + std::chrono::seconds(3601));
}

TEST_F(JumpedClock, AfterAShortStopAndInANewStoreTheClockIsBelievedAtOnce) {
  const base::WallTime stored = kStart - std::chrono::minutes(65);
  auto clock = CertificateClock::afterStart(stored, stored, after({}));
  EXPECT_EQ(believed(clock, after({})), kStart);
  clock = CertificateClock::afterStart({}, std::nullopt, after({}));
  EXPECT_EQ(believed(clock, after({})), kStart);
  // A store that is not new and has no such time: of an older version, or nobody kept it.
  clock = CertificateClock::afterStart({}, base::WallTime{}, after({}));
  EXPECT_EQ(believed(clock, after({})), base::WallTime{});
}

TEST_F(JumpedClock, DeadlinesGoByTheTimeThatIsKnownWhileTheWallClocksIsNotBelieved) {
  CertificateClock clock(kStart, after({}));
  const auto expectSteady = [&](base::Now now, base::WallTime judging, base::WallTime setting, bool settled) {
    const manage::SteadyTime steady = clock.steadyTime(now);
    EXPECT_EQ(steady.judging, judging);
    EXPECT_EQ(steady.setting, setting);
    EXPECT_EQ(steady.settled, settled);
  };
  const auto at = [](int seconds) { return kStart + std::chrono::seconds(seconds); };
  const std::chrono::hours hour(1);
  expectSteady(after(std::chrono::seconds(10)), at(10), at(10), true);
  expectSteady(after(std::chrono::seconds(20), hour), at(20), at(20) + hour, false);
  expectSteady(after(std::chrono::seconds(30), -hour), at(30), at(30), false);
  expectSteady(after(std::chrono::seconds(40)), at(40), at(40), true);
}

TEST(CertificateClock, SmallStepsBackAreNotToldAndDoNotLowerTheFloor) {
  const base::TimePoint mono{};
  CertificateClock clock(kStart, {mono, kStart});
  EXPECT_EQ(clock.judge({mono, kStart - std::chrono::minutes(4)}), ClockVerdict::Good);
  EXPECT_EQ(clock.floor(), kStart);
}

}  // namespace
}  // namespace keys_test
