// What the management server is told of the configuration file.
#include <algorithm>
#include <random>

#include "isns-server/app/config_forms.h"
#include "isns-server/app/management.h"
#include "isns-server/app/policy_from_config.h"

namespace app {

ManagementOptions managementOptionsOf(const Config& config, ServerKeys keys, std::string version,
                                      ops::Metrics& metrics) {
  ManagementOptions options;
  options.metrics = &metrics;
  options.rates.perSecond = config.start.api.requestsPerSource;
  options.rates.burst = config.start.api.burstPerSource;
  options.limits.connectionsPerSource = config.start.api.connectionsPerSource;
  options.rates.hashSeed = std::random_device{}();
  options.address = config.start.api.address;
  options.socket = config.start.api.socket;
  options.names = config.start.api.names;
  for (const net::Address& one : config.start.agents.nameServers) {
    if (std::ranges::find(options.nameServers, one.text()) == options.nameServers.end()) {
      options.nameServers.push_back(one.text());
    }
  }
  for (const std::string& one : config.start.agents.discoverPortals) {
    const auto parsed = agentPortal(one);
    if (!parsed) continue;  // the table has checked it
    const api::DiscoverOrder order{parsed->agent, parsed->portal.text()};
    const bool known = std::ranges::any_of(options.discover, [&](const api::DiscoverOrder& other) {
      return other.agent == order.agent && other.portal == order.portal;
    });
    if (!known) options.discover.push_back(order);
  }
  if (!options.address.isAny()) options.names.push_back(options.address.host());
  options.facts = serverFactsOf(config);
  options.version = std::move(version);
  options.keys = std::move(keys);
  options.keyFolder = config.start.api.keyFolder;
  if (config.start.store.kind != StoreKind::Memory) options.witnessFolder = options.keyFolder;
  return options;
}

}  // namespace app
