// Drains: what a change set takes away waits, as a change set of the server's own (shared/san/drain.h).
//
// It is stored with the first part of the one that drains, is discarded with a rollback of that one, and is begun when
// its time has come, that one is confirmed, nobody holds its objects and no freeze window holds.
#include <algorithm>

#include "isns-server/manage/changes/change_sets.h"

namespace manage {
namespace {

using san::Edit;
using san::Id;
using san::Kind;
using san::ObjectRef;

// Whether a freeze holds that the reason of the commit was not given for: that is for those as they were then.
bool frozen(const san::Snapshot& snapshot, const Draft& waiting, san::Seconds now) {
  bool any = false;
  snapshot.table<san::Window>().forEach([&](Id, const san::Window& window) {
    const bool known = !waiting.overrideReason.empty() && window.changed <= waiting.base;
    any = any || (window.kind == san::WindowKind::Freeze && window.holds(now) && !known);
  });
  return any;
}

std::string leftNote(const san::Snapshot& snapshot, const std::vector<san::Dropped>& left) {
  constexpr std::size_t kNamed = 5;
  std::string note = "It stays, as others have changed it meanwhile: ";
  for (std::size_t i = 0; i < std::min(left.size(), kNamed); ++i) {
    note += (i == 0 ? "" : ", ") + san::refText(snapshot, left[i].object);
    if (!left[i].field.empty()) note += " (" + left[i].field + ")";
  }
  return note + (left.size() > kNamed ? " and " + std::to_string(left.size() - kNamed) + " more." : ".");
}

}  // namespace

std::optional<Answer> ChangeSets::badDrain(const Who& who, Id id, san::Seconds drain) {
  if (drain == 0 || (drain >= san::kMinDrain && drain <= san::kMaxDrain)) return std::nullopt;
  return refused(who, id, Refusal::BadEdits, "A drain lasts from 1 minute to 7 days; 0: none.");
}

std::optional<Answer> ChangeSets::madeByHand(const Who& who, Id id, const std::vector<Edit>& edits) {
  const auto found = std::ranges::find(edits, Kind::Departure, [](const Edit& edit) { return edit.object.kind; });
  if (found == edits.end()) return std::nullopt;
  Answer answer = refused(who, id, Refusal::BadEdits,
                          "Departures come and go with a change set that drains: give it a drain instead.");
  answer.edit = san::EditError{san::EditFault::NotAllowed, found->object, found->field, answer.text};
  answer.edit->edit = static_cast<std::size_t>(found - edits.begin());
  return answer;
}

// A rollback of one that drains lifts its departures and discards what waits with them. A draft that has become another
// one would lift them alone, and what waits would take away the disk that nobody is told of any more. An older version
// let drafts become so.
std::optional<Answer> ChangeSets::liftsByHand(const Who& who, const Draft& next) {
  if (next.undoes != 0) return std::nullopt;
  const auto found = std::ranges::find(next.edits, Kind::Departure, [](const Edit& edit) { return edit.object.kind; });
  if (found == next.edits.end()) return std::nullopt;
  return refused(who, next.id, Refusal::BadEdits,
                 "With other edits it rolls nothing back, and departures go with a rollback alone: drop edit " +
                     std::to_string(found - next.edits.begin()) + " and all others of departures, too.");
}

// The one that takes away what this one drains, as long as it waits.
ChangeSets::Held* ChangeSets::waitingFor(Id drained) {
  for (auto& [id, held] : drafts_) {
    if (drained != 0 && held.draft.drains == drained && held.draft.state == DraftState::Waiting) return &held;
  }
  return nullptr;
}

// Why it cannot be rolled back by itself: what it drained is gone.
std::optional<Answer> ChangeSets::takenAway(const Who& who, Id drained) {
  if (drained == 0) return std::nullopt;
  for (const auto& [id, held] : drafts_) {
    const DraftState state = held.draft.state;
    const bool stands =
        state == DraftState::Committing || state == DraftState::Confirming || state == DraftState::Confirmed;
    if (held.draft.drains != drained || !stands) continue;
    return refused(who, drained, Refusal::WrongState,
                   "Change set " + std::to_string(id) + " took away what this one drained: roll that one back first.");
  }
  return std::nullopt;
}

// What waits is not to be handled by itself.
std::optional<Answer> ChangeSets::belongsTo(const Who& who, const Held& waiting) {
  return refused(who, waiting.draft.id, Refusal::WrongState,
                 "It takes away what change set " + std::to_string(waiting.draft.drains) +
                     " drains: to stop it, roll that one back.");
}

Draft ChangeSets::laterPart(const Draft& row, Id id, const san::Withdrawal& withdrawal, san::Seconds leavesAt,
                            base::Now now) const {
  Draft later;
  later.id = id;
  later.state = DraftState::Waiting;
  later.origin = san::ChangeOrigin::Drain;
  later.immediate = true;
  later.drains = row.id;
  later.dueAt = leavesAt;
  later.author = row.author;
  later.approver = row.approver;
  later.title = "what change set " + std::to_string(row.id) + " takes away";
  later.reason = row.reason;
  later.ticket = row.ticket;
  later.exception = row.exception;
  later.overrideReason = row.overrideReason;
  later.base = present().revision;
  later.edits = withdrawal.edits;
  later.expected = withdrawal.expected;
  later.createdAt = base::unixSeconds(now.wall);
  later.approvedAt = row.approvedAt;
  return later;
}

// With the first part of one that drains: what will take away; with that of a rollback: what is not to be any more.
std::optional<Answer> ChangeSets::planLater(const Prepared& made, Draft& row, std::optional<Draft>& later,
                                            base::Now now) {
  Active& active = *active_;
  if (row.drain != 0 && !made.withdrawal) row.note = "Nobody loses a logical unit at a target of ours: nothing waits.";
  if (row.origin == san::ChangeOrigin::Drain && !active.left.empty()) {
    row.note = leftNote(present(), active.left);
  }
  const Held* waiting = waitingFor(row.undoes);
  if (waiting != nullptr && made.withdrawal) {
    return refused(
        active.who, row.id, Refusal::BadEdits,
        "What change set " + std::to_string(row.undoes) + " drains still waits: roll it back without a drain.");
  }
  if (made.withdrawal) {
    if (active.laterId == 0) active.laterId = ++lastId_;
    later = laterPart(row, active.laterId, *made.withdrawal, made.leavesAt, now);
    row.dueAt = later->dueAt;
    row.note = "Change set " + std::to_string(later->id) + " takes away what it drains.";
    return noRoom(active.who, *later, nullptr);
  }
  if (waiting != nullptr) {
    later = waiting->draft;
    later->state = DraftState::Discarded;
    later->endedAt = base::unixSeconds(now.wall);
    later->note = "Change set " + std::to_string(row.undoes) + " was rolled back before it was due.";
    ++later->version;
  }
  return std::nullopt;
}

AuditEvent ChangeSets::toldOf(const Draft& later) const {
  const bool begins = later.state == DraftState::Waiting;
  return {begins ? "change.draining" : "change.discarded", active_->who.actor(),
          "change-set:#" + std::to_string(later.id), "done", begins ? std::to_string(later.dueAt) : later.note};
}

// A rollback that is taken back at once has not been: what it took back holds again, and what that drained waits again.
std::vector<Draft> ChangeSets::flippedRows(const Prepared& made, const Draft& row, base::Now now) const {
  std::vector<Draft> rows;
  if (!row.immediate) return rows;
  const san::Seconds time = base::unixSeconds(now.wall);
  for (const auto& [id, holds] : flips(row.undoes)) {
    const Draft& was = held(id)->draft;
    for (const auto& [other, its] : drafts_) {
      if (its.draft.drains != id) continue;
      // One that could not be carried out was discarded at another time.
      const bool wentWithIt = its.draft.state == DraftState::Discarded && its.draft.endedAt == was.endedAt;
      if (holds ? !wentWithIt : its.draft.state != DraftState::Waiting) continue;
      Draft& waits = rows.emplace_back(its.draft);
      waits.state = holds ? DraftState::Waiting : DraftState::Discarded;
      waits.endedAt = holds ? 0 : time;
      waits.note = holds ? "" : "Change set " + std::to_string(id) + " was rolled back before it was due.";
      ++waits.version;
      if (!holds) continue;
      // Its departures are back under other numbers.
      std::erase_if(waits.edits, [&](const Edit& edit) {
        return edit.object.kind == Kind::Departure && present().get(edit.object) == nullptr;
      });
      for (const san::ObjectChange& change : san::diff(present(), made.parts.middle).objects) {
        if (change.object.kind == Kind::Departure && change.fate == san::Fate::Created)
          waits.edits.push_back({san::EditOp::Erase, change.object, {}, {}});
      }
    }
    Draft& flipped = rows.emplace_back(was);
    flipped.state = holds ? DraftState::Confirmed : DraftState::RolledBack;
    flipped.endedAt = time;
    flipped.note = "Change set " + std::to_string(row.undoes) + " was taken back" +
                   (holds ? ", so this one holds again." : ", so this one holds no more.");
    ++flipped.version;
  }
  return rows;
}

AuditEvent ChangeSets::toldOfFlip(const Draft& one) const {
  const bool waits = one.state == DraftState::Waiting;
  const std::string_view event = waits                                 ? "change.draining"
                                 : one.state == DraftState::Confirmed  ? "change.confirmed"
                                 : one.state == DraftState::RolledBack ? "change.rolled-back"
                                                                       : "change.discarded";
  return {std::string(event), active_->who.actor(), "change-set:#" + std::to_string(one.id), "done",
          waits ? std::to_string(one.dueAt) : one.note};
}

// The first part is stored.
void ChangeSets::laterLanded() {
  Active& active = *active_;
  if (active.later) {
    Held& later = drafts_[active.later->id];
    later.draft = std::move(*active.later);
    later.bytes = weigh(later.draft);
    active.later.reset();
    if (later.draft.state == DraftState::Waiting) {
      notice(Notice::Kind::DrainBegun, active.next.id,
             "Change set " + std::to_string(later.draft.id) + " takes it away.");
    }
  }
  if (active.next.origin != san::ChangeOrigin::Drain || active.left.empty()) return;
  notice(Notice::Kind::DrainLeft, active.next.id, active.next.note);
}

// How long what waits was to wait; the one that drains may be gone.
san::Seconds ChangeSets::lengthOf(const Draft& waiting) const {
  const Draft* first = find(waiting.drains);
  const san::Seconds began = waiting.anewAt != 0 ? waiting.anewAt : waiting.createdAt;
  return std::max(waiting.dueAt - began, first == nullptr ? 0 : first->drain);
}

// The next one that can be begun. Says once of each that is due why it cannot. Whoever sets the wall clock brings none
// nearer and puts none off.
std::optional<Id> ChangeSets::dueDrain(base::Now now) {
  const san::Seconds time = base::unixSeconds(now.wall);
  const SteadyTime steady = options_.steady(now);
  for (auto& [id, held] : drafts_) {
    const Draft& draft = held.draft;
    if (draft.state != DraftState::Waiting) continue;
    const bool due = held.deadline.passed(base::WallTime(std::chrono::seconds(draft.dueAt)),
                                          std::chrono::seconds(lengthOf(draft)), steady, now.mono);
    if (!due || held.writing) continue;
    std::string why;
    const Held* first = this->held(draft.drains);
    if (first != nullptr && first->draft.state != DraftState::Confirmed) {
      why = "Change set " + std::to_string(draft.drains) + " is not confirmed yet.";
    } else if (frozen(present(), draft, time)) {
      why = "A freeze window holds.";
    } else {
      std::vector<ObjectRef> touched;
      for (const Edit& edit : draft.edits) touched.push_back(edit.object);
      std::ranges::sort(touched);
      Id by = 0;
      if (heldBesides(draft, touched, by).empty()) return id;
      why = "Change set " + std::to_string(by) + " is about the same objects and waits to be confirmed.";
    }
    if (!std::exchange(held.told, true)) {
      notice(Notice::Kind::DrainWaits, id,
             "What change set " + std::to_string(draft.drains) + " drains is due: " + why);
    }
  }
  return std::nullopt;
}

// Judged anew by prepare().
void ChangeSets::startDrain(Id id, base::Now now) {
  Active active;
  active.next = held(id)->draft;
  active.who = theServer();
  begin(std::move(active), now);
}

// What it was to take away stays, to be read; a rollback of the one that drains lifts that.
void ChangeSets::drainFailed(Held& held, const std::string& why, base::Now now) {
  Draft next = held.draft;
  next.state = DraftState::Discarded;
  next.endedAt = base::unixSeconds(now.wall);
  next.note = "It could not be carried out: " + why;
  ++next.version;
  notice(Notice::Kind::DrainFailed, next.id, next.note);
  const std::string note = next.note;
  (void)store(theServer(), std::move(next), {}, {"change.drain-failed", note});
}

}  // namespace manage
