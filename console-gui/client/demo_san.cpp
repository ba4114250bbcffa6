#include "console-gui/client/demo_san.h"

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "console-gui/client/demo_agents.h"
#include "console-gui/client/tr.h"

namespace console {
namespace {

using namespace san;  // NOLINT: the whole file makes objects of the model

constexpr Seconds kDay = 86400;

std::string two(std::size_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

struct Series {
  const char* name;
  int count;
  const char* site;
  const char* cluster;  // "": none
  const char* label;    // "": none
};
// 60 hosts.
constexpr Series kHosts[] = {
    {"db", 8, "Zurich", "db", "PCI"},     {"web", 12, "Zurich", "", ""},      {"app", 12, "Geneva", "", ""},
    {"vmz", 8, "Zurich", "vm-zurich", ""}, {"vmg", 6, "Geneva", "vm-geneva", ""}, {"mail", 4, "Geneva", "", ""},
    {"backup", 4, "Zurich", "", "backup"}, {"test", 6, "Zurich", "", "test"},
};
struct Array {
  const char* name;
  const char* site;
  bool managed;
};
// Two targets each.
constexpr Array kArrays[] = {{"stor-z1", "Zurich", true}, {"stor-z2", "Zurich", true}, {"stor-g1", "Geneva", true},
                             {"stor-g2", "Geneva", true}, {"stor-z3", "Zurich", true}, {"legacy-1", "Geneva", false}};

class Maker {
 public:
  explicit Maker(Seconds now) : now_(now) {}

  std::vector<DemoRevision> make() {
    begin(now_ - 45 * kDay);
    ground();
    arrays();
    units();
    hosts();
    end("anna", "The SAN is set up");
    zonesAndMaps();
    agentsAndCredentials();
    incidents();
    observations();
    return std::move(history_);
  }

 private:
  template <class T>
  static T want(Edited<T> result) {
    if (!result) {
      std::fprintf(stderr, "demo SAN: %s: %s\n", result.error().field.c_str(), result.error().text.c_str());
      std::abort();
    }
    return std::move(result).value();
  }

  // --- one revision after the other ---
  void begin(Seconds time) {
    Snapshot base = history_.empty() ? Snapshot() : history_.back().snapshot;
    const Revision next = base.revision + 1;
    edit_ = std::make_unique<SnapshotEditor>(std::move(base), next, time);
  }
  void end(const std::string& author, const std::string& title) {
    history_.push_back({want(edit_->finish()), author, title});
    edit_ = nullptr;
  }
  // A change set with its record.
  template <class Edits>
  void change(Seconds time, const std::string& author, const std::string& approver, const std::string& reason,
              const std::string& ticket, Edits&& edits) {
    begin(time);
    auto& record = make<ChangeSet>();
    record.author = author;
    record.approver = approver;
    record.reason = reason;
    record.ticket = ticket;
    record.state = ChangeState::Confirmed;
    record.committedAt = time;
    change_ = record.id;
    edits();
    change_ = 0;
    end(author, reason);
  }

  // --- objects ---
  template <class T>
  T& make(std::string_view field = {}, const std::string& name = {}, Id wanted = 0) {
    const ObjectRef ref = want(edit_->create(T::kKind, wanted));
    if (!field.empty()) set(ref, field, name);
    return edit_->own<T>(ref.id);
  }
  void set(ObjectRef ref, std::string_view field, const Value& value) {
    const auto status = edit_->set(ref, *findField(ref.kind, field), value);
    if (!status) want(Edited<int>(base::fail(status.error())));
  }
  void add(ObjectRef ref, std::string_view field, ObjectRef member) {
    const auto status = edit_->add(ref, *findField(ref.kind, field), member);
    if (!status) want(Edited<int>(base::fail(status.error())));
  }
  [[nodiscard]] Id named(Kind kind, const std::string& name) const {
    const auto id = edit_->view().find(kind, name);
    if (!id) {
      std::fprintf(stderr, "demo SAN: there is no %s\n", name.c_str());
      std::abort();
    }
    return *id;
  }
  static std::string iqn(const std::string& host) { return "iqn.2026-01.example.corp:" + host; }
  [[nodiscard]] Id initiator(const std::string& host) const { return named(Kind::Node, iqn(host)); }
  [[nodiscard]] Id target(std::size_t which) const { return targets_[which]; }

  void ground() {
    for (const char* site : {"Zurich", "Geneva"}) make<Site>("name", site);
    for (const char* fabric : {"Fabric A", "Fabric B"}) make<Fabric>("name", fabric);
    network("storage-a", 110, "10.10.0.0/16", "Fabric A", true);
    network("storage-b", 120, "10.20.0.0/16", "Fabric B", true);
    network("office", 8, "192.168.8.0/22", "", false);
    label("PCI", "PCI DSS");
    label("test", "");
    label("backup", "");
    auto& rule = make<SeparationRule>("name", "card data only on card hosts");
    rule.subject.id = rule.other.id = named(Kind::Label, "PCI");
    rule.mode = SeparationMode::OnlyWith;
    auto& never = make<SeparationRule>("name", "test never with card data");
    never.subject.id = named(Kind::Label, "PCI");
    never.other.id = named(Kind::Label, "test");
    never.mode = SeparationMode::NeverWith;
    for (const char* cluster : {"db", "vm-zurich", "vm-geneva"}) make<Cluster>("name", cluster);
    auto& settings = make<Settings>({}, {}, Settings::kId);
    settings.maxInitiatorsPerDomain = 1;
    settings.approvalNeeded = false;
    settings.maxChangedCells = 500;
    settings.confirmWithin = 120;
    for (const auto& [name, text] : {std::pair{"card data", "kind:logical-unit label:PCI"},
                                     std::pair{"hosts in Geneva", "kind:host site:Geneva"},
                                     std::pair{"domains without a label", "kind:domain -has:labels"}}) {
      make<SavedQuestion>("name", name).question = text;
    }
  }
  void network(const char* name, std::uint32_t vlan, const char* subnet, const char* fabric, bool storage) {
    auto& made = make<Network>("name", name);
    made.vlan = vlan;
    made.storage = storage;
    if (*fabric != 0) made.fabric.id = named(Kind::Fabric, fabric);
    set({Kind::Network, made.id}, "subnets", std::vector<std::string>{subnet});
  }
  void label(const char* name, const char* regime) { make<Label>("name", name).regime = regime; }

  // An entity with a portal in each storage network.
  Id entity(const std::string& name, std::size_t third, std::size_t fourth, std::uint16_t port, std::vector<Id>& portals) {
    auto& made = make<Entity>("name", name + ".corp.example");
    made.registeredAt = now_ - 44 * kDay;
    const Id id = made.id;
    for (const char* network : {"10.10.", "10.20."}) {
      const std::string address = network + std::to_string(third) + "." + std::to_string(fourth) + ":" + std::to_string(port);
      auto& portal = make<Portal>("address", address + "/tcp");
      portal.entity.id = id;
      portal.network = {network[3] == '1' ? "eth2" : "eth3", network[3] == '1' ? 110U : 120U, 9000, 25'000, 16, true};
      portals.push_back(portal.id);
    }
    return id;
  }
  void join(Id node, Id portal) {
    auto& group = make<PortalGroup>();
    group.node.id = node;
    group.portal.id = portal;
  }

  void arrays() {
    for (std::size_t a = 0; a < std::size(kArrays); ++a) {
      std::vector<Id> portals;
      const Id owner = entity(kArrays[a].name, 1, 10 + a, 3260, portals);
      for (const char* part : {"gold", "silver"}) {
        auto& node = make<Node>("name", iqn(std::string(kArrays[a].name) + "." + part));
        node.entity.id = owner;
        node.target = true;
        node.alias = std::string(kArrays[a].name) + " " + part;
        node.enforcement = kArrays[a].managed ? Enforcement::Zoning : Enforcement::Unknown;
        targets_.push_back(node.id);
        for (Id portal : portals) join(targets_.back(), portal);
      }
      const char* colors[] = {"blue", "orange"};
      for (std::size_t f = 0; f < portals.size(); ++f) {
        auto& cable = make<Cable>("name", std::string("Z") + std::to_string(100 + 2 * a + f));
        cable.color = colors[f];
        cable.from.id = portals[f];
        cable.farEnd = std::string("switch-") + "ab"[f] + " port " + std::to_string(1 + a);
        // The first array gets a second cable, the second one loses its old one.
        if (a > 1 || f != a) continue;
        auto& other = make<Cable>("name", std::string("Z") + std::to_string(120 + a));
        other.color = a == 0 ? "blue" : "grey";
        other.from.id = portals[f];
        other.farEnd = std::string("switch-") + "ab"[f] + " port " + std::to_string(24 - a);
        other.status = a == 0 ? CableStatus::Planned : CableStatus::Decommissioning;
      }
    }
  }

  // 400: 34 behind each of the first four targets, 33 behind the others.
  void units() {
    for (std::size_t t = 0; t < targets_.size(); ++t) {
      const std::size_t count = t < 4 ? 34 : 33;
      for (std::size_t u = 0; u < count; ++u) {
        auto& unit = make<LogicalUnit>("designator", "naa.6001405" + two(t) + "0000" + two(u));
        unit.bytes = std::uint64_t{1} << (36 + (t + u) % 6);
        const ObjectRef ref{Kind::LogicalUnit, unit.id};
        units_.push_back(unit.id);
        set(ref, "paths", std::vector<Access>{{{Kind::Node, targets_[t]}, {}, static_cast<std::uint32_t>(u), Right::ReadWrite}});
      }
    }
  }
  // Unit u of target t.
  [[nodiscard]] Id unit(std::size_t t, std::size_t u) const { return units_[t < 4 ? t * 34 + u : 4 * 34 + (t - 4) * 33 + u]; }

  void hosts() {
    std::size_t number = 0;
    for (const Series& series : kHosts) {
      for (int i = 1; i <= series.count; ++i, ++number) {
        const std::string name = series.name + two(static_cast<std::size_t>(i));
        std::vector<Id> portals;
        const Id owner = entity(name, 2, 10 + number, 52'000, portals);
        auto& node = make<Node>("name", iqn(name));
        node.entity.id = owner;
        node.initiator = true;
        const Id own = node.id;
        // web07 has one cable alone.
        for (Id portal : portals) {
          if (name != "web07" || portal == portals.front()) join(own, portal);
        }
        auto& host = make<Host>("name", name);
        host.entities.insert(owner, host.changed);
        host.site.id = named(Kind::Site, series.site);
        if (*series.cluster != 0) host.cluster.id = named(Kind::Cluster, series.cluster);
        if (*series.label != 0) host.labels.insert(named(Kind::Label, series.label));
        hosts_.push_back(name);
      }
    }
  }

  // The targets of a series: where its disks are.
  static std::size_t homeOf(const std::string& host) {
    if (host.starts_with("db")) return 0;
    if (host.starts_with("web")) return 2;
    if (host.starts_with("app")) return 4;
    if (host.starts_with("vmz")) return 8;
    if (host.starts_with("vmg")) return 6;
    if (host.starts_with("mail")) return 7;
    if (host.starts_with("backup")) return 9;
    return 3;  // test
  }

  void give(ObjectRef who, std::size_t t, std::size_t u, std::uint32_t lun, const std::string& name, Right right = Right::ReadWrite) {
    auto& map = make<Map>();
    map.who = who;
    map.target.id = target(t);
    map.unit.id = unit(t, u);
    map.lun = lun;
    map.right = right;
    const Id given = unit(t, u);
    if (edit_->view().get<LogicalUnit>(given)->name.empty()) {
      set({Kind::LogicalUnit, given}, "name", name);
    }
  }
  void approve(ObjectRef who, Id of, Right right = Right::ReadWrite) {
    auto& approval = make<Approval>();
    approval.who = who;
    approval.unit.id = of;
    approval.right = right;
    approval.change.id = change_;
  }
  ObjectRef host(const std::string& name) { return {Kind::Host, named(Kind::Host, name)}; }

  void zone(const std::string& name, std::initializer_list<Id> nodes, const std::string& set) {
    auto& made = make<Domain>("name", name, ++lastDomain_);
    const ObjectRef ref{Kind::Domain, made.id};
    for (Id node : nodes) add(ref, "nodes", {Kind::Node, node});
    if (!set.empty()) add({Kind::DomainSet, named(Kind::DomainSet, set)}, "domains", ref);
  }

  void zonesAndMaps() {
    change(now_ - 40 * kDay, "anna", "carla", "First zones: a domain for each host and its target", "CHG-1001", [&] {
      for (const char* name : {"production", "virtual machines", "test"}) {
        auto& made = make<DomainSet>("name", name);
        set({Kind::DomainSet, made.id}, "enabled", true);
      }
      std::size_t next[12] = {};
      for (const std::string& name : hosts_) {
        const std::size_t t = homeOf(name);
        const char* inSet = name.starts_with("vm") ? "virtual machines" : name.starts_with("test") ? "test" : "production";
        zone("z_" + name, {initiator(name), target(t)}, inSet);
        if (name.starts_with("db") || name.starts_with("vm")) continue;
        for (std::uint32_t lun = 0; lun < (name.starts_with("backup") ? 4U : 2U); ++lun) {
          const std::size_t u = next[t]++;
          give(host(name), t, u, lun, name + (lun == 0 ? "-system" : "-data" + std::to_string(lun)));
          approve(host(name), unit(t, u));
        }
      }
      // Clusters share.
      const auto shared = [&](const char* cluster, std::size_t t, std::size_t count, const char* what) {
        const ObjectRef who{Kind::Cluster, named(Kind::Cluster, cluster)};
        for (std::size_t u = 0; u < count; ++u) {
          give(who, t, 20 + u, static_cast<std::uint32_t>(u), std::string(what) + two(u + 1));
          approve(who, unit(t, 20 + u));
        }
      };
      shared("db", 0, 8, "cards-");
      shared("vm-zurich", 8, 10, "vm-z-");
      shared("vm-geneva", 6, 8, "vm-g-");
      for (std::size_t u = 0; u < 8; ++u) {
        add({Kind::LogicalUnit, unit(0, 20 + u)}, "labels", {Kind::Label, named(Kind::Label, "PCI")});
      }
    });
    change(now_ - 30 * kDay, "ben", "carla", "Backup hosts read the databases", "CHG-1019", [&] {
      for (const char* name : {"backup01", "backup02"}) {
        add({Kind::Domain, named(Kind::Domain, "z_" + std::string(name))}, "nodes", {Kind::Node, target(0)});
        add(host(name), "labels", {Kind::Label, named(Kind::Label, "PCI")});
        for (std::size_t u = 0; u < 8; ++u) {
          give(host(name), 0, 20 + u, static_cast<std::uint32_t>(10 + u), {}, Right::ReadOnly);
          approve(host(name), unit(0, 20 + u), Right::ReadOnly);
        }
      }
    });
  }

  Credential& credential(const std::string& host, std::size_t t, bool mutual, Seconds age, std::uint32_t weaknesses = 0, bool md5 = false) {
    auto& made = make<Credential>();
    made.initiator.id = initiator(host);
    made.target.id = target(t);
    made.mutual = mutual;
    made.setAt = now_ - age;
    made.provenAt = now_ - 3600;
    made.initiatorHolds = made.targetHolds = Truth::Yes;
    made.weaknesses = weaknesses;
    made.md5 = md5;
    return made;
  }
  void agentsAndCredentials() {
    begin(now_ - 29 * kDay);
    for (const Array& array : kArrays) {
      if (array.managed) agent(array.name, {iqn(std::string(array.name) + ".gold"), iqn(std::string(array.name) + ".silver")});
    }
    for (const std::string& name : hosts_) {
      if (!name.starts_with("mail")) agent(name, {iqn(name)});
    }
    end("anna", "Agents are enrolled");
    change(now_ - 28 * kDay, "anna", "carla", "CHAP for the databases, mutual", "CHG-1022", [&] {
      set({Kind::Node, target(0)}, "chap", std::string("mutual"));
      for (std::size_t i = 1; i <= 8; ++i) credential("db" + two(i), 0, true, 28 * kDay);
      for (const char* name : {"backup01", "backup02"}) credential(name, 0, true, 28 * kDay);
      credential("app03", 4, false, 28 * kDay, weakness::kShort);
      credential("app04", 4, false, 420 * kDay);
      credential("vmz01", 8, false, 28 * kDay, 0, true);
    });
  }
  void agent(const std::string& name, std::initializer_list<std::string> nodes) {
    auto& made = make<Agent>("name", name);
    made.entity.id = named(Kind::Entity, name + ".corp.example");
    for (const std::string& node : nodes) made.nodes.insert(named(Kind::Node, node));
    made.enrolledAt = now_ - 29 * kDay;
    // backup03 has fallen silent.
    made.reportedAt = name == "backup03" ? now_ - 2 * kDay : now_ - 5;
  }

  // What went wrong since.
  void incidents() {
    change(now_ - 9 * kDay, "ben", "", "Quick test of the card database", "", [&] {
      add({Kind::Domain, named(Kind::Domain, "z_test05")}, "nodes", {Kind::Node, target(0)});
      give(host("test05"), 0, 21, 0, {});
      credential("test05", 0, true, 9 * kDay);
    });
    change(now_ - 8 * kDay, "ben", "carla", "Web farm gets a common content disk", "CHG-1031", [&] {
      zone("z_web_content", {initiator("web01"), initiator("web02"), initiator("web03"), target(3)}, "production");
      for (const char* name : {"web01", "web02", "web03"}) give(host(name), 3, 30, 7, "web-content");
    });
    change(now_ - 6 * kDay, "anna", "carla", "A disk for the reports of app09", "CHG-1034", [&] {
      approve(host("app09"), unit(5, 3));  // the map was forgotten
      add({Kind::Domain, named(Kind::Domain, "z_app09")}, "nodes", {Kind::Node, target(5)});
      set({Kind::LogicalUnit, unit(5, 3)}, "name", std::string("app09-reports"));
    });
    change(now_ - 5 * kDay, "anna", "carla", "Prepared for the new mail system", "CHG-1036", [&] {
      zone("z_mail_next", {initiator("mail01"), target(10)}, "");
    });
    begin(now_ - 4 * kDay);
    {
      auto& portal = make<Portal>("address", "192.168.8.77:3260/tcp");
      portal.entity.id = named(Kind::Entity, "stor-g2.corp.example");
      join(target(7), portal.id);
    }
    end("", "stor-g2 registers another portal");
    change(now_ - 2 * kDay, "ben", "carla", "mail04 moves to the legacy array", "CHG-1040", [&] {
      add({Kind::Domain, named(Kind::Domain, "z_mail04")}, "nodes", {Kind::Node, target(11)});
      // Nobody has typed the new secret at the array yet.
      Credential& waits = credential("mail04", 11, false, 2 * kDay);
      waits.state = CredentialState::WaitingForForeign;
      waits.targetHolds = Truth::No;
      waits.setAt = now_ - 6 * 3600;
      waits.provenAt = now_ - 2 * kDay;
    });
  }

  void observations() {
    begin(now_ - 60);
    demoAgentsReport(*edit_, now_ - 60);
    end("", "Agents report");
  }

  const Seconds now_;
  std::vector<DemoRevision> history_;
  std::unique_ptr<SnapshotEditor> edit_;
  std::vector<Id> targets_, units_;
  std::vector<std::string> hosts_;
  Id change_ = 0, lastDomain_ = 1;
};

// Whether a host may have any of the units with a label, by maps and domains.
bool gives(const Snapshot& san, const std::string& host, const std::string& label) {
  const auto who = san.find(Kind::Host, host);
  const auto mark = san.find(Kind::Label, label);
  bool given = false;
  san.table<Map>().forEach([&](Id, const Map& map) {
    const auto* unit = san.get<LogicalUnit>(map.unit.id);
    given = given || (who && mark && map.who == ObjectRef{Kind::Host, *who} && unit != nullptr && unit->labels.contains(*mark));
  });
  return given;
}

// Those of them that are there.
std::vector<ObjectRef> found(const Snapshot& san, std::initializer_list<std::pair<Kind, std::string_view>> names) {
  std::vector<ObjectRef> all;
  for (const auto& [kind, name] : names) {
    if (const auto id = san.find(kind, name)) all.push_back({kind, *id});
    // Names of logical units are not unique, so they are in no index.
    if (kind != Kind::LogicalUnit) continue;
    san.table<LogicalUnit>().forEach([&, name = name](Id id, const LogicalUnit& unit) {
      if (unit.name == name) all.push_back({Kind::LogicalUnit, id});
    });
  }
  return all;
}

}  // namespace

std::vector<DemoRevision> demoHistory(san::Seconds now) { return Maker(now).make(); }

std::vector<DemoTask> demoTasks() {
  return {
      {tr("Find the test host that reaches card data, and take it away"),
       tr("Open Findings: a separation rule is broken. Its proof says through which map. Mend it as a draft."),
       "findings", "R16",
       [](const Snapshot& san) {
         return found(san, {{Kind::Host, "test05"}});
       },
       [](const Snapshot& san) { return !gives(san, "test05", "PCI"); }},
      {tr("Give app09 the disk that was approved for it"),
       tr("Open Access, choose app09 and app09-reports: the panel says which layer is missing and offers the change."),
       "access", "",
       [](const Snapshot& san) {
         return found(san, {{Kind::Host, "app09"}, {Kind::LogicalUnit, "app09-reports"}});
       },
       [](const Snapshot& san) {
         bool given = false;
         san.table<Map>().forEach([&](Id, const Map& map) {
           const auto* unit = san.get<LogicalUnit>(map.unit.id);
           given = given || (unit != nullptr && unit->name == "app09-reports");
         });
         return given;
       }},
      {tr("Give each web host a zone of its own"),
       tr("Open Zoning: z_web_content holds three hosts. Take out two and zone them by themselves."), "zoning", "",
       [](const Snapshot& san) {
         return found(san, {{Kind::Domain, "z_web_content"}});
       },
       [](const Snapshot& san) {
         const auto id = san.find(Kind::Domain, "z_web_content");
         return !id || san.get<Domain>(*id)->nodes.size() <= 2;
       }},
      {tr("Make the three web hosts one cluster, as they share a disk on purpose"),
       tr("Open Access and look at web-content: a disk that is shared outside of a cluster. Select web01, web02 and "
          "web03 in Topology, then make the hosts one cluster by the menu Draft."),
       "access", "",
       [](const Snapshot& san) {
         return found(san, {{Kind::Host, "web01"}, {Kind::LogicalUnit, "web-content"}});
       },
       [](const Snapshot& san) {
         const auto one = san.find(Kind::Host, "web01");
         const auto other = san.find(Kind::Host, "web02");
         if (!one || !other) return false;
         const auto& a = *san.get<Host>(*one);
         const auto& b = *san.get<Host>(*other);
         return a.cluster && a.cluster == b.cluster;
       }},
      {tr("Switch the zone of the new mail system on"),
       tr("Open Zoning: z_mail_next is in no set. Add it to the set production and commit."), "zoning", "",
       [](const Snapshot& san) {
         return found(san, {{Kind::Domain, "z_mail_next"}});
       },
       [](const Snapshot& san) {
         const auto id = san.find(Kind::Domain, "z_mail_next");
         bool in = false;
         san.table<DomainSet>().forEach([&](Id, const DomainSet& set) { in = in || (id && set.enabled && set.domains.contains(*id)); });
         return in;
       }},
  };
}

}  // namespace console
