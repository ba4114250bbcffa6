// `sanctl isns scn`: registration for state change notifications, and events of one's own (RFC 4171 5.6.5.5-7).
#include <algorithm>

#include "isns-server/ctl/fields.h"
#include "isns-server/ctl/isns_client.h"
#include "isns-server/ctl/isns_handlers.h"
#include "isns-server/ctl/isns_scn.h"
#include "shared/isns/value_names.h"

namespace ctl {
namespace {

struct Target {
  IsnsClient client;
  isns::ScnNode node;
};

// The node is the source, unless one was named; then it asks for itself.
Asked<Target> openNode(const Invocation& invocation, Context& context) {
  const auto named = invocation.one("--node");
  auto client = IsnsClient::open(invocation, context, named ? std::optional(std::string(*named)) : std::nullopt);
  if (!client) return base::fail(client.error());
  auto node = parseScnNode(named ? *named : std::string_view(client->sourceName()));
  if (!node) return base::fail(node.error());
  return Target{std::move(*client), std::move(*node)};
}

Outcome send(IsnsClient& client, const isns::Request& request, const std::string& what, const char* result) {
  const auto response = client.ask(request, what);
  if (!response) return base::fail(response.error());
  client.output().record({{"result", "Result", base::Json(result)}});
  return {};
}

}  // namespace

Asked<std::uint32_t> parseEvents(const std::vector<std::string_view>& texts) {
  std::uint32_t bits = 0;
  for (const std::string_view text : texts) {
    const auto some = isns::parseNamedValue(*isns::findAttribute(isns::tag::kScnBitmap), text);
    if (!some) return base::fail(usageFailure("wrong events", some.error().text));
    bits |= *some;
  }
  return bits;
}

Asked<isns::ScnNode> parseScnNode(std::string_view text) {
  const auto source = parseSource(text);
  if (!source) return base::fail(source.error());
  const auto attributes = isns::readAttributes(*source);
  const isns::AttributeValue& name = attributes->front();
  if (name.tag != isns::tag::kFcPortName) return isns::ScnNode(std::string(name.text()));
  isns::Wwn wwpn{};
  std::copy(name.value.begin(), name.value.end(), wwpn.begin());
  return isns::ScnNode(wwpn);
}

Outcome scnRegister(const Invocation& invocation, Context& context) {
  const auto events = parseEvents(invocation.all("EVENT"));
  if (!events) return base::fail(events.error());
  auto target = openNode(invocation, context);
  if (!target) return base::fail(target.error());
  return send(target->client, isns::registerScn(target->node, *events), "cannot register for notifications",
              "registered for notifications");
}

Outcome scnDeregister(const Invocation& invocation, Context& context) {
  auto target = openNode(invocation, context);
  if (!target) return base::fail(target.error());
  return send(target->client, isns::deregisterScn(target->node), "cannot deregister from notifications",
              "deregistered from notifications");
}

Outcome scnEvent(const Invocation& invocation, Context& context) {
  const auto events = parseEvents(invocation.all("EVENT"));
  if (!events) return base::fail(events.error());
  auto target = openNode(invocation, context);
  if (!target) return base::fail(target.error());
  return send(target->client, isns::scnEvent(target->node, *events), "cannot send the event", "event sent");
}

}  // namespace ctl
