#include "shared/san/scn_impact.h"

#include <algorithm>
#include <map>

#include "shared/san/affected.h"

namespace san {
namespace {

// The domains of a node that are active, ascending.
std::vector<Id> activeDomains(const SanIndex& index, Id node) {
  std::vector<Id> all;
  for (Id id : index.domainsOf(node)) {
    if (index.isActive(id)) all.push_back(id);
  }
  return all;
}

bool holds(const SanIndex& index, Id domain, Id node) {
  const Domain* found = index.domain(domain);
  return found != nullptr && index.isActive(domain) && found->nodes.contains(node);
}

// One direction: who sees somebody in `to` that it did not see in `from`.
class NewSight {
 public:
  NewSight(const SanIndex& from, const SanIndex& to, const SanIndex& registry, std::vector<bool>& told)
      : from_(from), to_(to), registry_(registry), told_(told), seen_(told.size(), 0) {}

  void take(Id domain) {
    if (to_.domain(domain) == nullptr || !to_.isActive(domain)) return;
    std::vector<Id> members;
    for (const Member& member : to_.domain(domain)->nodes.items()) {
      const Node* node = registry_.node(member.id);
      if (node != nullptr && node->registered()) members.push_back(member.id);
    }
    waiting_ = members;
    // Nodes of the same domains before saw the same ones before.
    std::map<std::vector<Id>, bool> known;
    for (Id id : members) {
      if (holds(from_, domain, id)) continue;
      const auto [at, isNew] = known.try_emplace(activeDomains(from_, id), false);
      if (isNew) at->second = seesNew(id, at->first, members);
      if (at->second) told_[id] = true;
    }
  }

 private:
  // Whether one of the members was not seen by `node` in `from`; tells those.
  bool seesNew(Id node, const std::vector<Id>& domains, const std::vector<Id>& members) {
    ++round_;
    seen_[node] = round_;
    for (Id domain : domains) {
      for (const Member& member : from_.domain(domain)->nodes.items()) seen_[member.id] = round_;
    }
    const auto isUnseen = [&](Id id) { return seen_[id] != round_; };
    bool any = false;
    std::erase_if(waiting_, [&](Id id) {
      if (isUnseen(id)) any = told_[id] = true;
      return told_[id];
    });
    return any || std::ranges::any_of(members, isUnseen);
  }

  const SanIndex& from_;
  const SanIndex& to_;
  const SanIndex& registry_;
  std::vector<bool>& told_;          // by node
  std::vector<std::uint32_t> seen_;  // by node: in which round
  std::uint32_t round_ = 0;
  std::vector<Id> waiting_;  // members that nobody has told yet
};

}  // namespace

std::vector<Id> nodesTold(const SanIndex& before, const SanIndex& after) {
  const std::vector<Id> domains = changedDomains(before, after);
  if (domains.empty()) return {};
  const auto last = [](const SanIndex& index) {
    return index.snapshot().lastIds[static_cast<std::size_t>(Kind::Node)];
  };
  std::vector<bool> told(std::max(last(before), last(after)) + std::size_t{1});
  NewSight gains(before, after, after, told);
  NewSight losses(after, before, after, told);
  for (Id domain : domains) {
    gains.take(domain);
    losses.take(domain);
  }
  std::vector<Id> ids;
  for (std::size_t id = 0; id < told.size(); ++id) {
    if (told[id]) ids.push_back(static_cast<Id>(id));
  }
  return ids;
}

}  // namespace san
