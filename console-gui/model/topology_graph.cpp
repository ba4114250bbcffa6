#include "console-gui/model/topology_graph.h"

#include <algorithm>

#include "console-gui/client/tr.h"
#include "console-gui/model/topology_facts.h"

namespace console {
namespace {

using san::Id;
using san::Kind;
using san::ObjectRef;

QString toText(const std::string& text) { return QString::fromStdString(text); }

QString nameOfNoGroup(TopologyGrouping grouping, TopologyColumn column) {
  const bool storage = column >= TopologyColumn::Portal;
  switch (grouping) {
    case TopologyGrouping::Cluster:
      return storage ? tr("no array") : tr("no cluster");
    case TopologyGrouping::Array:
      return storage ? tr("several arrays")
                     : tr("no site");
    case TopologyGrouping::Label:
      return tr("no label");
    default:
      return column == TopologyColumn::Host || column == TopologyColumn::Unit
                 ? tr("no site")
                 : tr("no or several sites");
  }
}

// What findings say of each object, ascending.
std::vector<std::pair<ObjectRef, Health>> healthOf(const View& view) {
  std::vector<std::pair<ObjectRef, Health>> all;
  if (!view.findings) return all;
  for (const san::Finding& finding : view.findings->list) {
    if (!finding.open()) continue;
    const Health health = finding.severity >= san::Severity::High     ? Health::Bad
                          : finding.severity == san::Severity::Medium ? Health::Warning
                                                                      : Health::Notice;
    if (finding.subject) all.emplace_back(finding.subject, health);
    for (const ObjectRef object : finding.objects) all.emplace_back(object, health);
  }
  // The worst of each comes first and stays.
  std::ranges::sort(
      all, [](const auto& a, const auto& b) { return a.first != b.first ? a.first < b.first : a.second > b.second; });
  all.erase(std::unique(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first == b.first; }),
            all.end());
  return all;
}

// One of what both SANs have, and what came and went.
void merge(TopologyFacts& before, TopologyFacts after, const san::Diff& diff) {
  std::vector<FactNode> nodes;
  nodes.reserve(after.nodes.size());
  auto old = before.nodes.begin();
  for (FactNode& node : after.nodes) {
    for (; old != before.nodes.end() && old->key < node.key; ++old) {
      old->change = TopologyChange::Removed;
      nodes.push_back(std::move(*old));
    }
    if (old != before.nodes.end() && old->key == node.key) {
      node.change = diff.find(node.key.object) != nullptr ? TopologyChange::Changed : TopologyChange::None;
      ++old;
    } else {
      node.change = TopologyChange::Added;
    }
    nodes.push_back(std::move(node));
  }
  for (; old != before.nodes.end(); ++old) {
    old->change = TopologyChange::Removed;
    nodes.push_back(std::move(*old));
  }
  before.nodes = std::move(nodes);

  const auto order = [](std::vector<FactEdge>& edges) {
    const auto less = [](const FactEdge& a, const FactEdge& b) {
      return std::tie(a.from, a.to, a.state, a.way) < std::tie(b.from, b.to, b.state, b.way);
    };
    std::ranges::sort(edges, less);
    const auto same = [](const FactEdge& a, const FactEdge& b) { return a.from == b.from && a.to == b.to; };
    edges.erase(std::unique(edges.begin(), edges.end(), same), edges.end());
  };
  order(before.edges);
  order(after.edges);
  std::vector<FactEdge> edges;
  edges.reserve(after.edges.size());
  const auto ends = [](const FactEdge& edge) { return std::tie(edge.from, edge.to); };
  auto was = before.edges.begin();
  for (FactEdge& edge : after.edges) {
    for (; was != before.edges.end() && ends(*was) < ends(edge); ++was) {
      was->change = TopologyChange::Removed;
      edges.push_back(*was);
    }
    if (was != before.edges.end() && ends(*was) == ends(edge)) {
      if (was->state != edge.state) edge.change = TopologyChange::Changed;
      ++was;
    } else {
      edge.change = TopologyChange::Added;
    }
    edges.push_back(edge);
  }
  for (; was != before.edges.end(); ++was) {
    was->change = TopologyChange::Removed;
    edges.push_back(*was);
  }
  before.edges = std::move(edges);
}

TopologyChange changeOfBoth(TopologyChange a, TopologyChange b) { return a == b ? a : TopologyChange::Changed; }

}  // namespace

