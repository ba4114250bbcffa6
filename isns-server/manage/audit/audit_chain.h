// AuditChain: gives each audit record its number and hash, and says when a checkpoint is due.
//
// The caller stores what seal() gives in the transaction of the change that the record tells of (audit_schema.h). Where
// that transaction fails, restore(mark()) of before takes the records back: a hash that was never stored is never built
// on. A clock that goes back adds a record of its own (clock.back) before the next one.
//
// Checkpoints: due after `records` unsigned records, or `period` after the first of them. To replace the key: append
// log.key-rotated, take a checkpoint with the old key, append log.key-began, and take one with the new key; rotateKey()
// does that. So the log is signed by the new key from the moment of the change, and whoever knows only that one can
// check it.
//
// One owner, no thread, clock or file: time is an argument.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "shared/evidence/audit_chain.h"

namespace manage {

struct CheckpointPolicy {
  std::uint64_t records = 500;
  std::chrono::seconds period{60};
};

class AuditChain {
 public:
  // Where the chain stands; a value, so that it can be kept and set back.
  struct State {
    std::uint64_t sequence = 0;
    evidence::Digest hash{};
    base::WallTime time{};
    std::uint64_t signedUpTo = 0;
    base::TimePoint unsignedSince = base::kNever;  // kNever: everything is under a checkpoint
  };

  // A new log.
  AuditChain(std::string serverId, CheckpointPolicy policy);
  // Goes on behind record `last`, the last that the store holds; `signedUpTo` is the last checkpoint's number, 0 for
  // none. `read`: the last one that can be read, which is that one in a log that is whole; the next record is chained
  // to it, so that what stands up to there is under the next checkpoint. nullptr: none can, as if the log began there.
  AuditChain(std::string serverId, CheckpointPolicy policy, std::uint64_t last, const evidence::SealedRecord* read,
             std::uint64_t signedUpTo, base::TimePoint now);

  // Gives number, time and hash to a record, and appends it to `out`; before it perhaps a record of the clock. Texts
  // beyond the limits are cut (ops::bounded).
  void seal(ops::AuditRecord record, base::Now now, std::vector<evidence::SealedRecord>& out);

  [[nodiscard]] bool checkpointDue(base::TimePoint now) const;
  // When a checkpoint becomes due by time; kNever while nothing waits for one.
  [[nodiscard]] base::TimePoint nextDeadline() const;
  // Of the last record; there must be one.
  evidence::AuditCheckpoint checkpoint(const evidence::SigningKey& key, base::WallTime now);

  // The checkpoints of a change of key.
  struct Change {
    evidence::AuditCheckpoint handOver;  // the last one of the old key, at log.key-rotated
    evidence::AuditCheckpoint first;     // of the new one, at log.key-began
  };
  // Appends both records; `record`: who changes it, and why.
  Change rotateKey(const evidence::SigningKey& old, const evidence::SigningKey& next, ops::AuditRecord record,
                   base::Now now, std::vector<evidence::SealedRecord>& out);

  [[nodiscard]] State mark() const { return state_; }
  void restore(const State& state) { state_ = state; }
  [[nodiscard]] const std::string& serverId() const { return serverId_; }

 private:
  void append(ops::AuditRecord record, base::Now now, std::vector<evidence::SealedRecord>& out);

  std::string serverId_;
  CheckpointPolicy policy_;
  State state_;
};

}  // namespace manage
