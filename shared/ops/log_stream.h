// StreamSink: log records as lines on a file descriptor, standard error as a rule.
//
// Threads: write() formats on the caller's thread and hands the line to a bounded queue; one writer thread takes lines
// from there, so that a full pipe or a slow journal never holds up the protocol loop.
// Overflow: a line that finds kMaxLines waiting is dropped; once there is room, a record (OPS-0001) says how many were.
// At its end the sink writes what waits, for drainTime at most. The descriptor is borrowed, stays blocking (other
// processes may share it), and gets writes of at most 4 KiB only when it is ready for them. SIGPIPE must be ignored.
#pragma once

#include <condition_variable>
#include <string>
#include <thread>
#include <vector>

#include "shared/ops/log_format.h"

namespace ops {

inline constexpr LogEvent kLinesDropped{"OPS-0001",
                                        Severity::Warning,
                                        "log-lines-dropped",
                                        {"count"},
                                        {},
                                        "Log lines were written faster than the reader of standard error took them, "
                                        "and so many were dropped. Find out what "
                                        "holds up the reader, or raise log.level."};

// True when the journal reads what is written to `fd` ($JOURNAL_STREAM names the descriptor's device and inode).
bool isJournal(int fd);

class StreamSink final : public LogSink {
 public:
  static constexpr std::size_t kMaxLines = 1024;
  static constexpr std::chrono::seconds kDrainTime{2};

  // Under the journal each line begins with "<N>", the priority, and has no time of its own.
  StreamSink(int fd, LogFormat format, bool journal, base::Duration drainTime = kDrainTime);
  ~StreamSink() override;
  StreamSink(const StreamSink&) = delete;
  StreamSink& operator=(const StreamSink&) = delete;

  void write(const LogRecord& record) override;
  void setFormat(LogFormat format) { format_.store(format, std::memory_order_relaxed); }

 private:
  std::string lineOf(const LogRecord& record) const;
  void run();
  bool writeAll(std::string_view text);
  bool waitWritable();

  const int fd_;
  const bool journal_;
  const base::Duration drainTime_;
  std::atomic<LogFormat> format_;
  // Guards what follows; held for moving one line or swapping the queue. The queue is the message to the owner.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> waiting_;
  std::uint64_t dropped_ = 0;
  bool stopping_ = false;
  base::TimePoint giveUp_ = base::kNever;

  std::thread writer_;
};

}  // namespace ops
