#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/support/sample_pack.h"
#include "tests/support/tiny_pack.h"

using namespace test;
using evidence::Verdict;

namespace {

evidence::EvidenceReport verify(const base::Bytes& archive, const evidence::SigningKey& key) {
  return evidence::verifyEvidence(archive, key.verifyingKey().fingerprint());
}

bool names(const evidence::EvidenceReport& report, std::string_view what) {
  return std::any_of(report.faults.begin(), report.faults.end(),
                     [&](const evidence::EvidenceFault& fault) { return fault.where.find(what) != std::string::npos; });
}

TEST(VerifyEvidence, WithTheRightFingerprintAPackIsVerified) {
  const manage::EvidencePack pack = samplePack(3);
  const auto report = verify(pack.archive, packKey());
  EXPECT_TRUE(report.ok()) << evidence::reportText(report);
  EXPECT_EQ(report.manifest->counts.population, 3u);
  EXPECT_TRUE(evidence::reportText(report).starts_with("VERIFIED: "));
  EXPECT_NE(evidence::reportText(report).find("3 rows\n"), std::string::npos) << evidence::reportText(report);
  const auto single = verify(samplePack(1).archive, packKey());
  EXPECT_NE(evidence::reportText(single).find("1 row\n"), std::string::npos) << evidence::reportText(single);
}

TEST(VerifyEvidence, WithoutAFingerprintItIsIntactAndNotVerified) {
  const auto report = evidence::verifyEvidence(TinyPack().archive(packKey()), std::nullopt);
  EXPECT_EQ(report.verdict, Verdict::SignerUnknown);
  EXPECT_FALSE(report.ok());
  EXPECT_TRUE(report.faults.empty());
  EXPECT_NE(evidence::reportText(report).find("NOT VERIFIED: intact, signer unknown"), std::string::npos);
}

TEST(VerifyEvidence, AStrangersSignatureIsNotVerified) {
  const auto report = verify(TinyPack().archive(packKey(8)), packKey(7));
  EXPECT_EQ(report.verdict, Verdict::OtherSigner);
  EXPECT_NE(evidence::reportText(report).find("another key"), std::string::npos);
}

// Which file of the pack a byte lies in; empty behind the last.
std::string fileAt(const base::Bytes& archive, std::size_t at) {
  std::string last;
  for (const evidence::TarEntry& entry : evidence::readTar(archive).entries) {
    const auto begin = static_cast<std::size_t>(entry.content.data() - archive.data());
    const std::size_t padded = (entry.content.size() + 511) / 512 * 512;
    if (at >= begin - 512 && at < begin + padded) return std::string(entry.name);
  }
  return last;
}

// A header whose name was changed cannot be named by it; then the number of the entry is.
bool placeIsNamed(const evidence::EvidenceReport& report, const std::string& file) {
  if (file.empty()) return names(report, "end of the archive") || names(report, "entry ");
  return names(report, file) || names(report, "the header of ");
}

TEST(VerifyEvidence, AnySingleChangedByteIsFoundAndTheFileNamed) {
  const base::Bytes whole = TinyPack().archive(packKey());
  ASSERT_TRUE(verify(whole, packKey()).ok()) << evidence::reportText(verify(whole, packKey()));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    base::Bytes changed = whole;
    changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1u << (at % 8)));
    const auto report = verify(changed, packKey());
    ASSERT_EQ(report.verdict, Verdict::Damaged) << "byte " << at;
    ASSERT_TRUE(placeIsNamed(report, fileAt(whole, at))) << "byte " << at << " of " << fileAt(whole, at) << "\n"
                                                         << evidence::reportText(report);
  }
}

TEST(VerifyEvidence, AChangedByteOfARealPackIsFound) {
  const base::Bytes whole = samplePack(3).archive;
  for (std::size_t at = 5; at < whole.size(); at += 131) {
    base::Bytes changed = whole;
    changed[at] ^= 0x04;
    const auto report = verify(changed, packKey());
    ASSERT_EQ(report.verdict, Verdict::Damaged) << "byte " << at;
    ASSERT_TRUE(placeIsNamed(report, fileAt(whole, at))) << evidence::reportText(report);
  }
}

