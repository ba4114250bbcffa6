#include "isns-server/core/derived.h"

#include <vector>

namespace core {

base::SharedArray<Way> findWays(const State& state, const Node& node) {
  std::vector<Way> ways;
  if (node.registered()) {
    node.groups.forEach([&](Index i) {
      const PortalGroup& group = *state.get<PortalGroup>(i);
      const Portal& portal = *state.get<Portal>(group.portal);
      if (!group.grantsAccess() || portal.entity != node.entity) return;
      Way& way = ways.emplace_back();
      way.group = i;
      way.portal = group.portal;
      way.tag = group.tag;
      way.port = portal.attributes.u32Or(isns::tag::kPortalPort, 0);
      const base::ByteView ip = portal.attributes.value(isns::tag::kPortalIp);
      std::memcpy(way.ip.data(), ip.data(), way.ip.size());
    });
  }
  return base::SharedArray<Way>(ways);
}

bool inEnabledSet(const State& state, const Domain& domain) {
  return !domain.sets.visitWhile([&](Index set) { return !state.get<DomainSet>(set)->enabled(); });
}

}  // namespace core
