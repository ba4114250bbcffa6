#include "isns-server/api/change_handlers.h"

#include "isns-server/api/change_json.h"
#include "isns-server/api/change_looks.h"
#include "isns-server/api/change_request.h"
#include "isns-server/api/document_handlers.h"
#include "isns-server/api/past.h"

namespace api {

using base::Json;
using manage::Answer;
using manage::ChangeSets;
using manage::Draft;
using mgmt::ProblemCode;
using mgmt::Route;

namespace {

// `base`: the state that the edits are for; nothing: that of when it is their turn.
void createOn(Desk& desk, const CallPtr& call, std::optional<manage::DraftBase> base) {
  auto title = textMember(call->body, "title");
  if (!title) return call->refuse(title.error());
  auto edits = editsMember(call->body, "edits", base ? base->state : present(desk));
  if (!edits) return call->refuse(edits.error());
  const auto drain = drainMember(call->body);
  if (!drain) return call->refuse(drain.error());
  const manage::Who who = whoOf(desk, *call);
  askChanges(
      desk, call, who,
      [who, call, title = std::move(*title), edits = std::move(*edits), drain = drain->value_or(0),
       base = std::move(base)](ChangeSets& sets) { return sets.create(who, title, edits, call->now, drain, base); },
      201);
}

void createChange(Desk& desk, const CallPtr& call) {
  if (auto good = checkMembers(call->body, {"title", "edits", "drain", "base_revision"}); !good)
    return call->refuse(good.error());
  const Json* member = call->body.find("base_revision");
  if (member == nullptr || member->isNull()) return createOn(desk, call, {});
  const std::uint64_t* revision = member->number();
  if (revision == nullptr || *revision == 0 || *revision > present(desk).revision) {
    return call->refuse({ProblemCode::BadValue,
                         "base_revision is the number of a revision that you have read, up to " +
                             std::to_string(present(desk).revision) + ".",
                         "/base_revision",
                         {}});
  }
  const bool kept = *revision >= desk.timeline.oldest();
  snapshotAt(desk, *revision, [&desk, call, kept](const Wanted<san::Snapshot>& state) {
    if (!state) return call->refuse(state.error());
    createOn(desk, call, manage::DraftBase{*state, kept});
  });
}

void editChange(Desk& desk, const CallPtr& call) {
  const auto request = asked(desk, *call, {"version", "title", "append", "replace", "drop", "drain"}, true);
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
      if (number.number() == nullptr || *number.number() > san::kMaxEdits) {
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
  const auto drain = drainMember(call->body);
  if (!drain) return call->refuse(drain.error());
  change.drain = *drain;
  askChanges(
      desk, call, request->who,
      [request, call, change = std::move(change)](ChangeSets& sets) {
        return sets.edit(request->who, request->draft, request->version, change, call->now);
      },
      200, list);
}

void discardChange(Desk& desk, const CallPtr& call) {
  const auto request = asked(desk, *call, {});
  if (!request) return;
  desk.changes.ask(
      request->who,
      [request, call](ChangeSets& sets) {
        return sets.discard(request->who, request->draft, request->version, call->now);
      },
      [&desk, call](const Answer& answer) {
        if (answer.what == Answer::What::Refused) return refuseChange(desk, *call, answer);
        call->answer({}, 204);
      });
}

void merge(Desk& desk, const CallPtr& call, const Asked& request, const std::optional<san::Snapshot>& base) {
  desk.changes.ask(
      request.who,
      [request, call, base](ChangeSets& sets) {
        return sets.rebase(request.who, request.draft, request.version, call->now, base);
      },
      [&desk, call](const Answer& answer) {
        if (answer.what == Answer::What::Refused) return refuseChange(desk, *call, answer);
        const Draft* draft = desk.changes.changes()->find(answer.draft);
        if (draft == nullptr) return refuseNotThere(*call);
        const san::Merged none;
        const san::Merged& merged = answer.merged ? *answer.merged : none;
        call->answer(Json::Object{{"change", changeJson(present(desk), *draft, Edits::All)},
                                  {"conflicts", differencesJson(present(desk), merged.conflicts)},
                                  {"taken", differencesJson(present(desk), merged.taken)}});
      });
}

// After a restart the state that the draft was made on comes from the history. Where that is pruned, the edits are
// carried over without a list.
void mergeChange(Desk& desk, const CallPtr& call) {
  const auto request = asked(desk, *call, {"version"});
  if (!request) return;
  const ChangeSets* changes = desk.changes.changes();
  const san::Revision gone = changes == nullptr ? 0 : changes->baseWanted(request->draft);
  if (gone == 0) return merge(desk, call, *request, {});
  desk.clerk.rebuild(gone, [&desk, call, request](const manage::Wanted<san::Snapshot>& base) {
    if (!base && base.error().code != ProblemCode::RevisionGone) return call->refuse(base.error());
    merge(desk, call, *request, base ? std::optional(*base) : std::nullopt);
  });
}

void submitChange(Desk& desk, const CallPtr& call) {
  auto request = asked(desk, *call, {"version", "reason", "ticket"});
  if (!request) return;
  askChanges(desk, call, request->who, [request, call](ChangeSets& sets) {
    return sets.submit(request->who, request->draft, request->version, request->reason, request->ticket, call->now);
  });
}

// Bound to the cells that were shown: by `hash` of the impact, else to those of now.
void approveChange(Desk& desk, const CallPtr& call) {
  const auto request = asked(desk, *call, {"version", "hash"});
  if (!request) return;
  auto hash = textMember(call->body, "hash");
  if (!hash) return call->refuse(hash.error());
  askChanges(desk, call, request->who, [request, call, hash = *hash](ChangeSets& sets) {
    return sets.approve(request->who, request->draft, request->version, hash, call->now);
  });
}

void rejectChange(Desk& desk, const CallPtr& call) {
  const auto request = asked(desk, *call, {"version", "reason"});
  if (!request) return;
  askChanges(desk, call, request->who, [request, call](ChangeSets& sets) {
    return sets.refuse(request->who, request->draft, request->version, request->reason, call->now);
  });
}

// The answer comes when the first part is durable; GET shows how it goes on.
void commitChange(Desk& desk, const CallPtr& call) {
  const auto request = asked(desk, *call, {"version", "reason", "ticket", "override", "drain"});
  if (!request) return;
  const auto drain = drainMember(call->body);
  if (!drain) return call->refuse(drain.error());
  askChanges(desk, call, request->who, [request, call, drain = *drain](ChangeSets& sets) {
    return sets.commit(request->who,
                       {request->draft, request->version, request->reason, request->override, drain, request->ticket},
                       call->now);
  });
}

void confirmChange(Desk& desk, const CallPtr& call) {
  const auto request = asked(desk, *call, {});
  if (!request) return;
  askChanges(desk, call, request->who,
             [request, call](ChangeSets& sets) { return sets.confirm(request->who, request->draft, call->now); });
}

// In the confirm window the change set itself, rolled back; later, the draft that takes it back.
void rollBackChange(Desk& desk, const CallPtr& call) {
  const auto request = asked(desk, *call, {"version", "reason", "ticket"});
  if (!request) return;
  desk.changes.ask(
      request->who,
      [request, call](ChangeSets& sets) {
        return sets.rollback(request->who, request->draft, request->reason, call->now, request->ticket,
                             request->named ? request->version : 0);
      },
      [&desk, call, id = request->draft](const Answer& answer) {
        if (answer.what == Answer::What::Refused) return refuseChange(desk, *call, answer);
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

// What there is stands in the ledger from now on; what comes later is judged by it.
void approveBaseline(Desk& desk, const CallPtr& call) {
  if (const auto known = checkMembers(call->body, {"reason"}); !known) return call->refuse(known.error());
  auto reason = textMember(call->body, "reason");
  if (!reason) return call->refuse(reason.error());
  const manage::Who who = whoOf(desk, *call);
  askChanges(desk, call, who, [who, call, reason = std::move(*reason)](ChangeSets& sets) {
    return sets.baseline(who, reason, call->now);
  });
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
      return diffChange(desk, call);
    case Route::ImpactChange:
      return impactChange(desk, call);
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
    case Route::ApproveBaseline:
      return approveBaseline(desk, call);
    case Route::ExportDocument:
      return exportDocument(desk, call);
    case Route::PlanDocument:
      return planDocument(desk, call);
    default:
      call->refuse({ProblemCode::NotFound, {}, {}, {}});
  }
}

}  // namespace api
