// Invitations, certificates and their end, with a fake clock; what a start reads back.
#include <gtest/gtest.h>

#include "isns-server/manage/agents/agent_keeper.h"
#include "tests/support/random_bytes.h"

using manage::AgentKeeper;
using mgmt::ProblemCode;

namespace {

const std::string kEntity = "storage1.example";
const std::string kDisk1 = "iqn.2026-01.example:disk1";
const std::string kDisk2 = "iqn.2026-01.example:disk2";

class Enrolment : public testing::Test {
 protected:
  Enrolment() {
    EXPECT_TRUE(seals.ring().add(1, *base::Secret::from(std::string(32, 'k'))));
    auto step = authority.create(now.wall);
    EXPECT_TRUE(step);
    carryOut(*step);
  }
  // As the store does: rows first, then memory.
  void carryOut(const manage::Step& step) {
    store::OpsWriter ops(rows);
    if (step.rows) step.rows(ops, 1);
    for (const ops::AuditRecord& record : step.audit)
      audit.push_back(record.event + " " + record.object + " " + record.code);
    if (step.committed) step.committed(1);
  }
  static std::string requestFor(const mgmt::PrivateKey& key) { return *mgmt::makeCertificateRequest(key, "agent"); }
  std::string invite(const std::string& agent = "storage1") {
    auto invitation = keeper.invite({agent, kEntity, {kDisk1, kDisk2}, {}}, admin, now);
    EXPECT_TRUE(invitation) << invitation.error().detail;
    carryOut(invitation->step);
    return std::string(base::asText(invitation->token.reveal()));
  }
  mgmt::Certificate enrol(const std::string& token) {
    auto issued = keeper.enrol(token, requestFor(key), stranger, now);
    EXPECT_TRUE(issued) << issued.error().problem.detail;
    carryOut(issued->step);
    return *mgmt::Certificate::fromPem(issued->chain);
  }
  std::string refusal(const std::string& token, const mgmt::PrivateKey& own) {
    auto issued = keeper.enrol(token, requestFor(own), stranger, now);
    if (issued) return "enrolled";
    if (issued.error().step) carryOut(*issued.error().step);
    return issued.error().step ? issued.error().step->audit.front().code : "no note";
  }
  std::string verdict(AgentKeeper& by, const mgmt::Certificate& certificate) {
    const auto identity = by.authenticate(certificate.der(), stranger, now);
    if (identity) return identity->name;
    return identity.error().step ? identity.error().step->audit.front().code : "no note";
  }
  void pass(std::chrono::seconds time) {
    now.wall += time;
    now.mono += time;
  }

  base::Now now{base::TimePoint(std::chrono::hours(1)), base::WallTime(std::chrono::seconds(1'800'000'000))};
  base::ByteArena rows;
  std::vector<std::string> audit;
  manage::SealKeeper seals;
  manage::AuthorityKeeper authority{seals.ring(), support::knownBytes(1)};
  AgentKeeper keeper{authority, support::knownBytes(2)};
  mgmt::PrivateKey key = *mgmt::PrivateKey::generate();
  const manage::Actor admin{ops::ActorKind::Person, "alice", "192.0.2.1"};
  const manage::Actor stranger{ops::ActorKind::Agent, "", "192.0.2.2"};
};

TEST_F(Enrolment, ATokenBecomesACertificateForTheEntityAndItsNames) {
  const auto certificate = enrol(invite());
  const auto identity = keeper.authenticate(certificate.der(), stranger, now);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->name, kEntity);
  EXPECT_EQ(identity->nodes, (std::vector<std::string>{kDisk1, kDisk2}));
  EXPECT_EQ(keeper.find(kEntity)->name, "storage1");
  EXPECT_EQ(audit, (std::vector<std::string>{"agent.invited agent:storage1 ", "agent.enrolled agent:storage1 "}));
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
  EXPECT_EQ(audit.back(), "agent.revoked agent:storage1 ");

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

TEST_F(Enrolment, AnAdministratorCanSayThatTheClockIsRight) {
  const auto certificate = enrol(invite());
  pass(std::chrono::hours(24));
  EXPECT_EQ(verdict(keeper, certificate), kEntity);
  now.wall -= std::chrono::hours(3);
  carryOut(keeper.acceptClock(now));
  EXPECT_EQ(verdict(keeper, certificate), kEntity);
}

TEST_F(Enrolment, StrangersDoNotFillTheAuditLog) {
  std::size_t noted = 0;
  for (int i = 0; i < 200; ++i) noted += refusal("nonsense", key) == "no note" ? 0U : 1U;
  EXPECT_EQ(noted, AgentKeeper::kMaxNotes);
  pass(std::chrono::minutes(1));
  EXPECT_EQ(refusal("nonsense", key), "token-malformed");
}

}  // namespace
