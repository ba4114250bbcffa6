#include "agent/block/open_file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "agent/block/system_facts.h"
#include "shared/net/os_error.h"

namespace block {
namespace {

using base::fail;

std::string quoted(const std::string& path) { return "\"" + path + "\""; }

// Why a path cannot be opened, and what helps.
base::Failure<base::Error> cannotOpen(const FileParameters& wanted, int error) {
  const std::string path = quoted(wanted.path);
  const bool device = wanted.kind == FileKind::BlockDevice;
  switch (error) {
    case ENOENT:
      if (device) return fail("there is no block device " + path + ": lsblk lists those that there are");
      return fail("there is no file " + path + ": make one with truncate --size 10G " + wanted.path);
    case ENOTDIR: return fail("a part of the path " + path + " is not a folder");
    case EACCES:
    case EPERM:
      return fail("no permission to " + std::string(wanted.readOnly ? "read " : "read and write ") + path +
                  ": let user " + userName() + " do so" + (wanted.readOnly ? "" : ", or add \",readonly\""));
    case EROFS:
      return fail(
          path + (device ? " is read-only" : " lies on a file system that is read-only") + ": add \",readonly\"" +
          (device
               ? ""
               : ", or, where systemd has closed the folder, name it by ReadWritePaths= (systemctl edit san-agent)"));
    case EBUSY:
      return fail("the block device " + path +
                  " is in use: it is mounted, part of a volume or array, or opened by another program");
    case ETXTBSY: return fail(path + " is in use, as a program or a swap file");
    case ENXIO:
    case ENODEV:
    case ENOMEDIUM: return fail("behind " + path + " there is no device or no medium");
    case EINVAL:
      if (wanted.direct.value_or(device)) {
        return fail("the file system of " + path + " has no direct access: leave out \"direct\"");
      }
      break;
    default: break;
  }
  return net::osFailure("cannot open " + path, error);
}

// The right kind, before an open that could have effects (a tape that rewinds, a pipe that waits).
base::Status checkKind(const FileParameters& wanted) {
  struct stat status {};
  if (::stat(wanted.path.c_str(), &status) != 0) return cannotOpen(wanted, errno);
  const std::string path = quoted(wanted.path);
  if (S_ISREG(status.st_mode)) {
    if (wanted.kind == FileKind::Regular) return {};
    return fail(path + " is a file, not a block device: write file:" + wanted.path);
  }
  if (S_ISBLK(status.st_mode)) {
    if (wanted.kind == FileKind::BlockDevice) return {};
    return fail(path + " is a block device: write it without \"file:\"");
  }
  if (S_ISDIR(status.st_mode)) return fail(path + " is a folder: name a file in it");
  return fail(path + " is neither a file nor a block device");
}

// A program that was killed may hold its files for a moment longer: the kernel takes its io_uring apart later. Then no
// process is known to hold the lock. But none is either where /proc hides the others (ProtectProc=, ProcSubset=), and
// whoever opens may hold up a loop. So it is waited for as the one that this process comes after: until kLockWait has
// passed since its first file, however many files are locked.
constexpr std::chrono::milliseconds kLockPause{10};
constexpr std::chrono::seconds kLockWait{3};

std::chrono::steady_clock::time_point lockWaitEnd() {
  static const auto end = std::chrono::steady_clock::now() + kLockWait;
  return end;
}

base::Status lock(const OpenFile& file) {
  const int wanted = (file.readOnly ? LOCK_SH : LOCK_EX) | LOCK_NB;
  std::string holder;
  int error = 0;
  for (const auto end = lockWaitEnd();; std::this_thread::sleep_for(kLockPause)) {
    if (::flock(file.fd.get(), wanted) == 0) return {};
    error = errno;
    holder = error == EWOULDBLOCK ? lockHolder(file.fd.get()) : "";
    if (error != EWOULDBLOCK || !holder.empty() || std::chrono::steady_clock::now() >= end) break;
  }
  const std::string path = quoted(file.path);
  if (error == EWOULDBLOCK) {
    return fail(path + " is in use by " + (holder.empty() ? "another program" : holder) +
                (file.readOnly ? ", which writes it" : "") + ": end that first");
  }
  return net::osFailure("cannot lock " + path + ", so another program might write it too", error);
}

// The sizes of blocks, and whether the one that is wanted fits.
base::Status findBlockSize(OpenFile& file, std::uint32_t wanted) {
  file.blockSize = wanted == 0 ? 512 : wanted;
  file.physicalBlock = kPageSizeOfFiles;
  if (file.kind == FileKind::BlockDevice) {
    int logical = 0;
    unsigned physical = 0;
    if (::ioctl(file.fd.get(), BLKSSZGET, &logical) != 0 || ::ioctl(file.fd.get(), BLKPBSZGET, &physical) != 0) {
      return net::osFailure("cannot ask " + quoted(file.path) + " for its block size");
    }
    const auto own = static_cast<std::uint32_t>(logical);
    if (own != 512 && own != 4096) {
      return fail(quoted(file.path) + " has blocks of " + std::to_string(own) + " bytes: only 512 and 4096 are served");
    }
    if (wanted != 0 && wanted < own) {
      return fail(quoted(file.path) + " has blocks of 4096 bytes: write \"block=4096\" or leave it out");
    }
    if (wanted == 0) file.blockSize = own;
    file.physicalBlock = physical;
  }
  file.physicalBlock = std::max(file.physicalBlock, file.blockSize);
  return {};
}

base::Status checkSize(OpenFile& file) {
  const auto size = sizeOf(file);
  if (!size) return fail(size.error());
  file.size = *size;
  if (file.size == 0) {
    if (file.kind == FileKind::BlockDevice) return fail("the block device " + quoted(file.path) + " has no size");
    return fail("the file " + quoted(file.path) + " is empty: give it a size with truncate --size 10G " + file.path);
  }
  if (const std::uint64_t over = file.size % file.blockSize; over != 0) {
    const std::string block = std::to_string(file.blockSize);
    return fail(quoted(file.path) + " has " + std::to_string(file.size) + " bytes, which is " + std::to_string(over) +
                " more than some blocks of " + block + " bytes: fill up the last one with truncate --size %" + block +
                " " + file.path);
  }
  return {};
}

// What memory and offsets the disk below takes. Kernels before 6.1 do not tell: then what every disk takes.
base::Status findAlignment(OpenFile& file) {
  if (!file.direct) return {};
  file.ioAlign = file.blockSize;
  file.memoryAlign = file.blockSize;
#ifdef STATX_DIOALIGN
  struct statx status {};
  if (::statx(file.fd.get(), "", AT_EMPTY_PATH, STATX_DIOALIGN, &status) == 0 &&
      (status.stx_mask & STATX_DIOALIGN) != 0) {
    if (status.stx_dio_offset_align == 0) {
      return fail("the file system of " + quoted(file.path) +
                  " has no direct access to this file: leave out \"direct\"");
    }
    file.ioAlign = status.stx_dio_offset_align;
    file.memoryAlign = std::max<std::uint32_t>(status.stx_dio_mem_align, 1);
  }
#endif
  if (file.blockSize % file.ioAlign != 0) {
    return fail("direct access to " + quoted(file.path) + " needs blocks of " + std::to_string(file.ioAlign) +
                " bytes: write \"block=" + std::to_string(file.ioAlign) + "\" or leave out \"direct\"");
  }
  return {};
}

// Whether ranges can be unmapped; asked of a file by a hole behind its end, which changes nothing.
base::Status findThin(OpenFile& file, std::optional<bool> wanted) {
  if (!wanted.value_or(true)) return {};
  if (file.kind == FileKind::BlockDevice) {
    file.thin = canUnmap(file.fd.get());
  } else if (file.readOnly) {
    file.thin = true;  // holes read as zeroes, and are told of
  } else {
    file.thin = ::fallocate(file.fd.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                            static_cast<off_t>(file.size), kPageSizeOfFiles) == 0;
  }
  if (wanted.value_or(false) && !file.thin) {
    return fail(quoted(file.path) + (file.kind == FileKind::BlockDevice
                                         ? " cannot unmap blocks so that they read as zeroes: leave out \"thin\""
                                         : " lies on a file system that makes no holes: leave out \"thin\""));
  }
  return {};
}

// A second open file description, for OpenFile::syncFd. The lock is the first one's.
base::Status openForSyncs(OpenFile& file) {
  if (file.readOnly) return {};
  file.syncFd.reset(::open(file.path.c_str(), O_CLOEXEC | O_RDWR));
  if (!file.syncFd) return net::osFailure("cannot open " + quoted(file.path) + " a second time, for syncs");
  struct stat first {};
  struct stat second {};
  if (::fstat(file.fd.get(), &first) != 0 || ::fstat(file.syncFd.get(), &second) != 0) {
    return net::osFailure("cannot look at " + quoted(file.path));
  }
  if (first.st_dev == second.st_dev && first.st_ino == second.st_ino) return {};
  return fail("another file was put in the place of " + quoted(file.path) + " while it was opened: try again");
}

}  // namespace

base::Result<std::uint64_t> sizeOf(const OpenFile& file) {
  if (file.kind == FileKind::BlockDevice) {
    std::uint64_t size = 0;
    if (::ioctl(file.fd.get(), BLKGETSIZE64, &size) == 0) return size;
  } else {
    struct stat status {};
    if (::fstat(file.fd.get(), &status) == 0) return static_cast<std::uint64_t>(status.st_size);
  }
  return net::osFailure("cannot ask " + quoted(file.path) + " for its size");
}

base::Result<OpenFile> openFile(const FileParameters& parameters) {
  if (auto right = checkKind(parameters); !right) return fail(right.error());
  OpenFile file;
  file.path = parameters.path;
  file.kind = parameters.kind;
  file.readOnly = parameters.readOnly;
  file.direct = parameters.direct.value_or(file.kind == FileKind::BlockDevice);
  const bool exclusive = file.kind == FileKind::BlockDevice && !file.readOnly;
  file.fd.reset(::open(file.path.c_str(), O_CLOEXEC | (file.readOnly ? O_RDONLY : O_RDWR) |
                                              (file.direct ? O_DIRECT : 0) | (exclusive ? O_EXCL : 0)));
  if (!file.fd) return cannotOpen(parameters, errno);
  if (file.kind == FileKind::Regular) {
    if (auto locked = lock(file); !locked) return fail(locked.error());
  }
  if (auto opened = openForSyncs(file); !opened) return fail(opened.error());
  if (auto found = findBlockSize(file, parameters.blockSize); !found) return fail(found.error());
  if (auto right = checkSize(file); !right) return fail(right.error());
  if (auto found = findAlignment(file); !found) return fail(found.error());
  if (auto found = findThin(file, parameters.thin); !found) return fail(found.error());
  file.rotating = rotates(file.fd.get());
  file.inMemory = livesInMemory(file.fd.get());
  return file;
}

}  // namespace block
