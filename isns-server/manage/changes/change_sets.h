// ChangeSets: drafts and what becomes of them, up to the end of their confirm window (DESIGN seam 5).
//
// Requests, verdicts and results of commits, reports of agents and the time come in; outputs (change_outputs.h) go out
// with takeOutputs(). docs/design/change-sets.md has the states, the order and what is stored when. What a request
// changes is there when its row is: requests that store something answer Waits, and a Reply follows. After a restart:
// loadRow() with each row of the table change_draft, the projection loaded, then start(), which takes up a commit where
// it stood.
//
// One change set is carried out at a time; any number may wait to be confirmed, of different objects.
//
// One thread. It reads the projection that it was given, which the driver brings up to date from the stream of changes
// and then says so with onCaughtUp(). Plans of commits are made of the present snapshot, so nobody else may have one
// under way: requests are made in a turn of the model's lane, and what is planned without a request waits for onTurn()
// as long as wantsTurn(); the turn ends when what was put out in it has ended. Bounds: Options; one change under way a
// draft.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "isns-server/core/change_kind.h"
#include "isns-server/manage/changes/cells.h"
#include "isns-server/manage/changes/change_outputs.h"
#include "isns-server/manage/changes/commit_plan.h"
#include "isns-server/manage/changes/draft.h"
#include "isns-server/manage/changes/ledger.h"
#include "isns-server/manage/changes/parts.h"
#include "isns-server/manage/changes/target_changes.h"
#include "isns-server/manage/deadline_watch.h"
#include "shared/base/clock.h"
#include "shared/san/drain.h"

