// randomSan(): a small SAN of random objects, for properties of what is computed from snapshots.
//
// A few objects of each kind, joined at random without regard for sense: nodes that are not registered, portals of
// nobody, domains in no set, hosts that claim the same node, maps for what is not behind the target, reports that
// nobody asked for. The same random numbers give the same SAN.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <random>

#include "shared/san/editor.h"

namespace test {

class RandomSan {
 public:
  explicit RandomSan(std::uint64_t seed) : random_(seed), editor_(san::Snapshot(), 1, 1000) {}

  san::Snapshot make() {
    addRegistry();
    addDomains();
    addHosts();
    addUnits();
    addAgents();
    addSessions();
    auto finished = editor_.finish();
    if (!finished) {
      std::fprintf(stderr, "randomSan: %s\n", finished.error().text.c_str());
      std::abort();
    }
    return std::move(finished).value();
  }

 private:
  using Id = san::Id;
  using Kind = san::Kind;

  std::uint32_t upTo(std::uint32_t highest) {
    return static_cast<std::uint32_t>(random_() % (highest + std::uint64_t{1}));
  }
  bool chance(std::uint32_t percent) { return upTo(99) < percent; }
  template <class E>
  E word() {
    return static_cast<E>(upTo(static_cast<std::uint32_t>(san::wordsOf<E>().size()) - 1));
  }
  static Id pick(std::mt19937_64& random, const std::vector<Id>& from) { return from[random() % from.size()]; }
  // One of them, or none.
  Id oneOf(const std::vector<Id>& from, std::uint32_t percent = 100) {
    return from.empty() || !chance(percent) ? 0 : pick(random_, from);
  }
  template <class Set>
  void fill(Set& set, const std::vector<Id>& from, std::uint32_t percent) {
    for (Id id : from) {
      if (chance(percent)) set.insert(id);
    }
  }
  template <class T>
  T& add(std::vector<Id>& to, Id wanted = 0) {
    const auto made = editor_.create(T::kKind, wanted);
    if (!made) std::abort();
    to.push_back(made->id);
    T& object = editor_.own<T>(made->id);
    if constexpr (requires { object.name = std::string(); }) object.name = std::to_string(made->id);
    return object;
  }
  template <san::Kind K>
  void join(san::Members<K>& members, const std::vector<Id>& from, std::uint32_t percent) {
    std::vector<san::Member> all;
    for (Id id : from) {
      if (chance(percent)) all.push_back({id, 1});
    }
    std::ranges::sort(all, {}, &san::Member::id);
    members.assign(all);
  }

  void addRegistry() {
    for (std::uint32_t i = 1 + upTo(3); i > 0; --i) add<san::Entity>(entities_);
    for (std::uint32_t i = 2 + upTo(4); i > 0; --i) {
      auto& node = add<san::Node>(nodes_);
      node.entity.id = oneOf(entities_, 85);
      node.initiator = chance(60);
      node.target = chance(60);
      node.control = chance(6);
      node.chap = chance(20) ? word<san::ChapDemand>() : san::ChapDemand::None;
      node.enforcement = chance(60) ? san::Enforcement::Zoning : word<san::Enforcement>();
    }
    for (std::uint32_t i = upTo(6); i > 0; --i) {
      auto& portal = add<san::Portal>(portals_);
      portal.entity.id = oneOf(entities_, 90);
      static constexpr const char* kAddresses[] = {"10.0.0.1:%u",  "10.0.1.1:%u",  "10.1.0.1:%u",
                                                   "127.0.0.1:%u", "[fd00::1]:%u", "[fd00:1::1]:%u"};
      char text[40];
      std::snprintf(text, sizeof text, kAddresses[chance(70) ? upTo(1) : upTo(5)],
                    static_cast<unsigned>(3000 + portal.id));
      portal.address = *isns::parsePortal(text);
      if (chance(50)) portal.network = {"eth0", chance(20) ? 7U : 0U, 1500, 0, chance(70) ? 24U : 16U, true};
    }
    for (std::uint32_t i = chance(80) ? 1 + upTo(2) : 0; i > 0; --i) {
      static constexpr const char* kSubnets[] = {"10.0.0.0/24", "10.0.0.0/16", "10.1.0.0/16", "fd00::/64"};
      auto& network = add<san::Network>(networks_);
      const san::FieldRow& field = *san::findField(Kind::Network, "subnets");
      (void)san::setField(field, network, std::vector<std::string>{kSubnets[chance(60) ? 1 : upTo(3)]}, 1);
    }
    for (Id node : nodes_) {
      for (Id portal : portals_) {
        if (!chance(75)) continue;
        auto& group = add<san::PortalGroup>(groups_);
        group.node.id = node;
        group.portal.id = portal;
        group.tag = chance(15) ? san::PortalGroup::kNullTag : 1;
      }
    }
  }

  void addDomains() {
    for (std::uint32_t i = chance(90) ? 1 + upTo(2) : 0; i > 0; --i) {
      const Id wanted = i == 1 && chance(10) ? 0x7000'0000 + upTo(1000) : 0;  // peers may choose DD_IDs
      auto& domain = add<san::Domain>(domains_, wanted);
      join(domain.nodes, nodes_, 65);
      if (chance(30)) join(domain.portals, portals_, 30);
      if (chance(20)) domain.chap = word<san::ChapDemand>();
      domain.md5Refused = chance(20);
    }
    for (std::uint32_t i = upTo(2); i > 0; --i) {
      auto& set = add<san::DomainSet>(sets_);
      set.enabled = chance(75);
      join(set.domains, domains_, 75);
    }
    if (chance(50)) {
      std::vector<Id> made;
      auto& settings = add<san::Settings>(made, san::Settings::kId);
      settings.defaultDomain = chance(50);
      settings.unassignedDomainsActive = chance(50);
    }
  }

