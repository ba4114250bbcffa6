// Which nodes of a topology the filter leaves lit; the others are dimmed.
//
// In a column whose objects the filter meets, those alone. In the other columns what a chain of links joins with one of
// them, going only to the left or only to the right: of a host its initiators, their domains, and what these show.
// Linear in nodes and edges. Pure.
#pragma once

#include "console-gui/model/topology_graph.h"

namespace console {

// A value a node, 0: dimmed. `matched` ascends.
std::vector<std::uint8_t> topologyLit(const TopologyGraph& graph, std::span<const san::ObjectRef> matched);

}  // namespace console
