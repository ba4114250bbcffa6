#include "shared/san/san_index.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace san {
namespace {

using Pairs = std::vector<std::pair<Id, Id>>;

// Above this many classes of portals their pairs are compared one by one.
constexpr std::size_t kMaxClassTable = 1024;

bool intersect(std::span<const Id> a, std::span<const Id> b) {
  auto x = a.begin();
  auto y = b.begin();
  while (x != a.end() && y != b.end()) {
    if (*x == *y) return true;
    if (*x < *y) {
      ++x;
    } else {
      ++y;
    }
  }
  return false;
}

}  // namespace

SanIndex::SanIndex(Snapshot snapshot) : snapshot_(std::move(snapshot)) {
  indexNodes();
  indexPortals();
  indexDomains();
  indexHosts();
  indexUnits();
  indexApplied();
  indexMaps();
  indexRest();
}

void SanIndex::indexNodes() {
  std::vector<std::pair<Id, NodeFacts>> nodes;
  Pairs ofEntity;
  nodes.reserve(snapshot_.table<Node>().size());
  ofEntity.reserve(nodes.capacity());
  snapshot_.table<Node>().forEach([&](Id id, const Node& node) {
    nodes.push_back({id, {&node, {}, 0, nullptr, false}});
    if (node.entity) ofEntity.emplace_back(node.entity.id, id);
  });
  nodes_.build(std::move(nodes));
  entityNodes_.build(std::move(ofEntity));
}

void SanIndex::indexPortals() {
  // Subnets of one length together, so that a portal is looked up once a length.
  struct Subnet {
    isns::AddressPrefix prefix;
    Id network;
  };
  std::vector<Subnet> subnets;
  snapshot_.table<Network>().forEach([&](Id id, const Network& network) {
    for (const isns::AddressPrefix& prefix : network.subnets) subnets.push_back({prefix, id});
  });
  std::map<NetworkClass, std::uint32_t> classes;
  classes_.assign(1, {});
  std::vector<std::pair<Id, PortalFacts>> portals;
  Pairs ofEntity;
  Pairs classesOf;
  Pairs ofNetwork;
  portals.reserve(snapshot_.table<Portal>().size());
  NetworkClass key;
  NetworkClass last;
  std::uint32_t lastClass = 0;
  snapshot_.table<Portal>().forEach([&](Id id, const Portal& portal) {
    key.networks.clear();
    key.ipv4 = isns::isIpv4(portal.address.ip);
    for (const Subnet& subnet : subnets) {
      if (subnet.prefix.holds(portal.address.ip) && (key.networks.empty() || key.networks.back() != subnet.network)) {
        key.networks.push_back(subnet.network);
      }
    }
    key.seen = seenSubnetOf(portal);
    if (lastClass == 0 || key != last) {
      const auto [at, added] = classes.try_emplace(key, static_cast<std::uint32_t>(classes_.size()));
      if (added) classes_.push_back(key);
      last = key;
      lastClass = at->second;
    }
    for (Id network : key.networks) ofNetwork.emplace_back(id, network);
    portals.push_back({id, {&portal, lastClass}});
    if (!portal.entity) return;
    ofEntity.emplace_back(portal.entity.id, id);
    classesOf.emplace_back(portal.entity.id, lastClass);
  });
  portals_.build(std::move(portals));
  entityPortals_.build(std::move(ofEntity));
  entityClasses_.build(std::move(classesOf));
  portalNetworks_.build(std::move(ofNetwork));
  classPairs_.clear();
  if (classes_.size() > kMaxClassTable) return;
  std::vector<Truth> pairs;
  pairs.reserve(classes_.size() * classes_.size());
  for (std::uint32_t a = 0; a < classes_.size(); ++a) {
    for (std::uint32_t b = 0; b < classes_.size(); ++b) pairs.push_back(networkBetween(a, b));
  }
  classPairs_ = std::move(pairs);
}

