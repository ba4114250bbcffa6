#include "shared/net/thread_priority.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace net {
namespace {

constexpr int kBehind = 10;  // sched(7): each step of nice is a quarter more or less of a processor
constexpr int kLast = 19;

}  // namespace

// On Linux a thread has a nice value of its own; 0 names the calling one, the process's number its first one, which has
// what the process was started with. To step back is always allowed; were it
// refused, the thread stays as it is, which is slower and not wrong.
void runBehind() {
  const int first = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::getpid()));
  (void)::setpriority(PRIO_PROCESS, 0, std::min(first + kBehind, kLast));
}

}  // namespace net