// Makes the graph of facts: members of collapsed groups fold into one node, and their edges into bundles.
class TopologyFolder {
 public:
  TopologyFolder(const View& view, const TopologyOptions& options, TopologyGrouping grouping, TopologyFacts facts,
                 const FabricWays& ways)
      : view_(view), options_(options), facts_(std::move(facts)), ways_(ways), health_(healthOf(view)) {
    graph_.grouping = grouping;
    graph_.objects = facts_.nodes.size();
    graph_.hasChanges = options.after != nullptr;
  }

  TopologyGraph make() {
    makeGroups();
    makeNodes();
    makeEdges();
    makeValues();
    return std::move(graph_);
  }

 private:
  [[nodiscard]] const san::Snapshot& now() const {
    return options_.after ? options_.after->snapshot() : view_.snapshot();
  }
  [[nodiscard]] QString titleIn(const FactNode& fact) const {
    const bool gone = fact.change == TopologyChange::Removed;
    return titled(gone ? view_.snapshot() : now(), fact.key.object);
  }

  void makeGroups() {
    if (graph_.grouping == TopologyGrouping::None) return;
    std::array<std::size_t, kTopologyColumns> lengths{};
    for (const FactNode& fact : facts_.nodes) ++lengths[static_cast<std::size_t>(fact.key.column)];
    const auto tooLong = [&](TopologyColumn column) {
      return lengths[static_cast<std::size_t>(column)] > kMostOpenInColumn;
    };
    std::vector<TopologyKey> keys;
    keys.reserve(facts_.nodes.size());
    for (const FactNode& fact : facts_.nodes) {
      if (options_.grouping == TopologyGrouping::Automatic && !tooLong(fact.key.column)) continue;
      keys.push_back({fact.key.column, true, fact.groupBy});
    }
    std::ranges::sort(keys);
    for (const TopologyKey& key : keys) {
      if (graph_.groups.empty() || graph_.groups.back().key != key) {
        TopologyGroup group{key, {}, 0, tooLong(key.column)};
        const auto at = std::ranges::lower_bound(options_.opened, key, {}, &std::pair<TopologyKey, bool>::first);
        if (at != options_.opened.end() && at->first == key) group.collapsed = !at->second;
        group.title = key.object ? titled(now(), key.object) : nameOfNoGroup(graph_.grouping, key.column);
        graph_.groups.push_back(std::move(group));
      }
      ++graph_.groups.back().objects;
    }
  }

