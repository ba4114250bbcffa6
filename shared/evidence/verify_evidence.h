// verifyEvidence: checks an evidence pack offline, with nothing but its bytes and the fingerprint of the server's key.
//
// Checked: the form of the archive, the signature over the manifest, the key against the expected fingerprint, every
// file against its SHA-256, the counts of the manifest against the rows of the tables and against evidence.json, and
// its data cut and log head. Any changed byte is a fault that names the file. Without an expected fingerprint a pack
// can only be intact, never verified: anyone can sign a pack with a key of his own.
//
// Pure function over bytes that the caller holds (a file that it mapped or read); memory beside them: evidence.json as
// a value. Bound: kMaxShownFaults faults are kept.
#pragma once

#include <optional>

#include "shared/evidence/manifest.h"
#include "shared/evidence/tar.h"

namespace evidence {

enum class Verdict : std::uint8_t {
  Verified,       // intact, and signed by the expected key
  SignerUnknown,  // intact, and nobody said which key to expect
  OtherSigner,    // intact, and signed by another key than the expected one
  Damaged,        // something is not what was signed
};

struct EvidenceFault {
  std::string where;  // a file of the pack, or a place of the archive
  std::string what;
};

struct EvidenceReport {
  static constexpr std::size_t kMaxShownFaults = 100;
  Verdict verdict = Verdict::Damaged;
  std::vector<EvidenceFault> faults;
  std::optional<Manifest> manifest;  // where it could be read; not to be believed unless the verdict is Verified
  std::optional<Fingerprint> signer;
  std::optional<Fingerprint> expected;
  [[nodiscard]] bool ok() const { return verdict == Verdict::Verified; }
};

EvidenceReport verifyEvidence(base::ByteView archive, const std::optional<Fingerprint>& expected);

// For people: verdict first, then what was checked, then every fault.
std::string reportText(const EvidenceReport& report);

}  // namespace evidence
