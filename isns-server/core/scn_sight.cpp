#include "isns-server/core/scn_sight.h"

#include <algorithm>

namespace core::planning {

void SightChange::collect(const Domain& domain, const std::vector<StorageKey>* moved) {
  members_.clear();
  listeners_.clear();
  candidates_.clear();
  ofKinds_.clear();
  std::vector<StorageKey> movers;
  if (moved != nullptr) {
    movers = *moved;
    std::sort(movers.begin(), movers.end());
  }
  const std::uint32_t bits = gained_ ? isns::scn::kObjectAdded : isns::scn::kObjectRemoved;
  const Side& side = gained_ ? after_ : before_;
  bool moverListens = false;
  side.members(domain, [&](const StorageNode& node) {
    // Both registered before and after: of others their own registration tells, or its end.
    if (!node.registered) return;
    const StorageNode other = (gained_ ? before_ : after_).storageNode(node.key());
    if (!other.registered) return;
    Member member{node, gained_ ? node : other};
    member.moved = moved == nullptr || std::binary_search(movers.begin(), movers.end(), node.key());
    moverListens = moverListens || (member.moved && member.listener.listens(bits));
    members_.push_back(member);
  });
  // Who has not moved and does not listen matters to a listener that has moved alone.
  if (!moverListens) std::erase_if(members_, [&](const Member& m) { return !m.moved && !m.listener.listens(bits); });
  for (std::uint32_t i = 0; i < members_.size(); ++i) {
    if (members_[i].listener.listens(bits)) listeners_.push_back(i);
  }
  if (!listeners_.empty()) findGroups();
}

bool SightChange::activeElsewhere(Index domain) {
  const auto [at, isNew] = active_.try_emplace(domain, false);
  if (isNew) {
    const Side& side = gained_ ? before_ : after_;
    at->second = side.active(side.get<Domain>(domain));
  }
  return at->second;
}

// A domain that only one of the members is in joins no two of them, and so makes no group of its own.
void SightChange::findGroups() {
  const Side& side = gained_ ? before_ : after_;
  std::unordered_map<Index, std::uint32_t> users;
  std::vector<std::vector<Index>> domains(members_.size());
  for (std::size_t i = 0; i < members_.size(); ++i) {
    side.storageNode(members_[i].node.key()).domains->forEach([&](Index d) {
      if (!activeElsewhere(d)) return;
      domains[i].push_back(d);
      ++users[d];
    });
  }
  groups_.clear();
  std::map<std::vector<Index>, Group> known;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    std::erase_if(domains[i], [&](Index d) { return users[d] < 2; });
    const auto [at, isNew] = known.try_emplace(std::move(domains[i]), static_cast<Group>(groups_.size()));
    if (isNew) groups_.push_back(at->first);
    members_[i].group = at->second;
  }
}

// True when no domain on the other side joins members of the two groups.
bool SightChange::apart(Group a, Group b) const {
  const std::vector<Index>* few = &groups_[a];
  const std::vector<Index>* many = &groups_[b];
  if (few->size() > many->size()) std::swap(few, many);
  return std::none_of(few->begin(), few->end(),
                      [&](Index d) { return std::binary_search(many->begin(), many->end(), d); });
}

const std::vector<std::uint32_t>& SightChange::candidates(const Member& listener) {
  const std::uint32_t kinds = listener.listener.kindsWanted();
  const auto [found, isNew] = candidates_.try_emplace({listener.group, kinds, listener.moved});
  std::vector<std::uint32_t>& list = found->second;
  if (!isNew) return list;
  // Who has not moved gained or lost those alone who have.
  const auto [of, first] = ofKinds_.try_emplace({kinds, listener.moved});
  if (first) {
    for (std::uint32_t i = 0; i < members_.size(); ++i) {
      const Member& subject = members_[i];
      const bool wanted = kinds == 0 || (subject.node.kind() & kinds) != 0;
      if (wanted && (listener.moved || subject.moved)) of->second.push_back(i);
    }
  }
  std::vector<signed char> isApart(groups_.size(), -1);
  for (const std::uint32_t i : of->second) {
    signed char& known = isApart[members_[i].group];
    if (known < 0) known = apart(listener.group, members_[i].group) ? 1 : 0;
    if (known == 1) list.push_back(i);
    if (list.size() >= most_ + 2) break;
  }
  return list;
}

}  // namespace core::planning
