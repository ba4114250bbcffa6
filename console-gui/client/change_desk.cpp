#include "console-gui/client/change_desk.h"

#include <algorithm>

#include "console-gui/client/demo_agents.h"
#include "console-gui/client/problem_reader.h"
#include "shared/base/json_members.h"
#include "shared/mgmt/edit_json.h"
#include "shared/san/edits_of.h"
#include "shared/san/guards.h"
#include "shared/san/inverse.h"

namespace console {
namespace {

using base::Json;
using mgmt::Route;

Json orNull(const std::string& text) { return text.empty() ? Json() : Json(text); }
Json orNull(std::uint64_t number) { return number == 0 ? Json() : Json(number); }
Json orNull(san::Seconds time) { return time == 0 ? Json() : Json(static_cast<std::uint64_t>(time)); }

// What a change set makes of the SAN: its edits, the record of it, and what agents do then.
san::Edited<san::Snapshot> committed(const san::Snapshot& present, std::span<const san::Edit> edits, std::uint64_t id,
                                     const std::string& user, const std::string& reason, const std::string& ticket,
                                     san::ChangeOrigin origin, san::Seconds now) {
  auto applied = san::apply(present, edits, san::Writer::ChangeSet, present.revision + 1, now);
  if (!applied) return base::fail(applied.error());
  san::SnapshotEditor editor(std::move(applied->snapshot), present.revision + 1, now);
  if (auto made = editor.create(san::Kind::ChangeSet, static_cast<san::Id>(id))) {
    auto& record = editor.own<san::ChangeSet>(made->id);
    record.author = user;
    record.origin = origin;
    record.state = san::ChangeState::Confirming;
    record.reason = reason;
    record.ticket = ticket;
    record.committedAt = now;
  }
  demoAgentsReport(editor, now);
  return editor.finish();
}

}  // namespace

bool ChangeDesk::ask(const Ask& question, const san::Snapshot& present, san::Seconds now, Answer& answer) {
  switch (question.route) {
    case Route::ListChanges: {
      Json::Array items;
      for (auto at = changes_.rbegin(); at != changes_.rend(); ++at) items.push_back(json(*at, present, Edits::Count));
      answer = Json(Json::Object{{"items", std::move(items)}, {"next_cursor", Json()}});
      return true;
    }
    case Route::CreateChange:
      answer = create(question, present, now);
      return true;
    case Route::GetChange:
    case Route::ImpactChange:
    case Route::DiscardChange:
    case Route::SubmitChange:
    case Route::ApproveChange:
    case Route::CommitChange:
    case Route::ConfirmChange:
    case Route::RollBackChange: {
      Change* change = question.segments.empty() ? nullptr : find(question.segments[0]);
      if (change == nullptr) {
        answer = refuse(mgmt::ProblemCode::NoSuchObject, "There is no such change set.");
      } else {
        answer = step(*change, question, present, now);
      }
      return true;
    }
    default:
      return false;
  }
}

void ChangeDesk::addPast(const san::Snapshot& before, const san::Snapshot& after) {
  const san::Diff diff = san::diff(before, after);
  const auto made = std::ranges::find_if(diff.objects, [](const san::ObjectChange& one) {
    return one.object.kind == san::Kind::ChangeSet && one.fate == san::Fate::Created;
  });
  if (made == diff.objects.end() || changes_.size() >= kMost) return;
  const auto& record = *after.get<san::ChangeSet>(made->object.id);
  Change change;
  change.id = made->object.id;
  change.author = record.author;
  change.approver = record.approver;
  change.state = "confirmed";
  change.title = change.reason = record.reason;
  change.ticket = record.ticket;
  change.edits = san::editsOf(diff, san::Writer::ChangeSet);
  change.base = change.before = before;
  change.after = after;
  change.createdAt = change.committedAt = change.endedAt = record.committedAt;
  lastId_ = std::max(lastId_, change.id);
  changes_.push_back(std::move(change));
}

ChangeDesk::Change* ChangeDesk::find(const std::string& id) {
  const auto at = std::ranges::find_if(changes_, [&](const Change& one) { return std::to_string(one.id) == id; });
  return at == changes_.end() ? nullptr : &*at;
}

Json ChangeDesk::json(const Change& change, const san::Snapshot& present, Edits edits) const {
  const bool stale = change.committedAt == 0 && !san::staleObjects(san::footprint(change.base, change.edits), present).empty();
  Json::Object json{{"id", change.id},
                    {"version", change.version},
                    {"state", change.state},
                    {"step", change.committedAt == 0 ? "none" : "done"},
                    {"origin", change.undoes == 0 ? "person" : "rollback"},
                    {"title", change.title},
                    {"author", change.author},
                    {"approver", orNull(change.approver)},
                    {"reason", orNull(change.reason)},
                    {"ticket", orNull(change.ticket)},
                    {"exception", orNull(change.exception)},
                    {"override", orNull(change.overrideReason)},
                    {"note", orNull(change.note)},
                    {"undoes", orNull(change.undoes)},
                    {"drain", Json()},
                    {"drains", Json()},
                    {"due_at", Json()},
                    {"base_revision", change.base.revision},
                    {"revision", change.committedAt == 0 ? Json() : Json(change.after.revision)},
                    {"confirm_deadline", orNull(change.confirmBy)},
                    {"stale", stale},
                    {"created_at", orNull(change.createdAt)},
                    {"committed_at", orNull(change.committedAt)},
                    {"ended_at", orNull(change.endedAt)},
                    {"edit_count", std::uint64_t{change.edits.size()}}};
  if (edits == Edits::Count) return json;
  json.push_back({"edits", mgmt::toJson(change.committedAt == 0 ? change.base : change.before, change.edits,
                                        mgmt::References::Names)});
  json.push_back({"pending_targets", Json::Array{}});
  return json;
}

Answer ChangeDesk::create(const Ask& question, const san::Snapshot& present, san::Seconds now) {
  if (changes_.size() >= kMost) return refuse(mgmt::ProblemCode::LimitReached, "The demo keeps 200 change sets. Begin it anew.");
  Change change;
  const san::Revision seen = base::numberOf(question.body, "base_revision");
  const auto base = seen == 0 || seen == present.revision ? std::optional(present) : at_(seen);
  if (!base) return refuse(mgmt::ProblemCode::RevisionGone, "The demo does not know that revision.");
  if (const Json* edits = question.body.find("edits"); edits != nullptr && !edits->isNull()) {
    auto read = mgmt::editsFromJson(*edits, *base);
    if (!read) return refuse(mgmt::ProblemCode::BadValue, read.error().text);
    change.edits = std::move(*read);
  }
  change.id = ++lastId_;
  change.author = user_;
  change.title = base::textOf(question.body, "title");
  change.base = *base;
  change.createdAt = now;
  changes_.push_back(std::move(change));
  return json(changes_.back(), present);
}

Answer ChangeDesk::step(Change& change, const Ask& question, const san::Snapshot& present, san::Seconds now) {
  const auto wrongState = [&](const char* what) {
    return refuse(mgmt::ProblemCode::WrongState, "The change set is " + change.state + ": it cannot be " + what + ".");
  };
  const bool ended = change.state == "confirmed" || change.state == "rolled-back" || change.state == "discarded";
  switch (question.route) {
    case Route::GetChange:
      return json(change, present);
    case Route::ImpactChange:
      return impact(change, present, now);
    case Route::DiscardChange:
      if (ended || change.committedAt != 0) return wrongState("discarded");
      change.state = "discarded";
      change.endedAt = now;
      return Json();
    case Route::SubmitChange:
      if (change.state != "open") return wrongState("submitted");
      change.reason = base::textOf(question.body, "reason");
      change.ticket = base::textOf(question.body, "ticket");
      if (change.reason.empty()) return refuse(mgmt::ProblemCode::BadValue, "A reason is missing: write why this is to change.");
      change.state = "submitted";
      break;
    case Route::ApproveChange:
      if (change.state != "submitted") return wrongState("approved");
      change.state = "approved";
      change.approver = user_;
      break;
    case Route::CommitChange:
      if (change.state != "submitted" && change.state != "approved") return wrongState("committed");
      return commit(change, question.body, present, now);
    case Route::ConfirmChange:
      if (change.state != "confirming") return wrongState("confirmed");
      change.state = "confirmed";
      change.confirmBy = 0;
      change.endedAt = now;
      break;
    case Route::RollBackChange:
      if (change.committedAt == 0 || change.state == "rolled-back") return wrongState("taken back");
      return rollBack(change, present, now, base::textOf(question.body, "reason"));
    default:
      break;
  }
  ++change.version;
  return json(change, present);
}

// Of one that has not taken effect. Nobody else is here whose approval would have to be bound to it by a hash.
Answer ChangeDesk::impact(const Change& change, const san::Snapshot& present, san::Seconds now) {
  const auto after = san::apply(present, change.edits, san::Writer::ChangeSet, present.revision + 1, now);
  if (!after) return refuse(mgmt::ProblemCode::BadValue, after.error().text);
  const san::SanIndex before(present);
  const san::SanIndex then(after->snapshot);
  const san::Impact impact = san::impact(before, then);
  Json::Array sentences;
  for (const std::string& one : san::sentencesOf(impact, before, then)) sentences.emplace_back(one);
  Json::Array objections;
  for (const san::Objection& one : san::objectionsTo(san::diff(present, after->snapshot), impact, before, then, now)) {
    objections.emplace_back(Json::Object{{"severity", san::wordOf(one.severity)}, {"text", one.text}});
  }
  return Json(Json::Object{{"sentences", std::move(sentences)}, {"objections", std::move(objections)}, {"hash", ""}});
}

Answer ChangeDesk::commit(Change& change, const Json& body, const san::Snapshot& present, san::Seconds now) {
  if (!san::staleObjects(san::footprint(change.base, change.edits), present).empty()) {
    return refuse(mgmt::ProblemCode::StaleDraft, "Others have changed what it touches. Bring the draft onto the present SAN.");
  }
  auto after = committed(present, change.edits, change.id, user_, change.reason, change.ticket, san::ChangeOrigin::Person, now);
  if (!after) return refuse(mgmt::ProblemCode::BadValue, after.error().text);
  const san::SanIndex before(present);
  const san::SanIndex then(*after);
  const auto objections = san::objectionsTo(san::diff(present, *after), san::impact(before, then), before, then, now);
  const bool hasReason = !base::textOf(body, "reason").empty() || !base::textOf(body, "override").empty();
  for (const san::Objection& one : objections) {
    if (one.severity == san::Resistance::Refuse || (one.severity == san::Resistance::NeedsReason && !hasReason)) {
      return refuse(mgmt::ProblemCode::Guard, one.text);
    }
  }
  change.exception = base::textOf(body, "reason");
  change.overrideReason = base::textOf(body, "override");
  change.before = present;
  change.after = *after;
  change.committedAt = now;
  const san::Seconds window = present.settings().confirmWithin;
  change.state = window == 0 ? "confirmed" : "confirming";
  change.confirmBy = window == 0 ? 0 : now + window;
  ++change.version;
  publish_(std::move(*after));
  return json(change, present);
}

Answer ChangeDesk::rollBack(Change& change, const san::Snapshot& present, san::Seconds now, const std::string& why) {
  const san::Inverse inverse = san::inverse(change.before, change.after, present);
  auto after = committed(present, inverse.edits, ++lastId_, user_, why.empty() ? "Taken back: " + change.reason : why, change.ticket,
                         san::ChangeOrigin::Rollback, now);
  if (!after) return refuse(mgmt::ProblemCode::BadValue, after.error().text);
  change.state = "rolled-back";
  change.note = why;
  change.confirmBy = 0;
  change.endedAt = now;
  ++change.version;
  Json answer = json(change, *after);
  publish_(std::move(*after));
  return answer;
}

void ChangeDesk::onTime(const san::Snapshot& present, san::Seconds now) {
  for (Change& change : changes_) {
    if (change.state == "confirming" && change.confirmBy <= now) {
      (void)rollBack(change, present, now, "Nobody confirmed it in time.");
      return;  // one at a time: the present one has changed
    }
  }
}

san::Seconds ChangeDesk::nextDeadline() const {
  san::Seconds next = 0;
  for (const Change& change : changes_) {
    if (change.state == "confirming" && (next == 0 || change.confirmBy < next)) next = change.confirmBy;
  }
  return next;
}

}  // namespace console
