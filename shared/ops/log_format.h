// A log record as one line, without its line end. Pure functions, safe from any thread.
#pragma once

#include <string>

#include "shared/ops/log.h"

namespace ops {

enum class LogFormat : std::uint8_t { Text, Json };
inline constexpr std::string_view kLogFormatWords[] = {"text", "json"};

// Text:  time=2026-01-02T03:04:05Z level=warning id=ISNS-1004 event=connection-refused peer=192.0.2.1:4000
// JSON:  {"time":"2026-01-02T03:04:05Z","level":"warning","id":"ISNS-1004","event":"connection-refused",...}
// Values that are more than plain words are quoted and escaped (escape.h), so a record is one line whatever they hold.
// `withTime` false leaves the time to whoever receives the line.
std::string formatRecord(const LogRecord& record, LogFormat format, bool withTime = true);

}  // namespace ops