namespace manage {

// Who asks, as the API has found out.
struct Rights {
  bool draft = false;     // make and edit change sets
  bool approve = false;   // approve and refuse them, and the present reach
  bool commit = false;    // commit, confirm and roll back
  bool override = false;  // commit in a freeze window
  std::uint32_t withheld = 0;  // kinds that are not his to edit, a bit each: of his drafts, and of what he commits
  [[nodiscard]] bool isWithheld(san::Kind kind) const { return ((withheld >> static_cast<unsigned>(kind)) & 1U) != 0; }
};
struct Who {
  std::string name;
  std::string address;
  Rights rights;
  std::vector<std::string> scope = {};  // labels, of which all that he changes has one (san::Scope); empty: everything
  std::function<bool()> stands = {};    // whether all of this is so still; empty: it is
  // The server, or a person himself, or by a token of his. Rights, authors and approvers are by `name` all the same.
  ops::ActorKind kind = ops::ActorKind::Person;
  std::string token = {};  // its name
  [[nodiscard]] Actor actor() const { return {kind, name, address, token}; }
};
inline Who theServer() { return {std::string(core::change_kind::kOwnOrigin), {}, {}, {}, {}, ops::ActorKind::Server}; }

struct CommitRequest {
  san::Id draft = 0;
  std::uint64_t version = 0;
  // Why what a guard asks a reason for may be: sessions lost, hosts left with nothing; empty: as it was submitted.
  std::string exception;
  std::string overrideReason;  // why in a freeze window
  std::optional<san::Seconds> drain = std::nullopt;  // another one than the draft's
  std::string ticket = {};                           // likewise; empty: the draft's
};

// The state that the author of a draft has seen, where that is not the present one.
struct DraftBase {
  san::Snapshot state;
  bool kept = false;  // by somebody else too: it costs nothing to keep it for a merge
};

struct EditsChange {
  enum class What : std::uint8_t { Append, Replace, Drop };
  What what = What::Append;
  std::vector<san::Edit> edits;   // of Append and Replace
  std::vector<std::size_t> drop;  // of Drop: numbers of edits
  std::optional<std::string> title = std::nullopt;  // where that changes too
  std::optional<san::Seconds> drain = std::nullopt;
  core::ExtraRows rows = {};  // what becomes durable with them, or not at all: of who keeps more of what they make
};

// What becomes durable with the first part of a commit, or not at all: of who keeps more of an object than the model
// shows, as the secrets of credentials.
struct Joined {
  core::ExtraRows rows;
  std::vector<ops::AuditRecord> records;
};

// What a draft would do to the present state.
struct Preview {
  san::Snapshot after;
  san::Diff diff;
  san::Impact impact;  // with all cells
  std::string hash;    // of the cells, which an approval is bound to
};

// While targets are told of a commit: what was and what will be. In between, the present snapshot is neither.
struct Transition {
  san::Id draft = 0;
  san::Snapshot before, after;
  TargetPhase phase = TargetPhase::Union;
  san::Revision revision = 0;
};

class ChangeSets {
 public:
  struct Options {
    base::Duration ackTime = std::chrono::seconds(5);       // that targets have to take a state up
    base::Duration sessionGrace = std::chrono::seconds(5);  // that a session may be away for a new login
    base::Duration storeRetry = std::chrono::seconds(1);    // doubled up to storeRetryMax
    base::Duration storeRetryMax = std::chrono::seconds(30);
    base::Duration maxStoreWait = std::chrono::seconds(60);  // then a commit of which nothing is stored is given up
    std::size_t maxDrafts = 1'000;                           // that have not ended
    std::size_t maxDraftsOfOne = 100;                        // of one author: nobody takes all the room
    std::size_t maxEnded = 1'000;                            // committed ones, kept for a rollback; older rows go
    std::size_t maxDiscarded = 100;                          // of which nothing took effect; older rows go
    std::size_t maxDraftBytes = std::size_t{16} << 20;       // of a row
    std::size_t maxBytes = std::size_t{256} << 20;           // of all rows of drafts that have not ended
    std::size_t maxBaseline = 100'000;                       // entries of one baseline
    std::size_t maxQueued = 16;                              // commits that wait for the one that is carried out
    // Separation rules (R16) that the second snapshot breaks and the first does not, as sentences.
    std::function<std::vector<std::string>(const san::Snapshot& before, const san::Snapshot& after)> newViolations;
    // Asked while the first part is made, perhaps several times: what joins it. `middle` stands on the state in
    // between; fields of Writer::Management may be set there. A failure stops the commit. `who`: commits it.
    std::function<base::Result<Joined>(const Draft& draft, const Actor& who, const san::Snapshot& before,
                                       const san::SanIndex& after, san::SnapshotEditor& middle)>
        join;
    // Asked when a draft that is edited or carried over is stored: what joins its row then. Of who keeps something for
    // what drafts make, and lets it go with the edits.
    std::function<core::ExtraRows(const Draft& draft)> joinDraft;
    // The index of a snapshot of the model, of whoever keeps one; without it, it is made where it is needed.
    std::function<std::shared_ptr<const san::SanIndex>(const san::Snapshot& snapshot)> indexOf;
    // What deadlines go by, where the wall clock may be wrong.
    std::function<SteadyTime(base::Now now)> steady = steadyWall;
  };

  ChangeSets(const Projection& projection, Options options);

  base::Status loadRow(std::int64_t id, std::span<const store::Cell> cells);
  void start(base::Now now);

