// A folder of its own for one test; it goes with the object.
//
// In memory where the machine has a file system for that (/dev/shm): the tests sync often and disks are slow. What a
// test shows does not depend on it; SANCTUM_TEST_DIR puts the folders on a disk of your choice.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace support {

class ScratchFolder {
 public:
  ScratchFolder() : ScratchFolder(parent()) {}
  // Below another folder: where a test needs what memory file systems lack.
  explicit ScratchFolder(const std::filesystem::path& parent) {
    std::string pattern = (parent / "sanctum-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder like " + pattern);
    path_ = pattern;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] bool has(const std::string& name) const { return std::filesystem::exists(path_ / name); }

 private:
  static std::filesystem::path parent() {
    if (const char* chosen = std::getenv("SANCTUM_TEST_DIR"); chosen != nullptr) return chosen;
    const std::filesystem::path memory = "/dev/shm";
    std::error_code missing;
    return std::filesystem::is_directory(memory, missing) ? memory : std::filesystem::temp_directory_path();
  }
  std::filesystem::path path_;
};

}  // namespace support
