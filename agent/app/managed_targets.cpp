#include "agent/app/managed_targets.h"

#include <algorithm>
#include <map>
#include <utility>

#include "shared/base/hex.h"

namespace agent {
namespace {

iscsi::AuthPolicy policyOf(const management::DesiredInitiator& initiator) {
  iscsi::AuthPolicy policy;
  policy.noneAllowed = initiator.chap == san::ChapDemand::None;
  // One that owes no proof may give one where there is something to prove it by.
  policy.chapAllowed = !policy.noneAllowed || !initiator.credentials.empty();
  policy.mutualRequired = initiator.chap == san::ChapDemand::Mutual;
  policy.shortSecretsAllowed = true;  // the server has weighed that, and has a finding for it
  policy.algorithms = {iscsi::ChapAlgorithm::Sha3_256, iscsi::ChapAlgorithm::Sha256, iscsi::ChapAlgorithm::Sha1};
  if (!initiator.md5Refused) policy.algorithms.add(iscsi::ChapAlgorithm::Md5);
  return policy;
}

using UnitIds = std::map<std::string, std::string, std::less<>>;  // by designator

target::AccessRule ruleOf(const management::DesiredInitiator& initiator, const UnitIds& units) {
  target::AccessRule rule;
  rule.initiator = initiator.name;
  rule.policy = policyOf(initiator);
  for (const management::DesiredMap& map : initiator.maps) {
    const auto unit = units.find(map.unit);
    if (unit == units.end()) continue;  // it is not here; the report shows that
    const bool readOnly = map.right == san::Right::ReadOnly;
    rule.luns.push_back({map.lun, unit->second, readOnly ? target::Right::ReadOnly : target::Right::ReadWrite});
  }
  std::ranges::sort(rule.luns, {}, &target::LunMapping::lun);
  return rule;
}

}  // namespace

bool Obeyed::names(std::string_view target) const { return std::ranges::binary_search(nodes, target); }

std::string designatorOf(const target::UnitSetup& unit) { return "naa." + base::hexText(unit.identity.naa); }

base::Status ManagedTargets::obey(Obeyed obeyed) {
  std::swap(obeyed_, obeyed);
  auto status = again();
  if (!status) obeyed_ = std::move(obeyed);
  return status;
}

void ManagedTargets::close(bool closed) {
  if (std::exchange(closed_, closed) != closed) (void)again();
}

void ManagedTargets::fill(target::Setup& setup) const {
  if (!obeyed_.state) return;
  UnitIds units;
  for (const target::UnitSetup& unit : setup.units) units.emplace(designatorOf(unit), unit.id);
  for (target::TargetSetup& target : setup.targets) {
    if (!obeyed_.names(target.name)) continue;
    target.rules.clear();
    target.zone.reset();
    const management::DesiredTarget* desired = obeyed_.state->find(target.name);
    if (desired != nullptr) {
      for (const management::DesiredInitiator& one : desired->initiators) target.rules.push_back(ruleOf(one, units));
    }
    for (target::AccessRule& rule : target.rules) rule.closed = closed_;
    applyGlass(obeyed_.glass, target, setup.units);
  }
}

}  // namespace agent