  // ---- Requests. `version`: the one that was looked at.
  // `base`: that the edits are for; what others have changed since makes the draft stale.
  Answer create(const Who& who, std::string title, std::vector<san::Edit> edits, base::Now now, san::Seconds drain = 0,
                std::optional<DraftBase> base = {});
  Answer edit(const Who& who, san::Id draft, std::uint64_t version, EditsChange change, base::Now now);
  // Carries the draft over to the present state; what others have decided meanwhile stands (Answer::merged). `base`:
  // the state of baseWanted(); without it nobody can say what others have changed, and the edits stand as they are.
  Answer rebase(const Who& who, san::Id draft, std::uint64_t version, base::Now now,
                std::optional<san::Snapshot> base = {});
  Answer discard(const Who& who, san::Id draft, std::uint64_t version, base::Now now);
  // `exception`: for the commit, where who commits says none.
  Answer submit(const Who& who, san::Id draft, std::uint64_t version, std::string reason, std::string ticket,
                base::Now now, std::string exception = {});
  // `hash`: of the cells that the approver has seen (Preview); empty: of those that it changes now.
  Answer approve(const Who& who, san::Id draft, std::uint64_t version, const std::string& hash, base::Now now);
  Answer refuse(const Who& who, san::Id draft, std::uint64_t version, std::string why, base::Now now);
  Answer commit(const Who& who, const CommitRequest& request, base::Now now);
  Answer confirm(const Who& who, san::Id draft, base::Now now);
  // In its confirm window: at once. Later: a draft that takes it back, for the same course as any other
  // (Answer::draft). `ticket`: empty: in the window that of what is taken back; `version`: 0: whichever it has.
  Answer rollback(const Who& who, san::Id draft, std::string why, base::Now now, std::string ticket = {},
                  std::uint64_t version = 0);
  // Approves the present reach as it is.
  Answer baseline(const Who& who, std::string reason, base::Now now);

  // ---- Reading. nullptr where there is none.
  [[nodiscard]] const Draft* find(san::Id draft) const;
  [[nodiscard]] std::vector<const Draft*> list() const;
  [[nodiscard]] san::Edited<Preview> preview(san::Id draft) const;
  // The revision that a stale draft was made on, where that state went with a restart; 0: rebase() needs none.
  [[nodiscard]] san::Revision baseWanted(san::Id draft) const;
  [[nodiscard]] const std::optional<Transition>& transition() const { return transition_; }
  // A step of a commit is on its way into the store: the present snapshot may have it already, and transition() what
  // it leads to not yet. Whoever tells targets waits until this is over, which is known by a turn of the loop.
  [[nodiscard]] bool storing() const { return active_ && active_->ticket != 0; }
  // Whether a change from the wire may touch these now (else status 12).
  [[nodiscard]] bool mayWireChange(const base::IdSet& domains, const base::IdSet& sets) const;

  // ---- Events.
  void onVerdict(std::uint64_t ticket, const core::ManagedVerdict& verdict, base::Now now);
  void onResult(const core::ManagedResult& result, base::Now now);
  void onCaughtUp(base::Now now);  // the projection has a new snapshot: changes, or sessions
  // A change of domains that a client has made, around which the model was so. Its record is written with it
  // (wire_changes.h); here it is judged.
  void onWireChange(const store::Change& change, const san::Snapshot& before, const san::Snapshot& after);
  void onTimer(base::Now now);
  [[nodiscard]] base::TimePoint nextDeadline() const;
  [[nodiscard]] bool wantsTurn() const { return wantsTurn_; }
  void onTurn(base::Now now);

  std::vector<Output> takeOutputs() { return std::exchange(outputs_, {}); }

