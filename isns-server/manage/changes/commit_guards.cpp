// What stands before a commit: who may, what the present state says to it, and its first part as it will be stored.
// Nothing is stored here.
#include <algorithm>

#include "isns-server/manage/changes/change_sets.h"
#include "shared/base/plain_text.h"
#include "shared/san/desired_bounds.h"
#include "shared/san/desired_size.h"

namespace manage {
namespace {

using san::Id;
using san::Kind;
using san::ObjectRef;

bool touchesLedger(const Draft& draft) {
  return std::ranges::any_of(draft.edits, [](const san::Edit& edit) { return edit.object.kind == Kind::Approval; });
}

// What an objection is, where it stops the commit; None where it does not. Who gave a reason against a freeze may
// (mayCommit()).
Refusal refusalOf(const san::Objection& objection, const Draft& draft) {
  using san::Guard;
  if (objection.guard == Guard::Frozen && !draft.overrideReason.empty()) return Refusal::None;
  if (objection.severity == san::Resistance::Warn) return Refusal::None;
  if (objection.severity == san::Resistance::NeedsReason && !draft.exception.empty()) return Refusal::None;
  switch (objection.guard) {
    case Guard::TooManyObjects:
    case Guard::TooManyCells:
    case Guard::AgentFull:
      return Refusal::TooLarge;
    case Guard::Frozen:
      return Refusal::Frozen;
    case Guard::LosesSession:
      return Refusal::LosesSessions;
    case Guard::NoCredential:
    case Guard::SupersedesCredential:
    case Guard::AdmitsNobody:
    case Guard::HostLosesAll:
      return Refusal::LocksOut;
    case Guard::OutsideWindow:
    case Guard::DomainInNoSet:
      break;
  }
  return Refusal::ReasonNeeded;
}

}  // namespace

std::optional<Answer> ChangeSets::mayCommit(const Who& who, const CommitRequest& request) {
  const Id id = request.draft;
  if (auto no = denied(who, who.rights.commit, id, "commit change sets")) return *no;
  Held* held = this->held(id);
  if (auto no = notReady(who, held, id, request.version)) return *no;
  const Draft& draft = held->draft;
  if (draft.state != DraftState::Submitted && draft.state != DraftState::Approved) {
    return refused(who, id, Refusal::WrongState, "The change set is not submitted.");
  }
  if (request.drain) {
    if (auto no = badDrain(who, id, *request.drain)) return *no;
    if (draft.state == DraftState::Approved && *request.drain != draft.drain) {
      return refused(who, id, Refusal::WrongState,
                     "It was approved with another drain: change that in the draft, and have it approved again.");
    }
  }
  if (!request.overrideReason.empty()) {
    if (auto no = denied(who, who.rights.override, id, "commit in a freeze window")) return *no;
  }
  for (const std::string& why : {request.exception, request.overrideReason}) {
    if (base::plainTextFault(why, san::kMaxText).empty()) continue;
    return refused(who, id, Refusal::TooMany, "A reason is a line of at most 1024 bytes.");
  }
  if (!base::plainTextFault(request.ticket, san::kMaxName).empty())
    return refused(who, id, Refusal::TooMany, "A ticket is a line of at most 255 bytes.");
  return std::nullopt;
}

// Several are carried out one after the other; each is judged again when it is its turn.
Answer ChangeSets::commit(const Who& who, const CommitRequest& request, base::Now now) {
  last_ = now;
  if (auto no = mayCommit(who, request)) return *no;
  const bool waitsInLine = active_ || planned_ != 0 || !rollbacks_.empty() || !queued_.empty();
  if (waitsInLine && queued_.size() >= options_.maxQueued) {
    return refused(who, request.draft, Refusal::Busy,
                   "Many change sets wait to be carried out: ask again in some seconds.");
  }
  Answer waits;
  waits.what = Answer::What::Waits;
  waits.ticket = nextTicket();
  waits.draft = request.draft;
  waits.version = request.version;
  QueuedCommit one{who, request, waits.ticket};
  if (waitsInLine) {
    queued_.push_back(std::move(one));
  } else {
    startCommit(std::move(one), now);
  }
  return waits;
}

void ChangeSets::startCommit(QueuedCommit commit, base::Now now) {
  Active active;
  active.next = held(commit.request.draft)->draft;
  if (!commit.request.exception.empty()) active.next.exception = std::move(commit.request.exception);
  active.next.overrideReason = std::move(commit.request.overrideReason);
  active.next.drain = commit.request.drain.value_or(active.next.drain);
  if (!commit.request.ticket.empty()) active.next.ticket = std::move(commit.request.ticket);
  active.who = std::move(commit.who);
  active.reply = commit.reply;
  begin(std::move(active), now);
}

void ChangeSets::begin(Active active, base::Now now) {
  active_ = std::move(active);
  active_->retryAt = now.mono;
  active_->since = now.mono;
  if (Held* own = held(active_->next.id)) own->writing = true;
  if (Held* undone = held(active_->next.undoes)) undone->writing = true;
  advance(now);
}

// Objects that another change set holds, and which one that is; `touched` ascends.
std::vector<ObjectRef> ChangeSets::heldBesides(const Draft& draft, const std::vector<ObjectRef>& touched,
                                               Id& by) const {
  std::vector<ObjectRef> both;
  for (const auto& [other, held] : drafts_) {
    if (other == draft.id || other == draft.undoes || !held.draft.holds()) continue;
    by = other;
    std::ranges::set_intersection(touched, held.draft.touched, std::back_inserter(both));
    if (!both.empty()) break;
  }
  return both;
}

// What stops a commit, on the present state. `inFreeze`: set where a freeze would.
std::optional<Answer> ChangeSets::guards(const Who& who, const Draft& draft, const Judged& judged, base::Now now,
                                         bool& inFreeze) {
  const san::Settings& settings = present().settings();
  const Id id = draft.id;
  Id by = 0;
  if (auto both = heldBesides(draft, judged.touched, by); !both.empty()) {
    Answer answer =
        refused(who, id, Refusal::Held,
                "Change set " + std::to_string(by) + " is about the same objects and waits to be confirmed.");
    answer.objects = std::move(both);
    return answer;
  }
  if (draft.state != DraftState::Approved && (settings.approvalNeeded || touchesLedger(draft))) {
    return refused(who, id, Refusal::ApprovalNeeded, "The change set must be approved first.");
  }
  if (draft.state == DraftState::Approved && draft.approver == draft.author && !settings.authorMayApprove) {
    return refused(who, id, Refusal::AuthorApproves, "Who made a change set does not approve it, as the settings say.");
  }
  auto objections = san::objectionsTo(judged.changed, judged.impact, judged.before, judged.after,
                                      base::unixSeconds(now.wall), draft.drain);
  for (const san::Objection& objection : objections) {
    inFreeze = inFreeze || objection.guard == san::Guard::Frozen;
    const Refusal why = refusalOf(objection, draft);
    if (why == Refusal::None) continue;
    Answer answer = refused(who, id, why, objection.text);
    answer.objects = objection.objects;
    answer.objections = std::move(objections);
    return answer;
  }
  return std::nullopt;
}

// The edits of now as parts, and what waits.
std::optional<Answer> ChangeSets::divide(Prepared& out, std::vector<san::Edit>& edits, base::Now now) {
  Active& active = *active_;
  const san::Snapshot& before = present();
  const san::Seconds time = base::unixSeconds(now.wall);
  const auto wrong = [&](const san::EditError& error) { return badEdits(active.who, active.next.id, error); };
  out.before = presentIndex();
  if (active.next.origin == san::ChangeOrigin::Drain) {
    san::Grafted due = san::dueEdits({active.next.edits, active.next.expected}, before);
    edits = std::move(due.edits);
    active.left = std::move(due.dropped);
  } else if (active.next.drain != 0 && !active.next.immediate) {
    out.leavesAt = base::unixSeconds(options_.steady(now).setting) + active.next.drain;
    auto planned = san::planDrain(*out.before, edits, out.leavesAt);
    if (!planned) return wrong(planned.error());
    if (!planned->leaving.empty()) out.drain = std::move(*planned);
    if (out.drain) edits = out.drain->now;
  }
  auto parts = partsOf(before, edits, before.revision + 1, time);
  if (!parts) return wrong(parts.error());
  out.parts = std::move(*parts);
  out.after = out.end = std::make_shared<const san::SanIndex>(out.parts.after);
  if (!out.drain) return std::nullopt;
  out.withdrawal = san::withdrawalOf(*out.drain, before, out.parts.after);
  out.end = std::make_shared<const san::SanIndex>(out.drain->after);
  return std::nullopt;
}

// What an agent's hosts are about to lose it is told in a list that has an end. `after`: with what leaves.
std::optional<Answer> ChangeSets::tooMuchLeaves(const Who& who, Id id, const san::SanIndex& before,
                                                const san::SanIndex& after) {
  std::optional<Answer> no;
  after.snapshot().table<san::Agent>().forEach([&](Id, const san::Agent& agent) {
    const std::size_t leaving = no || agent.revoked ? 0 : san::leavingOf(after, agent);
    if (leaving <= san::DesiredBounds::kLeaving || leaving <= san::leavingOf(before, agent)) return;
    no = refused(who, id, Refusal::TooLarge,
                 "Hosts of " + agent.name + " would have " + std::to_string(leaving) +
                     " logical units that are about to go, and their agent is told " +
                     std::to_string(san::DesiredBounds::kLeaving) +
                     " at most: drain less in one change set, or let no drain hold for it.");
    no->objects = {{Kind::Agent, agent.id}};
  });
  return no;
}

// All of it, also what waits. `impact`: of the first part.
std::optional<Answer> ChangeSets::judge(Prepared& prepared, const san::Impact& impact, base::Now now) {
  const Active& active = *active_;
  const san::Snapshot& before = present();
  const san::Snapshot& end = prepared.end->snapshot();
  if (auto no = notHis(active.who, active.next, before, end, true)) return no;
  Judged judged{*prepared.before, *prepared.end, san::diff(before, end), impact, prepared.parts.touched};
  if (prepared.drain) {
    judged.impact = san::impact(*prepared.before, *prepared.end, kAllCells);
    for (const san::ObjectChange& change : prepared.drain->later.objects) judged.touched.push_back(change.object);
    std::ranges::sort(judged.touched);
  }
  if (auto no = guards(active.who, active.next, judged, now, prepared.inFreeze)) return no;
  if (prepared.drain) {
    if (auto no = tooMuchLeaves(active.who, active.next.id, *prepared.before, *prepared.after)) return no;
  }
  if (active.next.state != DraftState::Approved || hashOf(judged.impact.listed, before, end) == active.next.cells)
    return std::nullopt;
  return refused(active.who, active.next.id, Refusal::ImpactDiffers,
                 "It would change other cells than those that were approved: it must be approved again.");
}

// The first part on the present state, or why it cannot be. An answer that Waits: the draft goes back and is stored so.
std::optional<Answer> ChangeSets::prepare(Prepared& out, base::Now now) {
  Active& active = *active_;
  const san::Snapshot& before = present();
  Held* own = held(active.next.id);
  if (own != nullptr && !active.next.immediate) {
    if (auto no = stale(active.who, *own)) return no;
    if (auto no = takenAway(active.who, active.next.undoes)) return no;
    if (auto no = liftsByHand(active.who, active.next)) return no;
  }
  const san::Revision next = before.revision + 1;
  const san::Seconds time = base::unixSeconds(now.wall);
  std::vector<san::Edit> edits = active.next.edits;
  if (auto no = divide(out, edits, now)) return no;
  const san::Impact impact = san::impact(*out.before, *out.after, kAllCells);
  if (!active.next.immediate) {
    if (auto no = judge(out, impact, now)) return no;
  }
  out.cells = impact.cells;
  out.targets = targetChanges(*out.before, *out.after);
  // Who is to let go of a disk may end his session.
  out.watched = sessionsToKeep(*out.before, *out.end, out.targets);
  san::SnapshotEditor editor(std::move(out.parts.middle), next, time);
  Draft record = active.next;
  record.committedAt = time;
  const auto full = [&](const san::Edited<void>& written) {
    return refused(active.who, active.next.id, Refusal::BadEdits, written.error().text);
  };
  auto windows = san::windowsAt(before.table<san::Window>(), time);
  if (const auto written = writeRecord(editor, record, san::ChangeState::Committed, std::move(windows)); !written)
    return full(written);
  if (const auto* undone = editor.view().get<san::ChangeSet>(active.next.undoes)) {
    editor.own<san::ChangeSet>(undone->id).state = san::ChangeState::RolledBack;
  }
  if (active.next.immediate) {
    for (const auto& [id, holds] : flips(active.next.undoes)) {
      if (editor.view().get<san::ChangeSet>(id) == nullptr) continue;
      editor.own<san::ChangeSet>(id).state = holds ? san::ChangeState::Confirmed : san::ChangeState::RolledBack;
    }
  }
  restoreLedger(editor);
  if (!active.next.approver.empty()) {
    // What may only be read until it goes stays approved as it is.
    const std::shared_ptr<const san::SanIndex> given =
        out.drain
            ? std::make_shared<const san::SanIndex>(san::withoutDepartures(out.parts.after, out.withdrawal->edits))
            : out.after;
    const san::Impact gives = out.drain ? san::impact(*out.before, *given, kAllCells) : impact;
    const auto written = writeLedger(editor, record.id, *out.before, *given, gives.listed);
    if (!written) return full(written);
  }
  if (options_.join) {
    auto joined = options_.join(record, active.who.actor(), before, *out.after, editor);
    if (!joined) return refused(active.who, active.next.id, Refusal::BadEdits, joined.error().text + ".");
    out.joined = std::move(*joined);
  }
  auto middle = editor.finish();
  if (!middle) return refused(active.who, active.next.id, Refusal::BadEdits, middle.error().text);
  out.parts.middle = std::move(*middle);
  // A drain that has ended is taken back to the maps as they were.
  const san::Snapshot back =
      active.next.origin == san::ChangeOrigin::Drain ? san::withoutDepartures(before, edits) : before;
  if (auto status = finishParts(back, out.parts, next, time); !status) {
    return refused(active.who, active.next.id, Refusal::BadEdits, status.error().text);
  }
  // Only now all of it is there: entries of the ledger go with a rollback, too.
  const std::size_t undoing = std::max(out.parts.undo.size(), out.parts.undoFirst.size());
  if (!active.next.immediate && undoing > san::kMaxEdits) {
    return refused(active.who, active.next.id, Refusal::TooMany,
                   "To take it back would need " + std::to_string(undoing) + " edits, and a change set has at most " +
                       std::to_string(san::kMaxEdits) + ": make several of it.");
  }
  out.plan = planCommit(before, out.parts.middle, san::diff(before, out.parts.middle), projection_);
  return std::nullopt;
}

// Live sessions at the targets that the change concerns, of hosts that keep something there (DESIGN seam 5: the
// footprint).
std::vector<Watched> ChangeSets::sessionsToKeep(const san::SanIndex& before, const san::SanIndex& after,
                                                const std::vector<TargetChange>& targets) {
  std::vector<Watched> found;
  const auto concerned = [&](Id target) {
    return std::ranges::any_of(targets, [&](const TargetChange& one) { return one.target == target; });
  };
  const auto reaches = [](const san::SanIndex& index, const san::Session& session) {
    const auto host = index.hostNumber(index.hostOf(session.initiator.id));
    if (!host) return false;
    return std::ranges::any_of(index.unitsOf(session.target.id), [&](Id unit) {
      return std::ranges::any_of(san::pathsBetween(index, san::Basis::Desired, *host, unit),
                                 [&](const san::Path& path) {
                                   return path.initiator == session.initiator.id && path.target == session.target.id &&
                                          path.works() != san::Truth::No;
                                 });
    });
  };
  before.snapshot().table<san::Session>().forEach([&](Id, const san::Session& session) {
    if (!concerned(session.target.id) || !reaches(before, session) || !reaches(after, session)) return;
    found.push_back({session.initiator.id, session.target.id});
  });
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace manage
