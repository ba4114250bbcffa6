#include "shared/evidence/verify_evidence.h"

#include <algorithm>

#include "shared/base/hex.h"
#include "shared/base/json_reader.h"
#include "shared/base/plural.h"
#include "shared/base/printable.h"
#include "shared/base/time_text.h"
#include "shared/evidence/audit_lines.h"
#include "shared/evidence/csv.h"

namespace evidence {
namespace {

std::string compact(const base::Json* json) {
  std::string text;
  if (json != nullptr) json->writeCompact(text);
  return text;
}

std::uint64_t countLines(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

class Check {
 public:
  Check(base::ByteView archive, const std::optional<Fingerprint>& expected) : archive_(archive) {
    report_.expected = expected;
  }

  EvidenceReport run() && {
    tar_ = readTar(archive_);
    for (TarFault& fault : tar_.faults) add(std::move(fault.where), std::move(fault.what));
    checkHead();
    if (report_.manifest) checkFiles(*report_.manifest);
    decide();
    return std::move(report_);
  }

 private:
  void add(std::string where, std::string what) {
    damaged_ = true;
    if (report_.faults.size() < EvidenceReport::kMaxShownFaults) {
      report_.faults.push_back({std::move(where), std::move(what)});
    }
  }

  const TarEntry* entry(std::size_t index, std::string_view name) {
    if (index < tar_.entries.size() && tar_.entries[index].name == name) return &tar_.entries[index];
    // Where the archive itself is broken, it is known why.
    if (tar_.faults.empty()) add(std::string(name), "it is not where it should be in the archive");
    return nullptr;
  }

  // Manifest, signature and key.
  void checkHead() {
    const TarEntry* manifest = entry(0, kManifestName);
    const TarEntry* signature = entry(1, kSignatureName);
    const TarEntry* signer = entry(2, kSignerName);
    if (manifest == nullptr) return;
    auto read = manifestFromText(base::asText(manifest->content));
    if (read) {
      report_.manifest = std::move(*read);
    } else {
      add(std::string(kManifestName), read.error().text);
    }
    if (signature == nullptr || signer == nullptr) return;
    auto key = VerifyingKey::fromPem(base::asText(signer->content));
    if (!key || key->pem() != base::asText(signer->content)) {
      return add(std::string(kSignerName), "it is no Ed25519 key as the server writes it");
    }
    report_.signer = key->fingerprint();
    if (report_.manifest && report_.manifest->signer != *report_.signer) {
      add(std::string(kSignerName), "it is another key than the manifest names");
    }
    if (!key->verifies(manifest->content, signature->content)) {
      add(std::string(kManifestName) + " or " + std::string(kSignatureName), "the signature does not fit the manifest");
    }
  }

  void checkFiles(const Manifest& manifest) {
    constexpr std::size_t kFirst = 3;
    for (std::size_t i = 0; i < manifest.files.size(); ++i) {
      const TarEntry* found = entry(kFirst + i, manifest.files[i].name);
      if (found != nullptr) checkFile(manifest, manifest.files[i], *found);
    }
    for (std::size_t i = kFirst + manifest.files.size(); i < tar_.entries.size(); ++i) {
      add(std::string(tar_.entries[i].name), "the manifest does not list it");
    }
    for (const TarEntry& one : tar_.entries) {
      if (one.time != manifest.cut.time) add("the header of " + std::string(one.name), "its time is not the data cut");
    }
    checkCount(manifest, "population.csv", manifest.counts.population);
    checkCount(manifest, "population.jsonl", manifest.counts.population);
    checkCount(manifest, "findings.csv", manifest.counts.findings);
    checkCount(manifest, "sources.csv", manifest.counts.sources);
    if (manifest.complete != (manifest.counts.sourcesSilent == 0 && manifest.counts.sources > 0)) {
      add(std::string(kManifestName), "it says complete and counts silent sources, or the other way round");
    }
  }

  void checkCount(const Manifest& manifest, std::string_view name, std::uint64_t count) {
    const auto file = std::find_if(manifest.files.begin(), manifest.files.end(),
                                   [&](const PackFile& one) { return one.name == name; });
    if (file == manifest.files.end()) return add(std::string(name), "the manifest does not list it");
    if (file->rows != count) add(std::string(kManifestName), "its counts are not the rows of " + std::string(name));
  }

  void checkFile(const Manifest& manifest, const PackFile& file, const TarEntry& found) {
    if (found.content.size() != file.bytes || sha256(found.content) != file.sha256) {
      return add(file.name, "it is not what the manifest vouches for (SHA-256 differs)");
    }
    const std::string_view text = base::asText(found.content);
    if (file.name.ends_with(".csv")) {
      const auto rows = countCsvRows(text);
      if (!rows || *rows == 0 || *rows - 1 != file.rows) add(file.name, "it has other rows than the manifest says");
    } else if (file.name.ends_with(".jsonl")) {
      if (countLines(text) != file.rows) add(file.name, "it has other rows than the manifest says");
    } else if (file.name == kFactsName) {
      checkFacts(manifest, text);
    }
  }

  void checkFacts(const Manifest& manifest, std::string_view text) {
    const auto facts = base::parseJson(text);
    if (!facts) return add(std::string(kFactsName), facts.error().text);
    const auto same = [&](std::string_view name, const base::Json& json) {
      if (compact(facts->find(name)) != compact(&json)) {
        add(std::string(kFactsName), "its " + std::string(name) + " is not that of the manifest");
      }
    };
    same("cut", toJson(manifest.cut));
    same("counts", toJson(manifest.counts));
    same("log", toJson(manifest.log));
  }

  void decide() {
    if (damaged_ || !report_.manifest || !report_.signer) {
      report_.verdict = Verdict::Damaged;
    } else if (!report_.expected) {
      report_.verdict = Verdict::SignerUnknown;
    } else {
      report_.verdict = *report_.expected == *report_.signer ? Verdict::Verified : Verdict::OtherSigner;
    }
  }

  base::ByteView archive_;
  TarContents tar_;
  EvidenceReport report_;
  bool damaged_ = false;
};

std::string verdictText(const EvidenceReport& report) {
  switch (report.verdict) {
    case Verdict::Verified:
      return "VERIFIED: intact, and signed by the key that was expected";
    case Verdict::SignerUnknown:
      return "NOT VERIFIED: intact, signer unknown; name the fingerprint of the server's key to verify the signer";
    case Verdict::OtherSigner:
      return "NOT VERIFIED: intact, but signed by another key than the one that was expected";
    case Verdict::Damaged:
      return "NOT VERIFIED: this is not what was signed";
  }
  return {};
}

}  // namespace

EvidenceReport verifyEvidence(base::ByteView archive, const std::optional<Fingerprint>& expected) {
  return Check(archive, expected).run();
}

std::string reportText(const EvidenceReport& report) {
  std::string text = verdictText(report) + "\n";
  const auto line = [&](std::string_view name, std::string_view value) {
    text += "  ";
    text += name;
    text.append(name.size() < 13 ? 13 - name.size() : 1, ' ');
    text += base::printable(value) + "\n";
  };
  if (report.signer) line("signer", base::hexText(*report.signer));
  if (report.expected && report.verdict == Verdict::OtherSigner) line("expected", base::hexText(*report.expected));
  if (report.manifest && report.verdict != Verdict::Damaged) {
    const Manifest& manifest = *report.manifest;
    line("title", manifest.title);
    line("server", manifest.serverName + " (" + manifest.serverId + ")");
    line("data cut", "revision " + std::to_string(manifest.cut.revision) + ", " + base::timeText(manifest.cut.time));
    line("query", manifest.query);
    line("population", std::to_string(manifest.counts.population) +
                             std::string(base::plural(manifest.counts.population, " row", " rows")));
    line("findings", std::to_string(manifest.counts.findings));
    line("completeness", manifest.statement);
    line("log head", manifest.log.sequence == 0 ? "no record" : headText(manifest.log));
    line("files", std::to_string(manifest.files.size()) + ", every SHA-256 fits");
  }
  for (const EvidenceFault& fault : report.faults) {
    text += "  FAULT: " + base::printable(fault.where) + ": " + base::printable(fault.what) + "\n";
  }
  return text;
}

}  // namespace evidence
