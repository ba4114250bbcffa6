#include "shared/san/impact.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "shared/san/affected.h"
#include "shared/san/pair_layers.h"
#include "shared/san/scn_impact.h"

namespace san {
namespace {

using Word = std::uint64_t;

// The cells of one host, a bit a unit: works and gets in, each Yes and Unknown, and whether it may write.
enum Bits : std::size_t { WorksYes, WorksUnknown, EntryYes, EntryUnknown, Write, kBits };
using Row = std::array<std::span<const Word>, kBits>;
using OwnRow = std::array<std::vector<Word>, kBits>;

// One of the two states. Its rows are made when they are looked at: matrices of both would cost more to have than to
// fill.
struct Side {
  explicit Side(const SanIndex& its) : index(its), reach(its, Basis::Desired) {}
  // Until the next call.
  [[nodiscard]] Row row(std::size_t host) {
    const ReachRows::Row& row = reach.of(host);
    return {row.worksYes, row.worksUnknown, row.inYes, row.inUnknown, row.write};
  }

  const SanIndex& index;
  ReachRows reach;
  std::vector<std::uint32_t> columns{};  // of each unit, where the two states have other units
};

// Where a cell turned, a bit a unit.
struct TurnedWord {
  Word gained, lost, rights;
};
TurnedWord turned(const Row& a, const Row& b, std::size_t i) {
  const auto rose = [&](const Row& from, const Row& to, Bits yes, Bits unknown) {
    return (to[yes][i] & ~from[yes][i]) | (to[unknown][i] & ~from[yes][i] & ~from[unknown][i]);
  };
  const Word lost = rose(b, a, WorksYes, WorksUnknown) | rose(b, a, EntryYes, EntryUnknown);
  const Word gained = (rose(a, b, WorksYes, WorksUnknown) | rose(a, b, EntryYes, EntryUnknown)) & ~lost;
  return {gained, lost, (a[Write][i] ^ b[Write][i]) & ~gained & ~lost};
}

CellReach reachAt(const Row& row, std::size_t column) {
  const auto bit = [&](Bits bits) { return ((row[bits][column / 64] >> (column % 64)) & 1U) != 0; };
  const auto truth = [&](Bits yes, Bits unknown) {
    return bit(yes) ? Truth::Yes : bit(unknown) ? Truth::Unknown : Truth::No;
  };
  return {truth(WorksYes, WorksUnknown), truth(EntryYes, EntryUnknown),
          bit(Write) ? Right::ReadWrite : Right::ReadOnly};
}

std::size_t count(Word word) { return static_cast<std::size_t>(std::popcount(word)); }

template <class Visit>
void eachBit(Word word, Visit&& visit) {
  for (; word != 0; word &= word - 1) visit(static_cast<std::size_t>(std::countr_zero(word)));
}

class Comparison {
 public:
  Comparison(const SanIndex& before, const SanIndex& after, std::size_t listed)
      : before_(before), after_(after), listed_(listed) {
    uniteUnits();
    std::ranges::set_union(before.hosts(), after.hosts(), std::back_inserter(hosts_));
    unitTurns_.resize(units_.size());
  }

  Impact made() {
    for (ObjectRef host : hosts_) compareHost(host);
    compareSessions();
    for (std::size_t column = 0; column < units_.size(); ++column) {
      UnitImpact& unit = unitTurns_[column];
      unit.unit = units_[column];
      if (unit.hosts.all() != 0) impact_.units.push_back(unit);
    }
    impact_.told = nodesTold(before_.index, after_.index);
    return std::move(impact_);
  }

 private:
  void uniteUnits() {
    const auto was = before_.index.units();
    const auto is = after_.index.units();
    std::ranges::set_union(was, is, std::back_inserter(units_));
    sameUnits_ = std::ranges::equal(was, is);
    if (sameUnits_) return;
    for (Side* side : {&before_, &after_}) {
      for (Id unit : side->index.units()) side->columns.push_back(columnOf(unit));
    }
  }
  [[nodiscard]] std::uint32_t columnOf(Id unit) const {
    return static_cast<std::uint32_t>(std::ranges::lower_bound(units_, unit) - units_.begin());
  }
  [[nodiscard]] std::size_t words() const { return (units_.size() + 63) / 64; }

