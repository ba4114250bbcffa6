#include "shared/net/signals.h"

#include <sys/signalfd.h>

#include <system_error>

namespace net {
namespace {

[[noreturn]] void refuse(int error, const char* what) { throw std::system_error(error, std::generic_category(), what); }

// Blocks the signals and says what was blocked before.
sigset_t block(const sigset_t& signals) {
  sigset_t before;
  if (const int error = ::pthread_sigmask(SIG_BLOCK, &signals, &before); error != 0) refuse(error, "pthread_sigmask");
  return before;
}

sigset_t setOf(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

}  // namespace

Signals::Signals(Loop& loop, std::initializer_list<int> signals, std::function<void(int)> callback)
    : callback_(std::move(callback)) {
  const sigset_t set = setOf(signals);
  fd_ = UniqueFd(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd_) refuse(errno, "signalfd");
  if (const auto opened = watch_.open(loop, fd_.get(), EPOLLIN, *this); !opened) {
    throw std::runtime_error(opened.error().text);
  }
  before_ = block(set);
}

Signals::~Signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

void Signals::onEvents(std::uint32_t) {
  // One a turn: the callback may destroy this object; what is left wakes the loop again.
  signalfd_siginfo info;
  if (::read(fd_.get(), &info, sizeof info) != ssize_t{sizeof info}) return;
  callback_(static_cast<int>(info.ssi_signo));
}

}  // namespace net
