// R11 and R16: who shares logical units that should not.
#include <algorithm>

#include "shared/san/rule_run.h"
#include "shared/san/separation.h"

namespace san::rule {
namespace {

using Row = std::vector<std::uint64_t>;

bool has(std::span<const std::uint64_t> row, std::size_t unit) { return ((row[unit / 64] >> (unit % 64)) & 1) != 0; }

// Takes units away from some hosts by erasing maps; gives up where somebody else would lose them too, or where it is no
// map that gives them.
void takeAway(RuleRun& run, std::span<const std::size_t> hosts, std::span<const Id> units, MendDraft& draft) {
  if (!run.wantsMends()) return draft.giveUp();
  const auto isOne = [&](ObjectRef host) {
    return std::ranges::any_of(hosts, [&](std::size_t number) { return run.index().hosts()[number] == host; });
  };
  for (Id unit : units) {
    bool found = false;
    for (Id id : run.index().mapsOfUnit(unit)) {
      const ObjectRef who = run.snapshot().get<Map>(id)->who;
      bool theirs = false;
      if (who.kind == Kind::Host) theirs = isOne(who);
      if (who.kind == Kind::Node) theirs = isOne(run.index().hostOf(who.id));
      if (who.kind == Kind::Cluster) {
        const auto members = run.facts().hostsOf(who);
        const auto inside = static_cast<std::size_t>(std::ranges::count_if(
            members, [&](std::size_t number) { return std::ranges::find(hosts, number) != hosts.end(); }));
        if (inside != 0 && inside != members.size()) return draft.giveUp();
        theirs = inside != 0;
      }
      if (theirs) draft.erase({Kind::Map, id});
      found = found || theirs;
    }
    if (!found) return draft.giveUp();
  }
}

// A unit that several parties reach.
struct Shared {
  std::vector<ObjectRef> parties;  // at most kMaxParties
  std::size_t count = 0;
  std::size_t writers = 0;
};
constexpr std::size_t kMaxParties = 64;

// Since when a party reaches a unit, as the party that it is: whoever leaves a cluster shares with it from then on. 0:
// not known.
Revision partySince(RuleRun& run, ObjectRef party, Id unit) {
  const std::size_t number = *run.index().unitNumber(unit);
  std::vector<std::size_t> hosts = run.facts().hostsOf(party);
  std::erase_if(hosts, [&](std::size_t host) { return !has(run.facts().reached(host), number); });
  if (!run.mayDate(hosts.size())) return 0;
  Revision first = 0;
  for (const std::size_t host : hosts) {
    const ObjectRef ref = run.index().hosts()[host];
    const Host* object = ref.kind == Kind::Host ? run.snapshot().get<Host>(ref.id) : nullptr;
    const Revision since = run.reachedSince(host, unit);
    if (since == 0) continue;
    const Revision joined = object == nullptr ? since : std::max(since, object->clusterSince());
    first = first == 0 ? joined : std::min(first, joined);
  }
  return first;
}

// The second of those that share makes it a fault.
Revision sharedSince(const Group& group) {
  std::vector<Revision> all;
  for (const Item& item : group.shown()) {
    if (item.since != 0) all.push_back(item.since);
  }
  if (all.size() < 2) return 0;
  std::ranges::nth_element(all, all.begin() + 1);
  return all[1];
}

// `hosts`: the party's.
bool isApproved(const RuleRun& run, const std::vector<std::pair<ObjectRef, Id>>& approved, ObjectRef party,
                std::span<const std::size_t> hosts, Id unit) {
  if (std::ranges::binary_search(approved, std::pair{party, unit})) return true;
  if (party.kind != Kind::Cluster) return false;
  // One of its hosts alone may have it.
  return std::ranges::any_of(hosts, [&](std::size_t host) {
    return std::ranges::binary_search(approved, std::pair{run.index().hosts()[host], unit});
  });
}

// Where the ledger names some of those that share a unit, the others lose it.
Mend keepTheApproved(RuleRun& run, const std::vector<std::pair<ObjectRef, Id>>& approved, const Shared& shared,
                     Id unit) {
  MendDraft draft;
  std::vector<std::size_t> others;
  std::size_t kept = 0;
  if (run.wantsMends() && !approved.empty()) {
    for (ObjectRef party : shared.parties) {
      const auto hosts = run.facts().hostsOf(party);
      if (isApproved(run, approved, party, hosts, unit)) {
        ++kept;
        continue;
      }
      others.insert(others.end(), hosts.begin(), hosts.end());
    }
  }
  if (kept != 1 || others.empty() || shared.count > shared.parties.size()) draft.giveUp();
  const Id units[] = {unit};
  takeAway(run, others, units, draft);
  return std::move(draft).finish(kept == 1
                                     ? "Take it from those that it is not approved for."
                                     : "Take it from all but one, let the others read only, or make them a cluster.");
}

}  // namespace

void sharedUnit(RuleRun& run) {
  const auto hosts = run.index().hosts();
  const std::size_t words = (run.index().units().size() + 63) / 64;
  // Rows of parties; bits of units that one party reaches, and that more than one do.
  struct PartyRow {
    ObjectRef party;
    Row reached, written;
  };
  std::map<ObjectRef, std::size_t> clusters;  // number of the row
  std::vector<PartyRow> joined;
  Row once(words), twice(words);
  const auto count = [&](std::span<const std::uint64_t> row) {
    for (std::size_t i = 0; i < words; ++i) {
      twice[i] |= once[i] & row[i];
      once[i] |= row[i];
    }
  };
  std::vector<std::size_t> single;
  for (std::size_t host = 0; host < hosts.size(); ++host) {
    const ObjectRef party = run.facts().partyOf(host);
    const auto reached = run.facts().reached(host);
    if (isEmpty(reached)) continue;
    if (party == hosts[host]) {
      single.push_back(host);
      count(reached);
      continue;
    }
    const auto [at, isNew] = clusters.try_emplace(party, joined.size());
    if (isNew) joined.push_back({party, Row(words), Row(words)});
    PartyRow& row = joined[at->second];
    for (std::size_t i = 0; i < words; ++i) {
      row.reached[i] |= reached[i];
      row.written[i] |= reached[i] & run.facts().written(host)[i];
    }
  }
  for (const PartyRow& row : joined) count(row.reached);

  std::map<std::size_t, Shared> found;
  const auto note = [&](ObjectRef party, std::span<const std::uint64_t> reached,
                        std::span<const std::uint64_t> written) {
    for (std::size_t word = 0; word < words; ++word) {
      for (std::uint64_t bits = reached[word] & twice[word]; bits != 0; bits &= bits - 1) {
        const std::size_t unit = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
        Shared& shared = found[unit];
        ++shared.count;
        if (has(written, unit)) ++shared.writers;
        if (shared.parties.size() < kMaxParties) shared.parties.push_back(party);
      }
    }
  };
  for (const PartyRow& row : joined) note(row.party, row.reached, row.written);
  for (std::size_t host : single) note(hosts[host], run.facts().reached(host), run.facts().written(host));

  std::vector<std::pair<ObjectRef, Id>> approved;
  run.snapshot().table<Approval>().forEach(
      [&](Id, const Approval& one) { approved.emplace_back(one.who, one.unit.id); });
  std::ranges::sort(approved);
  for (const auto& [number, shared] : found) {
    const Id unit = run.index().units()[number];
    Group group = run.group({Kind::LogicalUnit, unit});
    for (ObjectRef party : shared.parties) run.add(group, {party, 1, partySince(run, party, unit)});
    if (group.items.size() < 2 && !group.items.empty()) group.acceptAll();
    const Severity severity = shared.writers > 1    ? Severity::High
                              : shared.writers == 1 ? Severity::Medium
                                                    : Severity::Low;
    Finding& finding =
        run.report(group, severity,
                   run.facts().called({Kind::LogicalUnit, unit}) + " is reached by " +
                       run.facts().list(group.objects()) + ", which are not one cluster; " +
                       (shared.writers == 0 ? "none" : std::to_string(shared.writers)) + " of them may write.",
                   {{"writers", std::to_string(shared.writers)}, {"hosts or clusters", std::to_string(shared.count)}},
                   keepTheApproved(run, approved, shared, unit));
    finding.since = sharedSince(group);
    // Of more than kMaxParties only the first are looked at one by one.
    if (shared.count > shared.parties.size()) finding.count += shared.count - shared.parties.size();
  }
}

namespace {

// Those of the units that any of the hosts reaches.
std::vector<Id> unitsIn(const RuleRun& run, const UnitMask& units, std::span<const std::size_t> hosts) {
  std::vector<Id> touched;
  for (const auto& [word, bits] : units.words) {
    std::uint64_t reached = 0;
    for (std::size_t host : hosts) reached |= run.facts().reached(host)[word] & bits;
    for (; reached != 0; reached &= reached - 1) {
      touched.push_back(
          run.index().units()[word * std::size_t{64} + static_cast<std::size_t>(std::countr_zero(reached))]);
    }
  }
  return touched;
}

void reportMeeting(RuleRun& run, const SeparationRule& rule, const Group& group, const UnitMask& units,
                   std::span<const std::size_t> hosts) {
  const std::vector<Id> touched = unitsIn(run, units, hosts);
  std::vector<ObjectRef> shown;
  for (Id unit : touched) shown.push_back({Kind::LogicalUnit, unit});
  const Label& subject = *run.snapshot().get<Label>(rule.subject.id);
  const std::string other = run.facts().called(rule.other.ref());
  MendDraft draft;
  takeAway(run, hosts, touched, draft);
  run.report(group, subject.regime.empty() ? Severity::High : Severity::Critical,
             run.facts().list(group.objects()) + (group.shown().size() == 1 ? " reaches " : " reach ") +
                 run.facts().list(shown) + ", labelled " + subject.name + ", which only hosts " +
                 (rule.mode == SeparationMode::OnlyWith ? "with " : "without ") + other + " may reach.",
             {{"separation rule", rule.name}, {"logical units", std::to_string(touched.size())}},
             std::move(draft).finish("Take the logical units from the host, or correct the labels."));
}

Revision changed(const Object* object) { return object == nullptr ? 0 : object->changed; }

// Since when a host is one that the rule keeps from units: labels have no dates, so that it is as old as the last
// change of whatever may carry one.
Revision keptSince(const RuleRun& run, const SeparationRule& rule, std::size_t host) {
  const SanIndex& index = run.index();
  const ObjectRef ref = index.hosts()[host];
  Revision since = rule.changed;
  if (const Host* object = ref.kind == Kind::Host ? run.snapshot().get<Host>(ref.id) : nullptr) {
    since = std::max({since, object->changed, changed(run.snapshot().get<Cluster>(object->cluster.id))});
  }
  for (Id initiator : index.initiatorsOf(host)) {
    since = std::max(since, index.node(initiator)->changed);
    if (rule.mode != SeparationMode::NeverWith) continue;
    for (Id domain : index.domainsOf(initiator)) {
      since = std::max(since, index.domain(domain)->changed);
      for (Id set : index.setsOf(domain)) since = std::max(since, changed(run.snapshot().get<DomainSet>(set)));
      if (index.setsOf(domain).empty()) since = std::max(since, run.settings().changed);
    }
  }
  return since;
}

// Since when the first unit makes it a fault; 0: not known.
Revision metSince(RuleRun& run, const SeparationRule& rule, const UnitMask& units, std::size_t host) {
  const std::vector<Id> met = unitsIn(run, units, std::span(&host, 1));
  if (!run.mayDate(met.size())) return 0;
  const Revision kept = keptSince(run, rule, host);
  Revision first = 0;
  for (Id id : met) {
    const LogicalUnit& unit = *run.snapshot().get<LogicalUnit>(id);
    const Revision reached = run.reachedSince(host, id);
    if (reached == 0) continue;
    Revision since = std::max({kept, reached, unit.changed});
    for (const UnitPath& place : unit.paths.items()) since = std::max(since, changed(run.index().node(place.target)));
    first = first == 0 ? since : std::min(first, since);
  }
  return first;
}

}  // namespace

// One finding for a rule and a party.
void labelsMeet(RuleRun& run) {
  run.snapshot().table<SeparationRule>().forEach([&](Id id, const SeparationRule& rule) {
    const UnitMask units = run.facts().maskOf(unitsUnder(run.index(), rule));
    if (units.empty()) return;
    struct Broken {
      Group group;
      std::vector<std::size_t> open, all;
    };
    std::map<ObjectRef, Broken> found;
    const auto hosts = run.index().hosts();
    for (std::size_t host = 0; host < hosts.size(); ++host) {
      if (!meets(units, run.facts().reached(host)) || !keepsFrom(run.index(), rule, host)) continue;
      const ObjectRef party = run.facts().partyOf(host);
      const auto [at, isNew] = found.try_emplace(party);
      Broken& broken = at->second;
      const ObjectRef ref{Kind::SeparationRule, id};
      if (isNew) broken.group = run.group(refText(run.snapshot(), ref) + " " + refText(run.snapshot(), party), party);
      const std::size_t open = broken.group.items.size();
      run.add(broken.group, {hosts[host], 1, metSince(run, rule, units, host)});
      if (broken.group.items.size() != open) broken.open.push_back(host);
      broken.all.push_back(host);
    }
    for (const auto& [party, broken] : found) {
      reportMeeting(run, rule, broken.group, units, broken.open.empty() ? broken.all : broken.open);
    }
  });
}

}  // namespace san::rule
