// Invitations, certificates and their end, with a fake clock; what a start reads back.
#include "tests/unit/manage_agents/enrolment_world.h"

using namespace agents_test;  // NOLINT
using mgmt::ProblemCode;

namespace {

TEST_F(Enrolment, ATokenBecomesACertificateForTheEntityAndItsNames) {
  const auto certificate = enrol(invite());
  const auto identity = keeper.authenticate(certificate.der(), stranger, now);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->name, kEntity);
  EXPECT_EQ(identity->nodes, (std::vector<std::string>{kDisk1, kDisk2}));
  EXPECT_EQ(keeper.find(kEntity)->name, "storage1");
  EXPECT_EQ(audit, (std::vector<std::string>{"agent.invited agent:storage1", "agent.enrolled agent:storage1"}));
}

TEST_F(Enrolment, WrongUsedAndExpiredTokensGetNothingAndAreNoted) {
  const mgmt::PrivateKey other = *mgmt::PrivateKey::generate();
  const std::string token = invite();
  EXPECT_EQ(refusal("nonsense", other), "token-malformed");
  enrol(token);
  EXPECT_EQ(refusal(token, other), "token-used");
  EXPECT_EQ(refusal(token, key), "enrolled");  // its answer was lost
  const std::string late = invite();
  pass(std::chrono::hours(1));
  EXPECT_EQ(refusal(late, other), "token-expired");
}

// It is work on the server's loop: for whoever has a token, and nobody else.
TEST_F(Enrolment, ACertificateRequestIsLookedAtOnlyWithATokenThatHolds) {
  const auto word = [&](const std::string& token) {
    auto issued = keeper.enrol(token, "no request", stranger, now);
    return issued || !issued.error().step ? "nothing noted" : issued.error().step->audit.front().code;
  };
  const std::string token = invite();
  const auto guessed =
      mgmt::EnrolmentToken::make(authority.authorities().current().root().fingerprint(), support::knownBytes(77));
  EXPECT_EQ(word("nonsense"), "token-malformed");
  EXPECT_EQ(word(std::string(base::asText(guessed->text().reveal()))), "token-unknown");
  EXPECT_EQ(word(token), "certificate-request");
  EXPECT_EQ(refusal(token, key), "enrolled") << "it is not used up";
}

TEST_F(Enrolment, ANameIsSpokenForByOneAgent) {
  enrol(invite());
  const auto other = keeper.invite({"storage2", "storage2.example", {kDisk2}, {}}, admin, now);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ProblemCode::NameTaken);
  EXPECT_FALSE(keeper.invite({"storage1", "storage2.example", {"iqn.2026-01.example:x"}, {}}, admin, now));
  EXPECT_FALSE(keeper.invite({"storage9", kEntity, {kDisk1}, {}}, admin, now));
  EXPECT_FALSE(keeper.invite({"storage3", "storage3.example", {"no name"}, {}}, admin, now));
}

TEST_F(Enrolment, AnotherEnrolmentVoidsTheCertificatesBeforeIt) {
  const auto first = enrol(invite());
  pass(std::chrono::minutes(1));
  const auto second = enrol(invite());
  EXPECT_EQ(verdict(keeper, first), "revoked");
  EXPECT_EQ(verdict(keeper, second), kEntity);
}

TEST_F(Enrolment, ARenewalLeavesTheOldCertificateUntilItEnds) {
  const auto first = enrol(invite());
  pass(keys::Days(100));
  const auto identity = keeper.authenticate(first.der(), stranger, now);
  auto issued = keeper.renew(*identity, requestFor(key), stranger, now);
  ASSERT_TRUE(issued);
  carryOut(issued->step);
  const auto second = *mgmt::Certificate::fromPem(issued->chain);
  EXPECT_EQ(verdict(keeper, first), kEntity);
  pass(keys::Days(100));
  EXPECT_EQ(verdict(keeper, first), "expired");
  EXPECT_EQ(verdict(keeper, second), kEntity);
}

TEST_F(Enrolment, ARevokedAgentIsTurnedAwayAlsoAfterAStart) {
  const auto certificate = enrol(invite());
  auto revoked = keeper.revoke("storage1", "stolen", admin, now);
  ASSERT_TRUE(revoked);
  EXPECT_EQ(verdict(keeper, certificate), kEntity) << "not before the store has it";
  carryOut(revoked->step);
  EXPECT_EQ(verdict(keeper, certificate), "revoked");
  EXPECT_EQ(audit.back(), "agent.revoked agent:storage1");

  AgentKeeper again(authority, support::knownBytes(3));
  store::OpsReader reader(rows.view());
  for (store::Op op; reader.next(op);) {
    if (op.kind == store::OpKind::Put) {
      ASSERT_TRUE(again.loadRow(op.table, op.id, op.cells));
    }
  }
  // The rows of this test are a history: the last of each counts, and revocations only join.
  EXPECT_EQ(verdict(again, certificate), "revoked");
  EXPECT_TRUE(again.find(kEntity)->revoked);
  EXPECT_EQ(again.find(kEntity)->enrolledAt, keeper.find(kEntity)->enrolledAt);
}

