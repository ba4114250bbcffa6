// What people ask of drafts: to make, edit, merge, submit, approve and refuse them, and to confirm what is committed.
// What a commit is stands in commit.cpp.
#include <algorithm>

#include "isns-server/manage/changes/change_sets.h"
#include "shared/base/plain_text.h"

namespace manage {
namespace {

using san::Edit;
using san::Id;
using san::ObjectRef;

// Whatever comes in is judged here, not only by the API: it goes into rows and the audit log.
bool unfit(std::string_view text, std::size_t most) { return !base::plainTextFault(text, most).empty(); }

}  // namespace

Answer ChangeSets::create(const Who& who, std::string title, std::vector<Edit> edits, base::Now now, san::Seconds drain,
                          std::optional<DraftBase> base) {
  if (auto no = denied(who, who.rights.draft, 0, "make change sets")) return *no;
  if (unfit(title, san::kMaxName)) return refused(who, 0, Refusal::TooMany, "A title is a line of at most 255 bytes.");
  if (auto no = badDrain(who, 0, drain)) return *no;
  if (auto no = madeByHand(who, 0, edits)) return *no;
  if (lastId_ >= kMaxDraftId) return refused(who, 0, Refusal::TooMany, "There are no numbers left for change sets.");
  Draft draft;
  draft.id = lastId_ + 1;
  draft.author = who.name;
  draft.title = std::move(title);
  draft.edits = std::move(edits);
  draft.drain = drain;
  draft.createdAt = base::unixSeconds(now.wall);
  if (!base || base->state.revision == present().revision) base = DraftBase{present(), true};
  if (auto no = checkEdits(who, draft, base->state)) return *no;
  if (auto no = noRoom(who, draft, nullptr)) return *no;
  ++lastId_;
  return store(who, std::move(draft), base->kept ? std::optional(std::move(base->state)) : std::nullopt,
               {"change.created", {}});
}

std::optional<Answer> ChangeSets::notHisToEdit(const Who& who, Held* held, Id id, std::uint64_t version) {
  if (auto no = denied(who, who.rights.draft, id, "edit change sets")) return no;
  if (auto no = notReady(who, held, id, version)) return no;
  if (held->draft.author != who.name) {
    return refused(who, id, Refusal::NotAllowed, "Only its author edits a change set: make one of your own.");
  }
  if (!held->draft.editable())
    return refused(who, id, Refusal::WrongState, "The change set is committed or discarded.");
  return std::nullopt;
}

void ChangeSets::takesBackNoMore(Draft& next, std::string_view why) {
  if (next.undoes == 0) return;
  next.note =
      std::string(why) + " Change set " + std::to_string(next.undoes) + " stays in force: this is no rollback of it.";
  next.undoes = 0;
  next.origin = san::ChangeOrigin::Person;
}

Answer ChangeSets::edit(const Who& who, Id id, std::uint64_t version, EditsChange change, base::Now) {
  Held* held = this->held(id);
  if (auto no = notHisToEdit(who, held, id, version)) return *no;
  Draft next = held->draft;
  if (change.title) {
    if (unfit(*change.title, san::kMaxName)) {
      return refused(who, id, Refusal::TooMany, "A title is a line of at most 255 bytes.");
    }
    next.title = std::move(*change.title);
  }
  if (auto no = badDrain(who, id, change.drain.value_or(0))) return *no;
  if (auto no = madeByHand(who, id, change.edits)) return *no;
  next.drain = change.drain.value_or(next.drain);
  switch (change.what) {
    case EditsChange::What::Append:
      next.edits.insert(next.edits.end(), change.edits.begin(), change.edits.end());
      break;
    case EditsChange::What::Replace:
      next.edits = std::move(change.edits);
      break;
    case EditsChange::What::Drop: {
      std::ranges::sort(change.drop, std::greater<>());
      change.drop.erase(std::unique(change.drop.begin(), change.drop.end()), change.drop.end());
      for (std::size_t at : change.drop) {
        if (at >= next.edits.size()) return refused(who, id, Refusal::BadEdits, "There is no edit of that number.");
        next.edits.erase(next.edits.begin() + static_cast<std::ptrdiff_t>(at));
      }
      break;
    }
  }
  if (next.edits != held->draft.edits) takesBackNoMore(next, "It has other edits than those of the rollback.");
  if (auto no = liftsByHand(who, next)) return *no;
  // Where nothing of its footprint has moved, the draft is one of the present state.
  const bool moved = !san::staleObjects(held->draft.footprint, present()).empty();
  if (moved && !held->base) return *stale(who, *held);
  const san::Snapshot base = moved ? *held->base : present();
  next.state = DraftState::Open;
  next.approver.clear();
  next.cells.clear();
  ++next.version;
  if (auto no = checkEdits(who, next, base)) return *no;
  if (auto no = noRoom(who, next, held)) return *no;
  return storeEdited(who, std::move(next), base, "change.edited", std::move(change.rows));
}

Answer ChangeSets::storeEdited(const Who& who, Draft next, const san::Snapshot& base, std::string event,
                               core::ExtraRows rows, Answer answer) {
  Record record{std::move(event), {}};
  if (options_.joinDraft) record.joined.push_back(options_.joinDraft(next));
  record.joined.push_back(std::move(rows));
  std::erase_if(record.joined, [](const core::ExtraRows& one) { return !one; });
  return store(who, std::move(next), base, std::move(record), std::move(answer));
}

Answer ChangeSets::rebase(const Who& who, Id id, std::uint64_t version, base::Now, std::optional<san::Snapshot> base) {
  Held* held = this->held(id);
  if (auto no = notHisToEdit(who, held, id, version)) return *no;
  Draft next = held->draft;
  Answer answer;
  // Only the state that the footprint is of; it is not kept beyond the request.
  const bool given = !held->base && base && san::staleObjects(next.footprint, *base).empty();
  if (given) held->base = std::move(base);
  auto moved = stale(who, *held);
  if (given) held->base.reset();
  if (moved && moved->merged) {
    next.edits = moved->merged->edits;
    answer.merged = std::move(moved->merged);
    answer.objects = std::move(moved->objects);
  }
  if (next.edits.empty()) takesBackNoMore(next, "Others have changed all that it would take back.");
  next.state = DraftState::Open;
  next.approver.clear();
  next.cells.clear();
  ++next.version;
  if (auto no = checkEdits(who, next, present())) return *no;
  if (auto no = noRoom(who, next, held)) return *no;
  return storeEdited(who, std::move(next), present(), "change.rebased", {}, std::move(answer));
}

Answer ChangeSets::discard(const Who& who, Id id, std::uint64_t version, base::Now now) {
  if (auto no = denied(who, who.rights.draft || who.rights.approve, id, "discard change sets")) return *no;
  Held* held = this->held(id);
  if (auto no = notReady(who, held, id, version)) return *no;
  if (held->draft.author != who.name && !who.rights.approve) {
    return refused(who, id, Refusal::NotAllowed, "Only its author discards a change set, or who may approve it.");
  }
  if (held->draft.state == DraftState::Waiting) return *belongsTo(who, *held);
  if (!held->draft.editable())
    return refused(who, id, Refusal::WrongState, "The change set is committed or discarded.");
  if (held->draft.author != who.name) {
    if (auto no = notHis(who, *held)) return *no;
  }
  Draft next = held->draft;
  next.state = DraftState::Discarded;
  next.endedAt = base::unixSeconds(now.wall);
  ++next.version;
  return store(who, std::move(next), {}, {"change.discarded", {}});
}

Answer ChangeSets::submit(const Who& who, Id id, std::uint64_t version, std::string reason, std::string ticket,
                          base::Now now, std::string exception) {
  if (auto no = denied(who, who.rights.draft, id, "submit change sets")) return *no;
  Held* held = this->held(id);
  if (auto no = notReady(who, held, id, version)) return *no;
  if (held->draft.author != who.name)
    return refused(who, id, Refusal::NotAllowed, "Only its author submits a change set.");
  if (held->draft.state != DraftState::Open)
    return refused(who, id, Refusal::WrongState, "The change set is not open.");
  if (reason.empty()) return refused(who, id, Refusal::ReasonNeeded, "Say why: a change set has a reason.");
  if (unfit(reason, san::kMaxText) || unfit(exception, san::kMaxText) || unfit(ticket, san::kMaxName)) {
    return refused(who, id, Refusal::TooMany, "A reason is a line of at most 1024 bytes, a ticket of 255.");
  }
  if (auto no = stale(who, *held)) return *no;
  if (auto no = takenAway(who, held->draft.undoes)) return *no;
  if (auto no = liftsByHand(who, held->draft)) return *no;
  const auto seen = preview(id);
  if (!seen) return badEdits(who, id, seen.error());
  if (auto no = notHis(who, held->draft, present(), seen->after, true)) return *no;
  if (held->draft.drain != 0) {
    const san::Seconds ends = base::unixSeconds(now.wall) + held->draft.drain;
    if (const auto plan = san::planDrain(*presentIndex(), held->draft.edits, ends); !plan) {
      Answer answer = refused(who, id, Refusal::BadEdits, plan.error().text);
      answer.edit = plan.error();
      return answer;
    }
  }
  Draft next = held->draft;
  next.state = DraftState::Submitted;
  next.reason = std::move(reason);
  next.exception = std::move(exception);
  if (!ticket.empty() || next.undoes == 0) next.ticket = std::move(ticket);  // a rollback was asked for with one
  next.cells = seen->hash;
  next.note.clear();
  next.submittedAt = base::unixSeconds(now.wall);
  ++next.version;
  return store(who, std::move(next), {},
               {"change.submitted", std::to_string(seen->impact.cells.all()) + " cells", change_kind::kDraft,
                seen->impact.cells});
}

Answer ChangeSets::approve(const Who& who, Id id, std::uint64_t version, const std::string& hash, base::Now now) {
  if (auto no = denied(who, who.rights.approve, id, "approve change sets")) return *no;
  Held* held = this->held(id);
  if (auto no = notReady(who, held, id, version)) return *no;
  if (held->draft.state != DraftState::Submitted)
    return refused(who, id, Refusal::WrongState, "The change set is not submitted.");
  if (held->draft.author == who.name && !present().settings().authorMayApprove) {
    return refused(who, id, Refusal::AuthorApproves, "Who made a change set does not approve it, as the settings say.");
  }
  if (auto no = stale(who, *held)) return *no;
  const auto seen = preview(id);
  if (!seen || (!hash.empty() && seen->hash != hash)) {
    return refused(who, id, Refusal::ImpactDiffers,
                   "It changes other cells than those that you have seen: look again.");
  }
  if (auto no = notHis(who, held->draft, present(), seen->after, false)) return *no;
  Draft next = held->draft;
  next.state = DraftState::Approved;
  next.approver = who.name;
  next.cells = seen->hash;
  next.approvedAt = base::unixSeconds(now.wall);
  ++next.version;
  return store(who, std::move(next), {},
               {"change.approved", "cells " + seen->hash, change_kind::kDraft, seen->impact.cells});
}

Answer ChangeSets::refuse(const Who& who, Id id, std::uint64_t version, std::string why, base::Now) {
  if (auto no = denied(who, who.rights.approve, id, "refuse change sets")) return *no;
  Held* held = this->held(id);
  if (auto no = notReady(who, held, id, version)) return *no;
  if (held->draft.state != DraftState::Submitted && held->draft.state != DraftState::Approved) {
    return refused(who, id, Refusal::WrongState, "The change set is not submitted.");
  }
  if (why.empty() || unfit(why, san::kMaxText)) {
    return refused(who, id, Refusal::ReasonNeeded, "Say why, in a line of at most 1024 bytes.");
  }
  if (held->draft.author != who.name) {
    if (auto no = notHis(who, *held)) return *no;
  }
  Draft next = held->draft;
  next.state = DraftState::Open;
  next.approver.clear();
  next.cells.clear();
  next.note = why;
  ++next.version;
  return store(who, std::move(next), {}, {"change.refused", std::move(why)});
}

Answer ChangeSets::confirm(const Who& who, Id id, base::Now now) {
  if (auto no = denied(who, who.rights.commit, id, "confirm change sets")) return *no;
  Held* held = this->held(id);
  if (auto no = notReady(who, held, id, held == nullptr ? 0 : held->draft.version)) return *no;
  if (held->draft.state != DraftState::Confirming) {
    return refused(who, id, Refusal::WrongState, "The change set does not wait to be confirmed.");
  }
  if (auto no = notHis(who, *held)) return *no;
  Draft next = held->draft;
  next.state = DraftState::Confirmed;
  next.endedAt = base::unixSeconds(now.wall);
  ++next.version;
  return store(who, std::move(next), {}, {"change.confirmed", {}, change_kind::kConfirmed});
}

Answer ChangeSets::baseline(const Who& who, std::string reason, base::Now now) {
  if (auto no = denied(who, who.rights.approve, 0, "approve the present reach")) return *no;
  if (reason.empty() || unfit(reason, san::kMaxText)) {
    return refused(who, 0, Refusal::ReasonNeeded, "Say why, in a line of at most 1024 bytes.");
  }
  // Its author is its approver, and it covers whatever somebody has brought in without a change set.
  if (!present().settings().authorMayApprove) {
    return refused(
        who, 0, Refusal::AuthorApproves,
        "A baseline is approved by who makes it, and the settings say that nobody approves his own: draft the "
        "entries of the ledger (the mend of R07) and let somebody else approve them.");
  }
  if (active_ || planned_ != 0 || present().revision < needed_) {
    return refused(who, 0, Refusal::Busy, "A change set is being carried out: ask again.");
  }
  const san::Snapshot& before = present();
  std::map<std::pair<ObjectRef, Id>, const san::Approval*> ledger;
  before.table<san::Approval>().forEach([&](Id, const san::Approval& one) { ledger[{one.who, one.unit.id}] = &one; });
  const auto reach = presentReach(*presentIndex());
  if (reach.size() > options_.maxBaseline) {
    return refused(who, 0, Refusal::TooMany,
                   "A baseline approves at most " + std::to_string(options_.maxBaseline) + " entries.");
  }
  Draft draft;
  draft.id = ++lastId_;
  draft.state = DraftState::Confirmed;
  draft.step = CommitStep::Done;
  draft.origin = san::ChangeOrigin::Baseline;
  draft.author = draft.approver = who.name;
  draft.title = "baseline";
  draft.reason = std::move(reason);
  draft.base = before.revision;
  draft.createdAt = draft.committedAt = draft.endedAt = base::unixSeconds(now.wall);
  san::SnapshotEditor editor(before, before.revision + 1, base::unixSeconds(now.wall));
  san::Edited<void> written = writeRecord(editor, draft, san::ChangeState::Confirmed,
                                          san::windowsAt(before.table<san::Window>(), draft.committedAt));
  std::size_t added = 0;
  for (const LedgerEntry& entry : reach) {
    const auto found = ledger.find({entry.who, entry.unit});
    if (found != ledger.end() && found->second->right >= entry.right) continue;
    if (written) written = putApproval(editor, found == ledger.end() ? 0 : found->second->id, entry, draft.id);
    ++added;
  }
  if (!written) return refused(who, 0, Refusal::BadEdits, written.error().text);
  auto after = editor.finish();
  if (!after) return refused(who, 0, Refusal::BadEdits, after.error().text);
  const san::Diff changed = san::diff(before, *after);
  auto plan = std::make_shared<const CommitPlan>(planCommit(before, std::move(*after), changed, projection_));
  const Answer answer =
      store(who, std::move(draft), {},
            {"baseline.approved", std::to_string(added) + " entries", change_kind::kBaseline}, {}, std::move(plan));
  planned_ = answer.ticket;
  return answer;
}

}  // namespace manage
