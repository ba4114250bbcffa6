// ChangeDriver: carries out what ChangeSets decides: commits through the protocol loop with their audit records, locks,
// log events; and feeds back what became of them.
//
// begin() when the model is read, end() when it is no longer good; in between changes() is there. Requests, and what
// ChangeSets plans by itself, wait for a turn of the model's lane, and hold it until what they commit has ended. The
// management server's thread; what it hands over runs on the protocol loop's. Bounds: kMaxWaiting requests whose answer
// is not there yet.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "isns-server/api/change_desk.h"
#include "isns-server/app/audit_trail.h"
#include "isns-server/app/log_events.h"
#include "isns-server/app/management_link.h"
#include "isns-server/manage/administration/model_lane.h"
#include "isns-server/manage/audit/refused_access.h"

namespace app {

class ChangeDriver final : public api::ChangeDesk {
 public:
  static constexpr std::size_t kMaxWaiting = 4096;
  // Tickets of change sets, so that those of other decisions are told apart.
  static constexpr std::uint64_t kTickets = std::uint64_t{1} << 62;

  // `refused` takes the records of what requests may not.
  ChangeDriver(ProtocolLink& protocol, manage::ModelLane& lane, AuditTrail& trail, manage::RefusedAccess& refused,
               ops::Log& log)
      : protocol_(protocol), lane_(lane), trail_(trail), refused_(refused), log_(log) {}

  // With each row of the store that is the change sets' (others are left alone), after the projection has loaded.
  void begin(const manage::Projection& projection);
  base::Status loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells);
  void start(base::Now now);
  void end();
  // Before begin(): what joins the first part of commits (ChangeSets::Options::join).
  using Join = decltype(manage::ChangeSets::Options::join);
  void onJoin(Join join) { join_ = std::move(join); }
  // And what joins the rows of drafts that are edited (ChangeSets::Options::joinDraft).
  using JoinDraft = decltype(manage::ChangeSets::Options::joinDraft);
  void onJoinDraft(JoinDraft join) { joinDraft_ = std::move(join); }
  // And whose indexes it takes (ChangeSets::Options::indexOf).
  using IndexOf = decltype(manage::ChangeSets::Options::indexOf);
  void onIndex(IndexOf indexOf) { indexOf_ = std::move(indexOf); }
  // And what its deadlines go by (ChangeSets::Options::steady).
  using Steady = decltype(manage::ChangeSets::Options::steady);
  void onTime(Steady steady) { steady_ = std::move(steady); }

  [[nodiscard]] const manage::ChangeSets* changes() const override { return changes_ ? &*changes_ : nullptr; }
  void ask(const manage::Who& who, const Request& request, Done done) override;

  // False for a ticket of somebody else.
  bool onVerdict(std::uint64_t ticket, const core::ManagedVerdict& verdict, base::Now now);
  bool onResult(const core::ManagedResult& result, base::Now now);
  void onWireChange(const store::Change& change, const san::Snapshot& before, const san::Snapshot& after);
  // The projection has a new snapshot.
  void onCaughtUp(base::Now now);
  // When the loop turns.
  void onLoop(base::Now now);
  [[nodiscard]] base::TimePoint nextDeadline() const { return changes_ ? changes_->nextDeadline() : base::kNever; }

 private:
  struct Turn {
    bool asked = false;  // for what no request began
    bool taken = false;
    std::size_t open = 0;     // commits on their way
    std::uint64_t landed = 0;  // the last revision of those that are stored
  };
  void askForTurn();
  void takeTurn(const std::function<void()>& plan);
  void endTurn();
  void ended(std::uint64_t revision);
  void flush();
  void carryOut(manage::Commit commit);
  void write(const manage::AuditEvent& event);
  void store(const std::string& who, ops::AuditRecord record);
  void tell(const manage::Notice& notice);
  void reply(const manage::Reply& reply);

  ProtocolLink& protocol_;
  manage::ModelLane& lane_;
  AuditTrail& trail_;
  manage::RefusedAccess& refused_;
  ops::Log& log_;
  Join join_;
  JoinDraft joinDraft_;
  IndexOf indexOf_;
  Steady steady_;
  std::optional<manage::ChangeSets> changes_;
  std::map<std::uint64_t, Done> waiting_;
  Turn turn_;
  std::optional<std::pair<base::IdSet, base::IdSet>> locks_;  // that the loop has not taken yet
  std::string asking_;                                        // the address of who makes the request under way
  bool flushing_ = false;
};

}  // namespace app
