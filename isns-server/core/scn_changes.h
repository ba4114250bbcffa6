// Who is told what happened to storage nodes themselves: who shares an active domain with them, before the change where
// they went, else after it, and is registered after it.
//
// The cost follows the members of their domains and what is told, not the nodes that change times the members: each
// domain is gone through once, members that asked for the same are one class, and who would be told of too many is
// told to look again instead. Refers to the states of the transaction that is planned for. Internal to scn_planner.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "isns-server/core/scn_sides.h"

namespace core::planning {

// One node, and who is told what happened to it: each once, by type and index.
struct ChangeTold {
  StorageNode node;  // as it is after the change; as it was, where it went
  bool went = false;
  NodeChange change;
  std::vector<ScnRecipient> recipients;
};

class ChangeTelling {
 public:
  // Nobody is told of more than `most` others by one domain; who would be, is in lookAgain().
  ChangeTelling(const Side& before, const Side& after, std::size_t most)
      : before_(before), after_(after), most_(most) {}

  // Once; fills in the recipients.
  void run(std::span<ChangeTold> changes);
  // By type and index, each once.
  [[nodiscard]] const std::vector<StorageNode>& lookAgain() const { return lookAgain_; }
  [[nodiscard]] bool looksAgain(const StorageKey& key) const;

 private:
  using Places = std::vector<std::uint32_t>;  // of changes

  void tellMembers(std::span<ChangeTold> changes, const Places& here, const Domain& domain, bool went);
  [[nodiscard]] Places wantedOf(std::span<const ChangeTold> changes, const Places& here, const StorageNode& asks) const;

  const Side& before_;
  const Side& after_;
  const std::size_t most_;
  std::vector<StorageNode> lookAgain_;
};

}  // namespace core::planning
