// A small SAN in which each state of the access matrix is somewhere, and a source that shows it.
//
//   host    db-data               db-log           cards                    archive (foreign target)
//   web1    reachable, in use     visible only     visible only             unknown
//   web2    not approved, r/o     visible only     separation violation     entry unknown
//   app1    visible only          visible only     visible only             entry unknown
//   app2    -                     permitted only   -                        entry unknown
//   bak1    missing               -                -                        entry unknown
#pragma once

#include <map>
#include <memory>

#include "console-gui/client/source.h"
#include "console-gui/model/workspace.h"
#include "tests/gui/pump.h"
#include "tests/gui/test_source.h"
#include "tests/support/san_builder.h"

namespace test {

struct AccessWorld {
  SanBuilder san;
  Id web1 = 0, web2 = 0, app1 = 0, app2 = 0, bak1 = 0;
  Id disk1 = 0, far1 = 0;
  Id data = 0, log = 0, cards = 0, archive = 0;
  Id zone = 0;

  static constexpr Seconds kNow = 1'700'000'000;

  static std::string iqn(const std::string& name) { return "iqn.2026-01.example:" + name; }
  Id host(const std::string& name) { return san.host(name, iqn(name)); }
  [[nodiscard]] Id node(const std::string& name) const { return san.nodeNamed(iqn(name)); }
  static ObjectRef ref(Id host) { return {Kind::Host, host}; }

  AccessWorld() {
    san.create(Kind::Network, {{"name", std::string("storage")}, {"subnets", std::vector<std::string>{"10.0.0.0/16"}}});
    web1 = host("web1");
    web2 = host("web2");
    app1 = host("app1");
    app2 = host("app2");
    bak1 = host("bak1");
    disk1 = san.target(iqn("disk1"));
    far1 = san.target(iqn("far1"));
    data = unit("naa.6000000000000001", "db-data", disk1, 0);
    log = unit("naa.6000000000000002", "db-log", disk1, 1);
    cards = unit("naa.6000000000000003", "cards", disk1, 2);
    archive = unit("naa.6000000000000004", "archive", far1, 0);
    zone = san.zone("db", {node("web1"), node("web2"), node("app1"), disk1});
    san.zone("far", {node("web1"), far1});
    const auto access = [&](const std::string& who, Id unit, std::uint32_t lun, Right right) {
      return Access{{Kind::Node, node(who)}, {Kind::LogicalUnit, unit}, lun, right};
    };
    const Id agent = san.create(Kind::Agent, {{"name", std::string("agent1")},
                                              {"nodes", std::vector<ObjectRef>{{Kind::Node, disk1}}},
                                              {"reported_at", std::uint64_t{kNow - 10}}});
    std::vector<Access> maps{access("web1", data, 0, Right::ReadWrite), access("web2", data, 0, Right::ReadOnly),
                             access("web2", cards, 2, Right::ReadWrite), access("app2", log, 1, Right::ReadWrite)};
    const Id applied = san.applied(disk1, {node("web1"), node("web2"), node("app1"), node("app2")}, std::move(maps),
                                   Enforcement::List);
    san.set({Kind::AppliedTarget, applied}, "agent", ObjectRef{Kind::Agent, agent});
    for (const auto& [who, what, lun] :
         {std::tuple(web1, data, 0), std::tuple(web2, data, 0), std::tuple(web2, cards, 2)}) {
      san.map(ref(who), disk1, what, static_cast<std::uint64_t>(lun));
    }
    approve(web1, data);
    approve(bak1, data);
    san.create(Kind::Session, {{"initiator", ObjectRef{Kind::Node, node("web1")}},
                               {"target", ObjectRef{Kind::Node, disk1}},
                               {"portal", ObjectRef{Kind::Portal, portalOf(disk1)}},
                               {"units", std::vector<ObjectRef>{{Kind::LogicalUnit, data}}}});
    const Id pci = san.create(Kind::Label, {{"name", std::string("PCI")}, {"regime", std::string("PCI DSS")}});
    san.add({Kind::LogicalUnit, cards}, "labels", {Kind::Label, pci});
    san.create(Kind::SeparationRule, {{"name", std::string("cards-apart")},
                                      {"subject", ObjectRef{Kind::Label, pci}},
                                      {"mode", std::string("only-with")},
                                      {"other", ObjectRef{Kind::Label, pci}}});
  }
  Id unit(const std::string& designator, const std::string& name, Id target, std::uint32_t lun) {
    const Id made = san.unit(designator, target, lun);
    san.set({Kind::LogicalUnit, made}, "name", name);
    return made;
  }
  [[nodiscard]] Id portalOf(Id node) const {
    Id portal = 0;
    san.done().table<PortalGroup>().forEach([&](Id, const PortalGroup& group) {
      if (group.node.id == node) portal = group.portal.id;
    });
    return portal;
  }
  void approve(Id host, Id unit) {
    san.create(
        Kind::Approval,
        {{"who", ref(host)}, {"unit", ObjectRef{Kind::LogicalUnit, unit}}, {"right", std::string("read-write")}});
  }
};

// Runs the event loop until it holds.
template <class Holds>
bool eventually(Holds&& holds) {
  return pumpUntil([&] { return bool(holds()); });
}

}  // namespace test
