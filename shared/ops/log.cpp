#include "shared/ops/log.h"

#include <utility>

namespace ops {

Log::Log(std::span<const LogEvent> events, Severity level) : events_(events), level_(level) {
  flows_.reserve(events.size());
  for (const LogEvent& event : events) flows_.emplace_back(event.rate);
}

std::optional<std::uint64_t> Log::admit(std::size_t index, base::TimePoint now) {
  const std::lock_guard lock(mutex_);
  Flow& flow = flows_[index];
  if (flow.bucket.take(now)) return std::exchange(flow.suppressed, 0);
  ++flow.suppressed;
  return std::nullopt;
}

void Log::reportSuppressed(base::Now now) {
  for (std::size_t i = 0; i < flows_.size(); ++i) {
    std::uint64_t suppressed = 0;
    {
      const std::lock_guard lock(mutex_);
      suppressed = std::exchange(flows_[i].suppressed, 0);
    }
    if (suppressed != 0) send({events_[i], now.wall, {}, suppressed});
  }
}

void Log::send(const LogRecord& record) {
  for (LogSink* sink : sinks_) sink->write(record);
}

}  // namespace ops
