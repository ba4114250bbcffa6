// Reports of agents while there is no more room for what they tell of credentials.
#include <gtest/gtest.h>

#include "isns-server/api/agent_handlers.h"
#include "isns-server/manage/credentials/credential_work.h"
#include "tests/unit/api/desk_world.h"

namespace {

using api::CredentialRunner;
using base::Json;

// Each target has an agent, and a credential of a host without one.
class ReportRoom : public test::DeskWorld {
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
