#include "isns-server/ctl/machine.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <thread>

#include "shared/base/secret_json.h"
#include "shared/net/os_error.h"
#include "shared/net/terminal_secret.h"
#include "shared/net/unique_fd.h"

namespace ctl {
namespace {

base::Error error(const std::string& what, int number) { return {what + ": " + std::strerror(number)}; }

base::Status writeAll(int fd, const std::string& text, const std::string& path) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t wrote = ::write(fd, text.data() + at, text.size() - at);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return base::fail(error(path, errno));
    at += static_cast<std::size_t>(wrote);
  }
  return {};
}

// A device, a pipe or a terminal: it is written as it is.
base::Status writeInto(const std::string& path, const std::string& bytes) {
  const net::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return fd ? writeAll(fd.get(), bytes, path) : base::fail(error(path, errno));
}

// The file that a link leads to: what is replaced is that, and the link stays.
std::string fileBehind(const std::string& path) {
  std::error_code failed;
  const auto place = std::filesystem::canonical(path, failed);
  return failed ? path : place.string();
}

// Held as long as it is open. A file system that has no locks is no reason to keep nothing.
net::UniqueFd locked(const std::string& path) {
  net::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  while (fd && ::flock(fd.get(), LOCK_EX) != 0 && errno == EINTR) {
  }
  return fd;
}

class SystemMachine final : public Machine {
 public:
  explicit SystemMachine(const files::FileCalls& calls) : calls_(calls) {}

  [[nodiscard]] bool showsTerminal() const override { return ::isatty(STDOUT_FILENO) != 0; }
  [[nodiscard]] bool showsErrorTerminal() const override { return ::isatty(STDERR_FILENO) != 0; }
  [[nodiscard]] bool asksTerminal() const override {
    return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0;
  }
  [[nodiscard]] int columns() const override {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) return size.ws_col;
    const char* told = ::getenv("COLUMNS");  // exported by who pipes the output on
    return told == nullptr ? 0 : std::atoi(told);
  }
  std::optional<std::string> askLine(const std::string& prompt) override {
    std::cerr << prompt << std::flush;
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    return line;
  }
  std::optional<base::Secret> askSecret(const std::string& prompt) override {
    return net::askSecret(prompt);
  }
  std::optional<base::Secret> secretFrom(int fd) override { return net::readSecretLine(fd); }
  std::optional<std::string> readInput() override {
    return std::string{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  }

  base::Result<std::string> readPrivate(const std::string& path) override {
    const net::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd) return base::fail(error(path, errno));
    struct stat about {};
    if (::fstat(fd.get(), &about) != 0) return base::fail(error(path, errno));
    if (!S_ISREG(about.st_mode)) return base::fail(path + ": this is no file");
    if (about.st_uid != ::geteuid() || (about.st_mode & 077) != 0) {
      return base::fail(path + ": others may read it, or it is somebody else's; chmod 600 it, and log in again");
    }
    std::string text;
    std::array<char, 4096> buffer{};
    for (;;) {
      const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return base::fail(error(path, errno));
      if (got == 0) break;
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

  base::Status updatePrivate(const std::string& path, const Change& change) override {
    namespace fs = std::filesystem;
    const fs::path folder = fs::path(path).parent_path();
    std::error_code code;
    fs::create_directories(folder.parent_path(), code);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return base::fail(error(folder.string(), errno));
    if (::chmod(folder.c_str(), 0700) != 0) return base::fail(error(folder.string(), errno));
    const net::UniqueFd lock = locked(path + ".lock");
    std::string text;
    if (exists(path)) {
      auto read = readPrivate(path);
      if (!read) return base::fail(read.error());
      text = std::move(*read);
    }
    auto changed = change(text);
    base::wipeText(text);
    if (!changed) return base::fail(changed.error());
    auto wrote = files::replaceFile(path, base::asBytes(*changed), files::kOwnersAlone, calls_);
    base::wipeText(*changed);
    return wrote;
  }

  base::Status writeFile(const std::string& path, const std::string& bytes) override {
    const std::string place = fileBehind(path);
    struct stat about {};
    const bool there = ::stat(place.c_str(), &about) == 0;
    if (there && !S_ISREG(about.st_mode)) return writeInto(place, bytes);
    // Not PATH.new, which may be a file of whoever the folder belongs to.
    const std::string fresh = place + ".sanctl-" + std::to_string(::getpid());
    if (auto made = files::createFile(fresh, base::asBytes(bytes), files::kOwnersAlone, calls_); !made) return made;
    // What root writes for somebody stays his.
    if (there && about.st_uid != ::geteuid()) (void)!::chown(fresh.c_str(), about.st_uid, about.st_gid);
    auto moved = files::moveFile(fresh, place, calls_);
    if (!moved) (void)::unlink(fresh.c_str());
    return moved;
  }
  void removeFile(const std::string& path) override { (void)::unlink(path.c_str()); }
  base::Status mayWrite(const std::string& path) override {
    const std::string place = fileBehind(path);
    struct stat about {};
    const bool there = ::stat(place.c_str(), &about) == 0;
    if (there && S_ISDIR(about.st_mode)) return base::fail(error(path, EISDIR));
    if (there && ::access(place.c_str(), W_OK) != 0) return base::fail(error(place, errno));
    if (there && !S_ISREG(about.st_mode)) return {};
    const std::string folder = files::folderOf(place);
    if (::access(folder.c_str(), W_OK | X_OK) != 0) return base::fail(error(folder, errno));
    return {};
  }
  [[nodiscard]] bool exists(const std::string& path) const override { return ::access(path.c_str(), F_OK) == 0; }
  void wait(base::Duration duration) override { std::this_thread::sleep_for(duration); }

 private:
  const files::FileCalls& calls_;
};

}  // namespace

std::unique_ptr<Machine> systemMachine(const files::FileCalls& calls) { return std::make_unique<SystemMachine>(calls); }

}  // namespace ctl
