// An exported audit log as text, one JSON value a line, and its check:
//
//   {"log": {"format": "sanctum-audit", "version": 1, "server": "...", "after": 0, "previous": "..."}}
//   {"record": {...}, "hash": "..."}
//   {"unreadable": 7}
//   {"checkpoint": {"sequence": 500, "hash": "...", "time": "...", "key": "...", "signature": "..."}}
//
// `after` and `previous` are number and hash of the record before the first one; 0 and the genesis for a whole log. A
// checkpoint stands behind the record that it vouches for. In place of a record that the server could not read any
// more, since somebody had changed its row, stands its number: that is a fault. Digests, keys and signatures are
// hexadecimal digits.
//
// A line counts only as it is written here, byte by byte: so a changed byte is found even where JSON would read the
// same from it. Bound: kMaxAuditLine bytes a line. Pure functions.
#pragma once

#include "shared/evidence/chain_verifier.h"

namespace evidence {

inline constexpr std::size_t kMaxAuditLine = 65536;

std::string auditHeadLine(std::string_view serverId, const ChainStart& start);
std::string auditLine(const SealedRecord& sealed);
std::string auditLine(const AuditCheckpoint& checkpoint);
std::string unreadableLine(std::uint64_t sequence);

// Takes lines as they come, without their line ends.
class AuditLineVerifier {
 public:
  // `seen`: heads that the log has to hold.
  explicit AuditLineVerifier(std::span<const Fingerprint> trusted, std::span<const LogHead> seen = {})
      : trusted_(trusted.begin(), trusted.end()), seen_(seen.begin(), seen.end()) {}

  // Fails where the first line is no head line of an audit log; every other fault is in the report.
  base::Status line(std::string_view text);
  ChainReport finish(std::optional<LogHead> expected = std::nullopt);
  [[nodiscard]] const std::string& serverId() const { return serverId_; }

 private:
  base::Status head(std::string_view text);
  std::vector<Fingerprint> trusted_;
  std::vector<LogHead> seen_;
  std::optional<ChainVerifier> chain_;
  std::string serverId_;
  std::uint64_t lines_ = 0;
};

struct AuditTextReport : ChainReport {
  std::string serverId;
};

// All of a text that ends with a line end.
base::Result<AuditTextReport> verifyAuditText(std::string_view text, std::span<const Fingerprint> trusted,
                                              std::span<const LogHead> seen = {});

// "1234:HASH", as a report and an evidence pack print it for `sanctl audit verify --head`.
std::string headText(const LogHead& head);
std::optional<LogHead> parseHead(std::string_view text);

// A line as auditLine() of a checkpoint writes it.
std::optional<AuditCheckpoint> parseCheckpointLine(std::string_view text);

// For people: what was checked, what is wrong, from where on nothing is signed.
std::string reportText(const ChainReport& report);

}  // namespace evidence
