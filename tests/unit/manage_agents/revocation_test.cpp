// What a revocation and a second enrolment leave of certificates and tokens, also of those that are on their way.
#include <set>

#include "tests/unit/manage_agents/enrolment_world.h"

using namespace agents_test;  // NOLINT
using mgmt::ProblemCode;

namespace {

class Revocation : public Enrolment {
 protected:
  manage::Wanted<AgentKeeper::Revoked> revoke(const std::string& name = "storage1") {
    auto revoked = keeper.revoke(name, "stolen", admin, now);
    if (revoked) carryOut(revoked->step);
    return revoked;
  }
  manage::Step renewal(const mgmt::Certificate& by, mgmt::Certificate& made) {
    auto issued = keeper.renew(*keeper.authenticate(by.der(), stranger, now), requestFor(key), stranger, now);
    EXPECT_TRUE(issued);
    made = *mgmt::Certificate::fromPem(issued->chain);
    return std::move(issued->step);
  }
};

TEST_F(Revocation, ARevokedAgentDoesNotComeBackByItsTokens) {
  const std::string token = invite();
  enrol(token);
  const std::string waits = invite();
  ASSERT_TRUE(revoke());
  EXPECT_EQ(refusal(token, key), "token-unknown");
  EXPECT_EQ(refusal(waits, key), "token-unknown");
  EXPECT_TRUE(keeper.find(kEntity)->revoked);
  // What an administrator invites afterwards is welcome.
  pass(std::chrono::minutes(1));
  EXPECT_EQ(verdict(keeper, enrol(invite())), kEntity);
  EXPECT_FALSE(keeper.find(kEntity)->revoked);
}

TEST_F(Revocation, ItsTokensAreVoidAfterAStart) {
  const std::string token = invite();
  enrol(token);
  ASSERT_TRUE(revoke());
  AgentKeeper again(authority, support::knownBytes(3));
  store::OpsReader reader(rows.view());
  std::map<std::pair<int, std::int64_t>, int> erased;
  for (store::Op op; reader.next(op);) erased[{op.table, op.id}] += op.kind == store::OpKind::Erase ? 1 : 0;
  EXPECT_EQ((erased[{keys::kTokenTable, 1}]), 1);
}

TEST_F(Revocation, TokensComeBackWhereTheStoreRefusesIt) {
  const std::string token = invite();
  auto revoked = keeper.revoke("storage1", "stolen", admin, now);
  ASSERT_TRUE(revoked);
  EXPECT_FALSE(revoked->enrolled);
  EXPECT_EQ(refusal(token, key), "token-unknown");
  revoked->step.failed();
  EXPECT_EQ(refusal(token, key), "enrolled");
}

TEST_F(Revocation, AnInvitationAloneCanBeTakenBack) {
  const std::string token = invite();
  ASSERT_TRUE(revoke());
  EXPECT_EQ(refusal(token, key), "token-unknown");
  EXPECT_EQ(audit[1], "agent.revoked agent:storage1");
  const auto again = revoke();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ProblemCode::NoSuchObject);
}

TEST_F(Revocation, ARenewalThatLandsAfterItIsVoid) {
  const auto first = enrol(invite());
  mgmt::Certificate second = first;
  const manage::Step late = renewal(first, second);
  ASSERT_TRUE(revoke());
  carryOut(late);
  EXPECT_EQ(verdict(keeper, first), "revoked");
  EXPECT_EQ(verdict(keeper, second), "revoked");
  EXPECT_TRUE(keeper.find(kEntity)->revoked);
  // What is there against the order can be made void, too; then there is nothing left.
  ASSERT_TRUE(revoke());
  const auto third = revoke();
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ProblemCode::WrongState);
}

TEST_F(Revocation, NoRenewalIsPlannedWithACertificateThatIsVoid) {
  const auto first = enrol(invite());
  const auto identity = keeper.authenticate(first.der(), stranger, now);
  ASSERT_TRUE(identity);
  EXPECT_TRUE(keeper.holds(*identity));
  ASSERT_TRUE(revoke());
  EXPECT_FALSE(keeper.holds(*identity));
  EXPECT_FALSE(keeper.renew(*identity, requestFor(key), stranger, now));
}

TEST_F(Revocation, WhatALoginMadeEndsWithItAndNothingElse) {
  const manage::Login stolen{manage::Login::Proof::Token, mgmt::sha256(base::asBytes("a")), {}};
  const manage::Login other{manage::Login::Proof::Token, mgmt::sha256(base::asBytes("b")), {}};
  const std::string one = invite("storage1", stolen);
  const std::string two = invite("storage1", other);
  auto step = keeper.endMadeWith(stolen, "The token x, with which it was made, has ended.", admin);
  EXPECT_EQ(refusal(one, key), "token-unknown");
  step.failed();
  audit.clear();
  carryOut(keeper.endMadeWith(stolen, "The token x, with which it was made, has ended.", admin));
  EXPECT_EQ(audit, std::vector<std::string>{"agent.revoked agent:storage1"});
  EXPECT_EQ(refusal(one, key), "token-unknown");
  const auto certificate = enrol(two);
  carryOut(keeper.endMadeWith(other, "It has ended.", admin));
  EXPECT_EQ(refusal(two, key), "enrolled") << "who has used it may have lost the answer";
  EXPECT_TRUE(keeper.endMadeBy("bob", "The user was removed.", admin).audit.empty());
}

TEST_F(Revocation, WhatAUserMadeEndsWithHim) {
  const std::string token = invite();
  carryOut(keeper.endMadeBy(admin.name, "The user was removed.", admin));
  EXPECT_EQ(refusal(token, key), "token-unknown");
}

