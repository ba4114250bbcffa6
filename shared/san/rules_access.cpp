// R07 to R10: reach against what was approved, and the two questions of reach against each other.
#include <algorithm>

#include "shared/san/pair_layers.h"
#include "shared/san/rule_run.h"

namespace san::rule {
namespace {

using Row = std::vector<std::uint64_t>;

std::size_t countOf(std::span<const std::uint64_t> row) {
  std::size_t count = 0;
  for (const std::uint64_t word : row) {
    if (word != 0) count += static_cast<std::size_t>(std::popcount(word));  // most are not
  }
  return count;
}

std::string unitsText(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " logical unit" : " logical units");
}

std::vector<ObjectRef> firstUnits(const SanIndex& index, std::span<const std::uint64_t> row, std::size_t most) {
  std::vector<ObjectRef> units;
  for (std::size_t word = 0; word < row.size() && units.size() < most; ++word) {
    for (std::uint64_t bits = row[word]; bits != 0 && units.size() < most; bits &= bits - 1) {
      units.push_back({Kind::LogicalUnit, index.units()[word * 64 + static_cast<std::size_t>(std::countr_zero(bits))]});
    }
  }
  return units;
}

// What the ledger gives to each host: units, and those of them that it may write to.
class Ledger {
 public:
  explicit Ledger(RuleRun& run) : index_(run.index()) {
    run.snapshot().table<Approval>().forEach(
        [&](Id, const Approval& approval) { byWho_[approval.who].push_back(&approval); });
  }
  [[nodiscard]] const std::map<ObjectRef, std::vector<const Approval*>>& byWho() const { return byWho_; }

  // Since when that allows less than it does now; 0: since ever, or nobody has approved anything of it. That an
  // approval was taken back is not kept.
  [[nodiscard]] Revision approvedLessSince(ObjectRef host, ObjectRef party, Id unit) const {
    Revision since = 0;
    for (const ObjectRef who : {host, party}) {
      const auto at = byWho_.find(who);
      if (at == byWho_.end()) continue;
      for (const Approval* approval : at->second) {
        if (approval->unit.id == unit) since = std::max(since, approval->changed);
      }
    }
    return since;
  }

  // Takes what is approved for the host and its party out of the row of what it reaches. Good until the next call.
  const Row& unapproved(ObjectRef host, ObjectRef party, std::span<const std::uint64_t> reached,
                        std::span<const std::uint64_t> written) {
    left_.assign(reached.begin(), reached.end());
    take(host, written);
    if (party != host) take(party, written);
    return left_;
  }

 private:
  void take(ObjectRef who, std::span<const std::uint64_t> written) {
    const auto at = byWho_.find(who);
    if (at == byWho_.end()) return;
    for (const Approval* approval : at->second) {
      const auto unit = index_.unitNumber(approval->unit.id);
      if (!unit) continue;
      const std::uint64_t bit = std::uint64_t{1} << (*unit % 64);
      if (approval->right == Right::ReadWrite || (written[*unit / 64] & bit) == 0) left_[*unit / 64] &= ~bit;
    }
  }

  const SanIndex& index_;
  std::map<ObjectRef, std::vector<const Approval*>> byWho_;
  Row left_;
};

// What one party reaches without approval.
struct Unapproved {
  Group group;
  Row units;   // of any of its hosts
  Row writes;  // of these, written to by any
};

Mend approvalsFor(const RuleRun& run, ObjectRef party, const Unapproved& found) {
  MendDraft draft;
  const bool few = run.wantsMends() && countOf(found.units) <= Mend::kMaxEdits / 4;
  for (ObjectRef unit : firstUnits(run.index(), found.units, few ? Mend::kMaxEdits : 0)) {
    const std::size_t number = *run.index().unitNumber(unit.id);
    const ObjectRef made = draft.create(Kind::Approval);
    draft.set(made, "who", party);
    draft.set(made, "unit", unit);
    const bool writes = ((found.writes[number / 64] >> (number % 64)) & 1) != 0;
    draft.set(made, "right", std::string(wordOf(writes ? Right::ReadWrite : Right::ReadOnly)));
  }
  return std::move(draft).finish(
      "Ask for its approval; where it should not be, take the maps or the zone away instead.");
}

// Since when the first of the units makes it a fault; 0: not known.
Revision unapprovedSince(const RuleRun& run, const Ledger& ledger, std::size_t host, const Row& units) {
  Revision first = 0;
  forEachBit(units, [&](std::size_t number) {
    const Id unit = run.index().units()[number];
    const Revision less = ledger.approvedLessSince(run.index().hosts()[host], run.facts().partyOf(host), unit);
    const Revision since = run.reachedSince(host, unit, less != 0 ? Right::ReadWrite : Right::ReadOnly);
    if (since != 0) first = first == 0 ? std::max(since, less) : std::min(first, std::max(since, less));
  });
  return first;
}

}  // namespace

