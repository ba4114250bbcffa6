#include "console-gui/model/topology_facts.h"

#include <algorithm>
#include <map>

namespace console {
namespace {

using san::Id;
using san::Kind;
using san::ObjectRef;

// The same object, or none where they differ.
class Common {
 public:
  void add(ObjectRef ref) {
    if (!known_) {
      value_ = ref;
    } else if (value_ != ref) {
      value_ = {};
    }
    known_ = true;
  }
  [[nodiscard]] ObjectRef value() const { return value_; }

 private:
  ObjectRef value_;
  bool known_ = false;
};

// A member of a domain that never registered may be either: what has maps or logical units is a target.
bool isTarget(const san::SanIndex& index, const san::Node& node) {
  return node.target || (!node.initiator && (!index.mapsOf(node.id).empty() || !index.unitsOf(node.id).empty()));
}
bool isInitiator(const san::SanIndex& index, const san::Node& node) {
  return node.initiator || (!isTarget(index, node) && !index.domainsOf(node.id).empty());
}

Id first(const san::Links<Kind::Label>& labels) {
  return labels.empty() ? 0 : labels.size() == 1 ? labels.front() : kSeveral;
}

class FactMaker {
 public:
  FactMaker(const san::SanIndex& index, TopologyGrouping grouping, const FabricWays& ways)
      : index_(index), snapshot_(index.snapshot()), grouping_(grouping), ways_(ways) {}

  TopologyFacts make() {
    findCables();
    addHosts();
    addUnits();
    addTargets();
    addInitiators();
    addDomains();
    addPortals();
    std::ranges::sort(facts_.nodes, {}, &FactNode::key);
    return std::move(facts_);
  }

 private:
  static TopologyKey key(TopologyColumn column, ObjectRef ref) { return {column, false, ref}; }
  static TopologyKey key(TopologyColumn column, Kind kind, Id id) { return {column, false, {kind, id}}; }
  FactNode& add(TopologyColumn column, ObjectRef ref) {
    facts_.nodes.emplace_back();
    facts_.nodes.back().key = key(column, ref);
    return facts_.nodes.back();
  }
  void join(const TopologyKey& from, const TopologyKey& to, bool live = true, EdgeWay way = EdgeWay::Plain) {
    facts_.edges.push_back({from, to, live ? EdgeState::Live : EdgeState::Inactive, way, TopologyChange::None});
  }

  void findCables() {
    snapshot_.table<san::Cable>().forEach([&](Id id, const san::Cable& cable) {
      for (const Id portal : {cable.from.id, cable.to.id}) {
        if (portal != 0) cables_.emplace_back(portal, id);
      }
    });
    std::ranges::sort(cables_);
  }
  void addCables(FactNode& node, Id portal) const {
    for (auto at = std::ranges::lower_bound(cables_, std::pair{portal, Id{0}});
         at != cables_.end() && at->first == portal; ++at) {
      node.cables.push_back(at->second);
    }
  }

  [[nodiscard]] Id fabricOf(Id portal) const {
    Id fabric = 0;
    for (const Id network : index_.networksOf(portal)) {
      const auto* found = snapshot_.get<san::Network>(network);
      if (found != nullptr) fabric = sameOrSeveral(fabric, found->fabric.id);
    }
    return fabric;
  }
  [[nodiscard]] Id setOfDomains(Id node) const {
    Id set = 0;
    for (const Id domain : index_.domainsOf(node)) {
      for (const Id one : index_.setsOf(domain)) set = sameOrSeveral(set, one);
    }
    return set;
  }

  // By what a node is grouped: hosts and what belongs to them, and storage.
  [[nodiscard]] ObjectRef hostGroup(ObjectRef ref) const {
    const auto* host = ref.kind == Kind::Host ? snapshot_.get<san::Host>(ref.id) : nullptr;
    if (host == nullptr) return {};
    switch (grouping_) {
      case TopologyGrouping::Site:
      case TopologyGrouping::Array:
        return host->site ? host->site.ref() : ObjectRef{};
      case TopologyGrouping::Cluster:
        return host->cluster ? host->cluster.ref() : ObjectRef{};
      case TopologyGrouping::Label:
        return host->labels.empty() ? ObjectRef{} : ObjectRef{Kind::Label, host->labels.front()};
      default:
        return {};
    }
  }
  [[nodiscard]] bool byArray() const {
    return grouping_ == TopologyGrouping::Cluster || grouping_ == TopologyGrouping::Array;
  }
  static ObjectRef firstLabel(const san::Links<Kind::Label>& labels) {
    return labels.empty() ? ObjectRef{} : ObjectRef{Kind::Label, labels.front()};
  }
  [[nodiscard]] ObjectRef arrayOf(Id target) const {
    const san::Node* node = index_.node(target);
    return node != nullptr && node->entity ? node->entity.ref() : ObjectRef{};
  }
  [[nodiscard]] ObjectRef unitGroup(const san::LogicalUnit& unit) const {
    if (byArray()) {
      Common array;
      for (const san::UnitPath& place : unit.paths.items()) array.add(arrayOf(place.target));
      return array.value();
    }
    if (grouping_ == TopologyGrouping::Site) return unit.site ? unit.site.ref() : ObjectRef{};
    return grouping_ == TopologyGrouping::Label ? firstLabel(unit.labels) : ObjectRef{};
  }
  [[nodiscard]] ObjectRef targetGroup(const san::Node& target) const {
    if (byArray()) return arrayOf(target.id);
    if (grouping_ == TopologyGrouping::Label) return firstLabel(target.labels);
    Common site;
    if (grouping_ == TopologyGrouping::Site) {
      for (const Id unit : index_.unitsOf(target.id)) site.add(snapshot_.get<san::LogicalUnit>(unit)->site.ref());
    }
    return site.value().id == 0 ? ObjectRef{} : site.value();
  }

