// FormerNodes: when nodes were last registered of which the registry keeps nothing else (core::FormerNode), by name.
//
// The same ring as the rows': who left longest ago makes room, so there are at most core::kMaxFormerNodes. One owner,
// no locks.
#pragma once

#include <string>
#include <unordered_map>

#include "isns-server/core/schema.h"

namespace manage {

class FormerNodes {
 public:
  // In any order, as a load has the rows.
  void put(core::FormerNode row);
  // Unix seconds; 0: not known.
  [[nodiscard]] std::int64_t lastSeen(const std::string& name) const;

 private:
  struct Seen {
    std::uint64_t number = 0;
    std::int64_t at = 0;
  };
  std::unordered_map<std::string, Seen> byName_;  // the last time of each
  std::unordered_map<std::int64_t, std::string> rows_;
};

}  // namespace manage
