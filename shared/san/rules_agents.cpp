// R22 and R23: agents that say nothing, and agents that say something else than the configuration.
#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <unordered_set>

#include "shared/san/pair_layers.h"
#include "shared/san/rule_run.h"

namespace san::rule {
namespace {

constexpr std::size_t kFold = 8;  // silent agents, from which on they may be one cause

Seconds lastWord(const Agent& agent) { return std::max(agent.reportedAt, agent.enrolledAt); }

}  // namespace

// When an agent reported without telling anything new is in no history.
bool isSilent(const RuleRun& run, const Agent& agent) {
  return !run.snapshot().replayed && run.isOlder(lastWord(agent), run.settings().agentSilent);
}

bool speaks(const RuleRun& run, Id agent) {
  const Agent* const known = run.snapshot().get<Agent>(agent);
  return known != nullptr && !known->revoked && !isSilent(run, *known);
}

void silentAgent(RuleRun& run) {
  std::vector<const Agent*> silent;
  std::size_t all = 0;
  run.snapshot().table<Agent>().forEach([&](Id, const Agent& agent) {
    if (agent.revoked) return;
    ++all;
    if (isSilent(run, agent)) silent.push_back(&agent);
  });
  const Seconds limit = run.settings().agentSilent;
  if (silent.size() >= kFold && silent.size() * 2 > all) {
    Group group = run.group("most", {});
    Seconds first = 0;
    for (const Agent* agent : silent) {
      run.add(group, {{Kind::Agent, agent->id}, 1, 0});
      if (first == 0 || lastWord(*agent) < first) first = lastWord(*agent);
    }
    Finding& finding = run.report(group, Severity::High,
                                  std::to_string(silent.size()) + " of " + std::to_string(all) +
                                      " agents are silent: " + run.facts().list(group.objects()) + ".",
                                  {}, {"Look at the way between the agents and the server.", {}});
    finding.sinceTime = first + limit;
    return;
  }
  for (const Agent* agent : silent) {
    const Seconds minutes = run.age(lastWord(*agent), 60);
    const std::string since = std::to_string(minutes) + " minutes";
    std::size_t targets = 0;
    for (Id node : run.index().nodesOf(agent->entity.id)) {
      if (run.snapshot().get<Node>(node)->target) ++targets;
    }
    Finding& finding =
        run.report(run.group({Kind::Agent, agent->id}),
                   "The agent " + agent->name +
                       (agent->reportedAt == 0 ? " has never reported; it was enrolled " + since + " ago."
                                               : " has not reported for " + since + "."),
                   {{"targets", std::to_string(targets)}}, {"Start it, or revoke it where the machine is gone.", {}});
    finding.sinceTime = lastWord(*agent) + limit;
  }
}

namespace {

// Nodes for which an agent speaks that reports.
std::unordered_set<Id> spokenFor(const RuleRun& run) {
  std::unordered_set<Id> nodes;
  run.snapshot().table<Agent>().forEach([&](Id, const Agent& agent) {
    if (agent.revoked || agent.reportedAt == 0 || isSilent(run, agent)) return;
    agent.nodes.forEach([&](Id node) { nodes.insert(node); });
    for (Id node : run.index().nodesOf(agent.entity.id)) nodes.insert(node);
  });
  return nodes;
}

// Units that should be there and are not listed, host by host.
void notListed(RuleRun& run) {
  const std::unordered_set<Id> reporting = spokenFor(run);
  const ReachMatrix& works = run.facts().matrix(Basis::Applied, Question::Works);
  const auto hosts = run.index().hosts();
  std::vector<std::uint64_t> left;
  for (std::size_t host = 0; host < hosts.size(); ++host) {
    const auto initiators = run.index().initiatorsOf(host);
    // All of it must be under eyes that report, else the rest may hold the unit.
    if (initiators.empty() || !std::ranges::all_of(initiators, [&](Id id) { return reporting.count(id) != 0; }))
      continue;
    if (isEmpty(works.yes(host))) continue;
    left.assign(works.yes(host).begin(), works.yes(host).end());
    for (Id initiator : initiators) {
      for (Id id : run.index().sessionsOf(initiator)) {
        run.snapshot().get<Session>(id)->units.forEach([&](Id unit) {
          if (const auto number = run.index().unitNumber(unit))
            left[*number / 64] &= ~(std::uint64_t{1} << (*number % 64));
        });
      }
    }
    if (isEmpty(left)) continue;
    Group group = run.group(refText(run.snapshot(), hosts[host]) + " not listed", hosts[host]);
    forEachBit(left, [&](std::size_t unit) { run.add(group, {{Kind::LogicalUnit, run.index().units()[unit]}, 1, 0}); });
    if (group.empty()) continue;
    run.report(group, Severity::Low,
               run.facts().called(hosts[host]) + " should reach " + run.facts().list(group.objects()) +
                   ", and its agent does not list " + (group.shown().size() == 1 ? "it." : "them."),
               {}, {"Look at the host: whether it logged in, and whether it scanned for new logical units.", {}});
  }
}

// Sessions of one target that should not be there.
struct Intruders {
  Group group;
  Seconds since = 0;
};

void strangeSessions(RuleRun& run) {
  const ReachMatrix& works = run.facts().matrix(Basis::Applied, Question::Works);
  std::map<std::pair<Id, bool>, Intruders> found;  // by target, and whether only a registration is missing
  PairLayers pair(run.index());
  run.snapshot().table<Session>().forEach([&](Id, const Session& session) {
    pair.look(session.initiator.id, session.target.id);
    const bool believed = !session.seenBy.visitWhile([&](Id agent) { return !speaks(run, agent); });
    if (!pair.there() || !believed) return;
    const auto host = run.index().hostNumber(run.index().hostOf(session.initiator.id));
    bool wrong = pair.visible() == Truth::No || pair.admitted(Basis::Applied).truth == Truth::No;
    const bool away = pair.registered() == Truth::No;
    if (!wrong && !away && host) {
      wrong = !session.units.visitWhile([&](Id unit) {
        const auto number = run.index().unitNumber(unit);
        return !number || works.at(*host, *number) != Truth::No;
      });
    }
    if (!wrong && !away) return;
    const auto [at, isNew] = found.try_emplace({session.target.id, !wrong});
    const ObjectRef target{Kind::Node, session.target.id};
    if (isNew)
      at->second.group = run.group(refText(run.snapshot(), target) + (wrong ? " session" : " unregistered"), target);
    const ObjectRef initiator{Kind::Node, session.initiator.id};
    run.add(at->second.group, {initiator, 1, 0});
    if (session.since != 0 && (at->second.since == 0 || session.since < at->second.since))
      at->second.since = session.since;
  });
  for (const auto& [key, one] : found) {
    const std::size_t count = one.group.shown().size();
    std::string text = std::to_string(count) + (count == 1 ? " session of " : " sessions of ") +
                       run.facts().list(one.group.objects()) + (count == 1 ? " stands at " : " stand at ") +
                       run.facts().called({Kind::Node, key.first});
    text += key.second ? ", though one of the two is not registered." : ", though reach says no.";
    Finding& finding = run.report(one.group, key.second ? Severity::Medium : Severity::High, std::move(text), {},
                                  {"End the session at the target, or zone and map it on purpose.", {}});
    finding.sinceTime = one.since;
  }
}

// When what is wanted of a target became something else than what is applied, at the latest.
Seconds pendingSince(const RuleRun& run, RuleFacts& facts, Id target) {
  const AppliedTarget* applied = run.index().appliedAt(target);
  // It is told of a change set as a whole, with the revision of the first part.
  const Revision done = applied == nullptr ? 0 : facts.wholeOf(applied->desired);
  Revision first = 0;
  const auto note = [&](Revision revision) {
    if (revision > done && (first == 0 || revision < first)) first = revision;
  };
  note(run.snapshot().get<Node>(target)->changed);
  for (Id map : run.index().mapsOf(target)) note(run.snapshot().get<Map>(map)->changed);
  for (Id domain : run.index().domainsOf(target)) {
    note(run.snapshot().get<Domain>(domain)->changed);
    for (Id set : run.index().setsOf(domain)) note(run.snapshot().get<DomainSet>(set)->changed);
  }
  if (const Seconds time = facts.timeOf(first); time != 0) return time;
  // What was erased left no revision; it went with a change set.
  Seconds last = 0;
  run.snapshot().table<ChangeSet>().forEach([&](Id, const ChangeSet& change) {
    if (change.lastRevision() > done) last = std::max(last, change.committedAt);
  });
  if (last != 0) return last;
  // Nothing else was wanted since: the target has become another one by itself.
  const Seconds reported = applied == nullptr ? 0 : facts.timeOf(applied->changed);
  return reported != 0 ? reported : run.snapshot().time;
}

struct Pending {
  std::vector<ObjectRef> hosts;
  std::size_t cells = 0;
  bool revoke = false;  // it gives what is no longer wanted
};

// Whether the two bases differ at this target, of those that the unit stands behind.
bool differsAt(PairLayers& pair, std::span<const Id> initiators, Id target, Id unit) {
  return std::ranges::any_of(initiators, [&](Id initiator) {
    pair.look(initiator, target);
    const Mapping applied = pair.mapped(Basis::Applied, unit);
    const Mapping desired = pair.mapped(Basis::Desired, unit);
    const Truth now = both(pair.admitted(Basis::Applied).truth, applied.truth);
    const Truth wanted = both(pair.admitted(Basis::Desired).truth, desired.truth);
    return now != wanted || (now != Truth::No && applied.right != desired.right);
  });
}

// Targets at which somebody there changed what they give, against what is wanted: told at once, and not as pending.
void glassBroken(RuleRun& run, const std::map<Id, Pending>& differing) {
  run.snapshot().table<AppliedTarget>().forEach([&](Id, const AppliedTarget& applied) {
    if (applied.glassBrokenAt == 0 || !run.index().isManaged(applied.target.id)) return;
    const ObjectRef ref{Kind::Node, applied.target.id};
    Group group = run.group(refText(run.snapshot(), ref) + " break-glass", ref);
    const auto found = differing.find(applied.target.id);
    const std::vector<ObjectRef> hosts = found == differing.end() ? std::vector{ref} : found->second.hosts;
    for (ObjectRef host : hosts) run.add(group, {host, 1, 0});
    if (group.empty()) return;
    std::string text = run.facts().called(ref) + " was changed by hand at its machine, against what is wanted there";
    if (found != differing.end()) text += ", for " + run.facts().list(group.objects());
    Finding& finding = run.report(
        group, Severity::High, std::move(text) + ": " + applied.glassReason + ".", {},
        {"Take it over by a change set, or end it there: sanctl agent break-glass end. The audit log has who did it.",
         {}});
    finding.sinceTime = applied.glassBrokenAt;
  });
}

void notApplied(RuleRun& run) {
  const ReachMatrix& applied = run.facts().matrix(Basis::Applied, Question::GetsIn);
  const ReachMatrix& desired = run.facts().matrix(Basis::Desired, Question::GetsIn);
  std::map<Id, Pending> found;
  PairLayers pair(run.index());
  const auto hosts = run.index().hosts();
  std::vector<std::uint64_t> row(applied.words());
  for (std::size_t host = 0; host < hosts.size(); ++host) {
    const auto yes = applied.yes(host), wanted = desired.yes(host), write = applied.write(host),
               wantedWrite = desired.write(host);
    std::uint64_t any = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = (yes[i] ^ wanted[i]) | (write[i] ^ wantedWrite[i]);
      any |= row[i];
    }
    if (any == 0) continue;
    forEachBit(row, [&](std::size_t number) {
      const Id unit = run.index().units()[number];
      Id before = 0;
      for (const UnitPath& place : run.snapshot().get<LogicalUnit>(unit)->paths.items()) {
        if (place.target == before || !run.index().isManaged(place.target)) continue;
        before = place.target;
        if (!differsAt(pair, run.index().initiatorsOf(host), place.target, unit)) continue;
        Pending& pending = found[place.target];
        ++pending.cells;
        const bool more = applied.at(host, number) > desired.at(host, number) ||
                          (applied.writable(host, number) && !desired.writable(host, number));
        pending.revoke = pending.revoke || more;
        if (pending.hosts.empty() || pending.hosts.back() != hosts[host]) pending.hosts.push_back(hosts[host]);
      }
    });
  }
  glassBroken(run, found);
  for (const auto& [target, pending] : found) {
    if (run.index().appliedAt(target) != nullptr && run.index().appliedAt(target)->glassBrokenAt != 0) continue;
    const Seconds since = pendingSince(run, run.facts(), target);
    if (!run.isOlder(since, run.settings().agentSilent)) continue;
    const ObjectRef ref{Kind::Node, target};
    Group group = run.group(refText(run.snapshot(), ref) + " pending", ref);
    for (ObjectRef host : pending.hosts) run.add(group, {host, 1, 0});
    Finding& finding = run.report(group, pending.revoke ? Severity::High : Severity::Medium,
                                  run.facts().called(ref) + (pending.revoke ? " still gives " : " does not yet give ") +
                                      run.facts().list(group.objects()) +
                                      (pending.revoke ? " what was taken away." : " what is wanted."),
                                  {{"cells", std::to_string(pending.cells)}},
                                  {"Look at the target's agent: it has not applied what is wanted.", {}});
    finding.sinceTime = since;
  }
}

void eachInitiatorOf(const SanIndex& index, ObjectRef who, const std::function<void(Id)>& visit) {
  if (who.kind == Kind::Node) visit(who.id);
  if (who.kind == Kind::Host) std::ranges::for_each(index.initiatorsOf(*index.hostNumber(who)), visit);
  if (who.kind == Kind::Cluster) std::ranges::for_each(index.initiatorsIn(who.id), visit);
}

// Whom a Map at the LUN gives nothing, as an older one has it.
void findLosers(PairLayers& pair, const SanIndex& index, Id target, std::uint32_t lun, std::set<Id>& losers) {
  for (Id id : index.mapsOf(target)) {
    const Map& map = *index.snapshot().get<Map>(id);
    if (map.lun != lun) continue;
    eachInitiatorOf(index, map.who, [&](Id initiator) {
      pair.look(initiator, target);
      if (!pair.there() || pair.admitted(Basis::Desired).truth == Truth::No) return;
      pair.eachMap([&](const Grant& grant) {
        if (grant.map == id && pair.lunTakenBy(grant) != 0) losers.insert(initiator);
      });
    });
  }
}

// Maps that came together by a registration: a change set that gives one LUN twice is refused.
void lunTwice(RuleRun& run) {
  std::map<Id, std::set<Id>> losers;  // by target
  PairLayers pair(run.index());
  for (const auto& [target, lun] : run.index().contestedLuns()) {
    if (run.index().isManaged(target)) findLosers(pair, run.index(), target, lun, losers[target]);
  }
  for (const auto& [target, initiators] : losers) {
    const ObjectRef ref{Kind::Node, target};
    Group group = run.group(refText(run.snapshot(), ref) + " LUN twice", ref);
    for (Id initiator : initiators) run.add(group, {{Kind::Node, initiator}, 1, 0});
    if (group.empty()) continue;
    run.report(group, Severity::Medium,
               run.facts().called(ref) + " is to give " + run.facts().list(group.objects()) +
                   " two logical units at one LUN, and gives that of the older map.",
               {}, {"Give the other map another LUN, and see who registered the initiator, and where.", {}});
  }
}

}  // namespace

void differsFromObserved(RuleRun& run) {
  notListed(run);
  strangeSessions(run);
  notApplied(run);
  lunTwice(run);
  probesDiffer(run);
  discoveriesDiffer(run);
  disksHeld(run);
}

}  // namespace san::rule
