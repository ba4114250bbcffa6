// The edits of several findings' mends as those of one draft.
//
// Equal edits stand once. A mend that contradicts those before it is left out as a whole, with a sentence that names both:
// one erases what the other changes or names, both set one field to different values, or one takes out what the other puts
// in. Objects that mends create get other numbers (kind:+N), so that each has its own. Pure. Bound:
// kMaxJoined edits; mends beyond are left out.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "shared/base/json.h"

namespace ctl {

inline constexpr std::size_t kMaxJoined = 2000;  // edits

struct Mend {
  std::string name;  // "R05 about domain:lonely"
  base::Json::Array edits;
};

struct JoinedMends {
  base::Json::Array edits;
  std::vector<std::string> taken;  // names
  std::vector<std::string> left;   // sentences: what is left out, and why
};
JoinedMends joinMends(std::span<const Mend> mends);

}  // namespace ctl
