// A certificate authority with a fake clock, and peers of it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "isns-server/manage/keys/authorities.h"
#include "isns-server/manage/keys/peer_check.h"
#include "tests/support/random_bytes.h"

namespace keys_test {

using keys::Days;
using mgmt::Certificate;
using mgmt::Identity;
using mgmt::PeerKind;

inline constexpr base::WallTime kStart{std::chrono::seconds(1'800'000'000)};

inline mgmt::CertificateRequest requestOf(const mgmt::PrivateKey& key) {
  const std::string pem = *mgmt::makeCertificateRequest(key, "somebody");
  return *mgmt::CertificateRequest::read(base::asBytes(pem));
}

inline Identity agentIdentity() {
  return {PeerKind::Agent, "storage1.example", {"iqn.2026-01.example:disk1", "iqn.2026-01.example:disk2"}, {}};
}

struct KeysWorld {
  base::RandomSource random = support::knownBytes();
  base::WallTime now = kStart;
  keys::Authorities authorities{*keys::CertificateAuthority::create(kStart, random)};
  keys::Revocations revocations;
  mgmt::PrivateKey agentKey = *mgmt::PrivateKey::generate();

  const keys::CertificateAuthority& authority() const { return authorities.current(); }
  Certificate agent(Days lifetime = keys::kAgentLifetime) {
    return *authority().issueClient(requestOf(agentKey), agentIdentity(), now, random, lifetime);
  }
  Certificate server() {
    const std::vector<std::string> hosts{"isns.example", "192.0.2.7", "2001:db8::7"};
    return *authority().issueServer(*mgmt::PrivateKey::generate(), hosts, now, random);
  }
  base::Result<Identity, keys::PeerRefusal> check(const std::vector<Certificate>& chain,
                                                  keys::ClockVerdict clock = keys::ClockVerdict::Good) {
    return keys::checkClient(chain, {authorities, revocations}, clock, now);
  }
  // "accepted", or the word of the refusal.
  std::string verdict(const std::vector<Certificate>& chain) {
    const auto result = check(chain);
    return result ? "accepted" : std::string(keys::peerFaultWord(result.error().fault));
  }
};

}  // namespace keys_test