// The loopback is another on each machine.
SanIndex::SeenSubnet SanIndex::seenSubnetOf(const Portal& portal) {
  const PortalNetwork& network = portal.network;
  const bool ipv4 = isns::isIpv4(portal.address.ip);
  const isns::IpAddress& ip = portal.address.ip;
  const bool loopback = ipv4 ? ip[12] == 127 : isns::formatIp(ip) == "::1";
  if (network.prefix == 0 || network.prefix > (ipv4 ? 32U : 128U) || loopback) return {};
  SeenSubnet subnet{ip, network.prefix + (ipv4 ? 96U : 0U), network.vlan};
  for (std::uint32_t bit = subnet.bits; bit < 128; ++bit) {
    subnet.prefix[bit / 8] = static_cast<std::uint8_t>(subnet.prefix[bit / 8] & ~(0x80U >> (bit % 8)));
  }
  return subnet;
}

void SanIndex::indexDomains() {
  Pairs ofDomain;
  std::vector<Id> enabled;
  snapshot_.table<DomainSet>().forEach([&](Id id, const DomainSet& set) {
    for (const Member& member : set.domains.items()) {
      ofDomain.emplace_back(member.id, id);
      if (set.enabled) enabled.push_back(member.id);
    }
  });
  domainSets_.build(std::move(ofDomain));
  std::ranges::sort(enabled);
  const Settings& settings = snapshot_.settings();
  std::vector<std::pair<Id, DomainFacts>> domains;
  Pairs ofNode;
  domains.reserve(snapshot_.table<Domain>().size());
  snapshot_.table<Domain>().forEach([&](Id id, const Domain& domain) {
    const bool active = std::ranges::binary_search(enabled, id) || (id == Domain::kDefault && settings.defaultDomain) ||
                        (setsOf(id).empty() && settings.unassignedDomainsActive);
    domains.push_back({id, {&domain, active}});
    for (const Member& member : domain.nodes.items()) ofNode.emplace_back(member.id, id);
  });
  domains_.build(std::move(domains));
  nodeDomains_.build(std::move(ofNode));
}

std::uint32_t SanIndex::columnOf(Id target, Id unit) const {
  const auto all = unitsOf(target);
  const auto at = std::ranges::lower_bound(all, unit);
  return at != all.end() && *at == unit ? columnsOf(target)[static_cast<std::size_t>(at - all.begin())]
                                        : Grant::kNoColumn;
}

void SanIndex::indexRuns(const AppliedTarget& applied, std::vector<std::pair<Id, AppliedRun>>& runs) {
  const auto maps = applied.maps.items();
  for (std::size_t at = 0; at < maps.size();) {
    const Id initiator = maps[at].initiator;
    AppliedRun run{applied.target.id, static_cast<std::uint32_t>(appliedCells_.size()), 0};
    for (; at < maps.size() && maps[at].initiator == initiator; ++at) {
      const std::uint32_t column = columnOf(run.target, maps[at].unit);
      if (column != Grant::kNoColumn) appliedCells_.push_back({column, maps[at].right});
    }
    run.count = static_cast<std::uint32_t>(appliedCells_.size()) - run.first;
    if (run.count == 0) continue;
    if (initiator != 0) {
      runs.emplace_back(initiator, run);
    } else if (applied.enforcement == Enforcement::Open || applied.enforcement == Enforcement::Unknown) {
      openRuns_.push_back(run);
    } else {
      applied.admitted.forEach([&](Id admitted) { runs.emplace_back(admitted, run); });
    }
  }
}

void SanIndex::indexApplied() {
  std::vector<std::pair<Id, AppliedRun>> runs;
  snapshot_.table<AppliedTarget>().forEach([&](Id, const AppliedTarget& applied) {
    NodeFacts* facts = nodes_.find(applied.target.id);
    // Of two reports for one target the first counts.
    if (facts == nullptr || facts->applied != nullptr) return;
    facts->applied = &applied;
    facts->managed = true;
    indexRuns(applied, runs);
  });
  initiatorRuns_.build(std::move(runs));
  Pairs ofEntity;
  snapshot_.table<Agent>().forEach([&](Id id, const Agent& agent) {
    if (agent.entity) ofEntity.emplace_back(agent.entity.id, id);
    if (agent.revoked) return;
    const auto manage = [&](Id node) {
      if (NodeFacts* facts = nodes_.find(node)) facts->managed = true;
    };
    agent.nodes.forEach(manage);
    if (agent.entity) std::ranges::for_each(nodesOf(agent.entity.id), manage);
  });
  entityAgents_.build(std::move(ofEntity));
}

