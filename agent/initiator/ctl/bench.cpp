// `sanctl iscsi bench`: many reads or writes of one size, and what they took.
#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <utility>

#include "agent/initiator/ctl/aligned_memory.h"
#include "agent/initiator/ctl/client.h"
#include "agent/initiator/ctl/handlers.h"
#include "agent/initiator/ctl/latency_histogram.h"
#include "agent/initiator/ctl/sizes.h"
#include "shared/ctl/option_values.h"

namespace initiator_ctl {
namespace {

using ctl::Asked;
using base::Json;
using ctl::Outcome;

struct Load {
  std::uint32_t blockSize = 4096;  // bytes of an operation
  std::uint32_t depth = 32;        // operations at a time, of each session
  std::uint32_t sessions = 1;
  unsigned writePercent = 0;
  bool random = true;
  base::Duration time = std::chrono::seconds(10);
};

// Processor time of this process, user and system.
base::Duration processorTime() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& t) {
    return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

class Bench;

class Operation final : public initiator::ScsiRequest {
 public:
  Operation(Bench& bench, initiator::LogicalUnit& unit, std::uint32_t size) : bench_(bench), unit_(unit), data_(size) {}
  void start(base::TimePoint now);
  void onEnd() override;

 private:
  Bench& bench_;
  initiator::LogicalUnit& unit_;
  AlignedMemory data_;
  base::TimePoint started_{};
};

class Bench {
 public:
  Bench(const Load& load, std::uint64_t blocks, std::uint32_t unitBlock)
      : load_(load), perOperation_(load.blockSize / unitBlock), places_(blocks / perOperation_) {}

  void add(initiator::LogicalUnit& unit) {
    for (std::uint32_t i = 0; i < load_.depth; ++i) {
      operations_.push_back(std::make_unique<Operation>(*this, unit, load_.blockSize));
    }
  }
  void start() {
    started_ = base::MonotonicClock::now();
    processor_ = processorTime();
    until_ = started_ + load_.time;
    for (const auto& operation : operations_) operation->start(started_);
  }
  void stop() { until_ = base::TimePoint{}; }
  [[nodiscard]] bool over() const { return active_ == 0; }
  [[nodiscard]] std::uint64_t operations() const { return histogram_.count(); }
  [[nodiscard]] base::TimePoint started() const { return started_; }

  // For operations.
  [[nodiscard]] bool goesOn(base::TimePoint now) const { return now < until_ && !failure_; }
  void prepare(Operation& operation, std::span<std::uint8_t> data) {
    const std::uint64_t place = load_.random ? chance() % places_ : std::exchange(next_, (next_ + 1) % places_);
    const std::uint64_t block = place * perOperation_;
    if (load_.writePercent != 0 && chance() % 100 < load_.writePercent) {
      initiator::setWrite(operation, block, perOperation_, data);
    } else {
      initiator::setRead(operation, block, perOperation_, data);
    }
  }
  void began() { ++active_; }
  void ended(const Operation& operation, base::Duration took, base::TimePoint now) {
    --active_;
    finished_ = now;
    if (operation.result.good()) {
      histogram_.add(took);
    } else if (!failure_) {
      failure_ = commandFailure("an operation failed", operation.result);
    }
  }
  void refused() {
    if (!failure_) failure_ = ctl::Failure{ctl::Exit::Connect, "an operation failed", "the session is over", ""};
  }

  [[nodiscard]] const std::optional<ctl::Failure>& failure() const { return failure_; }
  [[nodiscard]] ctl::Record report() const;

 private:
  // xorshift64*: which block comes next need not be hard to guess.
  std::uint64_t chance() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return (state_ * 0x2545f4914f6cdd1d) >> 16;
  }

  Load load_;
  std::uint32_t perOperation_;  // blocks of the unit
  std::uint64_t places_;
  std::uint64_t next_ = 0;
  std::uint64_t state_ = 0x9e3779b97f4a7c15;
  std::vector<std::unique_ptr<Operation>> operations_;
  std::size_t active_ = 0;
  base::TimePoint started_{};
  base::TimePoint until_{};
  base::TimePoint finished_{};
  base::Duration processor_{};
  LatencyHistogram histogram_;
  std::optional<ctl::Failure> failure_;
};

void Operation::start(base::TimePoint now) {
  started_ = now;
  bench_.prepare(*this, data_.span());
  if (unit_.submit(*this)) {
    bench_.began();
  } else {
    bench_.refused();
  }
}

void Operation::onEnd() {
  const base::TimePoint now = base::MonotonicClock::now();
  bench_.ended(*this, now - started_, now);
  if (bench_.goesOn(now)) start(now);
}

double micros(base::Duration duration) { return std::chrono::duration<double, std::micro>(duration).count(); }

// One digit behind the point is what such a measurement is worth.
base::Json rounded(double value) { return base::Json(std::round(value * 10) / 10); }

ctl::Record Bench::report() const {
  const double seconds = std::max(std::chrono::duration<double>(finished_ - started_).count(), 1e-9);
  const auto count = static_cast<double>(histogram_.count());
  const double processor = micros(processorTime() - processor_);
  return {{"operations", "operations", base::Json(histogram_.count())},
          {"seconds", "seconds", rounded(seconds)},
          {"iops", "IOPS", base::Json(static_cast<std::uint64_t>(count / seconds))},
          {"megabytes_per_second", "MB/s", rounded(count * load_.blockSize / seconds / 1e6)},
          {"mean_us", "mean latency (us)", rounded(micros(histogram_.mean()))},
          {"p50_us", "p50 latency (us)", rounded(micros(histogram_.percentile(0.5)))},
          {"p99_us", "p99 latency (us)", rounded(micros(histogram_.percentile(0.99)))},
          {"p999_us", "p99.9 latency (us)", rounded(micros(histogram_.percentile(0.999)))},
          {"max_us", "longest latency (us)", rounded(micros(histogram_.most()))},
          {"cpu_us_per_operation", "CPU per operation (us)",
           base::Json(std::round(processor / std::max(count, 1.0) * 100) / 100)}};
}

Asked<Load> readLoad(const ctl::Invocation& invocation) {
  Load load;
  const auto size = sizeOption(invocation, "--block-size");
  if (!size) return base::fail(size.error());
  const auto depth = ctl::countOption(invocation, "--depth");
  if (!depth) return base::fail(depth.error());
  const auto sessions = ctl::countOption(invocation, "--sessions");
  if (!sessions) return base::fail(sessions.error());
  const auto percent = ctl::countOption(invocation, "--write-percent");
  if (!percent) return base::fail(percent.error());
  const auto time = ctl::secondsOption(invocation, "--time");
  if (!time) return base::fail(time.error());
  load.blockSize = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(size->value_or(4096), 512, 16U << 20));
  load.depth = static_cast<std::uint32_t>(std::min<std::uint64_t>(depth->value_or(32), 1024));
  load.sessions = static_cast<std::uint32_t>(std::min<std::uint64_t>(sessions->value_or(1), 64));
  const std::string_view mode = invocation.one("--mode").value_or("read");
  if (mode == "write") load.writePercent = 100;
  if (mode == "mix") load.writePercent = static_cast<unsigned>(std::min<std::uint64_t>(percent->value_or(30), 100));
  load.random = invocation.one("--pattern").value_or("random") == "random";
  load.time = time->value_or(std::chrono::seconds(10));
  if (load.writePercent != 0 && !invocation.has("--yes")) {
    return base::fail(ctl::usageFailure("nothing was done", "a bench that writes destroys what is on the unit",
                                        "add --yes if that is meant"));
  }
  return load;
}

