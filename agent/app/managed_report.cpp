#include "agent/app/managed_report.h"

#include <algorithm>
#include <set>

#include "shared/mgmt/report_limits.h"

namespace agent {
namespace {

using mgmt::ReportLimits;

san::Right rightOf(target::Right right) {
  return right == target::Right::ReadOnly ? san::Right::ReadOnly : san::Right::ReadWrite;
}

const target::TargetSetup* findTarget(const target::Setup& setup, std::string_view name) {
  const auto at = std::ranges::find(setup.targets, name, &target::TargetSetup::name);
  return at == setup.targets.end() ? nullptr : &*at;
}

// By unit, a LUN of the target's own numbering.
std::map<std::string, std::uint32_t> numbering(const target::TargetSetup& target,
                                               const std::vector<target::UnitSetup>& units) {
  std::map<std::string, std::uint32_t> numbers;
  std::set<std::uint32_t> taken;
  for (const target::AccessRule& rule : target.rules) {
    for (const target::LunMapping& map : rule.luns) {
      if (!numbers.contains(map.unit) && taken.insert(map.lun).second) numbers[map.unit] = map.lun;
    }
  }
  std::uint32_t next = 0;
  for (const target::UnitSetup& unit : units) {
    if (numbers.contains(unit.id)) continue;
    while (taken.contains(next)) ++next;
    taken.insert(next);
    numbers[unit.id] = next;
  }
  return numbers;
}

san::ChapDemand demandOf(const iscsi::AuthPolicy& policy) {
  if (policy.takesNone()) return san::ChapDemand::None;
  return policy.mutualRequired ? san::ChapDemand::Mutual : san::ChapDemand::OneWay;
}

std::vector<std::string>& listOf(management::AppliedTarget& target, san::ChapDemand demand) {
  return demand == san::ChapDemand::None     ? target.provesNothing
         : demand == san::ChapDemand::OneWay ? target.provesOneWay
                                             : target.provesMutual;
}

class Builder {
 public:
  explicit Builder(const ReportInput& in) : in_(in) {
    for (const target::UnitSetup& unit : in.inForce.units) designators_[unit.id] = designatorOf(unit);
  }

  management::Truth build() {
    for (const management::DesiredTarget& desired : in_.obeyed.state->targets) {
      const target::TargetSetup* target = findTarget(in_.inForce, desired.target);
      if (target != nullptr && in_.obeyed.names(desired.target)) addTarget(desired, *target);
    }
    addUnits();
    for (const target::SessionFacts& session : in_.sessions) addSession(session);
    truth_.brokenGlass = in_.obeyed.glass.untold;
    for (const auto& [credential, step] : steps_) truth_.credentials.push_back({credential, step});
    return std::move(truth_);
  }

 private:
  void addTarget(const management::DesiredTarget& desired, const target::TargetSetup& target) {
    if (truth_.targets.size() == ReportLimits::kTargets) return;
    management::AppliedTarget& applied = truth_.targets.emplace_back();
    applied.target = desired.target;
    applied.desired = in_.obeyed.state->revision;
    applied.appliedAt = in_.appliedAt;
    applied.enforcement = desired.enforcement;
    applied.chap = desired.chap;
    for (const target::AccessRule& rule : target.rules) {
      if (++admitted_ > ReportLimits::kAdmitted) break;
      applied.admitted.push_back(rule.initiator);
      if (const san::ChapDemand demand = demandOf(rule.policy); demand != desired.chap) {
        listOf(applied, demand).push_back(rule.initiator);
      }
      for (const target::LunMapping& map : rule.luns) {
        if (++maps_ > ReportLimits::kMaps) break;
        applied.maps.push_back({rule.initiator, designators_[map.unit], map.lun, rightOf(map.right)});
      }
    }
    for (const GlassRule& rule : in_.obeyed.glass.rules) {
      if (rule.target != desired.target || rule.last.at < applied.glassBrokenAt) continue;
      applied.glassBrokenAt = rule.last.at;
      applied.glassReason = rule.last.reason;
    }
    for (const management::DesiredInitiator& one : desired.initiators) {
      for (const management::HandOver& over : one.credentials) {
        // One of several targets stands at each of them: it is as far as the last one.
        const auto [at, fresh] = steps_.emplace(over.credential, over.step);
        if (!fresh) at->second = std::min(at->second, over.step);
      }
    }
  }

