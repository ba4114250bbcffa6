#include "isns-server/api/change_request.h"

#include <algorithm>

#include "isns-server/api/change_json.h"
#include "isns-server/manage/people/edit_rights.h"
#include "shared/base/plain_text.h"
#include "shared/base/whole_number.h"
#include "shared/mgmt/edit_json.h"

namespace api {

using base::Json;
using manage::Answer;
using manage::ChangeSets;
using manage::Draft;
using manage::Refusal;
using mgmt::ProblemCode;
using san::Kind;
using san::ObjectRef;

namespace {

ProblemCode codeOf(const Answer& answer) {
  switch (answer.refusal) {
    case Refusal::NotAllowed:
      return ProblemCode::RightMissing;
    case Refusal::NotFound:
      return ProblemCode::NoSuchObject;
    case Refusal::OldVersion:
      return ProblemCode::OldVersion;
    case Refusal::BadEdits:
      return answer.edit && answer.edit->fault == san::EditFault::NotAllowed ? ProblemCode::NotAllowedHere
                                                                             : ProblemCode::BadValue;
    case Refusal::Stale:
      return ProblemCode::StaleDraft;
    case Refusal::TooMany:
      return ProblemCode::LimitReached;
    case Refusal::ReasonNeeded:
      return answer.objections.empty() ? ProblemCode::BadValue : ProblemCode::Guard;
    case Refusal::ApprovalNeeded:
    case Refusal::AuthorApproves:
    case Refusal::ImpactDiffers:
      return ProblemCode::ApprovalNeeded;
    case Refusal::TooLarge:
    case Refusal::LosesSessions:
    case Refusal::LocksOut:
    case Refusal::Frozen:
      return ProblemCode::Guard;
    case Refusal::WrongState:
    case Refusal::Held:
      return ProblemCode::WrongState;
    case Refusal::Busy:
      return ProblemCode::Busy;
    case Refusal::StoreFailed:
      return ProblemCode::StoreFailed;
    case Refusal::None:
      break;
  }
  return ProblemCode::Internal;
}

// What a refusal tells beside its sentence.
Json::Object moreOf(const san::Snapshot& snapshot, const Answer& answer) {
  Json::Object more{{"refusal", san::wordOf(answer.refusal)}};
  if (answer.version != 0) more.push_back({"version", answer.version});
  if (!answer.objects.empty()) more.push_back({"objects", refsJson(snapshot, answer.objects)});
  if (!answer.objections.empty()) more.push_back({"objections", objectionsJson(snapshot, answer.objections)});
  if (answer.merged) {
    more.push_back({"conflicts", differencesJson(snapshot, answer.merged->conflicts)});
    more.push_back({"taken", differencesJson(snapshot, answer.merged->taken)});
  }
  return more;
}

std::optional<san::Id> idOf(const Call& call) {
  const auto id = base::wholeNumber<san::Id>(call.segment("id"));
  return id && *id != 0 ? id : std::nullopt;
}

std::string escaped(std::string_view name) {
  std::string made;
  for (char c : name) made += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return made;
}

// What was looked at; without it, what is so now.
Wanted<std::uint64_t> versionMember(const Json& body, std::uint64_t now, bool needed) {
  const Json* member = body.find("version");
  if (member == nullptr && !needed) return now;
  if (member == nullptr || member->number() == nullptr) {
    return problem(ProblemCode::BadValue, "version is the number that the change set had when you looked at it.",
                   "/version");
  }
  return *member->number();
}

}  // namespace

manage::Who whoOf(const Desk& desk, const Call& call) {
  const auto may = [&](people::Right right) { return people::permit(call.who, right).ok(); };
  const manage::Actor actor = call.actor();
  manage::Who who{actor.name, actor.origin, {}, call.who.scope, {}, actor.kind, actor.token};
  who.rights.draft = may(people::Right::ChangeDraft);
  who.rights.approve = may(people::Right::ChangeApprove);
  who.rights.commit = may(people::Right::ChangeCommit);
  who.rights.override = may(people::Right::ServerManage);
  who.rights.withheld = people::withheldFrom(call.who);
  who.stands = [&desk, principal = call.who] { return stands(desk, principal, base::now()); };
  return who;
}

void refuseNotThere(const Call& call) {
  call.refuse({ProblemCode::NoSuchObject, "There is no change set " + std::string(call.segment("id")) + ".", {}, {}});
}

bool isShown(const Call& call, const Draft& draft) {
  if (call.scope() == nullptr || draft.author == call.who.user) return true;
  return !draft.edits.empty() && call.scope()->covers(draft.edits);
}

const Draft* draftOf(Desk& desk, const Call& call) {
  const auto id = idOf(call);
  const Draft* draft = id ? desk.changes.changes()->find(*id) : nullptr;
  return draft != nullptr && isShown(call, *draft) ? draft : nullptr;
}

const san::ChangeSet* recordOf(Desk& desk, const Call& call) {
  const auto id = idOf(call);
  if (!id || desk.changes.changes()->find(*id) != nullptr || !call.sees({Kind::ChangeSet, *id})) return nullptr;
  return present(desk).get<san::ChangeSet>(*id);
}

namespace {

// What to do, where the code alone says too little.
std::string hintOf(const Answer& answer) {
  switch (answer.refusal) {
    case Refusal::ApprovalNeeded:
      return "It waits for somebody with the right: POST /changes/{id}/approve.";
    case Refusal::AuthorApproves:
      return "Somebody else has to approve it.";
    case Refusal::ImpactDiffers:
      return "GET /changes/{id}/impact, and approve what it says.";
    default:
      return {};
  }
}

}  // namespace

void refuseChange(Desk& desk, const Call& call, const Answer& answer, std::string_view list) {
  mgmt::Problem problem{codeOf(answer), answer.text, {}, hintOf(answer)};
  const Draft* about = desk.changes.changes() == nullptr ? nullptr : desk.changes.changes()->find(answer.draft);
  if (answer.refusal == Refusal::WrongState && about != nullptr)
    problem.detail += " It is " + std::string(san::wordOf(about->state)) + ".";
  if (answer.edit && answer.edit->edit) {
    std::size_t at = *answer.edit->edit;
    if (list == "append" && about != nullptr) at = at >= about->edits.size() ? at - about->edits.size() : at;
    problem.pointer = "/" + std::string(list) + "/" + std::to_string(at);
    const bool field =
        answer.edit->fault == san::EditFault::NoSuchField || answer.edit->fault == san::EditFault::NotAllowed;
    if (!answer.edit->field.empty()) problem.pointer += field ? "/field" : "/value";
  }
  if (answer.refusal == Refusal::ReasonNeeded && answer.objections.empty()) problem.pointer = "/reason";
  call.refuse(problem, moreOf(desk.timeline.now(), answer));
}

void answerChange(Desk& desk, const Call& call, san::Id id, int status, Json::Object more) {
  const Draft* draft = desk.changes.changes()->find(id);
  if (draft == nullptr) return refuseNotThere(call);
  Json json = changeJson(present(desk), *draft, Edits::All);
  Json::Object members = *json.object();
  std::move(more.begin(), more.end(), std::back_inserter(members));
  call.answer(std::move(members), status);
}

Wanted<void> checkMembers(const Json& body, std::initializer_list<std::string_view> known) {
  const auto* members = body.object();
  if (members == nullptr) return problem(ProblemCode::BadValue, "The body is an object.");
  for (const auto& member : *members) {
    if (std::ranges::find(known, member.name) == known.end()) {
      return problem(ProblemCode::BadValue, "There is no member " + member.name + " here.", "/" + escaped(member.name));
    }
  }
  return {};
}

Wanted<std::string> textMember(const Json& body, const std::string& name, std::size_t maxBytes) {
  const Json* member = body.find(name);
  if (member == nullptr || member->isNull()) return std::string();
  if (member->text() == nullptr) return problem(ProblemCode::BadValue, name + " is a text.", "/" + name);
  const std::string fault = base::plainTextFault(*member->text(), maxBytes);
  if (!fault.empty()) return problem(ProblemCode::BadValue, name + " " + fault + ".", "/" + name);
  return *member->text();
}

Wanted<std::optional<san::Seconds>> drainMember(const Json& body) {
  const Json* member = body.find("drain");
  if (member == nullptr) return std::optional<san::Seconds>{};
  if (member->isNull()) return std::optional<san::Seconds>{0};
  const std::uint64_t* seconds = member->number();
  const bool good = seconds != nullptr && (*seconds == 0 || (*seconds >= san::kMinDrain && *seconds <= san::kMaxDrain));
  if (good) return std::optional<san::Seconds>{static_cast<san::Seconds>(*seconds)};
  return problem(ProblemCode::BadValue,
                 "drain is a number of seconds, from 60 (1 minute) to 604800 (7 days); 0 or null: none.", "/drain");
}

Wanted<std::vector<san::Edit>> editsMember(const Json& body, const std::string& name, const san::Snapshot& snapshot) {
  const Json* member = body.find(name);
  if (member == nullptr) return std::vector<san::Edit>{};
  auto edits = mgmt::editsFromJson(*member, snapshot);
  if (!edits) return problem(ProblemCode::BadValue, edits.error().text, "/" + name + edits.error().pointer);
  return std::move(*edits);
}

std::optional<Asked> asked(Desk& desk, const Call& call, std::initializer_list<std::string_view> members,
                           bool versionNeeded) {
  Asked made;
  const Draft* draft = draftOf(desk, call);
  if (draft == nullptr) {
    refuseNotThere(call);
    return std::nullopt;
  }
  made.who = whoOf(desk, call);
  made.draft = draft->id;
  made.version = draft->version;
  if (members.size() == 0) return made;
  const auto fail = [&](const mgmt::Problem& problem) {
    call.refuse(problem);
    return std::nullopt;
  };
  if (auto good = checkMembers(call.body, members); !good) return fail(good.error());
  const auto version = versionMember(call.body, draft->version, versionNeeded);
  if (!version) return fail(version.error());
  made.version = *version;
  made.named = call.body.find("version") != nullptr;
  for (auto [name, text] :
       {std::pair{"reason", &made.reason}, {"ticket", &made.ticket}, {"override", &made.override}}) {
    auto member = textMember(call.body, name, text == &made.ticket ? san::kMaxName : san::kMaxText);
    if (!member) return fail(member.error());
    *text = std::move(*member);
  }
  return made;
}

void askChanges(Desk& desk, const CallPtr& call, const manage::Who& who, const ChangeDesk::Request& request,
              int status, std::string list) {
  desk.changes.ask(who, request, [&desk, call, status, list = std::move(list)](const Answer& answer) {
    if (answer.what == Answer::What::Refused) return refuseChange(desk, *call, answer, list);
    answerChange(desk, *call, answer.draft, status);
  });
}

}  // namespace api
