// What /sys, /proc and the user table say: facts that no system call on the file tells.
//
// Unknown is a value, never an error: these only make answers better. Calls read small files.
#pragma once

#include <cstdint>
#include <string>

namespace block {

inline constexpr std::uint32_t kPageSizeOfFiles = 4096;  // what file systems write at once

// Of a block device: whether a hole can be made that reads as zeroes (discard and write zeroes with unmap).
bool canUnmap(int fd);
// Of a block device, or of the one that holds a file: a disk that turns. False where nothing is known.
bool rotates(int fd);
// Of a regular file: whether its file system keeps it in memory alone (tmpfs, ramfs).
bool livesInMemory(int fd);
// Who has locked this file by flock(2): "process 1234 (qemu)", or nothing where it cannot be seen or has ended.
std::string lockHolder(int fd);
// The user that this process runs as: "sanctum", or "uid 998" where it has no name.
std::string userName();

}  // namespace block
