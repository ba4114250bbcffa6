#include "agent/attach/host_devices.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "agent/attach/block_device.h"
#include "agent/attach/first_line.h"
#include "agent/attach/unit_seen.h"
#include "shared/base/whole_number.h"
#include "shared/names/iscsi_name.h"
#include "shared/net/os_error.h"
#include "shared/net/unique_fd.h"

namespace attach {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr base::Duration kProgramTime = seconds(20);
constexpr std::uint32_t kMostLun = 16'383;
constexpr int kMostNbd = 1024;
// The process on the other end of the mount is not root: no link of it leads root to another file (MS_NOSYMFOLLOW;
// older kernels than 5.10 do not know it).
constexpr unsigned long kMountFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC | 256;

base::Status goodId(std::string_view id) {
  constexpr std::size_t kMost = 64;
  const bool good = !id.empty() && id.size() <= kMost &&
                    std::ranges::all_of(id, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (!good) return base::fail("the id of a disk is hexadecimal digits in small letters");
  return {};
}

base::Status goodName(std::string_view name) {
  std::string scratch;
  const auto normal = names::normaliseIscsiName(name, scratch, names::FormRule::Relaxed);
  if (!normal || *normal != name || name.find('/') != std::string_view::npos || name.starts_with('.') ||
      name.starts_with('-')) {
    return base::fail("that is no iSCSI name in its normal spelling");
  }
  return {};
}

base::Status note(const std::string& path, std::string_view text) {
  // Whole or not at all, whenever this process is killed.
  const std::string fresh = path + ".new";
  std::ofstream file(fresh, std::ios::trunc);
  file << text << '\n';
  file.close();
  if (!file || ::rename(fresh.c_str(), path.c_str()) != 0) return net::osFailure("cannot write " + path);
  return {};
}

base::Status makeFolder(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return net::osFailure("cannot make " + path);
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return base::fail(path + " is no folder");
  if (status.st_uid != ::geteuid()) {
    return base::fail(path + " belongs to another user: remove it, or name another folder");
  }
  if (::chmod(path.c_str(), mode) != 0) return net::osFailure("cannot set the mode of " + path);
  return {};
}

bool isFuseMount(const std::string& path) {
  struct stat own {
  }, parent{};
  return ::stat(path.c_str(), &own) != 0 ||  // a mount whose process is gone cannot be asked
         (::stat((path + "/..").c_str(), &parent) == 0 && own.st_dev != parent.st_dev);
}

// Of device-mapper.
bool isMap(const std::string& device) { return fs::path(device).filename().string().starts_with("dm-"); }

}  // namespace

std::optional<Means> meansOf(std::string_view word) {
  for (std::size_t i = 0; i < std::size(kMeansWords); ++i) {
    if (kMeansWords[i] == word) return static_cast<Means>(i);
  }
  return std::nullopt;
}

// ---- what this machine can do

base::Status HostDevices::open() {
  for (const auto& [path, mode] : {std::pair<std::string, mode_t>{settings_.folder, 0755},
                                   {settings_.folder + "/disks", 0711},
                                   {settings_.folder + "/devices", 0700}}) {
    if (auto folder = makeFolder(path, mode); !folder) return folder;
  }
  choose();
  return {};
}

void HostDevices::choose() {
  const bool root = ::geteuid() == 0;
  if (root && ::access("/sys/module/nbd", F_OK) != 0 && programExists("modprobe")) {
    (void)runProgram({"modprobe", "nbd", "nbds_max=256"}, kProgramTime);
  }
  std::string noNbd;
  if (!root) {
    noNbd = "only root makes block devices";
  } else if (::access("/sys/block/nbd0", F_OK) != 0) {
    noNbd = "the kernel has no NBD client";
  } else if (!programExists("nbd-client")) {
    noNbd = "there is no program nbd-client";
  }
  std::string noFuse;
  if (!root) {
    noFuse = "only root makes block devices";
  } else if (::access("/dev/fuse", R_OK | W_OK) != 0) {
    noFuse = "the kernel has no FUSE";
  } else if (::access("/dev/loop-control", R_OK | W_OK) != 0 || !programExists("losetup")) {
    noFuse = "there are no loop devices";
  }
  if (settings_.means) {
    means_ = *settings_.means;
    reason_ = "as configured";
    return;
  }
  const std::string noKernel = root ? kernel_.whyNot() : "only root makes block devices";
  if (noKernel.empty()) {
    means_ = Means::Kernel;
    reason_ = "the kernel has an iSCSI initiator, and open-iscsi drives it; " + kernel_.manner();
  } else if (noNbd.empty()) {
    means_ = Means::Nbd;
    reason_ = "the kernel has an NBD client";
  } else if (noFuse.empty()) {
    means_ = Means::Fuse;
    reason_ = noNbd + "; it has FUSE and loop devices";
  } else {
    means_ = Means::Socket;
    reason_ = noNbd == noFuse ? noNbd : noNbd + ", and " + noFuse;
  }
}

// ---- processes

base::Status HostDevices::start(std::string_view id, std::string_view initiator) {
  if (auto good = goodId(id); !good) return good;
  if (auto good = goodName(initiator); !good) return good;
  if (::access(diskFolder(id).c_str(), F_OK) == 0) return base::fail("there is such a disk already");
  auto begun = begin(id, initiator);
  if (!begun) (void)clear(id);
  return begun;
}

base::Status HostDevices::begin(std::string_view id, std::string_view initiator) const {
  const std::string folder = diskFolder(id);
  const auto all = list();
  if (!all) return base::fail(all.error());
  if (all->size() >= kMaxDisks) return base::fail("there are " + std::to_string(kMaxDisks) + " disks already");
  if (auto made = makeFolder(deviceFolder(id), 0700); !made) return made;
  if (auto noted = note(deviceFolder(id) + "/means", wordOf(means_)); !noted) return noted;
  if (means_ == Means::Kernel) return {};
  std::vector<std::string> words{settings_.program, "disk",       "--control",   folder + "/control",
                                 "--socket",        socketOf(id), "--initiator", std::string(initiator)};
  net::UniqueFd fuse;
  if (means_ == Means::Fuse) {
    if (auto made = makeFolder(mountOf(id), 0700); !made) return made;
    fuse = net::UniqueFd(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
    if (!fuse) return net::osFailure("cannot open /dev/fuse");
    const std::string options = "fd=" + std::to_string(fuse.get()) + ",rootmode=40000,user_id=0,group_id=0,max_read=1048576";
    if (::mount("san-agent", mountOf(id).c_str(), "fuse.san-agent", kMountFlags, options.c_str()) != 0) {
      return net::osFailure("cannot mount a FUSE file system at " + mountOf(id));
    }
    words.insert(words.end(), {"--fuse", std::to_string(fuse.get())});
  }
  if (::mkdir(folder.c_str(), 0700) != 0) return net::osFailure("cannot make " + folder);
  if (settings_.user && ::geteuid() == 0 && ::lchown(folder.c_str(), settings_.user->uid, settings_.user->gid) != 0) {
    return net::osFailure("cannot give " + folder + " to the agent's user");
  }
  return startDetached(words, settings_.user, fuse ? std::optional<int>(fuse.get()) : std::nullopt);
}

base::Status HostDevices::clear(std::string_view id) {
  if (auto good = goodId(id); !good) return good;
  const MadeDevice there = made(id);
  if (!there.device.empty()) return base::fail("its block device is still there");
  if (there.means == Means::Kernel && !there.target.empty()) {  // a session that has shown no device in time
    auto removed = removeOfKernel(there);
    if (!removed) return base::fail(removed.error());
    if (!removed->user.empty()) return base::fail("its block device is there after all, and " + removed->user);
  }
  if (isFuseMount(mountOf(id)) && ::umount2(mountOf(id).c_str(), MNT_DETACH) != 0 && errno != EINVAL &&
      errno != ENOENT) {
    return net::osFailure("cannot unmount " + mountOf(id));
  }
  std::error_code error;
  fs::remove_all(deviceFolder(id), error);
  if (!error) fs::remove_all(diskFolder(id), error);
  if (error) return base::fail("cannot remove the folders of the disk: " + error.message());
  return {};
}

// ---- block devices

base::Result<std::string> HostDevices::makeLoop(const Wanted& wanted) const {
  std::vector<std::string> words{"losetup",        "--find",        "--show",
                                 "--direct-io=on", "--sector-size", std::to_string(wanted.blockSize)};
  words.push_back(mountOf(wanted.id) + "/disk");
  auto printed = runProgram(words, kProgramTime);
  if (!printed) return printed;
  return printed->substr(0, printed->find('\n'));
}

base::Result<std::string> HostDevices::makeNbd(const Wanted& wanted) const {
  for (int number = 0; number < kMostNbd; ++number) {
    const std::string name = "nbd" + std::to_string(number);
    if (::access(("/sys/block/" + name).c_str(), F_OK) != 0) break;
    if (::access(("/sys/block/" + name + "/pid").c_str(), F_OK) == 0) continue;
    const std::vector<std::string> words{"nbd-client",   "-unix", socketOf(wanted.id),
                                         "/dev/" + name, "-b",    std::to_string(wanted.blockSize)};
    if (auto printed = runProgram(words, kProgramTime); !printed) return base::fail(printed.error());
    return "/dev/" + name;
  }
  return base::fail("all NBD devices of the kernel are in use");
}

// The kernel has one device of a LUN: it is that of the disk that has it, whatever stands behind the LUN by now, until
// it is let go. Looked at before anything of the other one is noted, so that taking that one back takes nothing of it.
base::Status HostDevices::freeOfOthers(const MadeDevice& there, const Wanted& wanted) const {
  if (!there.device.empty()) return {};
  const auto all = list();
  if (!all) return base::fail(all.error());
  for (const MadeDevice& one : *all) {
    const bool same = one.means == Means::Kernel && one.target == wanted.target && one.lun == wanted.lun;
    if (!same || one.id == wanted.id) continue;
    return base::fail("LUN " + std::to_string(wanted.lun) + " is still " +
                      (one.device.empty() ? "another disk" : one.device + " of another disk") +
                      ": what uses it has to let it go");
  }
  return {};
}

base::Result<HostDevices::Made> HostDevices::makeDevice(const Wanted& wanted) {
  if (auto good = goodId(wanted.id); !good) return base::fail(good.error());
  if (auto good = goodName(wanted.target); !good) return base::fail(good.error());
  if (wanted.lun > kMostLun || (wanted.blockSize != 512 && wanted.blockSize != 4096)) {
    return base::fail("a LUN is at most 16383, and blocks have 512 or 4096 bytes");
  }
  constexpr std::size_t kMostUnit = 512;
  if (wanted.unit.size() > kMostUnit || wanted.unit.find('\n') != std::string::npos) {
    return base::fail("that is no designator");
  }
  const MadeDevice there = made(wanted.id);
  if (there.means == Means::Kernel) {
    if (auto good = goodName(wanted.login.initiator); !good) return base::fail(good.error());
    if (auto free = freeOfOthers(there, wanted); !free) return base::fail(free.error());
  }
  // Before there is anything, so that it can be taken back also where this process is killed.
  for (const auto& [name, text] : {std::pair<std::string, std::string>{"target", wanted.target},
                                   {"lun", std::to_string(wanted.lun)},
                                   {"unit", wanted.unit}}) {
    if (auto noted = note(deviceFolder(wanted.id) + "/" + name, text); !noted) return base::fail(noted.error());
  }
  base::Result<std::string> device = socketOf(wanted.id);
  if (there.means == Means::Kernel) {  // also once more: there may be more portals now
    const std::string unit = wanted.unit == kUnnamed ? std::string() : wanted.unit;
    if (!there.device.empty()) {
      if (std::string lost = kernel_.whyLost(wanted.target, wanted.lun, unit); !lost.empty()) {
        return Made{there.device, std::move(lost)};
      }
    }
    device = kernel_.attach(wanted.login, wanted.lun, unit, noted(wanted.id));
  } else if (!there.device.empty()) {
    device = there.device;
  } else if (there.means == Means::Fuse) {
    device = makeLoop(wanted);
  } else if (there.means == Means::Nbd) {
    device = makeNbd(wanted);
  }
  if (!device) return base::fail(device.error());
  base::Status noted;
  // Not by the means itself, which would never let it be written.
  const bool ours = there.means == Means::Fuse || there.means == Means::Nbd;
  if (ours && wanted.readOnly && there.device.empty()) {
    if (auto set = setReadOnly(*device, true); !set) noted = base::fail(set.error());
  }
  if (noted && there.means == Means::Nbd && there.device.empty()) {
    noted = note(deviceFolder(wanted.id) + "/client", nbdClientOf(*device));
  }
  if (noted) noted = note(deviceFolder(wanted.id) + "/device", *device);
  if (!noted) {
    // A loop device is found by its file.
    if (there.means == Means::Nbd) (void)runProgram({"nbd-client", "-d", *device}, kProgramTime);
    if (there.means == Means::Kernel) (void)kernel_.detach(wanted.target, wanted.lun);
    return base::fail(noted.error());
  }
  if (auto linked = link(wanted, *device); !linked) return base::fail(linked.error());
  return Made{std::move(*device)};
}

std::string HostDevices::noted(std::string_view id) const {
  return goodId(id) ? firstLine(deviceFolder(id) + "/device") : std::string();
}

base::Status HostDevices::resize(std::string_view id) {
  if (auto good = goodId(id); !good) return good;
  const MadeDevice there = made(id);
  if (there.means == Means::Kernel && !there.device.empty()) return kernel_.resize(there.target, there.lun);
  if (there.means != Means::Fuse || there.device.empty()) return {};
  touch(there.device);
  if (auto done = runProgram({"losetup", "--set-capacity", there.device}, kProgramTime); !done) {
    return base::fail(done.error());
  }
  return {};
}

base::Result<HostDevices::Guarded> HostDevices::protect(std::string_view id, bool readOnly) {
  if (auto good = goodId(id); !good) return base::fail(good.error());
  const MadeDevice there = made(id);
  if (there.device.empty() || there.means == Means::Socket) return Guarded{};
  base::Status looked;
  if (there.means == Means::Kernel) {
    looked = kernel_.rescan(there.target, there.lun);
    if (!isMap(there.device)) {
      if (!looked) return base::fail(looked.error());
      return Guarded{};
    }
  } else {
    touch(there.device);  // its process refuses writes by what the target told it last
  }
  auto stuck = setReadOnly(there.device, readOnly);
  if (!stuck) return base::fail(stuck.error());
  if (!looked) return base::fail(looked.error());  // of a path; the map is what it should be
  return Guarded{std::move(*stuck)};
}

base::Result<HostDevices::Removed> HostDevices::removeDevice(std::string_view id) {
  if (auto good = goodId(id); !good) return base::fail(good.error());
  const MadeDevice there = made(id);
  // Of the kernel's own initiator there may be a session that has shown no device yet.
  const bool begun = there.means == Means::Kernel && !there.target.empty();
  Removed removed;
  if (there.means != Means::Socket && (begun || !there.device.empty())) {
    auto made = begun ? removeOfKernel(there) : removeBlockDevice(there);
    if (!made || !made->user.empty()) return made;
    removed = std::move(*made);
  }
  unlink(id);
  std::error_code error;
  fs::remove(deviceFolder(id) + "/device", error);
  fs::remove(deviceFolder(id) + "/client", error);
  fs::remove(deviceFolder(id) + "/target", error);
  return removed;
}

// All of its devices: also of a path that multipathd has not taken somebody may have something.
base::Result<HostDevices::Removed> HostDevices::removeOfKernel(const MadeDevice& there) const {
  std::vector<net::UniqueFd> open;
  // None are left where its sessions have ended. A name that was noted may be another disk's by now.
  for (const std::string& device : kernel_.devicesOf(there.target, there.lun)) {
    auto use = useOf(device);
    if (!use) return base::fail(use.error());
    // What is open cannot be flushed; what is mounted neither. One of a target that lets nobody in any more cannot be
    // opened, and goes all the same.
    if (!isMap(device)) open.push_back(std::move(use->open));
    if (use->user.empty()) continue;
    const bool named = !there.unit.empty() && there.unit != kUnnamed;
    if (named && kernel_.behind(there.target, there.lun, there.unit) == KernelInitiator::Behind::Another) {
      // Its file system would write into a unit that is not its own.
      if (auto done = kernel_.setOffline(there.target, there.lun); !done) return base::fail(done.error());
      use->user += ", and offline, as behind its LUN is another unit now";
    }
    return Removed{use->user, {}};
  }
  if (auto done = kernel_.detach(there.target, there.lun); !done) return base::fail(done.error());
  return Removed{};
}

base::Result<HostDevices::Removed> HostDevices::removeBlockDevice(const MadeDevice& there) const {
  auto use = useOf(there.device);
  if (!use) return base::fail(use.error());
  if (!use->user.empty()) return Removed{use->user, {}};
  std::string unwritten;
  switch (there.means) {
    case Means::Fuse: {
      auto detached = detachLoop(*use, there.device);
      if (!detached) return base::fail(detached.error());
      unwritten = std::move(*detached);
      break;
    }
    case Means::Nbd:
      unwritten = writeBack(*use, there.device);
      if (auto ended = runProgram({"nbd-client", "-d", there.device}, kProgramTime); !ended)
        return base::fail(ended.error());
      break;
    case Means::Kernel:
    case Means::Socket:
      break;
  }
  return Removed{{}, std::move(unwritten)};
}

// ---- names

base::Status HostDevices::link(const Wanted& wanted, const std::string& device) const {
  if (settings_.names.empty()) return {};
  const fs::path folder = fs::path(settings_.names) / wanted.target;
  const fs::path name = folder / ("lun-" + std::to_string(wanted.lun));
  std::error_code error;
  fs::create_directories(folder, error);
  const fs::path fresh = folder / (".new-" + wanted.id);
  fs::remove(fresh, error);
  fs::create_symlink(device, fresh, error);
  if (!error) fs::rename(fresh, name, error);
  if (error) return base::fail("cannot make " + name.string() + ": " + error.message());
  return note(deviceFolder(wanted.id) + "/name", name.string());
}

void HostDevices::unlink(std::string_view id) const {
  const std::string name = firstLine(deviceFolder(id) + "/name");
  const std::string device = firstLine(deviceFolder(id) + "/device");
  if (name.empty()) return;
  std::error_code error;
  // It may be another disk's by now.
  if (fs::read_symlink(name, error) == device) fs::remove(name, error);
  fs::remove(fs::path(name).parent_path(), error);
}

MadeDevice HostDevices::made(std::string_view id) const {
  const Means means = meansOf(firstLine(deviceFolder(id) + "/means")).value_or(Means::Socket);
  MadeDevice one{std::string(id), means, firstLine(deviceFolder(id) + "/device"), {}, 0, {}};
  one.target = firstLine(deviceFolder(id) + "/target");
  one.unit = firstLine(deviceFolder(id) + "/unit");
  one.lun = base::wholeNumber<decltype(one.lun)>(firstLine(deviceFolder(id) + "/lun")).value_or(0);
  if (means == Means::Fuse) {
    const std::string file = mountOf(id) + "/disk";
    if (one.device.empty() || !isLoopOn(one.device, file)) one.device = loopOn(file);
  }
  if (means == Means::Nbd && !one.device.empty()) {  // an older version noted no client
    const std::string client = firstLine(deviceFolder(id) + "/client");
    if (!client.empty() && client != nbdClientOf(one.device)) one.device.clear();
  }
  if (!one.device.empty() && means == Means::Kernel) {  // multipathd may have taken it since
    if (std::string now = kernel_.deviceOf(one.target, one.lun); !now.empty()) one.device = std::move(now);
  }
  return one;
}

base::Result<std::vector<MadeDevice>> HostDevices::list() const {
  std::vector<MadeDevice> all;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(settings_.folder + "/devices", error)) {
    const std::string id = entry.path().filename();
    if (goodId(id)) all.push_back(made(id));
  }
  if (error) return base::fail("cannot read " + settings_.folder + "/devices: " + error.message());
  std::ranges::sort(all, {}, &MadeDevice::id);
  return all;
}

}  // namespace attach
