#include "shared/files/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "shared/net/os_error.h"
#include "shared/net/unique_fd.h"

namespace files {
namespace {

base::Failure<base::Error> failed(const std::string& what, const std::string& path) {
  return base::fail("cannot " + what + " " + path + ": " + net::osErrorText(errno));
}

base::Status writeAll(int fd, base::ByteView bytes, const std::string& path, const FileCalls& calls) {
  while (!bytes.empty()) {
    const ssize_t done = calls.write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return failed("write", path);
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
  return {};
}

// What is there under that name stays; a part that could not be finished does not.
base::Status writeNew(const std::string& path, base::ByteView bytes, mode_t mode, const FileCalls& calls) {
  const net::UniqueFd fd(calls.open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!fd) return failed("write", path);
  auto done = writeAll(fd.get(), bytes, path, calls);
  if (done && calls.fsync(fd.get()) != 0) done = failed("make durable", path);
  if (!done) (void)::unlink(path.c_str());
  return done;
}

// Opened before anything is changed: what could fail of it fails while nothing has happened.
net::UniqueFd openFolderOf(const std::string& path, const FileCalls& calls) {
  return net::UniqueFd(calls.open(folderOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0));
}

// Makes the names in the folder of a file durable.
base::Status syncFolder(const net::UniqueFd& folder, const std::string& path, const FileCalls& calls) {
  // Some file systems keep no folders durable when asked: that is not this file's fault.
  if (calls.fsync(folder.get()) != 0 && errno != EINVAL) return failed("make durable", folderOf(path));
  return {};
}

// The names of two files change places, or one takes a name that is free: both can be undone.
enum class Placed : std::uint8_t { No, Exchanged, Added, Replaced };

Placed place(const std::string& fresh, const std::string& path, const FileCalls& calls) {
  if (calls.rename(fresh.c_str(), path.c_str(), RENAME_EXCHANGE) == 0) return Placed::Exchanged;
  const bool free = errno == ENOENT;
  if (!free && errno != EINVAL && errno != ENOSYS) return Placed::No;  // else the file system cannot exchange names
  if (calls.rename(fresh.c_str(), path.c_str(), 0) != 0) return Placed::No;
  return free ? Placed::Added : Placed::Replaced;
}

// Whoever is told of a failure goes on with what was there; so it has to be there after the next start too.
void undo(Placed placed, const std::string& fresh, const std::string& path, const net::UniqueFd& folder,
          const FileCalls& calls) {
  if (placed == Placed::Exchanged) (void)calls.rename(fresh.c_str(), path.c_str(), RENAME_EXCHANGE);
  if (placed == Placed::Added) (void)::unlink(path.c_str());
  (void)calls.fsync(folder.get());
}

}  // namespace

std::string folderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

const FileCalls kFileCalls{
    [](const char* path, int flags, mode_t mode) { return ::open(path, flags, mode); },
    [](int fd, const void* bytes, std::size_t size) { return ::write(fd, bytes, size); },
    [](int fd) { return ::fsync(fd); },
    [](const char* from, const char* to, unsigned flags) {
      // Where the kernel has no such call, it may still have the plain one.
      return flags == 0 ? ::rename(from, to) : ::renameat2(AT_FDCWD, from, AT_FDCWD, to, flags);
    },
};

base::Status createFile(const std::string& path, base::ByteView bytes, mode_t mode, const FileCalls& calls) {
  const net::UniqueFd folder = openFolderOf(path, calls);
  if (!folder) return failed("open", folderOf(path));
  auto done = writeNew(path, bytes, mode, calls);
  if (!done) return done;
  done = syncFolder(folder, path, calls);
  if (!done) (void)::unlink(path.c_str());
  return done;
}

base::Status replaceFile(const std::string& path, base::ByteView bytes, mode_t mode, const FileCalls& calls) {
  const std::string fresh = path + ".new";
  (void)::unlink(fresh.c_str());  // of an attempt that was cut off; perhaps with another mode
  const net::UniqueFd folder = openFolderOf(path, calls);
  if (!folder) return failed("open", folderOf(path));
  auto done = writeNew(fresh, bytes, mode, calls);
  if (!done) return done;
  const Placed placed = place(fresh, path, calls);
  done = placed == Placed::No ? failed("replace", path) : syncFolder(folder, path, calls);
  if (!done && placed != Placed::No) undo(placed, fresh, path, folder, calls);
  (void)::unlink(fresh.c_str());
  return done;
}

base::Status moveFile(const std::string& from, const std::string& path, const FileCalls& calls) {
  const net::UniqueFd folder = openFolderOf(path, calls);
  if (!folder) return failed("open", folderOf(path));
  if (calls.rename(from.c_str(), path.c_str(), 0) != 0) return failed("replace", path);
  return syncFolder(folder, path, calls);
}

base::Status removeFile(const std::string& path, const FileCalls& calls) {
  const auto isGone = [] { return errno == ENOENT || errno == ENOTDIR; };
  const net::UniqueFd folder = openFolderOf(path, calls);
  if (!folder && isGone()) return {};
  if (!folder) return failed("open", folderOf(path));
  if (::unlink(path.c_str()) == 0) return syncFolder(folder, path, calls);
  if (isGone()) return {};
  return failed("remove", path);
}

base::Result<std::optional<base::Bytes>> readFile(const std::string& path, std::size_t max) {
  const net::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    if (errno == ENOENT) return std::optional<base::Bytes>();
    return failed("read", path);
  }
  base::Bytes bytes(max + 1);
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = ::read(fd.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("read", path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > max) return base::fail(path + " is larger than " + std::to_string(max) + " bytes");
  bytes.resize(size);
  return std::optional<base::Bytes>(std::move(bytes));
}

}  // namespace files
