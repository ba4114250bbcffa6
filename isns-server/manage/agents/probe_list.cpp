#include "isns-server/manage/agents/probe_list.h"

#include <algorithm>
#include <functional>
#include <set>

#include "shared/san/pair_layers.h"

namespace manage {
namespace {

using san::Id;
using san::SanIndex;
using san::Truth;

// "10.0.0.1:3260": without "/tcp", as initiators write it. What is not TCP is none for iSCSI.
std::vector<std::string> portalsOf(const SanIndex& index, Id target) {
  constexpr std::string_view kTcp = "/tcp";
  std::vector<std::string> portals;
  for (const Id id : index.grantedPortalsOf(target)) {
    if (portals.size() == ProbeList::kPortals) break;
    std::string text = isns::formatPortal(index.portal(id)->address);
    if (!text.ends_with(kTcp)) continue;
    text.resize(text.size() - kTcp.size());
    portals.push_back(std::move(text));
  }
  return portals;
}

// Targets that share a domain with the initiator; the pair says whether it is active.
std::set<Id> neighbours(const SanIndex& index, Id initiator) {
  std::set<Id> targets;
  for (const Id domain : index.domainsOf(initiator)) {
    for (const san::Member& member : index.domain(domain)->nodes.items()) {
      const san::Node* node = index.node(member.id);
      if (node != nullptr && node->target) targets.insert(member.id);
      if (targets.size() >= ProbeList::kLook) return targets;
    }
  }
  return targets;
}

}  // namespace

void ProbeList::use(const Index& index) {
  if (index_ == index) return;
  index_ = index;
  targets_.clear();
  named_.clear();
  index->snapshot().table<san::Node>().forEach([&](Id id, const san::Node& node) {
    if (node.target && node.registered() && !index->grantedPortalsOf(id).empty()) targets_.push_back(id);
  });
}

std::vector<WantedProbe> ProbeList::of(const Index& index, const mgmt::Identity& agent, std::uint64_t turn) {
  use(index);
  std::vector<WantedProbe> list;
  san::PairLayers pair(*index);
  const auto add = [&](Id initiator, Id target, bool expected) {
    WantedProbe probe{index->node(initiator)->name, index->node(target)->name, portalsOf(*index, target), expected};
    if (probe.portals.empty()) return false;
    list.push_back(std::move(probe));
    return true;
  };
  for (const std::string& name : agent.nodes) {
    const auto initiator = index->snapshot().find(san::Kind::Node, name);
    if (!initiator || !index->node(*initiator)->initiator) continue;
    std::size_t reached = 0;
    for (const Id target : neighbours(*index, *initiator)) {
      if (reached == kReached || list.size() == kMost) break;
      pair.look(*initiator, target);
      if (pair.there() && wantedIn(pair) == Truth::Yes && add(*initiator, target, true)) ++reached;
    }
    // Each turn begins where the one before ended, at the earliest; initiators begin at different places.
    const std::size_t all = targets_.size();
    const std::size_t first = all == 0 ? 0 : (std::hash<std::string>()(name) % all + turn % all * kOthers) % all;
    std::size_t others = 0;
    for (std::size_t step = 0; step < std::min(all, kLook) && others < kOthers && list.size() < kMost; ++step) {
      const Id target = targets_[(first + step) % all];
      pair.look(*initiator, target);
      // One's own targets are no strangers: a machine may be both.
      const bool own = pair.there() && pair.target().entity == pair.initiator().entity;
      if (pair.there() && !own && wantedIn(pair) == Truth::No && add(*initiator, target, false)) ++others;
    }
  }
  return list;
}

bool ProbeList::named(const Index& index, const std::string& initiator, const std::string& target, std::uint64_t turn) {
  const auto node = index->snapshot().find(san::Kind::Node, initiator);
  const san::Node* known = node ? index->node(*node) : nullptr;
  if (known == nullptr || !known->registered() || index->agentsOf(known->entity.id).empty()) return false;
  const auto tried = index->snapshot().find(san::Kind::Node, target);
  if (!tried) return false;
  const std::vector<Id>& targets = namedTo(index, *node, turn);
  return std::ranges::find(targets, *tried) != targets.end();
}

const std::vector<Id>& ProbeList::namedTo(const Index& index, Id initiator, std::uint64_t turn) {
  use(index);
  const auto known = named_.find(initiator);
  if (known != named_.end() && namedIn_ == turn) return known->second;
  if (namedIn_ != turn || named_.size() >= kRemembered) named_.clear();
  namedIn_ = turn;
  std::vector<Id>& targets = named_[initiator];
  const mgmt::Identity alone{mgmt::PeerKind::Agent, {}, {index->node(initiator)->name}, {}};
  for (const std::uint64_t one : {turn, turn - 1}) {
    for (const WantedProbe& probe : of(index, alone, one)) {
      targets.push_back(*index->snapshot().find(san::Kind::Node, probe.target));
    }
  }
  return targets;
}

}  // namespace manage
