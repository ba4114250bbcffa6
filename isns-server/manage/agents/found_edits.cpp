#include "isns-server/manage/agents/found_edits.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "isns-server/manage/agents/report_names.h"
#include "shared/san/pair_layers.h"

namespace manage {
namespace {

using san::Id;
using san::Kind;
using san::Snapshot;
using san::SnapshotEditor;

// Objects of one agent, by key.
template <class T, class Key>
std::map<Key, Id> ofAgent(const Snapshot& snapshot, Id agent, Key (*keyOf)(const T&)) {
  std::map<Key, Id> all;
  snapshot.table<T>().forEach([&](Id id, const T& one) {
    if (one.agent.id == agent) all[keyOf(one)] = id;
  });
  return all;
}

// Brings the objects of the agent to `wanted`, by key: those that are there change, others come and go.
template <class T, class Key>
san::Edited<void> bring(SnapshotEditor& editor, std::map<Key, Id> before, const std::map<Key, T>& wanted) {
  for (const auto& [key, next] : wanted) {
    Id id = 0;
    if (const auto found = before.find(key); found != before.end()) {
      id = found->second;
      before.erase(found);
    } else {
      auto made = editor.create(T::kKind);
      if (!made) return base::Failure<san::EditError>{made.error()};
      id = made->id;
    }
    T& object = editor.own<T>(id);
    const auto [number, created, changed] = std::tuple(object.id, object.created, object.changed);
    object = next;
    std::tie(object.id, object.created, object.changed) = std::tie(number, created, changed);
  }
  for (const auto& [key, id] : before) editor.drop({T::kKind, id});
  return {};
}

// ---- Discoveries ---------------------------------------------------------------------------------------------------

using Found = std::tuple<std::string, std::string, std::string>;
Found foundKey(const san::Discovery& one) { return {one.asked, one.target, one.portal}; }

std::map<Found, san::Discovery> wantedFound(Id agent, const AgentReport& report,
                                            const std::vector<std::string>& asked) {
  std::map<Found, san::Discovery> wanted;
  for (const ReportedDiscovery& one : *report.discoveries) {
    if (std::ranges::find(asked, one.asked) == asked.end()) continue;
    san::Discovery found;
    found.agent.id = agent;
    found.asked = one.asked;
    found.target = one.target;
    found.portal = one.portal;
    found.tag = one.tag;
    found.reason = one.reason;
    found.seenAt = one.at;
    wanted[foundKey(found)] = found;
  }
  return wanted;
}

bool same(const san::Discovery& a, const san::Discovery& b) {
  return a.tag == b.tag && a.reason == b.reason && a.seenAt == b.seenAt;
}

// ---- Probes --------------------------------------------------------------------------------------------------------

using Pair = std::pair<Id, Id>;
Pair pairOf(const san::Probe& one) { return {one.initiator.id, one.target.id}; }

std::map<Pair, san::Probe> wantedProbed(const Snapshot& snapshot, Id agent, const AgentReport& report,
                                        std::vector<std::string>& unknown) {
  std::map<Pair, san::Probe> wanted;
  for (const ReportedProbe& one : *report.probes) {
    san::Probe probe;
    probe.initiator.id = idOf(snapshot, Kind::Node, one.initiator, &unknown);
    probe.target.id = idOf(snapshot, Kind::Node, one.target, &unknown);
    if (!probe.initiator || !probe.target) continue;
    probe.agent.id = agent;
    probe.outcome = one.outcome;
    probe.reason = one.reason;
    for (const std::string& name : one.units) {
      // Units of foreign targets are in no model.
      if (const Id unit = idOf(snapshot, Kind::LogicalUnit, name); unit != 0) probe.units.insert(unit);
    }
    probe.expected = san::truthOf(one.expected);
    probe.at = one.at;
    wanted[pairOf(probe)] = probe;
  }
  return wanted;
}

// Apart from what was expected, which is judged once.
bool same(const san::Probe& a, const san::Probe& b) {
  return a.at == b.at && a.outcome == b.outcome && a.reason == b.reason &&
         static_cast<const base::IdSet&>(a.units) == b.units;
}

// ---- Held disks ----------------------------------------------------------------------------------------------------

using HeldKey = std::tuple<Id, std::string, std::uint32_t, std::string>;
HeldKey heldKey(const san::HeldDisk& one) { return {one.initiator.id, one.target, one.lun, one.unit}; }

// An agent knows since when in its own life: what is held already is held since it was told first.
std::map<HeldKey, san::HeldDisk> wantedHeld(const Snapshot& snapshot, const std::map<HeldKey, Id>& before, Id agent,
                                            const AgentReport& report, std::vector<std::string>& unknown) {
  std::map<HeldKey, san::HeldDisk> wanted;
  for (const ReportedHeldDisk& one : *report.heldDisks) {
    san::HeldDisk held;
    held.initiator.id = idOf(snapshot, Kind::Node, one.initiator, &unknown);
    if (!held.initiator) continue;
    held.agent.id = agent;
    held.target = one.target;
    held.lun = one.lun;
    held.unit = one.unit;
    held.reason = one.reason;
    held.since = one.since;
    const HeldKey key = heldKey(held);
    if (const auto old = before.find(key); old != before.end()) {
      held.since = std::min(held.since, snapshot.get<san::HeldDisk>(old->second)->since);
    }
    wanted[key] = held;
  }
  return wanted;
}

bool same(const san::HeldDisk& a, const san::HeldDisk& b) { return a.reason == b.reason && a.since == b.since; }

template <class Key, class T>
bool differ(const Snapshot& snapshot, const std::map<Key, Id>& before, const std::map<Key, T>& wanted) {
  if (before.size() != wanted.size()) return true;
  return !std::ranges::all_of(wanted, [&](const auto& entry) {
    const auto found = before.find(entry.first);
    return found != before.end() && same(*snapshot.get<T>(found->second), entry.second);
  });
}

}  // namespace

bool discoveriesDiffer(const Snapshot& snapshot, Id agent, const AgentReport& report,
                       const std::vector<std::string>& asked) {
  if (!report.discoveries) return false;
  return differ(snapshot, ofAgent(snapshot, agent, foundKey), wantedFound(agent, report, asked));
}

san::Edited<void> observeDiscoveries(SnapshotEditor& editor, Id agent, const AgentReport& report,
                                     const std::vector<std::string>& asked) {
  if (!report.discoveries) return {};
  return bring(editor, ofAgent(editor.view(), agent, foundKey), wantedFound(agent, report, asked));
}

bool probesDiffer(const Snapshot& snapshot, Id agent, const AgentReport& report, std::vector<std::string>& unknown) {
  if (!report.probes) return false;
  return differ(snapshot, ofAgent(snapshot, agent, pairOf), wantedProbed(snapshot, agent, report, unknown));
}

san::Edited<void> observeProbes(SnapshotEditor& editor, Id agent, const AgentReport& report, const san::SanIndex& index,
                                std::vector<std::string>& unknown) {
  if (!report.probes) return {};
  const auto before = ofAgent(editor.view(), agent, pairOf);
  auto wanted = wantedProbed(editor.view(), agent, report, unknown);
  san::PairLayers pair(index);
  for (auto& [key, probe] : wanted) {
    const auto known = before.find(key);
    const san::Probe* old = known == before.end() ? nullptr : editor.view().get<san::Probe>(known->second);
    if (old != nullptr && old->at == probe.at) {
      probe.expected = old->expected;
      continue;
    }
    pair.look(key.first, key.second);
    if (!pair.there() || wantedIn(pair) != probe.expected) probe.expected = san::Truth::Unknown;
  }
  return bring(editor, before, wanted);
}

bool heldDisksDiffer(const Snapshot& snapshot, Id agent, const AgentReport& report, std::vector<std::string>& unknown) {
  if (!report.heldDisks) return false;
  const auto before = ofAgent(snapshot, agent, heldKey);
  return differ(snapshot, before, wantedHeld(snapshot, before, agent, report, unknown));
}

san::Edited<void> observeHeldDisks(SnapshotEditor& editor, Id agent, const AgentReport& report,
                                   std::vector<std::string>& unknown) {
  if (!report.heldDisks) return {};
  const auto before = ofAgent(editor.view(), agent, heldKey);
  return bring(editor, before, wantedHeld(editor.view(), before, agent, report, unknown));
}

void forgetFound(SnapshotEditor& editor, Id agent) {
  for (const auto& [key, id] : ofAgent(editor.view(), agent, foundKey)) editor.drop({Kind::Discovery, id});
  for (const auto& [key, id] : ofAgent(editor.view(), agent, pairOf)) editor.drop({Kind::Probe, id});
  for (const auto& [key, id] : ofAgent(editor.view(), agent, heldKey)) editor.drop({Kind::HeldDisk, id});
}

}  // namespace manage
