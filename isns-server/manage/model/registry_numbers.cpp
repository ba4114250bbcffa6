#include "isns-server/manage/model/registry_numbers.h"

namespace manage {

using core::Index;
using san::Id;

Id RegistryNumbers::of(Index index) const {
  const auto found = ids_.find(index);
  return found == ids_.end() ? 0 : found->second;
}

std::optional<Index> RegistryNumbers::indexOf(Id id) const {
  const auto found = indexes_.find(id);
  return found == indexes_.end() ? std::nullopt : std::optional(found->second);
}

void RegistryNumbers::join(Index index, Id id) {
  ids_[index] = id;
  indexes_[id] = index;
}

Id RegistryNumbers::leave(Index index) {
  const Id id = of(index);
  ids_.erase(index);
  indexes_.erase(id);
  if (id != 0) left_[index] = id;
  return id;
}

void RegistryNumbers::renumber(Id from, Id to) {
  const auto found = indexes_.find(from);
  if (found == indexes_.end()) return;
  const Index index = found->second;
  indexes_.erase(found);
  join(index, to);
}

Id RegistryNumbers::nowOrBefore(Index index) const {
  const auto found = left_.find(index);
  return found != left_.end() ? found->second : of(index);
}

}  // namespace manage
