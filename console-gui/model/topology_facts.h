// TopologyFacts: what of a SAN the topology shows, an entry an object, before groups are made: nodes, edges, cables.
//
// Of one SanIndex; two of them meet in diff mode. Pure, any thread. Internal to topology_graph.
#pragma once

#include "console-gui/model/topology_graph.h"

namespace console {

struct FactNode {
  TopologyKey key;
  san::ObjectRef groupBy;  // none: it has none
  Health health = Health::Good;
  TopologyChange change = TopologyChange::None;
  bool registered = true;
  san::Id label = 0, fabric = 0, set = 0;
  std::vector<san::Id> cables;
};

struct FactEdge {
  TopologyKey from, to;
  EdgeState state = EdgeState::Live;
  EdgeWay way = EdgeWay::Plain;
  TopologyChange change = TopologyChange::None;
};

// The line of each fabric, ascending by its id: the same in both SANs of diff mode. `after`: nullptr where there is
// one.
using FabricWays = std::vector<std::pair<san::Id, EdgeWay>>;
FabricWays fabricWaysOf(const san::Snapshot& now, const san::Snapshot* after);
// Plain of none and of several.
EdgeWay wayOf(const FabricWays& ways, san::Id fabric);

struct TopologyFacts {
  std::vector<FactNode> nodes;  // ascending by key
  std::vector<FactEdge> edges;  // in no order, perhaps twice
};

// By what nodes are grouped where nobody has said.
TopologyGrouping automaticGrouping(const san::SanIndex& index);

TopologyFacts topologyFactsOf(const san::SanIndex& index, TopologyGrouping grouping, const FabricWays& ways);

// One value where both agree or one has none, else kSeveral.
constexpr san::Id sameOrSeveral(san::Id a, san::Id b) { return a == 0 || a == b ? b : b == 0 ? a : kSeveral; }

}  // namespace console