  void makeNodes() {
    std::vector<std::uint32_t> groupOf(facts_.nodes.size(), kNoNode);
    for (std::size_t i = 0; i < facts_.nodes.size() && !graph_.groups.empty(); ++i) {
      const FactNode& fact = facts_.nodes[i];
      const TopologyKey key{fact.key.column, true, fact.groupBy};
      const auto at = std::ranges::lower_bound(graph_.groups, key, {}, &TopologyGroup::key);
      if (at != graph_.groups.end() && at->key == key)
        groupOf[i] = static_cast<std::uint32_t>(at - graph_.groups.begin());
    }
    // Each visible node with the facts that it stands for, in the order of its key.
    std::vector<std::pair<TopologyKey, std::uint32_t>> shown;
    shown.reserve(facts_.nodes.size());
    for (std::uint32_t i = 0; i < facts_.nodes.size(); ++i) {
      const bool folded = groupOf[i] != kNoNode && graph_.groups[groupOf[i]].collapsed;
      shown.emplace_back(folded ? graph_.groups[groupOf[i]].key : facts_.nodes[i].key, i);
    }
    std::ranges::sort(shown);
    graph_.members_.reserve(shown.size());
    for (const auto& [key, place] : shown) {
      const FactNode& fact = facts_.nodes[place];
      if (graph_.nodes.empty() || graph_.nodes.back().key != key) {
        graph_.memberStarts_.push_back(static_cast<std::uint32_t>(graph_.members_.size()));
        TopologyNode node;
        node.key = key;
        node.title = key.group ? graph_.groups[groupOf[place]].title : titleIn(fact);
        node.group = groupOf[place];
        node.objects = 0;
        graph_.nodes.push_back(std::move(node));
      }
      addTo(graph_.nodes.back(), fact);
      graph_.members_.push_back(fact.key.object);
      graph_.places_.emplace_back(fact.key, static_cast<std::uint32_t>(graph_.nodes.size() - 1));
    }
    graph_.memberStarts_.push_back(static_cast<std::uint32_t>(graph_.members_.size()));
    for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) {
      if (graph_.nodes[i].key.group) graph_.places_.emplace_back(graph_.nodes[i].key, i);
    }
    std::ranges::sort(graph_.places_);
    std::size_t at = 0;
    for (std::size_t column = 0; column <= kTopologyColumns; ++column) {
      while (at < graph_.nodes.size() && static_cast<std::size_t>(graph_.nodes[at].key.column) < column) ++at;
      graph_.starts_[column] = static_cast<std::uint32_t>(at);
    }
  }

  void addTo(TopologyNode& node, const FactNode& fact) {
    Health health = view_.findings && fact.registered ? fact.health : Health::Unknown;
    const auto said = std::ranges::lower_bound(health_, fact.key.object, {}, &std::pair<ObjectRef, Health>::first);
    if (said != health_.end() && said->first == fact.key.object) health = std::max(health, said->second);
    const bool isFirst = node.objects++ == 0;
    node.health = isFirst ? health : std::max(node.health, health);
    node.change = isFirst ? fact.change : changeOfBoth(node.change, fact.change);
    node.registered = isFirst ? fact.registered : node.registered || fact.registered;
    node.label = isFirst ? fact.label : node.label == fact.label ? node.label : kSeveral;
    node.fabric = sameOrSeveral(node.fabric, fact.fabric);
    node.set = sameOrSeveral(node.set, fact.set);
    if (node.key.group) return;
    node.firstCable = static_cast<std::uint32_t>(graph_.cables.size());
    node.cableCount = static_cast<std::uint32_t>(fact.cables.size());
    for (const Id id : fact.cables) addCable(fact, id);
  }

  void addCable(const FactNode& fact, Id id) {
    const san::Snapshot& snapshot = fact.change == TopologyChange::Removed ? view_.snapshot() : now();
    const auto& cable = *snapshot.get<san::Cable>(id);
    TopologyCable shown{toText(cable.name), toText(cable.color), toText(cable.farEnd), cable.status};
    const auto mine = fact.key.object == cable.from.ref() ? cable.to : cable.from;
    if (shown.far.isEmpty() && mine && fact.key.column == TopologyColumn::Portal)
      shown.far = titled(snapshot, mine.ref());
    graph_.cables.push_back(std::move(shown));
  }

  void makeEdges() {
    struct Folded {
      std::uint64_t ends;
      const FactEdge* edge;
    };
    std::vector<Folded> all;
    all.reserve(facts_.edges.size());
    TopologyKey lastFrom;
    std::uint32_t from = kNoNode;
    for (const FactEdge& edge : facts_.edges) {
      if (from == kNoNode || edge.from != lastFrom) from = graph_.find(edge.from.column, edge.from.object);
      lastFrom = edge.from;
      const std::uint32_t to = graph_.find(edge.to.column, edge.to.object);
      if (from != kNoNode && to != kNoNode) all.push_back({std::uint64_t{from} << 32 | to, &edge});
    }
    std::ranges::stable_sort(all, {}, &Folded::ends);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const FactEdge& edge = *all[i].edge;
      if (i == 0 || all[i].ends != all[i - 1].ends) {
        graph_.edges.push_back({static_cast<std::uint32_t>(all[i].ends >> 32), static_cast<std::uint32_t>(all[i].ends),
                                1, edge.state, edge.way, edge.change});
        continue;
      }
      TopologyEdge& bundle = graph_.edges.back();
      ++bundle.count;
      bundle.state = std::min(bundle.state, edge.state);
      if (bundle.way != edge.way) bundle.way = EdgeWay::Plain;
      bundle.change = changeOfBoth(bundle.change, edge.change);
    }
    index(graph_.right_, &TopologyEdge::from);
    index(graph_.left_, &TopologyEdge::to);
  }
  void index(TopologyGraph::Runs& runs, std::uint32_t TopologyEdge::*end) const {
    runs.starts.assign(graph_.nodes.size() + 1, 0);
    for (const TopologyEdge& edge : graph_.edges) ++runs.starts[edge.*end + 1];
    for (std::size_t i = 1; i < runs.starts.size(); ++i) runs.starts[i] += runs.starts[i - 1];
    std::vector<std::uint32_t> next(runs.starts.begin(), runs.starts.end());
    runs.items.resize(graph_.edges.size());
    for (std::uint32_t i = 0; i < graph_.edges.size(); ++i) runs.items[next[graph_.edges[i].*end]++] = i;
  }

  void makeValues() {
    for (const FactNode& fact : facts_.nodes) {
      note(graph_.labels, fact.label);
      note(graph_.fabrics, fact.fabric);
      note(graph_.sets, fact.set);
    }
    name(graph_.labels, Kind::Label);
    name(graph_.fabrics, Kind::Fabric);
    name(graph_.sets, Kind::DomainSet);
    for (const FactNode& fact : facts_.nodes) {
      if (fact.key.column != TopologyColumn::Portal) continue;
      const auto at = std::ranges::lower_bound(graph_.fabrics, fact.fabric, {}, &TopologyValue::id);
      if (at != graph_.fabrics.end() && at->id == fact.fabric) at->way = wayOf(ways_, fact.fabric);
    }
  }
  static void note(std::vector<TopologyValue>& values, Id id) {
    if (id == 0 || id == kSeveral) return;
    const auto at = std::ranges::lower_bound(values, id, {}, &TopologyValue::id);
    if (at == values.end() || at->id != id) values.insert(at, {id, {}, EdgeWay::Plain});
  }
  void name(std::vector<TopologyValue>& values, Kind kind) const {
    for (TopologyValue& value : values) {
      const bool there = now().get(ObjectRef{kind, value.id}) != nullptr;
      value.name = titled(there ? now() : view_.snapshot(), {kind, value.id});
    }
  }

  const View& view_;
  const TopologyOptions& options_;
  TopologyFacts facts_;
  const FabricWays& ways_;
  std::vector<std::pair<ObjectRef, Health>> health_;
  TopologyGraph graph_;
};

