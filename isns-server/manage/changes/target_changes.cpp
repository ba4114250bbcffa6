#include "isns-server/manage/changes/target_changes.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace manage {
namespace {

using san::Id;
using san::Kind;
using san::SanIndex;

// Initiator, logical unit and LUN; unit 0: it may log in. With the right, 1 more than its value; 0 for a login.
using Given = std::map<std::tuple<Id, Id, std::uint32_t>, int>;

struct Wanted {
  Given given;
  san::ChapDemand chap = san::ChapDemand::None;
  bool md5Refused = false;
  san::Enforcement enforcement = san::Enforcement::Unknown;
};

class Desire {
 public:
  explicit Desire(const SanIndex& index) : index_(index) {
    for (std::size_t i = 0; i < index.hosts().size(); ++i) {
      const san::ObjectRef host = index.hosts()[i];
      const auto* object = host.kind == Kind::Host ? index.snapshot().get<san::Host>(host.id) : nullptr;
      if (object == nullptr || !object->cluster) continue;
      const auto initiators = index.initiatorsOf(i);
      auto& all = ofCluster_[object->cluster.id];
      all.insert(all.end(), initiators.begin(), initiators.end());
    }
  }

  [[nodiscard]] Wanted at(Id target) const {
    Wanted wanted;
    const san::Node* node = index_.node(target);
    if (node == nullptr || !node->target) return wanted;
    wanted.chap = node->chap;
    wanted.enforcement = node->enforcement;
    for (Id id : index_.domainsOf(target)) {
      if (!index_.isActive(id)) continue;
      const san::Domain& domain = *index_.domain(id);
      wanted.chap = std::max(wanted.chap, domain.chap);
      wanted.md5Refused |= domain.md5Refused;
      for (const san::Member& member : domain.nodes.items()) {
        if (member.id != target) wanted.given[{member.id, 0, 0}] = 0;
      }
    }
    for (Id id : index_.mapsOf(target)) {
      const san::Map& map = *index_.snapshot().get<san::Map>(id);
      eachInitiator(map.who, [&](Id initiator) {
        int& right = wanted.given[{initiator, map.unit.id, map.lun}];
        right = std::max(right, static_cast<int>(map.right) + 1);
      });
    }
    return wanted;
  }

 private:
  template <class Visit>
  void eachInitiator(san::ObjectRef who, Visit&& visit) const {
    if (who.kind == Kind::Node) return visit(who.id);
    if (who.kind == Kind::Cluster) {
      const auto found = ofCluster_.find(who.id);
      if (found != ofCluster_.end()) std::ranges::for_each(found->second, visit);
    } else if (const auto host = index_.hostNumber(who)) {
      std::ranges::for_each(index_.initiatorsOf(*host), visit);
    }
  }

  const SanIndex& index_;
  std::map<Id, std::vector<Id>> ofCluster_;
};

// Whether `a` gives something that `b` does not.
bool givesMore(const Wanted& a, const Wanted& b) {
  if (a.chap < b.chap || (b.md5Refused && !a.md5Refused)) return true;
  if (a.enforcement != b.enforcement) return true;
  return std::ranges::any_of(a.given, [&](const auto& one) {
    const auto found = b.given.find(one.first);
    return found == b.given.end() || found->second < one.second;
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
  const Desire was(before);
  const Desire is(after);
  std::vector<TargetChange> changes;
  for (const auto& [target, managed] : targets) {
    const Wanted old = was.at(target);
    const Wanted now = is.at(target);
    const TargetChange change{target, givesMore(now, old), givesMore(old, now), managed};
    if (change.grants || change.revokes) changes.push_back(change);
  }
  return changes;
}

}  // namespace manage
