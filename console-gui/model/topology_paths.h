// TopologyPaths: the paths between a host and a logical unit, as marks on the nodes and edges of a topology.
//
// All paths of san::pathsBetween, and what all of those that work have in common: the single points of failure. Pure,
// any thread; linear in the paths of one pair and in the nodes. Errors: none; a host or a unit that is not there has no
// paths, and says so.
#pragma once

#include <QStringList>

#include "console-gui/model/topology_graph.h"

namespace console {

// Of a node or an edge, the best of what is true.
enum class PathMark : std::uint8_t { None, No, Unknown, Works };

struct TopologyPaths {
  san::ObjectRef host;
  san::Id unit = 0;
  std::vector<PathMark> nodes, edges;  // by place in the graph
  std::vector<std::uint32_t>
      weakPoints;  // nodes that every path which works needs, ascending; none where it never works
  std::size_t paths = 0, working = 0, unknown = 0;
  QString answer;          // a sentence: how many paths, how many of them work
  QStringList weaknesses;  // sentences: what they share
};

TopologyPaths topologyPathsOf(const TopologyGraph& graph, const san::SanIndex& index, san::ObjectRef host,
                              san::Id unit);

}  // namespace console
