// make-evidence: writes evidence packs and audit logs to look at, to check by hand, to measure and as seeds for
// fuzzing.
//
//   make-evidence pack ROWS FILE     the sample pack with so many rows; says how long the making took
//   make-evidence stress ROWS FILE   one whose texts are long, foreign and made to deceive
//   make-evidence tiny FILE          the pack without a PDF of tests/support/tiny_pack.h
//   make-evidence log RECORDS FILE   an exported audit log, with a checkpoint behind every fourth record
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include "shared/evidence/verify_evidence.h"
#include "tests/support/audit_world.h"
#include "tests/support/sample_pack.h"
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

}  // namespace

int main(int count, char** words) {
  const std::string_view what = count > 1 ? words[1] : "";
  const std::size_t number = count == 4 ? std::strtoul(words[2], nullptr, 10) : 0;
  bool done = false;
  if (what == "tiny" && count == 3) {
    done = write(words[2], test::TinyPack().archive(test::packKey(3)));
  } else if (what == "log" && count == 4) {
    done = write(words[3], base::asBytes(test::AuditWorld(number).text()));
  } else if (what == "pack" && count == 4) {
    done = writePack(test::sampleInput(), number, words[3]);
  } else if (what == "stress" && count == 4) {
    done = writePack(test::stressInput(), number, words[3]);
  } else {
    std::fprintf(stderr, "usage: make-evidence pack|stress|log NUMBER FILE, or tiny FILE\n");
    return 2;
  }
  return done ? 0 : 1;
}
