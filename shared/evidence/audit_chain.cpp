#include "shared/evidence/audit_chain.h"

#include "shared/base/clock.h"

namespace evidence {
namespace {

base::Bytes signedBytes(std::uint64_t sequence, const Digest& hash, base::WallTime time, const Fingerprint& key) {
  base::Bytes out;
  base::ByteWriter writer(out);
  writer.bytes(base::asBytes("sanctum-audit-checkpoint-1\n"));
  writer.u64(sequence);
  writer.bytes(hash);
  writer.u64(static_cast<std::uint64_t>(base::unixSeconds(time)));
  writer.bytes(key);
  return out;
}

}  // namespace

Digest genesisHash(std::string_view serverId) {
  return Sha256().update(std::string_view("sanctum-audit-1\n")).update(serverId).finish();
}

Digest linkHash(const Digest& previous, const ops::AuditRecord& record) {
  return Sha256().update(previous).update(ops::canonicalBytes(record)).finish();
}

AuditCheckpoint signCheckpoint(const SigningKey& key, std::uint64_t sequence, const Digest& hash, base::WallTime time) {
  const VerifyingKey verifying = key.verifyingKey();
  return {sequence, hash, time, verifying.raw(), key.sign(signedBytes(sequence, hash, time, verifying.fingerprint()))};
}

bool isSigned(const AuditCheckpoint& checkpoint) {
  const VerifyingKey key(checkpoint.key);
  return key.verifies(signedBytes(checkpoint.sequence, checkpoint.hash, checkpoint.time, key.fingerprint()),
                      checkpoint.signature);
}

Fingerprint fingerprintOf(const AuditCheckpoint& checkpoint) { return VerifyingKey(checkpoint.key).fingerprint(); }

}  // namespace evidence
