// AuditWitness: the newest checkpoint of the audit log, kept outside of the database: `audit.head` beside the key that
// signs it. So a log that was cut in the database, or put back, is known by it.
//
// The file holds one line as an export has it (evidence::auditLine of a checkpoint): signed, and good for an eye too.
// It is there before the log's first checkpoint is: begin() writes one of record 0, with the genesis hash, so that a
// server that is killed between its first checkpoint and the file for it has not lost its witness. Nothing else is
// written until release(): what was found at the start must be stored before the file goes on from it. It is no secret.
// One thread; blocks for a write and two fsync.
#pragma once

#include <optional>
#include <string>

#include "shared/base/clock.h"
#include "shared/base/result.h"
#include "shared/evidence/audit_chain.h"
#include "shared/evidence/chain_verifier.h"

namespace app {

class AuditWitness {
 public:
  // Without a folder it keeps nothing: for a store that does not outlive the program. `other`: a key of the log, too,
  // while a change of it is not finished (log_key.h).
  AuditWitness(std::string folder, evidence::SigningKey key,
               const std::optional<evidence::Fingerprint>& other = std::nullopt);

  // What the file held when the program began; nothing where there is none, none by such a key, or none of a record.
  [[nodiscard]] const std::optional<evidence::LogHead>& atStart() const { return atStart_; }
  // There was to be one, and there was none, or none by the key.
  [[nodiscard]] bool wasMissing() const { return !path_.empty() && !found_; }
  // The head that the log has to hold: before release() that of the start, then the newest one.
  [[nodiscard]] std::optional<evidence::LogHead> expected() const;

  // The file of a log that has no checkpoint yet. There must be none.
  base::Status begin(std::string_view serverId, base::WallTime now);
  // Of whichever key signs then.
  base::Status note(const evidence::AuditCheckpoint& checkpoint);
  base::Status release();
  // Whether the log has got a checkpoint since the program began.
  [[nodiscard]] bool hasNoted() const { return newest_.has_value(); }
  // Whether what the file holds is that key's word. Where no file is kept no key is needed for it: so it is.
  [[nodiscard]] bool isBy(const evidence::Fingerprint& key) const { return path_.empty() || by_ == key; }

 private:
  [[nodiscard]] base::Status write(const evidence::AuditCheckpoint& checkpoint);

  const std::string path_;
  const evidence::SigningKey key_;
  std::optional<evidence::LogHead> atStart_;
  std::optional<evidence::AuditCheckpoint> newest_;
  std::optional<evidence::Fingerprint> by_;  // whose word the file is
  bool found_ = false;
  bool held_ = true;
};

}  // namespace app
