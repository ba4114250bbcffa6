#include "isns-server/api/change_looks.h"

#include <algorithm>

#include "isns-server/api/answer_later.h"
#include "isns-server/api/change_json.h"
#include "isns-server/api/change_request.h"
#include "isns-server/api/model_json.h"
#include "isns-server/manage/changes/ledger.h"
#include "shared/san/rules.h"

namespace api {

using base::Json;
using manage::Draft;
using mgmt::ProblemCode;
using san::Kind;

namespace {

// The states before and after a change set: of a draft the present one and what it would be, of one that is committed
// what was around it.
struct Around {
  san::Snapshot before;
  std::vector<san::Edit> edits;        // of a draft
  std::optional<san::Snapshot> after;  // of one that is committed
  Timeline::InsightPtr insight;        // of before
  san::Seconds judged = 0;             // the time that findings are judged by
  bool approves = false;               // a draft whose commit writes the ledger of approved reach
  san::Seconds drain = 0;              // of a draft
  std::vector<std::string> scope = {};  // of who looks; empty: everything
};

std::string textOf(const Around& around, const san::EditError& error) {
  return around.scope.empty() ? error.text : san::textForScope(error);
}

// On a worker.
Wanted<san::Snapshot> afterOf(const Around& around) {
  if (around.after) return *around.after;
  auto applied =
      san::apply(around.before, around.edits, san::Writer::ChangeSet, around.before.revision + 1, around.before.time);
  if (applied) return std::move(applied->snapshot);
  return problem(ProblemCode::StaleDraft, textOf(around, applied.error()),
                 applied.error().edit ? "/edits/" + std::to_string(*applied.error().edit) : std::string());
}

// Findings of both states by what is desired, as far as they concern who looks; texts are made for those alone that
// differ.
Json findingsOf(const Around& around, const san::SanIndex& after) {
  const san::SanIndex& before = around.insight->index();
  const auto was = around.insight->findings(Insight::Use::Compared, around.judged);
  san::FindingContext context = Insight::contextOf(Insight::Use::Compared, around.judged);
  const san::Findings is = san::evaluate(after, context);
  san::FindingsImpact bare = san::impactOn(*was, is);
  if (!around.scope.empty()) {
    const auto keep = [&](std::vector<const san::Finding*>& findings, const san::Scope& scope) {
      std::erase_if(findings, [&](const san::Finding* finding) { return !scope.concerns(*finding); });
    };
    const san::Scope then(after.snapshot(), around.scope);
    keep(bare.appeared, then);
    keep(bare.grown, then);
    keep(bare.cleared, san::Scope(before.snapshot(), around.scope));
  }
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

// The two steps of a draft with a drain.
struct Steps {
  san::DrainPlan plan;
  san::Snapshot middle;
  san::Snapshot end;  // with the numbers of `middle`
};
// Nothing where nothing waits.
Wanted<std::optional<Steps>> stepsOf(const Around& around) {
  if (around.drain == 0) return std::optional<Steps>{};
  auto plan = san::planDrain(around.insight->index(), around.edits, around.judged + around.drain);
  if (!plan) return problem(ProblemCode::BadValue, textOf(around, plan.error()), "/drain");
  if (plan->leaving.empty()) return std::optional<Steps>{};
  const auto applied = [](const san::Snapshot& to, const std::vector<san::Edit>& edits) {
    return san::apply(to, edits, san::Writer::ChangeSet, to.revision + 1, to.time);
  };
  auto middle = applied(around.before, plan->now);
  if (!middle) return problem(ProblemCode::BadValue, textOf(around, middle.error()), "/drain");
  auto end = applied(middle->snapshot, san::withdrawalOf(*plan, around.before, middle->snapshot).edits);
  if (!end) return problem(ProblemCode::BadValue, textOf(around, end.error()), "/drain");
  return std::optional<Steps>(Steps{std::move(*plan), std::move(middle->snapshot), std::move(end->snapshot)});
}

Wanted<Json> diffOn(const Around& around) {
  const auto after = afterOf(around);
  if (!after) return base::Failure<mgmt::Problem>{after.error()};
  Json json = diffJson(san::diff(around.before, *after), around.before, *after);
  const auto steps = stepsOf(around);
  if (!steps) return base::Failure<mgmt::Problem>{steps.error()};
  if (!*steps) return json;
  const auto lines = [](const san::Snapshot& from, const san::Snapshot& to) {
    Json::Array list;
    for (const std::string& line : san::textLines(san::diff(from, to), from, to)) list.emplace_back(line);
    return list;
  };
  Json::Object members = *json.object();
  const san::Snapshot& middle = (*steps)->middle;
  members.push_back(
      {"drain", Json::Object{{"now", lines(around.before, middle)}, {"later", lines(middle, (*steps)->end)}}});
  return Json(std::move(members));
}

// With what the commit of an approved draft writes into the ledger of approved reach: what it gives is approved by it.
std::unique_ptr<const san::SanIndex> approvedState(const san::SanIndex& before, const san::SanIndex& after,
                                                   const san::Impact& impact) {
  const san::Snapshot& snapshot = after.snapshot();
  san::SnapshotEditor editor(snapshot, snapshot.revision, snapshot.time);
  if (!manage::writeLedger(editor, 0, before, after, impact.listed)) return nullptr;
  auto approved = editor.finish();
  return approved ? std::make_unique<const san::SanIndex>(std::move(*approved)) : nullptr;
}

Wanted<Json> impactOn(const Around& around) {
  const auto after = afterOf(around);
  if (!after) return base::Failure<mgmt::Problem>{after.error()};
  const san::SanIndex& before = around.insight->index();
  const san::SanIndex index(*after);
  const san::Impact impact = san::impact(before, index, manage::kAllCells);
  const san::Diff diff = san::diff(around.before, *after);
  const auto approved = around.approves ? approvedState(before, index, impact) : nullptr;
  const san::SanIndex* const judged = approved != nullptr ? approved.get() : &index;
  Json json = impactJson(impact, before, index);
  Json::Object members = *json.object();
  members.push_back({"findings", findingsOf(around, *judged)});
  members.push_back({"objections", around.after
                                       ? Json(Json::Array{})
                                       : objectionsJson(*after, san::objectionsTo(diff, impact, before, index,
                                                                                  around.judged, around.drain))});
  members.push_back({"hash", manage::hashOf(impact.listed, around.before, *after)});
  const auto steps = stepsOf(around);
  if (!steps) return base::Failure<mgmt::Problem>{steps.error()};
  members.push_back({"drain", *steps ? drainJson((*steps)->plan, before, san::SanIndex((*steps)->middle),
                                                 san::SanIndex((*steps)->end))
                                     : Json()});
  return Json(std::move(members));
}

using Look = Wanted<Json> (*)(const Around& around);

void lookAt(Desk& desk, const CallPtr& call, Look look) {
  const auto show = [&desk, call, look](Around around) {
    around.scope = call->who.scope;
    answerLater(desk.workers, call, [look, around = std::move(around)] { return look(around); });
  };
  const Draft* draft = draftOf(desk, *call);
  // As it would be if it were due now.
  if (draft != nullptr && draft->state == manage::DraftState::Waiting) {
    san::Grafted due = san::dueEdits({draft->edits, draft->expected}, present(desk));
    return show({present(desk), std::move(due.edits), std::nullopt, desk.timeline.insight(),
                 base::unixSeconds(call->now.wall), !draft->approver.empty(), 0});
  }
  if (draft != nullptr && (draft->editable() || draft->state == manage::DraftState::Discarded)) {
    const bool approves = present(desk).settings().approvalNeeded || draft->state == manage::DraftState::Approved;
    return show({present(desk), draft->edits, std::nullopt, desk.timeline.insight(), base::unixSeconds(call->now.wall),
                 approves, draft->drain});
  }
  san::Revision first = 0;
  san::Revision last = 0;
  if (draft != nullptr) {
    first = draft->stored;
    last = draft->lastRevision();
  } else if (const auto* record = recordOf(desk, *call)) {
    first = record->created;
    last = record->lastRevision();
  }
  if (first == 0) return refuseNotThere(*call);
  // In one part, or in two that follow each other: nobody else's is between them.
  const bool alone = last - first <= 1;
  const auto undo = alone || draft == nullptr ? std::vector<san::Edit>{} : draft->undo;
  snapshotsAt(desk, first - 1, last, [&desk, call, show, alone, undo](const Wanted<Pasts>& pasts) {
    if (!pasts) return call->refuse(pasts.error());
    const san::Snapshot& after = pasts->last;
    if (alone) return show({pasts->first, {}, after, desk.timeline.insightOf(pasts->first), after.time, false, 0});
    const auto before = stateBefore(*pasts, undo, call->who.scope.empty());
    if (!before) {
      return call->refuse(
          {ProblemCode::WrongState,
           "Others have changed what it is about between its two parts.",
           {},
           "What it did by itself cannot be told apart any more: ask somebody who sees the whole SAN."});
    }
    show({*before, {}, after, std::make_shared<const Insight>(*before, Insight::Keep::Index), after.time, false, 0});
  });
}

// The place of a change set in the list, the newest first: when it was begun, or of one of which no draft is kept when
// it was committed; of one second, what people make before what clients did. Nothing that happens to it later moves it,
// and a number of JSON that anybody reads holds it until 2106.
std::uint64_t placeOf(san::Id id, san::Seconds time) {
  constexpr std::uint64_t kOfPeople = std::uint64_t{1} << 20;
  const std::uint64_t person = id <= manage::kMaxDraftId ? kOfPeople : 0;
  return (static_cast<std::uint64_t>(std::max<san::Seconds>(time, 0)) << 21) | person | (id & (kOfPeople - 1));
}
constexpr std::uint64_t kLastPlace = (std::uint64_t{1} << 53) - 1;

struct Listed {
  std::uint64_t place = 0;
  const Draft* draft = nullptr;  // or
  const san::ChangeSet* record = nullptr;
};

// Of those from the cursor on, in no order.
std::vector<Listed> listedFrom(Desk& desk, std::uint64_t cursor, std::string_view state) {
  std::vector<Listed> all;
  const auto list = [&](Listed one, std::string_view its) {
    if (one.place <= cursor && (state.empty() || state == its)) all.push_back(one);
  };
  const manage::ChangeSets& changes = *desk.changes.changes();
  for (const Draft* draft : changes.list()) {
    list({placeOf(draft->id, draft->createdAt), draft, nullptr}, san::wordOf(draft->state));
  }
  present(desk).table<san::ChangeSet>().forEach([&](san::Id id, const san::ChangeSet& record) {
    if (changes.find(id) != nullptr) return;
    list({placeOf(id, record.committedAt), nullptr, &record}, san::wordOf(record.state));
  });
  return all;
}

}  // namespace

std::optional<san::Snapshot> stateBefore(const Pasts& around, const std::vector<san::Edit>& undo, bool seesAll) {
  const san::Snapshot& after = around.last;
  if (!undo.empty()) {
    auto undone = san::apply(after, undo, san::Writer::ChangeSet, after.revision, after.time);
    if (undone) return std::move(undone->snapshot);
  }
  if (!seesAll) return std::nullopt;
  return around.first;
}

void listChanges(Desk& desk, const CallPtr& call) {
  const auto limit = call->numberParameter("limit", 100, kMaxPage, 1);
  if (!limit) return call->refuse(limit.error());
  const auto cursor = call->numberParameter("cursor", kLastPlace, kLastPlace);
  if (!cursor) return call->refuse(cursor.error());
  const std::string_view state = call->parameter("state");
  if (!state.empty() && !san::fromWord<manage::DraftState>(state) && !san::fromWord<san::ChangeState>(state)) {
    return call->refuse({ProblemCode::BadParameter, "There is no state of that name.", "state", {}});
  }
  // There may be many, of which a page is few: only those are put in order, judged by the scope and made into JSON.
  std::vector<Listed> rest = listedFrom(desk, *cursor, state);
  const auto later = [](const Listed& a, const Listed& b) { return a.place < b.place; };
  std::ranges::make_heap(rest, later);
  Json::Array items;
  Json next;
  while (!rest.empty()) {
    std::ranges::pop_heap(rest, later);
    const Listed one = rest.back();
    rest.pop_back();
    const bool shown =
        one.draft != nullptr ? isShown(*call, *one.draft) : call->sees({Kind::ChangeSet, one.record->id});
    if (!shown) continue;
    if (items.size() == *limit) {
      next = Json(one.place);
      break;
    }
    items.push_back(one.draft != nullptr ? changeJson(present(desk), *one.draft, Edits::Count)
                                         : recordJson(*one.record));
  }
  call->answer(Json::Object{{"items", std::move(items)}, {"next_cursor", std::move(next)}});
}

void getChange(Desk& desk, const CallPtr& call) {
  if (const Draft* draft = draftOf(desk, *call)) return answerChange(desk, *call, draft->id);
  const auto* record = recordOf(desk, *call);
  if (record == nullptr) return refuseNotThere(*call);
  call->answer(recordJson(*record));
}

void diffChange(Desk& desk, const CallPtr& call) { lookAt(desk, call, &diffOn); }

void impactChange(Desk& desk, const CallPtr& call) { lookAt(desk, call, &impactOn); }

}  // namespace api
