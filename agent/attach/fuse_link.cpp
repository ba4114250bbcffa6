#include "agent/attach/fuse_link.h"

#define FUSE_USE_VERSION 312
#include <fcntl.h>
#include <fuse3/fuse_lowlevel.h>
#include <linux/fuse.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <utility>

#include "shared/net/os_error.h"

namespace attach {
namespace {

constexpr std::size_t kPage = 4096;
// Before the payload of a write; so much is left free in front that the payload begins at the second page.
constexpr std::size_t kWriteHead = sizeof(fuse_in_header) + sizeof(fuse_write_in);
constexpr std::size_t kFront = kPage - kWriteHead;
// What the kernel demands of whoever reads: room for the longest message.
constexpr std::size_t kRoom = FuseLink::kMaxPayload + kPage;

// libfuse would write to the standard error output; what matters is told by results, too.
void ignoreWords(fuse_log_level, const char*, va_list) {}

}  // namespace

void FuseLink::Destroy::operator()(struct fuse_session* session) const { fuse_session_destroy(session); }

FuseLink::FuseLink(net::Loop& loop, block::DataMemory& memory, block::DataShare& share, FuseLinkOwner& owner)
    : loop_(loop), memory_(memory), share_(share), owner_(owner) {}

FuseLink::~FuseLink() {
  watch_.close();
  if (!place_.empty()) memory_.give(place_, share_);
}

base::Status FuseLink::open(int fd, const fuse_lowlevel_ops& operations, void* user) {
  const std::string what = "descriptor " + std::to_string(fd) + " is no mounted FUSE file system";
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0) return net::osFailure(what);
  net::UniqueFd own(fd);
  if (::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 || ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
    return net::osFailure(what);
  }
  fuse_set_log_func(ignoreWords);
  // When this thread needs memory it must not wait for a file system that waits for this thread. Where it may be said.
  (void)::prctl(PR_SET_IO_FLUSHER, 1, 0, 0, 0);
  char name[] = "san-agent";
  char* words[] = {name, nullptr};
  fuse_args arguments = FUSE_ARGS_INIT(1, words);
  session_.reset(fuse_session_new(&arguments, &operations, sizeof operations, user));
  fuse_opt_free_args(&arguments);
  if (session_ == nullptr) return base::fail("libfuse makes no session");
  if (fuse_session_mount(session_.get(), ("/dev/fd/" + std::to_string(fd)).c_str()) != 0) return base::fail(what);
  fd_ = own.release();
  if (auto watching = watch_.open(loop_, fd_, EPOLLIN, *this); !watching) return base::fail(what);
  // The kernel's first message is there since the mount, or there was none.
  (void)receive();
  if (error_ != 0) return net::osFailure(what, error_);
  return {};
}

std::span<std::uint8_t> FuseLink::keep() { return std::exchange(place_, {}); }

// Whether there is a taker for a message, and a place.
bool FuseLink::ready() {
  if (!owner_.onLinkTakes()) return false;
  if (place_.empty()) place_ = memory_.take(kFront + kRoom, share_);
  return !place_.empty();
}

bool FuseLink::receive() {
  if (!ready()) return false;
  const ssize_t size = ::read(fd_, place_.data() + kFront, kRoom);
  if (size <= 0) {
    // ENOENT: whoever asked has given up meanwhile.
    if (size < 0 && (errno == EINTR || errno == ENOENT)) return true;
    if (size < 0 && errno == EAGAIN) return false;
    error_ = size < 0 ? errno : ENODEV;
    return false;
  }
  fuse_buf message{};
  message.size = static_cast<std::size_t>(size);
  message.mem = place_.data() + kFront;
  fuse_session_process_buf(session_.get(), &message);
  if (fuse_session_exited(session_.get()) != 0) error_ = EPROTO;
  return error_ == 0;
}

void FuseLink::onEvents(std::uint32_t events) {
  if ((events & EPOLLERR) != 0) return end(ENODEV);
  for (int messages = 0; messages < kMessagesATurn && receive(); ++messages) continue;
  if (error_ != 0) return end(error_);
  watch_.requestTurnEnd();
}

void FuseLink::resume() {
  if (watch_.opened()) watch_.requestTurnEnd();
}

void FuseLink::onTurnEnd() {
  owner_.onLinkTurnEnd();
  if (!watch_.opened()) return;
  watch_.setInterest(ready() ? std::uint32_t{EPOLLIN} : 0U);
}

void FuseLink::end(int error) {
  watch_.close();
  ended_ = true;
  owner_.onLinkEnded(error == ENODEV ? "it was unmounted" : net::osErrorText(error));
}

}  // namespace attach