TEST(VerifyEvidence, APackThatIsCutOrGoesOnIsDamaged) {
  const base::Bytes whole = TinyPack().archive(packKey());
  for (std::size_t size = 0; size < whole.size(); size += 64) {
    EXPECT_EQ(verify(base::Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), packKey()).verdict,
              Verdict::Damaged)
        << size;
  }
  base::Bytes longer = whole;
  longer.push_back(0);
  EXPECT_EQ(verify(longer, packKey()).verdict, Verdict::Damaged);
  longer.resize(whole.size() + 512);
  EXPECT_EQ(verify(longer, packKey()).verdict, Verdict::Damaged);
}

// What a signer who lies, or errs, could sign.
TEST(VerifyEvidence, ASignedPackThatContradictsItselfIsDamaged) {
  struct Case {
    std::string_view named;
    std::function<void(TinyPack&)> spoil;
  };
  const Case cases[] = {
      {"population.csv", [](TinyPack& p) { p.files[1].second += "db3,lun3\n"; }},
      {"population.csv", [](TinyPack& p) { p.files[1].second = "host,unit\ndb1,lun1\ndb2,\"lun\n"; }},
      {"population.jsonl", [](TinyPack& p) { p.files[2].second += "{}\n"; }},
      {"findings.csv", [](TinyPack& p) { p.files[3].second = "rule\n"; }},
      {"sources.csv", [](TinyPack& p) { p.files[4].second = ""; }},
      {"manifest.json", [](TinyPack& p) { p.manifest.counts.population = 3, p.files[0].second = p.factsText(); }},
      {"manifest.json", [](TinyPack& p) { p.manifest.counts.findings = 0, p.files[0].second = p.factsText(); }},
      {"manifest.json", [](TinyPack& p) { p.manifest.counts.sources = 9, p.files[0].second = p.factsText(); }},
      {"manifest.json", [](TinyPack& p) { p.manifest.counts.sourcesSilent = 1, p.files[0].second = p.factsText(); }},
      {"manifest.json", [](TinyPack& p) { p.manifest.complete = false; }},
      {"evidence.json", [](TinyPack& p) { p.manifest.log.sequence = 6; }},
      {"evidence.json", [](TinyPack& p) { p.manifest.cut.revision = 8; }},
      {"evidence.json", [](TinyPack& p) { p.files[0].second = "{"; }},
      {"extra.txt",
       [](TinyPack& p) {
         p.unlisted = {{"extra.txt", "x"}};
       }},
      {"sources.csv", [](TinyPack& p) { p.files.pop_back(), p.rows.pop_back(); }},
      {"population.csv", [](TinyPack& p) { p.rows[1].reset(); }},
      {"header", [](TinyPack& p) { p.headerTime = base::WallTime(std::chrono::seconds(5)); }},
  };
  for (const Case& one : cases) {
    TinyPack pack;
    one.spoil(pack);
    const auto report = verify(pack.archive(packKey()), packKey());
    EXPECT_EQ(report.verdict, Verdict::Damaged) << one.named;
    EXPECT_TRUE(names(report, one.named)) << one.named << "\n" << evidence::reportText(report);
  }
}

TEST(VerifyEvidence, AManifestIsTakenOnlyAsTheServerWritesIt) {
  TinyPack pack;
  const base::Bytes whole = pack.archive(packKey());
  const std::string text(base::asText(evidence::readTar(whole).entries[0].content));
  ASSERT_TRUE(evidence::manifestFromText(text));
  for (const std::string& other : {text + "\n", "{}" + text, std::string("{}\n"), std::string()}) {
    EXPECT_FALSE(evidence::manifestFromText(other));
    EXPECT_EQ(verify(pack.archiveOf(packKey(), other), packKey()).verdict, Verdict::Damaged);
  }
  // A signature by one key under the name of another.
  const auto report = verify(pack.archiveOf(packKey(8), text), packKey());
  EXPECT_TRUE(names(report, "signer.pem"));
}

TEST(VerifyEvidence, TheReportShowsNoControlCharacters) {
  TinyPack pack;
  pack.manifest.title = "a\x1b[31mb";
  const std::string text = evidence::reportText(verify(pack.archive(packKey()), packKey()));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

}  // namespace
