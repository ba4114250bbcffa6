#include "shared/ops/log_format.h"

#include <algorithm>
#include <cstdio>

#include "shared/ops/escape.h"

namespace ops {
namespace {

std::string timeText(base::WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

bool isPlain(std::string_view text) {
  constexpr std::string_view kMarks = "-._:/@+,%[]";
  return !text.empty() && text.size() <= kMaxShown && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

// One "name=value" or "\"name\":value" after another.
class Line {
 public:
  explicit Line(LogFormat format) : json_(format == LogFormat::Json) {
    if (json_) text_ = '{';
  }
  void add(std::string_view name, const LogValue& value) {
    if (!first_) text_ += json_ ? ',' : ' ';
    first_ = false;
    if (json_) {
      appendJson(text_, name);
      text_ += ':';
    } else {
      text_ += name;
      text_ += '=';
    }
    std::visit([this](const auto& data) { append(data); }, value.data());
  }
  std::string finish() && {
    if (json_) text_ += '}';
    return std::move(text_);
  }

 private:
  void append(std::string_view text) {
    if (json_) {
      appendJson(text_, text);
    } else if (isPlain(text)) {
      text_ += text;
    } else {
      appendQuoted(text_, text);
    }
  }
  void append(bool truth) { text_ += truth ? "true" : "false"; }
  template <class Number>
  void append(Number number) {
    text_ += std::to_string(number);
  }

  bool json_;
  bool first_ = true;
  std::string text_;
};

}  // namespace

std::string formatRecord(const LogRecord& record, LogFormat format, bool withTime) {
  Line line(format);
  if (withTime) line.add("time", timeText(record.time));
  line.add("level", word(record.event.severity));
  line.add("id", record.event.id);
  line.add("event", record.event.name);
  for (const LogField& field : record.fields) line.add(field.name, field.value);
  if (record.suppressed != 0) line.add("suppressed", record.suppressed);
  return std::move(line).finish();
}

}  // namespace ops
