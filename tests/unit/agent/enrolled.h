// An enrolment for tests of the agent, by an authority that is made for it.
#pragma once

#include "agent/app/enrolment_file.h"
#include "isns-server/manage/keys/certificate_authority.h"
#include "tests/unit/agent/agent_testing.h"

namespace agent_test {

// A desired state, as the server tells it.
inline constexpr std::string_view kDesiredText =
    R"({"revision": 7, "changed": true, "authority": "AA", "targets": [], "credentials": []})";

// Of "store", for kTarget; nobody listens at its servers.
inline agent::Enrolment enrolled(const base::RandomSource& random) {
  constexpr base::WallTime kStart{std::chrono::seconds(1'800'000'000)};
  const auto authority = *keys::CertificateAuthority::create(kStart, random);
  auto key = *mgmt::PrivateKey::generate();
  const auto csr = *mgmt::CertificateRequest::read(base::asBytes(*mgmt::makeCertificateRequest(key, "agent")));
  const mgmt::Identity identity{mgmt::PeerKind::Agent, "store", {std::string(kTarget)}, ""};
  auto leaf = *authority.issueClient(csr, identity, kStart, random, keys::kAgentLifetime);
  agent::Enrolment made;
  made.link = std::make_shared<management::LinkIdentity>(
      management::LinkIdentity{std::move(key), {std::move(leaf)}, {authority.root()}});
  made.identity = identity;
  made.server = "127.0.0.1:1";
  made.servers = {"127.0.0.1:1", "127.0.0.1:2"};
  made.since = 1234;
  return made;
}

}  // namespace agent_test
