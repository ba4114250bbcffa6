#include "shared/san/coherence.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>
#include <vector>

namespace san {
namespace {

// Ascending ids of what is new or other in `after`.
template <class T>
std::vector<Id> touched(const Snapshot& before, const Snapshot& after) {
  std::vector<Id> ids;
  Table<T>::diff(before.table<T>(), after.table<T>(), [&](Id id, const T*, const T* now) {
    if (now != nullptr) ids.push_back(id);
  });
  return ids;
}

bool has(const std::vector<Id>& sorted, Id id) { return std::ranges::binary_search(sorted, id); }

template <class T>
void sortUnique(std::vector<T>& all) {
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

// Two entries with one key: `judged` is one of those that were touched.
template <class Key>
struct Twice {
  Key key;
  Id judged, other;
};
template <class Key, class Judged>
std::optional<Twice<Key>> findTwice(std::vector<std::pair<Key, Id>>& entries, Judged&& judged) {
  sortUnique(entries);
  for (auto first = entries.begin(); first != entries.end();) {
    const auto end = std::find_if(first, entries.end(), [&](const auto& entry) { return entry.first != first->first; });
    const auto found = std::find_if(first, end, judged);
    if (found != end && end - first > 1) {
      const auto other = found == first ? first + 1 : first;
      return Twice<Key>{found->first, found->second, other->second};
    }
    first = end;
  }
  return std::nullopt;
}

Edited<void> checkWindows(const Snapshot& after, const std::vector<Id>& windows) {
  for (Id id : windows) {
    const Window& window = *after.get<Window>(id);
    if (window.ends > window.starts) continue;
    return editError(EditFault::EndsTooEarly, {Kind::Window, id}, "ends",
                     "The window " + window.name + " ends before it starts.");
  }
  return {};
}

Edited<void> checkCredentials(const Snapshot& after, const std::vector<Id>& credentials) {
  if (credentials.empty()) return {};
  using Pair = std::pair<Id, Id>;
  std::vector<std::pair<Pair, Id>> entries;
  after.table<Credential>().forEach([&](Id id, const Credential& credential) {
    if (credential.state == CredentialState::Retired) return;
    entries.push_back({{credential.initiator.id, credential.target.id}, id});
  });
  const auto found = findTwice(entries, [&](const auto& entry) { return has(credentials, entry.second); });
  if (!found) return {};
  const Id bad = found->judged;
  const Credential& credential = *after.get<Credential>(bad);
  const std::string target =
      credential.target ? nameOf(after, credential.target.ref()) : std::string("all its targets");
  return editError(
      EditFault::CredentialTwice, {Kind::Credential, bad}, "target",
      nameOf(after, credential.initiator.ref()) + " has a credential for " + target + " already: change that one.");
}

// What each host and cluster gives its initiators a share in: (host or cluster, node), ascending.
class Groups {
 public:
  explicit Groups(const Snapshot& snapshot) {
    std::vector<std::pair<Id, Id>> byNode;
    std::vector<std::pair<Id, Id>> byEntity;
    snapshot.table<Host>().forEach([&](Id id, const Host& host) {
      host.nodes.forEach([&](Id node) { byNode.emplace_back(node, id); });
      host.entities.forEach([&](Id entity) { byEntity.emplace_back(entity, id); });
    });
    std::ranges::sort(byNode);
    std::ranges::sort(byEntity);
    snapshot.table<Node>().forEach([&](Id id, const Node& node) {
      Id host = lookUp(byNode, id);
      if (host == 0) host = lookUp(byEntity, node.entity.id);
      if (host == 0) return;
      members_.push_back({{Kind::Host, host}, id});
      if (const auto cluster = snapshot.get<Host>(host)->cluster) members_.push_back({cluster.ref(), id});
    });
    std::ranges::sort(members_);
  }

  // Ascending.
  [[nodiscard]] const std::vector<std::pair<ObjectRef, Id>>& members() const { return members_; }

  template <class Visit>
  void eachInitiator(ObjectRef who, Visit&& visit) const {
    if (who.kind == Kind::Node) return visit(who.id);
    auto at = std::ranges::lower_bound(members_, std::pair<ObjectRef, Id>(who, 0));
    for (; at != members_.end() && at->first == who; ++at) visit(at->second);
  }

 private:
  static Id lookUp(const std::vector<std::pair<Id, Id>>& sorted, Id id) {
    const auto at = std::ranges::lower_bound(sorted, std::pair<Id, Id>(id, 0));
    return at != sorted.end() && at->first == id ? at->second : 0;
  }
  std::vector<std::pair<ObjectRef, Id>> members_;
};

Edited<void> checkHosts(const Snapshot& after, const std::vector<Id>& hosts) {
  if (hosts.empty()) return {};
  std::vector<std::pair<ObjectRef, Id>> entries;
  after.table<Host>().forEach([&](Id id, const Host& host) {
    host.nodes.forEach([&](Id node) { entries.push_back({{Kind::Node, node}, id}); });
    host.entities.forEach([&](Id entity) { entries.push_back({{Kind::Entity, entity}, id}); });
  });
  const auto found = findTwice(entries, [&](const auto& entry) { return has(hosts, entry.second); });
  if (!found) return {};
  const Id bad = found->judged;
  return editError(EditFault::InTwoHosts, {Kind::Host, bad}, found->key.kind == Kind::Node ? "nodes" : "entities",
                   nameOf(after, found->key) + " is part of the hosts " + nameOf(after, {Kind::Host, found->judged}) +
                       " and " + nameOf(after, {Kind::Host, found->other}) + ": take it out of one of them.");
}

Edited<void> checkBehind(const Snapshot& after, const std::vector<Id>& maps) {
  for (Id id : maps) {
    const Map& map = *after.get<Map>(id);
    const auto paths = after.get<LogicalUnit>(map.unit.id)->paths.items();
    if (std::ranges::any_of(paths, [&](const UnitPath& path) { return path.target == map.target.id; })) continue;
    return editError(EditFault::NotBehind, {Kind::Map, id}, "unit",
                     nameOf(after, map.unit.ref()) + " does not stand behind " + nameOf(after, map.target.ref()) +
                         ": choose a target that has it.");
  }
  return {};
}

Edited<void> checkMappedTwice(const Snapshot& after, const std::vector<Id>& maps) {
  std::vector<Id> targets;
  for (Id id : maps) targets.push_back(after.get<Map>(id)->target.id);
  sortUnique(targets);
  using Key = std::tuple<ObjectRef, Id, Id>;
  std::vector<std::pair<Key, Id>> entries;
  after.table<Map>().forEach([&](Id id, const Map& map) {
    if (has(targets, map.target.id)) entries.push_back({{map.who, map.target.id, map.unit.id}, id});
  });
  const auto found = findTwice(entries, [&](const auto& entry) { return has(maps, entry.second); });
  if (!found) return {};
  const Id bad = found->judged;
  const Map& map = *after.get<Map>(bad);
  return editError(EditFault::MappedTwice, {Kind::Map, bad}, "unit",
                   nameOf(after, map.who) + " has " + nameOf(after, map.unit.ref()) + " through " +
                       nameOf(after, map.target.ref()) + " already: change that map.");
}

using Lun = std::pair<Id, std::uint32_t>;  // a target, and a LUN of it

// Whom the hosts that differ have brought a share in the maps of others, by themselves or by their cluster: those that
// a host has got, also because another one has let go of them (its explicit members come first) or is gone.
struct Newcomers {
  std::vector<ObjectRef> who;  // ascending: whose maps they have now, themselves among them
  std::vector<Id> initiators;  // ascending
};
Newcomers newcomers(const Snapshot& before, const Groups& after) {
  Newcomers all;
  const Groups were(before);
  std::vector<std::pair<ObjectRef, Id>> joined;
  std::ranges::set_difference(after.members(), were.members(), std::back_inserter(joined));
  for (const auto& [group, node] : joined) {
    all.who.push_back(group);
    all.who.push_back({Kind::Node, node});
    all.initiators.push_back(node);
  }
  sortUnique(all.initiators);
  // The other groups of these, too: a host that joins a cluster has maps of its own.
  for (const auto& [group, node] : after.members()) {
    if (has(all.initiators, node)) all.who.push_back(group);
  }
  sortUnique(all.who);
  return all;
}

// The LUNs at which something may have come about: those of touched maps and of what newcomers get.
std::vector<Lun> touchedLuns(const Snapshot& after, const std::vector<Id>& maps, const std::vector<ObjectRef>& who) {
  std::vector<Lun> luns;
  after.table<Map>().forEach([&](Id id, const Map& map) {
    if (has(maps, id) || std::ranges::binary_search(who, map.who)) luns.emplace_back(map.target.id, map.lun);
  });
  sortUnique(luns);
  return luns;
}

// `hosts`: those that are new or other; `regrouped`: whether any is, or is gone.
Edited<void> checkLuns(const Snapshot& before, const Snapshot& after, const std::vector<Id>& maps,
                       const std::vector<Id>& hosts, bool regrouped) {
  if (maps.empty() && !regrouped) return {};
  const Groups groups(after);
  const Newcomers come = regrouped ? newcomers(before, groups) : Newcomers{};
  const std::vector<Lun> luns = touchedLuns(after, maps, come.who);
  using Key = std::tuple<Id, std::uint32_t, Id>;  // target, LUN, initiator
  std::vector<std::pair<Key, Id>> entries;
  after.table<Map>().forEach([&](Id id, const Map& map) {
    if (!std::ranges::binary_search(luns, Lun(map.target.id, map.lun))) return;
    groups.eachInitiator(map.who, [&](Id node) { entries.push_back({{map.target.id, map.lun, node}, id}); });
  });
  const auto found = findTwice(entries, [&](const auto& entry) {
    return has(maps, entry.second) || has(come.initiators, std::get<2>(entry.first));
  });
  if (!found) return {};
  const auto& [target, lun, initiator] = found->key;
  // A map that was touched is at fault, else the host that has the initiator now.
  ObjectRef bad{Kind::Map, has(maps, found->judged) ? found->judged : found->other};
  if (!has(maps, bad.id)) {
    for (const auto& [group, node] : groups.members()) {
      if (node == initiator && group.kind == Kind::Host) bad = group;
    }
  }
  const std::string by = bad.kind == Kind::Host && !has(hosts, bad.id)
                             ? "it falls to the host " + nameOf(after, bad) +
                                   ", as no other host has it any more. Erase one of them, or give it another LUN."
                             : std::string("choose another LUN for one of them.");
  return editError(EditFault::LunTaken, bad, bad.kind == Kind::Map ? "lun" : "nodes",
                   "LUN " + std::to_string(lun) + " of " + nameOf(after, {Kind::Node, target}) + " is given to " +
                       nameOf(after, {Kind::Node, initiator}) + " by two maps, with " +
                       nameOf(after, after.get<Map>(found->judged)->unit.ref()) + " and " +
                       nameOf(after, after.get<Map>(found->other)->unit.ref()) + ": " + by);
}

}  // namespace

Edited<void> checkCoherence(const Snapshot& before, const Snapshot& after) {
  const std::vector<Id> maps = touched<Map>(before, after);
  const std::vector<Id> hosts = touched<Host>(before, after);
  if (auto status = checkWindows(after, touched<Window>(before, after)); !status) return status;
  if (auto status = checkCredentials(after, touched<Credential>(before, after)); !status) return status;
  if (auto status = checkHosts(after, hosts); !status) return status;
  if (auto status = checkBehind(after, maps); !status) return status;
  if (auto status = checkMappedTwice(after, maps); !status) return status;
  bool regrouped = !hosts.empty();
  Table<Host>::diff(before.table<Host>(), after.table<Host>(),
                    [&](Id, const Host*, const Host* now) { regrouped = regrouped || now == nullptr; });
  return checkLuns(before, after, maps, hosts, regrouped);
}

}  // namespace san
