// What texts of the server's configuration must look like, beside the forms of shared/program. Pure functions, safe from
// any thread.
#pragma once

#include <string>

#include "shared/net/address.h"
#include "shared/ops/config_schema.h"

namespace app {

base::Status checkOui(std::string_view text);
base::Status checkServerEndpoint(std::string_view text);  // at which others reach a server

// "AGENT=ADDRESS[:PORT]": which agent is to ask which portal for its targets.
struct AgentPortal {
  std::string agent;
  net::Address portal;
};
base::Result<AgentPortal> agentPortal(std::string_view text);
base::Status checkAgentPortal(std::string_view text);

inline constexpr ops::TextForm kOui{"an OUI of 3 bytes", "OUIs", checkOui};
inline constexpr ops::TextForm kServerEndpoint{"the IP address of a server", "IP addresses of servers",
                                               checkServerEndpoint};
inline constexpr ops::TextForm kAgentPortal{"AGENT=ADDRESS[:PORT]", "texts AGENT=ADDRESS[:PORT]", checkAgentPortal};

}  // namespace app
