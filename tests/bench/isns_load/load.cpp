#include "tests/bench/isns_load/load.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "shared/net/os_error.h"
#include "tests/bench/common/answers.h"

namespace bench {
namespace {

constexpr std::size_t kReadSize = 256 * 1024;
constexpr std::uint64_t kSample = 64;
constexpr double kNsPerSecond = 1e9;
// A server that is silent for so long has lost a request.
constexpr int kSilenceMs = 30'000;

std::uint64_t toNs(double seconds) { return static_cast<std::uint64_t>(seconds * kNsPerSecond); }

}  // namespace

base::Status Load::connectAll() {
  epoll_ = net::UniqueFd(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_) return net::osFailure("epoll");
  for (unsigned i = 0; i < options_.connections; ++i) {
    base::Result<net::UniqueFd> fd = connectTo(options_.server);
    if (!fd) return base::fail(fd.error());
    if (base::Status done = setNonBlocking(fd->get()); !done) return done;
    auto connection = std::make_unique<Connection>();
    connection->fd = std::move(*fd);
    watch(*connection, EPOLLIN, true);
    idle_.push_back(connection.get());
    connections_.push_back(std::move(connection));
  }
  return options_.rate > 0 ? watchTimer() : base::Status();
}

base::Status Load::watchTimer() {
  timer_ = net::UniqueFd(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.ptr = nullptr;
  if (!timer_ || epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, timer_.get(), &event) != 0) return net::osFailure("timer");
  return {};
}

void Load::watch(Connection& c, std::uint32_t events, bool add) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &c;
  epoll_ctl(epoll_.get(), add ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, c.fd.get(), &event);
}

