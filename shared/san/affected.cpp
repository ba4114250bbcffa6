#include "shared/san/affected.h"

#include <algorithm>

namespace san {
namespace {

void sortUnique(std::vector<Id>& ids) {
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

// Calls visit(index, object) for each object of a kind that is not the same on both sides, on the sides where it is.
template <class T, class Visit>
void eachChanged(const SanIndex& before, const SanIndex& after, Visit&& visit) {
  Table<T>::diff(before.snapshot().table<T>(), after.snapshot().table<T>(), [&](Id, const T* was, const T* is) {
    if (was != nullptr) visit(before, *was);
    if (is != nullptr) visit(after, *is);
  });
}

}  // namespace

std::vector<Id> changedDomains(const SanIndex& before, const SanIndex& after) {
  std::vector<Id> domains;
  const auto take = [&](Id id) {
    const bool same = before.domain(id) == after.domain(id) && before.isActive(id) == after.isActive(id);
    if (!same) domains.push_back(id);
  };
  eachChanged<Domain>(before, after, [&](const SanIndex&, const Domain& domain) { take(domain.id); });
  eachChanged<DomainSet>(before, after, [&](const SanIndex&, const DomainSet& set) {
    for (const Member& member : set.domains.items()) take(member.id);
  });
  eachChanged<Settings>(before, after, [&](const SanIndex& index, const Settings&) {
    index.snapshot().table<Domain>().forEach([&](Id id, const Domain&) { take(id); });
  });
  sortUnique(domains);
  return domains;
}

void addInitiators(const SanIndex& index, ObjectRef who, std::vector<Id>& into) {
  const auto addHost = [&](std::size_t host) {
    const auto own = index.initiatorsOf(host);
    into.insert(into.end(), own.begin(), own.end());
  };
  if (who.kind == Kind::Node) into.push_back(who.id);
  if (who.kind == Kind::Host) {
    if (const auto host = index.hostNumber(who)) addHost(*host);
  }
  for (std::size_t host = 0; who.kind == Kind::Cluster && host < index.hosts().size(); ++host) {
    const auto own = index.initiatorsOf(host);
    if (!own.empty() && index.clusterOf(own.front()) == who.id) addHost(host);
  }
}

std::vector<Id> affectedNodes(const SanIndex& before, const SanIndex& after) {
  std::vector<Id> nodes;
  for (Id id : changedDomains(before, after)) {
    for (const SanIndex* index : {&before, &after}) {
      const Domain* domain = index->domain(id);
      if (domain == nullptr || !index->isActive(id)) continue;
      for (const Member& member : domain->nodes.items()) nodes.push_back(member.id);
    }
  }
  eachChanged<Node>(before, after, [&](const SanIndex&, const Node& node) { nodes.push_back(node.id); });
  eachChanged<Credential>(
      before, after, [&](const SanIndex&, const Credential& credential) { nodes.push_back(credential.initiator.id); });
  eachChanged<Map>(before, after, [&](const SanIndex& index, const Map& map) {
    addInitiators(index, map.who, nodes);
    nodes.push_back(map.target.id);
  });
  eachChanged<Departure>(before, after, [&](const SanIndex& index, const Departure& departure) {
    const Map* map = index.snapshot().get<Map>(departure.map.id);
    if (map == nullptr) return;
    addInitiators(index, map->who, nodes);
    nodes.push_back(map->target.id);
  });
  eachChanged<Host>(before, after, [&](const SanIndex& index, const Host& host) {
    addInitiators(index, {Kind::Host, host.id}, nodes);
  });
  sortUnique(nodes);
  return nodes;
}

}  // namespace san
