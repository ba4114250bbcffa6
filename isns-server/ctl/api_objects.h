// Objects of the model and their differences, as several commands print them. One thread.
#pragma once

#include "isns-server/ctl/api_session.h"
#include "shared/ctl/output.h"
#include "shared/san/kinds.h"

namespace ctl {

// All pages of a list: {revision, more, items, notes}.
Asked<base::Json> listAll(ApiSession& session, const std::string& plural, const std::string& filter,
                          const std::string& revision, std::uint64_t limit);
// What a person typed as one object: kind:name, or what the search finds where it finds one.
Asked<std::string> findRef(ApiSession& session, const std::string& typed, const std::string& revision);
// Whether a finding is about what a person typed: kind:name, its name alone, or nothing, which any is about.
bool isAbout(const base::Json& finding, std::string_view typed);
// Does `sanctl list` for a kind, with the options --at and --limit.
Outcome printKind(const Invocation& invocation, Context& context, san::Kind kind, const std::string& filter);
// A line of a diff, fit for a terminal: what appears is green, what goes is red, where there are colours.
std::string diffLine(const Output& output, std::string_view line);
// `none`: what to say to a person where nothing differs.
void printDiff(const base::Json& diff, Output& output, Context& context, std::string_view none);

}  // namespace ctl
