// A keeper of agents with an authority and a fake clock.
#pragma once

#include "isns-server/manage/agents/agent_keeper.h"
#include "tests/support/key_world.h"

namespace agents_test {

using manage::AgentKeeper;

inline const std::string kEntity = "storage1.example";
inline const std::string kDisk1 = "iqn.2026-01.example:disk1";
inline const std::string kDisk2 = "iqn.2026-01.example:disk2";

class Enrolment : public test::KeyWorld {
 protected:
  static std::string requestFor(const mgmt::PrivateKey& key) { return *mgmt::makeCertificateRequest(key, "agent"); }
  std::string invite(const std::string& agent = "storage1", const std::optional<manage::Login>& madeWith = {}) {
    auto invitation = keeper.invite({agent, kEntity, {kDisk1, kDisk2}, {}, madeWith}, admin, now);
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
  // Each from an address of its own, so that each is recorded at once.
  std::string refusal(const std::string& token, const mgmt::PrivateKey& own) {
    auto issued = keeper.enrol(token, requestFor(own), another(), now);
    if (issued) return "enrolled";
    if (issued.error().step) carryOut(*issued.error().step);
    return issued.error().step ? issued.error().step->audit.front().code : "no note";
  }
  std::string verdict(AgentKeeper& by, const mgmt::Certificate& certificate) {
    const auto identity = by.authenticate(certificate.der(), another(), now);
    if (identity) return identity->name;
    return identity.error().step ? identity.error().step->audit.front().code : "no note";
  }

  manage::Actor another() { return {ops::ActorKind::Agent, "", "198.51.100." + std::to_string(++others_)}; }

  AgentKeeper keeper{authority, support::knownBytes(2)};
  const manage::Actor admin{ops::ActorKind::Person, "alice", "192.0.2.1"};
  const manage::Actor stranger{ops::ActorKind::Agent, "", "192.0.2.2"};

 private:
  int others_ = 0;
};

}  // namespace agents_test
