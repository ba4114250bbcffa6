#include "isns-server/app/audit_witness.h"

#include <fstream>
#include <utility>

#include "shared/evidence/audit_lines.h"
#include "shared/files/atomic_file.h"

namespace app {

AuditWitness::AuditWitness(std::string folder, evidence::SigningKey key,
                           const std::optional<evidence::Fingerprint>& other)
    : path_(folder.empty() ? std::string() : folder + "/audit.head"), key_(std::move(key)) {
  if (path_.empty()) return;
  std::ifstream file(path_, std::ios::binary);
  std::string line;
  if (!std::getline(file, line)) return;
  const auto checkpoint = evidence::parseCheckpointLine(line);
  if (!checkpoint || !evidence::isSigned(*checkpoint)) return;
  const evidence::Fingerprint signer = evidence::fingerprintOf(*checkpoint);
  if (signer != key_.verifyingKey().fingerprint() && signer != other) return;
  found_ = true;
  by_ = signer;
  if (checkpoint->sequence > 0) atStart_ = evidence::LogHead{checkpoint->sequence, checkpoint->hash};
}

std::optional<evidence::LogHead> AuditWitness::expected() const {
  if (held_ || !newest_) return atStart_;
  return evidence::LogHead{newest_->sequence, newest_->hash};
}

base::Status AuditWitness::begin(std::string_view serverId, base::WallTime now) {
  held_ = false;
  return write(evidence::signCheckpoint(key_, 0, evidence::genesisHash(serverId), now));
}

base::Status AuditWitness::note(const evidence::AuditCheckpoint& checkpoint) {
  newest_ = checkpoint;
  return held_ ? base::Status() : write(checkpoint);
}

base::Status AuditWitness::release() {
  if (std::exchange(held_, false)) atStart_.reset();
  return newest_ ? write(*newest_) : base::Status();
}

base::Status AuditWitness::write(const evidence::AuditCheckpoint& checkpoint) {
  if (path_.empty()) return {};
  auto written = files::replaceFile(path_, base::asBytes(evidence::auditLine(checkpoint) + "\n"), 0400);
  if (written) by_ = evidence::fingerprintOf(checkpoint);
  return written;
}

}  // namespace app
