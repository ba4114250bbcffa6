// A line of the control socket of the agent or of a disk process, and an answer as its client reads it.
//
// Rules: a request that is read is written and read back as the same; what is refused has a sentence; any answer is
// either refused or read.
#include <string>

#include "agent/control/message.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

std::string withoutNewline(std::string line) {
  fuzz::check(!line.empty() && line.back() == '\n', "a line ends with a newline");
  line.pop_back();
  fuzz::check(line.find('\n') == std::string::npos, "and holds no other");
  return line;
}

void readAsRequest(std::string_view input, std::span<const control::CommandRow> table) {
  const auto request = control::parseRequest(input, table);
  if (request) {
    const std::string line = withoutNewline(control::writeRequest(*request));
    const auto again = control::parseRequest(line, table);
    fuzz::check(again.ok(), "what was written is read");
    fuzz::check(again->id == request->id && again->command == request->command, "and is the same command");
    fuzz::check(withoutNewline(control::writeRequest(*again)) == line, "with the same arguments");
  } else {
    fuzz::check(!request.error().refusal.text.empty(), "a refusal has a sentence");
    (void)withoutNewline(control::writeAnswer(request.error().id, base::fail(request.error().refusal)));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  readAsRequest(input, control::commandTable());
  readAsRequest(input, control::diskCommandTable());
  const auto answer = control::parseAnswer(input, 1);
  if (answer) {
    const auto again = control::parseAnswer(withoutNewline(control::writeAnswer(1, *answer)), 1);
    fuzz::check(again.ok() && again->ok() == answer->ok(), "an answer reads back");
  } else {
    fuzz::check(!answer.error().text.empty(), "an answer that is refused has a sentence");
  }
  return 0;
}
