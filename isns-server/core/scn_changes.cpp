#include "isns-server/core/scn_changes.h"

#include <algorithm>

namespace core::planning {
namespace {

bool keyBefore(const StorageNode& a, const StorageNode& b) { return a.key() < b.key(); }

}  // namespace

void ChangeTelling::run(std::span<ChangeTold> changes) {
  std::map<std::pair<bool, Index>, Places> domains;  // of those that went, of the others
  for (std::uint32_t i = 0; i < changes.size(); ++i) {
    changes[i].node.domains->forEach([&](Index d) { domains[{changes[i].went, d}].push_back(i); });
  }
  for (const auto& one : domains) {
    const bool went = one.first.first;
    const Side& side = went ? before_ : after_;
    const Domain* domain = side.get<Domain>(one.first.second);
    if (side.active(domain)) tellMembers(changes, one.second, *domain, went);
  }
  std::sort(lookAgain_.begin(), lookAgain_.end(), keyBefore);
  const auto same = [](const StorageNode& a, const StorageNode& b) { return a.is(b); };
  lookAgain_.erase(std::unique(lookAgain_.begin(), lookAgain_.end(), same), lookAgain_.end());
  for (ChangeTold& change : changes) {
    std::vector<ScnRecipient>& all = change.recipients;
    keepEachOnce(all);  // two domains may join it with the same member
    if (!lookAgain_.empty()) std::erase_if(all, [&](const ScnRecipient& r) { return looksAgain({r.type, r.index}); });
  }
}

bool ChangeTelling::looksAgain(const StorageKey& key) const {
  const auto at = std::lower_bound(lookAgain_.begin(), lookAgain_.end(), key,
                                   [](const StorageNode& node, const StorageKey& k) { return node.key() < k; });
  return at != lookAgain_.end() && at->key() == key;
}

void ChangeTelling::tellMembers(std::span<ChangeTold> changes, const Places& here, const Domain& domain, bool went) {
  constexpr std::uint32_t kAsked = kObjectBits | isns::scn::kTargetAndSelfOnly | isns::scn::kInitiatorAndSelfOnly;
  std::vector<std::pair<std::uint32_t, Places>> classes;  // by what they asked for: 32 at most
  (went ? before_ : after_).members(domain, [&](const StorageNode& member) {
    // Who went in the same change cannot be told.
    const StorageNode now = went ? after_.storageNode(member.key()) : member;
    if (!now.listens(kObjectBits)) return;
    const std::uint32_t asked = now.bitmap & kAsked;
    auto of = std::find_if(classes.begin(), classes.end(), [&](const auto& one) { return one.first == asked; });
    if (of == classes.end()) of = classes.insert(classes.end(), {asked, wantedOf(changes, here, now)});
    const Places& wanted = of->second;
    const auto isItself = [&](std::uint32_t i) { return changes[i].node.is(now); };
    // Of itself it is not told as of others.
    if (wanted.size() > most_ + 1 || (wanted.size() > most_ && std::none_of(wanted.begin(), wanted.end(), isItself))) {
      lookAgain_.push_back(now);
      return;
    }
    for (const std::uint32_t i : wanted) {
      if (!isItself(i)) changes[i].recipients.push_back(now.recipient());
    }
  });
}

// What a class is told; of more than it can be told no more than shows that.
ChangeTelling::Places ChangeTelling::wantedOf(std::span<const ChangeTold> changes, const Places& here,
                                              const StorageNode& asks) const {
  Places wanted;
  const std::uint32_t kinds = asks.kindsWanted();
  for (const std::uint32_t i : here) {
    const bool ofKind = kinds == 0 || (changes[i].node.kind() & kinds) != 0;
    if (ofKind && asks.listens(changes[i].change.bits)) wanted.push_back(i);
    if (wanted.size() >= most_ + 2) break;
  }
  return wanted;
}

}  // namespace core::planning