void withoutApproval(RuleRun& run) {
  Ledger ledger(run);
  std::map<ObjectRef, Unapproved> found;
  const auto hosts = run.index().hosts();
  for (std::size_t host = 0; host < hosts.size(); ++host) {
    const auto reached = run.facts().reached(host);
    if (isEmpty(reached)) continue;
    const ObjectRef party = run.facts().partyOf(host);
    const auto written = run.facts().written(host);
    const Row& left = ledger.unapproved(hosts[host], party, reached, written);
    if (isEmpty(left)) continue;
    const std::size_t count = countOf(left);
    const Revision first = run.mayDate(count) ? unapprovedSince(run, ledger, host, left) : 0;
    const auto [at, isNew] = found.try_emplace(party);
    if (isNew) at->second.group = run.group(party);
    const std::size_t open = at->second.group.items.size();
    run.add(at->second.group, {hosts[host], count, first});
    if (at->second.group.items.size() == open) continue;  // waived
    Unapproved& entry = at->second;
    entry.units.resize(left.size());
    entry.writes.resize(left.size());
    for (std::size_t i = 0; i < left.size(); ++i) {
      entry.units[i] |= left[i];
      entry.writes[i] |= left[i] & written[i];
    }
  }
  for (const auto& [party, entry] : found) {
    const auto units = firstUnits(run.index(), entry.units, 5);
    run.report(entry.group,
               run.facts().list(entry.group.objects()) + (entry.group.shown().size() == 1 ? " reaches " : " reach ") +
                   unitsText(std::max<std::size_t>(countOf(entry.units), 1)) + " that nobody approved" +
                   (units.empty() ? "." : ": " + run.facts().list(units) + "."),
               {{"may write", std::to_string(countOf(entry.writes))}}, approvalsFor(run, party, entry));
  }
}

void approvedButMissing(RuleRun& run) {
  const Ledger ledger(run);
  const ReachMatrix& works = run.facts().matrix(run.facts().context().basis, Question::Works);
  for (const auto& [who, approvals] : ledger.byWho()) {
    const std::vector<std::size_t> hosts = run.facts().hostsOf(who);
    Group group = run.group(who);
    MendDraft draft;
    // Somebody who is no host any more will not come back by himself; a host will.
    if (!run.wantsMends() || !hosts.empty() || who.kind == Kind::Cluster) draft.giveUp();
    for (const Approval* approval : approvals) {
      const auto unit = run.index().unitNumber(approval->unit.id);
      if (!unit) continue;
      const auto missing = static_cast<std::size_t>(
          std::ranges::count_if(hosts, [&](std::size_t host) { return works.at(host, *unit) == Truth::No; }));
      draft.erase({Kind::Approval, approval->id});
      if (missing == 0 && (!hosts.empty() || who.kind == Kind::Cluster)) continue;
      run.add(group, {approval->unit.ref(), std::max<std::size_t>(missing, 1), approval->created});
    }
    if (group.empty()) continue;
    const std::string units = unitsText(group.shown().size()) + " (" + run.facts().list(group.objects()) + ")";
    const std::string name = run.facts().called(who);
    if (hosts.empty() && who.kind != Kind::Cluster) {
      run.report(group, name + " is approved for " + units + " and is no host any more.", {},
                 std::move(draft).finish("Take the approvals back."));
    } else {
      run.report(
          group, name + " is approved for " + units + " and does not reach them.", {},
          std::move(draft).finish("Ask why not, and mend that layer; take the approval back where it is not needed."));
    }
  }
}

