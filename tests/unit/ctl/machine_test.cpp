// The files that sanctl writes where people say.
#include "isns-server/ctl/machine.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/support/faulty_files.h"
#include "tests/support/scratch_folder.h"

namespace {

using support::FileFaults;

struct MachineFiles : testing::Test {
  void SetUp() override { FileFaults::reset(); }
  std::string text(const std::string& name) {
    std::ifstream file(folder.file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::size_t files() {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder.file(".")), {}));
  }
  support::ScratchFolder folder;
  std::unique_ptr<ctl::Machine> machine = ctl::systemMachine(support::kFaultyFiles);
};

TEST_F(MachineFiles, AWriteThatFailsLeavesTheFileThatWasThere) {
  const std::string path = folder.file("san.yaml");
  ASSERT_TRUE(machine->writeFile(path, "the whole SAN"));
  for (int* at : {&FileFaults::openAt, &FileFaults::writeAt, &FileFaults::syncAt, &FileFaults::renameAt}) {
    FileFaults::reset();
    *at = 1;
    EXPECT_FALSE(machine->writeFile(path, "half of it"));
    EXPECT_EQ(text("san.yaml"), "the whole SAN");
    EXPECT_EQ(files(), 1U) << "something is left beside it";
  }
  FileFaults::reset();
  EXPECT_TRUE(machine->writeFile(path, "another SAN"));
  EXPECT_EQ(text("san.yaml"), "another SAN");
}

TEST_F(MachineFiles, AFileThatWasReadableByOthersIsNotAnyMoreAndItsNeighbourStays) {
  std::ofstream(folder.file("a")) << "old";
  std::ofstream(folder.file("a.new")) << "mine";
  ASSERT_EQ(::chmod(folder.file("a").c_str(), 0644), 0);
  ASSERT_TRUE(machine->writeFile(folder.file("a"), "new"));
  struct stat about {};
  ASSERT_EQ(::stat(folder.file("a").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
  EXPECT_EQ(text("a.new"), "mine");
}

TEST_F(MachineFiles, ALinkStaysALinkAndADeviceADevice) {
  std::ofstream(folder.file("a")) << "old";
  std::filesystem::create_symlink("a", folder.file("link"));
  ASSERT_TRUE(machine->writeFile(folder.file("link"), "new"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder.file("link")));
  EXPECT_EQ(text("a"), "new");
  EXPECT_TRUE(machine->mayWrite("/dev/null"));
  EXPECT_TRUE(machine->writeFile("/dev/null", "new"));
  EXPECT_FALSE(machine->writeFile("/dev/full", "new"));
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

TEST_F(MachineFiles, NobodyChangesAPrivateFileWhileAnotherDoes) {
  constexpr int kTimes = 100;
  const std::string path = folder.file("config/logins.json");
  const auto count = [&] {
    const auto own = ctl::systemMachine();
    for (int i = 0; i < kTimes; ++i)
      EXPECT_TRUE(
          own->updatePrivate(path, [](const std::string& text) { return base::Result<std::string>(text + "x"); }));
  };
  std::thread other(count);
  count();
  other.join();
  EXPECT_EQ(text("config/logins.json"), std::string(2 * kTimes, 'x'));
}

}  // namespace
