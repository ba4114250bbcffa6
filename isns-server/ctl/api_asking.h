// What many handlers do with one question to the management server: print the list that it answers, or say that it is
// done; ask a person first. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "isns-server/ctl/api_session.h"
#include "shared/ctl/views.h"

namespace ctl {

// Page after page of a list that has cursors, up to `limit` objects. A page of the API has at most a thousand, and one
// that matches little may be empty though others come.
struct Pages {
  base::Json::Array items;
  bool more = false;  // there are others behind them
  base::Json last;    // the page that came last
};
Asked<Pages> allPages(ApiSession& session, ApiSession::Ask what, std::uint64_t limit);
// Where there are others behind what is printed: `which` of "earlier", "later", "further".
void sayMore(const Pages& pages, std::string_view which, Context& context);

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
