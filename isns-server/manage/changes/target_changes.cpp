#include "isns-server/manage/changes/target_changes.h"

#include <algorithm>
#include <map>

#include "shared/san/desired.h"

namespace manage {
namespace {

using san::DesiredInitiator;
using san::DesiredMap;
using san::DesiredTarget;
using san::Id;
using san::SanIndex;

// What a foreign target shows: whom it shares an active domain with. Who is let in there nobody knows.
DesiredTarget shownAt(const SanIndex& index, Id target) {
  DesiredTarget shown;
  shown.target = target;
  std::vector<Id> nodes;
  for (Id id : index.domainsOf(target)) {
    if (!index.isActive(id)) continue;
    for (const san::Member& member : index.domain(id)->nodes.items()) nodes.push_back(member.id);
  }
  std::ranges::sort(nodes);
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  for (Id node : nodes) shown.initiators.push_back({node, {}, san::ChapDemand::None, false, {}, {}});
  return shown;
}

DesiredTarget wantedAt(const SanIndex& index, Id target) {
  auto desired = san::desiredAt(index, target);
  return desired ? std::move(*desired) : shownAt(index, target);
}

bool givesMore(const DesiredInitiator& a, const DesiredInitiator& b) {
  if (a.chap < b.chap || (b.md5Refused && !a.md5Refused) || a.credentials != b.credentials) return true;
  return std::ranges::any_of(a.maps, [&](const DesiredMap& map) {
    return std::ranges::none_of(b.maps, [&](const DesiredMap& other) {
      return other.unit == map.unit && other.lun == map.lun && other.right >= map.right;
    });
  });
}

// Whether `a` gives something that `b` does not.
bool givesMore(const DesiredTarget& a, const DesiredTarget& b) {
  if (a.chap < b.chap || a.enforcement != b.enforcement) return true;
  return std::ranges::any_of(a.initiators, [&](const DesiredInitiator& one) {
    const auto found = std::ranges::lower_bound(b.initiators, one.node, {}, &DesiredInitiator::node);
    return found == b.initiators.end() || found->node != one.node || givesMore(one, *found);
  });
}

}  // namespace

std::vector<TargetChange> targetChanges(const SanIndex& before, const SanIndex& after) {
  std::map<Id, bool> targets;  // whether an agent answers for it
  for (const SanIndex* index : {&before, &after}) {
    index->snapshot().table<san::Node>().forEach([&](Id id, const san::Node& node) {
      if (node.target) targets[id] = targets[id] || index->isManaged(id);
    });
  }
  std::vector<TargetChange> changes;
  for (const auto& [target, managed] : targets) {
    const DesiredTarget old = wantedAt(before, target);
    const DesiredTarget now = wantedAt(after, target);
    const TargetChange change{target, givesMore(now, old), givesMore(old, now), managed};
    if (change.grants || change.revokes) changes.push_back(change);
  }
  return changes;
}

}  // namespace manage
