// syntheticSan(): a large SAN of any size, the same for the same plan, for benches and tests of what is computed from
// snapshots.
//
// Each host has an entity with initiators, portals and a domain of its own, which holds its initiators and a few
// targets; maps give it units behind these. Around them stand sites, clusters, fabrics, networks, labels, agents with
// what they applied, credentials, sessions, change sets and approvals. Some of everything is out of order, so that each
// layer of reach is No and Unknown somewhere: foreign targets, disabled sets, nodes that left, hosts in a network without
// storage, portals in no network, NULL tags, maps that are not yet applied, targets that decide by list or let all in.
//
// One thread, no clock, no random source but the plan's seed. 90,000 objects take a tenth of a second. Link synthetic_san.cpp.
#pragma once

#include <vector>

#include "shared/san/snapshot.h"

namespace test {

enum class Spread : std::uint8_t {
  Uniform,  // each target serves about as many hosts as the others
  Hubs,     // each host reaches one of a few targets and the units of it that all others reach too
};

struct SyntheticPlan {
  std::uint64_t seed = 1;
  Spread spread = Spread::Uniform;
  std::size_t hosts = 4000;   // at most 60,000
  std::size_t targets = 500;  // likewise
  std::size_t units = 10'000;
  std::size_t initiatorsPerHost = 1;
  std::size_t portals = 2;  // of a host and of a target, each in a fabric of its own; 1 to 26
  std::size_t targetsPerHost = 2;
  std::size_t mapsPerHost = 6;
  std::size_t hubs = 4;
  std::size_t clusterSize = 4;  // hosts
  std::size_t domainsPerSet = 500;
  // In 100.
  unsigned clustered = 20;   // hosts in a cluster
  unsigned foreign = 15;     // targets without an agent of ours
  unsigned away = 2;         // nodes that are not registered
  unsigned credentials = 40; // pairs of an initiator and a target that have one
  unsigned approvals = 60;   // maps that somebody approved
  unsigned sessions = 70;    // pairs of an initiator and a target that have one
  unsigned pending = 5;      // managed targets that have not applied their last map
};

struct SyntheticSan {
  san::Snapshot snapshot;
  // In the order in which they were made; initiators by host.
  std::vector<san::Id> hosts, initiators, targets, units, domains, sets, maps;
};

SyntheticSan syntheticSan(const SyntheticPlan& plan);

}  // namespace test