TEST_F(Revocation, AnotherEnrolmentVoidsTheTokenOfTheOneBefore) {
  const std::string first = invite();
  enrol(first);
  pass(std::chrono::minutes(1));
  const std::string second = invite();
  const auto present = enrol(second);
  EXPECT_EQ(refusal(first, key), "token-unknown");
  EXPECT_EQ(verdict(keeper, present), kEntity);
  EXPECT_EQ(refusal(second, key), "enrolled");
}

TEST_F(Revocation, HoldsForTheAgentThatHasTheNameNow) {
  enrol(invite());
  ASSERT_TRUE(revoke());
  auto invitation = keeper.invite({"storage1", "storage2.example", {kDisk2}, {}}, admin, now);
  ASSERT_TRUE(invitation);
  carryOut(invitation->step);
  const auto certificate = enrol(std::string(base::asText(invitation->token.reveal())));
  EXPECT_EQ(verdict(keeper, certificate), "storage2.example");
  const auto revoked = revoke();
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->facts.entity, "storage2.example");
  EXPECT_EQ(verdict(keeper, certificate), "revoked");
}

TEST_F(Revocation, AnAgentCanEnrolAgainWithAClockThatWasPutBackALittle) {
  enrol(invite());
  ASSERT_TRUE(revoke());
  now.wall -= std::chrono::minutes(2);
  EXPECT_EQ(verdict(keeper, enrol(invite())), kEntity);
}

TEST_F(Revocation, FewCertificatesOfAnAgentHoldAtOnceAndItsOwnAmongThem) {
  std::vector<mgmt::Certificate> all{enrol(invite())};
  const auto holding = [&] {
    std::size_t count = 0;
    for (const auto& one : all) count += verdict(keeper, one) == kEntity ? 1U : 0U;
    return count;
  };
  for (int i = 0; i < 40; ++i) {
    pass(AgentKeeper::kRenewalEvery);
    mgmt::Certificate made = all[0];
    carryOut(renewal(all[0], made));
    all.push_back(made);
  }
  EXPECT_EQ(holding(), AgentKeeper::kMaxLive);
  EXPECT_EQ(verdict(keeper, all[0]), kEntity) << "it is what the agent shows";
  EXPECT_EQ(verdict(keeper, all.back()), kEntity);
  std::set<std::int64_t> kept;
  store::OpsReader reader(rows.view());
  for (store::Op op; reader.next(op);) {
    if (op.table != keys::kCertificateTable) continue;
    if (op.kind == store::OpKind::Put) kept.insert(op.id);
    if (op.kind == store::OpKind::Erase) kept.erase(op.id);
  }
  EXPECT_LE(kept.size(), AgentKeeper::kMaxKept);
  EXPECT_EQ(verdict(keeper, all[1]), "unknown") << "forgotten, and as little believed";
}

TEST_F(Revocation, RenewalsComeAtAPace) {
  const std::string token = invite();
  const auto certificate = enrol(token);
  const auto asks = [&] {
    auto issued = keeper.renew(*keeper.authenticate(certificate.der(), stranger, now), requestFor(key), stranger, now);
    if (issued) carryOut(issued->step);
    return issued ? mgmt::ProblemCode::kCount : issued.error().code;
  };
  int given = 0;
  for (int i = 0; i < 300; ++i) given += asks() == ProblemCode::kCount ? 1 : 0;
  EXPECT_EQ(given, AgentKeeper::kRenewals);
  EXPECT_EQ(asks(), ProblemCode::TooManyRequests);
  EXPECT_EQ(refusal(token, key), "too-many") << "nor by its token";
  pass(AgentKeeper::kRenewalEvery);
  EXPECT_EQ(asks(), ProblemCode::kCount);
  EXPECT_EQ(asks(), ProblemCode::TooManyRequests);
  // An administrator's invitation has a pace of its own.
  EXPECT_EQ(verdict(keeper, enrol(invite())), kEntity);
}

TEST_F(Revocation, WhatTlsDidNotAcceptIsNamedAndProvesNothing) {
  const auto word = [&](base::ByteView der) {
    const auto refused = keeper.turnAway(der, another(), now);
    EXPECT_EQ(refused.problem.code, ProblemCode::CertificateRefused);
    return refused.step ? refused.step->audit.front().code : "no note";
  };
  const auto certificate = enrol(invite());
  EXPECT_EQ(word({}), "no-certificate");
  EXPECT_EQ(word(base::asBytes("nonsense")), "malformed");
  EXPECT_EQ(word(certificate.der()), "handshake") << "it holds for us, and all the same";
  const auto foreign = keys::CertificateAuthority::create(now.wall, support::knownBytes(5));
  const auto request = *mgmt::CertificateRequest::read(base::asBytes(requestFor(key)));
  const auto theirs = foreign->issueClient(request, {mgmt::PeerKind::Agent, kEntity, {kDisk1}, {}}, now.wall,
                                           support::knownBytes(6), keys::kAgentLifetime);
  EXPECT_EQ(word(theirs->der()), "foreign-authority");
  auto rotated = authority.change(keys::ClockVerdict::Good, now.wall, keys::Days(30));
  ASSERT_TRUE(rotated);
  carryOut(rotated->step);
  auto disowned = authority.disownPrevious();
  ASSERT_TRUE(disowned);
  carryOut(*disowned);
  EXPECT_EQ(word(certificate.der()), "disowned");
  EXPECT_EQ(verdict(keeper, certificate), "disowned");
  EXPECT_EQ(word(theirs->der()), "foreign-authority");
  pass(keys::kAgentLifetime);
  EXPECT_EQ(word(enrol(invite()).der()), "handshake");
  const auto late = enrol(invite());
  pass(keys::kAgentLifetime);
  EXPECT_EQ(word(late.der()), "expired");
  ASSERT_TRUE(revoke());
}

}  // namespace
