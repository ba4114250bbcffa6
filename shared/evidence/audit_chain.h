// The hash chain of the audit log and its signed checkpoints: what both the server that writes it and an auditor who
// checks it offline compute.
//
//   genesis      SHA-256("sanctum-audit-1\n", id of the server)
//   hash n       SHA-256(hash n-1, canonical bytes of record n); hash 0 is the genesis
//   checkpoint   {sequence, hash, time, public key, signature}: Ed25519 over "sanctum-audit-checkpoint-1\n", sequence
//                u64, hash, time i64, fingerprint of the key; numbers are big-endian
//
// A new key: the record log.key-rotated names the fingerprints of both keys, the old key signs a checkpoint at exactly
// that record, and from then on only the new one signs. So who trusts the old key knows the new one.
//
// Pure functions and values.
#pragma once

#include "shared/evidence/digest.h"
#include "shared/evidence/signing.h"
#include "shared/ops/audit_record.h"

namespace evidence {

struct SealedRecord {
  ops::AuditRecord record;
  Digest hash{};
};

struct AuditCheckpoint {
  std::uint64_t sequence = 0;  // of the record whose hash it vouches for
  Digest hash{};
  base::WallTime time{};
  RawKey key{};
  Signature signature{};

  friend bool operator==(const AuditCheckpoint&, const AuditCheckpoint&) = default;
};

Digest genesisHash(std::string_view serverId);
Digest linkHash(const Digest& previous, const ops::AuditRecord& record);

AuditCheckpoint signCheckpoint(const SigningKey& key, std::uint64_t sequence, const Digest& hash, base::WallTime time);
// Whether the signature is one of the key that the checkpoint names; not whether that key is trusted.
bool isSigned(const AuditCheckpoint& checkpoint);
Fingerprint fingerprintOf(const AuditCheckpoint& checkpoint);

}  // namespace evidence
