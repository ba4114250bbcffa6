#include "db/sqlite/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "shared/files/atomic_file.h"
#include "shared/net/unique_fd.h"

namespace sqlite {

namespace {

Status failure(std::string_view doing, const std::string& path) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return store::fail(full ? store::ErrorKind::Full : store::ErrorKind::Io,
                     "cannot " + std::string(doing) + ' ' + path + ": " + std::strerror(errno));
}

bool writeAll(int descriptor, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t done = ::write(descriptor, data, size);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    data += done;
    size -= static_cast<std::size_t>(done);
  }
  return true;
}

net::UniqueFd makeNew(const std::string& path) {
  (void)::unlink(path.c_str());  // of an attempt that was cut off, or somebody's link
  return net::UniqueFd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640));
}

}  // namespace

bool exists(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0;
}

bool sameFile(const std::string& a, const std::string& b) {
  struct stat first {};
  struct stat second {};
  return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

Status createFile(const std::string& path) {
  const net::UniqueFd file = makeNew(path);
  if (!file) return failure("create", path);
  return {};
}

Status syncFile(const std::string& path) {
  const net::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return failure("open", path);
  if (::fsync(file.get()) != 0) return failure("make durable", path);
  return {};
}

Status copyDurably(const std::string& from, const std::string& to) {
  const net::UniqueFd in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) return failure("open", from);
  const net::UniqueFd out = makeNew(to);
  if (!out) return failure("create", to);
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t size = ::read(in.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return failure("read", from);
    if (size == 0) break;
    if (!writeAll(out.get(), buffer.data(), static_cast<std::size_t>(size))) return failure("write", to);
  }
  if (::fsync(out.get()) != 0) return failure("make durable", to);
  return {};
}

Unfinished::~Unfinished() {
  if (kept_) return;
  for (const char* suffix : {"-journal", "-wal", "-shm", ""}) (void)::unlink((path_ + suffix).c_str());
}

Status Unfinished::moveTo(const std::string& path) {
  auto done = asStatus(files::moveFile(path_, path));
  if (done) kept_ = true;
  return done;
}

Status giveToOwnerOf(const std::string& model, const std::string& path) {
  struct stat wanted {};
  if (::geteuid() != 0) return {};
  if (::stat(model.c_str(), &wanted) != 0 && ::stat(files::folderOf(model).c_str(), &wanted) != 0) return {};
  if (::lchown(path.c_str(), wanted.st_uid, wanted.st_gid) != 0) return failure("change the owner of", path);
  return {};
}

Status asStatus(const base::Status& done) {
  if (done) return {};
  return store::fail(store::ErrorKind::Io, done.error().text);
}

}  // namespace sqlite