void SanIndex::indexHosts() {
  hosts_.clear();
  // By number of the Host in its table; the lowest id that names something has it.
  std::vector<std::pair<Id, ObjectRef>> byEntity;
  std::vector<std::pair<Id, ObjectRef>> byNode;
  snapshot_.table<Host>().forEach([&](Id id, const Host& host) {
    hosts_.push_back({Kind::Host, id});
    host.entities.forEach([&](Id entity) { byEntity.emplace_back(entity, ObjectRef{Kind::Host, id}); });
    host.nodes.forEach([&](Id node) { byNode.emplace_back(node, ObjectRef{Kind::Host, id}); });
  });
  Lists<ObjectRef> entityHosts;
  Lists<ObjectRef> nodeHosts;
  entityHosts.build(std::move(byEntity));
  nodeHosts.build(std::move(byNode));
  for (const auto& [id, constFacts] : nodes_.items()) {
    NodeFacts& facts = *nodes_.find(id);
    const Id entity = facts.node->entity.id;
    if (const auto own = nodeHosts.of(id); !own.empty()) {
      facts.host = own.front();
    } else if (const auto its = entityHosts.of(entity); entity != 0 && !its.empty()) {
      facts.host = its.front();
    } else {
      facts.host = entity != 0 ? ObjectRef{Kind::Entity, entity} : ObjectRef{Kind::Node, id};
    }
    if (facts.host.kind == Kind::Host) {
      facts.cluster = snapshot_.get<Host>(facts.host.id)->cluster.id;
    } else if (facts.node->initiator) {
      hosts_.push_back(facts.host);
    }
  }
  std::ranges::sort(hosts_);
  hosts_.erase(std::unique(hosts_.begin(), hosts_.end()), hosts_.end());
  Pairs ofHost;
  Pairs ofCluster;
  for (const auto& [id, facts] : nodes_.items()) {
    if (!facts.node->initiator) continue;
    ofHost.emplace_back(static_cast<Id>(*hostNumber(facts.host)), id);
    if (facts.cluster != 0) ofCluster.emplace_back(facts.cluster, id);
    if (facts.node->control) controls_.push_back(id);
  }
  hostInitiators_.build(std::move(ofHost));
  clusterInitiators_.build(std::move(ofCluster));
}

void SanIndex::indexUnits() {
  units_.clear();
  std::vector<std::pair<Id, std::uint32_t>> numbers;
  Pairs ofTarget;
  Pairs columns;
  snapshot_.table<LogicalUnit>().forEach([&](Id id, const LogicalUnit& unit) {
    numbers.emplace_back(id, static_cast<std::uint32_t>(units_.size()));
    for (const UnitPath& path : unit.paths.items()) {
      ofTarget.emplace_back(path.target, id);
      columns.emplace_back(path.target, static_cast<Id>(units_.size()));
    }
    units_.push_back(id);
  });
  unitNumbers_.build(std::move(numbers));
  for (const auto& [target, unit] : ofTarget) unitTargets_.push_back(target);
  std::ranges::sort(unitTargets_);
  unitTargets_.erase(std::unique(unitTargets_.begin(), unitTargets_.end()), unitTargets_.end());
  targetUnits_.build(std::move(ofTarget));
  targetColumns_.build(std::move(columns));
}

