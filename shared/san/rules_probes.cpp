// R23: what probes of hosts met, what targets answered to SendTargets, and which disks hosts hold, against reach and
// registrations.
#include <algorithm>
#include <map>
#include <set>

#include "shared/base/listed.h"
#include "shared/san/pair_layers.h"
#include "shared/san/rule_run.h"

namespace san::rule {
namespace {

// Probes of one target that met something else than reach says.
struct Met {
  Group group;
  Seconds since = 0;
  bool grave = false;
  std::string reason;  // of the first
};

std::string gotInText(RuleRun& run, Id target, const Met& met) {
  const std::size_t count = met.group.shown().size();
  return (count == 1 ? "A probe of " : std::to_string(count) + " probes of ") + run.facts().list(met.group.objects()) +
         " got in at " + run.facts().called({Kind::Node, target}) + ", though reach says no.";
}

std::string keptOutText(RuleRun& run, Id target, const Met& met) {
  std::string text = run.facts().list(met.group.objects()) + " could not get in at " +
                     run.facts().called({Kind::Node, target}) + " by a probe, though reach says yes";
  return text + (met.reason.empty() ? "." : ": " + met.reason + ".");
}

}  // namespace

// Only where reach said the same before the probe, after it, and now: else somebody has changed it meanwhile, and the
// next probe tells.
void probesDiffer(RuleRun& run) {
  std::map<std::pair<Id, bool>, Met> found;  // by target, and whether they got in
  PairLayers pair(run.index());
  run.snapshot().table<Probe>().forEach([&](Id, const Probe& probe) {
    if (probe.expected == Truth::Unknown || probe.outcome == ProbeOutcome::Failed || !speaks(run, probe.agent.id)) {
      return;
    }
    const bool in = probe.outcome == ProbeOutcome::In;
    pair.look(probe.initiator.id, probe.target.id);
    if (!pair.there() || wantedIn(pair) != probe.expected || in == (probe.expected == Truth::Yes)) return;
    const auto [at, fresh] = found.try_emplace({probe.target.id, in});
    Met& met = at->second;
    const ObjectRef target{Kind::Node, probe.target.id};
    if (fresh) met.group = run.group(refText(run.snapshot(), target) + (in ? " probe in" : " probe out"), target);
    run.add(met.group, {{Kind::Node, probe.initiator.id}, 1, 0});
    met.grave = met.grave || (in ? !pair.foreign() || !probe.units.empty() : probe.outcome == ProbeOutcome::Refused);
    if (met.since == 0 || probe.at < met.since) met.since = probe.at;
    if (met.reason.empty()) met.reason = probe.reason;
  });
  for (const auto& [key, met] : found) {
    const auto& [target, in] = key;
    Finding& finding =
        in ? run.report(met.group, met.grave ? Severity::High : Severity::Medium, gotInText(run, target, met), {},
                        {"Let the target enforce the zoning, or give it an access list of its own.", {}})
           : run.report(
                 met.group, met.grave ? Severity::Medium : Severity::Low, keptOutText(run, target, met), {},
                 {"Look at the target's access list and the credentials of both, or take the host out of the zone.",
                  {}});
    finding.sinceTime = met.since;
  }
}

namespace {

// "10.0.0.9:3260/tcp" of registered portals of a target.
std::set<std::string> registeredPortals(const RuleRun& run, Id target) {
  std::set<std::string> portals;
  for (const Id portal : run.index().grantedPortalsOf(target)) {
    portals.insert(isns::formatPortal(run.index().portal(portal)->address));
  }
  return portals;
}

bool isV6(const std::string& portal) { return portal.starts_with('['); }

// What the answers of one portal say of one target.
struct Told {
  std::set<std::string> portals;
  Seconds since = 0;
};

}  // namespace

void discoveriesDiffer(RuleRun& run) {
  using Asked = std::pair<Id, std::string>;  // agent, and the portal that it asked
  std::map<std::pair<std::string, Asked>, Told> told;
  run.snapshot().table<Discovery>().forEach([&](Id, const Discovery& one) {
    if (one.target.empty() || !speaks(run, one.agent.id)) return;
    Told& of = told[{one.target, {one.agent.id, one.asked}}];
    of.portals.insert(one.portal);
    if (of.since == 0 || one.seenAt < of.since) of.since = one.seenAt;
  });
  std::map<Asked, std::pair<std::vector<std::string>, Seconds>> strangers;
  for (const auto& [key, of] : told) {
    const auto& [name, asked] = key;
    const auto node = run.snapshot().find(Kind::Node, name);
    if (!node || !run.snapshot().get<Node>(*node)->registered()) {
      auto& [names, since] = strangers[asked];
      names.push_back(name);
      if (since == 0 || of.since < since) since = of.since;
      continue;
    }
    // A target tells whoever asks by IPv4 of its portals there, and so for IPv6.
    const std::set<std::string> registered = registeredPortals(run, *node);
    std::vector<std::string> more, missing;
    std::ranges::set_difference(of.portals, registered, std::back_inserter(more));
    for (const std::string& portal : registered) {
      const bool v6 = isV6(portal);
      const bool alike = std::ranges::any_of(of.portals, [v6](const auto& one) { return isV6(one) == v6; });
      if (alike && !of.portals.contains(portal)) missing.push_back(portal);
    }
    if (more.empty() && missing.empty()) continue;
    const ObjectRef target{Kind::Node, *node};
    const Group group = run.group(refText(run.snapshot(), target) + " told by " + asked.second + " to " +
                                      run.facts().called({Kind::Agent, asked.first}),
                                  target);
    std::string text = run.facts().called(target) + ", as " + asked.second + " tells the agent " +
                       run.facts().called({Kind::Agent, asked.first}) + ",";
    if (!more.empty()) text += " has portals that are not registered: " + base::listed(more);
    if (!missing.empty()) {
      text += std::string(more.empty() ? " lacks" : "; it lacks") +
              " portals that are registered: " + base::listed(missing);
    }
    run.report(group, Severity::Low, text + ".", {},
               {"Mend the registration of the target, or the portals that it offers.", {}})
        .sinceTime = of.since;
  }
  for (const auto& [asked, found] : strangers) {
    constexpr std::size_t kShown = 3;
    const auto& [names, since] = found;
    std::vector<std::string> shown(names.begin(),
                                   names.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, names.size())));
    std::string text = base::listed(shown);
    if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
    const ObjectRef agent{Kind::Agent, asked.first};
    const Group group = run.group(refText(run.snapshot(), agent) + " found at " + asked.second, agent);
    run.report(group, Severity::Info,
               run.facts().called(agent) + " was told of targets that are not registered, by " + asked.second + ": " +
                   text + ".",
               {{"targets", std::to_string(names.size())}},
               {"Register them, so that they can be zoned; or find out whose they are.", {}})
        .sinceTime = since;
  }
}

