#include "db/sqlite/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "db/sqlite/files.h"

namespace sqlite {

namespace {

std::string holderOf(int descriptor) {
  std::array<char, 24> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
  std::string digits;
  for (ssize_t i = 0; i < size && text[static_cast<std::size_t>(i)] >= '0' && text[static_cast<std::size_t>(i)] <= '9';
       ++i) {
    digits += text[static_cast<std::size_t>(i)];
  }
  return digits.empty() ? "another process" : "process " + digits;
}

}  // namespace

store::Outcome<LockFile> LockFile::acquire(const std::string& database) {
  const std::string path = database + ".lock";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640);
  if (descriptor < 0) {
    const int why = errno;
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    const std::string advice = why == ENOENT ? "; make the folder " + folder + ", for the user that the server runs as"
                               : why == EACCES ? "; the folder " + folder + " must be that user's who runs the server"
                               : why == ELOOP  ? "; nobody of ours makes links there: see where it leads, and remove it"
                                               : "";
    return store::fail(store::ErrorKind::Io, "cannot open " + path + ": " + std::strerror(why) + advice);
  }
  LockFile lock(descriptor);
  (void)giveToOwnerOf(database, path);  // made by a restore as root, it must serve the server's user too
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return store::fail(store::ErrorKind::Io, "cannot lock " + path + ": " + std::strerror(errno));
    }
    return store::fail(store::ErrorKind::Busy,
                       database + " is in use by " + holderOf(descriptor) + " (it holds " + path + ").");
  }
  // The id is for people only: a full disk must not keep the server from starting.
  const std::string id = std::to_string(::getpid()) + '\n';
  if (::ftruncate(descriptor, 0) == 0) (void)!::pwrite(descriptor, id.data(), id.size(), 0);
  return lock;
}

LockFile::~LockFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace sqlite
