#include "shared/ops/log_stream.h"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

namespace ops {
namespace {

// A pipe that is writable takes this many bytes without waiting (pipe(7)).
constexpr std::size_t kPiece = 4096;

// Starts a thread that takes no signal: those are for the thread that set up their handling.
template <class Body>
std::thread startWithoutSignals(Body&& body) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::forward<Body>(body));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

bool isJournal(int fd) {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat facts {};
  if (stream == nullptr || fstat(fd, &facts) != 0) return false;
  return std::to_string(facts.st_dev) + ":" + std::to_string(facts.st_ino) == stream;
}

StreamSink::StreamSink(int fd, LogFormat format, bool journal, base::Duration drainTime)
    : fd_(fd), journal_(journal), drainTime_(drainTime), format_(format) {
  writer_ = startWithoutSignals([this] { run(); });
}

StreamSink::~StreamSink() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    giveUp_ = base::MonotonicClock::now() + drainTime_;
  }
  changed_.notify_one();
  writer_.join();
}

std::string StreamSink::lineOf(const LogRecord& record) const {
  std::string line;
  if (journal_) line = "<" + std::to_string(static_cast<int>(record.event.severity)) + ">";
  line += formatRecord(record, format_.load(std::memory_order_relaxed), !journal_);
  line += '\n';
  return line;
}

void StreamSink::write(const LogRecord& record) {
  std::string line = lineOf(record);
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMaxLines) {
      ++dropped_;
      return;
    }
    waiting_.push_back(std::move(line));
  }
  changed_.notify_one();
}

void StreamSink::run() {
  for (bool usable = true; usable;) {
    std::vector<std::string> lines;
    std::uint64_t dropped = 0;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      lines.swap(waiting_);
      dropped = std::exchange(dropped_, 0);
    }
    if (dropped != 0) {
      const LogField count{"count", dropped};
      lines.push_back(lineOf({kLinesDropped, base::wallNow(), {&count, 1}, 0}));
    }
    for (const std::string& line : lines) usable = usable && writeAll(line);
  }
}

// False when the descriptor takes no more.
bool StreamSink::writeAll(std::string_view text) {
  while (!text.empty()) {
    if (!waitWritable()) return false;
    const ssize_t n = ::write(fd_, text.data(), std::min(text.size(), kPiece));
    if (n < 0 && errno != EINTR && errno != EAGAIN) return false;
    if (n > 0) text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool StreamSink::waitWritable() {
  for (;;) {
    pollfd wanted{fd_, POLLOUT, 0};
    // Short waits, so that the end of the sink is noticed while the reader stands still.
    if (poll(&wanted, 1, 100) > 0) return (wanted.revents & POLLNVAL) == 0;
    const std::lock_guard lock(mutex_);
    if (base::MonotonicClock::now() >= giveUp_) return false;
  }
}

}  // namespace ops
