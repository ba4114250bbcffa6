#include "console-gui/model/topology_layout.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace console {
namespace {

using Columns = std::array<std::vector<std::uint32_t>, kTopologyColumns>;

constexpr std::size_t kSweeps = 8;
constexpr std::size_t kRepeatedSweeps = 2;  // where a layout before gives the order
// New sweeps count where fewer than this share of the crossings remains.
constexpr double kWorthwhile = 0.8;

std::size_t columnOf(const TopologyGraph& graph, std::uint32_t node) {
  return static_cast<std::size_t>(graph.nodes[node].key.column);
}

class Orderer {
 public:
  explicit Orderer(const TopologyGraph& graph) : graph_(graph), place_(graph.nodes.size()) {
    for (std::size_t column = 0; column < kTopologyColumns; ++column) {
      auto& nodes = columns_[column];
      nodes.resize(graph.columnEnd(TopologyColumn(column)) - graph.columnStart(TopologyColumn(column)));
      std::iota(nodes.begin(), nodes.end(), graph.columnStart(TopologyColumn(column)));
    }
  }

  // From nothing: by key, then swept.
  void begin() {
    for (std::size_t column = 0; column < kTopologyColumns; ++column) {
      number(column);
      order(column);
    }
    sweep(kSweeps);
  }

  // From the layout before; false where it knows too little of this graph.
  bool begin(const TopologyOrder& before) {
    std::size_t known = 0;
    std::vector<float> tops(graph_.nodes.size(), kNowhere);
    auto at = before.tops.begin();
    for (std::uint32_t node = 0; node < graph_.nodes.size(); ++node) {
      while (at != before.tops.end() && at->first < graph_.nodes[node].key) ++at;
      if (at == before.tops.end()) break;
      if (at->first != graph_.nodes[node].key) continue;
      tops[node] = at->second;
      ++known;
    }
    if (known * 2 < graph_.nodes.size()) return false;
    // New ones beside those that they are joined with; without any, last.
    for (std::uint32_t node = 0; node < graph_.nodes.size(); ++node) {
      place_[node] = tops[node] != kNowhere ? tops[node] : nearNeighbours(node, tops);
    }
    for (std::size_t column = 0; column < kTopologyColumns; ++column) {
      order(column);
      number(column);
    }
    return true;
  }

  void sweep(std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) {
      bool moved = false;
      if (i % 2 == 0) {
        for (std::size_t column = 1; column < kTopologyColumns; ++column) moved = pull(column, true) || moved;
      } else {
        for (std::size_t column = kTopologyColumns - 1; column-- > 0;) moved = pull(column, false) || moved;
      }
      ++sweeps_;
      if (!moved && i > 0) break;
    }
  }

  [[nodiscard]] const Columns& columns() const { return columns_; }
  [[nodiscard]] std::size_t sweeps() const { return sweeps_; }

 private:
  static constexpr float kNowhere = -1;

  float nearNeighbours(std::uint32_t node, const std::vector<float>& tops) const {
    float sum = 0;
    unsigned count = 0;
    const auto look = [&](std::uint32_t other) {
      if (tops[other] == kNowhere) return;
      sum += tops[other];
      ++count;
    };
    for (const std::uint32_t edge : graph_.leftOf(node)) look(graph_.edges[edge].from);
    for (const std::uint32_t edge : graph_.rightOf(node)) look(graph_.edges[edge].to);
    return count == 0 ? std::numeric_limits<float>::max() : sum / static_cast<float>(count);
  }

  // Places between 0 and 1, so that columns of different length compare.
  void number(std::size_t column) {
    const auto& nodes = columns_[column];
    const float step = nodes.empty() ? 1 : 1 / static_cast<float>(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) place_[nodes[i]] = (static_cast<float>(i) + 0.5F) * step;
  }

  bool pull(std::size_t column, bool fromLeft) {
    for (const std::uint32_t node : columns_[column]) {
      const auto edges = fromLeft ? graph_.leftOf(node) : graph_.rightOf(node);
      if (edges.empty()) continue;  // stays
      float sum = 0;
      for (const std::uint32_t edge : edges) sum += place_[fromLeft ? graph_.edges[edge].from : graph_.edges[edge].to];
      place_[node] = sum / static_cast<float>(edges.size());
    }
    const bool moved = order(column);
    number(column);
    return moved;
  }

