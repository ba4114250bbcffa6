// How a run of sanctl ends, as one table: what scripts test, what help and the reference page print.
//
// Pure data, safe from any thread. The numbers never change their meaning.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "shared/base/result.h"

namespace ctl {

enum class Exit : int {
  Ok = 0,
  Usage = 1,
  Connect = 2,
  Timeout = 3,
  Refused = 4,
  Empty = 5,
  Malformed = 6,
  Local = 7,
  Different = 8,
  Denied = 9,
  Conflict = 10,
  Unproven = 11,
};

struct ExitRow {
  Exit code;
  std::string_view name;
  std::string_view meaning;
};
std::span<const ExitRow> exitTable();

// Why a command ended without its result: one line for the person who can mend it.
struct Failure {
  Exit exit = Exit::Local;
  std::string what;    // "cannot register the node"
  std::string why;     // "the server answers 8 Source Unauthorized"
  std::string advice;  // "ask as a control node: --control"; may be empty
};

using Outcome = base::Result<void, Failure>;
template <class T>
using Asked = base::Result<T, Failure>;

// Exit::Usage.
Failure usageFailure(std::string what, std::string why, std::string advice = {});

// "what: why; advice", on one line and fit for a terminal.
std::string oneLine(const Failure& failure);

}  // namespace ctl
