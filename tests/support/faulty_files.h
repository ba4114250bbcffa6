// Files whose calls to the system fail where a test says so (shared/files/atomic_file.h). One thread.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "shared/files/atomic_file.h"

namespace support {

// Which call of which kind fails; the rest goes to the system.
struct FileFaults {
  static inline int openAt = 0, writeAt = 0, syncAt = 0, renameAt = 0;
  static inline std::size_t writeMost = 0;  // bytes a write takes at most; 0: all
  static inline bool noExchange = false;    // the file system cannot exchange names
  static void reset() { openAt = writeAt = syncAt = renameAt = 0, writeMost = 0, noExchange = false; }
  static bool hit(int& counter, int error) {
    if (counter == 0 || --counter != 0) return false;
    errno = error;
    return true;
  }
};
inline const files::FileCalls kFaultyFiles{
    [](const char* path, int flags, mode_t mode) {
      return FileFaults::hit(FileFaults::openAt, EACCES) ? -1 : ::open(path, flags, mode);
    },
    [](int fd, const void* bytes, std::size_t size) -> ssize_t {
      if (FileFaults::hit(FileFaults::writeAt, ENOSPC)) return -1;
      return ::write(fd, bytes, FileFaults::writeMost == 0 ? size : std::min(size, FileFaults::writeMost));
    },
    [](int fd) { return FileFaults::hit(FileFaults::syncAt, EIO) ? -1 : ::fsync(fd); },
    [](const char* from, const char* to, unsigned flags) {
      if (flags != 0 && FileFaults::noExchange) return errno = EINVAL, -1;
      return FileFaults::hit(FileFaults::renameAt, EXDEV) ? -1 : files::kFileCalls.rename(from, to, flags);
    },
};

}  // namespace support
