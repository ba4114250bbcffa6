#include "isns-server/api/change_json.h"

#include "shared/mgmt/edit_json.h"

namespace api {

using base::Json;
using manage::Draft;
using san::Kind;
using san::ObjectRef;

namespace {

Json timeOrNull(san::Seconds time) { return time == 0 ? Json() : Json(static_cast<std::uint64_t>(time)); }
Json textOrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }
Json number(std::size_t value) { return static_cast<std::uint64_t>(value); }

// Of the state in which it is, or, where it is gone there, of the one in which it was.
std::string refOf(const san::Snapshot& snapshot, const san::Snapshot& other, ObjectRef ref) {
  return san::refText(snapshot.get(ref) != nullptr ? snapshot : other, ref);
}

Json reachJson(const san::CellReach& reach) {
  return Json::Object{{"works", san::wordOf(reach.works)},
                      {"gets_in", san::wordOf(reach.getsIn)},
                      {"right", reach.getsIn == san::Truth::No ? Json() : Json(san::wordOf(reach.right))}};
}

Json turnsJson(const san::Turns& turns) {
  return Json::Object{{"gained", number(turns.gained)}, {"lost", number(turns.lost)}, {"rights", number(turns.rights)}};
}

}  // namespace

Json changeJson(const san::Snapshot& snapshot, const Draft& draft, Edits edits) {
  const san::Revision revision = draft.lastRevision();
  Json::Object json{
      {"id", draft.id},
      {"version", draft.version},
      {"state", san::wordOf(draft.state)},
      {"step", san::wordOf(draft.step)},
      {"origin", san::wordOf(draft.origin)},
      {"title", draft.title},
      {"author", draft.author},
      {"approver", textOrNull(draft.approver)},
      {"reason", textOrNull(draft.reason)},
      {"ticket", textOrNull(draft.ticket)},
      {"exception", textOrNull(draft.exception)},
      {"override", textOrNull(draft.overrideReason)},
      {"note", textOrNull(draft.note)},
      {"undoes", draft.undoes == 0 ? Json() : Json(draft.undoes)},
      {"drain", draft.drain == 0 ? Json() : Json(static_cast<std::uint64_t>(draft.drain))},
      {"drains", draft.drains == 0 ? Json() : Json(draft.drains)},
      {"due_at", timeOrNull(draft.dueAt)},
      {"base_revision", draft.base},
      {"revision", revision == 0 ? Json() : Json(revision)},
      {"confirm_deadline", draft.state == manage::DraftState::Confirming ? timeOrNull(draft.confirmBy) : Json()},
      {"stale", draft.editable() && !san::staleObjects(draft.footprint, snapshot).empty()},
      {"created_at", timeOrNull(draft.createdAt)},
      {"committed_at", timeOrNull(draft.committedAt)},
      {"ended_at", timeOrNull(draft.endedAt)},
      {"edit_count", number(draft.edits.size())}};
  if (edits == Edits::Count) return json;
  json.push_back({"edits", mgmt::toJson(snapshot, draft.edits, mgmt::References::Names)});
  Json::Array pending;
  for (const manage::PendingTarget& one : draft.pending) {
    pending.emplace_back(san::refText(snapshot, {Kind::Node, one.target}));
  }
  json.push_back({"pending_targets", std::move(pending)});
  return json;
}

Json recordJson(const san::ChangeSet& record) {
  return Json::Object{{"id", record.id},
                      {"version", std::uint64_t{0}},
                      {"state", san::wordOf(record.state)},
                      {"step", "done"},
                      {"origin", san::wordOf(record.origin)},
                      {"title", ""},
                      {"author", record.author},
                      {"approver", textOrNull(record.approver)},
                      {"reason", textOrNull(record.reason)},
                      {"ticket", textOrNull(record.ticket)},
                      {"exception", {}},
                      {"override", {}},
                      {"note", {}},
                      {"undoes", {}},
                      {"drain", {}},
                      {"drains", {}},
                      {"due_at", {}},
                      {"base_revision", {}},
                      {"revision", record.lastRevision()},
                      {"confirm_deadline", {}},
                      {"stale", false},
                      {"created_at", {}},
                      {"committed_at", timeOrNull(record.committedAt)},
                      {"ended_at", {}},
                      {"edit_count", {}}};
}

Json refsJson(const san::Snapshot& snapshot, const std::vector<ObjectRef>& refs) {
  Json::Array list;
  for (ObjectRef ref : refs) list.emplace_back(san::refText(snapshot, ref));
  return list;
}

Json objectionsJson(const san::Snapshot& snapshot, const std::vector<san::Objection>& objections) {
  Json::Array list;
  for (const san::Objection& objection : objections) {
    list.emplace_back(Json::Object{{"code", san::wordOf(objection.guard)},
                                   {"severity", san::wordOf(objection.severity)},
                                   {"text", objection.text},
                                   {"objects", refsJson(snapshot, objection.objects)},
                                   {"concerned", number(objection.concerned)}});
  }
  return list;
}

