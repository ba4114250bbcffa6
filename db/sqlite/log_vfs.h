// An SQLite VFS that writes the write-ahead log in large pieces; all else passes through to the VFS below it.
//
// SQLite writes each page of a commit with two calls: a header of 24 bytes, then the page. A commit of a thousand rows
// makes two hundred of them. Here writes that follow each other are gathered, and go out in one call when the log is
// synced, read, measured, cut or closed, or when kMaxGathered bytes are together. Nothing of a commit is visible to
// others before its sync (synchronous=FULL, the only way in which this folder writes), so nobody can miss what is
// gathered. An error of the disk is told by the call that writes: SQLite gives the commit up, as at its own write.
//
// For connections that write. Thread rule: that of SQLite, a connection belongs to one thread at a time; the function
// here may be called from any. Bound: kMaxGathered of memory a connection.
#pragma once

#include <string>

namespace sqlite {

// Bytes. SQLite's own VFS for Unix does not write 128 KiB or more in one call.
inline constexpr int kMaxGathered = 120 * 1024;

// The name of the VFS over `base`, the name of another, or empty for the platform's. Empty where `base` is unknown.
std::string logVfs(const std::string& base);

}  // namespace sqlite
