#include "shared/net/unix_listener.h"

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <utility>

#include "shared/net/os_error.h"
#include "shared/net/socket_path.h"

namespace net {
base::Result<UnixPeer> unixPeerOf(int fd) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return osFailure("cannot see who connected");
  return UnixPeer{credentials.uid, credentials.gid, credentials.pid};
}

UnixListener::UnixListener(Loop& loop, UnixListenerOwner& owner)
    : loop_(loop), owner_(owner), retry_(loop.timers(), [this] {
        if (watch_.opened()) watch_.setInterest(EPOLLIN);
      }) {}

UnixListener::~UnixListener() { close(); }

base::Status UnixListener::listen(const std::string& path, mode_t mode) {
  const auto address = unixAddress(path);
  if (!address) return base::fail(address.error());
  if (auto claimed = claimSocketPath(path); !claimed) return claimed;
  fd_ = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd_) return osFailure("cannot make a socket");
  // Nobody may connect between bind() and chmod().
  const mode_t before = ::umask(0177);
  const int bound = ::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
  const int error = errno;
  (void)::umask(before);
  if (bound != 0) return osFailure("cannot listen on the socket " + path, error);
  path_ = path;
  if (::chmod(path.c_str(), mode) != 0) return osFailure("cannot set the mode of " + path);
  if (::listen(fd_.get(), kBacklog) != 0) return osFailure("cannot listen on the socket " + path);
  return watch_.open(loop_, fd_.get(), EPOLLIN, *this);
}

base::Status UnixListener::giveTo(const std::string& group) {
  const struct group* entry = ::getgrnam(group.c_str());
  if (entry == nullptr) return base::fail("there is no group \"" + group + "\"");
  if (::chown(path_.c_str(), static_cast<uid_t>(-1), entry->gr_gid) != 0) {
    return osFailure("cannot give " + path_ + " to the group " + group);
  }
  return {};
}

void UnixListener::close() {
  retry_.cancel();
  watch_.close();
  fd_.reset();
  if (!path_.empty()) (void)::unlink(std::exchange(path_, {}).c_str());
}

void UnixListener::onEvents(std::uint32_t) {
  const Watch::Life life = watch_.life();
  for (int i = 0; i < kAcceptsATurn && !life.ended(); ++i) {
    UniqueFd fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) {
      owner_.onUnixAccepted(*this, std::move(fd));
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return;
    watch_.setInterest(0);
    retry_.startAt(loop_.now() + kRetryAfter);
    return;
  }
}

}  // namespace net
