#include "isns-server/manage/changes/change_sets.h"

#include <algorithm>

#include "isns-server/manage/model/object_rows.h"
#include "shared/san/default_domain.h"
#include "shared/san/scope.h"

namespace manage {
namespace {

using san::Edit;
using san::Id;
using san::Kind;
using san::ObjectRef;

std::string objectOf(Id draft) { return draft == 0 ? std::string() : "change-set:#" + std::to_string(draft); }

Answer answerOf(Refusal why, std::string text, Id draft, std::uint64_t version = 0) {
  Answer answer;
  answer.what = Answer::What::Refused;
  answer.refusal = why;
  answer.text = std::move(text);
  answer.draft = draft;
  answer.version = version;
  return answer;
}

// Which edit it is, where what it is about may not be named.
std::string foreignText(std::size_t edit) {
  return "Not in your scope: what edit " + std::to_string(edit + 1) + " is about.";
}
std::string whatIsForeign(const san::Scope& scope, std::span<const Edit> edits) {
  const auto edit = scope.foreignEdit(edits);
  return edit ? foreignText(*edit) : "Not in your scope: what follows from the edits.";
}

}  // namespace

ChangeSets::ChangeSets(const Projection& projection, Options options)
    : projection_(projection), options_(std::move(options)) {}

// ---- Reading -------------------------------------------------------------------------------------------------------

const Draft* ChangeSets::find(Id draft) const {
  const auto found = drafts_.find(draft);
  return found == drafts_.end() ? nullptr : &found->second.draft;
}

std::vector<const Draft*> ChangeSets::list() const {
  std::vector<const Draft*> all;
  for (const auto& [id, held] : drafts_) all.push_back(&held.draft);
  return all;
}

std::shared_ptr<const san::SanIndex> ChangeSets::presentIndex() const {
  return options_.indexOf ? options_.indexOf(present()) : std::make_shared<const san::SanIndex>(present());
}

san::Edited<Preview> ChangeSets::preview(Id id) const {
  const Draft* draft = find(id);
  if (draft == nullptr) {
    return san::editError(san::EditFault::NoSuchObject, {Kind::ChangeSet, id}, {},
                          "There is no change set " + std::to_string(id) + ".");
  }
  const san::Snapshot& before = present();
  auto applied = san::apply(before, draft->edits, san::Writer::ChangeSet, before.revision + 1, before.time);
  if (!applied) return base::Failure<san::EditError>{applied.error()};
  Preview made;
  made.after = std::move(applied->snapshot);
  made.diff = san::diff(before, made.after);
  made.impact = san::impact(*presentIndex(), san::SanIndex(made.after), kAllCells);
  made.hash = hashOf(made.impact.listed, before, made.after);
  return made;
}

san::Revision ChangeSets::baseWanted(Id id) const {
  const auto found = drafts_.find(id);
  if (found == drafts_.end() || found->second.base || !found->second.draft.editable()) return 0;
  const Draft& draft = found->second.draft;
  return san::staleObjects(draft.footprint, present()).empty() ? 0 : draft.base;
}

// ---- What requests have in common ----------------------------------------------------------------------------------

ChangeSets::Held* ChangeSets::held(Id draft) {
  const auto found = drafts_.find(draft);
  return found == drafts_.end() ? nullptr : &found->second;
}

const ChangeSets::Held* ChangeSets::held(Id draft) const {
  const auto found = drafts_.find(draft);
  return found == drafts_.end() ? nullptr : &found->second;
}

void ChangeSets::notice(Notice::Kind kind, Id draft, std::string text) {
  outputs_.emplace_back(Notice{kind, draft, std::move(text)});
}

// Who tried what he may not, or what a guard stopped, stands in the audit log; mistakes do not.
Answer ChangeSets::refused(const Who& who, Id draft, Refusal why, std::string text) {
  switch (why) {
    case Refusal::NotAllowed:
    case Refusal::AuthorApproves:
    case Refusal::ApprovalNeeded:
    case Refusal::ImpactDiffers:
    case Refusal::TooLarge:
    case Refusal::LosesSessions:
    case Refusal::LocksOut:
    case Refusal::Frozen:
      audit({"change.denied", who.actor(), objectOf(draft), std::string(san::wordOf(why)), text});
      break;
    default:
      break;
  }
  return answerOf(why, std::move(text), draft);
}

std::optional<Answer> ChangeSets::denied(const Who& who, bool right, Id draft, std::string_view what) {
  if (right) return std::nullopt;
  return refused(who, draft, Refusal::NotAllowed, "You may not " + std::string(what) + ".");
}

std::optional<Answer> ChangeSets::standsNoMore(const Who& who, Id draft, std::string_view what) {
  if (!who.stands || who.stands()) return std::nullopt;
  return refused(who, draft, Refusal::NotAllowed,
                 "What you may has changed while the " + std::string(what) + " waited: ask again.");
}

std::optional<Answer> ChangeSets::notReady(const Who& who, Held* held, Id id, std::uint64_t version) {
  if (held == nullptr) return refused(who, id, Refusal::NotFound, "There is no change set " + std::to_string(id) + ".");
  if (held->writing) return refused(who, id, Refusal::Busy, "The change set is being stored: ask again.");
  if (version == held->draft.version) return std::nullopt;
  return answerOf(Refusal::OldVersion, "The change set has changed since you looked at it: look again.", id,
                  held->draft.version);
}

std::optional<Answer> ChangeSets::stale(const Who& who, Held& held) {
  const auto objects = san::staleObjects(held.draft.footprint, present());
  if (objects.empty()) return std::nullopt;
  Answer answer = refused(who, held.draft.id, Refusal::Stale,
                          "What the change set is about has changed meanwhile: carry it over to the present state.");
  answer.version = held.draft.version;
  answer.objects = objects;
  if (held.base) {
    if (auto merged = san::merge(*held.base, held.draft.edits, present())) answer.merged = std::move(*merged);
  }
  return answer;
}

// Whether the edits can be done on `base`, and what they depend on there.
std::optional<Answer> ChangeSets::checkEdits(const Who& who, Draft& next, const san::Snapshot& base) {
  if (auto no = namesUnseen(who, next, base)) return no;
  const auto applied = san::apply(base, next.edits, san::Writer::ChangeSet, base.revision + 1, base.time);
  if (!applied) return badEdits(who, next.id, applied.error());
  if (auto no = notHis(who, next, base, applied->snapshot, true)) return no;
  next.base = base.revision;
  next.footprint = san::footprint(base, next.edits);
  return std::nullopt;
}

// Before anything is said about the edits: what is wrong with them, and a draft that changes nothing, would tell what
// the objects are called.
std::optional<Answer> ChangeSets::namesUnseen(const Who& who, const Draft& draft, const san::Snapshot& base) {
  if (who.scope.empty()) return std::nullopt;
  const auto unseen = san::Scope(base, who.scope).unseenIn(draft.edits);
  if (!unseen) return std::nullopt;
  Answer answer = refused(who, numberOf(draft), Refusal::NotAllowed,
                          "Not in your scope: " + san::refText(base, unseen->object) + ".");
  answer.text = foreignText(unseen->edit);
  return answer;
}

Answer ChangeSets::badEdits(const Who& who, Id id, san::EditError error) {
  if (!who.scope.empty()) error.text = san::textForScope(error);
  Answer answer = refused(who, id, Refusal::BadEdits, error.text);
  answer.edit = std::move(error);
  return answer;
}

std::optional<Answer> ChangeSets::notHis(const Who& who, const Draft& draft, const san::Snapshot& before,
                                         const san::Snapshot& after, bool byKind) {
  const Id id = numberOf(draft);
  for (const Edit& edit : draft.edits) {
    if (!byKind || !who.rights.isWithheld(edit.object.kind)) continue;
    Answer answer = refused(who, id, Refusal::NotAllowed,
                            "You may not change " + std::string(san::rowOf(edit.object.kind).plural) + ".");
    answer.objects = {edit.object};
    return answer;
  }
  const bool everything = who.scope.empty();
  if (everything && (!byKind || who.rights.withheld == 0)) return std::nullopt;
  const san::Diff changed = san::diff(before, after);
  if (!everything) {
    if (auto no = notInScope(who, draft, before, after, changed)) return no;
  }
  return byKind ? takesFromWithheld(who, id, before, changed) : std::nullopt;
}

// A rule that loses what it names holds for nobody any more, though no edit is about it. What goes together with its
// object (a waiver, an approval) lifts nothing.
std::optional<Answer> ChangeSets::takesFromWithheld(const Who& who, Id id, const san::Snapshot& before,
                                                    const san::Diff& changed) {
  const auto found = std::ranges::find_if(changed.objects, [&](const san::ObjectChange& change) {
    return change.fate == san::Fate::Changed && who.rights.isWithheld(change.object.kind);
  });
  if (found == changed.objects.end()) return std::nullopt;
  Answer answer = refused(who, id, Refusal::NotAllowed,
                          "You may not change " + std::string(san::rowOf(found->object.kind).plural) + ", and " +
                              san::refText(before, found->object) + " names what would go.");
  answer.objects = {found->object};
  return answer;
}

std::optional<Answer> ChangeSets::notHis(const Who& who, const Held& held) {
  if (who.scope.empty()) return std::nullopt;
  const Draft& draft = held.draft;
  if (held.around) {
    const Around& around = *held.around;
    san::Diff changed = san::diff(around.before, around.after);
    // The server has written records of its own with it.
    std::erase_if(changed.objects, [&draft](const san::ObjectChange& one) {
      return !std::ranges::binary_search(draft.touched, one.object);
    });
    return notInScope(who, draft, around.before, around.after, changed);
  }
  const san::Snapshot& before = present();
  const auto applied = san::apply(before, draft.edits, san::Writer::ChangeSet, before.revision + 1, before.time);
  if (applied) return notHis(who, draft, before, applied->snapshot, false);
  // Nothing follows any more from what cannot be done.
  const san::Scope scope(before, who.scope);
  if (scope.covers(draft.edits)) return std::nullopt;
  return refused(who, draft.id, Refusal::NotAllowed, whatIsForeign(scope, draft.edits));
}

std::optional<Answer> ChangeSets::notInScope(const Who& who, const Draft& draft, const san::Snapshot& before,
                                             const san::Snapshot& after, const san::Diff& changed) {
  const san::Scope now(before, who.scope);
  auto objects = san::outside(now, san::Scope(after, who.scope), san::decided(changed, before, after));
  if (objects.empty()) return std::nullopt;
  const auto listed = [&](const std::vector<ObjectRef>& named) {
    if (named.empty()) return whatIsForeign(now, draft.edits);
    return "Not in your scope: " + san::refText(before.get(named.front()) == nullptr ? after : before, named.front()) +
           (objects.size() == 1 ? "." : " and " + std::to_string(objects.size() - 1) + " more.");
  };
  Answer answer = refused(who, numberOf(draft), Refusal::NotAllowed, listed(objects));
  // The audit log has all of it. The answer names what is there now and what he may see: an edit by number, or a whole
  // document, would else tell of all that there is.
  std::erase_if(objects, [&](ObjectRef ref) { return before.get(ref) == nullptr || !now.sees(ref); });
  answer.text = listed(objects);
  answer.objects = std::move(objects);
  return answer;
}

std::optional<Answer> ChangeSets::noRoom(const Who& who, const Draft& next, const Held* before) {
  const std::size_t bytes = weigh(next);
  if (bytes > options_.maxDraftBytes) {
    return refused(
        who, next.id, Refusal::TooMany,
        "The change set has more than " + std::to_string(options_.maxDraftBytes) + " bytes: make several of it.");
  }
  std::size_t drafts = 0;
  std::size_t own = 0;
  std::size_t all = bytes;
  const auto count = [&](const Draft& draft, std::size_t weight) {
    ++drafts;
    own += draft.author == next.author ? 1U : 0U;
    all += weight;
  };
  for (const auto& [id, held] : drafts_) {
    if (!held.draft.ended() && &held != before) count(held.draft, held.bytes);
  }
  for (const auto& [ticket, write] : writes_) {
    if (drafts_.count(write.next.id) == 0) count(write.next, weigh(write.next));
  }
  if (before == nullptr && own >= options_.maxDraftsOfOne) {
    return refused(who, next.id, Refusal::TooMany,
                   "Your " + std::to_string(own) + " change sets have not ended: commit or discard some.");
  }
  if (before == nullptr && drafts >= options_.maxDrafts) {
    return refused(who, next.id, Refusal::TooMany,
                   "There are " + std::to_string(drafts) + " change sets that have not ended: commit or discard some.");
  }
  if (all <= options_.maxBytes) return std::nullopt;
  return refused(who, next.id, Refusal::TooMany, "The change sets that have not ended are too large together.");
}

// ---- Rows ----------------------------------------------------------------------------------------------------------

core::ManagedChange ChangeSets::change(std::uint64_t ticket, std::uint32_t kind, const Who& who,
                                       core::ExtraRows rows) const {
  core::ManagedChange made;
  made.ticket = ticket;
  made.basedOn = present().revision;
  made.rows = std::move(rows);
  made.kind = kind;
  made.origin = recordedName(who.actor());
  made.address = who.address;
  return made;
}

// Nodes, entities and portals that the draft names and that have no row yet.
std::vector<ObjectRef> ChangeSets::pinsOf(const Draft& draft) const {
  std::vector<ObjectRef> pins;
  for (ObjectRef ref : pinnedBy(draft)) {
    if (!projection_.isPinned(ref) && present().get(ref) != nullptr) pins.push_back(ref);
  }
  return pins;
}

// Ended drafts beyond those that are kept, the oldest of each sort. Dry runs are discarded drafts: they shall not push
// out what can still be rolled back.
// What a change set in its window has taken back, and the drain that went with that, may be needed again.
std::vector<Id> ChangeSets::tooOld() const {
  std::set<Id> needed;
  for (const auto& [id, held] : drafts_) {
    if (!held.draft.holds()) continue;
    for (Id undone = held.draft.undoes; undone != 0;) {
      needed.insert(undone);
      const Held* one = this->held(undone);
      undone = one == nullptr ? 0 : one->draft.undoes;
    }
  }
  std::vector<Id> committed, discarded;
  for (const auto& [id, held] : drafts_) {
    if (!held.draft.ended() || held.writing) continue;
    if (needed.count(id) != 0 || needed.count(held.draft.drains) != 0) continue;
    (held.draft.state == DraftState::Discarded ? discarded : committed).push_back(id);
  }
  const auto over = [](std::vector<Id>& ids, std::size_t kept) {
    ids.resize(ids.size() > kept ? ids.size() - kept : 0);
  };
  over(committed, options_.maxEnded);
  over(discarded, options_.maxDiscarded);
  committed.insert(committed.end(), discarded.begin(), discarded.end());
  return committed;
}

AuditEvent ChangeSets::about(AuditEvent event, const Draft& draft) {
  event.edits = draft.edits.size();
  event.author = draft.author;
  event.approver = draft.approver;
  event.reason = draft.reason;
  event.ticket = draft.ticket;
  event.exception = draft.exception;
  event.overrideReason = draft.overrideReason;
  event.until = draft.state == DraftState::Waiting ? draft.dueAt : draft.confirmBy;
  return event;
}

Answer ChangeSets::store(const Who& who, Draft next, std::optional<san::Snapshot> base, Record record, Answer answer,
                         std::shared_ptr<const CommitPlan> plan) {
  if (Held* before = held(next.id)) before->writing = true;
  answer.ticket = nextTicket();
  answer.draft = next.id;
  answer.version = next.version;
  const auto row = std::make_shared<const Draft>(next);
  const bool setsState = next.state == DraftState::Confirmed && plan == nullptr;
  auto rows = [row, plan, setsState, model = present(), pins = pinsOf(next), old = tooOld(),
               joined = std::move(record.joined)](store::OpsWriter& ops, std::uint64_t revision) {
    for (const core::ExtraRows& one : joined) one(ops, revision);
    for (ObjectRef ref : pins) {
      const san::Object& object = *model.get(ref);
      writeRow(ops, ref.kind, object, object.created, object.changed);
    }
    if (plan != nullptr) writeRows(*plan, ops, revision);
    writeRow(ops, *row, plan == nullptr ? Stamp::None : Stamp::Stored, revision);
    for (Id id : old) ops.erase(kDraftTable, id);
    const auto* committed = setsState ? model.get<san::ChangeSet>(row->id) : nullptr;
    if (committed == nullptr) return;
    san::ChangeSet object = *committed;
    object.state = san::ChangeState::Confirmed;
    writeRow(ops, Kind::ChangeSet, object, object.created, revision);
  };
  const std::string outcome = answer.what == Answer::What::Refused ? std::string(san::wordOf(answer.refusal)) : "done";
  AuditEvent event = about({record.event, who.actor(), objectOf(next.id), outcome, record.details}, next);
  event.cells = record.cells;
  outputs_.emplace_back(Commit{change(answer.ticket, record.kind, who, std::move(rows)), {std::move(event)}});
  Answer waits;
  waits.what = Answer::What::Waits;
  waits.ticket = answer.ticket;
  waits.draft = next.id;
  waits.version = next.version;
  writes_.emplace(answer.ticket, Write{std::move(next), std::move(base), std::move(answer)});
  return waits;
}

void ChangeSets::landed(std::uint64_t ticket, san::Revision revision) {
  const auto found = writes_.find(ticket);
  if (found == writes_.end()) return;
  Write write = std::move(found->second);
  writes_.erase(found);
  if (planned_ == ticket) planned_ = 0;
  const std::uint64_t replyTo = write.replyTo != 0 ? write.replyTo : ticket;
  if (Held* before = held(write.next.id)) before->writing = false;
  if (revision == 0) {
    outputs_.emplace_back(Reply{
        replyTo, answerOf(Refusal::StoreFailed, "The store takes nothing at the moment: try again.", write.next.id)});
    return;
  }
  if (write.next.origin == san::ChangeOrigin::Baseline) {
    needed_ = std::max(needed_, revision);
    write.next.stored = revision;
  }
  for (Id id : tooOld()) drafts_.erase(id);
  Held& held = drafts_[write.next.id];
  held.draft = std::move(write.next);
  held.bytes = weigh(held.draft);
  if (write.base) held.base = std::move(write.base);
  if (!held.draft.holds()) held.watch.clear();
  outputs_.emplace_back(Reply{replyTo, std::move(write.answer)});
  updateLocks();
}

// ---- Events --------------------------------------------------------------------------------------------------------

void ChangeSets::onVerdict(std::uint64_t ticket, const core::ManagedVerdict& verdict, base::Now now) {
  last_ = now;
  using What = core::ManagedVerdict::What;
  if (verdict.what == What::Accepted) return;
  if (ofActive(ticket)) {
    stepFailed(verdict, now);
  } else {
    landed(ticket, 0);
  }
  advance(now);
}

void ChangeSets::onResult(const core::ManagedResult& result, base::Now now) {
  last_ = now;
  if (ofActive(result.ticket)) {
    if (result.committed) {
      active_->landed = result.revision;
      needed_ = std::max(needed_, result.revision);
    } else {
      active_->ticket = 0;
      retryLater(now);
    }
  } else {
    landed(result.ticket, result.committed ? result.revision : 0);
  }
  advance(now);
}

void ChangeSets::onCaughtUp(base::Now now) {
  last_ = now;
  if (active_ && active_->behind) {
    active_->behind = false;
    active_->retryAt = now.mono;
  }
  takeOffPending();
  watchSessions(now);
  advance(now);
}

void ChangeSets::onTimer(base::Now now) {
  last_ = now;
  watchSessions(now);
  watchDeadlines(now);
  advance(now);
}

base::TimePoint ChangeSets::nextDeadline() const {
  base::TimePoint next = base::kNever;
  if (active_) {
    next = std::min(next, active_->deadline);
    if (active_->ticket == 0 && active_->retryAt > last_.mono) next = std::min(next, active_->retryAt);
  }
  for (const auto& [id, held] : drafts_) {
    if (held.draft.state == DraftState::Confirming) {
      next = std::min(next, last_.mono + std::chrono::seconds(1));  // for its sessions, too
      continue;
    }
    // Now and then also before: what is left is asked again where the wall clock is not believed yet.
    if (held.draft.state != DraftState::Waiting) continue;
    const bool soon =
        held.deadline.ends() == base::kNever || held.deadline.ends() - last_.mono <= std::chrono::minutes(1);
    next = std::min(next, last_.mono + std::chrono::seconds(soon ? 1 : 30));
  }
  return next;
}

}  // namespace manage
