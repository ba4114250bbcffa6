// Opens sessions, lets them work, and closes them, all from one thread with one epoll set.
//
// Times in reports are seconds unless named otherwise; latencies are nanoseconds. The first thing that goes wrong ends
// everything with a base::Status. One thread.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <vector>

#include "tests/bench/iscsi_load/other_process.h"
#include "tests/bench/iscsi_load/session.h"

namespace bench::iscsi {

struct WorkReport {
  std::uint64_t commands = 0;
  double seconds = 0;
  double loadCpu = 0;
  double targetCpu = 0;
  Histogram latency;
};

struct OpenReport {
  double seconds = 0;  // from the first connect() until the last session was ready
  double targetCpu = 0;
  Histogram latency;  // of each, from its connect() until it was ready
};

class Driver {
 public:
  explicit Driver(const Options& options);

  // All sessions, options.parallel of them at a time. `ask`: until each knows the capacity of its LUN.
  base::Result<OpenReport> open(bool ask);
  // Lets the sessions work until the Work is over; measures options.seconds, or all of it when there is a limit.
  base::Result<WorkReport> work(const Work::Shape& shape);
  // Nobody sends anything for this time, but answers to pings.
  base::Status idle(double seconds);
  // Logs all sessions out and waits for the responses; seconds.
  base::Result<double> close();

  // Of all sessions the first; they agree on the same.
  [[nodiscard]] const Session& first() const { return *sessions_.front(); }
  [[nodiscard]] std::uint64_t r2ts() const;
  [[nodiscard]] std::uint64_t windowClosed() const;
  [[nodiscard]] std::uint64_t rude() const;
  [[nodiscard]] const OtherProcess& target() const { return target_; }

 private:
  struct Entry {
    std::unique_ptr<Session> session;
    std::uint32_t watched = 0;
    std::uint64_t openedAt = 0;
  };

  base::Status startOne(bool ask);
  base::Status watch(Entry& entry);
  // Waits for events up to `patienceMs`; false when there were none.
  base::Result<bool> turn(int patienceMs);
  base::Status spin(const std::function<bool()>& done);
  base::Status enterPhase(std::uint64_t now);

  const Options& options_;
  Pattern pattern_;
  Work work_;
  OtherProcess target_;
  net::UniqueFd epoll_;
  std::vector<Session*> sessions_;
  std::vector<std::unique_ptr<Entry>> entries_;
  std::vector<std::uint8_t> buffer_;
  std::size_t ready_ = 0;
  std::size_t closed_ = 0;
  OpenReport opened_;

  bool timed_ = false;
  bool measuring_ = false;
  bool measured_ = false;
  std::uint64_t measureFrom_ = 0;
  std::uint64_t measureTo_ = 0;
  double loadCpuAtStart_ = 0;
  double targetCpuAtStart_ = 0;
  WorkReport report_;
};

}  // namespace bench::iscsi