void Load::armTimer() {
  itimerspec at{};
  at.it_value.tv_sec = static_cast<time_t>(nextDue_ / 1'000'000'000U);
  at.it_value.tv_nsec = static_cast<long>(nextDue_ % 1'000'000'000U);
  timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &at, nullptr);
}

bool Load::finished() const {
  if (stopping_) return sent_ == answered_;
  return options_.count != 0 && answered_ == options_.count;
}

void Load::enterPhase(std::uint64_t now) {
  if (!measuring_ && now >= measureFrom_) {
    measuring_ = true;
    cpuAtStart_ = cpuSeconds();
  }
  if (!stopping_ && measureTo_ != 0 && now >= measureTo_) {
    stopping_ = true;
    report_.cpuSeconds = cpuSeconds() - cpuAtStart_;
  }
}

std::size_t Load::allowance(std::size_t wanted) const {
  if (stopping_) return 0;
  if (options_.count != 0) wanted = std::min<std::size_t>(wanted, options_.count - sent_);
  return std::min(wanted, workload_.size() - sent_ % workload_.size());
}

base::Status Load::startRequests(Connection& c, std::size_t count, std::uint64_t sentAt) {
  const std::size_t first = sent_ % workload_.size();
  const base::ByteView requests = workload_.requests(first, count);
  sent_ += count;
  c.outstanding += static_cast<unsigned>(count);
  c.open.push_back({first, count, sentAt});
  c.unsent = requests;
  return push(c);
}

base::Status Load::push(Connection& c) {
  while (!c.unsent.empty()) {
    const ssize_t sent = send(c.fd.get(), c.unsent.data(), c.unsent.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno != EAGAIN) return net::osFailure("send");
    if (sent < 0) {
      watch(c, EPOLLIN | EPOLLOUT, false);
      return {};
    }
    c.unsent = c.unsent.subspan(static_cast<std::size_t>(sent));
  }
  return {};
}

base::Status Load::refill(Connection& c, std::uint64_t now) {
  // While bytes wait for the socket, nothing is added: the connection is full anyway.
  while (c.unsent.empty() && c.outstanding < options_.depth) {
    const std::size_t count = allowance(options_.depth - c.outstanding);
    if (count == 0) break;
    if (base::Status sent = startRequests(c, count, now); !sent) return sent;
  }
  return {};
}

base::Status Load::startDue() {
  const std::uint64_t step = toNs(1 / options_.rate);
  const std::uint64_t now = nowNs();
  while (nextDue_ <= now && !idle_.empty() && allowance(1) != 0) {
    Connection& c = *idle_.back();
    idle_.pop_back();
    const std::uint64_t due = nextDue_;
    nextDue_ += step;
    if (base::Status sent = startRequests(c, 1, due); !sent) return sent;
  }
  if (nextDue_ > now) armTimer();
  return {};
}

base::Status Load::judge(std::size_t index, base::ByteView pdu) {
  std::string wrong = checkHead(pdu, workload_.function(), Workload::xid(index));
  if (wrong.empty() && statusOf(pdu) != 0) wrong = statusText(statusOf(pdu));
  if (wrong.empty() && !options_.framesOnly) wrong = workload_.checkKey(index, pdu);
  if (wrong.empty() && !options_.framesOnly && answered_ % kSample == 0) wrong = workload_.checkDeeply(index, pdu);
  if (wrong.empty() && report_.answerSize == 0) report_.answerSize = pdu.size();
  if (wrong.empty() && pdu.size() != report_.answerSize) {
    wrong = std::to_string(pdu.size()) + " bytes where others have " + std::to_string(report_.answerSize);
  }
  if (!wrong.empty()) return base::fail("answer " + std::to_string(answered_) + " is wrong: " + wrong);
  return {};
}

base::Status Load::onAnswer(Connection& c, base::ByteView pdu, std::uint64_t now) {
  if (c.open.empty()) return base::fail("an answer to nothing");
  Batch& batch = c.open.front();
  if (base::Status right = judge(batch.first, pdu); !right) return right;
  ++answered_;
  --c.outstanding;
  if (measuring_ && !stopping_) {
    ++report_.answers;
    report_.latency.add(now - std::min(batch.sentAt, now));
    notePause(batch.sentAt, now);
  }
  if (options_.curveStep != 0 && answered_ % options_.curveStep == 0) {
    report_.curveSeconds.push_back(static_cast<double>(now - startedAt_) / kNsPerSecond);
  }
  ++batch.first;
  if (--batch.count == 0) c.open.pop_front();
  return {};
}

void Load::notePause(std::uint64_t due, std::uint64_t now) {
  if (options_.pauseNs == 0 || now < due + options_.pauseNs) return;
  std::vector<std::uint64_t>& pauses = report_.pausesUs;
  if (pauses.empty() || due / 1000 > pauses.back()) {
    pauses.insert(pauses.end(), {due / 1000, now / 1000});
  } else {
    pauses.back() = now / 1000;
  }
}

base::Status Load::onReadable(Connection& c) {
  const std::size_t before = c.rest.size();
  std::copy(c.rest.begin(), c.rest.end(), input_.begin());
  const ssize_t got = recv(c.fd.get(), input_.data() + before, kReadSize, 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR ? base::Status() : base::Status(net::osFailure("recv"));
  if (got == 0) return base::fail("the server closed a connection");
  const std::uint64_t now = nowNs();
  base::ByteView bytes(input_.data(), before + static_cast<std::size_t>(got));
  while (const auto pdu = firstPdu(bytes)) {
    if (base::Status taken = onAnswer(c, *pdu, now); !taken) return taken;
    bytes = bytes.subspan(pdu->size());
  }
  c.rest.assign(bytes.begin(), bytes.end());
  if (options_.rate == 0) return refill(c, now);
  if (c.outstanding == 0) idle_.push_back(&c);
  return {};
}

base::Status Load::loop() {
  std::array<epoll_event, 256> events;
  while (!finished()) {
    const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), kSilenceMs);
    if (count == 0) return base::fail("the server is silent");
    enterPhase(nowNs());
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.ptr == nullptr) continue;
      Connection& c = *static_cast<Connection*>(event.data.ptr);
      if ((event.events & EPOLLOUT) != 0) {
        if (base::Status sent = push(c); !sent) return sent;
        if (c.unsent.empty()) watch(c, EPOLLIN, false);
      }
      if ((event.events & ~std::uint32_t{EPOLLOUT}) == 0) continue;
      if (base::Status read = onReadable(c); !read) return read;
    }
    if (options_.rate > 0) {
      if (base::Status started = startDue(); !started) return started;
    }
  }
  return {};
}

base::Result<LoadReport> Load::run() {
  if (base::Status connected = connectAll(); !connected) return base::fail(connected.error());
  input_.resize(kReadSize + isns::kPduHeaderSize + isns::kMaxPduPayload);
  startedAt_ = nowNs();
  nextDue_ = startedAt_;
  measureFrom_ = startedAt_ + toNs(options_.warmSeconds);
  if (options_.seconds > 0) measureTo_ = measureFrom_ + toNs(options_.seconds);
  enterPhase(startedAt_);
  if (options_.rate > 0) {
    if (base::Status started = startDue(); !started) return base::fail(started.error());
  } else {
    for (const auto& connection : connections_) {
      if (base::Status sent = refill(*connection, startedAt_); !sent) return base::fail(sent.error());
    }
  }
  if (base::Status done = loop(); !done) return base::fail(done.error());
  if (!stopping_) {
    measureTo_ = nowNs();
    report_.cpuSeconds = cpuSeconds() - cpuAtStart_;
  }
  if (report_.answers == 0) return base::fail("no answer came in the measured time");
  report_.seconds = static_cast<double>(measureTo_ - measureFrom_) / kNsPerSecond;
  return std::move(report_);
}

}  // namespace bench
