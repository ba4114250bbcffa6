// ReachOracle: who reaches what, by brute force, straight from the definitions (DESIGN section 5).
//
// It walks whole tables for every question and shares nothing with SanIndex and Reach but the objects and the shape of
// a cell, so that the two can be held against each other. For small SANs.
#pragma once

#include <set>

#include "shared/san/reach.h"

namespace test {

class ReachOracle {
 public:
  explicit ReachOracle(const san::Snapshot& snapshot) : all_(snapshot) {}

  [[nodiscard]] std::set<san::ObjectRef> hosts() const {
    std::set<san::ObjectRef> hosts;
    each<san::Host>([&](const san::Host& host) { hosts.insert({san::Kind::Host, host.id}); });
    each<san::Node>([&](const san::Node& node) {
      if (node.initiator) hosts.insert(hostOf(node));
    });
    return hosts;
  }

  [[nodiscard]] san::ObjectRef hostOf(const san::Node& node) const {
    san::Id named = 0;
    san::Id byEntity = 0;
    each<san::Host>([&](const san::Host& host) {
      if (host.nodes.contains(node.id) && named == 0) named = host.id;
      if (node.entity && host.entities.contains(node.entity.id) && byEntity == 0) byEntity = host.id;
    });
    if (named != 0) return {san::Kind::Host, named};
    if (byEntity != 0) return {san::Kind::Host, byEntity};
    if (node.entity) return node.entity.ref();
    return {san::Kind::Node, node.id};
  }

  [[nodiscard]] san::Cell cell(san::Basis basis, san::ObjectRef host, const san::LogicalUnit& unit) const {
    san::Cell cell;
    san::Right rightOfYes = san::Right::ReadOnly;
    san::Right rightOfUnknown = san::Right::ReadOnly;
    each<san::Node>([&](const san::Node& i) {
      if (!i.initiator || hostOf(i) != host) return;
      std::set<san::Id> targets;
      for (const san::UnitPath& path : unit.paths.items()) targets.insert(path.target);
      for (san::Id target : targets) {
        const san::Node& t = *all_.get<san::Node>(target);
        for (san::Id p : ways(i, t)) {
          const san::Truth finds = this->finds(i, t, p);
          const auto [in, right] = getsIn(basis, i, t, p, unit.id);
          cell.finds = std::max(cell.finds, finds);
          cell.getsIn = std::max(cell.getsIn, in);
          cell.works = std::max(cell.works, std::min(finds, in));
          if (in == san::Truth::Yes) rightOfYes = std::max(rightOfYes, right);
          if (in == san::Truth::Unknown) rightOfUnknown = std::max(rightOfUnknown, right);
          if (managed(t)) {
            const auto now = getsIn(san::Basis::Applied, i, t, p, unit.id);
            const auto wanted = getsIn(san::Basis::Desired, i, t, p, unit.id);
            if (now.first != wanted.first) cell.pending = true;
            if (now.first != san::Truth::No && wanted.first != san::Truth::No && now.second != wanted.second)
              cell.pending = true;
          }
        }
        if (observed(i, t, unit.id)) cell.observed = true;
      }
    });
    if (cell.getsIn == san::Truth::Yes) cell.right = rightOfYes;
    if (cell.getsIn == san::Truth::Unknown) cell.right = rightOfUnknown;
    return cell;
  }

 private:
  using Truth = san::Truth;
  template <class T, class Visit>
  void each(Visit&& visit) const {
    all_.table<T>().forEach([&](san::Id, const T& object) { visit(object); });
  }
  template <class T, class Holds>
  [[nodiscard]] bool any(Holds&& holds) const {
    bool found = false;
    each<T>([&](const T& object) { found = found || holds(object); });
    return found;
  }

  // Portals of the target's entity, or 0 where there is none; and where sessions are.
  [[nodiscard]] std::set<san::Id> ways(const san::Node& i, const san::Node& t) const {
    std::set<san::Id> ways;
    each<san::Portal>([&](const san::Portal& p) {
      if (t.entity && p.entity == t.entity) ways.insert(p.id);
    });
    if (ways.empty()) ways.insert(0);
    each<san::Session>([&](const san::Session& s) {
      if (s.initiator.id == i.id && s.target.id == t.id) ways.insert(s.portal.id);
    });
    return ways;
  }

