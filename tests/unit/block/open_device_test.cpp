// Opening files: what is found out about them, and what is said of those that will not do.
#include "agent/block/open_device.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/base/clock.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/block/fake_engine.h"

namespace block {
namespace {

using testing::HasSubstr;

class OpenDevice : public testing::Test {
 protected:
  std::string makeFile(const std::string& name, std::uint64_t size) {
    const std::string path = folder_.file(name);
    const net::UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    EXPECT_EQ(::ftruncate(file.get(), static_cast<off_t>(size)), 0);
    return path;
  }
  std::unique_ptr<Device> opened(const std::string& spec) {
    auto device = openDevice(spec, engine_);
    EXPECT_TRUE(device) << device.error().text;
    return device ? std::move(device).value() : nullptr;
  }
  std::string refusal(const std::string& spec) {
    const auto device = openDevice(spec, engine_);
    EXPECT_FALSE(device) << spec;
    return device ? std::string() : device.error().text;
  }
  static std::string because(const std::string& spec, const std::string& why) {
    return "store \"" + spec + "\": " + why;
  }

  support::ScratchFolder folder_;
  net::Loop loop_;
  FakeEngine engine_{loop_};
};

TEST_F(OpenDevice, opensEveryKindByItsWord) {
  EXPECT_EQ(opened("memory:1M")->description(), "memory of 1048576 bytes, blocks of 512 bytes, thin");
  EXPECT_EQ(opened("null:1M")->description(), "null device of 1048576 bytes, blocks of 512 bytes");
  const std::string path = makeFile("a.img", 1'048'576);
  EXPECT_EQ(opened("file:" + path)->description(),
            "file " + path + ", 1048576 bytes, blocks of 512 bytes, thin, by the test");
  EXPECT_EQ(opened("file:" + path + ",thick,writethrough,block=4096")->description(),
            "file " + path + ", 1048576 bytes, blocks of 4096 bytes, thick, write-through, by the test");
  EXPECT_EQ(refusal("tape:1"), because("tape:1",
                                       "unknown kind \"tape\": write memory:SIZE, null:SIZE, file:/PATH, "
                                       "/dev/NAME, iscsi://HOST/TARGET/LUN or nbd://HOST/EXPORT"));
}

TEST_F(OpenDevice, geometryTellsOfTheCache) {
  const std::string path = makeFile("a.img", 1'048'576);
  scsi::Geometry geometry = opened("file:" + path)->geometry();
  EXPECT_TRUE(geometry.volatileCache);
  EXPECT_EQ(geometry.physicalExponent, 3);  // file systems write 4096 bytes at once
  EXPECT_FALSE(opened("file:" + path + ",writethrough")->geometry().volatileCache);
  geometry = opened("file:" + path + ",readonly,block=4096")->geometry();
  EXPECT_FALSE(geometry.volatileCache);
  EXPECT_EQ(geometry.physicalExponent, 0);
}

TEST_F(OpenDevice, missingFileIsNamedWithAWayToMakeIt) {
  const std::string path = folder_.file("none.img");
  EXPECT_EQ(refusal("file:" + path),
            because("file:" + path, "there is no file \"" + path + "\": make one with truncate --size 10G " + path));
  EXPECT_FALSE(folder_.has("none.img"));
  EXPECT_EQ(refusal("/dev/none"),
            because("/dev/none", "there is no block device \"/dev/none\": lsblk lists those that there are"));
  makeFile("a.img", 512);
  EXPECT_THAT(refusal("file:" + folder_.file("a.img") + "/b"), HasSubstr("is not a folder"));
}

TEST_F(OpenDevice, whatIsNoFileIsRefused) {
  const std::string folder = folder_.path().string();
  EXPECT_EQ(refusal("file:" + folder), because("file:" + folder, "\"" + folder + "\" is a folder: name a file in it"));
  const std::string pipe = folder_.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(refusal("file:" + pipe), HasSubstr("is neither a file nor a block device"));
  EXPECT_THAT(refusal("file:/dev/null"), HasSubstr("is neither a file nor a block device"));
  const std::string path = makeFile("a.img", 512);
  EXPECT_EQ(refusal(path), because(path, "\"" + path + "\" is a file, not a block device: write file:" + path));
}

TEST_F(OpenDevice, sizesThatWillNotDoAreRefusedWithACure) {
  const std::string empty = makeFile("empty.img", 0);
  EXPECT_EQ(refusal("file:" + empty), because("file:" + empty, "the file \"" + empty +
                                                                   "\" is empty: give it a size with truncate --size "
                                                                   "10G " +
                                                                   empty));
  const std::string odd = makeFile("odd.img", 1536 + 100);
  EXPECT_EQ(refusal("file:" + odd),
            because("file:" + odd, "\"" + odd +
                                       "\" has 1636 bytes, which is 100 more than some blocks of 512 bytes: "
                                       "fill up the last one with truncate --size %512 " +
                                       odd));
  const std::string half = makeFile("half.img", 4096 + 2048);
  EXPECT_THAT(refusal("file:" + half + ",block=4096"), HasSubstr("which is 2048 more than some blocks of 4096 bytes"));
  EXPECT_EQ(opened("file:" + half)->geometry().blocks, 12U);
}

TEST_F(OpenDevice, fileHasOneWriterAndManyReaders) {
  const std::string path = makeFile("a.img", 4096);
  auto writer = opened("file:" + path);
  const std::string me = "process " + std::to_string(::getpid());
  EXPECT_THAT(refusal("file:" + path), HasSubstr("\"" + path + "\" is in use by " + me));
  EXPECT_THAT(refusal("file:" + path + ",readonly"), HasSubstr(", which writes it: end that first"));
  writer.reset();
  auto reader = opened("file:" + path + ",readonly");
  auto another = opened("file:" + path + ",readonly");
  EXPECT_THAT(refusal("file:" + path), HasSubstr("is in use by "));
  reader.reset();
  another.reset();
  writer = opened("file:" + path);
}

// The table of locks names the process that has locked, which has ended; as where /proc hides it.
TEST_F(OpenDevice, aLockWhoseHolderNobodySeesIsNotWaitedForAgainAndAgain) {
  const std::string path = makeFile("a.img", 4096);
  const net::UniqueFd held(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  const pid_t child = ::fork();
  if (child == 0) ::_exit(::flock(held.get(), LOCK_EX | LOCK_NB) == 0 ? 0 : 1);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  FileParameters parameters;
  parameters.path = path;
  EXPECT_FALSE(openFile(parameters));  // it may be waited for here
  const auto before = base::MonotonicClock::now();
  for (int i = 0; i < 3; ++i) {
    const auto file = openFile(parameters);
    ASSERT_FALSE(file);
    EXPECT_THAT(file.error().text, HasSubstr("is in use by another program"));
  }
  EXPECT_LT(base::MonotonicClock::now() - before, std::chrono::seconds(3));
}

TEST_F(OpenDevice, fileIsLockedAgainstOtherProcesses) {
  const std::string path = makeFile("a.img", 4096);
  auto writer = opened("file:" + path);
  const pid_t child = ::fork();
  if (child == 0) {
    FileParameters parameters;
    parameters.path = path;
    const auto file = openFile(parameters);
    ::_exit(!file && file.error().text.find("is in use by process") != std::string::npos ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_NE(writer, nullptr);
}

TEST_F(OpenDevice, wantOfPermissionIsToldWithTheUser) {
  const std::string path = makeFile("a.img", 4096);
  ASSERT_EQ(::chmod(path.c_str(), 0444), 0);
  // For root all is permitted: be nobody for a moment.
  const bool root = ::geteuid() == 0;
  if (root) {
    ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);
    ASSERT_EQ(::seteuid(65534), 0);
  }
  const std::string both = refusal("file:" + path);
  const auto readable = openDevice("file:" + path + ",readonly", engine_);
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  EXPECT_THAT(both, HasSubstr("no permission to read and write \"" + path + "\": let user "));
  EXPECT_THAT(both, HasSubstr("do so, or add \",readonly\""));
  EXPECT_TRUE(readable);
}

TEST_F(OpenDevice, fileStaysAsItIsWhenItIsOpened) {
  const std::string path = makeFile("a.img", 1'048'576);
  { auto device = opened("file:" + path); }
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_size, 1'048'576);
  EXPECT_EQ(status.st_blocks, 0);
}

}  // namespace
}  // namespace block
