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

// The nodes of two snapshots with numbers for arrays: ids may be far beyond how many there are.
class NodeNumbers {
 public:
  NodeNumbers(const Snapshot& a, const Snapshot& b) {
    for (const Snapshot* side : {&a, &b}) {
      side->table<Node>().forEach([&](Id id, const Node&) { ids_.push_back(id); });
    }
    std::ranges::sort(ids_);
    ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
    std::vector<std::pair<Id, std::size_t>> numbers;
    for (std::size_t number = 0; number < ids_.size(); ++number) numbers.emplace_back(ids_[number], number);
    numbers_.build(std::move(numbers));
  }
  [[nodiscard]] std::size_t of(Id node) const { return *numbers_.find(node); }
  [[nodiscard]] std::span<const Id> ids() const { return ids_; }  // by number, ascending

 private:
  std::vector<Id> ids_;
  IdTable<std::size_t> numbers_;
};

// One direction: who sees somebody in `to` that it did not see in `from`.
class NewSight {
 public:
  NewSight(const SanIndex& from, const SanIndex& to, const SanIndex& registry, const NodeNumbers& numbers,
           std::vector<bool>& told)
      : from_(from), to_(to), registry_(registry), numbers_(numbers), told_(told), seen_(told.size(), 0) {}

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
      if (at->second) told_[numbers_.of(id)] = true;
    }
  }

 private:
  // Whether one of the members was not seen by `node` in `from`; tells those.
  bool seesNew(Id node, const std::vector<Id>& domains, const std::vector<Id>& members) {
    ++round_;
    seen_[numbers_.of(node)] = round_;
    for (Id domain : domains) {
      for (const Member& member : from_.domain(domain)->nodes.items()) seen_[numbers_.of(member.id)] = round_;
    }
    const auto isUnseen = [&](Id id) { return seen_[numbers_.of(id)] != round_; };
    bool any = false;
    std::erase_if(waiting_, [&](Id id) {
      if (isUnseen(id)) any = told_[numbers_.of(id)] = true;
      return bool{told_[numbers_.of(id)]};
    });
    return any || std::ranges::any_of(members, isUnseen);
  }

  const SanIndex& from_;
  const SanIndex& to_;
  const SanIndex& registry_;
  const NodeNumbers& numbers_;
  std::vector<bool>& told_;          // by number
  std::vector<std::uint32_t> seen_;  // by number: in which round
  std::uint32_t round_ = 0;
  std::vector<Id> waiting_;  // members that nobody has told yet
};

}  // namespace

std::vector<Id> nodesTold(const SanIndex& before, const SanIndex& after) {
  const std::vector<Id> domains = changedDomains(before, after);
  if (domains.empty()) return {};
  const NodeNumbers numbers(before.snapshot(), after.snapshot());
  std::vector<bool> told(numbers.ids().size());
  NewSight gains(before, after, after, numbers, told);
  NewSight losses(after, before, after, numbers, told);
  for (Id domain : domains) {
    gains.take(domain);
    losses.take(domain);
  }
  std::vector<Id> ids;
  for (std::size_t number = 0; number < told.size(); ++number) {
    if (told[number]) ids.push_back(numbers.ids()[number]);
  }
  return ids;
}

}  // namespace san
