#include "isns-server/manage/agents/report_edits.h"

#include <algorithm>
#include <map>

#include "isns-server/manage/agents/report_names.h"

namespace manage {
namespace {

using san::Id;
using san::Kind;
using san::ObjectRef;
using san::Snapshot;
using san::SnapshotEditor;

template <class Links>
Links linksOf(const Snapshot& snapshot, Kind kind, const std::vector<std::string>& names,
              std::vector<std::string>* unknown = nullptr) {
  Links links;
  for (const std::string& name : names) {
    if (const Id id = idOf(snapshot, kind, name, unknown); id != 0) links.insert(id);
  }
  return links;
}

const san::FieldRow& field(Kind kind, std::string_view name) { return *san::findField(kind, name); }

// ---- Logical units -------------------------------------------------------------------------------------------------

bool isReferredTo(const Snapshot& snapshot, Id unit) {
  bool found = false;
  const auto search = [&]<class T>(T*, auto&& has) {
    snapshot.table<T>().forEachFrom(0, [&](Id, const T& object) { return !(found = found || has(object)); });
  };
  search(static_cast<san::Map*>(nullptr), [&](const san::Map& map) { return map.unit.id == unit; });
  search(static_cast<san::Approval*>(nullptr), [&](const san::Approval& one) { return one.unit.id == unit; });
  search(static_cast<san::Waiver*>(nullptr), [&](const san::Waiver& one) {
    return one.subject == ObjectRef{Kind::LogicalUnit, unit};
  });
  search(static_cast<san::Session*>(nullptr), [&](const san::Session& one) { return one.units.contains(unit); });
  search(static_cast<san::Probe*>(nullptr), [&](const san::Probe& one) { return one.units.contains(unit); });
  search(static_cast<san::AppliedTarget*>(nullptr), [&](const san::AppliedTarget& one) {
    return std::ranges::any_of(one.maps.items(), [&](const san::AppliedMap& map) { return map.unit == unit; });
  });
  return found;
}

class UnitEdits {
 public:
  UnitEdits(SnapshotEditor& editor, const std::vector<Id>& targets) : editor_(editor), targets_(targets) {}

  san::Edited<void> take(const std::vector<ReportedUnit>& units, std::vector<std::string>& unknown) {
    std::map<Id, std::vector<san::UnitPath>> wanted;  // of the agent's own targets
    for (const ReportedUnit& one : units) {
      std::vector<san::UnitPath> paths;
      for (const ReportedPath& path : one.paths) {
        if (const Id target = idOf(view(), Kind::Node, path.target, &unknown); target != 0)
          paths.push_back({target, path.lun});
      }
      if (paths.empty()) continue;
      auto id = view().find(Kind::LogicalUnit, one.designator);
      if (!id) {
        auto made = editor_.create(Kind::LogicalUnit);
        if (!made) return base::Failure<san::EditError>{made.error()};
        auto named = editor_.set(*made, field(Kind::LogicalUnit, "designator"), one.designator);
        if (!named) return named;
        id = made->id;
        changed = true;
      }
      std::ranges::sort(paths);
      paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
      const san::LogicalUnit& unit = *view().get<san::LogicalUnit>(*id);
      if (unit.bytes != one.bytes && isFirst(unit, paths)) {
        editor_.own<san::LogicalUnit>(*id).bytes = one.bytes;
        changed = true;
      }
      wanted[*id] = std::move(paths);
    }
    std::vector<std::pair<Id, std::vector<san::UnitPath>>> edits;
    view().table<san::LogicalUnit>().forEach([&](Id id, const san::LogicalUnit& unit) {
      std::vector<san::UnitPath> paths;
      for (const san::UnitPath& path : unit.paths.items()) {
        if (!std::ranges::binary_search(targets_, path.target)) paths.push_back(path);
      }
      if (const auto own = wanted.find(id); own != wanted.end()) {
        // Those of other agents count, too: what has no room is told again, and nobody's report is refused for it.
        const std::size_t room = mgmt::ReportLimits::kPaths - std::min(paths.size(), mgmt::ReportLimits::kPaths);
        const auto end = own->second.begin() + static_cast<std::ptrdiff_t>(std::min(room, own->second.size()));
        if (end != own->second.end()) unknown.push_back(unit.designator);
        paths.insert(paths.end(), own->second.begin(), end);
      }
      std::ranges::sort(paths);
      if (!std::ranges::equal(paths, unit.paths.items())) edits.emplace_back(id, std::move(paths));
    });
    for (const auto& [id, paths] : edits) {
      editor_.own<san::LogicalUnit>(id).paths = base::SharedArray<san::UnitPath>(paths);
      changed = true;
      if (paths.empty()) empty_.push_back(id);
    }
    return {};
  }