  [[nodiscard]] bool active(const san::Domain& domain) const {
    if (domain.id == 1 && all_.settings().defaultDomain) return true;
    const auto holds = [&](const san::DomainSet& set) { return set.domains.contains(domain.id); };
    if (!any<san::DomainSet>(holds)) return all_.settings().unassignedDomainsActive;
    return any<san::DomainSet>([&](const san::DomainSet& set) { return holds(set) && set.enabled; });
  }
  [[nodiscard]] bool shares(const san::Domain& d, const san::Node& i, const san::Node& t) const {
    return active(d) && d.nodes.contains(i.id) && d.nodes.contains(t.id);
  }
  [[nodiscard]] bool visible(const san::Node& i, const san::Node& t) const {
    return i.control || any<san::Domain>([&](const san::Domain& d) { return shares(d, i, t); });
  }

  [[nodiscard]] Truth finds(const san::Node& i, const san::Node& t, san::Id portal) const {
    if (!i.entity || !t.entity || !visible(i, t)) return Truth::No;
    const san::Portal* p = all_.get<san::Portal>(portal);
    if (p == nullptr || p->entity != t.entity) return Truth::No;
    const bool group = any<san::PortalGroup>(
        [&](const san::PortalGroup& g) { return g.node.id == t.id && g.portal.id == portal && g.tag != 0xffffffff; });
    if (!group) return Truth::No;
    const bool shown = i.control || any<san::Domain>([&](const san::Domain& d) {
                         if (!shares(d, i, t)) return false;
                         const bool namesSome = any<san::Portal>(
                             [&](const san::Portal& q) { return q.entity == t.entity && d.portals.contains(q.id); });
                         return !namesSome || d.portals.contains(portal);
                       });
    return shown ? Truth::Yes : Truth::No;
  }

  [[nodiscard]] std::set<san::Id> networksOf(const san::Portal& portal) const {
    std::set<san::Id> found;
    each<san::Network>([&](const san::Network& network) {
      for (const isns::AddressPrefix& subnet : network.subnets) {
        if (subnet.holds(portal.address.ip)) found.insert(network.id);
      }
    });
    return found;
  }
  // By their agents: in one subnet, which both see alike, and in one VLAN.
  [[nodiscard]] static bool seenTogether(const san::Portal& a, const san::Portal& b) {
    if (a.network.prefix == 0 || a.network.prefix != b.network.prefix || a.network.vlan != b.network.vlan) return false;
    const unsigned before = isns::isIpv4(a.address.ip) ? 96 : 0;
    for (const san::Portal* one : {&a, &b}) {
      if (isns::formatIp(one->address.ip).starts_with("127.") || isns::formatIp(one->address.ip) == "::1") return false;
    }
    for (unsigned bit = before; bit < before + a.network.prefix; ++bit) {
      if (((a.address.ip[bit / 8] ^ b.address.ip[bit / 8]) & (0x80U >> (bit % 8))) != 0) return false;
    }
    return true;
  }
  [[nodiscard]] Truth network(const san::Node& i, const san::Node& t, san::Id portal) const {
    const san::Portal* p = all_.get<san::Portal>(portal);
    Truth best = Truth::Unknown;
    bool first = true;
    each<san::Portal>([&](const san::Portal& q) {
      if (p == nullptr || !i.entity || q.entity != i.entity) return;
      Truth one = Truth::Unknown;
      const auto near = networksOf(q);
      const auto far = networksOf(*p);
      if (isns::isIpv4(q.address.ip) != isns::isIpv4(p->address.ip)) {
        one = Truth::No;
      } else if (!near.empty() && !far.empty()) {
        one = Truth::No;
        for (san::Id id : near) one = far.count(id) != 0 ? Truth::Yes : one;
      } else if (seenTogether(q, *p)) {
        one = Truth::Yes;
      }
      best = first ? one : std::max(best, one);
      first = false;
    });
    const bool session = any<san::Session>(
        [&](const san::Session& s) { return s.initiator.id == i.id && s.target.id == t.id && s.portal.id == portal; });
    return best == Truth::Unknown && session ? Truth::Yes : best;
  }

