// make-evidence: writes evidence packs and audit logs to look at, to check by hand, to measure and as seeds for
// fuzzing.
//
//   make-evidence pack ROWS FILE     the sample pack with so many rows; says how long the making took
//   make-evidence stress ROWS FILE   one whose texts are long, foreign and made to deceive
//   make-evidence tiny FILE          the pack without a PDF of tests/support/tiny_pack.h
//   make-evidence reach HOSTS FILE   the pack of a synthetic SAN of so many hosts, from the index on
//   make-evidence log RECORDS FILE   an exported audit log, with a checkpoint behind every fourth record
//   make-evidence check-pack FINGERPRINT FILE   whether a pack is whole and signed by that key
//   make-evidence check-log FINGERPRINT FILE    whether an exported audit log is whole and signed by that key to its end
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "isns-server/manage/evidence/reach_evidence.h"
#include "shared/evidence/audit_lines.h"
#include "shared/evidence/verify_evidence.h"
#include "tests/support/audit_world.h"
#include "tests/support/sample_pack.h"
#include "tests/support/synthetic_san.h"
#include "tests/support/tiny_pack.h"

namespace {

bool write(const char* path, base::ByteView bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return file.good();
}

bool writePack(manage::EvidenceInput input, std::size_t rows, const char* path) {
  const auto begin = std::chrono::steady_clock::now();
  const manage::EvidencePack pack = test::packOf(std::move(input), rows);
  const auto built = std::chrono::steady_clock::now();
  const auto report = evidence::verifyEvidence(pack.archive, pack.manifest.signer);
  const auto verified = std::chrono::steady_clock::now();
  const auto ms = [](auto span) {
    return static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(span).count());
  };
  std::printf("%s: %zu bytes, built in %ld ms, verified in %ld ms\n%s", pack.fileName.c_str(), pack.archive.size(),
              ms(built - begin), ms(verified - built), evidence::reportText(report).c_str());
  return report.ok() && write(path, pack.archive);
}

bool writeReach(std::size_t hosts, const char* path) {
  test::SyntheticPlan plan;
  plan.hosts = hosts;
  plan.targets = hosts / 8 + 1;
  plan.units = hosts * 2;
  const san::SanIndex index(test::syntheticSan(plan).snapshot);
  manage::EvidenceInput input = test::sampleInput(0);
  bool good = false;
  const auto begin = std::chrono::steady_clock::now();
  manage::withReach(index, {}, {}, input, [&](const manage::EvidenceInput& filled) {
    const auto pack = manage::buildEvidence(filled, test::packKey());
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
    if (!pack) return;
    std::printf("%s: %llu rows, %zu findings, %zu bytes, built in %lld ms\n", pack->fileName.c_str(),
                static_cast<unsigned long long>(pack->manifest.counts.population), filled.findings.size(), pack->archive.size(),
                static_cast<long long>(took.count()));
    good = write(path, pack->archive);
  });
  return good;
}

std::string contentOf(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool checkPack(const evidence::Fingerprint& key, const char* path) {
  const std::string content = contentOf(path);
  const evidence::EvidenceReport report = evidence::verifyEvidence(base::asBytes(content), key);
  std::fputs(evidence::reportText(report).c_str(), stdout);
  return report.ok();
}

bool checkLog(const evidence::Fingerprint& key, const char* path) {
  const evidence::Fingerprint trusted[] = {key};
  const auto report = evidence::verifyAuditText(contentOf(path), trusted);
  std::fputs(report ? evidence::reportText(*report).c_str() : report.error().text.c_str(), stdout);
  return report && report->verdict() == evidence::LogVerdict::Verified && report->signedUpTo == report->head.sequence;
}

}  // namespace

int main(int count, char** words) {
  const std::string_view what = count > 1 ? words[1] : "";
  const std::size_t number = count == 4 ? std::strtoul(words[2], nullptr, 10) : 0;
  bool done = false;
  if (what == "tiny" && count == 3) {
    done = write(words[2], test::TinyPack().archive(test::packKey(3)));
  } else if (what == "log" && count == 4) {
    done = write(words[3], base::asBytes(test::AuditWorld(number).text()));
  } else if (what == "reach" && count == 4) {
    done = writeReach(number, words[3]);
  } else if (what == "pack" && count == 4) {
    done = writePack(test::sampleInput(), number, words[3]);
  } else if (what == "stress" && count == 4) {
    done = writePack(test::stressInput(), number, words[3]);
  } else if ((what == "check-pack" || what == "check-log") && count == 4) {
    const auto key = evidence::parseDigest(words[2]);
    done = key && (what == "check-pack" ? checkPack(*key, words[3]) : checkLog(*key, words[3]));
  } else {
    std::fprintf(stderr, "usage: make-evidence pack|stress|reach|log NUMBER FILE, check-pack|check-log FINGERPRINT FILE, or tiny FILE\n");
    return 2;
  }
  return done ? 0 : 1;
}