 private:
  struct SessionWatch {
    bool seen = false;        // by this process
    base::IdSet toldBy = {};  // agents, when it was there last
    base::TimePoint lostSince = base::kNever;
  };
  using Watch = std::map<Watched, SessionWatch>;
  struct Around {
    san::Snapshot before, middle, after;
    std::vector<san::Dropped> left = {};  // of what was before, where a restart can no more tell all of it
  };
  // A change set and what this process knows about it beside its row.
  struct Held {
    Draft draft;
    std::size_t bytes = 0;
    bool writing = false;               // a change of its row is under way
    bool told = false;                  // that it is due and waits
    std::optional<san::Snapshot> base;  // that its edits are for
    std::optional<Around> around;       // its commit
    Watch watch;
    DeadlineWatch deadline;  // of one that is to be confirmed, or that waits for the end of a drain
  };
  // A change of rows alone that is under way.
  struct Write {
    Draft next;
    std::optional<san::Snapshot> base;
    Answer answer;              // when it is there
    std::uint64_t replyTo = 0;  // another ticket that is answered with it
  };
  enum class Phase : std::uint8_t { Storing, Granting, Zoning, Revoking, Finishing };
  // The commit that is carried out.
  struct Active {
    Phase phase = Phase::Storing;
    bool resumed = false;         // it began before a start of the server
    Draft next;                   // as it is stored
    Draft row;                    // as it is stored next
    std::optional<Draft> undone;  // and the change set that it takes back
    std::vector<Draft> flipped;   // and what that had taken back, and its drain (flips())
    std::optional<Draft> later;   // and what takes away what it drains; of a rollback: that, discarded
    san::Id laterId = 0;          // its number, where there is to be one
    Who who;
    std::uint64_t reply = 0;         // the ticket of who waits for the first part; 0: nobody
    std::vector<san::Dropped> left;  // of a rollback
    Around around;
    Watch watch;  // when it began
    std::vector<TargetChange> targets;
    std::set<san::Id> waiting;  // targets
    san::Revision told = 0;
    base::TimePoint deadline = base::kNever;  // of the targets
    // Of the change under way.
    std::uint64_t ticket = 0;
    san::Revision landed = 0;  // stored with it; the projection is to have it
    bool behind = false;       // the registry has more than the projection
    base::TimePoint retryAt = base::kNever;
    base::Duration backOff{};
    base::TimePoint since = base::kNever;  // this phase
    [[nodiscard]] bool pureRevoke() const;
    // Whether the target gets another state after the domains.
    [[nodiscard]] bool tellsTwice(san::Id target) const;
  };
  struct QueuedCommit {
    Who who;
    CommitRequest request;
    std::uint64_t reply;
  };
  struct WantedRollback {
    san::Id draft;
    Who who;
    std::string why;
    std::uint64_t reply;
    std::string ticket = {};
  };
  struct Prepared {
    Parts parts;
    CommitPlan plan;
    std::shared_ptr<const san::SanIndex> before, after;
    std::vector<TargetChange> targets;
    std::vector<Watched> watched;
    san::Turns cells;
    Joined joined;
    std::optional<san::DrainPlan> drain;  // where something waits
    std::optional<san::Withdrawal> withdrawal;
    std::shared_ptr<const san::SanIndex> end;  // when all is done, also what waits
    san::Seconds leavesAt = 0;
    bool inFreeze = false;  // now, or when what waits is due
  };
  // What the guards judge: all of the change set, also what waits.
  struct Judged {
    const san::SanIndex& before;
    const san::SanIndex& after;
    san::Diff changed;
    san::Impact impact;
    std::vector<san::ObjectRef> touched;  // ascending
  };

  [[nodiscard]] const san::Snapshot& present() const { return projection_.snapshot(); }
  [[nodiscard]] std::shared_ptr<const san::SanIndex> presentIndex() const;
  // Whether it is the step under way; 0 is none, and the commit may have none at the moment.
  [[nodiscard]] bool ofActive(std::uint64_t ticket) const {
    return active_ && ticket != 0 && active_->ticket == ticket;
  }
  Held* held(san::Id draft);
  [[nodiscard]] const Held* held(san::Id draft) const;
  std::uint64_t nextTicket() { return ++lastTicket_; }
  void audit(AuditEvent event) { outputs_.emplace_back(std::move(event)); }
  void notice(Notice::Kind kind, san::Id draft, std::string text);
  Answer refused(const Who& who, san::Id draft, Refusal why, std::string text);
  std::optional<Answer> denied(const Who& who, bool right, san::Id draft, std::string_view what);
  // Of who has waited: whether he may still what he asked for. `what`: that, in a word.
  std::optional<Answer> standsNoMore(const Who& who, san::Id draft, std::string_view what);
  std::optional<Answer> notReady(const Who& who, Held* held, san::Id id, std::uint64_t version);
  std::optional<Answer> notHisToEdit(const Who& who, Held* held, san::Id id, std::uint64_t version);
  // Of a draft whose footprint has moved.
  std::optional<Answer> stale(const Who& who, Held& held);
  std::optional<Answer> checkEdits(const Who& who, Draft& next, const san::Snapshot& base);
  // What somebody drafts, submits, approves or commits is his to change: by its kinds, and by his scope.
  std::optional<Answer> notHis(const Who& who, const Draft& draft, const san::Snapshot& before,
                               const san::Snapshot& after, bool byKind);
  // And so is what he ends that somebody else has drafted, and what he confirms or takes back.
  std::optional<Answer> notHis(const Who& who, const Held& held);
  std::optional<Answer> notInScope(const Who& who, const Draft& draft, const san::Snapshot& before,
                                   const san::Snapshot& after, const san::Diff& changed);
  std::optional<Answer> takesFromWithheld(const Who& who, san::Id id, const san::Snapshot& before,
                                          const san::Diff& changed);
  std::optional<Answer> namesUnseen(const Who& who, const Draft& draft, const san::Snapshot& base);
  Answer badEdits(const Who& who, san::Id id, san::EditError error);
  // In records, where one that is about to be made is no object.
  [[nodiscard]] san::Id numberOf(const Draft& draft) const { return drafts_.contains(draft.id) ? draft.id : 0; }
  std::optional<Answer> noRoom(const Who& who, const Draft& next, const Held* before);
  // A draft that takes nothing back, or something else than was asked for, is no rollback; its author is told.
  static void takesBackNoMore(Draft& next, std::string_view why);

