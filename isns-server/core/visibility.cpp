#include "isns-server/core/visibility.h"

#include <algorithm>

namespace core {

bool isActive(const Policy& policy, const Domain& domain) {
  return domain.sets.empty() ? policy.unassignedDomains == UnassignedDomains::Active : domain.enabled;
}

Visibility::Visibility(const State& state, const Policy& policy, const Source& source)
    : state_(state),
      everything_(source.control),
      node_(source.node),
      fcPort_(source.fcPort),
      ownEntity_(source.entity()) {
  if (everything_) return;
  const auto take = [&](Index index) {
    const Domain& domain = *state.get<Domain>(index);
    if (isActive(policy, domain)) active_.push_back(&domain);
  };
  if (node_ != nullptr) node_->domains.forEach(take);
  if (fcPort_ != nullptr) fcPort_->domains.forEach(take);
}

bool Visibility::sees(const Node& node) const {
  if (!node.registered()) return false;
  if (everything_ || (node_ != nullptr && node_->index == node.index)) return true;
  return std::any_of(active_.begin(), active_.end(), [&](const Domain* d) { return node.domains.contains(d->index); });
}

bool Visibility::sees(const FcPort& port) const {
  if (!port.registered()) return false;
  if (everything_ || (fcPort_ != nullptr && fcPort_->index == port.index)) return true;
  return std::any_of(active_.begin(), active_.end(), [&](const Domain* d) { return port.domains.contains(d->index); });
}

bool Visibility::sees(const Entity& entity) const {
  if (everything_ || entity.index == ownEntity_) return true;
  return !entity.nodes.visitWhile([&](Index i) { return !sees(*state_.get<Node>(i)); }) ||
         !entity.fcPorts.visitWhile([&](Index i) { return !sees(*state_.get<FcPort>(i)); });
}

bool Visibility::leadsTo(const base::IdSet& domains, Index entity, Index portal) const {
  if (everything_ || entity == ownEntity_) return true;
  for (std::size_t place = 0; place < active_.size(); ++place) {
    const Domain& domain = *active_[place];
    if (!domains.contains(domain.index)) continue;
    if (domain.portals.empty() || domain.portals.contains(portal)) return true;
    // Portals of the entity that the domain names stand for all of them (2.2.2).
    if (!namesPortalsOf(place, entity)) return true;
  }
  return false;
}

bool Visibility::namesPortalsOf(std::size_t place, Index entity) const {
  named_.resize(active_.size());
  Named& named = named_[place];
  if (named.entity != entity) {
    const Domain& domain = *active_[place];
    named = {entity, !state_.get<Entity>(entity)->portals.visitWhile(
                         [&](Index other) { return !domain.portals.contains(other); })};
  }
  return named.some;
}

bool Visibility::sees(const Portal& portal) const {
  if (!portal.registered()) return false;
  if (everything_ || portal.entity == ownEntity_) return true;
  const Entity& entity = *state_.get<Entity>(portal.entity);
  const bool byNode = !entity.nodes.visitWhile([&](Index i) {
    const Node& node = *state_.get<Node>(i);
    return !(sees(node) && seesThrough(node, portal.index));
  });
  return byNode || !entity.fcPorts.visitWhile([&](Index i) {
    const FcPort& port = *state_.get<FcPort>(i);
    return !(sees(port) && seesThrough(port, portal.index));
  });
}

bool Visibility::sees(const PortalGroup& group) const {
  if (everything_) return true;
  const Node& node = *state_.get<Node>(group.node);
  const Portal& portal = *state_.get<Portal>(group.portal);
  return sees(node) && portal.entity == node.entity && seesThrough(node, portal.index);
}

bool Visibility::sees(const FcDevice& device) const {
  return everything_ || !device.ports.visitWhile([&](Index i) { return !sees(*state_.get<FcPort>(i)); });
}

bool Visibility::sees(const FcDomain& domain) const {
  return everything_ || (ownEntity_ != 0 && domain.entity == ownEntity_);
}

bool Visibility::sees(const Domain& domain) const {
  return everything_ || std::find(active_.begin(), active_.end(), &domain) != active_.end();
}

bool Visibility::sees(const DomainSet& set) const {
  return everything_ ||
         std::any_of(active_.begin(), active_.end(), [&](const Domain* d) { return set.domains.contains(d->index); });
}

namespace {

void sortUnique(std::vector<Index>& all) {
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

}  // namespace

template <>
std::vector<Index> Visibility::collect<Node>() const {
  std::vector<Index> all;
  if (node_ != nullptr) all.push_back(node_->index);
  for (const Domain* domain : active_) domain->nodes.forEach([&](Index i) { all.push_back(i); });
  sortUnique(all);
  std::erase_if(all, [&](Index i) { return !state_.get<Node>(i)->registered(); });
  return all;
}

template <>
std::vector<Index> Visibility::collect<FcPort>() const {
  std::vector<Index> all;
  if (fcPort_ != nullptr) all.push_back(fcPort_->index);
  for (const Domain* domain : active_) domain->fcPorts.forEach([&](Index i) { all.push_back(i); });
  sortUnique(all);
  std::erase_if(all, [&](Index i) { return !state_.get<FcPort>(i)->registered(); });
  return all;
}

template <>
std::vector<Index> Visibility::collect<Entity>() const {
  std::vector<Index> all;
  if (ownEntity_ != 0) all.push_back(ownEntity_);
  for (Index i : collect<Node>()) all.push_back(state_.get<Node>(i)->entity);
  for (Index i : collect<FcPort>()) all.push_back(state_.get<FcPort>(i)->entity);
  sortUnique(all);
  return all;
}

template <>
std::vector<Index> Visibility::collect<Portal>() const {
  std::vector<Index> all;
  for (Index i : collect<Entity>()) {
    state_.get<Entity>(i)->portals.forEach([&](Index portal) { all.push_back(portal); });
  }
  sortUnique(all);
  std::erase_if(all, [&](Index i) { return !sees(*state_.get<Portal>(i)); });
  return all;
}

template <>
std::vector<Index> Visibility::collect<PortalGroup>() const {
  std::vector<Index> all;
  for (Index i : collect<Node>()) {
    state_.get<Node>(i)->groups.forEach([&](Index group) { all.push_back(group); });
  }
  sortUnique(all);
  std::erase_if(all, [&](Index i) { return !sees(*state_.get<PortalGroup>(i)); });
  return all;
}

template <>
std::vector<Index> Visibility::collect<FcDevice>() const {
  std::vector<Index> all;
  for (Index i : collect<FcPort>()) {
    if (const Index device = state_.get<FcPort>(i)->device; device != 0) all.push_back(device);
  }
  sortUnique(all);
  return all;
}

template <>
std::vector<Index> Visibility::collect<FcDomain>() const {
  std::vector<Index> all;
  state_.fcDomains.forEach([&](Index i, const FcDomain& domain) {
    if (sees(domain)) all.push_back(i);
  });
  return all;
}

template <>
std::vector<Index> Visibility::collect<Domain>() const {
  std::vector<Index> all;
  for (const Domain* domain : active_) all.push_back(domain->index);
  sortUnique(all);
  return all;
}

template <>
std::vector<Index> Visibility::collect<DomainSet>() const {
  std::vector<Index> all;
  for (const Domain* domain : active_) domain->sets.forEach([&](Index i) { all.push_back(i); });
  sortUnique(all);
  return all;
}

}  // namespace core
