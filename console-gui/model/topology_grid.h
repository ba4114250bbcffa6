// TopologyGrid: which nodes and edges of a layout a piece of the scene may show, without looking at the others.
//
// Nodes: the columns are sorted by height, so a piece of one is found by bisection. Edges: a uniform grid a gap between
// columns, in levels whose cells are four times as high as those of the level below; an edge lies in the cell of
// its upper end, on the lowest level whose cells are as high as it is long, so it reaches into one more at most. So
// memory is linear also where each edge is long. Immutable once built; any thread. Pieces are of the scene
// (topology_layout.h); counts of what was looked at are the callers' to keep. Errors: none.
#pragma once

#include "console-gui/model/topology_layout.h"

namespace console {

class TopologyGrid {
 public:
  TopologyGrid() = default;
  TopologyGrid(const TopologyGraph& graph, const TopologyLayout& layout);

  // Places in layout.columns[column]: first and one behind the last node that a band of heights touches.
  [[nodiscard]] std::pair<std::size_t, std::size_t> nodesIn(const TopologyLayout& layout, TopologyColumn column,
                                                            float top, float bottom) const;
  // Calls visit(edge) once for each edge in the gap right of a column that may touch the band; returns how many cells
  // it looked into. Edges over several gaps are visited in each.
  template <class Visit>
  std::size_t visitEdges(std::size_t gap, float top, float bottom, Visit&& visit) const {
    std::size_t cells = 0;
    for (const Level& level : gaps_[gap]) {
      if (level.starts.size() < 2) continue;
      const std::size_t count = level.starts.size() - 1;
      if (top >= static_cast<float>(count + 1) * level.height) continue;
      const std::size_t first = cellAt(top, level.height, count);
      const std::size_t last = cellAt(bottom, level.height, count);
      // An edge that began in the cell above the first may reach into it.
      for (std::size_t cell = first == 0 ? 0 : first - 1; cell <= last; ++cell) {
        ++cells;
        for (std::size_t i = level.starts[cell]; i < level.starts[cell + 1]; ++i) visit(level.edges[i]);
      }
    }
    return cells;
  }
  [[nodiscard]] std::size_t entries() const;

 private:
  static constexpr float kLowest = 8 * kNodePitch;
  static constexpr std::size_t kLevels = 10;
  struct Level {
    float height = 0;                          // of a cell
    std::vector<std::uint32_t> starts, edges;  // by the cell in which the upper end lies
  };
  static std::size_t cellAt(float y, float height, std::size_t count) {
    const float cell = y / height;
    return cell <= 0 ? 0 : std::min(static_cast<std::size_t>(cell), count - 1);
  }
  std::array<std::vector<Level>, kTopologyColumns - 1> gaps_;
};

}  // namespace console
