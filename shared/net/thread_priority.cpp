#include "shared/net/thread_priority.h"

#include <sys/resource.h>

namespace net {
namespace {

constexpr int kBehind = 10;  // sched(7): each step of nice is a quarter more or less of a processor

}  // namespace

// On Linux a thread has a nice value of its own, and 0 names the calling one. To step back is always allowed; were it
// refused, the thread stays as it is, which is slower and not wrong.
void runBehind() { (void)::setpriority(PRIO_PROCESS, 0, kBehind); }

}  // namespace net
