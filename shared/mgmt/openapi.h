// The description of the management API in OpenAPI 3.1, from the tables: routes.h, problem.h, openapi_schemas.h and the
// fields of the SAN model.
//
// Pure; the same program always gives the same text.
#pragma once

#include <string>

#include "shared/base/json.h"

namespace mgmt {

base::Json openApi();
// With a line end; what docs/reference/openapi.json holds and GET /openapi.json answers.
std::string openApiText();

}  // namespace mgmt
