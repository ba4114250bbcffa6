#include "console-gui/model/topology_grid.h"

#include <algorithm>

namespace console {

TopologyGrid::TopologyGrid(const TopologyGraph& graph, const TopologyLayout& layout) {
  struct Item {
    std::uint32_t level, cell, edge;
  };
  std::array<std::vector<Item>, kTopologyColumns - 1> items;
  for (std::uint32_t i = 0; i < graph.edges.size(); ++i) {
    const TopologyEdge& edge = graph.edges[i];
    const float a = layout.top[edge.from], b = layout.top[edge.to];
    const float top = std::min(a, b), length = std::abs(a - b) + kNodeHeight;
    std::uint32_t level = 0;
    float height = kLowest;
    while (height < length && level + 1 < kLevels) {
      height *= 4;
      ++level;
    }
    // The highest level has one cell, if need be, for what is longer still.
    const auto cell = length > height ? 0 : static_cast<std::uint32_t>(std::max(top, 0.0F) / height);
    const auto from = static_cast<std::size_t>(graph.nodes[edge.from].key.column);
    const auto to = static_cast<std::size_t>(graph.nodes[edge.to].key.column);
    for (std::size_t gap = from; gap < to; ++gap) items[gap].push_back({level, cell, i});
  }
  for (std::size_t gap = 0; gap < items.size(); ++gap) {
    gaps_[gap].resize(kLevels);
    float height = kLowest;
    for (Level& level : gaps_[gap]) {
      level.height = height;
      height *= 4;
    }
    for (const Item& item : items[gap]) {
      auto& starts = gaps_[gap][item.level].starts;
      if (starts.size() < item.cell + std::size_t{2}) starts.resize(item.cell + std::size_t{2});
      ++starts[item.cell + 1];
    }
    std::array<std::vector<std::uint32_t>, kLevels> next;
    for (std::size_t i = 0; i < kLevels; ++i) {
      Level& level = gaps_[gap][i];
      for (std::size_t cell = 1; cell < level.starts.size(); ++cell) level.starts[cell] += level.starts[cell - 1];
      if (!level.starts.empty()) level.edges.resize(level.starts.back());
      next[i] = level.starts;
    }
    for (const Item& item : items[gap]) gaps_[gap][item.level].edges[next[item.level][item.cell]++] = item.edge;
  }
}

std::pair<std::size_t, std::size_t> TopologyGrid::nodesIn(const TopologyLayout& layout, TopologyColumn column,
                                                          float top, float bottom) const {
  const auto& nodes = layout.columns[static_cast<std::size_t>(column)];
  const auto height = [&](std::uint32_t node) { return layout.top[node]; };
  const auto first = std::ranges::lower_bound(nodes, top - kNodeHeight, {}, height);
  const auto last = std::ranges::upper_bound(first, nodes.end(), bottom, {}, height);
  return {static_cast<std::size_t>(first - nodes.begin()), static_cast<std::size_t>(last - nodes.begin())};
}

std::size_t TopologyGrid::entries() const {
  std::size_t all = 0;
  for (const auto& levels : gaps_) {
    for (const Level& level : levels) all += level.edges.size();
  }
  return all;
}

}  // namespace console
