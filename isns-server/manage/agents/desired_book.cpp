#include "isns-server/manage/agents/desired_book.h"

#include <algorithm>

#include "shared/san/affected.h"
#include "shared/san/desired_bounds.h"

namespace manage {

static_assert(mgmt::kMaxIdentityNames <= san::DesiredBounds::kTargets);

namespace {

using san::Id;
using san::Kind;
using san::SanIndex;

template <class T, class Visit>
void eachChanged(const SanIndex& before, const SanIndex& after, Visit&& visit) {
  san::Table<T>::diff(before.snapshot().table<T>(), after.snapshot().table<T>(), [&](Id, const T* was, const T* is) {
    if (was != nullptr) visit(before, *was);
    if (is != nullptr) visit(after, *is);
  });
}

// Nodes of which anything changed that desired states depend on.
std::vector<Id> touchedNodes(const SanIndex& before, const SanIndex& after) {
  std::vector<Id> nodes = san::affectedNodes(before, after);
  eachChanged<san::PortalGroup>(
      before, after, [&](const SanIndex&, const san::PortalGroup& group) { nodes.push_back(group.node.id); });
  eachChanged<san::Portal>(before, after, [&](const SanIndex& index, const san::Portal& portal) {
    const auto all = index.nodesOf(portal.entity.id);
    nodes.insert(nodes.end(), all.begin(), all.end());
  });
  eachChanged<san::LogicalUnit>(before, after, [&](const SanIndex&, const san::LogicalUnit& unit) {
    for (const san::UnitPath& path : unit.paths.items()) nodes.push_back(path.target);
  });
  eachChanged<san::Credential>(before, after, [&](const SanIndex&, const san::Credential& credential) {
    if (credential.target) nodes.push_back(credential.target.id);
    nodes.push_back(credential.initiator.id);
  });
  std::ranges::sort(nodes);
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

// Targets that a change of these nodes may concern: they themselves, those that share a domain with one, or give it
// something.
std::set<Id> touchedTargets(const std::vector<Id>& nodes, const SanIndex& index) {
  std::set<Id> targets;
  std::set<Id> domains;
  const auto take = [&](Id id) {
    const san::Node* node = index.node(id);
    if (node != nullptr && node->target) targets.insert(id);
  };
  const auto takeGrants = [&](san::ObjectRef who) {
    for (const san::Grant& grant : index.grantsTo(who)) targets.insert(grant.target);
  };
  for (Id id : nodes) {
    targets.insert(id);
    const san::Node* node = index.node(id);
    if (node == nullptr || !node->initiator) continue;
    for (Id domain : index.domainsOf(id)) domains.insert(domain);
    takeGrants({Kind::Node, id});
    takeGrants(index.hostOf(id));
    takeGrants({Kind::Cluster, index.clusterOf(id)});
  }
  for (Id domain : domains) {
    for (const san::Member& member : index.domain(domain)->nodes.items()) take(member.id);
  }
  return targets;
}

bool anyDeparts(const SanIndex& index) { return !index.snapshot().table<san::Departure>().empty(); }

bool controlsDiffer(const SanIndex& before, const SanIndex& after) {
  return !std::ranges::equal(before.controls(), after.controls());
}

}  // namespace

std::vector<std::string> DesiredBook::update(const Index& index, const std::set<std::string>& named, Instead instead) {
  std::vector<std::string> changed;
  const Index before = std::exchange(index_, index);
  std::set<Id> targets;
  differences(instead_, instead, targets);
  instead_ = std::move(instead);
  renamed_.clear();
  if (!before || (before == index && targets.empty()) || kept_.empty()) return changed;
  const std::vector<Id> nodes = touchedNodes(*before, *index);
  targets.merge(touchedTargets(nodes, *index));
  targets.merge(touchedTargets(nodes, *before));
  // Nodes that came or went, and agents that answer for others now.
  std::set<std::string>& anew = renamed_;
  san::Table<san::Node>::diff(before->snapshot().table<san::Node>(), index->snapshot().table<san::Node>(),
                              [&](Id id, const san::Node* was, const san::Node* is) {
                                if (was == nullptr || is == nullptr)
                                  owners(id, was == nullptr ? *index : *before, anew);
                                if (was != nullptr && is != nullptr && was->target != is->target)
                                  owners(id, *index, anew);
                              });
  san::Table<san::Agent>::diff(before->snapshot().table<san::Agent>(), index->snapshot().table<san::Agent>(),
                               [&](Id, const san::Agent* was, const san::Agent* is) {
                                 if (was != nullptr) was->nodes.forEach([&](Id id) { owners(id, *before, anew); });
                                 if (is != nullptr) is->nodes.forEach([&](Id id) { owners(id, *index, anew); });
                               });
  const bool everyone =
      controlsDiffer(*before, *index) || &before->snapshot().settings() != &index->snapshot().settings();
  std::set<std::string> some = anew;
  for (Id target : targets) owners(target, *index, some);
  if (anyDeparts(*before) || anyDeparts(*index)) {
    for (Id node : nodes) owners(node, *index, some);
  }
  for (const std::string& name : named) {
    if (const auto owner = nameOwners_.find(name); owner != nameOwners_.end()) some.insert(owner->second);
  }
  for (auto& [entity, kept] : kept_) {
    if (!everyone && !some.contains(entity)) continue;
    if (renew(kept, targets, everyone || anew.contains(entity))) changed.push_back(entity);
  }
  return changed;
}

std::optional<san::DesiredTarget> DesiredBook::wantedAt(Id target) const {
  const auto found = instead_.find(target);
  return found != instead_.end() ? std::optional(found->second) : san::desiredAt(*index_, target);
}

std::vector<DesiredBook::Leaving> DesiredBook::leavingOf(const std::vector<std::string>& names) const {
  std::vector<Leaving> all;
  if (!anyDeparts(*index_)) return all;
  const san::Snapshot& snapshot = index_->snapshot();
  for (const std::string& name : names) {
    const auto id = snapshot.find(Kind::Node, name);
    if (!id || !index_->node(*id)->initiator) continue;
    for (san::ObjectRef who : {san::ObjectRef{Kind::Node, *id}, index_->hostOf(*id),
                               san::ObjectRef{Kind::Cluster, index_->clusterOf(*id)}}) {
      for (const san::Grant& grant : index_->grantsTo(who)) {
        const san::Seconds leavesAt = index_->leavesAt(grant.map, *id);
        if (leavesAt == 0) continue;
        all.push_back({name, san::nameOf(snapshot, {Kind::Node, grant.target}),
                       san::nameOf(snapshot, {Kind::LogicalUnit, grant.unit}), grant.lun, leavesAt});
      }
    }
  }
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());  // one that is a host by itself
  return all;
}

void DesiredBook::differences(const Instead& before, const Instead& after, std::set<Id>& into) {
  for (const auto& [target, state] : before) {
    const auto found = after.find(target);
    if (found == after.end() || !found->second.sameAs(state)) into.insert(target);
  }
  for (const auto& [target, state] : after) {
    if (!before.contains(target)) into.insert(target);
  }
}

void DesiredBook::owners(Id node, const SanIndex& index, std::set<std::string>& into) const {
  const san::Node* known = index.node(node);
  if (known == nullptr) return;
  const auto owner = nameOwners_.find(known->name);
  if (owner != nameOwners_.end()) into.insert(owner->second);
}

std::vector<san::DesiredTarget> DesiredBook::wantedBy(const Kept& kept, const std::set<Id>& targets, bool all) const {
  std::vector<san::DesiredTarget> wanted;
  if (!all) {
    for (const san::DesiredTarget& old : kept.state.targets) {
      auto now = targets.contains(old.target) ? wantedAt(old.target) : std::optional(old);
      if (now) wanted.push_back(std::move(*now));
    }
    return wanted;
  }
  for (const std::string& name : kept.names) {
    const auto id = index_->snapshot().find(Kind::Node, name);
    if (!id || !index_->node(*id)->target) continue;
    if (auto now = wantedAt(*id)) wanted.push_back(std::move(*now));
  }
  std::ranges::sort(wanted, {}, &san::DesiredTarget::target);
  return wanted;
}

bool DesiredBook::renew(Kept& kept, const std::set<Id>& targets, bool all) {
  // What was left out stands in no state: it may have room now.
  std::vector<san::DesiredTarget> next = wantedBy(kept, targets, all || kept.state.leftOut.any());
  auto steps = credentials_ ? credentials_(kept.names, index_->snapshot()) : kept.state.credentials;
  const auto own = std::ranges::count(steps, false, &Step::asTarget);
  LeftOut leftOut = fit(next, kept.state.targets, static_cast<std::size_t>(own));
  bool changed = next.size() != kept.state.targets.size() || steps != kept.state.credentials;
  for (san::DesiredTarget& now : next) {
    const auto old = std::ranges::find(kept.state.targets, now.target, &san::DesiredTarget::target);
    const bool same = old != kept.state.targets.end() && old->sameAs(now);
    now.revision = same ? old->revision : index_->snapshot().revision;
    changed = changed || !same;
  }
  kept.state.targets = std::move(next);
  kept.state.credentials = std::move(steps);
  auto leaving = leavingOf(kept.names);
  if (leaving.size() > san::DesiredBounds::kLeaving) {
    leftOut.leaving = leaving.size() - san::DesiredBounds::kLeaving;
    // Those that go first are the ones that hosts are to know of.
    std::ranges::stable_sort(leaving, {}, &Leaving::leavesAt);
    leaving.resize(san::DesiredBounds::kLeaving);
    std::ranges::sort(leaving);
  }
  changed = changed || leaving != kept.state.leaving;
  kept.state.leaving = std::move(leaving);
  kept.state.leftOut = leftOut;
  if (changed) kept.state.revision = index_->snapshot().revision;
  return changed;
}

const DesiredBook::State& DesiredBook::stateOf(const mgmt::Identity& agent) {
  Kept& kept = kept_[agent.name];
  if (kept.names == agent.nodes && kept.state.revision != 0) return kept.state;
  for (const std::string& name : kept.names) nameOwners_.erase(name);
  kept.names = agent.nodes;
  for (const std::string& name : kept.names) nameOwners_[name] = agent.name;
  renew(kept, {}, true);
  kept.state.revision = index_->snapshot().revision;
  return kept.state;
}

void DesiredBook::forget(const std::string& entity) {
  const auto found = kept_.find(entity);
  if (found == kept_.end()) return;
  for (const std::string& name : found->second.names) nameOwners_.erase(name);
  kept_.erase(found);
}

}  // namespace manage
