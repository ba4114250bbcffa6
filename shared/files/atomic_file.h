// Files that are replaced whole: after a crash or a power loss there is the old one or the new one, never a part.
//
// Calls block, so they are for a worker or the start; any thread, one writer a path. Errors are sentences with the path
// and hold nothing of what is in the file. The calls to the system can be replaced, so that tests fail each of them.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "shared/base/bytes.h"
#include "shared/base/result.h"

namespace files {

struct FileCalls {
  int (*open)(const char* path, int flags, mode_t mode);
  ssize_t (*write)(int fd, const void* bytes, std::size_t size);
  int (*fsync)(int fd);
  int (*rename)(const char* from, const char* to, unsigned flags);  // those of renameat2(2)
};
extern const FileCalls kFileCalls;

inline constexpr mode_t kOwnersAlone = 0600;

// Written to PATH.new, made durable, the two names exchanged, and the folder made durable; what was there goes last. On
// failure PATH is as it was: callers go on with that. A folder that cannot be made durable is no failure that can be
// undone on a file system that cannot exchange names: there the new file stays.
base::Status replaceFile(const std::string& path, base::ByteView bytes, mode_t mode = kOwnersAlone,
                         const FileCalls& calls = kFileCalls);

// A file that is not there yet, durably. One that is there is left as it is, and an Error. On failure there is none.
base::Status createFile(const std::string& path, base::ByteView bytes, mode_t mode = kOwnersAlone,
                        const FileCalls& calls = kFileCalls);

// The file takes the place of another one in its folder, or both are as they were; but for a folder that cannot be made
// durable: then it may have the place.
base::Status moveFile(const std::string& from, const std::string& path, const FileCalls& calls = kFileCalls);

std::string folderOf(const std::string& path);

// Removes a file durably; one that is not there is removed already.
base::Status removeFile(const std::string& path, const FileCalls& calls = kFileCalls);

// Nothing where there is no such file. A file of more than `max` bytes is an Error.
base::Result<std::optional<base::Bytes>> readFile(const std::string& path, std::size_t max);

}  // namespace files