  void addUnits() {
    std::map<std::string, management::SeenUnit> seen;
    for (const target::TargetSetup& target : in_.local.targets) {
      if (!in_.obeyed.names(target.name)) continue;
      for (const auto& [unit, lun] : numbering(target, in_.local.units)) {
        auto& paths = seen[unit].paths;
        if (paths.size() < ReportLimits::kPaths && lun <= management::DesiredBounds::kLun) {
          paths.push_back({target.name, lun});
        }
      }
    }
    for (const target::UnitFacts& facts : in_.units) {
      const auto designator = designators_.find(facts.id);
      const auto unit = seen.find(facts.id);
      if (designator == designators_.end() || unit == seen.end()) continue;
      if (truth_.units.size() == ReportLimits::kUnits) return;
      truth_.units.push_back({designator->second, facts.blocks * facts.blockSize, std::move(unit->second.paths)});
    }
  }

  void addSession(const target::SessionFacts& session) {
    if (session.discovery || session.connections.empty() || !in_.obeyed.names(session.target)) return;
    if (truth_.sessions.size() == ReportLimits::kSessions) return;
    management::SeenSession& seen = truth_.sessions.emplace_back();
    seen.initiator = session.initiator;
    seen.target = session.target;
    seen.portal = session.connections.front().local.text() + "/tcp";
    seen.since = base::unixSeconds(session.since);
    seen.proof = proofOf(session.identity.proof);
    seen.connections = static_cast<std::uint32_t>(session.connections.size());
    if (const auto proof = in_.proofs.find(session.id); proof != in_.proofs.end()) seen.used = proof->second;
    const target::TargetSetup* target = findTarget(in_.inForce, session.target);
    const target::AccessRule* rule =
        target == nullptr ? nullptr : target::findRule(*target, session.initiator, session.connections.front().peer);
    if (rule == nullptr) return;
    for (const target::LunMapping& map : rule->luns) {
      if (++sessionUnits_ <= ReportLimits::kSessionUnits) seen.units.push_back(designators_[map.unit]);
    }
  }

  const ReportInput& in_;
  management::Truth truth_;
  std::map<std::string, std::string> designators_;
  std::map<std::uint32_t, std::uint32_t> steps_;
  std::size_t admitted_ = 0;
  std::size_t maps_ = 0;
  std::size_t sessionUnits_ = 0;
};

}  // namespace

san::Proof proofOf(iscsi::Proof proof) {
  switch (proof) {
    case iscsi::Proof::ClaimedName:
      return san::Proof::ClaimedName;
    case iscsi::Proof::Chap:
      return san::Proof::Chap;
    case iscsi::Proof::MutualChap:
      break;
  }
  return san::Proof::MutualChap;
}

management::Truth truthOf(const ReportInput& input) { return Builder(input).build(); }

void addHost(management::Truth& truth, const management::DesiredState& state,
             std::vector<management::SeenSession> sessions) {
  std::size_t units = 0;
  for (const management::SeenSession& session : truth.sessions) units += session.units.size();
  for (management::SeenSession& session : sessions) {
    if (truth.sessions.size() == ReportLimits::kSessions) break;
    session.units.resize(std::min(session.units.size(), ReportLimits::kSessionUnits - units));
    units += session.units.size();
    for (std::string& unit : session.units) unit = management::brief(unit);  // targets have said it
    truth.sessions.push_back(std::move(session));
  }
  for (const management::HandOver& over : state.credentials) {
    const auto at = std::ranges::find(truth.credentials, over.credential, &management::AppliedStep::credential);
    if (at == truth.credentials.end()) {
      truth.credentials.push_back({over.credential, over.step});
    } else {
      at->step = std::min(at->step, over.step);  // this agent stands at both ends
    }
  }
}

std::vector<std::string> addressTexts(const std::vector<net::Address>& addresses) {
  std::vector<std::string> texts;
  for (const net::Address& one : addresses) {
    if (texts.size() == ReportLimits::kAddresses) break;
    texts.push_back(one.host());
  }
  std::ranges::sort(texts);
  return texts;
}

std::vector<management::SeenPortal> portalsOf(const std::vector<registrar::AddressNetwork>& networks) {
  std::vector<management::SeenPortal> portals;
  for (const registrar::AddressNetwork& one : networks) {
    if (portals.size() == ReportLimits::kPortals) break;
    portals.push_back({one.address.text() + "/tcp", one.interface, one.vlan, one.mtu, one.speed, one.prefix, one.up});
  }
  return portals;
}

}  // namespace agent
