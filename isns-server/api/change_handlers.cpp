#include "isns-server/api/change_handlers.h"

#include <algorithm>
#include <charconv>

#include "isns-server/api/change_json.h"
#include "isns-server/api/model_json.h"
#include "isns-server/api/read_handlers.h"
#include "isns-server/manage/changes/edit_json.h"
#include "isns-server/manage/people/edit_rights.h"
#include "shared/san/document.h"
#include "shared/san/rules.h"

namespace api {

using base::Json;
using manage::Answer;
using manage::ChangeSets;
using manage::Draft;
using manage::Refusal;
using san::Kind;
using san::ObjectRef;
using mgmt::ProblemCode;
using mgmt::Route;

namespace {

constexpr std::uint64_t kMaxPage = 1000;

manage::Who whoOf(const Call& call) {
  const auto may = [&](people::Right right) { return people::permit(call.who, right).ok(); };
  manage::Who who{call.who.user, call.origin(), {}, call.who.scope};
  who.rights.draft = may(people::Right::ChangeDraft);
  who.rights.approve = may(people::Right::ChangeApprove);
  who.rights.commit = may(people::Right::ChangeCommit);
  who.rights.override = may(people::Right::ServerManage);
  who.rights.withheld = people::withheldFrom(call.who);
  return who;
}

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

// `list`: the member of the body whose edits are the last ones of the draft.
void refuse(Desk& desk, const Call& call, const Answer& answer, std::string_view list = "edits") {
  mgmt::Problem problem{codeOf(answer), answer.text, {}, {}};
  if (answer.edit && answer.edit->edit) {
    std::size_t at = *answer.edit->edit;
    const Draft* draft = desk.changes.changes() == nullptr ? nullptr : desk.changes.changes()->find(answer.draft);
    if (list == "append" && draft != nullptr) at = at >= draft->edits.size() ? at - draft->edits.size() : at;
    problem.pointer = "/" + std::string(list) + "/" + std::to_string(at);
    const bool field =
        answer.edit->fault == san::EditFault::NoSuchField || answer.edit->fault == san::EditFault::NotAllowed;
    if (!answer.edit->field.empty()) problem.pointer += field ? "/field" : "/value";
  }
  if (answer.refusal == Refusal::ReasonNeeded && answer.objections.empty()) problem.pointer = "/reason";
  call.refuse(problem, moreOf(desk.timeline.now(), answer));
}

std::optional<san::Id> idOf(const Call& call) {
  const std::string_view text = call.segment("id");
  san::Id id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size() || id == 0) return std::nullopt;
  return id;
}

const san::Snapshot& present(const Desk& desk) { return desk.timeline.now(); }

void notThere(const Call& call) {
  call.refuse({ProblemCode::NoSuchObject, "There is no change set " + std::string(call.segment("id")) + ".", {}, {}});
}

// To who has a scope a change set is there when all that it is about is in it, or when it is his own.
bool isShown(const Call& call, const Draft& draft) {
  if (call.scope() == nullptr || draft.author == call.who.user) return true;
  return !draft.edits.empty() && call.scope()->covers(draft.edits);
}

// nullptr where there is none, or none for the caller.
const Draft* draftOf(Desk& desk, const Call& call) {
  const auto id = idOf(call);
  const Draft* draft = id ? desk.changes.changes()->find(*id) : nullptr;
  return draft != nullptr && isShown(call, *draft) ? draft : nullptr;
}

// The record of one of which no draft is kept.
const san::ChangeSet* recordOf(Desk& desk, const Call& call) {
  const auto id = idOf(call);
  if (!id || desk.changes.changes()->find(*id) != nullptr || !call.sees({Kind::ChangeSet, *id})) return nullptr;
  return present(desk).get<san::ChangeSet>(*id);
}

void answerChange(Desk& desk, const Call& call, san::Id id, int status = 200, Json::Object more = {}) {
  const Draft* draft = desk.changes.changes()->find(id);
  if (draft == nullptr) return notThere(call);
  Json json = changeJson(present(desk), *draft, Edits::All);
  Json::Object members = *json.object();
  std::move(more.begin(), more.end(), std::back_inserter(members));
  call.answer(std::move(members), status);
}

// ---- Bodies --------------------------------------------------------------------------------------------------------

std::string escaped(std::string_view name) {
  std::string made;
  for (char c : name) made += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return made;
}

// No member that is not known.
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

Wanted<std::string> textMember(const Json& body, const std::string& name) {
  const Json* member = body.find(name);
  if (member == nullptr || member->isNull()) return std::string();
  if (member->text() == nullptr) return problem(ProblemCode::BadValue, name + " is a text.", "/" + name);
  return *member->text();
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

Wanted<std::vector<san::Edit>> editsMember(const Json& body, const std::string& name, const san::Snapshot& snapshot) {
  const Json* member = body.find(name);
  if (member == nullptr) return std::vector<san::Edit>{};
  auto edits = manage::editsFromJson(*member, snapshot);
  if (!edits) return problem(ProblemCode::BadValue, edits.error().text, "/" + name + edits.error().pointer);
  return std::move(*edits);
}

// The draft that the path names, for a request on it.
struct Asked {
  const Draft* draft = nullptr;
  manage::Who who;
  std::uint64_t version = 0;
  std::string reason, ticket, override;
};

std::optional<Asked> asked(Desk& desk, const Call& call, std::initializer_list<std::string_view> members,
                           bool versionNeeded = false) {
  Asked made;
  made.draft = draftOf(desk, call);
  if (made.draft == nullptr) {
    notThere(call);
    return std::nullopt;
  }
  made.who = whoOf(call);
  made.version = made.draft->version;
  if (members.size() == 0) return made;
  const auto fail = [&](const mgmt::Problem& problem) {
    call.refuse(problem);
    return std::nullopt;
  };
  if (auto good = checkMembers(call.body, members); !good) return fail(good.error());
  const auto version = versionMember(call.body, made.draft->version, versionNeeded);
  if (!version) return fail(version.error());
  made.version = *version;
  for (auto [name, text] :
       {std::pair{"reason", &made.reason}, {"ticket", &made.ticket}, {"override", &made.override}}) {
    auto member = textMember(call.body, name);
    if (!member) return fail(member.error());
    *text = std::move(*member);
  }
  return made;
}

// Asks, and answers with the change set as it is then.
void carryOut(Desk& desk, const CallPtr& call, const manage::Who& who, const ChangeDesk::Request& request,
              int status = 200, std::string list = "edits") {
  desk.changes.ask(who, request, [&desk, call, status, list = std::move(list)](const Answer& answer) {
    if (answer.what == Answer::What::Refused) return refuse(desk, *call, answer, list);
    answerChange(desk, *call, answer.draft, status);
  });
}

// ---- Reading -------------------------------------------------------------------------------------------------------

void listChanges(Desk& desk, const CallPtr& call) {
  const auto limit = call->numberParameter("limit", 100, kMaxPage);
  if (!limit) return call->refuse(limit.error());
  const auto cursor = call->numberParameter("cursor", 0xffffffff, 0xffffffff);
  if (!cursor) return call->refuse(cursor.error());
  const std::string_view state = call->parameter("state");
  if (!state.empty() && !san::fromWord<manage::DraftState>(state) && !san::fromWord<san::ChangeState>(state)) {
    return call->refuse({ProblemCode::BadParameter, "There is no state of that name.", "state", {}});
  }
  std::map<san::Id, Json> all;  // the newest have the highest numbers of their kind
  for (const Draft* draft : desk.changes.changes()->list()) {
    if (draft->id > *cursor || !isShown(*call, *draft) || (!state.empty() && state != san::wordOf(draft->state))) continue;
    all.emplace(draft->id, changeJson(present(desk), *draft, Edits::Count));
  }
  present(desk).table<san::ChangeSet>().forEach([&](san::Id id, const san::ChangeSet& record) {
    if (id > *cursor || (!state.empty() && state != san::wordOf(record.state))) return;
    if (!call->sees({Kind::ChangeSet, id})) return;
    if (desk.changes.changes()->find(id) == nullptr) all.emplace(id, recordJson(record));
  });
  Json::Array items;
  Json next;
  for (auto at = all.rbegin(); at != all.rend(); ++at) {
    if (items.size() == *limit) {
      next = Json(at->first);
      break;
    }
    items.push_back(std::move(at->second));
  }
  call->answer(Json::Object{{"items", std::move(items)}, {"next_cursor", std::move(next)}});
}

void getChange(Desk& desk, const CallPtr& call) {
  if (const Draft* draft = draftOf(desk, *call)) return answerChange(desk, *call, draft->id);
  const auto* record = recordOf(desk, *call);
  if (record == nullptr) return notThere(*call);
  call->answer(recordJson(*record));
}

// The states before and after a change set: of a draft the present one and what it would be, of one that is committed
// what was around it.
struct Around {
  san::Snapshot before;
  std::vector<san::Edit> edits;        // of a draft
  std::optional<san::Snapshot> after;  // of one that is committed
  manage::Timeline::Index index;       // of before, where it is at hand
};

std::optional<Around> aroundOf(Desk& desk, const Call& call) {
  const Draft* draft = draftOf(desk, call);
  if (draft != nullptr && (draft->editable() || draft->state == manage::DraftState::Discarded)) {
    return Around{present(desk), draft->edits, std::nullopt, desk.timeline.index()};
  }
  san::Revision first = 0;
  san::Revision last = 0;
  if (draft != nullptr) {
    first = draft->stored;
    last = std::max(draft->stored, draft->zoned);
  } else if (const auto* record = recordOf(desk, call)) {
    first = last = record->created;
  }
  if (first == 0) {
    notThere(call);
    return std::nullopt;
  }
  const auto before = desk.timeline.at(first - 1);
  const auto after = desk.timeline.at(last);
  if (before && after) return Around{*before, {}, *after, desk.timeline.indexOf(*before)};
  call.refuse({ProblemCode::RevisionGone,
               "Revisions before " + std::to_string(desk.timeline.oldest()) + " are not at hand.",
               {},
               {}});
  return std::nullopt;
}

// On a worker.
Wanted<san::Snapshot> afterOf(const Around& around) {
  if (around.after) return *around.after;
  auto applied =
      san::apply(around.before, around.edits, san::Writer::ChangeSet, around.before.revision + 1, around.before.time);
  if (applied) return std::move(applied->snapshot);
  return problem(ProblemCode::StaleDraft, applied.error().text,
                 applied.error().edit ? "/edits/" + std::to_string(*applied.error().edit) : std::string());
}

// Findings of both states by what is desired; texts are made for those alone that differ.
Json findingsOf(const san::SanIndex& before, const san::SanIndex& after, san::Seconds now) {
  san::FindingContext context;
  context.now = now;
  context.basis = san::Basis::Desired;
  context.mends = context.texts = false;
  const san::Findings was = san::evaluate(before, context);
  const san::Findings is = san::evaluate(after, context);
  const san::FindingsImpact bare = san::impactOn(was, is);
  context.texts = true;
  std::map<std::string, san::Findings> told[2];
  const auto withText = [&](const std::vector<const san::Finding*>& some, bool later) {
    std::vector<const san::Finding*> all;
    for (const san::Finding* finding : some) {
      auto [place, fresh] = told[later].try_emplace(std::string(finding->rule));
      if (fresh) place->second = san::evaluateRule(later ? after : before, context, finding->rule);
      const auto& list = place->second.list;
      const auto same =
          std::ranges::find_if(list, [&](const san::Finding& one) { return san::keyOf(one) == san::keyOf(*finding); });
      all.push_back(same == list.end() ? finding : &*same);
    }
    return all;
  };
  return findingsJson({withText(bare.appeared, true), withText(bare.grown, true), withText(bare.cleared, false)});
}

Wanted<Json> diffOn(const Around& around) {
  const auto after = afterOf(around);
  if (!after) return base::Failure<mgmt::Problem>{after.error()};
  return diffJson(san::diff(around.before, *after), around.before, *after);
}

Wanted<Json> impactOn(const Around& around, base::Now now) {
  const auto after = afterOf(around);
  if (!after) return base::Failure<mgmt::Problem>{after.error()};
  const auto own = around.index ? nullptr : std::make_shared<const san::SanIndex>(around.before);
  const san::SanIndex& before = around.index ? *around.index : *own;
  const san::SanIndex index(*after);
  const san::Impact impact = san::impact(before, index, manage::kAllCells);
  const san::Seconds seconds = now.wall.time_since_epoch().count();
  const san::Diff diff = san::diff(around.before, *after);
  Json json = impactJson(impact, before, index);
  Json::Object members = *json.object();
  members.push_back({"findings", findingsOf(before, index, seconds)});
  members.push_back(
      {"objections", around.after ? Json(Json::Array{})
                                  : objectionsJson(*after, san::objectionsTo(diff, impact, before, index, seconds))});
  members.push_back({"hash", manage::hashOf(impact.listed, around.before, *after)});
  return Json(std::move(members));
}

void lookAt(Desk& desk, const CallPtr& call, Wanted<Json> (*look)(const Around& around, base::Now now)) {
  auto around = aroundOf(desk, *call);
  if (!around) return;
  const bool runs = desk.workers.run([call, look, around = std::move(*around)]() -> Workers::Then {
    auto json = std::make_shared<Wanted<Json>>(look(around, call->now));
    return [call, json] { call->finish(*json); };
  });
  if (!runs) call->refuse({ProblemCode::Busy, {}, {}, {}});
}

// ---- Requests ------------------------------------------------------------------------------------------------------

void createChange(Desk& desk, const CallPtr& call) {
  if (auto good = checkMembers(call->body, {"title", "edits"}); !good) return call->refuse(good.error());
  auto title = textMember(call->body, "title");
  if (!title) return call->refuse(title.error());
  auto edits = editsMember(call->body, "edits", present(desk));
  if (!edits) return call->refuse(edits.error());
  const manage::Who who = whoOf(*call);
  carryOut(
      desk, call, who,
      [&](ChangeSets& sets) { return sets.create(who, std::move(*title), std::move(*edits), call->now); }, 201);
}

void editChange(Desk& desk, const CallPtr& call) {
  const auto request = asked(desk, *call, {"version", "title", "append", "replace", "drop"}, true);
  if (!request) return;
  manage::EditsChange change;
  std::size_t kinds = 0;
  std::string list = "append";
  for (const char* name : {"append", "replace"}) {
    if (call->body.find(name) == nullptr) continue;
    auto edits = editsMember(call->body, name, present(desk));
    if (!edits) return call->refuse(edits.error());
    change.what =
        name == std::string_view("append") ? manage::EditsChange::What::Append : manage::EditsChange::What::Replace;
    change.edits = std::move(*edits);
    list = name;
    ++kinds;
  }
  if (const Json* drop = call->body.find("drop")) {
    const auto* numbers = drop->array();
    if (numbers == nullptr) return call->refuse({ProblemCode::BadValue, "drop is a list of numbers.", "/drop", {}});
    for (const Json& number : *numbers) {
      if (number.number() == nullptr || *number.number() >= request->draft->edits.size()) {
        return call->refuse({ProblemCode::BadValue, "drop is a list of numbers of edits, from 0.", "/drop", {}});
      }
      change.drop.push_back(static_cast<std::size_t>(*number.number()));
    }
    change.what = manage::EditsChange::What::Drop;
    ++kinds;
  }
  if (kinds > 1) return call->refuse({ProblemCode::BadValue, "One of append, replace and drop at a time.", {}, {}});
  if (call->body.find("title") != nullptr) {
    auto title = textMember(call->body, "title");
    if (!title) return call->refuse(title.error());
    change.title = std::move(*title);
  }
  carryOut(
      desk, call, request->who,
      [&](ChangeSets& sets) {
        return sets.edit(request->who, request->draft->id, request->version, std::move(change), call->now);
      },
      200, list);
}

void discardChange(Desk& desk, const CallPtr& call) {
  const auto request = asked(desk, *call, {});
  if (!request) return;
  desk.changes.ask(
      request->who,
      [&](ChangeSets& sets) { return sets.discard(request->who, request->draft->id, request->version, call->now); },
      [&desk, call](const Answer& answer) {
        if (answer.what == Answer::What::Refused) return refuse(desk, *call, answer);
        call->answer({}, 204);
      });
}

void mergeChange(Desk& desk, const CallPtr& call) {
  const auto request = asked(desk, *call, {"version"});
  if (!request) return;
  desk.changes.ask(
      request->who,
      [&](ChangeSets& sets) { return sets.rebase(request->who, request->draft->id, request->version, call->now); },
      [&desk, call](const Answer& answer) {
        if (answer.what == Answer::What::Refused) return refuse(desk, *call, answer);
        const Draft* draft = desk.changes.changes()->find(answer.draft);
        if (draft == nullptr) return notThere(*call);
        const san::Merged none;
        const san::Merged& merged = answer.merged ? *answer.merged : none;
        call->answer(Json::Object{{"change", changeJson(present(desk), *draft, Edits::All)},
                                  {"conflicts", differencesJson(present(desk), merged.conflicts)},
                                  {"taken", differencesJson(present(desk), merged.taken)}});
      });
}

void submitChange(Desk& desk, const CallPtr& call) {
  auto request = asked(desk, *call, {"version", "reason", "ticket"});
  if (!request) return;
  carryOut(desk, call, request->who, [&](ChangeSets& sets) {
    return sets.submit(request->who, request->draft->id, request->version, request->reason, request->ticket, call->now);
  });
}

// Bound to the cells that were shown: by `hash` of the impact, else to those of now.
void approveChange(Desk& desk, const CallPtr& call) {
  const auto request = asked(desk, *call, {"version", "hash"});
  if (!request) return;
  auto hash = textMember(call->body, "hash");
  if (!hash) return call->refuse(hash.error());
  carryOut(desk, call, request->who, [&](ChangeSets& sets) {
    if (hash->empty()) {
      if (const auto seen = sets.preview(request->draft->id)) *hash = seen->hash;
    }
    return sets.approve(request->who, request->draft->id, request->version, *hash, call->now);
  });
}

void rejectChange(Desk& desk, const CallPtr& call) {
  const auto request = asked(desk, *call, {"version", "reason"});
  if (!request) return;
  carryOut(desk, call, request->who, [&](ChangeSets& sets) {
    return sets.refuse(request->who, request->draft->id, request->version, request->reason, call->now);
  });
}

// The answer comes when the first part is durable; GET shows how it goes on.
void commitChange(Desk& desk, const CallPtr& call) {
  const auto request = asked(desk, *call, {"version", "reason", "ticket", "override"});
  if (!request) return;
  carryOut(desk, call, request->who, [&](ChangeSets& sets) {
    return sets.commit(request->who, {request->draft->id, request->version, request->reason, request->override},
                       call->now);
  });
}

void confirmChange(Desk& desk, const CallPtr& call) {
  const auto request = asked(desk, *call, {});
  if (!request) return;
  carryOut(desk, call, request->who,
           [&](ChangeSets& sets) { return sets.confirm(request->who, request->draft->id, call->now); });
}

// In the confirm window the change set itself, rolled back; later, the draft that takes it back.
void rollBackChange(Desk& desk, const CallPtr& call) {
  const auto request = asked(desk, *call, {"version", "reason", "ticket"});
  if (!request) return;
  desk.changes.ask(
      request->who,
      [&](ChangeSets& sets) { return sets.rollback(request->who, request->draft->id, request->reason, call->now); },
      [&desk, call, id = request->draft->id](const Answer& answer) {
        if (answer.what == Answer::What::Refused) return refuse(desk, *call, answer);
        const Draft* made = desk.changes.changes()->find(answer.draft);
        const bool later = made != nullptr && made->editable();
        Json::Array left;
        for (const san::Dropped& one : answer.left) {
          left.emplace_back(Json::Object{{"object", san::refText(present(desk), one.object)},
                                         {"field", one.field.empty() ? Json() : Json(one.field)},
                                         {"why", one.why}});
        }
        answerChange(desk, *call, later ? answer.draft : id, later ? 201 : 200, {{"left", std::move(left)}});
      });
}

// ---- Documents -----------------------------------------------------------------------------------------------------

void exportDocument(Desk&, const CallPtr& call) {
  const auto kinds = kindsOf(*call, san::documentKinds());
  if (!kinds) return call->refuse(kinds.error());
  call->answer(san::exportDocument(call->snapshot(), *kinds, [&](ObjectRef ref) { return call->sees(ref); }));
}

void planDocument(Desk& desk, const CallPtr& call) {
  const std::string_view mode = call->parameter("mode");
  if (!mode.empty() && mode != "merge" && mode != "whole") {
    return call->refuse({ProblemCode::BadParameter, "mode is merge or whole.", "mode", {}});
  }
  san::DocumentPlan plan = san::planDocument(present(desk), call->body,
                                             mode == "whole" ? san::DocumentMode::Whole : san::DocumentMode::Merge);
  if (!plan.errors.empty()) {
    Json::Array errors;
    for (const san::DocumentError& error : plan.errors) {
      errors.emplace_back(Json::Object{{"pointer", error.pointer}, {"text", error.text}});
    }
    return call->refuse({ProblemCode::BadValue, plan.errors.front().text, plan.errors.front().pointer, {}},
                        {{"errors", std::move(errors)}});
  }
  const manage::Who who = whoOf(*call);
  std::string title(call->parameter("title"));
  if (title.empty()) title = "as a document says";
  carryOut(
      desk, call, who,
      [&](ChangeSets& sets) { return sets.create(who, std::move(title), std::move(plan.edits), call->now); }, 201);
}

}  // namespace

void handleChange(Desk& desk, const CallPtr& call) {
  if (desk.changes.changes() == nullptr || desk.timeline.empty()) {
    return call->refuse({ProblemCode::NotReady, {}, {}, {}});
  }
  switch (call->routed.route) {
    case Route::ListChanges:
      return listChanges(desk, call);
    case Route::CreateChange:
      return createChange(desk, call);
    case Route::GetChange:
      return getChange(desk, call);
    case Route::EditChange:
      return editChange(desk, call);
    case Route::DiscardChange:
      return discardChange(desk, call);
    case Route::DiffChange:
      return lookAt(desk, call, [](const Around& around, base::Now) { return diffOn(around); });
    case Route::ImpactChange:
      return lookAt(desk, call, &impactOn);
    case Route::MergeChange:
      return mergeChange(desk, call);
    case Route::SubmitChange:
      return submitChange(desk, call);
    case Route::ApproveChange:
      return approveChange(desk, call);
    case Route::RejectChange:
      return rejectChange(desk, call);
    case Route::CommitChange:
      return commitChange(desk, call);
    case Route::ConfirmChange:
      return confirmChange(desk, call);
    case Route::RollBackChange:
      return rollBackChange(desk, call);
    case Route::ExportDocument:
      return exportDocument(desk, call);
    case Route::PlanDocument:
      return planDocument(desk, call);
    default:
      call->refuse({ProblemCode::NotFound, {}, {}, {}});
  }
}

}  // namespace api
