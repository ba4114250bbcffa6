#include "isns-server/app/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "shared/net/unique_fd.h"

namespace app {
namespace {

base::Failure<base::Error> failure(const char* what, const std::string& path) {
  return base::fail(std::string("cannot ") + what + " " + path + ": " + std::strerror(errno));
}

}  // namespace

base::Status writeDurably(const std::string& path, base::ByteView bytes, mode_t mode) {
  const std::string aside = path + ".new";
  ::unlink(aside.c_str());
  const net::UniqueFd fd(::open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (fd.get() < 0) return failure("make", aside);
  const bool whole = ::write(fd.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::fsync(fd.get()) == 0;
  if (!whole) return failure("write", aside);
  return moveDurably(aside, path);
}

base::Status moveDurably(const std::string& from, const std::string& path) {
  if (::rename(from.c_str(), path.c_str()) != 0) return failure("write", path);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const net::UniqueFd dir(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (dir.get() < 0 || ::fsync(dir.get()) != 0) return failure("make durable", folder);
  return {};
}

}  // namespace app
