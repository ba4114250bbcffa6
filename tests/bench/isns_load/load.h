// Drives a workload over many connections from one thread and measures it.
//
// Each connection keeps up to `depth` requests open and sends what became free in one call. With a rate, requests start
// on a schedule and their latency counts from the scheduled time, so that a stall of the server is seen in full. Every
// answer is checked, every kSample-th one completely; the first wrong answer ends the run with an error. All answers of
// a workload must have one size. With `pauseNs` it notes pauses too: from when an answer was due that came later than
// that, to when it came; those that were due before the last of them came belong to one pause. Times are nanoseconds
// unless named otherwise.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/common/histogram.h"
#include "tests/bench/common/posix.h"
#include "tests/bench/isns_load/workload.h"

namespace bench {

struct LoadOptions {
  net::Address server;
  unsigned connections = 64;
  unsigned depth = 1;
  double rate = 0;            // requests a second over all connections; 0: as fast as answers come
  std::uint64_t count = 0;    // requests to send; 0: until the duration ends, the workload again and again
  double warmSeconds = 0;     // not measured; only without a count
  double seconds = 0;         // 0: until the count is reached
  bool framesOnly = false;    // the server is the bare echo: no keys, no attributes
  std::uint64_t pauseNs = 0;  // only with a rate; 0: no pauses are noted
  std::size_t curveStep = 0;  // notes the time at every so many answers; 0: not at all
};

struct LoadReport {
  std::uint64_t answers = 0;
  double seconds = 0;
  double cpuSeconds = 0;  // of this program
  std::size_t answerSize = 0;
  Histogram latency;
  std::vector<std::uint64_t> pausesUs;  // begin and end in turn, by CLOCK_MONOTONIC
  std::vector<double> curveSeconds;
};

class Load {
 public:
  Load(const Workload& workload, const LoadOptions& options) : workload_(workload), options_(options) {}
  base::Result<LoadReport> run();

 private:
  // Requests sent in one call: numbers first, first + 1, ... of the workload.
  struct Batch {
    std::size_t first;
    std::size_t count;
    std::uint64_t sentAt;
  };
  struct Connection {
    net::UniqueFd fd;
    std::deque<Batch> open;
    unsigned outstanding = 0;
    base::ByteView unsent;
    base::Bytes rest;  // the begin of an answer whose end is not here yet
  };

  base::Status connectAll();
  base::Status watchTimer();
  base::Status loop();
  [[nodiscard]] bool finished() const;
  void enterPhase(std::uint64_t now);
  // How many requests may be sent now; 0 when all are.
  [[nodiscard]] std::size_t allowance(std::size_t wanted) const;
  base::Status refill(Connection& c, std::uint64_t now);
  // Only while nothing waits for the connection's socket.
  base::Status startRequests(Connection& c, std::size_t count, std::uint64_t sentAt);
  base::Status push(Connection& c);
  base::Status startDue();
  base::Status onReadable(Connection& c);
  base::Status onAnswer(Connection& c, base::ByteView pdu, std::uint64_t now);
  base::Status judge(std::size_t index, base::ByteView pdu);
  void watch(Connection& c, std::uint32_t events, bool add);
  void armTimer();
  void notePause(std::uint64_t due, std::uint64_t now);

  const Workload& workload_;
  LoadOptions options_;
  LoadReport report_;
  net::UniqueFd epoll_;
  net::UniqueFd timer_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> idle_;  // only with a rate
  base::Bytes input_;
  std::uint64_t sent_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t startedAt_ = 0;
  std::uint64_t measureFrom_ = 0;  // begin of the measured phase
  std::uint64_t measureTo_ = 0;    // its end; 0: none is set
  std::uint64_t nextDue_ = 0;
  double cpuAtStart_ = 0;
  bool measuring_ = false;
  bool stopping_ = false;
};

}  // namespace bench
