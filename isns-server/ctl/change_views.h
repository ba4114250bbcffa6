// Change sets and their impact as people read them. One thread.
#pragma once

#include <string>

#include "shared/base/json.h"
#include "shared/ctl/context.h"

namespace ctl {

std::string idOf(const base::Json& change);
// The member "diff" where there is one, else the answer itself.
const base::Json& diffBodyOf(const base::Json& answer);
// The one line that says which it is and where it stands, for people.
void printChangeTitle(const base::Json& change, const Output& output, Context& context);
void printChange(const base::Json& change, Output& output, Context& context);
void printImpact(const base::Json& impact, Output& output, Context& context);

}  // namespace ctl
