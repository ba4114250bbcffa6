// dump-reference FOLDER: writes the reference pages into the folder.
// dump-reference --check FOLDER: ends with 1 if what stands there is not what it would write.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "isns-server/app/reference.h"

namespace {

bool write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) std::fprintf(stderr, "%s cannot be written\n", path.c_str());
  return !file.fail();
}

bool check(const std::string& path, const std::string& text) {
  std::ifstream file(path, std::ios::binary);
  const std::string found{std::istreambuf_iterator<char>(file), {}};
  if (file && found == text) return true;
  std::fprintf(stderr, "%s is not what the tables say; run dump-reference on its folder\n", path.c_str());
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  const bool checks = argc == 3 && std::string(argv[1]) == "--check";
  if (argc != 2 && !checks) {
    std::fputs("usage: dump-reference [--check] FOLDER\n", stderr);
    return 2;
  }
  const std::string folder = argv[argc - 1];
  bool good = true;
  for (const app::ReferencePage& page : app::referencePages()) {
    const std::string path = folder + "/" + std::string(page.file);
    const std::string text = page.text();
    good = (checks ? check(path, text) : write(path, text)) && good;
  }
  return good ? 0 : 1;
}
