#include "tests/support/synthetic_san.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <tuple>

#include "shared/san/editor.h"

namespace test {
namespace {

using namespace san;  // NOLINT: tests alone

constexpr Seconds kStart = 1'767'225'600;  // 2026-01-01
constexpr std::size_t kBatch = 2000;       // objects of one editor: it walks those that it made

// splitmix64: the same numbers with every compiler, which the standard's distributions are not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t roll() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t end) { return end == 0 ? 0 : static_cast<std::size_t>(roll() % end); }
  bool chance(unsigned percent) { return roll() % 100 < percent; }

 private:
  std::uint64_t state_;
};

std::string padded(std::size_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  return std::string(width > digits.size() ? width - digits.size() : 0, '0') + digits;
}

class Maker {
 public:
  explicit Maker(const SyntheticPlan& plan) : plan_(plan), dice_(plan.seed) {
    if (plan.hosts > 60'000 || plan.targets > 60'000 || plan.portals == 0 || plan.portals > 26) std::abort();
    edit_ = std::make_unique<SnapshotEditor>(Snapshot(), 1, kStart);
  }

  SyntheticSan make() {
    makeGround();
    makeTargets();
    makeUnits();
    makeHosts();
    makeZones();
    makeMaps();
    makeAgents();
    makeApplied();
    makeLogins();
    made_.snapshot = finish();
    return std::move(made_);
  }

 private:
  struct Given {  // what a map gives to an initiator
    Id initiator, unit;
    std::uint32_t lun;
    Right right;
  };
  struct HostPart {
    Id entity = 0, cluster = 0, agent = 0;
    std::vector<Id> initiators;
    std::vector<std::size_t> targets;  // places in made_.targets
    bool active = true;                // its domain's set is enabled
  };
  struct TargetPart {
    Id entity = 0, agent = 0;
    std::vector<Id> portals;
    std::vector<std::pair<Id, std::uint32_t>> units;  // with their LUN there
    std::vector<Given> given;
    std::set<Id> admitted;
  };

  [[noreturn]] static void fail(const EditError& error) {
    std::fprintf(stderr, "syntheticSan: %s: %s\n", error.field.c_str(), error.text.c_str());
    std::abort();
  }
  Snapshot finish() {
    auto done = edit_->finish();
    if (!done) fail(done.error());
    return std::move(done).value();
  }
  // A new object of a kind, with its name where it has one.
  template <class T>
  T& fresh(std::string_view field = {}, const std::string& name = {}, Id wanted = 0) {
    if (++inBatch_ > kBatch) {
      inBatch_ = 1;
      Snapshot done = finish();
      const Revision next = done.revision + 1;
      edit_ = std::make_unique<SnapshotEditor>(std::move(done), next, kStart + static_cast<Seconds>(next) * 3600);
    }
    const auto ref = edit_->create(T::kKind, wanted);
    if (!ref) fail(ref.error());
    if (!field.empty()) {
      if (const auto status = edit_->set(*ref, *findField(T::kKind, field), name); !status) fail(status.error());
    }
    return edit_->own<T>(ref->id);
  }
  template <class T>
  T& named(const std::string& name) {
    return fresh<T>("name", name);
  }

  void makeGround() {
    for (const char* name : {"Zurich 1", "Zurich 2", "Geneva", "Lab"}) sites_.push_back(named<Site>(name).id);
    for (const char* name : {"PCI", "HIPAA", "SOX", "test", "backup", "gold"}) {
      Label& label = named<Label>(name);
      label.regime = label.id <= 3 ? label.name : "own";
      labels_.push_back(label.id);
    }
    for (std::size_t i = 0; i < std::max<std::size_t>(plan_.portals, 1); ++i) {
      const Id fabric = named<Fabric>(std::string("Fabric ") + static_cast<char>('A' + i)).id;
      addNetwork("storage-" + std::to_string(i), i, true).fabric.id = fabric;
    }
    addNetwork("office", kOffice, false);
    for (std::size_t i = 0; i < 64; ++i) {
      ChangeSet& change = fresh<ChangeSet>();
      change.author = i % 3 == 0 ? "anna" : "ben";
      change.approver = "carla";
      change.reason = "application " + std::to_string(i);
      change.ticket = "CHG" + padded(i, 6);
      change.committedAt = kStart + static_cast<Seconds>(i) * 86400;
    }
  }
  // Network n is (10 + n).0.0.0/8.
  Network& addNetwork(const std::string& name, std::size_t number, bool storage) {
    Network& network = named<Network>(name);
    network.vlan = static_cast<std::uint32_t>(100 + number);
    constexpr std::uint8_t kBits = isns::AddressPrefix::kMappedBits + 8;
    network.subnets.push_back({*isns::parseIp(std::to_string(10 + number) + ".0.0.0"), kBits});
    network.storage = storage;
    return network;
  }

