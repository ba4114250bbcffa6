// `sanctl iscsi discover`: SendTargets of a portal (RFC 7143 Appendix C).
#include "agent/initiator/ctl/client.h"
#include "agent/initiator/ctl/handlers.h"

namespace initiator_ctl {

using base::Json;

ctl::Outcome discover(const ctl::Invocation& invocation, ctl::Context& context) {
  auto to = readDestination(invocation.one("URL").value_or(""), Wanted::Portal, invocation, context);
  if (!to) return base::fail(to.error());
  to->options.discovery = true;
  to->options.targetName.clear();
  net::Loop loop;
  Client client(loop, std::move(*to), invocation.has("--verbose") ? &context.err : nullptr);
  auto targets = client.discover();
  if (!targets) return base::fail(targets.error());
  ctl::Sheet sheet;
  sheet.columns = {{"target", "TARGET"}, {"address", "ADDRESS"}, {"portal_group", "GROUP"}};
  for (const iscsi::DiscoveredTarget& target : *targets) {
    std::vector<std::string> addresses = target.addresses;
    // Without an address it is the one that was asked (RFC 7143 Appendix C).
    if (addresses.empty()) addresses.push_back(client.destination().url.portal);
    for (const std::string& address : addresses) {
      const std::size_t comma = address.rfind(',');
      ctl::Cell group;
      if (comma != std::string::npos) group = base::Json(address.substr(comma + 1));
      sheet.rows.push_back({base::Json(target.name), base::Json(address.substr(0, comma)), group});
    }
  }
  const auto format = ctl::parseFormat(invocation.one("--output").value_or("table"));
  ctl::Output(context.out, format.value_or(ctl::Format::Table)).sheet(sheet);
  return {};
}

}  // namespace initiator_ctl
