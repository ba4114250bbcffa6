// An evidence pack on the disk, checked offline (shared/evidence/verify_evidence.h), and its PDF taken out of it.
//
// checkPack() reads the whole file: off the UI thread. Bound: kMostPack bytes. Errors: PackCheck::fault, a sentence.
// judgeSigner() alone decides whom to trust, also after the file has been read.
#pragma once

#include <QString>
#include <vector>

#include "shared/evidence/verify_evidence.h"

namespace console {

inline constexpr qint64 kMostPack = qint64{1} << 30;

struct PackCheck {
  QString file;
  QString fault;  // it could not be read
  evidence::EvidenceReport report;
};

// `keys`: fingerprints of which any may have signed; none: the signer stays unknown.
// `most`: less than kMostPack in tests alone.
PackCheck checkPack(const QString& path, const std::vector<evidence::Fingerprint>& keys, qint64 most = kMostPack);
// The verdict by these keys in place of those before; what is damaged stays so.
void judgeSigner(PackCheck& check, const std::vector<evidence::Fingerprint>& keys);
// What the verdict says and means, and what to do.
QString verdictWord(evidence::Verdict verdict);
QString verdictMeaning(evidence::Verdict verdict);

// summary.pdf of a pack as it was downloaded; empty: it is damaged, or there is none.
std::string pdfOf(std::string_view pack);

}  // namespace console
