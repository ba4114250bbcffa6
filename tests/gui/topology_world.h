// SANs and Views for tests of the topology.
#pragma once

#include "console-gui/model/topology_maker.h"
#include "tests/support/san_builder.h"
#include "tests/support/synthetic_san.h"

namespace test {

inline console::ViewPtr viewFor(const san::Snapshot& snapshot) { return console::viewOf(snapshot, snapshot.time + 60); }

inline console::TopologyPtr topologyFor(const san::Snapshot& snapshot,
                                        console::TopologyGrouping grouping = console::TopologyGrouping::None,
                                        const console::TopologyPtr& before = nullptr) {
  console::TopologyOptions options;
  options.grouping = grouping;
  return console::makeTopology(viewFor(snapshot), options, before);
}

// About `nodes` nodes of a topology.
inline SyntheticPlan planOf(std::size_t nodes, Spread spread = Spread::Uniform) {
  SyntheticPlan plan;
  plan.spread = spread;
  plan.hosts = nodes / 5;
  plan.targets = nodes / 25;
  plan.units = nodes - 3 * plan.hosts - 3 * plan.targets;
  return plan;
}

// Two hosts, two targets with a logical unit each; web1 reaches disk1 by one zone, web2 has a zone in a disabled set.
struct SmallSan {
  SanBuilder san;
  Id web1 = san.host("web1", "iqn.2026-01.example:web1");
  Id web2 = san.host("web2", "iqn.2026-01.example:web2");
  Id initiator1 = san.nodeNamed("iqn.2026-01.example:web1");
  Id initiator2 = san.nodeNamed("iqn.2026-01.example:web2");
  Id target1 = san.target("iqn.2026-01.example:disk1");
  Id target2 = san.target("iqn.2026-01.example:disk2");
  Id unit1 = san.unit("naa.6000000000000001", target1, 0);
  Id unit2 = san.unit("naa.6000000000000002", target2, 0);
  Id zone1 = san.zone("zone1", {initiator1, target1});
  Id zone2 = san.domain("zone2", {initiator2, target2});
  Id off = san.domainSet("off", false, {zone2});
  Id map1 = san.map({Kind::Host, web1}, target1, unit1, 0);
};

}  // namespace test