  void addHosts() {
    for (std::size_t number = 0; number < index_.hosts().size(); ++number) {
      const ObjectRef ref = index_.hosts()[number];
      FactNode& node = add(TopologyColumn::Host, ref);
      node.groupBy = hostGroup(ref);
      if (const auto* host = ref.kind == Kind::Host ? snapshot_.get<san::Host>(ref.id) : nullptr)
        node.label = first(host->labels);
      const auto initiators = index_.initiatorsOf(number);
      node.registered = initiators.empty();
      for (const Id initiator : initiators) {
        const san::Node* own = index_.node(initiator);
        if (own == nullptr) continue;
        node.registered = node.registered || own->registered();
        node.set = sameOrSeveral(node.set, setOfDomains(initiator));
        join(node.key, key(TopologyColumn::Initiator, Kind::Node, initiator));
      }
    }
  }

  void addInitiators() {
    snapshot_.table<san::Node>().forEach([&](Id id, const san::Node& own) {
      if (!isInitiator(index_, own)) return;
      FactNode& node = add(TopologyColumn::Initiator, {Kind::Node, id});
      const ObjectRef host = index_.hostOf(id);
      node.registered = own.registered();
      node.label = first(own.labels);
      const auto* named = host.kind == Kind::Host ? snapshot_.get<san::Host>(host.id) : nullptr;
      if (node.label == 0 && named != nullptr) node.label = first(named->labels);
      node.groupBy = hostGroup(host);
      node.set = setOfDomains(id);
      for (const Id portal : index_.portalsOf(own.entity.id)) {
        node.fabric = sameOrSeveral(node.fabric, fabricOf(portal));
        addCables(node, portal);
      }
      for (const Id domain : index_.domainsOf(id)) {
        join(node.key, key(TopologyColumn::Domain, Kind::Domain, domain), index_.isActive(domain));
      }
    });
  }

  void addDomains() {
    snapshot_.table<san::Domain>().forEach([&](Id id, const san::Domain& own) {
      FactNode& node = add(TopologyColumn::Domain, {Kind::Domain, id});
      const bool active = index_.isActive(id);
      node.label = first(own.labels);
      for (const Id set : index_.setsOf(id)) node.set = sameOrSeveral(node.set, set);
      Common group;
      for (const san::Member& member : own.nodes.items()) {
        const san::Node* other = index_.node(member.id);
        if (other == nullptr) continue;
        if (isInitiator(index_, *other)) group.add(hostGroup(index_.hostOf(member.id)));
        if (!isTarget(index_, *other)) continue;
        bool shown = false;
        for (const Id portal : index_.grantedPortalsOf(member.id)) {
          if (index_.excludes(own, member.id, portal)) continue;
          const EdgeWay way = wayOf(ways_, fabricOf(portal));
          join(node.key, key(TopologyColumn::Portal, Kind::Portal, portal), active, way);
          shown = true;
        }
        if (!shown) join(node.key, key(TopologyColumn::Target, Kind::Node, member.id), false);
      }
      node.groupBy = grouping_ == TopologyGrouping::Label ? firstLabel(own.labels) : group.value();
    });
  }

  void addTargets() {
    snapshot_.table<san::Node>().forEach([&](Id id, const san::Node& own) {
      if (!isTarget(index_, own)) return;
      FactNode& node = add(TopologyColumn::Target, {Kind::Node, id});
      node.registered = own.registered();
      node.label = first(own.labels);
      node.groupBy = targetGroup(own);
      node.set = setOfDomains(id);
      if (!index_.isManaged(id)) node.health = Health::Unknown;
      for (const Id group : index_.groupsOf(id)) {
        const auto* joined = snapshot_.get<san::PortalGroup>(group);
        if (joined == nullptr || snapshot_.get<san::Portal>(joined->portal.id) == nullptr) continue;
        const Id portal = joined->portal.id;
        const Id fabric = fabricOf(portal);
        node.fabric = sameOrSeveral(node.fabric, fabric);
        const bool live = std::ranges::binary_search(index_.grantedPortalsOf(id), portal);
        join(key(TopologyColumn::Portal, Kind::Portal, portal), node.key, live, wayOf(ways_, fabric));
        portals_.push_back({portal, node.groupBy, node.label});
      }
      for (const Id unit : index_.unitsOf(id)) join(node.key, key(TopologyColumn::Unit, Kind::LogicalUnit, unit));
    });
  }

