// Names in an agent's report as objects of the model: what is not known is left out and noted, to be told again.
#pragma once

#include <string>
#include <vector>

#include "shared/san/snapshot.h"

namespace manage {

// 0: there is none; its name is then in `unknown`.
inline san::Id idOf(const san::Snapshot& snapshot, san::Kind kind, const std::string& name,
                    std::vector<std::string>* unknown = nullptr) {
  const auto id = snapshot.find(kind, name);
  if (!id && unknown != nullptr) unknown->push_back(name);
  return id.value_or(0);
}

}  // namespace manage
