// How a change set is carried out: the order of seam 5, and what is stored on the way.
#include <algorithm>

#include "isns-server/manage/audit/actor.h"
#include "isns-server/manage/changes/change_sets.h"
#include "isns-server/manage/model/object_rows.h"
#include "shared/ops/audit_event.h"
#include "shared/san/superseded.h"

namespace manage {
namespace {

using san::Id;
using san::Kind;
using san::ObjectRef;

// A credential that is new takes nothing from anybody where no other one gives way to it: there is nothing to wait for.
bool addsCredentialsAlone(const Draft& draft, const san::Snapshot& after) {
  const bool alone = std::ranges::all_of(draft.edits, [](const san::Edit& edit) {
    return edit.object.kind == Kind::Credential && san::isProvisional(edit.object.id);
  });
  return alone && std::ranges::none_of(draft.touched, [&](ObjectRef ref) {
           return ref.kind == Kind::Credential && san::takesAnothersPlace(after, ref.id);
         });
}

// A record for each waiver of `after` among `put` that is new or another than before.
std::vector<ops::AuditRecord> waived(const san::Snapshot& before, const san::Snapshot& after,
                                     std::span<const ObjectRef> put, const Actor& who) {
  std::vector<ops::AuditRecord> records;
  for (ObjectRef ref : put) {
    const san::Waiver* now = ref.kind == Kind::Waiver ? after.get<san::Waiver>(ref.id) : nullptr;
    if (now == nullptr) continue;
    const san::Waiver* was = before.get<san::Waiver>(ref.id);
    if (was != nullptr && was->rule == now->rule && was->subject == now->subject && was->expires == now->expires)
      continue;
    auto record = auditOf<ops::AuditEvent::FindingWaived>(who, refText(after, now->subject ? now->subject : ref),
                                                          {{"rule", now->rule}, {"until", now->expires}});
    record.reason = now->reason;
    records.push_back(std::move(record));
  }
  return records;
}

std::size_t objectsOf(const std::vector<san::Dropped>& left) {
  std::set<ObjectRef> objects;
  for (const san::Dropped& one : left) objects.insert(one.object);
  return objects.size();
}

}  // namespace

bool ChangeSets::Active::pureRevoke() const {
  // What a drain left alone may be written again: that is at the target's end alone.
  if (next.origin == san::ChangeOrigin::Drain) return true;
  return std::ranges::none_of(targets, [](const TargetChange& target) { return target.grants; });
}

// What it loses goes only after the domains.
bool ChangeSets::Active::tellsTwice(Id target) const {
  const auto found = std::ranges::find(targets, target, &TargetChange::target);
  return !pureRevoke() && found != targets.end() && found->revokes;
}

void ChangeSets::advance(base::Now now) {
  while (step(now)) {
  }
}

bool ChangeSets::mayPlan() {
  wantsTurn_ = wantsTurn_ || !inTurn_;
  return inTurn_;
}

void ChangeSets::onTurn(base::Now now) {
  last_ = now;
  wantsTurn_ = false;
  inTurn_ = true;
  advance(now);
  inTurn_ = false;
}

bool ChangeSets::step(base::Now now) {
  if (!active_) {
    const auto due = rollbacks_.empty() ? dueDrain(now) : std::nullopt;
    if ((rollbacks_.empty() && queued_.empty() && !due) || planned_ != 0 || !mayPlan()) return false;
    if (due) {
      startDrain(*due, now);
      return true;
    }
    if (rollbacks_.empty()) {
      QueuedCommit commit = std::move(queued_.front());
      queued_.pop_front();
      auto no = standsNoMore(commit.who, commit.request.draft, "commit");
      if (!no) no = mayCommit(commit.who, commit.request);
      if (no) {
        outputs_.emplace_back(Reply{commit.reply, std::move(*no)});
      } else {
        startCommit(std::move(commit), now);
      }
      return true;
    }
    const WantedRollback wanted = std::move(rollbacks_.front());
    rollbacks_.pop_front();
    if (auto no = standsNoMore(wanted.who, wanted.draft, "rollback")) {
      outputs_.emplace_back(Reply{wanted.reply, std::move(*no)});
    } else {
      startRollback(wanted, now);
    }
    return true;
  }
  Active& active = *active_;
  const bool tells = active.phase == Phase::Granting || active.phase == Phase::Revoking;
  if (tells) {
    if (!toldAll(now)) return false;
    active.phase = active.phase == Phase::Granting ? Phase::Zoning : Phase::Finishing;
    active.deadline = base::kNever;
    active.retryAt = active.since = now.mono;
    return true;
  }
  if (active.landed != 0) {
    if (present().revision < active.landed) return false;
    stepLanded(now);
    return true;
  }
  // Each step is planned on what was stored before it.
  if (active.ticket != 0 || now.mono < active.retryAt || present().revision < needed_) return false;
  if (!mayPlan()) return false;
  switch (active.phase) {
    case Phase::Storing:
      storeFirst(now);
      break;
    case Phase::Zoning:
      storeDomains(now);
      break;
    default:
      storeEnd(now);
      break;
  }
  return !active_;
}

void ChangeSets::send(std::uint32_t kind, std::vector<core::DomainStep> steps, core::ExtraRows rows,
                      std::vector<AuditEvent> audit, About of, std::vector<ops::AuditRecord> records) {
  active_->ticket = nextTicket();
  core::ManagedChange made = change(active_->ticket, kind, active_->who, std::move(rows));
  for (AuditEvent& event : audit) {
    const auto is = [&](const std::optional<Draft>& draft) {
      return draft && event.object == "change-set:#" + std::to_string(draft->id);
    };
    const Draft* its = is(active_->undone) ? &*active_->undone : is(active_->later) ? &*active_->later : &active_->row;
    for (const Draft& flipped : active_->flipped) {
      if (is(flipped)) its = &flipped;
    }
    event = about(std::move(event), *its);
    if (is(active_->undone) && !active_->row.ticket.empty()) event.ticket = active_->row.ticket;
  }
  made.steps = std::move(steps);
  made.domains = of.domains;
  made.names = of.names;
  outputs_.emplace_back(Commit{std::move(made), std::move(audit), std::move(records)});
}

// Everything but domains, and that from now on the change set is under way.
void ChangeSets::storeFirst(base::Now now) {
  auto made = std::make_shared<Prepared>();
  if (auto no = prepare(*made, now)) return giveUp(std::move(*no), now);
  Active& active = *active_;
  const Held* own = held(active.next.id);
  Draft& next = active.next;
  next.version = own == nullptr ? next.version : own->draft.version + 1;
  // As it is stored; in memory it keeps the state that the guards look at until it is.
  Draft row = next;
  row.state = DraftState::Committing;
  // What waits has it from the one that drains; else a reason that nothing asked for would be one against what comes.
  if (!row.immediate && !made->inFreeze) row.overrideReason.clear();
  row.step = CommitStep::Granting;
  row.committedAt = base::unixSeconds(now.wall);
  row.committer = recordedName(active.who.actor());
  row.committedFrom = active.who.address;
  row.rest = made->parts.rest;
  row.undoFirst = made->parts.undoFirst;
  row.undo = made->parts.undo;
  row.touched = made->parts.touched;
  row.watched = made->watched;
  std::optional<Draft> later;
  if (auto no = planLater(*made, row, later, now)) return giveUp(std::move(*no), now);
  std::optional<Draft> undone;
  if (const Held* other = held(next.undoes)) {
    undone = other->draft;
    undone->state = DraftState::RolledBack;
    undone->endedAt = base::unixSeconds(now.wall);
    undone->note = next.reason;
    ++undone->version;
  }
  active.around = {present(), made->parts.middle, made->parts.after};
  active.watch = seenNow(row.watched);
  active.targets = made->targets;
  active.row = row;
  active.undone = undone;
  active.later = later;
  active.flipped = flippedRows(*made, row, now);
  updateLocks();
  std::vector<AuditEvent> audit{
      {"change.committed", active.who.actor(), "change-set:#" + std::to_string(row.id), "done", {}}};
  audit.front().cells = made->cells;
  if (undone) {
    audit.push_back(
        {"change.rolled-back", active.who.actor(), "change-set:#" + std::to_string(undone->id), "done", row.reason});
    if (row.immediate) audit.back().left = objectsOf(active.left);
  }
  if (later) audit.push_back(toldOf(*later));
  for (const Draft& one : active.flipped) audit.push_back(toldOfFlip(one));
  std::vector<ops::AuditRecord> records = waived(present(), made->parts.middle, made->plan.put, active.who.actor());
  records.insert(records.end(), made->joined.records.begin(), made->joined.records.end());
  // A node or portal that is not known yet gets its row, and with it its number.
  const bool names = std::ranges::any_of(
      made->plan.put, [&](ObjectRef ref) { return isPinnedKind(ref.kind) && present().get(ref) == nullptr; });
  std::vector<ObjectRef> pins = pinsOf(active.row);
  std::vector<Draft> others = active.flipped;
  if (undone) others.push_back(*undone);
  if (later) others.push_back(*later);
  for (const Draft& one : others) {
    for (ObjectRef ref : pinsOf(one)) pins.push_back(ref);
  }
  std::ranges::sort(pins);
  pins.erase(std::unique(pins.begin(), pins.end()), pins.end());
  send(
      change_kind::kStored, made->plan.steps,
      [made, row = std::make_shared<const Draft>(std::move(row)), others = std::move(others), pins = std::move(pins),
       model = made->parts.middle](store::OpsWriter& ops, std::uint64_t revision) {
        for (ObjectRef ref : pins) {
          if (std::ranges::binary_search(made->plan.put, ref)) continue;
          const san::Object& object = *model.get(ref);
          writeRow(ops, ref.kind, object, object.created, object.changed);
        }
        writeRows(made->plan, ops, revision);
        writeRow(ops, *row, Stamp::Stored, revision);
        for (const Draft& one : others) writeRow(ops, one);
        if (made->joined.rows) made->joined.rows(ops, revision);
      },
      std::move(audit), {made->plan.domains, names}, std::move(records));
}

// The domains, on whatever the present state is: the objects of the change set are locked.
void ChangeSets::storeDomains(base::Now now) {
  Active& active = *active_;
  const san::Snapshot& before = present();
  auto applied =
      san::apply(before, active.next.rest, san::Writer::ChangeSet, before.revision + 1, base::unixSeconds(now.wall));
  if (!applied) return stepFailed({core::ManagedVerdict::What::Wrong, 0, applied.error().text}, now);
  const san::Diff changed = san::diff(before, applied->snapshot);
  auto plan = std::make_shared<CommitPlan>(planCommit(before, std::move(applied->snapshot), changed, projection_));
  active.row = active.next;
  active.row.step = CommitStep::Revoking;
  ++active.row.version;
  std::vector<core::DomainStep> steps = std::move(plan->steps);
  send(change_kind::kZoned, std::move(steps),
       [plan, row = std::make_shared<const Draft>(active.row), model = before](store::OpsWriter& ops,
                                                                               std::uint64_t revision) {
         writeRows(*plan, ops, revision);
         writeRow(ops, *row, Stamp::Zoned, revision);
         const auto* record = model.get<san::ChangeSet>(row->id);
         if (record == nullptr || row->rest.empty()) return;
         san::ChangeSet object = *record;
         object.zoned = revision;
         writeRow(ops, Kind::ChangeSet, object, object.created, revision);
       },
       {{"change.zoned", active.who.actor(), "change-set:#" + std::to_string(active.row.id), "done", {}}},
       {plan->domains, false});
}

// All is done: it waits to be confirmed, or stands.
void ChangeSets::storeEnd(base::Now now) {
  Active& active = *active_;
  const bool noWindow = active.next.immediate || addsCredentialsAlone(active.next, present());
  const san::Seconds within = noWindow ? 0 : present().settings().confirmWithin;
  active.row = active.next;
  active.row.step = CommitStep::Done;
  ++active.row.version;
  if (within > 0) {
    active.row.state = DraftState::Confirming;
    active.row.confirmBy = base::unixSeconds(options_.steady(now).setting) + within;
  } else {
    active.row.state = DraftState::Confirmed;
    active.row.endedAt = base::unixSeconds(now.wall);
  }
  const bool waits = within > 0;
  send(change_kind::kFinished, {},
       [waits, row = std::make_shared<const Draft>(active.row), model = present()](store::OpsWriter& ops,
                                                                                   std::uint64_t revision) {
         writeRow(ops, *row);
         const auto* record = model.get<san::ChangeSet>(row->id);
         if (record == nullptr || row->rest.empty()) return;
         san::ChangeSet object = *record;
         object.state = waits ? san::ChangeState::Confirming : san::ChangeState::Confirmed;
         writeRow(ops, Kind::ChangeSet, object, object.created, revision);
       },
       {{waits ? "change.confirming" : "change.confirmed", active.who.actor(),
         "change-set:#" + std::to_string(active.row.id), "done",
         waits ? "until " + std::to_string(active.row.confirmBy) : std::string()}});
}

// The change under way is stored, and the projection has it.
void ChangeSets::stepLanded(base::Now now) {
  Active& active = *active_;
  const san::Revision revision = std::exchange(active.landed, 0);
  active.ticket = 0;
  active.backOff = {};
  active.next = active.row;
  if (active.phase == Phase::Storing) active.next.stored = revision;
  if (active.phase == Phase::Zoning) active.next.zoned = revision;
  Held& held = drafts_[active.next.id];
  held.draft = active.next;
  held.bytes = weigh(held.draft);
  held.writing = true;
  held.around = active.around;
  if (active.phase == Phase::Storing) {
    if (active.undone) {
      Held& undone = drafts_[active.undone->id];
      undone.draft = *active.undone;
      undone.writing = false;
      undone.watch.clear();
      active.undone.reset();
    }
    for (Draft& one : std::exchange(active.flipped, {})) {
      Held& flipped = drafts_[one.id];
      flipped.draft = std::move(one);
      flipped.bytes = weigh(flipped.draft);
      flipped.told = false;
    }
    laterLanded();
    Answer answer;
    answer.draft = active.next.id;
    answer.version = active.next.version;
    answer.left = active.left;
    if (active.reply != 0) outputs_.emplace_back(Reply{std::exchange(active.reply, 0), std::move(answer)});
    active.phase = Phase::Granting;
    tell(active.pureRevoke() ? TargetPhase::New : TargetPhase::Union, revision, now);
  } else if (active.phase == Phase::Zoning) {
    active.phase = Phase::Revoking;
    transition_.reset();
    tell(TargetPhase::New, revision, now);
  } else {
    held.writing = false;
    if (held.draft.state == DraftState::Confirming) {
      // Of those before a start nobody has told yet.
      if (!active.resumed) held.watch = std::move(active.watch);
    }
    active_.reset();
    updateLocks();
    watchSessions(now);
  }
}

// Grants: the targets that give more, what they gave and what they will. Revokes: what is desired now.
void ChangeSets::tell(TargetPhase phase, san::Revision revision, base::Now now) {
  Active& active = *active_;
  active.waiting.clear();
  active.told = revision;
  active.deadline = now.mono + options_.ackTime;
  const bool first = active.phase == Phase::Granting;
  if (first) transition_ = Transition{active.next.id, active.around.before, active.around.after, phase, revision};
  if (!first && active.pureRevoke()) return;  // they have it since before the domains
  for (const TargetChange& target : active.targets) {
    if (phase == TargetPhase::Union && !target.grants) continue;
    if (!first && !active.tellsTwice(target.target)) continue;  // it has all of it since the union
    outputs_.emplace_back(TargetState{target.target, phase, revision});
    if (target.managed) active.waiting.insert(target.target);
  }
}

// Whether the targets have it, or their time is over; those that have not are pending and nobody waits for them.
bool ChangeSets::toldAll(base::Now now) {
  Active& active = *active_;
  present().table<san::AppliedTarget>().forEach([&](Id, const san::AppliedTarget& applied) {
    if (applied.desired >= active.told) active.waiting.erase(applied.target.id);
  });
  if (active.waiting.empty()) return true;
  if (now.mono < active.deadline) return false;
  for (Id target : active.waiting) {
    if (std::ranges::find(active.next.pending, target, &PendingTarget::target) == active.next.pending.end())
      active.next.pending.push_back({target, active.tellsTwice(target)});
    notice(Notice::Kind::TargetPending, active.next.id,
           "The target " + san::nameOf(present(), {Kind::Node, target}) + " has not said that it has the new state.");
  }
  active.waiting.clear();
  return true;
}

// Targets that were pending and have told since that they have their last state: an agent that has the union alone
// still admits whom the change set takes out.
void ChangeSets::takeOffPending() {
  const auto erase = [&](Draft& draft) {
    if (draft.pending.empty()) return;
    present().table<san::AppliedTarget>().forEach([&](Id, const san::AppliedTarget& applied) {
      std::erase_if(draft.pending, [&](const PendingTarget& one) {
        const san::Revision last = one.twice ? draft.zoned : draft.stored;
        return one.target == applied.target.id && last != 0 && applied.desired >= last;
      });
    });
  };
  if (active_) erase(active_->next);
  for (auto& [id, held] : drafts_) {
    if (held.draft.step == CommitStep::Done) erase(held.draft);
  }
}

// ---- What the registry and the store refuse ------------------------------------------------------------------------

// Nothing of the commit is stored: it is as if it had not been asked for.
void ChangeSets::giveUp(Answer answer, base::Now now) {
  Active active = std::move(*active_);
  active_.reset();
  if (Held* before = held(active.next.id)) before->writing = false;
  Held* undone = held(active.next.undoes);
  if (undone != nullptr) undone->writing = false;
  updateLocks();
  if (active.next.immediate) {
    if (active.reply != 0) outputs_.emplace_back(Reply{active.reply, answer});
    if (undone != nullptr) rollbackFailed(*undone, answer.text, now);
    Held* due = held(active.next.id);
    if (due != nullptr && due->draft.state == DraftState::Waiting) drainFailed(*due, answer.text, now);
    return;
  }
  const Held* own = held(active.next.id);
  if (answer.refusal == Refusal::ImpactDiffers && own != nullptr) {
    Draft next = own->draft;
    next.state = DraftState::Submitted;
    next.approver.clear();
    next.note = answer.text;
    if (const auto seen = preview(next.id)) next.cells = seen->hash;
    ++next.version;
    const Answer waits = store(active.who, std::move(next), {}, {"change.impact-differs", answer.text}, answer);
    writes_.at(waits.ticket).replyTo = active.reply;
    return;
  }
  outputs_.emplace_back(Reply{active.reply, std::move(answer)});
}

void ChangeSets::stepFailed(const core::ManagedVerdict& verdict, base::Now now) {
  using What = core::ManagedVerdict::What;
  Active& active = *active_;
  active.ticket = 0;
  if (verdict.what == What::Behind) {
    active.behind = true;
    active.retryAt = now.mono + std::chrono::seconds(1);
    return;
  }
  if (verdict.what != What::Wrong) return retryLater(now);
  if (active.phase == Phase::Storing) {
    return giveUp(refused(active.who, active.next.id, Refusal::BadEdits, verdict.text), now);
  }
  // What stands stored is taken back, and nothing else.
  const Active failed = std::move(*active_);
  active_.reset();
  transition_.reset();
  held(failed.next.id)->writing = false;
  // It is no decision of who committed it: his name stands in the row of what is taken back.
  rollbacks_.push_front({failed.next.id, theServer(), "It could not be carried out: " + verdict.text, 0});
  notice(Notice::Kind::TakenBack, failed.next.id, rollbacks_.front().why);
}

void ChangeSets::retryLater(base::Now now) {
  Active& active = *active_;
  const bool nothingStored = active.phase == Phase::Storing && !active.next.immediate;
  if (nothingStored && now.mono - active.since >= options_.maxStoreWait) {
    Answer answer;
    answer.what = Answer::What::Refused;
    answer.refusal = Refusal::StoreFailed;
    answer.text = "The store takes nothing: the change set is not carried out.";
    answer.draft = active.next.id;
    return giveUp(std::move(answer), now);
  }
  if (active.backOff == base::Duration{}) {
    notice(Notice::Kind::StoreFailed, active.next.id,
           "The store takes nothing at the moment; the change set waits for it.");
    active.backOff = options_.storeRetry;
  } else {
    active.backOff = std::min(active.backOff * 2, options_.storeRetryMax);
  }
  active.retryAt = now.mono + active.backOff;
}

}  // namespace manage
