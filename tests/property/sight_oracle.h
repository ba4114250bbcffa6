// Who sees whom, the slow way: each rule as RFC 4171 says it (2.2.2, 3.4, 3.6), from the member lists of domains and
// sets alone, without the links and shortcuts of the server. What queries and SCNs say is held against it.
#pragma once

#include <algorithm>
#include <compare>
#include <set>
#include <string>
#include <vector>

#include "isns-server/core/state.h"

namespace property {

// A storage node: an iSCSI node or an FC port.
struct Who {
  bool fc = false;
  core::Index index = 0;
  friend auto operator<=>(const Who&, const Who&) = default;
};

class SightOracle {
 public:
  explicit SightOracle(const core::State& state) : s_(state) {}

  [[nodiscard]] core::Index entityOf(Who who) const {
    if (who.fc) return s_.fcPorts.get(who.index) == nullptr ? 0 : s_.fcPorts.get(who.index)->entity;
    return s_.nodes.get(who.index) == nullptr ? 0 : s_.nodes.get(who.index)->entity;
  }
  [[nodiscard]] bool registered(Who who) const { return entityOf(who) != 0; }

  [[nodiscard]] std::vector<Who> everybody() const {
    std::vector<Who> all;
    s_.nodes.forEach([&](core::Index i, const core::Node&) { all.push_back({false, i}); });
    s_.fcPorts.forEach([&](core::Index i, const core::FcPort&) { all.push_back({true, i}); });
    std::erase_if(all, [&](Who who) { return !registered(who); });
    return all;
  }

  // Domains outside of every enabled set give no visibility (2.2.2).
  [[nodiscard]] bool active(core::Index domain) const {
    bool enabled = false;
    s_.sets.forEach([&](core::Index, const core::DomainSet& set) {
      const std::uint32_t status = set.attributes.u32Or(isns::tag::kDdsStatus, 0);
      enabled = enabled || (set.domains.contains(domain) && (status & 1) != 0);
    });
    return enabled;
  }
  [[nodiscard]] std::vector<core::Index> activeDomainsOf(Who who) const {
    std::vector<core::Index> all;
    s_.domains.forEach([&](core::Index i, const core::Domain& domain) {
      const bool member = who.fc ? domain.fcPorts.contains(who.index) : domain.nodes.contains(who.index);
      if (member && active(i)) all.push_back(i);
    });
    return all;
  }

  // Nodes must be in one common enabled domain to learn of each other; everybody knows himself.
  [[nodiscard]] bool sees(Who viewer, Who other) const {
    if (!registered(viewer) || !registered(other)) return false;
    return viewer == other || !shared(viewer, other).empty();
  }

  // The portal as a way to `other`: where a shared domain names portals of its entity, only those are (2.2.2).
  [[nodiscard]] bool leads(Who viewer, Who other, const core::Portal& portal) const {
    if (!portal.registered() || portal.entity != entityOf(other)) return false;
    if (portal.entity == entityOf(viewer)) return true;
    for (core::Index d : shared(viewer, other)) {
      const core::Domain& domain = *s_.domains.get(d);
      bool namesSome = false;
      s_.portals.forEach([&](core::Index i, const core::Portal& p) {
        namesSome = namesSome || (p.entity == portal.entity && domain.portals.contains(i));
      });
      if (!namesSome || domain.portals.contains(portal.index)) return true;
    }
    return false;
  }

  // ---- What a query of everything must say, as text: no more, no less ----

  [[nodiscard]] std::set<std::string> nodesSeenBy(Who viewer) const {
    std::set<std::string> all;
    for (Who who : everybody()) {
      if (!who.fc && sees(viewer, who)) all.insert(std::string(s_.nodes.get(who.index)->name()));
    }
    return all;
  }
  [[nodiscard]] std::set<core::Index> entitiesSeenBy(Who viewer) const {
    std::set<core::Index> all{entityOf(viewer)};
    for (Who who : everybody()) {
      if (sees(viewer, who)) all.insert(entityOf(who));
    }
    return all;
  }
  [[nodiscard]] std::set<core::Index> portalsSeenBy(Who viewer) const {
    std::set<core::Index> all;
    s_.portals.forEach([&](core::Index i, const core::Portal& portal) {
      if (portal.registered() && portal.entity == entityOf(viewer)) all.insert(i);
      for (Who who : everybody()) {
        if (sees(viewer, who) && leads(viewer, who, portal)) all.insert(i);
      }
    });
    return all;
  }
  [[nodiscard]] std::set<core::Index> groupsSeenBy(Who viewer) const {
    std::set<core::Index> all;
    s_.groups.forEach([&](core::Index i, const core::PortalGroup& group) {
      const Who node{false, group.node};
      const core::Portal& portal = *s_.portals.get(group.portal);
      if (sees(viewer, node) && leads(viewer, node, portal)) all.insert(i);
    });
    return all;
  }
  // Portals through which `node` can be reached: those of its groups whose tag is not NULL (3.4).
  [[nodiscard]] std::set<core::Index> waysTo(Who viewer, Who node) const {
    std::set<core::Index> all;
    s_.groups.forEach([&](core::Index, const core::PortalGroup& group) {
      const core::Portal& portal = *s_.portals.get(group.portal);
      if (group.node == node.index && group.tag != core::PortalGroup::kNullTag && leads(viewer, node, portal)) {
        all.insert(group.portal);
      }
    });
    return all;
  }
  [[nodiscard]] std::set<core::Index> domainsSeenBy(Who viewer) const {
    const auto list = activeDomainsOf(viewer);
    return {list.begin(), list.end()};
  }
  [[nodiscard]] std::set<core::Index> setsSeenBy(Who viewer) const {
    std::set<core::Index> all;
    for (core::Index d : activeDomainsOf(viewer)) {
      s_.sets.forEach([&](core::Index i, const core::DomainSet& set) {
        if (set.domains.contains(d)) all.insert(i);
      });
    }
    return all;
  }

 private:
  [[nodiscard]] std::vector<core::Index> shared(Who a, Who b) const {
    std::vector<core::Index> both;
    const auto ofB = activeDomainsOf(b);
    for (core::Index d : activeDomainsOf(a)) {
      if (std::find(ofB.begin(), ofB.end(), d) != ofB.end()) both.push_back(d);
    }
    return both;
  }

  const core::State& s_;
};

}  // namespace property
