// Programs of the system, and who uses a device.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "agent/attach/block_device.h"
#include "agent/attach/device_users.h"
#include "agent/attach/host_devices.h"
#include "agent/attach/run_program.h"
#include "tests/support/drive_until.h"
#include "tests/support/scratch_folder.h"

namespace attach {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

void write(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path) << text;
}

TEST(RunProgram, givesWhatWasPrinted) {
  const auto done = runProgram({"printf", "%s", "a b"}, seconds(10));
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(*done, "a b");
}

TEST(RunProgram, aFailureSaysWhatTheProgramSaid) {
  const auto done = runProgram({"sh", "-c", "echo so it is >&2; exit 3"}, seconds(10));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().text, "sh failed: so it is");
}

TEST(RunProgram, oneThatDoesNotEndIsEnded) {
  const auto done = runProgram({"sleep", "600"}, std::chrono::milliseconds(50));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().text, "sleep does not end");
}

TEST(RunProgram, oneThatIsNotThereIsNamed) {
  const auto done = runProgram({"no-such-program"}, seconds(1));
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().text, HasSubstr("no program no-such-program"));
  EXPECT_FALSE(programExists("no-such-program"));
}

TEST(RunProgram, outputIsBounded) {
  const auto done = runProgram({"head", "-c", "1000000", "/dev/zero"}, seconds(10));
  ASSERT_TRUE(done);
  EXPECT_EQ(done->size(), kMaxOutput);
}

// The last writer has gone while the device was being looked at, so its close was not the last one.
TEST(DetachLoop, losesNothingThatAWriterLeftInThePageCache) {
  constexpr std::size_t kSize = std::size_t{4} << 20;
  support::ScratchFolder folder;
  const std::string file = folder.file("image");
  write(file, std::string(kSize, '\0'));
  const auto made = runProgram({"losetup", "--find", "--show", file}, seconds(10));
  if (!made) GTEST_SKIP() << "no loop device can be made here: " << made.error().text;
  const std::string device = made->substr(0, made->find('\n'));
  net::UniqueFd writer(::open(device.c_str(), O_WRONLY | O_CLOEXEC));
  const std::string text(kSize, 'x');
  EXPECT_EQ(::write(writer.get(), text.data(), text.size()), static_cast<ssize_t>(kSize));
  const auto use = useOf(device);
  EXPECT_TRUE(use);
  writer.reset();
  EXPECT_TRUE(use && detachLoop(*use, device));
  std::ifstream is(file, std::ios::binary);
  EXPECT_EQ(std::count(std::istreambuf_iterator<char>(is), {}, 'x'), static_cast<std::ptrdiff_t>(kSize));
}

TEST(StartDetached, isAProcessOfItsOwnSessionThatIsNobodysChild) {
  support::ScratchFolder folder;
  const std::string path = folder.file("who");
  ASSERT_TRUE(startDetached({"sh", "-c", "cut -d' ' -f4,6 /proc/self/stat > " + path + ".new; mv " + path + ".new " + path},
                            std::nullopt, std::nullopt));
  ASSERT_TRUE(support::driveUntil([] { ::usleep(1000); }, [&] { return std::filesystem::exists(path); }));
  int parent = 0;
  int session = 0;
  std::ifstream(path) >> parent >> session;
  EXPECT_NE(session, ::getsid(0));
}

TEST(StartDetached, aProgramThatCannotBeginIsAnError) {
  const auto begun = startDetached({"/proc/self/status"}, std::nullopt, std::nullopt);
  ASSERT_FALSE(begun);
  EXPECT_THAT(begun.error().text, HasSubstr("cannot run /proc/self/status"));
}

class UserOf : public ::testing::Test {
 protected:
  UserOf() {
    write(folders.sys + "/dev/block/7:3/size", "1");
    write(folders.proc + "/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/root rw\n");
    write(folders.proc + "/swaps", "Filename Type Size Used Priority\n");
  }
  support::ScratchFolder folder;
  SystemFolders folders{folder.file("proc"), folder.file("sys")};
  const dev_t device = makedev(7, 3);
};

TEST_F(UserOf, nobodyIsEmpty) { EXPECT_EQ(userOf(device, folders), ""); }

TEST_F(UserOf, aMountIsNamedByItsPoint) {
  write(folders.proc + "/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/root rw\n"
                                          "23 22 7:3 / /srv/my\\040data rw - ext4 /dev/loop3 rw\n");
  EXPECT_EQ(userOf(device, folders), "mounted at /srv/my data");
}

TEST_F(UserOf, aMountOfAPartitionCounts) {
  write(folders.sys + "/dev/block/7:3/loop3p1/partition", "1");
  write(folders.sys + "/dev/block/7:3/loop3p1/dev", "259:5\n");
  write(folders.proc + "/self/mountinfo", "23 22 259:5 / /srv rw - ext4 /dev/loop3p1 rw\n");
  EXPECT_EQ(userOf(device, folders), "mounted at /srv");
}

