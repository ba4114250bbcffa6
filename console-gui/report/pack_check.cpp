#include "console-gui/report/pack_check.h"

#include <QFile>
#include <algorithm>

#include "console-gui/client/read_file.h"
#include "console-gui/client/tr.h"

namespace console {

using evidence::Verdict;

PackCheck checkPack(const QString& path, const std::vector<evidence::Fingerprint>& keys, qint64 most) {
  PackCheck check;
  check.file = path;
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) {
    check.fault = tr("The file cannot be read: %1.").arg(file.errorString());
    return check;
  }
  const auto bytes = readAtMost(file, most);
  if (!bytes) {
    check.fault = tr("The file is larger than 1 GiB. Check it with sanctl evidence verify.");
    return check;
  }
  const auto pack = base::asBytes(std::string_view(bytes->constData(), static_cast<std::size_t>(bytes->size())));
  check.report = evidence::verifyEvidence(pack, std::nullopt);
  judgeSigner(check, keys);
  return check;
}

void judgeSigner(PackCheck& check, const std::vector<evidence::Fingerprint>& keys) {
  evidence::EvidenceReport& report = check.report;
  if (report.verdict == Verdict::Damaged || !report.signer) return;
  // Of several keys the one that it was signed by.
  const bool known = std::ranges::find(keys, *report.signer) != keys.end();
  report.expected = known ? report.signer : keys.empty() ? std::nullopt : std::optional(keys.front());
  report.verdict = !report.expected ? Verdict::SignerUnknown : known ? Verdict::Verified : Verdict::OtherSigner;
}

QString verdictWord(Verdict verdict) {
  switch (verdict) {
    case Verdict::Verified:
      return tr("Verified");
    case Verdict::SignerUnknown:
      return tr("Intact, signer unknown");
    case Verdict::OtherSigner:
      return tr("Intact, signed by another key");
    case Verdict::Damaged:
      break;
  }
  return tr("Damaged");
}

QString verdictMeaning(Verdict verdict) {
  switch (verdict) {
    case Verdict::Verified:
      return tr("Every file is what was signed, and the key is the one that was expected.");
    case Verdict::SignerUnknown:
      return tr("Every file is what was signed, but anybody can sign: enter the fingerprint of the server's key, which you got on another way than the pack.");
    case Verdict::OtherSigner:
      return tr("Every file is what was signed, but not by the key that was expected. Do not rely on it before you know whose key it is.");
    case Verdict::Damaged:
      break;
  }
  return tr("This is not what was signed. Do not rely on anything in it; get the pack again from who made it.");
}

std::string pdfOf(std::string_view pack) {
  if (evidence::verifyEvidence(base::asBytes(pack), std::nullopt).verdict == Verdict::Damaged) return {};
  for (const evidence::TarEntry& one : evidence::readTar(base::asBytes(pack)).entries) {
    if (one.name == "summary.pdf") return std::string(base::asText(one.content));
  }
  return {};
}

}  // namespace console
