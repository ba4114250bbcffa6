#include "console-gui/model/topology_lit.h"

#include <algorithm>

namespace console {

std::vector<std::uint8_t> topologyLit(const TopologyGraph& graph, std::span<const san::ObjectRef> matched) {
  constexpr std::uint8_t kMet = 1, kFromLeft = 2, kFromRight = 4;
  std::vector<std::uint8_t> lit(graph.nodes.size());
  std::array<bool, kTopologyColumns> spoken{};
  const auto columnOf = [&](std::uint32_t node) { return static_cast<std::size_t>(graph.nodes[node].key.column); };
  for (std::uint32_t node = 0; node < graph.nodes.size(); ++node) {
    const auto members = graph.membersOf(node);
    if (!std::ranges::any_of(members, [&](san::ObjectRef ref) { return std::ranges::binary_search(matched, ref); }))
      continue;
    lit[node] = kMet;
    spoken[columnOf(node)] = true;
  }
  // Nodes ascend by column, and edges go to the right, so each pass is one walk.
  const auto pass = [&](std::uint32_t node, std::span<const std::uint32_t> edges, std::uint32_t TopologyEdge::*end,
                        std::uint8_t side) {
    if (spoken[columnOf(node)]) return;
    for (const std::uint32_t edge : edges) {
      if ((lit[graph.edges[edge].*end] & (kMet | side)) != 0) {
        lit[node] |= side;
        return;
      }
    }
  };
  const auto count = static_cast<std::uint32_t>(graph.nodes.size());
  for (std::uint32_t node = 0; node < count; ++node) pass(node, graph.leftOf(node), &TopologyEdge::from, kFromLeft);
  for (std::uint32_t node = count; node-- > 0;) pass(node, graph.rightOf(node), &TopologyEdge::to, kFromRight);
  return lit;
}

}  // namespace console