  // By place, members of a group together, ties by key. A place is not negative, so its bits ascend as it does.
  bool order(std::size_t column) {
    auto& nodes = columns_[column];
    keys_.clear();
    for (const std::uint32_t node : nodes)
      keys_.push_back(std::uint64_t{std::bit_cast<std::uint32_t>(place_[node])} << 32 | node);
    std::ranges::sort(keys_);
    // A column has groups as a whole or none.
    if (!nodes.empty() && graph_.nodes[nodes.front()].group != kNoNode) gather();
    bool moved = false;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const auto node = static_cast<std::uint32_t>(keys_[i]);
      moved = moved || nodes[i] != node;
      nodes[i] = node;
    }
    return moved;
  }

  // Groups by the mean of their members.
  void gather() {
    struct Mean {
      double sum = 0;
      std::size_t count = 0;
    };
    std::vector<Mean> means(graph_.groups.size());
    for (const std::uint64_t key : keys_) {
      const auto node = static_cast<std::uint32_t>(key);
      Mean& mean = means[graph_.nodes[node].group];
      mean.sum += std::min(place_[node], 1e9F);
      ++mean.count;
    }
    std::vector<std::pair<double, std::uint32_t>> sorted;
    for (std::uint32_t group = 0; group < means.size(); ++group) {
      if (means[group].count != 0)
        sorted.emplace_back(means[group].sum / static_cast<double>(means[group].count), group);
    }
    std::ranges::sort(sorted);
    std::vector<std::size_t> starts(graph_.groups.size());
    std::size_t start = 0;
    for (const auto& [mean, group] : sorted) {
      starts[group] = start;
      start += means[group].count;
    }
    gathered_.resize(keys_.size());
    for (const std::uint64_t key : keys_)
      gathered_[starts[graph_.nodes[static_cast<std::uint32_t>(key)].group]++] = key;
    keys_.swap(gathered_);
  }

  const TopologyGraph& graph_;
  Columns columns_;
  std::vector<float> place_;
  std::vector<std::uint64_t> keys_, gathered_;
  std::size_t sweeps_ = 0;
};

// Gives nodes in their order their heights.
class Placer {
 public:
  Placer(const TopologyGraph& graph, TopologyLayout& layout) : graph_(graph), layout_(layout) {}

  void place() {
    layout_.top.assign(graph_.nodes.size(), 0);
    std::size_t fullest = 0;
    float most = -1;
    for (std::size_t column = 0; column < kTopologyColumns; ++column) {
      const float height = pack(column);
      if (height > most) {
        most = height;
        fullest = column;
      }
    }
    for (std::size_t column = fullest; column-- > 0;) draw(column, false);
    for (std::size_t column = fullest + 1; column < kTopologyColumns; ++column) draw(column, true);
    settle();
  }

 private:
  [[nodiscard]] bool isOpen(std::uint32_t node) const {
    const std::uint32_t group = graph_.nodes[node].group;
    return group != kNoNode && !graph_.groups[group].collapsed;
  }
  // From the top of one node to that of the next.
  [[nodiscard]] float step(std::uint32_t above, std::uint32_t below) const {
    float step = kNodePitch;
    if (graph_.nodes[above].group == graph_.nodes[below].group) return step;
    if (isOpen(above)) step += kGroupGap;
    if (isOpen(below)) step += kGroupHeader;
    return step;
  }
  float pack(std::size_t column) {
    float at = 0;
    const auto& nodes = layout_.columns[column];
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      at += i == 0 ? (isOpen(nodes[i]) ? kGroupHeader : 0) : step(nodes[i - 1], nodes[i]);
      layout_.top[nodes[i]] = at;
    }
    return at;
  }

  // Each node as near to the mean of its neighbours as the order and the steps allow: the least squares, by pooling
  // neighbours that get in each other's way. Nodes without neighbours weigh next to nothing.
  void draw(std::size_t column, bool fromLeft) {
    struct Pool {
      double mean, weight;
      std::size_t count;
    };
    const auto& nodes = layout_.columns[column];
    std::vector<Pool> pools;
    double wanted = 0, offset = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::uint32_t node = nodes[i];
      const auto edges = fromLeft ? graph_.leftOf(node) : graph_.rightOf(node);
      if (i > 0) offset += step(nodes[i - 1], node);
      double weight = 1e-3;
      if (edges.empty()) {
        wanted = i == 0 ? layout_.top[node] : wanted + step(nodes[i - 1], node);
      } else {
        wanted = 0;
        for (const std::uint32_t edge : edges)
          wanted += layout_.top[fromLeft ? graph_.edges[edge].from : graph_.edges[edge].to];
        wanted /= static_cast<double>(edges.size());
        weight = 1;
      }
      pools.push_back({wanted - offset, weight, 1});
      while (pools.size() > 1 && pools[pools.size() - 2].mean > pools.back().mean) {
        const Pool last = pools.back();
        pools.pop_back();
        Pool& pool = pools.back();
        pool.mean = (pool.mean * pool.weight + last.mean * last.weight) / (pool.weight + last.weight);
        pool.weight += last.weight;
        pool.count += last.count;
      }
    }
    offset = 0;
    std::size_t i = 0;
    for (const Pool& pool : pools) {
      for (std::size_t one = 0; one < pool.count; ++one, ++i) {
        if (i > 0) offset += step(nodes[i - 1], nodes[i]);
        layout_.top[nodes[i]] = static_cast<float>(pool.mean + offset);
      }
    }
  }

  // The uppermost at 0, and the frames of what is open.
  void settle() {
    float least = std::numeric_limits<float>::max();
    for (std::uint32_t node = 0; node < graph_.nodes.size(); ++node) {
      least = std::min(least, layout_.top[node] - (isOpen(node) ? kGroupHeader : 0));
    }
    for (float& top : layout_.top) top -= least;
    layout_.width = TopologyLayout::left(TopologyColumn::Unit) + kNodeWidth;
    for (const auto& nodes : layout_.columns) {
      for (std::size_t i = 0; i < nodes.size(); ++i) {
        const float top = layout_.top[nodes[i]];
        layout_.height = std::max(layout_.height, top + kNodeHeight + (isOpen(nodes[i]) ? kFramePadding : 0));
        if (!isOpen(nodes[i])) continue;
        const std::uint32_t group = graph_.nodes[nodes[i]].group;
        if (i == 0 || graph_.nodes[nodes[i - 1]].group != group)
          layout_.frames.push_back({group, top - kGroupHeader, top});
        layout_.frames.back().bottom = top + kNodeHeight + kFramePadding;
      }
    }
  }

  const TopologyGraph& graph_;
  TopologyLayout& layout_;
};

