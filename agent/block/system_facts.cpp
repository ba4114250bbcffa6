#include "agent/block/system_facts.h"

#include <linux/magic.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <optional>
#include <sstream>

namespace block {
namespace {

// A number of the queue of a block device; that of a partition is its disk's.
std::optional<std::uint64_t> queueFact(dev_t device, const char* name) {
  const std::string folder =
      "/sys/dev/block/" + std::to_string(::major(device)) + ":" + std::to_string(::minor(device));
  for (const char* queue : {"/queue/", "/../queue/"}) {
    std::ifstream file(folder + queue + name);
    std::uint64_t value = 0;
    if (file >> value) return value;
  }
  return std::nullopt;
}

}  // namespace

bool canUnmap(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISBLK(status.st_mode)) return false;
  return queueFact(status.st_rdev, "discard_max_bytes").value_or(0) != 0 &&
         queueFact(status.st_rdev, "write_zeroes_max_bytes").value_or(0) != 0;
}

bool rotates(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return false;
  return queueFact(S_ISBLK(status.st_mode) ? status.st_rdev : status.st_dev, "rotational").value_or(0) != 0;
}

bool livesInMemory(int fd) {
  struct stat status {};
  struct statfs system {};
  // A device node may lie in tmpfs, but its blocks do not.
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || ::fstatfs(fd, &system) != 0) return false;
  return system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC;
}

// Lines of /proc/locks: "3: FLOCK  ADVISORY  WRITE 1234 fe:00:5678 0 EOF", numbers of the device in hexadecimal.
std::string lockHolder(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return {};
  std::ostringstream place;
  place << std::hex;
  place.fill('0');
  place.width(2);
  place << ::major(status.st_dev) << ':';
  place.width(2);
  place << ::minor(status.st_dev) << ':' << std::dec << status.st_ino;
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, advisory, access, where;
    long process = 0;
    if (!(words >> number >> kind >> advisory >> access >> process >> where)) continue;
    if (kind != "FLOCK" || where != place.str() || process <= 0) continue;
    std::string name;
    std::ifstream comm("/proc/" + std::to_string(process) + "/comm");
    // The table may still name one that was killed: what its io_uring began ends later than itself.
    if (!std::getline(comm, name)) continue;
    return "process " + std::to_string(process) + " (" + name + ")";
  }
  return {};
}

std::string userName() {
  const uid_t user = ::geteuid();
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> room{};
  if (::getpwuid_r(user, &entry, room.data(), room.size(), &found) == 0 && found != nullptr) return entry.pw_name;
  return "uid " + std::to_string(user);
}

}  // namespace block
