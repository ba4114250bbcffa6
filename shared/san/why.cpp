#include "shared/san/why.h"

#include <algorithm>
#include <tuple>

#include "shared/san/mends.h"
#include "shared/san/pair_layers.h"
#include "shared/san/proof_facts.h"

namespace san {
namespace {

constexpr std::array kFindingLayers{Layer::Registered, Layer::Visible, Layer::Portal};
constexpr std::array kEntryLayers{Layer::Network, Layer::Admitted, Layer::Mapped};

// Nearest to working first: then those with the fewest broken layers.
bool nearer(const Path& a, const Path& b) {
  const auto rank = [](const Path& path) {
    const auto count = [&](Truth truth) { return -std::ranges::count(path.layers, truth); };
    return std::tuple(path.works(), count(Truth::No), count(Truth::Unknown), path.getsIn(), path.right);
  };
  if (rank(a) != rank(b)) return rank(a) > rank(b);
  return std::tuple(a.initiator, a.target, a.portal) < std::tuple(b.initiator, b.target, b.portal);
}

Revision changedSinceMade(const Object& object) { return object.changed != object.created ? object.changed : 0; }

// The last revision by which the host may have lost an initiator. One that leaves an entity leaves no trace there.
Revision lostInitiatorBy(ObjectRef ref, const Snapshot& snapshot) {
  if (ref.kind == Kind::Node) return 0;
  const Host* host = ref.kind == Kind::Host ? snapshot.get<Host>(ref.id) : nullptr;
  if (host == nullptr || !host->entities.empty()) return snapshot.revision;
  Revision by = changedSinceMade(*host);
  host->nodes.forEach([&](Id id) {
    const Node& node = *snapshot.get<Node>(id);
    if (!node.initiator) by = std::max(by, node.changed);
  });
  return by;
}

// Of an answer No: the last revision by which there may have been a path that is there no more.
Revision lostPathBy(const Why& why, const Snapshot& snapshot) {
  // Of portals that a target had nothing is kept.
  const bool byPortal = std::ranges::any_of(
      why.paths, [](const PathProof& proof) { return proof.path.layer(Layer::Portal) == Truth::No; });
  if (byPortal) return snapshot.revision;
  return std::max(lostInitiatorBy(why.host, snapshot), changedSinceMade(*snapshot.get<LogicalUnit>(why.unit)));
}

// 0 where paths that were left off have a part in it, or such as there may have been before.
Revision sinceOf(const Why& why, const Snapshot& snapshot) {
  if (why.morePaths != 0 && why.paths.back().path.works() == why.cell.works) return 0;  // the best come first
  CellSince since(why.cell.works);
  for (const PathProof& proof : why.paths) since.add(proof.path, proof.since);
  return why.cell.works == Truth::No && lostPathBy(why, snapshot) > since.get() ? 0 : since.get();
}

// The first layer of a question that makes it what it is.
template <std::size_t N>
void addFirstBroken(const Path& path, Truth question, const std::array<Layer, N>& of, std::vector<Layer>& broken) {
  if (question != path.works()) return;  // the other question breaks it
  const auto at = std::ranges::find_if(of, [&](Layer layer) { return path.layer(layer) == question; });
  broken.push_back(*at);
}

// The agents that have not applied what is desired, as advice.
void adviseWaiting(const SanIndex& index, Why& why) {
  if (why.basis == Basis::Desired || !why.cell.pending) return;
  for (const PathProof& proof : why.paths) {
    const Id target = proof.path.target;
    if (!index.isManaged(target)) continue;
    const AppliedTarget* applied = index.appliedAt(target);
    ReachMend mend;
    mend.layers = {Layer::Admitted, Layer::Mapped};
    mend.text = "Wait for the agent of " + wordsFor(index.snapshot(), {Kind::Node, target}) + ", which has " +
                (applied == nullptr ? std::string("not reported yet")
                                    : "applied revision " + std::to_string(applied->desired)) +
                ", or see why it does not apply what is desired.";
    if (std::ranges::none_of(why.mends, [&](const ReachMend& other) { return other.text == mend.text; })) {
      why.mends.push_back(std::move(mend));
    }
  }
}

// Networks that nobody declared are no change of zoning, so they are said, not edited.
void adviseNetworks(Why& why) {
  if (why.cell.works != Truth::Unknown || why.paths.empty()) return;
  const PathProof& best = why.paths.front();
  if (best.layer(Layer::Network).truth != Truth::Unknown) return;
  ReachMend mend;
  mend.layers = {Layer::Network};
  mend.text = "Declare the networks of the portals, or wait until an agent sees a session:";
  for (const ProofFact& fact : best.layer(Layer::Network).facts) mend.text += " " + fact.text;
  why.mends.push_back(std::move(mend));
}

std::vector<Path> allPaths(const SanIndex& index, Basis basis, std::size_t host, Id unit) {
  std::vector<Path> paths;
  std::size_t pairs = 0;
  eachPair(index, host, unit, [&](const PairLayers& pair) {
    if (++pairs <= kMaxPairs) addPaths(pair, basis, unit, paths);
  });
  std::ranges::sort(paths, nearer);
  return paths;
}

}  // namespace

Why why(const SanIndex& index, Basis basis, ObjectRef host, Id unit) {
  Why why;
  why.host = host;
  why.unit = unit;
  why.basis = basis;
  const auto number = index.hostNumber(host);
  if (!number || !index.unitNumber(unit)) return why;
  why.cell = cellOf(index, basis, *number, unit);
  const std::vector<Path> paths = allPaths(index, basis, *number, unit);
  PairLayers pair(index);
  for (const Path& path : paths) {
    if (why.paths.size() == kMaxPaths) break;
    pair.look(path.initiator, path.target);
    PathProof proof{path, proveLayers(index, pair, basis, path), 0};
    proof.since = pathSince(path, proof.layers);
    why.paths.push_back(std::move(proof));
  }
  why.morePaths = paths.size() - why.paths.size();
  why.since = sinceOf(why, index.snapshot());
  if (why.cell.works == Truth::Yes) return why;
  if (!paths.empty()) {
    addFirstBroken(paths.front(), paths.front().finds(), kFindingLayers, why.brokenLayers);
    addFirstBroken(paths.front(), paths.front().getsIn(), kEntryLayers, why.brokenLayers);
  }
  if (basis == Basis::Desired || cellOf(index, Basis::Desired, *number, unit).works != Truth::Yes) {
    why.mends = mendsFor(index, *number, unit);
  }
  adviseWaiting(index, why);
  adviseNetworks(why);
  return why;
}

}  // namespace san