struct BenchUnit {
  BenchUnit(net::Loop& loop, Destination to, std::ostream* trace, std::uint32_t lun)
      : client(loop, std::move(to), trace), unit(client.session(), lun) {}
  Client client;
  initiator::LogicalUnit unit;
};

void drive(net::Loop& loop, Bench& bench, std::ostream& err) {
  Interrupts interrupts(loop);
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  base::TimePoint shown = base::MonotonicClock::now();
  std::uint64_t before = 0;
  while (!bench.over()) {
    loop.runTurn(std::chrono::milliseconds(200));
    if (interrupts.came()) bench.stop();
    const base::TimePoint now = loop.now();
    if (!terminal || now - shown < std::chrono::seconds(1)) continue;
    const double seconds = std::chrono::duration<double>(now - shown).count();
    err << "\r\x1b[K" << static_cast<std::uint64_t>(static_cast<double>(bench.operations() - before) / seconds)
        << " IOPS" << std::flush;
    before = bench.operations();
    shown = now;
  }
  if (terminal) err << "\r\x1b[K" << std::flush;
}

}  // namespace

Outcome bench(const ctl::Invocation& invocation, ctl::Context& context) {
  auto load = readLoad(invocation);
  if (!load) return base::fail(load.error());
  net::Loop loop;
  std::vector<std::unique_ptr<BenchUnit>> units;
  std::optional<initiator::Capacity> capacity;
  for (std::uint32_t i = 0; i < load->sessions; ++i) {
    auto to = readDestination(invocation.one("URL").value_or(""), Wanted::Unit, invocation, context);
    if (!to) return base::fail(to.error());
    to->options.queueDepth = std::max(load->depth, 128U);
    const std::uint32_t lun = *to->url.lun;
    units.push_back(
        std::make_unique<BenchUnit>(loop, std::move(*to), invocation.has("--verbose") ? &context.err : nullptr, lun));
    if (const auto connected = units.back()->client.connect(); !connected) return connected;
    const auto found = units.back()->client.capacity(units.back()->unit);
    if (!found) return base::fail(found.error());
    capacity = *found;
  }
  if (load->blockSize % capacity->blockSize != 0 || capacity->bytes() < load->blockSize) {
    return base::fail(ctl::usageFailure("--block-size", "it does not fit the unit",
                                        "its blocks have " + std::to_string(capacity->blockSize) + " bytes"));
  }
  Bench bench(*load, capacity->blocks, capacity->blockSize);
  for (const auto& unit : units) bench.add(unit->unit);
  bench.start();
  drive(loop, bench, context.err);
  if (bench.failure()) return base::fail(*bench.failure());
  const auto format = ctl::parseFormat(invocation.one("--output").value_or("table")).value_or(ctl::Format::Table);
  ctl::Output(context.out, format).record(bench.report());
  for (const auto& unit : units) unit->client.close();
  return {};
}

}  // namespace initiator_ctl
