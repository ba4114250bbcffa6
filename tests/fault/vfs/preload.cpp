// The failing VFS for a whole program that knows nothing of it: loaded by LD_PRELOAD, it becomes SQLite's default.
//
// Its orders come by the Unix socket that SANCTUM_FAULT_CONTROL names, one connection each: "full 3" fails with a full
// disk from the write after the third on; torn, write, sync alike; "kill 3" kills the process at the
// fourth of its writes and syncs; "heal" ends it. The answer is how many operations
// have failed since the order before. SANCTUM_FAULT_ORDER is an order that holds from the start of the program on. One
// thread, which takes no signals: those are the program's.
#include <pthread.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include "tests/fault/vfs/fault_vfs.h"

namespace fault {
namespace {

void follow(const std::string& order) {
  const int n = std::atoi(order.c_str() + std::min(order.find(' '), order.size()));
  if (order.starts_with("full")) fail({Files::All, n, -1, SQLITE_FULL, 0, false});
  if (order.starts_with("torn")) fail({Files::All, n, -1, SQLITE_FULL, 0, true});
  if (order.starts_with("write")) fail({Files::All, n, -1, SQLITE_IOERR_WRITE, 0, true});
  if (order.starts_with("sync")) fail({Files::All, -1, n, 0, SQLITE_IOERR_FSYNC, false});
  if (order.starts_with("kill")) fail({Files::All, -1, -1, 0, 0, false, n});
  if (order.starts_with("heal")) heal();
}

void obey(int listener) {
  for (;;) {
    const int connection = ::accept(listener, nullptr, nullptr);
    if (connection < 0) return;
    char order[64] = {};
    if (::read(connection, order, sizeof order - 1) > 0) {
      const std::string failures = std::to_string(counts().failures);
      follow(order);
      (void)!::write(connection, failures.data(), failures.size());
    }
    ::close(connection);
  }
}

[[gnu::constructor]] void begin() {
  const char* path = std::getenv("SANCTUM_FAULT_CONTROL");
  sockaddr_un address{};
  if (path == nullptr || std::strlen(path) >= sizeof address.sun_path) return;
  // Not for the programs that this one may start.
  ::unsetenv("LD_PRELOAD");
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, path);
  ::unlink(path);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(listener, 8) != 0) {
    std::abort();
  }
  sqlite3_initialize();
  registerVfs(true);
  if (const char* order = std::getenv("SANCTUM_FAULT_ORDER")) follow(order);
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, &before);
  std::thread(obey, listener).detach();
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace
}  // namespace fault
