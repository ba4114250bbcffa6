// AgentHandlers: the agents' side of the API: invitations, enrolment, what an agent is to apply, its reports.
//
// An agent that waits for news costs a call that is kept, no thread; a new snapshot wakes those for whom something
// differs, found at most once in kPace. Reports that come together become one commit (up to kMaxTogether). The
// management server's thread. Whoever has waited, for news or for a turn, is judged anew before he gets something: his
// certificate may be void since. Bounds: one waiting call an agent; kMaxPending reports waiting; the manage::ReportLimits
// of a report.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "isns-server/api/call.h"
#include "isns-server/api/credential_runner.h"
#include "isns-server/api/gathering.h"
#include "isns-server/manage/agents/desired_book.h"
#include "isns-server/manage/agents/probe_list.h"
#include "isns-server/manage/agents/report_ledger.h"
#include "isns-server/manage/agents/told_records.h"
#include "isns-server/manage/audit/paced_tally.h"

namespace api {

class AgentHandlers {
 public:
  static constexpr std::chrono::milliseconds kPace{50};
  static constexpr std::chrono::seconds kMaxWait{60};
  static constexpr std::chrono::seconds kSeenEvery{60};  // how often times alone go into the model
  static constexpr std::size_t kMaxTogether = 256;
  static constexpr std::size_t kMaxPending = 8192;

  // Both borrowed.
  AgentHandlers(Desk& desk, CredentialRunner& credentials);

  // Fills who asks from his certificate, or says why he is turned away.
  std::optional<mgmt::Problem> identify(Call& call);

  void invite(const CallPtr& call);
  void enrol(const CallPtr& call);
  void renew(const CallPtr& call);
  void revoke(const CallPtr& call);
  void desired(const CallPtr& call);
  void report(const CallPtr& call);

  // The timeline has moved.
  void onRevision(base::Now now);
  // The loop's turn is over: a step of a commit that was waited for may be done.
  void onTurn(base::Now now);
  // Ends what has waited long enough.
  void onTick(base::Now now);
  // When it has something to do before the next second.
  [[nodiscard]] bool hurried() const { return due_; }

 private:
  struct Waiting {
    CallPtr call;
    base::TimePoint until{};
  };
  struct Pending {
    CallPtr call;
    manage::AgentReport report;
    std::vector<std::string> unknown;
    std::optional<mgmt::Problem> wrong;  // it cannot be taken
  };

  static const mgmt::Problem kVoid;  // for a certificate that was good when the call came

  void note(std::optional<manage::Step> step);
  using Issue = std::function<manage::Wanted<manage::AgentKeeper::Issued>(base::Now now)>;
  void issueIn(const CallPtr& call, Issue issue);
  // The step, with rows for what `edit` does to the model, when it is its turn.
  using Edit = std::function<san::Edited<bool>(san::SnapshotEditor&)>;  // false: nothing to store
  void carryOut(manage::Step step, Edit edit, LaneDone done);
  void adopt(const std::string& entity);
  void notePlace(const Call& call);
  void catchUp(base::Now now);
  [[nodiscard]] bool betweenSteps() const;
  const manage::DesiredBook::Instead& duringCommit();
  void answerDesired(const CallPtr& call);
  void tellLeftOut(const std::string& entity, const manage::LeftOut& leftOut);
  [[nodiscard]] static std::uint64_t probeTurn(base::Now now);  // the sample of ProbeList goes round by the hour
  [[nodiscard]] std::vector<std::string> portalsToAsk(const std::string& entity) const;
  void endWait(const CallPtr& call);
  void wake(const std::string& entity);
  // Whoever waits with a certificate that is void has waited for long enough.
  void judgeWaiting(const std::string& entity);
  void takeReports();
  void endReport(Pending& one, const manage::Wanted<std::uint64_t>& outcome, base::Now now);
  void observe(Pending& one, base::Now now);
  void noteRefusedLogins(const Pending& one, base::Now now);
  void keepTold(manage::Step& step, const Pending& one);
  void recordBrokenGlass(manage::Step& step, const Pending& one);
  void recordRefusedLogins(base::Now now);
  template <ops::AuditEvent E>
  void addRefused(manage::Step& step, manage::RefusalTally& tally, base::Now now);
  void recordGaps(base::Now now);
  void recordTold(base::Now now);

  struct During {
    san::Id draft = 0;
    san::Revision revision = 0;
    manage::DesiredBook::Instead states;
  };

  Desk& desk_;
  CredentialRunner& credentials_;
  manage::DesiredBook book_;
  During during_;  // of the commit under way
  manage::ReportLedger ledger_;
  std::map<std::string, Waiting, std::less<>> waiting_;  // by entity
  std::map<std::string, base::TimePoint> seenTold_;      // when the model was told the times of an agent
  std::map<std::string, manage::LeftOut, std::less<>> leftOut_;  // what the operator was told, by entity
  std::set<std::string> adopting_;
  std::set<std::string> moving_;  // whose requests come from another address, which is being stored
  Gathering<Pending> pending_;
  manage::RefusalTally refusedLogins_;  // at targets, as agents report
  manage::RefusalTally refusedProbes_;  // likewise, of logins that an agent was told to try
  manage::ToldRecords told_;
  manage::ProbeList probes_;
  base::TimePoint caughtUpAt_{};
  bool due_ = false;
};

}  // namespace api