  void addHosts() {
    for (std::uint32_t i = upTo(1); i > 0; --i) add<san::Cluster>(clusters_);
    for (std::uint32_t i = upTo(2); i > 0; --i) {
      auto& host = add<san::Host>(hosts_);
      host.cluster.id = oneOf(clusters_, 60);
      join(host.entities, entities_, 30);
      join(host.nodes, nodes_, 20);
    }
  }

  san::ObjectRef somebody() {
    const std::uint32_t which = upTo(2);
    if (which == 0 && !hosts_.empty()) return {Kind::Host, oneOf(hosts_)};
    if (which == 1 && !clusters_.empty()) return {Kind::Cluster, oneOf(clusters_)};
    return {Kind::Node, oneOf(nodes_)};
  }

  void addUnits() {
    for (std::uint32_t i = 1 + upTo(2); i > 0; --i) {
      auto& unit = add<san::LogicalUnit>(units_);
      std::vector<san::UnitPath> paths;
      for (Id node : nodes_) {
        if (chance(40)) paths.push_back({node, upTo(3)});
        if (chance(5)) paths.push_back({node, 7});
      }
      std::ranges::sort(paths);
      unit.paths = base::SharedArray<san::UnitPath>(paths);
    }
    for (std::uint32_t i = upTo(12); i > 0; --i) {
      auto& map = add<san::Map>(maps_);
      map.who = somebody();
      map.target.id = oneOf(nodes_);
      map.unit.id = oneOf(units_);
      map.lun = upTo(3);
      map.right = word<san::Right>();
    }
    for (std::uint32_t i = maps_.empty() ? 0 : upTo(3); i > 0; --i) {
      auto& departure = add<san::Departure>(departures_);
      departure.map.id = oneOf(maps_);
      departure.everybody = chance(30);
      fill(departure.initiators, nodes_, 40);
      departure.leavesAt = chance(90) ? 1'900'000'000 + upTo(9) : 0;
    }
    for (std::uint32_t i = upTo(3); i > 0; --i) {
      auto& credential = add<san::Credential>(credentials_);
      credential.initiator.id = oneOf(nodes_);
      credential.target.id = oneOf(nodes_, 60);
      credential.mutual = chance(50);
      credential.userName = "user";
      credential.state = word<san::CredentialState>();
      credential.initiatorHolds = chance(50) ? san::Truth::Yes : word<san::Truth>();
      credential.targetHolds = chance(50) ? san::Truth::Yes : word<san::Truth>();
      if (credential.target.id != 0 || chance(50)) continue;
      fill(credential.heldBy, nodes_, 50);
      for (const Id node : nodes_) {
        if (!credential.heldBy.contains(node) && chance(50)) credential.lackedBy.insert(node);
      }
    }
  }

  void addAgents() {
    for (std::uint32_t i = upTo(2); i > 0; --i) {
      auto& agent = add<san::Agent>(agents_);
      agent.entity.id = oneOf(entities_, 70);
      if (chance(40)) fill(agent.nodes, nodes_, 30);
      agent.revoked = chance(15);
    }
    for (Id node : nodes_) {
      if (!chance(60)) continue;
      auto& applied = add<san::AppliedTarget>(applied_);
      applied.target.id = node;
      applied.agent.id = oneOf(agents_);
      applied.enforcement = chance(60) ? san::Enforcement::Zoning : word<san::Enforcement>();
      applied.chap = chance(25) ? word<san::ChapDemand>() : san::ChapDemand::None;
      fill(applied.admitted, nodes_, 50);
      for (Id who : nodes_) {
        if (!chance(20)) continue;
        base::IdSet* const sets[] = {&applied.provesNothing, &applied.provesOneWay, &applied.provesMutual};
        sets[upTo(2)]->insert(who);
      }
      std::vector<san::AppliedMap> maps;
      for (Id who : nodes_) {
        for (Id unit : units_) {
          if (chance(35)) maps.push_back({who, unit, upTo(3), word<san::Right>(), {}});
        }
      }
      for (Id unit : units_) {
        if (chance(15)) maps.insert(maps.begin(), {0, unit, upTo(3), word<san::Right>(), {}});
      }
      std::ranges::sort(maps, [](const auto& a, const auto& b) {
        return std::pair(a.initiator, a.unit) < std::pair(b.initiator, b.unit);
      });
      applied.maps = base::SharedArray<san::AppliedMap>(maps);
    }
  }

  void addSessions() {
    if (portals_.empty()) return;
    for (std::uint32_t i = upTo(3); i > 0; --i) {
      auto& session = add<san::Session>(sessions_);
      session.initiator.id = oneOf(nodes_);
      session.target.id = oneOf(nodes_);
      session.portal.id = oneOf(portals_);
      fill(session.seenBy, agents_, 60);
      if (chance(50)) fill(session.units, units_, 40);
    }
  }

  std::mt19937_64 random_;
  san::SnapshotEditor editor_;
  std::vector<Id> entities_, nodes_, portals_, networks_, groups_, domains_, sets_, clusters_, hosts_, units_, maps_,
      departures_;
  std::vector<Id> credentials_, agents_, applied_, sessions_;
};

inline san::Snapshot randomSan(std::uint64_t seed) { return RandomSan(seed).make(); }

}  // namespace test
