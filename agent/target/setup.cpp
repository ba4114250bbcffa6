#include "agent/target/setup.h"

#include <algorithm>

namespace target {

bool reachedThrough(const TargetSetup& target, std::uint16_t group) {
  return target.groups.empty() || std::ranges::find(target.groups, group) != target.groups.end();
}

const AccessRule* findRule(const TargetSetup& target, std::string_view initiator, const net::Address& from) {
  if (target.zone && !std::ranges::binary_search(*target.zone, initiator)) return nullptr;
  for (const AccessRule& rule : target.rules) {
    if (rule.initiator != "*" && rule.initiator != initiator) continue;
    const bool here = rule.addresses.empty() ||
                      std::any_of(rule.addresses.begin(), rule.addresses.end(),
                                  [&](const net::Network& network) { return network.contains(from); });
    if (here) return &rule;
  }
  return nullptr;
}

}  // namespace target
