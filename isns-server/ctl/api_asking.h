// What many handlers do with one question to the management server: print the list that it answers, or say that it is
// done; ask a person first. One thread.
#pragma once

#include <span>
#include <string>

#include "isns-server/ctl/api_session.h"
#include "shared/ctl/views.h"

namespace ctl {

// Asks, and prints the list of the answer; `none` where it is empty.
Outcome printItems(const Invocation& invocation, Context& context, const ApiSession::Ask& what,
                   std::span<const ViewColumn> columns, std::string_view none);
// Asks, and says `done`, or prints the JSON that was answered.
Outcome does(const Invocation& invocation, Context& context, const ApiSession::Ask& what, const std::string& done);

// Exit::Usage without --reason.
Outcome reasonGiven(const Invocation& invocation);
// Asks on the terminal whether what `warning` says is meant; not with --yes, and never without a terminal.
Outcome confirmed(const Invocation& invocation, Context& context, std::string_view warning);

}  // namespace ctl
