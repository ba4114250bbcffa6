// Objects of the model and their differences, as several commands print them. One thread.
#pragma once

#include "isns-server/ctl/api_session.h"
#include "shared/ctl/output.h"
#include "shared/san/kinds.h"

namespace ctl {

// All pages of a list: {revision, more, items}.
Asked<base::Json> listAll(ApiSession& session, const std::string& plural, const std::string& filter,
                          const std::string& revision, std::uint64_t limit);
// Does `sanctl list` for a kind, with the options --at and --limit.
Outcome printKind(const Invocation& invocation, Context& context, san::Kind kind, const std::string& filter);
// `none`: what to say to a person where nothing differs.
void printDiff(const base::Json& diff, Output& output, Context& context, std::string_view none);

}  // namespace ctl
