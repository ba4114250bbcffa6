// Progress: a line on the terminal of the standard error while something takes long, erased when it is over.
//
// One owner, one thread. Nothing is drawn where the standard error is no terminal, nor in the first half second.
#pragma once

#include <cstdint>
#include <string>

#include "shared/ctl/context.h"

namespace ctl {

class Progress {
 public:
  // `what`: "The server makes the evidence pack".
  Progress(Context& context, std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // So many bytes have come; called often, draws four times a second.
  void received(std::uint64_t bytes);

 private:
  Context& context_;
  std::string what_;
  bool shows_;
  bool drawn_ = false;
  base::Now begin_;
  base::Duration next_;  // when it draws again, from the beginning
};

}  // namespace ctl
