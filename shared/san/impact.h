// Impact: what a change does, in hosts x logical units, sessions and notifications (DESIGN seam 5; section 5: "impact
// compares desired states").
//
// Before and after are judged by Basis::Desired. Of each cell both questions count, works and gets in: a cell is lost
// where one of the two falls (Yes, Unknown, No), gained where one rises and none falls, and of another right where only
// that differs. Counts are whole, the list of cells is bounded.
//
// A host that comes or goes because a Host was made of entities and nodes, or was erased, is held against what these
// reached as hosts of their own, so that giving a machine a name changes no cell. Pure functions of indexes, safe from
// any thread. Errors: none.
#pragma once

#include <string>
#include <vector>

#include "shared/san/reach.h"

namespace san {

struct CellReach {
  Truth works = Truth::No;
  Truth getsIn = Truth::No;
  Right right = Right::ReadOnly;  // where getsIn is not No
  friend bool operator==(const CellReach&, const CellReach&) = default;
};

enum class Turn : std::uint8_t { Gained, Lost, Right };
template <>
struct Words<Turn> {
  static constexpr std::array<std::string_view, 3> kList{"gained", "lost", "right"};
};

struct CellChange {
  ObjectRef host;
  Id unit = 0;
  Turn turn = Turn::Gained;
  CellReach before;
  CellReach after;
  friend bool operator==(const CellChange&, const CellChange&) = default;
};

// How many cells turned which way.
struct Turns {
  std::size_t gained = 0;
  std::size_t lost = 0;
  std::size_t rights = 0;
  [[nodiscard]] std::size_t all() const { return gained + lost + rights; }
  friend bool operator==(const Turns&, const Turns&) = default;
};

struct HostImpact {
  ObjectRef host;
  Turns units;
  std::size_t unitsBefore = 0;  // that it gets in to, or perhaps
  std::size_t unitsAfter = 0;
};

struct UnitImpact {
  Id unit = 0;
  Turns hosts;
  std::size_t lostInUse = 0;  // hosts that lose it while a session of theirs has it
};

// An observed session whose initiator is let in by its target less than before, or gets less of a unit there.
struct SessionImpact {
  Id session = 0;
  bool losesTarget = false;
  std::vector<Id> lost;    // units
  std::vector<Id> rights;  // units of which the right is another one
};

// Findings that appear or clear are not here: they come from the rules, of the same two indexes.
struct Impact {
  Turns cells;
  std::vector<CellChange> listed;       // ascending by host and unit, the first of them
  std::vector<HostImpact> hosts;        // with a cell that changed; ascending
  std::vector<UnitImpact> units;        // likewise
  std::vector<SessionImpact> sessions;  // ascending
  std::vector<Id> told;                 // nodes that will receive an SCN (scn_impact.h); ascending
};

inline constexpr std::size_t kListedCells = 10'000;

Impact impact(const SanIndex& before, const SanIndex& after, std::size_t listed = kListedCells);

// For people, along the shorter side: "3 hosts gain disk1", "2 hosts lose disk2 (1 with an open session)", "web1 gains
// 12 logical units", "4 nodes are notified". At most `bound` of cells and one that says how many more.
std::vector<std::string> sentencesOf(const Impact& impact, const SanIndex& before, const SanIndex& after,
                                     std::size_t bound = 50);

}  // namespace san