  [[nodiscard]] const san::AppliedTarget* report(const san::Node& t) const {
    const san::AppliedTarget* found = nullptr;
    each<san::AppliedTarget>([&](const san::AppliedTarget& a) {
      if (a.target.id == t.id) found = &a;
    });
    return found;
  }
  [[nodiscard]] static bool speaksFor(const san::Agent& agent, const san::Node& t) {
    return agent.nodes.contains(t.id) || (t.entity && agent.entity == t.entity);
  }
  [[nodiscard]] bool managed(const san::Node& t) const {
    return report(t) != nullptr || any<san::Agent>([&](const san::Agent& a) { return !a.revoked && speaksFor(a, t); });
  }

  [[nodiscard]] bool mapsFor(const san::Map& map, const san::Node& i, const san::Node& t) const {
    if (map.target.id != t.id) return false;
    const san::ObjectRef host = hostOf(i);
    if (map.who.kind == san::Kind::Node) return map.who.id == i.id;
    if (map.who.kind == san::Kind::Host) return map.who == host;
    return host.kind == san::Kind::Host && all_.get<san::Host>(host.id)->cluster.id == map.who.id;
  }

  // Of two units at one LUN the initiator has that of the first map.
  [[nodiscard]] bool lunTaken(const san::Map& map, const san::Node& i, const san::Node& t) const {
    const san::Map* first = nullptr;
    each<san::Map>([&](const san::Map& other) {
      if (mapsFor(other, i, t) && other.lun == map.lun && (first == nullptr || other.id < first->id)) first = &other;
    });
    return first->unit != map.unit;
  }

  // Of several targets each is named; of one there is but one answer.
  static Truth heldAt(const san::Credential& c, san::Id target) {
    if (c.target.id != 0 || c.heldBy.size() + c.lackedBy.size() == 0) return c.targetHolds;
    return c.heldBy.contains(target) ? Truth::Yes : c.lackedBy.contains(target) ? Truth::No : Truth::Unknown;
  }

  [[nodiscard]] Truth chap(san::Basis basis, san::ChapDemand demand, const san::Node& i, const san::Node& t) const {
    if (demand == san::ChapDemand::None) return Truth::Yes;
    const bool own = any<san::Credential>([&](const san::Credential& c) {
      return c.initiator.id == i.id && c.target.id == t.id && c.state != san::CredentialState::Retired;
    });
    Truth best = Truth::No;
    each<san::Credential>([&](const san::Credential& c) {
      if (c.initiator.id != i.id || c.state == san::CredentialState::Retired) return;
      if (c.target.id != (own ? t.id : 0)) return;
      if (demand == san::ChapDemand::Mutual && !c.mutual) return;
      best = std::max(best, basis == san::Basis::Desired ? Truth::Yes : std::min(c.initiatorHolds, heldAt(c, t.id)));
    });
    const bool former = basis == san::Basis::Applied && best == Truth::No && mayTakeFormer(demand, own, i, t);
    return former ? Truth::Unknown : best;
  }

  // The target has none of the credentials that are meant: it may have one of before, where there is such a one or it
  // gives the initiator anything else that is not meant any more.
  [[nodiscard]] bool mayTakeFormer(san::ChapDemand demand, bool own, const san::Node& i, const san::Node& t) const {
    bool there = false, meant = false, others = false;
    each<san::Credential>([&](const san::Credential& c) {
      if (c.initiator.id != i.id || (c.target.id != 0 && c.target.id != t.id)) return;
      const bool now = c.state != san::CredentialState::Retired && c.target.id == (own ? t.id : 0);
      meant = meant || now;
      others = others || !now;
      const bool fits = demand != san::ChapDemand::Mutual || c.mutual;
      there = there || (now && fits && heldAt(c, t.id) != Truth::No);
    });
    if (there) return false;
    if (meant && others) return true;
    if (demand > wantedDemand(i, t)) return true;
    if (letsInNow(*report(t), i) != Truth::No && letsInAsWanted(i, t) == Truth::No) return true;
    for (const san::AppliedMap& map : report(t)->maps.items()) {
      if (map.initiator == i.id && mapped(san::Basis::Desired, i, t, map.unit).first == Truth::No) return true;
    }
    return false;
  }

