#include "console-gui/model/topology_paths.h"

#include <algorithm>

#include "console-gui/client/tr.h"

namespace console {
namespace {

using san::Id;
using san::Kind;
using san::ObjectRef;

PathMark markOf(const san::Path& path) {
  switch (path.works()) {
    case san::Truth::Yes:
      return PathMark::Works;
    case san::Truth::Unknown:
      return PathMark::Unknown;
    default:
      return PathMark::No;
  }
}

class Marker {
 public:
  Marker(const TopologyGraph& graph, const san::SanIndex& index, TopologyPaths& paths)
      : graph_(graph), index_(index), paths_(paths), uses_(graph.nodes.size()) {}

  void mark(const san::Path& path) {
    const PathMark mark = markOf(path);
    ++paths_.paths;
    if (mark == PathMark::Works) ++paths_.working;
    if (mark == PathMark::Unknown) ++paths_.unknown;
    seen_.clear();
    const std::uint32_t host = graph_.find(TopologyColumn::Host, paths_.host);
    const std::uint32_t initiator = graph_.find(TopologyColumn::Initiator, {Kind::Node, path.initiator});
    const std::uint32_t portal = graph_.find(TopologyColumn::Portal, {Kind::Portal, path.portal});
    const std::uint32_t target = graph_.find(TopologyColumn::Target, {Kind::Node, path.target});
    const std::uint32_t unit = graph_.find(TopologyColumn::Unit, {Kind::LogicalUnit, path.unit});
    join(host, initiator, mark);
    for (const Id domain : domainsOf(path)) {
      const std::uint32_t node = graph_.find(TopologyColumn::Domain, {Kind::Domain, domain});
      // A domain that is not active carries nothing, whatever the path does by another one.
      const PathMark carried = index_.isActive(domain) ? mark : PathMark::No;
      join(initiator, node, carried);
      join(node, portal != kNoNode ? portal : target, carried);
    }
    join(portal, target, mark);
    join(target, unit, mark);
    for (const std::uint32_t node : {host, initiator, portal, target, unit}) note(node, mark);
    if (mark != PathMark::Works) return;
    // Two initiators of one host need not be one point of failure, even if one group stands for both of them.
    for (const std::uint32_t node : {initiator, portal, target}) {
      if (node != kNoNode && !graph_.nodes[node].key.group && std::ranges::find(seen_, node) == seen_.end()) {
        seen_.push_back(node);
        ++uses_[node];
      }
    }
    const Id fabric = fabricOf(path.portal);
    if (paths_.working == 1) {
      fabric_ = fabric;
    } else if (fabric_ != fabric) {
      fabric_ = 0;
    }
  }

  void findWeakPoints() {
    if (paths_.working == 0) return;
    for (std::uint32_t node = 0; node < uses_.size(); ++node) {
      if (uses_[node] == paths_.working) paths_.weakPoints.push_back(node);
    }
  }
  [[nodiscard]] Id fabric() const { return fabric_; }

 private:
  // The domains that hold both ends and do not exclude the portal.
  [[nodiscard]] std::vector<Id> domainsOf(const san::Path& path) const {
    std::vector<Id> both;
    const auto a = index_.domainsOf(path.initiator), b = index_.domainsOf(path.target);
    std::ranges::set_intersection(a, b, std::back_inserter(both));
    std::erase_if(both, [&](Id id) {
      const san::Domain* domain = index_.domain(id);
      return domain == nullptr || (path.portal != 0 && index_.excludes(*domain, path.target, path.portal));
    });
    return both;
  }
  [[nodiscard]] Id fabricOf(Id portal) const {
    for (const Id network : index_.networksOf(portal)) {
      if (const auto* found = index_.snapshot().get<san::Network>(network)) return found->fabric.id;
    }
    return 0;
  }
  void note(std::uint32_t node, PathMark mark) {
    if (node != kNoNode) paths_.nodes[node] = std::max(paths_.nodes[node], mark);
  }
  void join(std::uint32_t from, std::uint32_t to, PathMark mark) {
    note(from, mark);
    note(to, mark);
    if (from == kNoNode || to == kNoNode) return;
    if (const std::uint32_t edge = graph_.edgeBetween(from, to); edge != kNoNode) {
      paths_.edges[edge] = std::max(paths_.edges[edge], mark);
    }
  }

  const TopologyGraph& graph_;
  const san::SanIndex& index_;
  TopologyPaths& paths_;
  std::vector<std::size_t> uses_;  // by node: paths that work and need it
  std::vector<std::uint32_t> seen_;
  Id fabric_ = 0;  // that all which work run in
};

QString weakness(const QString& title, TopologyColumn column) {
  switch (column) {
    case TopologyColumn::Initiator:
      return console::tr("All paths begin at the initiator %1.").arg(title);
    case TopologyColumn::Portal:
      return console::tr("All paths need the portal %1.").arg(title);
    default:
      return console::tr("All paths need the target %1.").arg(title);
  }
}

}  // namespace

TopologyPaths topologyPathsOf(const TopologyGraph& graph, const san::SanIndex& index, ObjectRef host, Id unit) {
  TopologyPaths paths;
  paths.host = host;
  paths.unit = unit;
  paths.nodes.assign(graph.nodes.size(), PathMark::None);
  paths.edges.assign(graph.edges.size(), PathMark::None);
  const QString from = titled(index.snapshot(), host), to = titled(index.snapshot(), {Kind::LogicalUnit, unit});
  const auto number = index.hostNumber(host);
  if (!number || !index.unitNumber(unit)) {
    paths.answer = console::tr("%1 or %2 is no longer there.").arg(from, to);
    return paths;
  }
  Marker marker(graph, index, paths);
  for (const san::Path& path : san::pathsBetween(index, san::Basis::Applied, *number, unit)) marker.mark(path);
  // Both ends show, also where nothing joins them.
  for (const auto& [column, ref] :
       {std::pair{TopologyColumn::Host, host}, std::pair{TopologyColumn::Unit, ObjectRef{Kind::LogicalUnit, unit}}}) {
    const std::uint32_t node = graph.find(column, ref);
    if (node != kNoNode) paths.nodes[node] = std::max(paths.nodes[node], PathMark::No);
  }
  marker.findWeakPoints();
  if (paths.paths == 0) {
    paths.answer = console::tr("Nothing joins %1 and %2: no domain, no map, no session.").arg(from, to);
  } else if (paths.working == 0 && paths.unknown == 0) {
    paths.answer =
        console::tr("%n path(s) from %1 to %2, none works.", nullptr, static_cast<int>(paths.paths)).arg(from, to);
  } else if (paths.working == 0) {
    paths.answer =
        console::tr("%n path(s) from %1 to %2; whether one works is not known.", nullptr, static_cast<int>(paths.paths))
            .arg(from, to);
  } else {
    paths.answer = console::tr("%n path(s) from %1 to %2, %3 of them work.", nullptr, static_cast<int>(paths.paths))
                       .arg(from, to)
                       .arg(paths.working);
    if (paths.working == 1) paths.weaknesses << console::tr("There is one path only.");
    for (const std::uint32_t node : paths.weakPoints) {
      if (paths.working == 1) break;
      paths.weaknesses << weakness(graph.nodes[node].title, graph.nodes[node].key.column);
    }
    if (paths.working > 1 && marker.fabric() != 0) {
      paths.weaknesses
          << console::tr("All paths run through %1.").arg(titled(index.snapshot(), {Kind::Fabric, marker.fabric()}));
    }
  }
  return paths;
}

}  // namespace console
