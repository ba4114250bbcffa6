// Progress: a line on a terminal that tells how far a transfer is, how fast, and how long it will take.
//
// On what is no terminal it prints nothing. One thread; times are arguments.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include "shared/base/clock.h"

namespace initiator_ctl {

class Progress {
 public:
  // `total`: bytes, 0 where the end is not known.
  Progress(std::ostream& out, bool terminal, std::uint64_t total, base::TimePoint now)
      : out_(out), terminal_(terminal), total_(total), start_(now) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Draws it again, at most five times a second.
  void update(std::uint64_t done, base::TimePoint now);
  void clear();

 private:
  std::ostream& out_;
  bool terminal_;
  std::uint64_t total_;
  base::TimePoint start_;
  base::TimePoint drawn_{};
  bool there_ = false;
};

// What it says.
std::string progressText(std::uint64_t done, std::uint64_t total, base::Duration since);

}  // namespace initiator_ctl
