// How the target server becomes what a setup says: units and ports as they come and go, sessions that are judged anew.
#include <algorithm>

#include "agent/target/target_server_impl.h"

namespace target {
namespace {

std::uint16_t secondsOf(base::Duration duration) {
  return static_cast<std::uint16_t>(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

// The target port groups of these ports; those that `disk` has keep their states.
std::vector<scsi::PortGroup> groupsOf(const scsi::TargetPorts& ports, scsi::Disk& disk) {
  std::vector<scsi::PortGroup> groups;
  const auto named = [](std::uint16_t id) { return [id](const scsi::PortGroup& group) { return group.id == id; }; };
  for (const scsi::TargetPort& port : ports.ports) {
    if (std::ranges::any_of(groups, named(port.group))) continue;
    const auto known = std::ranges::find_if(disk.portGroups(), named(port.group));
    groups.push_back(known == disk.portGroups().end() ? scsi::PortGroup{.id = port.group} : *known);
  }
  return groups;
}

}  // namespace

base::Status TargetServer::Impl::check(const Setup& setup) const {
  for (const TargetSetup& target : setup.targets) {
    for (const AccessRule& rule : target.rules) {
      for (const LunMapping& mapping : rule.luns) {
        const bool known = std::any_of(setup.units.begin(), setup.units.end(),
                                       [&](const UnitSetup& unit) { return unit.id == mapping.unit; });
        if (!known) return base::fail("target " + target.name + ": there is no unit " + mapping.unit);
        if (mapping.lun >= 16384) return base::fail("target " + target.name + ": a LUN must be below 16384");
      }
    }
  }
  return {};
}

base::Status TargetServer::Impl::apply(Setup setup) {
  if (auto checked = check(setup); !checked) return checked;
  forgetIdle();  // one that has gone already gives its store up to one that comes
  std::vector<std::unique_ptr<Unit>> opened;
  for (const UnitSetup& unit : setup.units) {
    const auto known = units_.find(unit.id);
    if (known != units_.end() && known->second->setup().sameStore(unit)) continue;
    auto made = Unit::open(unit, environment_.stores, pool_, environment_.states, copies_, ports_, environment_.loop);
    if (!made) return base::fail(made.error());
    opened.push_back(std::move(*made));
  }
  // Nothing can fail from here on.
  for (auto at = units_.begin(); at != units_.end();) {
    const bool stays = std::any_of(setup.units.begin(), setup.units.end(),
                                   [&](const UnitSetup& unit) { return at->second->setup().sameStore(unit); });
    if (stays) {
      ++at;
      continue;
    }
    const bool comesBack = std::any_of(setup.units.begin(), setup.units.end(),
                                       [&](const UnitSetup& unit) { return unit.id == at->first; });
    for (SessionUnits* const session : std::vector(at->second->sessions())) session->unmap(*at->second, comesBack);
    leaving_.push_back(std::move(at->second));
    at = units_.erase(at);
  }
  for (auto& unit : opened) {
    std::string id = unit->setup().id;
    units_[std::move(id)] = std::move(unit);
  }
  setup_ = std::move(setup);
  updatePorts();
  std::unordered_map<const iscsi::TargetSession*, Peers> peers;
  for (const auto& [socket, owned] : sockets_) {
    if (const auto* const session = owned->connection().session()) peers[session].push_back(owned->peer());
  }
  for (auto& [session, entry] : entries_) judge(entry, peers[session]);
  armTimer();
  return {};
}

// The target ports through which each unit is reached, for VPD page 83h and REPORT TARGET PORT GROUPS. What was kept by
// an earlier version has portal group tags for numbers: they were told as those of the first target that maps the unit.
void TargetServer::Impl::updatePorts() {
  for (auto& [id, unit] : units_) {
    const std::string& unitId = id;
    scsi::TargetPorts ports;
    for (const TargetSetup& target : setup_.targets) {
      const bool mapped = std::any_of(target.rules.begin(), target.rules.end(), [&](const AccessRule& rule) {
        return std::any_of(rule.luns.begin(), rule.luns.end(),
                           [&](const LunMapping& mapping) { return mapping.unit == unitId; });
      });
      if (!mapped) continue;
      if (unit->disk().portsUnnamed()) {
        unit->disk().renumberPorts([&](std::uint16_t group) { return ports_.of(target.name, group); });
      }
      for (const Portal& portal : portals_) {
        if (!reachedThrough(target, portal.group)) continue;
        const std::uint16_t number = ports_.of(target.name, portal.group);
        const bool known = std::any_of(ports.ports.begin(), ports.ports.end(),
                                       [&](const scsi::TargetPort& port) { return port.relativeId == number; });
        if (known || number == 0) continue;
        ports.ports.push_back({number, portal.group, PortNumbers::nameOf(target.name, portal.group), target.name});
      }
    }
    if (ports.ports.empty()) ports.ports.push_back({});
    if (unit->setup().settings.alua) unit->disk().setPortGroups(groupsOf(ports, unit->disk()));
    unit->disk().setPorts(std::move(ports));
  }
}

// A living session under the present setup.
void TargetServer::Impl::judge(Entry& entry, const Peers& peers) {
  if (entry.units == nullptr) return;
  const AccessRule* const rule = ruleOf(entry, peers);
  if (rule == nullptr) {
    // Who is not admitted any more sees nothing from now on, in a drain too; the time until it is closed is for its
    // manners.
    static_cast<void>(entry.units->map({}));
    return askToLogOut(entry);
  }
  static_cast<void>(entry.units->map(mappingsOf(*rule)));
}

// Its units stay until it goes: who may come back is to find them as they were, and logs in again with what is open.
void TargetServer::Impl::askToLogOut(Entry& entry) {
  if (std::exchange(entry.asked, true)) return;
  entry.closeAt = environment_.loop.now();
  // A discovery session gets no Asynchronous Message: it is closed (RFC 7143 7.4.3).
  if (!entry.session->login().discovery) {
    entry.session->requestLogout(secondsOf(limits_.logoutTime));
    entry.closeAt += limits_.logoutTime;
  }
  armTimer();
}

bool TargetServer::Impl::dropSession(std::uint64_t id) {
  for (auto& [session, entry] : entries_) {
    if (entry.id != id) continue;
    askToLogOut(entry);
    return true;
  }
  return false;
}

base::Status TargetServer::Impl::resize(std::string_view unit, std::uint64_t blocks, block::Shrink shrink) {
  const auto found = units_.find(unit);
  if (found == units_.end() || found->second->disk().awaited()) {
    return base::fail("there is no unit " + std::string(unit));
  }
  // The size that it has is the one that somebody else may have given it. Where it cannot be told, this one mends that.
  static_cast<void>(found->second->refreshSize());
  if (auto resized = found->second->device().resize(blocks, shrink); !resized) return resized;
  found->second->disk().capacityChanged();
  return {};
}

base::Status TargetServer::Impl::refreshSize(std::string_view unit) {
  const auto found = units_.find(unit);
  if (found == units_.end() || found->second->disk().awaited()) {
    return base::fail("there is no unit " + std::string(unit));
  }
  return found->second->refreshSize();
}

void TargetServer::Impl::drain(base::Duration grace, std::function<void()> done) {
  draining_ = true;
  drained_ = std::move(done);
  drainUntil_ = environment_.loop.now() + grace;
  for (Portal& portal : portals_) portal.listener->close();
  while (!logins_.empty()) logins_.front()->close();
  for (auto& [session, entry] : entries_) askToLogOut(entry);
  timer_.startAt(environment_.loop.now());
}

}  // namespace target