namespace {

// Whether a target lets in one of the host's initiators, as its agent reported or as is wanted of it.
bool letsIn(const RuleRun& run, Id target, std::size_t host, Basis basis) {
  PairLayers pair(run.index());
  return std::ranges::any_of(run.index().initiatorsOf(host), [&](Id initiator) {
    pair.look(initiator, target);
    return pair.there() && pair.admitted(basis).truth == Truth::Yes;
  });
}

// The maps that give a unit of the target to the host alone.
void eraseMaps(const RuleRun& run, Id target, std::size_t host, MendDraft& draft) {
  const ObjectRef ref = run.index().hosts()[host];
  const auto initiators = run.index().initiatorsOf(host);
  for (Id id : run.index().mapsOf(target)) {
    const Map* map = run.snapshot().get<Map>(id);
    const bool own = map->who == ref ||
                     (map->who.kind == Kind::Node && std::ranges::find(initiators, map->who.id) != initiators.end());
    if (own) draft.erase({Kind::Map, id});
    if (map->who.kind == Kind::Cluster) draft.giveUp();  // others need it
  }
}

// Calls visit(domain, since) for the active domains that join a host with a target.
template <class Visit>
void forEachShared(const RuleRun& run, Id target, std::size_t host, Visit&& visit) {
  for (Id id : run.index().domainsOf(target)) {
    if (!run.index().isActive(id)) continue;
    const Domain& domain = *run.snapshot().get<Domain>(id);
    Revision since = 0;
    for (Id initiator : run.index().initiatorsOf(host)) {
      const Member* member = domain.nodes.find(initiator);
      if (member != nullptr && (since == 0 || member->since < since)) since = member->since;
    }
    if (since != 0) visit(domain, std::max(since, domain.nodes.find(target)->since));
  }
}

bool sharesDomain(const RuleRun& run, Id target, std::size_t host) {
  bool shares = false;
  forEachShared(run, target, host, [&](const Domain&, Revision) { shares = true; });
  return shares;
}

// Takes the hosts and the target apart where nobody else loses anything by it.
Mend unzone(RuleRun& run, Id target, const Group& group) {
  MendDraft draft;
  if (!run.wantsMends()) return std::move(draft).finish("Map what the host needs, or take it out of the zone.");
  for (const Item& item : group.shown()) {
    const std::size_t host = *run.index().hostNumber(item.object);
    forEachShared(run, target, host, [&](const Domain& domain, Revision) {
      const auto initiators = run.index().initiatorsOf(host);
      std::size_t targets = 0;
      for (const Member& member : domain.nodes.items()) {
        if (run.snapshot().get<Node>(member.id)->target) ++targets;
      }
      const bool alone = std::ranges::all_of(domain.nodes.items(), [&](const Member& member) {
        return !run.snapshot().get<Node>(member.id)->initiator ||
               std::ranges::find(initiators, member.id) != initiators.end();
      });
      if (run.facts().isDefault(domain.id) || (targets > 1 && !alone)) return draft.giveUp();
      if (alone) return draft.remove({Kind::Domain, domain.id}, "nodes", {Kind::Node, target});
      for (Id initiator : initiators) {
        if (!domain.nodes.contains(initiator)) continue;
        draft.remove({Kind::Domain, domain.id}, "nodes", {Kind::Node, initiator});
      }
    });
  }
  return std::move(draft).finish("Map what the host needs, or take it out of the zone.");
}

}  // namespace