void SanIndex::indexMaps() {
  std::vector<std::pair<Id, Leaver>> departing;
  snapshot_.table<Departure>().forEach([&](Id, const Departure& one) {
    if (one.leavesAt == 0) return;
    if (one.everybody) departing.emplace_back(one.map.id, Leaver{0, one.leavesAt, one.changed});
    if (one.everybody) return;
    one.initiators.forEach([&](Id initiator) {
      departing.emplace_back(one.map.id, Leaver{initiator, one.leavesAt, one.changed});
    });
  });
  mapLeavers_.build(std::move(departing));
  Pairs ofTarget;
  Pairs ofUnit;
  std::vector<std::pair<Id, Grant>> toNodes;
  std::vector<std::pair<Id, Grant>> toHosts;
  std::vector<std::pair<Id, Grant>> toClusters;
  snapshot_.table<Map>().forEach([&](Id id, const Map& map) {
    ofTarget.emplace_back(map.target.id, id);
    ofUnit.emplace_back(map.unit.id, id);
    auto& list = map.who.kind == Kind::Node ? toNodes : map.who.kind == Kind::Host ? toHosts : toClusters;
    Grant grant{map.target.id, map.unit.id, map.lun, map.right, id, columnOf(map.target.id, map.unit.id)};
    const auto leavers = mapLeavers_.of(id);
    if (!leavers.empty() && leavers.front().initiator == 0) grant.right = Right::ReadOnly;
    if (leavers.empty() || leavers.front().initiator == 0) return list.emplace_back(map.who.id, grant), void();
    // It gives them different rights: to each his own.
    const auto give = [&](Id initiator) {
      grant.right = leavesAt(id, initiator) != 0 ? Right::ReadOnly : map.right;
      toNodes.emplace_back(initiator, grant);
    };
    if (map.who.kind == Kind::Node) give(map.who.id);
    if (map.who.kind == Kind::Host) std::ranges::for_each(initiatorsOf(*hostNumber(map.who)), give);
    if (map.who.kind == Kind::Cluster) std::ranges::for_each(initiatorsIn(map.who.id), give);
  });
  targetMaps_.build(std::move(ofTarget));
  unitMaps_.build(std::move(ofUnit));
  nodeGrants_.build(std::move(toNodes));
  hostGrants_.build(std::move(toHosts));
  clusterGrants_.build(std::move(toClusters));
  indexContestedLuns();
}

// Of whoever has Maps, and of those whose Maps he has too. An initiator without a Map of its own is its host.
void SanIndex::indexContestedLuns() {
  std::vector<std::tuple<Id, std::uint32_t, Id>> uses;  // target, LUN, unit
  const auto judge = [&](std::span<const Grant> own, std::initializer_list<ObjectRef> others) {
    if (own.empty()) return;
    uses.clear();
    const auto add = [&](std::span<const Grant> grants) {
      for (const Grant& grant : grants) uses.emplace_back(grant.target, grant.lun, grant.unit);
    };
    add(own);
    for (ObjectRef other : others) add(grantsTo(other));
    std::ranges::sort(uses);
    for (std::size_t i = 1; i < uses.size(); ++i) {
      const auto& [target, lun, unit] = uses[i];
      const auto& [sameTarget, sameLun, other] = uses[i - 1];
      if (target == sameTarget && lun == sameLun && unit != other) contestedLuns_.emplace_back(target, lun);
    }
  };
  const auto clusterRef = [](Id cluster) { return cluster == 0 ? ObjectRef{} : ObjectRef{Kind::Cluster, cluster}; };
  for (const auto& entry : nodes_.items()) {
    const Id id = entry.first;
    judge(nodeGrants_.of(id), {hostOf(id), clusterRef(clusterOf(id))});
  }
  snapshot_.table<Host>().forEach(
      [&](Id id, const Host& host) { judge(hostGrants_.of(id), {clusterRef(host.cluster.id)}); });
  snapshot_.table<Cluster>().forEach([&](Id id, const Cluster&) { judge(clusterGrants_.of(id), {}); });
  std::ranges::sort(contestedLuns_);
  contestedLuns_.erase(std::unique(contestedLuns_.begin(), contestedLuns_.end()), contestedLuns_.end());
}

