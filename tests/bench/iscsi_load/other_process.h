// What another process costs: its time on processors, exact to the nanosecond and with all its threads, and its memory.
//
// A pid of 0 is nobody: everything is 0. Failures (no such process, not ours to look at) are base::Status. Safe from
// any thread.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "shared/base/result.h"

namespace bench::iscsi {

class OtherProcess {
 public:
  explicit OtherProcess(pid_t pid) : pid_(pid) {}

  [[nodiscard]] base::Result<double> cpuSeconds() const;
  // Resident set, from smaps_rollup.
  [[nodiscard]] base::Result<std::uint64_t> residentKib() const;

 private:
  pid_t pid_;
};

}  // namespace bench::iscsi