Json differencesJson(const san::Snapshot& snapshot, const std::vector<san::Difference>& differences) {
  Json::Array list;
  for (const san::Difference& one : differences) {
    const auto value = [&](const san::Value& given) {
      return mgmt::toJson(snapshot, given, mgmt::References::Names);
    };
    list.emplace_back(Json::Object{{"object", mgmt::toJson(snapshot, one.object, mgmt::References::Names)},
                                   {"field", one.field.empty() ? Json() : Json(one.field)},
                                   {"base", value(one.base)},
                                   {"theirs", value(one.theirs)},
                                   {"ours", value(one.ours)},
                                   {"why", textOrNull(one.why)}});
  }
  return list;
}

Json impactJson(const san::Impact& impact, const san::SanIndex& before, const san::SanIndex& after) {
  const san::Snapshot& was = before.snapshot();
  const san::Snapshot& is = after.snapshot();
  const auto ref = [&](ObjectRef object) { return refOf(is, was, object); };
  const auto unit = [&](san::Id id) { return refOf(is, was, {Kind::LogicalUnit, id}); };
  Json::Array sentences;
  for (const std::string& sentence : san::sentencesOf(impact, before, after)) sentences.emplace_back(sentence);
  Json::Array cells;
  for (const san::CellChange& cell : impact.listed) {
    if (cells.size() == kListed) break;
    cells.emplace_back(Json::Object{{"host", ref(cell.host)},
                                    {"unit", unit(cell.unit)},
                                    {"turn", san::wordOf(cell.turn)},
                                    {"before", reachJson(cell.before)},
                                    {"after", reachJson(cell.after)}});
  }
  Json::Array hosts;
  for (const san::HostImpact& host : impact.hosts) {
    hosts.emplace_back(Json::Object{{"host", ref(host.host)},
                                    {"units", turnsJson(host.units)},
                                    {"units_before", number(host.unitsBefore)},
                                    {"units_after", number(host.unitsAfter)}});
  }
  Json::Array units;
  for (const san::UnitImpact& one : impact.units) {
    units.emplace_back(Json::Object{
        {"unit", unit(one.unit)}, {"hosts", turnsJson(one.hosts)}, {"lost_in_use", number(one.lostInUse)}});
  }
  Json::Array sessions;
  for (const san::SessionImpact& session : impact.sessions) {
    Json::Array lost;
    for (san::Id id : session.lost) lost.emplace_back(unit(id));
    Json::Array rights;
    for (san::Id id : session.rights) rights.emplace_back(unit(id));
    sessions.emplace_back(Json::Object{{"session", ref({Kind::Session, session.session})},
                                       {"loses_target", session.losesTarget},
                                       {"lost", std::move(lost)},
                                       {"rights", std::move(rights)}});
  }
  Json::Array told;
  for (san::Id node : impact.told) told.emplace_back(ref({Kind::Node, node}));
  return Json::Object{{"sentences", std::move(sentences)},
                      {"cells", turnsJson(impact.cells)},
                      {"listed", std::move(cells)},
                      {"hosts", std::move(hosts)},
                      {"units", std::move(units)},
                      {"sessions", std::move(sessions)},
                      {"told", std::move(told)}};
}

Json drainJson(const san::DrainPlan& plan, const san::SanIndex& before, const san::SanIndex& middle,
               const san::SanIndex& after) {
  const san::Snapshot& was = before.snapshot();
  Json::Array leaving;
  for (const san::Leaving& one : plan.leaving) {
    if (leaving.size() == kListed) break;
    leaving.emplace_back(Json::Object{{"initiator", san::refText(was, {Kind::Node, one.initiator})},
                                      {"target", san::refText(was, {Kind::Node, one.target})},
                                      {"unit", san::refText(was, {Kind::LogicalUnit, one.unit})},
                                      {"lun", one.lun}});
  }
  const auto step = [](const san::SanIndex& from, const san::SanIndex& to) {
    const san::Impact impact = san::impact(from, to, kListed);
    Json::Array sentences;
    for (const std::string& sentence : san::sentencesOf(impact, from, to)) sentences.emplace_back(sentence);
    return Json::Object{{"sentences", std::move(sentences)}, {"cells", turnsJson(impact.cells)}};
  };
  return Json::Object{{"now", step(before, middle)},
                      {"later", step(middle, after)},
                      {"leaving", std::move(leaving)},
                      {"leaving_count", number(plan.leaving.size())}};
}

Json findingsJson(const san::FindingsImpact& findings) {
  const auto list = [](const std::vector<const san::Finding*>& some) {
    Json::Array made;
    for (const san::Finding* finding : some) {
      made.emplace_back(Json::Object{{"rule", finding->rule}, {"text", finding->text}});
    }
    return made;
  };
  return Json::Object{{"summary", san::textOf(findings)},
                      {"appeared", list(findings.appeared)},
                      {"grown", list(findings.grown)},
                      {"cleared", list(findings.cleared)}};
}

}  // namespace api
