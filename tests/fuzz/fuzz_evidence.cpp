// Evidence packs: bytes as an archive; the input as a manifest and tables under a good signature; an exported audit
// log.
//
// Rules: what the checker takes is what the writer writes, byte by byte; nothing but a pack of the expected key is
// verified; every refusal names something; a report shows no control characters.
#include <algorithm>
#include <string>

#include "shared/base/json_reader.h"
#include "shared/evidence/audit_lines.h"
#include "shared/evidence/csv.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/tiny_pack.h"

namespace {

const evidence::SigningKey& key() {
  static const evidence::SigningKey kept = [] {
    std::array<std::uint8_t, 32> seed{};
    seed.fill(3);
    return std::move(*evidence::SigningKey::fromSeed(seed));
  }();
  return kept;
}

void checkReport(const evidence::EvidenceReport& report) {
  const std::string text = evidence::reportText(report);
  fuzz::check(std::none_of(text.begin(), text.end(), [](char c) { return c != '\n' && c >= 0 && c < ' '; }),
              "a report shows no control characters");
  const bool damaged = report.verdict == evidence::Verdict::Damaged;
  fuzz::check(damaged == !report.faults.empty(), "what is damaged is named, and nothing else is");
}

void readArchive(base::ByteView bytes) {
  const auto contents = evidence::readTar(bytes);
  if (contents.faults.empty()) {
    base::Bytes again;
    for (const auto& entry : contents.entries) {
      evidence::appendTarEntry(again, entry.name, entry.content, entry.time);
    }
    evidence::finishTar(again);
    fuzz::check(base::equal(again, bytes), "an archive that is taken is as the writer writes it");
  }
  const auto report = evidence::verifyEvidence(bytes, key().verifyingKey().fingerprint());
  checkReport(report);
  if (report.ok()) {
    fuzz::check(report.manifest && report.manifest->signer == key().verifyingKey().fingerprint(),
                "what is verified names its signer");
  }
  const auto unknown = evidence::verifyEvidence(bytes, std::nullopt);
  checkReport(unknown);
  fuzz::check(!unknown.ok(), "without a key nothing is verified");
}

// The input as manifest.json, signed well; and as a table of a pack whose manifest vouches for it.
void readSigned(std::string_view text) {
  test::TinyPack pack;
  const auto byManifest =
      evidence::verifyEvidence(pack.archiveOf(key(), std::string(text)), key().verifyingKey().fingerprint());
  checkReport(byManifest);
  if (const auto manifest = evidence::manifestFromText(text)) {
    fuzz::check(evidence::manifestText(*manifest) == text, "a manifest that is taken is as the writer writes it");
  }
  pack.files[1].second = text;
  const bool good = evidence::countCsvRows(text) == 3u;
  const auto byTable = evidence::verifyEvidence(pack.archive(key()), key().verifyingKey().fingerprint());
  fuzz::check(byTable.ok() == good, "a table with the right count is taken, and no other");
  pack = test::TinyPack();
  pack.files[0].second = text;
  checkReport(evidence::verifyEvidence(pack.archive(key()), key().verifyingKey().fingerprint()));
}

void readLog(std::string_view text) {
  const evidence::Fingerprint trusted[] = {key().verifyingKey().fingerprint()};
  const auto report = evidence::verifyAuditText(text, trusted);
  if (report) fuzz::check(report->intact() == report->faults.empty(), "what is not intact is named");
  if (const auto head = evidence::parseHead(text)) {
    fuzz::check(evidence::parseHead(evidence::headText(*head)) == head, "a head reads back");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::Bytes exact(data, data + size);  // so that a read behind the end is a read behind an allocation
  readArchive(exact);
  readSigned(base::asText(exact));
  readLog(base::asText(exact));
  return 0;
}
