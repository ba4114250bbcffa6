// What agents' enrolment and reports become in the model.
//
// Edits of a SnapshotEditor: of objects whose writer is Writer::Agent, and of the Agent itself. Names that the model
// does not know are left out and told; nothing is made for them. Logical units that no target has any more are erased
// where nothing refers to them and nobody named them: an administrator's maps outlive a report. Pure.
#pragma once

#include <string>
#include <vector>

#include "isns-server/manage/agents/agent_report.h"
#include "shared/san/editor.h"

namespace manage {

struct AgentFacts {
  std::string name;
  std::string entity;              // EID
  std::vector<std::string> nodes;  // iSCSI names
  san::Seconds enrolledAt = 0;
  bool revoked = false;
};

// The Agent of that name, made where there is none, as the facts say; entity and nodes as far as the model knows them.
san::Edited<san::ObjectRef> putAgent(san::SnapshotEditor& editor, const AgentFacts& facts);
// Whether that would change anything.
bool agentDiffers(const san::Snapshot& snapshot, const AgentFacts& facts);

// Targets and units, which are stored. Names that are not known join `unknown`. True: something has changed.
san::Edited<bool> applyReport(san::SnapshotEditor& editor, san::Id agent, const mgmt::Identity& identity,
                              const AgentReport& report, std::vector<std::string>& unknown);

// Sessions, which are not stored. `sessionsDiffer` says whether observeSessions() would change more than times; where
// it would not, `unknown` has the names that are the reason for it (also below).
bool sessionsDiffer(const san::Snapshot& snapshot, san::Id agent, const mgmt::Identity& identity,
                    const AgentReport& report, std::vector<std::string>& unknown);
san::Edited<void> observeSessions(san::SnapshotEditor& editor, san::Id agent, const mgmt::Identity& identity,
                                  const AgentReport& report, std::vector<std::string>& unknown, san::Seconds now);
// Of an agent that is believed no more.
void forgetSessions(san::SnapshotEditor& editor, san::Id agent);

// How portals of the agent's entity hang on the network, which is not stored either. Those of others are left out.
bool portalsDiffer(const san::Snapshot& snapshot, san::Id agent, const AgentReport& report,
                   std::vector<std::string>& unknown);
void observePortals(san::SnapshotEditor& editor, san::Id agent, const AgentReport& report,
                    std::vector<std::string>& unknown);

}  // namespace manage
