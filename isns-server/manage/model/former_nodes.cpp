#include "isns-server/manage/model/former_nodes.h"

namespace manage {

void FormerNodes::put(core::FormerNode row) {
  const std::int64_t id = core::formerNodeId(row.number);
  std::string& name = rows_[id];
  if (const auto before = byName_.find(name); before != byName_.end()) {
    if (core::formerNodeId(before->second.number) == id) byName_.erase(before);
  }
  name = std::move(row.name);
  Seen& seen = byName_[name];
  if (seen.number < row.number) seen = {row.number, row.lastSeen};
}

std::int64_t FormerNodes::lastSeen(const std::string& name) const {
  const auto found = byName_.find(name);
  return found == byName_.end() ? 0 : found->second.at;
}

}  // namespace manage
