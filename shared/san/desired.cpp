#include "shared/san/desired.h"

#include <algorithm>

#include "shared/san/pair_layers.h"

namespace san {
namespace {

class DesiredMaker {
 public:
  DesiredMaker(const SanIndex& index, const Node& target)
      : index_(index), snapshot_(index.snapshot()), target_(target), pair_(index) {}

  DesiredTarget make() {
    desired_.target = target_.id;
    desired_.enforcement = target_.enforcement;
    desired_.chap = target_.chap;
    dependOn(target_.changed);
    dependOnZoning();
    for (Id initiator : candidates()) take(initiator);
    return std::move(desired_);
  }

 private:
  void dependOn(Revision revision) { desired_.revision = std::max(desired_.revision, revision); }
  void dependOnZoning() {
    dependOn(snapshot_.settings().changed);
    for (Id domain : index_.domainsOf(target_.id)) {
      dependOn(index_.domain(domain)->changed);
      for (Id set : index_.setsOf(domain)) dependOn(snapshot_.get<DomainSet>(set)->changed);
    }
  }

  // Initiators that may be let in, or for whom there is a map or a credential.
  std::vector<Id> candidates() {
    std::vector<Id> all;
    const auto add = [&](Id id) {
      const Node* node = index_.node(id);
      if (node != nullptr && node->initiator) all.push_back(id);
    };
    if (target_.enforcement == Enforcement::Zoning) {
      for (Id domain : index_.domainsOf(target_.id)) {
        if (!index_.isActive(domain)) continue;
        for (const Member& member : index_.domain(domain)->nodes.items()) add(member.id);
      }
      std::ranges::for_each(index_.controls(), add);
    }
    for (Id id : index_.mapsOf(target_.id)) {
      const Map& map = *snapshot_.get<Map>(id);
      dependOn(map.changed);
      for (const Leaver& leaver : index_.leaversOf(id)) dependOn(leaver.changed);
      if (map.who.kind == Kind::Node) add(map.who.id);
      if (map.who.kind == Kind::Host) {
        dependOn(snapshot_.get<Host>(map.who.id)->changed);
        std::ranges::for_each(index_.initiatorsOf(*index_.hostNumber(map.who)), add);
      }
      if (map.who.kind == Kind::Cluster) std::ranges::for_each(index_.initiatorsIn(map.who.id), add);
    }
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  void take(Id initiator) {
    pair_.look(initiator, target_.id);
    if (const ObjectRef host = index_.hostOf(initiator); host.kind == Kind::Host)
      dependOn(snapshot_.get<Host>(host.id)->changed);
    if (target_.enforcement == Enforcement::Unknown) return;
    if (target_.enforcement == Enforcement::Zoning && pair_.visible() != Truth::Yes) return;
    DesiredInitiator one;
    one.node = initiator;
    one.name = pair_.initiator().name;
    one.chap = pair_.desiredChap();
    if (pair_.initiator().control) dependOn(pair_.initiator().changed);
    for (const Domain* domain : pair_.shared()) one.md5Refused = one.md5Refused || domain->md5Refused;
    std::vector<const Credential*> credentials;
    pair_.credentials(credentials);
    for (const Credential* credential : credentials) {
      one.credentials.push_back(credential->id);
      dependOn(credential->changed);
    }
    pair_.eachMap([&](const Grant& grant) {
      const Mapping mapping = pair_.mapped(Basis::Desired, grant.unit);
      if (mapping.truth != Truth::Yes) return;  // an older Map has its LUN
      one.maps.push_back({grant.unit, mapping.lun, mapping.right, index_.leavesAt(mapping.map, initiator)});
    });
    std::ranges::sort(one.maps, {}, &DesiredMap::unit);
    one.maps.erase(std::unique(one.maps.begin(), one.maps.end()), one.maps.end());
    desired_.initiators.push_back(std::move(one));
  }

  const SanIndex& index_;
  const Snapshot& snapshot_;
  const Node& target_;
  PairLayers pair_;
  DesiredTarget desired_;
};

// What `more` gives beyond it, where nothing is in its way.
void join(DesiredInitiator& one, const DesiredInitiator& more) {
  one.chap = std::min(one.chap, more.chap);
  one.md5Refused = one.md5Refused && more.md5Refused;
  one.credentials.insert(one.credentials.end(), more.credentials.begin(), more.credentials.end());
  std::ranges::sort(one.credentials);
  one.credentials.erase(std::unique(one.credentials.begin(), one.credentials.end()), one.credentials.end());
  for (const DesiredMap& map : more.maps) {
    const auto inWay = std::ranges::find_if(
        one.maps, [&](const DesiredMap& own) { return own.unit == map.unit || own.lun == map.lun; });
    if (inWay == one.maps.end()) {
      one.maps.push_back(map);
    } else if (inWay->unit == map.unit && inWay->lun == map.lun) {
      inWay->right = std::max(inWay->right, map.right);
      inWay->leavesAt = map.leavesAt;
    }
  }
  std::ranges::sort(one.maps, {}, &DesiredMap::unit);
}

Enforcement looser(Enforcement before, Enforcement after) {
  if (before == Enforcement::Open || after == Enforcement::Open) return Enforcement::Open;
  return after == Enforcement::Unknown ? before : after;
}

}  // namespace

DesiredTarget unionOf(const DesiredTarget& before, const DesiredTarget& after) {
  DesiredTarget both = after;
  both.enforcement = looser(before.enforcement, after.enforcement);
  both.chap = std::min(before.chap, after.chap);
  both.initiators = before.initiators;
  for (const DesiredInitiator& one : after.initiators) {
    const auto place = std::ranges::lower_bound(both.initiators, one.node, {}, &DesiredInitiator::node);
    if (place != both.initiators.end() && place->node == one.node) {
      join(*place, one);
    } else {
      both.initiators.insert(place, one);
    }
  }
  return both;
}

std::optional<DesiredTarget> desiredAt(const SanIndex& index, Id target) {
  const Node* node = index.node(target);
  if (node == nullptr || !index.isManaged(target)) return std::nullopt;
  return DesiredMaker(index, *node).make();
}

}  // namespace san
