#include "shared/san/desired_size.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "shared/san/desired.h"
#include "shared/san/desired_bounds.h"

namespace san {
namespace {

// By DesiredPart.
using Size = std::array<std::size_t, 3>;
constexpr Size kMost{DesiredBounds::kInitiators, DesiredBounds::kMaps, DesiredBounds::kCredentials};

std::size_t& of(Size& size, DesiredPart part) { return size[static_cast<std::size_t>(part)]; }

std::size_t initiatorsOf(const SanIndex& index, ObjectRef who) {
  if (who.kind == Kind::Cluster) return index.initiatorsIn(who.id).size();
  const auto host = who.kind == Kind::Host ? index.hostNumber(who) : std::nullopt;
  return host ? index.initiatorsOf(*host).size() : 1;
}

// At most so much, told without a look at pairs.
Size mostAt(const SanIndex& index, Id target) {
  Size most{};
  for (Id domain : index.domainsOf(target)) {
    if (index.isActive(domain)) of(most, DesiredPart::Initiators) += index.domain(domain)->nodes.size();
  }
  of(most, DesiredPart::Initiators) += index.controls().size();
  for (Id map : index.mapsOf(target)) {
    const std::size_t more = initiatorsOf(index, index.snapshot().get<Map>(map)->who);
    of(most, DesiredPart::Initiators) += more;
    of(most, DesiredPart::Maps) += more;
  }
  // A pair has one credential in force, and two where others have brought them in.
  of(most, DesiredPart::Credentials) = 2 * of(most, DesiredPart::Initiators);
  return most;
}

void add(Size& size, const Size& more) {
  for (std::size_t i = 0; i < size.size(); ++i) size[i] += more[i];
}

Size sizeOf(const DesiredTarget& target) {
  Size size{target.initiators.size(), 0, 0};
  for (const DesiredInitiator& one : target.initiators) {
    of(size, DesiredPart::Maps) += one.maps.size();
    of(size, DesiredPart::Credentials) += one.credentials.size();
  }
  return size;
}

std::size_t ownCredentials(const SanIndex& index, const Agent& agent) {
  std::size_t own = 0;
  agent.nodes.forEach([&](Id node) { own += index.credentialsOf(node).size(); });
  return own;
}

bool isBeyond(const Size& size) {
  for (std::size_t i = 0; i < size.size(); ++i) {
    if (size[i] > kMost[i]) return true;
  }
  return false;
}

std::optional<Overfull> overfilled(const SanIndex& before, const SanIndex& after, const Agent& agent) {
  Size most{};
  of(most, DesiredPart::Credentials) = ownCredentials(before, agent) + ownCredentials(after, agent);
  agent.nodes.forEach([&](Id node) {
    add(most, mostAt(before, node));
    add(most, mostAt(after, node));
  });
  if (!isBeyond(most)) return std::nullopt;
  Size was{}, during{};
  of(was, DesiredPart::Credentials) = ownCredentials(before, agent);
  of(during, DesiredPart::Credentials) = std::max(ownCredentials(before, agent), ownCredentials(after, agent));
  agent.nodes.forEach([&](Id node) {
    const auto old = desiredAt(before, node);
    const auto now = desiredAt(after, node);
    if (old) add(was, sizeOf(*old));
    if (now) add(during, sizeOf(old ? unionOf(*old, *now) : *now));
  });
  for (const DesiredPart part : {DesiredPart::Maps, DesiredPart::Initiators, DesiredPart::Credentials}) {
    const std::size_t wanted = of(during, part);
    const std::size_t bound = kMost[static_cast<std::size_t>(part)];
    if (wanted > bound && wanted > of(was, part)) return Overfull{{Kind::Agent, agent.id}, part, wanted, bound};
  }
  return std::nullopt;
}

}  // namespace

std::vector<Overfull> overfilled(const SanIndex& before, const SanIndex& after) {
  std::vector<Overfull> all;
  after.snapshot().table<Agent>().forEach([&](Id, const Agent& agent) {
    if (agent.revoked) return;
    if (auto one = overfilled(before, after, agent)) all.push_back(*one);
  });
  return all;
}

std::size_t leavingOf(const SanIndex& index, const Agent& agent) {
  std::size_t count = 0;
  if (index.snapshot().table<Departure>().empty()) return count;
  agent.nodes.forEach([&](Id id) {
    const Node* node = index.node(id);
    if (node == nullptr || !node->initiator) return;
    const ObjectRef host = index.hostOf(id);
    const auto take = [&](ObjectRef who) {
      for (const Grant& grant : index.grantsTo(who)) {
        if (index.leavesAt(grant.map, id) != 0) ++count;
      }
    };
    take({Kind::Node, id});
    if (host != ObjectRef{Kind::Node, id}) take(host);
    take({Kind::Cluster, index.clusterOf(id)});
  });
  return count;
}

}  // namespace san
