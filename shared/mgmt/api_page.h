// The reference page of the management API, docs/reference/api.md, from the rows of routes.h, openapi_schemas.h and
// problem.h. Pure; the same program always gives the same text.
#pragma once

#include <string>

namespace mgmt {

std::string apiPageText();

}  // namespace mgmt