TEST_F(UserOf, aDeviceThatIsBuiltOnItIsNamed) {
  write(folders.sys + "/dev/block/7:3/holders/dm-0/x", "");
  EXPECT_EQ(userOf(device, folders), "part of dm-0");
}

TEST_F(UserOf, aPartitionOfAMapOfMultipathdIsNoUserAndWhoUsesItIsOne) {
  const std::string holder = folders.sys + "/dev/block/7:3/holders/dm-1";
  write(holder + "/dm/uuid", "part1-mpath-36001\n");
  write(holder + "/dev", "254:1\n");
  EXPECT_EQ(userOf(device, folders), "");
  write(folders.sys + "/dev/block/254:1/holders/dm-2/dm/uuid", "LVM-abc\n");
  EXPECT_EQ(userOf(device, folders), "part of dm-2");
  write(folders.proc + "/self/mountinfo", "23 22 254:1 / /srv rw - ext4 /dev/mapper/mpatha-part1 rw\n");
  EXPECT_EQ(userOf(device, folders), "mounted at /srv");
}

class HostDevicesTest : public ::testing::Test {
 protected:
  DeviceSettings settings() {
    DeviceSettings one;
    one.folder = folder.file("attach");
    one.names = folder.file("names");
    one.program = "/bin/true";
    one.means = Means::Socket;
    return one;
  }
  HostDevices::Wanted wanted(const std::string& target, std::uint32_t lun) const {
    HostDevices::Wanted one;
    one.id = kId;
    one.target = target;
    one.lun = lun;
    one.unit = "naa.6001";
    return one;
  }
  support::ScratchFolder folder;
  HostDevices devices{settings()};
  const std::string kId = "0123456789abcdef";
  const std::string kHost = "iqn.2026-01.org.example:host";
  const std::string kTarget = "iqn.2026-01.org.example:store";
};

TEST_F(HostDevicesTest, whatIsAskedForIsBelievedInItsFormAlone) {
  ASSERT_TRUE(devices.open());
  for (const std::string id : {"", "..", "a/b", "ABC", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0"}) {
    EXPECT_FALSE(devices.start(id, kHost)) << id;
    EXPECT_FALSE(devices.removeDevice(id)) << id;
    EXPECT_FALSE(devices.clear(id)) << id;
  }
  for (const std::string name : {"../../etc", "iqn.2026-01.org.example:a/b", "--help", ""}) {
    EXPECT_FALSE(devices.start(kId, name)) << name;
    EXPECT_FALSE(devices.makeDevice(wanted(name, 0))) << name;
  }
  EXPECT_FALSE(devices.makeDevice(wanted(kTarget, 16384)));
  HostDevices::Wanted odd = wanted(kTarget, 0);
  odd.blockSize = 1000;
  EXPECT_FALSE(devices.makeDevice(odd));
  EXPECT_TRUE(devices.list()->empty());
}

TEST_F(HostDevicesTest, aDiskHasItsLinkUntilItIsRemovedAndNothingIsLeftWhenItIsCleared) {
  ASSERT_TRUE(devices.open());
  ASSERT_TRUE(devices.start(kId, kHost));
  EXPECT_FALSE(devices.start(kId, kHost)) << "it is there";
  const auto made = devices.makeDevice(wanted(kTarget, 4));
  ASSERT_TRUE(made) << made.error().text;
  const std::string& device = made->device;
  EXPECT_EQ(device, folder.file("attach") + "/disks/" + kId + "/nbd");
  const std::string link = folder.file("names") + "/" + kTarget + "/lun-4";
  EXPECT_EQ(std::filesystem::read_symlink(link), device);
  HostDevices another(settings());  // of a later life
  ASSERT_TRUE(another.open());
  ASSERT_EQ(another.list()->size(), 1U);
  const MadeDevice told = another.list()->front();
  EXPECT_EQ(std::tie(told.device, told.target, told.lun, told.unit), std::tuple(device, kTarget, 4U, "naa.6001"));
  EXPECT_FALSE(another.clear(kId)) << "its device is there";
  // Another disk has had its name meanwhile.
  std::filesystem::remove(link);
  ASSERT_TRUE(another.makeDevice(wanted(kTarget, 4)));
  EXPECT_EQ(std::filesystem::read_symlink(link), device);
  const auto removed = another.removeDevice(kId);
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->user, "");
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::symlink_status(link)));
  ASSERT_TRUE(another.clear(kId));
  EXPECT_TRUE(another.list()->empty());
}

TEST_F(HostDevicesTest, aFolderOfAnotherKindIsNotTaken) {
  write(folder.file("attach") + "/disks", "a file");
  EXPECT_FALSE(devices.open());
}

}  // namespace
}  // namespace attach
