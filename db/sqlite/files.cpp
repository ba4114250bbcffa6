#include "db/sqlite/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace sqlite {

namespace {

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : value_(::open(path.c_str(), flags | O_CLOEXEC, 0640)) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return value_; }

 private:
  int value_;
};

Status failure(std::string_view doing, const std::string& path) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return store::fail(full ? store::ErrorKind::Full : store::ErrorKind::Io,
                     "cannot " + std::string(doing) + ' ' + path + ": " + std::strerror(errno));
}

std::string folderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status sync(const std::string& path, int flags) {
  const Descriptor file(path, flags);
  if (file.get() < 0) return failure("open", path);
  if (::fsync(file.get()) != 0) return failure("make durable", path);
  return {};
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
  const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.get() < 0) return failure("create", path);
  return {};
}

Status syncFile(const std::string& path) { return sync(path, O_RDONLY); }

Status syncFolderOf(const std::string& path) { return sync(folderOf(path), O_RDONLY | O_DIRECTORY); }

Status renameDurably(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) return failure("rename to " + to + " the file", from);
  return syncFolderOf(to);
}

Status copyDurably(const std::string& from, const std::string& to) {
  const Descriptor in(from, O_RDONLY);
  if (in.get() < 0) return failure("open", from);
  const Descriptor out(to, O_WRONLY | O_CREAT | O_TRUNC);
  if (out.get() < 0) return failure("create", to);
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

Status giveToOwnerOf(const std::string& model, const std::string& path) {
  struct stat wanted {};
  if (::geteuid() != 0) return {};
  if (::stat(model.c_str(), &wanted) != 0 && ::stat(folderOf(model).c_str(), &wanted) != 0) return {};
  if (::chown(path.c_str(), wanted.st_uid, wanted.st_gid) != 0) return failure("change the owner of", path);
  return {};
}

void removeFile(const std::string& path) { (void)::unlink(path.c_str()); }

}  // namespace sqlite
