#include "agent/target/setup.h"

#include <algorithm>
#include <set>

namespace target {

Setup openPartOf(Setup setup) {
  std::set<std::string, std::less<>> awaited;
  for (const UnitSetup& unit : setup.units) {
    if (unit.awaited()) awaited.insert(unit.id);
  }
  if (awaited.empty()) return setup;
  std::erase_if(setup.units, [](const UnitSetup& unit) { return unit.awaited(); });
  for (TargetSetup& target : setup.targets) {
    for (AccessRule& rule : target.rules) {
      std::erase_if(rule.luns, [&](const LunMapping& mapping) { return awaited.contains(mapping.unit); });
    }
  }
  return setup;
}

std::size_t openUnits(const Setup& setup) {
  return static_cast<std::size_t>(std::ranges::count(setup.units, false, &UnitSetup::awaited));
}

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
