#include "shared/ops/log_format.h"

#include <algorithm>

#include "shared/base/time_text.h"
#include "shared/ops/escape.h"

namespace ops {
namespace {

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
  if (withTime) line.add("time", base::timeText(record.time));
  line.add("level", word(record.event.severity));
  line.add("id", record.event.id);
  line.add("event", record.event.name);
  for (const LogField& field : record.fields) line.add(field.name, field.value);
  if (record.suppressed != 0) line.add("suppressed", record.suppressed);
  return std::move(line).finish();
}

}  // namespace ops