namespace {

// Disks that one host holds.
struct Held {
  Group group;
  Seconds since = 0;
  bool takenAway = false;  // reach says no, of one at least
  std::string reason;      // of the first
};

// Whether zone, admission or map have gone; not where only a registration has.
bool isTakenAway(const RuleRun& run, PairLayers& pair, const HeldDisk& disk, Id unit) {
  const auto target = run.snapshot().find(Kind::Node, disk.target);
  if (!target) return false;
  pair.look(disk.initiator.id, *target);
  if (!pair.there()) return false;
  if (pair.visible() == Truth::No || pair.admitted(Basis::Applied).truth == Truth::No) return true;
  return unit == 0 ? !pair.foreign() : pair.mapped(Basis::Applied, unit).truth == Truth::No;
}

}  // namespace

void disksHeld(RuleRun& run) {
  std::map<ObjectRef, Held> found;  // by host
  PairLayers pair(run.index());
  run.snapshot().table<HeldDisk>().forEach([&](Id id, const HeldDisk& disk) {
    if (!speaks(run, disk.agent.id)) return;
    const ObjectRef host = run.index().hostOf(disk.initiator.id);
    const Id unit = run.snapshot().find(Kind::LogicalUnit, disk.unit).value_or(0);
    const auto [at, fresh] = found.try_emplace(host);
    Held& held = at->second;
    if (fresh) {
      held.group = run.group(refText(run.snapshot(), host) + " held", host);
      held.reason = disk.reason;
    }
    run.add(held.group, {unit != 0 ? ObjectRef{Kind::LogicalUnit, unit} : ObjectRef{Kind::HeldDisk, id}, 1, 0});
    held.takenAway = held.takenAway || isTakenAway(run, pair, disk, unit);
    if (held.since == 0 || disk.since < held.since) held.since = disk.since;
  });
  for (const auto& [host, held] : found) {
    const bool one = held.group.items.size() + held.group.accepted.size() == 1;
    std::string text = run.facts().called(host) + " still uses " + run.facts().list(held.group.objects()) +
                       (held.takenAway ? ", which it may not reach any more" : ", which it is shown no more");
    text += one && !held.reason.empty() ? ": " + held.reason + "." : ".";
    run.report(held.group, held.takenAway ? Severity::High : Severity::Medium, std::move(text), {},
               {"End its use at the host, or bring its zone and its map back.", {}})
        .sinceTime = held.since;
  }
}

}  // namespace san::rule
