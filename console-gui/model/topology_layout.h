// TopologyLayout: where the nodes of a topology stand.
//
// Layered: the columns are the layers. Barycentre sweeps (Sugiyama, Tagawa, Toda 1981) order the nodes of each column
// by where their neighbours stand; the fullest column is packed, and in the others each node goes as near to its
// neighbours as order and spacing let it (isotonic regression, in one pass over the column). Members of an open group
// stay together, below its header. Ties go by key, so the same graph gives the same picture. A layout before is the
// start: its nodes keep their order, new ones go where their neighbours are, and new sweeps count only where they take
// away much of the crossings, so that a small change moves little.
//
// In scene units: a pixel at scale 1. Pure, any thread. Cost: sorting of nodes a sweep, else linear. Errors: none.
#pragma once

#include "console-gui/model/topology_graph.h"

namespace console {

inline constexpr float kNodeWidth = 168;
inline constexpr float kNodeHeight = 32;
inline constexpr float kNodePitch = 44;  // from one to the next
inline constexpr float kColumnPitch = 272;
inline constexpr float kGroupHeader = 28;  // above the first member of an open group
inline constexpr float kGroupGap = 20;     // below the last one
inline constexpr float kFramePadding = 8;  // of the frame of an open group, around its members

// The frame of an open group.
struct TopologyFrame {
  std::uint32_t group = 0;
  float top = 0, bottom = 0;  // with header and padding
};

struct TopologyLayout {
  std::array<std::vector<std::uint32_t>, kTopologyColumns> columns;  // nodes, top to bottom
  std::vector<float> top;                                            // by node
  std::vector<std::uint32_t> rank;                                   // by node: its place in its column
  std::vector<TopologyFrame> frames;                                 // by column, top to bottom
  float width = 0, height = 0;
  std::size_t sweeps = 0;     // that were made
  std::size_t crossings = 0;  // of the edges between columns side by side; 0 where nobody had to count

  [[nodiscard]] static float left(TopologyColumn column) { return static_cast<float>(column) * kColumnPitch; }
};

// What remains of a layout for the next one: the order and the places of its nodes.
struct TopologyOrder {
  std::vector<std::pair<TopologyKey, float>> tops;  // ascending by key
};
TopologyOrder orderOf(const TopologyGraph& graph, const TopologyLayout& layout);

TopologyLayout topologyLayoutOf(const TopologyGraph& graph, const TopologyOrder& before = {});

// Pairs of edges between the same two columns that cross.
std::size_t crossingsOf(const TopologyGraph& graph, const TopologyLayout& layout);

}  // namespace console
