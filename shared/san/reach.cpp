#include "shared/san/reach.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "shared/san/pair_layers.h"

namespace san {
namespace {

// Whether anything joins the two, so that a path between them says more than "nothing here".
bool joined(const PairLayers& pair, Id unit) {
  if (pair.visible() != Truth::No || !pair.sessions().empty()) return true;
  for (const Basis basis : {Basis::Applied, Basis::Desired}) {
    if (pair.mapped(basis, unit).truth != Truth::No || pair.admitted(basis).truth != Truth::No) return true;
  }
  return false;
}

bool better(const Path& a, const Path& b) {
  const auto rank = [](const Path& path) { return std::tuple(path.works(), path.getsIn(), path.finds(), path.right); };
  if (rank(a) != rank(b)) return rank(a) > rank(b);
  return std::tuple(a.initiator, a.target, a.portal) < std::tuple(b.initiator, b.target, b.portal);
}

// Whether an agent says that the host uses the unit through one of the sessions between the pair. An initiator's agent
// lists units; a target's agent sees a session alone, and what it gives to the initiator stands for the units.
bool isObserved(const SanIndex& index, const PairLayers& pair, Id unit) {
  for (const Session* session : pair.sessions()) {
    if (session->units.contains(unit)) return true;
    const bool seenThere = !session->seenBy.visitWhile([&](Id id) {
      const Agent* agent = index.snapshot().get<Agent>(id);
      const bool targets =
          agent->nodes.contains(pair.target().id) || (agent->entity && agent->entity == pair.target().entity);
      return !targets;
    });
    if (seenThere && pair.mapped(Basis::Applied, unit).truth != Truth::No) return true;
  }
  return false;
}

// Both bases of one pair, summed up over its portals.
class CellMaker {
 public:
  explicit CellMaker(Basis basis) : basis_(basis) {}

  void take(const SanIndex& index, const PairLayers& pair, Id unit) {
    const Admission applied = pair.admitted(Basis::Applied);
    const Admission desired = pair.admitted(Basis::Desired);
    const Mapping appliedMap = pair.mapped(Basis::Applied, unit);
    const Mapping desiredMap = pair.mapped(Basis::Desired, unit);
    for (Id portal : pair.portals()) {
      const Path now = pair.path(portal, unit, applied, appliedMap);
      const Path wanted = pair.path(portal, unit, desired, desiredMap);
      takePath(basis_ == Basis::Applied ? now : wanted);
      if (!pair.foreign() && differ(now, wanted)) cell_.pending = true;
    }
    if (!cell_.observed) cell_.observed = isObserved(index, pair, unit);
  }
  [[nodiscard]] const Cell& cell() const { return cell_; }

 private:
  static bool differ(const Path& a, const Path& b) {
    return a.getsIn() != b.getsIn() || (a.getsIn() != Truth::No && a.right != b.right);
  }
  void takePath(const Path& path) {
    if (path.getsIn() > cell_.getsIn) cell_.right = Right::ReadOnly;  // that of a lesser path does not count
    if (path.getsIn() != Truth::No && path.getsIn() >= cell_.getsIn) cell_.right = std::max(cell_.right, path.right);
    cell_.finds = either(cell_.finds, path.finds());
    cell_.getsIn = either(cell_.getsIn, path.getsIn());
    cell_.works = either(cell_.works, path.works());
  }

  Basis basis_;
  Cell cell_;
};

}  // namespace

std::vector<Path> pathsBetween(const SanIndex& index, Basis basis, std::size_t host, Id unit) {
  std::vector<Path> paths;
  eachPair(index, host, unit, [&](const PairLayers& pair) {
    if (!joined(pair, unit)) return;
    addPaths(pair, basis, unit, paths);
  });
  std::ranges::sort(paths, better);
  return paths;
}

Cell cellOf(const SanIndex& index, Basis basis, std::size_t host, Id unit) {
  CellMaker maker(basis);
  eachPair(index, host, unit, [&](const PairLayers& pair) { maker.take(index, pair, unit); });
  return maker.cell();
}

void ReachMatrix::reset(std::size_t hosts, std::size_t units) {
  hosts_ = hosts;
  units_ = units;
  words_ = (units + 63) / 64;
  for (Bits* bits : {&yes_, &unknown_, &write_}) bits->assign(hosts * words_, 0);
}

Truth ReachMatrix::at(std::size_t host, std::size_t unit) const {
  const std::uint64_t bit = std::uint64_t{1} << (unit % 64);
  if ((yes(host)[unit / 64] & bit) != 0) return Truth::Yes;
  return (unknown(host)[unit / 64] & bit) != 0 ? Truth::Unknown : Truth::No;
}

bool ReachMatrix::writable(std::size_t host, std::size_t unit) const {
  return ((write(host)[unit / 64] >> (unit % 64)) & 1U) != 0;
}

std::size_t ReachMatrix::count(Truth truth) const {
  const auto bitsOf = [](const std::vector<std::uint64_t>& all) {
    std::size_t bits = 0;
    for (std::uint64_t word : all) bits += static_cast<std::size_t>(std::popcount(word));
    return bits;
  };
  if (truth == Truth::Yes) return bitsOf(yes_);
  if (truth == Truth::Unknown) return bitsOf(unknown_);
  return hosts_ * units_ - bitsOf(yes_) - bitsOf(unknown_);
}

}  // namespace san
