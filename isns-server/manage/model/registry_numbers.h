// RegistryNumbers: rows of the registry by their index, and what each is in the SAN model, both ways.
//
// The registry gives an index to another when its row has gone; the model's id stays with the object. What has left in
// the change under way is remembered until settle(), since its memberships go after it. One owner, no locks.
#pragma once

#include <optional>
#include <unordered_map>

#include "isns-server/core/schema.h"
#include "shared/san/editor.h"

namespace manage {

class RegistryNumbers {
 public:
  // 0: not there.
  [[nodiscard]] san::Id of(core::Index index) const;
  [[nodiscard]] std::optional<core::Index> indexOf(san::Id id) const;
  void join(core::Index index, san::Id id);
  // The id that it had.
  san::Id leave(core::Index index);
  // The object has another id from now on.
  void renumber(san::Id from, san::Id to);
  // The id that the index has, or had before it left in the change under way.
  [[nodiscard]] san::Id nowOrBefore(core::Index index) const;
  // The change is over.
  void settle() { left_.clear(); }

 private:
  std::unordered_map<core::Index, san::Id> ids_;
  std::unordered_map<san::Id, core::Index> indexes_;
  std::unordered_map<core::Index, san::Id> left_;  // in the change under way
};

}  // namespace manage
