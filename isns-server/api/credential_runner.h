// CredentialRunner: carries out what happens to credentials: requests of people, reports of agents, deadlines, and what
// follows from changes of the model.
//
// Each becomes a CredentialWork that is planned when it is its turn (lane_step.h) on what is stored, and is one commit
// with its audit records. What changes nothing costs no turn. Agents' events whose commit fails are tried again with
// the next second. The management server's thread. Bound: kMaxEvents of all reports together, beyond which no report
// that tells of credentials is to be taken.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "isns-server/api/backlog.h"
#include "isns-server/api/lane_step.h"
#include "isns-server/manage/agents/agent_report.h"
#include "isns-server/manage/credentials/credential_sync.h"

namespace api {

class CredentialRunner {
 public:
  static constexpr std::size_t kMaxEvents = 8192;
  static constexpr std::chrono::milliseconds kPace{50};
  static constexpr std::chrono::minutes kScheduleEvery{10};
  // A credential that is gone keeps its secrets so long at least.
  static constexpr std::chrono::seconds kGrace{5};

  explicit CredentialRunner(Desk& desk) : desk_(desk) {}

  using Plan = std::function<manage::Wanted<void>(credentials::CredentialWork& work)>;
  void run(manage::Actor actor, std::string reason, Plan plan, LaneDone done);

  // For what joins something else.
  [[nodiscard]] credentials::CredentialWork workOf(const manage::Actor& actor, base::WallTime now) const;

  // What an agent told of the credentials at its ends, where there is room for it.
  void onReport(const manage::Actor& actor, const mgmt::Identity& agent, const manage::AgentReport& report,
                base::Now now);
  // Whether more can be taken of reports now: what has no room is forgotten, and the agent tells it no second time. For
  // a report that tells nothing of credentials there is room always.
  [[nodiscard]] bool hasRoom() const { return events_.hasRoom(); }
  [[nodiscard]] bool hasRoomFor(const mgmt::Identity& agent, const manage::AgentReport& report, base::Now now) const {
    return hasRoom() || eventsOf(agent, report, now).empty();
  }
  // The timeline has moved.
  void onRevision() { moved_ = true; }
  void onTick(base::Now now);
  [[nodiscard]] bool hurried() const { return moved_ && !idle(); }

 private:
  using Machine = credentials::CredentialMachine;
  struct Event {
    credentials::CredentialId id = 0;
    std::function<void(Machine& machine)> happens;
  };
  struct Events {
    manage::Actor actor;
    std::vector<Event> list;
  };
  [[nodiscard]] bool idle() const;
  [[nodiscard]] std::vector<Event> eventsOf(const mgmt::Identity& agent, const manage::AgentReport& report,
                                            base::Now now) const;
  static void happen(credentials::CredentialWork& work, const Events& events);
  void takeEvents();
  void rotateByAge(base::Now now);
  void endPhases(base::Now now);
  void sync(base::Now now);
  void syncInto(credentials::CredentialWork& work, base::Now now);

  Desk& desk_;
  Backlog<Events> events_{kMaxEvents};
  base::TimePoint waitsSince_{};
  bool taking_ = false;
  bool waits_ = false;  // until the next second, after a failure
  bool timing_ = false;
  bool syncing_ = false;
  bool moved_ = true;
  base::TimePoint scheduledAt_ = base::TimePoint::min();
  base::TimePoint syncedAt_{};
  base::Duration syncPause_{kPace};
  std::map<san::Id, base::TimePoint> goneSince_;
};

}  // namespace api
