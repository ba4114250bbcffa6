#include "tests/bench/iscsi_load/driver.h"

#include <sys/epoll.h>

#include <algorithm>

#include "shared/net/os_error.h"
#include "tests/bench/common/posix.h"

namespace bench::iscsi {
namespace {

constexpr std::size_t kReadSize = 256 * 1024;
// A target that is silent for so long has lost something.
constexpr int kSilenceMs = 30'000;
constexpr double kNsPerSecond = 1e9;

std::uint64_t toNs(double seconds) { return static_cast<std::uint64_t>(seconds * kNsPerSecond); }

}  // namespace

Driver::Driver(const Options& options)
    : options_(options),
      pattern_(std::max<std::size_t>(options.block, kReadSize)),
      target_(options.pid),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      buffer_(kReadSize) {}

base::Status Driver::watch(Entry& entry) {
  const std::uint32_t wanted = entry.session->wants();
  if (wanted == entry.watched) return {};
  epoll_event event{};
  event.events = wanted;
  event.data.ptr = &entry;
  const int verb = entry.watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (epoll_ctl(epoll_.get(), verb, entry.session->fd(), &event) != 0) return net::osFailure("epoll_ctl");
  entry.watched = wanted;
  return {};
}

base::Status Driver::startOne(bool ask) {
  auto entry = std::make_unique<Entry>();
  const auto number = static_cast<unsigned>(entries_.size());
  entry->session = std::make_unique<Session>(options_, pattern_, work_, number, ask);
  entry->openedAt = nowNs();
  if (base::Status opened = entry->session->open(); !opened) return opened;
  if (base::Status watched = watch(*entry); !watched) return watched;
  sessions_.push_back(entry->session.get());
  entries_.push_back(std::move(entry));
  return {};
}

base::Result<bool> Driver::turn(int patienceMs) {
  std::array<epoll_event, 256> events;
  const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), patienceMs);
  const std::uint64_t now = nowNs();
  if (base::Status entered = enterPhase(now); !entered) return base::fail(entered.error());
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    Entry& entry = *static_cast<Entry*>(event.data.ptr);
    Session& session = *entry.session;
    const Session::State before = session.state();
    if (base::Status handled = session.onEvent(event.events, buffer_, i == 0 ? now : nowNs()); !handled) {
      return base::fail(handled.error());
    }
    if (session.state() != before && session.state() == Session::State::Ready) {
      ++ready_;
      opened_.latency.add(nowNs() - entry.openedAt);
    }
    if (session.state() == Session::State::Closed) {
      ++closed_;
      epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, session.fd(), nullptr);
      session.hangUp();
      continue;
    }
    if (base::Status watched = watch(entry); !watched) return base::fail(watched.error());
  }
  return count > 0;
}

base::Status Driver::spin(const std::function<bool()>& done) {
  while (!done()) {
    const base::Result<bool> busy = turn(kSilenceMs);
    if (!busy) return base::fail(busy.error());
    if (!*busy) return base::fail("the target is silent");
  }
  return {};
}

base::Result<OpenReport> Driver::open(bool ask) {
  const base::Result<double> cpu = target_.cpuSeconds();
  if (!cpu) return base::fail(cpu.error());
  const std::uint64_t start = nowNs();
  const std::size_t together = options_.parallel == 0 ? options_.sessions : options_.parallel;
  while (ready_ < options_.sessions) {
    while (entries_.size() < options_.sessions && entries_.size() - ready_ < together) {
      if (base::Status started = startOne(ask); !started) return base::fail(started.error());
    }
    const std::size_t before = ready_;
    if (base::Status spun = spin([&] { return ready_ > before; }); !spun) {
      return base::fail("with " + std::to_string(ready_) + " sessions ready: " + spun.error().text);
    }
  }
  opened_.seconds = static_cast<double>(nowNs() - start) / kNsPerSecond;
  const base::Result<double> after = target_.cpuSeconds();
  opened_.targetCpu = after ? *after - *cpu : 0;
  return std::move(opened_);
}

base::Status Driver::enterPhase(std::uint64_t now) {
  if (!timed_) return {};
  if (!measuring_ && !measured_ && now >= measureFrom_) {
    const base::Result<double> cpu = target_.cpuSeconds();
    if (!cpu) return base::fail(cpu.error());
    targetCpuAtStart_ = *cpu;
    loadCpuAtStart_ = bench::cpuSeconds();
    measureFrom_ = now;
    measuring_ = true;
    work_.measure(true);
  }
  if (measuring_ && now >= measureTo_) {
    const base::Result<double> cpu = target_.cpuSeconds();
    if (!cpu) return base::fail(cpu.error());
    report_.targetCpu = *cpu - targetCpuAtStart_;
    report_.loadCpu = bench::cpuSeconds() - loadCpuAtStart_;
    report_.seconds = static_cast<double>(now - measureFrom_) / kNsPerSecond;
    report_.commands = work_.measured();
    report_.latency = work_.latency();
    work_.measure(false);
    work_.stop();
    measuring_ = false;
    measured_ = true;
  }
  return {};
}

base::Result<WorkReport> Driver::work(const Work::Shape& shape) {
  work_.begin(shape);
  const std::uint64_t start = nowNs();
  timed_ = true;
  measuring_ = measured_ = false;
  const bool limited = shape.limit != 0;
  measureFrom_ = limited ? start : start + toNs(options_.warmSeconds);
  measureTo_ = limited ? ~std::uint64_t{0} : measureFrom_ + toNs(options_.seconds);
  if (base::Status entered = enterPhase(start); !entered) return base::fail(entered.error());
  for (const auto& entry : entries_) {
    if (base::Status sent = entry->session->refill(start); !sent) return base::fail(sent.error());
    if (base::Status watched = watch(*entry); !watched) return base::fail(watched.error());
  }
  if (base::Status done = spin([this] { return work_.over(); }); !done) return base::fail(done.error());
  if (limited) {
    measureTo_ = 0;
    if (base::Status entered = enterPhase(nowNs()); !entered) return base::fail(entered.error());
  }
  if (report_.commands == 0) return base::fail("no command ended in the measured time");
  return std::move(report_);
}

base::Status Driver::idle(double seconds) {
  const std::uint64_t end = nowNs() + toNs(seconds);
  for (std::uint64_t now = nowNs(); now < end; now = nowNs()) {
    const base::Result<bool> busy = turn(static_cast<int>((end - now) / 1'000'000 + 1));
    if (!busy) return base::fail(busy.error());
  }
  return {};
}

base::Result<double> Driver::close() {
  const std::uint64_t start = nowNs();
  if (options_.bare) return 0.0;
  for (const auto& entry : entries_) {
    if (base::Status sent = entry->session->logOut(); !sent) return base::fail(sent.error());
    if (base::Status watched = watch(*entry); !watched) return base::fail(watched.error());
  }
  if (base::Status done = spin([this] { return closed_ == entries_.size(); }); !done) return base::fail(done.error());
  return static_cast<double>(nowNs() - start) / kNsPerSecond;
}

std::uint64_t Driver::r2ts() const {
  std::uint64_t sum = 0;
  for (const Session* session : sessions_) sum += session->r2ts();
  return sum;
}

std::uint64_t Driver::rude() const {
  return static_cast<std::uint64_t>(
      std::count_if(sessions_.begin(), sessions_.end(), [](auto* s) { return s->rude(); }));
}

std::uint64_t Driver::windowClosed() const {
  std::uint64_t sum = 0;
  for (const Session* session : sessions_) sum += session->windowClosed();
  return sum;
}

}  // namespace bench::iscsi