void SanIndex::indexRest() {
  Pairs groups;
  Pairs granted;
  snapshot_.table<PortalGroup>().forEach([&](Id id, const PortalGroup& group) {
    groups.emplace_back(group.node.id, id);
    const Node* owner = node(group.node.id);
    const Portal* its = portal(group.portal.id);
    if (!group.grantsAccess() || owner == nullptr || its == nullptr) return;
    if (its->registered() && its->entity == owner->entity) granted.emplace_back(group.node.id, group.portal.id);
  });
  nodeGroups_.build(std::move(groups));
  nodeGranted_.build(std::move(granted));
  Pairs sessions;
  snapshot_.table<Session>().forEach(
      [&](Id id, const Session& session) { sessions.emplace_back(session.initiator.id, id); });
  initiatorSessions_.build(std::move(sessions));
  std::vector<std::pair<Id, Id>> probes;
  snapshot_.table<Probe>().forEach([&](Id id, const Probe& probe) { probes.emplace_back(probe.initiator.id, id); });
  initiatorProbes_.build(std::move(probes));
  Pairs credentials;
  snapshot_.table<Credential>().forEach(
      [&](Id id, const Credential& one) { credentials.emplace_back(one.initiator.id, id); });
  initiatorCredentials_.build(std::move(credentials));
}

std::optional<std::size_t> SanIndex::hostNumber(ObjectRef host) const {
  const auto at = std::ranges::lower_bound(hosts_, host);
  if (at == hosts_.end() || *at != host) return std::nullopt;
  return static_cast<std::size_t>(at - hosts_.begin());
}

std::optional<std::size_t> SanIndex::unitNumber(Id unit) const {
  const std::uint32_t* number = unitNumbers_.find(unit);
  return number == nullptr ? std::nullopt : std::optional<std::size_t>(*number);
}

ObjectRef SanIndex::hostOf(Id node) const {
  const NodeFacts* facts = nodes_.find(node);
  return facts == nullptr ? ObjectRef{} : facts->host;
}

Id SanIndex::clusterOf(Id node) const {
  const NodeFacts* facts = nodes_.find(node);
  return facts == nullptr ? 0 : facts->cluster;
}

const AppliedTarget* SanIndex::appliedAt(Id target) const {
  const NodeFacts* facts = nodes_.find(target);
  return facts == nullptr ? nullptr : facts->applied;
}

bool SanIndex::isManaged(Id target) const {
  const NodeFacts* facts = nodes_.find(target);
  return facts != nullptr && facts->managed;
}

bool SanIndex::isActive(Id domain) const {
  const DomainFacts* facts = domains_.find(domain);
  return facts != nullptr && facts->active;
}

bool SanIndex::excludes(const Domain& domain, Id node, Id portal) const {
  if (domain.portals.empty() || domain.portals.contains(portal)) return false;
  const NodeFacts* facts = nodes_.find(node);
  if (facts == nullptr || !facts->node->registered()) return false;
  return std::ranges::any_of(portalsOf(facts->node->entity.id),
                             [&](Id other) { return domain.portals.contains(other); });
}

std::span<const Grant> SanIndex::grantsTo(ObjectRef who) const {
  switch (who.kind) {
    case Kind::Node:
      return nodeGrants_.of(who.id);
    case Kind::Host:
      return hostGrants_.of(who.id);
    case Kind::Cluster:
      return clusterGrants_.of(who.id);
    default:
      return {};
  }
}

Seconds SanIndex::leavesAt(Id map, Id initiator) const {
  Seconds first = 0;
  for (const Leaver& one : mapLeavers_.of(map)) {
    if (one.initiator != 0 && one.initiator != initiator) continue;
    if (first == 0 || one.leavesAt < first) first = one.leavesAt;
  }
  return first;
}

std::uint32_t SanIndex::networkClassOf(Id portal) const {
  const PortalFacts* facts = portals_.find(portal);
  return facts == nullptr ? 0 : facts->networkClass;
}

Truth SanIndex::networkBetween(std::uint32_t a, std::uint32_t b) const {
  if (!classPairs_.empty()) return classPairs_[a * classes_.size() + b];
  const NetworkClass& one = classes_[a];
  const NetworkClass& other = classes_[b];
  if (one.ipv4 != other.ipv4) return Truth::No;
  if (!one.networks.empty() && !other.networks.empty()) return truthOf(intersect(one.networks, other.networks));
  return one.seen.bits != 0 && one.seen == other.seen ? Truth::Yes : Truth::Unknown;
}

}  // namespace san
