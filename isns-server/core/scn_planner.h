// Which SCNs a change causes, and to whom (RFC 4171 2.2.3, 5.6.5.8, 6.4.4).
//
// Regular SCNs go to nodes that share an active domain with the node concerned: for a removal by what held before the
// change, for everything else by what holds after it. Who gains or loses sight of somebody through domains and sets is
// told that node was added or removed. Management SCNs go to control nodes that registered for them, whatever the
// domains. A node that would be told of more than Policy::scnQueueEvents others at once is told to look again instead.
// Pure; call it when the transaction is complete and before finish().
#pragma once

#include <vector>

#include "isns-server/core/scn_notifier.h"
#include "isns-server/core/scn_requests.h"
#include "isns-server/core/transaction.h"

namespace core {

struct PlannedScn {
  base::Ref<const ScnEvent> event;
  std::vector<ScnRecipient> recipients;
};

// Who is told management SCNs. A control node is an iSCSI node or an FC port (2.4).
struct ScnManagers {
  base::IdSet nodes;
  base::IdSet fcPorts;
  [[nodiscard]] bool empty() const { return nodes.empty() && fcPorts.empty(); }
};

struct ScnContext {
  Index causedBy = 0;     // entity of the source: its nodes know of their own changes
  bool replaced = false;  // objects were deregistered and registered again (5.6.5.1)
  const ScnManagers& managers;
};

std::vector<PlannedScn> planScns(const Transaction& transaction, const ScnContext& context);

// The SCNs that an SCNEvent asks for.
std::vector<PlannedScn> planScns(const State& state, const Policy& policy, const RaisedEvent& event,
                                 const ScnManagers& managers);

}  // namespace core