  // The hosts on `side` whose cells stand for those of a host that only the other side has: those of its initiators
  // that are new there with respect to the other.
  std::vector<std::size_t> standIns(const Side& side, const Side& other, ObjectRef host) const {
    std::vector<std::size_t> all;
    for (Id initiator : other.index.initiatorsOf(*other.index.hostNumber(host))) {
      const auto number = side.index.hostNumber(side.index.hostOf(initiator));
      if (number && !other.index.hostNumber(side.index.hosts()[*number])) all.push_back(*number);
    }
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  // Row of a host in the columns of both states; in `room` where it is not one of the matrix's own.
  Row rowOf(Side& side, const Side& other, ObjectRef host, OwnRow& room) const {
    const auto number = side.index.hostNumber(host);
    if (number && sameUnits_) return side.row(*number);
    for (auto& bits : room) bits.assign(words(), 0);
    const std::vector<std::size_t> hosts = number ? std::vector{*number} : standIns(side, other, host);
    for (std::size_t one : hosts) addRow(side, side.row(one), room);
    for (std::size_t i = 0; i < words(); ++i) {
      room[WorksUnknown][i] &= ~room[WorksYes][i];
      room[EntryUnknown][i] &= ~room[EntryYes][i];
      room[Write][i] = 0;
    }
    // Only paths of the better kind say what right there is.
    for (std::size_t one : hosts) {
      OwnRow own;
      for (auto& bits : own) bits.assign(words(), 0);
      addRow(side, side.row(one), own);
      for (std::size_t i = 0; i < words(); ++i) {
        room[Write][i] |= own[Write][i] & (own[EntryYes][i] | (own[EntryUnknown][i] & ~room[EntryYes][i]));
      }
    }
    return {room[WorksYes], room[WorksUnknown], room[EntryYes], room[EntryUnknown], room[Write]};
  }

  void addRow(const Side& side, const Row& row, OwnRow& to) const {
    for (std::size_t bits = 0; bits < kBits; ++bits) {
      for (std::size_t i = 0; i < row[bits].size(); ++i) {
        if (sameUnits_) {
          to[bits][i] |= row[bits][i];
          continue;
        }
        eachBit(row[bits][i], [&](std::size_t bit) {
          const std::uint32_t column = side.columns[i * 64 + bit];
          to[bits][column / 64] |= Word{1} << (column % 64);
        });
      }
    }
  }

  void note(HostImpact& own, std::size_t column, Turn turn, const Row& was, const Row& is) {
    const auto counter = turn == Turn::Gained ? &Turns::gained : turn == Turn::Lost ? &Turns::lost : &Turns::rights;
    for (Turns* turns : {&own.units, &unitTurns_[column].hosts, &impact_.cells}) ++(turns->*counter);
    if (impact_.listed.size() >= listed_) return;
    impact_.listed.push_back({own.host, units_[column], turn, reachAt(was, column), reachAt(is, column)});
  }

  void compareHost(ObjectRef host) {
    const Row was = rowOf(before_, after_, host, roomBefore_);
    const Row is = rowOf(after_, before_, host, roomAfter_);
    bool same = true;
    for (std::size_t bits = 0; bits < kBits && same; ++bits) same = std::ranges::equal(was[bits], is[bits]);
    if (same) return;
    // Of a host that stands on one side alone, the other one says the rest.
    const Word wantGained = after_.index.hostNumber(host) ? ~Word{0} : 0;
    const Word wantLost = before_.index.hostNumber(host) ? ~Word{0} : 0;
    HostImpact own{host, {}, 0, 0};
    for (std::size_t i = 0; i < words(); ++i) {
      own.unitsBefore += count(was[EntryYes][i] | was[EntryUnknown][i]);
      own.unitsAfter += count(is[EntryYes][i] | is[EntryUnknown][i]);
      const TurnedWord word = turned(was, is, i);
      const Word gained = word.gained & wantGained;
      const Word lost = word.lost & wantLost;
      eachBit(gained | lost | (word.rights & wantGained), [&](std::size_t bit) {
        const bool isGained = ((gained >> bit) & 1U) != 0;
        const bool isLost = ((lost >> bit) & 1U) != 0;
        note(own, i * 64 + bit, isGained ? Turn::Gained : isLost ? Turn::Lost : Turn::Right, was, is);
      });
    }
    if (own.units.all() != 0) impact_.hosts.push_back(own);
  }

  [[nodiscard]] bool hasChangedRow(ObjectRef host) const {
    return std::ranges::binary_search(impact_.hosts, host, {}, &HostImpact::host);
  }

  void compareSessions() {
    const std::vector<Id> affected = affectedNodes(before_.index, after_.index);
    const auto isAffected = [&](Id node) { return std::ranges::binary_search(affected, node); };
    PairLayers was(before_.index);
    PairLayers is(after_.index);
    std::vector<std::pair<ObjectRef, Id>> lost;  // host, unit
    before_.index.snapshot().table<Session>().forEach([&](Id id, const Session& session) {
      const Id initiator = session.initiator.id;
      const ObjectRef host = before_.index.hostOf(initiator);
      if (!isAffected(initiator) && !isAffected(session.target.id) && !hasChangedRow(host)) return;
      was.look(initiator, session.target.id);
      is.look(initiator, session.target.id);
      if (!was.there()) return;
      SessionImpact own = compareSession(was, is);
      if (!own.losesTarget && own.lost.empty() && own.rights.empty()) return;
      own.session = id;
      // A session may be told of a node that is no initiator: its host is nobody's row.
      const bool counts = std::ranges::binary_search(hosts_, host);
      for (Id unit : own.lost) {
        if (counts) lost.emplace_back(host, unit);
      }
      impact_.sessions.push_back(std::move(own));
    });
    countLostInUse(lost);
  }

  SessionImpact compareSession(const PairLayers& was, const PairLayers& is) const {
    SessionImpact own;
    const Truth letIn = was.admitted(Basis::Desired).truth;
    const Truth letInAfter = is.there() ? is.admitted(Basis::Desired).truth : Truth::No;
    own.losesTarget = letInAfter < letIn;
    for (Id unit : before_.index.unitsOf(was.target().id)) {
      const Mapping map = was.mapped(Basis::Desired, unit);
      const Truth had = both(letIn, map.truth);
      if (had == Truth::No) continue;
      const Mapping mapAfter = is.there() ? is.mapped(Basis::Desired, unit) : Mapping{};
      const Truth has = both(letInAfter, mapAfter.truth);
      if (has < had) own.lost.push_back(unit);
      if (has >= had && mapAfter.right != map.right) own.rights.push_back(unit);
    }
    return own;
  }

  // A host that keeps a unit on another path does not lose it.
  void countLostInUse(std::vector<std::pair<ObjectRef, Id>>& lost) {
    std::ranges::sort(lost);
    lost.erase(std::unique(lost.begin(), lost.end()), lost.end());
    for (std::size_t at = 0; at < lost.size();) {
      const ObjectRef host = lost[at].first;
      const Row was = rowOf(before_, after_, host, roomBefore_);
      const Row is = rowOf(after_, before_, host, roomAfter_);
      for (; at < lost.size() && lost[at].first == host; ++at) {
        const std::uint32_t column = columnOf(lost[at].second);
        if (((turned(was, is, column / 64).lost >> (column % 64)) & 1U) != 0) ++unitTurns_[column].lostInUse;
      }
    }
  }

  Side before_, after_;
  std::size_t listed_;
  std::vector<Id> units_;  // of both, ascending: the columns
  bool sameUnits_ = true;
  std::vector<ObjectRef> hosts_;       // of both, ascending
  std::vector<UnitImpact> unitTurns_;  // by column
  OwnRow roomBefore_, roomAfter_;
  Impact impact_;
};

}  // namespace

Impact impact(const SanIndex& before, const SanIndex& after, std::size_t listed) {
  return Comparison(before, after, listed).made();
}

}  // namespace san
