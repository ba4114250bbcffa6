// An evidence pack without a PDF, a few kilobytes, put together by hand: so that every byte of it can be changed in
// turn, and that it can be signed though it contradicts itself.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "shared/evidence/signing.h"
#include "shared/evidence/verify_evidence.h"

namespace test {

struct TinyPack {
  TinyPack() {
    manifest.title = "Tiny";
    manifest.serverId = "s-1";
    manifest.serverName = "tiny.example";
    manifest.generator = "test";
    manifest.cut = {7, base::WallTime(std::chrono::seconds(1'770'000'000))};
    manifest.query = "everything";
    manifest.options = {{"label", "PCI"}};
    manifest.counts = {2, 1, 1, 0};
    manifest.complete = true;
    manifest.statement = "All 1 sources reported.";
    manifest.log = {5, evidence::sha256(base::asBytes("log"))};
    files = {{"evidence.json", factsText()},
             {"population.csv", "host,unit\ndb1,lun1\ndb2,\"lun,2\"\n"},
             {"population.jsonl", "{\"host\": \"db1\"}\n{\"host\": \"db2\"}\n"},
             {"findings.csv", "rule\nR01\n"},
             {"sources.csv", "name\nagent\n"}};
    rows = {std::nullopt, 2, 2, 1, 1};
  }
  [[nodiscard]] std::string factsText() const {
    std::string text;
    base::Json(base::Json::Object{{"cut", evidence::toJson(manifest.cut)},
                                  {"counts", evidence::toJson(manifest.counts)},
                                  {"log", evidence::toJson(manifest.log)}})
        .writeCompact(text);
    return text;
  }
  // Signs what the members say, whether that fits together or not.
  [[nodiscard]] base::Bytes archive(const evidence::SigningKey& key) const {
    evidence::Manifest all = manifest;
    all.files.clear();
    for (std::size_t i = 0; i < files.size(); ++i) {
      const base::ByteView content = base::asBytes(files[i].second);
      all.files.push_back({files[i].first, content.size(), evidence::sha256(content), rows[i]});
    }
    all.signer = key.verifyingKey().fingerprint();
    return archiveOf(key, evidence::manifestText(all));
  }
  [[nodiscard]] base::Bytes archiveOf(const evidence::SigningKey& key, const std::string& text) const {
    base::Bytes out;
    const base::WallTime time = headerTime.value_or(manifest.cut.time);
    evidence::appendTarEntry(out, evidence::kManifestName, base::asBytes(text), time);
    evidence::appendTarEntry(out, evidence::kSignatureName, key.sign(base::asBytes(text)), time);
    evidence::appendTarEntry(out, evidence::kSignerName, base::asBytes(key.verifyingKey().pem()), time);
    for (const auto& [name, content] : files) evidence::appendTarEntry(out, name, base::asBytes(content), time);
    for (const auto& [name, content] : unlisted) evidence::appendTarEntry(out, name, base::asBytes(content), time);
    evidence::finishTar(out);
    return out;
  }

  evidence::Manifest manifest;
  std::vector<std::pair<std::string, std::string>> files;
  std::vector<std::optional<std::uint64_t>> rows;
  std::vector<std::pair<std::string, std::string>> unlisted;
  std::optional<base::WallTime> headerTime;
};

}  // namespace test
