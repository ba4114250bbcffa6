#include "isns-server/manage/credentials/sealed_credentials.h"

#include <memory>

namespace credentials {

bool SealedCredentials::isSealedWith(keys::KeyId key) const {
  const auto by = [&](const base::Bytes& sealed) { return !sealed.empty() && keys::KeyRing::keyOf(sealed) == key; };
  for (const auto& [id, credential] : keeper_.all()) {
    for (const auto& [row, secret] : keeper_.secretsOf(id)) {
      if (by(secret.sealed)) return true;
    }
  }
  for (const auto& [row, pending] : keeper_.pending()) {
    if (by(pending.forward) || by(pending.reverse)) return true;
  }
  return false;
}

base::Result<manage::Step> SealedCredentials::sealAnew() {
  auto secrets = std::make_shared<std::map<std::int64_t, SecretRow>>();
  auto pending = std::make_shared<std::vector<PendingSecret>>();
  const keys::KeyRing& ring = keeper_.ring();
  for (const auto& [id, credential] : keeper_.all()) {
    for (const auto& [row, before] : keeper_.secretsOf(id)) {
      const auto secret = ring.open(before.sealed, placeOf(before));
      if (!secret) return base::fail(secret.error());
      auto anew = sealSecret(before.credential, before.way, before.version, *secret, ring, random_);
      if (!anew) return base::fail(anew.error());
      secrets->emplace(row, std::move(*anew));
    }
  }
  for (const auto& [row, before] : keeper_.pending()) {
    PendingSecret anew = before;
    for (const Way way : {Way::Forward, Way::Reverse}) {
      base::Bytes& sealed = way == Way::Forward ? anew.forward : anew.reverse;
      if (sealed.empty()) continue;
      auto next = ring.reseal(sealed, pendingPlace(row, way), random_);
      if (!next) return base::fail(next.error());
      if (*next) sealed = std::move(**next);
    }
    pending->push_back(std::move(anew));
  }
  manage::Step step;
  step.rows = [secrets, pending](store::OpsWriter& ops, std::uint64_t) {
    for (const auto& [row, secret] : *secrets) writeRow(ops, row, secret);
    for (const PendingSecret& one : *pending) writeRow(ops, one);
  };
  return step;
}

}  // namespace credentials
