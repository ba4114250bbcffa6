#include "tests/bench/iscsi_load/other_process.h"

#include <ctime>
#include <fstream>
#include <string>

#include "shared/net/os_error.h"

namespace bench::iscsi {

base::Result<double> OtherProcess::cpuSeconds() const {
  if (pid_ == 0) return 0.0;
  clockid_t clock{};
  timespec spent{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &spent) != 0) {
    return base::fail("no processor clock of process " + std::to_string(pid_));
  }
  return static_cast<double>(spent.tv_sec) + 1e-9 * static_cast<double>(spent.tv_nsec);
}

base::Result<std::uint64_t> OtherProcess::residentKib() const {
  if (pid_ == 0) return std::uint64_t{0};
  std::ifstream rollup("/proc/" + std::to_string(pid_) + "/smaps_rollup");
  for (std::string word; rollup >> word;) {
    std::uint64_t kib = 0;
    if (word == "Rss:" && rollup >> kib) return kib;
  }
  return base::fail("no memory figures of process " + std::to_string(pid_));
}

}  // namespace bench::iscsi
