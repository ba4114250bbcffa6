// R01 to R06: what is wrong with domains and their members.
#include <algorithm>

#include "shared/san/fields.h"
#include "shared/san/rule_run.h"

namespace san::rule {
namespace {

// The initiators in a domain that belong to one host, or to hosts of one cluster.
struct DomainParty {
  ObjectRef party;
  std::vector<Id> initiators;
  Revision since = 0;  // of the first of them
};

// By the revision that brought them.
std::vector<DomainParty> partiesIn(const RuleFacts& facts, const Domain& domain, bool registeredOnly) {
  std::map<ObjectRef, DomainParty> found;
  for (const Member& member : domain.nodes.items()) {
    const Node* node = facts.snapshot().get<Node>(member.id);
    if (node == nullptr || !node->initiator || (registeredOnly && !node->registered())) continue;
    const ObjectRef ref = facts.partyOfNode(member.id);
    DomainParty& party = found[ref];
    party.party = ref;
    party.since = party.initiators.empty() ? member.since : std::min(party.since, member.since);
    party.initiators.push_back(member.id);
  }
  std::vector<DomainParty> parties;
  for (auto& [ref, party] : found) parties.push_back(std::move(party));
  std::ranges::stable_sort(parties, {}, &DomainParty::since);
  return parties;
}

std::string freeName(const Snapshot& snapshot, const std::string& wanted) {
  std::string name = wanted.substr(0, kMaxName);
  for (unsigned number = 2; snapshot.find(Kind::Domain, name); ++number) {
    const std::string suffix = "-" + std::to_string(number);
    name = wanted.substr(0, kMaxName - suffix.size()) + suffix;
  }
  return name;
}

// A domain like this one, in the same sets, for one party and all the targets.
void splitOff(const RuleRun& run, const Domain& domain, const DomainParty& party, const std::string& name,
              MendDraft& draft) {
  const ObjectRef made = draft.create(Kind::Domain);
  draft.set(made, "name", name);
  for (std::string_view field : {"features", "chap", "md5_refused", "labels"}) {
    draft.set(made, field, findField(Kind::Domain, field)->get(domain));
  }
  for (const Member& member : domain.nodes.items()) {
    const Node* node = run.snapshot().get<Node>(member.id);
    const bool own = std::ranges::find(party.initiators, member.id) != party.initiators.end();
    if (own || !node->initiator) draft.add(made, "nodes", {Kind::Node, member.id});
  }
  domain.portals.forEach([&](Id portal) { draft.add(made, "portals", {Kind::Portal, portal}); });
  for (Id set : run.index().setsOf(domain.id)) draft.add({Kind::DomainSet, set}, "domains", made);
  for (Id initiator : party.initiators) draft.remove({Kind::Domain, domain.id}, "nodes", {Kind::Node, initiator});
}

// All parties but the first `stay` move to domains of their own.
Mend split(const RuleRun& run, const Domain& domain, std::span<const DomainParty> parties, std::size_t stay) {
  MendDraft draft;
  if (!run.wantsMends() || run.facts().isDefault(domain.id)) draft.giveUp();
  std::vector<std::string> names;
  for (const DomainParty& party : parties.subspan(std::min(stay, parties.size()))) {
    // Who is a target too is needed by those who stay.
    const bool targetToo =
        std::ranges::any_of(party.initiators, [&](Id id) { return run.snapshot().get<Node>(id)->target; });
    if (targetToo) draft.giveUp();
    const std::string wanted = domain.name + "-" + nameOf(run.snapshot(), party.party);
    std::string name = freeName(run.snapshot(), wanted);
    for (unsigned number = 2; std::ranges::find(names, name) != names.end(); ++number) {
      name = freeName(run.snapshot(), wanted.substr(0, kMaxName - 12) + "-" + std::to_string(number));
    }
    names.push_back(name);
    splitOff(run, domain, party, name, draft);
  }
  return std::move(draft).finish("Give each of the others a domain of its own with the same targets.");
}

// The parties that no waiver covers, first those that came first; accepts all where `limit` of them are no fault.
std::vector<DomainParty> openParties(const RuleRun& run, std::vector<DomainParty> parties, std::size_t limit,
                                     Group& group) {
  for (const DomainParty& party : parties) run.add(group, {party.party, 1, party.since});
  std::erase_if(parties, [&](const DomainParty& party) {
    return std::ranges::none_of(group.items, [&](const Item& item) { return item.object == party.party; });
  });
  if (parties.size() <= limit) group.acceptAll();
  return parties;
}

std::size_t initiatorsOf(std::span<const DomainParty> parties) {
  std::size_t count = 0;
  for (const DomainParty& party : parties) count += party.initiators.size();
  return count;
}

std::string named(RuleRun& run, Id domain) { return "The domain " + run.facts().called({Kind::Domain, domain}); }

}  // namespace

void initiatorsPerDomain(RuleRun& run) {
  const std::size_t limit = run.settings().maxInitiatorsPerDomain;
  if (limit == 0) return;
  run.snapshot().table<Domain>().forEach([&](Id id, const Domain& domain) {
    if (domain.nodes.size() <= limit) return;
    const auto parties = partiesIn(run.facts(), domain, false);
    if (parties.size() <= limit) return;
    Group group = run.group({Kind::Domain, id});
    const auto open = openParties(run, parties, limit, group);
    const auto& shown = group.items.empty() ? parties : open;
    Finding& finding =
        run.report(group, run.index().isActive(id) ? Severity::Medium : Severity::Low,
                   named(run, id) + " holds initiators of " + std::to_string(shown.size()) + " hosts or clusters (" +
                       run.facts().list(group.objects()) + "); the policy allows " + std::to_string(limit) + ".",
                   {{"initiators", std::to_string(initiatorsOf(shown))}, {"limit", std::to_string(limit)}},
                   split(run, domain, shown, limit));
    if (shown.size() > limit) finding.since = shown[limit].since;
  });
}

void initiatorsSeeEachOther(RuleRun& run) {
  run.snapshot().table<Domain>().forEach([&](Id id, const Domain& domain) {
    if (domain.nodes.size() < 2 || !run.index().isActive(id)) return;
    const auto parties = partiesIn(run.facts(), domain, true);
    if (parties.size() < 2) return;
    Group group = run.group({Kind::Domain, id});
    const auto open = openParties(run, parties, 1, group);
    const auto& shown = group.items.empty() ? parties : open;
    Finding& finding = run.report(
        group, named(run, id) + " shows initiators of " + run.facts().list(group.objects()) + " to each other.",
        {{"initiators", std::to_string(initiatorsOf(shown))}}, split(run, domain, shown, 1));
    if (shown.size() > 1) finding.since = shown[1].since;
  });
  run.snapshot().table<Node>().forEach([&](Id id, const Node& node) {
    if (!node.initiator || !node.control || !node.registered()) return;
    Finding& finding = run.report(run.group({Kind::Node, id}), Severity::Medium,
                                  "The initiator " + run.facts().called({Kind::Node, id}) +
                                      " is a control node: it sees every initiator and every target.",
                                  {}, {"Take it from the control nodes in the server's configuration.", {}});
    finding.since = node.created;
  });
}

void defaultDomain(RuleRun& run) {
  const Domain* domain = run.snapshot().get<Domain>(Domain::kDefault);
  if (!run.settings().defaultDomain || domain == nullptr) return;
  Group group = run.group({Kind::Domain, Domain::kDefault});
  MendDraft draft;
  for (const Member& member : domain->nodes.items()) {
    run.add(group, {{Kind::Node, member.id}, 1, member.since});
    // It loses nothing but this domain only where it is zoned elsewhere.
    const auto elsewhere = run.index().domainsOf(member.id);
    const bool zoned =
        std::ranges::any_of(elsewhere, [&](Id id) { return id != Domain::kDefault && run.index().isActive(id); });
    if (!zoned) draft.giveUp();
    draft.remove({Kind::Domain, Domain::kDefault}, "nodes", {Kind::Node, member.id});
  }
  domain->portals.forEach([&](Id id) {
    run.add(group, {{Kind::Portal, id}, 1, domain->changed});
    draft.remove({Kind::Domain, Domain::kDefault}, "portals", {Kind::Portal, id});
  });
  if (group.empty()) return;
  if (!run.wantsMends()) draft.giveUp();
  const std::size_t count = group.count();
  run.report(group,
             "The default domain is on and zones " + std::to_string(count) + (count == 1 ? " member" : " members") +
                 " with each other: " + run.facts().list(group.objects()) + ".",
             {}, std::move(draft).finish("Take its members out, once each is zoned on purpose."));
}

void inactiveDomain(RuleRun& run) {
  std::map<Id, Group> bySet;  // 0: in none
  run.snapshot().table<Domain>().forEach([&](Id id, const Domain& domain) {
    if (run.facts().isDefault(id) || run.index().isActive(id)) return;
    const auto sets = run.index().setsOf(id);
    const Id set = sets.empty() ? 0 : sets.front();
    auto at = bySet.find(set);
    if (at == bySet.end()) {
      at = bySet.emplace(set, set == 0 ? run.group("no set", {}) : run.group({Kind::DomainSet, set})).first;
    }
    const DomainSet* holder = run.snapshot().get<DomainSet>(set);
    const Member* member = holder == nullptr ? nullptr : holder->domains.find(id);
    run.add(at->second, {{Kind::Domain, id}, 1, member == nullptr ? domain.changed : member->since});
  });
  for (const auto& [set, group] : bySet) {
    const std::size_t count = group.count();
    std::string text = std::to_string(count) + (count == 1 ? " domain is in " : " domains are in ");
    text += set == 0 ? "no set: " : "no enabled set, but in " + run.facts().called({Kind::DomainSet, set}) + ": ";
    MendDraft draft;
    if (!run.wantsMends() || set != 0) draft.giveUp();
    for (const Item& item : group.shown()) draft.erase(item.object);
    run.report(group, text + run.facts().list(group.objects()) + ".", {},
               std::move(draft).finish(set == 0 ? "Erase what is left over; put the others into an enabled set."
                                                : "Enable the set, or erase it with its domains."));
  }
}

void oneSidedDomain(RuleRun& run) {
  run.snapshot().table<Domain>().forEach([&](Id id, const Domain& domain) {
    if (run.facts().isDefault(id) && domain.nodes.empty()) return;
    bool initiator = false;
    bool target = false;
    Revision since = domain.created;
    for (const Member& member : domain.nodes.items()) {
      const Node* node = run.snapshot().get<Node>(member.id);
      const bool unknown = !node->initiator && !node->target && !node->control;
      initiator = initiator || node->initiator || unknown;
      target = target || node->target || unknown;
      since = std::max(since, member.since);
    }
    if (initiator && target) return;
    const char* lacks = initiator ? " has no target."
                        : target  ? " has no initiator."
                                  : " has neither a target nor an initiator.";
    MendDraft draft;
    if (!run.wantsMends() || run.facts().isDefault(id)) draft.giveUp();
    draft.erase({Kind::Domain, id});
    Finding& finding = run.report(run.group({Kind::Domain, id}), named(run, id) + lacks,
                                  {{"members", std::to_string(domain.nodes.size())}},
                                  std::move(draft).finish("Erase it, or add what is missing."));
    finding.since = since;
  });
}

void staleMember(RuleRun& run) {
  const Seconds limit = kDay * run.settings().offlineDays;
  run.snapshot().table<Node>().forEach([&](Id id, const Node& node) {
    if (node.registered()) return;
    const auto domains = run.index().domainsOf(id);
    if (domains.empty()) return;
    Group group = run.group({Kind::Node, id});
    MendDraft draft;
    if (!run.wantsMends()) draft.giveUp();
    Revision zoned = 0;
    for (Id domain : domains) {
      const Revision since = run.snapshot().get<Domain>(domain)->nodes.find(id)->since;
      zoned = zoned == 0 ? since : std::min(zoned, since);
      run.add(group, {{Kind::Domain, domain}, 1, 0});
      draft.remove({Kind::Domain, domain}, "nodes", {Kind::Node, id});
    }
    const Seconds away = node.lastSeen != 0 ? node.lastSeen : run.facts().timeOf(zoned);
    if (away == 0 || !run.isOlder(away, limit)) return;
    const std::string days = std::to_string(run.age(away, kDay));
    Finding& finding =
        run.report(group,
                   run.facts().called({Kind::Node, id}) +
                       (node.lastSeen != 0 ? " has not been registered for " + days + " days"
                                           : " was zoned " + days + " days ago, and no registration of it is known") +
                       "; it is a member of " + run.facts().list(group.objects()) + ".",
                   {{"days", days}}, std::move(draft).finish("Take it out of its domains."));
    finding.sinceTime = away + limit;
  });
}

}  // namespace san::rule