TEST_F(Enrolment, ACertificateThatTheStoreDoesNotKnowIsRefused) {
  const auto request = *mgmt::CertificateRequest::read(base::asBytes(requestFor(key)));
  const auto own = authority.authorities().current().issueClient(
      request, {mgmt::PeerKind::Agent, kEntity, {kDisk1}, {}}, now.wall, support::knownBytes(9), keys::kAgentLifetime);
  ASSERT_TRUE(own);
  EXPECT_EQ(verdict(keeper, *own), "unknown");
  const auto foreign = keys::CertificateAuthority::create(now.wall, support::knownBytes(5));
  const auto theirs = foreign->issueClient(request, {mgmt::PeerKind::Agent, kEntity, {kDisk1}, {}}, now.wall,
                                           support::knownBytes(6), keys::kAgentLifetime);
  EXPECT_EQ(verdict(keeper, *theirs), "foreign-authority");
}

TEST_F(Enrolment, WhenTheClockWentBackNobodyIsJudged) {
  const auto certificate = enrol(invite());
  pass(std::chrono::hours(2));
  EXPECT_EQ(verdict(keeper, certificate), kEntity);
  now.wall -= std::chrono::hours(3);
  EXPECT_EQ(verdict(keeper, certificate), "clock-went-back");
}

TEST_F(Enrolment, AClockThatGoesBackRevivesNoTokenThatHasRunOut) {
  const std::string token = invite();
  pass(std::chrono::minutes(90));
  EXPECT_EQ(keeper.judge(now), keys::ClockVerdict::Good);
  now.wall -= std::chrono::hours(1);
  EXPECT_EQ(refusal(token, key), "token-clock-went-back");
}

TEST_F(Enrolment, WhileTheClockHasGoneBackTheTimeOfTokensGoesOn) {
  (void)keeper.judge(now);
  const base::WallTime begun = now.wall;
  pass(std::chrono::minutes(90));
  EXPECT_EQ(keeper.forTokens(now).wall, now.wall);
  (void)keeper.judge(now);
  now.wall -= std::chrono::hours(1);
  pass(std::chrono::minutes(10));
  EXPECT_EQ(keeper.forTokens(now).wall, begun + std::chrono::minutes(100));
}

TEST_F(Enrolment, AClockThatWentBackOverARestartIsNoticed) {
  const auto certificate = enrol(invite());
  pass(std::chrono::hours(24));
  auto step = keeper.upkeep(now);
  ASSERT_TRUE(step);
  carryOut(*step);
  EXPECT_FALSE(keeper.upkeep(now)) << "it is stored once an hour";
  AgentKeeper again(authority, support::knownBytes(3));
  store::OpsReader reader(rows.view());
  for (store::Op op; reader.next(op);) ASSERT_TRUE(again.loadRow(op.table, op.id, op.cells));
  now.wall -= std::chrono::hours(3);
  EXPECT_EQ(verdict(again, certificate), "clock-went-back");
}

TEST_F(Enrolment, AStartWithAClockYearsAheadForgetsNothingAndKeepsNoSuchTime) {
  const auto certificate = enrol(invite());
  carryOut(*keeper.upkeep(now));
  auto revoked = keeper.revoke("storage1", "stolen", admin, now);
  ASSERT_TRUE(revoked);
  carryOut(revoked->step);
  AgentKeeper again(authority, support::knownBytes(3));
  store::OpsReader reader(rows.view());
  for (store::Op op; reader.next(op);) {
    if (op.kind != store::OpKind::Put) continue;
    ASSERT_TRUE(again.loadRow(op.table, op.id, op.cells));
  }
  const base::Now right = now;
  now.wall += keys::Days(4000);
  again.startClock(now, false);
  EXPECT_EQ(again.believed(now), right.wall);
  EXPECT_FALSE(again.upkeep(now));
  now.wall = right.wall;  // it is put right
  EXPECT_EQ(verdict(again, certificate), "revoked") << "and nothing is refused for the clock that went back";
}

TEST_F(Enrolment, AnAdministratorCanSayThatTheClockIsRight) {
  const auto certificate = enrol(invite());
  pass(std::chrono::hours(24));
  EXPECT_EQ(verdict(keeper, certificate), kEntity);
  now.wall -= std::chrono::hours(3);
  carryOut(keeper.acceptClock(now));
  EXPECT_EQ(verdict(keeper, certificate), kEntity);
}

TEST_F(Enrolment, AFloodOfStrangersIsOneRecordAndHidesNobodyElse) {
  const auto certificate = enrol(invite());
  auto revoked = keeper.revoke("storage1", "stolen", admin, now);
  ASSERT_TRUE(revoked);
  carryOut(revoked->step);
  std::size_t noted = 0;
  for (int i = 0; i < 200; ++i) noted += keeper.turnAway({}, stranger, now).step ? 1U : 0U;
  EXPECT_EQ(noted, 1U);
  EXPECT_EQ(verdict(keeper, certificate), "revoked");
  EXPECT_EQ(refusal("nonsense", key), "token-malformed");
  const auto foreign = keeper.note({ops::ActorKind::Agent, kEntity, stranger.origin}, "foreign-name iqn.x", "1", now);
  ASSERT_TRUE(foreign) << "of that address, for another reason";
  EXPECT_EQ(foreign->audit.front().code, "foreign-name iqn.x");
  EXPECT_FALSE(keeper.note({ops::ActorKind::Agent, kEntity, stranger.origin}, "foreign-name iqn.y", "1", now));
  EXPECT_FALSE(keeper.dueRefusals(now));
  pass(std::chrono::minutes(1));
  const auto rest = keeper.dueRefusals(now);
  ASSERT_TRUE(rest);
  std::vector<std::string> counts;
  for (const ops::AuditRecord& one : rest->audit) counts.push_back(one.code + " " + one.details.back().value);
  EXPECT_EQ(counts, (std::vector<std::string>{"foreign-name iqn.y 1", "no-certificate 199"}));
}

}  // namespace
