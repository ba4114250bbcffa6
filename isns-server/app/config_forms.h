// What texts of the server's configuration must look like, beside the forms of shared/program. Pure functions, safe from
// any thread.
#pragma once

#include "shared/ops/config_schema.h"

namespace app {

base::Status checkOui(std::string_view text);
base::Status checkServerEndpoint(std::string_view text);  // at which others reach a server

inline constexpr ops::TextForm kOui{"an OUI of 3 bytes", "OUIs", checkOui};
inline constexpr ops::TextForm kServerEndpoint{"the IP address of a server", "IP addresses of servers",
                                               checkServerEndpoint};

}  // namespace app
