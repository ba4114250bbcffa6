// What commands about CHAP credentials share: which one is meant, and how long a change may take. Pure functions.
#pragma once

#include <string>

#include "shared/base/json.h"
#include "shared/ctl/command.h"

namespace ctl {

// The digits of "7", "#7" or "credential:#7"; `what` names it in the failure (Exit::Usage).
Asked<std::string> numberTyped(std::string_view typed, std::string_view what, std::string_view advice);
// Adds `within` and `at_deadline` where they are given.
Outcome addTiming(const Invocation& invocation, base::Json::Object& body);

}  // namespace ctl