  struct Record {  // of a change of rows
    std::string event;
    std::string details;
    std::uint32_t kind = change_kind::kDraft;
    san::Turns cells = {};
    std::vector<core::ExtraRows> joined = {};
  };
  // Of a draft that has other edits than before.
  Answer storeEdited(const Who& who, Draft next, const san::Snapshot& base, std::string event, core::ExtraRows rows,
                     Answer answer = {});
  static AuditEvent about(AuditEvent event, const Draft& draft);
  Answer store(const Who& who, Draft next, std::optional<san::Snapshot> base, Record record, Answer answer = {},
               std::shared_ptr<const CommitPlan> plan = nullptr);
  [[nodiscard]] std::vector<san::Id> tooOld() const;
  [[nodiscard]] core::ManagedChange change(std::uint64_t ticket, std::uint32_t kind, const Who& who,
                                           core::ExtraRows rows) const;
  [[nodiscard]] std::vector<san::ObjectRef> pinsOf(const Draft& draft) const;
  void landed(std::uint64_t ticket, san::Revision revision);  // 0: the store did not take it

  // commit_guards.cpp
  // What stops it at once, or nothing.
  std::optional<Answer> mayCommit(const Who& who, const CommitRequest& request);
  void startCommit(QueuedCommit commit, base::Now now);
  void begin(Active active, base::Now now);
  std::optional<Answer> guards(const Who& who, const Draft& draft, const Judged& judged, base::Now now, bool& inFreeze);
  [[nodiscard]] std::vector<san::ObjectRef> heldBesides(const Draft& draft, const std::vector<san::ObjectRef>& touched,
                                                        san::Id& by) const;
  std::optional<Answer> divide(Prepared& out, std::vector<san::Edit>& edits, base::Now now);
  std::optional<Answer> tooMuchLeaves(const Who& who, san::Id id, const san::SanIndex& before,
                                      const san::SanIndex& after);
  std::optional<Answer> judge(Prepared& prepared, const san::Impact& impact, base::Now now);
  std::optional<Answer> prepare(Prepared& out, base::Now now);
  void restoreLedger(san::SnapshotEditor& editor);
  static std::vector<Watched> sessionsToKeep(const san::SanIndex& before, const san::SanIndex& after,
                                             const std::vector<TargetChange>& targets);

