// What agents found out, in the model: portals that told of targets, probes, and disks that a host still has.
//
// None is stored: edits of the present snapshot alone. A list that is there takes the place of what the agent said
// before; an object of the same key stays and changes. Names of nodes that the model does not know are left out and
// told. What was probed counts as expected only where reach says at the report what it said when the probe was named;
// else somebody has changed it meanwhile. Pure.
#pragma once

#include <string>
#include <vector>

#include "isns-server/manage/agents/agent_report.h"
#include "shared/san/editor.h"
#include "shared/san/san_index.h"

namespace manage {

// `asked`: the portals that this agent is to ask; what is told of others is left out.
bool discoveriesDiffer(const san::Snapshot& snapshot, san::Id agent, const AgentReport& report,
                       const std::vector<std::string>& asked);
san::Edited<void> observeDiscoveries(san::SnapshotEditor& editor, san::Id agent, const AgentReport& report,
                                     const std::vector<std::string>& asked);

// `index`: of the snapshot at the report.
bool probesDiffer(const san::Snapshot& snapshot, san::Id agent, const AgentReport& report,
                  std::vector<std::string>& unknown);
san::Edited<void> observeProbes(san::SnapshotEditor& editor, san::Id agent, const AgentReport& report,
                                const san::SanIndex& index, std::vector<std::string>& unknown);

bool heldDisksDiffer(const san::Snapshot& snapshot, san::Id agent, const AgentReport& report,
                     std::vector<std::string>& unknown);
san::Edited<void> observeHeldDisks(san::SnapshotEditor& editor, san::Id agent, const AgentReport& report,
                                   std::vector<std::string>& unknown);

// Of an agent that is believed no more.
void forgetFound(san::SnapshotEditor& editor, san::Id agent);

}  // namespace manage