  // After the targets' maps are what they will be.
  void dropEmpty() {
    for (Id id : empty_) {
      const san::LogicalUnit& unit = *view().get<san::LogicalUnit>(id);
      if (unit.name.empty() && unit.labels.empty() && !unit.site && !isReferredTo(view(), id)) {
        editor_.drop({Kind::LogicalUnit, id});
      }
    }
  }

  bool changed = false;

 private:
  // The size is what the agent with the first path says, so that two that differ do not take turns, and none can put
  // its word in the place of another's by naming that one's unit.
  [[nodiscard]] bool isFirst(const san::LogicalUnit& unit, const std::vector<san::UnitPath>& own) const {
    return std::ranges::none_of(unit.paths.items(), [&](const san::UnitPath& path) {
      return path < own.front() && !std::ranges::binary_search(targets_, path.target);
    });
  }
  [[nodiscard]] const Snapshot& view() const { return editor_.view(); }

  SnapshotEditor& editor_;
  const std::vector<Id>& targets_;  // of the agent, ascending
  std::vector<Id> empty_;
};

// ---- Applied targets -----------------------------------------------------------------------------------------------

// Those that this agent reported before, by target.
std::map<Id, Id> appliedOf(const Snapshot& snapshot, const std::vector<Id>& targets) {
  std::map<Id, Id> applied;
  snapshot.table<san::AppliedTarget>().forEach([&](Id id, const san::AppliedTarget& one) {
    if (std::ranges::binary_search(targets, one.target.id)) applied[one.target.id] = id;
  });
  return applied;
}

san::AppliedTarget appliedFrom(const Snapshot& snapshot, const ReportedTarget& report, Id target, Id agent,
                               std::vector<std::string>& unknown) {
  san::AppliedTarget applied;
  applied.target.id = target;
  applied.agent.id = agent;
  applied.desired = report.desired;
  applied.appliedAt = report.appliedAt;
  applied.enforcement = report.enforcement;
  applied.chap = report.chap;
  applied.glassBrokenAt = report.glassBrokenAt;
  applied.glassReason = report.glassReason;
  applied.admitted = linksOf<san::Links<Kind::Node>>(snapshot, Kind::Node, report.admitted, &unknown);
  const auto ofThem = [&](const std::vector<std::string>& names) {  // who is unknown was told above
    return linksOf<san::Links<Kind::Node>>(snapshot, Kind::Node, names, nullptr);
  };
  applied.provesNothing = ofThem(report.provesNothing);
  applied.provesOneWay = ofThem(report.provesOneWay);
  applied.provesMutual = ofThem(report.provesMutual);
  std::vector<san::AppliedMap> maps;
  for (const ReportedMap& map : report.maps) {
    const Id unit = idOf(snapshot, Kind::LogicalUnit, map.unit, &unknown);
    const Id initiator = map.initiator.empty() ? 0 : idOf(snapshot, Kind::Node, map.initiator, &unknown);
    if (unit == 0 || (initiator == 0 && !map.initiator.empty())) continue;
    maps.push_back({initiator, unit, map.lun, map.right, {}});
  }
  const auto place = [](const san::AppliedMap& map) { return std::pair(map.initiator, map.unit); };
  std::ranges::stable_sort(maps, {}, place);
  const auto same = [&](const san::AppliedMap& a, const san::AppliedMap& b) { return place(a) == place(b); };
  maps.erase(std::unique(maps.begin(), maps.end(), same), maps.end());
  applied.maps = base::SharedArray<san::AppliedMap>(maps);
  return applied;
}

bool saysTheSame(const san::AppliedTarget& a, const san::AppliedTarget& b) {
  const auto same = [](const base::IdSet& one, const base::IdSet& other) { return one == other; };
  return a.agent == b.agent && a.desired == b.desired && a.appliedAt == b.appliedAt && a.enforcement == b.enforcement &&
         a.chap == b.chap && same(a.admitted, b.admitted) && same(a.provesNothing, b.provesNothing) &&
         same(a.provesOneWay, b.provesOneWay) && same(a.provesMutual, b.provesMutual) && a.maps == b.maps &&
         a.glassBrokenAt == b.glassBrokenAt && a.glassReason == b.glassReason;
}

san::Edited<bool> takeTargets(SnapshotEditor& editor, Id agent, const std::vector<Id>& own,
                              const std::vector<ReportedTarget>& targets, std::vector<std::string>& unknown) {
  std::map<Id, Id> before = appliedOf(editor.view(), own);
  bool changed = false;
  for (const ReportedTarget& report : targets) {
    const Id target = idOf(editor.view(), Kind::Node, report.target, &unknown);
    if (target == 0) continue;
    const san::AppliedTarget next = appliedFrom(editor.view(), report, target, agent, unknown);
    const auto found = before.find(target);
    Id id = found == before.end() ? 0 : found->second;
    if (id != 0) before.erase(found);
    if (id != 0 && saysTheSame(*editor.view().get<san::AppliedTarget>(id), next)) continue;
    if (id == 0) {
      auto made = editor.create(Kind::AppliedTarget);
      if (!made) return base::Failure<san::EditError>{made.error()};
      id = made->id;
      const auto keyed = editor.set(*made, field(Kind::AppliedTarget, "target"), ObjectRef{Kind::Node, target});
      if (!keyed) return base::Failure<san::EditError>{keyed.error()};
    }
    auto& applied = editor.own<san::AppliedTarget>(id);
    applied.agent = next.agent;
    applied.desired = next.desired;
    applied.appliedAt = next.appliedAt;
    applied.enforcement = next.enforcement;
    applied.chap = next.chap;
    applied.glassBrokenAt = next.glassBrokenAt;
    applied.glassReason = next.glassReason;
    applied.admitted = next.admitted;
    applied.provesNothing = next.provesNothing;
    applied.provesOneWay = next.provesOneWay;
    applied.provesMutual = next.provesMutual;
    applied.maps = next.maps;
    changed = true;
  }
  for (const auto& [target, id] : before) {
    editor.drop({Kind::AppliedTarget, id});  // nothing refers to it
    changed = true;
  }
  return changed;
}

// ---- Sessions ------------------------------------------------------------------------------------------------------

struct SessionKey {
  Id initiator, target, portal;
  friend auto operator<=>(const SessionKey&, const SessionKey&) = default;
};

SessionKey keyOf(const Snapshot& snapshot, const ReportedSession& one, std::vector<std::string>* unknown) {
  return {idOf(snapshot, Kind::Node, one.initiator, unknown), idOf(snapshot, Kind::Node, one.target, unknown),
          idOf(snapshot, Kind::Portal, one.portal, unknown)};
}
bool isKnown(const SessionKey& key) { return key.initiator != 0 && key.target != 0 && key.portal != 0; }

std::map<SessionKey, Id> sessionsOf(const Snapshot& snapshot) {
  std::map<SessionKey, Id> all;
  snapshot.table<san::Session>().forEach([&](Id id, const san::Session& one) {
    all[{one.initiator.id, one.target.id, one.portal.id}] = id;
  });
  return all;
}

// The target's agent decides since when it is and what was proven; the other may know of more proof.
san::Proof proofOf(const san::Session& session, const ReportedSession& one, bool byTarget) {
  return byTarget ? one.proof : std::max(session.proof, one.proof);
}

// What a host has listed counts, not what its target would show.
bool tellsUnits(const san::Session& session, const ReportedSession& one, bool byTarget, Id agent) {
  const std::size_t others = session.seenBy.size() - (session.seenBy.contains(agent) ? 1U : 0U);
  return one.units && (!byTarget || others == 0);
}

bool sameSession(const Snapshot& snapshot, const san::Session& session, const ReportedSession& one, bool byTarget,
                 Id agent, std::vector<std::string>& unknown) {
  if (session.proof != proofOf(session, one, byTarget) || session.connections != one.connections) return false;
  if (byTarget && session.since != one.since) return false;
  if (one.path != san::PathState::Unknown && session.path != one.path) return false;
  if (one.latency.value_or(session.latency) != session.latency) return false;
  if (one.errors.value_or(session.errors) != session.errors) return false;
  if (!tellsUnits(session, one, byTarget, agent)) return true;
  return static_cast<const base::IdSet&>(session.units) ==
         linksOf<san::Links<Kind::LogicalUnit>>(snapshot, Kind::LogicalUnit, *one.units, &unknown);
}

// One that no agent sees is no session.
void unsee(SnapshotEditor& editor, Id id, Id agent) {
  auto& session = editor.own<san::Session>(id);
  session.seenBy.erase(agent);
  if (session.seenBy.empty()) editor.drop({Kind::Session, id});
}

// ---- Portals -------------------------------------------------------------------------------------------------------

// What is another than before, by portal.
std::map<Id, san::PortalNetwork> portalEdits(const Snapshot& snapshot, Id agent, const AgentReport& report,
                                             std::vector<std::string>& unknown) {
  std::map<Id, san::PortalNetwork> edits;
  const san::Agent* const who = snapshot.get<san::Agent>(agent);
  if (!report.portals || who == nullptr || !who->entity) return edits;
  std::map<Id, const san::PortalNetwork*> wanted;
  for (const ReportedPortal& one : *report.portals) {
    const Id id = idOf(snapshot, Kind::Portal, one.portal, &unknown);
    if (id == 0) continue;
    // It is known from before, and its registration is still to come.
    const bool away = !snapshot.get<san::Portal>(id)->registered();
    if (away) unknown.push_back(one.portal);
    if (!away) wanted[id] = &one.network;
  }
  snapshot.table<san::Portal>().forEach([&](Id id, const san::Portal& portal) {
    if (portal.entity.id != who->entity.id) return;
    const auto found = wanted.find(id);
    const san::PortalNetwork next = found == wanted.end() ? san::PortalNetwork{} : *found->second;
    if (!(portal.network == next)) edits[id] = next;
  });
  return edits;
}

}  // namespace

bool portalsDiffer(const Snapshot& snapshot, Id agent, const AgentReport& report, std::vector<std::string>& unknown) {
  return !portalEdits(snapshot, agent, report, unknown).empty();
}

void observePortals(SnapshotEditor& editor, Id agent, const AgentReport& report, std::vector<std::string>& unknown) {
  for (const auto& [id, network] : portalEdits(editor.view(), agent, report, unknown)) {
    const san::Revision changed = editor.view().get<san::Portal>(id)->changed;
    san::Portal& portal = editor.own<san::Portal>(id);
    portal.network = network;
    portal.changed = changed;  // no revision told of it
  }
}

san::Edited<ObjectRef> putAgent(SnapshotEditor& editor, const AgentFacts& facts) {
  const auto found = editor.view().find(Kind::Agent, facts.name);
  ObjectRef ref{Kind::Agent, found.value_or(0)};
  if (!found) {
    auto made = editor.create(Kind::Agent);
    if (!made) return made;
    ref = *made;
    const auto named = editor.set(ref, field(Kind::Agent, "name"), facts.name);
    if (!named) return base::Failure<san::EditError>{named.error()};
  }
  auto& agent = editor.own<san::Agent>(ref.id);
  agent.entity.id = idOf(editor.view(), Kind::Entity, facts.entity);
  agent.nodes = linksOf<san::Links<Kind::Node>>(editor.view(), Kind::Node, facts.nodes);
  agent.enrolledAt = facts.enrolledAt;
  agent.revoked = facts.revoked;
  return ref;
}

bool agentDiffers(const Snapshot& snapshot, const AgentFacts& facts) {
  const auto found = snapshot.find(Kind::Agent, facts.name);
  if (!found) return true;
  const san::Agent& agent = *snapshot.get<san::Agent>(*found);
  return agent.entity.id != idOf(snapshot, Kind::Entity, facts.entity) || agent.enrolledAt != facts.enrolledAt ||
         agent.revoked != facts.revoked ||
         !(static_cast<const base::IdSet&>(agent.nodes) ==
           linksOf<san::Links<Kind::Node>>(snapshot, Kind::Node, facts.nodes));
}

san::Edited<bool> applyReport(SnapshotEditor& editor, Id agent, const mgmt::Identity& identity,
                              const AgentReport& report, std::vector<std::string>& unknown) {
  std::vector<Id> own;
  for (const std::string& name : identity.nodes) {
    if (const auto id = editor.view().find(Kind::Node, name)) own.push_back(*id);
  }
  std::ranges::sort(own);
  UnitEdits units(editor, own);
  if (report.units) {
    auto taken = units.take(*report.units, unknown);
    if (!taken) return base::Failure<san::EditError>{taken.error()};
  }
  bool changed = units.changed;
  if (report.targets) {
    const auto taken = takeTargets(editor, agent, own, *report.targets, unknown);
    if (!taken) return taken;
    changed = changed || *taken;
  }
  units.dropEmpty();
  return changed;
}

bool sessionsDiffer(const Snapshot& snapshot, Id agent, const mgmt::Identity& identity, const AgentReport& report,
                    std::vector<std::string>& unknown) {
  if (!report.sessions) return false;
  const auto all = sessionsOf(snapshot);
  std::size_t seen = 0;
  for (const ReportedSession& one : *report.sessions) {
    const SessionKey key = keyOf(snapshot, one, &unknown);
    if (!isKnown(key)) continue;
    const auto found = all.find(key);
    if (found == all.end()) return true;
    const san::Session& session = *snapshot.get<san::Session>(found->second);
    const bool same = sameSession(snapshot, session, one, identity.speaksFor(one.target), agent, unknown);
    if (!same || !session.seenBy.contains(agent)) return true;
    ++seen;
  }
  std::size_t before = 0;
  for (const auto& [key, id] : all) before += snapshot.get<san::Session>(id)->seenBy.contains(agent) ? 1U : 0U;
  return before != seen;
}

san::Edited<void> observeSessions(SnapshotEditor& editor, Id agent, const mgmt::Identity& identity,
                                  const AgentReport& report, std::vector<std::string>& unknown, san::Seconds now) {
  if (!report.sessions) return {};
  auto all = sessionsOf(editor.view());
  std::map<Id, bool> seen;
  for (const ReportedSession& one : *report.sessions) {
    const SessionKey key = keyOf(editor.view(), one, &unknown);
    if (!isKnown(key)) continue;
    Id& id = all[key];
    if (id == 0) {
      auto made = editor.create(Kind::Session);
      if (!made) return base::Failure<san::EditError>{made.error()};
      id = made->id;
      auto& fresh = editor.own<san::Session>(id);
      fresh.initiator.id = key.initiator;
      fresh.target.id = key.target;
      fresh.portal.id = key.portal;
      fresh.since = one.since;
    }
    auto& session = editor.own<san::Session>(id);
    session.seenBy.insert(agent);
    const bool byTarget = identity.speaksFor(one.target);
    session.proof = proofOf(session, one, byTarget);
    if (byTarget) session.since = one.since;
    session.connections = one.connections;
    if (one.path != san::PathState::Unknown) session.path = one.path;
    session.latency = one.latency.value_or(session.latency);
    session.errors = one.errors.value_or(session.errors);
    if (tellsUnits(session, one, byTarget, agent)) {
      session.units = linksOf<san::Links<Kind::LogicalUnit>>(editor.view(), Kind::LogicalUnit, *one.units, &unknown);
    }
    session.seenAt = now;
    seen[id] = true;
  }
  for (const auto& [key, id] : all) {
    if (seen.contains(id) || !editor.view().get<san::Session>(id)->seenBy.contains(agent)) continue;
    unsee(editor, id, agent);
  }
  return {};
}

void forgetSessions(SnapshotEditor& editor, Id agent) {
  for (const auto& [key, id] : sessionsOf(editor.view())) {
    if (editor.view().get<san::Session>(id)->seenBy.contains(agent)) unsee(editor, id, agent);
  }
}

}  // namespace manage