  // commit.cpp
  void advance(base::Now now);
  bool step(base::Now now);  // true when there may be another one at once
  bool mayPlan();
  void storeFirst(base::Now now);
  void storeDomains(base::Now now);
  void storeEnd(base::Now now);
  // What its rows are about, of which none may have changed meanwhile (core::ManagedChange).
  struct About {
    bool domains;
    bool names;
  };
  void send(std::uint32_t kind, std::vector<core::DomainStep> steps, core::ExtraRows rows,
            std::vector<AuditEvent> audit, About of = {}, std::vector<ops::AuditRecord> records = {});
  void stepLanded(base::Now now);
  void tell(TargetPhase phase, san::Revision revision, base::Now now);
  bool toldAll(base::Now now);
  void takeOffPending();
  void giveUp(Answer answer, base::Now now);
  void stepFailed(const core::ManagedVerdict& verdict, base::Now now);
  void retryLater(base::Now now);
  void updateLocks();

  // drains.cpp
  std::optional<Answer> badDrain(const Who& who, san::Id id, san::Seconds drain);
  std::optional<Answer> madeByHand(const Who& who, san::Id id, const std::vector<san::Edit>& edits);
  std::optional<Answer> liftsByHand(const Who& who, const Draft& next);
  [[nodiscard]] Held* waitingFor(san::Id drained);
  std::optional<Answer> takenAway(const Who& who, san::Id drained);
  std::optional<Answer> belongsTo(const Who& who, const Held& waiting);
  [[nodiscard]] Draft laterPart(const Draft& row, san::Id id, const san::Withdrawal& withdrawal, san::Seconds leavesAt,
                                base::Now now) const;
  std::optional<Answer> planLater(const Prepared& made, Draft& row, std::optional<Draft>& later, base::Now now);
  [[nodiscard]] AuditEvent toldOf(const Draft& later) const;
  void laterLanded();
  [[nodiscard]] std::vector<Draft> flippedRows(const Prepared& made, const Draft& row, base::Now now) const;
  [[nodiscard]] AuditEvent toldOfFlip(const Draft& one) const;
  std::optional<san::Id> dueDrain(base::Now now);
  [[nodiscard]] san::Seconds lengthOf(const Draft& waiting) const;
  void startDrain(san::Id id, base::Now now);
  void drainFailed(Held& held, const std::string& why, base::Now now);

  // windows.cpp
  void resume(Held& held, base::Now now);
  void restoreAround(Held& held);
  void wantRollback(WantedRollback wanted);
  void startRollback(const WantedRollback& wanted, base::Now now);
  void rollbackFailed(Held& held, const std::string& why, base::Now now);
  void takeBack(Held& held, std::string why);
  Answer rollbackLater(const Who& who, Held& held, std::string why, std::string ticket, base::Now now);
  // What `undone` took back holds again when that is taken back at once, in or after its window; what that one had
  // taken back itself does not, and so on: numbers, and whether each holds.
  [[nodiscard]] std::vector<std::pair<san::Id, bool>> flips(san::Id undone) const;
  // The change set by whose inverse this one is taken back: what brought it back last, else itself.
  Held& bringer(Held& undone);
  // Which of these sessions are there, and who tells of them.
  [[nodiscard]] Watch seenNow(const std::vector<Watched>& some) const;
  [[nodiscard]] bool anyIsBelieved(const base::IdSet& agents) const;
  void watchSessions(base::Now now);
  void watchDeadlines(base::Now now);
  void beginAnew(base::Now now);
  // How long its window was.
  [[nodiscard]] san::Seconds windowOf(const Draft& draft) const;

  const Projection& projection_;
  const Options options_;
  std::map<san::Id, Held> drafts_;
  san::Id lastId_ = 0;
  san::Revision needed_ = 0;   // that a commit is to be planned on: what was stored before is in it
  std::uint64_t planned_ = 0;  // the ticket of a baseline that is under way
  std::uint64_t lastTicket_ = 0;
  std::map<std::uint64_t, Write> writes_;
  std::optional<Active> active_;
  std::optional<Transition> transition_;
  std::deque<WantedRollback> rollbacks_;  // before commits that wait
  std::deque<QueuedCommit> queued_;
  base::IdSet lockedDomains_, lockedSets_;
  bool wantsTurn_ = false;
  bool inTurn_ = false;
  base::Now last_{};
  std::vector<Output> outputs_;
};

}  // namespace manage