void permittedNotZoned(RuleRun& run) {
  const Basis basis = run.facts().context().basis;
  const ReachMatrix& finds = run.facts().matrix(basis, Question::Finds);
  const ReachMatrix& getsIn = run.facts().matrix(basis, Question::GetsIn);
  const ReachMatrix& works = run.facts().matrix(basis, Question::Works);
  // By target, as most stand behind nothing that is suspect: the hosts with the cells there, ascending.
  std::map<Id, std::vector<std::pair<std::size_t, std::size_t>>> suspects;
  Row row(works.words());
  for (std::size_t host = 0; host < run.index().hosts().size(); ++host) {
    // It may find the unit by another target, but then it does not get in there.
    const auto in = getsIn.yes(host);
    std::uint64_t any = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = in[i] & ~(works.yes(host)[i] | works.unknown(host)[i]);
      any |= row[i];
    }
    if (any == 0) continue;
    forEachBit(row, [&](std::size_t unit) {
      Id before = 0;
      for (const UnitPath& place : run.snapshot().get<LogicalUnit>(run.index().units()[unit])->paths.items()) {
        if (place.target == before) continue;
        before = place.target;
        auto& its = suspects[place.target];
        if (its.empty() || its.back().first != host) its.emplace_back(host, 0);
        ++its.back().second;
      }
    });
  }
  for (const auto& [id, hosts] : suspects) {
    const Node& target = *run.snapshot().get<Node>(id);
    if (!target.target) continue;
    const UnitMask& behind = run.facts().unitsBehind(id);
    Group group = run.group({Kind::Node, id});
    std::size_t cells = 0;
    MendDraft draft;
    if (!run.wantsMends()) draft.giveUp();
    // With zoning the target goes by what the name server shows, so its maps need not go.
    const bool enforce = target.enforcement != Enforcement::Zoning;
    if (enforce) draft.set({Kind::Node, id}, "enforcement", std::string(wordOf(Enforcement::Zoning)));
    for (const auto& [host, count] : hosts) {
      if (!letsIn(run, id, host, basis)) continue;
      if (meets(behind, finds.yes(host)) && sharesDomain(run, id, host)) continue;
      cells += count;
      run.add(group, {run.index().hosts()[host], 1, 0});
      if (!enforce) eraseMaps(run, id, host, draft);
    }
    if (group.empty()) continue;
    run.report(group,
               run.facts().called({Kind::Node, id}) + " lets in " + run.facts().list(group.objects()) +
                   ", to which the name server does not show it.",
               {{"cells", std::to_string(cells)}},
               std::move(draft).finish(enforce ? "Let the target enforce zoning."
                                               : "Take the maps away, or zone them on purpose."));
  }
}

void zonedNotPermitted(RuleRun& run) {
  const Basis basis = run.facts().context().basis;
  const ReachMatrix& finds = run.facts().matrix(basis, Question::Finds);
  const ReachMatrix& works = run.facts().matrix(basis, Question::Works);
  std::map<Id, Group> byTarget;
  std::vector<Id> targets;
  for (std::size_t host = 0; host < run.index().hosts().size(); ++host) {
    targets.clear();
    for (Id initiator : run.index().initiatorsOf(host)) {
      for (Id domain : run.index().domainsOf(initiator)) {
        if (!run.index().isActive(domain)) continue;
        for (const Member& member : run.snapshot().get<Domain>(domain)->nodes.items()) {
          if (run.index().node(member.id)->target) targets.push_back(member.id);
        }
      }
    }
    std::ranges::sort(targets);
    targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
    for (Id target : targets) {
      const UnitMask& behind = run.facts().unitsBehind(target);
      if (!meets(behind, finds.yes(host)) || meets(behind, works.yes(host)) || meets(behind, works.unknown(host)))
        continue;
      Revision since = 0;
      forEachShared(run, target, host,
                    [&](const Domain&, Revision at) { since = since == 0 ? at : std::min(since, at); });
      const auto [at, isNew] = byTarget.try_emplace(target);
      if (isNew) at->second = run.group({Kind::Node, target});
      run.add(at->second, {run.index().hosts()[host], 1, since});
    }
  }
  for (const auto& [target, group] : byTarget) {
    run.report(group,
               run.facts().list(group.objects()) + (group.shown().size() == 1 ? " finds " : " find ") +
                   run.facts().called({Kind::Node, target}) + " and may use none of its " +
                   unitsText(run.index().unitsOf(target).size()) + ".",
               {}, unzone(run, target, group));
  }
}

}  // namespace san::rule
