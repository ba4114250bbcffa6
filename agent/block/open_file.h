// Opens the file or block device that holds the blocks of a logical unit, and finds out what it can do.
//
// A regular file is locked by flock(2), for writing by one opener and for reading by many; a block device that is to be
// written is opened exclusively, so that it is not mounted or opened so by another. Errors are sentences that say what
// to do. Calls block; for the start of a process and for administrators. A lock whose holder nobody sees, as that of a
// process that was killed, is waited for during the first 3 s after the first file of this process, and not later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shared/base/result.h"
#include "shared/net/unique_fd.h"

namespace block {

enum class FileKind : std::uint8_t { Regular, BlockDevice };

struct FileParameters {
  std::string path;                 // absolute
  FileKind kind = FileKind::Regular;
  std::uint32_t blockSize = 0;      // bytes: 512, 4096, or 0 for what suits
  bool readOnly = false;
  std::optional<bool> direct;       // past the page cache; without a word files are not, block devices are
  std::optional<bool> thin;         // without a word: where it can be
};

struct OpenFile {
  net::UniqueFd fd;
  // The same file, opened once more for nothing but syncs; none where it is read-only. The kernel reports data that it
  // could not write back once to each open file, so nothing else that is done to the file takes that report away.
  net::UniqueFd syncFd;
  std::string path;
  FileKind kind = FileKind::Regular;
  std::uint64_t size = 0;            // bytes; a multiple of blockSize
  std::uint32_t blockSize = 512;     // bytes
  std::uint32_t physicalBlock = 512; // bytes; a power of two, at least blockSize
  std::uint32_t memoryAlign = 1;     // bytes: what addresses must be multiples of; 1 unless direct
  std::uint32_t ioAlign = 1;         // the same for sizes and offsets
  bool readOnly = false;
  bool direct = false;
  bool thin = false;
  bool rotating = false;
  bool inMemory = false;             // no disk is behind it (tmpfs): reading and writing it waits for none
};

base::Result<OpenFile> openFile(const FileParameters& parameters);

// What its size is now, in bytes.
base::Result<std::uint64_t> sizeOf(const OpenFile& file);

}  // namespace block
