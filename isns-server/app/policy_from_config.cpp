#include "isns-server/app/policy_from_config.h"

#include <random>

namespace app {
namespace {

isns::AddressPrefix prefixOf(const net::Network& network) {
  return {network.base().octets(), static_cast<std::uint8_t>(network.bits())};
}

std::uint32_t seconds(std::chrono::seconds s) { return static_cast<std::uint32_t>(s.count()); }

}  // namespace

core::Policy policyOf(const Config& config) {
  const RuntimeConfig& r = config.runtime;
  core::Policy policy;
  for (const ControlNode& node : r.controlNodes) {
    core::ControlNode& made = policy.controlNodes.emplace_back();
    made.wwpn = node.wwpn;
    if (!node.wwpn) made.name = node.name;
    made.key = node.key;
    for (const net::Network& network : node.addresses) made.addresses.push_back(prefixOf(network));
  }
  policy.sourceCheck = static_cast<core::SourceCheck>(r.security.sourceCheck);
  policy.agentCheck = static_cast<core::SourceCheck>(r.security.agentCheck);
  policy.unknownSource = static_cast<core::UnknownSource>(r.registry.unknownSource);
  policy.unassignedDomains = static_cast<core::UnassignedDomains>(config.start.registry.unassignedDomains);
  policy.defaultDomain = config.start.registry.defaultDomain;
  policy.relaxedNames = r.registry.relaxedNames;
  policy.maxObjects = r.registry.maxObjects;
  policy.maxObjectsOfSource = r.limits.objectsPerSource;
  policy.defaultPeriod = seconds(r.registry.defaultPeriod);
  policy.minPeriod = seconds(r.registry.minPeriod);
  policy.maxPeriod = seconds(r.registry.maxPeriod);
  policy.transientPeriod = seconds(r.registry.transientPeriod);
  policy.esiEnabled = r.esi.enabled;
  policy.esiMinInterval = seconds(r.esi.minInterval);
  policy.esiMaxInterval = seconds(r.esi.maxInterval);
  policy.esiDefaultInterval = seconds(r.esi.defaultInterval);
  policy.scnEnabled = r.scn.enabled;
  policy.managementScn = r.scn.management;
  policy.scnQueueEvents = r.scn.queueEvents;
  policy.targetsModifyDomains = r.domains.modifyByTarget;
  policy.initiatorsModifyDomains = r.domains.modifyByInitiator;
  policy.ifcpTargetsModifyDomains = r.domains.modifyByIfcpTarget;
  policy.ifcpInitiatorsModifyDomains = r.domains.modifyByIfcpInitiator;
  policy.assignWwnnToken = r.registry.assignWwnnToken && r.registry.wwnnOui.has_value();
  if (r.registry.wwnnOui) {
    for (std::uint8_t byte : *r.registry.wwnnOui) policy.wwnnOui = (policy.wwnnOui << 8) | byte;
    policy.vendorOui = policy.wwnnOui;
  }
  policy.maxResponse = r.limits.responseSize;
  return policy;
}

manage::ServerFacts serverFactsOf(const Config& config) {
  manage::ServerFacts facts;
  facts.defaultDomain = config.start.registry.defaultDomain;
  facts.unassignedDomainsActive = config.start.registry.unassignedDomains == UnassignedDomains::Active;
  for (const ControlNode& node : config.runtime.controlNodes) facts.controlNodes.insert(node.name);
  return facts;
}

std::uint64_t seedOfStart() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

core::ServerOptions serverOptionsOf(const Config& config, std::uint64_t seed) {
  const RuntimeConfig& r = config.runtime;
  core::ServerOptions options;
  options.outbound.responseTimeout = r.scn.responseTimeout;
  options.outbound.connectTimeout = r.scn.responseTimeout;
  options.outbound.keepConnection = r.scn.keepConnection;
  options.outbound.maxConnections = r.scn.maxConnections;
  options.scn.retries = r.scn.retries;
  options.scn.maxEventsPerRecipient = r.scn.queueEvents;
  options.esi.threshold = r.esi.threshold;
  options.seed = seed;
  options.random = [generator = std::mt19937(std::random_device{}())]() mutable { return static_cast<std::uint32_t>(generator()); };
  return options;
}

base::Result<session::AddressRules> addressRulesOf(const Config& config) {
  std::vector<session::AddressRule> rules;
  for (const AddressRule& rule : config.runtime.addressRules) {
    rules.push_back({prefixOf(rule.network), static_cast<session::Access>(rule.access)});
  }
  return session::AddressRules::make(std::move(rules), session::Access::Full);
}

session::AuthSettings authSettingsOf(const Config& config) {
  session::AuthSettings settings;
  settings.mode = static_cast<session::AuthMode>(config.runtime.security.authentication);
  settings.replayWindow = config.runtime.security.replayWindow;
  return settings;
}

base::RateSettings rateSettingsOf(const Config& config, std::uint64_t seed) {
  base::RateSettings settings;
  settings.perSecond = config.runtime.limits.requestsPerSource;
  settings.burst = std::max(1U, settings.perSecond);
  settings.hashSeed = seed;
  return settings;
}

}  // namespace app
