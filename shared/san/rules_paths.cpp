// R12 and R13: how many ways there are from a host to its disks, and what a login on them proves.
#include <algorithm>

#include "shared/san/pair_layers.h"
#include "shared/san/rule_run.h"

namespace san::rule {
namespace {

// Hosts come one after another, so the last one tells.
void addOnce(const RuleRun& run, Group& group, ObjectRef host) {
  const bool open = !group.items.empty() && group.items.back().object == host;
  const bool accepted = !group.accepted.empty() && group.accepted.back().object == host;
  if (!open && !accepted) run.add(group, {host, 1, 0});
}

// What all paths to some units need.
struct Weakness {
  std::string cause;
  ObjectRef subject;  // none: the path itself
  std::string text;   // "share the portal 10.0.0.1:3260/tcp"
  Severity severity = Severity::Medium;
};

bool allSame(const std::vector<Path>& paths, Id Path::*member) {
  return std::ranges::all_of(paths, [&](const Path& path) { return path.*member == paths.front().*member; });
}

// The ids that every path has.
template <class Of>
std::vector<Id> common(const std::vector<Path>& paths, Of&& of) {
  std::vector<Id> left = of(paths.front());
  for (const Path& path : paths) {
    const std::vector<Id> own = of(path);
    std::erase_if(left, [&](Id id) { return std::ranges::find(own, id) == own.end(); });
  }
  return left;
}

// Portals through which a node can be reached.
std::size_t portalsOf(const RuleRun& run, Id node) { return run.index().grantedPortalsOf(node).size(); }

Weakness sharing(RuleRun& run, std::string_view word, ObjectRef what, Severity severity) {
  return {refText(run.snapshot(), what), what, "only through the " + std::string(word) + " " + run.facts().called(what),
          severity};
}

// A target whose only portal everybody uses is one cause for all its hosts; so are a network and a fabric.
std::optional<Weakness> weaknessOf(RuleRun& run, ObjectRef host, const std::vector<Path>& paths) {
  if (allSame(paths, &Path::portal) && paths.front().portal != 0) {
    const ObjectRef portal{Kind::Portal, paths.front().portal};
    const bool targetHasOthers = portalsOf(run, paths.front().target) > 1;
    if (!targetHasOthers) return sharing(run, "portal", portal, Severity::Medium);
    return Weakness{refText(run.snapshot(), host) + " portal", host,
                    "only through the portal " + run.facts().called(portal) + ", although the target has others",
                    Severity::Medium};
  }
  if (paths.size() == 1)
    return Weakness{refText(run.snapshot(), host) + " path", host, "by one path only", Severity::Medium};
  if (allSame(paths, &Path::initiator) && portalsOf(run, paths.front().initiator) == 1) {
    return Weakness{refText(run.snapshot(), host) + " initiator", host,
                    "only through the initiator " + run.facts().called({Kind::Node, paths.front().initiator}) +
                        " and its one portal",
                    Severity::Medium};
  }
  const auto networks = common(paths, [&](const Path& path) {
    const auto all = run.index().networksOf(path.portal);
    return std::vector<Id>(all.begin(), all.end());
  });
  if (!networks.empty()) return sharing(run, "network", {Kind::Network, networks.front()}, Severity::Low);
  const auto fabrics = common(paths, [&](const Path& path) {
    std::vector<Id> all;
    for (Id id : run.index().networksOf(path.portal)) {
      if (const Id fabric = run.snapshot().get<Network>(id)->fabric.id; fabric != 0) all.push_back(fabric);
    }
    return all;
  });
  if (!fabrics.empty()) return sharing(run, "fabric", {Kind::Fabric, fabrics.front()}, Severity::Low);
  return std::nullopt;
}

}  // namespace

void singlePath(RuleRun& run) {
  struct Found {
    Weakness weakness;
    Group group;
    std::size_t units = 0;
    std::vector<ObjectRef> examples;
  };
  std::map<std::string, Found> found;
  const auto hosts = run.index().hosts();
  for (std::size_t host = 0; host < hosts.size(); ++host) {
    for (const PathGroup& paths : run.facts().pathsOf(host)) {
      if (paths.unknown) continue;  // another path may work
      auto weakness = weaknessOf(run, hosts[host], paths.paths);
      if (!weakness) continue;
      const auto [at, isNew] = found.try_emplace(weakness->cause);
      Found& one = at->second;
      if (isNew) {
        one.group = run.group(weakness->cause, weakness->subject);
        one.weakness = std::move(*weakness);
      }
      addOnce(run, one.group, hosts[host]);
      one.units += paths.units;
      for (Id unit : paths.examples) {
        if (one.examples.size() < Finding::kMaxObjects) one.examples.push_back({Kind::LogicalUnit, unit});
      }
    }
  }
  for (const auto& [cause, one] : found) {
    run.report(one.group, one.weakness.severity,
               run.facts().list(one.group.objects()) + (one.group.shown().size() == 1 ? " reaches " : " reach ") +
                   std::to_string(one.units) + (one.units == 1 ? " logical unit " : " logical units ") +
                   one.weakness.text + ".",
               {{"logical units", run.facts().list(one.examples)}},
               {"Add a portal, a network or a fabric that the paths do not share.", {}});
  }
}

namespace {

Proof proofFor(ChapDemand demand) {
  return demand == ChapDemand::Mutual   ? Proof::MutualChap
         : demand == ChapDemand::OneWay ? Proof::Chap
                                        : Proof::ClaimedName;
}

// What a session on the path has proven, where that is less than what it had to.
Proof provenOn(const RuleRun& run, const Path& path) {
  const Session* session = run.snapshot().get<Session>(path.session);
  return session == nullptr ? path.proof : std::min(path.proof, session->proof);
}

// Whether both ends have a secret for the pair.
bool hasCredential(const RuleRun& run, Id initiator, Id target) {
  PairLayers pair(run.index());
  pair.look(initiator, target);
  std::vector<const Credential*> all;
  pair.credentials(all);
  return std::ranges::any_of(all, [&](const Credential* one) { return one->heldByBoth(target) == Truth::Yes; });
}

// The pairs of one target that prove too little in the same way.
struct Unproven {
  Group group;
  Id regime = 0;
  std::vector<Id> initiators;
  ChapDemand wanted = ChapDemand::None;  // the most
};

void reportUnproven(RuleRun& run, Id target, bool oneWay, const Unproven& found) {
  const std::string name = run.facts().called({Kind::Node, target});
  const std::string hosts = run.facts().list(found.group.objects());
  std::vector<Fact> facts{{"policy", std::string(wordOf(found.wanted))}};
  if (found.regime != 0) facts.push_back({"label", run.facts().called({Kind::Label, found.regime})});
  Severity severity = oneWay ? Severity::Low : found.regime != 0 ? Severity::High : Severity::Medium;
  if (oneWay) {
    run.report(found.group, severity,
               name + " proves nothing of itself to " + hosts + ", though mutual CHAP is wanted.", std::move(facts),
               {"Make the credentials mutual, and let the target's agent apply what is wanted.", {}});
    return;
  }
  if (found.wanted != ChapDemand::None) {
    run.report(found.group, severity, name + " takes the name of " + hosts + " as proof, though CHAP is wanted.",
               std::move(facts),
               {"Let the target's agent apply what is wanted, and end the sessions that began before.", {}});
    return;
  }
  MendDraft draft;
  const bool ready =
      std::ranges::all_of(found.initiators, [&](Id initiator) { return hasCredential(run, initiator, target); });
  if (!ready || !run.wantsMends()) draft.giveUp();
  draft.set({Kind::Node, target}, "chap", std::string(wordOf(ChapDemand::OneWay)));
  run.report(found.group, severity, name + " takes the name of " + hosts + " as proof; nothing demands CHAP.",
             std::move(facts),
             std::move(draft).finish(ready ? "Demand CHAP at the target: each pair has its credential."
                                           : "First give each pair a credential, then demand CHAP at the target."));
}

}  // namespace

void withoutChap(RuleRun& run) {
  std::map<std::pair<Id, bool>, Unproven> found;  // by target, and whether it is one-way only
  const auto hosts = run.index().hosts();
  PairLayers pair(run.index());
  for (std::size_t host = 0; host < hosts.size(); ++host) {
    for (const PathGroup& paths : run.facts().pathsOf(host)) {
      for (const Path& path : paths.paths) {
        const Proof proven = provenOn(run, path);
        if (proven == Proof::MutualChap) continue;
        pair.look(path.initiator, path.target);
        const ChapDemand wanted = pair.desiredChap();  // the policy: the target's own demand, and that of its domains
        const bool oneWay = proven == Proof::Chap;
        if (oneWay && proofFor(wanted) <= proven) continue;
        const auto [at, isNew] = found.try_emplace({path.target, oneWay});
        Unproven& one = at->second;
        if (isNew) {
          one.group = run.group(refText(run.snapshot(), {Kind::Node, path.target}) + (oneWay ? " one-way" : " none"),
                                {Kind::Node, path.target});
        }
        one.wanted = std::max(one.wanted, wanted);
        if (one.regime == 0) one.regime = paths.regime != 0 ? paths.regime : run.facts().regimeOfHost(host);
        if (one.initiators.empty() || one.initiators.back() != path.initiator) one.initiators.push_back(path.initiator);
        addOnce(run, one.group, hosts[host]);
      }
    }
  }
  for (const auto& [key, one] : found) reportUnproven(run, key.first, key.second, one);
}

}  // namespace san::rule