  [[nodiscard]] san::ChapDemand wantedDemand(const san::Node& i, const san::Node& t) const {
    san::ChapDemand demand = t.chap;
    each<san::Domain>([&](const san::Domain& d) {
      if (shares(d, i, t)) demand = std::max(demand, d.chap);
    });
    return demand;
  }
  [[nodiscard]] static Truth letsInNow(const san::AppliedTarget& a, const san::Node& i) {
    if (a.enforcement == san::Enforcement::Open) return Truth::Yes;
    if (a.enforcement == san::Enforcement::Unknown) return Truth::Unknown;
    return a.admitted.contains(i.id) ? Truth::Yes : Truth::No;
  }
  [[nodiscard]] Truth letsInAsWanted(const san::Node& i, const san::Node& t) const {
    if (t.enforcement == san::Enforcement::Open) return Truth::Yes;
    if (t.enforcement == san::Enforcement::Zoning) return visible(i, t) ? Truth::Yes : Truth::No;
    if (t.enforcement == san::Enforcement::Unknown) return Truth::Unknown;
    return any<san::Map>([&](const san::Map& m) { return mapsFor(m, i, t); }) ? Truth::Yes : Truth::No;
  }

  [[nodiscard]] Truth admitted(san::Basis basis, const san::Node& i, const san::Node& t) const {
    const san::AppliedTarget* a = report(t);
    if (basis == san::Basis::Applied) {
      if (a == nullptr) return Truth::Unknown;
      san::ChapDemand demand = a->chap;
      if (a->provesNothing.contains(i.id)) demand = san::ChapDemand::None;
      if (a->provesOneWay.contains(i.id)) demand = san::ChapDemand::OneWay;
      if (a->provesMutual.contains(i.id)) demand = san::ChapDemand::Mutual;
      return std::min(letsInNow(*a, i), chap(basis, demand, i, t));
    }
    if (!managed(t)) return Truth::Unknown;
    return std::min(letsInAsWanted(i, t), chap(basis, wantedDemand(i, t), i, t));
  }

  [[nodiscard]] std::pair<Truth, san::Right> mapped(san::Basis basis, const san::Node& i, const san::Node& t,
                                                    san::Id unit) const {
    const san::AppliedTarget* a = report(t);
    if (basis == san::Basis::Applied ? a == nullptr : !managed(t)) return {Truth::Unknown, san::Right::ReadWrite};
    std::pair<Truth, san::Right> best{Truth::No, san::Right::ReadOnly};
    const auto take = [&](san::Right right) { best = std::max(best, {Truth::Yes, right}); };
    if (basis == san::Basis::Applied) {
      for (const san::AppliedMap& map : a->maps.items()) {
        if ((map.initiator == 0 || map.initiator == i.id) && map.unit == unit) take(map.right);
      }
    } else {
      each<san::Map>([&](const san::Map& map) {
        if (!mapsFor(map, i, t) || map.unit.id != unit || lunTaken(map, i, t)) return;
        const bool leaves =
            any<san::Departure>([&](const san::Departure& one) { return one.map.id == map.id && one.concerns(i.id); });
        take(leaves ? san::Right::ReadOnly : map.right);
      });
    }
    return best;
  }

  [[nodiscard]] std::pair<Truth, san::Right> getsIn(san::Basis basis, const san::Node& i, const san::Node& t,
                                                    san::Id portal, san::Id unit) const {
    const auto [truth, right] = mapped(basis, i, t, unit);
    return {std::min({network(i, t, portal), admitted(basis, i, t), truth}), right};
  }

  [[nodiscard]] bool observed(const san::Node& i, const san::Node& t, san::Id unit) const {
    return any<san::Session>([&](const san::Session& s) {
      if (s.initiator.id != i.id || s.target.id != t.id) return false;
      if (s.units.contains(unit)) return true;
      const bool atTarget =
          any<san::Agent>([&](const san::Agent& a) { return s.seenBy.contains(a.id) && speaksFor(a, t); });
      return atTarget && mapped(san::Basis::Applied, i, t, unit).first != Truth::No;
    });
  }

  const san::Snapshot& all_;
};

}  // namespace test
