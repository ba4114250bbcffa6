// What the agents of targets are to have while a commit is under way (DESIGN seam 5): what both states give, or of a
// pure revoke what is left. The present snapshot is neither then.
//
// A pure function of values, safe from any thread. Errors: none.
#pragma once

#include <map>

#include "isns-server/manage/changes/change_sets.h"
#include "shared/san/desired.h"

namespace manage {

// By target; those that agents of ours answer for and where something differs.
std::map<san::Id, san::DesiredTarget> statesDuring(const Transition& transition);

}  // namespace manage
