// Reports of agents while there is no more room for what they tell of credentials.
#include <gtest/gtest.h>

#include "isns-server/api/agent_handlers.h"
#include "isns-server/manage/credentials/credential_work.h"
#include "tests/support/key_world.h"

namespace {

using api::CredentialRunner;
using base::Json;
using manage::Wanted;

// Stores at once.
struct FakeClerk final : api::Clerk {
  explicit FakeClerk(credentials::CredentialKeeper& keeper) : keeper_(keeper) {
    EXPECT_TRUE(projection_.finishLoad(1, 1'800'000'000));
  }
  void carryOut(manage::Step step, std::function<void(const Wanted<std::uint64_t>&)> done) override {
    store::Batch batch;
    store::OpsWriter ops = batch.begin(++revision_, 0, 1, "test", "unix");
    if (step.rows) step.rows(ops, revision_);
    batch.end();
    EXPECT_TRUE(keeper_.apply(batch[0]));
    if (step.committed) step.committed(revision_);
    done(revision_);
  }
  void rebuild(san::Revision, std::function<void(const Wanted<san::Snapshot>&)>) override {}
  void revisionAt(base::WallTime, std::function<void(const Wanted<san::Revision>&)>) override {}
  void openForAll(std::function<void(const Wanted<void>&)>) override {}
  [[nodiscard]] const manage::Projection* model() const override { return &projection_; }
  void warn(const std::string&) override {}
  void leftOut(const std::string&, const std::string&) override {}
  void amend(const std::function<san::Edited<void>(san::SnapshotEditor&)>&) override {}

 private:
  credentials::CredentialKeeper& keeper_;
  manage::Projection projection_{7, {false, false, {}}};
  std::uint64_t revision_ = 1;
};

// Of no concern to reports.
struct NoArchive final : api::Archive {
  void listAudit(api::AuditQuery, std::function<void(const Wanted<api::AuditPage>&)>) override {}
  void exportAudit(std::uint64_t, std::uint64_t, std::function<void(const Wanted<std::string>&)>) override {}
  void evidenceFacts(std::uint64_t, std::function<void(const Wanted<Facts>&)>) override {}
  void checkLog(Findings) override {}
  void acceptRestore(ops::AuditRecord, Findings) override {}
  [[nodiscard]] api::LogState logState() const override { return api::LogState::Intact; }
  [[nodiscard]] api::LogNotes logNotes() const override { return {}; }
};
struct NoChanges final : api::ChangeDesk {
  [[nodiscard]] const manage::ChangeSets* changes() const override { return nullptr; }
  void ask(const manage::Who&, const Request&, Done) override {}
};
struct Keys final : api::KeyDesk {
  Keys(const manage::AuthorityKeeper& authority, const manage::SealKeeper& seals)
      : authority_(authority), seals_(seals) {}
  [[nodiscard]] const manage::AuthorityKeeper& authority() const override { return authority_; }
  [[nodiscard]] const manage::SealKeeper& seals() const override { return seals_; }
  void rotateAuthority(const Asker&, std::chrono::seconds, Done) override {}
  void disownAuthorities(const Asker&, Done) override {}
  void rotateSealing(const Asker&, Done) override {}
  [[nodiscard]] LogSigner logSigner() const override { return {}; }
  void rotateLogKey(const Asker&, Done) override {}
  void acceptClock(const Asker&, Done) override {}

 private:
  const manage::AuthorityKeeper& authority_;
  const manage::SealKeeper& seals_;
};

// Each target has an agent, and a credential of a host without one.
class ReportRoom : public test::KeyWorld {
 protected:
  mgmt::Identity enrolled(const std::string& name, const std::string& target) {
    auto invitation = agents.invite({name, name + ".example", {target}, {}, {}}, admin, now);
    EXPECT_TRUE(invitation);
    carryOut(invitation->step);
    const auto own = *mgmt::PrivateKey::generate();
    auto issued =
        agents.enrol(base::asText(invitation->token.reveal()), *mgmt::makeCertificateRequest(own, "agent"), admin, now);
    EXPECT_TRUE(issued);
    carryOut(issued->step);
    return *agents.authenticate(mgmt::Certificate::fromPem(issued->chain)->der(), admin, now);
  }
  void credentialAt(san::Id object, const std::string& target) {
    san::Credential made;
    made.id = object;
    made.target.id = object;
    credentials::CredentialWork work(credentials, support::knownBytes(3), admin, now.wall);
    ASSERT_TRUE(work.create(made, "iqn.2026-01.example:host", false, {{target, true}}, nullptr));
    clerk.carryOut(work.finish(), [](const auto&) {});
  }
  // A full one, the first: that it has applied the first step of a credential, said so often.
  void report(const mgmt::Identity& agent, san::Id credential, std::size_t times = 1) {
    auto call = std::make_shared<api::Call>();
    call->exchange = std::make_shared<api::Exchange>(api::HttpRequest{}, api::BodyBudget::Hold{}, nullptr);
    call->now = now;
    call->agent = agent;
    const Json applied = Json::Object{{"credential", std::uint64_t{credential}}, {"step", std::uint64_t{1}}};
    call->body = Json::Object{{"sequence", std::uint64_t{1}}, {"full", true},
                              {"targets", Json::Array{}},     {"units", Json::Array{}},
                              {"sessions", Json::Array{}},    {"credentials", Json::Array(times, applied)}};
    handlers.report(call);
  }
  [[nodiscard]] std::uint32_t appliedOf(san::Id object) const {
    return credentials.ofObject(object)->targets[0].applied;
  }

  const manage::Actor admin{ops::ActorKind::Person, "alice", "192.0.2.1"};
  manage::AgentKeeper agents{authority, support::knownBytes(2)};
  credentials::CredentialKeeper credentials{seals.ring()};
  api::Timeline timeline;
  manage::Administration administration{support::knownBytes(4)};
  manage::PersonCertificates certificates{authority, support::knownBytes(5)};
  manage::ModelLane lane;
  std::unique_ptr<api::EventLoop> loop = std::move(api::EventLoop::make()).value();
  api::Workers workers{*loop};
  api::Workers passwords{*loop};
  FakeClerk clerk{credentials};
  NoArchive archive;
  NoChanges changes;
  Keys keys{authority, seals};
  manage::RefusedAccess refused;
  api::Desk desk{timeline, administration, certificates,           agents, credentials, lane, workers, passwords,
                 clerk,    archive,        support::knownBytes(6), "1",    changes,     keys, {},      {},
                 {},       refused};
  CredentialRunner runner{desk};
  api::AgentHandlers handlers{desk, runner};
};

TEST_F(ReportRoom, WhatHasNoRoomWhenItIsItsTurnIsTakenWhenItIsToldAgain) {
  const std::string disk1 = "iqn.2026-01.example:disk1", disk2 = "iqn.2026-01.example:disk2";
  const mgmt::Identity one = enrolled("one", disk1), two = enrolled("two", disk2);
  credentialAt(1, disk1);
  credentialAt(2, disk2);
  lane.reached(manage::ModelLane::kAny);
  // All that come while somebody else has the turn are taken together.
  ASSERT_TRUE(lane.enter([] {}));
  report(one, 1, CredentialRunner::kMaxEvents);
  report(two, 2);
  lane.leave(0);
  EXPECT_EQ(appliedOf(1), 1U);
  EXPECT_EQ(appliedOf(2), 0U) << "there was no room for it";
  report(two, 2);
  EXPECT_EQ(appliedOf(2), 1U) << "its agent was told that it had been taken";
}

}  // namespace