san::Kind kindOf(TopologyColumn column) {
  static constexpr std::array kKinds{Kind::Host, Kind::Node, Kind::Domain, Kind::Portal, Kind::Node, Kind::LogicalUnit};
  return kKinds[static_cast<std::size_t>(column)];
}

std::span<const ObjectRef> TopologyGraph::membersOf(std::uint32_t node) const {
  return std::span(members_).subspan(memberStarts_[node], memberStarts_[node + 1] - memberStarts_[node]);
}

std::uint32_t TopologyGraph::find(TopologyColumn column, ObjectRef object) const {
  const TopologyKey key{column, false, object};
  const auto at = std::ranges::lower_bound(places_, key, {}, &std::pair<TopologyKey, std::uint32_t>::first);
  return at != places_.end() && at->first == key ? at->second : kNoNode;
}

std::vector<std::uint32_t> TopologyGraph::nodesOf(ObjectRef object) const {
  std::vector<std::uint32_t> found;
  if (!object) return found;
  for (std::size_t column = 0; column < kTopologyColumns; ++column) {
    for (const bool group : {false, true}) {
      const TopologyKey key{static_cast<TopologyColumn>(column), group, object};
      const auto at = std::ranges::lower_bound(places_, key, {}, &std::pair<TopologyKey, std::uint32_t>::first);
      if (at != places_.end() && at->first == key) found.push_back(at->second);
    }
  }
  return found;
}

std::uint32_t TopologyGraph::edgeBetween(std::uint32_t from, std::uint32_t to) const {
  for (const std::uint32_t edge : rightOf(from)) {
    if (edges[edge].to == to) return edge;
  }
  return kNoNode;
}

TopologyGraph topologyGraphOf(const View& view, const TopologyOptions& options) {
  TopologyGrouping grouping = options.grouping;
  if (grouping == TopologyGrouping::Automatic) grouping = automaticGrouping(*view.index);
  const FabricWays ways = fabricWaysOf(view.snapshot(), options.after ? &options.after->snapshot() : nullptr);
  TopologyFacts facts = topologyFactsOf(*view.index, grouping, ways);
  if (options.after) merge(facts, topologyFactsOf(*options.after, grouping, ways), options.diff);
  return TopologyFolder(view, options, grouping, std::move(facts), ways).make();
}

}  // namespace console
