// What texts of the server's configuration must look like, beside the forms of shared/program. Pure functions, safe from
// any thread.
#pragma once

#include "shared/ops/config_schema.h"

namespace app {

base::Status checkOui(std::string_view text);

inline constexpr ops::TextForm kOui{"an OUI of 3 bytes", "OUIs", checkOui};

}  // namespace app
