// The paths of each host, as groups of logical units that have the same ones: RuleFacts::pathsOf.
#include <algorithm>

#include "shared/san/rule_facts.h"

namespace san {
namespace {

// What decides which paths lead to a unit of a host: its targets and, where it is not obvious, who has it mapped there.
using PathKey = std::vector<std::uint64_t>;

// The initiators of a host to which a target gives a unit, as its agent reported; a bit each, beyond 63 they share one.
std::uint64_t appliedTo(const AppliedTarget* applied, Id unit, std::span<const Id> initiators) {
  if (applied == nullptr) return 0;
  const auto maps = applied->maps.items();
  const auto has = [&](Id initiator) {
    const auto at = std::ranges::lower_bound(maps, std::pair{initiator, unit}, {}, [](const AppliedMap& map) {
      return std::pair{map.initiator, map.unit};
    });
    return at != maps.end() && at->initiator == initiator && at->unit == unit;
  };
  std::uint64_t bits = has(0) ? ~std::uint64_t{0} : 0;
  for (std::size_t i = 0; i < initiators.size(); ++i) {
    if (has(initiators[i])) bits |= std::uint64_t{1} << std::min<std::size_t>(i, 63);
  }
  return bits;
}

}  // namespace

// For one unit after another: what its key is, and which group it joins.
class PathFinder {
 public:
  PathFinder(RuleFacts& facts, const SanIndex& index) : facts_(facts), index_(index), snapshot_(index.snapshot()) {
    const auto units = index_.units();
    soleTargets_.resize(units.size());
    regimes_.resize(units.size());
    for (std::size_t i = 0; i < units.size(); ++i) {
      const LogicalUnit& unit = *snapshot_.get<LogicalUnit>(units[i]);
      const auto places = unit.paths.items();
      if (places.size() == 1) soleTargets_[i] = places.front().target;
      regimes_[i] = regimeOf(unit);
    }
    snapshot_.table<Map>().forEach([&](Id, const Map& map) {
      if (const auto unit = index_.unitNumber(map.unit.id)) maps_.push_back({*unit, map.who, map.target.id});
    });
    std::ranges::sort(maps_);
    mapsFrom_.reserve(units.size() + 1);
    for (std::size_t i = 0, at = 0; i <= units.size(); ++i) {
      while (at < maps_.size() && maps_[at].unit < i) ++at;
      mapsFrom_.push_back(at);
    }
  }

  std::vector<PathGroup> pathsOf(std::size_t host) {
    host_ = host;
    initiators_ = index_.initiatorsOf(host);
    std::vector<PathGroup> groups;
    std::map<PathKey, std::size_t> known;
    Id lastTarget = 0;
    std::size_t last = 0;
    const auto works = facts_.matrix(facts_.context().basis, Question::Works).yes(host);
    forEachBit(facts_.reached(host), [&](std::size_t unit) {
      const bool sure = ((works[unit / 64] >> (unit % 64)) & 1) != 0;
      const bool plain = sure && initiators_.size() == 1 && soleTargets_[unit] != 0;
      if (!plain || soleTargets_[unit] != lastTarget) {
        if (plain) {
          key_.assign(1, soleTargets_[unit]);
        } else {
          findKey(unit, sure);
        }
        const auto [at, isNew] = known.try_emplace(key_, groups.size());
        if (isNew) groups.push_back(made(unit));
        last = at->second;
        lastTarget = plain ? soleTargets_[unit] : 0;
      }
      PathGroup& group = groups[last];
      ++group.units;
      if (group.regime == 0) group.regime = regimes_[unit];
      if (group.examples.size() < Finding::kMaxObjects) group.examples.push_back(index_.units()[unit]);
    });
    std::erase_if(groups, [](const PathGroup& group) { return group.paths.empty(); });
    return groups;
  }

 private:
  struct Wanted {
    std::size_t unit;  // its number
    ObjectRef who;
    Id target;
    friend auto operator<=>(const Wanted&, const Wanted&) = default;
  };

  Id regimeOf(const LogicalUnit& unit) const {
    if (const Id label = facts_.regimeIn(unit.labels)) return label;
    for (const UnitPath& place : unit.paths.items()) {
      if (const Id label = facts_.regimeIn(snapshot_.get<Node>(place.target)->labels)) return label;
    }
    return 0;
  }

  PathGroup made(std::size_t unit) const {
    PathGroup group;
    for (const Path& path : pathsBetween(index_, facts_.context().basis, host_, index_.units()[unit])) {
      const Truth works = path.works();
      if (works == Truth::Yes || (works == Truth::Unknown && path.session != 0)) {
        group.paths.push_back(path);
      } else if (works == Truth::Unknown) {
        group.unknown = true;
      }
    }
    return group;
  }

  // The initiators of the host that maps give the unit at a target.
  std::uint64_t wantedBy(std::size_t unit, Id target) const {
    const auto maps = std::span(maps_).subspan(mapsFrom_[unit], mapsFrom_[unit + 1] - mapsFrom_[unit]);
    const auto has = [&](ObjectRef who) {
      return static_cast<bool>(who) && std::ranges::binary_search(maps, Wanted{unit, who, target});
    };
    const ObjectRef host = index_.hosts()[host_];
    const ObjectRef party = facts_.partyOf(host_);
    if (has(host) || has(party)) return ~std::uint64_t{0};
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < initiators_.size(); ++i) {
      if (has({Kind::Node, initiators_[i]})) bits |= std::uint64_t{1} << std::min<std::size_t>(i, 63);
    }
    return bits;
  }

  void findKey(std::size_t number, bool sure) {
    const Id id = index_.units()[number];
    key_.assign({0, sure ? std::uint64_t{1} : 0});
    for (const UnitPath& place : snapshot_.get<LogicalUnit>(id)->paths.items()) {
      key_.push_back(place.target);
      key_.push_back(appliedTo(index_.appliedAt(place.target), id, initiators_));
      key_.push_back(wantedBy(number, place.target));
    }
  }

  RuleFacts& facts_;
  const SanIndex& index_;
  const Snapshot& snapshot_;
  std::size_t host_ = 0;
  std::span<const Id> initiators_;
  std::vector<Id> soleTargets_;  // by number of the unit; 0: none, or several
  std::vector<Id> regimes_;
  std::vector<Wanted> maps_;
  std::vector<std::size_t> mapsFrom_;  // by number of the unit: its first map; one more at the end
  PathKey key_;                        // of the unit that is looked at
};

const std::vector<PathGroup>& RuleFacts::pathsOf(std::size_t host) {
  if (paths_.empty()) {
    (void)reached(host);
    PathFinder finder(*this, index_);
    paths_.reserve(index_.hosts().size());
    for (std::size_t one = 0; one < index_.hosts().size(); ++one) paths_.push_back(finder.pathsOf(one));
  }
  return paths_[host];
}

}  // namespace san
