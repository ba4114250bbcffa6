// Log events as rows of a table: an id that never changes, a severity, the names of its fields, and what it means.
//
// A program owns one enumeration of events and one row for each, found by eventRow(Event) in the enumeration's
// namespace. A call site names the event and its fields and writes no prose:
//
//     log.write<Event::ConnectionRefused>(now, {{"peer", peer}, {"limit", limit}});
//
// A field that the row does not list does not compile. A field holds text, a number or a truth value; there is no
// conversion from anything that keeps a secret, and none may be added.
//
// Threads: any thread may write; nothing here or in a sink waits for a disk, a pipe or a peer. A flood of one event is
// cut by its row's rate; the next record of that event, or reportSuppressed(), says how many were left out.
#pragma once

#include <array>
#include <atomic>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "shared/base/clock.h"
#include "shared/ops/rate_limit.h"

namespace ops {

// The numbers are syslog's and the journal's (RFC 5424 6.2.1).
enum class Severity : std::uint8_t { Critical = 2, Error = 3, Warning = 4, Notice = 5, Info = 6, Debug = 7 };
inline constexpr std::string_view kSeverityWords[] = {"critical", "error", "warning", "notice", "info", "debug"};
constexpr std::string_view word(Severity severity) { return kSeverityWords[static_cast<std::size_t>(severity) - 2]; }

// The names of an event's fields, in their order. A class, because g++ 12 cannot read the elided end of a constexpr
// array of string_view.
class FieldNames {
 public:
  static constexpr std::size_t kMax = 7;
  constexpr FieldNames(std::initializer_list<std::string_view> names) : count_(names.size()) {
    std::size_t i = 0;
    for (const std::string_view name : names) names_.at(i++) = name;
  }
  [[nodiscard]] constexpr auto begin() const { return names_.begin(); }
  [[nodiscard]] constexpr auto end() const { return names_.begin() + count_; }

 private:
  std::array<std::string_view, kMax> names_{};
  std::size_t count_;
};

struct LogEvent {
  std::string_view id;  // "ISNS-1004": stable for ever, searched for
  Severity severity = Severity::Info;
  std::string_view name;  // "connection-refused"
  FieldNames fields{};
  Rate rate{};            // what peers can provoke has one
  std::string_view help;  // what it means and what to do, in a sentence or two
};

constexpr bool hasField(const LogEvent& event, std::string_view name) {
  for (const std::string_view field : event.fields) {
    if (field == name) return true;
  }
  return false;
}

// The value of a field. Text is borrowed until write() returns.
class LogValue {
 public:
  using Data = std::variant<std::string_view, std::int64_t, std::uint64_t, bool>;

  LogValue(std::string_view text) : data_(text) {}
  LogValue(const char* text) : data_(std::string_view(text)) {}
  LogValue(const std::string& text) : data_(std::string_view(text)) {}
  LogValue(std::same_as<bool> auto truth) : data_(truth) {}
  template <std::integral Number>
  requires(!std::same_as<Number, bool> && !std::same_as<Number, char>) LogValue(Number number) {
    if constexpr (std::is_signed_v<Number>) {
      data_ = std::int64_t{number};
    } else {
      data_ = std::uint64_t{number};
    }
  }
  [[nodiscard]] const Data& data() const { return data_; }

 private:
  Data data_;
};

struct LogField {
  std::string_view name;
  LogValue value;
};

// A field of event E, its name checked by the compiler against the row.
template <auto E>
struct EventField {
  struct Name {
    std::string_view text;
    consteval Name(const char* name) : text(name) {
      if (!hasField(eventRow(E), text)) throw "the row of this event lists no such field";
    }
  };
  Name name;
  LogValue value;
};

struct LogRecord {
  const LogEvent& event;
  base::WallTime time;
  std::span<const LogField> fields;
  std::uint64_t suppressed = 0;  // records of this event that were left out since the last one
};

// Where records go. write() is called by any thread, several at once, and must not wait.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void write(const LogRecord& record) = 0;
};

class Log {
 public:
  // `events` in the order of their enumeration; the rows outlive the log.
  Log(std::span<const LogEvent> events, Severity level);

  // Before the first write. The sink is borrowed.
  void addSink(LogSink& sink) { sinks_.push_back(&sink); }
  void setLevel(Severity level) { level_.store(level, std::memory_order_relaxed); }
  [[nodiscard]] bool wants(const LogEvent& event) const {
    return event.severity <= level_.load(std::memory_order_relaxed);
  }

  template <auto E>
  void write(base::Now now, std::initializer_list<EventField<E>> fields = {}) {
    const LogEvent& event = eventRow(E);
    if (!wants(event)) return;
    const std::optional<std::uint64_t> suppressed = admit(static_cast<std::size_t>(E), now.mono);
    if (!suppressed) return;
    std::vector<LogField> list;
    list.reserve(fields.size());
    for (const EventField<E>& field : fields) list.push_back({field.name.text, field.value});
    send({event, now.wall, list, *suppressed});
  }

  // Writes a record without fields for every event that has had records left out since its last one. For a slow timer,
  // and for the end of the program.
  void reportSuppressed(base::Now now);

 private:
  struct Flow {
    explicit Flow(Rate rate) : bucket(rate) {}
    TokenBucket bucket;
    std::uint64_t suppressed = 0;
  };
  // How many records were left out before this one; nothing when this one is left out too.
  std::optional<std::uint64_t> admit(std::size_t index, base::TimePoint now);
  void send(const LogRecord& record);

  std::span<const LogEvent> events_;
  std::atomic<Severity> level_;
  std::vector<LogSink*> sinks_;
  // Guards flows_. A message to one owner would need a queue in front of the rate limit, which is what keeps floods out
  // of queues. Held for some arithmetic only.
  std::mutex mutex_;
  std::vector<Flow> flows_;
};

}  // namespace ops
