#include "isns-server/app/config_forms.h"

#include "shared/names/wwn.h"
#include "shared/net/address.h"

namespace app {

base::Status checkOui(std::string_view text) {
  if (const auto oui = names::parseOui(text); !oui) return base::fail(oui.error());
  return {};
}

base::Status checkServerEndpoint(std::string_view text) {
  constexpr std::uint16_t kAnyPort = 1;
  const auto address = net::Address::parse(text, kAnyPort);
  if (!address) return base::fail(address.error());
  if (address->isAny() || address->isMulticast()) return base::fail("nobody can be reached at that address");
  if (address->port() == 0) return base::fail("a server has a port");
  if (address->scope() != 0) return base::fail("a link-local address means nothing to others");
  return {};
}

}  // namespace app
