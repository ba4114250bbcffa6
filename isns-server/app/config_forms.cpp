#include "isns-server/app/config_forms.h"

#include "shared/names/ports.h"
#include "shared/names/wwn.h"
#include "shared/net/address.h"

namespace app {

base::Status checkOui(std::string_view text) {
  if (const auto oui = names::parseOui(text); !oui) return base::fail(oui.error());
  return {};
}

namespace {

base::Status checkReachable(const net::Address& address) {
  if (address.isAny() || address.isMulticast()) return base::fail("nobody can be reached at that address");
  if (address.port() == 0) return base::fail("a server has a port");
  if (address.scope() != 0) return base::fail("a link-local address means nothing to others");
  return {};
}

}  // namespace

base::Status checkServerEndpoint(std::string_view text) {
  constexpr std::uint16_t kAnyPort = 1;
  const auto address = net::Address::parse(text, kAnyPort);
  if (!address) return base::fail(address.error());
  return checkReachable(*address);
}

base::Result<AgentPortal> agentPortal(std::string_view text) {
  constexpr std::size_t kMaxAgent = 255;  // bytes
  const std::size_t sign = text.find('=');
  if (sign == std::string_view::npos || sign == 0 || sign > kMaxAgent) {
    return base::fail("it needs the name of an agent, \"=\", and the portal that it is to ask");
  }
  auto portal = net::Address::parse(text.substr(sign + 1), names::kIscsiPort);
  if (!portal) return base::fail(portal.error());
  if (auto status = checkReachable(*portal); !status) return base::fail(status.error());
  return AgentPortal{std::string(text.substr(0, sign)), std::move(*portal)};
}

base::Status checkAgentPortal(std::string_view text) {
  if (const auto parsed = agentPortal(text); !parsed) return base::fail(parsed.error());
  return {};
}

}  // namespace app
