// The order in which objects of a kind change names that no two of them may share.
//
// A name is taken when who had it has another one; a ring is opened by a name for the meantime. Pure, safe from any
// thread. Errors: none.
#pragma once

#include <string>
#include <vector>

#include "shared/san/ids.h"

namespace san {

struct Rename {
  ObjectRef object;
  std::string from, to;
};
struct NewName {
  ObjectRef object;
  std::string name;
};

// Each can be done after those before it. The last one of an object is its new name.
std::vector<NewName> orderOf(const std::vector<Rename>& renames);

}  // namespace san
