// Edits as commands that make them, for people to copy. Pure function, safe from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/base/json.h"

namespace ctl {

// A command for each zone, set and map where verbs say it all; else one `change new` with the edits as they are.
std::vector<std::string> commandsOf(const base::Json& edits, std::string_view title);

}  // namespace ctl
