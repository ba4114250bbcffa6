#include "tests/bench/san_bench/edits.h"

namespace bench {

using san::EditOp;
using san::Kind;

std::vector<NamedEdits> editsOf(const test::SyntheticSan& san) {
  const auto middle = [](const std::vector<san::Id>& ids) { return ids[ids.size() / 2]; };
  const san::ObjectRef domain{Kind::Domain, middle(san.domains)};
  san::ObjectRef member;
  for (const san::Member& one : san.snapshot.get<san::Domain>(domain.id)->nodes.items()) {
    if (san.snapshot.get<san::Node>(one.id)->target) member = {Kind::Node, one.id};
  }
  return {{"impact_zone_ms", {{EditOp::Remove, domain, "nodes", member}}},
          {"impact_map_ms", {{EditOp::Erase, {Kind::Map, middle(san.maps)}, {}, {}}}},
          // Some 500 domains are active no longer.
          {"impact_set_ms", {{EditOp::Set, {Kind::DomainSet, middle(san.sets)}, "enabled", false}}},
          {"impact_chap_ms", {{EditOp::Set, {Kind::Node, middle(san.targets)}, "chap", std::string("mutual")}}}};
}

}  // namespace bench
