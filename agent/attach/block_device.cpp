#include "agent/attach/block_device.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <filesystem>

#include "agent/attach/device_users.h"
#include "agent/attach/first_line.h"
#include "shared/net/os_error.h"

namespace attach {

void touch(const std::string& device) {
  constexpr std::size_t kBlock = 4096;
  alignas(kBlock) std::array<std::uint8_t, kBlock> block;
  const net::UniqueFd fd(::open(device.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC));
  if (fd) (void)!::pread(fd.get(), block.data(), block.size(), 0);
}

base::Result<Use> useOf(const std::string& device) {
  struct stat status {};
  if (::stat(device.c_str(), &status) != 0 || !S_ISBLK(status.st_mode))
    return base::fail(device + " is no block device");
  Use use;
  use.open = net::UniqueFd(::open(device.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
  use.refused = errno;
  use.user = userOf(status.st_rdev);
  if (use.user.empty() && !use.open && use.refused == EBUSY) use.user = "in use by the kernel";
  return use;
}

std::string writeBack(const Use& use, const std::string& device) {
  if (!use.open || ::fsync(use.open.get()) == 0) return {};
  return net::osFailure("cannot write back what is cached of " + device).error.text;
}

base::Result<std::string> setReadOnly(const std::string& device, bool readOnly) {
  const net::UniqueFd fd(::open(device.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) return net::osFailure("cannot open " + device);
  if (!S_ISBLK(status.st_mode)) return base::fail(device + " is no block device");
  const int wanted = readOnly ? 1 : 0;
  int is = wanted;
  if (::ioctl(fd.get(), BLKROSET, &wanted) != 0 || ::ioctl(fd.get(), BLKROGET, &is) != 0) {
    return net::osFailure("cannot protect " + device);
  }
  // Its driver has read-only devices of its own.
  if (is != wanted) return device + " was made read-only, and stays it until it is made anew";
  return std::string();
}

namespace {

// As the kernel tells it of a block device by its name; empty: it is no loop device, or on nothing.
std::string fileBehind(const std::filesystem::path& name) {
  return firstLine("/sys/block" / name / "loop" / "backing_file");
}

}  // namespace

std::string loopOn(const std::string& path) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/block", error)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("loop") && fileBehind(name) == path) return "/dev/" + name;
  }
  return {};
}

bool isLoopOn(const std::string& device, const std::string& path) {
  const std::string file = fileBehind(std::filesystem::path(device).filename());
  // Of a file whose mount was taken away only what stands below the mount is told.
  return file == path || (!file.empty() && file == "/" + std::filesystem::path(path).filename().string());
}

base::Result<std::string> detachLoop(const Use& use, const std::string& device) {
  if (!use.open) return net::osFailure("cannot open " + device, use.refused);
  std::string unwritten = writeBack(use, device);
  if (::ioctl(use.open.get(), LOOP_CLR_FD, 0) != 0 && errno != ENXIO)
    return net::osFailure("cannot detach the loop device");
  return unwritten;
}

std::string nbdClientOf(const std::string& device) {
  return firstLine("/sys/block" / std::filesystem::path(device).filename() / "pid");
}

}  // namespace attach
