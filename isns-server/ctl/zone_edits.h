// References of zones, zone sets and what stands in them as people type them, and the draft of one command.
//
// One thread.
#pragma once

#include <string>
#include <string_view>

#include "isns-server/ctl/change_steps.h"

namespace ctl {

// "zone1" and "domain:zone1" are the same zone.
inline std::string withKind(std::string_view kind, std::string_view text) {
  return text.starts_with(kind) ? std::string(text) : std::string(kind) + std::string(text);
}
inline std::string zoneRef(std::string_view name) { return withKind("domain:", name); }
inline std::string setRef(std::string_view name) { return withKind("domain-set:", name); }

// A draft of edits that need no question to the server.
inline Outcome draft(const Invocation& invocation, Context& context, const std::string& title,
                     base::Json::Array edits) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  return draftAndFinish(invocation, context, *session, title, std::move(edits));
}

}  // namespace ctl
