// A child process that is told things by lines and answers by lines. Used from one thread; the child ends when this
// object goes, because its standard input closes.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "shared/base/result.h"
#include "shared/net/unique_fd.h"

namespace bench {

class Child {
 public:
  // `arguments[0]` is the program. cpu: the processor to stay on; -1: any.
  static base::Result<Child> start(const std::vector<std::string>& arguments, int cpu);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();

  base::Status tell(std::string_view line);
  // Reads one line and fails unless it is `expected`.
  base::Status expect(std::string_view expected);

 private:
  Child(pid_t pid, net::UniqueFd in, net::UniqueFd out) : pid_(pid), in_(std::move(in)), out_(std::move(out)) {}

  pid_t pid_;
  net::UniqueFd in_;   // to its standard input
  net::UniqueFd out_;  // from its standard output
};

}  // namespace bench
