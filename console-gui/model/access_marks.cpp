#include "console-gui/model/access_marks.h"

#include <algorithm>

namespace console {
namespace {

std::uint64_t placeOf(std::size_t row, std::size_t column) { return (std::uint64_t{row} << 32) | column; }

// What counts first where several changes fall on one cell.
int weightOf(san::Turn turn) { return turn == san::Turn::Lost ? 0 : turn == san::Turn::Gained ? 1 : 2; }

san::CellReach reachAt(const san::ReachMatrix& works, std::size_t host, std::size_t unit) {
  const san::Truth truth = works.at(host, unit);
  const bool write = truth != san::Truth::No && works.writable(host, unit);
  return {truth, truth, write ? san::Right::ReadWrite : san::Right::ReadOnly};
}

// Numbers of one index in another; kNowhere: it is not there.
constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

class Comparer {
 public:
  Comparer(const AccessFacts& before, const AccessFacts& after) : before_(before), after_(after) {
    const auto units = after.index().units();
    sameUnits_ = std::ranges::equal(before.index().units(), units);
    if (sameUnits_) return;
    for (const san::Id unit : before.index().units())
      unitThen_.push_back(after.index().unitNumber(unit).value_or(kNowhere));
  }
  AccessComparison run() {
    out_.before = before_.view()->revision();
    out_.after = after_.view()->revision();
    for (std::size_t host = 0; host < before_.hosts(); ++host) {
      const san::ObjectRef ref = before_.index().hosts()[host];
      row(ref, host, after_.index().hostNumber(ref).value_or(kNowhere));
    }
    for (std::size_t host = 0; host < after_.hosts(); ++host) {
      const san::ObjectRef ref = after_.index().hosts()[host];
      if (!before_.index().hostNumber(ref)) row(ref, kNowhere, host);
    }
    std::ranges::sort(out_.listed, {}, [](const san::CellChange& cell) { return std::pair(cell.host, cell.unit); });
    if (out_.listed.size() > san::kListedCells) out_.listed.resize(san::kListedCells);
    std::ranges::sort(out_.hosts);
    std::ranges::sort(out_.units);
    out_.units.erase(std::unique(out_.units.begin(), out_.units.end()), out_.units.end());
    return std::move(out_);
  }

 private:
  // A row that did not change costs a comparison of its words.
  [[nodiscard]] bool isSame(std::size_t then, std::size_t now) const {
    const san::ReachMatrix &a = before_.works(), &b = after_.works();
    return std::ranges::equal(a.yes(then), b.yes(now)) && std::ranges::equal(a.unknown(then), b.unknown(now)) &&
           std::ranges::equal(a.write(then), b.write(now));
  }
  void row(san::ObjectRef host, std::size_t then, std::size_t now) {
    if (then != kNowhere && now != kNowhere && sameUnits_ && isSame(then, now)) return;
    bool any = false;
    const auto cell = [&](san::Id unit, std::size_t unitThen, std::size_t unitNow) {
      san::CellReach was, is;
      if (then != kNowhere && unitThen != kNowhere) was = reachAt(before_.works(), then, unitThen);
      if (now != kNowhere && unitNow != kNowhere) is = reachAt(after_.works(), now, unitNow);
      if (was == is) return;
      san::Turn turn = san::Turn::Right;
      if (is.works != was.works) turn = is.works > was.works ? san::Turn::Gained : san::Turn::Lost;
      ++(turn == san::Turn::Gained ? out_.turns.gained : turn == san::Turn::Lost ? out_.turns.lost : out_.turns.rights);
      any = true;
      // Twice the bound, as hosts come in two runs and the list is sorted and cut at the end.
      if (out_.listed.size() < 2 * san::kListedCells) out_.listed.push_back({host, unit, turn, was, is});
      if (out_.units.size() < 2 * san::kListedCells) out_.units.push_back({san::Kind::LogicalUnit, unit});
    };
    const auto unitsThen = before_.index().units();
    for (std::size_t unit = 0; unit < unitsThen.size(); ++unit) {
      cell(unitsThen[unit], unit, sameUnits_ ? unit : unitThen_[unit]);
    }
    if (!sameUnits_ && now != kNowhere) {
      const auto unitsNow = after_.index().units();
      for (std::size_t unit = 0; unit < unitsNow.size(); ++unit) {
        if (!before_.index().unitNumber(unitsNow[unit])) cell(unitsNow[unit], kNowhere, unit);
      }
    }
    if (any) out_.hosts.push_back(host);
  }

  const AccessFacts &before_, &after_;
  bool sameUnits_ = false;
  std::vector<std::size_t> unitThen_;
  AccessComparison out_;
};

}  // namespace

AccessMarks::AccessMarks(const AccessGrid& grid, std::span<const san::CellChange> changes) {
  const san::SanIndex& index = grid.facts()->index();
  for (const san::CellChange& change : changes) {
    const auto host = index.hostNumber(change.host);
    const auto unit = index.unitNumber(change.unit);
    if (!host || !unit) continue;
    for (const std::uint32_t row : grid.rowsWith(*host)) {
      for (const std::uint32_t column : grid.columnsWith(*unit)) marks_.push_back({placeOf(row, column), change.turn});
    }
  }
  std::ranges::sort(marks_, {}, [](const Mark& mark) { return std::pair(mark.place, weightOf(mark.turn)); });
  marks_.erase(
      std::unique(marks_.begin(), marks_.end(), [](const Mark& a, const Mark& b) { return a.place == b.place; }),
      marks_.end());
}

std::span<const AccessMarks::Mark> AccessMarks::inRow(std::size_t row) const {
  const auto first = std::ranges::lower_bound(marks_, placeOf(row, 0), {}, &Mark::place);
  const auto last = std::ranges::lower_bound(first, marks_.end(), placeOf(row + 1, 0), {}, &Mark::place);
  return {first, last};
}

const san::Turn* AccessMarks::find(std::size_t row, std::size_t column) const {
  const auto at = std::ranges::lower_bound(marks_, placeOf(row, column), {}, &Mark::place);
  return at != marks_.end() && at->place == placeOf(row, column) ? &at->turn : nullptr;
}

AccessComparison compareAccess(const AccessFacts& before, const AccessFacts& after) {
  return Comparer(before, after).run();
}

}  // namespace console
