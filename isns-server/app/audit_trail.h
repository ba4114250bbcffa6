// AuditTrail: the audit log as it grows on the protocol loop: records get their number, hash and row in the change that
// they tell of, whoever made it, so their order is that of the revisions.
//
// A last record that cannot be read does not stop the server: the log goes on behind it, and what is wrong is told
// (atStart()), for the log is broken there for ever (docs/security/audit-log.md).
//
// What no checkpoint vouched for when the log was opened is told, too, in the first change (log.unsigned): a checkpoint
// that comes later does not show who wrote it.
//
// Follows the batches of core::Server: what a failed commit takes back is taken back here too, a change of the key that
// signs as well. The loop's thread. What the new key's file goes through meanwhile is log_key.h's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "db/store/store.h"
#include "isns-server/manage/audit/audit_chain.h"
#include "isns-server/manage/audit/audit_schema.h"

namespace app {

class AuditTrail {
 public:
  // Whose word the newest checkpoint of the stored log is: only that key goes on with it. Nothing where there is no
  // checkpoint, or it cannot be read, or no key has signed it.
  static base::Result<std::optional<evidence::Fingerprint>> signer(store::Store& store);
  // The server that began the stored log, proven by its first record. Nothing where there is no log, or that record
  // cannot be read or proves nobody.
  static base::Result<std::optional<std::string>> beganBy(store::Store& store);
  // Goes on where the stored log ends; a new log begins with its own record (log.begun). `key`: of signer().
  static base::Result<std::unique_ptr<AuditTrail>> open(store::Store& store, const std::string& serverId,
                                                         evidence::SigningKey key, base::Now now);

  // Appends the rows of the records, and of a checkpoint where one is due or asked for.
  void write(store::OpsWriter& ops, std::vector<ops::AuditRecord> records, std::uint64_t revision, base::Now now,
             bool checkpoint = false);
  // Another key signs from here on: both records of that, and a checkpoint of either key. `record`: who, and why.
  void rotateKey(store::OpsWriter& ops, evidence::SigningKey next, ops::AuditRecord record, std::uint64_t revision,
                 base::Now now);
  [[nodiscard]] bool checkpointDue(base::Now now) const { return chain_.checkpointDue(now.mono); }
  // The server ends: whatever is written from now on may be the last, and has its checkpoint.
  void signEach() { signEach_ = true; }

  // The newest checkpoint that has become durable since the call before.
  [[nodiscard]] std::optional<evidence::AuditCheckpoint> takeCheckpoint() { return std::exchange(durable_, std::nullopt); }
  // The log when it was opened.
  struct AtStart {
    std::uint64_t last = 0;        // record; 0: there was none
    std::uint64_t signedUpTo = 0;  // the number of the last checkpoint
    std::uint64_t unsignedFrom = 0;  // the first record that no checkpoint by the key vouches for; 0: there is none
    std::string unreadable;        // what cannot be read at its end, as a sentence; empty: the last record can be read
  };
  [[nodiscard]] const AtStart& atStart() const { return atStart_; }

  [[nodiscard]] const std::string& serverId() const { return chain_.serverId(); }

  // With core::Server::takeBatch() and onCommitted().
  void batchTaken();
  void batchEnded(bool committed);

 private:
  // Where the log stands, and who signs it there.
  struct Mark {
    manage::AuditChain::State chain;
    evidence::SigningKey key;
  };
  AuditTrail(manage::AuditChain chain, evidence::SigningKey key, AtStart atStart);
  bool tellUnsigned(std::uint64_t revision, base::Now now, std::vector<evidence::SealedRecord>& sealed);
  void beginLog(std::uint64_t revision, base::Now now, std::vector<evidence::SealedRecord>& sealed);

  manage::AuditChain chain_;
  evidence::SigningKey key_;
  Mark committed_;
  Mark inFlight_;
  const AtStart atStart_;
  bool signEach_ = false;
  std::optional<evidence::AuditCheckpoint> made_;      // in the batch that is being put together,
  std::optional<evidence::AuditCheckpoint> underWay_;  // with the store,
  std::optional<evidence::AuditCheckpoint> durable_;
};

}  // namespace app
