#include "agent/block/perform.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace block {

void becomeWorker(const char* name) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  pthread_setname_np(pthread_self(), name);
}

int perform(const Operation& operation) {
  const auto offset = static_cast<off_t>(operation.offset);
  const int count = static_cast<int>(operation.segmentCount);
  ssize_t result = -1;
  do {
    switch (operation.action) {
      case Action::Read:
        result = ::preadv(operation.fd, operation.segments, count, offset);
        break;
      case Action::Write:
        result = ::pwritev2(operation.fd, operation.segments, count, offset, operation.durable ? RWF_DSYNC : 0);
        break;
      case Action::Allocate:
        result = ::fallocate(operation.fd, operation.mode, offset, static_cast<off_t>(operation.length));
        break;
      case Action::Sync:
        result = ::fdatasync(operation.fd);
        break;
    }
  } while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : static_cast<int>(result);
}

}  // namespace block