  void addPortals() {
    std::ranges::sort(portals_, {}, &PortalOf::portal);
    std::vector<std::pair<Id, EdgeState>> states;  // of portals whose cables are not connected
    for (auto at = portals_.begin(); at != portals_.end();) {
      const Id portal = at->portal;
      const auto* own = snapshot_.get<san::Portal>(portal);
      FactNode& node = add(TopologyColumn::Portal, {Kind::Portal, portal});
      Common group;
      for (; at != portals_.end() && at->portal == portal; ++at) {
        group.add(at->group);
        node.label = sameOrSeveral(node.label, at->label);
      }
      node.groupBy = group.value();
      node.registered = own->registered();
      node.fabric = fabricOf(portal);
      addCables(node, portal);
      if (const EdgeState state = cableState(node.cables); state != EdgeState::Live) states.emplace_back(portal, state);
    }
    if (states.empty()) return;
    for (FactEdge& edge : facts_.edges) {
      if (edge.from.column != TopologyColumn::Portal || edge.state != EdgeState::Live) continue;
      const auto at = std::ranges::lower_bound(states, edge.from.object.id, {}, &std::pair<Id, EdgeState>::first);
      if (at != states.end() && at->first == edge.from.object.id) edge.state = at->second;
    }
  }
  [[nodiscard]] EdgeState cableState(const std::vector<Id>& cables) const {
    EdgeState state = EdgeState::Live;
    for (const Id id : cables) {
      const san::CableStatus status = snapshot_.get<san::Cable>(id)->status;
      if (status == san::CableStatus::Connected) return EdgeState::Live;
      state = status == san::CableStatus::Planned ? EdgeState::Planned : EdgeState::Leaving;
    }
    return state;
  }

  void addUnits() {
    snapshot_.table<san::LogicalUnit>().forEach([&](Id id, const san::LogicalUnit& own) {
      FactNode& node = add(TopologyColumn::Unit, {Kind::LogicalUnit, id});
      node.label = first(own.labels);
      node.groupBy = unitGroup(own);
    });
  }

  struct PortalOf {
    Id portal;
    ObjectRef group;
    Id label;
  };
  const san::SanIndex& index_;
  const san::Snapshot& snapshot_;
  const TopologyGrouping grouping_;
  const FabricWays& ways_;
  TopologyFacts facts_;
  std::vector<std::pair<Id, Id>> cables_;  // portal, cable
  std::vector<PortalOf> portals_;  // of targets
};

}  // namespace

TopologyGrouping automaticGrouping(const san::SanIndex& index) {
  const san::Snapshot& snapshot = index.snapshot();
  std::size_t initiators = 0, targets = 0, portals = 0, sites = 0, clusters = 0;
  snapshot.table<san::Node>().forEach([&](Id id, const san::Node& node) {
    if (node.initiator) ++initiators;
    if (!node.target) return;
    ++targets;
    portals += index.groupsOf(id).size();
  });
  const bool longHosts =
      std::max({index.hosts().size(), initiators, snapshot.table<san::Domain>().size()}) > kMostOpenInColumn;
  const bool longStorage = std::max({targets, portals, snapshot.table<san::LogicalUnit>().size()}) > kMostOpenInColumn;
  if (!longHosts) return longStorage ? TopologyGrouping::Array : TopologyGrouping::None;
  snapshot.table<san::Host>().forEach([&](Id, const san::Host& host) {
    if (host.site) ++sites;
    if (host.cluster) ++clusters;
  });
  if (sites == 0 && clusters == 0) return TopologyGrouping::Array;
  return sites >= clusters ? TopologyGrouping::Site : TopologyGrouping::Cluster;
}

FabricWays fabricWaysOf(const san::Snapshot& now, const san::Snapshot* after) {
  std::map<Id, std::string> names;
  for (const san::Snapshot* one : {after, &now}) {
    if (one == nullptr) continue;
    one->table<san::Fabric>().forEach([&](Id id, const san::Fabric& fabric) { names.try_emplace(id, fabric.name); });
  }
  std::vector<std::pair<std::string, Id>> ranks;
  for (const auto& [id, name] : names) ranks.emplace_back(name, id);
  std::ranges::sort(ranks);
  FabricWays ways;
  for (std::size_t rank = 0; rank < ranks.size(); ++rank)
    ways.emplace_back(ranks[rank].second, rank % 2 == 0 ? EdgeWay::FabricA : EdgeWay::FabricB);
  std::ranges::sort(ways);
  return ways;
}

EdgeWay wayOf(const FabricWays& ways, Id fabric) {
  const auto at = std::ranges::lower_bound(ways, fabric, {}, &std::pair<Id, EdgeWay>::first);
  return at != ways.end() && at->first == fabric ? at->second : EdgeWay::Plain;
}

TopologyFacts topologyFactsOf(const san::SanIndex& index, TopologyGrouping grouping, const FabricWays& ways) {
  return FactMaker(index, grouping, ways).make();
}

}  // namespace console