void take(TopologyLayout& layout, const Columns& columns) {
  layout.columns = columns;
  for (const auto& nodes : columns) {
    for (std::uint32_t i = 0; i < nodes.size(); ++i) layout.rank[nodes[i]] = i;
  }
}

}  // namespace

TopologyOrder orderOf(const TopologyGraph& graph, const TopologyLayout& layout) {
  TopologyOrder order;
  order.tops.reserve(graph.nodes.size());
  for (std::uint32_t node = 0; node < graph.nodes.size(); ++node)
    order.tops.emplace_back(graph.nodes[node].key, layout.top[node]);
  return order;
}

TopologyLayout topologyLayoutOf(const TopologyGraph& graph, const TopologyOrder& before) {
  TopologyLayout layout;
  layout.rank.assign(graph.nodes.size(), 0);
  Orderer orderer(graph);
  if (before.tops.empty() || !orderer.begin(before)) {
    orderer.begin();
    take(layout, orderer.columns());
  } else {
    take(layout, orderer.columns());
    layout.crossings = crossingsOf(graph, layout);
    orderer.sweep(kRepeatedSweeps);
    TopologyLayout other;
    other.rank = layout.rank;
    take(other, orderer.columns());
    other.crossings = crossingsOf(graph, other);
    if (static_cast<double>(other.crossings) < kWorthwhile * static_cast<double>(layout.crossings))
      layout = std::move(other);
  }
  layout.sweeps = orderer.sweeps();
  Placer(graph, layout).place();
  return layout;
}

// Per gap: edges by their left end; of each, those before it that end below it, by a Fenwick tree (Barth, Juenger,
// Mutzel 2004).
std::size_t crossingsOf(const TopologyGraph& graph, const TopologyLayout& layout) {
  std::array<std::vector<std::uint64_t>, kTopologyColumns> gaps;
  for (const TopologyEdge& edge : graph.edges) {
    const std::size_t column = columnOf(graph, edge.from);
    if (columnOf(graph, edge.to) != column + 1) continue;
    gaps[column].push_back(std::uint64_t{layout.rank[edge.from]} << 32 | layout.rank[edge.to]);
  }
  std::size_t crossings = 0;
  std::vector<std::uint32_t> tree;
  for (std::size_t column = 0; column + 1 < kTopologyColumns; ++column) {
    std::ranges::sort(gaps[column]);
    const std::size_t size = layout.columns[column + 1].size();
    tree.assign(size + 1, 0);
    std::size_t seen = 0;
    for (const std::uint64_t edge : gaps[column]) {
      const auto to = static_cast<std::uint32_t>(edge);
      std::size_t atOrAbove = 0;
      for (std::size_t i = to + 1; i > 0; i &= i - 1) atOrAbove += tree[i];
      crossings += seen++ - atOrAbove;
      for (std::size_t i = to + 1; i <= size; i += i & (~i + 1)) ++tree[i];
    }
  }
  return crossings;
}

}  // namespace console
