#include "agent/target/setup.h"

#include <algorithm>

namespace target {

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
