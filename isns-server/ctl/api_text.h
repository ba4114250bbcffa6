// What the handlers of the management API share: reading answers, options that all of them have, words for a terminal.
//
// Pure but for openOutput(). One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "isns-server/ctl/api_session.h"
#include "shared/base/json_members.h"
#include "shared/ctl/context.h"
#include "shared/ctl/output.h"

namespace ctl {

// Members of an answer.
using base::listOf;
using base::memberOf;
using base::numberOf;
using base::textOf;
using base::truthOf;

// In the format of --output, with colours where the standard output is a terminal and NO_COLOR is not set.
Output openOutput(const Invocation& invocation, Context& context);
// A line for people; nothing with --output json or csv.
void say(Context& context, const Output& output, const std::string& line);

// For a copy into a shell: as it is where nothing in it is special, else in single quotes.
std::string shellWord(std::string_view text);
std::string counted(std::uint64_t count, std::string_view one, std::string_view many);
// Wrapped at the terminal's width (100 where there is none), later lines indented.
std::string wrappedText(std::string_view text, std::size_t indent, const Context& context);

std::string optionText(const Invocation& invocation, std::string_view name);
// A number of a revision; nothing where it is not given.
Asked<std::optional<std::uint64_t>> revisionOption(const Invocation& invocation, std::string_view name);
// --at, FROM or TO: a number as well, or a time: 2026-01-31, or 2026-01-31T12:00:00Z.
Asked<std::string> momentOption(const Invocation& invocation, std::string_view name = "--at");

// Ends with Exit::Empty for an empty list with --fail-if-empty.
Outcome listOutcome(const Invocation& invocation, std::size_t found);

// The text of a file, or of the standard input for "-".
Asked<std::string> inputText(const Invocation& invocation, Context& context, std::string_view name);
// JSON from a file, from the standard input ("-"), or as it stands where it begins with [ or {.
Asked<base::Json> jsonInput(Context& context, const std::string& source);

}  // namespace ctl
