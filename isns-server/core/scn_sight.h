// Who gained or lost sight of whom through one domain: because it became active or ceased to be, or because members
// came into it or left it while it was.
//
// Told are those who listen and stay registered, of others who stay, unless the two share another active domain on the
// other side of the change. The cost follows the members and what is told, not the pairs of members: members that share
// their other domains are compared once, and nobody's list grows beyond what he can be told.
// Refers to the states of the transaction that is planned for. Internal to scn_planner.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "isns-server/core/scn_sides.h"

namespace core::planning {

class SightChange {
 public:
  // `gained`: looks at those who see each other after the change and did not before; else the other way round. Nobody
  // is told of more than `most` others; who would be, has one more in his list.
  SightChange(const Side& before, const Side& after, bool gained, std::size_t most)
      : before_(before), after_(after), gained_(gained), most_(most) {}

  // Calls tell(listener, subjects) for everybody who is told of somebody: the listener as he is after the change.
  // `moved`: the members that came or went, or nullptr where the domain itself became active or ceased to be.
  template <class Tell>
  void run(const Domain& domain, const std::vector<StorageKey>* moved, Tell&& tell) {
    collect(domain, moved);
    for (const std::uint32_t at : listeners_) {
      const Member& member = members_[at];
      subjects_.clear();
      for (const std::uint32_t other : candidates(member)) {
        if (other != at && subjects_.size() <= most_) subjects_.push_back(&members_[other].node);
      }
      if (!subjects_.empty()) tell(member.listener, subjects_);
    }
  }

 private:
  // Members with the same active domains on the other side are one group: as far as these decide, they are alike.
  using Group = std::uint32_t;

  struct Member {
    StorageNode node;      // on the side where the two see each other
    StorageNode listener;  // after the change
    bool moved = true;
    Group group = 0;
  };

  void collect(const Domain& domain, const std::vector<StorageKey>* moved);
  void findGroups();
  [[nodiscard]] bool activeElsewhere(Index domain);
  [[nodiscard]] bool apart(Group a, Group b) const;
  const std::vector<std::uint32_t>& candidates(const Member& listener);

  const Side& before_;
  const Side& after_;
  const bool gained_;
  const std::size_t most_;
  std::vector<Member> members_;
  std::vector<std::uint32_t> listeners_;    // places in members_
  std::vector<std::vector<Index>> groups_;  // the domains of each, ascending
  std::unordered_map<Index, bool> active_;  // on the other side
  // Places of members that a listener of the group would be told of, `most_` and two at most: by group, kinds that are
  // wanted, and whether he has moved himself.
  std::map<std::tuple<Group, std::uint32_t, bool>, std::vector<std::uint32_t>> candidates_;
  // All members, and those that moved, by the kinds that are wanted of them.
  std::map<std::pair<std::uint32_t, bool>, std::vector<std::uint32_t>> ofKinds_;
  std::vector<const StorageNode*> subjects_;
};

}  // namespace core::planning
