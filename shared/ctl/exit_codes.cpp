#include "shared/ctl/exit_codes.h"

#include <iterator>
#include <utility>

#include "shared/base/printable.h"

namespace ctl {
namespace {

// clang-format off
constexpr ExitRow kRows[] = {
  {Exit::Ok,        "ok",        "done; also a list without entries"},
  {Exit::Usage,     "usage",     "the command line is wrong: an unknown word, a missing or impossible value"},
  {Exit::Connect,   "connect",   "no connection to the server, or it closed the connection"},
  {Exit::Timeout,   "timeout",   "the server did not answer in time, or has not carried the change set out yet"},
  {Exit::Refused,   "refused",   "the server or target answered with a status that is no success; the message names it"},
  {Exit::Empty,     "empty",     "nothing was found, and --fail-if-empty was given or one object was asked for by its name"},
  {Exit::Malformed, "malformed", "the server's answer cannot be read"},
  {Exit::Local,     "local",     "something on this machine failed: a file, a port, the output"},
  {Exit::Different, "different", "what was compared, or the answer that was expected, is not the same"},
  {Exit::Denied,    "denied",    "nobody is logged in, the login was refused or has ended, or a right is missing"},
  {Exit::Conflict,  "conflict",  "the change set is stale, stopped by a guard, not approved, not in the state for it or was taken back; or a name is taken"},
  {Exit::Unproven,  "unproven",  "a log or an evidence pack is damaged, or not signed by the key that was expected"},
};
// clang-format on

constexpr bool numberedInOrder() {
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    if (kRows[i].code != static_cast<Exit>(i)) return false;
  }
  return true;
}
static_assert(numberedInOrder());

}  // namespace

std::span<const ExitRow> exitTable() { return kRows; }

Failure usageFailure(std::string what, std::string why, std::string advice) {
  return {Exit::Usage, std::move(what), std::move(why), std::move(advice)};
}

std::string oneLine(const Failure& failure) {
  std::string text = failure.what;
  if (!failure.why.empty()) text += ": " + failure.why;
  if (!failure.advice.empty()) text += "; " + failure.advice;
  return base::printable(text);
}

}  // namespace ctl