  Id makeEntity(const std::string& eid) {
    Entity& entity = named<Entity>(eid);
    entity.registeredAt = kStart;
    return entity.id;
  }
  Id makePortal(std::size_t network, std::size_t machine, std::uint32_t port, Id entity) {
    const std::string address = std::to_string(10 + network) + "." + std::to_string(machine >> 16) + "." +
                                std::to_string((machine >> 8) & 255) + "." + std::to_string(machine & 255);
    Portal& portal = fresh<Portal>("address", address + ":" + std::to_string(port));
    portal.entity.id = entity;
    return portal.id;
  }
  Node& makeNode(const std::string& name, Id entity) {
    Node& node = named<Node>(name);
    if (dice_.chance(plan_.away)) {
      node.lastSeen = kStart - 86400 * static_cast<Seconds>(dice_.below(90));
    } else {
      node.entity.id = entity;
    }
    return node;
  }
  void makeGroup(Id node, Id portal) {
    PortalGroup& group = fresh<PortalGroup>();
    group.node.id = node;
    group.portal.id = portal;
    if (dice_.chance(1)) group.tag = PortalGroup::kNullTag;
  }

  void makeTargets() {
    for (std::size_t t = 0; t < plan_.targets; ++t) {
      TargetPart part;
      part.entity = makeEntity("array" + padded(t, 4) + ".example.com");
      for (std::size_t p = 0; p < plan_.portals; ++p) {
        part.portals.push_back(makePortal(p, 100'000 + t, 3260, part.entity));
      }
      Node& node = makeNode("iqn.2026-01.com.example:array" + padded(t, 4) + ".disk", part.entity);
      node.target = true;
      node.alias = t % 5 == 0 ? "Array " + std::to_string(t) : std::string();
      node.enforcement = t % 10 == 7 ? Enforcement::List : t % 50 == 9 ? Enforcement::Open : Enforcement::Zoning;
      if (t % 7 == 0) node.chap = ChapDemand::OneWay;
      const Id id = node.id;
      made_.targets.push_back(id);
      for (Id portal : part.portals) makeGroup(id, portal);
      targets_.push_back(std::move(part));
    }
  }

  void makeUnits() {
    if (plan_.targets == 0) return;
    for (std::size_t u = 0; u < plan_.units; ++u) {
      LogicalUnit& unit = fresh<LogicalUnit>("designator", "naa.6000000000" + padded(u, 6));
      unit.name = u % 3 == 0 ? "volume " + std::to_string(u) : std::string();
      unit.bytes = std::uint64_t{1} << (30 + dice_.below(13));
      unit.site.id = sites_[u % sites_.size()];
      if (dice_.chance(10)) unit.labels.insert(labels_[dice_.below(labels_.size())]);
      std::vector<UnitPath> paths;
      // Every fourth stands behind two targets.
      for (std::size_t way = 0; way < (u % 4 == 0 && plan_.targets > 1 ? 2U : 1U); ++way) {
        TargetPart& target = targets_[(u + way) % plan_.targets];
        const auto lun = static_cast<std::uint32_t>(target.units.size());
        target.units.emplace_back(unit.id, lun);
        paths.push_back({made_.targets[(u + way) % plan_.targets], lun});
      }
      std::sort(paths.begin(), paths.end());
      unit.paths = base::SharedArray<UnitPath>(paths);
      made_.units.push_back(unit.id);
    }
  }

  void makeHosts() {
    Id cluster = 0;
    std::size_t left = 0;
    for (std::size_t h = 0; h < plan_.hosts; ++h) {
      HostPart part;
      const std::string name = "host" + padded(h, 5);
      part.entity = makeEntity(name + ".example.com");
      std::vector<Id> portals;
      const bool astray = dice_.chance(3);
      const bool nowhere = dice_.chance(3);
      for (std::size_t p = 0; p < plan_.portals; ++p) {
        const std::size_t network = nowhere ? kNowhere + p : astray ? kOffice : p;
        portals.push_back(makePortal(network, h + p * 200'000, 3261, part.entity));
      }
      for (std::size_t i = 0; i < plan_.initiatorsPerHost; ++i) {
        Node& node = makeNode("iqn.2026-01.com.example:" + name + (i == 0 ? "" : "-" + std::to_string(i)), part.entity);
        node.initiator = true;
        node.symbolicName = name;
        const Id id = node.id;
        part.initiators.push_back(id);
        made_.initiators.push_back(id);
        for (Id portal : portals) makeGroup(id, portal);
      }
      if (left == 0 && plan_.clusterSize != 0 && dice_.below(100 * plan_.clusterSize) < plan_.clustered) {
        cluster = named<Cluster>("cluster" + padded(h, 5)).id;
        left = plan_.clusterSize;
      }
      part.cluster = left == 0 ? 0 : (--left, cluster);
      Host& host = named<Host>(name);
      host.site.id = sites_[h % sites_.size()];
      host.cluster.id = part.cluster;
      host.entities.insert(part.entity, host.changed);
      if (dice_.chance(20)) host.labels.insert(labels_[dice_.below(labels_.size())]);
      made_.hosts.push_back(host.id);
      hosts_.push_back(std::move(part));
    }
  }

  std::vector<std::size_t> chooseTargets() {
    std::set<std::size_t> chosen;
    const std::size_t wanted = std::min(plan_.targetsPerHost, plan_.targets);
    if (plan_.spread == Spread::Hubs && wanted != 0) chosen.insert(dice_.below(std::min(plan_.hubs, plan_.targets)));
    while (chosen.size() < wanted) chosen.insert(dice_.below(plan_.targets));
    return {chosen.begin(), chosen.end()};
  }

  // A domain a host, in sets of some; the last set but one is disabled, and a few domains are in none.
  void makeZones() {
    std::vector<std::vector<Id>> sets;
    const std::size_t perSet = std::max<std::size_t>(plan_.domainsPerSet, 1);
    const std::size_t last = (plan_.hosts + perSet - 1) / perSet;
    for (std::size_t h = 0; h < plan_.hosts; ++h) {
      HostPart& host = hosts_[h];
      // The hosts of a cluster share their targets.
      const bool joins = host.cluster != 0 && h > 0 && hosts_[h - 1].cluster == host.cluster;
      host.targets = joins ? hosts_[h - 1].targets : chooseTargets();
      std::vector<Id> ids = host.initiators;
      for (std::size_t t : host.targets) ids.push_back(made_.targets[t]);
      std::sort(ids.begin(), ids.end());
      std::vector<Member> members;
      for (Id id : ids) members.push_back({id, 1});
      // The first id is the default domain's.
      Domain& domain = fresh<Domain>("name", "zone-host" + padded(h, 5), h == 0 ? 2 : 0);
      domain.nodes.assign(members);
      domain.chap = h % 9 == 0 ? ChapDemand::OneWay : h % 31 == 0 ? ChapDemand::Mutual : ChapDemand::None;
      if (dice_.chance(5)) domain.labels.insert(labels_[dice_.below(labels_.size())]);
      made_.domains.push_back(domain.id);
      if (dice_.chance(1)) {
        host.active = false;
        continue;
      }
      sets.resize(std::max(sets.size(), h / perSet + 1));
      sets[h / perSet].push_back(domain.id);
      host.active = last < 2 || h / perSet != last - 2;
    }
    for (std::size_t s = 0; s < sets.size(); ++s) {
      DomainSet& set = named<DomainSet>("zone set " + std::to_string(s + 1));
      set.enabled = last < 2 || s != last - 2;
      set.enabledSince = set.enabled ? edit_->view().revision : 0;
      std::vector<Member> members;
      for (Id id : sets[s]) members.push_back({id, edit_->view().revision});
      set.domains.assign(members);
      made_.sets.push_back(set.id);
    }
  }

  ObjectRef whoGets(std::size_t h, std::size_t number) const {
    const HostPart& host = hosts_[h];
    if (host.cluster != 0 && number % 2 == 0) return {Kind::Cluster, host.cluster};
    if (h % 10 == 3 && number == 0 && !host.initiators.empty()) return {Kind::Node, host.initiators.front()};
    return {Kind::Host, made_.hosts[h]};
  }

  void makeMaps() {
    std::set<std::tuple<ObjectRef, Id, Id>> there;
    for (std::size_t h = 0; h < plan_.hosts; ++h) {
      const std::size_t ways = hosts_[h].targets.size();
      for (std::size_t m = 0; ways != 0 && m < plan_.mapsPerHost; ++m) {
        const std::size_t t = hosts_[h].targets[m % ways];
        const auto& units = targets_[t].units;
        if (units.empty()) continue;
        const bool hub = plan_.spread == Spread::Hubs && t < plan_.hubs;
        const Id unit = units[hub ? m % std::min<std::size_t>(units.size(), 4) : dice_.below(units.size())].first;
        const ObjectRef who = whoGets(h, m);
        if (!there.insert({who, made_.targets[t], unit}).second) continue;
        // What the hosts of a cluster bring to it has LUNs of its own for each of them.
        const std::size_t base = who.kind == Kind::Cluster ? (1 + h % plan_.clusterSize) * plan_.mapsPerHost : 0;
        addMap(h, who, t, unit, static_cast<std::uint32_t>((base + m) % (kMaxLun + 1)));
      }
    }
  }
  void addMap(std::size_t h, ObjectRef who, std::size_t t, Id unit, std::uint32_t lun) {
    Map& map = fresh<Map>();
    map.who = who;
    map.target.id = made_.targets[t];
    map.unit.id = unit;
    map.lun = lun;
    map.right = dice_.chance(15) ? Right::ReadOnly : Right::ReadWrite;
    made_.maps.push_back(map.id);
    const Right right = map.right;
    if (who.kind != Kind::Node && dice_.chance(plan_.approvals)) {
      Approval& approval = fresh<Approval>();
      approval.who = who;
      approval.unit.id = unit;
      approval.right = right;
      approval.change.id = static_cast<Id>(1 + dice_.below(64));
    }
    const auto give = [&](const HostPart& host) {
      for (Id initiator : host.initiators) targets_[t].given.push_back({initiator, unit, lun, right});
    };
    if (who.kind != Kind::Cluster) return give(hosts_[h]);
    for (const HostPart& host : hosts_) {
      if (host.cluster == who.id) give(host);
    }
  }

  Id makeAgent(const std::string& name, Id entity, std::vector<Id> nodes) {
    Agent& agent = named<Agent>(name);
    agent.entity.id = entity;
    for (Id node : nodes) agent.nodes.insert(node);
    agent.enrolledAt = kStart;
    agent.reportedAt = kStart + static_cast<Seconds>(dice_.below(1000));
    return agent.id;
  }
  void makeAgents() {
    for (std::size_t t = 0; t < plan_.targets; ++t) {
      if (dice_.chance(plan_.foreign)) continue;
      targets_[t].agent = makeAgent("agent-array" + padded(t, 4), targets_[t].entity, {made_.targets[t]});
    }
    for (std::size_t h = 0; h < plan_.hosts; h += 2) {
      hosts_[h].agent = makeAgent("agent-host" + padded(h, 5), hosts_[h].entity, hosts_[h].initiators);
    }
  }

  void makeApplied() {
    for (const HostPart& host : hosts_) {
      for (std::size_t t : host.targets) {
        if (host.active) targets_[t].admitted.insert(host.initiators.begin(), host.initiators.end());
      }
    }
    for (std::size_t t = 0; t < plan_.targets; ++t) {
      TargetPart& part = targets_[t];
      if (part.agent == 0) continue;
      if (!part.given.empty() && dice_.chance(plan_.pending)) part.given.pop_back();
      std::vector<AppliedMap> maps;
      for (const Given& given : part.given) maps.push_back({given.initiator, given.unit, given.lun, given.right, {}});
      const auto key = [](const AppliedMap& map) { return std::pair(map.initiator, map.unit); };
      std::sort(maps.begin(), maps.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
      const auto same = [&](const auto& a, const auto& b) { return key(a) == key(b); };
      maps.erase(std::unique(maps.begin(), maps.end(), same), maps.end());
      AppliedTarget& applied = fresh<AppliedTarget>();
      const Node& node = *edit_->view().get<Node>(made_.targets[t]);
      applied.target.id = node.id;
      applied.agent.id = part.agent;
      applied.desired = edit_->view().revision;
      applied.appliedAt = edit_->view().time;
      applied.enforcement = node.enforcement;
      applied.chap = node.chap;
      for (Id initiator : part.admitted) applied.admitted.insert(initiator);
      if (node.enforcement == Enforcement::List) {
        applied.admitted = {};
        for (const AppliedMap& map : maps) applied.admitted.insert(map.initiator);
      }
      applied.maps = base::SharedArray<AppliedMap>(maps);
    }
  }

  void makeLogins() {
    std::vector<std::set<std::pair<Id, Id>>> given(plan_.targets);  // initiator, unit
    for (std::size_t t = 0; t < plan_.targets; ++t) {
      for (const Given& one : targets_[t].given) given[t].emplace(one.initiator, one.unit);
    }
    for (const HostPart& host : hosts_) {
      for (Id initiator : host.initiators) {
        for (std::size_t t : host.targets) {
          if (dice_.chance(plan_.credentials)) addCredential(initiator, made_.targets[t]);
          if (host.active && dice_.chance(plan_.sessions)) addSession(host, initiator, t, given[t]);
        }
      }
    }
  }
  void addCredential(Id initiator, Id target) {
    Credential& credential = fresh<Credential>();
    credential.initiator.id = initiator;
    credential.target.id = target;
    credential.mutual = dice_.chance(20);
    credential.userName = "user" + std::to_string(initiator);
    credential.setAt = kStart - 86400 * static_cast<Seconds>(dice_.below(500));
    credential.provenAt = dice_.chance(80) ? kStart : 0;
    credential.initiatorHolds = dice_.chance(90) ? Truth::Yes : Truth::Unknown;
    credential.targetHolds = dice_.chance(90) ? Truth::Yes : Truth::No;
    credential.md5 = dice_.chance(30);
  }
  void addSession(const HostPart& host, Id initiator, std::size_t t, const std::set<std::pair<Id, Id>>& given) {
    Session& session = fresh<Session>();
    const TargetPart& target = targets_[t];
    session.initiator.id = initiator;
    session.target.id = made_.targets[t];
    session.portal.id = target.portals.empty() ? 0 : target.portals[dice_.below(target.portals.size())];
    if (host.agent != 0) session.seenBy.insert(host.agent);
    if (target.agent != 0) session.seenBy.insert(target.agent);
    for (auto at = given.lower_bound({initiator, 0}); at != given.end() && at->first == initiator; ++at) {
      session.units.insert(at->second);
    }
    session.path = dice_.chance(50) ? PathState::Optimized : PathState::NonOptimized;
    session.since = kStart;
    session.seenAt = kStart + static_cast<Seconds>(dice_.below(1000));
  }

  static constexpr std::size_t kOffice = 90;    // number of the network that is not meant for storage
  static constexpr std::size_t kNowhere = 150;  // from here on no network is declared

  const SyntheticPlan plan_;
  Dice dice_;
  std::unique_ptr<SnapshotEditor> edit_;
  std::size_t inBatch_ = 0;
  SyntheticSan made_;
  std::vector<Id> sites_, labels_;
  std::vector<HostPart> hosts_;
  std::vector<TargetPart> targets_;
};

}  // namespace

SyntheticSan syntheticSan(const SyntheticPlan& plan) { return Maker(plan).make(); }

}  // namespace test
