// Desk: what the handlers of the API work on and with. Everything is the management server's thread's, but for what a
// worker is given.
#pragma once

#include <functional>

#include "isns-server/api/archive.h"
#include "isns-server/api/change_desk.h"
#include "isns-server/api/key_desk.h"
#include "isns-server/api/timeline.h"
#include "isns-server/api/workers.h"
#include "isns-server/manage/administration/administration.h"
#include "isns-server/manage/administration/model_lane.h"
#include "isns-server/manage/administration/person_certificates.h"
#include "isns-server/manage/agents/agent_keeper.h"
#include "isns-server/manage/audit/refused_access.h"
#include "isns-server/manage/credentials/credential_keeper.h"
#include "isns-server/manage/evidence/build_evidence.h"
#include "isns-server/manage/model/projection.h"
#include "shared/base/random.h"

namespace api {

// Who carries out decisions: the driver (isns-server/app).
class Clerk {
 public:
  virtual ~Clerk() = default;
  // Makes a step durable. `done` is called when it is, or with the problem; before it the step's own functions are.
  virtual void carryOut(manage::Step step, std::function<void(const manage::Wanted<std::uint64_t>& revision)> done) = 0;
  // The SAN as it was at a revision that the timeline has no longer.
  virtual void rebuild(san::Revision revision, std::function<void(const manage::Wanted<san::Snapshot>& snapshot)> done) = 0;
  // The last revision that was made up to a time.
  virtual void revisionAt(base::WallTime time,
                          std::function<void(const manage::Wanted<san::Revision>& revision)> done) = 0;
  // The certificate authority, where there is none, and HTTPS for everybody. `done` is called when it serves, or with
  // the problem: an authority that was made stays then, and the next call goes on with it.
  virtual void openForAll(std::function<void(const manage::Wanted<void>& opened)> done) = 0;
  // The model, for plans of commits; nullptr while it is not there.
  [[nodiscard]] virtual const manage::Projection* model() const = 0;
  // For the operator, who is to look at a credential.
  virtual void warn(const std::string& text) = 0;
  // Likewise: an agent is to apply more than it takes, and is not sent this.
  virtual void leftOut(const std::string& agent, const std::string& what) = 0;
  // What no revision tells goes into the present snapshot: sessions.
  virtual void amend(const std::function<san::Edited<void>(san::SnapshotEditor& editor)>& edit) = 0;
};

// Who vouches for evidence packs: the driver, which alone has the key.
struct EvidenceMaker {
  using Build = std::function<base::Result<manage::EvidencePack>(const manage::EvidenceInput& input)>;
  std::string serverId;
  std::string serverName;
  // With the key that signs now; what it gives is called on a worker.
  std::function<Build()> builder;
};

// A portal that an agent is to ask for its targets.
struct DiscoverOrder {
  std::string agent;
  std::string portal;  // "10.0.0.9:3260"
};

struct Desk {
  Timeline& timeline;
  manage::Administration& administration;
  manage::PersonCertificates& certificates;  // of people
  manage::AgentKeeper& agents;
  credentials::CredentialKeeper& credentials;
  manage::ModelLane& lane;
  Workers& workers;
  Workers& passwords;  // apart, so that nobody who is in keeps others from logging in
  Clerk& clerk;
  Archive& archive;
  base::RandomSource random;
  std::string version;
  ChangeDesk& changes;
  KeyDesk& keys;
  EvidenceMaker evidence;
  std::vector<std::string> nameServers;  // that agents are told to use, and no others; none: their own
  std::vector<DiscoverOrder> discover;
  manage::RefusedAccess& refused;
};

// The model is there, and follows what is stored.
[[nodiscard]] inline bool isReady(const Desk& desk) { return desk.clerk.model() != nullptr && !desk.timeline.empty(); }

// Whether somebody who was let in could come in now and be the same: by password or token, or by his certificate.
[[nodiscard]] inline bool stands(const Desk& desk, const people::Principal& who, base::Now now) {
  if (!desk.administration.stands(who, desk.agents.forTokens(now).wall)) return false;
  return who.login.proof != people::Login::Proof::Certificate ||
         (desk.agents.judge(now) != keys::ClockVerdict::WentBack &&
          desk.certificates.stands(who.user, who.login.serial, now.wall));
}

}  // namespace api
