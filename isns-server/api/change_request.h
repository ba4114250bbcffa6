// What requests on change sets have in common: who asks, which draft is meant, the members of a body, and how ChangeSets'
// answer becomes one of the API.
//
// The management server's thread. Where a function says that it refuses, the call is answered.
#pragma once

#include <initializer_list>

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"

namespace api {

// With the rights and the scope that ChangeSets asks for, and whether they hold still; `desk` outlives it.
manage::Who whoOf(const Desk& desk, const Call& call);
inline const san::Snapshot& present(const Desk& desk) { return desk.timeline.now(); }

// To who has a scope a change set is there when all that it is about is in it, or when it is his own.
bool isShown(const Call& call, const manage::Draft& draft);
// Of the path; nullptr where there is none, or none for the caller.
const manage::Draft* draftOf(Desk& desk, const Call& call);
// The record of one of which no draft is kept.
const san::ChangeSet* recordOf(Desk& desk, const Call& call);
void refuseNotThere(const Call& call);

// `list`: the member of the body whose edits are the last ones of the draft.
void refuseChange(Desk& desk, const Call& call, const manage::Answer& answer, std::string_view list = "edits");
void answerChange(Desk& desk, const Call& call, san::Id id, int status = 200, base::Json::Object more = {});

// ---- Bodies

// No member that is not known.
Wanted<void> checkMembers(const base::Json& body, std::initializer_list<std::string_view> known);
// Empty where it is missing or null.
Wanted<std::string> textMember(const base::Json& body, const std::string& name, std::size_t maxBytes = san::kMaxName);
// Seconds; nothing where it is missing, 0 where it is null.
Wanted<std::optional<san::Seconds>> drainMember(const base::Json& body);
Wanted<std::vector<san::Edit>> editsMember(const base::Json& body, const std::string& name, const san::Snapshot& snapshot);

// The draft that the path names, for a request on it.
struct Asked {
  san::Id draft = 0;
  manage::Who who;
  std::uint64_t version = 0;  // that was looked at; without one, that of now
  bool named = false;         // the body has one
  std::string reason, ticket, override;
};
// `members`: of the body; without any it is not looked at. Refuses.
std::optional<Asked> asked(Desk& desk, const Call& call, std::initializer_list<std::string_view> members,
                           bool versionNeeded = false);

// Asks, and answers with the change set as it is then, or refuses. `request` is made when it is its turn: it holds what
// it needs.
void askChanges(Desk& desk, const CallPtr& call, const manage::Who& who, const ChangeDesk::Request& request,
                int status = 200, std::string list = "edits");

}  // namespace api
