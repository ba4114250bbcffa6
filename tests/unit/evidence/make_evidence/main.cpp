// make-evidence ROWS FILE [stress]: writes the sample pack with so many rows of population, and says how long the making took.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include "shared/evidence/verify_evidence.h"
#include "tests/support/sample_pack.h"

int main(int count, char** words) {
  const bool stress = count == 4 && std::string_view(words[3]) == "stress";
  if (count != 3 && !stress) {
    std::fprintf(stderr, "usage: make-evidence ROWS FILE [stress]\n");
    return 2;
  }
  const auto begin = std::chrono::steady_clock::now();
  const manage::EvidencePack pack = 
      test::packOf(stress ? test::stressInput() : test::sampleInput(), std::strtoul(words[1], nullptr, 10));
  const auto built = std::chrono::steady_clock::now();
  const auto report = evidence::verifyEvidence(pack.archive, pack.manifest.signer);
  const auto verified = std::chrono::steady_clock::now();
  std::ofstream file(words[2], std::ios::binary);
  file.write(reinterpret_cast<const char*>(pack.archive.data()), static_cast<std::streamsize>(pack.archive.size()));
  const auto ms = [](auto span) {
    return static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(span).count());
  };
  std::printf("%s: %zu bytes, built in %ld ms, verified in %ld ms\n%s", pack.fileName.c_str(), pack.archive.size(),
              ms(built - begin), ms(verified - built), evidence::reportText(report).c_str());
  return report.ok() && file.good() ? 0 : 1;
}
