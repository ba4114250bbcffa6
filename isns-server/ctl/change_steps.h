// Steps of a change set that several commands take: make a draft, show what it does, send it on its way. One thread.
#pragma once

#include "isns-server/ctl/api_session.h"
#include "shared/ctl/output.h"

namespace ctl {

// One edit as JSON (shared/mgmt/edit_json.h); `field` and `value` are left out where there is no field.
base::Json editJson(std::string_view op, const std::string& object, std::string_view field = {}, base::Json value = {});

// Adds `drain` where --drain is given.
Outcome addDrain(const Invocation& invocation, base::Json::Object& body);

// For people, what it changes and what it does, where they look: with --output json or csv the answers alone are
// printed. The impact is asked for all the same.
Outcome showDiff(ApiSession& session, const std::string& id, std::string_view title, Output& output, Context& context);
Asked<base::Json> showImpact(ApiSession& session, const std::string& id, Output& output, Context& context);

// Submits a draft with --reason and --ticket, commits it, waits and prints how it is then; carriedOut() judges it.
Outcome sendOff(const Invocation& invocation, Context& context, ApiSession& session, const base::Json& draft);
// Makes a draft with the edits, on the SAN that the session has read for them, and finishes it.
Outcome draftAndFinish(const Invocation& invocation, Context& context, ApiSession& session, const std::string& title,
                       base::Json::Array edits);
// A draft is there: with --dry-run its diff and impact, and it is discarded; with --commit it is submitted with
// --reason and
// --ticket and committed; else its id, diff and impact, and how to go on.
// Where a look at it fails, the draft of --dry-run is discarded all the same, and any other one named.
// `nothing`: what to say where it has no edits, or they change nothing; it is discarded then.
inline constexpr std::string_view kSoAlready = "The SAN is so already: there is nothing to change.";
Outcome finishDraft(const Invocation& invocation, Context& context, ApiSession& session, const base::Json& change,
                    std::string_view nothing = kSoAlready);

// Something has failed while a draft is there. One that nobody has `wanted` is discarded; one that stays is named.
Outcome failedWithDraft(Context& context, ApiSession& session, const std::string& id, bool wanted,
                        const Failure& failure);

// The change set once its commit is done, or as it is after a minute; with --no-wait as it is. `committed`: what was
// answered to the commit. Where nothing was, the server is asked where the change set stands: what it may carry out yet
// is never said not to be committed.
Asked<base::Json> settled(const Invocation& invocation, Context& context, ApiSession& session, const std::string& id,
                          Asked<base::Json> committed);

// What settled() gave, as the end of a command: done where it waits to be confirmed or is; with --no-wait also where it
// is under way. Exit::Conflict where it was taken back, Exit::Timeout where it is under way still.
Outcome carriedOut(const Invocation& invocation, const base::Json& change);

}  // namespace ctl
