// AuditWitness: the newest checkpoint of the audit log, kept outside of the database: `audit.head` beside the key that
// signs it. So a log that was cut in the database, or put back, is known by it.
//
// The file holds one line as an export has it (evidence::auditLine of a checkpoint): signed, and good for an eye too.
// Nothing is written until release(): what was found at the start must be stored before the file goes on from it. It is
// no secret. One thread; blocks for a write and two fsync.
#pragma once

#include <optional>
#include <string>

#include "shared/base/result.h"
#include "shared/evidence/audit_chain.h"
#include "shared/evidence/chain_verifier.h"

namespace app {

class AuditWitness {
 public:
  // Without a folder it keeps nothing: for a store that does not outlive the program.
  AuditWitness(std::string folder, evidence::Fingerprint key);

  // What the file held when the program began; nothing where there is none, or none by the key.
  [[nodiscard]] const std::optional<evidence::LogHead>& atStart() const { return atStart_; }
  // There was to be one, and there was none, or none by the key.
  [[nodiscard]] bool wasMissing() const { return !path_.empty() && !found_; }
  // The head that the log has to hold: before release() that of the start, then the newest one.
  [[nodiscard]] std::optional<evidence::LogHead> expected() const;

  base::Status note(const evidence::AuditCheckpoint& checkpoint);
  base::Status release();

 private:
  base::Status write();

  const std::string path_;
  std::optional<evidence::LogHead> atStart_;
  std::optional<evidence::AuditCheckpoint> newest_;
  bool found_ = false;
  bool held_ = true;
};

}  // namespace app
