// R19 to R21: names that mislead, and portals where nobody expects storage.
#include <algorithm>

#include "shared/base/listed.h"
#include "shared/base/wildcard.h"
#include "shared/san/rule_run.h"

namespace san::rule {
namespace {

std::string folded(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

template <class T>
void checkNames(RuleRun& run, std::string_view many) {
  const std::string& pattern = run.settings().namePattern;
  Group group = run.group(std::string(many), {});
  run.snapshot().table<T>().forEach([&](Id id, const T& object) {
    if (T::kKind == Kind::Domain && run.facts().isDefault(id)) return;  // nobody chose that name
    const bool follows = base::wildcardMatches(pattern, object.name, base::LetterCase::Counts);
    if (!follows) run.add(group, {{T::kKind, id}, 1, object.changed});
  });
  if (group.empty()) return;
  run.report(
      group,
      "Names of " + std::string(many) + " do not follow " + pattern + ": " + run.facts().list(group.objects()) + ".",
      {{"pattern", pattern}}, {"Rename them.", {}});
}

// The alias stays with the node that had it first.
void aliasTwice(RuleRun& run) {
  std::map<std::string, std::vector<const Node*>> byAlias;
  run.snapshot().table<Node>().forEach([&](Id, const Node& node) {
    if (!node.alias.empty()) byAlias[folded(node.alias)].push_back(&node);
  });
  for (auto& [alias, nodes] : byAlias) {
    if (nodes.size() < 2) continue;
    std::ranges::stable_sort(nodes, {}, [](const Node* node) { return node->changed; });
    Group group = run.group("alias:" + alias, {});
    MendDraft draft;
    if (!run.wantsMends()) draft.giveUp();
    for (const Node* node : nodes) {
      run.add(group, {{Kind::Node, node->id}, 1, 0});
      if (node != nodes.front()) draft.set({Kind::Node, node->id}, "alias", std::string());
    }
    if (group.items.size() == 1) group.acceptAll();
    std::vector<std::string> names;
    for (const Node* node : nodes) {
      if (names.size() < Finding::kMaxObjects) names.push_back(node->name);
    }
    Finding& finding = run.report(
        group, std::to_string(nodes.size()) + " nodes have the alias " + nodes.front()->alias + ": " + base::listed(names) + ".",
        {{"alias", nodes.front()->alias}},
        std::move(draft).finish("Leave the alias to the first of them, and give the others their own."));
    finding.since = nodes[1]->changed;
  }
}

void claimedTwice(RuleRun& run) {
  std::map<Id, std::vector<Id>> claims;  // agents by node
  run.snapshot().table<Agent>().forEach([&](Id id, const Agent& agent) {
    if (!agent.revoked) agent.nodes.forEach([&](Id node) { claims[node].push_back(id); });
  });
  for (const auto& [node, agents] : claims) {
    if (agents.size() < 2) continue;
    Group group = run.group({Kind::Node, node});
    for (Id agent : agents) run.add(group, {{Kind::Agent, agent}, 1, 0});
    if (group.items.size() == 1) group.acceptAll();
    run.report(group, Severity::High,
               "The agents " + run.facts().list(group.objects()) + " may all speak for " +
                   run.facts().called({Kind::Node, node}) + ".",
               {}, {"Take the name from the agent that it does not belong to.", {}});
  }
}

}  // namespace

void namePattern(RuleRun& run) {
  if (run.settings().namePattern.empty()) return;
  checkNames<Host>(run, "hosts");
  checkNames<Domain>(run, "domains");
}

void nameTwice(RuleRun& run) {
  aliasTwice(run);
  claimedTwice(run);
}

void portalOutside(RuleRun& run) {
  bool declared = false;
  run.snapshot().table<Network>().forEach(
      [&](Id, const Network& network) { declared = declared || !network.subnets.empty(); });
  if (!declared) return;
  std::map<Id, Revision> ofTargets;  // portals through which a registered target answers
  run.snapshot().table<PortalGroup>().forEach([&](Id, const PortalGroup& group) {
    const Node* node = run.snapshot().get<Node>(group.node.id);
    if (group.grantsAccess() && node->target && node->registered())
      ofTargets.try_emplace(group.portal.id, group.created);
  });
  std::map<Id, Group> byNetwork;  // 0: none
  for (const auto& [portal, since] : ofTargets) {
    const auto networks = run.index().networksOf(portal);
    const bool storage = std::ranges::any_of(networks, [&](Id id) { return run.snapshot().get<Network>(id)->storage; });
    if (storage) continue;
    const Id network = networks.empty() ? 0 : networks.front();
    const auto [at, isNew] = byNetwork.try_emplace(network);
    if (isNew) at->second = network == 0 ? run.group("no network", {}) : run.group({Kind::Network, network});
    run.add(at->second, {{Kind::Portal, portal}, 1, since});
  }
  for (const auto& [network, group] : byNetwork) {
    const std::string place = network == 0 ? "in no declared network"
                                           : "in the network " + run.facts().called({Kind::Network, network}) +
                                                 ", which is not meant for storage";
    run.report(group, "Targets answer " + place + ": " + run.facts().list(group.objects()) + ".", {},
               {network == 0 ? "Declare the network, or move the portals."
                             : "Move the portals, or set their groups to the NULL tag.",
                {}});
  }
}

}  // namespace san::rule
