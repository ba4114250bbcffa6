// Confirm windows: deadlines, the sessions that are to stay, taking back; and what a restart finds.
#include <algorithm>
#include <iterator>

#include "isns-server/manage/changes/change_sets.h"
#include "shared/base/plain_text.h"
#include "shared/base/revisions.h"
#include "shared/san/inverse.h"

namespace manage {
namespace {

using san::Id;
using san::Kind;
using san::ObjectRef;

// A state that is `edits` away from another.
struct Away {
  san::Snapshot state;
  std::vector<san::Dropped> left;  // edits that do not go, since others have taken their place
};

// For looking at: what cannot be beside what others have made since is judged when somebody wants it back (inverse.h),
// so all edits are done that a snapshot can have, and those that it cannot have are told.
Away awayBy(const san::Snapshot& from, std::vector<san::Edit> edits) {
  Away away;
  for (;;) {
    auto applied = san::apply(from, edits, std::nullopt, from.revision, from.time, true);
    if (applied) {
      away.state = std::move(applied->snapshot);
      return away;
    }
    const san::EditError& error = applied.error();
    if (!error.edit) {
      away.left.push_back({error.object, error.field, error.text});
      edits.clear();
      continue;
    }
    // A new object that lacks something is not made.
    const san::Edit wrong = edits[*error.edit];
    away.left.push_back({wrong.object, wrong.field, error.text});
    const bool made = std::ranges::any_of(
        edits, [&](const san::Edit& edit) { return edit.op == san::EditOp::Create && edit.object == wrong.object; });
    if (made) {
      std::erase_if(edits, [&](const san::Edit& edit) { return edit.object == wrong.object; });
    } else {
      edits.erase(edits.begin() + static_cast<std::ptrdiff_t>(*error.edit));
    }
  }
}

std::string leftText(std::size_t facts) {
  return std::to_string(facts) + " facts were left as they are: others had changed them";
}

// Who committed it, as its row says. One of an older version does not: then nobody is named.
Who committerOf(const Draft& draft) {
  const bool server = draft.committer == core::change_kind::kOwnOrigin && draft.committedFrom.empty();
  if (draft.committer.empty() || server) return theServer();
  Who who{draft.committer, draft.committedFrom, {}};
  const std::size_t stroke = who.name.find('/');
  if (stroke == std::string::npos) return who;
  who.kind = ops::ActorKind::Token;
  who.token = who.name.substr(stroke + 1);
  who.name.resize(stroke);
  return who;
}

}  // namespace

// ---- A restart -----------------------------------------------------------------------------------------------------

base::Status ChangeSets::loadRow(std::int64_t id, std::span<const store::Cell> cells) {
  auto read = readDraft(id, cells);
  if (!read) return base::fail(read.error().text);
  Held& held = drafts_[read->id];
  lastId_ = std::max(lastId_, read->id);
  held.draft = std::move(*read);
  held.bytes = weigh(held.draft);
  return {};
}

void ChangeSets::start(base::Now now) {
  last_ = now;
  Held* underWay = nullptr;
  for (auto& [id, held] : drafts_) {
    // The state that a draft was made on is gone; where its footprint stands, the present one serves.
    if (held.draft.editable() && san::staleObjects(held.draft.footprint, present()).empty()) held.base = present();
    if (!held.draft.holds()) continue;
    restoreAround(held);
    for (const Watched& one : held.draft.watched) held.watch[one] = {};
    if (held.draft.state == DraftState::Committing) underWay = &held;
  }
  if (underWay != nullptr) resume(*underWay, now);
  updateLocks();
  beginAnew(now);
  watchSessions(now);
  watchDeadlines(now);
  advance(now);
}

// What was confirmed after the backup waits to be confirmed again after its restore, and its time is over: to take it
// back at once would undo what somebody has confirmed. So he gets the whole time to say it again, and what waits for
// the end of a drain has the whole drain, for a rollback that is lost likewise. At the first start after each restore.
void ChangeSets::beginAnew(base::Now now) {
  const san::Seconds time = base::unixSeconds(options_.steady(now).setting);
  for (auto& [id, held] : drafts_) {
    Draft& draft = held.draft;
    const bool window = draft.state == DraftState::Confirming;
    if (!window && draft.state != DraftState::Waiting) continue;
    const san::Revision last = std::max({draft.base, draft.stored, draft.zoned, draft.anew});
    if (!base::isAfterRestore(last, present().revision)) continue;
    std::string text;
    if (window) {
      draft.confirmBy = time + windowOf(draft);
      text = "Its confirm window begins anew, as an older database was put back: confirm it or roll it back.";
    } else {
      draft.dueAt = time + lengthOf(draft);
      text = "What it takes away stays for the whole drain once more, as an older database was put back.";
    }
    draft.anew = present().revision;
    draft.anewAt = time;
    ++draft.version;
    notice(Notice::Kind::BegunAnew, id, text);
    (void)store(theServer(), draft, {}, {"change.begun-anew", std::move(text)});
  }
}

san::Seconds ChangeSets::windowOf(const Draft& draft) const {
  // The time of the commit may be one of a clock that was ahead.
  const san::Seconds began = draft.anewAt != 0 ? draft.anewAt : draft.committedAt;
  return std::max(draft.confirmBy - began, present().settings().confirmWithin);
}

// The states around its commit, as the present one and its rows tell: its objects have been held since.
void ChangeSets::restoreAround(Held& held) {
  const Draft& draft = held.draft;
  const bool domainsToCome = draft.step == CommitStep::Granting;
  Away before = awayBy(present(), domainsToCome ? draft.undoFirst : draft.undo);
  held.around = Around{std::move(before.state), present(),
                       domainsToCome ? awayBy(present(), draft.rest).state : present(), std::move(before.left)};
}

void ChangeSets::resume(Held& held, base::Now now) {
  held.writing = true;
  active_ = Active{};
  Active& active = *active_;
  active.resumed = true;
  active.next = active.row = held.draft;
  active.who = committerOf(held.draft);
  active.around = *held.around;
  active.targets = targetChanges(san::SanIndex(active.around.before), san::SanIndex(active.around.after));
  active.since = now.mono;
  needed_ = present().revision;
  if (held.draft.step == CommitStep::Granting) {
    active.phase = Phase::Granting;
    tell(active.pureRevoke() ? TargetPhase::New : TargetPhase::Union, held.draft.stored, now);
  } else {
    active.phase = Phase::Revoking;
    tell(TargetPhase::New, held.draft.zoned, now);
  }
}

// ---- Taking back ---------------------------------------------------------------------------------------------------

Answer ChangeSets::rollback(const Who& who, Id id, std::string why, base::Now now, std::string ticket,
                            std::uint64_t version) {
  last_ = now;
  if (auto no = denied(who, who.rights.commit, id, "roll change sets back")) return *no;
  Held* held = this->held(id);
  if (held != nullptr && active_ && active_->next.id == id) {
    return refused(who, id, Refusal::Busy, "The change set is being carried out: roll it back when that is done.");
  }
  if (version == 0 && held != nullptr) version = held->draft.version;
  if (auto no = notReady(who, held, id, version)) return *no;
  if (!base::plainTextFault(ticket, san::kMaxName).empty())
    return refused(who, id, Refusal::TooMany, "A ticket is a line of at most 255 bytes.");
  if (why.empty() || !base::plainTextFault(why, san::kMaxText).empty())
    return refused(who, id, Refusal::ReasonNeeded, "Say why, in a line of at most 1024 bytes.");
  if (held->draft.state == DraftState::Confirmed && held->draft.origin != san::ChangeOrigin::Baseline) {
    return rollbackLater(who, *held, std::move(why), std::move(ticket), now);
  }
  if (held->draft.state != DraftState::Confirming) {
    if (held->draft.state == DraftState::Waiting) return *belongsTo(who, *held);
    return refused(who, id, Refusal::WrongState, "Only what is committed can be rolled back, and no baseline.");
  }
  if (auto no = notHis(who, *held)) return *no;
  Answer waits;
  waits.what = Answer::What::Waits;
  waits.ticket = nextTicket();
  waits.draft = id;
  waits.version = held->draft.version;
  wantRollback({id, who, std::move(why), waits.ticket, std::move(ticket)});
  advance(now);
  return waits;
}

void ChangeSets::wantRollback(WantedRollback wanted) {
  const auto same = [&](const WantedRollback& other) { return other.draft == wanted.draft; };
  if (std::ranges::any_of(rollbacks_, same)) {
    if (wanted.reply != 0) {
      Answer answer;
      answer.what = Answer::What::Refused;
      answer.refusal = Refusal::Busy;
      answer.text = "The change set is about to be rolled back already.";
      answer.draft = wanted.draft;
      outputs_.emplace_back(Reply{wanted.reply, std::move(answer)});
    }
    return;
  }
  rollbacks_.push_back(std::move(wanted));
}

// Of what was applied: where the domains were not stored, the first part alone.
void ChangeSets::startRollback(const WantedRollback& wanted, base::Now now) {
  Held* held = this->held(wanted.draft);
  const auto fail = [&](std::string text) {
    Answer answer;
    answer.what = Answer::What::Refused;
    answer.refusal = Refusal::WrongState;
    answer.text = std::move(text);
    answer.draft = wanted.draft;
    if (wanted.reply != 0) outputs_.emplace_back(Reply{wanted.reply, std::move(answer)});
  };
  if (held == nullptr || !held->draft.holds() || !held->around)
    return fail("The change set waits for nothing any more.");
  if (held->writing) return fail("The change set is being stored.");
  const Draft& draft = held->draft;
  const bool domainsStored = draft.zoned != 0;
  san::Inverse back =
      san::inverse(held->around->before, domainsStored ? held->around->after : held->around->middle, present());
  Active active;
  active.next.id = ++lastId_;
  active.next.state = DraftState::Approved;
  active.next.origin = san::ChangeOrigin::Rollback;
  active.next.immediate = true;
  active.next.undoes = draft.id;
  active.next.author = wanted.who.name;
  active.next.title = "rollback of change set " + std::to_string(draft.id);
  active.next.reason = wanted.why;
  active.next.ticket = wanted.ticket.empty() ? draft.ticket : wanted.ticket;
  active.next.base = present().revision;
  active.next.edits = std::move(back.edits);
  active.next.createdAt = base::unixSeconds(now.wall);
  active.who = wanted.who;
  active.reply = wanted.reply;
  active.left = held->around->left;
  std::move(back.left.begin(), back.left.end(), std::back_inserter(active.left));
  if (!active.left.empty()) {
    notice(Notice::Kind::LeftAlone, draft.id,
           std::to_string(active.left.size()) + " facts stay as they are, since others have changed them.");
    active.next.note = leftText(active.left.size()) + ".";
  }
  begin(std::move(active), now);
}

std::vector<std::pair<Id, bool>> ChangeSets::flips(Id undone) const {
  std::vector<std::pair<Id, bool>> all;
  const Held* one = held(undone);
  for (bool holds = true; one != nullptr; holds = !holds) {
    const Id id = one->draft.undoes;
    one = held(id);
    if (one == nullptr || one->draft.state != (holds ? DraftState::RolledBack : DraftState::Confirmed)) break;
    all.emplace_back(id, holds);
  }
  return all;
}

// What it made has other numbers since then, and its own inverse would not find that.
ChangeSets::Held& ChangeSets::bringer(Held& undone) {
  Held* found = &undone;
  for (auto& [id, held] : drafts_) {
    const Held* between = this->held(held.draft.undoes);
    const bool brought = held.draft.immediate && held.draft.state == DraftState::Confirmed && between != nullptr &&
                         between->draft.state == DraftState::RolledBack && between->draft.undoes == undone.draft.id;
    if (brought) found = &held;
  }
  return *found;
}

// What a rollback gives back was approved by whom it was: its edits are an administrator's, who writes no approval. An
// entry that somebody has written since is his.
void ChangeSets::restoreLedger(san::SnapshotEditor& editor) {
  Held* undone = held(active_->next.undoes);
  if (undone == nullptr) return;
  const Held& source = bringer(*undone);
  const Draft& draft = source.draft;
  const san::Snapshot before = source.around ? source.around->before : awayBy(present(), draft.undo).state;
  const san::Revision last = draft.lastRevision();
  restoreApprovals(editor, before, present(), [&](const san::Approval& now) {
    return now.changed <= last && std::ranges::binary_search(draft.touched, ObjectRef{Kind::Approval, now.id});
  });
}

// It stands then, and somebody must look.
void ChangeSets::rollbackFailed(Held& held, const std::string& why, base::Now now) {
  Draft next = held.draft;
  next.state = DraftState::Confirmed;
  next.step = CommitStep::Done;
  next.endedAt = base::unixSeconds(now.wall);
  next.note = "It could not be rolled back: " + why;
  ++next.version;
  notice(Notice::Kind::NotTakenBack, next.id, next.note);
  const std::string note = next.note;
  (void)store(theServer(), std::move(next), {}, {"change.rollback-failed", note, change_kind::kConfirmed});
}

// A change set of its own, for the same course as any other.
Answer ChangeSets::rollbackLater(const Who& who, Held& held, std::string why, std::string ticket, base::Now now) {
  const Draft& undone = held.draft;
  if (auto no = takenAway(who, undone.id)) return *no;
  for (const auto& [id, other] : drafts_) {
    if (other.draft.undoes != undone.id || other.draft.ended()) continue;
    return refused(who, undone.id, Refusal::WrongState,
                   "Change set " + std::to_string(id) + " is there to roll it back: submit and commit that one.");
  }
  Draft draft;
  std::vector<san::Dropped> left;
  const Held& source = bringer(held);
  if (source.around) {
    const bool drained = source.draft.origin == san::ChangeOrigin::Drain;
    const san::Snapshot before =
        drained ? san::withoutDepartures(source.around->before, source.draft.edits) : source.around->before;
    san::Inverse back = san::inverse(before, source.around->after, present());
    draft.edits = std::move(back.edits);
    left = source.around->left;
    std::move(back.left.begin(), back.left.end(), std::back_inserter(left));
  } else {
    // From its row alone: what has a later revision is left alone, object by object.
    const san::Revision last = source.draft.lastRevision();
    std::set<ObjectRef> moved;
    for (ObjectRef ref : source.draft.touched) {
      const san::Object* object = present().get(ref);
      if (object != nullptr && object->changed > last) moved.insert(ref);
    }
    for (ObjectRef ref : moved) left.push_back({ref, {}, "It was changed since."});
    std::vector<san::Edit> undo;
    for (const san::Edit& edit : source.draft.undo) {
      const bool gone = !san::isProvisional(edit.object.id) && edit.op != san::EditOp::Create &&
                        present().get(edit.object) == nullptr;
      // Who approved what comes with the commit (restoreLedger()).
      const san::FieldRow* field = san::findField(edit.object.kind, edit.field);
      const bool mayWrite = field == nullptr || field->writer == san::Writer::ChangeSet;
      if (moved.count(edit.object) == 0 && !gone && mayWrite) undo.push_back(edit);
    }
    // As without a restart: what others have taken the place of stays, and the rest is taken back.
    Away before = awayBy(present(), std::move(undo));
    san::Inverse back = san::inverse(before.state, present(), present());
    draft.edits = std::move(back.edits);
    for (auto* some : {&before.left, &back.left}) std::move(some->begin(), some->end(), std::back_inserter(left));
  }
  draft.id = lastId_ + 1;
  draft.origin = san::ChangeOrigin::Rollback;
  draft.undoes = undone.id;
  draft.author = who.name;
  draft.title = "rollback of change set " + std::to_string(undone.id);
  draft.note = std::move(why);
  draft.ticket = std::move(ticket);
  draft.createdAt = base::unixSeconds(now.wall);
  std::string details = "to roll back change set " + std::to_string(undone.id) + ": " + draft.note;
  if (draft.edits.empty()) takesBackNoMore(draft, "There is nothing left to take back.");
  if (auto no = checkEdits(who, draft, present())) return *no;
  if (auto no = noRoom(who, draft, nullptr)) return *no;
  ++lastId_;
  Answer answer;
  answer.left = std::move(left);
  if (!answer.left.empty()) details += "; " + leftText(answer.left.size());
  return store(who, std::move(draft), present(), {"change.created", std::move(details)}, std::move(answer));
}

// ---- Windows -------------------------------------------------------------------------------------------------------

// Whoever puts the wall clock right neither ends a window nor draws it out.
void ChangeSets::watchDeadlines(base::Now now) {
  for (auto& [id, held] : drafts_) {
    const Draft& draft = held.draft;
    if (draft.state != DraftState::Confirming) continue;
    const bool over = held.deadline.passed(base::WallTime(std::chrono::seconds(draft.confirmBy)),
                                           std::chrono::seconds(windowOf(draft)), options_.steady(now), now.mono);
    if (over && !held.writing) takeBack(held, "Nobody confirmed it in time.");
  }
}

void ChangeSets::takeBack(Held& held, std::string why) {
  const auto same = [&](const WantedRollback& other) { return other.draft == held.draft.id; };
  if (std::ranges::any_of(rollbacks_, same)) return;
  notice(Notice::Kind::TakenBack, held.draft.id, why);
  rollbacks_.push_back({held.draft.id, theServer(), std::move(why), 0});
}

ChangeSets::Watch ChangeSets::seenNow(const std::vector<Watched>& some) const {
  Watch watch;
  for (const Watched& one : some) watch[one];
  present().table<san::Session>().forEach([&](Id, const san::Session& session) {
    const auto found = watch.find({session.initiator.id, session.target.id});
    if (found == watch.end()) return;
    found->second.seen = true;
    session.seenBy.forEach([&](Id agent) { found->second.toldBy.insert(agent); });
  });
  return watch;
}

bool ChangeSets::anyIsBelieved(const base::IdSet& agents) const {
  return !agents.visitWhile([&](Id id) {
    const auto* agent = present().get<san::Agent>(id);
    return agent == nullptr || agent->revoked;
  });
}

// A session that this process has seen, and that does not come back: the change set goes. What nobody has reported
// since a restart is not known to be lost, and neither is what went with the agents that told of it.
void ChangeSets::watchSessions(base::Now now) {
  std::vector<Watched> all;
  for (const auto& [id, held] : drafts_) {
    if (held.draft.state != DraftState::Confirming) continue;
    for (const auto& [one, watch] : held.watch) all.push_back(one);
  }
  if (all.empty()) return;
  const Watch live = seenNow(all);
  for (auto& [id, held] : drafts_) {
    if (held.draft.state != DraftState::Confirming || held.writing) continue;
    for (auto& [one, watch] : held.watch) {
      if (live.at(one).seen) {
        watch = live.at(one);
      } else if (watch.seen && !watch.toldBy.empty() && !anyIsBelieved(watch.toldBy)) {
        watch = {};
      } else if (watch.seen && watch.lostSince == base::kNever) {
        watch.lostSince = now.mono;
      } else if (watch.seen && now.mono - watch.lostSince >= options_.sessionGrace) {
        takeBack(held, san::nameOf(present(), {Kind::Node, one.initiator}) + " lost its session to " +
                           san::nameOf(present(), {Kind::Node, one.target}) + ".");
        break;
      }
    }
  }
}

// ---- Locks -------------------------------------------------------------------------------------------------------

// Domains and sets of what is under way and of what waits to be confirmed.
void ChangeSets::updateLocks() {
  Lock lock;
  for (const auto& [id, held] : drafts_) {
    if (held.draft.holds()) lock.take(held.draft.touched);
  }
  if (active_) lock.take(active_->row.touched);
  const auto same = [](const base::IdSet& a, const base::IdSet& b) {
    return a.size() == b.size() && a.visitWhile([&](base::IdSet::Id id) { return b.contains(id); });
  };
  if (same(lock.domains, lockedDomains_) && same(lock.sets, lockedSets_)) return;
  lockedDomains_ = lock.domains;
  lockedSets_ = lock.sets;
  outputs_.emplace_back(std::move(lock));
}

bool ChangeSets::mayWireChange(const base::IdSet& domains, const base::IdSet& sets) const {
  return domains.visitWhile([&](base::IdSet::Id id) { return !lockedDomains_.contains(id); }) &&
         sets.visitWhile([&](base::IdSet::Id id) { return !lockedSets_.contains(id); });
}

}  // namespace manage
