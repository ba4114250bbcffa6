#include "isns-server/app/log_key.h"

#include <utility>

namespace app {

void LogKey::noteSince(const evidence::Fingerprint& key, base::WallTime since) {
  if (key == fingerprint()) since_ = since;
}

base::Result<evidence::SigningKey> LogKey::makeNext(const base::RandomSource& random) {
  if (next_) return base::fail("the key of the audit log is being changed already");
  if (other_)
    return base::fail("the change of the audit log's key before is not finished: audit.head is not written yet");
  auto seed = ServerKeys::makeNextAuditKey(folder_, random);
  if (!seed) return base::fail(seed.error());
  auto key = evidence::SigningKey::fromSeed(seed->reveal());
  if (!key) return base::fail(key.error());
  next_ = *key;
  return std::move(*key);
}

// What was not stored leaves its file: the next change writes over it, and a start removes it.
void LogKey::ended(bool stored) {
  if (!next_) return;
  if (stored) {
    other_ = fingerprint();
    key_ = std::move(*next_);
    since_.reset();
  }
  next_.reset();
}

base::Status LogKey::finish(const AuditWitness& witness) {
  if (!other_ || next_ || !witness.isBy(fingerprint())) return {};
  if (auto status = ServerKeys::keepAuditKey(folder_, fingerprint()); !status) return status;
  other_.reset();
  return {};
}

}  // namespace app
